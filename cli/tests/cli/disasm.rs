//! `opforge disasm --slots` and `--stack`: what is known of each instruction, beside it.

use crate::common::{check, opforge};
use std::fs;

/// A loop, a call and code that nothing reaches.
const PROGRAM: &str = "\
import twice/1
func main(n)
    local i s
    load_int i, 0
    load_int s, 0
top:
    get_slot i
    get_slot n
    num_lt
    jump_if_false done
    add s, s, i
    add i, i, 1
    jump top
done:
    load_const \"sum; of\"
    get_slot s
    call twice 1
    print_ln 2
    return
    load_true
    return_value
end
";

#[track_caller]
fn shows(arguments: &[&str], text: &str, expected: &str) {
    let mut all = vec!["disasm", "-"];
    all.extend(arguments);
    check(&opforge(&all, text), 0, expected, &[]);
}

#[test]
fn slot_form_stands_beside_what_it_comes_from() {
    let expected = "\
import twice/1

func main(n)
    local i s
    load_int 0            ; 0x0000
    set_slot i            ; 0x0009  load i, 0
    load_int 0            ; 0x000c
    set_slot s            ; 0x0015  load s, 0
L1:
    get_slot i            ; 0x0018
    get_slot n            ; 0x001b
    num_lt                ; 0x001e  counted_sum_of_int_but_one i, n, @0x0043, s
    jump_if_false L2      ; 0x001f
    get_slot s            ; 0x0024
    get_slot i            ; 0x0027
    add                   ; 0x002a
    set_slot s            ; 0x002b
    get_slot i            ; 0x002e
    load_int 1            ; 0x0031
    add                   ; 0x003a
    set_slot i            ; 0x003b
    jump L1               ; 0x003e
L2:
    load_const \"sum; of\"  ; 0x0043
    get_slot s            ; 0x0046
    call twice 1          ; 0x0049  load_pool s0, \"sum; of\"
                          ;         move s1, s
                          ;         call s1…, twice, 1
    print_ln 2            ; 0x004d  print_ln s0…, 2
    return                ; 0x004f  return
    load_true             ; 0x0050
    return_value          ; 0x0051
end
";
    shows(&["--slots"], PROGRAM, expected);
}

#[test]
fn without_fusion_and_folding_more_stands_there() {
    let text = "func f(a)\n get_slot a\n load_int 1\n add\n set_slot a\n get_slot a\n jump_if_false no\n load_true\n return_value\nno:\n return\nend\n";
    let unfused = "\
func f(a)
    get_slot a        ; 0x0000
    load_int 1        ; 0x0003
    add               ; 0x000c  add_int a, a, 1
    set_slot a        ; 0x000d
    get_slot a        ; 0x0010
    jump_if_false L1  ; 0x0013  jump_if_false a, @0x001a
    load_true         ; 0x0018
    return_value      ; 0x0019  load s0, true
                      ;         return_value s0
L1:
    return            ; 0x001a  return
end
";
    shows(&["--slots", "--no-fuse"], text, unfused);
    let unfolded = "\
func f(a)
    get_slot a        ; 0x0000  move s0, a
    load_int 1        ; 0x0003  load s1, 1
    add               ; 0x000c  add s0, s0, s1
    set_slot a        ; 0x000d  move a, s0
    get_slot a        ; 0x0010  move s0, a
    jump_if_false L1  ; 0x0013  jump_if_false s0, @0x001a
    load_true         ; 0x0018  load s0, true
    return_value      ; 0x0019  return_value s0
L1:
    return            ; 0x001a  return
end
";
    shows(&["--slots", "--no-fold"], text, unfolded);
}

#[test]
fn whole_loops_are_fused_unless_told_otherwise() {
    let loops = opforge(&["disasm", "--slots", "-"], PROGRAM).out;
    let none = opforge(&["disasm", "--slots", "--no-fuse-loops", "-"], PROGRAM).out;
    assert!(loops.contains("counted_sum_of_int_but_one i, n, @"), "{loops}");
    assert!(!none.contains("counted_sum") && none.contains("jump_if_not_lt_of_int_but_one i, n, @"), "{none}");
}

