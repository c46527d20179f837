//! Makes a counterexample readable: simpler values in the place of its own, as long as the sides differ.

use super::space::Position;
use crate::candidates::Known;
use crate::evaluate::Value;
use opforge_core::Scalar;

/// How often all positions are gone through: a value may become simpler once another has.
const ROUNDS: usize = 12;
/// What infinity and NaN count as. **Units:** digits.
const NOT_FINITE: usize = 6;
/// What longer boundary values count as: they are known for what they are. **Units:** digits.
const BOUNDARY: usize = 12;

/// The simplest values that are found for which `differs` holds, as it does for `values`.
pub(super) fn simplest(
    positions: &[Position],
    numbers: &Known,
    mut values: Vec<Value>,
    differs: &dyn Fn(&[Value]) -> bool,
) -> Vec<Value> {
    for _ in 0..ROUNDS {
        let mut changed = false;
        for (index, position) in positions.iter().enumerate() {
            let was = values[index];
            let found = simpler(position, numbers, was).into_iter().find(|value| {
                values[index] = *value;
                differs(&values)
            });
            values[index] = found.unwrap_or(was);
            changed |= found.is_some();
        }
        if !changed {
            break;
        }
    }
    values
}

/// What can be in that place and is simpler than `value`, the simplest first.
fn simpler(position: &Position, numbers: &Known, value: Value) -> Vec<Value> {
    let mut ints: Vec<i64> = (2..=16).flat_map(|small| [small, -small]).collect();
    ints.extend(&numbers.ints);
    let mut floats: Vec<f64> = (2..10).map(f64::from).chain((1..=40).map(|tenths| f64::from(tenths) / 10.0)).collect();
    floats.extend(&numbers.floats);
    match value {
        Value::Scalar(Scalar::Int(int)) => {
            ints.extend((1..63).map(|by| int / (1 << by)));
            ints.extend([int / 10, int / 10 * 10, int.saturating_sub(int.signum()), int.wrapping_neg()]);
        }
        Value::Scalar(Scalar::Float(float)) => {
            floats.extend([1.0, 10.0, 100.0, 1e3, 1e6].map(|power| (float * power).trunc() / power));
            floats.extend([float / 1000.0, float / 10.0, float / 2.0, -float]);
        }
        Value::Scalar(_) | Value::Text(_) => {}
    }
    let scalars = ints.into_iter().map(Scalar::Int).chain(floats.into_iter().map(Scalar::Float));
    let all = position.values.iter().copied().chain(scalars.map(Value::Scalar));
    let key = |value: &Value| key(position, *value);
    let was = key(&value);
    let mut simpler: Vec<Value> = all.filter(|value| position.admits(*value) && key(value) < was).collect();
    simpler.sort_by_cached_key(key);
    simpler.dedup_by_key(|value| key(value));
    simpler
}

/// Less for simpler values: ints come before floats and those before others, then short ones, ones above zero, small ones.
/// Of values that are no numbers, the boundary values are all that there are.
fn key(position: &Position, value: Value) -> (u8, usize, bool, u64, Option<usize>) {
    let boundary = position.values.iter().position(|known| *known == value);
    let digits = |text: String| {
        let digits = text.trim_start_matches('-').len();
        if boundary.is_some() { digits.min(BOUNDARY) } else { digits }
    };
    match value {
        Value::Scalar(Scalar::Int(value)) => (0, digits(value.to_string()), value < 0, value.unsigned_abs(), None),
        Value::Scalar(Scalar::Float(value)) => {
            let digits = if value.is_finite() { digits(format!("{value:?}")) } else { NOT_FINITE };
            (1, digits, value.is_sign_negative(), value.abs().to_bits(), None)
        }
        Value::Scalar(_) | Value::Text(_) => (2, 0, false, 0, boundary),
    }
}
