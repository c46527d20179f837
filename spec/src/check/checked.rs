//! A body that is right.

use super::stack::StackForm;
use crate::model::{Body, Effect, Flow, TrapId};
use std::collections::BTreeSet;

/// A body that is right, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct CheckedBody {
    pub(crate) body: Body,
    pub(crate) flow: Flow,
    pub(crate) effects: BTreeSet<Effect>,
    /// The traps that its steps, its parts' steps or its handler raise.
    pub(crate) own_traps: BTreeSet<TrapId>,
    /// Those, and those of types that do not fit.
    pub(crate) traps: BTreeSet<TrapId>,
    /// What the row pushes: types met with those of what the body computes.
    pub(crate) shape: StackForm,
    pub(crate) peak: u32,
}
