//! The Rust that docs/spec-format.md shows, as it stands there, in use; `guides.rs` compares the two.

#[rustfmt::skip]
mod from_an_empty_file {
    opforge::instruction_set! {
        /// The machine of `dice.ron`.
        pub mod dice = "tests/tables/dice.ron";
    }

    fn main() {
        if let Err(error) = run() {
            eprintln!("{error}");
        }
    }

    fn run() -> Result<(), Box<dyn std::error::Error>> {
        let module = opforge::assemble::<dice::Isa>("main.opf", "func main()\n load_int 21\n twice\n return_value\nend")?;
        let program = opforge::Linker::new().link(opforge::verify::<dice::Isa>(module)?)?;
        let mut machine = opforge::Machine::new(program, ());
        machine.start("main", &[])?;
        println!("{:?}", machine.run(opforge::Fuel::Ticks(1_000)));
        Ok(())
    }

    opforge_testing::check!(dice::Isa);

    #[test]
    fn the_first_program_runs() {
        main();
        run().unwrap_or_else(|error| panic!("{error}"));
    }
}

#[allow(unexpected_cfgs, reason = "the feature is the reader's")]
mod under_a_condition {
    opforge::instruction_set! {
        /// Rolls dice.
        #[cfg(feature = "dice")]
        pub mod dice = "tests/tables/dice.ron";
    }
}

mod of_ones_own {
    opforge::instruction_set! {
        /// A machine with a handler and with primitives of its own.
        pub mod dice = "tests/tables/dice_of_ones_own.ron";
    }

    /// Whose turn it is.
    #[derive(Debug, Default)]
    struct MyState;

    #[rustfmt::skip]
    impl dice::Handlers for MyState {
        fn roll(&mut self, context: &mut dice::RollContext<'_>, sides: i64) -> Result<i64, dice::RollTrap> {
            let _ = context;
            if sides > 0 { Ok(1) } else { Err(dice::RollTrap::NoSuchDie) }
        }
    }

    opforge_testing::check!(dice::Isa<MyState>);
}

#[rustfmt::skip]
fn show(context: &mut opforge::Context<'_, impl opforge::effects::Output>, pips: i64) -> Result<(), opforge::TrapCode> {
    context.write_output(&"*".repeat(pips.clamp(0, 6) as usize))
}

#[rustfmt::skip]
use opforge::{Context, Text, TrapCode, effects::{Allocates, ReadsConstants}};

fn shout(context: &mut Context<'_, impl ReadsConstants + Allocates>, text: Text) -> Result<Text, TrapCode> {
    let upper = context.text(text).to_uppercase();
    context.new_text(upper)
}
