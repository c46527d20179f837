//! What a primitive is to folding: its `role`.

use super::report::Report;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::model::{Effect, Param, Primitive, PrimitiveRole};
use crate::nearest::{near_or, nearest};
use crate::rows::Spanned;
use opforge_core::{OperandKind, Type};

/// A role, and what a primitive of that role must be.
struct RoleRule {
    name: &'static str,
    role: PrimitiveRole,
    params: &'static [Param],
    result: Option<Type>,
    effect: Effect,
    /// The fields that say so.
    fields: &'static str,
}

const ROLES: [RoleRule; 3] = [
    RoleRule {
        name: "ReadsLocal",
        role: PrimitiveRole::ReadsLocal,
        params: &[Param::Operand(OperandKind::Local)],
        result: Some(Type::ANY),
        effect: Effect::ReadsLocals,
        fields: "sig: \"slot: Local -> Any\", effects: [ReadsLocals]",
    },
    RoleRule {
        name: "WritesLocal",
        role: PrimitiveRole::WritesLocal,
        params: &[Param::Operand(OperandKind::Local), Param::Value(Type::ANY)],
        result: None,
        effect: Effect::WritesLocals,
        fields: "sig: \"slot: Local, value: Any -> \", effects: [WritesLocals]",
    },
    RoleRule {
        name: "LoadsConstant",
        role: PrimitiveRole::LoadsConstant,
        params: &[Param::Operand(OperandKind::Const)],
        result: Some(Type::ANY),
        effect: Effect::ReadsConstants,
        fields: "sig: \"constant: Const -> Any\", effects: [ReadsConstants]",
    },
];

/// The role that a row writes, if the primitive is one that can have it.
pub(super) fn role(written: &Spanned<String>, primitive: &Primitive, report: &mut Report) -> Option<PrimitiveRole> {
    let (name, span) = (written.value.as_str(), written.span);
    let Some(rule) = ROLES.iter().find(|rule| rule.name == name) else {
        let near = nearest(name, ROLES.iter().map(|rule| rule.name));
        let list: Vec<String> = ROLES.iter().map(|rule| format!("`{}`", rule.name)).collect();
        let help = near_or(near, || format!("write one of {}, or no role", list.join(", ")));
        let diagnostic = Diagnostic::new(Code::BadRole, span, format!("no role is called `{name}`"));
        let diagnostic = diagnostic.label("unknown role").help(help);
        report.push(match near {
            Some(near) => diagnostic.fix(span, near),
            None => diagnostic,
        });
        return None;
    };
    let signature = (primitive.params.as_slice(), primitive.result) == (rule.params, rule.result);
    if signature && primitive.effects == [rule.effect] && primitive.traps.is_empty() {
        return Some(rule.role);
    }
    let diagnostic = Diagnostic::new(Code::BadRole, span, format!("this primitive cannot have the role `{name}`"));
    let diagnostic = diagnostic.label("another signature, or other effects");
    report.push(diagnostic.help(format!("write `{}`, or no role", rule.fields)));
    None
}
