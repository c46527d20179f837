//! A family of `std:` in place of a table.

opforge::instruction_set! {
    /// A machine.
    pub mod machine = "std:arithmetic";
}

fn main() {
    let _ = opforge::assemble::<machine::Isa>("main.opf", "");
}
