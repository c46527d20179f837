//! What an instruction got that traps `TypeMismatch`, in words. It is worked out when nobody caught the trap, from the stack, which
//! then is as it was before the instruction, whichever engine ran it: where nothing traps it costs nothing.

use super::Machine;
use crate::exec::Execute;
use crate::value::{Unpacked, Value};
use opforge_bytecode::Constant;
use opforge_bytecode::metadata::InstructionInfo;
use opforge_core::Type;

/// How many values are shown.
const MAX_SHOWN: usize = 6;
/// How much of a text is shown. **Units:** characters.
const MAX_TEXT: usize = 24;

impl<I: Execute, T> Machine<I, T> {
    /// What the innermost activation's instruction takes and what it got: `` `add` takes Num and Num, got true and 0 ``. `None` if
    /// it takes nothing.
    pub(super) fn mismatch(&self) -> Option<String> {
        let frame = self.state.frames.last()?;
        let module = self.program.modules().get(frame.module())?.module();
        let code = &module.functions.get(frame.function())?.code;
        let (op, _) = I::decode(code, self.position_of(frame).index()).ok()?;
        let (row, operands) = (I::table().instructions.get(I::instruction(&op))?, I::operands(&op));
        let values = self.state.stack.values().get(frame.base + frame.slots()..)?;
        let taken =
            values.get(values.len().checked_sub(row.pops(&operands) as usize)?..).filter(|taken| !taken.is_empty())?;
        let mut rest = taken;
        let mut singles: Vec<Value> = Vec::new();
        let mut group: Option<(&str, Type, Value)> = None;
        for (input, size) in row.inputs.iter().zip(row.sizes(&operands)) {
            let (own, after) = rest.split_at_checked(size as usize)?;
            rest = after;
            if input.count.is_none() {
                singles.extend(own);
            } else if let Some(other) = own.iter().find(|value| !input.ty.has(value.kind())) {
                group = group.or(Some((input.name, input.ty, *other)));
            }
        }
        let got = |values: &[Value]| {
            let shown: Vec<String> = values.iter().take(MAX_SHOWN).map(|value| self.shown(*value)).collect();
            format!("got {}{}", listed(&shown), if values.len() > shown.len() { ", …" } else { "" })
        };
        Some(match (wanted(row, &singles), group) {
            (Some(wanted), _) => format!("`{}` takes {wanted}, {}", row.mnemonic, got(&singles)),
            (None, Some((name, ty, other))) => {
                format!("`{}` takes {ty} for each of `{name}`, got {}", row.mnemonic, self.shown(other))
            }
            (None, None) => format!("`{}` {}", row.mnemonic, got(taken)),
        })
    }

    /// A value as tables write it; of a long text, how it begins.
    fn shown(&self, value: Value) -> String {
        match (value.scalar(), value.unpack()) {
            (Some(scalar), _) => scalar.to_string(),
            (None, Unpacked::Str(text)) => {
                let text = self.state.text(self.program.modules(), text).unwrap_or_default();
                let shown: String = text.chars().take(MAX_TEXT).collect();
                let dots = if shown.len() < text.len() { "…" } else { "" };
                format!("{}{dots}", Constant::from(shown.as_str()))
            }
            (None, _) => value.kind().name().to_owned(),
        }
    }
}

/// The types that the row takes, if the values are not of these: of each input those of any case, or the cases where each value
/// by itself would do.
fn wanted(row: &InstructionInfo, singles: &[Value]) -> Option<String> {
    let fits = |types: &[Type]| types.iter().zip(singles).all(|(ty, value)| ty.has(value.kind()));
    if row.accepts.is_empty() || row.accepts.iter().any(|types| fits(types)) {
        return None;
    }
    let any_case = |input: usize| {
        let types = row.accepts.iter().filter_map(|types| types.get(input).copied());
        types.reduce(Type::union).unwrap_or(Type::ANY)
    };
    let each: Vec<Type> = (0..singles.len()).map(any_case).collect();
    let words = |types: &[Type]| listed(&types.iter().map(Type::to_string).collect::<Vec<_>>());
    Some(if fits(&each) {
        row.accepts.iter().map(|types| words(types)).collect::<Vec<_>>().join(", or ")
    } else {
        words(&each)
    })
}

/// `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
