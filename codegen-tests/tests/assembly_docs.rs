//! The programs that `docs/assembly.md` shows.

use opforge::standard::Isa;
use opforge::{Capture, Fuel, HostValue, Linker, Lowering, Machine, Module, Outcome, Streams, Verified};

const PAGE: &str = include_str!("../../docs/assembly.md");

/// The block under that heading which has those words.
#[track_caller]
fn block(heading: &str, words: &str) -> &'static str {
    let (_, section) = PAGE.split_once(heading).expect("the heading");
    let section = section.split("\n## ").next().expect("a section");
    let mut blocks = section.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.find(|block| block.contains(words)).expect("the block")
}

fn verified(text: &str) -> Verified<Isa> {
    let assembled: Result<Module, _> = opforge::assemble::<Isa>("assembly.md", text);
    opforge::verify::<Isa>(assembled.expect("assembles")).expect("well-formed")
}

/// What the program under that heading returns and prints.
#[track_caller]
fn check(heading: &str, arguments: &[HostValue], returned: Outcome, printed: &str) {
    // The reference engine of a test build takes a while for as many calls as the page makes.
    let verified = verified(&block(heading, "func main(").replace("load_int 30", "load_int 12"));
    let output = Capture::new();
    let program = Linker::new().link(verified).expect("links");
    let mut machine = Machine::new(program, ()).with_streams(Streams::none().with_output(output.clone()));
    machine.start("main", arguments).expect("starts");
    assert_eq!((machine.run(Fuel::Ticks(10_000)), output.text().as_str()), (returned, printed));
}

#[test]
fn fibonacci() {
    check("# The assembly language", &[], Outcome::Returned(HostValue::Nil), "144\n");
}

#[test]
fn register_form() {
    check("## Register form", &[10.into()], Outcome::Returned(45.into()), "");
}

#[test]
fn handlers() {
    check("## Handlers of errors", &[], Outcome::Returned(HostValue::Nil), "2\n");
}

#[test]
fn slot_form() {
    let shown = block("## The program", "func sum(");
    let verified = verified(shown);
    let lines = opforge::slot_lines(&verified, 0, Lowering::Fused).expect("lowers");
    let states = verified.stack_states(0).expect("a function");
    let beside = |pc: u32| lines.iter().filter(move |line| line.pc == pc).map(|line| line.text.as_str());
    let made: Vec<String> = states
        .map(|state| beside(state.pc).fold(format!("{:#06x}", state.pc), |all, text| format!("{all}  {text}")))
        .collect();
    let shown: Vec<&str> = shown.lines().filter_map(|line| line.split_once("; ")).map(|(_, comment)| comment).collect();
    assert_eq!(shown, made);
}
