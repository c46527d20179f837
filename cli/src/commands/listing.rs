//! A verified module → its assembly with comments beside each instruction: what is on the stack there, and what the fast
//! engine runs for it. `opforge disasm --stack` and `--slots` print it, as text or as JSON.

use crate::output::Sink;
use crate::terminal;
use opforge::core::display_width;
use opforge::{Execute, Lowering, SlotLine, StackState, Verified, slot_lines};
use serde_json::json;
use std::fmt::Write;
use std::io;

/// A column is not made wider than this for the sake of a few long lines. **Units:** columns of a terminal.
const WIDEST: usize = 44;

/// What stands beside the instructions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    /// Depth and types.
    pub(crate) stack: bool,
    /// The instructions of slot form that this lowering makes.
    pub(crate) slots: Option<Lowering>,
}

/// A module's assembly with what is known of its instructions. It is put together as it is written, an instruction at a
/// time: what stands beside the instructions of a module takes hundreds of times the memory of its code.
pub(crate) struct Listing<'a, I> {
    verified: &'a Verified<I>,
    columns: Columns,
    before: &'a str,
    functions: Vec<&'a str>,
}

impl<'a, I: Execute> Listing<'a, I> {
    /// The listing of `verified`, whose disassembly is `text`.
    pub(crate) fn new(verified: &'a Verified<I>, text: &'a str, columns: Columns) -> Self {
        let mut begins: Vec<usize> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if line.starts_with("func ") {
                begins.push(at);
            }
            at += line.len();
        }
        let before = &text[..begins.first().copied().unwrap_or(at)];
        let ends = begins.iter().skip(1).copied().chain([at]);
        let functions = begins.iter().zip(ends).map(|(begin, end)| &text[*begin..end]).collect();
        Self { verified, columns, before, functions }
    }

    /// Writes assembly with comments.
    pub(crate) fn text(&self, out: Sink<'_>) -> io::Result<()> {
        for line in statements(self.before) {
            out(&format!("{line}\n"))?;
        }
        (0..self.functions.len()).try_for_each(|index| self.function(index).write(out))
    }

    /// Writes an object with a list of functions, each with a list of instructions.
    pub(crate) fn json(&self, file: &str, out: Sink<'_>) -> io::Result<()> {
        out(&format!("{{\"file\":{},\"functions\":[", terminal::json_part(&json!(file))))?;
        for index in 0..self.functions.len() {
            if index > 0 {
                out(",")?;
            }
            self.function(index).json(out)?;
        }
        out("]}\n")
    }

    fn function(&self, index: usize) -> FunctionListing<'_, I> {
        let mut lowered = true;
        let mut slots = Vec::new();
        if let Some(lowering) = self.columns.slots {
            match slot_lines(self.verified, index, lowering) {
                Ok(lines) => slots = lines,
                Err(_) => lowered = false,
            }
        }
        slots.sort_by_key(|line| line.pc);
        FunctionListing {
            verified: self.verified,
            index,
            columns: self.columns,
            text: self.functions.get(index).copied().unwrap_or_default(),
            lowered,
            slots,
        }
    }
}

/// The lines of assembly without those that only say where it comes from.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with(".line "))
}

struct FunctionListing<'a, I> {
    verified: &'a Verified<I>,
    index: usize,
    columns: Columns,
    text: &'a str,
    /// Whether the fast engine has code for it, if that is shown.
    lowered: bool,
    /// That code, in the order of the positions that it comes from.
    slots: Vec<SlotLine>,
}

enum Line<'l> {
    /// A label, a declaration, the function's first or last line.
    Other(&'l str),
    Instruction(Row<'l>),
}

/// An instruction and what stands beside it.
struct Row<'l> {
    text: &'l str,
    state: StackState,
    slots: &'l [SlotLine],
}

