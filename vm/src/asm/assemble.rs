//! Statements to a module: resolves names by the kinds of the row's operands, encodes, and keeps lines and names.

use super::error::{AsmErrorKind, AsmErrors, Errors, Place};
use super::limits;
use super::names::{INDICES, Names};
use super::operands::{Constants, Resolved, Resolver};
use super::parse::{Body, Item, Name, Text, parse};
use crate::instruction_set::{InstructionSet, Operand};
use crate::module::{Function, Import, Line, Module, Region};
use crate::registers::Rows;
use std::cmp::Reverse;
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
        errors.add(Place::new(1, 0, 1), AsmErrorKind::TextTooLong(text.len()));
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

/// An instruction whose targets are not known yet.
struct Fixup<'t> {
    pc: usize,
    instruction: usize,
    operands: Vec<Operand>,
    /// Index of the operand, and the label it names.
    targets: Vec<(usize, Name<'t>)>,
}

/// A region as written.
struct Guard<'t> {
    start: Name<'t>,
    end: Name<'t>,
    target: Name<'t>,
    height: u32,
}

/// What is known of a function while its items are read.
#[derive(Default)]
struct Draft<'t> {
    code: Vec<u8>,
    lines: Vec<Line>,
    labels: HashMap<&'t str, u32>,
    label_places: HashMap<&'t str, Place>,
    fixups: Vec<Fixup<'t>>,
    guards: Vec<Guard<'t>>,
    /// What `.line` said last.
    position: Option<(&'t str, u32)>,
}

impl Draft<'_> {
    fn pc(&self) -> u32 {
        u32::try_from(self.code.len()).unwrap_or(u32::MAX)
    }
}

impl<'t, 'e, I: InstructionSet> Assembler<'t, 'e, I> {
    fn new(file_name: &'t str, names: &'t Names<'t>, errors: &'e mut Errors) -> Self {
        let (rows, constants, files) = (Rows::of(I::table()), Constants::default(), Files::default());
        Self { file_name, names, rows, constants, files, errors, set: std::marker::PhantomData }
    }

    fn module(mut self, text: &'t Text<'t>) -> Module {
        let functions = text.functions.iter().map(|body| self.function(body)).collect();
        let import = |(name, arity): &(Name<'_>, u32)| Import {
            name: name.text.to_owned(),
            arity: u16::try_from(*arity).unwrap_or(u16::MAX),
        };
        Module {
            name: None,
            table_name: I::table().name.to_owned(),
            table_hash: I::table().hash,
            constants: self.constants.list,
            imports: text.imports.iter().map(import).collect(),
            globals: text.globals.iter().map(|name| name.text.to_owned()).collect(),
            functions,
            files: self.files.list,
        }
    }

    fn function(&mut self, body: &'t Body<'t>) -> Function {
        let slots = self.slots(body);
        let mut draft = Draft::default();
        for item in &body.items {
            match item {
                Item::Label(name) => self.label(*name, &mut draft),
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
                        function: body.name.text,
                        constants: &mut self.constants,
                        errors: self.errors,
                    };
                    for resolved in resolver.resolve(*mnemonic, operands).into_iter().flatten() {
                        self.op(mnemonic.place, resolved, &mut draft);
                    }
                }
            }
        }
        self.targets(&mut draft);
        let regions = self.regions(&draft);
        let text = |name: &Name<'_>| name.text.to_owned();
        Function {
            name: text(&body.name),
            params: body.params.iter().map(text).collect(),
            locals: body.locals.iter().map(text).collect(),
            code: draft.code,
            regions,
            lines: draft.lines,
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

    fn label(&mut self, name: Name<'t>, draft: &mut Draft<'t>) {
        if super::names::declare(&mut draft.label_places, name, "labels", self.errors) {
            draft.labels.insert(name.text, draft.pc());
        }
    }

    /// Encodes an instruction, its targets still 0, and notes where it comes from.
    fn op(&mut self, place: Place, resolved: Resolved<'t>, draft: &mut Draft<'t>) {
        let Resolved { instruction, operands, targets } = resolved;
        let op = match I::from_operands(instruction, &operands) {
            Ok(op) => op,
            Err(error) => return self.errors.add(place, AsmErrorKind::Refused(error.to_string())),
        };
        let (pc, position) = (draft.pc(), draft.position.unwrap_or((self.file_name, place.line)));
        // Line 0 says that the position is not known.
        if position.1 > 0 {
            let (file, line) = (self.files.index(position.0), position.1);
            if draft.lines.last().is_none_or(|last| (last.file, last.line) != (file, line)) {
                draft.lines.push(Line { pc, file, line });
            }
        }
        if !targets.is_empty() {
            draft.fixups.push(Fixup { pc: draft.code.len(), instruction, operands, targets });
        }
        I::encode(&op, &mut draft.code);
    }

    /// Writes the targets of jumps, now that every label has its position.
    fn targets(&mut self, draft: &mut Draft<'t>) {
        for mut fixup in std::mem::take(&mut draft.fixups) {
            let mut known = true;
            for (operand, label) in &fixup.targets {
                match self.find_label(*label, draft) {
                    Some(position) => fixup.operands[*operand] = Operand::Index(position),
                    None => known = false,
                }
            }
            if !known {
                continue;
            }
            // A target is as wide as any other, so the instruction keeps its length.
            if let Ok(op) = I::from_operands(fixup.instruction, &fixup.operands) {
                let mut bytes = Vec::new();
                I::encode(&op, &mut bytes);
                if let Some(place) = draft.code.get_mut(fixup.pc..fixup.pc + bytes.len()) {
                    place.copy_from_slice(&bytes);
                }
            }
        }
    }

    fn find_label(&mut self, label: Name<'t>, draft: &Draft<'t>) -> Option<u32> {
        let declare = || format!("put `{}:` before the instruction to go to", label.text);
        super::names::find(&draft.labels, "label of this function", label.text, !self.errors.is_full(), declare)
            .map_err(|kind| self.errors.add(label.place, kind))
            .ok()
    }

    /// The regions by start, the longer first.
    fn regions(&mut self, draft: &Draft<'t>) -> Vec<Region> {
        let mut regions = Vec::new();
        let mut seen = HashSet::new();
        for guard in &draft.guards {
            let [start, end, target] =
                [guard.start, guard.end, guard.target].map(|label| self.find_label(label, draft));
            if let (Some(start), Some(end), Some(target)) = (start, end, target) {
                if start >= end {
                    self.errors.add(guard.end.place, AsmErrorKind::EmptyRegion);
                } else if !seen.insert((start, end)) {
                    self.errors.add(guard.start.place, AsmErrorKind::SameRegion);
                }
                regions.push(Region { start, end, target, height: guard.height });
            }
        }
        regions.sort_by_key(|region| (region.start, Reverse(region.end)));
        regions
    }
}
