//! Stack form → instructions of slot form: one walk over the code that verification reached, folding each block.

use super::instructions::{Constant, Instruction, Instructions, Leader, What};
use super::lowered::Lowered;
use super::rewrite;
use super::select::Index;
use super::{encode, validate};
use crate::instruction_set::{InstructionSet, Operand as RowOperand};
use crate::machine::Lowering;
use crate::metadata::InstructionInfo;
use crate::module::{Constant as ModuleConstant, Function, Module};
use crate::verify::{Analysis, Checked, Facts, analyse};
use opforge_core::Scalar;
use opforge_core::fold::{Consumed, Fold, Source};
use opforge_core::slot_form::{ConstantForm, MAX_SLOTS, RowForm, Runs, SequenceOperand, SequencePart, SlotTable};

/// Makes the slot code of a verified function, or nothing if that goes wrong: then a limit of slot form was passed, or
/// something here is wrong, and the machine raises `InvalidCode`.
pub(crate) fn lower<I: InstructionSet>(checked: &Checked, function: usize, lowering: Lowering) -> Option<Lowered> {
    let (module, facts) = (&checked.module, checked.functions.get(function)?);
    // One more: the home of what is above an empty stack.
    if facts.frame_slots() >= MAX_SLOTS {
        return None;
    }
    let code = module.functions.get(function)?;
    let analysis = analyse::<I>(module, code, facts.entry).ok()?;
    let decoded = Decoded::new::<I>(code, &analysis)?;
    let mut walk = Walk {
        table: I::slots(),
        rows: I::table().instructions,
        index: I::slot_index(),
        module,
        function: code,
        facts,
        analysis: &analysis,
        leaders: decoded.leaders(facts, code, &analysis, I::table().instructions, I::slots()),
        decoded: &decoded,
        fold: Fold::new(u16::try_from(facts.slots).ok()?, lowering.fold),
        lowering,
        exit_depths: vec![None; facts.entry.exits as usize],
        out: Instructions::default(),
    };
    walk.run()?;
    let mut out = walk.out;
    last_uses(&mut out, facts.frame_slots());
    let lowered = encode::encode::<I>(&out, facts, lowering)?;
    validate::validate(&lowered, I::slots(), I::table(), module, facts).then_some(lowered)
}

/// Frame maps name at most about so many positions for each instruction.
const MOST_MAPPED: usize = 8;

/// The instructions of a function that are reached, decoded.
struct Decoded {
    list: Vec<DecodedOp>,
    operands: Vec<RowOperand>,
}

#[derive(Clone, Copy)]
pub(super) struct DecodedOp {
    /// Index among all instructions of the function.
    at: u32,
    pc: u32,
    pub(super) row: u32,
    first: u32,
    count: u32,
}

impl Decoded {
    fn new<I: InstructionSet>(function: &Function, analysis: &Analysis) -> Option<Self> {
        let mut decoded = Self { list: Vec::new(), operands: Vec::new() };
        for (at, pc) in analysis.reached() {
            let (op, _) = I::decode(&function.code, pc as usize).ok()?;
            let first = decoded.operands.len();
            decoded.operands.extend(I::operands(&op));
            decoded.list.push(DecodedOp {
                at,
                pc,
                row: u32::try_from(I::instruction(&op)).ok()?,
                first: u32::try_from(first).ok()?,
                count: u32::try_from(decoded.operands.len() - first).ok()?,
            });
        }
        Some(decoded)
    }

    fn operands(&self, op: DecodedOp) -> &[RowOperand] {
        let first = op.first as usize;
        self.operands.get(first..first + op.count as usize).unwrap_or_default()
    }

