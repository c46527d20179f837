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

/// Where a value is: in a slot, or nowhere yet because it is a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source<K> {
    /// In a slot of the frame.
    Slot(u16),
    /// A constant.
    Const(K),
}

/// A value that an instruction consumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consumed<K> {
    /// Where it is.
    pub source: Source<K>,
    /// The home of its position, which is free: a constant may be put there.
    pub home: u16,
}

/// A position of the stack whose value is not at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Away<K> {
    /// The position, from 0 at the bottom.
    pub position: u32,
    /// Where its value is.
    pub source: Source<K>,
}

/// What folding writes beside the instructions themselves.
pub trait Sink<K> {
    /// Writes the instruction `to = from`.
    fn copy(&mut self, to: u16, from: Source<K>);

    /// Writes the instruction that exchanges two slots.
    fn exchange(&mut self, a: u16, b: u16);

    /// Makes the instruction that was written last put its only result into `to` instead.
    fn redirect(&mut self, to: u16);
}

/// The symbolic stack of one function while a block is walked.
#[derive(Clone, Debug)]
pub struct Fold<K> {
    locals: u32,
    max_away: usize,
    pinned: u32,
    depth: u32,
    /// By position.
    away: Vec<Away<K>>,
    /// The home that the instruction written last gave its only result.
    produced: Option<u16>,
}

impl<K: Copy + PartialEq> Fold<K> {
    /// At most so many positions are away from home at once.
    pub const MAX_AWAY: usize = 32;

    /// A symbolic stack of a function with that many locals. With `folds` false, everything goes home at once.
    pub fn new(locals: u16, folds: bool) -> Self {
        let max_away = if folds { Self::MAX_AWAY } else { 0 };
        Self { locals: locals.into(), max_away, pinned: 0, depth: 0, away: Vec::new(), produced: None }
    }

    /// Begins a block with `depth` values, all at home; those below `pinned` will stay there throughout.
    pub fn begin(&mut self, depth: u32, pinned: u32) {
        (self.depth, self.pinned) = (depth, pinned);
        self.away.clear();
        self.produced = None;
    }

    /// How many values are on the stack.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// The positions that are away, by position.
    pub fn away(&self) -> &[Away<K>] {
        &self.away
    }

    /// The home slot of a position. The verifier refuses frames of more than 65,535 slots.
    pub fn home(&self, position: u32) -> u16 {
        u16::try_from(self.locals + position).unwrap_or(u16::MAX)
    }

    /// Pushes a local.
    pub fn get(&mut self, slot: u16, sink: &mut impl Sink<K>) {
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
        let base = self.depth.saturating_sub(inputs);
        let taken: Vec<Source<K>> = (base..self.depth).map(|position| self.source(position)).collect();
        self.drop_to(base);
        for output in outputs {
            if let Some(source) = taken.get(usize::from(*output)) {
                self.push(*source);
            }
        }
        self.settle(sink);
    }

