//! Where the two sides of a rewrite differ.

use crate::model::{ExampleOperand, Literal};

/// Values for which the two sides of a rewrite differ, and what each side makes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterexample {
    /// The stack before, bottom first: as much of it as `from` looks at.
    pub stack: Vec<Literal>,
    /// What each operand variable stands for; a local or a global by its number.
    pub operands: Vec<(String, ExampleOperand)>,
    /// The locals that either side may touch, by number, before.
    pub slots: Vec<(u16, Literal)>,
    /// The globals that either side may look at, by number.
    pub globals: Vec<(u16, Literal)>,
    /// How `from` ends.
    pub from: Ending,
    /// How `to` ends.
    pub to: Ending,
    /// The `when` that makes the rewrite right, if a condition on one operand or input does.
    pub when: Option<String>,
}

/// How one side of a rewrite ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// The name of the trap; then the stack is as it was before.
    pub trap: Option<String>,
    /// The target that it jumps to.
    pub jump: Option<String>,
    /// The stack after, bottom first; empty after a trap.
    pub stack: Vec<Literal>,
    /// The locals after, or as they are when the trap is raised.
    pub slots: Vec<(u16, Literal)>,
    /// The same for globals.
    pub globals: Vec<(u16, Literal)>,
}
