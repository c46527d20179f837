//! In a crate of the edition 2015, under another name.

#![deny(warnings, missing_docs)]

extern crate code;
extern crate machines;
extern crate opforge_testing;

machines::instruction_set! {
    /// The machine.
    pub mod set = "../table.ron";
}

code::instruction_set! {
    /// Its code alone.
    pub mod codec = "../table.ron";
}

/// What the handlers run on.
#[derive(Debug, Default)]
pub struct State;

impl set::Handlers for State {
    fn even(&mut self, _: &mut set::EvenContext<'_>, n: i64) -> ::std::result::Result<(i64, bool), set::EvenTrap> {
        if n % 2 == 0 {
            ::std::result::Result::Ok((n / 2, false))
        } else {
            ::std::result::Result::Err(set::EvenTrap::Odd)
        }
    }
}

opforge_testing::check!(set::Isa<State>);