    /// Pops the topmost value into a local.
    pub fn set(&mut self, slot: u16, sink: &mut impl Sink<K>) {
        let top = self.depth.saturating_sub(1);
        // What this copies is written after the instruction that may have produced the value, which then stays as it is.
        self.copy_out(slot, top, sink);
        let source = self.source(top);
        self.drop_to(top);
        match source {
            Source::Slot(from) if from == slot => {}
            Source::Slot(from) if self.produced == Some(from) => {
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
        if self.in_the_way(self.depth.saturating_sub(inputs)) {
            self.flush(sink);
        }
    }

    /// An instruction, which was prepared for, pops `inputs` values and pushes `outputs`, which go home. Its operands are
    /// put into `operands`; the caller writes it right after. `result` says whether its only result may be put elsewhere.
    pub fn apply(&mut self, inputs: u32, outputs: u32, result: bool, operands: &mut Vec<Consumed<K>>) {
        let base = self.depth.saturating_sub(inputs);
        operands.extend(
            (base..self.depth).map(|position| Consumed { source: self.source(position), home: self.home(position) }),
        );
        self.drop_to(base);
        self.depth = base + outputs;
        self.produced = (result && outputs == 1 && self.max_away > 0).then(|| self.home(base));
    }

    /// What must be done before an instruction that may jump is [applied](Self::apply): everything goes home but its
    /// inputs, and those too if it pushes anything, since every exit finds its values at home.
    pub fn before_jump(&mut self, inputs: u32, pushes: bool, sink: &mut impl Sink<K>) {
        let base = self.depth.saturating_sub(inputs);
        let first = self.home(base);
        let tangled = self.away.iter().any(|away| match away.source {
            // An input that is in a home below, or a value below that is in the home of an input.
            Source::Slot(slot) => u32::from(slot) >= self.locals && (away.position >= base) == (slot < first),
            Source::Const(_) => false,
        });
        if pushes || tangled || self.in_the_way(base) {
            self.flush(sink);
            return;
        }
        let inputs: Vec<Away<K>> = self.away.iter().filter(|away| away.position >= base).copied().collect();
        self.away.retain(|away| away.position < base);
        if !self.away.is_empty() {
            self.flush(sink);
        }
        self.away = inputs;
    }

    /// Whether an instruction that pops down to `base` would overwrite what another position still describes, by writing
    /// its outputs or by putting constants into the homes of its inputs.
    fn in_the_way(&self, base: u32) -> bool {
        let first = self.home(base);
        self.away.iter().any(|away| match away.source {
            Source::Slot(slot) if slot < first => false,
            // An input that lies in the home of a constant that may be put there.
            Source::Slot(slot) if away.position >= base => {
                let position = u32::from(slot) - self.locals;
                self.away.iter().any(|other| other.position == position && matches!(other.source, Source::Const(_)))
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
            self.away.retain(|away| away.source != Source::Slot((locals + away.position) as u16));
        }
    }

    fn source(&self, position: u32) -> Source<K> {
        match self.away.iter().find(|away| away.position == position) {
            Some(away) => away.source,
            None => Source::Slot(self.home(position)),
        }
    }

    fn push(&mut self, source: Source<K>) {
        let position = self.depth;
        self.depth += 1;
        if source != Source::Slot(self.home(position)) {
            self.away.push(Away { position, source });
        }
    }

    fn drop_to(&mut self, depth: u32) {
        self.away.retain(|away| away.position < depth);
        self.depth = depth;
    }

    /// Whether a position other than the one at `except` describes the slot.
    fn is_read(&self, slot: u16, except: usize) -> bool {
        self.away.iter().enumerate().any(|(index, away)| index != except && away.source == Source::Slot(slot))
    }

    /// Brings the positions below `top` home that describe `slot`, which is about to be overwritten.
    fn copy_out(&mut self, slot: u16, top: u32, sink: &mut impl Sink<K>) {
        let reads = |away: &Away<K>| away.position < top && away.source == Source::Slot(slot);
        while let Some(index) = self.away.iter().position(reads) {
            let home = self.home(self.away[index].position);
            if self.is_read(home, index) {
                self.flush(sink);
                return;
            }
            self.away.remove(index);
            self.copy(home, Source::Slot(slot), sink);
        }
    }

    /// The value of the home slot `from` is in the local `to` instead.
    fn moved(&mut self, from: u16, to: u16) {
        let position = u32::from(from).saturating_sub(self.locals);
        for away in self.away.iter_mut().filter(|away| away.source == Source::Slot(from)) {
            away.source = Source::Slot(to);
        }
        let at_home = position < self.depth && !self.away.iter().any(|away| away.position == position);
        if at_home {
            let index = self.away.partition_point(|away| away.position < position);
            self.away.insert(index, Away { position, source: Source::Slot(to) });
        }
    }

    /// Brings home what may not be away: pinned positions, and the oldest where too many are away.
    fn settle(&mut self, sink: &mut impl Sink<K>) {
        if self.away.first().is_some_and(|away| away.position < self.pinned) {
            self.flush(sink);
        }
        while self.away.len() > self.max_away {
            if self.is_read(self.home(self.away[0].position), 0) {
                self.flush(sink);
                return;
            }
            let away = self.away.remove(0);
            self.copy(self.home(away.position), away.source, sink);
        }
    }

    fn copy(&mut self, to: u16, from: Source<K>, sink: &mut impl Sink<K>) {
        sink.copy(to, from);
        self.produced = None;
    }
}
