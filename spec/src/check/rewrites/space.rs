//! What can vary when a rewrite runs: values on the stack, operands, which locals are the same one, what they hold.

use super::rule::Rule;
use crate::candidates::{Known, Random, StandsFor, ints_of, of_type, place_or_values, value_type};
use crate::evaluate::{Places, Value};
use opforge_core::{OperandKind, Scalar, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// How many ways there may be in which locals and globals are the same ones: as many as six variables have.
const MAX_ARRANGEMENTS: usize = 203;

/// Which locals and globals the variables stand for, and what can vary then.
pub(super) struct Arrangement {
    places: Vec<(String, u16)>,
    targets: Vec<String>,
    positions: Vec<Position>,
}

pub(super) struct Position {
    what: What,
    /// Boundary values that can be there; not empty.
    pub(super) values: Vec<Value>,
    /// The types of what can be there.
    pub(super) ty: Type,
    /// Those of them for which the first row does not always trap; all of them if there are none.
    pub(super) expected: Type,
    /// What an int that is there must be within.
    ints: RangeInclusive<i64>,
}

impl Position {
    /// A place that can hold any value of the type.
    fn holding(what: What, ty: Type) -> Self {
        Self { what, values: of_type(ty), ty, expected: ty, ints: i64::MIN..=i64::MAX }
    }

    /// An immediate of that kind, if the condition on it leaves it some of its values.
    fn immediate(what: What, kind: OperandKind, mut values: Vec<Value>, condition: Type) -> Self {
        values.retain(|value| condition.has(value.kind()));
        let ty = value_type(kind).intersection(condition);
        Self { what, values, ty, expected: ty, ints: ints_of(kind) }
    }

    /// A value of the stack that the first row takes as that type.
    fn input(ty: Type, taken: Type) -> Self {
        let expected = Some(ty.intersection(taken)).filter(|expected| !expected.is_never());
        Self { expected: expected.unwrap_or(ty), ..Self::holding(What::Stack, ty) }
    }

    /// The boundary values that are expected, the simplest first.
    pub(super) fn plain(&self) -> impl Iterator<Item = Value> {
        self.values.iter().copied().filter(|value| self.expected.has(value.kind()))
    }

    /// Whether the value can be there.
    pub(super) fn admits(&self, value: Value) -> bool {
        let within = match value {
            Value::Scalar(Scalar::Int(value)) => self.ints.contains(&value),
            _ => true,
        };
        within && self.ty.has(value.kind())
    }
}

enum What {
    /// A value of the stack; these come bottom first.
    Stack,
    /// What a variable that is no place stands for.
    Operand(String),
    Slot(u16),
    Global(u16),
}

/// One thing to try.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    /// Bottom first.
    pub(super) stack: Vec<Value>,
    /// What each variable stands for; a local or a global by its number.
    pub(super) operands: Vec<(String, Value)>,
    pub(super) slots: Places,
    pub(super) globals: Places,
}

impl Trial {
    /// What a condition on that name is about: an input of the first row of `from`, an operand, or what a place holds.
    fn value_of(&self, rule: &Rule<'_>, name: &str) -> Option<Value> {
        let inputs = rule.from.first().map_or(&[][..], |line| &line.row.inputs);
        if let Some(below_top) = inputs.iter().rev().position(|input| input.name == name) {
            return self.stack.iter().rev().nth(below_top).copied();
        }
        let operand = self.operands.iter().find(|(known, _)| known == name).map(|(_, value)| *value)?;
        let held = |places: &Places| {
            let place = |number: u16| Value::Scalar(Scalar::Int(i64::from(number)));
            places.0.iter().find(|(number, _)| place(*number) == operand).map(|(_, value)| *value)
        };
        match rule.variables.get(name) {
            Some(OperandKind::Local) => held(&self.slots),
            Some(OperandKind::Global) => held(&self.globals),
            _ => Some(operand),
        }
    }

    /// Whether it would be tried under that condition, too.
    pub(super) fn satisfies(&self, rule: &Rule<'_>, name: &str, ty: Type) -> bool {
        self.value_of(rule, name).is_none_or(|value| ty.has(value.kind()))
    }
}

