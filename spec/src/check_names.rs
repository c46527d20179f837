//! Checks names and numbers across all rows: well-formed, unique, and in the ranges that their family may use.
//!
//! Runs after reading; the checker of bodies relies on its answer but looks at the rows itself.

mod codes;

pub(crate) use codes::propose_lacking;

use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic};
use crate::does;
use crate::mnemonic::{mnemonic, snake};
use crate::rows::{FamilyRows, Rows, TrapRow};
use crate::source::{Span, Text};
use crate::std_families::std_families;
use opforge_core::StandardTrap;
use std::collections::{BTreeMap, BTreeSet};

/// Words of the assembly language, which no mnemonic may be.
const KEYWORDS: [&str; 5] = ["import", "global", "func", "local", "end"];

/// The first trap number that is not for `std:` families.
const FIRST_USER_TRAP: u16 = 1000;

/// Everything that is wrong with names and numbers.
pub(crate) fn check_names(rows: &Rows) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if let Some(table) = &rows.table {
        spelling(table, "table", Style::Snake, &mut diagnostics);
    }
    families(rows, &mut diagnostics);
    traps(rows, &mut diagnostics);
    types(rows, &mut diagnostics);
    patterns_and_primitives(rows, &mut diagnostics);
    instructions(rows, &mut diagnostics);
    codes::check(rows, &mut diagnostics);
    diagnostics
}

/// A machine of no instructions runs nothing.
pub(crate) fn no_instructions(rows: &Rows) -> Option<Diagnostic> {
    let name = rows.table.as_ref()?;
    let message = format!("table `{}` has no instructions", name.value);
    let diagnostic = Diagnostic::new(Code::NoInstructions, name.span, message).label("nothing to run");
    Some(diagnostic.help("add rows, or `include` a family such as \"std:stack\""))
}

fn families(rows: &Rows, diagnostics: &mut Vec<Diagnostic>) {
    let mut names = Names::new(Code::DuplicateFamily, "family");
    for family in &rows.families {
        let name = &family.name;
        // A table's own rows are in a family of the table's name, which was looked at above.
        if rows.table.as_ref().is_none_or(|table| table.span != name.span) {
            spelling(name, "family", Style::Snake, diagnostics);
        }
        let is_taken =
            !family.std && std_families().iter().any(|(known, _)| known.strip_prefix("std:") == Some(&name.value));
        let included = rows.families.iter().any(|other| other.std && other.name.value == name.value);
        if is_taken && !included {
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateFamily,
                    name.span,
                    format!("`{}` is the name of a `std:` family", name.value),
                )
                .label("taken")
                .help(format!("write `name: \"my_{}\"`", name.value)),
            );
        }
        names.add(name, diagnostics);
    }
}

fn traps(rows: &Rows, diagnostics: &mut Vec<Diagnostic>) {
    let mut names = Names::new(Code::DuplicateTrap, "trap");
    let mut codes: BTreeMap<u16, Span> = BTreeMap::new();
    let all = || rows.families.iter().flat_map(|family| &family.traps);
    let mut free = (FIRST_USER_TRAP..=u16::MAX).filter(|code| all().all(|trap| trap.code.value != *code));
    let mut free = || free.next().unwrap_or(FIRST_USER_TRAP);
    for family in &rows.families {
        for trap in &family.traps {
            spelling(&trap.name, "trap", Style::Camel, diagnostics);
            names.add(&trap.name, diagnostics);
            let code = trap.code.value;
            if let Some(standard) = misnumbered(family, trap) {
                let message = format!(
                    "trap `{}` has the number {code}, but the machine raises it as {}",
                    trap.name.value,
                    standard.code()
                );
                diagnostics.push(
                    Diagnostic::new(Code::TrapCodeNotAllowed, trap.code.span, message)
                        .label("not its number")
                        .help(format!("write `code: {}`", standard.code()))
                        .fix(trap.code.span, standard.code().to_string()),
                );
                continue;
            }
            if family.std != (code < FIRST_USER_TRAP) {
                let free = free();
                diagnostics.push(
                    Diagnostic::new(
                        Code::TrapCodeNotAllowed,
                        trap.code.span,
                        format!("trap `{}` has the number {code}, which is not for this family", trap.name.value),
                    )
                    .label(if family.std {
                        "1000 and above are for users' tables"
                    } else {
                        "numbers below 1000 are for `std:` families"
                    })
                    .help(format!("write `code: {free}`"))
                    .fix(trap.code.span, free.to_string()),
                );
                // Which others have the number makes no difference any more.
                continue;
            }
            if let Some(&first) = codes.get(&code) {
                diagnostics.push(
                    Diagnostic::new(Code::DuplicateTrap, trap.code.span, format!("two traps have the number {code}"))
                        .label("second time")
                        .also(first, "first time")
                        .help(format!("write `code: {}`", free())),
                );
            } else {
                codes.insert(code, trap.code.span);
            }
        }
    }
}

