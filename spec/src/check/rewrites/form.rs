//! The form of a rewrite: straight lines of rows that compute, perhaps with a jump at their end, over the same variables.

use crate::check::pattern::Pattern;
use crate::check::report::Report;
use crate::check::table::Table;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{Cursor, Name, Problem};
use crate::model::{Body, Effect, Instruction, PatternPart};
use crate::nearest::{near_or, nearest};
use crate::rows::{RewriteRow, Spanned};
use crate::source::{Span, Text};
use opforge_core::{OperandKind, Type};
use std::collections::{BTreeMap, BTreeSet};

/// A rewrite of the right form.
pub(super) struct Form {
    pub(super) from: Vec<PatternPart>,
    pub(super) to: Vec<PatternPart>,
    /// The operand variables of `from`; `to` has no others.
    pub(super) variables: BTreeMap<String, OperandKind>,
    pub(super) when: Vec<(String, Type)>,
}

type Variables = BTreeMap<String, (OperandKind, Span)>;

/// Reads both sides and the condition.
pub(super) fn check(row: &RewriteRow, table: &Table<'_>, report: &mut Report) -> Option<Form> {
    let errors = report.count();
    let (from, to) = (side(&row.from, table, report), side(&row.to, table, report));
    // What one of them names may stand in a line that could not be read.
    let ((from, variables), (to, to_variables)) = from.zip(to)?;
    if row.from.value.is_empty() {
        let diagnostic = Diagnostic::new(Code::BadPattern, row.from.span, "there is nothing to rewrite").label("empty");
        report.push(diagnostic.help("write what is replaced: `from: [\"LogNot\", \"LogNot\"]`"));
    }
    same_variables(&variables, &to_variables, report);
    straight(row, &row.from, &from, table, report);
    straight(row, &row.to, &to, table, report);
    let inputs = first_inputs(&from, table);
    let when =
        row.when.as_ref().map_or(Some(Vec::new()), |text| condition(text, &variables, &inputs, table, report))?;
    let variables = variables.into_iter().map(|(name, (kind, _))| (name, kind)).collect();
    (report.count() == errors).then_some(Form { from, to, variables, when })
}

/// `None` where a line cannot be read, or is about a row that is wrong.
fn side(lines: &Spanned<Vec<Text>>, table: &Table<'_>, report: &mut Report) -> Option<(Vec<PatternPart>, Variables)> {
    let mut pattern = Pattern::new(table, report);
    pattern.lines(lines);
    pattern.is_whole.then_some((pattern.parts, pattern.variables))
}

/// What `to` names stands in `from`, as an operand of the same kind.
fn same_variables(from: &Variables, to: &Variables, report: &mut Report) {
    for (name, (kind, span)) in to {
        report.push(match from.get(name) {
            None => Diagnostic::new(Code::BadRewrite, *span, format!("`{name}` does not stand in `from`"))
                .label("has no value")
                .help(format!("use `{name}` in `from`{}", or_a_number(*kind))),
            Some((from_kind, from_span)) if from_kind != kind => {
                let (is, was) = (kind.name(), from_kind.name());
                let message = format!("`{name}` stands for operands of kinds `{was}` and `{is}`");
                Diagnostic::new(Code::PartOperands, *span, message)
                    .label(format!("`{is}` here"))
                    .also(*from_span, format!("`{was}` here"))
                    .help(format!("name an operand of kind `{is}` of `from`{}", or_a_number(*kind)))
            }
            Some(_) => continue,
        });
    }
}

/// No number is a place in the code.
fn or_a_number(kind: OperandKind) -> &'static str {
    if kind.is_jump() { "" } else { ", or write a number here" }
}

fn first_inputs(parts: &[PatternPart], table: &Table<'_>) -> BTreeSet<String> {
    let first = parts.iter().find_map(|part| match part {
        PatternPart::Instruction(id, _) => table.instructions[id.0].as_ref(),
        PatternPart::Label(_) => None,
    });
    first.map_or(BTreeSet::new(), |first| first.inputs.iter().map(|input| input.name.clone()).collect())
}

