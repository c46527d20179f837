use super::*;
use crate::assemble;
use crate::module::{Function, Line, Region};
use crate::standard::Isa;
use opforge_core::Pc;

fn module(text: &str) -> Module {
    assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// A module whose `main` has the lines `body`, among imports and globals.
fn main(body: &str) -> Module {
    module(&format!("import host/2\nglobal total\nfunc one(a)\n return\nend\nfunc main()\n local x\n{body}\nend\n"))
}

#[track_caller]
fn accepted(module: Module) -> Verified<Isa> {
    verify(module).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Verification finds just this one thing wrong, at `pc` of `main`.
#[track_caller]
fn refused(module: Module, pc: u32, rule: Rule) {
    let errors = verify::<Isa>(module).expect_err("it breaks a rule");
    let [error] = errors.errors() else { panic!("{errors}") };
    assert_eq!((error.function.as_deref(), error.pc, &error.rule), (Some("main"), Some(pc), &rule));
}

/// The ways to `at`, the fourth instruction of `main`, whose body begins at line 8 of the text, and the second jumps.
fn ways(at: u32) -> Box<Ways> {
    let place = |pc, line| CodePlace { pc, source: Some(("test.opf".into(), line)) };
    Box::new(Ways { at: place(at, 12), here: 1, from: place(1, 9), before: 0 })
}

/// Changes the code of `main`.
fn patched(mut module: Module, change: impl FnOnce(&mut Function)) -> Module {
    change(module.functions.last_mut().expect("main is there"));
    module
}

#[test]
fn depth_and_ways_are_followed() {
    let loops =
        "top:\n load_true\n jump_if_false done\n load_int 1\n load_int 2\n add\n pop\n jump top\ndone:\n return";
    let verified = accepted(main(loops));
    assert_eq!(verified.max_depth(1), Some(2));
    assert_eq!(verified.max_depth(9), None);
    accepted(Module { functions: Vec::new(), ..main("return") });
}

#[test]
fn the_table_must_be_the_same() {
    let errors = verify::<Isa>(Module { table_hash: 1, ..main("return") }).unwrap_err();
    assert!(matches!(errors.errors()[0].rule, Rule::Table { .. }));
    assert!(errors.to_string().contains("help: assemble the program again"), "{errors}");
}

#[test]
fn names_are_names_and_unique() {
    let mut module = main("return");
    module.globals.push("main".into());
    module.globals.push("a b".into());
    module.functions[0].locals.push("a".into());
    let rules: Vec<Rule> = verify::<Isa>(module).unwrap_err().errors().iter().map(|error| error.rule.clone()).collect();
    let unique = |name: &str| Rule::UniqueNames { name: name.into() };
    assert_eq!(rules, [Rule::NameForm { name: "a b".into() }, unique("main"), unique("a")]);
}

#[test]
fn too_many_of_a_kind_are_refused() {
    let mut module = main("return");
    module.globals = (0..65_537).map(|index| format!("g{index}")).collect();
    let errors = verify::<Isa>(module).unwrap_err();
    assert_eq!(errors.errors()[0].rule, Rule::Count { what: "globals", found: 65_537, most: 65_536 });
}

#[test]
fn code_must_decode_even_if_nothing_reaches_it() {
    let code = |code: &[u8]| patched(main("return"), |main| main.code.extend(code));
    refused(code(&[0xee]), 1, Rule::Decodes(crate::DecodeError::UnknownOpcode { pc: 1, opcode: 0xee }));
    refused(code(&[0x01, 0]), 1, Rule::Decodes(crate::DecodeError::Truncated { pc: 1 }));
    // The stack of unreachable code is not looked at.
    accepted(main("return\n add\n pop"));
}

#[test]
fn indices_are_in_range() {
    let index = |what, count| Rule::Index { what, index: 9, count };
    let with = |code: [u8; 3]| patched(main("return"), |main| main.code.splice(0..0, code).for_each(drop));
    refused(with([0x20, 9, 0]), 0, index("local", 1));
    refused(with([0x22, 9, 0]), 0, index("global", 1));
    refused(with([0x03, 9, 0]), 0, index("constant", 0));
    let call = patched(main("return"), |main| main.code.splice(0..0, [0x60, 9, 0, 0]).for_each(drop));
    refused(call, 0, index("function", 3));
}

#[test]
fn what_unreachable_code_names_is_there() {
    let dead = |code: &[u8]| patched(main("return"), |main| main.code.extend(code));
    refused(dead(&[0x20, 9, 0]), 1, Rule::Index { what: "local", index: 9, count: 1 });
    refused(dead(&[0x50, 3, 0, 0, 0]), 1, Rule::WildJump { target: 3 });
    let rule = Rule::Arity { function: "host".into(), expected: 2, found: 0 };
    refused(dead(&[0x60, 0, 0, 0]), 1, rule);
    accepted(dead(&[0x50, 1, 0, 0, 0]));
}

/// Two lists of targets: the instructions that name them begin at 9 and at 21.
const LISTS: &str = "load_int 0\n switch [a]\n load_int 1\n switch [a, a]\na:\n return";

#[test]
fn lists_of_targets_are_named_one_after_the_other() {
    accepted(main(LISTS));
    let named = |at: usize, list: u8| patched(main(LISTS), |main| main.code[at] = list);
    refused(named(10, 1), 9, Rule::ListOrder { found: 1, expected: 0 });
    refused(named(22, 0), 21, Rule::ListOrder { found: 0, expected: 1 });
    let without = patched(main(LISTS), |main| main.target_lists.clear());
    refused(without, 9, Rule::Index { what: "list of targets", index: 0, count: 0 });
    let without = patched(main(LISTS), |main| main.target_lists.truncate(1));
    refused(without, 21, Rule::Index { what: "list of targets", index: 1, count: 1 });
    let more = patched(main(LISTS), |main| main.target_lists.push(Vec::new()));
    let errors = verify::<Isa>(more).unwrap_err();
    assert_eq!((errors.errors()[0].pc, &errors.errors()[0].rule), (None, &Rule::UnnamedList { list: 2 }));
}

#[test]
fn every_target_of_a_list_is_a_jump() {
    let target =
        |list: usize, at: usize, target: u32| patched(main(LISTS), |main| main.target_lists[list][at] = target);
    refused(target(0, 0, 1), 9, Rule::WildJump { target: 1 });
    refused(target(1, 1, 99), 21, Rule::WildJump { target: 99 });
    // Of a list that nothing reaches, too, and through all of it the stack must be as deep.
    let dead = patched(main("return\n switch [a]\na:\n return"), |main| main.target_lists[0][0] = 2);
    refused(dead, 1, Rule::WildJump { target: 2 });
    let deep = "load_int 0\n switch [a]\n load_int 1\n switch [a, b]\n load_true\nb:\n return\na:\n return";
    let errors = verify::<Isa>(main(deep)).unwrap_err();
    assert!(matches!(errors.errors()[0].rule, Rule::EqualDepth(_)), "{errors}");
    accepted(main("load_int 0\ntop:\n dup\n switch [top, top, out]\n pop\n return\nout:\n pop\n return"));
}

#[test]
fn many_long_lists_are_looked_at_once_each() {
    let list = vec!["a"; 200].join(", ");
    let text = format!(" load_int 0\n switch [{list}]\n").repeat(5_000);
    accepted(main(&format!("{text}a:\n return")));
}

#[test]
fn constants_and_files_differ() {
    let rule = |module: Module| verify::<Isa>(module).unwrap_err().errors()[0].rule.clone();
    let mut module = main("load_const 1.5\n return_value");
    module.constants.extend([true, false].map(opforge_core::Scalar::Bool).map(Into::into));
    module.constants.push(module.constants[0].clone());
    assert_eq!(rule(module), Rule::Repeated { what: "constants", first: 0, second: 3 });
    let mut module = main("return");
    module.files.push("test.opf".into());
    assert_eq!(rule(module), Rule::Repeated { what: "files", first: 0, second: 1 });
}

#[test]
fn calls_pass_what_is_taken() {
    let rule = |function: &str, expected, found| Rule::Arity { function: function.into(), expected, found };
    let call = |function| patched(main("return"), |main| main.code.splice(0..0, [0x60, function, 0, 0]).for_each(drop));
    refused(call(0), 0, rule("host", 2, 0));
    refused(call(1), 0, rule("one", 1, 0));
}

#[test]
fn the_stack_does_not_underflow() {
    refused(main("load_int 1\n add\n return_value"), 9, Rule::Underflow { needs: 2, depth: 1 });
    refused(main("load_int 1\n print 2\n return"), 9, Rule::Underflow { needs: 2, depth: 1 });
}

#[test]
fn jumps_go_to_instructions() {
    let first =
        |target: u8| patched(main("return"), |main| main.code.splice(0..0, [0x50, target, 0, 0, 0]).for_each(drop));
    for target in [1, 6, 99] {
        refused(first(target), 0, Rule::WildJump { target: target.into() });
    }
    accepted(first(5));
}

#[test]
fn all_ways_bring_the_same() {
    let body = "load_true\n jump_if_true b\n load_int 1\nb:\n return";
    refused(main(body), 6, Rule::EqualDepth(ways(15)));
    let body = "load_true\n jump_if_true b\n push_frame\nb:\n pop_frame\n return";
    let errors = verify::<Isa>(main(body)).unwrap_err();
    assert!(matches!(errors.errors()[0].rule, Rule::EqualScopes(_) | Rule::ScopeToClose), "{errors}");
    let body = "load_true\n jump_if_true b\n push_frame\nb:\n jump b";
    refused(main(body), 6, Rule::EqualScopes(ways(7)));
}

#[test]
fn a_function_does_not_fall_off_its_end() {
    refused(main("nop"), 0, Rule::FallsOff);
    refused(main("load_true\n jump_if_true b\nb:\n nop"), 6, Rule::FallsOff);
    refused(patched(main("nop"), |main| (main.code, main.lines) = Default::default()), 0, Rule::FallsOff);
}

#[test]
fn scopes_are_balanced() {
    accepted(main("push_frame\n pop_frame\n return"));
    refused(main("pop_frame\n return"), 0, Rule::ScopeToClose);
    refused(main("push_frame\n return"), 1, Rule::ScopesAtReturn { open: 1 });
}

#[test]
fn a_frame_has_a_size() {
    let with = |locals: usize| {
        patched(main("load_int 1\n return_value"), |main| {
            main.locals = (0..locals).map(|index| format!("l{index}")).collect()
        })
    };
    accepted(with(65_534));
    refused(with(65_535), 0, Rule::FrameSize { slots: 65_536 });
}

#[test]
fn lines_are_at_instructions() {
    let wrong = patched(main("load_int 1\n return_value"), |main| main.lines[1].pc = 3);
    let rule = |module| verify::<Isa>(module).unwrap_err().errors()[0].rule.clone();
    assert_eq!(rule(wrong), Rule::Lines);
    let lines = |lines: &[(u32, u32, u32)]| {
        patched(main("nop\n nop\n nop\n return"), |main| {
            main.lines = lines.iter().map(|&(pc, file, line)| Line { pc, file, line }).collect();
        })
    };
    accepted(lines(&[(0, 0, 7), (1, 0, 0), (2, 0, 7)]));
    // Unknown at first, twice the same, an unknown position in a file, no such file.
    for wrong in [&[(0, 0, 0)][..], &[(0, 0, 7), (1, 0, 7)], &[(0, 0, 7), (1, 1, 0)], &[(0, 1, 7)]] {
        assert_eq!(rule(lines(wrong)), Rule::Lines, "{wrong:?}");
    }
}

/// `nop` at 0 to 5, `return` at 6, handlers at 7 and 9.
fn guarded(regions: &[(u32, u32, u32, u32)]) -> Module {
    patched(main("nop\n nop\n nop\n nop\n nop\n nop\n return\n pop\n return\n pop\n return"), |main| {
        let region = |&(start, end, target, height)| Region { start, end, target, height };
        main.regions = regions.iter().map(region).collect();
    })
}

#[test]
fn regions_have_a_shape() {
    accepted(guarded(&[(0, 4, 7, 0), (1, 3, 7, 0), (4, 6, 7, 0)]));
    for (start, end) in [(2, 2), (3, 2), (2, 99), (99, 100)] {
        refused(guarded(&[(start, end, 7, 0)]), start, Rule::RegionBounds { start, end });
    }
    for target in [2, 3, 99] {
        refused(guarded(&[(2, 4, target, 0)]), 2, Rule::RegionTarget { target });
    }
    let nesting = |first, second| Rule::RegionNesting { first, second };
    refused(guarded(&[(0, 3, 7, 0), (2, 4, 7, 0)]), 2, nesting(0, 2));
    refused(guarded(&[(2, 4, 7, 0), (0, 6, 7, 0)]), 0, nesting(2, 0));
    refused(guarded(&[(0, 3, 7, 0), (0, 4, 7, 0)]), 0, nesting(0, 0));
    refused(guarded(&[(0, 3, 7, 0), (0, 3, 7, 0)]), 0, nesting(0, 0));
}

#[test]
fn a_handler_can_count_on_its_height() {
    refused(guarded(&[(1, 3, 7, 1)]), 1, Rule::RegionHeight { height: 1, depth: 0 });
    let pops = "load_int 1\na:\n nop\n pop\n nop\nb:\n return\nh:\n pop\n pop\n return\n.catch a b h 1";
    refused(main(pops), 11, Rule::RegionHeight { height: 1, depth: 0 });
    let calls = "load_int 1\na:\n call one 1\nb:\n return_value\nh:\n pop\n return_value\n.catch a b h 1";
    refused(main(calls), 9, Rule::RegionHeight { height: 1, depth: 0 });
    let raises = "load_int 7\na:\n raise\nb:\nh:\n return_value\n.catch a b h 1";
    refused(main(raises), 9, Rule::RegionHeight { height: 1, depth: 0 });
    accepted(main(&calls.replace("h 1", "h 0").replace("h:\n pop", "h:\n dup\n pop")));
}

#[test]
fn a_region_keeps_its_scopes_and_is_entered_at_its_start() {
    let closes = "push_frame\na:\n pop_frame\n nop\nb:\n return\nh:\n pop\n pop_frame\n return\n.catch a b h 0";
    refused(main(closes), 2, Rule::RegionScopes { expected: 1, found: 0 });
    let inside = "jump m\na:\n nop\nm:\n nop\nb:\n return\nh:\n pop\n return\n.catch a b h 0";
    refused(main(inside), 6, Rule::RegionStart { start: 5 });
    let opens = "a:\n push_frame\n nop\n pop_frame\nb:\n return\nh:\n pop\n return\n.catch a b h 0";
    accepted(main(opens));
}

#[test]
fn the_innermost_handler_is_found() {
    let verified = accepted(guarded(&[(0, 6, 7, 0), (1, 3, 9, 0), (3, 4, 9, 0)]));
    let guards = verified.facts(1).unwrap().regions();
    let targets: Vec<Option<Pc>> = (0..8).map(|pc| guards.at(Pc(pc)).map(|handler| handler.target)).collect();
    let (outer, inner) = (Some(Pc(7)), Some(Pc(9)));
    assert_eq!(targets, [outer, inner, inner, inner, outer, outer, None, None]);
}

#[test]
fn every_function_reports_and_errors_say_where() {
    let errors = verify::<Isa>(module("func a()\n add\nend\nfunc b()\n pop\nend\n")).unwrap_err();
    let expected = "`a` at 0x0 (test.opf:2): stack underflow: 2 values are popped, 0 are there; help: push the values \
                    before the instruction\n`b` at 0x0 (test.opf:5): stack underflow: 1 value is popped, 0 are there; \
                    help: push the values before the instruction";
    assert_eq!(errors.to_string(), expected);
}

#[test]
fn ways_that_differ_are_both_shown() {
    let errors = verify::<Isa>(main("load_true\n jump_if_true b\n load_int 1\nb:\n return")).unwrap_err();
    let expected = "`main` at 0x6 (test.opf:10): unequal depths: 0xf (test.opf:12) is reached with 1 value from here, with 0 \
                    from 0x1 (test.opf:9); help: push or pop on one of the ways";
    assert_eq!(errors.to_string(), expected);
}

/// Linear and without recursion: a million instructions, each the target of a jump.
#[test]
fn long_functions_take_linear_time() {
    let mut code = Vec::new();
    for _ in 0..1_000_000u32 {
        code.push(0x50);
        code.extend((code.len() as u32 + 4).to_le_bytes());
    }
    code.push(0x61);
    let verified = accepted(patched(main("return"), |main| (main.code, main.lines) = (code, Vec::new())));
    assert_eq!(verified.max_depth(1), Some(0));
}

/// The function 0 of that text as a fragment.
fn fragment(text: &str, entry: Entry) -> Result<Verified<Isa>, VerifyErrors> {
    verify_fragment::<Isa>(module(text), 0, entry)
}

#[test]
fn an_exit_is_reached_with_one_depth() {
    let entry = Entry { exits: 1, ..Entry::default() };
    let joined = "func f(n)\n get_slot n\n jump_if_true out\n load_int 3\n pop\nout:\nend\n";
    assert!(fragment(joined, entry).is_ok());
    let errors = fragment(&joined.replace(" pop\n", ""), entry).unwrap_err();
    let Rule::EqualDepth(ways) = &errors.errors()[0].rule else { panic!("{errors}") };
    assert_eq!((ways.at.pc, ways.here, ways.before), (17, 1, 0));
}

#[test]
fn a_fragment_has_no_more_exits_than_can_be_told_apart() {
    let text = "func f()\n nop\nend\n";
    assert!(fragment(text, Entry { exits: 1 << 10, ..Entry::default() }).is_ok());
    for exits in [(1 << 10) + 1, u32::MAX] {
        let errors = fragment(text, Entry { exits, ..Entry::default() }).unwrap_err();
        let rule = Rule::Count { what: "exits", found: exits as usize, most: 1 << 10 };
        assert_eq!(errors.errors()[0].rule, rule);
    }
}

#[test]
fn errors_hold_nothing_that_a_terminal_obeys() {
    let foreign = Module { table_name: "\x1b]0;owned\x07\n".into(), ..Module::default() };
    let text = verify::<Isa>(foreign).unwrap_err().to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
}
