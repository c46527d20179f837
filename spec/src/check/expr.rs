//! Expressions of a body: names and primitives found, types checked.

use super::block::BlockChecker;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::does::{self, ExprKind, Infix, Name};
use crate::model::{Effect, Expr, Param, PrimitiveId};
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
            Self::Operand(OperandKind::Int | OperandKind::I16 | OperandKind::Count | OperandKind::Count8) => {
                Some(Type::INT)
            }
            Self::Operand(OperandKind::Float) => Some(Type::FLOAT),
            Self::Operand(_) | Self::Group(_) | Self::Nothing => None,
        }
    }

    fn words(self) -> String {
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
                "a value is wanted, but this call gives none".to_owned(),
                "make it a step of its own: `local.set(slot, v)`",
            ),
            Sort::Group(_) => (
                Code::ArgumentType,
                "a value is wanted, but this is a group of values".to_owned(),
                "pass it to a primitive that takes a group, such as `output.write(values)`",
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
            self.report.push(diagnostic.label("not called").help(help));
            return;
        }
        let inputs = self.shape.inputs.iter().map(|input| input.name.as_str());
        let operands = self.shape.operands.iter().map(|operand| operand.name.as_str());
        let assigned = self.names.iter().map(|assigned| assigned.name.as_str());
        let known: Vec<&str> = inputs.chain(operands).chain(assigned).collect();
        let near = nearest(name, known.iter().copied());
        let help = near_or(near, || match known.is_empty() {
            true => format!("name it as an input: `stack: \"{name} -> …\"`"),
            false => format!("write one of `{}`, or name it as an input: `stack: \"{name} -> …\"`", known.join("`, `")),
        });
        let diagnostic = Diagnostic::new(Code::UnknownName, span, format!("nothing in this row is called `{name}`"));
        let diagnostic = diagnostic.label("unknown name").help(help);
        self.report.push(match near {
            Some(near) => diagnostic.fix(span, near),
            None => diagnostic,
        });
    }

    fn call(&mut self, name: &Name, arguments: &[does::Expr], range: &Range<usize>) -> Option<(Expr, Sort)> {
        let Some(id) = self.catalogue.primitive_ids.get(&name.text) else {
            self.unknown_primitive(name);
            // The arguments count as used, and have errors of their own.
            for argument in arguments {
                self.expr(argument);
            }
            return None;
        };
        let checked: Vec<Option<(Expr, Sort)>> = arguments.iter().map(|argument| self.expr(argument)).collect();
        let Some(id) = *id else {
            self.report.silent();
            return None;
        };
        let primitive = self.catalogue.primitive(id);
        if primitive.params.len() != arguments.len() {
            let (wanted, given) = (primitive.params.len(), arguments.len());
            let message = format!("`{}` takes {wanted} argument{}, here it gets {given}", name.text, plural(wanted));
            let help = format!("write `{}({})`", name.text, self.complete(&primitive.params, arguments).join(", "));
            let diagnostic = Diagnostic::new(Code::ArgumentNumber, self.span(range), message);
            self.report.push(diagnostic.label(format!("{given} given")).help(help));
            return None;
        }
        let checked: Option<Vec<(Expr, Sort)>> = checked.into_iter().collect();
        let checked = checked?;
        let mut fits = true;
        for (index, (_, sort)) in checked.iter().enumerate() {
            fits &= self.argument(id, index, *sort, &arguments[index]);
        }
        fits.then(|| self.apply(id, checked.into_iter().map(|(expr, _)| expr).collect(), None, range))
    }

    /// The arguments that are written, and something that fits for those that are missing.
    fn complete(&self, params: &[Param], arguments: &[does::Expr]) -> Vec<String> {
        let mut written: Vec<String> = arguments
            .iter()
            .take(params.len())
            .map(|argument| self.text.value[argument.range.clone()].to_owned())
            .collect();
        for param in &params[written.len()..] {
            let fits = |input: &&crate::model::Input| match param {
                Param::Value(ty) => input.count.is_none() && ty.contains(input.ty) && !written.contains(&input.name),
                Param::Group(_) => input.count.is_some(),
                Param::Operand(_) => false,
            };
            let operand = self.shape.operands.iter().find(|operand| *param == Param::Operand(operand.kind));
            let input = self.shape.inputs.iter().find(fits).map(|input| input.name.clone());
            written.push(input.or(operand.map(|operand| operand.name.clone())).unwrap_or_else(|| match *param {
                Param::Value(Type::INT) => "1".to_owned(),
                Param::Value(Type::FLOAT) => "1.0".to_owned(),
                Param::Value(Type::BOOL) => "true".to_owned(),
                Param::Value(_) => "nil".to_owned(),
                Param::Operand(kind) => kind.name().to_lowercase(),
                Param::Group(_) => "values".to_owned(),
            }));
        }
        written
    }

    /// Makes the call, with what its effects mean for the steps around it.
    fn apply(
        &mut self,
        id: PrimitiveId,
        arguments: Vec<Expr>,
        infix: Option<&'static str>,
        range: &Range<usize>,
    ) -> (Expr, Sort) {
        let primitive = self.catalogue.primitive(id);
        if primitive.may_trap() {
            self.may_trap(&format!("`{}` may trap", primitive.name), range);
        }
        self.effects.extend(primitive.effects.iter().copied());
        self.traps.extend(primitive.traps.iter().copied());
        if self.changed.is_none() && primitive.effects.iter().any(|effect| effect.changes_state()) {
            self.changed = Some((range.clone(), primitive.name.clone()));
        }
        for effect in &primitive.effects {
            self.flow.scope = self.flow.scope.saturating_add(match effect {
                Effect::OpensScope => 1,
                Effect::ClosesScope => -1,
                _ => 0,
            });
        }
        let sort = primitive.result.map_or(Sort::Nothing, Sort::Value);
        (Expr::Call { primitive: id, arguments, infix }, sort)
    }

    /// Whether an argument fits its parameter; complains if not.
    fn argument(&mut self, id: PrimitiveId, index: usize, sort: Sort, expr: &does::Expr) -> bool {
        let primitive = self.catalogue.primitive(id);
        let param = primitive.params[index];
        let fits = match (param, sort) {
            (Param::Value(want), _) => sort.value().is_some_and(|ty| want.contains(ty)),
            (Param::Operand(want), Sort::Operand(kind)) => want == kind,
            (Param::Group(want), Sort::Group(ty)) => want.contains(ty),
            _ => false,
        };
        if fits {
            return true;
        }
        let message = format!(
            "`{}` takes {} as argument {}, but here it gets {}",
            primitive.name,
            param_noun(&param),
            index + 1,
            match sort {
                Sort::Value(ty) => format!("`{ty}`"),
                _ => sort.words(),
            }
        );
        let help = self.argument_help(param, sort, expr);
        let diagnostic = Diagnostic::new(Code::ArgumentType, self.span(&expr.range), message);
        self.report.push(diagnostic.label(sort.words()).help(help));
        false
    }

    fn argument_help(&self, param: Param, sort: Sort, expr: &does::Expr) -> String {
        let written = &self.text.value[expr.range.clone()];
        let input = match &expr.kind {
            ExprKind::Name(name) => {
                self.shape.input(name).filter(|_| !self.names.iter().any(|known| known.name == *name))
            }
            _ => None,
        };
        match (param, sort.value()) {
            (Param::Value(Type::FLOAT), Some(Type::INT)) => match written.parse::<i64>() {
                Ok(_) => format!("write `{written}.0`"),
                Err(_) => format!("write `float.from_int({written})`"),
            },
            (Param::Value(want), Some(_)) if input.is_some() => {
                format!("write `{written}: {want}` in `stack`, or a case whose guard for `{written}` is `{want}`")
            }
            (Param::Value(Type::BOOL), Some(_)) => format!("write `truthy({written})`"),
            (Param::Value(want), _) => format!("pass a value of type `{want}`"),
            (Param::Operand(kind), _) if matches!(sort, Sort::Operand(_)) => {
                format!("write `args: \"{written}: {}\"`", kind.name())
            }
            (Param::Operand(kind), _) => {
                format!("declare an operand: `args: \"{}: {}\"`", kind.name().to_lowercase(), kind.name())
            }
            (Param::Group(ty), _) => format!("pass a group: `args: \"n: Count\", stack: \"values: [{ty}; n] -> …\"`"),
        }
    }

    fn unknown_primitive(&mut self, name: &Name) {
        let span = self.span(&name.range);
        let message = format!("no primitive is called `{}`", name.text);
        let near = nearest(&name.text, self.catalogue.primitive_ids.keys().map(String::as_str));
        let last = name.text.rsplit('.').next().unwrap_or_default();
        let help = near_or(near, || {
            format!(
                "declare it: `primitives: [Prim(name: \"{}\", sig: \"Int -> Int\", rust: \"crate::{last}\")]`",
                name.text
            )
        });
        let diagnostic = Diagnostic::new(Code::UnknownPrimitive, span, message).label("unknown primitive").help(help);
        self.report.push(match near {
            Some(near) => diagnostic.fix(span, near),
            None => diagnostic,
        });
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
            let id = self.catalogue.primitive_ids.get(name).copied().flatten();
            let Some(id) = id else {
                self.unknown_primitive(&Name { text: name.to_owned(), range: range.clone() });
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
            _ => "give the inputs types: `stack: \"a: Int, b: Int -> r\"`, or write `cases`".to_owned(),
        };
        let sides = if operator.int.is_some() { "two ints or two floats" } else { "two floats" };
        let message = format!("`{symbol}` is for {sides}, here it gets `{left_type}` and `{right_type}`");
        let diagnostic = Diagnostic::new(Code::ArgumentType, self.span(range), message);
        self.report.push(diagnostic.label(format!("`{left_type}` {symbol} `{right_type}`")).help(help));
        None
    }
}

fn param_noun(param: &Param) -> String {
    match param {
        Param::Value(ty) => format!("`{ty}`"),
        Param::Operand(kind) => format!("an operand of kind `{}`", kind.name()),
        Param::Group(ty) => format!("a group `[{ty}]`"),
    }
}

/// `s`, unless there is just one.
pub(crate) fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}
