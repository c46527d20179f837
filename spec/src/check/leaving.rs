//! How a block leaves: with a value for every result, everything it computed used, its scopes in order.

use super::block::BlockChecker;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{self, Name};
use crate::model::{Effect, Step};
use opforge_core::{OperandKind, Type};
use std::ops::Range;

impl BlockChecker<'_> {
    /// Leaves with the outputs of `exit`: each must have a value here.
    pub(super) fn leave(&mut self, exit: Option<usize>, range: Range<usize>) {
        let mut types = Vec::new();
        for (index, output) in self.shape.outputs_at(exit).iter().enumerate() {
            if let Some(assigned) = self.names.iter_mut().find(|assigned| assigned.name == output.name) {
                assigned.used = true;
                types.push(assigned.ty.unwrap_or(output.ty));
                continue;
            }
            let own = exit.and_then(|exit| self.shape.exits.iter().position(|(operand, _)| *operand == exit));
            let declared = match own {
                Some(own) => self.shape.exit_spans[own],
                None => self.shape.output_spans[index],
            };
            if let Some(input) = output.passes {
                self.uses.inputs[input] = true;
                let ty = self.inputs[input];
                types.push(ty);
                if !output.ty.contains(ty) {
                    let message =
                        format!("`{}` is declared `{}`, but passes through as `{ty}`", output.name, output.ty);
                    let diagnostic = Diagnostic::new(Code::ResultType, declared, message);
                    let diagnostic = diagnostic.label(format!("declared `{}`", output.ty));
                    let help = format!(
                        "write `{}: {ty}` here, or `{}: {}` before the `->`",
                        output.name, output.name, output.ty
                    );
                    self.report.push(diagnostic.also(self.shape.input_spans[input], format!("`{ty}`")).help(help));
                }
                continue;
            }
            if self.is_unsure || self.unknown.contains(&output.name) {
                continue;
            }
            let span = self.span(&range);
            let at = match exit {
                None => "when the body ends".to_owned(),
                Some(operand) => format!("at the jump to `{}`", self.shape.operands[operand].name),
            };
            self.report.push(
                Diagnostic::new(Code::OutputMissing, span, format!("result `{}` has no value {at}", output.name))
                    .label("leaves here")
                    .also(declared, "declared here")
                    .help(match exit {
                        None => format!("add a step `{} = …`", output.name),
                        Some(operand) => format!(
                            "assign `{0}` before this step, or give the exit a shape of its own: `stack: \"… | {1}: \"`",
                            output.name, self.shape.operands[operand].name
                        ),
                    })
                    .because(self.shape.cause(Code::OutputMissing, &output.name)),
            );
        }
        self.ends.push((exit, types));
    }

    pub(super) fn unreachable(&mut self, step: &does::Step, leaving: &does::Step) {
        let place = self.span(&leaving.range);
        self.report.push(
            Diagnostic::new(Code::UnreachableStep, self.span(&step.range), "this step can never run")
                .label("never reached")
                .also(place, "always leaves here")
                .help("remove the step, or give the one before a condition: `if …`"),
        );
    }

    pub(super) fn unused_names(&mut self) {
        for assigned in self.names.iter().filter(|assigned| !assigned.used) {
            let span = self.text.span_of(assigned.range.clone());
            self.report.push(
                Diagnostic::new(Code::UnusedValue, span, format!("`{}` is assigned and never used", assigned.name))
                    .label("not used")
                    .help(format!("remove the step, or push the value: `stack: \"… -> {}\"`", assigned.name))
                    .because(self.shape.cause(Code::UnusedValue, &assigned.name)),
            );
        }
    }

    /// A block opens or closes one scope at most, and then continues with the next instruction; after closing one it may return.
    pub(super) fn scopes(&mut self, steps: &[does::Step]) {
        let touches = |effect: &Effect| matches!(effect, Effect::OpensScope | Effect::ClosesScope);
        let touched = self.effects.iter().filter(|effect| touches(effect)).count();
        let one = touched == 1 && self.flow.scope.abs() == 1;
        let leaves = !self.flow.jumps.is_empty() || self.flow.enters.is_some() || self.flow.raises;
        let returns_open = self.flow.scope > 0 && self.flow.returns;
        if touched == 0 || one && !leaves && !returns_open {
            return;
        }
        let range = steps.first().map_or(0..0, |step| step.range.start..self.text.value.len());
        self.report.push(
            Diagnostic::new(Code::BadScope, self.span(&range), "a row opens or closes one scope, at its only exit")
                .label("opens or closes scopes in another way")
                .help("write one row with `does: \"scope.open()\"` and one with `does: \"scope.close()\"`"),
        );
    }

    /// Checks `[name =] enter operand(group)`.
    pub(super) fn enter(
        &mut self,
        step: &does::Step,
        name: Option<&Name>,
        operand: &Name,
        group: &Name,
        last: bool,
    ) -> Option<Step> {
        const FORM: &str =
            "write `args: \"f: Func, argc: Count\", stack: \"argv: [Any; argc] -> r\", does: \"r = enter f(argv)\"`";
        let function =
            self.shape.operand(&operand.text).filter(|&index| self.shape.operands[index].kind == OperandKind::Func);
        let arguments = self.shape.input(&group.text).filter(|&index| self.shape.inputs[index].count.is_some());
        if let Some(index) = self.shape.operand(&operand.text) {
            self.uses.operands[index] = true;
        }
        if let Some(index) = self.shape.input(&group.text) {
            self.uses.inputs[index] = true;
        }
        let outputs = &self.shape.outputs;
        let is_result = name.is_some_and(|name| outputs.len() == 1 && outputs[0].name == name.text);
        let wrong = if function.is_none() {
            Some((&operand.range, format!("`{}` is no operand of kind `Func`", operand.text), FORM))
        } else if arguments.is_none() {
            Some((&group.range, format!("`{}` is no group of values from the stack", group.text), FORM))
        } else if !last {
            let help = "end the body with it: `r = enter f(argv)`; what follows a call belongs into a row of its own";
            Some((&step.range, "`enter` must be the last step".to_owned(), help))
        } else if !is_result {
            let message = "a function returns one value, so a row that enters one has one result, named by the step";
            Some((&step.range, message.to_owned(), FORM))
        } else {
            None
        };
        let errors = self.report.count();
        if let Some(name) = name {
            self.assign(name, Some(Type::ANY));
        }
        let wrong = wrong.filter(|_| self.report.count() == errors);
        if let Some((range, message, help)) = wrong {
            let diagnostic = Diagnostic::new(Code::BadEnter, self.span(range), message);
            self.report.push(diagnostic.label("cannot be entered like this").help(help));
            // The form that the remedy shows has its result, too.
            self.is_unsure = true;
        }
        let (operand, group) = function.zip(arguments)?;
        self.flow.enters = Some((operand, group));
        self.may_trap("there may be no room for a call", false, &step.range);
        Some(Step::Enter { name: name.map(|name| name.text.clone()), operand, group })
    }
}
