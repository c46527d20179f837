//! Scopes of named variables: what closing them restores.

use crate::value::Value;

/// The open scopes of a machine, and the old values of what was declared in them.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// For each open scope, how many values were saved before it.
    open: Vec<usize>,
    /// Global and old value.
    saved: Vec<(usize, Value)>,
}

impl Scopes {
    /// How many scopes are open.
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }

    /// How many values are saved.
    pub(super) fn saved(&self) -> usize {
        self.saved.len()
    }

    pub(super) fn open(&mut self) {
        self.open.push(self.saved.len());
    }

    pub(super) fn save(&mut self, global: usize, old: Value) {
        self.saved.push((global, old));
    }

    /// Closes scopes, the innermost first, until `count` are open.
    pub(super) fn close_to(&mut self, count: usize, globals: &mut [Value]) {
        while self.open.len() > count {
            let Some(start) = self.open.pop() else { return };
            while self.saved.len() > start {
                let Some((global, old)) = self.saved.pop() else { return };
                if let Some(place) = globals.get_mut(global) {
                    *place = old;
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
        scopes.save(0, globals[0]);
        globals[0] = Value::int(20);
        scopes.save(0, globals[0]);
        globals[0] = Value::int(30);
        scopes.close_to(1, &mut globals);
        assert_eq!(globals[0], Value::int(10));
        scopes.close_to(0, &mut globals);
        assert_eq!(globals, [Value::int(1), Value::int(2)]);
        assert_eq!((scopes.count(), scopes.saved()), (0, 0));
    }
}
