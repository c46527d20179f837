//! The slot form of one row.

use crate::model::{Block, Body, Effect, Expr, Instruction, Part, PartOperand, Primitive, PrimitiveRole, Step};
use opforge_core::slot_form::{
    ConstantForm, Field, List, OperandSource, PartInput, PartOutputs, RowForm, Runs, SequenceOperand, SequencePart,
    SlotOp, SlotPart,
};
use opforge_core::{Kind, Operand, OperandKind, OperandRole, Type};

/// What lowering does with a row.
pub(crate) fn form(instructions: &[Instruction], primitives: &[Primitive], row: &Instruction) -> RowForm {
    let plain = row.fuel_per.is_none() && row.inputs.iter().all(|input| input.count.is_none());
    if plain {
        let folded = match &row.body {
            Body::Shuffle => shuffle(row),
            Body::Does(block) => folded(primitives, row, block),
            Body::Seq(parts) => sequence(instructions, primitives, row, parts),
            Body::Cases { .. } | Body::Handler(_) => None,
        };
        if let Some(form) = folded {
            return form;
        }
    }
    let tries = is_tried(row);
    let steps = matches!(row.body, Body::Seq(_))
        || may_stop(row) && !tries
        || row.effects.contains(&Effect::Input)
        || row.effects.contains(&Effect::Output) && !matches!(row.body, Body::Handler(_))
        || row.flow.enters.is_some() && !only_calls(row);
    let traps = !row.own_traps.is_empty() || !row.traps.is_empty();
    RowForm::Runs(Runs {
        home: steps || needs_home(row),
        tries,
        leaves: steps || tries || traps || row.flow.raises || row.flow.enters.is_some(),
        steps,
    })
}

/// Whether the row may stop before it is done, to run again: it pays for its work, or needs room for something.
fn may_stop(row: &Instruction) -> bool {
    row.fuel_per.is_some() || row.effects.contains(&Effect::Allocates)
}

/// Whether loops try the row, which may stop: its steps have changed nothing when they do not get further, and nobody but the
/// machine can tell that they were run twice.
pub fn is_tried(row: &Instruction) -> bool {
    let streams = row.effects.iter().any(|effect| matches!(effect, Effect::Input | Effect::Output));
    let elsewhere = streams || row.flow.enters.is_some();
    may_stop(row) && matches!(row.body, Body::Does(_)) && !elsewhere
}

/// Whether the row takes arguments and nothing else, and whatever it does ends in the call: then the result goes where
/// the arguments begin.
fn only_calls(row: &Instruction) -> bool {
    let Body::Does(block) = &row.body else { return false };
    let jumps =
        |step: &Step| matches!(step, Step::Jump { .. } | Step::JumpAt { .. } | Step::Return(_) | Step::Raise(_));
    let calls = matches!(block.steps.last(), Some(Step::Enter { .. }));
    row.inputs.len() == 1 && row.outputs.len() == 1 && calls && !block.steps.iter().any(jumps)
}

fn shuffle(row: &Instruction) -> Option<RowForm> {
    if row.inputs.iter().any(|input| input.ty != Type::ANY) {
        return None;
    }
    let outputs: Option<List<u8>> =
        row.outputs.iter().map(|output| output.passes.and_then(|input| u8::try_from(input).ok())).collect();
    outputs.map(RowForm::Shuffle)
}

/// The form of a body that is a single step which folding replaces.
fn folded(primitives: &[Primitive], row: &Instruction, block: &Block) -> Option<RowForm> {
    use PrimitiveRole::{LoadsConstant, ReadsLocal, WritesLocal};
    let [step] = block.steps.as_slice() else { return None };
    let (value, gives) = match (step, row.inputs.as_slice(), row.outputs.as_slice()) {
        (Step::Let { name, value, .. }, [], [output]) if *name == output.name => (value, true),
        (Step::Do(call), [input], []) if input.ty == Type::ANY => (call, false),
        _ => return None,
    };
    match value {
        Expr::Literal(literal) if gives => Some(RowForm::Constant(ConstantForm::Literal(*literal))),
        Expr::Operand(operand) if gives => Some(RowForm::Constant(ConstantForm::Operand(*operand))),
        Expr::Call { primitive, arguments, .. } => match (primitives[primitive.0].role?, arguments.as_slice()) {
            (ReadsLocal, [Expr::Operand(local)]) if gives => Some(RowForm::GetLocal(*local)),
            (LoadsConstant, [Expr::Operand(constant)]) if gives => {
                Some(RowForm::Constant(ConstantForm::Pool(*constant)))
            }
            (WritesLocal, [Expr::Operand(local), Expr::Input(0, _)]) => Some(RowForm::SetLocal(*local)),
            _ => None,
        },
        _ => None,
    }
}

/// The form of a sequence that can be lowered as its parts: before the last part that may trap, values are only pushed and
/// copied, so that the stack is then still as it was before the sequence.
fn sequence(
    instructions: &[Instruction],
    primitives: &[Primitive],
    row: &Instruction,
    parts: &[Part],
) -> Option<RowForm> {
    if row.inputs.iter().any(|input| input.ty != Type::ANY) {
        return None;
    }
    let spread = spread(instructions, primitives, parts)?;
    let forms: Vec<RowForm> =
        spread.iter().map(|part| form(instructions, primitives, &instructions[part.row])).collect();
    let leaving = forms.iter().rposition(|form| matches!(form, RowForm::Runs(runs) if runs.leaves));
    let lowered = forms.iter().zip(&spread).enumerate().all(|(at, (form, part))| match form {
        RowForm::Sequence(_) => false,
        RowForm::Runs(runs) if runs.home => false,
        _ if leaving.is_none_or(|leaving| at >= leaving) => true,
        RowForm::Shuffle(outputs) => copies(outputs, instructions[part.row].inputs.len()),
        RowForm::GetLocal(_) | RowForm::Constant(_) => true,
        RowForm::SetLocal(_) | RowForm::Runs(_) => false,
    });
    lowered.then(|| RowForm::Sequence(spread.into()))
}

