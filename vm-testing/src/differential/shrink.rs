//! Makes a program smaller as long as something still holds of it.

use opforge::bytecode::CodeWriter;
use opforge::{BuildOperand, Function, InstructionSet, Label, Module, Operand, OperandKind, Region};

/// Drops instructions, regions and functions as long as `holds`, which must refuse what does not verify.
pub fn shrink<I: InstructionSet>(mut modules: Vec<Module>, holds: impl Fn(&[Module]) -> bool) -> Vec<Module> {
    loop {
        let before = size(&modules);
        for module in 0..modules.len() {
            for function in (0..modules[module].functions.len()).rev() {
                shrink_function::<I>(&mut modules, module, function, &holds);
                let without = without_function::<I>(&modules[module], function);
                replace(&mut modules, module, without, &holds);
            }
        }
        if size(&modules) == before {
            return modules;
        }
    }
}

fn size(modules: &[Module]) -> usize {
    let of = |function: &Function| 1 + function.code.len() + function.regions.len();
    modules.iter().flat_map(|module| &module.functions).map(of).sum()
}

/// Puts the changed module in if that is possible.
fn replace(modules: &mut [Module], at: usize, changed: Option<Module>, holds: &impl Fn(&[Module]) -> bool) -> bool {
    let Some(changed) = changed else { return false };
    let before = std::mem::replace(&mut modules[at], changed);
    let good = holds(modules);
    if !good {
        modules[at] = before;
    }
    good
}

fn shrink_function<I: InstructionSet>(
    modules: &mut [Module],
    module: usize,
    function: usize,
    holds: &impl Fn(&[Module]) -> bool,
) {
    let attempt = |modules: &mut [Module], change: &dyn Fn(&mut Body)| {
        let Some(mut body) = Body::of::<I>(&modules[module].functions[function]) else { return false };
        change(&mut body);
        let mut changed = modules[module].clone();
        changed.functions[function] = body.function::<I>(&changed.functions[function]);
        replace(modules, module, Some(changed), holds)
    };
    let length =
        |modules: &[Module]| Body::of::<I>(&modules[module].functions[function]).map_or(0, |body| body.ops.len());
    for region in (0..modules[module].functions[function].regions.len()).rev() {
        attempt(modules, &|body| {
            body.regions.remove(region);
        });
    }
    let mut width = length(modules).next_power_of_two();
    while width > 0 {
        let mut start = 0;
        while start < length(modules) {
            if !attempt(modules, &|body| body.remove(start, width)) {
                start += 1.max(width / 4);
            }
        }
        width /= 2;
    }
    // A producer and its consumer need not stand side by side.
    let mut first = 0;
    while first < length(modules) && length(modules) <= 60 {
        let second = (first + 2..length(modules)).find(|second| {
            attempt(modules, &|body| {
                body.remove(*second, 1);
                body.remove(first, 1);
            })
        });
        first += usize::from(second.is_none());
    }
}

/// A function's code with jumps to instructions instead of positions.
pub(super) struct Body {
    pub(super) ops: Vec<Instruction>,
    /// Start, end, target and height.
    regions: Vec<[usize; 4]>,
}

pub(super) struct Instruction {
    pub(super) row: usize,
    pub(super) operands: Vec<Operand>,
    /// For each operand that is a target: which operand, and the instruction.
    targets: Vec<(usize, usize)>,
}

impl Body {
    pub(super) fn of<I: InstructionSet>(function: &Function) -> Option<Self> {
        let (mut starts, mut ops, mut pc) = (Vec::new(), Vec::new(), 0);
        while pc < function.code.len() {
            let (op, next) = I::decode(&function.code, pc).ok()?;
            starts.push(pc);
            ops.push(Instruction { row: I::instruction(&op), operands: I::operands(&op), targets: Vec::new() });
            pc = next;
        }
        starts.push(pc);
        let index = |pc: u32| starts.binary_search(&(pc as usize)).ok();
        for op in &mut ops {
            for (at, info) in I::table().instructions[op.row].operands.iter().enumerate() {
                if let (OperandKind::Target, Operand::Index(target)) = (info.kind, op.operands[at]) {
                    op.targets.push((at, index(target)?));
                }
            }
        }
        let region = |region: &Region| {
            Some([index(region.start)?, index(region.end)?, index(region.target)?, region.height as usize])
        };
        let regions: Option<Vec<_>> = function.regions.iter().map(region).collect();
        Some(Self { ops, regions: regions? })
    }

