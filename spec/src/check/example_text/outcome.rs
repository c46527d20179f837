//! What an example says that happens.

use super::Reader;
use crate::check::outcomes::outcomes;
use crate::code::Code;
use crate::does::{Name, Problem, Token};
use crate::model::{ExampleOperand, Literal, Outcome, TrapId};
use crate::nearest::{near_or, nearest};
use opforge_core::{Scalar, Through, counted};

impl Reader<'_> {
    pub(super) fn outcome(&mut self, operands: &[ExampleOperand]) -> Result<Outcome, Problem> {
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
                let Some(operand) = operand.filter(|&index| self.instruction.operands[index].kind.is_jump()) else {
                    let message = format!("`{}` has no exit `{}`", self.instruction.name, name.text);
                    let help = format!("write what happens: {}", outcomes(self.instruction, self.table));
                    return Err(Problem::new(Code::ExampleOutcome, name.range, message, help)
                        .label("no operand of kind `Target`"));
                };
                let through = Through { operand, entry: self.entry(&operands[operand], &name)? };
                Ok(Outcome::Jump(through, self.values()?))
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

    /// `[1]` behind the name of a list: which of its targets it jumps to.
    fn entry(&mut self, list: &ExampleOperand, name: &Name) -> Result<Option<usize>, Problem> {
        // A single target is left out.
        let ExampleOperand::Number(Scalar::Int(count)) = *list else { return Ok(None) };
        let help = format!("say to which of the targets, counted from 0: `=> jump {}[0]`", name.text);
        self.cursor.expect("[", &help)?;
        let range = self.cursor.range();
        let Some((Scalar::Int(number), _)) = self.cursor.scalar(false)? else {
            return Err(Problem::new(Code::ExampleSyntax, range, "this is not the number of a target", help));
        };
        let Some(entry) = usize::try_from(number).ok().filter(|_| number < count) else {
            let message = format!("the list has {}, counted from 0", counted(count as usize, "target"));
            return Err(Problem::new(Code::ExampleValues, range, message, help).label("not there"));
        };
        self.cursor.expect("]", &help)?;
        Ok(Some(entry))
    }

    fn trap(&self, name: &Name) -> Result<TrapId, Problem> {
        let traps = &self.table.catalogue.traps;
        if let Some(index) = traps.iter().position(|trap| trap.name == name.text) {
            return Ok(TrapId(index));
        }
        let near = nearest(&name.text, traps.iter().map(|trap| trap.name.as_str()));
        let help = near_or(near, || {
            let name = &name.text;
            format!(
                "declare it: `traps: [Trap(name: \"{name}\", code: 1000, doc: \"…\")]`; a handler names it in `effects: [Traps(\"{name}\")]`"
            )
        });
        let message = format!("no trap is called `{}`", name.text);
        let problem = Problem::new(Code::UnknownTrap, name.range.clone(), message, help).label("unknown trap");
        Err(match near {
            Some(near) => problem.fix(near),
            None => problem,
        })
    }
}
