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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// One scalar of a type, for calling an evaluator with what it declares.
    fn sample(ty: Type) -> Scalar {
        match ty.single() {
            Some(Kind::Int) => Scalar::Int(6),
            Some(Kind::Float) => Scalar::Float(6.0),
            Some(Kind::Bool) => Scalar::Bool(true),
            _ => Scalar::Nil,
        }
    }

    #[test]
    fn every_name_is_there_once() {
        let mut names = HashSet::new();
        for evaluator in EVALUATORS {
            assert!(names.insert(evaluator.name), "`{}` is there twice", evaluator.name);
        }
    }

    #[test]
    fn every_evaluator_gives_the_type_it_declares() {
        for evaluator in EVALUATORS {
            let arguments: Vec<Scalar> = evaluator.params.iter().map(|&ty| sample(ty)).collect();
            let result = (evaluator.run)(&arguments);
            assert_eq!(result.map(Scalar::ty), Some(evaluator.result), "`{}`", evaluator.name);
        }
    }

    #[test]
    fn arguments_of_another_kind_or_number_give_nothing() {
        for evaluator in EVALUATORS {
            let right: Vec<Scalar> = evaluator.params.iter().map(|&ty| sample(ty)).collect();
            let mut longer = right.clone();
            longer.push(Scalar::Nil);
            assert_eq!((evaluator.run)(&longer), None, "`{}` took one too many", evaluator.name);
            assert_eq!((evaluator.run)(&right[1..]), None, "`{}` took one too few", evaluator.name);
            for index in 0..right.len() {
                if evaluator.params[index] == Type::ANY {
                    continue;
                }
                let mut wrong = right.clone();
                wrong[index] = Scalar::Nil;
                assert_eq!((evaluator.run)(&wrong), None, "`{}` took nil", evaluator.name);
            }
        }
    }

    #[test]
    fn find_knows_names_and_nothing_else() {
        let add = Evaluator::find("int.add_wrap").expect("is in the table");
        assert_eq!((add.run)(&[Scalar::Int(2), Scalar::Int(3)]), Some(Scalar::Int(5)));
        assert!(Evaluator::find("int.add").is_none());
        assert!(Evaluator::find("").is_none());
    }

    /// Guards against a line of the table that names another line's function: no two
    /// primitives of one signature agree on all of these.
    #[test]
    fn no_two_names_share_a_function() {
        let ints = [i64::MIN, -13, -4, -1, 0, 1, 3, 5, 9, 64, i64::MAX].map(Scalar::Int);
        let floats = [f64::NEG_INFINITY, -7.5, -0.0, 0.0, 0.5, 2.0, 3.0, f64::INFINITY, f64::NAN].map(Scalar::Float);
        let bools = [false, true].map(Scalar::Bool);
        let all: Vec<Scalar> = ints.into_iter().chain(floats).chain(bools).collect();
        let mut seen: Vec<(&str, Vec<Option<Scalar>>)> = Vec::new();
        for evaluator in EVALUATORS {
            let mut results = Vec::new();
            for &a in &all {
                results.push((evaluator.run)(&[a]));
                results.extend(all.iter().map(|&b| (evaluator.run)(&[a, b])));
            }
            if let Some((other, _)) = seen.iter().find(|(_, others)| *others == results) {
                panic!("`{}` and `{other}` are the same function", evaluator.name);
            }
            seen.push((evaluator.name, results));
        }
    }
}
