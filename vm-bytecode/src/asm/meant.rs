//! What was probably meant by an instruction that is wrong.

use super::lists::{self, Written};
use super::literal::parse_float;
use super::names::nearest;
use super::operands::{Resolved, Resolver, is_float, literal, usage};
use super::parse::{Item, Name, read_int};
use super::scan::{Token, TokenKind, scan};
use crate::metadata::{InstructionInfo, OperandInfo, Role};
use opforge_core::nearest::are_other_words;
use opforge_core::{Kind, OperandKind, OperandRole};

impl<'t> Resolver<'_, 't> {
    /// What was probably meant by a word that is no mnemonic: a label, what the label before it says, or another mnemonic.
    pub(super) fn meant(&mut self, word: Name<'t>, operands: &[Token<'t>]) -> Option<String> {
        let joined = self.label.map(|label| [label.text, word.text].concat());
        let labels = [Some(word.text.to_owned()), joined].into_iter().flatten();
        if let Some(label) = labels.filter(|_| operands.is_empty()).find(|label| self.is_target(label)) {
            return Some(format!("{label}:"));
        }
        if let Some(meant) = self.label.and_then(|label| self.labelled(label, word, operands)) {
            return Some(meant);
        }
        let mnemonics = self.table.instructions.iter().map(|row| row.mnemonic);
        match elsewhere(word.text, mnemonics.clone()) {
            Some(known) => Some(self.fitting(known, operands).unwrap_or_else(|| known.to_owned())),
            None => meant(word.text, mnemonics),
        }
    }

    /// Where the operand is not one of `mnemonic`: the instruction that loads what it is.
    fn fitting(&mut self, mnemonic: &str, operands: &[Token<'t>]) -> Option<String> {
        let row = &self.table.instructions[(self.table.find)(mnemonic)?];
        let ([token], [operand]) = (operands, row.operands) else { return None };
        self.operand(token, operand, row).err()?;
        self.loaded_otherwise(row, token)
    }

    /// The instruction that is written as a label, with as many operands as follow it.
    fn labelled(&mut self, label: Name<'t>, word: Name<'t>, operands: &[Token<'t>]) -> Option<String> {
        let row = &self.table.instructions[(self.table.find)(label.text)?];
        let mut tokens = Vec::new();
        scan(word.text, word.place.line, &mut tokens).ok()?;
        tokens.extend_from_slice(operands);
        if tokens.len() != row.operands.len() {
            return None;
        }
        let mut fits = |(token, operand)| self.operand(token, operand, row).is_ok();
        if !tokens.iter().zip(row.operands).all(&mut fits) {
            return Some(usage(row));
        }
        let written = tokens.iter().map(|token| token.text);
        Some([label.text].into_iter().chain(written).collect::<Vec<_>>().join(" "))
    }

    /// Whether the function jumps to a label of that name.
    fn is_target(&self, name: &str) -> bool {
        self.body.items.iter().any(|item| match item {
            Item::Op { mnemonic, operands } => (self.table.find)(mnemonic.text).is_some_and(|row| {
                let written = lists::written(operands).unwrap_or_default();
                let operands = written.iter().zip(self.table.instructions[row].operands);
                operands.into_iter().any(|(written, operand)| match written {
                    Written::One(token) => operand.kind == OperandKind::Target && token.text == name,
                    Written::List(_, names) => names.iter().any(|label| label.text == name),
                })
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

/// The mnemonic for another machine's word.
fn elsewhere(name: &str, mut mnemonics: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let (_, known) = ELSEWHERE.iter().find(|(words, _)| words.contains(&name))?;
    mnemonics.find(|mnemonic| mnemonic == known)
}

/// The mnemonic that was probably meant: the shortest that begins so, as in `ret`, else the nearest.
fn meant(name: &str, mnemonics: impl Iterator<Item = &'static str> + Clone) -> Option<String> {
    let begin = |mnemonic: &&str| name.len() > 2 && mnemonic.starts_with(name);
    let longer = mnemonics.clone().filter(begin).min_by_key(|mnemonic| (mnemonic.len(), *mnemonic));
    longer.map(str::to_owned).or_else(|| nearest(name, mnemonics).filter(|near| !are_other_words(name, near)))
}
