//! Trials with small numbers: every combination of ints, or of floats, of a few bits.

use super::space::Arrangement;
use super::trials::Visit;
use crate::evaluate::Value;
use opforge_core::{Kind, Scalar};
use std::ops::ControlFlow;

/// What small floats are: whole, tenths, hundredths.
const PARTS: [f64; 3] = [1.0, 10.0, 100.0];

/// How many trials these bits make, at most.
pub(super) const fn most(int_bits: usize, float_bits: usize) -> usize {
    (5 << int_bits) + ((2 * PARTS.len()) << float_bits)
}

/// Ints in all places that expect ints: as they are, and at the top of the word, where sums and differences of theirs wrap
/// around as those of a small word would; and the first characters.
pub(super) fn ints(arrangement: &Arrangement, bits: usize, visit: Visit<'_>) -> ControlFlow<()> {
    every(arrangement, Kind::Int, bits, &|field, _| Scalar::Int(field), visit)?;
    every(arrangement, Kind::Int, bits, &|field, width| Scalar::Int(field << (64 - width)), visit)?;
    every(arrangement, Kind::I32, bits, &|field, _| Scalar::I32(field as i32), visit)?;
    every(arrangement, Kind::I32, bits, &|field, width| Scalar::I32((field as i32) << (32 - width.min(32))), visit)?;
    let character = |field: i64, width: usize| char::from_u32(field as u32 & ((1 << width.min(16)) - 1)).unwrap_or('a');
    every(arrangement, Kind::Char, bits, &|field, width| Scalar::Char(character(field, width)), visit)
}

/// Floats in all places that expect floats: whole ones, and with one and two decimals.
pub(super) fn floats(arrangement: &Arrangement, bits: usize, visit: Visit<'_>) -> ControlFlow<()> {
    for parts in PARTS {
        every(arrangement, Kind::Float, bits, &|field, _| Scalar::Float(field as f64 / parts), visit)?;
        every(arrangement, Kind::F32, bits, &|field, _| Scalar::F32((field as f64 / parts) as f32), visit)?;
    }
    ControlFlow::Continue(())
}

/// Every combination of what `number` makes of the signed numbers of a width, in all places that expect that kind; all
/// places together have so many bits.
fn every(
    arrangement: &Arrangement,
    kind: Kind,
    bits: usize,
    number: &dyn Fn(i64, usize) -> Scalar,
    visit: Visit<'_>,
) -> ControlFlow<()> {
    let positions = arrangement.positions();
    let places: Vec<usize> = (0..positions.len()).filter(|index| positions[*index].expected.has(kind)).collect();
    let width = bits.checked_div(places.len()).unwrap_or(0);
    if width < 2 {
        return ControlFlow::Continue(());
    }
    let mut values: Vec<Value> =
        positions.iter().map(|position| position.plain().next().unwrap_or(position.values[0])).collect();
    for combination in 0..1_usize << (width * places.len()) {
        let mut all_admitted = true;
        for (turn, index) in places.iter().enumerate() {
            let field = (combination >> (turn * width)) & ((1 << width) - 1);
            // Of both signs.
            let signed = ((field as i64) << (64 - width)) >> (64 - width);
            values[*index] = Value::Scalar(number(signed, width));
            all_admitted &= positions[*index].admits(values[*index]);
        }
        if all_admitted {
            visit(0, &values)?;
        }
    }
    ControlFlow::Continue(())
}
