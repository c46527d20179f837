//! Writes the sequences that a fuser looks for: as they are, with operands that coincide, jumped into, half guarded.

use super::{Exit, Guess, NESTING, Writer, index_operand};
use crate::sequences::{Sequence, SequenceLine};
use opforge::metadata::LineOperand;
use opforge::{InstructionSet, Kind, Label, Operand, OperandKind, OperandRole};
use std::collections::BTreeMap;

/// What the variables of a sequence stand for, targets excepted.
type Bindings = BTreeMap<usize, Operand>;

/// A place that jumps of a sequence lead to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Landing {
    /// One of its own.
    Inner(usize),
    /// Whatever that variable stands for.
    Variable(usize),
}

/// How deep the stack is, from where a sequence begins.
struct Depths {
    /// Before each part.
    before: Vec<isize>,
    /// At each place that is jumped to.
    places: BTreeMap<Landing, isize>,
    /// How many values the sequence takes from below itself.
    needs: usize,
}

/// Where a sequence is disturbed: before parts, by their index.
#[derive(Default)]
struct Disturbance {
    /// A jump leads there.
    entry: Option<(usize, Label)>,
    /// A region begins and ends there, and keeps so many values.
    region: Option<(usize, usize, usize)>,
    /// Something else stands there.
    extra: Option<usize>,
}

impl<I: InstructionSet> Writer<'_, '_, I> {
    /// One of the sequences.
    pub(super) fn sequence(&mut self, nesting: usize) -> bool {
        let sequences = self.shared.sequences;
        if sequences.is_empty() || !self.shared.catalogue.can_adjust() {
            return true;
        }
        let number = self.shared.random.below(sequences.len());
        let sequence = &sequences[number];
        let (Some(depths), Some(bindings)) = (Self::depths(sequence), self.bindings(sequence)) else { return true };
        let reserved = self.reserved.len();
        self.reserved.extend(bindings.values().filter_map(slot_of));
        let continues = self.bound_sequence(number, &bindings, &depths, nesting);
        self.reserved.truncate(reserved);
        continues
    }

    fn bound_sequence(&mut self, number: usize, bindings: &Bindings, depths: &Depths, nesting: usize) -> bool {
        let sequence = &self.shared.sequences[number];
        let loops = sequence.0.iter().any(|part| matches!(part, SequenceLine::Label(_)));
        self.start_values(bindings, sequence, loops);
        // A variable target leads ahead, or back to a block before the sequence.
        let level = depths.needs == 0 && depths.places.values().all(|depth| *depth == 0);
        let back = level && !loops && nesting < NESTING && self.shared.random.once_in(2);
        let (top, before) = (self.label(), self.stack.clone());
        self.bind(top);
        if back {
            if !self.block(nesting + 1) {
                return false;
            }
            self.adjust_to(&before);
        }
        for _ in 0..depths.needs {
            let kind = self.number();
            self.expression(Some(kind));
        }
        self.shared.shape.sequences[number] += 1;
        let disturbance = self.disturb(depths, before.len());
        let places = depths.places.keys().map(|place| match place {
            Landing::Variable(_) if back => (*place, top),
            _ => (*place, self.label()),
        });
        let places: BTreeMap<Landing, Label> = places.collect();
        let exits = self.parts(sequence, bindings, &places, &disturbance);
        let exits = if back { Vec::new() } else { exits };
        let ends = matches!(sequence.0.last(), Some(SequenceLine::Row(row, _)) if !Self::row(*row).falls_through);
        let mut continues = !ends;
        if continues && !exits.is_empty() && nesting < NESTING && self.shared.random.once_in(2) {
            continues = self.block(nesting + 1);
        }
        self.meet(&exits, continues)
    }

