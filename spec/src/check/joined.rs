//! The blocks of one row, put together: what it does is what any of them does.

use super::block::CheckedBlock;
use super::checked::CheckedBody;
use super::report::Report;
use super::stack::StackForm;
use super::table::Row;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Block, Body, Effect, Expr, Flow, Step, TrapId};
use opforge_core::Type;
use std::collections::BTreeSet;

/// Blocks of one row, put together.
pub(crate) struct Joined {
    pub(crate) blocks: Vec<Block>,
    flow: Flow,
    effects: BTreeSet<Effect>,
    traps: BTreeSet<TrapId>,
    shape: StackForm,
}

impl Joined {
    pub(crate) fn finish(self, body: Body) -> CheckedBody {
        let Self { blocks: _, flow, effects, traps, shape } = self;
        CheckedBody { body, flow, effects, own_traps: traps.clone(), traps, shape, peak: 0 }
    }
}

/// Puts the blocks of a row together: what it does is what any of them does.
pub(crate) fn join(
    row: &Row<'_>,
    checked: Vec<CheckedBlock>,
    shape: &StackForm,
    report: &mut Report,
) -> Option<Joined> {
    let errors = report.count();
    let mut flow = Flow::default();
    let (mut effects, mut traps) = (BTreeSet::new(), BTreeSet::new());
    let mut ends = Vec::new();
    // A trap or raise takes its scopes along; every other exit must leave with the same ones.
    let stays = |block: &CheckedBlock| block.flow.next || block.flow.returns || !block.flow.jumps.is_empty();
    let scope = checked.iter().find(|block| stays(block)).map_or(0, |block| block.flow.scope);
    if checked.iter().any(|block| block.flow.scope != scope && (stays(block) || block.flow.scope != 0)) {
        report.push(
            Diagnostic::new(Code::BadScope, row.op.name.span, "some cases open or close a scope, others do not")
                .label("leaves with different scopes")
                .help("write one row with `does: \"scope.open()\"` and one with `does: \"scope.close()\"`"),
        );
    }
    flow.scope = scope;
    let mut enters = checked.iter().filter_map(|block| block.flow.enters);
    if let Some(first) = enters.next().filter(|first| enters.any(|other| other != *first)) {
        report.push(
            Diagnostic::new(Code::BadEnter, row.op.name.span, "the cases enter different functions")
                .label(format!("one case enters `{}`", shape.operands[first.0].name))
                .help("write a row of its own for each `enter`: `does: \"r = enter f(argv)\"`"),
        );
    }
    let mut blocks = Vec::new();
    for block in checked {
        flow.next |= block.flow.next;
        flow.returns |= block.flow.returns;
        flow.raises |= block.flow.raises;
        flow.enters = flow.enters.or(block.flow.enters);
        flow.jumps.extend(block.flow.jumps);
        effects.extend(block.effects);
        traps.extend(block.traps);
        ends.extend(block.ends);
        blocks.push(block.block);
    }
    flow.jumps.sort_unstable();
    flow.jumps.dedup();
    let mut shape = shape.clone();
    meet_types(row, &mut shape, &ends, report);
    pass_through(&mut shape, &mut blocks);
    (report.count() == errors).then_some(Joined { blocks, flow, effects, traps, shape })
}

/// Narrows the types of the results to what the body computes at each exit.
pub(crate) fn meet_types(
    row: &Row<'_>,
    shape: &mut StackForm,
    ends: &[(Option<usize>, Vec<Type>)],
    report: &mut Report,
) {
    let own: Vec<usize> = shape.exits.iter().map(|(operand, _)| *operand).collect();
    let given = |exit: Option<usize>, index: usize| {
        let shares = |end: Option<usize>| end.is_none_or(|operand| !own.contains(&operand));
        let ends = ends.iter().filter(|(end, _)| if exit.is_some() { *end == exit } else { shares(*end) });
        ends.map(|(_, types)| types.get(index).copied().unwrap_or(Type::ANY)).reduce(Type::union)
    };
    for index in 0..shape.outputs.len() {
        let Some(ty) = given(None, index) else {
            let output = &shape.outputs[index];
            let message =
                format!("result `{}` is never pushed: `{}` never continues with it", output.name, row.op.name.value);
            report.push(
                Diagnostic::new(Code::OutputMissing, shape.output_spans[index], message)
                    .label("never pushed")
                    .help("remove it from `stack`: write nothing after the `->`"),
            );
            return;
        };
        shape.outputs[index].ty = shape.outputs[index].ty.intersection(ty);
    }
    for position in 0..shape.exits.len() {
        let (operand, outputs) = &mut shape.exits[position];
        if !ends.iter().any(|(exit, _)| *exit == Some(*operand)) {
            let name = &shape.operands[*operand].name;
            report.push(
                Diagnostic::new(
                    Code::BadExit,
                    shape.exit_spans[position],
                    format!("`{}` never jumps to `{name}`", row.op.name.value),
                )
                .label("never taken")
                .help(format!("add a step `jump {name} if …`, or remove this part of `stack`")),
            );
            continue;
        }
        let exit = Some(*operand);
        for (index, output) in outputs.iter_mut().enumerate() {
            output.ty = output.ty.intersection(given(exit, index).unwrap_or(Type::ANY));
        }
    }
}

/// Settles which results pass an input through: those that no block assigns. Where only some blocks assign one, the
/// others get a step that does.
fn pass_through(shape: &mut StackForm, blocks: &mut [Block]) {
    let assigns = |block: &Block, wanted: &str| {
        block.steps.iter().any(|step| match step {
            Step::Let { name, .. } | Step::Enter { name: Some(name), .. } => name == wanted,
            _ => false,
        })
    };
    let inputs = shape.inputs.clone();
    let exits = shape.exits.iter_mut().flat_map(|(_, outputs)| outputs);
    let mut settled: BTreeSet<String> = BTreeSet::new();
    for output in shape.outputs.iter_mut().chain(exits) {
        let Some(input) = output.passes else { continue };
        let assigned = blocks.iter().any(|block| assigns(block, &output.name));
        if !assigned && !settled.contains(&output.name) {
            continue;
        }
        output.passes = None;
        if settled.insert(output.name.clone()) {
            for block in blocks.iter_mut().filter(|block| !assigns(block, &output.name)) {
                let ty = inputs[input].ty;
                block.steps.insert(0, Step::Let { name: output.name.clone(), ty, value: Expr::Input(input, ty) });
            }
        }
    }
}
