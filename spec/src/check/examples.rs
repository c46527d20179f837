//! Examples of a row: compared with the row's form, and run where that needs no machine.

use super::example_text;
use super::outcomes::outcomes;
use super::report::{Report, plural};
use super::shown;
use super::table::{Row, Table};
use crate::code::Code;
use crate::coverage::ending_in;
use crate::diagnostic::{Cause, Diagnostic};
use crate::evaluate;
use crate::model::{Body, Example, Instruction, Literal, Outcome, Output, Trap, TrapId};
use crate::source::{Span, Text};
use crate::words::{example_words, list, outcome_words, words};
use opforge_core::{Kind, StandardTrap, Through};
use std::ops::Range;

/// How many examples a row may have.
const MAX_EXAMPLES: usize = 256;

/// Whether a table is only on its way: then its rows may lack examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Draft {
    Yes,
    No,
}

/// Checks the examples of `row`, whose record is `instruction`.
pub(crate) fn check(
    row: &Row<'_>,
    instruction: &Instruction,
    table: &Table<'_>,
    draft: Draft,
    report: &mut Report,
) -> Vec<Example> {
    let mut examples = Vec::new();
    let errors = report.count();
    if let Some(text) = row.op.examples.get(MAX_EXAMPLES) {
        let message = format!("{} examples, but a row has at most {MAX_EXAMPLES}", row.op.examples.len());
        report.push(
            Diagnostic::new(Code::TooMany, text.span, message)
                .label("too many")
                .help(format!("keep at most {MAX_EXAMPLES} in `examples`")),
        );
        return examples;
    }
    for text in &row.op.examples {
        match example_text::read(text, row, instruction, table) {
            Ok((mut example, outcome)) => {
                let parts = Places { text, outcome };
                let errors = report.list.len();
                if possible(&example, &parts, instruction, table, report) {
                    example.evaluated = run(&example, &parts, instruction, table, report);
                }
                report.list.iter_mut().skip(errors).for_each(|wrong| wrong.causes.extend(shared(row, wrong)));
                examples.push(example);
            }
            Err(problem) => {
                let written = text.value.get(problem.range.clone()).unwrap_or_default().to_owned();
                let diagnostic = problem.in_text(text);
                let causes = match diagnostic.code {
                    Code::ExampleValues => shared(row, &diagnostic),
                    Code::UnknownTrap => vec![Cause::Unknown("trap", written)],
                    _ => Vec::new(),
                };
                report.push(diagnostic.because(causes));
            }
        }
    }
    if report.count() == errors && draft == Draft::No {
        enough(row, instruction, &examples, table, report);
    }
    let full = examples.len() >= MAX_EXAMPLES;
    if report.count() == errors && draft == Draft::No && row.op.no_examples.is_none() && !full {
        shown::check(row, instruction, &examples, table, report);
    }
    examples
}

/// What examples of a row have in common that are wrong in the same way: then the row may be, not they.
fn shared(row: &Row<'_>, wrong: &Diagnostic) -> Vec<Cause> {
    let way = match wrong.code {
        Code::WrongExample => "",
        Code::ExampleOutcome => &wrong.message,
        _ => &wrong.primary.1,
    };
    let template = row.template.map(|(file, name)| Cause::Template(file, name.to_owned()));
    template.into_iter().chain([Cause::Row(row.op.name.span, wrong.code, way.to_owned())]).collect()
}

/// Where things stand in an example.
struct Places<'t> {
    text: &'t Text,
    /// From after `=>` to the first `;`.
    outcome: Range<usize>,
}

impl Places<'_> {
    fn span(&self) -> Span {
        self.text.span_of(self.outcome.clone())
    }
}

