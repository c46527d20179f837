//! Literals as tokens: unsuffixed, the same on every machine.

use crate::excluded::excluded;
use crate::ident::ident;
use opforge_core::{Operand, OperandKind, Scalar, Type};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A number without sign, in decimal.
pub(crate) fn unsigned(value: u64) -> TokenStream {
    let literal = Literal::u64_unsuffixed(value);
    quote!(#literal)
}

/// A position in a list, or a number of things.
pub(crate) fn index(value: usize) -> TokenStream {
    let literal = Literal::usize_unsuffixed(value);
    quote!(#literal)
}

/// A number with a sign. Written as two tokens when negative, as rustc does.
pub(crate) fn int(value: i64) -> TokenStream {
    let magnitude = unsigned(value.unsigned_abs());
    if value < 0 { quote!(-#magnitude) } else { magnitude }
}

/// A float in the shortest form that reads back with the same bits.
pub(crate) fn float(value: f64) -> TokenStream {
    if value.is_nan() {
        if value.to_bits() == f64::NAN.to_bits() {
            return quote!(f64::NAN);
        }
        let bits = hex64(value.to_bits());
        return quote!(f64::from_bits(#bits));
    }
    let magnitude = if value.is_infinite() { quote!(f64::INFINITY) } else { parsed(&format!("{:?}", value.abs())) };
    if value.is_sign_negative() { quote!(-#magnitude) } else { magnitude }
}

/// The same of 32 bits.
fn float32(value: f32) -> TokenStream {
    if value.is_nan() {
        let bits = unsigned(value.to_bits().into());
        return quote!(f32::from_bits(#bits));
    }
    let magnitude = if value.is_infinite() { quote!(f32::INFINITY) } else { parsed(&format!("{:?}", value.abs())) };
    if value.is_sign_negative() { quote!(-#magnitude) } else { magnitude }
}

/// An opcode: two digits for one byte, four for two.
pub(crate) fn opcode(code: u16) -> TokenStream {
    parsed(&opcode_text(code))
}

/// How an opcode is written everywhere: `0x30`, `0xf812`.
pub(crate) fn opcode_text(code: u16) -> String {
    if code > 0xff { format!("0x{code:04x}") } else { format!("0x{code:02x}") }
}

/// The bytes that an opcode is stored as.
pub(crate) fn opcode_bytes(code: u16) -> Vec<u8> {
    let [high, low] = code.to_be_bytes();
    if code > 0xff { vec![high, low] } else { vec![low] }
}

/// One byte in hex.
pub(crate) fn byte(value: u8) -> TokenStream {
    parsed(&format!("0x{value:02x}"))
}

/// 64 bits in hex.
pub(crate) fn hex64(value: u64) -> TokenStream {
    parsed(&format!("0x{value:016x}"))
}

fn parsed(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|_| excluded(&format!("the number `{text}`")))
}

/// A value type.
pub(crate) fn value_type(ty: Type) -> TokenStream {
    let named = [(Type::NEVER, quote!(NEVER)), (Type::ANY, quote!(ANY)), (Type::NUM, quote!(NUM))];
    if let Some((_, name)) = named.iter().find(|(known, _)| *known == ty) {
        return quote!(::opforge::Type::#name);
    }
    if let Some(kind) = ty.single() {
        let name = ident(&kind.name().to_uppercase());
        return quote!(::opforge::Type::#name);
    }
    let kinds: Vec<TokenStream> = ty.kinds().map(|kind| value_type(Type::of(kind))).collect();
    match kinds.split_first() {
        Some((first, others)) => quote!(#first #(.union(#others))*),
        None => quote!(::opforge::Type::NEVER),
    }
}

/// A pattern over the kinds of a type.
pub(crate) fn kinds(ty: Type) -> TokenStream {
    let names = ty.kinds().map(|kind| ident(kind.name()));
    quote!(#(::opforge::core::Kind::#names)|*)
}

/// An operand kind.
pub(crate) fn operand_kind(kind: OperandKind) -> TokenStream {
    let name = ident(kind.variant());
    quote!(::opforge::OperandKind::#name)
}

/// The number that an operand is.
pub(crate) fn operand_number(value: Operand) -> TokenStream {
    immediate(value.scalar())
}

/// The value of an operand.
pub(crate) fn operand_value(value: Operand) -> TokenStream {
    match value {
        Operand::Index(value) => {
            let index = unsigned(value.into());
            quote!(::opforge::Operand::Index(#index))
        }
        Operand::Number(number) => {
            let number = scalar(number);
            quote!(::opforge::Operand::Number(#number))
        }
    }
}

/// A scalar as a constant of type `Scalar`.
pub(crate) fn scalar(value: Scalar) -> TokenStream {
    let kind = ident(value.kind().name());
    match value {
        Scalar::Nil => quote!(::opforge::Scalar::Nil),
        _ => {
            let value = immediate(value);
            quote!(::opforge::Scalar::#kind(#value))
        }
    }
}

/// A scalar as the Rust type of its kind holds it; nil as a value.
pub(crate) fn immediate(value: Scalar) -> TokenStream {
    match value {
        Scalar::Nil => quote!(::opforge::Value::NIL),
        Scalar::Bool(value) => quote!(#value),
        Scalar::Int(value) => int(value),
        Scalar::Float(value) => float(value),
        Scalar::Char(value) => quote!(#value),
        Scalar::I32(value) => int(value.into()),
        Scalar::F32(value) => float32(value),
    }
}

/// `#[doc]` attributes, one for each line of `text`.
///
/// What a table documents is no Rust of the crate that it is used in: where it may hold code, `cargo test` does not see it.
pub(crate) fn docs(text: &str) -> TokenStream {
    let lines = text
        .trim()
        .lines()
        .map(|line| if line.trim().is_empty() { String::new() } else { format!(" {}", line.trim_end()) });
    if may_hold_code(text) { quote!(#(#[cfg_attr(not(doctest), doc = #lines)])*) } else { quote!(#(#[doc = #lines])*) }
}

/// Whether Markdown may take a part of the text for code that stands by itself: it is fenced, or indented.
fn may_hold_code(text: &str) -> bool {
    ["```", "~~~", "    ", "\t"].iter().any(|mark| text.contains(mark))
}

/// `#[doc]` attributes for what is called `name`; something is said also where the table says nothing.
pub(crate) fn docs_of(kind: &str, name: &str, text: &str) -> TokenStream {
    if text.trim().is_empty() { docs(&said_of(kind, name)) } else { docs(text) }
}

/// What is said of what the table says nothing of.
pub(crate) fn said_of(kind: &str, name: &str) -> String {
    format!("The {kind} `{name}`.")
}

/// The documentation of a row.
pub(crate) fn row_doc(row: &opforge_spec::model::Instruction) -> String {
    let doc = row.doc.trim();
    if doc.is_empty() { said_of("instruction", &row.name) } else { doc.to_owned() }
}
