//! The assembly in a family's `fixtures`, as far as a table can tell: that its instructions are rows with so many operands,
//! and that what they name is there. What an assembler knows besides, the generated tests find.

use super::parts::declaration;
use super::report::{Report, plural};
use super::table::Table;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic};
use crate::mnemonic::mnemonic;
use crate::model::Instruction;
use crate::nearest::nearest;
use crate::source::Text;
use opforge_core::OperandKind;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What a line of assembly may begin with besides a mnemonic.
pub(super) const KEYWORDS: [&str; 5] = ["import", "global", "func", "local", "end"];

/// A word or mark of a line.
type Word<'t> = (&'t str, Range<usize>);

/// Checks the text of a fixture file.
pub(super) fn check(text: &Text, table: &Table<'_>, report: &mut Report) {
    let mut names = BTreeMap::new();
    for (id, row) in table.rows.iter().enumerate() {
        names.entry(mnemonic(&row.op.name.value)).or_insert(id);
    }
    let lines = lines(&text.value);
    let (functions, globals) = (named(&lines, &["func", "import"]), named(&lines, &["global"]));
    let mut checker = Checker { text, table, report, names, functions, globals };
    let mut open: Option<(Range<usize>, Scope<'_>)> = None;
    for (index, line) in lines.iter().enumerate() {
        let code = after_labels(line);
        let Some((first, range)) = code.first() else { continue };
        match *first {
            "func" => {
                if let Some((place, _)) = open.take() {
                    checker.no_end(place);
                }
                open = Some((range.clone(), Scope::of(&lines[index..])));
            }
            "end" if open.is_none() => {
                let help = "remove it, or begin a function: `func name(x)`";
                checker.wrong(range, "`end` ends nothing".to_owned(), "no function is open", help.to_owned(), None);
            }
            "end" => open = None,
            "import" => {
                let help = "write the function in this file: `func name(x)` … `end`";
                let message = "fixtures import a function, and nothing gives them any".to_owned();
                checker.wrong(range, message, "imported from nowhere", help.to_owned(), None);
            }
            word if KEYWORDS.contains(&word) || word.starts_with('.') => {}
            _ => {
                if let Some((_, scope)) = &open {
                    checker.instruction(code, scope);
                }
            }
        }
    }
    if let Some((place, _)) = open {
        checker.no_end(place);
    }
}

/// What the lines of one function may name.
struct Scope<'t> {
    labels: BTreeSet<&'t str>,
    slots: BTreeSet<&'t str>,
}

impl<'t> Scope<'t> {
    /// Of the function that begins with the first of these lines.
    fn of(lines: &[Vec<Word<'t>>]) -> Self {
        let (mut labels, mut slots) = (BTreeSet::new(), BTreeSet::new());
        for (index, line) in lines.iter().enumerate() {
            let code = after_labels(line);
            labels.extend(line[..line.len() - code.len()].iter().map(|(word, _)| *word).filter(|word| *word != ":"));
            match code.first().map(|(word, _)| *word) {
                // The first word after `func` is the function's name.
                Some("func") if index == 0 => slots.extend(code.iter().skip(2).map(|(word, _)| *word)),
                Some("local") => slots.extend(code.iter().skip(1).map(|(word, _)| *word)),
                Some("func" | "end") => break,
                _ => {}
            }
        }
        Self { labels, slots }
    }
}

struct Checker<'a> {
    text: &'a Text,
    table: &'a Table<'a>,
    report: &'a mut Report,
    /// The row of each mnemonic.
    names: BTreeMap<String, usize>,
    functions: BTreeSet<&'a str>,
    globals: BTreeSet<&'a str>,
}

