//! The slot code of a function, and what maps it back to stack form.

use super::instructions::Constant;
use opforge_core::fold::{Away, Source};
use opforge_core::{Depth, Pc, Slot, Word};

/// The slot code of one function. It holds nothing of one machine.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    /// The instructions, then the lists of targets that they name.
    pub(crate) words: Box<[u64]>,
    /// Where the lists begin.
    pub(super) lists: Word,
    /// Where code can be entered with everything at home: by position in stack form, and by word.
    pub(super) entries: Box<[Entry]>,
    /// What can leave, by word, then by part: the frame maps.
    pub(super) maps: Box<[FrameMap]>,
    pub(super) aways: Box<[Away<Constant>]>,
    /// The instructions' names and what they come from, for people: by word.
    pub(super) origins: Box<[Origin]>,
    /// What loops do within one instruction: by word.
    pub(super) rounds: Box<[Round]>,
}

/// A place where code can be entered: the first instruction of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) pc: Pc,
    pub(super) word: Word,
    /// How many values are on the stack there.
    pub(super) depth: Depth,
    /// Whether the block rests on the type of a value that it finds.
    pub(super) assumes: bool,
}

/// The frame map of an instruction that can leave, or of one of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameMap {
    pub(super) word: Word,
    pub(super) part: u16,
    /// The position in stack form.
    pub(super) pc: Pc,
    /// How many values are on the stack there.
    pub(super) depth: Depth,
    /// Where the positions are that are not at home: a range of [`Lowered::aways`], as its start and length.
    pub(super) first: u32,
    pub(super) count: u16,
}

/// Where an instruction comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) word: Word,
    pub(super) pc: Pc,
}

/// A jump of an instruction back to where it begins itself: it goes on, and is not entered again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Round {
    pub(super) word: Word,
    /// Where the jump is in stack form, a block's last row: not before this,
    pub(super) from: Pc,
    /// and before that.
    pub(super) end: Pc,
    /// Where it goes.
    pub(super) to: Pc,
}

/// The state of stack form at a place where slot code left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StackPlace<'a> {
    pub(crate) pc: Pc,
    pub(crate) depth: Depth,
    away: &'a [Away<Constant>],
}

impl StackPlace<'_> {
    /// The positions that are not at home: the slot they are in, the scalar they are, or the module's constant.
    pub(crate) fn away(&self) -> impl Iterator<Item = (Depth, AwayValue)> + '_ {
        self.away.iter().map(|away| {
            let value = match away.source {
                Source::Slot(slot) => AwayValue::Slot(slot),
                Source::Const(Constant::Scalar(scalar)) => AwayValue::Scalar(scalar),
                Source::Const(Constant::Pool(constant)) => AwayValue::Pool(constant),
            };
            (away.position, value)
        })
    }
}

/// Where the value of a position is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum AwayValue {
    Slot(Slot),
    Scalar(opforge_core::Scalar),
    Pool(u16),
}

impl Lowered {
    /// The word at which the block at `pc` begins, and whether it rests on what the function did before.
    pub(crate) fn entry(&self, pc: Pc) -> Option<(Word, bool)> {
        let index = self.entries.binary_search_by_key(&pc, |entry| entry.pc).ok()?;
        Some((self.entries[index].word, self.entries[index].assumes))
    }

    /// The position and depth at which the block at `word` begins.
    pub(crate) fn entry_at(&self, word: Word) -> Option<(Pc, Depth)> {
        let index = self.entries.binary_search_by_key(&word, |entry| entry.word).ok()?;
        Some((self.entries[index].pc, self.entries[index].depth))
    }

    /// The position of the first block that begins after `word`.
    pub(crate) fn entry_after(&self, word: Word) -> Option<Pc> {
        self.entries.get(self.entries.partition_point(|entry| entry.word <= word)).map(|entry| entry.pc)
    }

    /// The state at a part of the instruction at `word`.
    pub(crate) fn leave(&self, word: Word, part: u16) -> Option<StackPlace<'_>> {
        let index = self.maps.binary_search_by_key(&(word, part), |leave| (leave.word, leave.part)).ok()?;
        self.place(index)
    }

    /// The state at the last instruction that can leave before `word`: the call that returns there.
    pub(crate) fn leave_before(&self, word: Word) -> Option<StackPlace<'_>> {
        self.place(self.maps.partition_point(|leave| leave.word < word).checked_sub(1)?)
    }

    fn place(&self, index: usize) -> Option<StackPlace<'_>> {
        let leave = self.maps.get(index)?;
        let first = leave.first as usize;
        let away = self.aways.get(first..first + usize::from(leave.count))?;
        Some(StackPlace { pc: leave.pc, depth: leave.depth, away })
    }
}
