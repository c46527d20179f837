//! One instruction in register form to the instructions that it stands for: `add total, total, 1`.
//!
//! Its parts are separated by commas: the slot for the result, the single inputs, the operands, then the values of a
//! group, whose count is not written. What is pushed is pushed in the order of the row's inputs.

use super::error::AsmErrorKind;
use super::names::{SLOT, find};
use super::operands::{Resolved, Resolver, is_float, literal, usage};
use super::parse::Name;
use super::scan::{Token, TokenKind, is_name};
use crate::isa::Operand;
use crate::metadata::InstructionInfo;
use crate::module::Constant;
use crate::registers::{MissingRow, RegisterForm};

/// Whether an instruction is in register form: its commas say so. With neither inputs nor operands there is nothing to
/// separate, but then a slot is nothing else either.
pub(super) fn is_register_form(row: &InstructionInfo, tokens: &[Token<'_>]) -> bool {
    let alone = row.operands.is_empty() && row.inputs.is_empty() && RegisterForm::of(row).is_ok();
    super::lists::outside(tokens).any(|token| token.is_mark(','))
        || alone && matches!(tokens, [slot] if slot.kind == TokenKind::Word)
}

/// An instruction in register form as one writes it: `add RESULT, A, B`.
pub(super) fn register_usage(row: &InstructionInfo, form: RegisterForm) -> String {
    let singles = row.inputs.iter().filter(|input| input.count.is_none()).map(|input| input.name.to_uppercase());
    let operands = row.operands.iter().enumerate().filter(|(index, _)| !counts(form, *index));
    let operands = operands.map(|(_, operand)| operand.name.to_uppercase());
    let group = form.group.map(|group| format!("{}…", row.inputs[group.input].name.to_uppercase()));
    let parts: Vec<String> = singles.chain(operands).chain(group).collect();
    let separator = if parts.is_empty() { "" } else { ", " };
    format!("{} RESULT{separator}{}", row.mnemonic, parts.join(", "))
}

/// Whether that operand counts the group, and so is not written.
fn counts(form: RegisterForm, operand: usize) -> bool {
    form.group.is_some_and(|group| group.count == operand)
}

/// The parts of an instruction in register form.
struct Parts<'a, 't> {
    result: &'a Token<'t>,
    singles: &'a [&'a Token<'t>],
    operands: &'a [&'a Token<'t>],
    group: &'a [&'a Token<'t>],
}

impl<'t> Resolver<'_, 't> {
    /// Finds what an instruction in register form stands for; `None` if something is wrong, which is then in the errors.
    pub(super) fn expand(
        &mut self,
        mnemonic: Name<'t>,
        instruction: usize,
        tokens: &[Token<'t>],
    ) -> Option<Vec<Resolved<'t>>> {
        let row = &self.table.instructions[instruction];
        let form = match RegisterForm::of(row) {
            Ok(form) => form,
            Err(why) => {
                let (mnemonic, usage) = (row.mnemonic.to_owned(), usage(row));
                let place = tokens.iter().find(|token| token.is_mark(',')).map_or(tokens[0].place, |token| token.place);
                self.errors.add(place, AsmErrorKind::NoRegisterForm { mnemonic, why, usage });
                return None;
            }
        };
        let items = self.items(row, form, tokens)?;
        let parts = self.parts(row, form, mnemonic, &items)?;
        self.parts_resolved(row, form, instruction, &parts)
    }

    /// The parts between the commas, one token each.
    fn items<'a>(
        &mut self,
        row: &InstructionInfo,
        form: RegisterForm,
        tokens: &'a [Token<'t>],
    ) -> Option<Vec<&'a Token<'t>>> {
        if let Some(comma) = tokens.first().filter(|first| first.is_mark(',')) {
            let commas = tokens.iter().filter(|token| token.is_mark(',')).count();
            let plain = tokens.len() - 1 == row.operands.len() && commas == 1;
            let usage = if plain { usage(row) } else { register_usage(row, form) };
            self.errors.add(comma.place, AsmErrorKind::CommaAfterMnemonic { mnemonic: row.mnemonic.to_owned(), usage });
            return None;
        }
        let mut items = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            let belongs_comma = index % 2 == 1;
            if token.is_mark(',') != belongs_comma {
                let expected = if belongs_comma { "`,`" } else { "a slot or a literal" }.to_owned();
                let (found, usage) = (token.describe(), register_usage(row, form));
                self.errors.add(token.place, AsmErrorKind::Expected { expected, found, usage });
                return None;
            }
            if !belongs_comma {
                items.push(token);
            }
        }
        if let Some(comma) = tokens.last().filter(|last| last.is_mark(',')) {
            let (expected, found) = ("a slot or a literal".to_owned(), super::scan::END.to_owned());
            let usage = register_usage(row, form);
            self.errors.add(comma.place.after(), AsmErrorKind::Expected { expected, found, usage });
            return None;
        }
        Some(items)
    }

    /// Which part is which.
    fn parts<'a>(
        &mut self,
        row: &InstructionInfo,
        form: RegisterForm,
        mnemonic: Name<'t>,
        items: &'a [&'a Token<'t>],
    ) -> Option<Parts<'a, 't>> {
        let operands = row.operands.len() - usize::from(form.group.is_some());
        let least = 1 + form.singles + operands;
        if items.len() < least || items.len() > least && form.group.is_none() {
            let place = items.get(least).map_or(mnemonic.place, |extra| extra.place);
            let (usage, found) = (register_usage(row, form), items.len());
            self.errors.add(place, AsmErrorKind::WrongNumberOfParts { usage, expected: least, found });
            return None;
        }
        let (result, rest) = items.split_first()?;
        let (singles, rest) = rest.split_at(form.singles);
        let (operands, group) = rest.split_at(operands);
        Some(Parts { result, singles, operands, group })
    }

    fn parts_resolved(
        &mut self,
        row: &'static InstructionInfo,
        form: RegisterForm,
        instruction: usize,
        parts: &Parts<'_, 't>,
    ) -> Option<Vec<Resolved<'t>>> {
        let slot = self.result(row, form, parts.result);
        let (mut singles, mut resolved, mut right) = (parts.singles.iter(), Vec::new(), true);
        for input in row.inputs {
            let (one, group) = if input.count.is_some() { (None, parts.group) } else { (singles.next(), &[][..]) };
            for token in one.into_iter().chain(group) {
                match self.pushed(row, form, input.name, token) {
                    Ok(push) => resolved.push(push),
                    Err(kind) => {
                        self.errors.add_about(token.text, token.place, kind);
                        right = false;
                    }
                }
            }
        }
        let mut written = parts.operands.iter().copied();
        let tokens: Vec<Option<&Token<'t>>> =
            (0..row.operands.len()).map(|operand| if counts(form, operand) { None } else { written.next() }).collect();
        let row_itself = self.operands_resolved(row, form, instruction, &tokens, parts.group.len());
        let result = self.stored(parts.result, slot?);
        let (row_itself, set) = (row_itself?, result?);
        if !right || !self.named_arity_fits(row, &row_itself.operands, &tokens) {
            return None;
        }
        resolved.extend([row_itself, set]);
        Some(resolved)
    }

    /// The slot of the result.
    fn result(&mut self, row: &InstructionInfo, form: RegisterForm, token: &Token<'t>) -> Option<u32> {
        let name = (token.kind == TokenKind::Word && is_name(token.text)).then_some(token.text);
        let slot = match name {
            Some(name) => self.result_slot(name, row, form),
            None => {
                let (usage, expected) = (register_usage(row, form), "a slot's name or `rN`");
                Err(AsmErrorKind::WrongOperand {
                    usage,
                    or: None,
                    operand: "RESULT",
                    expected,
                    found: token.describe(),
                })
            }
        };
        slot.map_err(|kind| self.errors.add_about(token.text, token.place, kind)).ok()
    }

    /// Storing the result.
    fn stored(&mut self, token: &Token<'t>, slot: u32) -> Option<Resolved<'t>> {
        let row = self.rows.set().map_err(AsmErrorKind::MissingRow);
        let row = row.map_err(|kind| self.errors.add_about(token.text, token.place, kind)).ok()?;
        Some(Resolved::plain(row, vec![Operand::Index(slot)]))
    }

    fn result_slot(&self, name: &str, row: &InstructionInfo, form: RegisterForm) -> Result<u32, AsmErrorKind> {
        let declare = || {
            let declare = self.how_to_declare(name);
            format!("{declare}; with commas the slot for the result comes first: `{}`", register_usage(row, form))
        };
        match self.known_slot(name) {
            Some(slot) => Ok(slot),
            None => find(self.slots, SLOT, name, !self.errors.is_full(), declare),
        }
    }

    /// Pushing an input: a slot, else a literal.
    fn pushed(
        &mut self,
        row: &InstructionInfo,
        form: RegisterForm,
        input: &'static str,
        token: &Token<'t>,
    ) -> Result<Resolved<'t>, AsmErrorKind> {
        let name = (token.kind == TokenKind::Word && is_name(token.text)).then_some(token.text);
        if let Some(slot) = name.and_then(|name| self.known_slot(name)) {
            let row = self.rows.get().map_err(AsmErrorKind::MissingRow)?;
            return Ok(Resolved::plain(row, vec![Operand::Index(slot)]));
        }
        match (literal(token, is_float(token))?, name) {
            (Some(constant), _) => self.loaded(constant),
            (None, Some(name)) => Err(self.slot(name).err().unwrap_or(AsmErrorKind::TooMany("slots"))),
            (None, None) => {
                let (usage, expected) = (register_usage(row, form), "a slot or a literal");
                Err(AsmErrorKind::WrongOperand { usage, or: None, operand: input, expected, found: token.describe() })
            }
        }
    }

    /// Loading a literal: by a row that holds it in the code, else from the module's constants.
    pub(super) fn loaded(&mut self, constant: Constant) -> Result<Resolved<'t>, AsmErrorKind> {
        let missing = match &constant {
            Constant::Scalar(scalar) => match self.rows.scalar(*scalar) {
                Ok((row, operands)) => return Ok(Resolved::plain(row, operands)),
                Err(missing) => missing,
            },
            Constant::Text(_) => MissingRow::LoadConstant,
        };
        let row = self.rows.constant().map_err(|_| AsmErrorKind::MissingRow(missing))?;
        let index = self.constants.index(constant).ok_or(AsmErrorKind::TooMany("constants"))?;
        Ok(Resolved::plain(row, vec![Operand::Index(index)]))
    }

    /// The row itself. The operand without a token is the count of `group` values.
    fn operands_resolved(
        &mut self,
        row: &'static InstructionInfo,
        form: RegisterForm,
        instruction: usize,
        tokens: &[Option<&Token<'t>>],
        group: usize,
    ) -> Option<Resolved<'t>> {
        let mut resolved = Resolved::plain(instruction, Vec::with_capacity(tokens.len()));
        let mut right = true;
        // A row that jumps has no register form, so that there are no targets.
        for (token, operand) in tokens.iter().zip(row.operands) {
            let Some(token) = token else {
                resolved.operands.push(Operand::Index(u32::try_from(group).unwrap_or(u32::MAX)));
                continue;
            };
            match self.operand(token, operand, row) {
                Ok(value) => resolved.operands.push(value),
                Err(mut kind) => {
                    if let AsmErrorKind::WrongOperand { usage, .. } = &mut kind {
                        *usage = register_usage(row, form);
                    }
                    self.errors.add_about(token.text, token.place, kind);
                    right = false;
                }
            }
        }
        right.then_some(resolved)
    }

    /// Whether a call names as many values as the function takes.
    fn named_arity_fits(&mut self, row: &InstructionInfo, operands: &[Operand], tokens: &[Option<&Token<'t>>]) -> bool {
        let Some((function, arity, given)) = self.wrong_arity(row, operands) else { return true };
        if let Some(token) = tokens[function] {
            let kind = AsmErrorKind::WrongArguments { function: token.text.to_owned(), arity, given };
            self.errors.add_about(token.text, token.place, kind);
        }
        false
    }
}
