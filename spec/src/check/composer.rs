//! The parts of a `seq`, one after the other: what each pops and pushes, and whether it may stand there.

use super::lines::{Line, Word, line};
use super::parts::{instruction, literal_fits, operand_number};
use super::report::Report;
use super::stack::StackForm;
use super::table::Table;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Body, Effect, Flow, Instruction, Output, Part, PartOperand, TrapId};
use crate::nearest::{near_or, nearest};
use crate::source::{Span, Text};
use opforge_core::{OperandKind, Scalar, Type};
use std::collections::BTreeSet;

/// A value on the symbolic stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// An input of the row; a group is one item.
    Input(usize),
    /// What a part left.
    Value(Type),
}

/// The parts so far: what they leave on the stack, and what follows from them.
pub(super) struct Composer<'a> {
    pub(super) shape: &'a StackForm,
    pub(super) report: &'a mut Report,
    pub(super) stack: Vec<Item>,
    pub(super) flow: Flow,
    pub(super) effects: BTreeSet<Effect>,
    pub(super) own_traps: BTreeSet<TrapId>,
    pub(super) traps: BTreeSet<TrapId>,
    pub(super) used: Vec<bool>,
    /// The first part that changed state.
    pub(super) changed: Option<(Span, String)>,
    pub(super) peak: usize,
    pub(super) ends: Vec<(Option<usize>, Vec<Item>)>,
}

impl<'a> Composer<'a> {
    pub(super) fn new(shape: &'a StackForm, report: &'a mut Report) -> Self {
        Self {
            shape,
            report,
            stack: (0..shape.inputs.len()).map(Item::Input).collect(),
            flow: Flow::default(),
            effects: BTreeSet::new(),
            own_traps: BTreeSet::new(),
            traps: BTreeSet::new(),
            used: vec![false; shape.operands.len()],
            changed: None,
            peak: 0,
            ends: Vec::new(),
        }
    }

    /// Adds the part that `text` names; `None` after complaining.
    pub(super) fn part(&mut self, text: &Text, last: bool, table: &Table<'_>) -> Option<Part> {
        let (name, words) = match line(text) {
            Ok(Line::Part { name, operands }) => (name, operands),
            Ok(Line::Label(label)) => {
                let span = text.span_of(label.range);
                let diagnostic =
                    Diagnostic::new(Code::BadPart, span, "a sequence runs straight on, so it has no labels");
                self.report.push(diagnostic.label("a label").help("remove it; loops are written as `fusions`"));
                return None;
            }
            Err(problem) => {
                self.report.push(problem.in_text(text));
                return None;
            }
        };
        let (id, part) = instruction(&name, text, table, self.report)?;
        let mut operands = Vec::new();
        if !operand_number((&table.rows[id.0], part), &words, text, self.report) {
            return None;
        }
        for ((word, range), operand) in words.iter().zip(&part.operands) {
            operands.push(self.operand(word, text.span_of(range.clone()), operand.kind)?);
        }
        self.allowed(part, text, last)?;
        self.order(part, text, charges(part, table));
        self.apply(part, &operands, text)?;
        Some(Part { instruction: id, operands })
    }

    fn operand(&mut self, word: &Word, span: Span, kind: OperandKind) -> Option<PartOperand> {
        let name = match word {
            Word::Literal(value) => {
                let fits = literal_fits(*value, kind, span, self.report);
                return fits.then_some(PartOperand::Literal(*value));
            }
            Word::Name(name) | Word::Label(name) => name,
        };
        let index = self.shape.operand(name).filter(|_| matches!(word, Word::Name(_)));
        let Some(index) = index else {
            let message = format!("`{name}` is no operand of this row");
            let own = self.shape.operands.iter().filter(|operand| operand.kind == kind);
            let near = nearest(name, own.map(|operand| operand.name.as_str()));
            let help = near_or(near, || format!("declare it: `args: \"{name}: {}\"`", kind.name()));
            let diagnostic = Diagnostic::new(Code::PartOperands, span, message).label("unknown operand").help(help);
            self.report.push(match near {
                Some(near) => diagnostic.fix(span, near),
                None => diagnostic,
            });
            return None;
        };
        self.used[index] = true;
        let own = self.shape.operands[index].kind;
        if own == kind {
            return Some(PartOperand::Row(index));
        }
        let message = format!("`{name}` is an operand of kind `{}`, but `{}` is wanted", own.name(), kind.name());
        self.report.push(
            Diagnostic::new(Code::PartOperands, span, message)
                .label(format!("`{}` wanted", kind.name()))
                .also(self.shape.operand_spans[index], format!("declared `{}`", own.name()))
                .help(format!("write `args: \"{name}: {}\"`", kind.name())),
        );
        None
    }

    /// Whether such an instruction may stand here.
    fn allowed(&mut self, part: &Instruction, text: &Text, last: bool) -> Option<()> {
        let leaves = !part.flow.jumps.is_empty() || part.flow.returns || part.flow.raises || !part.flow.next;
        let (why, help) = if matches!(part.body, Body::Handler(_)) {
            ("is a handler", "write the row itself with `handler: \"…\", effects: […]`")
        } else if part.flow.enters.is_some() {
            ("enters a function", "emit `call` as an instruction of its own")
        } else if part.flow.scope != 0 {
            ("opens or closes a scope", "emit it as an instruction of its own, and remove it from `seq`")
        } else if leaves && !last {
            ("may leave the sequence before its end", "write it last in `seq`")
        } else {
            return Some(());
        };
        self.report.push(
            Diagnostic::new(Code::BadPart, text.span, format!("`{}` {why}, so it cannot be a part here", part.name))
                .label("cannot be a part")
                .help(help),
        );
        None
    }

