//! A machine of one's own: the table beside this crate, one handler, and the few lines that embed the generated machine.
//!
//! `cargo run -p calculator -- 3 4 add square` prints `49`.

#![forbid(unsafe_code)]

use opforge::{Fuel, Linker, Machine, Outcome, assemble, verify};

opforge::instruction_set! {
    /// The calculator's machine.
    pub mod calc = "calculator.ron";
}

/// What the handler runs on: the state of the dice.
#[derive(Default)]
struct Dice(u64);

impl calc::Handlers for Dice {
    fn roll(&mut self, _: &mut calc::RollContext<'_>, sides: i64) -> Result<i64, calc::RollTrap> {
        // Knuth's 64-bit linear congruential generator (MMIX); its upper half is even enough for dice.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let points = i64::try_from(self.0 >> 33).unwrap_or(0).checked_rem(sides);
        points.filter(|_| sides > 0).map(|points| points + 1).ok_or(calc::RollTrap::NoSuchDie)
    }
}

/// The machine with its handlers.
type Calc = calc::Isa<Dice>;

/// Computes a line of words: numbers are pushed, everything else is an instruction of the table.
fn compute(words: &[String]) -> Result<String, Box<dyn std::error::Error>> {
    let code: String = words.iter().map(|word| push(word).unwrap_or_else(|| word.clone()) + "\n").collect();
    let module = assemble::<Calc>("input", &format!("func main()\n{code}return_value\nend\n"))?;
    let program = Linker::new().link(verify::<Calc>(module)?)?;
    let mut machine = Machine::new(program, Dice::default());
    machine.start("main", &[])?;
    match machine.run(Fuel::Ticks(1_000)) {
        Outcome::Returned(value) => Ok(value.to_string()),
        Outcome::Trapped(report) => Err(report.to_string().into()),
        other => Err(format!("not computed: {other:?}").into()),
    }
}

/// The instruction that pushes a number, if the word is one.
fn push(word: &str) -> Option<String> {
    let int = word.parse::<i64>().ok().map(|value| format!("load_int {value}"));
    int.or_else(|| word.parse::<f64>().ok().map(|value| format!("load_float {value:?}")))
}

fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match compute(&words) {
        Ok(text) => println!("{text}"),
        Err(error) => {
            eprintln!("{error}");
            return std::process::ExitCode::FAILURE;
        }
    }
    std::process::ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        assert_eq!(compute(&words).expect("computes"), expected);
    }

    #[test]
    fn lines_are_computed() {
        check("3 4 add square", "49");
        check("200 15 percent", "30.0");
        check("1 roll", "1");
    }

    #[test]
    fn mistakes_are_reported() {
        assert!(compute(&["1".into(), "plus".into()]).is_err());
        let trapped = compute(&["0".into(), "roll".into()]).expect_err("traps").to_string();
        assert!(trapped.contains("NoSuchDie"), "{trapped}");
    }

    opforge_testing::check!(Calc);
}
