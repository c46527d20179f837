use super::lower::lower;
use super::lowered::Lowered;
use super::validate::validate;
use super::{LowerRule, Lowering, Poll};
use crate::exec::{Execute, slot_lines};
use crate::machine::{Engine, Machine, Outcome};
use crate::program::Linker;
use crate::standard::Isa;
use crate::state::Fuel;
use crate::value::HostValue;
use opforge_bytecode::{InstructionSet, Verified, assemble, verify};
use opforge_core::{Depth, Word};
use std::cell::Cell;

fn verified(text: &str) -> Verified<Isa> {
    verify(assemble::<Isa>("test.opf", text).unwrap()).unwrap()
}

/// The slot code of the first function.
fn lowered(verified: &Verified<Isa>) -> Lowered {
    lower::<Isa>(Isa::slot_form(), verified.shared(), 0, Lowering::LoopsFused, &Poll::never()).unwrap()
}

/// The slot code of the first function, a line for each instruction.
fn lines(text: &str, lowering: Lowering) -> Vec<String> {
    let lines = slot_lines(&verified(text), 0, lowering).unwrap();
    lines.into_iter().map(|line| line.text).collect()
}

const COUNTED: &str = "func main(n)\n local i s\n load_int 0\n set_slot i\n load_int 0\n set_slot s\ntop:\n get_slot i\n \
    get_slot n\n num_lt\n jump_if_false out\n get_slot s\n get_slot i\n add\n set_slot s\n get_slot i\n load_int 1\n \
    add\n set_slot i\n jump top\nout:\n get_slot s\n return_value\nend";

#[test]
fn a_loop_is_as_many_instructions_as_the_lowering_allows() {
    let whole = lines(COUNTED, Lowering::LoopsFused);
    assert_eq!(whole, ["load i, 0", "load s, 0", "counted_sum_of_int_but_one i, n, @0x0043, s", "return_value s"]);
    let no_loops = lines(COUNTED, Lowering::Fused);
    let body =
        ["jump_if_not_lt_of_int_but_one i, n, @0x0043", "add_of_int s, s, i", "add_int_of_int i, i, 1", "jump @0x0018"];
    assert_eq!(no_loops[2..6], body);
    assert_eq!(lines(COUNTED, Lowering::Folded)[2..4], ["num_lt s0, i, n", "jump_if_false s0, @0x0043"]);
    let unfolded = lines(COUNTED, Lowering::Unfolded);
    assert_eq!(unfolded[4..8], ["move s0, i", "move s1, n", "num_lt s0, s0, s1", "jump_if_false s0, @0x0043"]);
}

#[test]
fn a_loop_that_is_entered_in_the_middle_is_not_fused() {
    cov_mark::check!(fusion_is_entered_in_its_middle);
    let jumped = COUNTED
        .replace(" get_slot s\n get_slot i\n add", "middle:\n get_slot s\n get_slot i\n add")
        .replace(" load_int 0\n set_slot i\n", " get_slot n\n jump_if_true middle\n load_int 0\n set_slot i\n");
    assert!(lines(&jumped, Lowering::LoopsFused).iter().all(|line| !line.starts_with("counted_sum")));
}

#[test]
fn a_loop_with_a_handler_across_its_middle_is_not_fused() {
    cov_mark::check!(region_ends_within_a_fusion);
    let guarded = COUNTED
        .replace(" get_slot s\n get_slot i\n add", "from:\n get_slot s\n get_slot i\n add")
        .replace(" get_slot i\n load_int 1", "to:\n get_slot i\n load_int 1")
        .replace(" return_value\nend", " return_value\ncaught:\n return_value\n .catch from to caught 0\nend");
    let lines = lines(&guarded, Lowering::LoopsFused);
    assert!(lines.iter().all(|line| !line.starts_with("counted_sum")), "{lines:?}");
}

#[test]
fn constants_stand_in_the_code_where_they_fit() {
    let text = |number: &str| format!("func main(a)\n get_slot a\n {number}\n add\n return_value\nend");
    assert_eq!(lines(&text("load_int -32768"), Lowering::LoopsFused)[0], "add_int s0, a, -32768");
    assert_eq!(lines(&text("load_int 32768"), Lowering::LoopsFused)[..2], ["load s1, 32768", "add s0, a, s1"]);
    assert_eq!(lines(&text("load_float 0.5"), Lowering::LoopsFused)[0], "add_float s0, a, 0.5");
    assert_eq!(lines(&text("load_const 7"), Lowering::LoopsFused)[0], "add_int s0, a, 7");
    assert_eq!(lines(&text("load_const \"x\""), Lowering::LoopsFused)[..2], ["load_pool s1, \"x\"", "add s0, a, s1"]);
}

