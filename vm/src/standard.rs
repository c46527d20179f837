//! The standard instruction set, generated from the standard tables: every row of `std:standard`.

pub use set::*;

opforge::instruction_set! {
    /// The standard instruction set.
    mod set = "std:standard";
}
