//! Folding: stack form → slot form over a symbolic stack.
//!
//! A frame is `[locals | stack positions]`, so position *i* of the stack has the home slot `locals + i`. Reading a local,
//! a constant and moving values about only describe where a position's value is; the instruction that consumes it reads
//! it from there. One implementation serves both sides: `opforge-spec` folds the patterns of fusions with it, `opforge`
//! folds functions.
//!
//! What holds between two calls: a position that is not [away](Fold::away) has its value at home; what an away position
//! describes is not overwritten before it is read or brought home.

#[cfg(test)]
mod tests;

use crate::numbers::{Depth, Slot};

/// Where a value is: in a slot, or nowhere yet because it is a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source<K> {
    /// In a slot of the frame.
    Slot(Slot),
    /// A constant.
    Const(K),
}

/// A value that an instruction consumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consumed<K> {
    /// Where it is.
    pub source: Source<K>,
    /// The home of its position, which is free: a constant may be put there.
    pub home: Slot,
}

/// A position of the stack whose value is not at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Away<K> {
    /// The position: how many values are below.
    pub position: Depth,
    /// Where its value is.
    pub source: Source<K>,
}

/// What folding writes beside the instructions themselves.
pub trait Sink<K> {
    /// Writes the instruction `to = from`.
    fn copy(&mut self, to: Slot, from: Source<K>);

    /// Writes the instruction that exchanges two slots.
    fn exchange(&mut self, a: Slot, b: Slot);

    /// Makes the instruction that was written last put its only result into `to` instead.
    fn redirect(&mut self, to: Slot);
}

/// The symbolic stack of one function while a block is walked.
#[derive(Clone, Debug)]
pub struct Fold<K> {
    locals: u16,
    max_away: usize,
    pinned: Depth,
    depth: Depth,
    /// By position.
    away: Vec<Away<K>>,
    /// The home that the instruction written last put its only result in.
    produced: Option<Slot>,
}

impl<K: Copy + PartialEq> Fold<K> {
    /// The most positions that are away from home at once.
    pub const MAX_AWAY: usize = 32;

    /// A symbolic stack of a function with that many locals. With `folds` false, everything goes home at once.
    pub fn new(locals: u16, folds: bool) -> Self {
        let max_away = if folds { Self::MAX_AWAY } else { 0 };
        Self { locals, max_away, pinned: Depth(0), depth: Depth(0), away: Vec::new(), produced: None }
    }

    /// Begins a block with `depth` values, all at home; those below `pinned` will stay there throughout.
    pub fn begin(&mut self, depth: Depth, pinned: Depth) {
        (self.depth, self.pinned) = (depth, pinned);
        self.away.clear();
        self.produced = None;
    }

    /// How many values are on the stack.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// The positions that are away, by position.
    pub fn away(&self) -> &[Away<K>] {
        &self.away
    }

    /// The home slot of a position. The verifier refuses frames of more than 65,535 slots.
    pub fn home(&self, position: Depth) -> Slot {
        home_of(self.locals, position)
    }

    /// The position whose home is that slot; `None` of a local.
    fn position(&self, home: Slot) -> Option<Depth> {
        home.0.checked_sub(self.locals).map(|position| Depth(position.into()))
    }

    /// The depth without the topmost `count` values.
    fn below(&self, count: u32) -> Depth {
        self.depth.minus(count).unwrap_or_default()
    }

    /// The positions from `base` to the top.
    fn above(&self, base: Depth) -> impl Iterator<Item = Depth> + use<K> {
        (base.0..self.depth.0).map(Depth)
    }

    /// Pushes a local.
    pub fn get(&mut self, slot: Slot, sink: &mut impl Sink<K>) {
        self.push(Source::Slot(slot));
        self.settle(sink);
    }

    /// Pushes a constant.
    pub fn constant(&mut self, constant: K, sink: &mut impl Sink<K>) {
        self.push(Source::Const(constant));
        self.settle(sink);
    }

    /// Replaces the topmost `inputs` values by those of them that `outputs` lists, bottom first.
    pub fn shuffle(&mut self, inputs: u32, outputs: &[u8], sink: &mut impl Sink<K>) {
        let base = self.below(inputs);
        let taken: Vec<Source<K>> = self.above(base).map(|position| self.source(position)).collect();
        self.drop_to(base);
        for output in outputs {
            if let Some(source) = taken.get(usize::from(*output)) {
                self.push(*source);
            }
        }
        self.settle(sink);
    }

