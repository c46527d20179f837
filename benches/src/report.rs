//! What criterion wrote down, as tables.

use crate::{Contender, Error, Kernel};
use std::fmt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// What was measured of one contender on one kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The median of a call, as if it had the size of the others' calls. **Units:** nanoseconds.
    pub nanoseconds: f64,
    /// Half the width of the median's 95 % confidence interval, as a part of the median.
    pub spread: f64,
}

/// What was measured, and which of it is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// A row for each contender, a column for each kernel.
    pub rows: Vec<(Contender, [Option<Measured>; Kernel::ALL.len()])>,
    /// How far apart the oldest and the newest result are.
    pub age: Duration,
}

impl Report {
    /// Reads the results in criterion's folder.
    ///
    /// # Errors
    /// A result that cannot be read; one that is missing is no error.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let mut times: Vec<SystemTime> = Vec::new();
        let mut rows = Vec::new();
        for contender in Contender::ALL {
            let mut row = [None; Kernel::ALL.len()];
            for (place, kernel) in row.iter_mut().zip(Kernel::ALL) {
                let file = folder.join(kernel.name()).join(contender.name()).join("new/estimates.json");
                if file.exists() {
                    times.push(std::fs::metadata(&file)?.modified()?);
                    let text = std::fs::read_to_string(&file)?;
                    let measured = parse(&text).map_err(|error| format!("{}: {error}", file.display()))?;
                    *place = Some(scaled(measured, contender, kernel));
                }
            }
            rows.push((contender, row));
        }
        let age = match (times.iter().min(), times.iter().max()) {
            (Some(oldest), Some(newest)) => newest.duration_since(*oldest)?,
            _ => Duration::ZERO,
        };
        Ok(Self { rows, age })
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(|(_, row)| row.iter().all(Option::is_none))
    }

    /// The time of idiomatic Lua on each kernel.
    fn lua(&self) -> [Option<Measured>; Kernel::ALL.len()] {
        let lua = self.rows.iter().find(|(contender, _)| *contender == Contender::Lua);
        lua.map_or([None; Kernel::ALL.len()], |(_, row)| *row)
    }
}

/// Reads what criterion says of one benchmark.
fn parse(text: &str) -> Result<Measured, Error> {
    let estimates: serde_json::Value = serde_json::from_str(text)?;
    let number = |path: &str| {
        let value = estimates.pointer(path).and_then(serde_json::Value::as_f64);
        value.filter(|value| *value > 0.0).ok_or_else(|| format!("no time at `{path}`"))
    };
    let nanoseconds = number("/median/point_estimate")?;
    let width = number("/median/confidence_interval/upper_bound")? - number("/median/confidence_interval/lower_bound")?;
    Ok(Measured { nanoseconds, spread: width / 2.0 / nanoseconds })
}

/// What it would have taken at the size that the others were measured at: as much more as there is more to do.
fn scaled(measured: Measured, contender: Contender, kernel: Kernel) -> Measured {
    let [given, full] = [contender.size(kernel), kernel.size()];
    if given == full {
        return measured;
    }
    let factor = kernel.work(full) as f64 / kernel.work(given) as f64;
    Measured { nanoseconds: measured.nanoseconds * factor, ..measured }
}

/// Two Markdown tables: times, and how many times as fast as Lua.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        header(f, "median of a call, in ms")?;
        for (contender, row) in &self.rows {
            let time = |measured: &Measured| {
                let milliseconds = measured.nanoseconds / 1e6;
                format!("{milliseconds:.2} ± {:.1} %", measured.spread * 100.0)
            };
            line(f, *contender, row.iter().map(|cell| cell.as_ref().map(time)))?;
        }
        f.write_str("\n")?;
        header(f, "times as fast as Lua 5.4")?;
        let lua = self.lua();
        for (contender, row) in &self.rows {
            let ratio = |lua: Option<Measured>, one: Option<Measured>| {
                Some(format!("{:.2}", lua?.nanoseconds / one?.nanoseconds))
            };
            line(f, *contender, lua.iter().zip(row).map(|(lua, one)| ratio(*lua, *one)))?;
        }
        Ok(())
    }
}

fn header(f: &mut fmt::Formatter<'_>, what: &str) -> fmt::Result {
    write!(f, "| {what} |")?;
    for kernel in Kernel::ALL {
        write!(f, " `{}` {} |", kernel.name(), kernel.size())?;
    }
    writeln!(f, "\n|---|{}", "---:|".repeat(Kernel::ALL.len()))
}

fn line(f: &mut fmt::Formatter<'_>, contender: Contender, cells: impl Iterator<Item = Option<String>>) -> fmt::Result {
    write!(f, "| `{}` |", contender.name())?;
    for cell in cells {
        write!(f, " {} |", cell.as_deref().unwrap_or(""))?;
    }
    f.write_str("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESTIMATES: &str = r#"{"mean": {"point_estimate": 9.0}, "median": {"confidence_interval":
        {"confidence_level": 0.95, "lower_bound": 39000000.0, "upper_bound": 41000000.0}, "point_estimate": 40000000.0}}"#;

    #[test]
    fn estimates_are_read() {
        assert_eq!(parse(ESTIMATES).unwrap(), Measured { nanoseconds: 40e6, spread: 0.025 });
        assert!(parse("{").is_err());
        assert_eq!(parse(r#"{"median": {}}"#).unwrap_err().to_string(), "no time at `/median/point_estimate`");
    }

    #[test]
    fn smaller_runs_are_scaled_by_their_work() {
        let measured = Measured { nanoseconds: 1e6, spread: 0.01 };
        let reference = Contender::Opforge(opforge::Engine::Reference);
        assert_eq!(scaled(measured, reference, Kernel::Sum), Measured { nanoseconds: 50e6, spread: 0.01 });
        assert_eq!(scaled(measured, Contender::Lua, Kernel::Sum), measured);
        assert_eq!((Kernel::Fib.work(1), Kernel::Fib.work(5)), (1, 15));
    }

    #[test]
    fn tables_have_times_and_ratios() {
        let measured = |nanoseconds| Some(Measured { nanoseconds, spread: 0.01 });
        let rows = vec![
            (Contender::Rust, [measured(5e6), None, None, measured(1e6)]),
            (Contender::Lua, [measured(50e6), measured(1e6), measured(2e6), None]),
        ];
        let expected = "\
            | median of a call, in ms | `fib` 30 | `sum` 10000000 | `while` 10000000 | `mandelbrot` 320 |\n\
            |---|---:|---:|---:|---:|\n\
            | `rust` | 5.00 ± 1.0 % |  |  | 1.00 ± 1.0 % |\n\
            | `lua` | 50.00 ± 1.0 % | 1.00 ± 1.0 % | 2.00 ± 1.0 % |  |\n\n\
            | times as fast as Lua 5.4 | `fib` 30 | `sum` 10000000 | `while` 10000000 | `mandelbrot` 320 |\n\
            |---|---:|---:|---:|---:|\n\
            | `rust` | 10.00 |  |  |  |\n\
            | `lua` | 1.00 | 1.00 | 1.00 |  |\n";
        assert_eq!(Report { rows, age: Duration::ZERO }.to_string(), expected);
    }

    #[test]
    fn what_was_not_measured_is_missing() {
        assert!(Report::read(Path::new("no/such/folder")).unwrap().is_empty());
    }
}