impl Arrangement {
    /// How many boundary values each position has.
    pub(super) fn sizes(&self) -> Vec<usize> {
        self.positions.iter().map(|position| position.values.len()).collect()
    }

    /// What varies.
    pub(super) fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// A random value for each position, mostly of the types that are expected there; some are equal to one before.
    pub(super) fn random(&self, random: &mut Random, numbers: &Known) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for position in &self.positions {
            let same = (random.below(6) == 0).then(|| random.one_of(&values)).flatten();
            let ty = if random.below(16) == 0 { position.ty } else { position.expected };
            let value = same.or_else(|| random.value(ty, numbers)).filter(|value| position.admits(*value));
            values.push(value.unwrap_or_else(|| position.values[random.below(position.values.len())]));
        }
        values
    }

    /// The boundary values of these indices.
    pub(super) fn values(&self, chosen: &[usize]) -> Vec<Value> {
        self.positions.iter().zip(chosen).map(|(position, index)| position.values[*index]).collect()
    }

    /// The trial that has that value at each position.
    ///
    /// A target stands for itself: what it is as a value is not looked at.
    pub(super) fn trial(&self, values: &[Value]) -> Trial {
        let (mut stack, mut slots, mut globals) = (Vec::new(), Vec::new(), Vec::new());
        let number = |number: u16| Value::Scalar(Scalar::Int(i64::from(number)));
        let mut operands: Vec<_> = self.places.iter().map(|(name, place)| (name.clone(), number(*place))).collect();
        operands.extend(self.targets.iter().map(|name| (name.clone(), number(0))));
        for (position, value) in self.positions.iter().zip(values.iter().copied()) {
            match &position.what {
                What::Stack => stack.push(value),
                What::Operand(name) => operands.push((name.clone(), value)),
                What::Slot(slot) => slots.push((*slot, value)),
                What::Global(global) => globals.push((*global, value)),
            }
        }
        Trial { stack, operands, slots: Places(slots), globals: Places(globals) }
    }
}

/// Every arrangement that has values under these conditions, the one in which all places differ first; `None` when
/// there are too many.
pub(super) fn arrangements(rule: &Rule<'_>, when: &[(String, Type)]) -> Option<Vec<Arrangement>> {
    let of_kind = |kind: OperandKind| -> Vec<&str> {
        let of_kind = rule.variables.iter().filter(|(_, own)| **own == kind);
        of_kind.map(|(name, _)| name.as_str()).collect()
    };
    let (locals, globals) = (of_kind(OperandKind::Local), of_kind(OperandKind::Global));
    let targets: Vec<String> = of_kind(OperandKind::Target).into_iter().map(str::to_owned).collect();
    let fixed = rule.fixed_slots();
    let mut arrangements = Vec::new();
    let local_ways = ways(locals.len(), &fixed)?;
    let global_ways = ways(globals.len(), &BTreeSet::new())?;
    if local_ways.len() * global_ways.len() > MAX_ARRANGEMENTS {
        return None;
    }
    for slots in &local_ways {
        for names in &global_ways {
            let slots = Same { variables: &locals, places: slots };
            let names = Same { variables: &globals, places: names };
            let positions = positions(rule, when, &fixed, &slots, &names);
            let places = slots.pairs().chain(names.pairs()).map(|(name, place)| (name.to_owned(), place)).collect();
            if positions.iter().all(|position| !position.values.is_empty()) {
                arrangements.push(Arrangement { places, targets: targets.clone(), positions });
            }
        }
    }
    Some(arrangements)
}

/// Which place each variable stands for.
struct Same<'a> {
    variables: &'a [&'a str],
    places: &'a [u16],
}

