//! `cases` and `otherwise`: guards, what they take, and what never runs.

use super::block::{Uses, block};
use super::catalogue::Catalogue;
use super::checked::CheckedBody;
use super::joined::join;
use super::report::{Report, plural};
use super::stack::StackForm;
use super::table::Row;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{Parser, Problem, Step, Token};
use crate::model::{Body, Case, Input};
use crate::source::{Span, Text};
use opforge_core::{Kind, Type};
use std::collections::BTreeSet;

/// How many cases a row may have.
const MAX_CASES: usize = 64;
/// How many inputs a row with cases may have: every combination of their kinds is looked at.
const MAX_INPUTS: usize = 6;

const HELP: &str = "write one type per input, `=>`, and steps: `\"Int, Float => r = …\"`; `_` takes any value";

/// A case as read.
struct Read {
    guards: Vec<Type>,
    span: Span,
    steps: Vec<Step>,
}

/// Checks the cases of a row.
pub(crate) fn check(
    row: &Row<'_>,
    list: &[Text],
    shape: &StackForm,
    catalogue: &Catalogue,
    uses: &mut Uses,
    report: &mut Report,
) -> Option<CheckedBody> {
    let errors = report.count();
    let mut blocks = Vec::new();
    let mut cases = Vec::new();
    if !within_limits(row, list, shape, report) {
        return None;
    }
    for text in list {
        let Some(case) = read(text, shape, catalogue, report) else { continue };
        for (used, guard) in uses.inputs.iter_mut().zip(&case.guards) {
            *used |= *guard != Type::ANY;
        }
        blocks.extend(block(&case.steps, text, case.guards.clone(), shape, catalogue, uses, report));
        cases.push(case);
    }
    if report.count() != errors {
        return None;
    }
    let covered = shadows(&cases, shape, report);
    let inputs: Vec<Type> = shape.inputs.iter().map(|input| input.ty).collect();
    if let Some(text) = &row.op.otherwise {
        if covered {
            report.push(
                Diagnostic::new(
                    Code::OtherwiseNeverRuns,
                    text.span,
                    "`otherwise` can never run: the cases take every value",
                )
                .label("never runs")
                .help("remove `otherwise: …`, or narrow a case"),
            );
        }
        match Parser::new(&text.value).and_then(|mut parser| parser.steps()) {
            Ok(steps) => blocks.extend(block(&steps, text, inputs, shape, catalogue, uses, report)),
            Err(problem) => report.push(problem.in_text(text)),
        }
    }
    if report.count() != errors {
        return None;
    }
    let mut joined = join(row, blocks, shape, report)?;
    let otherwise = if row.op.otherwise.is_some() { joined.blocks.pop() } else { None };
    let traps = otherwise.is_none() && !covered;
    let blocks = std::mem::take(&mut joined.blocks);
    let cases = cases.into_iter().zip(blocks).map(|(case, block)| Case { guards: case.guards, block }).collect();
    let mut checked = joined.finish(Body::Cases { cases, otherwise });
    checked.traps.extend(catalogue.type_mismatch().filter(|_| traps));
    Some(checked)
}

fn within_limits(row: &Row<'_>, list: &[Text], shape: &StackForm, report: &mut Report) -> bool {
    let list_span = row.op.cases.as_ref().map_or(row.op.span, |cases| cases.span);
    let diagnostic = if list.is_empty() {
        let diagnostic = Diagnostic::new(Code::CaseSyntax, list_span, "`cases` holds no case").label("empty");
        diagnostic.help("write a case: `cases: [\"Int, Int => r = int.add_wrap(a, b)\"]`")
    } else if shape.inputs.is_empty() {
        let diagnostic = Diagnostic::new(Code::CaseSyntax, list_span, "cases look at inputs, but the row has none");
        diagnostic.label("nothing to look at").help("write `does: \"…\"` instead")
    } else if list.len() > MAX_CASES {
        let message = format!("{} cases, but a row has at most {MAX_CASES}", list.len());
        Diagnostic::new(Code::TooMany, list[MAX_CASES].span, message)
            .label("too many")
            .help("move rare ones into `otherwise`")
    } else if shape.inputs.len() > MAX_INPUTS {
        let message = format!("cases look at {} inputs, but at most {MAX_INPUTS} are possible", shape.inputs.len());
        let diagnostic = Diagnostic::new(Code::TooMany, shape.input_spans[MAX_INPUTS], message);
        diagnostic.label("too many").help("write `does: \"…\"`, or give the inputs types in `stack`")
    } else {
        return true;
    };
    report.push(diagnostic);
    false
}