    /// Where blocks begin, by instruction; after the last one come the ways out.
    fn leaders(
        &self,
        facts: &Facts,
        function: &Function,
        analysis: &Analysis,
        rows: &[InstructionInfo],
        table: &SlotTable,
    ) -> Vec<Option<Leader>> {
        let exits = facts.entry.exits as usize;
        let mut leaders: Vec<Option<Leader>> = vec![None; analysis.count() + exits];
        let mut lead = |at: Option<u32>, jumps: u32, entry: bool| {
            if let Some(leader) = at.and_then(|at| leaders.get_mut(at as usize)) {
                let leader = leader.get_or_insert_default();
                leader.jumps += jumps;
                leader.entry |= entry;
            }
        };
        lead(Some(0), 0, true);
        for op in &self.list {
            let row = &rows[op.row as usize];
            for (operand, _) in row.jumps {
                if let Some(RowOperand::Index(target)) = self.operands(*op).get(*operand) {
                    lead(place(*target, function, analysis), 1, false);
                }
            }
            let pauses = matches!(table.rows.get(op.row as usize), Some(RowForm::Runs(Runs { ends: true, .. })));
            let ends = !row.jumps.is_empty() || !row.falls_through || row.enters.is_some() || pauses;
            if ends {
                lead(Some(op.at + 1), 0, row.enters.is_some() || pauses);
            }
        }
        for region in &function.regions {
            lead(analysis.instruction(region.start), 0, false);
            lead(place(region.end, function, analysis), 0, false);
            lead(analysis.instruction(region.target), 0, true);
        }
        (0..exits).for_each(|exit| lead(Some((analysis.count() + exit) as u32), 0, true));
        leaders
    }
}

/// The instruction at `pc`, or the way out that it stands for.
fn place(pc: u32, function: &Function, analysis: &Analysis) -> Option<u32> {
    let after = (pc as usize).checked_sub(function.code.len());
    match after {
        Some(exit) => u32::try_from(analysis.count() + exit).ok(),
        None => analysis.instruction(pc),
    }
}

struct Walk<'a> {
    table: &'static SlotTable,
    rows: &'static [InstructionInfo],
    index: &'static Index,
    module: &'a Module,
    function: &'a Function,
    facts: &'a Facts,
    analysis: &'a Analysis,
    decoded: &'a Decoded,
    leaders: Vec<Option<Leader>>,
    fold: Fold<Constant>,
    lowering: Lowering,
    /// How many values each way out finds.
    exit_depths: Vec<Option<u32>>,
    out: Instructions,
}

