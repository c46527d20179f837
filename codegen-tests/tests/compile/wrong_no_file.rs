//! A table that is not there.

opforge::instruction_set! {
    /// A machine.
    pub mod machine = "tests/compile/nowhere.ron";
}

fn main() {}
