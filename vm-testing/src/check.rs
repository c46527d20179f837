//! The tests of a table in one line.

use crate::examples::row_examples;
use crate::fusions::fusion_programs;
use crate::rewrites::rewrite_programs;
use opforge::Execute;
use opforge::core::nearest::{near_or, nearest};

/// Declares the tests of a table: that each row does what its examples say, each fusion what its parts do, and what is
/// rewritten what it did, on every engine. Handlers run on fresh ones, by `Default`. Each table needs a module of its own, since
/// the tests are always called the same.
///
/// ```
/// opforge_testing::check!(opforge::standard::Isa);
/// # fn main() {}
/// ```
///
/// `OPFORGE_ROW=Add cargo test` runs only what is about the row, fusion or rewrite of that name.
#[macro_export]
macro_rules! check {
    ($set:ty) => {
        #[test]
        fn rows_do_what_their_examples_say() {
            $crate::check_all_examples::<$set>();
        }

        #[test]
        fn fusions_do_what_their_parts_do() {
            $crate::check_all_fusions::<$set>();
        }

        #[test]
        fn rewrites_change_nothing() {
            $crate::check_all_rewrites::<$set>();
        }
    };
}

/// Runs the examples of every row on every engine.
///
/// # Panics
/// When some are not what happens: with the first problem of each row. When `OPFORGE_ROW` names no row, fusion or rewrite.
#[track_caller]
pub fn check_all_examples<I: Execute>()
where
    I::Handlers: Default,
{
    let only = only::<I>();
    let rows = I::table().instructions.iter().map(|row| row.name);
    check_each("examples", rows, only.as_deref(), row_examples::<I>);
}

/// Runs every fusion against its parts on every engine.
///
/// # Panics
/// When some do not do what their parts do, or are never selected: with the first problem of each fusion. When
/// `OPFORGE_ROW` names no row, fusion or rewrite.
#[track_caller]
pub fn check_all_fusions<I: Execute>()
where
    I::Handlers: Default,
{
    let only = only::<I>();
    let fusions = I::table().fusions.iter().map(|fusion| fusion.name);
    check_each("fusions", fusions, only.as_deref(), fusion_programs::<I>);
}

/// Runs what each rewrite replaces, on every engine.
///
/// # Panics
/// When an engine that rewrites does not do what the reference engine does: with the first problem of each rewrite. When
/// `OPFORGE_ROW` names no row, fusion or rewrite.
#[track_caller]
pub fn check_all_rewrites<I: Execute>()
where
    I::Handlers: Default,
{
    let only = only::<I>();
    let rewrites = I::table().rewrites.iter().map(|rewrite| rewrite.name);
    check_each("rewrites", rewrites, only.as_deref(), rewrite_programs::<I>);
}

/// The row, fusion or rewrite that alone is wanted.
#[track_caller]
fn only<I: Execute>() -> Option<String> {
    let only = std::env::var("OPFORGE_ROW").ok()?;
    let table = I::table();
    let rows = table.instructions.iter().map(|row| row.name);
    let fusions = table.fusions.iter().map(|fusion| fusion.name);
    let rewrites = table.rewrites.iter().map(|rewrite| rewrite.name);
    let names: Vec<&str> = rows.chain(fusions).chain(rewrites).collect();
    if !names.contains(&only.as_str()) {
        let help = near_or(nearest(&only, names), || "`opforge spec list` shows its rows".to_owned());
        panic!("OPFORGE_ROW: table `{}` has no row, fusion or rewrite `{only}`; help: {help}", table.name);
    }
    Some(only)
}

#[track_caller]
fn check_each<'a>(
    what: &str,
    names: impl Iterator<Item = &'a str>,
    only: Option<&str>,
    check: impl Fn(usize) -> Result<(), String>,
) {
    let wanted = names.enumerate().filter(|(_, name)| only.is_none_or(|only| only == *name));
    let problems: Vec<String> = wanted.filter_map(|(index, _)| check(index).err()).collect();
    assert!(problems.is_empty(), "{} of the {what} fail:\n{}", problems.len(), problems.join("\n"));
}
