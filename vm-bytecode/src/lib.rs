//! Code as data: what a front end needs to write, check and store programs, without a machine that runs them.
//!
//! Text is assembled and bytes are read into a [`Module`], a builder makes one; [`verify`] makes a [`Verified`] module of it, which is
//! all that a machine of `opforge` runs. Everything is driven by the [metadata] of a table, which the macro generates:
//! no instruction is known here by its name.
//!
//! `opforge` re-exports all of this. Use this crate alone where nothing runs: in compilers, linkers and tools.

extern crate self as opforge_bytecode;

pub use opforge_core as core;
pub use opforge_core::{Kind, OperandKind, OperandRole, Scalar, Type};

mod trap;
pub mod metadata;
mod isa;
mod effect;
mod module;
mod verify;
mod code;
mod registers;
mod builder;
mod asm;

#[cfg(test)]
mod standard;

pub use asm::{AsmError, AsmErrorKind, AsmErrors, DisasmError, assemble, disassemble, parse_scalar, parse_text};
pub use builder::{BuildError, BuildProblem, FunctionBuilder, ModuleBuilder, Source};
pub use code::{BuildOperand, Code, CodeProblem, CodeWriter, Label, LabelProblem};
#[doc(hidden)]
pub use isa::operands;
pub use isa::{DecodeError, InstructionSet, Operand, OperandError};
pub use module::{Constant, Function, Import, Line, Module, ReadError, ReadProblem, Region};
pub use registers::{MissingRow, NoRegisterForm};
pub use trap::TrapCode;
pub use verify::{
    Analysis, CodePlace, Entry, FunctionFacts, HandlerEntry, RegionTable, Rule, StackState, StackStates, Verified,
    VerifiedModule, VerifyError, VerifyErrors, Ways, analyse, verify, verify_fragment,
};

#[cfg(feature = "macros")]
#[doc(hidden)]
pub use opforge_macros as macros;

/// Generates from a table what this crate needs of it: its ops, codec, builder and metadata.
///
/// `instruction_set! { pub mod calc = "calc.ron"; }` declares a module with `Isa`, `Op`, `Opcode` and the trait `Build`;
/// the path is relative to the manifest of the crate. A machine for the same table, made by the macro of the same name in
/// `opforge`, runs what is written with it.
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! instruction_set {
    ($($declarations:tt)*) => {
        $crate::macros::codec! { [$crate] $($declarations)* }
    };
}