    /// Pops the topmost value into a local.
    pub fn set(&mut self, slot: Slot, sink: &mut impl Sink<K>) {
        let top = self.below(1);
        // What this copies is written after the instruction that may have produced the value, which then stays as it is.
        self.copy_out(slot, top, sink);
        let source = self.source(top);
        self.drop_to(top);
        match source {
            Source::Slot(from) if from == slot => {}
            Source::Slot(from) if self.produced == Some(from) => {
                #[cfg(test)]
                cov_mark::hit!(result_is_redirected);
                sink.redirect(slot);
                self.produced = None;
                self.moved(from, slot);
                self.settle(sink);
            }
            source => self.copy(slot, source, sink),
        }
    }

    /// What must be done before an instruction that pops `inputs` values is [applied](Self::apply): what it would
    /// overwrite while another position still describes it goes home.
    pub fn prepare(&mut self, inputs: u32, sink: &mut impl Sink<K>) {
        if self.in_the_way(self.below(inputs)) {
            #[cfg(test)]
            cov_mark::hit!(read_is_in_the_way);
            self.flush(sink);
        }
    }

    /// An instruction, which was prepared for, pops `inputs` values and pushes `outputs`, which go home. Its operands are
    /// put into `operands`; the caller writes it right after. `result` says whether its only result may be put elsewhere.
    pub fn apply(&mut self, inputs: u32, outputs: u32, result: bool, operands: &mut Vec<Consumed<K>>) {
        let base = self.below(inputs);
        operands.extend(
            self.above(base).map(|position| Consumed { source: self.source(position), home: self.home(position) }),
        );
        self.drop_to(base);
        self.depth = base.plus(outputs);
        self.produced = (result && outputs == 1 && self.max_away > 0).then(|| self.home(base));
    }

    /// What must be done before an instruction that may jump is [applied](Self::apply): everything goes home but its
    /// inputs, and those too if it pushes anything, since every exit finds its values at home.
    pub fn before_jump(&mut self, inputs: u32, pushes: bool, sink: &mut impl Sink<K>) {
        let base = self.below(inputs);
        let first = self.home(base);
        let tangled = self.away.iter().any(|away| match away.source {
            // An input that is in a home below, or a value below that is in the home of an input.
            Source::Slot(slot) => self.position(slot).is_some() && (away.position >= base) == (slot < first),
            Source::Const(_) => false,
        });
        if pushes || tangled || self.in_the_way(base) {
            #[cfg(test)]
            cov_mark::hit!(all_goes_home_before_a_jump);
            self.flush(sink);
            return;
        }
        let inputs: Vec<Away<K>> = self.away.iter().filter(|away| away.position >= base).copied().collect();
        self.away.retain(|away| away.position < base);
        #[cfg(test)]
        cov_mark::hit!(inputs_stay_away_at_a_jump);
        if !self.away.is_empty() {
            self.flush(sink);
        }
        self.away = inputs;
    }

    /// Whether an instruction that pops down to `base` would overwrite what another position still describes, by writing
    /// its outputs or by putting constants into the homes of its inputs.
    fn in_the_way(&self, base: Depth) -> bool {
        let first = self.home(base);
        self.away.iter().any(|away| match away.source {
            Source::Slot(slot) if slot < first => false,
            // An input that lies in the home of a constant that may be put there.
            Source::Slot(slot) if away.position >= base => {
                let position = self.position(slot);
                let taken = self
                    .away
                    .iter()
                    .any(|other| Some(other.position) == position && matches!(other.source, Source::Const(_)));
                #[cfg(test)]
                if taken {
                    cov_mark::hit!(input_is_in_the_home_of_a_constant);
                }
                taken
            }
            Source::Slot(_) => true,
            Source::Const(_) => false,
        })
    }

