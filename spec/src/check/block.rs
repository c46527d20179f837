//! Steps of a body: what they assign, how they leave, what they do on the way.

use super::catalogue::{self, Catalogue};
use super::report::Report;
use super::stack::StackForm;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{self, Name, StepKind};
use crate::model::{Block, Condition, Effect, Expr, Flow, Step, TrapId};
use crate::source::{Span, Text};
use opforge_core::{OperandKind, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What the blocks of a row have used so far.
#[derive(Clone, Debug)]
pub(crate) struct Uses {
    pub(crate) inputs: Vec<bool>,
    pub(crate) operands: Vec<bool>,
}

impl Uses {
    pub(crate) fn none(shape: &StackForm) -> Self {
        Self { inputs: vec![false; shape.inputs.len()], operands: vec![false; shape.operands.len()] }
    }
}

/// A block that is right, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct CheckedBlock {
    pub(crate) block: Block,
    pub(crate) flow: Flow,
    pub(crate) effects: BTreeSet<Effect>,
    pub(crate) traps: BTreeSet<TrapId>,
    /// For each place where it leaves with values: the exit (`None`: the next instruction) and the values' types.
    pub(crate) ends: Vec<(Option<usize>, Vec<Type>)>,
}

/// A name that a step assigned.
#[derive(Clone, Debug)]
pub(crate) struct Assigned {
    pub(crate) name: String,
    /// `None` when the value is wrong, which was reported.
    pub(crate) ty: Option<Type>,
    pub(crate) range: Range<usize>,
    pub(crate) used: bool,
}

/// Checks one block: a `does`, one case, an `otherwise` or a lone expression.
pub(crate) struct BlockChecker<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) shape: &'a StackForm,
    pub(crate) text: &'a Text,
    /// The types that the inputs have here.
    pub(crate) inputs: Vec<Type>,
    pub(crate) report: &'a mut Report,
    pub(crate) uses: &'a mut Uses,
    pub(crate) names: Vec<Assigned>,
    /// Names that are used and that nothing has.
    pub(crate) unknown: BTreeSet<String>,
    /// Whether something is assigned otherwise than it was meant, so that nobody knows which results have values.
    pub(crate) is_unsure: bool,
    /// Names that steps assign, with the place of the first assignment.
    pub(crate) later: BTreeMap<String, Range<usize>>,
    pub(crate) effects: BTreeSet<Effect>,
    pub(crate) traps: BTreeSet<TrapId>,
    pub(crate) flow: Flow,
    /// The first call that changed state.
    pub(crate) changed: Option<(Range<usize>, String)>,
    /// For each place where it left with values: the exit and the values' types.
    pub(crate) ends: Vec<(Option<usize>, Vec<Type>)>,
}

