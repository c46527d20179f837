//! One instruction as written to its row and operand values, by the kinds of the row's operands.

use super::error::{AsmErrorKind, Errors};
use super::lists::{self, Written};
use super::literal::{looks_like_float, parse_float, parse_narrow};
use super::meant::usage_with;
use super::names::{INDICES, Names, SLOT};
use super::parse::{Body, Name, out_of_range, read_count, read_int};
use super::registers::{is_register_form, register_usage};
use super::scan::{Token, TokenKind, is_name};
use crate::isa::Operand;
use crate::metadata::{InstructionInfo, OperandInfo, Table};
use crate::module::Constant;
use crate::registers::{RegisterForm, Rows};
use opforge_core::{Kind, OperandKind, OperandRole, Scalar};
use std::collections::HashMap;

/// The constants of a module in the order of their first use, each once.
#[derive(Debug, Default)]
pub(super) struct Constants {
    pub(super) list: Vec<Constant>,
    indices: HashMap<Constant, u32>,
}

impl Constants {
    /// The index of `constant`, which is added if there is no equal one.
    pub(super) fn index(&mut self, constant: Constant) -> Option<u32> {
        if let Some(index) = self.indices.get(&constant) {
            return Some(*index);
        }
        let index = u32::try_from(self.list.len()).ok().filter(|index| (*index as usize) < INDICES)?;
        self.indices.insert(constant.clone(), index);
        self.list.push(constant);
        Some(index)
    }
}

/// What the operands of one instruction may name.
pub(super) struct Resolver<'a, 't> {
    pub(super) table: &'static Table,
    pub(super) names: &'a Names<'t>,
    /// The rows that register form is stored with.
    pub(super) rows: &'a Rows,
    pub(super) slots: &'a HashMap<&'t str, u32>,
    /// The function it stands in.
    pub(super) body: &'a Body<'t>,
    /// The label right before it, on the same line.
    pub(super) label: Option<Name<'t>>,
    pub(super) constants: &'a mut Constants,
    pub(super) errors: &'a mut Errors,
}

/// An instruction whose names were found.
pub(super) struct Resolved<'t> {
    /// Index of its row.
    pub(super) instruction: usize,
    /// Targets and lists of them are 0 here.
    pub(super) operands: Vec<Operand>,
    /// Which operands are targets, and the labels they name.
    pub(super) targets: Vec<(usize, Targets<'t>)>,
}

/// The labels that an operand names.
pub(super) enum Targets<'t> {
    One(Name<'t>),
    List(Vec<Name<'t>>),
}

impl Resolved<'_> {
    /// An instruction without targets.
    pub(super) fn plain(instruction: usize, operands: Vec<Operand>) -> Self {
        Self { instruction, operands, targets: Vec::new() }
    }
}

