//! What was probably meant by an instruction that is wrong.

use super::literal::parse_float;
use super::names::nearest;
use super::operands::{Resolved, Resolver, is_float, literal, usage};
use super::parse::{Item, Name, read_int};
use super::scan::{Token, TokenKind};
use crate::metadata::{InstructionInfo, OperandInfo, Role};
use opforge_core::nearest::are_other_words;
use opforge_core::{Kind, OperandKind, OperandRole};

impl<'t> Resolver<'_, 't> {
    /// What was probably meant by a word that is no mnemonic: a label, what the label before it says, or another mnemonic.
    pub(super) fn meant(&self, word: Name<'t>, operands: &[Token<'t>]) -> Option<String> {
        if operands.is_empty() && self.is_target(word.text) {
            return Some(format!("{}:", word.text));
        }
        if let Some(label) = self.label.filter(|label| (self.table.find)(label.text).is_some()) {
            return Some(format!("{} {}", label.text, word.text));
        }
        meant(word.text, self.table.instructions.iter().map(|row| row.mnemonic))
    }

    /// Whether the function jumps to a label of that name.
    fn is_target(&self, name: &str) -> bool {
        self.body.items.iter().any(|item| match item {
            Item::Op { mnemonic, operands } => (self.table.find)(mnemonic.text).is_some_and(|row| {
                let operands = operands.iter().zip(self.table.instructions[row].operands);
                operands.into_iter().any(|(token, operand)| operand.kind == OperandKind::Target && token.text == name)
            }),
            Item::Catch { start, end, target, .. } => [start, end, target].iter().any(|label| label.text == name),
            Item::Label(_) | Item::Line { .. } => false,
        })
    }

    /// Where `row` only loads its operand: the instruction that loads what `token` is.
    pub(super) fn loaded_otherwise(&mut self, row: &InstructionInfo, token: &Token<'t>) -> Option<String> {
        if row.role != Some(Role::LoadOperand) {
            return None;
        }
        let (instruction, written) = match self.known_slot(token.text) {
            Some(_) => (self.rows.get().ok()?, true),
            None => {
                let constant = literal(token, is_float(token)).ok()??;
                let Resolved { instruction, operands, .. } = self.loaded(constant).ok()?;
                (instruction, !operands.is_empty())
            }
        };
        let mnemonic = self.table.instructions[instruction].mnemonic;
        Some(if written { format!("{mnemonic} {}", token.text) } else { mnemonic.to_owned() })
    }
}

/// The instruction as one writes it, with the number that `token` is meant as, if it is one of another kind.
pub(super) fn usage_with(row: &InstructionInfo, operand: &OperandInfo, token: &Token<'_>) -> String {
    let number = match operand.kind.role() {
        OperandRole::Number(Kind::Float) => as_float(token),
        OperandRole::Number(Kind::Int) | OperandRole::Count => as_int(token),
        _ => None,
    };
    let usage = usage(row);
    number.map_or_else(|| usage.clone(), |number| usage.replace(&operand.name.to_uppercase(), &number))
}

/// The integer that a token which is none is meant as.
fn as_int(token: &Token<'_>) -> Option<String> {
    let value = parse_float(token.text).ok()?;
    // Others have digits that they do not show.
    (value.fract() == 0.0 && value.abs() < 1e15).then(|| format!("{value:.0}"))
}

/// The float that a token which is none is meant as: `1` and `NaN` as elsewhere.
fn as_float(token: &Token<'_>) -> Option<String> {
    if token.kind == TokenKind::Number {
        return read_int(token).ok().map(|value| format!("{value}.0"));
    }
    let word = token.text.to_ascii_lowercase();
    match word.as_str() {
        "nan" => Some(word),
        "inf" | "infinity" => Some("inf".to_owned()),
        _ => None,
    }
}

/// What other stack machines call instructions, and what the standard families do.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (&["push", "pushi", "ldc", "const", "iconst"], "load_int"),
    (&["load_nil", "load_null", "null", "aconst_null"], "load_undef"),
    (&["drop"], "pop"),
    (&["load", "ldloc", "iload", "local_get"], "get_slot"),
    (&["store", "stloc", "istore", "local_set"], "set_slot"),
    (&["jmp", "br", "goto"], "jump"),
    (&["jz", "jf", "brfalse", "jump_if_zero", "pop_jump_if_false"], "jump_if_false"),
    (&["jnz", "jt", "brtrue", "br_if", "pop_jump_if_true"], "jump_if_true"),
];

/// The mnemonic that was probably meant: another machine's word for it, the shortest that begins so, as in `ret`, else the
/// nearest.
fn meant(name: &str, mnemonics: impl Iterator<Item = &'static str> + Clone) -> Option<String> {
    let elsewhere = ELSEWHERE.iter().find(|(words, _)| words.contains(&name)).map(|(_, mnemonic)| *mnemonic);
    if let Some(known) = elsewhere.filter(|known| mnemonics.clone().any(|mnemonic| mnemonic == *known)) {
        return Some(known.to_owned());
    }
    let begin = |mnemonic: &&str| name.len() > 2 && mnemonic.starts_with(name);
    let longer = mnemonics.clone().filter(begin).min_by_key(|mnemonic| (mnemonic.len(), *mnemonic));
    longer.map(str::to_owned).or_else(|| nearest(name, mnemonics).filter(|near| !are_other_words(name, near)))
}
