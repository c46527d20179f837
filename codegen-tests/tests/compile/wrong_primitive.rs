//! A primitive's function that is not there.

opforge::instruction_set! {
    /// A machine.
    pub mod right = "std:standard";

    /// Another one.
    pub mod machine = "tests/compile/wrong_primitive.ron";
}

fn main() {}
