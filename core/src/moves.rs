//! What moving values about does to a stack, told without running it.
//!
//! Pushing constants, reading locals and shuffling only say which values are where. Both sides of a rewrite are looked at so:
//! the table's checks ask whether what one side has moved is still there on the other, lowering says with it what the stack
//! looked like at an instruction that was replaced.

#[cfg(test)]
mod tests;

/// A value that is pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved<V> {
    /// One that was there before; 0 is the topmost.
    Before(usize),
    /// One that was not on the stack.
    New(V),
}

/// Drops the topmost values and pushes others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moves<V> {
    /// How many values of before are dropped. What is pushed names no others.
    drop: usize,
    /// Bottom first.
    push: Vec<Moved<V>>,
}

impl<V> Default for Moves<V> {
    fn default() -> Self {
        Self { drop: 0, push: Vec::new() }
    }
}

impl<V: Copy + PartialEq> Moves<V> {
    /// How many values of before are dropped; 0 is the topmost of them.
    pub fn dropped(&self) -> usize {
        self.drop
    }

    /// What is pushed in their place, bottom first.
    pub fn pushed(&self) -> &[Moved<V>] {
        &self.push
    }

    /// Looks as deep as `depth` values into the stack of before.
    fn reach(&mut self, depth: usize) {
        while self.drop < depth {
            self.push.insert(0, Moved::Before(self.drop));
            self.drop += 1;
        }
    }

    /// Then pushes a value.
    pub fn push(&mut self, value: V) {
        self.push.push(Moved::New(value));
    }

    /// Then replaces the topmost `inputs` values by those of them that `outputs` lists, bottom first.
    pub fn shuffle(&mut self, inputs: usize, outputs: &[u8]) {
        self.reach(self.drop + inputs.saturating_sub(self.push.len()));
        let taken = self.push.split_off(self.push.len() - inputs);
        self.push.extend(outputs.iter().filter_map(|output| taken.get(usize::from(*output)).copied()));
    }

    /// Then does what `next` does.
    pub fn then(&mut self, next: &Self) {
        self.reach(self.drop + next.drop.saturating_sub(self.push.len()));
        let mut taken = self.push.split_off(self.push.len() - next.drop);
        taken.reverse();
        self.push.extend(next.push.iter().filter_map(|moved| match moved {
            Moved::Before(at) => taken.get(*at).copied(),
            Moved::New(value) => Some(Moved::New(*value)),
        }));
    }

    /// What makes of the stack after `other` the stack after `self`, both of the same stack before; `None` where `other` has
    /// dropped a value that is wanted.
    pub fn after(mut self, mut other: Self) -> Option<Self> {
        let depth = self.drop.max(other.drop);
        self.reach(depth);
        other.reach(depth);
        let count = other.push.len();
        let push = self.push.iter().map(|moved| match moved {
            Moved::New(value) => Some(Moved::New(*value)),
            before => other.push.iter().position(|there| there == before).map(|at| Moved::Before(count - 1 - at)),
        });
        Some(Self { push: push.collect::<Option<_>>()?, drop: count })
    }
}
