//! What the emitters write for a tiny table, and the standard set at one line an instruction.

use opforge_codegen::{Emitter, expand, expand_file};
use std::path::Path;

fn check(table: &str, emitter: Emitter) {
    let path = Path::new("tests/tables").join(table).with_extension("ron");
    let text = expand_file(&path, emitter).expect("the table is right");
    let most = match emitter {
        // The loop has the arms of every table in it.
        Emitter::Fast => 240,
        // Each list is written as one that is borrowed.
        Emitter::Slots => 180,
        _ => 80,
    };
    assert!(text.lines().count() <= most, "{} lines are too many to read", text.lines().count());
    insta::assert_snapshot!(format!("{table}_{}", emitter.name()), text);
}

#[test]
fn each_emitter_of_code() {
    for emitter in [
        Emitter::Opcode,
        Emitter::Op,
        Emitter::Encode,
        Emitter::Decode,
        Emitter::Display,
        Emitter::Builder,
        Emitter::Engine,
        Emitter::Slots,
        Emitter::Fast,
    ] {
        check("tiny", emitter);
    }
}

#[test]
fn each_kind_of_body() {
    check("cases", Emitter::Engine);
    check("seq", Emitter::Engine);
    check("exits", Emitter::Engine);
    check("handler", Emitter::Engine);
    check("handler", Emitter::Handlers);
}

#[test]
fn listing_of_the_standard_set() {
    insta::assert_snapshot!(expand(&opforge_spec::standard(), Emitter::Listing));
}

#[test]
fn every_emitter_gives_the_same_twice() {
    let set = opforge_spec::standard();
    for emitter in Emitter::ALL {
        assert_eq!(expand(&set, emitter), expand(&opforge_spec::standard(), emitter), "{}", emitter.name());
    }
}
