//! The pure primitives: total functions over scalars that bodies of
//! instructions are made of, and the registry that finds them by name.
//!
//! Engines call the functions directly, by the Rust path that a table names.
//! The table reader calls them through [`EVALUATORS`]. No function here panics
//! or depends on the machine: what has no result in mathematics has a defined
//! one here, and rows that do not want it trap before they ask.

pub mod int;
pub mod float;
pub mod logic;
pub mod char;
pub mod narrow;
pub mod text;

use crate::{Evaluator, Kind, Scalar, Type};

/// The [`Evaluator`] of a Rust function over ints, floats and bools.
macro_rules! pure {
    ($name:literal, $function:path, ($a:ident) -> $result:ident) => {
        Evaluator {
            name: $name,
            params: &[Type::of(Kind::$a)],
            result: Type::of(Kind::$result),
            run: |arguments| match *arguments {
                [Scalar::$a(a)] => Some(Scalar::$result($function(a))),
                _ => None,
            },
        }
    };
    ($name:literal, $function:path, ($a:ident, $b:ident) -> $result:ident) => {
        Evaluator {
            name: $name,
            params: &[Type::of(Kind::$a), Type::of(Kind::$b)],
            result: Type::of(Kind::$result),
            run: |arguments| match *arguments {
                [Scalar::$a(a), Scalar::$b(b)] => Some(Scalar::$result($function(a, b))),
                _ => None,
            },
        }
    };
}

/// Every pure primitive, and `truthy` as far as scalars go (in an engine it also looks at texts).
pub const EVALUATORS: &[Evaluator] = &[
    pure!("int.add_wrap", int::add_wrap, (Int, Int) -> Int),
    pure!("int.sub_wrap", int::sub_wrap, (Int, Int) -> Int),
    pure!("int.mul_wrap", int::mul_wrap, (Int, Int) -> Int),
    pure!("int.neg_wrap", int::neg_wrap, (Int) -> Int),
    pure!("int.div_wrap", int::div_wrap, (Int, Int) -> Int),
    pure!("int.rem_wrap", int::rem_wrap, (Int, Int) -> Int),
    pure!("int.mod_floor", int::mod_floor, (Int, Int) -> Int),
    pure!("int.and", int::and, (Int, Int) -> Int),
    pure!("int.or", int::or, (Int, Int) -> Int),
    pure!("int.xor", int::xor, (Int, Int) -> Int),
    pure!("int.not", int::not, (Int) -> Int),
    pure!("int.shl", int::shl, (Int, Int) -> Int),
    pure!("int.shr", int::shr, (Int, Int) -> Int),
    pure!("int.eq", int::eq, (Int, Int) -> Bool),
    pure!("int.ne", int::ne, (Int, Int) -> Bool),
    pure!("int.lt", int::lt, (Int, Int) -> Bool),
    pure!("int.gt", int::gt, (Int, Int) -> Bool),
    pure!("int.le", int::le, (Int, Int) -> Bool),
    pure!("int.ge", int::ge, (Int, Int) -> Bool),
    pure!("int.compare", int::compare, (Int, Int) -> Int),
    pure!("float.from_int", float::from_int, (Int) -> Float),
    pure!("float.to_int", float::to_int, (Float) -> Int),
    pure!("float.trunc", float::trunc, (Float) -> Float),
    pure!("float.min", float::min, (Float, Float) -> Float),
    pure!("float.max", float::max, (Float, Float) -> Float),
    pure!("float.abs", float::abs, (Float) -> Float),
    pure!("float.add", float::add, (Float, Float) -> Float),
    pure!("float.sub", float::sub, (Float, Float) -> Float),
    pure!("float.mul", float::mul, (Float, Float) -> Float),
    pure!("float.div", float::div, (Float, Float) -> Float),
    pure!("float.rem", float::rem, (Float, Float) -> Float),
    pure!("float.mod_floor", float::mod_floor, (Float, Float) -> Float),
    pure!("float.pow", float::pow, (Float, Float) -> Float),
    pure!("float.neg", float::neg, (Float) -> Float),
    pure!("float.eq", float::eq, (Float, Float) -> Bool),
    pure!("float.ne", float::ne, (Float, Float) -> Bool),
    pure!("float.lt", float::lt, (Float, Float) -> Bool),
    pure!("float.gt", float::gt, (Float, Float) -> Bool),
    pure!("float.le", float::le, (Float, Float) -> Bool),
    pure!("float.ge", float::ge, (Float, Float) -> Bool),
    pure!("float.compare", float::compare, (Float, Float) -> Int),
    pure!("bool.not", logic::not, (Bool) -> Bool),
    pure!("bool.and", logic::and, (Bool, Bool) -> Bool),
    pure!("bool.or", logic::or, (Bool, Bool) -> Bool),
    pure!("char.code", char::code, (Char) -> Int),
    pure!("char.is_code", char::is_code, (Int) -> Bool),
    pure!("char.from_code", char::from_code, (Int) -> Char),
    pure!("char.is_alphabetic", char::is_alphabetic, (Char) -> Bool),
    pure!("char.is_numeric", char::is_numeric, (Char) -> Bool),
    pure!("char.is_whitespace", char::is_whitespace, (Char) -> Bool),
    pure!("char.upper", char::upper, (Char) -> Char),
    pure!("char.lower", char::lower, (Char) -> Char),
    pure!("i32.int", narrow::int_of_i32, (I32) -> Int),
    pure!("i32.wrap", narrow::i32_wrap, (Int) -> I32),
    pure!("f32.float", narrow::float_of_f32, (F32) -> Float),
    pure!("f32.round", narrow::f32_round, (Float) -> F32),
    Evaluator {
        name: "truthy",
        params: &[Type::ANY],
        result: Type::BOOL,
        run: |arguments| match *arguments {
            [value] => Some(Scalar::Bool(logic::truthy(value))),
            _ => None,
        },
    },
];

impl Evaluator {
    /// The evaluator of the primitive `name`, if it is pure and over scalars.
    pub fn find(name: &str) -> Option<&'static Evaluator> {
        EVALUATORS.iter().find(|evaluator| evaluator.name == name)
    }
}

#[cfg(test)]
mod tests;
