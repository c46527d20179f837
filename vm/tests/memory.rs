//! A program whose host sets no limits and whose memory ends: a trap, not the end of the host.
//!
//! Memory that ends is had by running this very test again in a process that may have little of it.

#![cfg(target_os = "linux")]

use opforge::{Engine, Fuel, Limits, Linker, Machine, Outcome, standard};
use std::process::Command;

/// Set for the process that runs out of memory, to the number of its program.
const VARIABLE: &str = "OPFORGE_TEST_MEMORY";
/// What that process may have. **Units:** KiB of addresses.
const KIB: &str = "40000";

/// Each wants more of something without end, and catches the trap in its outermost function.
const PROGRAMS: [(&str, &str); 4] = [
    ("frames", "func f()\n call f 0\n return_value\nend"),
    ("slots", "func f()\n local a b c d e g h i j k l m n o p q r s t u v w x y z\n call f 0\n return_value\nend"),
    (
        "scopes",
        "func f()\ntop:\n push_frame\n load_int 1\n call f 0\n pop\n pop\n pop_frame\n load_undef\n return_value\nend",
    ),
    ("a text", "func f()\n load_const \"x\"\ntop:\n dup\n concat\n jump top\nend"),
];

fn run(program: usize) {
    // What is printed is neither kept nor buffered anew when there is no memory left.
    println!();
    let (name, f) = PROGRAMS[program];
    let main = "func main()\na:\n call f 0\nb:\n return_value\nc:\n return_value\n.catch a b c 0\nend";
    let module = opforge::assemble::<standard::Isa>("memory.opf", &format!("global v\n{f}\n{main}"));
    let module = module.unwrap_or_else(|errors| panic!("{errors}"));
    let verified = opforge::verify(module).unwrap_or_else(|errors| panic!("{errors}"));
    let program = Linker::<standard::Isa>::new().link(verified).expect("nothing is imported");
    for engine in [Engine::FAST, Engine::Reference] {
        let no = usize::MAX;
        let limits = Limits { slots: no, frames: no, heap_bytes: no, object_bytes: no };
        let mut machine = Machine::new(program.clone(), ()).with_engine(engine).with_limits(limits);
        machine.start("main", &[]).expect("`main` takes nothing");
        match machine.run(Fuel::Unlimited) {
            Outcome::Returned(code) => println!("{name} {engine:?}: caught {code}, {:?}", machine.stats()),
            other => panic!("{name} {engine:?}: {other:?}"),
        }
        // The machine is as good as before.
        let stats = machine.stats();
        assert!(stats.most_frames > 10_000 || stats.most_heap_bytes > 1_000_000, "{stats:?}");
        machine.start("main", &[]).expect("`main` takes nothing");
        assert!(matches!(machine.run(Fuel::Ticks(100)), Outcome::OutOfFuel));
    }
}

#[test]
fn memory_that_ends_is_a_trap_whatever_the_limits() {
    if let Ok(program) = std::env::var(VARIABLE) {
        return run(program.parse().expect("a number"));
    }
    let this = std::env::current_exe().expect("a test has a file");
    for number in 0..PROGRAMS.len() {
        let script = format!(
            "ulimit -v {KIB} && exec \"$0\" --nocapture --exact memory_that_ends_is_a_trap_whatever_the_limits"
        );
        let output = Command::new("sh").args(["-c", &script]).arg(&this).env(VARIABLE, number.to_string()).output();
        let output = output.expect("there is a shell");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    }
}
