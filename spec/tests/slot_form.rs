//! Which rows folding replaces: what a primitive's role says, whatever the primitive is called.

use opforge_core::slot_form::RowForm;
use opforge_spec::{check_str, slots::slot_table};

/// The form of a row that only calls a primitive which reads a local, declared with those fields.
#[track_caller]
fn form(fields: &str) -> RowForm {
    let text = format!(
        r#"#![enable(implicit_some)]
        Table(
            name: "box", version: 1,
            primitives: [Prim(name: "box.get", sig: "slot: Local -> Any", effects: [ReadsLocals], {fields})],
            ops: [Op(name: "Peek", code: 0xe0, args: "s: Local", stack: " -> r", doc: "Reads.",
                     does: "r = box.get(s)", no_examples: "a test")],
        )"#
    );
    let set = check_str("box.ron", &text).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    slot_table(&set).rows[0].clone()
}

#[test]
fn a_primitive_is_folded_for_its_role_and_not_for_its_path() {
    assert_eq!(form(r#"rust: "::box::get", role: ReadsLocal"#), RowForm::GetLocal(0));
    assert!(matches!(form(r#"rust: "::box::get""#), RowForm::Runs(_)));
    assert!(matches!(form(r#"rust: "::opforge::primitives::locals::get""#), RowForm::Runs(_)));
}