impl Walk<'_> {
    fn run(&mut self) -> Option<()> {
        let mut falls = false;
        let mut next = 0;
        let mut position = 0;
        while let Some(op) = self.decoded.list.get(position).copied() {
            if falls && op.at != next {
                // Verification reaches whatever code falls into.
                return None;
            }
            if self.leaders.get(op.at as usize)?.is_some() {
                let depth = self.analysis.depth(op.at)?;
                self.begin(op.at, op.pc, depth, falls)?;
            }
            self.out.pc = op.pc;
            let taken = self.rewritten(position)?;
            let last = self.decoded.list.get(position + taken - 1).copied()?;
            falls = self.rows.get(last.row as usize)?.falls_through;
            next = last.at + 1;
            position += taken;
        }
        let count = self.analysis.count() as u32;
        for exit in 0..self.facts.entry.exits {
            let pc = u32::try_from(self.function.code.len()).ok()? + exit;
            let fell = falls && next == count + exit;
            let depth =
                self.exit_depths.get(exit as usize).copied().flatten().or(fell.then(|| self.fold.depth())).unwrap_or(0);
            self.begin(count + exit, pc, depth, fell)?;
            self.out.pc = pc;
            let inputs = self.out.inputs.len()..self.out.inputs.len();
            self.out.push(What::Exit(u16::try_from(exit).ok()?), inputs, 0).depth = depth;
            falls = false;
        }
        Some(())
    }

    /// Ends the block before, if code falls into this one, and begins it.
    fn begin(&mut self, at: u32, pc: u32, depth: u32, falls: bool) -> Option<()> {
        if falls {
            self.fold.flush(&mut self.out);
        }
        if self.out.leader.is_some() {
            // A block of nothing, which must have a place of its own all the same.
            let inputs = self.out.inputs.len()..self.out.inputs.len();
            self.out.push(What::Nothing, inputs, 0);
        }
        let (region, height) = self.facts.guards.region_at(pc);
        (self.out.pc, self.out.region) = (pc, region);
        let leader = self.leaders.get(at as usize).copied().flatten().unwrap_or_default();
        self.out.leader = Some(Leader { pc, depth, ..leader });
        self.fold.begin(depth, height);
        Some(())
    }

    /// Lowers the instruction at `position`, or the sequence from there that a rewrite replaces; gives how many it were.
    fn rewritten(&mut self, position: usize) -> Option<usize> {
        let op = *self.decoded.list.get(position)?;
        if self.lowering.fuse {
            let found = self.index.rewrites(op.row).iter().find_map(|rewrite| {
                rewrite::apply(rewrite, position, &|at| {
                    let other = self.decoded.list.get(at)?;
                    let inner = at > position && self.leaders.get(other.at as usize)?.is_some();
                    (!inner).then(|| (other.row, self.decoded.operands(*other)))
                })
            });
            if let Some((taken, replacement)) = found {
                let start = self.fold.depth();
                for (row, operands) in replacement {
                    self.row(row, &operands, start)?;
                }
                return Some(taken);
            }
        }
        let operands = self.decoded.operands(op).to_vec();
        self.row(op.row as usize, &operands, self.fold.depth())?;
        Some(1)
    }

    /// Lowers a row, or a part of one that began with `start` values on the stack.
    fn row(&mut self, row: usize, operands: &[RowOperand], start: u32) -> Option<()> {
        let (fold, out) = (&mut self.fold, &mut self.out);
        match self.table.rows.get(row)? {
            RowForm::GetLocal(operand) => fold.get(index(operands, *operand)?, out),
            RowForm::SetLocal(operand) => fold.set(index(operands, *operand)?, out),
            RowForm::Shuffle(outputs) => {
                fold.shuffle(u32::try_from(self.rows.get(row)?.inputs.len()).ok()?, outputs, out);
            }
            RowForm::Constant(form) => {
                let constant = self.constant(form, operands)?;
                self.fold.constant(constant, &mut self.out);
            }
            RowForm::Sequence(parts) => self.sequence(parts, operands)?,
            RowForm::Runs(runs) => self.instruction(row, operands, start, runs.home, runs.leaves)?,
        }
        Some(())
    }

    fn sequence(&mut self, parts: &'static [SequencePart], operands: &[RowOperand]) -> Option<()> {
        // So that nothing is exchanged before the part that may trap.
        if self.fold.away().len() + parts.len() > Fold::<Constant>::MAX_AWAY {
            self.fold.flush(&mut self.out);
        }
        let start = self.fold.depth();
        for part in parts {
            let given: Option<Vec<RowOperand>> = part
                .operands
                .iter()
                .map(|operand| match operand {
                    SequenceOperand::Row(index) => operands.get(*index).copied(),
                    SequenceOperand::Literal(literal) => Some(*literal),
                })
                .collect();
            self.row(part.row, &given?, start)?;
        }
        Some(())
    }

    fn constant(&self, form: &ConstantForm, operands: &[RowOperand]) -> Option<Constant> {
        Some(match form {
            ConstantForm::Literal(value) => Constant::Scalar(*value),
            ConstantForm::Operand(operand) => Constant::Scalar(match operands.get(*operand)? {
                RowOperand::Index(value) => Scalar::Int(i64::from(*value)),
                RowOperand::Int(value) => Scalar::Int(*value),
                RowOperand::Float(value) => Scalar::Float(*value),
            }),
            ConstantForm::Pool(operand) => {
                let constant = index(operands, *operand)?;
                match self.module.constants.get(usize::from(constant))? {
                    ModuleConstant::Scalar(value) => Constant::Scalar(*value),
                    ModuleConstant::Text(_) => Constant::Pool(constant),
                }
            }
        })
    }

    fn instruction(&mut self, row: usize, operands: &[RowOperand], start: u32, home: bool, leaves: bool) -> Option<()> {
        let info = self.rows.get(row)?;
        let (fold, out) = (&mut self.fold, &mut self.out);
        let count = |operand: usize| index(operands, operand).map(u32::from);
        let inputs = info.inputs.iter().try_fold(0u32, |sum, input| Some(sum + input.count.map_or(Some(1), count)?))?;
        let outputs = u32::try_from(info.outputs.len()).ok()?;
        let jumps = !info.jumps.is_empty();
        if home {
            fold.flush(out);
        } else if jumps {
            let pushes = outputs > 0 || info.jumps.iter().any(|(_, outputs)| !outputs.is_empty());
            fold.before_jump(inputs, pushes, out);
        }
        // Else code that leaves all the time with much away could ask for many times its own size.
        if leaves && out.maps.len() > MOST_MAPPED * (out.list.len() + 64) {
            fold.flush(out);
        }
        fold.prepare(inputs, out);
        let map = leaves.then(|| {
            let first = out.maps.len();
            out.maps.extend(fold.away().iter().filter(|away| away.position < start));
            first..out.maps.len()
        });
        let base = fold.depth() - inputs;
        let mut taken: Vec<Consumed<Constant>> = Vec::new();
        fold.apply(inputs, outputs, !jumps && info.enters.is_none(), &mut taken);
        // One input for each of the row's; that of a group is its first.
        let first = out.inputs.len();
        let mut position = 0;
        for input in info.inputs {
            let group = Consumed { source: Source::Slot(fold.home(base + position)), home: 0 };
            out.inputs.push(if input.count.is_some() { group } else { *taken.get(position as usize)? });
            position += input.count.map_or(Some(1), count)?;
        }
        let given = out.operands.len();
        out.operands.extend_from_slice(operands);
        let (inputs, given) = (first..out.inputs.len(), given..out.operands.len());
        let instruction: &mut Instruction = out.push(What::Row(row), inputs, fold.home(base));
        instruction.operands = given;
        let pushed = info.jumps.iter().map(|(_, outputs)| outputs.len()).chain([info.outputs.len()]);
        instruction.outputs = pushed.max().unwrap_or(0);
        instruction.base = base;
        instruction.depth = start;
        instruction.map = map;
        for (operand, outputs) in info.jumps {
            let exit = match operands.get(*operand)? {
                RowOperand::Index(target) => (*target as usize).checked_sub(self.function.code.len()),
                _ => None,
            };
            if let Some(depth) = exit.and_then(|exit| self.exit_depths.get_mut(exit)) {
                *depth = Some(base + u32::try_from(outputs.len()).ok()?);
            }
        }
        Some(())
    }
}