#[test]
fn a_fusion_is_not_taken_where_it_needs_a_constant_that_a_part_alone_can_hold() {
    cov_mark::check!(part_alone_holds_the_constant);
    let text = "func main(n)\n load_int 3\n get_slot n\n mul\n load_int 1\n add\n return_value\nend";
    assert_eq!(lines(text, Lowering::LoopsFused)[..3], ["load s0, 3", "mul s0, s0, n", "add_int s0, s0, 1"]);
}

#[test]
fn a_fusion_is_not_taken_where_its_kept_result_is_read_twice() {
    cov_mark::check!(kept_result_is_read_elsewhere);
    let text = "func main(x, y)\n get_slot x\n get_slot y\n mul\n dup\n add\n return_value\nend";
    let lines = lines(text, Lowering::LoopsFused);
    assert_eq!(lines[..2], ["mul s0, x, y", "add s0, s0, s0"], "{lines:?}");
}

#[test]
fn a_fusion_is_not_taken_where_its_constant_would_overwrite_what_it_reads() {
    cov_mark::check!(home_of_a_constant_is_taken);
    let text = "func main(n)\n get_slot n\n call main 1\n get_slot n\n call main 1\n mul\n load_const \"text\"\n add\n \
        return_value\nend";
    let lines = lines(text, Lowering::LoopsFused);
    assert_eq!(lines[4..7], ["mul s0, s0, s1", "load_pool s1, \"text\"", "add s0, s0, s1"], "{lines:?}");
}

/// What the function returns on the reference engine and on the fast one.
fn results(text: &str) -> [Outcome; 2] {
    [Engine::Reference, Engine::FAST].map(|engine| {
        let program = Linker::new().link(verified(text)).unwrap();
        let mut machine = Machine::new(program, ()).with_engine(engine);
        machine.start("main", &[HostValue::Int(3), HostValue::Int(5)]).unwrap();
        machine.run(Fuel::Ticks(100))
    })
}

#[test]
fn a_result_that_stays_on_the_stack_is_not_kept_from_it() {
    cov_mark::check!(kept_result_is_needed_later);
    let dup = " get_slot x\n get_slot y\n mul\n dup\n get_slot x\n add\n";
    let later = format!("func main(x, y)\n{dup} set_slot x\n jump on\non:\n get_slot x\n add\n return_value\nend");
    let call = format!(
        "func main(x, y)\n get_slot y\n{dup} call take 3\n return_value\nend\nfunc take(a, b, c)\n get_slot a\n \
         get_slot b\n sub\n get_slot c\n mul\n return_value\nend"
    );
    let caught = format!(
        "func main(x, y)\n{dup} set_slot x\nfrom:\n load_undef\n inc\n pop\n pop\nto:\n return\ncaught:\n add\n \
         return_value\n .catch from to caught 1\nend"
    );
    for (text, expected) in [(later, 33), (call, -180), (caught, 16)] {
        let expected = Outcome::Returned(HostValue::Int(expected));
        assert_eq!(results(&text), [expected.clone(), expected], "{text}");
    }
}

#[test]
fn frame_maps_stay_in_proportion() {
    let body = " get_slot a\n".repeat(32) + " get_slot a\n" + &" negate\n".repeat(20_000);
    let verified = verified(&format!("func main(a)\n{body} return_value\nend"));
    let code = lowered(&verified);
    assert!(code.aways.len() < 10 * 20_000, "{} positions", code.aways.len());
}

#[test]
fn a_rewrite_replaces_what_no_jump_goes_into() {
    cov_mark::check!(block_is_rewritten);
    let text = "func main(a, b)\n get_slot a\n get_slot b\n num_eq\n log_not\n return_value\nend";
    assert_eq!(lines(text, Lowering::LoopsFused), ["num_ne s0, a, b", "return_value s0"]);
    assert_eq!(lines(text, Lowering::Folded)[0], "num_eq s0, a, b");
    let jumped = "func main(a, b)\nagain:\n get_slot a\n get_slot b\n num_eq\ninto:\n log_not\n dup\n jump_if_true into\n \
        return_value\nend";
    assert!(lines(jumped, Lowering::LoopsFused)[0].starts_with("num_eq"));
}

