//! The run-time library of opforge: a virtual machine for an instruction set that one table declares.
//!
//! Data flows one way, and each stage is a type: bytes or a builder make a [`Module`], [`verify`] makes a [`Verified`]
//! one of it, a [`Linker`] makes a [`Program`], and a [`Machine`] runs that in slices. Nothing else can run, and whatever
//! bytes are given, the worst that happens is an error value.
//!
//! ```
//! use opforge::{Capture, Fuel, HostValue, Linker, Machine, Outcome, Streams, standard};
//!
//! let text = r#"
//! import twice/1
//! func main(n)
//!     get_slot n
//!     call twice 1
//!     print_ln 1
//!     load_const "done"
//!     return_value
//! end
//! "#;
//! let module = opforge::assemble::<standard::Isa>("main.opf", text)?;
//! let verified = opforge::verify::<standard::Isa>(module)?;
//! let program = Linker::new()
//!     .host("twice", 1, |values| match values {
//!         [HostValue::Int(value)] => Ok(HostValue::Int(value * 2)),
//!         _ => Err("expected an int".to_owned()),
//!     })
//!     .link(verified)?;
//! let output = Capture::new();
//! let mut machine = Machine::new(program, ()).with_streams(Streams::none().with_output(output.clone()));
//! machine.start("main", &[HostValue::Int(21)])?;
//! let outcome = loop {
//!     match machine.run(Fuel::Ticks(1)) {
//!         Outcome::OutOfFuel => println!("{} ticks so far", machine.ticks()),
//!         outcome => break outcome,
//!     }
//! };
//! assert_eq!(outcome, Outcome::Returned("done".into()));
//! assert_eq!(output.text(), "42\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

extern crate self as opforge;

pub use opforge_bytecode as bytecode;
#[doc(hidden)]
pub use opforge_bytecode::operands;
pub use opforge_bytecode::{
    AsmError, AsmErrorKind, AsmErrors, BuildError, BuildOperand, BuildProblem, CodePlace, Constant, DecodeError,
    DisasmError, Function, FunctionBuilder, Import, InstructionSet, Label, Line, MissingRow, Module, ModuleBuilder,
    NoRegisterForm, Operand, OperandError, ReadError, ReadProblem, Region, Rule, Source, StackState, StackStates,
    TrapCode, Verified, VerifyError, VerifyErrors, Ways, assemble, disassemble, metadata, parse_scalar, parse_text,
    verify,
};
pub use opforge_core as core;
pub use opforge_core::{Kind, OperandKind, OperandRole, Scalar, Type};
#[doc(hidden)]
pub use opforge_macros as macros;

/// Generates a machine from a table.
///
/// `instruction_set! { pub mod calc = "calc.ron"; }` declares a module with everything that the table `calc.ron` stands
/// for; the path is relative to the manifest of the crate. Attributes and docs before `pub mod` go to the module. A
/// change of the table, or of a file that it names, rebuilds the crate. What is wrong with a table is reported all at
/// once.
///
/// `#[cfg(…)]` before `pub mod` decides whether there is a module; if not, its table is not read.
///
/// What it makes allows itself some lints: a crate may deny `dead_code`, `unreachable_code`, `unused_imports`, `unused_mut`
/// and `unused_variables`, but not `forbid` them. It needs `std`.
#[macro_export]
macro_rules! instruction_set {
    ($($declarations:tt)*) => {
        $crate::macros::instruction_set! { [$crate] $($declarations)* }
    };
}

mod value;
mod heap;
#[doc(hidden)]
pub mod slots;
mod host;
mod program;
mod state;
#[doc(hidden)]
pub mod exec;
mod machine;
pub mod standard;
#[doc(hidden)]
pub mod inspect;

pub use exec::effects;
#[doc(hidden)]
pub use exec::primitives;
pub use exec::{Context, Execute, Flow, slot_lines};
pub use host::Capture;
pub use machine::{Engine, Machine, Outcome, Position, StartError, Step, Trace, TrapReport};
pub use program::{LinkError, LinkErrors, Linker, Program};
pub use slots::{LowerError, LowerRule, Lowering, SlotLine};
pub use state::{Fuel, InterruptHandle, Limits, Stats, Streams};
pub use value::{HostText, HostValue, Object, Text, Unpacked, Value};
