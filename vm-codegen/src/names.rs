//! Every Rust identifier and type that generated code uses for a name of the table.
//!
//! Names come from tables, so they may be Rust keywords or names that the
//! generated code uses itself. Both are settled here and nowhere else.

use crate::analysis::blocks;
use crate::half::Half;
use crate::ident::{camel, upper};
pub(crate) use crate::ident::{ident, rust_path};
use opforge_core::{Effect, Kind, OperandKind, OperandRole, RustType, Type};
use opforge_spec::model::{Block, Instruction, InstructionSet, Step, Trap};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeMap;

/// Variables that the generated functions bind themselves where a row's names are in reach. What they call is written as
/// a path of two parts or more, which no variable can stand before.
const OWN_LOCALS: &[&str] =
    &["code", "context", "formatter", "handlers", "inputs", "instruction", "op", "operands", "outputs", "rest"];

/// Where the functions of rows stand: a module for each kind, so that whatever a table calls its rows, none is met by
/// what generated code makes of another. Rows and instructions of slot form have names of their own in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Home {
    /// Rows in the reference engine.
    Engine,
    /// What rows compute.
    Compute,
    /// One case of a row alone.
    Case(usize),
    /// The cases of a row that are not tested in place.
    Rest,
    /// Instructions of slot form that are kept out of the loop.
    Cold,
}

impl Home {
    /// The module.
    pub(crate) fn module(self) -> Ident {
        match self {
            Self::Engine => ident("engine"),
            Self::Compute => ident("compute"),
            Self::Case(number) => ident(&format!("case_{number}")),
            Self::Rest => ident("rest"),
            Self::Cold => ident("cold"),
        }
    }

