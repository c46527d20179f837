//! Statements to a module: resolves names by the kinds of the row's operands, encodes, and keeps lines and names.

use super::error::{AsmErrorKind, AsmErrors, Errors, LineSpan};
use super::limits;
use super::names::{INDICES, LABEL, Names};
use super::operands::{Constants, Resolved, Resolver, Targets};
use super::parse::{Body, Item, Name, Text, parse};
use crate::code::{BuildOperand, CodeWriter, Label};
use crate::isa::{InstructionSet, OperandError};
use crate::module::{Function, Import, Module};
use crate::registers::Rows;
use std::collections::{HashMap, HashSet};

/// Turns a text of assembly into a module of the instruction set `I`.
///
/// `file_name` is how errors, and the lines of traces, name the text. The module is not verified yet.
///
/// # Errors
/// Everything that is wrong with the text, at most 50 errors, each with its place and what to write instead.
pub fn assemble<I: InstructionSet>(file_name: &str, text: &str) -> Result<Module, AsmErrors> {
    let mut errors = Errors::default();
    if text.len() > limits::TEXT_BYTES {
        errors.add(LineSpan::new(1, 0, 1), AsmErrorKind::TextTooLong(text.len()));
        return Err(errors.finish(file_name, ""));
    }
    let parsed = parse(text, &mut errors);
    let names = Names::collect(&parsed, &mut errors);
    let module = Assembler::<I>::new(file_name, &names, &mut errors).module(&parsed);
    if errors.is_empty() { Ok(module) } else { Err(errors.finish(file_name, text)) }
}

struct Assembler<'t, 'e, I> {
    file_name: &'t str,
    names: &'t Names<'t>,
    rows: Rows,
    constants: Constants,
    files: Files<'t>,
    errors: &'e mut Errors,
    set: std::marker::PhantomData<I>,
}

/// The files that lines name, each once.
#[derive(Default)]
struct Files<'t> {
    list: Vec<String>,
    indices: HashMap<&'t str, u32>,
}

