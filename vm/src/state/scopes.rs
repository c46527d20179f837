//! Scopes of named variables: what closing them restores.
//!
//! A scope saves a variable the first time that it is declared in it; declaring it again, in a loop for instance, saves
//! nothing more.

use crate::heap::Spare;
use crate::value::Value;
use std::collections::TryReserveError;

/// The open scopes of a machine and the values that they save.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    /// For each open scope, how many values were saved before it.
    open: Vec<usize>,
    saved: Vec<Saved>,
    /// For each global that was ever saved, the depth of the scope that saved it last; 0 for none.
    saved_in: Vec<usize>,
}

/// A value to put back.
#[derive(Debug)]
struct Saved {
    global: usize,
    old: Value,
    /// The depth of the scope that had saved the global before.
    saved_in: usize,
}

impl Scopes {
    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        self.open.len()
    }

    /// How many values they keep.
    pub(crate) fn saved(&self) -> usize {
        self.saved.len()
    }

    /// For each open scope, outermost first: the globals that it saves, and their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Vec<(usize, Value)>> + '_ {
        let ends = self.open.iter().skip(1).copied().chain([self.saved.len()]);
        self.open.iter().zip(ends).map(|(start, end)| {
            let saved = self.saved.get(*start..end).unwrap_or_default();
            saved.iter().map(|saved| (saved.global, saved.old)).collect()
        })
    }

    /// All values that they keep.
    pub(super) fn values(&self) -> impl Iterator<Item = Value> + '_ {
        self.saved.iter().map(|saved| saved.old)
    }

    /// Makes sure that there is memory to open a scope.
    pub(super) fn reserve_open(&mut self) -> Result<(), TryReserveError> {
        let length = self.open.len() + 1;
        Spare::reserve_beside(&mut self.open, length)
    }

    /// Makes sure that there is memory to save the value of one of so many globals.
    pub(super) fn reserve_saved(&mut self, globals: usize) -> Result<(), TryReserveError> {
        Spare::reserve_beside(&mut self.saved_in, globals)?;
        let length = self.saved.len() + 1;
        Spare::reserve_beside(&mut self.saved, length)
    }

    /// Opens a scope.
    pub(crate) fn open(&mut self) {
        self.open.push(self.saved.len());
    }

    /// Whether declaring `global` now must save its value: a scope is open, and has not saved it yet.
    pub(crate) fn must_save(&self, global: usize) -> bool {
        self.saved_in.get(global).copied().unwrap_or(0) < self.open.len()
    }

    /// Has the innermost scope keep the value that `global` had.
    pub(crate) fn save(&mut self, global: usize, old: Value) {
        if self.saved_in.len() <= global {
            self.saved_in.resize(global + 1, 0);
        }
        let saved_in = std::mem::replace(&mut self.saved_in[global], self.open.len());
        self.saved.push(Saved { global, old, saved_in });
    }

    /// Closes scopes, innermost first, until `count` are open, and puts back what they saved.
    pub(crate) fn close_to(&mut self, count: usize, globals: &mut [Value]) {
        while self.open.len() > count {
            let Some(start) = self.open.pop() else { return };
            while self.saved.len() > start {
                let Some(Saved { global, old, saved_in }) = self.saved.pop() else { return };
                if let (Some(place), Some(depth)) = (globals.get_mut(global), self.saved_in.get_mut(global)) {
                    *place = old;
                    *depth = saved_in;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_restores_the_first_of_several_declarations() {
        let mut globals = [Value::int(1), Value::int(2)];
        let mut scopes = Scopes::default();
        scopes.open();
        scopes.save(0, globals[0]);
        globals[0] = Value::int(10);
        scopes.open();
        assert!(scopes.must_save(0));
        scopes.save(0, globals[0]);
        globals[0] = Value::int(20);
        assert!(!scopes.must_save(0));
        globals[0] = Value::int(30);
        scopes.close_to(1, &mut globals);
        assert!(!scopes.must_save(0));
        assert_eq!(globals[0], Value::int(10));
        scopes.close_to(0, &mut globals);
        assert_eq!(globals, [Value::int(1), Value::int(2)]);
        assert!(!scopes.must_save(0));
        assert_eq!((scopes.count(), scopes.saved()), (0, 0));
    }
}
