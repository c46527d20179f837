//! Fixtures that do not verify, which a table cannot tell: the generated test does, with their file and function.

opforge::instruction_set! {
    /// A machine whose fixtures are wrong.
    mod wrong = "tests/tables/wrong_fixtures.ron";
}

#[test]
fn the_test_of_the_row_names_the_file() {
    let failed = std::panic::catch_unwind(|| opforge_testing::check_examples::<wrong::Isa>("Apply"));
    let panic = failed.err().and_then(|panic| panic.downcast::<String>().ok()).unwrap_or_default();
    let place = "`wrong_fixtures.opf`, which `fixtures` of the family `wrong_fixtures` names:\n";
    assert!(panic.starts_with("row `Apply`, example `@drops 1 => nil`, engine `reference`: "), "{panic}");
    assert!(panic.contains(place) && panic.contains("drops"), "{panic}");
}
