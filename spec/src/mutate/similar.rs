//! Which primitives could be taken for each other.

use crate::candidates::of_type;
use crate::evaluate::Value;
use crate::model::{Param, Primitive, PrimitiveId};
use opforge_core::{Evaluator, Scalar};

/// The primitives with the same signature that can be evaluated as well.
pub(super) fn others(primitives: &[Primitive], id: PrimitiveId) -> Vec<PrimitiveId> {
    let own = &primitives[id.0];
    if evaluator(own).is_none() {
        return Vec::new();
    }
    let is_like = |other: &Primitive| other.params == own.params && other.result == own.result;
    let all = primitives.iter().enumerate().filter(|(index, other)| *index != id.0 && is_like(other));
    all.filter(|(_, other)| evaluator(other).is_some()).map(|(index, _)| PrimitiveId(index)).collect()
}

fn evaluator(primitive: &Primitive) -> Option<&'static Evaluator> {
    // One that is defined by others is put in where it is called: there is no call of it.
    Evaluator::find(&primitive.name).filter(|_| primitive.std && primitive.is.is_none())
}

/// Whether a primitive of two arguments gives the same when they are swapped, on all pairs of boundary values.
pub(super) fn commutes(primitive: &Primitive) -> bool {
    let ([Param::Value(first), Param::Value(second)], Some(evaluator)) = (&primitive.params[..], evaluator(primitive))
    else {
        return false;
    };
    let scalars = |values: Vec<Value>| -> Vec<Scalar> {
        let scalar = |value: Value| match value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Text(_) => None,
        };
        values.into_iter().filter_map(scalar).collect()
    };
    let (firsts, seconds) = (scalars(of_type(*first)), scalars(of_type(*second)));
    firsts.iter().all(|a| seconds.iter().all(|b| (evaluator.run)(&[*a, *b]) == (evaluator.run)(&[*b, *a])))
}
