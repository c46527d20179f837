//! What a step assigns: a name that may be assigned, a value of the type that it is declared to have.

use super::block::{Assigned, BlockChecker};
use super::operands::check_name;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::Name;
use opforge_core::Type;
use std::ops::Range;

impl BlockChecker<'_> {
    /// Records `name = …`, and says what is wrong with it.
    pub(super) fn assign(&mut self, name: &Name, ty: Option<Type>) {
        let errors = self.report.count();
        self.assign_name(name, ty);
        self.is_unsure |= self.report.count() != errors;
        if let Some(ty) = ty.filter(|_| !self.is_unsure) {
            self.result_type(&name.text, ty, &name.range);
        }
    }

    /// Records `name = …` where the value is wrong: perhaps because the name is.
    pub(super) fn assign_unknown(&mut self, name: &Name) {
        self.is_unsure = true;
        self.names.push(Assigned { name: name.text.clone(), ty: None, range: name.range.clone(), used: false });
    }

    fn assign_name(&mut self, name: &Name, ty: Option<Type>) {
        let span = self.span(&name.range);
        if let Some(first) = self.names.iter().find(|assigned| assigned.name == name.text) {
            let first = self.span(&first.range);
            if self.is_unsure {
                return self.report.silent();
            }
            self.report.push(
                Diagnostic::new(Code::AssignedTwice, span, format!("`{}` is assigned twice", name.text))
                    .label("assigned again")
                    .also(first, "first assigned here")
                    .help(format!("give one another name, such as `{}_2`", name.text)),
            );
            return;
        }
        let is_output = self.shape.is_output(&name.text);
        let taken = self.shape.operand(&name.text).map(|index| ("an operand", self.shape.operand_spans[index]));
        let input = self.shape.input(&name.text).filter(|_| !is_output);
        let taken = taken.or(input.map(|index| ("an input", self.shape.input_spans[index])));
        if let Some((what, place)) = taken {
            self.report.push(
                Diagnostic::new(
                    Code::CannotAssign,
                    span,
                    format!("`{}` is {what}, so it cannot be assigned", name.text),
                )
                .label("assigned here")
                .also(place, format!("{what} of the row"))
                .help(format!("give the new value another name, such as `new_{}`", name.text)),
            );
        } else if name.text.contains('.') || name.text.chars().any(char::is_uppercase) || name.text == "_" {
            let cause = self.shape.cause(Code::BadName, &name.text);
            check_name(name, self.text, cause, self.report);
        }
        self.names.push(Assigned { name: name.text.clone(), ty, range: name.range.clone(), used: false });
    }

    /// Complains when a value of type `ty` is no `name` as the row declares it.
    fn result_type(&mut self, name: &str, ty: Type, range: &Range<usize>) {
        let exits = self.shape.exits.iter().zip(&self.shape.exit_spans);
        let exits = exits.flat_map(|((_, outputs), span)| outputs.iter().map(move |output| (output, *span)));
        let outputs = self.shape.outputs.iter().zip(self.shape.output_spans.iter().copied());
        let wrong = outputs.chain(exits).find(|(output, _)| output.name == name && !output.ty.contains(ty));
        let Some((output, declared)) = wrong else { return };
        let message = format!("`{name}` is declared `{}`, but gets `{ty}` here", output.ty);
        self.report.push(
            Diagnostic::new(Code::ResultType, self.span(range), message)
                .label(format!("gets `{ty}`"))
                .also(declared, format!("declared `{}`", output.ty))
                .help(format!("write `{name}: {ty}` in `stack`, or compute a value of type `{}`", output.ty))
                .because(self.shape.cause(Code::ResultType, name)),
        );
    }
}
