//! In a crate without a prelude, whose own names are those of the standard library.

#![no_implicit_prelude]
#![deny(warnings, missing_docs)]

macro_rules! own {
    ($($name:ident)*) => {
        $(
            #[allow(unused_macros)]
            macro_rules! $name {
                ($d:tt) => {
                    compile_error!("of the test")
                };
            }
        )*
    };
}
own!(assert assert_eq concat debug_assert format matches panic print println stringify unreachable vec write writeln);

/// Not that of the standard library.
#[allow(dead_code, missing_docs, non_camel_case_types)]
mod own {
    pub struct Vec;
    pub struct String;
    pub enum Option {
        Some,
        None,
    }
    pub enum Result {
        Ok,
        Err,
    }
    pub struct i64;
}
#[allow(unused_imports)]
use self::own::Option::{None, Some};
#[allow(unused_imports)]
use self::own::Result::{Err, Ok};
#[allow(unused_imports)]
use self::own::{Option, Result, String, Vec};

::machines::instruction_set! {
    pub mod set = "../table.ron";
}

::code::instruction_set! {
    pub mod codec = "../table.ron";
}

/// What the handlers run on.
#[derive(::std::fmt::Debug, ::std::default::Default)]
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

#[test]
fn rows_do_what_their_examples_say() {
    ::opforge_testing::check_all_examples::<set::Isa<State>>();
}
