//! The standard instruction set, generated from the standard tables: every row of `std:standard`.

pub use set::*;

opforge_macros::instruction_set! {
    [::opforge]
    /// The standard instruction set.
    mod set = "std:standard";
}
