//! A difference between two engines, as a person reads it.

use opforge::InstructionSet;
use opforge::Module;
use opforge::disassemble;
use std::fmt;

/// Two runs of one program that should be alike and are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs, and where.
    pub what: String,
    /// The engines and what each shows, the reference first.
    pub sides: Vec<(String, String)>,
    /// The seed that the program was made from.
    pub seed: Option<u64>,
    /// The program in assembly.
    pub program: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if let Some(seed) = self.seed {
            write!(f, " (seed {seed})")?;
        }
        for (name, text) in &self.sides {
            write!(f, "\n  {name}: {}", text.replace('\n', "\n    "))?;
        }
        write!(f, "\n{}", self.program)
    }
}

impl std::error::Error for Difference {}

/// The module in assembly, each function's code with positions.
pub(super) fn text_of<I: InstructionSet>(module: &Module) -> String {
    let mut text = disassemble::<I>(module).unwrap_or_else(|error| format!("; {error}\n"));
    for function in &module.functions {
        let mut pc = 0;
        text.push_str(&format!("; {}:", function.name));
        while let Ok((op, next)) = I::decode(&function.code, pc) {
            text.push_str(&format!(" {pc:#x} {op};"));
            pc = next.max(pc + 1);
        }
        text.push('\n');
    }
    text
}
