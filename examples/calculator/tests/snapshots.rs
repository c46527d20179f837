//! What is generated for the calculator's table, as a snapshot: a change of it is a diff to review.

use opforge_codegen::{Emitter, expand_file};
use std::path::Path;

#[test]
fn listing() {
    insta::assert_snapshot!(expand_file(Path::new("calculator.ron"), Emitter::Listing).expect("the table is right"));
}
