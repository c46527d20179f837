//! What each rewrite and each fusion of the standard set gains: the time of its rows as they are written, and as what they become.
//!
//! usage: `cargo run --release -p opforge-benches --bin gains`

use opforge::standard::Isa;
use opforge_testing::gains;

fn main() {
    println!("| rewrite or fusion | rows, ns | what becomes of them, ns | ratio |");
    println!("| - | -: | -: | -: |");
    let mut unmeasured = Vec::new();
    for gain in gains::<Isa>() {
        match gain {
            Ok(gain) => println!("| {} | {:.2} | {:.2} | {:.2} |", gain.name, gain.before, gain.after, gain.ratio()),
            Err(reason) => unmeasured.push(reason),
        }
    }
    for (name, reason) in unmeasured {
        println!("\n`{name}` is not measured: {reason}");
    }
}