/// Whether the traps that the machine raises by itself have the numbers by which it does: rows rely on them in every check.
pub(crate) fn are_standard_traps_right(rows: &Rows) -> bool {
    let all = |family: &FamilyRows| family.traps.iter().all(|trap| misnumbered(family, trap).is_none());
    rows.families.iter().all(all)
}

/// The trap of the machine that has the name of this one and another number.
fn misnumbered(family: &FamilyRows, trap: &TrapRow) -> Option<StandardTrap> {
    let named = StandardTrap::ALL.into_iter().find(|standard| standard.name() == trap.name.value);
    named.filter(|standard| family.std && standard.code() != trap.code.value)
}

fn types(rows: &Rows, diagnostics: &mut Vec<Diagnostic>) {
    let mut names = Names::new(Code::DuplicateName, "type");
    for row in rows.families.iter().flat_map(|family| &family.types) {
        let name = &row.name;
        spelling(name, "type", Style::Camel, diagnostics);
        names.add(name, diagnostics);
    }
}

/// Leaves out what is declared a second time under a name, which was reported: what else would be said of it follows from that.
pub(crate) fn drop_repeated(rows: &mut Rows) {
    let (mut primitives, mut fusions, mut rewrites) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for family in &mut rows.families {
        family.primitives.retain(|row| primitives.insert(row.name.value.clone()));
        family.fusions.retain(|row| fusions.insert(row.name.value.clone()));
        family.rewrites.retain(|row| rewrites.insert(row.name.value.clone()));
    }
}

fn patterns_and_primitives(rows: &Rows, diagnostics: &mut Vec<Diagnostic>) {
    let mut primitives = Names::new(Code::DuplicateName, "primitive");
    let mut fusions = Names::new(Code::DuplicateName, "fusion");
    let mut rewrites = Names::new(Code::DuplicateName, "rewrite");
    for family in &rows.families {
        for row in &family.primitives {
            spelling(&row.name, "primitive", Style::Dotted, diagnostics);
            if does::KEYWORDS.contains(&row.name.value.as_str()) {
                let name = &row.name.value;
                diagnostics.push(
                    Diagnostic::new(
                        Code::BadName,
                        row.name.span,
                        format!("`{name}` cannot be the name of a primitive"),
                    )
                    .label("a word of bodies")
                    .help(format!("write `name: \"own.{name}\"`"))
                    .because([Cause::Misnamed(name.clone())]),
                );
            }
            primitives.add(&row.name, diagnostics);
        }
        for row in &family.fusions {
            spelling(&row.name, "fusion", Style::Camel, diagnostics);
            fusions.add(&row.name, diagnostics);
        }
        for row in &family.rewrites {
            spelling(&row.name, "rewrite", Style::Snake, diagnostics);
            rewrites.add(&row.name, diagnostics);
        }
    }
}

