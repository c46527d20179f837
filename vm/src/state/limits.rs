//! What a machine may use, and what it used.

/// How much a program may keep at once. A call first looks at the frames, then at the slots.
///
/// What counts as kept in the heap is what the program can still reach, and what it is about to make: when that is looked at does
/// not matter.
///
/// Where there is less memory than the limits allow, a program meets them before less than 2 MiB are left, which its machine and its
/// host need; it may be earlier, since what grows asks for more than it needs at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Value slots: locals and greatest depth of every frame, and the variables that open scopes save.
    pub slots: usize,
    /// Frames and open scopes together.
    pub frames: usize,
    /// What the heap may hold: for each text its bytes and 96. **Units:** bytes.
    pub heap_bytes: usize,
    /// How long one text may be. **Units:** bytes.
    pub object_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { slots: 10_000, frames: 1_000, heap_bytes: 1 << 30, object_bytes: 100 << 20 }
    }
}

/// How long a slice may last. A tick is charged for a call, a jump backward and a caught trap, by rows whose work grows with
/// a size, before that work, and for each KiB of a text that a host function returns. Whoever makes a text close to the limit of the heap pays for the look at what is still needed: a tick for
/// each sixteen texts and values that may be texts, less one of these for each 32 bytes that were made since the last look. A slice
/// never takes more ticks than it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Fuel {
    /// Until the program ends or is interrupted.
    #[default]
    Unlimited,
    /// So many ticks.
    Ticks(u64),
}

impl From<u64> for Fuel {
    fn from(ticks: u64) -> Self {
        Self::Ticks(ticks)
    }
}

/// What a machine did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Stats {
    /// Instructions that the reference engine ran, those that trapped included. The fast engine does not count: one of
    /// one of its instructions may do the work of many.
    pub instructions: u64,
    /// Ticks that were charged.
    pub ticks: u64,
    /// The most value slots that were in use at once.
    pub most_slots: usize,
    /// The most frames and scopes that were in use at once.
    pub most_frames: usize,
    /// What the heap holds, needed or not. **Units:** bytes.
    pub heap_bytes: usize,
    /// The most that it held at once, needed or not: it hangs on when that was looked at. **Units:** bytes.
    pub most_heap_bytes: usize,
    /// How often it was looked at what the program still needs.
    pub collections: u64,
}