/// Whether a shuffle leaves its inputs where they are, with copies above them.
fn copies(outputs: &[u8], inputs: usize) -> bool {
    outputs.len() >= inputs && outputs.iter().take(inputs).enumerate().all(|(at, output)| usize::from(*output) == at)
}

/// The parts, those of sequences among them in their place; `None` if a number cannot be the operand that it stands for.
fn spread(instructions: &[Instruction], primitives: &[Primitive], parts: &[Part]) -> Option<Vec<SequencePart>> {
    let mut spread = Vec::new();
    for part in parts {
        let row = &instructions[part.instruction.0];
        let kinds = row.operands.iter().map(|operand| operand.kind);
        let operands = kinds.zip(&part.operands).map(|(kind, operand)| match operand {
            PartOperand::Row(operand) => Some(SequenceOperand::Row(*operand)),
            PartOperand::Literal(value) => Some(SequenceOperand::Literal(Operand::of_kind(kind, *value)?)),
        });
        let operands: List<SequenceOperand> = operands.collect::<Option<_>>()?;
        let RowForm::Sequence(inner) = form(instructions, primitives, row) else {
            spread.push(SequencePart { row: part.instruction.0, operands });
            continue;
        };
        for part in inner.iter() {
            let given = part.operands.iter().map(|operand| match operand {
                SequenceOperand::Row(index) => operands.get(*index).cloned(),
                literal => Some(literal.clone()),
            });
            spread.push(SequencePart { row: part.row, operands: given.collect::<Option<_>>()? });
        }
    }
    Some(spread)
}

/// Whether everything is home before the row: it writes locals itself, takes a group, calls, runs a handler, or charges where no loop
/// tries it, so that a slice may end right after it.
fn needs_home(row: &Instruction) -> bool {
    let group = row.inputs.iter().any(|input| input.count.is_some());
    let effects = row.effects.iter().any(|effect| {
        !matches!(
            effect,
            Effect::ReadsConstants
                | Effect::Allocates
                | Effect::ReadsLocals
                | Effect::ReadsGlobals
                | Effect::WritesGlobals
        )
    });
    group
        || effects
        || may_stop(row) && !is_tried(row)
        || row.flow.enters.is_some()
        || matches!(row.body, Body::Handler(_))
}

/// Whether the row's outputs are written one after the other from the home of the first, by each exit as it likes.
fn writes_in_place(row: &Instruction) -> bool {
    row.outputs.len() > 1 || !row.flow.jumps.is_empty() && max_outputs(row) > 0
}

fn max_outputs(row: &Instruction) -> usize {
    row.exits.iter().map(|(_, outputs)| outputs.len()).chain([row.outputs.len()]).max().unwrap_or(0)
}

/// The instruction that is one row: where its outputs go, its inputs, its operands. `index` is the row's. Whether it is
/// cold is chosen later.
pub(super) fn slot_op(row: &Instruction, index: usize) -> SlotOp {
    let mut fields = Vec::new();
    let mut add = |field: Field| {
        fields.push(field);
        fields.len() - 1
    };
    let outputs = if writes_in_place(row) {
        PartOutputs::Slots(add(Field::Slots(max_outputs(row))))
    } else if row.flow.enters.is_some() {
        // The result goes where the arguments begin.
        PartOutputs::None
    } else if row.outputs.len() == 1 {
        PartOutputs::Slot(add(Field::Slot))
    } else {
        PartOutputs::None
    };
    // A group's count stands after it, in an operand.
    let mut groups = Vec::new();
    let mut inputs = Vec::new();
    for input in &row.inputs {
        inputs.push(match input.count {
            Some(operand) => {
                let field = add(Field::Group(0));
                groups.push((field, operand));
                PartInput::Group(field)
            }
            None => PartInput::Slot(add(Field::Slot)),
        });
    }
    let operands: Vec<usize> = row.operands.iter().map(|operand| add(operand_field(operand.kind))).collect();
    for (field, operand) in groups {
        fields[field] = Field::Group(operands[operand]);
    }
    let part = SlotPart {
        row: Some(index),
        inputs: inputs.into(),
        kinds: List::default(),
        outputs,
        operands: operands.into_iter().map(OperandSource::Field).collect(),
        spills: List::default(),
    };
    let name = row.mnemonic.clone().into();
    SlotOp { name, fields: fields.into(), parts: vec![part].into(), fusion: None, cold: false }
}

/// What talks to the host or keeps books is not worth a place in the hot loop. A call is.
pub(super) fn is_rare(row: &Instruction) -> bool {
    (needs_home(row) || may_stop(row)) && row.flow.enters.is_none()
}

/// The field of an operand that is folded away: a value of its own, which an index is, too.
pub(super) fn number_field(kind: OperandKind) -> Field {
    match operand_field(kind) {
        Field::Operand(_) => Field::Number(Kind::Int),
        field => field,
    }
}

pub(super) fn operand_field(kind: OperandKind) -> Field {
    match kind.role() {
        OperandRole::Number(Kind::Int) if kind.width_bytes() == 2 => Field::Int16,
        OperandRole::Number(kind) => Field::Number(kind),
        OperandRole::Target => Field::Target,
        OperandRole::Targets => Field::Targets,
        _ => Field::Operand(kind),
    }
}
