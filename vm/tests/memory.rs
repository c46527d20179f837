//! Programs whose host sets no limits and whose memory ends: a trap, not the end of the host.
//!
//! This very test runs again in processes of its own, whose allocator has only so much to give: what is asked for beside that in a
//! way that cannot fail ends the process.

#![allow(unsafe_code, reason = "an allocator is unsafe to implement")]

use memory::Isa;
use opforge::{Engine, Fuel, HostValue, Limits, Linker, Machine, Outcome, Streams};
use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, BufReader, Read};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

opforge::instruction_set! {
    /// The standard set, and more.
    pub mod memory = "tests/memory.ron";
}

/// Gives no more than is left.
struct Bounded;

#[global_allocator]
static ALLOCATOR: Bounded = Bounded;

/// How much is left to be given. **Units:** bytes.
static LEFT: AtomicUsize = AtomicUsize::new(usize::MAX);

impl Bounded {
    fn take(&self, bytes: usize) -> bool {
        LEFT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        let _ = LEFT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| Some(left.saturating_add(bytes)));
    }
}

// SAFETY: the system's allocator does it all, or nothing is given.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        if self.take(layout.size()) { unsafe { System.alloc(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(memory, layout) };
        self.give_back(layout.size());
    }

    // Growing where it stands is the default: allocate, copy, free. That takes most, as it should here.
}

/// Set for a process that runs out of memory: the number of its program, and how much memory it has. **Units:** bytes.
const VARIABLE: &str = "OPFORGE_TEST_MEMORY";

/// How many arguments a function takes that is called where there is little memory left.
const MANY: usize = 60_000;

/// Each wants more of something without end. `NAME` is a long name, `PUSH` pushes [`MANY`] values.
const PROGRAMS: [(&str, &str); 13] = [
    ("frames", "func f()\n call f 0\n return_value\nend"),
    ("slots", "func f()\n local a b c d e g h i j k l m n o p q r s t u v w x y z\n call f 0\n return_value\nend"),
    (
        "scopes",
        "func f()\ntop:\n push_frame\n load_int 1\n call f 0\n pop\n pop\n pop_frame\n load_undef\n return_value\nend",
    ),
    ("globals", "func f()\n push_frame\n load_int 1\n declare_var v\n call f 0\n pop_frame\n return_value\nend"),
    ("a text", "func f()\n load_const \"x\"\ntop:\n dup\n concat\n jump top\nend"),
    ("texts", "func f()\n load_const \"x\"\n load_int 100\n string_repeat\n call f 0\n concat\n return_value\nend"),
    ("short texts", "func f()\n load_int 5\n to_string\n call f 0\n concat\n return_value\nend"),
    (
        "texts for the host",
        "func f()\n load_float 1.5\n to_string\n dup\n call host 1\n pop\n call f 0\n concat\n return_value\nend",
    ),
    ("a line", "func f()\n load_const \"x\"\n load_int 60000\n string_repeat\n pop\n read_line\n return_value\nend"),
    (
        "names",
        "func f()\n call NAME 0\n return_value\nend\nfunc NAME()\n.line \"NAME\" 1\n call NAME 0\n return_value\nend",
    ),
    (
        "arguments",
        "func f()\na:\n call g 0\n return_value\nb:\n return_value\nc:\nPUSH call_many many MANY\n raise\n\
         .catch a b c 0\nend\nfunc g()\n call g 0\n return_value\nend",
    ),
    (
        "arguments for the host",
        "func f()\na:\n call g 0\n return_value\nb:\n return_value\nc:\nPUSH call_many host_many MANY\n raise\n\
         .catch a b c 0\nend\nfunc g()\n call g 0\n return_value\nend",
    ),
    // `large` is first called where there is little memory left, and so often that it is to be lowered.
    (
        "code",
        "func f()\na:\n call g 0\n return_value\nb:\n return_value\nc:\n\
         load_int 10\nd:\n call large 0\n pop\n dec\n dup\n jump_if_true d\n raise\n\
         .catch a b c 0\nend\nfunc g()\n call g 0\n return_value\nend",
    ),
];

