//! Seeded numbers, and values that hit what fixed lists miss.

use super::numbers::Known;
use super::values::of_type;
use crate::evaluate::Value;
use opforge_core::{Kind, Scalar, Type};

/// **Source:** Marsaglia 2003, xorshift; the same numbers on every run and machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `bound`, or 0 if that is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let high = usize::try_from(self.bits() >> 24).unwrap_or(0);
        high.checked_rem(bound).unwrap_or(0)
    }

    fn small(&mut self, bound: usize) -> i64 {
        i64::try_from(self.below(bound)).unwrap_or(0)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> Option<T> {
        values.get(self.below(values.len())).copied()
    }

    /// A value of the type: mostly numbers, of few digits, near the rule's own, near powers of two, or of any bits.
    pub(crate) fn value(&mut self, ty: Type, numbers: &Known) -> Option<Value> {
        let (int, float) = (ty.has(Kind::Int), ty.has(Kind::Float));
        let others: Vec<Kind> = [Kind::I32, Kind::F32, Kind::Char].into_iter().filter(|kind| ty.has(*kind)).collect();
        if !others.is_empty() && (!(int || float) || self.below(4) == 0) {
            let Some(kind) = self.one_of(&others).filter(|_| self.below(8) > 0) else {
                return self.one_of(&of_type(ty));
            };
            return Some(Value::Scalar(match kind {
                Kind::I32 => Scalar::I32(self.int(numbers) as i32),
                Kind::F32 => Scalar::F32(self.float(numbers) as f32),
                _ => Scalar::Char(self.character(numbers)),
            }));
        }
        let number = (int || float) && self.below(8) > 0;
        let scalar = match (number, int, float) {
            (true, true, true) if self.below(2) == 0 => Scalar::Int(self.int(numbers)),
            (true, true, false) => Scalar::Int(self.int(numbers)),
            (true, _, true) => Scalar::Float(self.float(numbers)),
            _ => return self.one_of(&of_type(ty)),
        };
        Some(Value::Scalar(scalar))
    }

    /// Mostly of the alphabets that have cases.
    fn character(&mut self, numbers: &Known) -> char {
        let code = match self.below(4) {
            0 => self.one_of(&numbers.ints).and_then(|code| u32::try_from(code).ok()).unwrap_or(0),
            1 | 2 => self.below(0x600) as u32,
            _ => (self.bits() % 0x11_0000) as u32,
        };
        char::from_u32(code).unwrap_or('a')
    }

    fn int(&mut self, numbers: &Known) -> i64 {
        match self.below(8) {
            0 | 1 => self.small(272) - 16,
            2 => self.one_of(&numbers.ints).unwrap_or(0),
            3 => {
                let (a, b) = (self.one_of(&numbers.ints).unwrap_or(0), self.one_of(&numbers.ints).unwrap_or(1));
                match self.below(4) {
                    0 => a.wrapping_add(b),
                    1 => a.wrapping_sub(b),
                    2 => a.wrapping_mul(self.small(20)),
                    _ => a.wrapping_add(self.small(9) - 4),
                }
            }
            4 => (1_i64 << self.below(64)).wrapping_add(self.small(3) - 1),
            // As many bits as you like, and either sign.
            5 | 6 => (self.bits() as i64) >> self.below(64),
            _ => self.bits() as i64,
        }
    }

    fn float(&mut self, numbers: &Known) -> f64 {
        const POWERS: [f64; 7] = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6];
        match self.below(8) {
            0 | 1 => (self.small(2_000_001) - 1_000_000) as f64 / POWERS[self.below(POWERS.len())],
            2 => self.one_of(&numbers.floats).unwrap_or(0.5),
            3 => {
                let (near, other) =
                    (self.one_of(&numbers.floats).unwrap_or(1.0), self.one_of(&numbers.floats).unwrap_or(3.0));
                match self.below(4) {
                    0 => near.next_up().next_up(),
                    1 => near + other,
                    2 => near * self.small(100) as f64,
                    _ => near * other,
                }
            }
            4 => f64::from_bits(self.bits()),
            5 => (self.small(512) - 256) as f64,
            // Any digits, between 2⁻⁸ and 2⁸.
            _ => {
                let exponent = 1023 - 8 + self.bits() % 17;
                f64::from_bits((self.bits() & !(0x7ff << 52)) | (exponent << 52))
            }
        }
    }
}
