//! Runs a fusion of a table against its parts: its pattern alone, on every engine, whole and cut at every tick.

use super::patterns::{Pattern, Values, Variant};
use super::random::Random;
use opforge::{Execute, Lowering, slot_lines};

/// With how many values each program is run.
const RUNS: usize = 12;

/// Compares the engines on programs made of the pattern of the fusion called `name`: with operands that coincide, inputs
/// at home, in locals and as numbers, and boundary values of all kinds.
///
/// # Panics
/// When the table has no such fusion, when an engine does not do what the reference engine does, or when none of the
/// programs is run by the fusion.
#[track_caller]
pub fn check_fusion<I: Execute>(name: &str)
where
    I::Handlers: Default,
{
    let table = I::table();
    let Some(index) = table.fusions.iter().position(|fusion| fusion.name == name) else {
        panic!("table `{}` has no fusion `{name}`", table.name);
    };
    if let Err(problem) = fusion_programs::<I>(index) {
        panic!("{problem}");
    }
}

/// Compares the engines on programs made of a fusion's pattern.
///
/// # Errors
/// The first difference to the reference engine, or that none of the programs is run by the fusion.
pub(crate) fn fusion_programs<I: Execute>(index: usize) -> Result<(), String>
where
    I::Handlers: Default,
{
    let fusion = &I::table().fusions[index];
    let mut random = Random::new(index as u64);
    let mut selected = 0;
    for variant in Variant::all() {
        let Some(program) = Pattern::<I>::new(fusion.pattern, variant) else { continue };
        let lines = slot_lines(&program.verified, 0, Lowering::LoopsFused).unwrap_or_default();
        selected += u32::from(lines.iter().any(|line| line.fusion == Some(index)));
        for _ in 0..RUNS {
            let values = Values::new(&mut random, &program, &[]);
            let problem = program.check(&values);
            problem.map_err(|problem| format!("fusion `{}`, {variant:?}, {values:?}: {problem}", fusion.name))?;
        }
    }
    if selected > 0 { Ok(()) } else { Err(format!("nothing is run by fusion `{}`", fusion.name)) }
}
