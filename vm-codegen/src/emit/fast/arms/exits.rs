//! Where an instruction continues: at the next one, at a label of its own, into another function, out of the loop.

use super::{Arm, label};
use crate::emit::fast::signature::max_jump_outputs;
use crate::excluded::excluded;
use crate::literals::{index, unsigned};
use opforge_core::OperandKind;
use opforge_core::slot_form::{OperandSource, PartInput, SlotPart};
use opforge_spec::model::Instruction;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl Arm<'_> {
    /// Ends the loop.
    pub(super) fn leave(&self) -> TokenStream {
        if self.hot { quote!(return) } else { quote!(return None) }
    }

    /// Continues at `ip`.
    pub(super) fn continues(&self) -> TokenStream {
        if self.hot { quote!(continue 'run) } else { quote!(return Some((ip, base))) }
    }

    /// Goes where the row's function said.
    pub(super) fn ways(&self, position: usize, row: &Instruction, part: &SlotPart, result: &Ident) -> TokenStream {
        let (leave, continues) = (self.leave(), self.continues());
        let mut arms = Vec::new();
        if row.flow.next && row.flow.enters.is_none() {
            let written = self.write_all(part, &quote!(values), row.outputs.len());
            arms.push(quote!(::opforge::exec::Completion::Next(values) => { #written }));
        }
        for (number, operand) in row.flow.jumps.iter().enumerate() {
            let outputs = row.outputs_at(*operand).len().min(max_jump_outputs(row));
            let (number, written) = (index(number), self.write_all(part, &quote!(values), outputs));
            arms.push(match row.operands[*operand].kind {
                OperandKind::Targets => {
                    let jump = self.goes(&quote!(fast.jump_to(ip, target)));
                    quote!(::opforge::exec::Completion::Listed(#number, target, values) => { #written #jump })
                }
                _ => {
                    let jump = self.jump(position, part, *operand);
                    quote!(::opforge::exec::Completion::Jump(#number, values) => { #written #jump })
                }
            });
        }
        if row.flow.returns {
            arms.push(quote! {
                ::opforge::exec::Completion::Return(value) => match fast.ret(base, value) {
                    Some(next) => { (ip, base) = next; #continues; }
                    None => { #leave; }
                }
            });
        }
        if row.flow.raises {
            let number = unsigned(position as u64);
            let spill = self.spill(position);
            arms.push(quote! {
                ::opforge::exec::Completion::Raise(value) => { #spill fast.raise(ip, #number, value); #leave; }
            });
        }
        if let Some((function, group)) = row.flow.enters {
            let (OperandSource::Field(function), PartInput::Group(home)) =
                (&part.operands[function], &part.inputs[group])
            else {
                return excluded("a call whose function or arguments are in no field");
            };
            let (function, home, words) = (self.field(*function), self.field(*home), index(self.op.words()));
            arms.push(quote! {
                ::opforge::exec::Completion::Enter => match fast.call(ip, base, #words, #function, #home) {
                    Some(next) => { (ip, base) = next; #continues; }
                    None => { #leave; }
                }
            });
        }
        // The function returns no other way; the compiler sees that.
        let number = unsigned(position as u64);
        quote! {
            match #result {
                #(#arms)*
                _ => { fast.trap(ip, #number, ::opforge::TrapCode::INVALID_CODE); #leave; }
            }
        }
    }

    /// Continues where a jump goes, or leaves if its tick was the last.
    fn goes(&self, jump: &TokenStream) -> TokenStream {
        let (leave, continues) = (self.leave(), self.continues());
        quote! {
            match #jump {
                Some(next) => { ip = next; #continues; }
                None => { #leave; }
            }
        }
    }

    fn jump(&self, position: usize, part: &SlotPart, operand: usize) -> TokenStream {
        match part.operands[operand] {
            OperandSource::Label(target) if target <= position => {
                let leave = self.leave();
                quote!(if fast.tick(ip) { #leave; } continue 'again;)
            }
            OperandSource::Label(target) => {
                let label = label(target);
                quote!(break #label;)
            }
            OperandSource::Field(field) => {
                let offset = index(self.offsets[field]);
                self.goes(&quote!(fast.jump(ip, #offset)))
            }
            OperandSource::Literal(_) => {
                let excluded = excluded("a jump to a number");
                quote!(#excluded;)
            }
        }
    }
}
