//! Every evaluator runs as it declares itself.

use super::*;
use std::collections::HashSet;

/// One scalar of a type, for calling an evaluator with what it declares.
fn sample(ty: Type) -> Scalar {
    match ty.single() {
        Some(Kind::Int) => Scalar::Int(6),
        Some(Kind::Float) => Scalar::Float(6.0),
        Some(kind) => Scalar::telling(kind).first().copied().unwrap_or(Scalar::Nil),
        None => Scalar::Nil,
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
    let ints = [i64::MIN, -13, -4, -1, 0, 1, 3, 5, 9, 64, 0x11_0000, i64::MAX].map(Scalar::Int);
    let floats = [f64::NEG_INFINITY, -7.5, -0.0, 0.0, 0.5, 2.0, 3.0, f64::INFINITY, f64::NAN].map(Scalar::Float);
    let others = Kind::ALL.into_iter().filter(|kind| !Type::NUM.has(*kind)).flat_map(Scalar::telling);
    let chars = ['A', ' '].map(Scalar::Char);
    let all: Vec<Scalar> = ints.into_iter().chain(floats).chain(others).chain(chars).collect();
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