    /// The function of a row, as a function of any of the modules names it.
    pub(crate) fn of(self, row: &Instruction) -> TokenStream {
        let (module, name) = (self.module(), ident(&row.mnemonic));
        quote!(super::#module::#name)
    }

    /// The function of a row, as a function beside the modules names it.
    pub(crate) fn beside(self, row: &Instruction) -> TokenStream {
        let (module, name) = (self.module(), ident(&row.mnemonic));
        quote!(self::#module::#name)
    }

    /// The module with its functions.
    pub(crate) fn with(self, doc: &str, functions: &[TokenStream]) -> TokenStream {
        let (module, docs, prelude) = (self.module(), crate::literals::docs(doc), prelude());
        quote! {
            #docs
            #[allow(unused_imports, reason = "the same names for all rows")]
            #[allow(unused_variables, unused_mut, reason = "not every row needs all")]
            #[allow(unreachable_code, reason = "a row may always leave")]
            #[allow(dead_code, reason = "a row may run in other forms alone")]
            mod #module {
                #prelude
                #(#functions)*
            }
        }
    }
}

/// What a module of generated code names without a path. Nothing else is in reach there, whatever the edition and the
/// prelude of the crate that it is part of.
pub fn prelude() -> TokenStream {
    quote! {
        use ::core::convert::{From, TryFrom};
        use ::core::iter::Iterator;
        use ::core::option::Option::{self, None, Some};
        use ::core::result::Result::{self, Err, Ok};
        use ::std::vec::Vec;
    }
}

/// The name of the context that handler `name` gets.
pub(crate) fn handler_context(name: &str) -> Ident {
    ident(&format!("{}Context", camel(name)))
}

/// The name of the enum of traps that handler `name` may raise.
pub(crate) fn handler_trap(name: &str) -> Ident {
    ident(&format!("{}Trap", camel(name)))
}

/// The type, of the module `effects`, of what a primitive with these effects may do.
pub(crate) fn effects_type(effects: &[Effect]) -> Ident {
    let names: Vec<&str> = effects.iter().map(|effect| effect.name()).collect();
    ident(&format!("Only{}", names.join("And")))
}

/// The expression for a trap's number.
pub(crate) fn trap_code(trap: &Trap) -> TokenStream {
    if trap.standard.is_some() {
        let name = ident(&upper(&trap.name));
        quote!(::opforge::TrapCode::#name)
    } else {
        let code = crate::literals::unsigned(u64::from(trap.code));
        quote!(::opforge::TrapCode(#code))
    }
}

/// The Rust type of an operand in `Op`.
pub(crate) fn operand_type(kind: OperandKind) -> TokenStream {
    let stored = ident(kind.stored());
    quote!(#stored)
}

/// The operand `name` as `Operand` says it.
pub(crate) fn operand_of(name: &Ident, kind: OperandKind) -> TokenStream {
    match kind.role() {
        OperandRole::Number(number) => {
            let (scalar, held) = (ident(number.name()), number.rust().map(|rust| rust.name).unwrap_or_default());
            let held_as = ident(held);
            let number = if held == kind.stored() { quote!(#name) } else { quote!(#held_as::from(#name)) };
            quote!(::opforge::Operand::Number(::opforge::Scalar::#scalar(#number)))
        }
        _ if kind.stored() == "u32" => quote!(::opforge::Operand::Index(#name)),
        _ => quote!(::opforge::Operand::Index(u32::from(#name))),
    }
}

/// The operand `name`, of kind `own`, where one of kind `wanted` is.
pub(crate) fn operand_as(name: &Ident, own: OperandKind, wanted: OperandKind) -> TokenStream {
    if own.stored() == wanted.stored() {
        return quote!(#name);
    }
    let wanted = operand_type(wanted);
    quote!(#wanted::from(#name))
}

/// How generated Rust holds a value of some type: a type of one kind as itself, a wider one as `Value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Of(Kind, RustType),
    Value,
}

impl Form {
    pub(crate) fn of(ty: Type) -> Self {
        let held = ty.single().and_then(|kind| Some((kind, kind.rust()?)));
        held.map_or(Self::Value, |(kind, rust)| Self::Of(kind, rust))
    }

    /// The Rust type.
    pub(crate) fn rust_type(self) -> TokenStream {
        match self {
            Self::Of(kind, rust) => {
                let name = ident(rust.name);
                if kind.is_immediate() { quote!(#name) } else { quote!(::opforge::#name) }
            }
            Self::Value => quote!(::opforge::Value),
        }
    }

    /// `tokens`, held in this form, as a `Value`.
    pub(crate) fn wrap(self, tokens: TokenStream) -> TokenStream {
        match self {
            Self::Of(_, rust) => {
                let new = ident(rust.new);
                quote!(::opforge::Value::#new(#tokens))
            }
            Self::Value => tokens,
        }
    }

    /// `tokens`, a `Value`, in this form; the enclosing function traps `TypeMismatch` when it is of another type.
    pub(crate) fn unwrap(self, tokens: TokenStream) -> TokenStream {
        match self {
            Self::Of(_, rust) => {
                let demand = ident(rust.demand);
                quote!(#tokens.#demand()?)
            }
            Self::Value => tokens,
        }
    }

    /// `tokens`, a `Value`, as an `Option` of what it is in this form.
    pub(crate) fn read(self, tokens: &impl ToTokens) -> TokenStream {
        match self {
            Self::Of(_, rust) => {
                let read = ident(rust.read);
                quote!(#tokens.#read())
            }
            Self::Value => quote!(Some(#tokens)),
        }
    }
}

/// The local variables of a row's generated functions: all different, and none a name that generated code uses itself.
pub(crate) struct Locals {
    inputs: Vec<Ident>,
    operands: Vec<Ident>,
    assigned: BTreeMap<String, Ident>,
}

impl Locals {
    pub(crate) fn new(row: &Instruction) -> Self {
        let mut taken = Vec::new();
        let operands = row.operands.iter().map(|operand| fresh(&operand.name, &mut taken)).collect();
        let inputs = row.inputs.iter().map(|input| fresh(&input.name, &mut taken)).collect();
        let mut assigned = BTreeMap::new();
        for name in blocks(&row.body).into_iter().flat_map(assigned_names) {
            if !assigned.contains_key(name) {
                assigned.insert(name.to_string(), fresh(name, &mut taken));
            }
        }
        Self { inputs, operands, assigned }
    }

    pub(crate) fn input(&self, index: usize) -> &Ident {
        &self.inputs[index]
    }

    pub(crate) fn operand(&self, index: usize) -> &Ident {
        &self.operands[index]
    }

    pub(crate) fn assigned(&self, name: &str) -> Ident {
        self.assigned.get(name).cloned().unwrap_or_else(|| ident(name))
    }
}

fn assigned_names(block: &Block) -> impl Iterator<Item = &str> {
    block.steps.iter().filter_map(|step| match step {
        Step::Let { name, .. } => Some(name.as_str()),
        _ => None,
    })
}

/// Whether generated functions may bind this name themselves; hoisted arguments are `argument_0`, `argument_1`, ….
fn is_own(name: &str) -> bool {
    OWN_LOCALS.contains(&name) || name.starts_with("argument_") && !name.ends_with('_')
}

fn fresh(name: &str, taken: &mut Vec<Ident>) -> Ident {
    let mut text = name.to_string();
    while is_own(&text) || taken.contains(&ident(&text)) {
        text.push('_');
    }
    taken.push(ident(&text));
    ident(&text)
}

/// The pattern `Op::Name { operand, … }` that binds a row's operands to its locals.
pub(crate) fn op_pattern(row: &Instruction, locals: &Locals) -> TokenStream {
    let name = ident(&row.name);
    if row.operands.is_empty() {
        return quote!(Op::#name);
    }
    let fields = row.operands.iter().enumerate().map(|(index, operand)| {
        let (field, local) = (ident(&operand.name), locals.operand(index));
        if field == *local { quote!(#field) } else { quote!(#field: #local) }
    });
    quote!(Op::#name { #(#fields),* })
}

/// The generics of an `impl` over the set, and its type: `Isa`, or `Isa<H>` where the machine of a table has handlers of
/// its own.
pub(crate) fn isa(set: &InstructionSet, half: Half) -> (TokenStream, TokenStream) {
    if half == Half::Codec || crate::analysis::own_handlers(set).is_empty() {
        (TokenStream::new(), quote!(Isa))
    } else {
        (quote!(<H: Handlers + 'static>), quote!(Isa<H>))
    }
}