    /// Brings everything home.
    pub fn flush(&mut self, sink: &mut impl Sink<K>) {
        while !self.away.is_empty() {
            let ready = (0..self.away.len()).find(|index| !self.is_read(self.home(self.away[*index].position), *index));
            if let Some(index) = ready {
                let away = self.away.remove(index);
                self.copy(self.home(away.position), away.source, sink);
                continue;
            }
            // Every home is read, so there are only cycles; an exchange brings one position of a cycle home.
            let Away { position, source } = self.away.remove(0);
            let home = self.home(position);
            let Source::Slot(from) = source else {
                self.copy(home, source, sink);
                continue;
            };
            #[cfg(test)]
            cov_mark::hit!(cycle_is_exchanged);
            sink.exchange(home, from);
            self.produced = None;
            for away in &mut self.away {
                away.source = match away.source {
                    Source::Slot(slot) if slot == home => Source::Slot(from),
                    Source::Slot(slot) if slot == from => Source::Slot(home),
                    other => other,
                };
            }
            let locals = self.locals;
            self.away.retain(|away| away.source != Source::Slot(home_of(locals, away.position)));
        }
    }

    /// Where the value of a position is.
    pub fn source(&self, position: Depth) -> Source<K> {
        match self.away.iter().find(|away| away.position == position) {
            Some(away) => away.source,
            None => Source::Slot(self.home(position)),
        }
    }

    fn push(&mut self, source: Source<K>) {
        let position = self.depth;
        self.depth = position.plus(1);
        if source != Source::Slot(self.home(position)) {
            self.away.push(Away { position, source });
        }
    }

    fn drop_to(&mut self, depth: Depth) {
        self.away.retain(|away| away.position < depth);
        self.depth = depth;
    }

    /// Whether a position other than the one at `except` describes the slot.
    fn is_read(&self, slot: Slot, except: usize) -> bool {
        self.away.iter().enumerate().any(|(index, away)| index != except && away.source == Source::Slot(slot))
    }

    /// Brings the positions below `top` home that describe `slot`, which is about to be overwritten.
    fn copy_out(&mut self, slot: Slot, top: Depth, sink: &mut impl Sink<K>) {
        let reads = |away: &Away<K>| away.position < top && away.source == Source::Slot(slot);
        while let Some(index) = self.away.iter().position(reads) {
            let home = self.home(self.away[index].position);
            if self.is_read(home, index) {
                #[cfg(test)]
                cov_mark::hit!(home_of_a_pending_read_is_read);
                self.flush(sink);
                return;
            }
            #[cfg(test)]
            cov_mark::hit!(pending_read_is_copied_out);
            self.away.remove(index);
            self.copy(home, Source::Slot(slot), sink);
        }
    }

    /// The value of the home slot `from` is in the local `to` instead.
    fn moved(&mut self, from: Slot, to: Slot) {
        let position = self.position(from).unwrap_or_default();
        for away in self.away.iter_mut().filter(|away| away.source == Source::Slot(from)) {
            away.source = Source::Slot(to);
        }
        let at_home = position < self.depth && !self.away.iter().any(|away| away.position == position);
        if at_home {
            #[cfg(test)]
            cov_mark::hit!(value_moves_with_its_slot);
            let index = self.away.partition_point(|away| away.position < position);
            self.away.insert(index, Away { position, source: Source::Slot(to) });
        }
    }

    /// Brings home what may not be away: pinned positions, and the oldest where too many are away.
    fn settle(&mut self, sink: &mut impl Sink<K>) {
        if self.away.first().is_some_and(|away| away.position < self.pinned) {
            #[cfg(test)]
            cov_mark::hit!(pinned_position_goes_home);
            self.flush(sink);
        }
        while self.away.len() > self.max_away {
            if self.is_read(self.home(self.away[0].position), 0) {
                #[cfg(test)]
                cov_mark::hit!(home_of_the_oldest_is_read);
                self.flush(sink);
                return;
            }
            #[cfg(test)]
            cov_mark::hit!(oldest_goes_home);
            let away = self.away.remove(0);
            self.copy(self.home(away.position), away.source, sink);
        }
    }

    fn copy(&mut self, to: Slot, from: Source<K>, sink: &mut impl Sink<K>) {
        sink.copy(to, from);
        self.produced = None;
    }
}

/// The home of a position in a frame with that many locals.
fn home_of(locals: u16, position: Depth) -> Slot {
    Slot(u16::try_from(position.plus(locals.into()).0).unwrap_or(u16::MAX))
}
