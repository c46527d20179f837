//! Whose the lists of targets are: each of one instruction, in the order of the code.
//!
//! So no list is looked at more often than once, however many instructions there are, and one text of assembly stands for
//! one module.

use super::error::{Rule, VerifyError};
use super::map::{Map, fail};
use crate::isa::InstructionSet;
use crate::module::Function;
use opforge_core::Pc;

/// Checks that the instructions name the lists one after the other, each once. That a list is there at all is looked at with
/// what other operands name.
pub(super) fn check<I: InstructionSet>(function: &Function, map: &Map) -> Result<(), VerifyError> {
    let count = function.target_lists.len();
    let (mut next, mut operands) = (0, Vec::new());
    // A function without lists, as most are, has none to be named twice.
    for &pc in map.starts.iter().take_while(|_| count > 0) {
        let (op, _) =
            I::decode(&function.code, pc.index()).map_err(|error| fail(function, pc, Rule::Decodes(error)))?;
        let Some(row) = I::table().instructions.get(I::instruction(&op)) else { continue };
        operands.clear();
        I::append_operands(&op, &mut operands);
        for found in row.lists(&operands) {
            if found as usize != next {
                return Err(fail(function, pc, Rule::ListOrder { found, expected: next }));
            }
            next += 1;
        }
    }
    if next < count {
        return Err(VerifyError { pc: None, ..fail(function, Pc(0), Rule::UnnamedList { list: next }) });
    }
    Ok(())
}
