//! A wrong rewrite that the macro's share of trials does not find: `spec check` and the test of the table do.

use opforge_spec::{Code, check_str};

opforge::instruction_set! {
    /// A machine with a wrong rewrite.
    mod rare = "tests/tables/rare_difference.ron";
}

#[test]
fn spec_check_refuses_it() {
    let checked = check_str("rare_difference.ron", include_str!("tables/rare_difference.ron"));
    let found = checked.err().map(|found| found.list().iter().map(|found| found.code).collect::<Vec<_>>());
    assert_eq!(found, Some(vec![Code::NotEqual]));
}

#[test]
fn the_engines_differ_in_the_test_of_the_table() {
    let failed = std::panic::catch_unwind(opforge_testing::check_all_rewrites::<rare::Isa>);
    let panic = failed.err().and_then(|panic| panic.downcast::<String>().ok()).unwrap_or_default();
    assert!(panic.starts_with("1 of the rewrites fail:\nrewrite `rarely`"), "{panic}");
    assert!(panic.contains("differs"), "{panic}");
}
