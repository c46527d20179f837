//! What a rewrite gains. Each one lowers the measure, or makes a form canonical, so every chain of them ends.

use super::rule::{Line, Rule};
use crate::check::report::Report;
use crate::check::report::plural;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::evaluate::Set;
use crate::model::{Block, Body, Expr, Instruction, Step};
use crate::rows::RewriteRow;

/// First the cost, then how many rows there are. Sums over a program's code, so that lowering it in one place lowers it
/// in the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Measure {
    cost: u64,
    rows: usize,
}

/// Complains about a rewrite whose `to` is not less than its `from`, and not a canonical form either.
pub(super) fn check(row: &RewriteRow, rule: &Rule<'_>, report: &mut Report) {
    let (from, to) = (measure(&rule.set, &rule.from), measure(&rule.set, &rule.to));
    let name = &row.name.value;
    match &row.canonical {
        Some(canonical) if canonical.value && to < from => {
            let message = format!("`{name}` gains something, so `to` need not be a canonical form");
            let diagnostic = Diagnostic::new(Code::NotLower, canonical.span, message).label("says nothing");
            return report.push(diagnostic.help("remove `canonical: true`"));
        }
        Some(canonical) if canonical.value && to == from => return,
        _ if to < from => return,
        _ => {}
    }
    let message = match to == from {
        true => format!("`{name}` gains nothing: both sides cost {} in {}", to.cost, rows(to.rows)),
        false => format!(
            "`{name}` gains nothing: `to` costs {} in {}, `from` {} in {}",
            to.cost,
            rows(to.rows),
            from.cost,
            rows(from.rows)
        ),
    };
    report.push(
        Diagnostic::new(Code::NotLower, row.to.span, message)
            .label(format!("costs {}", to.cost))
            .also(row.from.span, format!("costs {}", from.cost))
            .note("a rewrite lowers the cost, or keeps it with fewer rows: else rewrites could go on for ever")
            .help(match to == from {
                true => format!(
                    "write `canonical: true` if code should have that form, or remove `Rewrite(name: \"{name}\", …)`"
                ),
                false => format!("exchange `from` and `to`, or remove `Rewrite(name: \"{name}\", …)`"),
            }),
    );
}

fn rows(number: usize) -> String {
    format!("{number} row{}", plural(number))
}

fn measure(set: &Set<'_>, lines: &[Line<'_>]) -> Measure {
    let cost = lines.iter().map(|line| cost(set, line.row)).fold(0, u64::saturating_add);
    Measure { cost, rows: lines.len() }
}

/// What a row costs: the costs of the primitives that it calls, of its dearest case, or of all its parts. Moving values
/// about on the stack and pushing an operand or a literal cost nothing: they move with no work when operands are folded.
fn cost(set: &Set<'_>, row: &Instruction) -> u64 {
    match &row.body {
        Body::Shuffle => 0,
        Body::Does(block) => block_cost(set, block),
        Body::Cases { cases, otherwise } => {
            let blocks = cases.iter().map(|case| &case.block).chain(otherwise);
            blocks.map(|block| block_cost(set, block)).max().unwrap_or(0)
        }
        Body::Seq(parts) => {
            let rows = parts.iter().filter_map(|part| set.instructions[part.instruction.0].as_ref());
            rows.map(|row| cost(set, row)).fold(0, u64::saturating_add)
        }
        Body::Handler(_) => 0,
    }
}

fn block_cost(set: &Set<'_>, block: &Block) -> u64 {
    block.steps.iter().map(|step| step_cost(set, step)).fold(0, u64::saturating_add)
}

fn step_cost(set: &Set<'_>, step: &Step) -> u64 {
    match step {
        Step::Let { value, .. }
        | Step::Do(value)
        | Step::JumpAt { index: value, .. }
        | Step::Raise(value)
        | Step::Return(Some(value)) => expr_cost(set, value),
        Step::Jump { when, .. } | Step::Trap { when, .. } => {
            when.as_ref().map_or(0, |condition| expr_cost(set, &condition.value))
        }
        Step::Return(None) | Step::Enter { .. } => 0,
    }
}

/// What `if c then a else b` costs besides its parts, relative to an addition.
const COST_OF_A_CHOICE: u64 = 2;

fn expr_cost(set: &Set<'_>, expr: &Expr) -> u64 {
    let own = match expr {
        Expr::Call { primitive, .. } => u64::from(set.primitives[primitive.0].cost),
        Expr::If { .. } => COST_OF_A_CHOICE,
        Expr::Input(..) | Expr::Operand(_) | Expr::Name(..) | Expr::Literal(_) => 0,
    };
    expr.parts().into_iter().map(|part| expr_cost(set, part)).fold(own, u64::saturating_add)
}