/// Whether the row can have that outcome at all; complains if not.
fn possible(example: &Example, places: &Places<'_>, row: &Instruction, table: &Table<'_>, report: &mut Report) -> bool {
    let enters = row.flow.enters.is_some();
    let (can, what) = match &example.outcome {
        Outcome::Next(_) => (row.flow.next, "continues at the next instruction".to_owned()),
        Outcome::Jump(Through { operand, .. }, _) => {
            (row.flow.jumps.contains(operand), format!("jumps through `{}`", row.operands[*operand].name))
        }
        Outcome::Trap(trap) => {
            let declared = row.own_traps.contains(trap) || row.traps.contains(trap);
            (declared || enters, format!("traps `{}`", table.catalogue.traps[trap.0].name))
        }
        Outcome::Return(_) => (row.flow.returns, "returns".to_owned()),
        Outcome::Raise(_) => (row.flow.raises || enters, "raises a value".to_owned()),
    };
    if !can {
        let message = format!("`{}` never {what}", row.name);
        let diagnostic = Diagnostic::new(Code::ExampleOutcome, places.span(), message).label("cannot happen");
        let undeclared = match &example.outcome {
            Outcome::Trap(trap) if matches!(row.body, Body::Handler(_)) => {
                let name = &table.catalogue.traps[trap.0].name;
                format!("; if its handler does that, add `Traps({name:?})` to `effects`")
            }
            _ => String::new(),
        };
        report.push(diagnostic.help(format!("write what happens: {}{undeclared}", outcomes(row, table))));
        return false;
    }
    match &example.outcome {
        Outcome::Next(values) => fits(values, &row.outputs, places, row, report),
        Outcome::Jump(through, values) => fits(values, row.outputs_at(through.operand), places, row, report),
        _ => true,
    }
}

/// Whether the values can be those outputs.
fn fits(values: &[Literal], outputs: &[Output], places: &Places<'_>, row: &Instruction, report: &mut Report) -> bool {
    if values.len() != outputs.len() {
        let (wanted, given) = (outputs.len(), values.len());
        let message = format!("`{}` pushes {wanted} value{} here, the example says {given}", row.name, plural(wanted));
        let names: Vec<&str> = outputs.iter().map(|output| output.name.as_str()).collect();
        let help = match wanted {
            0 => "write nothing after `=>`, or `=> next`".to_owned(),
            _ => format!("write one value each for `{}`", names.join("`, `")),
        };
        report.push(
            Diagnostic::new(Code::ExampleValues, places.span(), message).label(format!("{given} given")).help(help),
        );
        return false;
    }
    for (value, output) in values.iter().zip(outputs) {
        let kind = match value {
            Literal::Scalar(scalar) => scalar.kind(),
            Literal::Text(_) => Kind::Str,
        };
        if output.ty.has(kind) {
            continue;
        }
        let message = format!("`{}` is `{}`, but the example says {}", output.name, output.ty, words(value));
        let help = format!("write a value of type `{}`", output.ty);
        report.push(Diagnostic::new(Code::ExampleValues, places.span(), message).label("another type").help(help));
        return false;
    }
    true
}

/// Runs the example where that needs no machine; complains when the outcome differs. Returns whether it was run.
fn run(example: &Example, places: &Places<'_>, row: &Instruction, table: &Table<'_>, report: &mut Report) -> bool {
    let Some(ended) = evaluate::ending(&table.evaluation(), row, example) else { return false };
    if ended.outcome != example.outcome {
        let gives = outcome_words(&ended.outcome, row, table.catalogue.traps.as_slice());
        let message = format!("`{}` gives `{gives}` here, not what the example says", row.name);
        let (span, help) = (places.span(), format!("write `=> {gives}`, or mend the row"));
        let gap = if places.outcome.is_empty() { " " } else { "" };
        let fix = format!("{gap}{gives}");
        report.push(
            Diagnostic::new(Code::WrongExample, span, message)
                .label(format!("gives `{gives}`"))
                .help(help)
                .fix(span, fix),
        );
        return true;
    }
    for (name, stated, after) in
        [("slots", &example.slots_after, &ended.slots), ("globals", &example.globals_after, &ended.globals)]
    {
        if stated.as_ref().is_some_and(|stated| stated != after) {
            let message = format!("`{}` leaves the {name} `{}`, not what the example says", row.name, list(after));
            let diagnostic = Diagnostic::new(Code::WrongExample, places.text.span, message);
            report.push(diagnostic.label("leaves something else").help(format!("write `; {name}: {}`", list(after))));
        }
    }
    true
}