impl<'a> Same<'a> {
    fn pairs(&self) -> impl Iterator<Item = (&'a str, u16)> + use<'a> {
        self.variables.iter().copied().zip(self.places.iter().copied())
    }

    /// The type of each place: what the conditions on all of its names leave.
    fn types(&self, fixed: &BTreeSet<u16>, when: &[(String, Type)]) -> BTreeMap<u16, Type> {
        let mut types: BTreeMap<u16, Type> = fixed.iter().map(|slot| (*slot, Type::ANY)).collect();
        for (name, place) in self.pairs() {
            let ty = types.entry(place).or_insert(Type::ANY);
            *ty = ty.intersection(condition(when, name));
        }
        types
    }
}

fn condition(when: &[(String, Type)], name: &str) -> Type {
    let own = when.iter().filter(|(condition, _)| condition == name);
    own.fold(Type::ANY, |ty, (_, condition)| ty.intersection(*condition))
}

fn positions(
    rule: &Rule<'_>,
    when: &[(String, Type)],
    fixed: &BTreeSet<u16>,
    slots: &Same<'_>,
    globals: &Same<'_>,
) -> Vec<Position> {
    let mut positions = Vec::new();
    let first = rule.from.first().map_or(&[][..], |line| &line.row.inputs);
    let height = rule.inputs();
    for at in 0..height {
        // The first row's inputs are the topmost values, and they alone have names.
        let input = (at + first.len()).checked_sub(height).map(|input| &first[input]);
        let ty = input.map_or(Type::ANY, |input| condition(when, &input.name));
        positions.push(Position::input(ty, input.map_or(Type::ANY, |input| input.ty)));
    }
    for (name, kind) in rule.variables {
        if let Some(StandsFor::Values(values)) = place_or_values(*kind) {
            positions.push(Position::immediate(What::Operand(name.clone()), *kind, values, condition(when, name)));
        }
    }
    let slots = slots.types(fixed, when).into_iter();
    positions.extend(slots.map(|(slot, ty)| Position::holding(What::Slot(slot), ty)));
    let globals = globals.types(&BTreeSet::new(), when).into_iter();
    positions.extend(globals.map(|(global, ty)| Position::holding(What::Global(global), ty)));
    positions
}

/// Every way in which `variables` stand for the `fixed` places and others, equal or not; `None` for too many. A new
/// place is tried before known ones, so that the first way has all different.
fn ways(variables: usize, fixed: &BTreeSet<u16>) -> Option<Vec<Vec<u16>>> {
    let mut ways: Vec<Vec<u16>> = vec![Vec::new()];
    for _ in 0..variables {
        let mut longer = Vec::new();
        for way in &ways {
            let mut used: Vec<u16> = Vec::new();
            used.extend(fixed.iter().chain(way));
            let new = (0..=u16::MAX).find(|place| !used.contains(place))?;
            let mut known = used;
            known.sort_unstable();
            known.dedup();
            longer.extend(std::iter::once(new).chain(known).map(|place| [&way[..], &[place]].concat()));
        }
        ways = longer;
        if ways.len() > MAX_ARRANGEMENTS {
            return None;
        }
    }
    Some(ways)
}

#[cfg(test)]
impl Arrangement {
    /// One over a stack of inputs of these types.
    pub(super) fn over(inputs: &[Type]) -> Self {
        let positions = inputs.iter().map(|ty| Position::input(Type::ANY, *ty)).collect();
        Self { places: Vec::new(), targets: Vec::new(), positions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_equal_in_every_way() {
        let none = BTreeSet::new();
        let three = [[0, 1, 2], [0, 1, 0], [0, 1, 1], [0, 0, 1], [0, 0, 0]];
        assert_eq!(ways(3, &none), Some(three.map(Vec::from).into()));
        // Bell numbers.
        for (variables, number) in [(0, 1), (1, 1), (2, 2), (3, 5), (4, 15), (5, 52), (6, 203)] {
            assert_eq!(ways(variables, &none).map(|ways| ways.len()), Some(number));
        }
        assert_eq!(ways(7, &none), None);
        assert_eq!(ways(500, &none), None);
    }

    #[test]
    fn a_variable_may_be_a_local_that_is_named_by_number() {
        assert_eq!(ways(1, &BTreeSet::from([0, 7])), Some(vec![vec![1], vec![0], vec![7]]));
    }
}
