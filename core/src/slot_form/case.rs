//! What types tell of a row.

use super::list::List;
use crate::Type;

/// One case of a row: the first whose inputs fit runs. A row without cases has one, of the types that it declares.
#[derive(Clone, Debug, PartialEq)]
pub struct RowCase {
    /// The types of its inputs.
    pub inputs: List<Type>,
    /// The types of what it pushes when it continues with the next row.
    pub outputs: List<Type>,
}

/// What is known after a row that had inputs of some types, if it did not trap.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The types that its inputs had.
    pub inputs: Vec<Type>,
    /// The types of its outputs.
    pub outputs: Vec<Type>,
    /// The case that ran, if there is only one that can and it cannot trap for its types.
    pub case: Option<usize>,
}

impl RowCase {
    /// What is known after a row of these cases whose inputs are of these types; `None` if it traps in any case, or if that
    /// many inputs are not what it has.
    pub fn fit(cases: &[Self], types: &[Type]) -> Option<Fit> {
        let mut known: Option<Fit> = None;
        for (number, case) in cases.iter().enumerate() {
            if case.inputs.len() != types.len() {
                return None;
            }
            let both: Vec<Type> = case.inputs.iter().zip(types).map(|(wanted, ty)| wanted.intersection(*ty)).collect();
            if both.iter().any(|ty| ty.is_never()) {
                continue;
            }
            let sure = case.inputs.iter().zip(types).all(|(wanted, ty)| wanted.contains(*ty));
            match &mut known {
                None => {
                    known = Some(Fit { inputs: both, outputs: case.outputs.to_vec(), case: sure.then_some(number) })
                }
                Some(known) => {
                    known.case = None;
                    add(&mut known.inputs, &both);
                    add(&mut known.outputs, &case.outputs);
                }
            }
            if sure {
                break;
            }
        }
        known
    }
}

fn add(types: &mut [Type], others: &[Type]) {
    types.iter_mut().zip(others).for_each(|(ty, other)| *ty = ty.union(*other));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(inputs: &[Type], output: Type) -> RowCase {
        RowCase { inputs: inputs.to_vec().into(), outputs: vec![output].into() }
    }

    #[test]
    fn the_first_case_that_fits_is_taken() {
        let (int, float, any) = (Type::INT, Type::FLOAT, Type::ANY);
        let add = [
            case(&[int, int], int),
            case(&[float, float], float),
            case(&[int, float], float),
            case(&[float, int], float),
        ];
        let fit = |types: &[Type]| RowCase::fit(&add, types);
        let known = |inputs: &[Type], output, case| Some(Fit { inputs: inputs.to_vec(), outputs: vec![output], case });
        assert_eq!(fit(&[int, int]), known(&[int, int], int, Some(0)));
        assert_eq!(fit(&[any, any]), known(&[Type::NUM, Type::NUM], Type::NUM, None));
        assert_eq!(fit(&[any, float]), known(&[Type::NUM, float], float, None));
        assert_eq!(fit(&[Type::STR, any]), None, "it traps");
        assert_eq!(fit(&[int]), None, "not its inputs");
        // It may still trap, so that the case is not certain, though there is no other.
        assert_eq!(fit(&[int, int.union(Type::NIL)]), known(&[int, int], int, None));
    }

    #[test]
    fn what_an_earlier_case_always_takes_is_not_counted() {
        let cases = [case(&[Type::NUM], Type::BOOL), case(&[Type::ANY], Type::STR)];
        assert_eq!(RowCase::fit(&cases, &[Type::INT]).map(|fit| fit.outputs), Some(vec![Type::BOOL]));
        assert_eq!(RowCase::fit(&cases, &[Type::NIL]).map(|fit| fit.outputs), Some(vec![Type::STR]));
        assert_eq!(RowCase::fit(&cases, &[Type::ANY]).map(|fit| fit.outputs), Some(vec![Type::BOOL.union(Type::STR)]));
    }
}