    /// `None` if ways to a place differ, a part is never reached, or a row is not one that sequences are made of.
    fn depths(sequence: &Sequence) -> Option<Depths> {
        let mut depths = Depths { before: Vec::new(), places: BTreeMap::new(), needs: 0 };
        let mut now = Some(0_isize);
        for part in &sequence.0 {
            match part {
                SequenceLine::Label(label) => {
                    let known = depths.places.get(&Landing::Inner(*label)).copied();
                    let depth = now.or(known)?;
                    if *depths.places.entry(Landing::Inner(*label)).or_insert(depth) != depth {
                        return None;
                    }
                    now = Some(depth);
                    depths.before.push(depth);
                }
                SequenceLine::Row(index, operands) => {
                    let row = Self::row(*index);
                    let counted = row.inputs.iter().any(|input| input.count.is_some());
                    if counted || row.scope != 0 || row.enters.is_some() || operands.len() != row.operands.len() {
                        return None;
                    }
                    depths.before.push(now?);
                    let least = now?.checked_sub_unsigned(row.inputs.len())?;
                    depths.needs = depths.needs.max(least.min(0).unsigned_abs());
                    for (operand, outputs) in row.jumps {
                        let there = least.checked_add_unsigned(outputs.len())?;
                        if *depths.places.entry(place(operands[*operand])?).or_insert(there) != there {
                            return None;
                        }
                    }
                    now = least.checked_add_unsigned(row.outputs.len()).filter(|_| row.falls_through);
                }
            }
        }
        Some(depths)
    }

    /// A value for each variable that is no target: slots that mostly differ, small numbers.
    fn bindings(&mut self, sequence: &Sequence) -> Option<Bindings> {
        let free = |slot: &usize| self.slots[*slot] == Kind::Int && !self.reserved.contains(slot);
        let ints: Vec<usize> = (0..self.slots.len()).filter(free).collect();
        let mut bindings = Bindings::new();
        for part in &sequence.0 {
            let SequenceLine::Row(index, operands) = part else { continue };
            for (operand, info) in operands.iter().zip(Self::row(*index).operands) {
                let LineOperand::Variable(number) = operand else { continue };
                if bindings.contains_key(number) || info.kind.is_jump() {
                    continue;
                }
                let random = &mut *self.shared.random;
                let value = match info.kind.role() {
                    OperandRole::Local => {
                        let unused = |slot: &&usize| !bindings.values().any(|other| slot_of(other) == Some(**slot));
                        let unused: Vec<usize> = ints.iter().filter(unused).copied().collect();
                        let alias = unused.is_empty() || random.once_in(6);
                        index_operand(random.pick(if alias { &ints } else { &unused })?)
                    }
                    OperandRole::Number(Kind::Int) if random.once_in(8) => Operand::from(random.int() % 1000),
                    OperandRole::Number(Kind::Int) => Operand::from(small(random.below(14))),
                    _ => return None,
                };
                bindings.insert(*number, value);
            }
        }
        Some(bindings)
    }

    /// Mostly small ints for the slots of a loop, so that most loops end.
    fn start_values(&mut self, bindings: &Bindings, sequence: &Sequence, loops: bool) {
        if !loops && !self.shared.random.once_in(2) || self.shared.random.once_in(12) {
            return;
        }
        for number in sequence.variables() {
            if let Some(slot) = bindings.get(&number).and_then(slot_of) {
                let value = small(self.shared.random.below(9)) - 1;
                match (self.number(), self.shared.random.pick(&self.shared.catalogue.setters)) {
                    (kind, Some(setter)) if kind != Kind::Int => {
                        self.produce_new(Some(kind));
                        self.on_stack(setter, vec![index_operand(slot)]);
                    }
                    _ => {
                        self.set_int(slot, value);
                    }
                }
            }
        }
    }

    /// Mostly the kind of ints, sometimes another.
    fn number(&mut self) -> Kind {
        match self.shared.random.below(24) {
            0..=2 => Kind::Float,
            3 => self.shared.random.kind(),
            _ => Kind::Int,
        }
    }

    /// Chooses what disturbs a sequence, and writes the jump into its middle; `base` values are below the sequence.
    fn disturb(&mut self, depths: &Depths, base: usize) -> Disturbance {
        let mut disturbance = Disturbance::default();
        let parts = depths.before.len();
        let inner = |writer: &mut Self| 1 + writer.shared.random.below(parts.saturating_sub(1));
        if self.shared.random.once_in(3) && parts > 1 {
            let part = inner(self);
            disturbance.entry = self.jump_into(part, depths);
        }
        if self.shared.random.once_in(4) {
            let (a, b) = (self.shared.random.below(parts), inner(self));
            let kept = self.floor + self.shared.random.below(base.saturating_sub(self.floor) + 1);
            disturbance.region = Some((a.min(b), a.max(b), kept)).filter(|(start, end, _)| start < end);
        }
        if self.shared.random.once_in(6) {
            disturbance.extra = Some(inner(self));
        }
        disturbance
    }

