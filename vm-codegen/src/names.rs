//! Every Rust identifier and type that generated code uses for a name of the table.
//!
//! Names come from tables, so they may be Rust keywords or names that the
//! generated code uses itself. Both are settled here and nowhere else.

use crate::Half;
use crate::analysis::blocks;
use crate::excluded::excluded;
use opforge_core::{OperandKind, Type};
use opforge_spec::model::{Block, Instruction, InstructionSet, Step, Trap};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// Words that need `r#`, in any edition.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that cannot be raw identifiers either.
const NEVER_NAMES: [&str; 5] = ["self", "Self", "super", "crate", "_"];

/// Names that the generated functions use themselves where a row's names are in reach.
const OWN_LOCALS: &[&str] = &[
    "context",
    "handlers",
    "inputs",
    "rest",
    "outputs",
    "flow",
    "formatter",
    "float_text",
    "code",
    "operands",
    "read_index",
    "read_int",
    "read_float",
];

/// An identifier for `name` that is valid at any place; different names give different identifiers.
pub(crate) fn ident(name: &str) -> Ident {
    let mut text: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit()) {
        text.insert(0, '_');
    }
    if NEVER_NAMES.contains(&stem(&text)) {
        text.push('_');
    }
    if KEYWORDS.contains(&text.as_str()) {
        Ident::new_raw(&text, Span::call_site())
    } else {
        Ident::new(&text, Span::call_site())
    }
}

/// Whether the word is a keyword, so that it names nothing by itself.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || NEVER_NAMES.contains(&word)
}

/// `text` without the underscores at its end, save that `_` alone stays.
fn stem(text: &str) -> &str {
    match text.trim_end_matches('_') {
        "" => "_",
        stem => stem,
    }
}

/// The path of a Rust function: `::a::b` or `crate::a::b`, as the checker lets one be.
pub(crate) fn rust_path(path: &str) -> TokenStream {
    let is_name = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && ident(part) == part;
    let (start, parts) = match (path.strip_prefix("::"), path.strip_prefix("crate::")) {
        (Some(parts), _) => (None, parts),
        (None, Some(parts)) => (Some(quote!(crate)), parts),
        (None, None) => return excluded(&format!("the Rust path `{path}`")),
    };
    if !parts.split("::").all(|part| is_name(part) || KEYWORDS.contains(&part)) {
        return excluded(&format!("the Rust path `{path}`"));
    }
    let parts = parts.split("::").map(ident);
    quote!(#start #(::#parts)*)
}

/// The camel-case form of a name in snake case: `roll_dice` is `RollDice`.
pub(crate) fn camel(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars)
        })
        .collect()
}

/// The upper-case form of a name in camel case: `TypeMismatch` is `TYPE_MISMATCH`.
pub(crate) fn upper(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_uppercase());
    }
    text
}

/// The name of the context that handler `name` gets.
pub(crate) fn handler_context(name: &str) -> Ident {
    ident(&format!("{}Context", camel(name)))
}

/// The name of the enum of traps that handler `name` may raise.
pub(crate) fn handler_trap(name: &str) -> Ident {
    ident(&format!("{}Trap", camel(name)))
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

/// What an operand is in Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperandType {
    U8,
    U16,
    U32,
    I16,
    I64,
    F64,
}

impl OperandType {
    pub(crate) fn of(kind: OperandKind) -> Self {
        match kind {
            OperandKind::Count8 => Self::U8,
            OperandKind::Int => Self::I64,
            OperandKind::I16 => Self::I16,
            OperandKind::Float => Self::F64,
            OperandKind::Target => Self::U32,
            OperandKind::Local
            | OperandKind::Func
            | OperandKind::Const
            | OperandKind::Global
            | OperandKind::Block
            | OperandKind::Count => Self::U16,
        }
    }
}

/// The Rust type of an operand in `Op`.
pub(crate) fn operand_type(kind: OperandKind) -> TokenStream {
    match OperandType::of(kind) {
        OperandType::U8 => quote!(u8),
        OperandType::U16 => quote!(u16),
        OperandType::U32 => quote!(u32),
        OperandType::I16 => quote!(i16),
        OperandType::I64 => quote!(i64),
        OperandType::F64 => quote!(f64),
    }
}

/// The operand `name`, of kind `own`, where one of kind `wanted` is.
pub(crate) fn operand_as(name: &Ident, own: OperandKind, wanted: OperandKind) -> TokenStream {
    if OperandType::of(own) == OperandType::of(wanted) {
        return quote!(#name);
    }
    let wanted = operand_type(wanted);
    quote!(#wanted::from(#name))
}

/// How generated Rust holds a value of some type: a type of one kind as itself, a wider one as `Value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Bool,
    Int,
    Float,
    Text,
    Value,
}

impl Form {
    pub(crate) fn of(ty: Type) -> Self {
        match ty {
            Type::BOOL => Self::Bool,
            Type::INT => Self::Int,
            Type::FLOAT => Self::Float,
            Type::STR => Self::Text,
            _ => Self::Value,
        }
    }

    /// The Rust type.
    pub(crate) fn rust_type(self) -> TokenStream {
        match self {
            Self::Bool => quote!(bool),
            Self::Int => quote!(i64),
            Self::Float => quote!(f64),
            Self::Text => quote!(::opforge::Text),
            Self::Value => quote!(::opforge::Value),
        }
    }

    /// `tokens`, held in this form, as a `Value`.
    pub(crate) fn wrap(self, tokens: TokenStream) -> TokenStream {
        match self {
            Self::Bool => quote!(::opforge::Value::bool(#tokens)),
            Self::Int => quote!(::opforge::Value::int(#tokens)),
            Self::Float => quote!(::opforge::Value::float(#tokens)),
            Self::Text => quote!(::opforge::Value::text(#tokens)),
            Self::Value => tokens,
        }
    }

    /// `tokens`, a `Value`, in this form; the enclosing function traps `TypeMismatch` when it is none.
    pub(crate) fn unwrap(self, tokens: TokenStream) -> TokenStream {
        match self {
            Self::Bool => quote!(#tokens.to_bool()?),
            Self::Int => quote!(#tokens.to_int()?),
            Self::Float => quote!(#tokens.to_float()?),
            Self::Text => quote!(#tokens.to_text()?),
            Self::Value => tokens,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_of_names_and_what_is_none_does_not_compile() {
        assert_eq!(rust_path("::dice::roll").to_string(), quote!(::dice::roll).to_string());
        assert_eq!(rust_path("crate::dice::type").to_string(), quote!(crate::dice::r#type).to_string());
        for path in ["dice::roll", "crate::super::roll", "::dice::roll a die", "::dice::6", "crate::"] {
            let tokens = rust_path(path).to_string();
            assert!(tokens.contains("compile_error") && tokens.contains("please report it"), "{path}: {tokens}");
        }
    }
}
