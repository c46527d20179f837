//! A small generator of numbers that are the same on every machine.

use opforge::{Kind, Scalar};

/// **Source:** Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A source that starts with `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits, each as likely to be set as not.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() % (end as u64).max(1)).unwrap_or(0)
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of the list; `None` if it is empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        list.get(self.below(list.len())).copied()
    }

    /// A kind: mostly one that rows compute with.
    pub fn kind(&mut self) -> Kind {
        match self.below(20) {
            0..=10 => Kind::Int,
            11..=14 => Kind::Float,
            _ => self.pick(&Kind::ALL).unwrap_or(Kind::Nil),
        }
    }

    /// An int: an edge, any, or one near zero.
    pub fn int(&mut self) -> i64 {
        const EDGES: [i64; 10] = [0, 1, -1, 2, 63, 64, i64::MAX, i64::MIN, i64::MIN + 1, 1 << 53];
        match self.below(3) {
            0 => EDGES[self.below(EDGES.len())],
            1 => i64::from_ne_bytes(self.bits().to_ne_bytes()) >> self.below(64),
            _ => i64::try_from(self.below(21)).unwrap_or(0) - 10,
        }
    }

    /// A float: an edge, any, or one near zero.
    pub fn float(&mut self) -> f64 {
        const EDGES: [f64; 10] =
            [0.0, -0.0, 1.0, -1.5, 0.1, 1e300, f64::MIN_POSITIVE, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
        match self.below(3) {
            0 => EDGES[self.below(EDGES.len())],
            1 => f64::from_bits(self.bits()),
            _ => f64::from(i32::try_from(self.below(2001)).unwrap_or(0) - 1000) / 8.0,
        }
    }

    /// A scalar of `kind`; `None` for kinds that are no scalars.
    pub fn scalar(&mut self, kind: Kind) -> Option<Scalar> {
        match kind {
            Kind::Int => Some(Scalar::Int(self.int())),
            Kind::Float => Some(Scalar::Float(self.float())),
            Kind::I32 => Some(Scalar::I32(self.int() as i32)),
            Kind::F32 => Some(Scalar::F32(self.float() as f32)),
            Kind::Char if self.once_in(2) => {
                let code = u32::try_from(self.below(0x600)).unwrap_or(0);
                char::from_u32(code).map(Scalar::Char)
            }
            _ => {
                let payload = self.bits() >> self.below(64);
                let any = Scalar::from_payload(kind, payload).filter(|_| self.once_in(2));
                any.or_else(|| self.pick(&Scalar::telling(kind)))
            }
        }
    }
}
