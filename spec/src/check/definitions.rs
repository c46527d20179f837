//! Primitives that a table defines by others: checked once, and put in place of each call.

use super::block::{BlockChecker, Uses};
use super::catalogue::Catalogue;
use super::inline::size;
use super::primitives::{DeclaredPrimitive, signature};
use super::report::Report;
use super::stack::StackForm;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{self, ExprKind, Infix, KEYWORDS, Parser};
use crate::model::{Expr, Input, Param, Primitive, PrimitiveId};
use crate::rows::{PrimMeaning, PrimRow, Rows};
use crate::source::{Span, Text};
use opforge_core::Effect;
use std::collections::{BTreeMap, BTreeSet};

/// How many expressions a definition may consist of once those that it is made of are put in.
const MAX_SIZE: usize = 256;

/// A definition that is still to be checked.
struct Pending<'a> {
    row: &'a PrimRow,
    is: &'a Text,
    std: bool,
    /// Where it is declared, unless that is surely right.
    declared: Option<Span>,
    expr: does::Expr,
    /// What it calls.
    calls: BTreeSet<String>,
}

/// Checks all definitions, each after those that it calls.
pub(super) fn define(rows: &Rows, catalogue: &mut Catalogue, report: &mut Report) {
    let mut all: Vec<Pending<'_>> = Vec::new();
    let declared = rows.families.iter().flat_map(|family| family.primitives.iter().map(|row| (family.std, row)));
    for (std, row) in declared {
        let PrimMeaning::Is(is) = &row.means else { continue };
        match Parser::new(&is.value).and_then(|mut parser| parser.only_expr()) {
            Ok(expr) => {
                let declared = (!std || rows.std_on_disk).then_some(row.name.span);
                all.push(Pending { row, is, std, declared, calls: called(&expr), expr });
            }
            Err(problem) => {
                report.push(problem.in_text(is));
                catalogue.primitive_ids.insert(row.name.value.clone(), None);
            }
        }
    }
    let index: BTreeMap<&str, usize> =
        all.iter().enumerate().map(|(at, one)| (one.row.name.value.as_str(), at)).collect();
    let needs: Vec<Vec<usize>> =
        all.iter().map(|one| one.calls.iter().filter_map(|name| index.get(name.as_str()).copied()).collect()).collect();
    let mut callers: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (at, needed) in needs.iter().enumerate() {
        needed.iter().for_each(|needed| callers[*needed].push(at));
    }
    // How many of those that each calls are not checked yet.
    let mut left: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut ready: BTreeSet<usize> = (0..all.len()).filter(|at| left[*at] == 0).collect();
    while let Some(at) = ready.pop_first() {
        let id = definition(&all[at], catalogue, report);
        catalogue.primitive_ids.insert(all[at].row.name.value.clone(), id);
        for caller in &callers[at] {
            left[*caller] -= 1;
            if left[*caller] == 0 {
                ready.insert(*caller);
            }
        }
    }
    let waiting: Vec<usize> = (0..all.len()).filter(|at| left[*at] > 0).collect();
    if let Some(first) = waiting.first() {
        report.push(cycle(&all, &needs, &left, *first));
        catalogue.primitive_ids.extend(waiting.iter().map(|at| (all[*at].row.name.value.clone(), None)));
    }
}

/// That a definition which waits for another is defined by itself.
fn cycle(all: &[Pending<'_>], needs: &[Vec<usize>], left: &[usize], first: usize) -> Diagnostic {
    let next = |at: usize| needs[at].iter().copied().find(|needed| left[*needed] > 0).unwrap_or(at);
    // After as many steps as there are, it is in the cycle that the first one leads to.
    let at = (0..all.len()).fold(first, |at, _| next(at));
    let (one, name) = (&all[at], &all[at].row.name.value);
    let other = &all[next(at)].row.name.value;
    let label = if other == name { "calls itself".to_owned() } else { format!("calls `{other}`, which leads back") };
    Diagnostic::new(Code::BadPrimitive, one.is.span, format!("`{name}` is defined by itself"))
        .label(label)
        .help("write out what it computes: there are no loops in a definition, such as `a + 1`")
}

/// The names that an expression calls, those behind infix operators included.
fn called(expr: &does::Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        match &expr.kind {
            ExprKind::Call { primitive, arguments } => {
                names.insert(primitive.text.clone());
                open.extend(arguments);
            }
            ExprKind::Infix { operator, left, right } => {
                let Infix { int, float, .. } = operator;
                names.extend(int.iter().chain([float]).map(|name| (*name).to_owned()));
                open.extend([&**left, &**right]);
            }
            ExprKind::If { condition, then, otherwise } => open.extend([&**condition, then, otherwise]),
            ExprKind::Name(_) | ExprKind::Literal(_) => {}
        }
    }
    names
}

