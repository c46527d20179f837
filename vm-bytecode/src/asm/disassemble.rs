//! A module to the text that assembles to it.

use super::limits;
use super::literal::{write_scalar, write_string};
use super::scan::is_name;
use crate::isa::{DecodeError, InstructionSet, Operand};
use crate::module::{Constant, Function, Module};
use opforge_core::{OperandKind, OperandRole};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::fmt::Write;

/// Prints `module` in the assembly language.
///
/// Assembling the text of a module that verifies makes the same module again, byte for byte: its constants and files are
/// listed where they are not in the order of their first use, and `.line "" 0` stands before instructions whose position
/// is not known.
///
/// # Errors
/// What the language cannot say: code that is no instruction of the table, an index out of range, a target within an
/// instruction, lists of targets that are not named in order, a name that is no name or is given twice, a text longer than the assembler takes. A module that verifies
/// has none of them but the last.
pub fn disassemble<I: InstructionSet>(module: &Module) -> Result<String, DisasmError> {
    let table = I::table();
    if module.table_hash != table.hash || module.table_name != table.name {
        return Err(DisasmError::OtherTable { module: module.table_name.clone(), table: table.name });
    }
    check_names(module)?;
    let mut out = String::new();
    write_head::<I>(module, &mut out)?;
    for import in &module.imports {
        // Writing to a `String` cannot fail, here and below.
        let _ = writeln!(out, "import {}/{}", import.name, import.arity);
    }
    for global in &module.globals {
        let _ = writeln!(out, "global {global}");
    }
    for function in &module.functions {
        if !out.is_empty() {
            out.push('\n');
        }
        write_function::<I>(module, function, &mut out)?;
    }
    if out.len() > limits::TEXT_BYTES { Err(DisasmError::TextTooLong(out.len())) } else { Ok(out) }
}

/// Why a module cannot be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DisasmError {
    /// The module is written for another table.
    OtherTable {
        /// The module's table.
        module: String,
        /// The table that was to print it.
        table: &'static str,
    },
    /// A name that assembly cannot write.
    NotAName(String),
    /// A name that two things have.
    DuplicateName(String),
    /// Bytes that are no instruction.
    Decode {
        /// The function.
        function: String,
        /// What is wrong.
        error: DecodeError,
    },
    /// An operand that names nothing.
    NoSuchOperand {
        /// The function.
        function: String,
        /// Where the instruction stands. **Units:** bytes.
        pc: usize,
        /// The operand's kind.
        kind: OperandKind,
        /// Its value.
        value: u32,
    },
    /// A target, a region or a line that is not at the start of an instruction.
    WithinInstruction {
        /// The function.
        function: String,
        /// The position. **Units:** bytes.
        position: u32,
    },
    /// Lists of targets that are not named one after the other, each once.
    ListOrder {
        /// The function.
        function: String,
        /// The first that is not named where it is its turn.
        list: usize,
    },
    /// The text has more bytes than the assembler takes.
    TextTooLong(usize),
    /// A line that names a file that is not there, or two lines for one position.
    WrongLine {
        /// The function.
        function: String,
        /// Where it begins to hold. **Units:** bytes.
        pc: u32,
    },
}

impl fmt::Display for DisasmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherTable { module, table } => {
                write!(f, "the module is written for table `{module}` in another version or set than `{table}` here")
            }
            Self::NotAName(name) => write!(f, "{name:?} is no name in assembly"),
            Self::DuplicateName(name) => write!(f, "two things are called `{name}`"),
            Self::Decode { function, error } => match error {
                DecodeError::UnknownOpcode { pc, opcode } => {
                    write!(f, "no instruction has opcode {opcode:#04x}, in `{function}` at {pc:#06x}")
                }
                DecodeError::Truncated { pc } => write!(f, "`{function}` ends within the instruction at {pc:#06x}"),
            },
            Self::NoSuchOperand { function, pc, kind, value } => {
                let what = if *kind == OperandKind::Targets { "list of targets" } else { kind.name() };
                write!(f, "there is no {} {value}, in `{function}` at {pc:#06x}", what.to_lowercase())
            }
            Self::WithinInstruction { function, position } => {
                write!(f, "no instruction of `{function}` begins at {position:#06x}")
            }
            Self::ListOrder { function, list } => {
                write!(
                    f,
                    "list of targets {list} of `{function}` is not named by one instruction after those before it"
                )
            }
            Self::TextTooLong(bytes) => {
                write!(f, "the text would have {bytes} bytes, at most {} are assembled", limits::TEXT_BYTES)
            }
            Self::WrongLine { function, pc } => write!(f, "the source line of `{function}` at {pc:#06x} is wrong"),
        }
    }
}

