//! Expressions of a type over what is in reach: inputs, operands, earlier steps, primitives.

use super::draft::{OwnParam, OwnPrimitive};
use super::names::choose;
use opforge::{OperandKind, Type};
use opforge_testing::Random;

/// How deeply calls stand within each other.
const DEPTH: usize = 3;

const INT: &[&str] = &["int.add_wrap", "int.sub_wrap", "int.mul_wrap", "int.and", "int.xor", "int.shl", "int.compare"];
const CHAR: &[&str] = &["char.upper", "char.lower"];
const FLOAT: &[&str] = &["float.add", "float.sub", "float.mul", "float.div", "float.rem"];
const COMPARISONS: &[&str] = &["<", "<=", ">", ">=", "==", "!="];

/// What the steps of one block can name.
pub(super) struct Scope<'a> {
    pub(super) random: &'a mut Random,
    pub(super) primitives: &'a [OwnPrimitive],
    /// Values in reach, with their types.
    pub(super) values: Vec<(String, Type)>,
    /// Operands in reach.
    pub(super) operands: Vec<(String, OperandKind)>,
    /// Groups in reach.
    pub(super) groups: Vec<String>,
    /// Whether primitives that take the context or trap may be called.
    pub(super) effects: bool,
}

impl Scope<'_> {
    /// An expression of that type.
    pub(super) fn expr(&mut self, ty: Type) -> String {
        self.nested(ty, DEPTH)
    }

    fn nested(&mut self, ty: Type, depth: usize) -> String {
        if depth == 0 || self.random.once_in(3) {
            return self.atom(ty);
        }
        let below = depth - 1;
        if self.random.once_in(4)
            && let Some(call) = self.own_call(Some(ty), below)
        {
            return call;
        }
        if self.random.once_in(7) {
            return self.choice(ty, below);
        }
        match ty {
            Type::INT => match self.random.below(6) {
                0 => format!(
                    "({} {} {})",
                    self.nested(ty, below),
                    choose(self.random, &["+", "-", "*"]),
                    self.nested(ty, below)
                ),
                1 => format!("float.to_int({})", self.nested(Type::FLOAT, below)),
                2 => format!("int.not({})", self.nested(ty, below)),
                3 => format!("char.code({})", self.nested(Type::CHAR, below)),
                4 => format!("i32.int({})", self.nested(Type::I32, below)),
                _ => format!("{}({}, {})", choose(self.random, INT), self.nested(ty, below), self.nested(ty, below)),
            },
            Type::FLOAT => match self.random.below(4) {
                0 => format!(
                    "({} {} {})",
                    self.nested(ty, below),
                    choose(self.random, &["+", "-", "*", "/"]),
                    self.nested(ty, below)
                ),
                1 => format!("float.from_int({})", self.nested(Type::INT, below)),
                2 => format!("f32.float({})", self.nested(Type::F32, below)),
                _ => format!("{}({}, {})", choose(self.random, FLOAT), self.nested(ty, below), self.nested(ty, below)),
            },
            Type::CHAR => match self.random.below(2) {
                0 => format!("char.from_code({})", self.nested(Type::INT, below)),
                _ => format!("{}({})", choose(self.random, CHAR), self.nested(ty, below)),
            },
            Type::I32 => format!("i32.wrap({})", self.nested(Type::INT, below)),
            Type::F32 => format!("f32.round({})", self.nested(Type::FLOAT, below)),
            Type::BOOL => match self.random.below(5) {
                0 => format!("truthy({})", self.nested(Type::ANY, below)),
                1 => format!("bool.not({})", self.nested(ty, below)),
                3 => format!("char.is_alphabetic({})", self.nested(Type::CHAR, below)),
                2 => {
                    let ty = choose(self.random, &[Type::INT, Type::FLOAT]);
                    format!(
                        "({} {} {})",
                        self.nested(ty, below),
                        choose(self.random, COMPARISONS),
                        self.nested(ty, below)
                    )
                }
                _ => format!("bool.and({}, {})", self.nested(ty, below), self.nested(ty, below)),
            },
            Type::ANY => {
                let ty = choose(self.random, &[Type::INT, Type::FLOAT, Type::BOOL, Type::CHAR, Type::I32, Type::F32]);
                if self.random.once_in(3) && self.effects { self.state() } else { self.nested(ty, below) }
            }
            _ => self.atom(ty),
        }
    }

    /// One of two values, which only compute.
    fn choice(&mut self, ty: Type, depth: usize) -> String {
        let effects = std::mem::take(&mut self.effects);
        let parts = [Type::BOOL, ty, ty].map(|ty| self.nested(ty, depth));
        self.effects = effects;
        format!("(if {} then {} else {})", parts[0], parts[1], parts[2])
    }

    /// A value, an operand or a literal.
    pub(super) fn atom(&mut self, ty: Type) -> String {
        let fitting: Vec<String> =
            self.values.iter().filter(|(_, known)| ty.contains(*known)).map(|(name, _)| name.clone()).collect();
        if !fitting.is_empty() && !self.random.once_in(5) {
            return fitting[self.random.below(fitting.len())].clone();
        }
        let operands: Vec<String> = self
            .operands
            .iter()
            .filter(|(_, kind)| kind.number().or(kind.is_count().then_some(Type::INT)) == Some(ty))
            .map(|(name, _)| name.clone())
            .collect();
        if !operands.is_empty() && !self.random.once_in(3) {
            return operands[self.random.below(operands.len())].clone();
        }
        match ty {
            Type::INT => {
                choose(self.random, &["0", "1", "2", "-1", "7", "9223372036854775807", "-9223372036854775808"]).into()
            }
            Type::FLOAT => choose(
                self.random,
                &["0.0", "1.5", "-0.5", "3.14159", "2.718281828459045", "-0.0", "1e300", "inf", "nan"],
            )
            .into(),
            Type::BOOL => choose(self.random, &["true", "false"]).into(),
            Type::CHAR => choose(self.random, &["'a'", "'0'", "'ß'", "'漢'"]).into(),
            Type::I32 => choose(self.random, &["0i32", "1i32", "-7i32", "2147483647i32"]).into(),
            Type::F32 => choose(self.random, &["0.0f32", "0.1f32", "-2.5f32", "inf32", "nan32"]).into(),
            Type::STR => fitting.first().cloned().unwrap_or_else(|| "nil".into()),
            ty if ty != Type::ANY && ty.contains(Type::INT) => self.atom(Type::INT),
            _ => choose(self.random, &["nil", "true", "3", "0.25"]).into(),
        }
    }

    /// The value of a local, global or constant that an operand names; else a literal.
    fn state(&mut self) -> String {
        let known = |(name, kind): &(String, OperandKind)| match kind {
            OperandKind::Local => Some(format!("local.get({name})")),
            OperandKind::Global => Some(format!("global.get({name})")),
            OperandKind::Const => Some(format!("const.load({name})")),
            _ => None,
        };
        let found: Vec<String> = self.operands.iter().filter_map(known).collect();
        if found.is_empty() { "nil".to_owned() } else { found[self.random.below(found.len())].clone() }
    }

    /// A call of a primitive of the table's own with that result, if there is one and what it takes is in reach.
    pub(super) fn own_call(&mut self, result: Option<Type>, depth: usize) -> Option<String> {
        let fits = |primitive: &&OwnPrimitive| {
            primitive.result == result && (self.effects || !primitive.context && !primitive.fallible)
        };
        let fitting: Vec<&OwnPrimitive> = self.primitives.iter().filter(fits).collect();
        let primitive = *fitting.get(self.random.below(fitting.len()))?;
        let mut arguments = Vec::new();
        for param in &primitive.params {
            arguments.push(match param {
                OwnParam::Value(ty) => self.nested(*ty, depth),
                OwnParam::Group => self.groups.first()?.clone(),
                OwnParam::Operand(kind) => self.operands.iter().find(|(_, known)| known == kind)?.0.clone(),
            });
        }
        Some(format!("{}({})", primitive.name, arguments.join(", ")))
    }
}

/// Whether a word stands in a text of the language of bodies.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').any(|word| word == name)
}
