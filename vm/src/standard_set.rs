//! The standard instruction set, generated from the standard tables.

opforge::instruction_set! {
    /// The standard instruction set: every row of `std:standard`.
    pub mod standard = "std:standard";
}
