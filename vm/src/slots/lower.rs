//! Stack form → instructions of slot form: one walk over the code that verification reached, folding each block.

use super::decoded::Decoded;
use super::error::{LowerError, LowerRule};
use super::index::SlotForm;
use super::instructions::{Constant, Instruction, Instructions, Leader, What, index};
use super::lowered::Lowered;
use super::lowering::Lowering;
use super::poll::Poll;
use super::rewrite::{Rewriter, Seen, Step};
use super::types::{Blocks, Known, Rules};
use super::{encode, last_use, validate};
use crate::heap::Spare;
use crate::value::Value;
use opforge_bytecode::metadata::InstructionInfo;
use opforge_bytecode::{
    Analysis, Constant as ModuleConstant, Function, FunctionFacts, InstructionSet, Module, Operand, VerifiedModule,
    analyse,
};
use opforge_core::fold::{Away, Consumed, Fold, Source};
use opforge_core::moves::Moved;
use opforge_core::slot_form::{ConstantForm, MAX_SLOTS, RowForm, SPARE_SLOTS, SequenceOperand, SequencePart};
use opforge_core::{Depth, Pc, Slot, Type};

/// Makes the slot code of a verified function of the set `I`, whose slot form is `form`.
///
/// # Errors
/// A limit of slot form that the function passes; that it was interrupted or there is no memory; or a rule that what was made breaks, which is a
/// mistake of lowering.
pub(crate) fn lower<I: InstructionSet>(
    form: &SlotForm,
    verified: &VerifiedModule,
    function: usize,
    lowering: Lowering,
    poll: &Poll<'_>,
) -> Result<Lowered, LowerError> {
    let fail = |rule| LowerError { pc: 0, rule };
    let module = verified.module();
    let (Some(facts), Some(code)) = (verified.facts(function), module.functions.get(function)) else {
        return Err(fail(LowerRule::Function));
    };
    if facts.code_bytes() > MAX_CODE {
        return Err(fail(LowerRule::CodeSize));
    }
    // One more: the home of what is above an empty stack.
    let frame = facts.frame_slots() + SPARE_SLOTS;
    if frame >= MAX_SLOTS {
        return Err(fail(LowerRule::FrameSize));
    }
    let locals = u16::try_from(facts.slots()).map_err(|_| fail(LowerRule::FrameSize))?;
    // It asks for memory in many small parts, in ways that cannot fail.
    drop(Spare::hold_with(facts.code_bytes() * MEMORY_PER_BYTE).map_err(|_| fail(LowerRule::Memory))?);
    let analysis = analyse::<I>(module, code, facts.entry()).map_err(|_| fail(LowerRule::Verified))?;
    poll.look()?;
    let decoded = Decoded::new::<I>(code, &analysis).ok_or(fail(LowerRule::Verified))?;
    let rows = I::table().instructions;
    poll.look()?;
    let leaders = decoded.leaders(facts, code, &analysis, rows, form.table());
    let rules = Rules { form, rows, module, lists: &code.target_lists };
    poll.look()?;
    let follows = lowering.fuses();
    let blocks =
        if follows { Blocks::of(rules, code, &analysis, &decoded, &leaders, poll)? } else { Blocks::unknown() };
    let mut walk = Walk {
        form,
        rules,
        blocks,
        known: Known::nothing(),
        rows,
        module,
        function: code,
        facts,
        analysis: &analysis,
        leaders,
        decoded: &decoded,
        fold: Fold::new(locals, lowering.folds()),
        lowering,
        out: Instructions::default(),
    };
    walk.run(poll)?;
    poll.look()?;
    let mut out = walk.out;
    last_use::note(&mut out, frame);
    let lowered = encode::encode(form, &out, facts.slots(), &code.target_lists, lowering, poll)?;
    poll.look()?;
    validate::validate(&lowered, form.table(), I::table(), module, facts)?;
    Ok(lowered)
}

/// The longest code that is lowered, its lists of targets included. **Units:** bytes.
pub(super) const MAX_CODE: usize = 1 << 18;

/// How much memory lowering takes at most, for each byte of the code: see `docs/performance.md`. **Units:** bytes.
const MEMORY_PER_BYTE: usize = 250;