impl<'t> Files<'t> {
    fn index(&mut self, name: &'t str) -> u32 {
        *self.indices.entry(name).or_insert_with(|| {
            self.list.push(name.to_owned());
            u32::try_from(self.list.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

/// A region as written.
struct Guard<'t> {
    start: Name<'t>,
    end: Name<'t>,
    target: Name<'t>,
    height: u32,
}

/// What is known of a function while its items are read.
struct Draft<'t, I> {
    code: CodeWriter<I>,
    /// Every label that was named so far.
    labels: HashMap<&'t str, Label>,
    /// Where each label was bound first.
    bound: HashMap<&'t str, LineSpan>,
    /// The labels that jumps name.
    used: Vec<Name<'t>>,
    guards: Vec<Guard<'t>>,
    /// What `.line` said last.
    position: Option<(&'t str, u32)>,
    /// Whether it was said that it has too many lists of targets.
    too_many_lists: bool,
}

impl<'t, I: InstructionSet> Draft<'t, I> {
    fn new() -> Self {
        Self {
            code: CodeWriter::new(),
            labels: HashMap::new(),
            bound: HashMap::new(),
            used: Vec::new(),
            guards: Vec::new(),
            position: None,
            too_many_lists: false,
        }
    }

    fn label(&mut self, name: &'t str) -> Label {
        *self.labels.entry(name).or_insert_with(|| self.code.label())
    }

    /// The label that a jump names.
    fn target(&mut self, name: Name<'t>) -> Label {
        self.used.push(name);
        self.label(name.text)
    }
}

impl<'t, 'e, I: InstructionSet> Assembler<'t, 'e, I> {
    fn new(file_name: &'t str, names: &'t Names<'t>, errors: &'e mut Errors) -> Self {
        let (rows, constants, files) = (Rows::of(I::table()), Constants::default(), Files::default());
        Self { file_name, names, rows, constants, files, errors, set: std::marker::PhantomData }
    }

    fn module(mut self, text: &'t Text<'t>) -> Module {
        self.declared(text);
        let functions = text.functions.iter().map(|body| self.function(body)).collect();
        let import = |(name, arity): &(Name<'_>, u32)| Import {
            name: name.text.to_owned(),
            arity: u16::try_from(*arity).unwrap_or(u16::MAX),
        };
        Module {
            name: text.module.clone(),
            table_name: I::table().name.to_owned(),
            table_hash: I::table().hash,
            constants: self.constants.list,
            imports: text.imports.iter().map(import).collect(),
            globals: text.globals.iter().map(|name| name.text.to_owned()).collect(),
            functions,
            files: self.files.list,
        }
    }

    /// The constants and files that are listed before they are used.
    fn declared(&mut self, text: &'t Text<'t>) {
        for token in &text.constants {
            let known = self.constants.list.len();
            match super::operands::constant(token, ".constant VALUE", "VALUE", &mut self.constants) {
                Ok(index) if (index as usize) < known => {
                    let kind =
                        AsmErrorKind::Duplicate { what: "constants", name: token.text.to_owned(), first_line: 0 };
                    self.errors.add(token.place, kind);
                }
                Ok(_) => {}
                Err(kind) => self.errors.add(token.place, kind),
            }
        }
        for (name, place) in &text.files {
            let known = self.files.list.len();
            if (self.files.index(name) as usize) < known {
                let kind = AsmErrorKind::Duplicate { what: "files", name: name.clone(), first_line: 0 };
                self.errors.add(*place, kind);
            }
        }
    }

    fn function(&mut self, body: &'t Body<'t>) -> Function {
        let slots = self.slots(body);
        let mut draft = Draft::new();
        let mut label = None;
        for item in &body.items {
            match item {
                Item::Label(name) => {
                    label = Some(*name);
                    self.label(*name, &mut draft);
                }
                Item::Line { file, line } => draft.position = Some((file, *line)),
                Item::Catch { start, end, target, height } => {
                    draft.guards.push(Guard { start: *start, end: *end, target: *target, height: *height });
                }
                Item::Op { mnemonic, operands } => {
                    let resolver = Resolver {
                        table: I::table(),
                        names: self.names,
                        rows: &self.rows,
                        slots: &slots,
                        body,
                        label: label.filter(|label| label.place.line == mnemonic.place.line),
                        constants: &mut self.constants,
                        errors: self.errors,
                    };
                    for resolved in resolver.resolve(*mnemonic, operands).into_iter().flatten() {
                        self.op(mnemonic.place, resolved, &mut draft);
                    }
                }
            }
        }
        for name in std::mem::take(&mut draft.used) {
            self.find_label(name, &draft);
        }
        self.regions(&mut draft);
        // Every label that is used was found, or its error is noted and there will be no module.
        let (code, _) = draft.code.finish();
        let text = |name: &Name<'_>| name.text.to_owned();
        Function {
            name: text(&body.name),
            params: body.params.iter().map(text).collect(),
            locals: body.locals.iter().map(text).collect(),
            code: code.bytes,
            target_lists: code.target_lists,
            regions: code.regions,
            lines: code.lines,
        }
    }

    /// The slots of a function by name; the number of slots is their number.
    fn slots(&mut self, body: &Body<'t>) -> HashMap<&'t str, u32> {
        let mut slots = HashMap::new();
        let mut places = HashMap::new();
        for (name, index) in body.params.iter().chain(&body.locals).zip(0..) {
            super::names::declare(&mut places, *name, "slots", self.errors);
            slots.entry(name.text).or_insert(index);
            if index as usize == INDICES {
                self.errors.add(name.place, AsmErrorKind::TooMany("slots"));
            }
        }
        slots
    }

    fn label(&mut self, name: Name<'t>, draft: &mut Draft<'t, I>) {
        if super::names::declare(&mut draft.bound, name, "labels", self.errors) {
            let label = draft.label(name.text);
            // It is of this writer, and declared once.
            let _ = draft.code.bind(label);
        }
    }

    /// Writes an instruction and notes where it comes from.
    fn op(&mut self, place: LineSpan, resolved: Resolved<'t>, draft: &mut Draft<'t, I>) {
        let Resolved { instruction, operands, targets } = resolved;
        let position = draft.position.unwrap_or((self.file_name, place.line));
        // Line 0 says that the position is not known, and then the file does not matter.
        let file = if position.1 > 0 { self.files.index(position.0) } else { 0 };
        draft.code.line(file, position.1);
        let mut operands: Vec<BuildOperand> = operands.into_iter().map(BuildOperand::Value).collect();
        for (operand, targets) in targets {
            operands[operand] = match targets {
                Targets::One(name) => BuildOperand::Label(draft.target(name)),
                Targets::List(names) => {
                    BuildOperand::Labels(names.into_iter().map(|name| draft.target(name)).collect())
                }
            };
        }
        if let Err(error) = draft.code.row(instruction, &operands) {
            match error {
                OperandError::TooManyLists if draft.too_many_lists => {}
                OperandError::TooManyLists => {
                    draft.too_many_lists = true;
                    self.errors.add(place, AsmErrorKind::TooMany("lists of targets"));
                }
                error => self.errors.add(place, AsmErrorKind::Refused(error.to_string())),
            }
        }
    }

    /// The position of a label, once all are bound.
    fn find_label(&mut self, name: Name<'t>, draft: &Draft<'t, I>) -> Option<u32> {
        let declare = || format!("put `{}:` before the instruction to go to", name.text);
        match super::names::find(&draft.bound, LABEL, name.text, !self.errors.is_full(), declare) {
            Ok(_) => draft.labels.get(name.text).and_then(|label| draft.code.position(*label).ok()),
            Err(kind) => {
                self.errors.add_about(name.text, name.place, kind);
                None
            }
        }
    }

    fn regions(&mut self, draft: &mut Draft<'t, I>) {
        let mut seen = HashSet::new();
        for guard in std::mem::take(&mut draft.guards) {
            let names = [guard.start, guard.end, guard.target];
            let [start, end, target] = names.map(|name| self.find_label(name, draft));
            if let (Some(start), Some(end), Some(_)) = (start, end, target) {
                if start >= end {
                    self.errors.add(guard.end.place, AsmErrorKind::EmptyRegion);
                } else if !seen.insert((start, end)) {
                    self.errors.add(guard.start.place, AsmErrorKind::SameRegion);
                }
                let [start, end, target] = names.map(|name| draft.label(name.text));
                draft.code.guard(start, end, target, guard.height);
            }
        }
    }
}