/// Runs a program until its memory ends. The trap is caught in the outermost function, by `main`, and by nobody, when that starts
/// `f`.
fn run(number: usize, bytes: usize) {
    // What is printed is neither kept nor buffered anew when there is no memory left.
    println!();
    let (name, f) = PROGRAMS[number];
    let main = "func main()\na:\n call f 0\nb:\n return_value\nc:\n return_value\n.catch a b c 0\nend";
    let large = format!("func large()\n{} load_undef\n return_value\nend", " load_undef\n pop\n".repeat(32_000));
    let params: Vec<String> = (0..MANY).map(|param| format!("p{param}")).collect();
    let many = format!("func many({})\n load_undef\n return_value\nend", params.join(", "));
    let f = f.replace("PUSH", &" load_undef\n".repeat(MANY)).replace("MANY", &MANY.to_string());
    let f = f.replace("NAME", &"n".repeat(300_000));
    let imports = format!("import host/1\nimport host_many/{MANY}");
    let text = format!("{imports}\nglobal v\n{f}\n{large}\n{many}\n{main}");
    let module = opforge::assemble::<Isa>("memory.opf", &text).unwrap_or_else(|errors| panic!("{errors}"));
    let verified = opforge::verify(module).unwrap_or_else(|errors| panic!("{errors}"));
    let linker = Linker::<Isa>::new().host("host", 1, |arguments| match arguments {
        [HostValue::Text(text)] => Ok((text.len() as i64).into()),
        _ => Err("it takes a text".to_owned()),
    });
    let linker = linker.host("host_many", MANY as u16, |arguments| Ok((arguments.len() as i64).into()));
    let program = linker.link(verified).unwrap_or_else(|error| panic!("{error}"));
    for engine in [Engine::FAST, Engine::Reference] {
        let no = usize::MAX;
        let limits = Limits { slots: no, frames: no, heap_bytes: no, object_bytes: no };
        let mut machine = Machine::new(program.clone(), ()).with_engine(engine).with_limits(limits);
        let line = BufReader::new(io::repeat(b'x').take(50_000_000));
        machine = machine.with_streams(Streams::none().with_input(line));
        for function in ["main", "f", "main"] {
            machine.start(function, &[]).expect("it takes nothing");
            LEFT.store(bytes, Ordering::Relaxed);
            let outcome = machine.run(Fuel::Unlimited);
            LEFT.store(usize::MAX, Ordering::Relaxed);
            match (function, outcome) {
                ("main", Outcome::Returned(code)) => println!("{name} {engine:?}: caught {code}"),
                ("f", Outcome::Trapped(report)) => println!("{name} {engine:?}: {report}"),
                (_, other) => panic!("{name} {engine:?} {function}: {other:?}"),
            }
        }
        // The machine is as good as before.
        let stats = machine.stats();
        assert!(stats.most_frames > 100 || stats.most_heap_bytes > 50_000, "{stats:?}");
        machine.start("main", &[]).expect("`main` takes nothing");
        assert!(matches!(machine.run(Fuel::Ticks(100)), Outcome::OutOfFuel));
    }
}

#[test]
fn memory_that_ends_is_a_trap_whatever_the_limits() {
    if let Ok(words) = std::env::var(VARIABLE) {
        let (number, bytes) = words.split_once(' ').expect("two numbers");
        return run(number.parse().expect("a number"), bytes.parse().expect("a number"));
    }
    let this = std::env::current_exe().expect("a test has a file");
    for number in 0..PROGRAMS.len() {
        // It ends at another place each time.
        for bytes in [3_500_000, 4_123_456] {
            let mut command = Command::new(&this);
            command.args(["--nocapture", "--exact", "memory_that_ends_is_a_trap_whatever_the_limits"]);
            let output = command.env(VARIABLE, format!("{number} {bytes}")).output().expect("it can be started");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert!(output.status.success(), "{bytes}\n{}\n{}", text(&output.stdout), text(&output.stderr));
        }
    }
}
