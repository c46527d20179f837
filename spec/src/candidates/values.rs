//! Boundary values of types and operands: few, and where computations change their ways.

use crate::evaluate::Value;
use opforge_core::{Kind, OperandKind, Scalar, Type};
use std::ops::RangeInclusive;

/// The least float above zero.
const LEAST: f64 = f64::from_bits(1);
/// 2^53: from here on, floats skip ints.
const LAST_EXACT: i64 = 1 << 53;

/// Simple ones first: they make readable counterexamples.
#[rustfmt::skip]
const INTS: [i64; 10] =
    [0, 1, -1, 2, 64, i64::MAX, i64::MIN, i64::MAX - 1, i64::MIN + 1, LAST_EXACT + 1];
#[rustfmt::skip]
const FLOATS: [f64; 12] =
    [0.0, 1.0, 0.5, -1.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, LEAST, f64::MAX, LAST_EXACT as f64,
     i64::MAX as f64];
const BOOLS: [bool; 2] = [true, false];
/// The two that are false, and one that is true.
const TEXTS: [&str; 3] = ["text", "", "0"];

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
    let scalars = |kind: Kind| -> Vec<Scalar> {
        match kind {
            Kind::Nil => vec![Scalar::Nil],
            Kind::Bool => BOOLS.map(Scalar::Bool).to_vec(),
            Kind::Int => INTS.map(Scalar::Int).to_vec(),
            Kind::Float => FLOATS.map(Scalar::Float).to_vec(),
            Kind::Str => Vec::new(),
        }
    };
    let order = [Kind::Int, Kind::Float, Kind::Nil, Kind::Bool].into_iter().filter(|kind| ty.has(*kind));
    let scalars = order.flat_map(scalars).map(Value::Scalar);
    let texts = TEXTS.into_iter().filter(|_| ty.has(Kind::Str)).map(Value::Text);
    scalars.chain(texts).collect()
}

/// The ints that an operand of that kind can be.
pub(crate) fn ints_of(kind: OperandKind) -> RangeInclusive<i64> {
    match kind {
        OperandKind::I16 => i64::from(i16::MIN)..=i64::from(i16::MAX),
        OperandKind::Count => 0..=i64::from(u16::MAX),
        OperandKind::Count8 => 0..=i64::from(u8::MAX),
        _ => i64::MIN..=i64::MAX,
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
    Some(match kind {
        OperandKind::Local | OperandKind::Global => StandsFor::Place,
        OperandKind::Target => StandsFor::Target,
        OperandKind::Int => StandsFor::Values(of_type(Type::INT)),
        OperandKind::Float => StandsFor::Values(of_type(Type::FLOAT)),
        OperandKind::Const => StandsFor::Values(of_type(Type::ANY)),
        OperandKind::I16 | OperandKind::Count | OperandKind::Count8 => ints(),
        _ => return None,
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
        assert!(all.len() <= 29, "{} values: pairs of them in five arrangements no longer fit the bound", all.len());
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