/// Longer blocks are rewritten in pieces of so many rows, so that a long one takes no more memory.
const MAX_PIECE: usize = 4096;

/// Roughly the most positions that frame maps name per instruction.
const MAX_MAPPED: usize = 8;

struct Walk<'a> {
    form: &'a SlotForm,
    rows: &'static [InstructionInfo],
    module: &'a Module,
    function: &'a Function,
    facts: &'a FunctionFacts,
    analysis: &'a Analysis,
    decoded: &'a Decoded,
    leaders: Vec<Option<Leader>>,
    /// What is known of types: what rows do to it, where blocks begin, and here.
    rules: Rules<'a>,
    blocks: Blocks,
    known: Known,
    fold: Fold<Constant>,
    lowering: Lowering,
    out: Instructions,
}

impl Walk<'_> {
    fn run(&mut self, poll: &Poll<'_>) -> Result<(), LowerError> {
        let mut falls = false;
        let mut next = 0;
        let mut position = 0;
        while let Some(op) = self.decoded.list.get(position).copied() {
            let fail = |pc: Pc, rule| LowerError { pc: pc.0, rule };
            if self.is_leader(op.at) {
                let depth = self.analysis.depth(op.at).ok_or(fail(op.pc, LowerRule::Verified))?;
                self.begin(op.at, op.pc, depth, falls);
            }
            let mut block = Vec::new();
            while let Some(op) = self.decoded.list.get(position).copied() {
                if block.len() == MAX_PIECE || !block.is_empty() && self.is_leader(op.at) {
                    break;
                }
                // Verification reaches whatever code falls into.
                if falls && op.at != next {
                    return Err(fail(op.pc, LowerRule::FallsThrough));
                }
                let (row, operands) = (op.row as usize, self.decoded.operands(op).to_vec());
                falls = self.rows.get(row).is_some_and(|row| row.falls_through);
                next = op.at + 1;
                position += 1;
                block.push(Step { row, operands, pc: op.pc, seen: None });
            }
            poll.work(block.len())?;
            let block = if self.lowering.fuses() { self.rewritten(block, op.pc) } else { block };
            // What is left of a jump may always go one way.
            falls &= block.last().and_then(|last| self.rows.get(last.row)).is_none_or(|row| row.falls_through);
            for step in &block {
                poll.work(1)?;
                self.out.pc = step.pc;
                self.row(step.row, &step.operands, self.depth(), step.seen.as_deref())
                    .ok_or(fail(step.pc, LowerRule::Row))?;
            }
        }
        self.exits(falls, next)
    }

    /// Rewrites the block, or the piece of one, that begins here, at `pc`.
    fn rewritten(&self, block: Vec<Step>, pc: Pc) -> Vec<Step> {
        #[cfg(test)]
        let count = block.len();
        let rewriter = Rewriter {
            form: self.form,
            rows: self.rows,
            pushed: &|form, operands| match form {
                RowForm::GetLocal(operand) => Some(Source::Slot(Slot(index(operands, *operand)?))),
                RowForm::Constant(form) => self.constant(form, operands).map(Source::Const),
                _ => None,
            },
            start: self.depth().count(),
            most: self.facts.max_depth().count() + SPARE_SLOTS,
            pinned: self.facts.regions().region_at(pc).1.count(),
            rules: self.rules,
            known: &self.known,
        };
        let block = rewriter.rewrite(block);
        #[cfg(test)]
        if block.len() != count {
            cov_mark::hit!(block_is_rewritten);
        }
        block
    }

    /// Writes the exits of a fragment after its code.
    fn exits(&mut self, mut falls: bool, next: u32) -> Result<(), LowerError> {
        let count = self.analysis.count() as u32;
        for exit in 0..self.facts.entry().exits {
            let pc = self.function.code.len().checked_add(exit as usize).and_then(Pc::from_index);
            let pc = pc.ok_or(LowerError { pc: u32::MAX, rule: LowerRule::Distance })?;
            let number = u16::try_from(exit).map_err(|_| LowerError { pc: pc.0, rule: LowerRule::Distance })?;
            let fell = falls && next == count + exit;
            let depth = self.analysis.depth(count + exit).unwrap_or_default();
            self.begin(count + exit, pc, depth, fell);
            self.out.pc = pc;
            let inputs = self.out.inputs.len()..self.out.inputs.len();
            self.out.push(What::Exit(number), inputs, Slot(0)).depth = depth;
            falls = false;
        }
        Ok(())
    }

    /// How many values are on the symbolic stack.
    fn depth(&self) -> Depth {
        self.fold.depth()
    }

    fn is_leader(&self, at: u32) -> bool {
        self.leaders.get(at as usize).is_some_and(Option::is_some)
    }

    /// Ends the block before, if code falls into this one, and begins it.
    fn begin(&mut self, at: u32, pc: Pc, depth: Depth, falls: bool) {
        if falls {
            self.fold.flush(&mut self.out);
        }
        if self.out.leader.is_some() {
            // A block of nothing, which must have a place of its own all the same.
            let inputs = self.out.inputs.len()..self.out.inputs.len();
            self.out.push(What::Nothing, inputs, Slot(0));
        }
        let (region, height) = self.facts.regions().region_at(pc);
        (self.out.pc, self.out.region) = (pc, region);
        let leader = self.leaders.get(at as usize).copied().flatten().unwrap_or_default();
        self.fold.begin(depth, height);
        self.known = self.blocks.at(at);
        self.out.leader = Some(Leader { pc, depth, assumes: self.known.assumes(), ..leader });
    }

    /// Lowers a row, or a part of one that began with `start` values on the stack; `seen` is what is seen when it traps.
    fn row(&mut self, row: usize, operands: &[Operand], start: Depth, seen: Option<&Seen>) -> Option<()> {
        let (fold, out) = (&mut self.fold, &mut self.out);
        match self.form.row(row)? {
            RowForm::GetLocal(operand) => fold.get(Slot(index(operands, *operand)?), out),
            RowForm::SetLocal(operand) => fold.set(Slot(index(operands, *operand)?), out),
            RowForm::Shuffle(outputs) => {
                fold.shuffle(u32::try_from(self.rows.get(row)?.inputs.len()).ok()?, outputs, out);
            }
            RowForm::Constant(form) => {
                let constant = self.constant(form, operands)?;
                self.fold.constant(constant, &mut self.out);
            }
            // The parts do to what is known what they do.
            RowForm::Sequence(parts) => return self.sequence(parts, operands, seen),
            RowForm::Runs(_) if self.of_constants(row).is_some() => {}
            RowForm::Runs(runs) => {
                self.instruction(row, operands, Start { depth: start, seen }, runs.home, runs.leaves)?
            }
        }
        self.rules.row(&mut self.known, row, operands, None)
    }

    /// Puts what a row computes in place of it, where all that it takes are constants.
    fn of_constants(&mut self, row: usize) -> Option<()> {
        let info = self.rows.get(row).filter(|_| self.lowering.fuses())?;
        let inputs = u32::try_from(info.inputs.len()).ok()?;
        let base = self.depth().minus(inputs)?;
        let constant = |input: u32| match self.fold.source(base.plus(input)) {
            Source::Const(Constant::Scalar(value)) => Some(Value::from(value)),
            Source::Const(Constant::Pool(_)) | Source::Slot(_) => None,
        };
        let values: Option<Vec<Value>> = (0..inputs).map(constant).collect();
        let value = self.form.of_constants(row, &values?)?;
        #[cfg(test)]
        cov_mark::hit!(constants_are_computed);
        self.fold.shuffle(inputs, &[], &mut self.out);
        self.fold.constant(Constant::Scalar(value), &mut self.out);
        Some(())
    }

    fn sequence(&mut self, parts: &'static [SequencePart], operands: &[Operand], seen: Option<&Seen>) -> Option<()> {
        // So that nothing is exchanged before the part that may trap.
        if self.fold.away().len() + parts.len() > Fold::<Constant>::MAX_AWAY {
            self.fold.flush(&mut self.out);
        }
        let start = self.depth();
        for part in parts {
            let given: Option<Vec<Operand>> = part
                .operands
                .iter()
                .map(|operand| match operand {
                    SequenceOperand::Row(index) => operands.get(*index).copied(),
                    SequenceOperand::Literal(literal) => Some(*literal),
                })
                .collect();
            self.row(part.row, &given?, start, seen)?;
        }
        Some(())
    }

    fn constant(&self, form: &ConstantForm, operands: &[Operand]) -> Option<Constant> {
        Some(match form {
            ConstantForm::Literal(value) => Constant::Scalar(*value),
            ConstantForm::Operand(operand) => Constant::Scalar(operands.get(*operand)?.scalar()),
            ConstantForm::Pool(operand) => {
                let constant = index(operands, *operand)?;
                match self.module.constants.get(usize::from(constant))? {
                    ModuleConstant::Scalar(value) => Constant::Scalar(*value),
                    ModuleConstant::Text(_) => Constant::Pool(constant),
                }
            }
        })
    }

    fn instruction(
        &mut self,
        row: usize,
        operands: &[Operand],
        start: Start<'_>,
        home: bool,
        leaves: bool,
    ) -> Option<()> {
        let info = self.rows.get(row)?;
        let (fold, out) = (&mut self.fold, &mut self.out);
        let count = |operand: usize| index(operands, operand).map(u32::from);
        let (inputs, outputs) = (info.pops(operands), info.pushes());
        let jumps = !info.jumps.is_empty();
        if home {
            fold.flush(out);
        } else if jumps {
            fold.before_jump(inputs, info.most_pushed() > 0, out);
        }
        // Else code that leaves all the time with much away could ask for many times its own size.
        if leaves && out.maps.len() > MAX_MAPPED * (out.list.len() + 64) {
            fold.flush(out);
        }
        fold.prepare(inputs, out);
        let (first, mut depth) = (out.maps.len(), start.depth);
        if leaves {
            depth = start.map(fold, &mut out.maps)?;
        }
        let map = leaves.then_some(first..out.maps.len());
        let base = fold.depth().minus(inputs)?;
        let mut taken: Vec<Consumed<Constant>> = Vec::new();
        fold.apply(inputs, outputs, !jumps && info.enters.is_none(), &mut taken);
        // One input for each of the row's; that of a group is its first.
        let first = out.inputs.len();
        if info.inputs.len() == taken.len() {
            out.types.extend(self.known.top(taken.len()));
        }
        out.types.resize(first + info.inputs.len(), Type::ANY);
        let mut position = 0;
        for input in info.inputs {
            let group = Consumed { source: Source::Slot(fold.home(base.plus(position))), home: Slot(0) };
            out.inputs.push(if input.count.is_some() { group } else { *taken.get(position as usize)? });
            position += input.count.map_or(Some(1), count)?;
        }
        let given = out.operands.len();
        out.operands.extend_from_slice(operands);
        let (inputs, given) = (first..out.inputs.len(), given..out.operands.len());
        let instruction: &mut Instruction = out.push(What::Row(row), inputs, fold.home(base));
        instruction.pc = start.seen.map_or(instruction.pc, |seen| seen.pc);
        instruction.operands = given;
        instruction.outputs = info.most_pushed() as usize;
        instruction.base = base;
        instruction.depth = depth;
        instruction.map = map;
        Some(())
    }
}

/// How a row begins.
#[derive(Clone, Copy)]
struct Start<'a> {
    /// With so many values on the stack.
    depth: Depth,
    /// What is seen when it traps, if that is not the stack as it is.
    seen: Option<&'a Seen>,
}

impl Start<'_> {
    /// Appends to `maps` which of the values that are seen when the row traps are not at home; returns how many there are.
    fn map(self, fold: &Fold<Constant>, maps: &mut Vec<Away<Constant>>) -> Option<Depth> {
        let Some(Seen { stack, .. }) = self.seen else {
            maps.extend(fold.away().iter().filter(|away| away.position < self.depth));
            return Some(self.depth);
        };
        let kept = self.depth.minus(u32::try_from(stack.dropped()).ok()?)?;
        maps.extend(fold.away().iter().filter(|away| away.position < kept));
        let mut position = kept;
        for moved in stack.pushed() {
            let source = match moved {
                Moved::Before(at) => fold.source(self.depth.minus(u32::try_from(at + 1).ok()?)?),
                Moved::New(source) => *source,
            };
            if source != Source::Slot(fold.home(position)) {
                maps.push(Away { position, source });
            }
            position = position.plus(1);
        }
        Some(position)
    }
}
