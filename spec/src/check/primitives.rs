//! Traps, effects and primitives: what bodies may name.

use super::catalogue::{Catalogue, trap};
use super::report::Report;
use super::roles::role;
use super::types;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{Cursor, Problem, Token};
use crate::model::{Effect, Param, Primitive, PrimitiveId, Trap, TrapId};
use crate::nearest::{near_or, nearest};
use crate::rows::{EffectRow, PrimMeaning, PrimRow, Rows, Spanned};
use crate::source::Text;
use opforge_core::{OperandKind, StandardTrap, Type};
use std::collections::{BTreeMap, BTreeSet};

/// How many parameters a primitive may have.
const MAX_PARAMS: usize = 16;

const SIGNATURE_HELP: &str =
    "write a signature such as `sig: \"Int, Int -> Int\"` or `sig: \"slot: Local, v: Any -> \"`";

/// Gathers what the families declare for bodies to name, but the primitives that are defined by others.
pub(crate) fn catalogue(rows: &Rows, report: &mut Report) -> Catalogue {
    let types = types::collect(rows, report);
    let mut traps: Vec<Trap> = rows
        .families
        .iter()
        .flat_map(|family| family.traps.iter().map(move |row| (family.std, row)))
        .map(|(std, row)| Trap {
            name: row.name.value.clone(),
            code: row.code.value,
            doc: row.doc.value.clone(),
            standard: StandardTrap::from_code(row.code.value).filter(|_| std),
        })
        .collect();
    traps.sort_by_key(|trap| trap.code);
    let mut catalogue = Catalogue {
        types,
        traps,
        primitives: Vec::new(),
        declared: Vec::new(),
        primitive_ids: BTreeMap::new(),
        definitions: BTreeMap::new(),
    };
    let declared = rows.families.iter().flat_map(|family| family.primitives.iter().map(|row| (family.std, row)));
    for (std, row) in declared {
        // Those that are defined come once these are known.
        let PrimMeaning::Rust(rust) = &row.means else { continue };
        let name = row.name.value.clone();
        let errors = report.count();
        let primitive = primitive(row, rust, std, &catalogue, report);
        let id = primitive.filter(|_| report.count() == errors).map(|primitive| {
            catalogue.primitives.push(primitive);
            catalogue.declared.push((!std || rows.std_on_disk).then_some(row.name.span));
            PrimitiveId(catalogue.primitives.len() - 1)
        });
        catalogue.primitive_ids.insert(name, id);
    }
    catalogue
}

/// What a row declares as an effect.
pub(crate) enum Declared {
    Effect(Effect),
    Trap(TrapId),
}

/// The effect or trap that a row writes.
pub(crate) fn declared(row: &Spanned<EffectRow>, catalogue: &Catalogue, report: &mut Report) -> Option<Declared> {
    let EffectRow { name, argument } = &row.value;
    if name == "Traps" {
        let Some(argument) = argument else {
            let message = "effect `Traps` names no trap";
            report.push(
                Diagnostic::new(Code::UnknownEffect, row.span, message)
                    .label("which trap?")
                    .help("write `Traps(\"TypeMismatch\")`, once for each trap"),
            );
            return None;
        };
        let write = |name: &str| format!("Traps(\"{name}\")");
        return trap(argument, row.span, write, catalogue, report).map(Declared::Trap);
    }
    if let Some(effect) = Effect::from_name(name) {
        if argument.is_none() {
            return Some(Declared::Effect(effect));
        }
        let message = format!("effect `{name}` takes nothing in parentheses");
        let diagnostic = Diagnostic::new(Code::UnknownEffect, row.span, message).label("has an argument");
        report.push(diagnostic.help(format!("write `{name}`")).fix(row.span, name.as_str()));
        return None;
    }
    let near = nearest(name, Effect::ALL.into_iter().map(Effect::name).chain(["Traps"]));
    let list: Vec<String> = Effect::ALL.into_iter().map(|effect| format!("`{}`", effect.name())).collect();
    let help = near_or(near, || format!("write one of {} or `Traps(\"…\")`", list.join(", ")));
    let diagnostic = Diagnostic::new(Code::UnknownEffect, row.span, format!("no effect is called `{name}`"));
    let diagnostic = diagnostic.label("unknown effect").help(help);
    report.push(match near.filter(|near| argument.is_none() && *near != "Traps") {
        Some(near) => diagnostic.fix(row.span, near),
        None => diagnostic,
    });
    None
}