impl<'t> Resolver<'_, 't> {
    /// Finds rows and operands, more than one in register form; `None` if something is wrong, which is then in the
    /// errors.
    pub(super) fn resolve(mut self, mnemonic: Name<'t>, tokens: &[Token<'t>]) -> Option<Vec<Resolved<'t>>> {
        let Some(instruction) = (self.table.find)(mnemonic.text) else {
            let told = self.errors.is_full() || self.errors.is_doubted(mnemonic.text);
            let nearest = if told { None } else { self.meant(mnemonic, tokens) };
            let kind = AsmErrorKind::UnknownMnemonic { name: mnemonic.text.to_owned(), nearest };
            self.errors.add_about(mnemonic.text, mnemonic.place, kind);
            // It may declare what it names.
            tokens.iter().filter(|token| token.kind == TokenKind::Word).for_each(|token| self.errors.doubt(token.text));
            if let Some(label) = self.label {
                self.errors.doubt(&[label.text, mnemonic.text].concat());
            }
            return None;
        };
        let row = &self.table.instructions[instruction];
        if is_register_form(row, tokens) {
            return self.expand(mnemonic, instruction, tokens);
        }
        let written = match lists::written(tokens) {
            Ok(written) => written,
            Err(wrong) => {
                let kind = AsmErrorKind::Expected { expected: wrong.expected, found: wrong.found, usage: usage(row) };
                self.errors.add(wrong.place, kind);
                return None;
            }
        };
        if let Some(mark) = written.iter().find_map(|operand| operand.one().filter(|token| token.is_any_mark())) {
            let expected = if written.len() > row.operands.len() { super::scan::END } else { "an operand" };
            let (expected, found) = (expected.to_owned(), mark.describe());
            self.errors.add(mark.place, AsmErrorKind::Expected { expected, found, usage: usage(row) });
            return None;
        }
        if written.len() != row.operands.len() {
            let (expected, found) = (row.operands.len(), written.len());
            let place = written.get(expected).map_or(mnemonic.place, |operand| operand.first().place);
            let slot_first = tokens.first().is_some_and(|first| self.known_slot(first.text).is_some());
            let form = RegisterForm::of(row).ok();
            let form = form.filter(|form| slot_first || found > expected && form.singles > 0);
            let with_registers = form.map(|form| register_usage(row, form));
            let kind = AsmErrorKind::WrongNumberOfOperands { usage: usage(row), with_registers, expected, found };
            self.errors.add(place, kind);
            return None;
        }
        let mut resolved = Resolved::plain(instruction, Vec::with_capacity(written.len()));
        let mut right = true;
        for (index, (written, operand)) in written.iter().zip(row.operands).enumerate() {
            let token = written.first();
            if let (OperandKind::Targets, Written::List(_, names)) = (operand.kind, written) {
                resolved.operands.push(Operand::Index(0));
                resolved.targets.push((index, Targets::List(names.clone())));
                continue;
            }
            match self.operand(token, operand, row) {
                Ok(value) => resolved.operands.push(value),
                Err(mut kind) => {
                    if let AsmErrorKind::WrongOperand { or, .. } = &mut kind {
                        *or = self.loaded_otherwise(row, token);
                    }
                    self.errors.add_about(token.text, token.place, kind);
                    right = false;
                }
            }
            if operand.kind == OperandKind::Target {
                resolved.targets.push((index, Targets::One(Name { text: token.text, place: token.place })));
            }
        }
        let tokens: Vec<&Token<'t>> = written.iter().map(Written::first).collect();
        (right && self.arity_fits(row, &resolved.operands, &tokens)).then(|| vec![resolved])
    }

    pub(super) fn operand(
        &mut self,
        token: &Token<'t>,
        operand: &OperandInfo,
        row: &InstructionInfo,
    ) -> Result<Operand, AsmErrorKind> {
        let wrong = |expected| AsmErrorKind::WrongOperand {
            usage: usage_with(row, operand, token),
            or: None,
            operand: operand.name,
            expected,
            found: token.describe(),
        };
        let suggest = !self.errors.is_full();
        let name = (token.kind == TokenKind::Word && is_name(token.text)).then_some(token.text);
        let number = token.kind == TokenKind::Number;
        let float = is_float(token);
        match operand.kind.role() {
            OperandRole::Local if number => self.slot_number(token).map(Operand::Index),
            OperandRole::Local => self.slot(name.ok_or(wrong("a slot's name or number"))?).map(Operand::Index),
            OperandRole::Func => {
                self.names.find_callable(name.ok_or(wrong("a function's name"))?, suggest).map(Operand::Index)
            }
            OperandRole::Global => {
                self.names.find_global(name.ok_or(wrong("a global's name"))?, suggest).map(Operand::Index)
            }
            OperandRole::Target => name.map(|_| Operand::Index(0)).ok_or(wrong("a label's name")),
            OperandRole::Targets => Err(wrong("a list of labels in brackets, such as `[one, two]`")),
            OperandRole::Const => constant(token, &usage(row), operand.name, self.constants).map(Operand::Index),
            OperandRole::Number(Kind::Float) if float => read_float(token).map(Operand::from),
            OperandRole::Number(Kind::Float) => Err(wrong("a float, such as `1.0`")),
            OperandRole::Count | OperandRole::Number(_) if !number || float => Err(wrong("an integer")),
            OperandRole::Count => {
                read_count(token, &sized(operand.kind, "count"), most(operand.kind)).map(Operand::Index)
            }
            OperandRole::Number(_) => match read_int(token)? {
                value if operand.kind.admits(Scalar::Int(value)) => Ok(Operand::from(value)),
                _ => {
                    let (least, most) = operand.kind.ints().unwrap_or(0..=0).into_inner();
                    Err(out_of_range(token, &sized(operand.kind, "integer"), least, most))
                }
            },
        }
    }

    fn slot_number(&self, token: &Token<'t>) -> Result<u32, AsmErrorKind> {
        let count = i64::try_from(self.slots.len()).unwrap_or(i64::MAX);
        let value = read_int(token)?;
        match u32::try_from(value) {
            Ok(slot) if i64::from(slot) < count => Ok(slot),
            // How many there are is not known then.
            Ok(_) if self.errors.is_lost(SLOT) => Ok(0),
            _ => Err(out_of_range(token, &format!("slot in function `{}`", self.body.name.text), 0, count - 1)),
        }
    }

    /// A slot by its name; `rN` is slot N unless a slot has that name.
    ///
    /// # Errors
    /// That there is no such slot.
    pub(super) fn slot(&self, name: &str) -> Result<u32, AsmErrorKind> {
        match self.known_slot(name) {
            Some(slot) => Ok(slot),
            None => super::names::find(self.slots, SLOT, name, !self.errors.is_full(), || self.how_to_declare(name)),
        }
    }

    /// How a function gets a slot of that name.
    pub(super) fn how_to_declare(&self, name: &str) -> String {
        let function = self.body.name.text;
        format!("declare it with `local {name}` after `func {function}(…)`, or as a parameter there")
    }

    /// The slot of that name, or `rN`, if there is one.
    pub(super) fn known_slot(&self, name: &str) -> Option<u32> {
        let by_number = || {
            let digits = name.strip_prefix('r').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
            digits.parse().ok().filter(|slot: &u32| (*slot as usize) < self.slots.len())
        };
        self.slots.get(name).copied().or_else(by_number)
    }

    /// Whether a call passes as many values as the function takes.
    fn arity_fits(&mut self, row: &InstructionInfo, operands: &[Operand], tokens: &[&Token<'t>]) -> bool {
        let Some((function, arity, given)) = self.wrong_arity(row, operands) else { return true };
        let count = row.enters.and_then(|(_, group)| row.inputs[group].count).unwrap_or(function);
        let kind = AsmErrorKind::WrongArity { function: tokens[function].text.to_owned(), arity, given };
        self.errors.add_about(tokens[function].text, tokens[count].place, kind);
        false
    }

    /// For a call that passes another number of values than the function takes: the operand that names the function,
    /// how many it takes, and how many are given.
    pub(super) fn wrong_arity(&self, row: &InstructionInfo, operands: &[Operand]) -> Option<(usize, u32, u32)> {
        let (function, group) = row.enters?;
        let count = row.inputs.get(group)?.count?;
        let (Some(Operand::Index(callable)), Some(Operand::Index(given))) =
            (operands.get(function), operands.get(count))
        else {
            return None;
        };
        let arity = self.names.arity(*callable)?;
        (arity != *given).then_some((function, arity, *given))
    }
}

