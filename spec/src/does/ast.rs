//! What a body says, before its names and types are known. Places are byte ranges in the string.

use opforge_core::Scalar;
use std::ops::Range;

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) range: Range<usize>,
}

/// One step of a body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) range: Range<usize>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum StepKind {
    /// `name = expr`.
    Assign { name: Name, value: Expr },
    /// `primitive(…)` alone.
    Call(Expr),
    /// `jump operand [cond]`.
    Jump { operand: Name, when: Option<Condition> },
    /// `jump operand[expr]`.
    JumpAt { operand: Name, index: Expr },
    /// `trap Name [cond]`.
    Trap { trap: Name, when: Option<Condition> },
    /// `return [expr]`.
    Return(Option<Expr>),
    /// `raise expr`.
    Raise(Expr),
    /// `[name =] enter operand(group)`.
    Enter { name: Option<Name>, operand: Name, group: Name },
}

impl StepKind {
    /// Whether no step can follow.
    pub(crate) fn leaves(&self) -> bool {
        match self {
            Self::Jump { when, .. } | Self::Trap { when, .. } => when.is_none(),
            Self::Return(_) | Self::Raise(_) => true,
            Self::Assign { .. } | Self::Call(_) | Self::JumpAt { .. } | Self::Enter { .. } => false,
        }
    }
}

/// `if expr` or `unless expr`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) negated: bool,
    pub(crate) value: Expr,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) range: Range<usize>,
    /// How many expressions are nested in it, itself included; bounded by the parser.
    pub(crate) depth: usize,
}

/// What an expression is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExprKind {
    /// An input, operand or assigned name.
    Name(String),
    /// A number, bool or nil.
    Literal(Scalar),
    /// `primitive(arguments)`.
    Call { primitive: Name, arguments: Vec<Expr> },
    /// `if condition then value else value`.
    If { condition: Box<Expr>, then: Box<Expr>, otherwise: Box<Expr> },
    /// `left operator right`.
    Infix { operator: &'static Infix, left: Box<Expr>, right: Box<Expr> },
}

/// An infix operator and what it stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Infix {
    pub(crate) symbol: &'static str,
    /// 0 binds least.
    pub(crate) level: usize,
    /// The primitive on two ints.
    pub(crate) int: Option<&'static str>,
    /// The primitive on two floats.
    pub(crate) float: &'static str,
}

impl Infix {
    /// The operator written as `symbol`.
    pub(crate) fn find(symbol: &str) -> Option<&'static Infix> {
        INFIXES.iter().find(|infix| infix.symbol == symbol)
    }
}

#[rustfmt::skip]
static INFIXES: [Infix; 10] = [
    Infix { symbol: "<",  level: 0, int: Some("int.lt"),       float: "float.lt"  },
    Infix { symbol: "<=", level: 0, int: Some("int.le"),       float: "float.le"  },
    Infix { symbol: ">",  level: 0, int: Some("int.gt"),       float: "float.gt"  },
    Infix { symbol: ">=", level: 0, int: Some("int.ge"),       float: "float.ge"  },
    Infix { symbol: "==", level: 0, int: Some("int.eq"),       float: "float.eq"  },
    Infix { symbol: "!=", level: 0, int: Some("int.ne"),       float: "float.ne"  },
    Infix { symbol: "+",  level: 1, int: Some("int.add_wrap"), float: "float.add" },
    Infix { symbol: "-",  level: 1, int: Some("int.sub_wrap"), float: "float.sub" },
    Infix { symbol: "*",  level: 2, int: Some("int.mul_wrap"), float: "float.mul" },
    Infix { symbol: "/",  level: 2, int: None,                 float: "float.div" },
];

#[cfg(test)]
mod tests {
    use super::INFIXES;
    use crate::model::Param;
    use opforge_core::Type;

    #[test]
    fn operators_are_primitives_of_the_prelude() {
        let set = crate::standard();
        for infix in &INFIXES {
            let named = infix.int.map(|name| (name, Type::INT)).into_iter().chain([(infix.float, Type::FLOAT)]);
            for (name, ty) in named {
                let found = set.primitives().iter().find(|primitive| primitive.name == name);
                let found =
                    found.unwrap_or_else(|| panic!("`{}` stands for `{name}`, which is not there", infix.symbol));
                assert_eq!(found.params, [Param::Value(ty), Param::Value(ty)], "{name}");
                assert_eq!(found.result, Some(if infix.level == 0 { Type::BOOL } else { ty }), "{name}");
                assert!(!found.needs_context() && !found.may_trap(), "{name}");
            }
        }
    }
}
