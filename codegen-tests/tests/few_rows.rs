//! Tables of a few rows: programs are written for them that verify and on which the engines agree, or none can be.

opforge::instruction_set! {
    /// A function that never ends.
    mod no_end = "tests/tables/few/no_end.ron";
    /// Nothing that could be returned.
    mod no_values = "tests/tables/few/no_values.ron";
    /// Nothing but a return.
    mod only_ends = "tests/tables/few/only_ends.ron";
    /// A loop alone, and nothing to push.
    mod no_return = "tests/tables/few/no_return.ron";
    /// No return, and nothing to drop.
    mod only_raises = "tests/tables/few/only_raises.ron";
    /// Nothing to drop, so that ways cannot meet.
    mod no_drop = "tests/tables/few/no_drop.ron";
    /// No value but one.
    mod one_kind = "tests/tables/few/one_kind.ron";
}

/// The tests of a table; whether programs can be written for it.
fn programs<I: opforge::Execute<Handlers = ()>>() -> bool {
    opforge_testing::check_all_examples::<I>();
    let programs = opforge_testing::Programs::<I>::new(0);
    let statistics = opforge_testing::check_programs::<I>(0..100, &[]);
    let statistics = statistics.unwrap_or_else(|differences| panic!("{}", differences[0]));
    assert_eq!(statistics.programs == 100, programs.obstacle().is_none());
    statistics.programs > 0
}

#[test]
fn a_table_without_an_end_has_no_programs() {
    assert!(!programs::<no_end::Isa>());
    assert!(!programs::<no_values::Isa>());
}

#[test]
fn a_table_with_an_end_has_programs() {
    assert!(programs::<only_ends::Isa>());
    assert!(programs::<no_return::Isa>());
    assert!(programs::<only_raises::Isa>());
    assert!(programs::<no_drop::Isa>());
    assert!(programs::<one_kind::Isa>());
}
