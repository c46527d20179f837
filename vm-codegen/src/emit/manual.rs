//! The reference manual in Markdown: an index, a page per family, the traps, what the fast engine looks for,
//! and what bodies are made of.

mod cell;
mod entry;

use crate::literals::opcode_text;
use crate::words::{self, pattern};
use cell::cell;
use opforge_spec::model::{Family, Instruction, InstructionSet, Primitive};

/// The last line of each page, by which a page is known for one that may be replaced.
pub const MARK: &str = "<!-- Made by `opforge spec doc`: edit the table, not this page. -->";

/// The pages of the manual: path below the manual's folder, and text. The index is first.
pub fn pages(set: &InstructionSet) -> Vec<(String, String)> {
    let mut pages = vec![("README.md".to_string(), index(set))];
    for (number, family) in set.families().iter().enumerate() {
        let rows: Vec<&Instruction> = set.instructions().iter().filter(|row| row.family == number).collect();
        pages.push((page_of(family), family_page(set, family, &rows)));
    }
    pages.push(("traps.md".to_string(), traps(set)));
    pages.push(("sequences.md".to_string(), sequences(set)));
    pages.push(("primitives.md".to_string(), primitives(set)));
    for (_, text) in &mut pages {
        text.push_str(&format!("\n{MARK}\n"));
    }
    pages
}

/// All pages as one text, each behind a line with its path.
pub(crate) fn emit(set: &InstructionSet) -> String {
    let pages = pages(set).into_iter().map(|(path, text)| format!("<!-- {path} -->\n\n{text}"));
    pages.collect::<Vec<_>>().join("\n")
}

/// The page of a family. The names of the manual's own pages are kept free.
fn page_of(family: &Family) -> String {
    let name: String =
        family.name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    match name.to_ascii_lowercase().as_str() {
        "readme" | "traps" | "sequences" | "primitives" => format!("{name}_.md"),
        _ => format!("{name}.md"),
    }
}

fn first_sentence(doc: &str) -> String {
    let paragraph = doc.trim().split("\n\n").next().unwrap_or_default();
    let line = cell(paragraph);
    match line.find(". ") {
        Some(end) => line[..=end].to_string(),
        None => line,
    }
}

fn anchor(row: &Instruction) -> String {
    row.name.to_ascii_lowercase()
}

fn index(set: &InstructionSet) -> String {
    let mut text = format!("# The instruction set `{}`, version {}\n", set.name(), set.version());
    if !set.doc().trim().is_empty() {
        text.push_str(&format!("\n{}\n", set.doc().trim()));
    }
    text.push_str(&format!(
        "\n{} instructions. This manual is generated from the table; edit the table, not these pages.\n",
        set.instructions().len()
    ));
    text.push_str(READING);
    text.push_str("\n## Families\n\n| family | what it holds |\n|---|---|\n");
    for family in set.families() {
        text.push_str(&format!("| [{}]({}) | {} |\n", family.name, page_of(family), cell(&family.doc)));
    }
    text.push_str("\nAlso: [traps](traps.md) · [fusions and rewrites](sequences.md) · [primitives](primitives.md)\n");
    text.push_str("\n## Instructions by opcode\n\n| opcode | instruction | stack effect | |\n|---|---|---|---|\n");
    for row in set.instructions() {
        text.push_str(&format!(
            "| `{}` | [{}]({}#{}) | `{}` | {} |\n",
            opcode_text(row.code),
            row.name,
            page_of(&set.families()[row.family]),
            anchor(row),
            cell(&row.stack),
            first_sentence(&row.doc),
        ));
    }
    text
}

const READING: &str = "
## How to read an entry

* **Stack** shows what is popped and what is pushed, rightmost on top. A name in brackets is a group of values.
* **Encoding** is what a module stores: the opcode in one byte, or two from `0xf0` on, then the operands,
  little-endian.
* **Traps** lists what the instruction itself can raise. Limits of stack and frames trap anywhere. A trap leaves the
  stack as it was.
* **Fuel**: a call, a jump backwards and a caught trap each cost one tick; other instructions cost nothing unless
  their entry says so. What makes a text close to the limit of the heap pays for the look at what is kept.
* **Native** says how the instruction will run in native code: `inline` as machine code, `helper` as a call, `exit` by
  leaving native code. Until the lowering exists this is a forecast.
