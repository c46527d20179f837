//! How `Isa` executes: its `Execute`, which only names the functions of the others.

use crate::analysis::own_handlers;
use crate::half::Half;
use crate::names::isa;
use opforge_spec::model::InstructionSet;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn emit(set: &InstructionSet) -> TokenStream {
    let own = !own_handlers(set).is_empty();
    let (generics, ty) = isa(set, Half::Machine);
    let handlers = if own { quote!(H) } else { quote!(()) };
    let parameter = if own { quote!(handlers) } else { quote!(_handlers) };
    let argument = own.then(|| quote!(handlers));
    quote! {
        impl #generics ::opforge::Execute for #ty {
            type Handlers = #handlers;

            fn slot_form() -> &'static ::opforge::slots::SlotForm {
                &SLOT_FORM
            }

            unsafe fn run(
                fast: &mut ::opforge::exec::Fast<'_>,
                handlers: &mut #handlers,
                ip: ::opforge::exec::CodePtr,
                base: ::opforge::exec::Base,
            ) {
                unsafe { run(fast, handlers, ip, base) }
            }

            fn step(
                op: &Op,
                context: &mut ::opforge::exec::StepContext<'_>,
                #parameter: &mut #handlers,
            ) -> Result<::opforge::Flow, ::opforge::TrapCode> {
                step(op, context, #argument)
            }
        }
    }
}
