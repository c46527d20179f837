//! Prints how long it takes and how much memory it needs to assemble, read, verify, lower and run programs of some sizes:
//! `memory [MEGABYTES…]`. Each stage runs in a process of its own, after the stages that it needs, and the peak is that of
//! the process. Needs Linux, which says what the peak was.

use opforge::standard::{Build, Isa};
use opforge::{
    Engine, Fuel, FunctionBuilder, Linker, Machine, Module, ModuleBuilder, Outcome, Program, Verified, assemble, verify,
};
use opforge_benches::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;
use std::{env, fs};

/// The sizes that are measured if none is given. **Units:** millions of bytes.
const SIZES: [usize; 3] = [1, 10, 100];
/// Each stage with what it is called in the table.
const STAGES: [(&str, &str); 6] = [
    ("assemble", "assemble, of text"),
    ("read", "read, of a module"),
    ("verify", "verify"),
    ("lower", "first run, which lowers"),
    ("run", "second run"),
    ("reference", "run on the reference engine"),
];
/// Statements of a function.
const STATEMENTS: usize = 2_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [stage, path] if STAGES.iter().any(|(name, _)| name == stage) => measure(stage, Path::new(path)),
        sizes => sizes
            .iter()
            .map(|size| size.parse())
            .collect::<Result<Vec<usize>, _>>()
            .map_err(Error::from)
            .and_then(|sizes| if sizes.is_empty() { table(&SIZES) } else { table(&sizes) }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}; help: `memory [MEGABYTES…]`");
            ExitCode::FAILURE
        }
    }
}

/// Measures every stage for every size and prints the table.
fn table(sizes: &[usize]) -> Result<(), Error> {
    let folder = env::temp_dir().join(format!("opforge-memory-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = rows(sizes, &folder);
    fs::remove_dir_all(&folder)?;
    let heads: String = sizes.iter().map(|size| format!(" {size} MB |")).collect();
    println!("| |{heads}\n|---|{}", "---:|".repeat(sizes.len()));
    for ((_, what), cells) in STAGES.iter().zip(measured?) {
        println!("| {what} | {} |", cells.join(" | "));
    }
    Ok(())
}

/// For each stage, time and peak for each size.
fn rows(sizes: &[usize], folder: &Path) -> Result<Vec<Vec<String>>, Error> {
    let mut rows = vec![Vec::new(); STAGES.len()];
    for size in sizes {
        let (text, module) = (folder.join("program.opf"), folder.join("program.fzb"));
        fs::write(&text, self::text(size * 1_000_000))?;
        fs::write(&module, self::module(size * 1_000_000)?.to_bytes())?;
        for ((stage, _), row) in STAGES.iter().zip(&mut rows) {
            let path: &PathBuf = if *stage == "assemble" { &text } else { &module };
            let child = Command::new(env::current_exe()?).arg(stage).arg(path).output()?;
            let said = if child.status.success() { child.stdout } else { child.stderr };
            row.push(String::from_utf8(said)?.trim().to_owned());
        }
    }
    Ok(rows)
}

/// Runs the stages up to `stage` and prints how long that one took, and the peak of all.
fn measure(stage: &str, path: &Path) -> Result<(), Error> {
    let bytes = fs::read(path)?;
    let mut begin = Instant::now();
    let mut next = |wanted: &str| {
        let took = begin.elapsed();
        begin = Instant::now();
        (wanted == stage).then_some(took)
    };
    if stage == "assemble" {
        match assemble::<Isa>("program.opf", std::str::from_utf8(&bytes)?) {
            Ok(_) => return print(begin.elapsed()),
            Err(errors) => {
                println!("refused: {}", errors.list().first().map(|error| error.kind.to_string()).unwrap_or_default());
                return Ok(());
            }
        }
    }
    let module = Module::from_bytes(&bytes)?;
    if let Some(took) = next("read") {
        return print(took);
    }
    let verified: Verified<Isa> = verify(module)?;
    if let Some(took) = next("verify") {
        return print(took);
    }
    let (engine, first) = match stage {
        "reference" => (Engine::Reference, "reference"),
        _ => (Engine::default(), "lower"),
    };
    let program = Linker::new().link(verified)?;
    run(&program, engine)?;
    if let Some(took) = next(first) {
        return print(took);
    }
    run(&program, engine)?;
    next("run").map_or(Ok(()), print)
}

fn run(program: &Program<Isa>, engine: Engine) -> Result<(), Error> {
    let mut machine = Machine::new(program.clone(), ()).with_engine(engine);
    machine.start("main", &[])?;
    match machine.run(Fuel::Unlimited) {
        Outcome::Returned(_) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

fn print(took: std::time::Duration) -> Result<(), Error> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    let peak = peak.ok_or("this system does not say how much memory was in use")?;
    println!("{:.2} s, {:.0} MB", took.as_secs_f64(), peak * 1024.0 / 1e6);
    Ok(())
}

/// A text of about that many bytes: functions that `main` calls one after another.
fn text(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 100_000);
    let mut count = 0;
    while text.len() < bytes {
        text += &format!("func f{count}()\n    local a b c\n    load_int 1\n    set_slot b\n");
        for _ in 0..STATEMENTS {
            text += "    get_slot b\n    load_int 12\n    add\n    set_slot c\n";
        }
        text += "    return\nend\n";
        count += 1;
    }
    text += "func main()\n";
    for index in 0..count {
        text += &format!("    call f{index} 0\n    pop\n");
    }
    text + "    return\nend\n"
}

/// A module of about that many bytes, with a line for each statement.
fn module(bytes: usize) -> Result<Module, Error> {
    let mut module = ModuleBuilder::<Isa>::new();
    let (mut written, mut functions) = (0, Vec::new());
    while written < bytes {
        let mut function = FunctionBuilder::<Isa>::new(format!("f{}", functions.len()));
        let [b, c] = ["b", "c"].map(|name| function.local(name));
        function.load_int(1).set_slot(b);
        for line in 1..=STATEMENTS as u32 {
            function.line("program.src", line).get_slot(b).load_int(12).add().set_slot(c);
        }
        function.r#return();
        written += function.pc() + 12 * STATEMENTS;
        functions.push(module.function(function));
    }
    let mut main = FunctionBuilder::<Isa>::new("main");
    for function in functions {
        main.call(function, 0).pop();
    }
    main.r#return();
    module.function(main);
    Ok(module.finish_unverified()?)
}
