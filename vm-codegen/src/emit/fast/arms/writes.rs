//! What an instruction writes: its outputs, and before it leaves what earlier parts kept.

use super::Arm;
use crate::excluded::excluded;
use crate::literals::{index, unsigned};
use crate::names::{Form, ident};
use opforge_core::slot_form::{PartOutputs, SlotPart};
use proc_macro2::TokenStream;
use quote::quote;

impl Arm<'_> {
    /// Puts the only output where it goes.
    pub(super) fn write(&self, position: usize, part: &SlotPart, value: &TokenStream, form: Form) -> TokenStream {
        match part.outputs {
            PartOutputs::None => {
                let excluded = excluded("an output that goes nowhere");
                quote!(#excluded;)
            }
            PartOutputs::Slot(field) | PartOutputs::Slots(field) => {
                let (slot, value) = (self.field(field), form.wrap(value.clone()));
                quote!(base.set(#slot, #value);)
            }
            PartOutputs::Kept(_) => {
                let kept = ident(&format!("kept_{position}"));
                quote!(let #kept = #value;)
            }
        }
    }

    /// Puts several outputs one after the other.
    pub(super) fn write_all(&self, part: &SlotPart, values: &TokenStream, count: usize) -> TokenStream {
        if count == 0 {
            return TokenStream::new();
        }
        let (PartOutputs::Slots(field) | PartOutputs::Slot(field)) = part.outputs else {
            let excluded = excluded("outputs that go nowhere");
            return quote!(#excluded;);
        };
        let first = self.field(field);
        let writes = (0..count).map(|position| {
            let (offset, position) = (unsigned(position as u64), index(position));
            quote!(base.set_after(#first, #offset, #values[#position]);)
        });
        quote!(#(#writes)*)
    }

    /// Puts what later parts would have put into the frame there, and leaves with the trap `code`.
    pub(super) fn trap(&self, position: usize) -> TokenStream {
        let (spill, part) = (self.spill(position), unsigned(position as u64));
        quote!(#spill fast.trap(ip, #part, code);)
    }

    pub(super) fn spill(&self, position: usize) -> TokenStream {
        let spill = |kept: &usize| {
            let PartOutputs::Kept(Some(field)) = self.op.parts[*kept].outputs else {
                let excluded = excluded("a value to be put into the frame that has no slot there");
                return quote!(#excluded;);
            };
            let (slot, value) = (self.field(field), self.kept(*kept));
            quote!(base.set(#slot, #value);)
        };
        self.op.parts[position].spills.iter().map(spill).collect()
    }
}