/// Reads `Int, _ => steps`.
fn read(text: &Text, shape: &StackForm, catalogue: &Catalogue, report: &mut Report) -> Option<Read> {
    let errors = report.count();
    let before = report.list.len();
    if let Some((word, steps)) = fallback(text) {
        report.push(
            Diagnostic::new(Code::CaseSyntax, text.span_of(0..word.len()), format!("no case is called `{word}`"))
                .label("not a type")
                .help(format!("write `otherwise: \"{steps}\"` after the cases")),
        );
        return None;
    }
    let read = parse(text, catalogue, report);
    let (guards, guards_end, steps) = match read {
        Ok(read) => read,
        Err(problem) => {
            report.instead(before, problem.in_text(text));
            return None;
        }
    };
    let span = text.span_of(0..guards_end);
    if guards.len() != shape.inputs.len() {
        let (wanted, given) = (shape.inputs.len(), guards.len());
        let message = format!("{given} guard{} for {wanted} input{}", plural(given), plural(wanted));
        // What is written stays.
        let written = text.value[..guards_end].trim();
        let rest = std::iter::repeat_n("_", wanted.saturating_sub(given));
        let form = std::iter::once(written).chain(rest).collect::<Vec<_>>().join(", ");
        let form = if given < wanted { form } else { vec!["_"; wanted].join(", ") };
        report.push(
            Diagnostic::new(Code::GuardNumber, span, message)
                .label(format!("{wanted} wanted"))
                .also(row_inputs(shape), "the inputs")
                .help(format!("write one type for each input: `{form} => …`")),
        );
        return None;
    }
    let mut met = Vec::new();
    for (index, (guard, place)) in guards.into_iter().enumerate() {
        let input = &shape.inputs[index];
        let guard = guard.unwrap_or(Type::ANY);
        let both = guard.intersection(input.ty);
        if both.is_never() && report.count() == errors {
            let message = format!("no `{}` is a `{guard}`, so this case can never match", input.ty);
            report.push(
                Diagnostic::new(Code::NeverMatches, text.span_of(place), message)
                    .label(format!("`{}` is never a `{guard}`", input.name))
                    .also(shape.input_spans[index], format!("`{}` is `{}`", input.name, input.ty))
                    .help(format!("remove the case, or write `{}` here", input.ty)),
            );
        } else if input.count.is_some() && !guard.contains(input.ty) {
            let message = format!("`{}` is a group of values, which no guard can look at", input.name);
            let diagnostic = Diagnostic::new(Code::BadGroup, text.span_of(place), message).label("a guard on a group");
            report.push(diagnostic.also(shape.input_spans[index], "the group").help("write `_`"));
        }
        met.push(both);
    }
    (report.count() == errors).then_some(Read { guards: met, span, steps })
}

/// A case for what no other takes, as other languages have it: its word, and its steps.
fn fallback(text: &Text) -> Option<(&str, &str)> {
    let (word, steps) = text.value.split_once("=>")?;
    ["default", "else", "otherwise"].contains(&word.trim()).then_some((word.trim_end(), steps.trim()))
}

fn row_inputs(shape: &StackForm) -> Span {
    let first = shape.input_spans[0];
    Span { end: shape.input_spans.last().map_or(first.end, |last| last.end), ..first }
}

