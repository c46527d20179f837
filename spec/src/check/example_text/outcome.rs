//! What an example says that happens.

use super::Reader;
use crate::check::outcomes::outcomes;
use crate::code::Code;
use crate::does::{Name, Problem, Token};
use crate::model::{Literal, Outcome, TrapId};
use crate::nearest::{near_or, nearest};
use opforge_core::{OperandKind, Scalar};

impl Reader<'_> {
    pub(super) fn outcome(&mut self) -> Result<Outcome, Problem> {
        let keyword = match self.cursor.peek() {
            Some(Token::Word(word)) => word.clone(),
            _ => return Ok(Outcome::Next(self.values()?)),
        };
        if ["trap", "next", "jump", "return", "raise"].contains(&keyword.as_str()) {
            self.cursor.advance();
        }
        match keyword.as_str() {
            "trap" => {
                let name = self.cursor.name("the name of a trap", "write `=> trap TypeMismatch`")?;
                self.trap(&name).map(Outcome::Trap)
            }
            "jump" => {
                let help = "name the operand that it jumps through: `=> jump target`";
                let name = self.cursor.name("an operand of kind `Target`", help)?;
                let operand = self.instruction.operands.iter().position(|operand| operand.name == name.text);
                let operand = operand.filter(|&index| self.instruction.operands[index].kind == OperandKind::Target);
                let Some(operand) = operand else {
                    let message = format!("`{}` has no exit `{}`", self.instruction.name, name.text);
                    let help = format!("write what happens: {}", outcomes(self.instruction, self.table));
                    return Err(Problem::new(Code::ExampleOutcome, name.range, message, help)
                        .label("no operand of kind `Target`"));
                };
                Ok(Outcome::Jump(operand, self.values()?))
            }
            "return" => Ok(Outcome::Return(self.value()?.unwrap_or(Literal::Scalar(Scalar::Nil)))),
            "raise" => match self.value()? {
                Some(value) => Ok(Outcome::Raise(value)),
                None => Err(self.cursor.unexpected("the raised value", "write `=> raise 5`")),
            },
            word if word.eq_ignore_ascii_case("trap")
                || self.table.catalogue.traps.iter().any(|trap| trap.name == word) =>
            {
                let named = self.table.catalogue.traps.iter().find(|trap| trap.name == word);
                let trap = named.map_or("TypeMismatch", |trap| trap.name.as_str());
                Err(self.cursor.unexpected("`trap` and its name", &format!("write `=> trap {trap}`")))
            }
            _ => Ok(Outcome::Next(self.values()?)),
        }
    }

    fn trap(&self, name: &Name) -> Result<TrapId, Problem> {
        let traps = &self.table.catalogue.traps;
        if let Some(index) = traps.iter().position(|trap| trap.name == name.text) {
            return Ok(TrapId(index));
        }
        let near = nearest(&name.text, traps.iter().map(|trap| trap.name.as_str()));
        let help = near_or(near, || "write the name of a trap that the row can raise".to_owned());
        let message = format!("no trap is called `{}`", name.text);
        let problem = Problem::new(Code::UnknownTrap, name.range.clone(), message, help).label("unknown trap");
        Err(match near {
            Some(near) => problem.fix(near),
            None => problem,
        })
    }
}