impl<I: Execute> FunctionListing<'_, I> {
    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut states = self.verified.stack_states(self.index).into_iter().flatten();
        let mut slots = self.slots.as_slice();
        statements(self.text).enumerate().map(move |(number, text)| {
            let state = if is_instruction(text, number) { states.next() } else { None };
            let Some(state) = state else { return Line::Other(text) };
            slots = &slots[slots.partition_point(|line| line.pc < state.pc)..];
            let (beside, after) = slots.split_at(slots.partition_point(|line| line.pc <= state.pc));
            slots = after;
            Line::Instruction(Row { text, state, slots: beside })
        })
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.lines().filter_map(|line| match line {
            Line::Instruction(row) => Some(row),
            Line::Other(_) => None,
        })
    }

    /// How wide the columns of instructions and of the stack are.
    fn widths(&self) -> (usize, usize) {
        let wider = |most: usize, width: usize| if width <= WIDEST { most.max(width) } else { most };
        self.rows().fold((0, 0), |(left, stack), row| {
            (wider(left, display_width(row.text)), wider(stack, stack_text(&row.state).chars().count()))
        })
    }

    fn write(&self, out: Sink<'_>) -> io::Result<()> {
        let columns = self.columns;
        let (left, stack) = self.widths();
        for (number, line) in self.lines().enumerate() {
            let row = match line {
                Line::Other(text) => {
                    out(&format!("{text}\n"))?;
                    if number == 0 && !self.lowered {
                        out("    ; no slot form: the reference engine runs it\n")?;
                    }
                    continue;
                }
                Line::Instruction(row) => row,
            };
            let mut texts = row.slots.iter().map(|slot| terminal::line(&slot.text));
            let first = texts.next().unwrap_or_default();
            let gap = left.saturating_sub(display_width(row.text));
            let mut line = format!("{}{:gap$}  ; {:#06x}", row.text, "", row.state.pc);
            // Writing to a `String` cannot fail, here and below.
            if columns.stack {
                let _ = write!(line, "  {:stack$}", stack_text(&row.state));
            }
            if !first.is_empty() {
                let _ = write!(line, "{}{first}", between(columns));
            }
            out(&format!("{}\n", line.trim_end()))?;
            let blank = if columns.stack { stack + 2 } else { 0 };
            for text in texts {
                out(&format!("{:left$}  ;       {:blank$}{}{text}\n", "", "", between(columns)))?;
            }
        }
        Ok(())
    }

    fn json(&self, out: Sink<'_>) -> io::Result<()> {
        out("{")?;
        if self.columns.slots.is_some() {
            out(&format!("\"has_slot_form\":{},", self.lowered))?;
        }
        out("\"instructions\":[")?;
        for (number, row) in self.rows().enumerate() {
            if number > 0 {
                out(",")?;
            }
            self.json_of(&row, out)?;
        }
        let name = self.verified.module().functions.get(self.index).map_or("", |function| function.name.as_str());
        out(&format!("],\"name\":{}}}", terminal::json_part(&json!(name))))
    }

    fn json_of(&self, row: &Row<'_>, out: Sink<'_>) -> io::Result<()> {
        let mut value = json!({ "pc": row.state.pc, "text": row.text.trim() });
        if self.columns.stack {
            let types: Vec<String> = row.state.types.iter().map(ToString::to_string).collect();
            value["depth"] = json!(row.state.depth);
            value["types"] = json!(types);
        }
        if self.columns.slots.is_some() {
            let line = |line: &SlotLine| json!({ "word": line.word, "text": line.text });
            value["slots"] = row.slots.iter().map(line).collect();
        }
        out(&terminal::json_part(&value))
    }
}

/// What separates the slot form from what stands before it.
fn between(columns: Columns) -> &'static str {
    if columns.stack { "  | " } else { "  " }
}

/// Whether a line of a function is an instruction: not a label, nor one of the statements that are none. Locals are
/// declared right after the first line.
fn is_instruction(line: &str, number: usize) -> bool {
    let Some(statement) = line.strip_prefix("    ") else { return false };
    let declares = statement.starts_with('.') || number == 1 && statement.starts_with("local ");
    !declares
}

/// Depth and types: `2: Int Bool`; what is left out of a deep stack is `…`.
fn stack_text(state: &StackState) -> String {
    let Some(depth) = state.depth else { return "unreachable".to_owned() };
    let mut text = depth.to_string();
    if depth > 0 {
        text.push(':');
    }
    if depth as usize > state.types.len() {
        text.push_str(" …");
    }
    for ty in &state.types {
        text.push(' ');
        text.push_str(&ty.to_string().replace(" | ", "|"));
    }
    text
}
