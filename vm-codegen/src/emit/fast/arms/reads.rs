//! What an instruction reads: the fields of its code, the slots that they name, what earlier parts kept.

use super::Arm;
use crate::emit::fast::signature::output_form;
use crate::excluded::excluded;
use crate::literals::{index, operand_number};
use crate::names::{Form, ident, operand_type};
use opforge_core::slot_form::{Field, OperandSource, PartInput};
use opforge_core::{Kind, OperandKind, Scalar, Type};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

impl Arm<'_> {
    /// The slot that a field names. What several parts name is read once, before any of them writes.
    pub(super) fn field(&self, field: usize) -> TokenStream {
        if self.op.parts.len() > 1 {
            return ident(&format!("slot_{field}")).to_token_stream();
        }
        let offset = index(self.offsets[field]);
        quote!(ip.field(#offset))
    }

    /// Reads the slots that the parts name.
    pub(super) fn slots(&self) -> TokenStream {
        if self.op.parts.len() < 2 {
            return TokenStream::new();
        }
        let slots = self.op.fields.iter().zip(&self.offsets).enumerate().filter_map(|(field, (form, offset))| {
            let (name, offset) = (self.field(field), index(*offset));
            matches!(form, Field::Slot | Field::Slots(_)).then(|| quote!(let #name = ip.field(#offset);))
        });
        slots.collect()
    }

    /// An input that was looked at before: read again, so that the first look need not keep it.
    pub(super) fn input_again(&self, input: &PartInput) -> TokenStream {
        match input {
            PartInput::Slot(field) => {
                let slot = self.field(*field);
                quote!(base.get_again(#slot))
            }
            input => self.input(input),
        }
    }

    /// An input in a slot that is known to be of that kind: what tells kinds apart is then settled while this is compiled.
    pub(super) fn input_of(&self, input: &PartInput, kind: Kind) -> TokenStream {
        let PartInput::Slot(field) = input else { return excluded("a kind that is known of a value in no slot") };
        let (slot, kind) = (self.field(*field), ident(kind.name()));
        quote!(base.get_of(#slot, ::opforge::Kind::#kind))
    }

    pub(super) fn input(&self, input: &PartInput) -> TokenStream {
        match input {
            PartInput::Slot(field) => {
                let slot = self.field(*field);
                quote!(base.get(#slot))
            }
            PartInput::Group(field) => {
                let first = self.field(*field);
                let count = match self.op.fields[*field] {
                    Field::Group(count) => self.field(count),
                    other => excluded(&format!("a group in a field that is `{other:?}`")),
                };
                quote!(base.group(#first, usize::from(#count)))
            }
            PartInput::Number(field) => {
                let offset = index(self.offsets[*field]);
                match self.op.fields[*field] {
                    Field::Int16 => quote!(::opforge::Value::int(ip.int16(#offset))),
                    Field::Number(kind) => {
                        let form = Form::of(Type::of(kind));
                        let rust = form.rust_type();
                        form.wrap(quote!(ip.number::<#rust>(#offset)))
                    }
                    other => excluded(&format!("a number in a field that is `{other:?}`")),
                }
            }
            PartInput::Literal(value) => literal(*value),
            PartInput::Part(part) => self.kept(*part),
        }
    }

    /// The value that an earlier part kept out of the frame.
    pub(super) fn kept(&self, part: usize) -> TokenStream {
        let form = self.row(&self.op.parts[part]).map_or(Form::Value, output_form);
        form.wrap(ident(&format!("kept_{part}")).to_token_stream())
    }

    pub(super) fn operand(&self, kind: OperandKind, operand: &OperandSource) -> TokenStream {
        let field = match operand {
            OperandSource::Field(field) => *field,
            OperandSource::Literal(value) => return operand_number(*value),
            OperandSource::Label(_) => return excluded("a label where a number is wanted"),
        };
        let offset = index(self.offsets[field]);
        let stored = operand_type(kind);
        match self.op.fields[field] {
            Field::Number(_) => quote!(ip.number::<#stored>(#offset)),
            Field::Targets => quote!(ip.list(#offset)),
            _ if kind.stored() == "u16" => quote!(ip.field(#offset)),
            _ => quote!((ip.field(#offset) as #stored)),
        }
    }
}

fn literal(value: Scalar) -> TokenStream {
    let (tokens, form) = crate::body::literal(value);
    form.wrap(tokens)
}
