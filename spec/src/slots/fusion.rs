//! The slot form of a fusion: its pattern, folded.
//!
//! The values that the pattern finds on the stack are at home when it begins, as far as folding it goes; at run time they
//! may be in any slot, or constants. Locals are numbered as the pattern names them.

use super::depths::Depths;
use super::lines::{NotFusible, both_ways, check_rows, flatten, locals};
use super::parts::Parts;
use super::walk::{Folder, Walk};
use crate::mnemonic::mnemonic;
use crate::model::{Fusion, Instruction};
use opforge_core::slot_form::{RowForm, SlotOp};

/// The instruction of a fusion; `index` is the fusion's. Whether it is cold is chosen later.
///
/// # Errors
/// What keeps the pattern from being one.
pub(super) fn slot_op(
    set: &[Instruction],
    rows: &[RowForm],
    fusion: &Fusion,
    index: usize,
) -> Result<SlotOp, NotFusible> {
    let (lines, labels) = flatten(rows, fusion);
    let locals = locals(set, rows, &lines)?;
    check_rows(set, rows, &lines)?;
    both_ways(rows, &lines)?;
    let depths = Depths::of(set, &lines, &labels)?;
    let walk = Walk { set, rows, lines: &lines, labels: &labels, depths: &depths };
    let mut folder = Folder { numbers: Vec::new(), locals, written: Vec::new(), block: 0 };
    let (places, live) = walk.fold(&mut folder)?;
    let last = fusion.pattern.len().saturating_sub(1);
    let whole =
        |message: &str, help: &str| NotFusible { line: last, message: message.into(), also: None, help: help.into() };
    if folder.written.iter().any(|written| written.exchanges) {
        return Err(whole(
            "the pattern leaves values exchanged on the stack",
            "end it where nothing is exchanged, or add another `Swap`",
        ));
    }
    if folder.written.len() < 2 {
        let help = format!("remove `Fuse(name: \"{}\", …)`", fusion.name);
        return Err(whole("folding alone makes one instruction of it", &help));
    }
    let parts = Parts { set, rows, folder: &folder, places: &places, live: &live };
    let (fields, parts) = parts.make(last)?;
    let name = mnemonic(&fusion.name).into();
    Ok(SlotOp { name, fields: fields.into(), parts: parts.into(), fusion: Some(index), cold: false })
}
