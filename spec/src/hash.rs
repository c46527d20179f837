//! The hash of everything in a table that stored code depends on.

use crate::model::{
    Block, Body, Condition, Expr, Instruction, InstructionSet, Output, PartOperand, PrimitiveId, Step, TrapId,
};
use opforge_core::Scalar;
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

impl InstructionSet {
    /// A number that differs between tables whose stored code means different things.
    ///
    /// Each module carries it. It covers names, opcodes, operand kinds, stack effects and bodies; not documentation,
    /// examples, fusions, rewrites, counts or the order of rows. The first 8 bytes of a SHA-256 over a canonical text.
    pub fn hash(&self) -> u64 {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = Canonical { set: self, text: &mut text }.table();
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
    }
}

/// Writes the canonical text. Ids are written as names, so that unrelated rows do not matter.
struct Canonical<'a> {
    set: &'a InstructionSet,
    text: &'a mut String,
}

impl Canonical<'_> {
    fn table(&mut self) -> fmt::Result {
        writeln!(self.text, "table {} {}", self.set.name, self.set.version)?;
        for instruction in &self.set.instructions {
            self.instruction(instruction)?;
        }
        Ok(())
    }

    fn instruction(&mut self, instruction: &Instruction) -> fmt::Result {
        write!(self.text, "op {} {:#x} (", instruction.name, instruction.code)?;
        for operand in &instruction.operands {
            write!(self.text, "{} ", operand.kind.name())?;
        }
        self.text.push_str(") ");
        for input in &instruction.inputs {
            write!(self.text, "{}:{}", input.name, input.ty)?;
            if let Some(count) = input.count {
                write!(self.text, ";#{count}")?;
            }
            self.text.push(' ');
        }
        self.outputs("->", &instruction.outputs)?;
        for (operand, outputs) in &instruction.exits {
            self.outputs(&format!("|#{operand}"), outputs)?;
        }
        self.text.push('\n');
        self.body(&instruction.body)
    }

    fn outputs(&mut self, mark: &str, outputs: &[Output]) -> fmt::Result {
        write!(self.text, "{mark} ")?;
        outputs.iter().try_for_each(|output| write!(self.text, "{}:{} ", output.name, output.ty))
    }

    fn body(&mut self, body: &Body) -> fmt::Result {
        match body {
            Body::Shuffle => writeln!(self.text, "shuffle"),
            Body::Does(block) => self.block("does", block),
            Body::Cases { cases, otherwise } => {
                for case in cases {
                    let guards: Vec<String> = case.guards.iter().map(ToString::to_string).collect();
                    self.block(&guards.join(", "), &case.block)?;
                }
                otherwise.iter().try_for_each(|block| self.block("otherwise", block))
            }
            Body::Seq(parts) => {
                for part in parts {
                    write!(self.text, "part {}", self.set.instructions[part.instruction.0].name)?;
                    for operand in &part.operands {
                        match operand {
                            PartOperand::Row(index) => write!(self.text, " #{index}")?,
                            PartOperand::Literal(value) => {
                                self.text.push(' ');
                                self.scalar(*value)?;
                            }
                        }
                    }
                    self.text.push('\n');
                }
                Ok(())
            }
            Body::Handler(handler) => writeln!(self.text, "handler {}", handler.name),
        }
    }

    fn block(&mut self, head: &str, block: &Block) -> fmt::Result {
        write!(self.text, "{head}:")?;
        for step in &block.steps {
            self.text.push(' ');
            self.step(step)?;
            self.text.push(';');
        }
        self.text.push('\n');
        Ok(())
    }

    fn step(&mut self, step: &Step) -> fmt::Result {
        match step {
            Step::Let { name, value, .. } => {
                write!(self.text, "{name} = ")?;
                self.expr(value)
            }
            Step::Do(call) => self.expr(call),
            Step::Jump { operand, when } => {
                write!(self.text, "jump #{operand}")?;
                self.condition(when.as_ref())
            }
            Step::JumpAt { operand, index } => {
                write!(self.text, "jump #{operand}[")?;
                self.expr(index)?;
                self.text.push(']');
                Ok(())
            }
            Step::Trap { trap: TrapId(trap), when } => {
                write!(self.text, "trap {}", self.set.traps[*trap].code)?;
                self.condition(when.as_ref())
            }
            Step::Return(value) => {
                self.text.push_str("return ");
                value.iter().try_for_each(|value| self.expr(value))
            }
            Step::Raise(value) => {
                self.text.push_str("raise ");
                self.expr(value)
            }
            Step::Enter { operand, group, .. } => write!(self.text, "enter #{operand} ${group}"),
        }
    }

    fn condition(&mut self, condition: Option<&Condition>) -> fmt::Result {
        let Some(condition) = condition else { return Ok(()) };
        self.text.push_str(if condition.negated { " unless " } else { " if " });
        self.expr(&condition.value)
    }

    fn expr(&mut self, expr: &Expr) -> fmt::Result {
        match expr {
            Expr::Input(index, _) => write!(self.text, "${index}"),
            Expr::Operand(index) => write!(self.text, "#{index}"),
            Expr::Name(name, _) => write!(self.text, "{name}"),
            Expr::Literal(value) => self.scalar(*value),
            Expr::If { condition, then, otherwise, .. } => {
                self.text.push_str("if(");
                for part in [condition, then, otherwise] {
                    self.expr(part)?;
                    self.text.push(',');
                }
                self.text.push(')');
                Ok(())
            }
            Expr::Call { primitive: PrimitiveId(id), arguments, .. } => {
                write!(self.text, "{}(", self.set.primitives[*id].name)?;
                for argument in arguments {
                    self.expr(argument)?;
                    self.text.push(',');
                }
                self.text.push(')');
                Ok(())
            }
        }
    }

    fn scalar(&mut self, value: Scalar) -> fmt::Result {
        match value {
            Scalar::Float(float) => write!(self.text, "f{:016x}", float.to_bits()),
            other => write!(self.text, "{other}"),
        }
    }
}
