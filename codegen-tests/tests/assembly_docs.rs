//! The programs that `docs/assembly.md` shows.

use opforge::standard::Isa;
use opforge::{Capture, Fuel, HostValue, Linker, Machine, Module, Outcome, Streams};

const PAGE: &str = include_str!("../../docs/assembly.md");

/// What the program under that heading returns and prints.
#[track_caller]
fn check(heading: &str, arguments: &[HostValue], returned: Outcome, printed: &str) {
    let (_, section) = PAGE.split_once(heading).expect("the heading");
    let section = section.split("\n## ").next().expect("a section");
    let blocks: Vec<&str> = section.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let text = blocks.iter().find(|block| block.contains("func main(")).expect("a program");
    // The reference engine of a test build takes a while for as many calls as the page makes.
    let text = text.replace("load_int 30", "load_int 12");
    let assembled: Result<Module, _> = opforge::assemble::<Isa>("assembly.md", &text);
    let verified = opforge::verify::<Isa>(assembled.expect("assembles")).expect("well-formed");
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