/// Wants an example that succeeds, and one that traps where the row can.
fn enough(row: &Row<'_>, instruction: &Instruction, examples: &[Example], table: &Table<'_>, report: &mut Report) {
    let name = &row.op.name;
    if let Some(excuse) = &row.op.no_examples {
        let first = row.op.examples.first();
        if let Some(first) = first {
            report.push(
                Diagnostic::new(
                    Code::ExamplesExcused,
                    excuse.span,
                    format!("`{}` has examples, so it needs no excuse", name.value),
                )
                .label("an excuse for having none")
                .also(first.span, "an example")
                .help("remove `no_examples: …`"),
            );
        }
        if excuse.value.trim().is_empty() {
            let message = format!("`{}` has no examples, and no reason for that", name.value);
            let diagnostic = Diagnostic::new(Code::MissingExamples, excuse.span, message).label("says nothing");
            report.push(diagnostic.help("say why: `no_examples: \"needs a terminal\"`, or write `examples: […]`"));
        }
        return;
    }
    let traps = |example: &Example| matches!(example.outcome, Outcome::Trap(_));
    // What depends on nothing has one outcome, which its example shows.
    let depends = !(instruction.inputs.is_empty() && instruction.operands.is_empty() && instruction.effects.is_empty());
    let needed = instruction.traps.iter().filter(|_| depends).find(|trap| !table.catalogue.is_from_outside(**trap));
    let flow = &instruction.flow;
    let only_traps = !(flow.next || flow.returns || flow.raises || flow.enters.is_some()) && flow.jumps.is_empty();
    let diagnostic = if !examples.iter().any(|example| !traps(example) || only_traps) {
        Diagnostic::new(Code::MissingExamples, name.span, format!("`{}` has no example that succeeds", name.value))
            .label("what does it do?")
            .help(format!("add one: `examples: [{:?}]`, or `no_examples: \"reason\"`", succeeding(instruction, table)))
    } else if let Some(trap) = needed.filter(|_| !examples.iter().any(traps)) {
        // What no value brings about needs no example.
        let Some(example) = trapping(instruction, *trap, table) else { return };
        let trap = &table.catalogue.traps[trap.0].name;
        Diagnostic::new(Code::MissingExamples, name.span, format!("`{}` can trap, but no example shows it", name.value))
            .label(format!("can trap `{trap}`"))
            .help(format!("add one to `examples`: `{example:?}`"))
    } else {
        return;
    };
    report.push(diagnostic);
}

/// An example in which the row does something: a computed one, where that needs no machine.
fn succeeding(instruction: &Instruction, table: &Table<'_>) -> String {
    let computed = ending_in(&table.evaluation(), instruction, |outcome| !matches!(outcome, Outcome::Trap(_)));
    if let Some(example) = computed {
        return example_words(&example, instruction, &table.catalogue.traps);
    }
    let inputs = vec!["1"; instruction.single_inputs()].join(" ");
    let outputs = vec!["1"; instruction.outputs.len()].join(" ");
    format!("{inputs} => {outputs}").trim().to_owned()
}

/// An example in which the row traps: a computed one, where that needs no machine, if any value was found for it; else one that
/// probably raises this trap.
fn trapping(instruction: &Instruction, trap: TrapId, table: &Table<'_>) -> Option<String> {
    let traps = &table.catalogue.traps;
    let set = table.evaluation();
    let exactly = ending_in(&set, instruction, |outcome| *outcome == Outcome::Trap(trap));
    let some = || ending_in(&set, instruction, |outcome| matches!(outcome, Outcome::Trap(_)));
    if let Some(example) = exactly.or_else(some) {
        return Some(example_words(&example, instruction, traps));
    }
    evaluate::obstacle(&set, instruction)?;
    let Trap { name, standard, .. } = &traps[trap.0];
    let inputs = match standard {
        Some(StandardTrap::TypeMismatch) if instruction.operands.is_empty() => {
            vec!["nil"; instruction.single_inputs()].join(" ")
        }
        _ => "…".to_owned(),
    };
    Some(format!("{inputs} => trap {name}"))
}
