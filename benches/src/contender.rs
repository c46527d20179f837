//! What runs a kernel.

use crate::{Error, Kernel};
use opforge::standard::Isa;
use opforge::{Engine, Fuel, HostValue, Linker, Lowering, Machine, Outcome};
use std::hint::black_box;

/// Something that runs kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contender {
    /// Rust, compiled as the benchmark itself is.
    Rust,
    /// opforge on this engine.
    Opforge(Engine),
    /// Lua 5.4.
    Lua,
}

const FUSED_WITHOUT_LOOPS: Engine = Engine::Fast(Lowering::Fused);
const UNFUSED: Engine = Engine::Fast(Lowering::Folded);
const UNFOLDED: Engine = Engine::Fast(Lowering::Unfolded);

impl Contender {
    /// Every contender, in the order of the report.
    pub const ALL: [Self; 7] = [
        Self::Rust,
        Self::Opforge(Engine::FAST),
        Self::Opforge(FUSED_WITHOUT_LOOPS),
        Self::Opforge(UNFUSED),
        Self::Opforge(UNFOLDED),
        Self::Opforge(Engine::Reference),
        Self::Lua,
    ];

    /// The name that results and programs know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Opforge(Engine::Reference) => "reference",
            Self::Opforge(FUSED_WITHOUT_LOOPS) => "fast_no_loops",
            Self::Opforge(UNFUSED) => "fast_unfused",
            Self::Opforge(UNFOLDED) => "fast_unfolded",
            Self::Opforge(Engine::Fast(_)) => "fast",
            Self::Lua => "lua",
        }
    }

    /// The contender of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|contender| contender.name() == name)
    }

    /// What a kernel is given when this contender is measured.
    pub fn size(self, kernel: Kernel) -> i64 {
        match self {
            Self::Opforge(Engine::Reference) => kernel.small_size(),
            _ => kernel.size(),
        }
    }

    /// Prepares a kernel: compiles, links, loads. `None` where the kernel is no other program for this contender.
    ///
    /// # Errors
    /// What is wrong with the kernel's source.
    pub fn prepare(self, kernel: Kernel) -> Result<Option<Runner>, Error> {
        let prepared = match self {
            Self::Rust => Prepared::Rust(kernel.native()),
            Self::Opforge(engine) => Prepared::Opforge(Box::new(machine(kernel, engine)?)),
            Self::Lua => lua(kernel.lua())?,
        };
        Ok(Some(Runner(prepared)))
    }
}

fn machine(kernel: Kernel, engine: Engine) -> Result<Machine<Isa>, Error> {
    let module = opforge::assemble::<Isa>(kernel.name(), kernel.assembly())?;
    let program = Linker::new().link(opforge::verify::<Isa>(module)?)?;
    Ok(Machine::new(program, ()).with_engine(engine))
}

fn lua(source: &str) -> Result<Prepared, Error> {
    let state = mlua::Lua::new();
    let function = state.load(source).eval()?;
    Ok(Prepared::Lua { function, _state: state })
}

/// A kernel that is ready to run.
#[derive(Debug)]
pub struct Runner(Prepared);

enum Prepared {
    Rust(fn(i64) -> i64),
    Opforge(Box<Machine<Isa>>),
    Lua { function: mlua::Function, _state: mlua::Lua },
}

impl Runner {
    /// Runs the kernel once.
    ///
    /// # Errors
    /// Whatever is not an int in the end.
    pub fn run(&mut self, size: i64) -> Result<i64, Error> {
        match &mut self.0 {
            Prepared::Rust(function) => Ok(function(black_box(size))),
            Prepared::Lua { function, .. } => Ok(function.call(size)?),
            Prepared::Opforge(machine) => {
                machine.start("main", &[HostValue::Int(size)])?;
                match machine.run(Fuel::Unlimited) {
                    Outcome::Returned(HostValue::Int(value)) => Ok(value),
                    outcome => Err(format!("expected an int, found {outcome:?}").into()),
                }
            }
        }
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rust(_) => "Rust",
            Self::Opforge(_) => "Opforge",
            Self::Lua { .. } => "Lua",
        })
    }
}
