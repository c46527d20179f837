use super::*;
use crate::Module;
use crate::testing::Programs;
use crate::{Engine, Lowering};

fn machine(module: &Module, engine: Engine) -> (Machine<Isa>, Capture) {
    let verified = verify::<Isa>(module.clone()).expect("it verifies");
    let output = Capture::new();
    let streams = Streams::none().with_output(output.clone());
    let program = Linker::new().link(verified).expect("it links");
    let mut machine = Machine::new(program, ()).with_streams(streams).with_engine(engine);
    machine.start("main", &[]).expect("it starts");
    (machine, output)
}

#[test]
fn engines_agree() {
    let engines = [Engine::Fast(Lowering::FULL), Engine::Fast(Lowering::UNFUSED), Engine::Fast(Lowering::UNFOLDED)];
    let count = std::env::var("COUNT").ok().and_then(|c| c.parse().ok()).unwrap_or(500u64);
    for seed in 0..count {
        let module = Programs::<Isa>::new(seed).next_module();
        let (mut reference, printed) = machine(&module, Engine::Reference);
        let outcome = reference.run(Fuel::Ticks(300));
        for engine in engines {
            let (mut fast, text) = machine(&module, engine);
            let other = fast.run(Fuel::Ticks(300));
            let stats = |m: &Machine<Isa>| (m.stats().ticks, m.stats().most_slots, m.stats().most_frames);
            let same = other == outcome
                && text.text() == printed.text()
                && stats(&fast) == stats(&reference)
                && fast.main_globals() == reference.main_globals();
            if !same {
                println!("{}", crate::disassemble::<Isa>(&module).unwrap());
                println!("reference {outcome:?} {:?}\n{engine:?} {other:?} {:?}", stats(&reference), stats(&fast));
                panic!("seed {seed}");
            }
            // Cut at every tick.
            let (mut a, _) = machine(&module, Engine::Reference);
            let (mut b, _) = machine(&module, engine);
            for tick in 0..300 {
                let (x, y) = (a.run(Fuel::Ticks(1)), b.run(Fuel::Ticks(1)));
                if x != y
                    || a.innermost() != b.innermost()
                    || a.main_globals() != b.main_globals()
                    || a.innermost_position() != b.innermost_position()
                {
                    println!("{}", crate::disassemble::<Isa>(&module).unwrap());
                    println!(
                        "tick {tick} {x:?} {:?} {:?}\n{engine:?} {y:?} {:?} {:?}",
                        a.innermost_position(),
                        a.innermost(),
                        b.innermost_position(),
                        b.innermost()
                    );
                    panic!("seed {seed}");
                }
                if x != Outcome::OutOfFuel {
                    break;
                }
            }
        }
    }
}
