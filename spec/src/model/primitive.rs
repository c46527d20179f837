//! Traps and primitives: what bodies name.

use super::id::TrapId;
use opforge_core::{Effect, OperandKind, StandardTrap, Type};

/// An error that a running program can raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// Its name, in camel case.
    pub name: String,
    /// Its number, which a handler sees.
    pub code: u16,
    /// When it happens.
    pub doc: String,
    /// Which of `opforge`'s own it is, if the `std:` prelude declares it.
    pub standard: Option<StandardTrap>,
}

/// A named operation that bodies are made of.
#[derive(Clone, Debug)]
pub struct Primitive {
    /// Its dotted name, such as `int.add_wrap`.
    pub name: String,
    /// What it takes.
    pub params: Vec<Param>,
    /// What it returns; `None` if it is a statement.
    pub result: Option<Type>,
    /// Absolute path of the Rust function, such as `::opforge::core::primitives::int::add_wrap`.
    /// Empty for one that is defined by others, since no body calls it.
    pub rust: String,
    /// The expression over other primitives that stands for it, where the table defines it so.
    pub is: Option<String>,
    /// What it does besides computing; sorted, without repeats.
    pub effects: Vec<Effect>,
    /// The traps it may raise; sorted, without repeats.
    pub traps: Vec<TrapId>,
    /// What it is to the fast engine, which can then do without calling it.
    pub role: Option<PrimitiveRole>,
    /// Whether the `std:` prelude declares it (then the function is `opforge`'s own, and known to the evaluator).
    pub std: bool,
    /// Its cost, relative to an integer addition.
    pub cost: u32,
    /// How the manual says it: text with `{0}`, `{1}`, … for the arguments.
    pub phrase: String,
}

impl Primitive {
    /// Whether the Rust function takes `&mut Context` first.
    pub fn needs_context(&self) -> bool {
        !self.effects.is_empty()
    }

    /// Whether the Rust function returns `Result<_, TrapCode>`.
    pub fn may_trap(&self) -> bool {
        !self.traps.is_empty()
    }
}

/// A primitive that folding replaces: a row that only does this becomes no instruction of slot form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimitiveRole {
    /// Returns the value of the local that its argument names.
    ReadsLocal,
    /// Puts its second argument into the local that its first one names.
    WritesLocal,
    /// Returns the module's constant that its argument names.
    LoadsConstant,
}

/// One parameter of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// A value of a type.
    Value(Type),
    /// An operand of a kind, passed as its index or count.
    Operand(OperandKind),
    /// A group of values, bottom first.
    Group(Type),
}
