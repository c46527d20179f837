//! A verified module → its assembly with comments beside each instruction: what is on the stack there, and what the fast
//! engine runs for it. `opforge disasm --stack` and `--slots` print it, as text or as JSON.

use crate::terminal;
use opforge::core::display_width;
use opforge::{Execute, Lowering, SlotLine, StackState, Verified, slot_lines};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write;

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

/// The lines of a module's assembly, one list for what stands before the functions and one for each of those.
pub(crate) struct Listing {
    columns: Columns,
    before: Vec<String>,
    functions: Vec<FunctionListing>,
}

struct FunctionListing {
    name: String,
    lines: Vec<Line>,
    /// Whether the fast engine has code for it, if that is shown.
    lowered: bool,
}

enum Line {
    /// A label, a declaration, the function's first or last line.
    Other(String),
    Instruction(Row),
}

/// An instruction and what stands beside it.
struct Row {
    text: String,
    state: StackState,
    slots: Vec<SlotLine>,
}

impl Listing {
    /// Pairs the lines of `text`, which is the module's disassembly, with what is known of its instructions.
    pub(crate) fn new<I: Execute>(verified: &Verified<I>, text: &str, columns: Columns) -> Self {
        let mut listing = Self { columns, before: Vec::new(), functions: Vec::new() };
        let mut states = Vec::new().into_iter();
        let mut slots: HashMap<u32, Vec<SlotLine>> = HashMap::new();
        for line in text.lines().filter(|line| !line.trim_start().starts_with(".line ")) {
            if line.starts_with("func ") {
                let index = listing.functions.len();
                states = verified.stack_states(index).unwrap_or_default().into_iter();
                let lowered = columns.slots.map(|lowering| slot_lines(verified, index, lowering).ok());
                slots.clear();
                for line in lowered.iter().flatten().flatten() {
                    slots.entry(line.pc).or_default().push(line.clone());
                }
                let name = verified.module().functions.get(index).map(|function| function.name.clone());
                let lowered = !matches!(lowered, Some(None));
                listing.functions.push(FunctionListing { name: name.unwrap_or_default(), lines: Vec::new(), lowered });
            }
            let Some(function) = listing.functions.last_mut() else {
                listing.before.push(line.to_owned());
                continue;
            };
            let state = if is_instruction(line, function.lines.len()) { states.next() } else { None };
            function.lines.push(match state {
                Some(state) => {
                    let slots = slots.remove(&state.pc).unwrap_or_default();
                    Line::Instruction(Row { text: line.to_owned(), state, slots })
                }
                None => Line::Other(line.to_owned()),
            });
        }
        listing
    }

    /// Assembly with comments.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        for line in &self.before {
            out.push_str(line);
            out.push('\n');
        }
        for function in &self.functions {
            function.write(self.columns, &mut out);
        }
        out
    }

    /// An object with a list of functions, each with a list of instructions.
    pub(crate) fn json(&self, file: &str) -> Value {
        let functions: Vec<Value> = self.functions.iter().map(|function| function.json(self.columns)).collect();
        json!({ "file": file, "functions": functions })
    }
}

impl FunctionListing {
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.lines.iter().filter_map(|line| match line {
            Line::Instruction(row) => Some(row),
            Line::Other(_) => None,
        })
    }

    fn write(&self, columns: Columns, out: &mut String) {
        let width = |texts: &mut dyn Iterator<Item = usize>| texts.filter(|width| *width <= WIDEST).max().unwrap_or(0);
        let left = width(&mut self.rows().map(|row| display_width(&row.text)));
        let stack = width(&mut self.rows().map(|row| stack_text(&row.state).chars().count()));
        for (number, line) in self.lines.iter().enumerate() {
            // Writing to a `String` cannot fail, here and below.
            let row = match line {
                Line::Other(text) => {
                    let _ = writeln!(out, "{text}");
                    if number == 0 && !self.lowered {
                        out.push_str("    ; no slot form: the reference engine runs it\n");
                    }
                    continue;
                }
                Line::Instruction(row) => row,
            };
            let mut texts = row.slots.iter().map(|slot| terminal::line(&slot.text));
            let first = texts.next().unwrap_or_default();
            let gap = left.saturating_sub(display_width(&row.text));
            let mut line = format!("{}{:gap$}  ; {:#06x}", row.text, "", row.state.pc);
            if columns.stack {
                let _ = write!(line, "  {:stack$}", stack_text(&row.state));
            }
            if !first.is_empty() {
                let _ = write!(line, "{}{first}", between(columns));
            }
            let _ = writeln!(out, "{}", line.trim_end());
            let blank = if columns.stack { stack + 2 } else { 0 };
            for text in texts {
                let _ = writeln!(out, "{:left$}  ;       {:blank$}{}{text}", "", "", between(columns));
            }
        }
    }

    fn json(&self, columns: Columns) -> Value {
        let instructions = self.rows().map(|row| {
            let mut value = json!({ "pc": row.state.pc, "text": row.text.trim() });
            if columns.stack {
                let types: Vec<String> = row.state.types.iter().map(ToString::to_string).collect();
                value["depth"] = json!(row.state.depth);
                value["types"] = json!(types);
            }
            if columns.slots.is_some() {
                let line = |line: &SlotLine| json!({ "word": line.word, "text": line.text });
                value["slots"] = row.slots.iter().map(line).collect();
            }
            value
        });
        let mut value = json!({ "name": self.name, "instructions": instructions.collect::<Vec<_>>() });
        if columns.slots.is_some() {
            value["has_slot_form"] = json!(self.lowered);
        }
        value
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
