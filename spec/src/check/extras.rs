//! Fields beside the body: `native`, `fuel_per`, `const_form`.

use super::block::{BlockChecker, Uses};
use super::catalogue::Catalogue;
use super::checked::CheckedBody;
use super::report::Report;
use super::table::{Row, Table};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::Parser;
use crate::model::{Body, Effect, Expr, Native, NativeState};
use opforge_core::{OperandKind, Type};

/// The native state of a row: derived from its body, weakened by its claim.
///
/// A shuffle, and a body of pure primitives, locals, constants and jumps, is `Inline`; one with other effects, and a
/// handler, is `Helper`; one that calls, returns or raises is `Exit`; a `seq` is as its weakest part.
pub(crate) fn native(row: &Row<'_>, body: &CheckedBody, table: &Table<'_>, report: &mut Report) -> Native {
    let derived = derive(body, table);
    let Some(claim) = &row.op.native else { return Native { state: derived, reason: None } };
    let name = claim.value.name.as_str();
    let state = match name {
        "Never" => NativeState::Exit,
        "Helper" => NativeState::Helper,
        "Inline" => NativeState::Inline,
        _ => {
            let near = crate::nearest::nearest(name, ["Never", "Helper"]).unwrap_or("Never");
            let message = format!("`{name}` says nothing about native code");
            let diagnostic = Diagnostic::new(Code::BadNativeClaim, claim.span, message).label("unknown claim");
            report.push(diagnostic.help(format!("write `native: {near}(\"why\")`")));
            return Native { state: derived, reason: None };
        }
    };
    if state <= derived {
        let (than, label) =
            if state < derived { ("more than", "a claim that does not hold") } else { ("just", "says nothing new") };
        let message = format!("`native: {name}` claims {than} what follows from the body: `{}`", state_name(derived));
        report.push(
            Diagnostic::new(Code::BadNativeClaim, claim.span, message)
                .label(label)
                .note("the state is derived; a row may only weaken it, with a reason")
                .help("remove `native: …`"),
        );
    } else if claim.value.argument.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
        report.push(
            Diagnostic::new(Code::BadNativeClaim, claim.span, format!("`native: {name}` gives no reason"))
                .label("why?")
                .help(format!("write `native: {name}(\"talks to a terminal\")`")),
        );
    }
    Native { state, reason: claim.value.argument.clone() }
}

fn state_name(state: NativeState) -> &'static str {
    match state {
        NativeState::Inline => "Inline",
        NativeState::Helper => "Helper",
        NativeState::Exit => "Never",
    }
}

fn derive(body: &CheckedBody, table: &Table<'_>) -> NativeState {
    let simple =
        |effect: &Effect| matches!(effect, Effect::ReadsConstants | Effect::ReadsLocals | Effect::WritesLocals);
    match &body.body {
        Body::Seq(parts) => {
            let part_states = parts.iter().filter_map(|part| table.instructions[part.instruction.0].as_ref());
            part_states.map(|part| part.native.state).max().unwrap_or(NativeState::Inline)
        }
        Body::Handler(_) => NativeState::Helper,
        _ if body.flow.enters.is_some() || body.flow.returns || body.flow.raises => NativeState::Exit,
        _ if body.effects.iter().all(simple) => NativeState::Inline,
        _ => NativeState::Helper,
    }
}

/// The charge per unit of work: an int over inputs and operands, which changes nothing.
pub(crate) fn fuel(row: &Row<'_>, body: &CheckedBody, catalogue: &Catalogue, report: &mut Report) -> Option<Expr> {
    const HELP: &str = "write an int over inputs and operands that changes nothing: `fuel_per: \"argc\"`";
    let text = row.op.fuel_per.as_ref()?;
    let expr = match Parser::new(&text.value).and_then(|mut parser| parser.only_expr()) {
        Ok(expr) => expr,
        Err(problem) => {
            report.push(problem.in_text(text));
            return None;
        }
    };
    if matches!(body.body, Body::Seq(_) | Body::Shuffle) {
        let message = "the charge of a row without a body of its own follows from its parts";
        let diagnostic = Diagnostic::new(Code::BadFuel, text.span, message).label("written twice");
        report.push(diagnostic.help("remove `fuel_per: …`"));
        return None;
    }
    let mut uses = Uses::none(&body.shape);
    let inputs = body.shape.inputs.iter().map(|input| input.ty).collect();
    let mut checker = BlockChecker::new(catalogue, &body.shape, text, inputs, &mut uses, report);
    let (value, ty) = checker.value(&expr)?;
    let effects = checker.effects.iter().any(|effect| effect.changes_state()) || !checker.traps.is_empty();
    if ty != Type::INT || effects {
        let message = match effects {
            true => "a charge is computed before the work, so it may change nothing and trap nowhere".to_owned(),
            false => format!("a charge is an `Int`, but this is `{ty}`"),
        };
        let label = if effects { "has effects".to_owned() } else { format!("of type `{ty}`") };
        report.push(Diagnostic::new(Code::BadFuel, text.span, message).label(label).help(HELP));
        return None;
    }
    Some(value)
}

/// The kind of constant that the slot form takes as last operand.
pub(crate) fn const_form(row: &Row<'_>, body: &CheckedBody, report: &mut Report) -> Option<OperandKind> {
    let written = row.op.const_form.as_ref()?;
    let kind = match OperandKind::from_name(&written.value) {
        Some(kind) if kind.number().is_some() => kind,
        _ => {
            let message = format!("`{}` is no constant form", written.value);
            let forms = OperandKind::ALL.into_iter().filter(|kind| kind.number().is_some());
            let forms: Vec<&str> = forms.map(OperandKind::name).collect();
            report.push(
                Diagnostic::new(Code::BadConstForm, written.span, message)
                    .label("no such form")
                    .help(format!("write `const_form: {}`", forms.join("`, `"))),
            );
            return None;
        }
    };
    let ty = kind.number().unwrap_or(Type::INT);
    let last = body.shape.inputs.last();
    let fits = last.is_some_and(|input| input.count.is_none() && input.ty.contains(ty));
    if fits && matches!(body.body, Body::Does(_) | Body::Cases { .. }) {
        return Some(kind);
    }
    let message = match last {
        None => format!("`{}` has no input that could be a constant", row.op.name.value),
        Some(input) if !fits => format!("the last input, `{}`, is never `{ty}`", input.name),
        Some(_) => "only `does` and `cases` have a constant form".to_owned(),
    };
    report.push(
        Diagnostic::new(Code::BadConstForm, written.span, message).label("cannot be").help("remove `const_form: …`"),
    );
    None
}