#[test]
fn slot_code_grows_with_the_code() {
    let size = |statements: usize| {
        let body = " get_slot a\n dup\n load_int 7\n add\n swap\n pop\n set_slot a\n".repeat(statements);
        let text = format!("func main(a)\n{body} return\nend");
        let verified = verified(&text);
        lowered(&verified).words.len()
    };
    let (once, twice) = (size(5_000), size(10_000));
    assert!(twice <= 2 * once && once < 20_000, "{once} words, then {twice}");
}

/// A function with something of everything.
const MIXED: &str = "import host/1\nglobal g\nfunc main(a)\n local b\nstart:\n get_slot a\n load_int 100000\n add\n dup\n \
    set_slot b\n call main 1\n call host 1\n set_var g\nend_of:\n get_slot b\n jump_if_true start\n get_slot b\n \
    switch [end_of, start, end_of]\n get_slot b\n switch []\n load_const \"t\"\n \
    print_ln 1\n swap_them\n return\ncaught:\n return_value\n .catch start end_of caught 0\nend";

fn mixed() -> (Verified<Isa>, Lowered) {
    let verified = verified(&MIXED.replace(" swap_them\n", " get_slot a\n get_slot b\n swap\n div\n pop\n"));
    let code = lowered(&verified);
    (verified, code)
}

fn is_valid(verified: &Verified<Isa>, code: &Lowered) -> bool {
    let facts = verified.facts(0).unwrap();
    validate(code, Isa::slot_form().table(), Isa::table(), verified.module(), facts).is_ok()
}

#[test]
fn what_lowering_gives_is_valid() {
    let (verified, code) = mixed();
    assert!(is_valid(&verified, &code));
}

#[test]
fn slots_targets_and_codes_that_are_wrong_are_refused() {
    let (verified, code) = mixed();
    // Each field of each word with its upper half set: no slot, index or place is that far.
    let (mut refused, mut kept) = (0, 0);
    for word in 0..code.words.len() {
        for field in 0..4 {
            let mut other = code.clone();
            other.words[word] |= 0xff00 << (16 * field);
            if other.words[word] == code.words[word] {
                continue;
            }
            if is_valid(&verified, &other) { kept += 1 } else { refused += 1 }
        }
    }
    // Numbers may be any, and what pads an instruction is not looked at.
    assert!(refused > 30 && kept < refused, "{refused} refused, {kept} kept");
}

#[test]
fn code_that_is_cut_or_runs_on_is_refused() {
    let (verified, code) = mixed();
    for length in 0..code.words.len() {
        let mut other = code.clone();
        other.words = code.words[..length].into();
        assert!(!is_valid(&verified, &other), "{length} words");
    }
    let mut other = code.clone();
    other.words = [&code.words[..], &[0]].concat().into();
    assert!(!is_valid(&verified, &other), "the last instruction continues");
}

#[test]
fn lists_of_targets_that_are_wrong_are_refused() {
    let (verified, code) = mixed();
    let first = code.lists.index();
    // Two lists: three targets, and none.
    assert_eq!((code.words[first], code.words.len()), (3, first + 5));
    let with = |word: usize, value: u64| {
        let mut other = code.clone();
        other.words[word] = value;
        is_valid(&verified, &other)
    };
    for (word, value) in [(0, 2), (0, 4), (0, u64::MAX), (1, 0), (1, 1), (2, u64::MAX - 9_999), (3, 1 << 32), (4, 1)] {
        assert!(!with(first + word, value), "{value} in word {word}");
    }
    assert!(with(first + 1, code.words[first + 2]), "another instruction");
    for lists in [0, first - 1, first + 1, first + 4, first + 5, first + 6] {
        let mut other = code.clone();
        other.lists = Word(lists as u32);
        assert!(!is_valid(&verified, &other), "lists from word {lists} on");
    }
}

#[test]
fn a_jump_table_shows_its_targets() {
    let text = "func main(n)\ntop:\n get_slot n\n switch [out, top, out]\n get_slot n\n switch []\nout:\n return\nend";
    let code = lines(text, Lowering::LoopsFused);
    assert_eq!(code[..2], ["switch n, [@0x000c @0x0000 @0x000c]", "switch n, []"], "{code:?}");
}

#[test]
fn types_are_joined_over_all_targets_of_a_list() {
    let of = |first: &str| {
        let text = format!(
            "func main(n)\n local x\n {first}\n set_slot x\n get_slot n\n switch [one, two]\n load_int 2\n set_slot x\none:\n \
             get_slot x\n negate\n pop\ntwo:\n get_slot x\n negate\n return_value\nend"
        );
        lines(&text, Lowering::LoopsFused).iter().filter(|line| line.starts_with("negate_of_int")).count()
    };
    assert_eq!((of("load_int 1"), of("get_slot n"), of("load_float 1.0")), (2, 0, 0));
}

