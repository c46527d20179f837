//! Typed forms: instructions for inputs that lowering knows the kinds of, which need not be told apart.

use super::heat::Candidate;
use opforge_core::slot_form::{Fit, List, PartInput, PartOutputs, RowCase, SlotOp, SlotPart};
use opforge_core::{Kind, Type};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many typed forms there are at most; each is one more arm of the loop.
pub const MAX_TYPED: usize = 160;

/// The kinds that values without a case of their own are taken to be of.
const KINDS: [Kind; 2] = [Kind::Int, Kind::Float];

/// The typed forms of hot instructions, those that have the room first: what ran most often, then the forms of the
/// instructions that did, then those of loops, of other fusions, of rows.
pub(super) fn by_turn<'c>(chosen: &'c [Candidate], counts: &BTreeMap<String, u64>) -> Vec<&'c SlotOp> {
    let hot = chosen.iter().filter(|candidate| !candidate.op.cold);
    let mut forms: Vec<_> = hot
        .flat_map(|candidate| candidate.typed.iter().map(move |form| (form, candidate.count)))
        .map(|(form, of_all)| (Reverse(counts.get(&*form.name)), Reverse(of_all), rank(form), form))
        .collect();
    // Stable.
    forms.sort_by_key(|(own, of_all, rank, _)| (*own, *of_all, *rank));
    forms.into_iter().map(|(.., form)| form).collect()
}

/// Loops before other fusions, those before rows.
pub(super) fn rank(op: &SlotOp) -> (bool, bool) {
    (!op.is_loop(), !op.is_fused())
}

/// The forms of an instruction for which it is sure what each of its parts does. Of one that jumps also that in which this
/// is sure but for what it makes of one slot: often the bound of a loop, which was given and may be anything.
pub(super) fn forms(cases: &[List<RowCase>], op: &SlotOp) -> Vec<SlotOp> {
    let mut forms: Vec<SlotOp> = Vec::new();
    for kind in KINDS {
        if let Some(form) = typed(cases, op, kind)
            && forms.iter().all(|other| other.parts != form.parts)
        {
            forms.push(form);
        }
    }
    let jumps = op.is_loop() || op.fields.iter().any(|field| field.is_jump());
    let but_one = forms.first().filter(|_| jumps).and_then(but_one);
    forms.extend(but_one);
    forms
}

/// The form in which every value that has several types to choose from is of that kind.
fn typed(cases: &[List<RowCase>], op: &SlotOp, kind: Kind) -> Option<SlotOp> {
    let mut form = op.clone();
    let mut results: Vec<Type> = Vec::new();
    for part in form.parts.to_mut() {
        let of_row = part.row.and_then(|row| cases.get(row)).map_or(&[][..], |cases| cases);
        let wanted = |position: usize| wanted(of_row, position, kind);
        let number = |input: &PartInput| matches!(input, PartInput::Number(_) | PartInput::Literal(_));
        // A number of another kind than the rest is seldom there.
        let alike = part.inputs.iter().enumerate().filter(|(_, input)| number(input)).all(|(position, input)| {
            wanted(position).is_none_or(|kind| Type::of(kind).contains(input_type(op, input, None, &results)))
        });
        alike.then_some(())?;
        let in_slot = |input: &PartInput| matches!(input, PartInput::Slot(_));
        let kinds = part.inputs.iter().enumerate().map(|(position, input)| wanted(position).filter(|_| in_slot(input)));
        part.kinds = if of_row.is_empty() { List::default() } else { kinds.collect() };
        let fit = fit(of_row, op, part, &results);
        if !of_row.is_empty() {
            fit.as_ref().and_then(|fit| fit.case)?;
        }
        results.push(result(fit));
    }
    let kinds = form.parts.iter().flat_map(|part| &*part.kinds).flatten();
    let mut kinds: Vec<&str> = kinds.map(|kind| kind.name()).collect();
    kinds.dedup();
    form.name = format!("{}_of_{}", form.name, kinds.join("_").to_lowercase()).into();
    (!kinds.is_empty()).then_some(form)
}

/// The kind that an input is to be of: the only one that the row takes there, else `kind`; `None` if it takes anything.
fn wanted(cases: &[RowCase], position: usize, kind: Kind) -> Option<Kind> {
    let types: Vec<Type> = cases.iter().filter_map(|case| case.inputs.get(position).copied()).collect();
    let anything = types.iter().all(|ty| *ty == Type::ANY);
    let all = types.into_iter().reduce(Type::union)?;
    (!anything).then(|| all.single().unwrap_or(kind)).filter(|kind| kind.is_immediate() && *kind != Kind::Nil)
}

/// The form without what it knows of the last slot that it only reads, if it then still knows something.
fn but_one(form: &SlotOp) -> Option<SlotOp> {
    let mut form = form.clone();
    let known = |part: &SlotPart| -> Vec<usize> {
        let inputs = part.inputs.iter().zip(part.kinds.iter());
        let slot = |(input, kind): (&PartInput, &Option<Kind>)| match input {
            PartInput::Slot(field) => kind.map(|_| *field),
            _ => None,
        };
        inputs.filter_map(slot).collect()
    };
    let fields: BTreeSet<usize> = form.parts.iter().flat_map(known).collect();
    let is_written = |field: &usize| {
        let writes = |part: &SlotPart| matches!(part.outputs, PartOutputs::Slot(slot) | PartOutputs::Slots(slot) if slot == *field);
        form.parts.iter().any(writes)
    };
    let last = *fields.iter().rfind(|field| !is_written(field)).filter(|_| fields.len() > 1)?;
    for part in form.parts.to_mut() {
        for (input, kind) in part.inputs.iter().zip(part.kinds.to_mut()) {
            if *input == PartInput::Slot(last) {
                *kind = None;
            }
        }
    }
    form.name = format!("{}_but_one", form.name).into();
    Some(form)
}

/// For each part of a typed form, the case of its row that runs, if that is sure.
pub fn sure_cases(cases: &[List<RowCase>], op: &SlotOp) -> Vec<Option<usize>> {
    let mut results: Vec<Type> = Vec::new();
    let mut sure = Vec::new();
    for part in op.parts.iter() {
        let of_row = part.row.and_then(|row| cases.get(row)).map_or(&[][..], |cases| cases);
        let fit = fit(of_row, op, part, &results);
        sure.push(fit.as_ref().and_then(|fit| fit.case));
        results.push(result(fit));
    }
    sure
}

/// What is known after a part of which this is known before; `results` are those of earlier parts.
fn fit(cases: &[RowCase], op: &SlotOp, part: &SlotPart, results: &[Type]) -> Option<Fit> {
    let types = part.inputs.iter().enumerate();
    let types =
        types.map(|(position, input)| input_type(op, input, part.kinds.get(position).copied().flatten(), results));
    RowCase::fit(cases, &types.collect::<Vec<_>>())
}

fn result(fit: Option<Fit>) -> Type {
    fit.and_then(|fit| fit.outputs.first().copied()).unwrap_or(Type::ANY)
}

/// The type of an input; `kind` is what is known of one in a slot.
fn input_type(op: &SlotOp, input: &PartInput, kind: Option<Kind>, results: &[Type]) -> Type {
    match input {
        PartInput::Slot(_) => kind.map_or(Type::ANY, Type::of),
        PartInput::Number(field) => op.fields.get(*field).and_then(|field| field.number()).unwrap_or(Type::INT),
        PartInput::Literal(value) => Type::of(value.kind()),
        PartInput::Part(part) => results.get(*part).copied().unwrap_or(Type::ANY),
        PartInput::Group(_) => Type::ANY,
    }
}
