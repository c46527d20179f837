//! Reading: over slices, engines and machines, and from inputs that wait, fail or never end.

use super::*;
use crate::inspect;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};

const ENGINES: [Engine; 3] = [Engine::Reference, Engine::FAST, Engine::Fast(crate::slots::Lowering::Unfolded)];

/// Reads two lines, and returns the second behind the first.
const READS: &str =
    "func main()\na:\n read_line\n read_line\nb:\n concat\n return_value\nc:\n return_value\n.catch a b c 0\nend";

fn reading(engine: Engine, input: impl BufRead + Send + 'static) -> Machine<Isa> {
    let mut machine = machine(READS).with_engine(engine).with_streams(Streams::none().with_input(input));
    machine.start("main", &[]).unwrap();
    machine
}

fn code(code: TrapCode) -> Outcome {
    Outcome::Returned(i64::from(code.0).into())
}

#[test]
fn a_line_is_paid_by_its_size_before_the_program_gets_it() {
    let lines = format!("{}\r\n{}", "a".repeat(2_000), "b".repeat(5_000));
    let expected = lines.replace("\r\n", "");
    // 1 and one for each KiB: entering, 2, 5, and 1 + 6 for `concat`.
    let total = 1 + 2 + 5 + 7;
    let mut all = Vec::new();
    for engine in ENGINES {
        for step in [1, 2, 100] {
            let mut machine = reading(engine, io::Cursor::new(lines.clone()));
            let mut seen = Vec::new();
            let outcome = loop {
                match machine.run(Fuel::Ticks(step)) {
                    Outcome::OutOfFuel => seen.push(inspect::snapshot(&machine)),
                    outcome => break outcome,
                }
            };
            assert_eq!((outcome, machine.ticks()), (Outcome::Returned(expected.as_str().into()), total));
            all.push(seen);
        }
    }
    let (first, others) = all.split_at(3);
    assert!(others.chunks(3).all(|other| other == first), "the engines stop at other places");
}

#[test]
fn what_was_read_and_not_paid_goes_along_to_another_machine() {
    let first = "x".repeat(3_000);
    for (from, to) in ENGINES.into_iter().flat_map(|from| ENGINES.map(|to| (from, to))) {
        let mut machine = reading(from, io::Cursor::new(format!("{first}\nsecond\n")));
        // One tick to enter, and one of the three for the line.
        assert_eq!(machine.run(Fuel::Ticks(2)), Outcome::OutOfFuel);
        let snapshot = inspect::snapshot(&machine);
        assert!(snapshot.line.whole && snapshot.begun.paid == 1);
        let mut other = reading(to, &b"other\n"[..]);
        inspect::restore(&mut other, &snapshot).unwrap();
        assert_eq!(other.run(Fuel::Unlimited), Outcome::Returned(format!("{first}other").into()));
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(format!("{first}second").into()));
    }
}

#[test]
fn without_input_or_where_it_fails_a_trap_says_so() {
    for engine in ENGINES {
        let mut machine = machine(READS).with_engine(engine);
        machine.start("main", &[]).unwrap();
        assert_eq!(machine.run(Fuel::Unlimited), code(TrapCode::NO_INPUT));
        assert_eq!(reading(engine, &b"a\n\xff\xfe\n"[..]).run(Fuel::Unlimited), code(TrapCode::INPUT_FAILED));
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        assert_eq!(reading(engine, BufReader::new(Broken)).run(Fuel::Unlimited), code(TrapCode::INPUT_FAILED));
        // The end of the input is nil, which `concat` does not take; that is not caught.
        let outcome = reading(engine, &b"a"[..]).run(Fuel::Unlimited);
        assert!(matches!(&outcome, Outcome::Trapped(report) if report.code == TrapCode::TYPE_MISMATCH), "{outcome:?}");
    }
}

#[test]
fn a_line_that_never_ends_meets_the_limit_of_a_text() {
    for engine in ENGINES {
        let limits = Limits { object_bytes: 100_000, ..Limits::default() };
        let mut machine = reading(engine, BufReader::new(io::repeat(b'x'))).with_limits(limits);
        assert_eq!(machine.run(Fuel::Unlimited), code(TrapCode::OUT_OF_MEMORY));
        // No more is read than may be kept at all.
        let limits = Limits { heap_bytes: 1_096, ..Limits::default() };
        let mut machine = reading(engine, BufReader::new(io::repeat(b'x'))).with_limits(limits);
        assert_eq!(machine.run(Fuel::Unlimited), code(TrapCode::OUT_OF_MEMORY));
        // What finds no room beside the first line is still there to be read.
        let limits = Limits { heap_bytes: 200, ..Limits::default() };
        let mut machine = reading(engine, &b"12345\n67890\n"[..]).with_limits(limits);
        assert_eq!(machine.run(Fuel::Unlimited), code(TrapCode::OUT_OF_MEMORY));
        assert_eq!(inspect::snapshot(&machine).line, inspect::Line { bytes: b"67890\n".to_vec(), whole: true });
    }
}

#[test]
fn who_waits_for_input_can_be_interrupted_and_goes_on() {
    /// Gives a byte after each time that it has none.
    struct Waits {
        text: &'static [u8],
        ready: bool,
        handle: Option<InterruptHandle>,
    }
    impl Read for Waits {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.ready = !self.ready;
            match (self.ready, self.text.split_first()) {
                (true, _) => {
                    if let Some(handle) = self.handle.take_if(|_| self.text.len() == 3) {
                        handle.interrupt();
                    }
                    Err(ErrorKind::Interrupted.into())
                }
                (false, Some((first, rest))) => {
                    bytes[0] = *first;
                    self.text = rest;
                    Ok(1)
                }
                (false, None) => Ok(0),
            }
        }
    }
    for engine in ENGINES {
        let mut machine = machine(READS).with_engine(engine);
        let handle = machine.interrupt_handle();
        let input = Waits { text: b"ab\ncd", ready: false, handle: Some(handle) };
        machine = machine.with_streams(Streams::none().with_input(BufReader::new(input)));
        machine.start("main", &[]).unwrap();
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Interrupted);
        assert_eq!(inspect::snapshot(&machine).line.bytes, b"ab");
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned("abcd".into()));
    }
}

#[test]
fn a_question_is_seen_before_its_answer_is_read() {
    struct Asked(Capture);
    impl Read for Asked {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.0.text().as_bytes().read(bytes)
        }
    }
    let output = Capture::new();
    let buffered = io::BufWriter::new(output.clone());
    let streams = Streams::none().with_output(buffered).with_input(BufReader::new(Asked(output.clone())));
    let text = "func main()\n load_const \"what?\\n\"\n print 1\n read_line\n return_value\nend";
    let mut machine = machine(text).with_streams(streams);
    machine.start("main", &[]).unwrap();
    assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned("what?".into()));
}