    /// Nothing may trap, or wait for more fuel, after state has changed.
    fn order(&mut self, part: &Instruction, text: &Text, charges: bool) {
        let traps = !part.traps.is_empty() || !part.own_traps.is_empty();
        if let Some((place, name)) = self.changed.as_ref().filter(|_| traps || charges) {
            let (may, note) = if traps {
                ("may trap", "a trap leaves everything as it was before the instruction")
            } else {
                ("may wait for fuel", "when its charge cannot be paid, the whole instruction is run again later")
            };
            let message = format!("`{}` {may}, but `{name}` has changed state before", part.name);
            self.report.push(
                Diagnostic::new(Code::EffectBeforeTrap, text.span, message)
                    .label(may)
                    .also(*place, "changes state")
                    .note(note)
                    .help(format!("move `\"{}\"` before `\"{name}\"`, or leave one a row of its own", part.name)),
            );
        }
        if self.changed.is_none() && part.effects.iter().any(|effect| effect.changes_state()) {
            self.changed = Some((text.span, part.name.clone()));
        }
        self.effects.extend(part.effects.iter().copied());
        self.own_traps.extend(part.own_traps.iter().copied());
        self.traps.extend(part.traps.iter().copied());
    }

    /// Pops and pushes what the part does.
    fn apply(&mut self, part: &Instruction, operands: &[PartOperand], text: &Text) -> Option<()> {
        self.grow(self.width(&self.stack) + part.peak as usize);
        let mut popped = vec![Vec::new(); part.inputs.len()];
        for (index, input) in part.inputs.iter().enumerate().rev() {
            popped[index] = match input.count.map(|operand| &operands[operand]) {
                None => vec![self.pop(part, text)?],
                Some(PartOperand::Row(operand)) => vec![self.pop_group(part, *operand, text)?],
                Some(PartOperand::Literal(Scalar::Int(count))) => {
                    let mut items = Vec::new();
                    for _ in 0..*count {
                        items.push(self.pop(part, text)?);
                    }
                    items
                }
                Some(PartOperand::Literal(_)) => Vec::new(),
            };
        }
        let push = |outputs: &[Output], stack: &[Item]| {
            let pushed = outputs.iter().map(|output| match output.passes.and_then(|input| popped[input].first()) {
                Some(item) => *item,
                None => Item::Value(output.ty),
            });
            stack.iter().copied().chain(pushed).collect::<Vec<_>>()
        };
        for &jump in &part.flow.jumps {
            let after = push(part.outputs_at(jump), &self.stack);
            self.grow(self.width(&after));
            if let PartOperand::Row(operand) = operands[jump] {
                self.flow.jumps.push(operand);
                self.ends.push((Some(operand), after));
            }
        }
        self.flow.returns |= part.flow.returns;
        self.flow.raises |= part.flow.raises;
        self.flow.next = part.flow.next;
        self.flow.jumps.sort_unstable();
        self.flow.jumps.dedup();
        self.stack = push(&part.outputs, &self.stack);
        self.grow(self.width(&self.stack));
        self.ends.retain(|(exit, _)| exit.is_some());
        if part.flow.next {
            self.ends.push((None, self.stack.clone()));
        }
        Some(())
    }

    /// How many single values are on the stack. Groups count nothing, which errs on the safe side.
    fn width(&self, stack: &[Item]) -> usize {
        stack.iter().filter(|item| !self.is_group(**item)).count()
    }

    fn grow(&mut self, width: usize) {
        let inputs = self.shape.inputs.iter().filter(|input| input.count.is_none()).count();
        self.peak = self.peak.max(width.saturating_sub(inputs));
    }

    fn is_group(&self, item: Item) -> bool {
        matches!(item, Item::Input(index) if self.shape.inputs[index].count.is_some())
    }

    fn pop(&mut self, part: &Instruction, text: &Text) -> Option<Item> {
        match self.stack.last() {
            Some(item) if !self.is_group(*item) => self.stack.pop(),
            top => {
                let what =
                    if top.is_some() { "a single value, but the top is a group" } else { "more values than there are" };
                let message = format!("`{}` pops {what}", part.name);
                self.report.push(
                    Diagnostic::new(Code::SeqStack, text.span, message)
                        .label("pops too much")
                        .help("add inputs to `stack`, such as `a, b -> …`, or a part before that pushes"),
                );
                None
            }
        }
    }

    fn pop_group(&mut self, part: &Instruction, operand: usize, text: &Text) -> Option<Item> {
        let top = self.stack.last().copied();
        if let Some(Item::Input(input)) = top
            && self.shape.inputs[input].count == Some(operand)
        {
            return self.stack.pop();
        }
        let name = &self.shape.operands[operand].name;
        let message = format!("`{}` pops a group of `{name}` values, which is not on top", part.name);
        self.report.push(
            Diagnostic::new(Code::SeqStack, text.span, message)
                .label("no such group")
                .help(format!("write `stack: \"values: [Any; {name}] -> …\"`")),
        );
        None
    }
}

/// Whether the row, or a part of it, charges for its work.
fn charges(row: &Instruction, table: &Table<'_>) -> bool {
    let part = |part: &Part| table.instructions[part.instruction.0].as_ref().is_some_and(|row| charges(row, table));
    row.fuel_per.is_some() || matches!(&row.body, Body::Seq(parts) if parts.iter().any(part))
}
