//! Texts of examples, as evaluations know them.

use super::value::Value;
use crate::model::Literal;

/// What stands for texts that are true. The two that are false stand for themselves.
const TRUE: [&str; 8] = ["text", "a", "b", "c", "d", "e", "f", "g"];
const FALSE: [&str; 2] = ["", "0"];

/// Which text of evaluations stands for which text of an example. Rows that are evaluated pass texts about and ask for their
/// truth, so that what stands for a text ends where the text itself would.
#[derive(Debug, Default)]
pub(super) struct Texts(Vec<(String, &'static str)>);

impl Texts {
    /// The value that stands for `literal`; `None` when there are too many texts.
    pub(super) fn value(&mut self, literal: &Literal) -> Option<Value> {
        let text = match literal {
            Literal::Scalar(scalar) => return Some(Value::Scalar(*scalar)),
            Literal::Text(text) => text,
        };
        if let Some((_, known)) = self.0.iter().find(|(own, _)| own == text) {
            return Some(Value::Text(known));
        }
        let is_free = |known: &&&str| !self.0.iter().any(|(_, taken)| *taken == **known);
        let known = FALSE.iter().find(|known| *known == text).or_else(|| TRUE.iter().find(is_free))?;
        self.0.push((text.clone(), known));
        Some(Value::Text(known))
    }

    /// What `value` stands for.
    pub(super) fn literal(&self, value: Value) -> Literal {
        let own = self.0.iter().find(|(_, known)| value == Value::Text(known));
        own.map_or_else(|| value.literal(), |(own, _)| Literal::Text(own.clone()))
    }
}