/// What to write instead, of an effect that no context offers to functions from elsewhere.
fn not_for_own(effect: Effect) -> Option<&'static str> {
    match effect {
        Effect::OpensScope => Some("call `scope.open()` in the body of the row"),
        Effect::ClosesScope => Some("call `scope.close()` in the body of the row"),
        Effect::Input => Some("call `input.read_line()` in the body of the row"),
        _ => None,
    }
}

/// What makes texts may find no room, and may then be run again.
fn allocation(row: &PrimRow, effects: &[Effect], traps: &[TrapId], catalogue: &Catalogue, report: &mut Report) {
    let is = |written: &&Spanned<EffectRow>| written.value.name == Effect::Allocates.name();
    let Some(written) = row.effects.iter().find(is).filter(|_| effects.contains(&Effect::Allocates)) else { return };
    let lacks = |trap: &TrapId| catalogue.traps[trap.0].standard == Some(StandardTrap::OutOfMemory);
    let name = &row.name.value;
    if let Some(change) = effects.iter().find(|effect| effect.changes_state()) {
        let message = format!("`{name}` makes texts and has the effect `{}`", change.name());
        let diagnostic = Diagnostic::new(Code::BadPrimitive, written.span, message).label("may be run again");
        let help =
            format!("remove `{}`, and have the row call another primitive for that, after this one", change.name());
        report.push(diagnostic.note("what finds no room for a text runs again when there is some").help(help));
    } else if !traps.iter().any(lacks) {
        let message = format!("`{name}` makes texts, for which there may be no room");
        let diagnostic = Diagnostic::new(Code::BadPrimitive, written.span, message).label("without its trap");
        report.push(
            diagnostic
                .help("write `Allocates, Traps(\"OutOfMemory\")`, and have the function return what `new_text` gives"),
        );
    }
}

fn primitive(row: &PrimRow, rust: &Text, std: bool, catalogue: &Catalogue, report: &mut Report) -> Option<Primitive> {
    let errors = report.count();
    rust_path(rust, report);
    let (mut effects, mut traps) = (BTreeSet::new(), BTreeSet::new());
    for written in &row.effects {
        match declared(written, catalogue, report) {
            Some(Declared::Effect(effect)) if !std && not_for_own(effect).is_some() => {
                let message = format!("a primitive of your own may not have the effect `{}`", effect.name());
                let diagnostic = Diagnostic::new(Code::EffectNotAllowed, written.span, message).label("not offered");
                report.push(diagnostic.help(not_for_own(effect).unwrap_or_default()));
            }
            Some(Declared::Effect(effect)) => _ = effects.insert(effect),
            Some(Declared::Trap(trap)) => _ = traps.insert(trap),
            None => {}
        }
    }
    let (effects, traps) = (Vec::from_iter(effects), Vec::from_iter(traps));
    if !std {
        allocation(row, &effects, &traps, catalogue, report);
    }
    let before = report.list.len();
    let DeclaredPrimitive { params, result, .. } = match signature(&row.sig, catalogue, report) {
        Ok(signature) => signature?,
        Err(problem) => {
            report.instead(before, problem.in_text(&row.sig));
            return None;
        }
    };
    let phrase = phrase(row, params.len(), report)?;
    let cost = row.cost.as_ref().map_or(1, |cost| cost.value);
    let mut primitive = Primitive {
        name: row.name.value.clone(),
        params,
        result,
        rust: rust.value.clone(),
        is: None,
        effects,
        traps,
        role: None,
        std,
        cost,
        phrase,
    };
    // A role is compared with the effects, which are not known where one of them is wrong.
    let role_row = row.role.as_ref().filter(|_| report.count() == errors);
    primitive.role = role_row.and_then(|written| role(written, &primitive, report));
    Some(primitive)
}

/// What a signature declares.
pub(super) struct DeclaredPrimitive {
    pub(super) params: Vec<Param>,
    /// The parameters' names, of those that have one.
    pub(super) names: Vec<Option<String>>,
    pub(super) result: Option<Type>,
}