#[test]
fn the_stack_is_shown_with_types_bottom_first() {
    let expected = "\
import twice/1

func main(n)
    local i s
    load_int 0            ; 0x0000  0
    set_slot i            ; 0x0009  1: Int
    load_int 0            ; 0x000c  0
    set_slot s            ; 0x0015  1: Int
L1:
    get_slot i            ; 0x0018  0
    get_slot n            ; 0x001b  1: Any
    num_lt                ; 0x001e  2: Any Any
    jump_if_false L2      ; 0x001f  1: Bool
    get_slot s            ; 0x0024  0
    get_slot i            ; 0x0027  1: Any
    add                   ; 0x002a  2: Any Any
    set_slot s            ; 0x002b  1: Num
    get_slot i            ; 0x002e  0
    load_int 1            ; 0x0031  1: Any
    add                   ; 0x003a  2: Any Int
    set_slot i            ; 0x003b  1: Num
    jump L1               ; 0x003e  0
L2:
    load_const \"sum; of\"  ; 0x0043  0
    get_slot s            ; 0x0046  1: Str
    call twice 1          ; 0x0049  2: Str Any
    print_ln 2            ; 0x004d  2: Str Any
    return                ; 0x004f  0
    load_true             ; 0x0050  unreachable
    return_value          ; 0x0051  unreachable
end
";
    shows(&["--stack"], PROGRAM, expected);
}

#[test]
fn both_columns_and_deep_stacks() {
    let text = format!("func f()\n{} get_slot 0\n print_ln 21\n return\nend\n", " load_int 7\n".repeat(20))
        .replace("func f()", "func f(x)");
    let shown = opforge(&["disasm", "--slots", "--stack", "-"], &text).out;
    let last = shown.lines().find(|line| line.contains("print_ln 21  ;")).unwrap_or_else(|| panic!("{shown}"));
    let types = format!("21: …{} Any", " Int".repeat(15));
    assert!(last.contains(&types), "{shown}");
    assert_eq!(shown.lines().filter(|line| line.contains("|")).count(), 20 + 1 + 1 + 1, "{shown}");
    assert!(shown.lines().all(|line| line.trim_end() == line), "{shown}");
}

#[test]
fn what_is_shown_is_assembly_of_the_same_instructions() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (shown, one, two) = (path("shown.opf"), path("one.fzb"), path("two.fzb"));
    for program in ["exceptions", "gcd", "scopes"] {
        let source = format!("examples/programs/{program}.opf");
        check(&opforge(&["disasm", "--slots", "--stack", &source, "-o", &shown], ""), 0, "", &[]);
        check(&opforge(&["asm", "--strip", &shown, "-o", &one], ""), 0, "", &[]);
        check(&opforge(&["asm", "--strip", &source, "-o", &two], ""), 0, "", &[]);
        assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap(), "{program}");
        // A module shows the same as its assembly.
        let of_module = opforge(&["disasm", "--slots", "--stack", &two], "").out;
        let shown = fs::read_to_string(&shown).unwrap();
        let (mark, rest) = shown.split_once('\n').unwrap();
        assert!(mark.starts_with("; Made by `opforge disasm`"), "{mark}");
        assert_eq!(rest, of_module, "{program}");
    }
}

#[test]
fn edited_assembly_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shown.opf");
    let command = ["disasm", "-", "-o", path.to_str().unwrap()];
    // As it was printed, it is replaced.
    check(&opforge(&command, PROGRAM), 0, "", &[]);
    check(&opforge(&command, PROGRAM), 0, "", &[]);
    let printed = fs::read_to_string(&path).unwrap();
    for edited in
        [format!("{printed}; mine\n"), printed.replacen("main", "mine", 1), printed[..printed.len() - 1].to_owned()]
    {
        fs::write(&path, &edited).unwrap();
        check(&opforge(&command, PROGRAM), 1, "", &["not as `opforge disasm` printed it", "--force"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), edited);
    }
}