    /// A jump on some condition to before that part, with what it needs on the stack.
    fn jump_into(&mut self, part: usize, depths: &Depths) -> Option<(usize, Label)> {
        let roles = &self.shared.catalogue.roles;
        let branches: Vec<usize> = roles.jumps_if_true.iter().chain(&roles.jumps_if_false).copied().collect();
        let branch = self.shared.random.pick(&branches)?;
        let depth = *depths.before.get(part)?;
        let wanted = self.depth().checked_add_signed(depth).filter(|wanted| *wanted >= self.floor)?;
        let stack = self.stack.clone();
        self.adjust(stack.len().min(wanted));
        while self.depth() < wanted {
            self.produce(Some(Kind::Int));
        }
        self.produce(Some(Kind::Bool));
        let label = self.label();
        self.on_stack_to(branch, label);
        self.adjust_to(&stack);
        Some((part, label))
    }

    /// Writes the parts; returns the exits.
    fn parts(
        &mut self,
        sequence: &Sequence,
        bindings: &Bindings,
        places: &BTreeMap<Landing, Label>,
        disturbance: &Disturbance,
    ) -> Vec<Exit> {
        let mut exits: Vec<Exit> = Vec::new();
        let mut region: Option<(usize, Vec<Guess>)> = None;
        // What the stack holds where jumps of the sequence arrive, and whether the part before falls into the next one.
        let (mut arrivals, mut falls): (BTreeMap<Landing, Vec<Guess>>, bool) = (BTreeMap::new(), true);
        for (at, part) in sequence.0.iter().enumerate() {
            if let (Some((_, end, _)), Some((start, kept))) = (disturbance.region, &region)
                && end == at
            {
                self.guard(*start, self.code.pc(), kept.clone(), self.scopes);
            }
            if disturbance.extra == Some(at) {
                let depth = self.depth();
                self.produce(None);
                self.adjust(depth);
            }
            if let SequenceLine::Label(number) = part {
                let arrived = arrivals.get(&Landing::Inner(*number)).filter(|_| !falls);
                arrived.into_iter().for_each(|stack| self.stack.clone_from(stack));
                falls = true;
            }
            if let Some((_, _, kept)) = disturbance.region.filter(|region| region.0 == at) {
                region = Some((self.code.pc(), self.stack[..kept].to_vec()));
            }
            if let Some((_, label)) = disturbance.entry.filter(|entry| entry.0 == at) {
                self.bind(label);
            }
            match part {
                SequenceLine::Label(number) => self.bind(places[&Landing::Inner(*number)]),
                SequenceLine::Row(index, operands) => {
                    let places_of = Self::row(*index).jumps.iter().filter_map(|(operand, _)| place(operands[*operand]));
                    let places_of: Vec<Landing> = places_of.collect();
                    let lists =
                        Self::row(*index).jumps.iter().map(|(operand, _)| Self::row(*index).operands[*operand].kind);
                    let labels = places_of.iter().zip(lists).map(|(place, kind)| {
                        // The same place again and again, if it is a list.
                        let count = if kind == OperandKind::Targets { 1 + self.shared.random.below(3) } else { 1 };
                        vec![places[place]; count]
                    });
                    let labels: Vec<Vec<Label>> = labels.collect();
                    let ways = self.flow(*index, instance(operands, bindings), &labels);
                    falls = Self::row(*index).falls_through;
                    for (place, way) in places_of.iter().zip(ways) {
                        arrivals.entry(*place).or_insert_with(|| way.1.clone());
                        if matches!(place, Landing::Variable(_)) && !exits.iter().any(|other| other.0 == way.0) {
                            exits.push(way);
                        }
                    }
                }
            }
        }
        exits
    }
}

/// The operands of one part.
fn instance(operands: &[LineOperand], bindings: &Bindings) -> Vec<Operand> {
    let made = operands.iter().map(|operand| match operand {
        LineOperand::Variable(number) => bindings.get(number).copied().unwrap_or(Operand::Index(0)),
        LineOperand::Number(value) => Operand::Number(*value),
        LineOperand::Label(_) => Operand::Index(0),
    });
    made.collect()
}

/// Where a target operand leads.
fn place(operand: LineOperand) -> Option<Landing> {
    match operand {
        LineOperand::Label(number) => Some(Landing::Inner(number)),
        LineOperand::Variable(number) => Some(Landing::Variable(number)),
        LineOperand::Number(_) => None,
    }
}

fn slot_of(operand: &Operand) -> Option<usize> {
    match operand {
        Operand::Index(slot) => Some(*slot as usize),
        Operand::Number(_) => None,
    }
}

fn small(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(0)
}
