//! Boundary values of types and operands: few, and where computations change their ways.

use crate::evaluate::Value;
use opforge_core::{Kind, OperandKind, OperandRole, Scalar, Type};
use std::ops::RangeInclusive;

/// Of types of more kinds than these, kinds that are no numbers give only a [`FEW`] values each.
const MAX_WHOLE: usize = 4;
/// See [`MAX_WHOLE`].
const FEW: usize = 3;
/// The two that are false, and some that are true: of more bytes than characters, of one length, within another, a number.
const TEXTS: [&str; 7] = ["text", "", "0", "\u{e9}", "ext", "a", "-12"];

/// How many targets lists have; the first is what they mostly have.
const LENGTHS: [i64; 4] = [2, 0, 1, 3];

/// What an operand variable stands for.
pub(crate) enum StandsFor {
    /// A local or a global: which one matters, and what it holds.
    Place,
    /// A place to jump to, for which its name stands.
    Target,
    /// One of these.
    Values(Vec<Value>),
}

/// The values of a type.
pub(crate) fn of_type(ty: Type) -> Vec<Value> {
    // Numbers make readable counterexamples.
    let (numbers, others): (Vec<Kind>, Vec<Kind>) = ty.kinds().partition(|kind| Type::NUM.has(*kind));
    let few = if numbers.len() + others.len() > MAX_WHOLE { FEW } else { usize::MAX };
    let others = others.into_iter().flat_map(|kind| Scalar::telling(kind).into_iter().take(few));
    let scalars = numbers.into_iter().flat_map(Scalar::telling).chain(others).map(Value::Scalar);
    let texts = TEXTS.into_iter().filter(|_| ty.has(Kind::Str)).map(Value::Text);
    scalars.chain(texts).collect()
}

/// The ints that an operand of that kind can be; all where it can be none. A list stands for as many targets as it has.
pub(crate) fn ints_of(kind: OperandKind) -> RangeInclusive<i64> {
    match kind.role() {
        OperandRole::Targets => 0..=i64::from(u32::MAX),
        _ => kind.ints().unwrap_or(i64::MIN..=i64::MAX),
    }
}

/// The type of what variables of that kind stand for, where that is a value.
pub(crate) fn value_type(kind: OperandKind) -> Type {
    match kind.role() {
        OperandRole::Const => Type::ANY,
        _ => kind.number().unwrap_or(Type::INT),
    }
}

/// What variables of that kind stand for; `None` for kinds that rows which only compute cannot use.
pub(crate) fn place_or_values(kind: OperandKind) -> Option<StandsFor> {
    let ints = || {
        let (least, most) = ints_of(kind).into_inner();
        let near = [0, 1, -1, 2, 64, most, least, most - 1, least.saturating_add(1)];
        let mut values: Vec<i64> = Vec::new();
        for value in near.into_iter().filter(|value| (least..=most).contains(value)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        StandsFor::Values(values.into_iter().map(Scalar::Int).map(Value::Scalar).collect())
    };
    Some(match kind.role() {
        OperandRole::Local | OperandRole::Global => StandsFor::Place,
        OperandRole::Target => StandsFor::Target,
        OperandRole::Targets => StandsFor::Values(LENGTHS.map(Scalar::Int).map(Value::Scalar).to_vec()),
        OperandRole::Const => StandsFor::Values(of_type(Type::ANY)),
        OperandRole::Count => ints(),
        OperandRole::Number(number) if Scalar::stored_bytes(number) == Some(kind.width_bytes()) => {
            StandsFor::Values(of_type(Type::of(number)))
        }
        OperandRole::Number(_) => ints(),
        OperandRole::Func => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A kind that is added must be tried too.
    #[test]
    fn every_kind_has_values_and_every_value_is_there_once() {
        for kind in Kind::ALL {
            let values = of_type(Type::of(kind));
            assert!(!values.is_empty() && values.iter().all(|value| value.kind() == kind), "{kind:?}: {values:?}");
        }
        let all = of_type(Type::ANY);
        for (index, value) in all.iter().enumerate() {
            assert!(!all[..index].contains(value), "{value:?} is there twice");
        }
        assert!(all.len() <= 43, "{} values: pairs of them in five arrangements no longer fit the bound", all.len());
    }

    #[test]
    fn immediates_are_tried_at_their_bounds() {
        let ints = |kind| match place_or_values(kind) {
            Some(StandsFor::Values(values)) => values,
            _ => Vec::new(),
        };
        let has = |kind, value| ints(kind).contains(&Value::Scalar(Scalar::Int(value)));
        assert!(has(OperandKind::I16, -32768) && has(OperandKind::I16, 32767) && !has(OperandKind::I16, 32768));
        assert!(has(OperandKind::Count8, 255) && has(OperandKind::Count8, 0) && !has(OperandKind::Count8, -1));
        assert!(has(OperandKind::Int, i64::MIN) && has(OperandKind::Int, i64::MAX));
        assert!(ints(OperandKind::Float).contains(&Value::Scalar(Scalar::Float(f64::NAN))));
        assert!(ints(OperandKind::Const).contains(&Value::Text("0")));
        assert!(place_or_values(OperandKind::Func).is_none());
    }
}