#[test]
fn json_in_a_file_is_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("listing.json");
    let file = path.to_str().unwrap();
    let command = ["disasm", "--stack", "--json", "-", "-o", file];
    let shown = opforge(&["disasm", "--stack", "--json", "-"], PROGRAM).out;
    // The second time it replaces its own.
    for _ in 0..2 {
        check(&opforge(&command, PROGRAM), 0, "", &[]);
        assert_eq!(fs::read_to_string(&path).unwrap(), shown);
    }
    for other in ["{\"file\":\"mine\"}", "; Made by `opforge disasm`.\n"] {
        fs::write(&path, other).unwrap();
        check(&opforge(&command, PROGRAM), 1, "", &["is there already", "--force"]);
        assert_eq!(fs::read_to_string(&path).unwrap(), other);
    }
}

#[test]
fn json_has_an_object_for_each_instruction() {
    let ran = opforge(&["disasm", "--slots", "--stack", "--json", "-"], PROGRAM);
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let function = &value["functions"][0];
    assert_eq!((&function["name"], &function["has_slot_form"]), (&"main".into(), &true.into()), "{value}");
    let instructions = function["instructions"].as_array().unwrap();
    assert_eq!(instructions.len(), 24, "{value}");
    let print = instructions.iter().find(|instruction| instruction["text"] == "print_ln 2").unwrap();
    assert_eq!(print["depth"], 2);
    assert_eq!(print["types"], serde_json::json!(["Str", "Any"]));
    assert_eq!(print["slots"][0]["text"], "print_ln s0…, 2");
    let unreachable = instructions.last().unwrap();
    assert_eq!((&unreachable["depth"], &unreachable["slots"]), (&().into(), &serde_json::json!([])));
    let stack = opforge(&["disasm", "--stack", "--json", "-"], PROGRAM);
    assert!(!stack.out.contains("slots") && stack.out.contains("types"), "{stack:#?}");
}

#[test]
fn options_that_change_nothing_are_refused() {
    for (arguments, error) in [
        (&["--json"][..], "`--json` is for what `--slots` and `--stack` show"),
        (&["--no-fuse"], "`--no-fuse` changes only what `--slots` shows"),
        (&["--stack", "--no-fold"], "`--no-fold` changes only what `--slots` shows"),
    ] {
        let mut all = vec!["disasm", "-"];
        all.extend(arguments);
        check(&opforge(&all, "func main()\n return\nend\n"), 2, "", &[error, "help"]);
    }
}

#[test]
fn what_does_not_verify_has_no_slot_form() {
    let text = "func main()\n add\n return\nend\n";
    check(&opforge(&["disasm", "--slots", "-"], text), 1, "", &["`<stdin>`, function `main` at 0x0000", "help"]);
    assert_eq!(opforge(&["disasm", "-"], text).code, Some(0));
}

/// What stands beside the instructions is many times as large as they are: it is written as it is found.
#[cfg(target_os = "linux")]
#[test]
fn listings_take_little_memory() {
    let mut text = String::from("func main()\n load_int 1\n");
    for block in 0..500 {
        let (deeper, back) = (" dup\n".repeat(30), " pop\n".repeat(30));
        text.push_str(&format!("{deeper} jump l{block}\nl{block}:\n{back}"));
    }
    text.push_str(" return_value\nend\n");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let module = path("deep.fzb");
    check(&opforge(&["asm", "--strip", "-", "-o", &module], &text), 0, "", &[]);
    for options in ["--stack --json", "--slots --stack"] {
        // For a module of 32 KiB; the program itself takes some 15 MiB of addresses.
        let script = format!("ulimit -v 40000 && exec \"$0\" disasm {options} \"$1\" -o \"$2\"");
        let mut command = std::process::Command::new("sh");
        let output = command.args(["-c", &script, env!("CARGO_BIN_EXE_opforge"), &module, &path(options)]).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{options}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