impl std::error::Error for DisasmError {}

/// What stands before everything else: what assembling the rest would not make by itself.
fn write_head<I: InstructionSet>(module: &Module, out: &mut String) -> Result<(), DisasmError> {
    if let Some(name) = &module.name {
        out.push_str(".module ");
        write_string(name, out);
        out.push('\n');
    }
    if !in_order(module.constants.len(), constants_used::<I>(module)?) {
        for constant in &module.constants {
            out.push_str(".constant ");
            write_constant(constant, out);
            out.push('\n');
        }
    }
    let lines = module.functions.iter().flat_map(|function| &function.lines).filter(|line| line.is_known());
    if !in_order(module.files.len(), lines.map(|line| line.file)) {
        for file in &module.files {
            out.push_str(".file ");
            write_string(file, out);
            out.push('\n');
        }
    }
    Ok(())
}

/// Whether `used` names all of `0..count`, each first after those before it.
fn in_order(count: usize, used: impl IntoIterator<Item = u32>) -> bool {
    let mut next = 0;
    for index in used {
        match (index as usize).cmp(&next) {
            Ordering::Less => {}
            Ordering::Equal => next += 1,
            Ordering::Greater => return false,
        }
    }
    next == count
}

/// The constants that code names, in its order.
fn constants_used<I: InstructionSet>(module: &Module) -> Result<Vec<u32>, DisasmError> {
    let mut used = Vec::new();
    for function in &module.functions {
        let mut pc = 0;
        while pc < function.code.len() {
            let (op, next) = decode::<I>(function, pc)?;
            let row = &I::table().instructions[I::instruction(&op)];
            if row.operands.iter().any(|operand| operand.kind == OperandKind::Const) {
                used.extend(row.operands.iter().zip(I::operands(&op)).filter_map(|(operand, value)| match value {
                    Operand::Index(index) if operand.kind == OperandKind::Const => Some(index),
                    _ => None,
                }));
            }
            pc = next;
        }
    }
    Ok(used)
}

fn decode<I: InstructionSet>(function: &Function, pc: usize) -> Result<(I::Op, usize), DisasmError> {
    I::decode(&function.code, pc).map_err(|error| DisasmError::Decode { function: function.name.clone(), error })
}

fn check_names(module: &Module) -> Result<(), DisasmError> {
    let imports = module.imports.iter().map(|import| &import.name);
    let functions = module.functions.iter().map(|function| &function.name);
    distinct(imports.chain(&module.globals).chain(functions))?;
    module.functions.iter().try_for_each(|function| distinct(function.params.iter().chain(&function.locals)))
}

fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), DisasmError> {
    let mut seen = HashSet::new();
    for name in names {
        if !is_name(name) {
            return Err(DisasmError::NotAName(name.clone()));
        }
        if !seen.insert(name) {
            return Err(DisasmError::DuplicateName(name.clone()));
        }
    }
    Ok(())
}

/// The instructions of a function with their positions, and the names of the positions that something refers to.
struct Listing<'m, I: InstructionSet> {
    module: &'m Module,
    function: &'m Function,
    /// The names of its slots.
    slots: Vec<&'m str>,
    ops: Vec<(usize, I::Op)>,
    /// Label numbers, by position.
    labels: BTreeMap<u32, usize>,
}

fn write_function<I: InstructionSet>(
    module: &Module,
    function: &Function,
    out: &mut String,
) -> Result<(), DisasmError> {
    let listing = Listing::<I>::read(module, function)?;
    let _ = writeln!(out, "func {}({})", function.name, function.params.join(", "));
    if !function.locals.is_empty() {
        let _ = writeln!(out, "    local {}", function.locals.join(" "));
    }
    let mut lines = function.lines.iter().peekable();
    if !listing.ops.is_empty() && lines.peek().is_none_or(|line| line.pc > 0) {
        out.push_str("    .line \"\" 0\n");
    }
    for (pc, op) in &listing.ops {
        let position = u32::try_from(*pc).unwrap_or(u32::MAX);
        listing.label(position, out);
        if let Some(line) = lines.next_if(|line| line.pc == position) {
            let wrong = || DisasmError::WrongLine { function: function.name.clone(), pc: line.pc };
            out.push_str("    .line ");
            match line.is_known() {
                true => write_string(module.files.get(line.file as usize).ok_or_else(wrong)?, out),
                false => out.push_str("\"\""),
            }
            let _ = writeln!(out, " {}", line.line);
        }
        listing.op(*pc, op, out)?;
    }
    if let Some(line) = lines.next() {
        return Err(DisasmError::WrongLine { function: function.name.clone(), pc: line.pc });
    }
    listing.label(u32::try_from(function.code.len()).unwrap_or(u32::MAX), out);
    for region in &function.regions {
        let [start, end, target] = [region.start, region.end, region.target].map(|at| listing.labels[&at]);
        let _ = writeln!(out, "    .catch L{start} L{end} L{target} {}", region.height);
    }
    out.push_str("end\n");
    Ok(())
}