fn index(operands: &[RowOperand], operand: usize) -> Option<u16> {
    match operands.get(operand)? {
        RowOperand::Index(index) => u16::try_from(*index).ok(),
        _ => None,
    }
}

/// For each home, the last instruction of the block that names what was put there. What just stays on the stack is not
/// named: see [`Instruction::base`].
fn last_uses(out: &mut Instructions, slots: usize) {
    // For each slot, the instruction that wrote it last and its block.
    let mut writers: Vec<Option<(usize, usize)>> = vec![None; slots + 1];
    let mut block = 0;
    let mut used: Vec<u16> = Vec::new();
    for at in 0..out.list.len() {
        let Some(instruction) = out.list.get(at) else { return };
        block += usize::from(instruction.leader.is_some());
        let slot = |source: Source<Constant>| match source {
            Source::Slot(slot) => Some(slot),
            Source::Const(_) => None,
        };
        let (what, output, outputs) = (instruction.what, instruction.output, instruction.outputs);
        used.clear();
        used.extend(out.inputs_of(instruction).iter().filter_map(|input| slot(input.source)));
        used.extend(out.map_of(instruction).iter().filter_map(|away| slot(away.source)));
        used.extend((what == What::Exchange).then_some(output));
        for slot in &used {
            let writer = writers.get(usize::from(*slot)).copied().flatten();
            if let Some((writer, _)) = writer.filter(|(_, of)| *of == block) {
                out.list[writer].last_use = at;
            }
        }
        if what == What::Exchange {
            for slot in &used {
                writers[usize::from(*slot)] = None;
            }
        }
        for slot in usize::from(output)..usize::from(output) + outputs {
            if let Some(writer) = writers.get_mut(slot) {
                *writer = Some((at, block));
            }
        }
    }
}