* **Examples** are run as tests: locals and globals in brackets, then operands, then inputs, `=>`, then the outcome.
  Targets are left out, and so is the count of an only group.
";

fn family_page(set: &InstructionSet, family: &Family, rows: &[&Instruction]) -> String {
    let mut text = format!("# {}\n", family.name);
    if !family.doc.trim().is_empty() {
        text.push_str(&format!("\n{}\n", family.doc.trim()));
    }
    text.push_str("\n| opcode | instruction | assembly | stack effect |\n|---|---|---|---|\n");
    for row in rows {
        text.push_str(&format!(
            "| `{}` | [{}](#{}) | `{}` | `{}` |\n",
            opcode_text(row.code),
            row.name,
            anchor(row),
            entry::assembly(row),
            cell(&row.stack),
        ));
    }
    for row in rows {
        text.push('\n');
        text.push_str(&entry::text(set, row));
    }
    if !family.fixtures.trim().is_empty() {
        text.push_str(&format!(
            "\n## Functions that the examples name\n\n```text\n{}\n```\n",
            family.fixtures.trim_end()
        ));
    }
    text.push_str("\n[All instructions](README.md)\n");
    text
}

fn traps(set: &InstructionSet) -> String {
    let mut text = String::from("# Traps\n\nA handler that catches a trap gets its number.\n\n");
    text.push_str("| number | trap | when | raised by |\n|---|---|---|---|\n");
    for (number, trap) in set.traps().iter().enumerate() {
        let raisers = set.instructions().iter().filter(|row| row.traps.iter().any(|id| id.0 == number));
        let raisers: Vec<String> = raisers
            .map(|row| format!("[{}]({}#{})", row.name, page_of(&set.families()[row.family]), anchor(row)))
            .collect();
        let raisers = if raisers.is_empty() { "the machine".to_string() } else { raisers.join(", ") };
        text.push_str(&format!("| {} | `{}` | {} | {raisers} |\n", trap.code, trap.name, cell(&trap.doc)));
    }
    text.push_str("\n[All instructions](README.md)\n");
    text
}

fn primitives(set: &InstructionSet) -> String {
    let mut text = String::from(
        "# Primitives\n\nWhat the bodies of instructions are made of. `a`, `b` and so on are what one is given; the cost is relative to\n\
         the addition of two ints, and by it rewrites are measured.\n\n\
         | primitive | signature | gives or does | effects | cost |\n|---|---|---|---|---|\n",
    );
    let mut sorted: Vec<&Primitive> = set.primitives().iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    for primitive in sorted {
        let does = match &primitive.is {
            Some(is) => format!("`{is}`"),
            None => words::primitive(primitive),
        };
        let effects = words::effects(set, &primitive.effects, &primitive.traps);
        let effects: Vec<String> = effects.iter().map(|effect| format!("`{effect}`")).collect();
        text.push_str(&format!(
            "| `{}` | `{}` | {} | {} | {} |\n",
            primitive.name,
            cell(&words::signature(primitive)),
            cell(&does),
            cell(&effects.join(", ")),
            primitive.cost
        ));
    }
    text.push_str("\n[All instructions](README.md)\n");
    text
}

fn sequences(set: &InstructionSet) -> String {
    let mut text = String::from("# Fusions and rewrites\n\n");
    text.push_str(
        "What the fast engine finds in plain code: a fusion runs as one instruction, a rewrite is replaced first.\n",
    );
    if !set.fusions().is_empty() {
        text.push_str("\n| fusion | runs as one instruction |\n|---|---|\n");
        for fusion in set.fusions() {
            text.push_str(&format!("| `{}` | `{}` |\n", fusion.name, cell(&pattern(set, &fusion.pattern))));
        }
    }
    if !set.rewrites().is_empty() {
        text.push_str("\n| rewrite | from | to | when |\n|---|---|---|---|\n");
        for rewrite in set.rewrites() {
            let when: Vec<String> = rewrite.when.iter().map(|(name, ty)| format!("`{name}: {ty}`")).collect();
            let (from, to) = (cell(&pattern(set, &rewrite.from)), cell(&pattern(set, &rewrite.to)));
            text.push_str(&format!("| `{}` | `{from}` | `{to}` | {} |\n", rewrite.name, cell(&when.join(", "))));
        }
    }
    text.push_str("\n[All instructions](README.md)\n");
    text
}