/// Reads `name: Type, Type, [Any] -> Type`.
pub(super) fn signature(
    text: &Text,
    catalogue: &Catalogue,
    report: &mut Report,
) -> Result<Option<DeclaredPrimitive>, Problem> {
    let mut cursor = Cursor::new(&text.value, Code::BadPrimitive)?;
    let (mut params, mut names) = (Some(Vec::new()), Vec::new());
    let mut number = 0;
    while !cursor.eat("->") {
        if number > 0 {
            cursor.expect(",", SIGNATURE_HELP)?;
        }
        number += 1;
        if number > MAX_PARAMS {
            let message = format!("a primitive has at most {MAX_PARAMS} parameters");
            return Err(Problem::new(Code::TooMany, cursor.range(), message, "pass some of them as a group: `[Any]`"));
        }
        names.push(parameter(&mut cursor));
        let group = cursor.eat("[");
        let name = cursor.name("a type", SIGNATURE_HELP)?;
        if group {
            cursor.expect("]", SIGNATURE_HELP)?;
        }
        let span = text.span_of(name.range);
        let param = match OperandKind::from_name(&name.text) {
            Some(kind) if !group && Type::from_name(&name.text).is_none() => Some(Param::Operand(kind)),
            _ => catalogue
                .types
                .resolve(&name.text, span, report)
                .map(|ty| if group { Param::Group(ty) } else { Param::Value(ty) }),
        };
        params = params.zip(param).map(|(mut params, param)| {
            params.push(param);
            params
        });
    }
    if cursor.is_at_end() {
        return Ok(params.map(|params| DeclaredPrimitive { params, names, result: None }));
    }
    parameter(&mut cursor);
    let name = cursor.name("the type of the result", SIGNATURE_HELP)?;
    cursor.finish("a primitive returns one value or none")?;
    let result = catalogue.types.resolve(&name.text, text.span_of(name.range), report);
    Ok(params.zip(result).map(|(params, result)| DeclaredPrimitive { params, names, result: Some(result) }))
}

/// Takes `name:`, if it is there.
fn parameter(cursor: &mut Cursor) -> Option<String> {
    let name = match cursor.peek() {
        Some(Token::Word(name)) => name.clone(),
        _ => return None,
    };
    if cursor.peek_second() != Some(&Token::Symbol(":")) {
        return None;
    }
    cursor.advance();
    cursor.advance();
    Some(name)
}

/// Complains about a Rust path that is not absolute or cannot be one.
fn rust_path(text: &Text, report: &mut Report) {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !["_", "self", "Self", "super", "crate"].contains(&part)
    };
    let path = text.value.as_str();
    let fits = match (path.strip_prefix("crate::"), path.strip_prefix("::")) {
        (Some(parts), _) => parts.split("::").all(part),
        (None, Some(parts)) => parts.contains("::") && parts.split("::").all(part),
        (None, None) => false,
    };
    if fits {
        return;
    }
    let diagnostic =
        Diagnostic::new(Code::BadPrimitive, text.span, format!("`{path}` is no absolute path of a function"))
            .label("generated code would not find it");
    report.push(diagnostic.help("write `rust: \"crate::primitives::double\"` or `rust: \"::my_crate::double\"`"));
}

/// The phrase for the manual; its `{n}` must be parameters.
pub(super) fn phrase(row: &PrimRow, params: usize, report: &mut Report) -> Option<String> {
    let Some(text) = &row.phrase else {
        let arguments: Vec<String> = (0..params).map(|index| format!("{{{index}}}")).collect();
        return Some(format!("{}({})", row.name.value, arguments.join(", ")));
    };
    let mut from = 0;
    while let Some(open) = text.value[from..].find('{').map(|at| from + at) {
        let close = text.value[open..].find('}').map_or(text.value.len(), |at| open + at);
        let index = text.value[open + 1..close].parse::<usize>();
        if !index.is_ok_and(|index| index < params) {
            let end = (close + 1).min(text.value.len());
            let message =
                format!("the phrase of `{}` has a place for an argument that it does not take", row.name.value);
            report.push(
                Diagnostic::new(Code::BadPrimitive, text.span_of(open..end), message).label("no such argument").help(
                    match params {
                        0 => "write the phrase without `{…}`: the primitive takes no arguments".to_owned(),
                        1 => "write `{0}`".to_owned(),
                        _ => format!("write `{{0}}` to `{{{}}}`", params - 1),
                    },
                ),
            );
            return None;
        }
        from = close;
    }
    Some(text.value.clone())
}