    fn remove(&mut self, start: usize, width: usize) {
        let end = (start + width).min(self.ops.len());
        if start >= end {
            return;
        }
        self.ops.drain(start..end);
        let moved = |at: usize| if at >= end { at - (end - start) } else { at.min(start) };
        for at in self.regions.iter_mut().flat_map(|region| &mut region[..3]) {
            *at = moved(*at);
        }
        for (_, target) in self.ops.iter_mut().flat_map(|op| &mut op.targets) {
            *target = moved(*target);
        }
    }

    /// Whether a jump or a region's edge is there.
    #[cfg(test)]
    pub(super) fn marked(&self, at: usize) -> bool {
        let edges = self.regions.iter().flat_map(|region| &region[..3]);
        self.ops.iter().flat_map(|op| &op.targets).map(|(_, target)| target).chain(edges).any(|edge| *edge == at)
    }

    /// The function with this code.
    pub(super) fn function<I: InstructionSet>(&self, function: &Function) -> Function {
        let mut code = CodeWriter::<I>::new();
        // One for each instruction, and one for the end.
        let labels: Vec<Label> = (0..=self.ops.len()).map(|_| code.label()).collect();
        for (op, label) in self.ops.iter().zip(&labels) {
            // Each label is this writer's, and bound once; what makes no op is left out, so the module does not verify.
            let _ = code.bind(*label);
            let mut operands: Vec<BuildOperand> = op.operands.iter().copied().map(BuildOperand::Value).collect();
            for (at, target) in &op.targets {
                operands[*at] = BuildOperand::Label(labels[*target]);
            }
            let _ = code.row(op.row, &operands);
        }
        let _ = code.bind(labels[self.ops.len()]);
        for [start, end, target, height] in &self.regions {
            let height = u32::try_from(*height).unwrap_or(u32::MAX);
            code.guard(labels[*start], labels[*end], labels[*target], height);
        }
        let (code, _) = code.finish();
        Function { code: code.bytes, regions: code.regions, lines: Vec::new(), ..function.clone() }
    }
}

/// The module without a function, if nothing names it.
fn without_function<I: InstructionSet>(module: &Module, function: usize) -> Option<Module> {
    let removed = module.imports.len() + function;
    let mut changed = module.clone();
    changed.functions.remove(function);
    for function in &mut changed.functions {
        let mut body = Body::of::<I>(function)?;
        for op in &mut body.ops {
            for (operand, info) in op.operands.iter_mut().zip(I::table().instructions[op.row].operands) {
                if let (OperandKind::Func | OperandKind::Block, Operand::Index(named)) = (info.kind, operand) {
                    if *named as usize == removed {
                        return None;
                    }
                    *named -= u32::from(*named as usize > removed);
                }
            }
        }
        *function = body.function::<I>(function);
    }
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use opforge::standard::Isa;
    use opforge::{assemble, disassemble, verify};

    #[test]
    fn what_does_not_matter_goes() {
        let text = "func g()\n load_int 7\n return_value\nend\nfunc main()\n local a\na:\n load_int 1\n set_slot a\nb:\n \
            call g 0\n pop\n get_slot a\n jump_if_true c\n load_int 2\n set_slot a\nc:\n load_float 2.5\n return_value\nh:\n \
            return_value\n.catch a b h 0\nend\nfunc unused()\n return\nend\n";
        let module = assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
        let holds = |modules: &[Module]| {
            let text = disassemble::<Isa>(&modules[0]).unwrap_or_default();
            verify::<Isa>(modules[0].clone()).is_ok() && text.contains("call g") && text.contains("2.5")
        };
        assert!(holds(std::slice::from_ref(&module)));
        let small = disassemble::<Isa>(&shrink::<Isa>(vec![module], holds)[0]).unwrap();
        let lines: Vec<&str> = small.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert!(lines.len() <= 14 && !small.contains("unused") && !small.contains(".catch"), "{small}");
    }
}
