//! Slot code as memory: words of 64 bits, `{op: u16, a: u16, b: u16, c: u16}`, the first of an instruction with its
//! opcode, further ones with four more fields of 16 bits. Wider fields are little-endian over several. Behind all instructions
//! stand lists of targets, each a word for how many there are and one for each: how many words it is away from the list.

use opforge_core::slot_form::HALVES;
use opforge_core::{Slot, Word};

/// Writes instructions into words.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) words: Vec<u64>,
    /// The next field within the last word.
    next: u32,
}

impl Writer {
    /// The word that the next instruction begins at.
    pub(super) fn here(&self) -> Word {
        Word(u32::try_from(self.words.len()).unwrap_or(u32::MAX))
    }

    pub(super) fn begin(&mut self, code: u16) {
        self.words.push(code.into());
        self.next = 1;
    }

    /// Writes a word that is no instruction's.
    pub(super) fn word(&mut self, value: u64) {
        self.words.push(value);
    }

    pub(super) fn field(&mut self, value: u16) {
        if self.next == 4 {
            self.words.push(0);
            self.next = 0;
        }
        if let Some(last) = self.words.last_mut() {
            *last |= u64::from(value) << (16 * self.next);
        }
        self.next += 1;
    }

    pub(super) fn slot(&mut self, slot: Slot) {
        self.field(slot.0 * HALVES);
    }

    pub(super) fn wide(&mut self, value: u64) {
        (0..4).for_each(|part| self.field((value >> (16 * part)) as u16));
    }

    /// Writes a place for a jump, to be [set](Self::set_target) later, and returns where it stands.
    pub(super) fn target(&mut self) -> usize {
        let at = self.words.len() * 4 - 4 + self.next as usize;
        self.field(0);
        self.field(0);
        at
    }

    pub(super) fn set_target(&mut self, at: usize, distance: i32) {
        let distance = distance as u32;
        for (index, half) in [distance as u16, (distance >> 16) as u16].into_iter().enumerate() {
            let (word, shift) = ((at + index) / 4, 16 * ((at + index) % 4));
            if let Some(word) = self.words.get_mut(word) {
                *word = *word & !(0xffff << shift) | u64::from(half) << shift;
            }
        }
    }
}

/// Reads the fields of an instruction; `offset` counts from the one after the opcode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    words: &'a [u64],
    start: Word,
}

impl<'a> Reader<'a> {
    pub(super) fn new(words: &'a [u64], start: Word) -> Self {
        Self { words, start }
    }

    pub(super) fn code(self) -> Option<u16> {
        Some(*self.words.get(self.start.index())? as u16)
    }

    pub(super) fn field(self, offset: usize) -> Option<u16> {
        let at = offset + 1;
        Some((*self.words.get(self.start.index() + at / 4)? >> (16 * (at % 4))) as u16)
    }

    pub(super) fn slot(self, offset: usize) -> Option<Slot> {
        self.field(offset).filter(|halves| halves % HALVES == 0).map(|halves| Slot(halves / HALVES))
    }

    pub(super) fn wide(self, offset: usize) -> Option<u64> {
        (0..4).try_fold(0, |sum, part| Some(sum | u64::from(self.field(offset + part)?) << (16 * part)))
    }

    pub(super) fn distance(self, offset: usize) -> Option<i32> {
        Some((u32::from(self.field(offset)?) | u32::from(self.field(offset + 1)?) << 16) as i32)
    }
}