type Guards = Vec<(Option<Type>, std::ops::Range<usize>)>;

fn parse(text: &Text, catalogue: &Catalogue, report: &mut Report) -> Result<(Guards, usize, Vec<Step>), Problem> {
    let mut parser = Parser::new(&text.value)?;
    parser.cursor.code = Code::CaseSyntax;
    if parser.cursor.is_word("when") {
        let help = "remove `when …:`; only the policy `strict` is there so far";
        return Err(Problem::new(Code::NotYet, parser.cursor.range(), "policies as guards are not there yet", help));
    }
    let mut guards = Vec::new();
    loop {
        let start = parser.cursor.range().start;
        let mut guard = Some(Type::NEVER);
        loop {
            let name = parser.cursor.name("a type", HELP)?;
            let member = match name.text.as_str() {
                "_" => Some(Type::ANY),
                name_text => catalogue.types.resolve(name_text, text.span_of(name.range), report),
            };
            guard = guard.zip(member).map(|(guard, member)| guard.union(member));
            if !parser.cursor.eat("|") {
                break;
            }
        }
        guards.push((guard, start..parser.cursor.last_end()));
        if parser.cursor.is_symbol("=>") {
            break;
        }
        if matches!(parser.cursor.peek(), Some(Token::Symbol(","))) {
            parser.cursor.advance();
            continue;
        }
        let problem = parser.cursor.unexpected("`,` or `=>` after a guard", HELP);
        return Err(if parser.cursor.is_symbol("->") { problem.fix("=>") } else { problem });
    }
    let end = parser.cursor.last_end();
    parser.cursor.advance();
    parser.cursor.code = Code::DoesSyntax;
    Ok((guards, end, parser.steps()?))
}

/// Complains about cases that earlier ones always take, and says whether all values are taken.
///
/// Looks at every combination of kinds that the inputs can have; of kinds that no guard tells apart at one.
fn shadows(cases: &[Read], shape: &StackForm, report: &mut Report) -> bool {
    let told_apart = |(input, declared): (usize, &Input)| -> Vec<Kind> {
        let guarded =
            |kind: Kind| cases.iter().map(|case| case.guards.get(input).is_some_and(|guard| guard.has(kind))).collect();
        let mut known: BTreeSet<Vec<bool>> = BTreeSet::new();
        declared.ty.kinds().filter(|kind| known.insert(guarded(*kind))).collect()
    };
    let kinds: Vec<Vec<Kind>> = shape.inputs.iter().enumerate().map(told_apart).collect();
    let mut takes = vec![false; cases.len()];
    // The first earlier case that takes something from a case, to name it.
    let mut thief = vec![None; cases.len()];
    let mut all = true;
    let total: usize = kinds.iter().map(Vec::len).product();
    for number in 0..total {
        let mut rest = number;
        let combination: Vec<Kind> = kinds
            .iter()
            .map(|kinds| {
                let kind = kinds[rest % kinds.len()];
                rest /= kinds.len();
                kind
            })
            .collect();
        let fits = |case: &Read| case.guards.iter().zip(&combination).all(|(guard, kind)| guard.has(*kind));
        let first = cases.iter().position(fits);
        all &= first.is_some();
        let Some(first) = first else { continue };
        takes[first] = true;
        for later in first + 1..cases.len() {
            if thief[later].is_none() && fits(&cases[later]) {
                thief[later] = Some(first);
            }
        }
    }
    for (index, case) in cases.iter().enumerate() {
        if takes[index] {
            continue;
        }
        let diagnostic =
            Diagnostic::new(Code::ShadowedCase, case.span, "this case never runs: earlier ones take all its values");
        let diagnostic = diagnostic
            .label("never runs")
            .help("remove the case, or move it before the wider one: `Int, Int` before `Num, _`");
        report.push(match thief[index] {
            Some(first) => diagnostic.also(cases[first].span, "takes them"),
            None => diagnostic,
        });
    }
    all
}
