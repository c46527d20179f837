#![forbid(unsafe_code)]
#![deny(warnings, missing_docs)]
//! A table with a handler, a trap and two exits of different shape, in a crate with strict lints.

opforge::instruction_set! {
    /// A machine.
    pub mod machine = "tests/compile/right_strict.ron";
}

/// The handlers' state.
#[derive(Default)]
pub struct Printer {
    jammed: bool,
}

impl machine::Handlers for Printer {
    fn stamp(
        &mut self,
        context: &mut machine::StampContext<'_>,
        page: i64,
        bold: bool,
        copies: u8,
    ) -> Result<(i64, i64), machine::StampTrap> {
        if self.jammed {
            return Err(machine::StampTrap::Jammed);
        }
        let _ = (context, page, bold);
        Ok((i64::from(copies), 0))
    }
}

fn main() {
    let _ = <machine::Isa<Printer> as opforge::InstructionSet>::table();
}