impl<'a> BlockChecker<'a> {
    pub(crate) fn new(
        catalogue: &'a Catalogue,
        shape: &'a StackForm,
        text: &'a Text,
        inputs: Vec<Type>,
        uses: &'a mut Uses,
        report: &'a mut Report,
    ) -> Self {
        Self {
            catalogue,
            shape,
            text,
            inputs,
            report,
            uses,
            names: Vec::new(),
            unknown: BTreeSet::new(),
            is_unsure: false,
            later: BTreeMap::new(),
            effects: BTreeSet::new(),
            traps: BTreeSet::new(),
            flow: Flow::default(),
            changed: None,
            ends: Vec::new(),
        }
    }

    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        self.text.span_of(range.clone())
    }

    /// Checks the steps; `None` after complaining.
    pub(crate) fn block(mut self, steps: &[does::Step]) -> Option<CheckedBlock> {
        let errors = self.report.count();
        for step in steps {
            if let StepKind::Assign { name, .. } | StepKind::Enter { name: Some(name), .. } = &step.kind {
                self.later.entry(name.text.clone()).or_insert_with(|| name.range.clone());
            }
        }
        let mut checked = Vec::new();
        let mut left: Option<&does::Step> = None;
        for (index, step) in steps.iter().enumerate() {
            if let Some(leaving) = left {
                self.unreachable(step, leaving);
                break;
            }
            checked.extend(self.step(step, index + 1 == steps.len()));
            left = step.kind.leaves().then_some(step);
        }
        if left.is_none() {
            self.flow.next = true;
            let end = self.text.value.len();
            self.leave(None, steps.last().map_or(end..end, |step| step.range.clone()));
        }
        if self.report.count() == errors {
            self.unused_names();
            self.scopes(steps);
        }
        let block = Block { steps: checked };
        let right = self.report.count() == errors;
        let Self { flow, effects, traps, ends, .. } = self;
        right.then_some(CheckedBlock { block, flow, effects, traps, ends })
    }

    fn step(&mut self, step: &does::Step, last: bool) -> Option<Step> {
        match &step.kind {
            StepKind::Assign { name, value } => {
                let value = self.value(value);
                let Some((value, ty)) = value else {
                    self.assign_unknown(name);
                    return None;
                };
                self.assign(name, Some(ty));
                Some(Step::Let { name: name.text.clone(), ty, value })
            }
            StepKind::Call(call) => {
                let checked = self.expr(call);
                // What a call that is wrong was meant to give is not known.
                self.is_unsure |= checked.is_none();
                let (checked, sort) = checked?;
                if sort.value().is_some() {
                    let written = &self.text.value[call.range.clone()];
                    self.report.push(
                        Diagnostic::new(Code::UnusedValue, self.span(&call.range), "the value of this call is dropped")
                            .label("computed and not used")
                            .help(format!("remove the step, or name the value and use it: `value = {written}`")),
                    );
                    self.is_unsure = true;
                }
                Some(Step::Do(checked))
            }
            StepKind::Jump { operand, when } => {
                let when = self.condition(when.as_ref());
                let target = self.target(operand)?;
                self.leave(Some(target), step.range.clone());
                self.jumps(target);
                Some(Step::Jump { operand: target, when: when? })
            }
            StepKind::JumpAt { operand, index } => {
                let index = self.index(index);
                let list = self.list(operand)?;
                self.leave(Some(list), step.range.clone());
                self.jumps(list);
                Some(Step::JumpAt { operand: list, index: index? })
            }
            StepKind::Trap { trap, when } => {
                let when = self.condition(when.as_ref());
                self.may_trap("this step traps", false, &step.range);
                let span = self.span(&trap.range);
                let trap = catalogue::trap(&trap.text, span, str::to_owned, self.catalogue, self.report)?;
                self.traps.insert(trap);
                Some(Step::Trap { trap, when: when? })
            }
            StepKind::Return(value) => {
                self.flow.returns = true;
                match value {
                    None => Some(Step::Return(None)),
                    Some(value) => self.value(value).map(|(value, _)| Step::Return(Some(value))),
                }
            }
            StepKind::Raise(value) => {
                self.flow.raises = true;
                self.value(value).map(|(value, _)| Step::Raise(value))
            }
            StepKind::Enter { name, operand, group } => self.enter(step, name.as_ref(), operand, group, last),
        }
    }

    /// Notes that the row can jump through an operand.
    fn jumps(&mut self, operand: usize) {
        if !self.flow.jumps.contains(&operand) {
            self.flow.jumps.push(operand);
        }
    }

    /// The operand to jump through: a single target.
    fn target(&mut self, name: &Name) -> Option<usize> {
        self.through(name, OperandKind::Target, |name| format!("jump {name}"))
    }

    /// The operand to jump through: a list of targets.
    fn list(&mut self, name: &Name) -> Option<usize> {
        self.through(name, OperandKind::Targets, |name| format!("jump {name}[…]"))
    }

    /// The operand of that kind, through which a jump is written like `step`.
    fn through(&mut self, name: &Name, kind: OperandKind, step: fn(&str) -> String) -> Option<usize> {
        let span = self.span(&name.range);
        let operand = self.shape.operand(&name.text);
        if let Some(index) = operand {
            self.uses.operands[index] = true;
            if self.shape.operands[index].kind == kind {
                return Some(index);
            }
        }
        let wanted = kind.name();
        let message = format!("`{}` is no operand of kind `{wanted}`", name.text);
        let diagnostic = Diagnostic::new(Code::BadJump, span, message).label("cannot be jumped through");
        let mut targets = self.shape.operands.iter().filter(|operand| operand.kind == kind);
        self.report.push(match (operand, targets.next()) {
            (Some(index), _) => {
                let own = self.shape.operands[index].kind;
                let declared = format!("write `args: \"{}: {wanted}\"`", name.text);
                let help = match own {
                    OperandKind::Target => {
                        format!("write `jump {}`, or `args: \"{}: {wanted}\"`", name.text, name.text)
                    }
                    OperandKind::Targets => {
                        format!("say which of its targets: `jump {}[i]`, where `i` is an `Int`", name.text)
                    }
                    _ => declared,
                };
                diagnostic.also(self.shape.operand_spans[index], format!("of kind `{}`", own.name())).help(help)
            }
            (None, Some(target)) => diagnostic.help(format!("write `{}`", step(&target.name))),
            (None, None) => diagnostic.help(format!("write `args: \"{}: {wanted}\"`", name.text)),
        });
        None
    }

    /// Checks which of a list's targets a jump goes to: an `Int`.
    fn index(&mut self, expr: &does::Expr) -> Option<Expr> {
        let (value, ty) = self.value(expr)?;
        if Type::INT.contains(ty) {
            self.report.right(self.producer(expr));
            return Some(value);
        }
        let message = format!("which target to jump to is an `Int`, but this is `{ty}`");
        let help = match &expr.kind {
            does::ExprKind::Name(name) if self.shape.input(name).is_some() => {
                format!("give the input its type: `stack: \"{name}: Int -> …\"`")
            }
            _ => "write an expression of type `Int`".to_owned(),
        };
        let diagnostic = Diagnostic::new(Code::ArgumentType, self.span(&expr.range), message);
        let diagnostic = diagnostic.label(format!("of type `{ty}`")).help(help);
        self.report.push(diagnostic.because(self.producer(expr)));
        None
    }

    /// Checks `if …`; the outer `None` after complaining.
    fn condition(&mut self, condition: Option<&does::Condition>) -> Option<Option<Condition>> {
        let Some(condition) = condition else { return Some(None) };
        let value = self.truth(&condition.value)?;
        Some(Some(Condition { negated: condition.negated, value }))
    }

    /// Checks what must be a `Bool`.
    pub(super) fn truth(&mut self, expr: &does::Expr) -> Option<Expr> {
        let (value, ty) = self.value(expr)?;
        if Type::BOOL.contains(ty) {
            self.report.right(self.producer(expr));
            return Some(value);
        }
        let written = &self.text.value[expr.range.clone()];
        let message = format!("a condition is a `Bool`, but this is `{ty}`");
        let help = match ty {
            Type::INT => format!("compare it: `{written} != 0`"),
            _ => format!("write `truthy({written})`"),
        };
        let diagnostic = Diagnostic::new(Code::ConditionType, self.span(&expr.range), message);
        let diagnostic = diagnostic.label(format!("of type `{ty}`")).help(help);
        self.report.push(diagnostic.because(self.producer(expr)));
        None
    }

    /// Notes that something at `range` may trap, which itself changes state or not; nothing may have changed before.
    pub(crate) fn may_trap(&mut self, what: &str, changes: bool, range: &Range<usize>) {
        let Some((changed, name)) = &self.changed else { return };
        let place = self.span(changed);
        let changed = &self.text.value[changed.clone()];
        let help = match self.flow.enters {
            None if !changes => format!("move this step before `{changed}`"),
            _ => format!("leave `{changed}` to an instruction of its own"),
        };
        self.report.push(
            Diagnostic::new(
                Code::EffectBeforeTrap,
                self.span(range),
                format!("{what}, but `{name}` has changed state before"),
            )
            .label("may trap")
            .also(place, "changes state")
            .note("a trap leaves everything as it was before the instruction")
            .help(help),
        );
    }
}

/// Checks the steps of one block.
pub(crate) fn block(
    steps: &[does::Step],
    text: &Text,
    inputs: Vec<Type>,
    shape: &StackForm,
    catalogue: &Catalogue,
    uses: &mut Uses,
    report: &mut Report,
) -> Option<CheckedBlock> {
    BlockChecker::new(catalogue, shape, text, inputs, uses, report).block(steps)
}
