//! Expressions of a body: names and primitives found, types checked.

use super::block::BlockChecker;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{self, ExprKind, Infix, Name};
use crate::model::{Expr, Primitive};
use crate::nearest::{near_or, nearest};
use opforge_core::{OperandKind, Type};
use std::ops::Range;

/// What an expression stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A value of that type.
    Value(Type),
    /// An operand of the row.
    Operand(OperandKind),
    /// A group of values.
    Group(Type),
    /// A call for its effect.
    Nothing,
}

impl Sort {
    /// The type it has where a value is wanted; operands that are numbers are values too.
    pub(crate) fn value(self) -> Option<Type> {
        match self {
            Self::Value(ty) => Some(ty),
            Self::Operand(kind) => kind.number().or(kind.is_count().then_some(Type::INT)),
            Self::Group(_) | Self::Nothing => None,
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::Value(ty) => format!("of type `{ty}`"),
            Self::Operand(kind) => format!("an operand of kind `{}`", kind.name()),
            Self::Group(ty) => format!("a group `[{ty}]`"),
            Self::Nothing => "no value".to_owned(),
        }
    }
}

impl BlockChecker<'_> {
    /// Checks an expression; `None` after complaining.
    pub(crate) fn expr(&mut self, expr: &does::Expr) -> Option<(Expr, Sort)> {
        match &expr.kind {
            ExprKind::Literal(scalar) => Some((Expr::Literal(*scalar), Sort::Value(scalar.ty()))),
            ExprKind::Name(name) => self.name(name, &expr.range),
            ExprKind::Call { primitive, arguments } => self.call(primitive, arguments, &expr.range),
            ExprKind::If { condition, then, otherwise } => self.choice(condition, then, otherwise),
            ExprKind::Infix { operator, left, right } => self.infix(operator, left, right, &expr.range),
        }
    }

    /// Checks an expression that must be a value.
    pub(crate) fn value(&mut self, expr: &does::Expr) -> Option<(Expr, Type)> {
        let (checked, sort) = self.expr(expr)?;
        if let Some(ty) = sort.value() {
            return Some((checked, ty));
        }
        let (code, message, help) = match sort {
            Sort::Nothing => (
                Code::NoValue,
                "a value is wanted, but this call returns none".to_owned(),
                "make it a step of its own: `local.set(slot, v)`",
            ),
            Sort::Group(_) => (
                Code::ArgumentType,
                "a value is wanted, but this is a group of values".to_owned(),
                "pass it to a primitive that takes a group, such as `output.write(values)`",
            ),
            Sort::Operand(OperandKind::Targets) => (
                Code::ArgumentType,
                format!("a value is wanted, but this is {}", sort.words()),
                "jump to one of its targets: `jump cases[i]`",
            ),
            _ => (
                Code::ArgumentType,
                format!("a value is wanted, but this is {}", sort.words()),
                "pass it to a primitive that takes such an operand, such as `local.get(slot)`",
            ),
        };
        let diagnostic = Diagnostic::new(code, self.span(&expr.range), message).label(sort.words());
        self.report.push(diagnostic.help(help));
        None
    }

    fn name(&mut self, name: &str, range: &Range<usize>) -> Option<(Expr, Sort)> {
        if let Some(assigned) = self.names.iter_mut().find(|assigned| assigned.name == name) {
            assigned.used = true;
            return assigned.ty.map(|ty| (Expr::Name(name.to_owned(), ty), Sort::Value(ty)));
        }
        if let Some(input) = self.shape.input(name) {
            self.uses.inputs[input] = true;
            let ty = self.inputs[input];
            let group = self.shape.inputs[input].count.is_some();
            return Some((Expr::Input(input, ty), if group { Sort::Group(ty) } else { Sort::Value(ty) }));
        }
        if let Some(operand) = self.shape.operand(name) {
            self.uses.operands[operand] = true;
            return Some((Expr::Operand(operand), Sort::Operand(self.shape.operands[operand].kind)));
        }
        self.unknown_name(name, range);
        None
    }

    fn unknown_name(&mut self, name: &str, range: &Range<usize>) {
        let span = self.span(range);
        if let Some(later) = self.later.get(name) {
            let place = self.span(later);
            self.report.push(
                Diagnostic::new(Code::UsedTooEarly, span, format!("`{name}` is used before it is assigned"))
                    .label("has no value yet")
                    .also(place, "assigned here")
                    .help(format!("move the step `{name} = …` before this one")),
            );
            return;
        }
        if self.catalogue.primitive_ids.contains_key(name) {
            let help = format!("write its arguments: `{name}(…)`");
            let diagnostic = Diagnostic::new(Code::UnknownName, span, format!("`{name}` is a primitive, not a value"));
            let cause = self.shape.cause(Code::UnknownName, "a primitive that is not called");
            self.report.push(diagnostic.label("not called").help(help).because(cause));
            return;
        }
        let inputs = self.shape.inputs.iter().map(|input| input.name.as_str());
        let operands = self.shape.operands.iter().map(|operand| operand.name.as_str());
        let assigned = self.names.iter().map(|assigned| assigned.name.as_str());
        let known: Vec<&str> = inputs.chain(operands).chain(assigned).collect();
        let literal = match name {
            "True" | "TRUE" => Some("true"),
            "False" | "FALSE" => Some("false"),
            "NaN" | "NAN" | "Nan" => Some("nan"),
            "Inf" | "INF" | "Infinity" | "infinity" => Some("inf"),
            "None" | "Nil" | "NULL" | "Null" | "null" | "nullptr" | "undefined" => Some("nil"),
            _ => None,
        };
        let near = literal.or_else(|| nearest(name, known.iter().copied()));
        let help = near_or(near, || match known.is_empty() {
            _ if name.contains('.') => {
                format!("a value has no parts; a primitive is called with its arguments: `{name}(…)`")
            }
            true => format!("name it as an input: `stack: \"{name} -> …\"`"),
            false => format!("write one of `{}`, or name it as an input: `stack: \"{name} -> …\"`", known.join("`, `")),
        });
        let is_refused = |assigned: &str| assigned.chars().any(char::is_uppercase);
        if self.names.iter().any(|known| is_refused(&known.name) && known.name.eq_ignore_ascii_case(name)) {
            return self.report.silent();
        }
        let diagnostic = Diagnostic::new(Code::UnknownName, span, format!("nothing in this row is called `{name}`"));
        let diagnostic = diagnostic.label("unknown name").help(help);
        let diagnostic = diagnostic.because(self.shape.cause(Code::UnknownName, name));
        self.report.push(match near {
            Some(near) => diagnostic.fix(span, near),
            None => diagnostic,
        });
        self.unknown.insert(name.to_owned());
    }

    /// `if condition then value else value`: whether both are computed or just one makes no difference.
    fn choice(&mut self, condition: &does::Expr, then: &does::Expr, otherwise: &does::Expr) -> Option<(Expr, Sort)> {
        let checked = (self.truth(condition), self.value(then), self.value(otherwise));
        let (Some(first), Some((second, second_type)), Some((third, third_type))) = checked else { return None };
        for (expr, part) in [(&first, condition), (&second, then), (&third, otherwise)] {
            if self.does_more_than_compute(expr) {
                let message = "a part of a choice changes something or may trap";
                let wrong = Diagnostic::new(Code::ChoiceWithEffect, self.span(&part.range), message);
                let help = "make it a step of its own before: `part = …; r = if c then part else b`";
                self.report.push(wrong.label("does more than compute").help(help));
                return None;
            }
        }
        let ty = second_type.union(third_type);
        let [condition, then, otherwise] = [first, second, third].map(Box::new);
        Some((Expr::If { condition, then, otherwise, ty }, Sort::Value(ty)))
    }

    fn does_more_than_compute(&self, expr: &Expr) -> bool {
        let does = |primitive: &Primitive| {
            primitive.may_trap() || primitive.effects.iter().any(|effect| effect.changes_state())
        };
        matches!(expr, Expr::Call { primitive, .. } if does(self.catalogue.primitive(*primitive)))
            || expr.parts().into_iter().any(|part| self.does_more_than_compute(part))
    }

    fn infix(
        &mut self,
        operator: &'static Infix,
        left: &does::Expr,
        right: &does::Expr,
        range: &Range<usize>,
    ) -> Option<(Expr, Sort)> {
        let (left, right) =
            (self.value(left).map(|value| (value, left)), self.value(right).map(|value| (value, right)));
        let (((left, left_type), left_expr), ((right, right_type), right_expr)) = left.zip(right)?;
        let primitive = match (left_type, right_type) {
            (Type::INT, Type::INT) => operator.int,
            (Type::FLOAT, Type::FLOAT) => Some(operator.float),
            _ => None,
        };
        if let Some(name) = primitive {
            self.report.right(self.producer(left_expr));
            self.report.right(self.producer(right_expr));
            let Some(&id) = self.catalogue.primitive_ids.get(name) else {
                let params = format!("{left_type}, {right_type}");
                self.unknown_primitive(&Name { text: name.to_owned(), range: range.clone() }, &params);
                return None;
            };
            let Some(id) = id else {
                self.report.silent();
                return None;
            };
            return Some(self.apply(id, vec![left, right], Some(operator.symbol), range));
        }
        let [a, b] = [left_expr, right_expr].map(|expr| &self.text.value[expr.range.clone()]);
        let symbol = operator.symbol;
        let help = match (left_type, right_type) {
            (Type::INT, Type::INT) => format!("write `int.div_wrap({a}, {b})`, or `float.div(…)` on floats"),
            (Type::INT, Type::FLOAT) => format!("write `float.from_int({a}) {symbol} {b}`"),
            (Type::FLOAT, Type::INT) => format!("write `{a} {symbol} float.from_int({b})`"),
            (Type::NIL, Type::NIL) => format!("leave `{a} {symbol} {b}` out: both are always `nil`"),
            (Type::NIL, _) | (_, Type::NIL) => {
                "write `cases`, one for `Nil` and one for what else comes: `cases: [\"Nil => …\", \"Int => …\"]`"
                    .to_owned()
            }
            _ => "give the inputs types: `stack: \"a: Int, b: Int -> r\"`, or write `cases`".to_owned(),
        };
        let sides = if operator.int.is_some() { "two ints or two floats" } else { "two floats" };
        let message = format!("`{symbol}` is for {sides}, here it gets `{left_type}` and `{right_type}`");
        let diagnostic = Diagnostic::new(Code::ArgumentType, self.span(range), message);
        let diagnostic = diagnostic.label(format!("`{left_type}` {symbol} `{right_type}`")).help(help);
        self.report.push(diagnostic.because(self.producer(left_expr)).because(self.producer(right_expr)));
        None
    }
}
