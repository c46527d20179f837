//! Which primitives could be taken for each other.

use crate::candidates::of_type;
use crate::evaluate::{compute, computes};
use crate::model::{Param, Primitive, PrimitiveId};

/// The primitives with the same signature that can be evaluated as well.
pub(super) fn others(primitives: &[Primitive], id: PrimitiveId) -> Vec<PrimitiveId> {
    let own = &primitives[id.0];
    if !computes(own) {
        return Vec::new();
    }
    let is_like = |other: &Primitive| other.params == own.params && other.result == own.result;
    let all = primitives.iter().enumerate().filter(|(index, other)| *index != id.0 && is_like(other));
    // One that is defined by others is put in where it is called: there is no call of it.
    all.filter(|(_, other)| computes(other) && other.is.is_none()).map(|(index, _)| PrimitiveId(index)).collect()
}

/// Whether a primitive of two arguments gives the same when they are swapped, on all pairs of boundary values.
pub(super) fn commutes(primitive: &Primitive) -> bool {
    let [Param::Value(first), Param::Value(second)] = &primitive.params[..] else { return false };
    let (name, seconds) = (primitive.name.as_str(), of_type(*second));
    let same = |a, b| compute(name, &[a, b]).is_some_and(|value| compute(name, &[b, a]) == Some(value));
    computes(primitive) && of_type(*first).into_iter().all(|a| seconds.iter().all(|b| same(a, *b)))
}
