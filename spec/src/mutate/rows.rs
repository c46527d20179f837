//! Small mistakes in the form of a row: its cases, its outputs, its parts.

use super::mutant::{Seeder, becomes, is_dropped};
use crate::coverage::expression;
use crate::model::{Block, Body, Case, Expr, Instruction, InstructionId, Output, Part, PartOperand};
use opforge_core::Type;

impl Seeder<'_> {
    /// Adds every mutant of the row.
    pub(super) fn all(&mut self) {
        let row = self.row;
        let declared: Vec<Type> = row.inputs.iter().map(|input| input.ty).collect();
        match &row.body {
            Body::Does(block) => self.steps(0, block, &declared, ""),
            Body::Cases { cases, otherwise } => {
                for (index, case) in cases.iter().enumerate() {
                    self.steps(index, &case.block, &case.guards, &format!("{} => ", guards(&case.guards)));
                }
                if let Some(block) = otherwise {
                    self.steps(cases.len(), block, &declared, "otherwise: ");
                }
                self.cases(cases, otherwise.as_ref(), &declared);
            }
            Body::Seq(parts) => self.parts(parts),
            Body::Shuffle | Body::Handler(_) => {}
        }
        self.outputs();
    }

    fn cases(&mut self, cases: &[Case], otherwise: Option<&Block>, declared: &[Type]) {
        for index in 0..cases.len() {
            let mut fewer = cases.to_vec();
            let case = fewer.remove(index);
            let body = Body::Cases { cases: fewer, otherwise: otherwise.cloned() };
            self.body(body, guards(&case.guards), "the case is dropped".to_owned());
        }
        if otherwise.is_some() {
            let body = Body::Cases { cases: cases.to_vec(), otherwise: None };
            self.body(body, String::new(), is_dropped("otherwise"));
        }
        let all: Vec<(&[Type], &Block)> = cases.iter().map(|case| (&case.guards[..], &case.block)).collect();
        for (later, (types, block)) in all.iter().enumerate() {
            for (earlier, (other_types, other)) in all[..later].iter().enumerate() {
                if block == other || !fits(block, other_types) || !fits(other, types) {
                    continue;
                }
                let mut exchanged = cases.to_vec();
                exchanged[earlier].block = (*block).clone();
                exchanged[later].block = (*other).clone();
                let change = format!("`{}` and `{}` do what the other does", guards(other_types), guards(types));
                self.body(Body::Cases { cases: exchanged, otherwise: otherwise.cloned() }, String::new(), change);
            }
            if let Some(other) = otherwise.filter(|other| other != block && fits(block, declared) && fits(other, types))
            {
                let mut exchanged = cases.to_vec();
                exchanged[later].block = other.clone();
                let change = format!("`{}` and `otherwise` do what the other does", guards(types));
                let body = Body::Cases { cases: exchanged, otherwise: Some((*block).clone()) };
                self.body(body, String::new(), change);
            }
        }
    }

    fn outputs(&mut self) {
        let row = self.row;
        let lists =
            std::iter::once((None, &row.outputs)).chain(row.exits.iter().map(|(exit, list)| (Some(*exit), list)));
        for (exit, outputs) in lists {
            for later in 0..outputs.len() {
                for earlier in 0..later {
                    // What passes through has others in its place below.
                    let both_pass = outputs[earlier].passes.is_some() && outputs[later].passes.is_some();
                    if outputs[earlier].ty == outputs[later].ty && !(both_pass && outputs.len() > 2) {
                        let mut exchanged = outputs.clone();
                        exchanged.swap(earlier, later);
                        self.with_outputs(exit, exchanged);
                    }
                }
                let Some(passed) = outputs[later].passes else { continue };
                for (index, input) in row.inputs.iter().enumerate() {
                    if index != passed && input.count.is_none() && input.ty == row.inputs[passed].ty {
                        let mut other = outputs.clone();
                        other[later] = Output { name: input.name.clone(), passes: Some(index), ..other[later].clone() };
                        self.with_outputs(exit, other);
                    }
                }
            }
        }
    }

    fn with_outputs(&mut self, exit: Option<usize>, outputs: Vec<Output>) {
        let names =
            |outputs: &[Output]| outputs.iter().map(|output| output.name.as_str()).collect::<Vec<_>>().join(", ");
        let row = self.row;
        let old = exit.map_or(&row.outputs[..], |exit| row.outputs_at(exit));
        if old == outputs {
            return;
        }
        let change = becomes(&format!("-> {}", names(old)), &format!("-> {}", names(&outputs)));
        let changed = || {
            let mut row = row.clone();
            match exit {
                None => row.outputs = outputs,
                Some(exit) => {
                    row.exits.iter_mut().filter(|(own, _)| *own == exit).for_each(|(_, own)| own.clone_from(&outputs))
                }
            }
            row
        };
        self.row(changed, row.stack.clone(), change);
    }

    fn parts(&mut self, parts: &[Part]) {
        let told = |seeder: &Self, part: &Part| seeder.spelling().part(part);
        for (at, part) in parts.iter().enumerate() {
            let place = told(self, part);
            let mut fewer = parts.to_vec();
            fewer.remove(at);
            self.body(Body::Seq(fewer), place.clone(), is_dropped(&place));
            let mut changed: Vec<Part> =
                self.like(part.instruction).map(|instruction| Part { instruction, ..part.clone() }).collect();
            for (operand, given) in part.operands.iter().enumerate() {
                let PartOperand::Literal(value) = given else { continue };
                for other in value.mistaken() {
                    let mut part = part.clone();
                    part.operands[operand] = PartOperand::Literal(other);
                    changed.push(part);
                }
            }
            for new in changed {
                let change = becomes(&place, &told(self, &new));
                let mut other = parts.to_vec();
                other[at] = new;
                self.body(Body::Seq(other), place.clone(), change);
            }
            if let Some(next) = parts.get(at + 1).filter(|next| *next != part) {
                let change = format!("`{place}` and `{}` change places", told(self, next));
                let mut other = parts.to_vec();
                other.swap(at, at + 1);
                self.body(Body::Seq(other), place, change);
            }
        }
    }

    /// The rows of the same family that could stand in place of one.
    fn like(&self, id: InstructionId) -> impl Iterator<Item = InstructionId> {
        let rows = self.set.instructions;
        let is_like = move |other: &Instruction| {
            rows[id.0].as_ref().is_some_and(|own| {
                let kinds = |row: &Instruction| row.operands.iter().map(|operand| operand.kind).collect::<Vec<_>>();
                (own.family, own.inputs.len(), own.outputs.len(), &own.flow)
                    == (other.family, other.inputs.len(), other.outputs.len(), &other.flow)
                    && kinds(own) == kinds(other)
            })
        };
        let others = rows.iter().enumerate().filter(move |(index, _)| *index != id.0);
        let like = others.filter(move |(_, other)| other.as_ref().is_some_and(is_like));
        like.map(|(index, _)| InstructionId(index))
    }
}

/// The guards of a case, as a table writes them.
fn guards(guards: &[Type]) -> String {
    guards
        .iter()
        .map(|guard| if *guard == Type::ANY { "_".to_owned() } else { guard.to_string() })
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whether the block can stand where the inputs have these types.
fn fits(block: &Block, types: &[Type]) -> bool {
    fn expr(value: &Expr, types: &[Type]) -> bool {
        let own = match value {
            Expr::Input(index, ty) => types.get(*index).is_none_or(|own| ty.contains(*own)),
            _ => true,
        };
        own && value.parts().into_iter().all(|part| expr(part, types))
    }
    block.steps.iter().all(|step| expression(step).is_none_or(|value| expr(value, types)))
}
