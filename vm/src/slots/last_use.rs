//! How long what an instruction puts into a home is needed.

use super::instructions::{Constant, Instructions, What};
use opforge_core::Slot;
use opforge_core::fold::Source;

/// For each home, the last instruction of the block that names what was put there. What just stays on the stack is not
/// named: see [`Instruction::base`].
pub(super) fn note(out: &mut Instructions, slots: usize) {
    // For each slot, the instruction that wrote it last and its block.
    let mut writers: Vec<Option<(usize, usize)>> = vec![None; slots + 1];
    let mut block = 0;
    let mut used: Vec<Slot> = Vec::new();
    for at in 0..out.list.len() {
        let Some(instruction) = out.list.get(at) else { return };
        block += usize::from(instruction.leader.is_some());
        let slot = |source: Source<Constant>| match source {
            Source::Slot(slot) => Some(slot),
            Source::Const(_) => None,
        };
        let (what, output, outputs) = (instruction.what, instruction.output, instruction.outputs);
        used.clear();
        used.extend(out.inputs_of(instruction).iter().filter_map(|input| slot(input.source)));
        used.extend(out.map_of(instruction).iter().filter_map(|away| slot(away.source)));
        used.extend((what == What::Exchange).then_some(output));
        for slot in &used {
            let writer = writers.get(slot.index()).copied().flatten();
            if let Some((writer, _)) = writer.filter(|(_, of)| *of == block) {
                out.list[writer].last_use = at;
            }
        }
        if what == What::Exchange {
            for slot in &used {
                writers[slot.index()] = None;
            }
        }
        for slot in output.index()..output.index() + outputs {
            if let Some(writer) = writers.get_mut(slot) {
                *writer = Some((at, block));
            }
        }
    }
}