#[test]
fn a_long_list_of_targets_is_not_followed_to_its_end_with_much_that_is_known() {
    let (locals, targets) = (1_000, 20_000);
    let mut text = String::from("func main(n)\n local");
    (0..locals).for_each(|local| text += &format!(" l{local}"));
    (0..locals).for_each(|local| text += &format!("\n load_int 1\n set_slot l{local}"));
    text += "\n get_slot n\n switch [";
    text += &(0..targets).map(|target| format!("t{target}")).collect::<Vec<_>>().join(", ");
    text += "]";
    (0..targets).for_each(|target| text += &format!("\nt{target}:\n nop"));
    let verified = verified(&(text + "\n return\nend"));
    let begun = std::time::Instant::now();
    assert!(lowered(&verified).words.len() > targets);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn frame_maps_that_are_wrong_are_refused() {
    let (verified, code) = mixed();
    let change = |change: &dyn Fn(&mut Lowered)| {
        let mut other = code.clone();
        change(&mut other);
        is_valid(&verified, &other)
    };
    assert!(!change(&|code| code.maps[0].depth = Depth(1000)));
    assert!(!change(&|code| code.maps[0].word = Word(10_000)));
    assert!(!change(&|code| code.maps[0].count = 1000));
    assert!(!change(&|code| code.entries[1].word = Word(10_000)));
    assert!(!change(&|code| code.entries.swap(0, 1)));
}

#[test]
fn what_cannot_be_lowered_says_why() {
    let text = format!(
        "func main()\n local {}\n return\nend",
        (0..40_000).map(|slot| format!("l{slot} ")).collect::<String>()
    );
    let verified = verified(&text);
    let error = slot_lines(&verified, 0, Lowering::LoopsFused).unwrap_err();
    assert_eq!((error.pc, error.rule), (0, LowerRule::FrameSize));
    assert_eq!(error.to_string(), "no slot code: at 0x0: the frame has more than 32,766 slots");
    let long = self::verified(&format!("func main()\n{} return\nend", " load_undef\n pop\n".repeat(1 << 17)));
    assert_eq!(slot_lines(&long, 0, Lowering::Folded).unwrap_err().rule, LowerRule::CodeSize);
    assert_eq!(slot_lines(&verified, 1, Lowering::Folded).unwrap_err().rule, LowerRule::Function);
}

#[test]
fn lowering_stops_wherever_it_is_asked_to() {
    let text = format!("func main(a)\n local b\n{} return\nend", " get_slot a\n inc\n set_slot b\n".repeat(5_000));
    let verified = verified(&text);
    let lower = |asked: &dyn Fn() -> bool| {
        lower::<Isa>(Isa::slot_form(), verified.shared(), 0, Lowering::LoopsFused, &Poll::new(asked))
    };
    let looks = Cell::new(0);
    let count = || looks.replace(looks.get() + 1) == usize::MAX;
    assert!(lower(&count).is_ok());
    let all = looks.get();
    // Once for each thousand instructions in each of its passes, or more often.
    assert!(all > 3 * 15_000 / 4_096, "{all}");
    for stop in 0..all {
        looks.set(0);
        let error = lower(&|| looks.replace(looks.get() + 1) == stop).unwrap_err();
        assert_eq!((error.rule, looks.get()), (LowerRule::Interrupted, stop + 1));
    }
}

#[test]
fn what_is_computed_of_constants_is_one() {
    cov_mark::check!(constants_are_computed);
    let of = |body: &str| lines(&format!("func main(a)\n{body}\n return_value\nend"), Lowering::LoopsFused);
    assert_eq!(of(" load_int 2\n load_int 3\n add\n load_float 0.5\n mul"), ["load s0, 2.5", "return_value s0"]);
    assert_eq!(of(" load_int 2\n load_int 3\n num_lt"), ["load s0, true", "return_value s0"]);
    assert_eq!(of(" load_float nan\n negate\n load_int 1\n num_lt"), ["load s0, false", "return_value s0"]);
    assert_eq!(of(" get_slot a\n load_int 2\n load_int 3\n mul\n add"), ["add_int s0, a, 6", "return_value s0"]);
    // What traps does so when it runs; what is on the stack then is what was written.
    assert_eq!(of(" load_int 1\n load_int 0\n div"), ["load s0, 1", "div_int_of_int s0, s0, 0", "return_value s0"]);
    assert_eq!(of(" load_undef\n inc"), ["load s0, nil", "inc s0, s0", "return_value s0"]);
}
