//! Whatever is done to a module's bytes or a program's text, the answer is an error or a run, never a panic.

use opforge::standard::Isa;
use opforge::{Fuel, Limits, Linker, Machine, Module, Outcome, TrapCode};
use opforge_testing::Programs;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// How many mutants of each kind; together a hundred thousand.
const MUTANTS: u64 = 50_000;

fn rng(seed: u8) -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32])
}

fn below(rng: &mut TestRng, bound: usize) -> usize {
    usize::try_from(rng.next_u64() % bound.max(1) as u64).expect("below a usize")
}

/// Changes, cuts, doubles or moves a few bytes.
fn mutate(rng: &mut TestRng, bytes: &mut Vec<u8>) {
    for _ in 0..=below(rng, 3) {
        let at = below(rng, bytes.len());
        match rng.next_u64() % 6 {
            0 if !bytes.is_empty() => bytes[at] = [0, 1, 0x7f, 0x80, 0xf0, 0xff][below(rng, 6)],
            1 if !bytes.is_empty() => bytes[at] ^= 1 << below(rng, 8),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, rng.next_u64() as u8),
            4 if !bytes.is_empty() => drop(bytes.remove(at)),
            _ => {
                let end = (at + below(rng, 16)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = below(rng, bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
        }
    }
}

/// Verifies the module and, if that goes well, runs its `main` for a while. Says how far it got.
fn run(module: Module) -> Stage {
    let Ok(verified) = opforge::verify::<Isa>(module) else { return Stage::Read };
    let text = opforge::disassemble::<Isa>(verified.module()).expect("what verifies can be printed");
    let again = opforge::assemble::<Isa>("other.opf", &text).expect("what is printed assembles");
    assert_eq!(&again, verified.module(), "{text}");
    let Ok(program) = Linker::new().link(verified) else { return Stage::Verified };
    let mut machine = Machine::new(program, ()).with_limits(Limits { slots: 1_000, frames: 50, ..Limits::default() });
    if machine.start("main", &[]).is_ok() {
        // Verified code never meets what the engine cannot run.
        let outcome = machine.run(Fuel::Ticks(200));
        if let Outcome::Trapped(report) = &outcome {
            assert_ne!(report.code, TrapCode::INVALID_CODE, "{report:?}");
        }
    }
    Stage::Ran
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Refused,
    Read,
    Verified,
    Ran,
}

/// The test is worth nothing if no mutant gets past the reader: each stage must have been reached.
fn assert_spread(reached: &[Stage]) {
    for stage in [Stage::Refused, Stage::Read, Stage::Ran] {
        assert!(reached.contains(&stage), "no mutant got to stage {}", stage as u8);
    }
}

/// Short programs: a change in a long one is seldom in what runs.
fn originals() -> Vec<Module> {
    Programs::<Isa>::new(0).filter(|module| module.to_bytes().len() < 700).take(50).collect()
}

#[test]
fn mutated_modules() {
    let mut rng = rng(1);
    let seeds: Vec<_> = originals().iter().map(Module::to_bytes).collect();
    let reached: Vec<_> = (0..MUTANTS)
        .map(|_| {
            let mut bytes = seeds[below(&mut rng, seeds.len())].clone();
            mutate(&mut rng, &mut bytes);
            Module::from_bytes(&bytes).map_or(Stage::Refused, run)
        })
        .collect();
    assert_spread(&reached);
}

#[test]
fn mutated_programs() {
    let mut rng = rng(2);
    let seeds: Vec<_> =
        originals().iter().map(|module| opforge::disassemble::<Isa>(module).expect("disassembles")).collect();
    let reached: Vec<_> = (0..MUTANTS)
        .map(|_| {
            let mut bytes = seeds[below(&mut rng, seeds.len())].clone().into_bytes();
            mutate(&mut rng, &mut bytes);
            let text = String::from_utf8_lossy(&bytes);
            opforge::assemble::<Isa>("mutant.opf", &text).map_or(Stage::Refused, run)
        })
        .collect();
    assert_spread(&reached);
}
