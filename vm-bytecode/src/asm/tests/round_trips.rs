//! What verifies is printed, and the text assembles to the same bytes.

use super::module;
use crate::module::{Constant, Function, Line, Module, Region};
use crate::standard::Isa;
use crate::{assemble, disassemble, verify};
use opforge_core::Scalar;
use proptest::prelude::*;

/// The module verifies, and its text makes it again.
#[track_caller]
fn check(module: &Module) {
    verify::<Isa>(module.clone()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(again(module), Ok(module.to_bytes()));
}

/// The bytes that the text of a module makes.
fn again(module: &Module) -> Result<Vec<u8>, String> {
    let text = disassemble::<Isa>(module).map_err(|error| error.to_string())?;
    let module = assemble::<Isa>("other.opf", &text).map_err(|errors| format!("{errors}\n{text}"))?;
    Ok(module.to_bytes())
}

#[test]
fn an_unknown_position_ends_a_known_one() {
    let module = module(
        "func main()\n.line \"m\" 11\n load_int 1\n pop\n.line \"\" 0\n load_undef\n negate\n return\nend\n\
         func other()\n.line \"ignored\" 0\n return\nend\n",
    );
    assert_eq!(module.source_line(0, 9), Some(("m", 11)));
    assert_eq!(module.source_line(0, 10), None);
    assert_eq!(module.files, ["m"]);
    assert!(module.functions[1].lines.is_empty());
    check(&module);
}

#[test]
fn constants_files_and_names_that_the_code_does_not_imply() {
    let mut module = module(
        "func main()\n.line \"b\" 1\n load_const 2.5\n pop\n.line \"a\" 2\n load_const \"t\"\n pop\n return\nend\n",
    );
    check(&module);
    module.name = Some("a \"b\"\n".into());
    check(&module);
    module.constants.push(Scalar::Nil.into());
    module.files.push("unused".into());
    check(&module);
    module.constants.insert(0, Scalar::Float(f64::from_bits(0x7ff8_0000_0000_0001)).into());
    module.files.swap(0, 1);
    check(&module);
    let text = disassemble::<Isa>(&module).unwrap();
    assert!(
        text.starts_with(".module \"a \\\"b\\\"\\n\"\n.constant nan:0x7ff8000000000001\n.constant 2.5\n"),
        "{text}"
    );
}

#[test]
fn heights_that_no_frame_has_are_refused_in_unreachable_code_too() {
    let mut module = module("func main()\n return\na:\n nop\nb:\n return\n.catch a b b 65000\nend\n");
    check(&module);
    module.functions[0].regions[0].height = 70_000;
    assert!(verify::<Isa>(module).is_err());
}

/// Programs with everything that a module can hold.
fn seeds() -> Vec<Module> {
    let texts = [
        "func main()\n return\nend\n",
        "import host/2\nglobal total\nfunc main(a, b)\n local i\n.line \"x\" 3\n load_const 2.5\n set_slot i\n load_const \"text\"\n\
         set_var total\n.line \"\" 0\n get_slot a\n get_slot b\n call host 2\n return_value\n call host 2\n nop\n return\nend\n",
        "func f(n)\ntop:\n get_slot n\n jump_if_false out\n get_slot n\n load_int 1\n sub\n set_slot n\n jump top\nout:\n return\n\
         load_const 7.5\n jump top\nend\nfunc g()\na:\n load_int 1\n load_int 0\n int_div\n pop\nb:\n return\nc:\n pop\n return\n\
         .catch a b c 0\nend\n",
        "func main(n)\ntop:\n get_slot n\n switch [top, out, top]\n get_slot n\n switch []\nout:\n return\n load_true\n switch \
         [out]\nend\n",
    ];
    texts.into_iter().map(module).collect()
}

/// A change of a module's parts, by some numbers.
fn change(module: &mut Module, kind: u8, at: usize, value: u32) {
    let count = module.functions.len();
    let function: &mut Function = &mut module.functions[at % count];
    let small = value % 12;
    match kind % 10 {
        0 => module.name = Some(format!("n{small}\"")),
        1 => module.constants.push(Constant::Scalar(Scalar::Int(small.into()))),
        2 if !module.constants.is_empty() => {
            let count = module.constants.len();
            module.constants.rotate_left(at % count);
        }
        3 => module.files.insert(at.min(module.files.len()), format!("f{small}")),
        4 => module.globals.push(format!("g{small}")),
        5 => function
            .lines
            .insert(at % (function.lines.len() + 1), Line { pc: small, file: value >> 30, line: value & 1 }),
        6 => function.lines.iter_mut().for_each(|line| line.line ^= value & 3),
        7 => function.regions.push(Region {
            start: small,
            end: small + at as u32 % 9,
            target: at as u32 % 12,
            height: value >> 12,
        }),
        8 if !function.code.is_empty() => {
            let length = function.code.len();
            function.code[at % length] = value as u8;
        }
        _ => function.code.push(value as u8),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn changed_modules_that_verify_survive_their_text(
        seed in 0..3usize,
        changes in prop::collection::vec((any::<u8>(), any::<prop::sample::Index>(), any::<u32>()), 1..4),
    ) {
        let mut module = seeds().swap_remove(seed);
        for (kind, at, value) in changes {
            change(&mut module, kind, at.index(64), value);
        }
        if verify::<Isa>(module.clone()).is_ok() {
            prop_assert_eq!(again(&module), Ok(module.to_bytes()));
        }
    }

    #[test]
    fn changed_files_that_verify_survive_their_text(
        seed in 0..3usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..3),
    ) {
        let mut bytes = seeds().swap_remove(seed).to_bytes();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(module) = Module::from_bytes(&bytes) && verify::<Isa>(module.clone()).is_ok() {
            prop_assert_eq!(again(&module), Ok(bytes));
        }
    }
}
