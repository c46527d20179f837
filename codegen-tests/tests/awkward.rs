//! Rows that are right and awkward build under strict lints, and do what their examples say.

#![deny(warnings, missing_docs, clippy::all)]

opforge::instruction_set! {
    pub mod awkward = "tests/tables/awkward.ron";
}

/// What its handlers run on. It has a method of the name of one of them itself.
#[derive(Clone, Debug, Default)]
pub struct State;

impl awkward::Handlers for State {
    fn into(
        &mut self,
        _: &mut awkward::IntoContext<'_>,
        h: opforge::Value,
        i: opforge::Text,
        a: i64,
        _: i64,
        _: i64,
        _: i64,
        _: i64,
        _: i64,
        _: i64,
    ) -> Result<(opforge::Text, opforge::Value), awkward::IntoTrap> {
        Ok((i, if a == 0 { h } else { opforge::Value::NIL }))
    }

    fn clone(
        &mut self,
        _: &mut awkward::CloneContext<'_>,
        a: opforge::Text,
    ) -> Result<opforge::Text, awkward::CloneTrap> {
        Ok(a)
    }
}

opforge_testing::check!(awkward::Isa<State>);

#[test]
fn engines_agree() {
    let differences = opforge_testing::check_programs::<awkward::Isa<State>>(0..200, &[]).err();
    let texts: Vec<String> = differences.iter().flatten().map(ToString::to_string).collect();
    assert!(texts.is_empty(), "{}", texts.join("\n"));
}
