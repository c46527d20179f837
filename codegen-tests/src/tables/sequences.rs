//! Rows that are other rows of the table, one after the other.

use super::draft::{Draft, Input, Leaves, Row, quoted};
use super::names::{Fresh, choose};
use opforge::{OperandKind, Type};
use opforge_testing::Random;

/// A row made of some that the draft has; `None` if it has none that can be parts.
pub(super) fn row(random: &mut Random, draft: &Draft, rows: &Fresh) -> Option<Row> {
    let straight = |row: &&Row| row.leaves == Leaves::Straight && row.inputs.iter().all(|input| input.count.is_none());
    let parts: Vec<&Row> = draft.rows.iter().filter(straight).collect();
    let ends: Vec<&Row> = draft.rows.iter().filter(|row| row.leaves == Leaves::Ends).collect();
    if parts.is_empty() {
        return None;
    }
    let mut names = Fresh::default();
    let mut operands: Vec<(String, OperandKind)> = Vec::new();
    let mut lines = Vec::new();
    // How many values are on the stack, and how many were there before.
    let (mut depth, mut popped, mut leaves) = (0, 0, Leaves::Straight);
    for _ in 0..1 + random.below(3) {
        let part = if !ends.is_empty() && random.once_in(8) { choose(random, &ends) } else { choose(random, &parts) };
        let mut line = part.name.clone();
        for (_, kind) in &part.operands {
            let known = operands.iter().find(|(_, known)| known == kind).filter(|_| random.once_in(2));
            let literal =
                matches!(kind, OperandKind::Int | OperandKind::I16 | OperandKind::Count8) && random.once_in(2);
            line.push(' ');
            match known {
                _ if literal => line.push_str(choose(random, &["1", "7", "0"])),
                Some((name, _)) => line.push_str(name),
                None => {
                    let name = names.value(random, rows.names());
                    line.push_str(&name);
                    operands.push((name, *kind));
                }
            }
        }
        lines.push(quoted(&line));
        popped += part.inputs.len().saturating_sub(depth);
        depth = depth.saturating_sub(part.inputs.len()) + part.outputs.len();
        if part.leaves == Leaves::Ends {
            (leaves, depth) = (Leaves::Ends, 0);
            break;
        }
    }
    let value = |names: &mut Fresh, random: &mut Random| names.value(random, rows.names());
    let inputs: Vec<Input> =
        (0..popped).map(|_| Input { name: value(&mut names, random), ty: Type::ANY, count: None }).collect();
    let outputs = (0..depth).map(|_| (value(&mut names, random), Type::ANY)).collect();
    Some(Row {
        name: String::new(),
        code: 0,
        operands,
        inputs,
        outputs,
        exits: Vec::new(),
        doc: String::new(),
        body: format!("seq: [{}]", lines.join(", ")),
        fields: Vec::new(),
        examples: Vec::new(),
        leaves,
    })
}
