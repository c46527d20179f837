//! Choices, definitions and templates, compiled: every engine does with them what the examples say.

opforge::instruction_set! {
    /// Choices of every kind.
    pub mod choices = "tests/tables/choices.ron";
}

/// What a definition calls.
pub fn double(a: i64) -> i64 {
    a.wrapping_mul(2)
}

opforge_testing::check!(choices::Isa);

#[test]
fn generated_programs() {
    let sequences = opforge_testing::fusion_sequences::<choices::Isa>();
    let statistics = opforge_testing::check_programs::<choices::Isa>(0..300, &sequences);
    statistics.unwrap_or_else(|differences| panic!("{}", differences[0]));
}
