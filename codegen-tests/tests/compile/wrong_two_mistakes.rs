//! Two mistakes in a table are printed once, and uses of the machine add no errors of their own.

opforge::instruction_set! {
    /// A machine.
    pub mod machine = "tests/compile/wrong_two_mistakes.ron";
}

fn main() {
    let module = opforge::assemble::<machine::Isa>("main.opf", "").unwrap();
    let _ = opforge::verify::<machine::Isa>(module);
}
