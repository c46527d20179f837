//! The run-time library of opforge: a virtual machine for an instruction set that one table declares.
//!
//! Data flows one way, and each stage is a type: bytes or a builder give a [`Module`], [`verify`] makes a [`Verified`]
//! one of it, a [`Linker`] makes a [`Program`], and a [`Machine`] runs that in slices. Nothing else can run, and whatever
//! bytes are given, the worst that happens is an error value.
//!
//! ```
//! use opforge::{Capture, Fuel, HostValue, Linker, Machine, Outcome, Scalar, Streams, standard};
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
//!         [HostValue::Int(value)] => Ok(Scalar::Int(value * 2)),
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

pub use opforge_core as core;
pub use opforge_core::{Kind, OperandKind, Scalar, Type};
pub use opforge_macros::instruction_set;

mod asm;
mod builder;
mod host;
mod instruction_set;
mod link;
mod machine;
pub mod metadata;
mod module;
#[doc(hidden)]
pub mod primitives;
mod registers;
#[doc(hidden)]
pub mod slots;
mod standard_set;
#[doc(hidden)]
pub mod testing;
mod trap;
mod value;
mod verify;

pub use asm::{AsmError, AsmErrorKind, AsmErrors, DisasmError, assemble, disassemble, parse_scalar};
pub use builder::{BuildError, BuildOperand, BuildProblem, FunctionBuilder, Label, ModuleBuilder, Source};
pub use host::{Capture, HostValue, InterruptHandle, Streams};
pub use instruction_set::{DecodeError, InstructionSet, Operand, OperandError};
pub use link::{LinkError, LinkErrors, Linker, Program};
pub use machine::{
    Context, Engine, Flow, Fuel, Limits, Lowering, Machine, Outcome, Position, StartError, Stats, Step, TrapReport,
};
pub use module::{Constant, Function, Import, Line, Module, ReadError, ReadProblem, Region};
pub use registers::{MissingRow, NoRegisterForm};
pub use slots::SlotLine;
pub use standard_set::standard;
pub use trap::TrapCode;
pub use value::{Text, Unpacked, Value};
pub use verify::{Rule, Rules, StackState, Verified, VerifyError, VerifyErrors, verify};
