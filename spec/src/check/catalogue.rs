//! What bodies may name: types, traps and primitives.

use super::report::Report;
use super::types::Types;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic, Side};
use crate::model::{Expr, Primitive, PrimitiveId, Trap, TrapId};
use crate::nearest::{near_or, nearest};
use crate::source::Span;
use opforge_core::StandardTrap;
use std::collections::BTreeMap;

/// What bodies may name.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue {
    pub(super) types: Types,
    /// By number.
    pub(super) traps: Vec<Trap>,
    pub(super) primitives: Vec<Primitive>,
    /// Where each of them is declared, unless that is surely right.
    pub(super) declared: Vec<Option<Span>>,
    /// `None` for a primitive that is wrong, which was reported where it stands.
    pub(super) primitive_ids: BTreeMap<String, Option<PrimitiveId>>,
    /// What stands for a call of a primitive that a table defines by others; its inputs are the arguments.
    pub(super) definitions: BTreeMap<PrimitiveId, Expr>,
}

impl Catalogue {
    /// What writing to the output may raise.
    pub(crate) fn traps_of_output(&self) -> impl Iterator<Item = TrapId> + '_ {
        let of_output = |trap: &Trap| trap.standard.is_some_and(|trap| StandardTrap::OF_OUTPUT.contains(&trap));
        self.traps.iter().enumerate().filter(move |(_, trap)| of_output(trap)).map(|(index, _)| TrapId(index))
    }

    pub(super) fn primitive(&self, id: PrimitiveId) -> &Primitive {
        &self.primitives[id.0]
    }

    /// That the primitive is declared otherwise than it is used.
    pub(super) fn declaration(&self, id: PrimitiveId, side: Side) -> Option<Cause> {
        Some(Cause::Declaration(self.declared[id.0]?, self.primitives[id.0].name.clone(), side))
    }

    /// The trap of a value of a wrong type.
    pub(super) fn type_mismatch(&self) -> Option<TrapId> {
        self.traps.iter().position(|trap| trap.standard == Some(StandardTrap::TypeMismatch)).map(TrapId)
    }

    /// Whether the trap comes from a limit of the machine.
    pub(crate) fn is_limit(&self, id: TrapId) -> bool {
        self.traps[id.0].standard.is_some_and(StandardTrap::is_limit)
    }

    /// Whether the trap depends on the machine or its host, so that no example need show it.
    pub(super) fn is_from_outside(&self, id: TrapId) -> bool {
        self.traps[id.0].standard.is_some_and(StandardTrap::is_from_outside)
    }
}

/// The trap called `name`; `write` makes what stands at `span` from a name.
pub(crate) fn trap(
    name: &str,
    span: Span,
    write: fn(&str) -> String,
    catalogue: &Catalogue,
    report: &mut Report,
) -> Option<TrapId> {
    if let Some(index) = catalogue.traps.iter().position(|trap| trap.name == name) {
        return Some(TrapId(index));
    }
    let near = nearest(name, catalogue.traps.iter().map(|trap| trap.name.as_str()));
    let help = near_or(near, || format!("declare it: `traps: [Trap(name: \"{name}\", code: 1000, doc: \"…\")]`"));
    let diagnostic = Diagnostic::new(Code::UnknownTrap, span, format!("no trap is called `{name}`"));
    let diagnostic = diagnostic.label("unknown trap").help(help).because([Cause::Unknown("trap", name.to_owned())]);
    report.push(match near {
        Some(near) => diagnostic.fix(span, write(near)),
        None => diagnostic,
    });
    None
}
