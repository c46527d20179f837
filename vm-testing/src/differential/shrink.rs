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
    let of = |function: &Function| 1 + function.code_bytes() + function.regions.len();
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
    for op in 0..length(modules) {
        let targets = |modules: &[Module]| {
            let body = Body::of::<I>(&modules[module].functions[function]);
            body.map_or(0, |body| body.ops[op].lists.iter().map(|(_, list)| list.len()).sum())
        };
        for target in (0..targets(modules)).rev() {
            attempt(modules, &|body| body.ops[op].without_target(target));
        }
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
    /// The same for each list of targets.
    lists: Vec<(usize, Vec<usize>)>,
}

impl Instruction {
    /// All instructions that it names.
    fn named(&mut self) -> impl Iterator<Item = &mut usize> {
        let listed = self.lists.iter_mut().flat_map(|(_, list)| list);
        self.targets.iter_mut().map(|(_, target)| target).chain(listed)
    }

    /// Removes a target of its lists, counted over all of them.
    fn without_target(&mut self, mut target: usize) {
        for (_, list) in &mut self.lists {
            if target < list.len() {
                list.remove(target);
                return;
            }
            target -= list.len();
        }
    }
}

impl Body {
    pub(super) fn of<I: InstructionSet>(function: &Function) -> Option<Self> {
        let (mut starts, mut ops, mut pc) = (Vec::new(), Vec::new(), 0);
        while pc < function.code.len() {
            let (op, next) = I::decode(&function.code, pc).ok()?;
            starts.push(pc);
            ops.push(Instruction {
                row: I::instruction(&op),
                operands: I::operands(&op),
                targets: Vec::new(),
                lists: Vec::new(),
            });
            pc = next;
        }
        starts.push(pc);
        let index = |pc: u32| starts.binary_search(&(pc as usize)).ok();
        for op in &mut ops {
            for (at, info) in I::table().instructions[op.row].operands.iter().enumerate() {
                if let (OperandKind::Target, Operand::Index(target)) = (info.kind, op.operands[at]) {
                    op.targets.push((at, index(target)?));
                }
                if let (OperandKind::Targets, Operand::Index(list)) = (info.kind, op.operands[at]) {
                    let list = function.target_lists.get(list as usize)?;
                    op.lists.push((at, list.iter().map(|target| index(*target)).collect::<Option<_>>()?));
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
        for target in self.ops.iter_mut().flat_map(Instruction::named) {
            *target = moved(*target);
        }
    }

    /// Whether a jump or a region's edge is there.
    #[cfg(test)]
    pub(super) fn marked(&self, at: usize) -> bool {
        let edges = self.regions.iter().flat_map(|region| &region[..3]);
        let listed = self.ops.iter().flat_map(|op| &op.lists).flat_map(|(_, list)| list);
        let targets = self.ops.iter().flat_map(|op| &op.targets).map(|(_, target)| target);
        targets.chain(listed).chain(edges).any(|edge| *edge == at)
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
            for (at, list) in &op.lists {
                operands[*at] = BuildOperand::Labels(list.iter().map(|target| labels[*target]).collect());
            }
            let _ = code.row(op.row, &operands);
        }
        let _ = code.bind(labels[self.ops.len()]);
        for [start, end, target, height] in &self.regions {
            let height = u32::try_from(*height).unwrap_or(u32::MAX);
            code.guard(labels[*start], labels[*end], labels[*target], height);
        }
        let (code, _) = code.finish();
        let (target_lists, regions) = (code.target_lists, code.regions);
        Function { code: code.bytes, target_lists, regions, lines: Vec::new(), ..function.clone() }
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

    #[test]
    fn lists_of_targets_follow_their_instructions_and_get_shorter() {
        let text = "func main(n)\ntop:\n nop\n get_slot n\n switch [a, b, top, b]\n load_int 1\n switch [top]\na:\n nop\n return\nb:\n \
            load_float 2.5\n return_value\nend\n";
        let module = assemble::<Isa>("test.opf", text).unwrap_or_else(|errors| panic!("{errors}"));
        let holds = |modules: &[Module]| {
            let text = disassemble::<Isa>(&modules[0]).unwrap_or_default();
            verify::<Isa>(modules[0].clone()).is_ok()
                && text.contains("get_slot n\n    switch [")
                && text.contains("2.5")
        };
        let small = disassemble::<Isa>(&shrink::<Isa>(vec![module], holds)[0]).unwrap();
        let lines: Vec<&str> =
            small.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('.')).collect();
        let shortest = ["func main(n)", "get_slot n", "switch []", "load_float 2.5", "return_value", "end"];
        assert_eq!(lines, shortest, "{small}");
    }
}