fn instructions(rows: &Rows, diagnostics: &mut Vec<Diagnostic>) {
    let mut names = Names::new(Code::DuplicateName, "instruction");
    let mut mnemonics: BTreeMap<String, &Text> = BTreeMap::new();
    for family in &rows.families {
        for op in &family.ops {
            let name = &op.name;
            spelling(name, "instruction", Style::Camel, diagnostics);
            if !names.add(name, diagnostics) {
                continue;
            }
            let mnemonic = mnemonic(&name.value);
            if KEYWORDS.contains(&mnemonic.as_str()) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::BadName,
                        name.span,
                        format!("`{mnemonic}` is a word of the assembly language"),
                    )
                    .label(format!("would be written `{mnemonic}`"))
                    .help(format!("write `name: \"{}Op\"`", name.value)),
                );
            }
            if let Some(first) = mnemonics.get(&mnemonic) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateName,
                        name.span,
                        format!("`{}` and `{}` are both written `{mnemonic}` in assembly", first.value, name.value),
                    )
                    .label("second one")
                    .also(first.span, "first one")
                    .help(format!("write `name: \"{}2\"`, or another name", name.value)),
                );
            } else {
                mnemonics.insert(mnemonic, name);
            }
        }
    }
}

/// The names of one kind of row.
struct Names<'r> {
    code: Code,
    kind: &'static str,
    seen: BTreeMap<&'r str, Span>,
}

impl<'r> Names<'r> {
    fn new(code: Code, kind: &'static str) -> Self {
        Self { code, kind, seen: BTreeMap::new() }
    }

    /// Whether the name is new; a second one is reported.
    fn add(&mut self, name: &'r Text, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let Some(&first) = self.seen.get(name.value.as_str()) else {
            self.seen.insert(&name.value, name.span);
            return true;
        };
        let help = if self.kind == "instruction" {
            format!("rename one, or leave an included one out with `without: [\"{}\"]`", name.value)
        } else {
            let separator = if self.kind == "trap" || self.kind == "type" || self.kind == "fusion" { "" } else { "_" };
            format!("rename one, `name: \"{}{separator}2\"`, or remove one if both say the same", name.value)
        };
        diagnostics.push(
            Diagnostic::new(self.code, name.span, format!("the {} `{}` is declared twice", self.kind, name.value))
                .label("second time")
                .also(first, "first time")
                .help(help)
                .because([Cause::Misnamed(name.value.clone())]),
        );
        false
    }
}

/// How names of one kind of row are spelt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Camel,
    Snake,
    /// Snake case, in parts with dots between.
    Dotted,
}

impl Style {
    fn fits(self, name: &str) -> bool {
        let snake = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                && !part.ends_with('_')
                && !part.contains("__")
        };
        match self {
            Self::Camel => {
                name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.chars().all(|c| c.is_ascii_alphanumeric())
                    && name != "Self"
            }
            Self::Snake => snake(name),
            Self::Dotted => name.split('.').all(snake),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Camel => "a capital letter, then letters and digits",
            Self::Snake => "small letters, digits and single `_`, a letter first",
            Self::Dotted => "small letters, digits and single `_`, in parts with dots between",
        }
    }

    /// The name that was probably meant.
    fn mend(self, name: &str) -> String {
        let mended = match self {
            Self::Camel if name == "Self" => "SelfOp".to_owned(),
            Self::Camel => {
                let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
                let camel: String = words.map(|word| word[..1].to_uppercase() + &word[1..]).collect();
                camel.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned()
            }
            Self::Snake | Self::Dotted => snake(name),
        };
        match self {
            _ if self.fits(&mended) => mended,
            Self::Camel => "Deposit".to_owned(),
            Self::Snake => "bank".to_owned(),
            Self::Dotted => "bank.balance".to_owned(),
        }
    }
}

fn spelling(name: &Text, kind: &str, style: Style, diagnostics: &mut Vec<Diagnostic>) {
    if style.fits(&name.value) {
        return;
    }
    let message = format!("`{}` cannot be the name of a {kind}", name.value);
    let message = if kind == "instruction" { message.replace("of a ", "of an ") } else { message };
    diagnostics.push(
        Diagnostic::new(Code::BadName, name.span, message)
            .label(match name.value.as_str() {
                "Self" => "a word of Rust, in which generated code could not say it".to_owned(),
                _ => format!("must be {}", style.words()),
            })
            .help(format!("write `name: \"{}\"`", style.mend(&name.value)))
            .because([Cause::Misnamed(name.value.clone())]),
    );
}