fn definition(one: &Pending<'_>, catalogue: &mut Catalogue, report: &mut Report) -> Option<PrimitiveId> {
    let PrimRow { name, sig, .. } = one.row;
    let errors = report.count();
    let wrong = |span, message: &str, label: &str, help: &str| {
        Diagnostic::new(Code::BadPrimitive, span, format!("`{}` {message}", name.value)).label(label).help(help)
    };
    if !one.row.effects.is_empty() || one.row.role.is_some() || one.row.cost.is_some() {
        let message = "is defined by other primitives, from which effects, role and cost follow";
        report.push(wrong(name.span, message, "says them besides", "remove `effects`, `role` and `cost`"));
    }
    let before = report.list.len();
    let signature = match signature(sig, catalogue, report) {
        Ok(signature) => signature,
        Err(problem) => {
            report.instead(before, problem.in_text(sig));
            None
        }
    };
    let DeclaredPrimitive { params, names, result } = signature?;
    let Some(result) = result else {
        report.push(wrong(sig.span, "computes nothing", "returns no value", "write `sig: \"a: Int -> Int\"`"));
        return None;
    };
    let mut inputs: Vec<Input> = Vec::new();
    for (param, name) in params.iter().zip(names) {
        match (param, name) {
            (Param::Value(_), Some(name)) if KEYWORDS.contains(&name.as_str()) => {
                report.push(wrong(
                    sig.span,
                    &format!("has a parameter `{name}`, which is a word of bodies"),
                    "cannot be a name",
                    "give it another name: `sig: \"a: Int -> Int\"`",
                ));
                return None;
            }
            (Param::Value(_), Some(name)) if inputs.iter().any(|input| input.name == name) => {
                report.push(wrong(
                    sig.span,
                    &format!("has two parameters `{name}`"),
                    "one name for both",
                    "give each a name of its own: `sig: \"a: Int, b: Int -> Int\"`",
                ));
                return None;
            }
            (Param::Value(ty), Some(name)) => inputs.push(Input { name, ty: *ty, count: None }),
            (Param::Value(_), None) => {
                let help = "write `sig: \"a: Int, b: Int -> Int\"`";
                report.push(wrong(sig.span, "has a parameter without a name", "nothing can be said of it", help));
                return None;
            }
            _ => {
                let help = "give it values only, or declare a function of Rust: `rust: \"crate::bank::interest\"`";
                report.push(wrong(sig.span, "takes an operand or a group", "not in a definition", help));
                return None;
            }
        }
    }
    let shape = StackForm { row: Some(name.span), inputs, ..StackForm::default() };
    let mut uses = Uses::none(&shape);
    let types = shape.inputs.iter().map(|input| input.ty).collect();
    let mut checker = BlockChecker::new(catalogue, &shape, one.is, types, &mut uses, report);
    let (body, ty) = checker.value(&one.expr)?;
    let (effects, traps) = (std::mem::take(&mut checker.effects), std::mem::take(&mut checker.traps));
    if !traps.is_empty() || effects.iter().any(|effect| *effect != Effect::ReadsConstants) {
        let help = "make it a step of the rows that need it";
        report.push(wrong(one.is.span, "does more than compute", "changes something, or may trap", help));
    }
    if !result.contains(ty) {
        let help = format!("write `sig: \"{} -> {ty}\"`", sig.value.split("->").next().unwrap_or("").trim());
        report.push(wrong(one.is.span, &format!("returns `{result}`, but this is `{ty}`"), "of another type", &help));
    }
    for (input, _) in shape.inputs.iter().zip(&uses.inputs).filter(|(_, used)| !**used) {
        let message = format!("does not use its parameter `{}`", input.name);
        report.push(wrong(one.is.span, &message, "without it", "use it, or remove it from `sig`"));
    }
    let size = size(&body);
    if size > MAX_SIZE {
        let message = format!("consists of {size} expressions, of at most {MAX_SIZE}");
        report.push(wrong(one.is.span, &message, "too many", "declare a function of Rust: `rust: \"crate::f\"`"));
    }
    let phrase = super::primitives::phrase(one.row, params.len(), report)?;
    if report.count() > errors {
        return None;
    }
    let cost = cost(&body, catalogue);
    let id = PrimitiveId(catalogue.primitives.len());
    catalogue.primitives.push(Primitive {
        name: name.value.clone(),
        params,
        result: Some(result),
        rust: String::new(),
        is: Some(one.is.value.clone()),
        effects: effects.into_iter().collect(),
        traps: Vec::new(),
        role: None,
        std: one.std,
        cost,
        phrase,
    });
    catalogue.declared.push(one.declared);
    catalogue.definitions.insert(id, body);
    Some(id)
}

fn cost(expr: &Expr, catalogue: &Catalogue) -> u32 {
    let own = match expr {
        Expr::Call { primitive, .. } => catalogue.primitive(*primitive).cost,
        _ => 0,
    };
    expr.parts().into_iter().fold(own, |cost, part| cost.saturating_add(self::cost(part, catalogue)))
}
