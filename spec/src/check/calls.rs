//! Calls of primitives: that there is one of that name, and that the arguments fit.

use super::block::BlockChecker;
use super::expr::Sort;
use super::inline::inlined;
use super::report::plural;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic, Side};
use crate::does::{self, ExprKind, Name};
use crate::model::{Effect, Expr, Param, PrimitiveId};
use crate::nearest::{are_other_words, near_or, nearest};
use opforge_core::Type;
use std::ops::Range;

impl BlockChecker<'_> {
    pub(super) fn call(&mut self, name: &Name, arguments: &[does::Expr], range: &Range<usize>) -> Option<(Expr, Sort)> {
        let Some(id) = self.catalogue.primitive_ids.get(&name.text) else {
            // The arguments count as used, and have errors of their own.
            let sorts: Vec<String> = arguments
                .iter()
                .map(|argument| match self.expr(argument).map(|(_, sort)| sort) {
                    Some(Sort::Operand(kind)) => kind.name().to_owned(),
                    Some(Sort::Group(ty)) => format!("[{ty}]"),
                    Some(Sort::Value(ty)) => ty.to_string(),
                    Some(Sort::Nothing) | None => "Any".to_owned(),
                })
                .collect();
            self.unknown_primitive(name, &sorts.join(", "));
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
            let cause = self.catalogue.declaration(id, Side::Arguments);
            self.report.push(diagnostic.label(format!("{given} given")).help(help).because(cause));
            return None;
        }
        let checked: Option<Vec<(Expr, Sort)>> = checked.into_iter().collect();
        let checked = checked?;
        // Where several do not fit, another primitive is meant: one of them is enough to say so.
        let mut sorts = checked.iter().enumerate();
        let fits = sorts.all(|(index, (_, sort))| self.argument(id, index, *sort, &arguments[index]));
        if fits {
            self.report.right(self.catalogue.declaration(id, Side::Arguments));
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
    pub(super) fn apply(
        &mut self,
        id: PrimitiveId,
        arguments: Vec<Expr>,
        infix: Option<&'static str>,
        range: &Range<usize>,
    ) -> (Expr, Sort) {
        let primitive = self.catalogue.primitive(id);
        if primitive.may_trap() {
            let changes = primitive.effects.iter().any(|effect| effect.changes_state());
            self.may_trap(&format!("`{}` may trap", primitive.name), changes, range);
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
        let Some(body) = self.catalogue.definitions.get(&id) else {
            return (Expr::Call { primitive: id, arguments, infix }, sort);
        };
        let expr = inlined(body, &arguments).unwrap_or_else(|| {
            let name = &primitive.name;
            let message = format!("with `{name}` written out, this is too large an expression");
            let help = format!("give its arguments names: `part = …; r = {name}(part)`");
            let wrong = Diagnostic::new(Code::TooNested, self.span(range), message).label("too large");
            self.report.push(wrong.help(help));
            body.clone()
        });
        (expr, sort)
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
        let producer = self.producer(expr);
        if fits {
            self.report.right(producer);
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
        let diagnostic = diagnostic.label(sort.words()).help(help);
        self.report.push(diagnostic.because(self.catalogue.declaration(id, Side::Arguments)).because(producer));
        false
    }

    /// That the primitive which computes it is declared otherwise than it is used.
    pub(super) fn producer(&self, expr: &does::Expr) -> Option<Cause> {
        let ExprKind::Call { primitive, .. } = &expr.kind else { return None };
        self.catalogue.declaration((*self.catalogue.primitive_ids.get(&primitive.text)?)?, Side::Result)
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

    /// Complains about a primitive that there is not; `params` are the types of what it is given.
    pub(super) fn unknown_primitive(&mut self, name: &Name, params: &str) {
        let span = self.span(&name.range);
        let message = format!("no primitive is called `{}`", name.text);
        let known = || self.catalogue.primitive_ids.keys().map(String::as_str);
        let near = of_family(&name.text, params, known()).or_else(|| near_primitive(&name.text, known()));
        let (family, last) = name.text.rsplit_once('.').unwrap_or(("", &name.text));
        let help = near_or(near, || {
            if matches!(name.text.as_str(), "push" | "pop") {
                return "give each output a value, such as `r = a`: the stack is what `stack` says".to_owned();
            }
            if name.text.starts_with(|c: char| c.is_ascii_uppercase()) {
                return "write `float.from_int(a)` or `float.to_int(a)`: types are not called".to_owned();
            }
            if self.shape.input(family).is_some() {
                return format!(
                    "values have no methods: write `int.{last}_wrap({family})` or `float.{last}({family})`, as it is called"
                );
            }
            let result = [("int", "Int"), ("float", "Float"), ("bool", "Bool")];
            let result = result.iter().find(|(known, _)| *known == family).map_or("Any", |(_, ty)| ty);
            format!(
                "declare it: `primitives: [Prim(name: \"{}\", sig: \"{params} -> {result}\", rust: \"crate::{last}\")]`",
                name.text
            )
        });
        let mut diagnostic = Diagnostic::new(Code::UnknownPrimitive, span, message).label("unknown primitive");
        diagnostic = diagnostic.because([Cause::Unknown("primitive", name.text.clone())]);
        let prefix = format!("{family}.");
        let names =
            self.catalogue.primitive_ids.keys().filter(|known| !family.is_empty() && known.starts_with(&prefix));
        let names: Vec<&str> = names.map(|known| &known[prefix.len()..]).collect();
        if near.is_none() && !names.is_empty() {
            diagnostic = diagnostic.note(format!("after `{prefix}` there may stand `{}`", names.join("`, `")));
        }
        let diagnostic = diagnostic.help(help);
        self.report.push(match near {
            Some(near) => diagnostic.fix(span, near),
            None => diagnostic,
        });
    }
}

/// The primitive of that name, or which goes on after it, in the family of what it is given: `int.min` for `min` of ints.
fn of_family<'c>(name: &str, params: &str, mut known: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let family = params.split(',').next().filter(|_| !name.contains('.'))?.to_ascii_lowercase();
    known.find(|known| {
        let own = known.strip_prefix(&family).and_then(|rest| rest.strip_prefix('.'));
        own.and_then(|own| own.strip_prefix(name)).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}

/// The primitive that was probably meant: of the same family one whose own name is near or goes on, as `div_wrap` after
/// `div`; else one of that name in another family, or whose whole name is near.
fn near_primitive<'c>(name: &str, known: impl Iterator<Item = &'c str> + Clone) -> Option<&'c str> {
    let Some((family, own)) = name.rsplit_once('.') else {
        let written_whole = known.clone().find(|known| known.rsplit_once('.').is_some_and(|(_, known)| known == name));
        return nearest(name, known).or(written_whole);
    };
    let parts = known.filter_map(|known| known.rsplit_once('.').map(|(family, own)| (known, family, own)));
    let families = parts.clone().map(|(_, family, _)| family);
    let family = if families.clone().any(|known| known == family) { Some(family) } else { nearest(family, families) };
    let siblings = parts.filter(|(_, known, _)| family == Some(*known));
    let near = nearest(own, siblings.clone().map(|(_, _, own)| own)).filter(|near| !are_other_words(own, near));
    let longer = |known: &str| known.strip_prefix(own).is_some_and(|rest| rest.starts_with('_'));
    let mut siblings = siblings;
    siblings.find(|(_, _, known)| near == Some(*known) || near.is_none() && longer(known)).map(|(known, ..)| known)
}

fn param_noun(param: &Param) -> String {
    match param {
        Param::Value(ty) => format!("`{ty}`"),
        Param::Operand(kind) => format!("an operand of kind `{}`", kind.name()),
        Param::Group(ty) => format!("a group `[{ty}]`"),
    }
}