/// `a 16-bit count`.
fn sized(kind: OperandKind, noun: &str) -> String {
    let bits = 8 * kind.width_bytes();
    format!("{} {bits}-bit {noun}", if bits == 8 { "an" } else { "a" })
}

/// The greatest index or count that an operand of that kind can be.
fn most(kind: OperandKind) -> u32 {
    kind.ints().and_then(|ints| u32::try_from(*ints.end()).ok()).unwrap_or(u32::MAX)
}

/// The index of the constant that `token` writes as the operand `name`.
///
/// # Errors
/// That it writes none, or that there are too many.
pub(super) fn constant(
    token: &Token<'_>,
    usage: &str,
    name: &'static str,
    constants: &mut Constants,
) -> Result<u32, AsmErrorKind> {
    let wrong = || AsmErrorKind::WrongOperand {
        usage: usage.to_owned(),
        or: None,
        operand: name,
        expected: "a constant: a number, a text or a character in quotes, `true`, `false` or `nil`",
        found: token.describe(),
    };
    let constant = literal(token, is_float(token))?.ok_or_else(wrong)?;
    constants.index(constant).ok_or(AsmErrorKind::TooMany("constants"))
}

/// Whether a token is meant as a float.
pub(super) fn is_float(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Number && looks_like_float(token.text) || matches!(token.text, "inf" | "nan")
}

/// Reads a float.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_float(token: &Token<'_>) -> Result<f64, AsmErrorKind> {
    parse_float(token.text).map_err(|why| AsmErrorKind::MalformedNumber { text: token.text.to_owned(), why })
}

/// The constant that `token` writes; `None` if it writes none.
///
/// # Errors
/// What is wrong with a number.
pub(super) fn literal(token: &Token<'_>, float: bool) -> Result<Option<Constant>, AsmErrorKind> {
    if let Some(narrow) = parse_narrow(token.text) {
        let malformed = |why| AsmErrorKind::MalformedNumber { text: token.text.to_owned(), why };
        return narrow.map(|scalar| Some(Constant::Scalar(scalar))).map_err(malformed);
    }
    let scalar = match (&token.kind, token.text) {
        (TokenKind::Str(text), _) => return Ok(Some(Constant::from(text.as_str()))),
        (TokenKind::Char(value), _) => Scalar::Char(*value),
        _ if float => Scalar::Float(read_float(token)?),
        (TokenKind::Number, _) => Scalar::Int(read_int(token)?),
        (_, word) => return Ok(Scalar::from_word(word).map(Constant::Scalar)),
    };
    Ok(Some(Constant::Scalar(scalar)))
}

/// An instruction as one writes it: `jump_if_false TARGET`.
pub(crate) fn usage(row: &InstructionInfo) -> String {
    let mut text = row.mnemonic.to_owned();
    for operand in row.operands {
        text.push(' ');
        text.push_str(&operand.kind.usage(&operand.name.to_uppercase()));
    }
    text
}
