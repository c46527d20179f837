//! The codec of the standard set, for the tests of this crate.

opforge_macros::codec! {
    [::opforge_bytecode]
    /// The standard instruction set, without its machine.
    mod set = "std:standard";
}

pub(crate) use set::{Build, Isa};
