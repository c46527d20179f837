//! Bodies as a table writes them.

use crate::model::{Condition, Expr, Instruction, Part, PartOperand, Primitive, Step, Trap};

/// What names are looked up in.
#[derive(Clone, Copy)]
pub(super) struct Spelling<'a> {
    pub(super) primitives: &'a [Primitive],
    pub(super) traps: &'a [Trap],
    pub(super) instructions: &'a [Option<Instruction>],
    pub(super) row: &'a Instruction,
}

impl Spelling<'_> {
    pub(super) fn step(&self, step: &Step) -> String {
        match step {
            Step::Let { name, value, .. } => format!("{name} = {}", self.expr(value)),
            Step::Do(call) => self.expr(call),
            Step::Jump { operand, when } => format!("jump {}{}", self.operand(*operand), self.when(when.as_ref())),
            Step::JumpAt { operand, index } => format!("jump {}[{}]", self.operand(*operand), self.expr(index)),
            Step::Trap { trap, when } => format!("trap {}{}", self.traps[trap.0].name, self.when(when.as_ref())),
            Step::Return(None) => "return".to_owned(),
            Step::Return(Some(value)) => format!("return {}", self.expr(value)),
            Step::Raise(value) => format!("raise {}", self.expr(value)),
            Step::Enter { operand, group, .. } => {
                format!("enter {}({})", self.operand(*operand), self.row.inputs[*group].name)
            }
        }
    }

    fn when(&self, when: Option<&Condition>) -> String {
        when.map_or_else(String::new, |when| {
            format!(" {} {}", if when.negated { "unless" } else { "if" }, self.expr(&when.value))
        })
    }

    pub(super) fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Input(index, _) => self.row.inputs[*index].name.clone(),
            Expr::Operand(index) => self.operand(*index).to_owned(),
            Expr::Name(name, _) => name.clone(),
            Expr::Literal(value) => value.to_string(),
            Expr::If { condition, then, otherwise, .. } => {
                format!("if {} then {} else {}", self.expr(condition), self.expr(then), self.expr(otherwise))
            }
            Expr::Call { arguments, infix: Some(infix), .. } if arguments.len() == 2 => {
                format!("{} {infix} {}", self.factor(&arguments[0]), self.factor(&arguments[1]))
            }
            Expr::Call { primitive, arguments, .. } => {
                let arguments: Vec<String> = arguments.iter().map(|argument| self.expr(argument)).collect();
                format!("{}({})", self.primitives[primitive.0].name, arguments.join(", "))
            }
        }
    }

    /// Beside an operator: in parentheses, if it has one itself.
    fn factor(&self, expr: &Expr) -> String {
        match expr {
            Expr::Call { infix: Some(_), .. } | Expr::If { .. } => format!("({})", self.expr(expr)),
            _ => self.expr(expr),
        }
    }

    pub(super) fn part(&self, part: &Part) -> String {
        let row = self.instructions.get(part.instruction.0).and_then(Option::as_ref);
        let mut text = row.map_or("?", |row| row.name.as_str()).to_owned();
        for operand in &part.operands {
            text.push(' ');
            match operand {
                PartOperand::Row(index) => text.push_str(self.operand(*index)),
                PartOperand::Literal(value) => text.push_str(&value.to_string()),
            }
        }
        text
    }

    fn operand(&self, index: usize) -> &str {
        self.row.operands.get(index).map_or("?", |operand| operand.name.as_str())
    }
}
