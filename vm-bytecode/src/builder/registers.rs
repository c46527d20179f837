//! Register form: ops that name slots for what they pop and push, appended as stack form.

use super::error::BuildProblem;
use super::function::FunctionBuilder;
use crate::isa::{InstructionSet, Operand};
use crate::registers::{MissingRow, RegisterForm, Rows};
use opforge_core::Scalar;

/// Where [`FunctionBuilder::assign`] takes a value from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A parameter or local.
    Slot(u16),
    /// A literal that the code itself holds.
    Literal(Scalar),
    /// The constant of that index, as [`crate::ModuleBuilder::constant`] returned it.
    Constant(u16),
}

impl<I: InstructionSet> FunctionBuilder<I> {
    /// Appends an op in register form: `slot = op(sources)`.
    ///
    /// What is stored is stack form: each source is pushed, the op runs, its result is popped into `slot`. The op has one
    /// result and no jumps; the sources are its inputs, the bottom one first, groups spread out.
    ///
    /// ```
    /// use opforge_bytecode::Source::{Literal, Slot};
    /// use opforge_bytecode::{FunctionBuilder, ModuleBuilder, Scalar};
    /// use set::{Build, Isa, Op};
    ///
    /// // With the feature `macros`: `opforge_bytecode::instruction_set!`.
    /// opforge_macros::codec! { [::opforge_bytecode] mod set = "std:standard"; }
    ///
    /// // The sum of the numbers below `n`.
    /// let mut main = FunctionBuilder::<Isa>::new("main");
    /// let n = main.param("n");
    /// let (i, total, more) = (main.local("i"), main.local("total"), main.local("more"));
    /// let (top, done) = (main.label(), main.label());
    /// main.assign(i, Op::LoadInt { value: 0 }, &[]).assign(total, Op::GetSlot { slot: i }, &[]);
    /// main.bind(top).assign(more, Op::NumLt, &[Slot(i), Slot(n)]).get_slot(more).jump_if_false(done);
    /// main.assign(total, Op::Add, &[Slot(total), Slot(i)]);
    /// main.assign(i, Op::Add, &[Slot(i), Literal(Scalar::Int(1))]);
    /// main.jump(top).bind(done).get_slot(total).return_value();
    ///
    /// let mut module = ModuleBuilder::new();
    /// module.function(main);
    /// assert_eq!(module.build()?.max_depth(0), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn assign(&mut self, slot: u16, op: I::Op, sources: &[Source]) -> &mut Self {
        let (function, pc, index) = (self.name(), self.pc(), I::instruction(&op));
        let (row, operands) = (&I::table().instructions[index], I::operands(&op));
        let form = match RegisterForm::of(row) {
            Ok(form) => form,
            Err(why) => {
                self.problems.push(BuildProblem::NoRegisterForm { function, pc, mnemonic: row.mnemonic, why });
                return self;
            }
        };
        let grouped = form.group.map_or(0, |group| match operands.get(group.count) {
            Some(Operand::Index(count)) => *count as usize,
            _ => 0,
        });
        let (mnemonic, expected, found) = (row.mnemonic, form.singles + grouped, sources.len());
        if found != expected {
            self.problems.push(BuildProblem::WrongSources { function, pc, mnemonic, expected, found });
            return self;
        }
        let rows = self.rows.take().unwrap_or_else(|| Rows::of(I::table()));
        let pushes = sources.iter().map(|source| push(&rows, *source));
        let stored = rows.set().map(|row| (row, vec![Operand::Index(slot.into())]));
        let own = Ok((index, operands));
        for part in pushes.chain([own, stored]) {
            match part {
                Ok((row, operands)) => self.push_part(row, &operands),
                Err(row) => self.problems.push(BuildProblem::MissingRow { function: function.clone(), pc, row }),
            }
        }
        self.rows = Some(rows);
        self
    }

    fn push_part(&mut self, instruction: usize, operands: &[Operand]) {
        match I::from_operands(instruction, operands) {
            Ok(op) => {
                self.push(op);
            }
            Err(error) => {
                let (function, pc) = (self.name(), self.pc());
                self.problems.push(BuildProblem::Operand { function, pc, error });
            }
        }
    }
}

/// The op that pushes a source.
fn push(rows: &Rows, source: Source) -> Result<(usize, Vec<Operand>), MissingRow> {
    match source {
        Source::Slot(slot) => Ok((rows.get()?, vec![Operand::Index(slot.into())])),
        Source::Literal(scalar) => rows.scalar(scalar),
        Source::Constant(index) => Ok((rows.constant()?, vec![Operand::Index(index.into())])),
    }
}