impl<'m, I: InstructionSet> Listing<'m, I> {
    fn read(module: &'m Module, function: &'m Function) -> Result<Self, DisasmError> {
        let mut ops = Vec::new();
        let mut pc = 0;
        while pc < function.code.len() {
            let (op, next) = decode::<I>(function, pc)?;
            ops.push((pc, op));
            pc = next;
        }
        let mut labels = BTreeMap::new();
        for region in &function.regions {
            labels.extend([region.start, region.end, region.target].map(|position| (position, 0)));
        }
        let mut lists = 0;
        for (_, op) in &ops {
            let row = &I::table().instructions[I::instruction(op)];
            let operands = I::operands(op);
            labels.extend(row.targets(&operands, &function.target_lists).map(|(_, target)| (target.0, 0)));
            // One that is not there is told of when it is written.
            for list in
                row.lists(&operands).map(|list| list as usize).filter(|list| *list < function.target_lists.len())
            {
                if list != lists {
                    return Err(DisasmError::ListOrder { function: function.name.clone(), list: lists });
                }
                lists += 1;
            }
        }
        if lists < function.target_lists.len() {
            return Err(DisasmError::ListOrder { function: function.name.clone(), list: lists });
        }
        for ((position, number), index) in labels.iter_mut().zip(1..) {
            *number = index;
            let at = *position as usize;
            if at != function.code.len() && ops.binary_search_by_key(&at, |(pc, _)| *pc).is_err() {
                return Err(DisasmError::WithinInstruction { function: function.name.clone(), position: *position });
            }
        }
        let slots = function.params.iter().chain(&function.locals).map(String::as_str).collect();
        Ok(Self { module, function, slots, ops, labels })
    }

    fn label(&self, position: u32, out: &mut String) {
        if let Some(number) = self.labels.get(&position) {
            let _ = writeln!(out, "L{number}:");
        }
    }

    fn op(&self, pc: usize, op: &I::Op, out: &mut String) -> Result<(), DisasmError> {
        let row = &I::table().instructions[I::instruction(op)];
        let _ = write!(out, "    {}", row.mnemonic);
        for (operand, value) in row.operands.iter().zip(I::operands(op)) {
            out.push(' ');
            match value {
                Operand::Number(value) => write_scalar(value, out),
                Operand::Index(index) => self.index(pc, operand.kind, index, out)?,
            }
        }
        out.push('\n');
        Ok(())
    }

    /// The label of a target.
    fn target(&self, position: u32) -> String {
        format!("L{}", self.labels.get(&position).copied().unwrap_or(0))
    }

    fn index(&self, pc: usize, kind: OperandKind, value: u32, out: &mut String) -> Result<(), DisasmError> {
        let index = value as usize;
        let name = match kind.role() {
            OperandRole::Local => self.slots.get(index).copied(),
            OperandRole::Func => self.module.callable(index).map(|(name, _)| name),
            OperandRole::Global => self.module.globals.get(index).map(String::as_str),
            OperandRole::Const => match self.module.constants.get(index) {
                Some(constant) => {
                    write_constant(constant, out);
                    return Ok(());
                }
                None => None,
            },
            OperandRole::Target => {
                out.push_str(&self.target(value));
                return Ok(());
            }
            OperandRole::Targets => match self.function.target_lists.get(index) {
                Some(list) => {
                    let targets: Vec<String> = list.iter().map(|target| self.target(*target)).collect();
                    let _ = write!(out, "[{}]", targets.join(", "));
                    return Ok(());
                }
                None => None,
            },
            OperandRole::Count | OperandRole::Number(_) => {
                let _ = write!(out, "{value}");
                return Ok(());
            }
        };
        let function = || self.function.name.clone();
        out.push_str(name.ok_or_else(|| DisasmError::NoSuchOperand { function: function(), pc, kind, value })?);
        Ok(())
    }
}

/// Writes a constant as `load_const` and its like take it.
fn write_constant(constant: &Constant, out: &mut String) {
    match constant {
        Constant::Text(text) => write_string(text, out),
        Constant::Scalar(scalar) => write_scalar(*scalar, out),
    }
}