/// A rewrite is over rows that compute; the last one may jump.
fn straight(
    row: &RewriteRow,
    lines: &Spanned<Vec<Text>>,
    parts: &[PatternPart],
    table: &Table<'_>,
    report: &mut Report,
) {
    if lines.value.len() != parts.len() {
        return;
    }
    for (index, (part, text)) in parts.iter().zip(&lines.value).enumerate() {
        let PatternPart::Instruction(id, _) = part else {
            let diagnostic = Diagnostic::new(Code::BadRewrite, text.span, "a rewrite is straight, so it has no labels");
            report.push(diagnostic.label("a label").help(format!("remove the line `\"{}\"`", text.value)));
            continue;
        };
        let Some(instruction) = table.instructions[id.0].as_ref() else { continue };
        let jumps = !instruction.flow.jumps.is_empty() || !instruction.flow.next;
        let why = if !is_simple(instruction) || may_hit_a_limit(instruction, table) {
            "does more than compute"
        } else if instruction.fuel_per.is_some() {
            "charges ticks for its work, which a rewrite may not change"
        } else if jumps && index + 1 < parts.len() {
            "may jump, and only the last row of a side may"
        } else {
            continue;
        };
        let name = &row.name.value;
        report.push(
            Diagnostic::new(Code::BadRewrite, text.span, format!("`{}` {why}", instruction.name))
                .label("cannot be rewritten")
                .help(format!("remove `Rewrite(name: \"{name}\", …)`, or write it over rows that compute")),
        );
    }
}

fn is_simple(row: &Instruction) -> bool {
    let stays = !row.flow.returns && !row.flow.raises && row.flow.enters.is_none() && row.flow.scope == 0;
    let computes = !matches!(row.body, Body::Handler(_));
    let is_place = |effect: &Effect| matches!(effect, Effect::WritesLocals | Effect::WritesGlobals);
    let changes = row.effects.iter().any(|effect| !is_place(effect) && effect.changes_state());
    stays && computes && !changes
}

/// Whether it traps where a limit of the machine is reached, which is not tried.
fn may_hit_a_limit(row: &Instruction, table: &Table<'_>) -> bool {
    row.own_traps.iter().any(|trap| table.catalogue.is_limit(*trap))
}

/// `a: Int, b: Float`. A name that stands twice must be of both types.
fn condition(
    text: &Text,
    variables: &Variables,
    inputs: &BTreeSet<String>,
    table: &Table<'_>,
    report: &mut Report,
) -> Option<Vec<(String, Type)>> {
    const HELP: &str = "write names and types: `when: \"a: Int, b: Float\"`";
    let before = report.list.len();
    let mut read = || -> Result<Option<Vec<(String, Type)>>, Problem> {
        let mut cursor = Cursor::new(&text.value, Code::BadRewrite)?;
        let mut conditions: Option<Vec<(String, Type)>> = Some(Vec::new());
        loop {
            let name = cursor.name("a name", HELP)?;
            known(&name, variables, inputs)?;
            cursor.expect(":", HELP)?;
            let ty = cursor.name("a type", HELP)?;
            let ty = table.catalogue.types.resolve(&ty.text, text.span_of(ty.range), report);
            conditions = conditions.zip(ty).map(|(mut all, ty)| {
                match all.iter_mut().find(|(known, _)| *known == name.text) {
                    Some((_, known)) => *known = known.intersection(ty),
                    None => all.push((name.text, ty)),
                }
                all
            });
            if !cursor.eat(",") {
                cursor.finish(HELP)?;
                return Ok(conditions);
            }
        }
    };
    match read() {
        Ok(conditions) => conditions,
        Err(problem) => {
            report.instead(before, problem.in_text(text));
            None
        }
    }
}

/// Whether a condition can be about that name: it is an operand variable or an input of the first row, and not both.
fn known(name: &Name, variables: &Variables, inputs: &BTreeSet<String>) -> Result<(), Problem> {
    let wrong = |message: String, label: &str, help: String| {
        Err(Problem::new(Code::BadRewrite, name.range.clone(), message, help).label(label))
    };
    let text = &name.text;
    match (variables.contains_key(text), inputs.contains(text)) {
        (true, false) | (false, true) => Ok(()),
        (true, true) => {
            let message = format!("`{text}` is an operand of `from` and an input of its first row");
            wrong(message, "names two things", format!("give the operand another name, such as `{text}_2`"))
        }
        (false, false) => {
            let all: Vec<&str> = variables.keys().chain(inputs).map(String::as_str).collect();
            let help = near_or(nearest(text, all.iter().copied()), || match all.is_empty() {
                true => "remove `when`: the first row of `from` has neither operands nor inputs".to_owned(),
                false => format!("write an operand of `from` or an input of its first row: `{}`", all.join("`, `")),
            });
            let message = format!("`{text}` is neither an operand of `from` nor an input of its first row");
            wrong(message, "unknown name", help)
        }
    }
}