impl Checker<'_> {
    fn instruction(&mut self, code: &[Word<'_>], scope: &Scope<'_>) {
        let ((word, range), operands) = (&code[0], &code[1..]);
        let Some(id) = self.names.get(*word) else {
            let near = nearest(word, self.names.keys().map(String::as_str));
            let help = match near {
                Some(near) => format!("write `{near}`"),
                None => "write the name of a row in snake case, such as `load_int`".to_owned(),
            };
            let message = format!("no instruction is written `{word}`");
            self.wrong(range, message, "unknown instruction", help, Some(Cause::Unknown("row", (*word).to_owned())));
            return;
        };
        // A row that is wrong was reported where it stands.
        let Some(row) = &self.table.instructions[*id] else { return };
        let is_slot = |word: &str| scope.slots.contains(word) || is_register(word);
        let operands = written(operands);
        let first = operands.first().and_then(|(_, words)| words.first());
        let registers = operands.iter().any(|(_, words)| words.iter().any(|(word, _)| *word == ","))
            || row.outputs.len() == 1 && first.is_some_and(|(word, _)| is_slot(word));
        let (wanted, given) = (row.operands.len(), operands.len());
        if given == wanted {
            self.report.right(declaration(&self.table.rows[*id]));
            for ((is_list, words), operand) in operands.iter().zip(&row.operands) {
                self.operands(*is_list, words, operand.kind, scope);
            }
        } else if !registers {
            let message = format!("`{word}` has {wanted} operand{}, here it gets {given}", plural(wanted));
            let cause = declaration(&self.table.rows[*id]);
            self.wrong(range, message, &format!("{given} given"), format!("write `{}`", usage(row)), cause);
        }
    }

    /// What stands for one operand: a word, or those in brackets.
    fn operands(&mut self, is_list: bool, words: &[&Word<'_>], kind: OperandKind, scope: &Scope<'_>) {
        let wants_list = kind == OperandKind::Targets;
        for (word, range) in words {
            if is_list == wants_list {
                self.operand(word, range, if wants_list { OperandKind::Target } else { kind }, scope);
                continue;
            }
            let (message, help) = match wants_list {
                true => (format!("`{word}` is no list of labels"), format!("write `[{word}]`")),
                false => (format!("`{word}` stands in a list"), format!("write `{word}` without brackets")),
            };
            self.wrong(range, message, "wrong form", help, None);
        }
    }

    fn operand(&mut self, word: &str, range: &Range<usize>, kind: OperandKind, scope: &Scope<'_>) {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let (known, what) = match kind {
            OperandKind::Target => (&scope.labels, "label"),
            OperandKind::Local if is_number || is_register(word) => return,
            OperandKind::Local => (&scope.slots, "slot"),
            OperandKind::Func | OperandKind::Block => (&self.functions, "function"),
            OperandKind::Global if is_number => return,
            OperandKind::Global => (&self.globals, "global"),
            _ => return,
        };
        if known.contains(word) {
            return;
        }
        let help = match (nearest(word, known.iter().copied()), what) {
            (Some(near), _) => format!("write `{near}`"),
            (None, "label") => format!("add a line `{word}:` to the function"),
            (None, "slot") => format!("add a line `local {word}` to the function"),
            (None, "function") => format!("add it: `func {word}()` … `end`"),
            (None, _) => format!("add a line `global {word}`"),
        };
        self.wrong(range, format!("no {what} is called `{word}`"), &format!("unknown {what}"), help, None);
    }

    fn no_end(&mut self, place: Range<usize>) {
        self.wrong(
            &place,
            "this function has no `end`".to_owned(),
            "begun here",
            "write `end` after it".to_owned(),
            None,
        );
    }

    fn wrong(&mut self, range: &Range<usize>, message: String, label: &str, help: String, cause: Option<Cause>) {
        let diagnostic = Diagnostic::new(Code::BadFixture, self.text.span_of(range.clone()), message);
        let diagnostic = diagnostic.label(label).help(help);
        self.report.push(diagnostic.because(cause));
    }
}

fn usage(row: &Instruction) -> String {
    let operands = row.operands.iter().map(|operand| operand.kind.usage(&operand.name));
    std::iter::once(row.mnemonic.clone()).chain(operands).collect::<Vec<_>>().join(" ")
}

/// What is written for each operand: a word, or, as is said beside, those of a list without its marks.
fn written<'l, 't>(words: &'l [Word<'t>]) -> Vec<(bool, Vec<&'l Word<'t>>)> {
    let mut operands: Vec<(bool, Vec<&Word<'_>>)> = Vec::new();
    let mut within = false;
    for word in words {
        match (word.0, within) {
            ("[", false) => {
                within = true;
                operands.push((true, Vec::new()));
            }
            ("]", true) => within = false,
            (",", true) => {}
            (_, true) => operands.last_mut().into_iter().for_each(|(_, list)| list.push(word)),
            (_, false) => operands.push((false, vec![word])),
        }
    }
    operands
}

/// Whether it is `r` and a number, which names a slot.
fn is_register(word: &str) -> bool {
    word.strip_prefix('r').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The names that lines declare which begin with one of these words.
fn named<'t>(lines: &[Vec<Word<'t>>], keywords: &[&str]) -> BTreeSet<&'t str> {
    let declared = lines.iter().filter(|line| line.first().is_some_and(|(word, _)| keywords.contains(word)));
    declared.filter_map(|line| line.get(1).map(|(word, _)| *word)).collect()
}

/// A line without the labels before its instruction.
fn after_labels<'l, 't>(mut line: &'l [Word<'t>]) -> &'l [Word<'t>] {
    while let [_, (":", _), rest @ ..] = line {
        line = rest;
    }
    line
}

/// The words and marks of each line, without comments.
fn lines(text: &str) -> Vec<Vec<Word<'_>>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        lines.push(words(line, start));
        start += line.len() + 1;
    }
    lines
}

fn words(line: &str, start: usize) -> Vec<Word<'_>> {
    let is_mark = |c: char| matches!(c, ',' | '(' | ')' | '[' | ']' | '/' | ':' | ';' | '"');
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = line[at..].chars().next() {
        let rest = &line[at..];
        let length = match first {
            ';' => break,
            '"' => 1 + quoted(&rest[1..]),
            _ if is_mark(first) || first.is_whitespace() => first.len_utf8(),
            _ => rest.find(|c: char| is_mark(c) || c.is_whitespace()).unwrap_or(rest.len()),
        };
        if !first.is_whitespace() {
            words.push((&rest[..length], start + at..start + at + length));
        }
        at += length;
    }
    words
}

/// The length of a quoted text after its first quote, the last one included.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
