//! Declarations under conditions, and the crate found through another.

#![deny(warnings, missing_docs)]

/// A crate that has the macro's as its own.
pub mod framework {
    pub use machines as opforge;
}

framework::opforge::instruction_set! {
    /// The machine.
    #[cfg(not(feature = "absent"))]
    pub mod set = "../table.ron";

    /// Its table is not there, and is not looked for.
    #[cfg(feature = "absent")]
    pub mod absent = "absent.ron";

    /// Nor is this one.
    #[cfg_attr(not(feature = "absent"), cfg(any()))]
    #[cfg_attr(feature = "absent", doc = "Never.")]
    pub mod never = "absent.ron";

    /// Under no condition.
    pub mod always = "../table.ron";
}

code::instruction_set! {
    #[cfg(feature = "absent")]
    pub mod absent_code = "absent.ron";

    #[cfg(not(feature = "absent"))]
    pub mod present_code = "../table.ron";
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
