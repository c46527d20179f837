//! Opcodes: usable, in the range of their family, and unique.

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::rows::{FamilyRows, LACKING, OpRow, Rows, Spanned};
use std::collections::{BTreeMap, BTreeSet};

const STD_OWNS: &str = "`std:` families own 0x00 to 0xdf and 0xf000 to 0xf7ff";
const USERS_OWN: &str = "users' tables own 0xe0 to 0xef and 0xf800 to 0xffff";

/// So many of the rows outside their family's range are shown.
const MAX_STRAYS: usize = 3;

pub(super) fn check(rows: &Rows, diagnostics: &mut Vec<Diagnostic>) {
    let mut used = used(rows);
    let mut first: BTreeMap<u16, &OpRow> = BTreeMap::new();
    for family in &rows.families {
        // A range that is wrong says nothing about the rows.
        let codes = family.codes.as_ref().filter(|codes| range(family, codes, diagnostics));
        let codes = codes.filter(|codes| !is_elsewhere(rows, family, codes, diagnostics));
        let mut free = free_codes(family, codes, &mut used);
        for op in &family.ops {
            let code = op.code.value;
            if !owns(family, code) && !replaces(rows, op) {
                diagnostics.push(not_allowed(family, op, free.next()));
                continue;
            }
            if let Some(codes) = outside(codes, op).filter(|_| !replaces(rows, op)) {
                diagnostics.push(
                    Diagnostic::new(
                        Code::CodeOutsideFamily,
                        op.code.span,
                        format!(
                            "`{}` has the opcode {}, outside the range of the family `{}`",
                            op.name.value,
                            hex(code),
                            family.name.value
                        ),
                    )
                    .label("outside the range")
                    .also(codes.span, format!("the family owns {} to {}", hex(codes.value.0), hex(codes.value.1)))
                    .help(free_help(free.next())),
                );
                continue;
            }
            match first.get(&code) {
                Some(other) => diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateCode,
                        op.code.span,
                        format!("`{}` and `{}` have the same opcode {}", other.name.value, op.name.value, hex(code)),
                    )
                    .label(format!("opcode of `{}`", op.name.value))
                    .also(other.code.span, format!("opcode of `{}`", other.name.value))
                    .help(free_help(free.next())),
                ),
                None => {
                    first.insert(code, op);
                }
            }
        }
    }
}

/// Proposes an opcode for each row that was reported to have none. While anything else is wrong nobody knows which are free.
pub(crate) fn propose_lacking(rows: &Rows, diagnostics: &mut [Diagnostic]) {
    let mut used = used(rows);
    let mut proposed = BTreeMap::new();
    for family in &rows.families {
        let codes = family.codes.as_ref().filter(|codes| range(family, codes, &mut Vec::new()));
        let mut free = free_codes(family, codes, &mut used);
        for op in family.ops.iter().filter(|op| op.code.value == LACKING) {
            proposed.insert(op.code.span, free.next());
        }
    }
    let proposed = |diagnostic: &Diagnostic| match diagnostic.code {
        Code::MissingField => proposed.get(&diagnostic.primary.0).copied(),
        _ => None,
    };
    if diagnostics.iter().all(|diagnostic| proposed(diagnostic).is_some()) {
        for diagnostic in diagnostics {
            diagnostic.help = match proposed(diagnostic).flatten() {
                Some(code) => format!("add `code: {},`, which is free", hex(code)),
                None => free_help(None),
            };
        }
    }
}

/// The opcodes that rows have.
fn used(rows: &Rows) -> BTreeSet<u16> {
    rows.families.iter().flat_map(|family| &family.ops).map(|op| op.code.value).collect()
}

/// Whether the range can be used; complains if not.
fn range(family: &FamilyRows, codes: &Spanned<(u16, u16)>, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let (first, last) = codes.value;
    let problem = if last < first {
        format!("the range of `{}` ends at {} before it begins at {}", family.name.value, hex(last), hex(first))
    } else if !owns(family, first) || !owns(family, last) || (first < 0xf0) != (last < 0xf0) {
        format!(
            "the range of `{}`, {} to {}, has opcodes that it may not use",
            family.name.value,
            hex(first),
            hex(last)
        )
    } else {
        return true;
    };
    let example = match (last < first && owns(family, first) && owns(family, last), family.std) {
        (true, _) => format!("({}, {})", hex(last), hex(first)),
        (false, true) => "(0x30, 0x4f)".to_owned(),
        (false, false) => "(0xe0, 0xef)".to_owned(),
    };
    diagnostics.push(
        Diagnostic::new(Code::BadCodeRange, codes.span, problem)
            .label("not a usable range")
            .note(if family.std { STD_OWNS } else { USERS_OWN })
            .help(format!("write `codes: {example}`")),
    );
    false
}

/// Whether most rows of the family are outside the range, so that the range is wrong and not they; complains if so.
fn is_elsewhere(
    rows: &Rows,
    family: &FamilyRows,
    codes: &Spanned<(u16, u16)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> bool {
    let own = || family.ops.iter().filter(|op| owns(family, op.code.value) && !replaces(rows, op));
    let strays: Vec<&OpRow> = own().filter(|op| outside(Some(codes), op).is_some()).collect();
    let used = own().map(|op| op.code.value);
    let (Some(first), Some(last)) = (used.clone().min(), used.max()) else { return false };
    if strays.len() < 2 || 2 * strays.len() <= own().count() {
        return false;
    }
    let (number, name) = (strays.len(), &family.name.value);
    let message = format!("{number} rows of the family `{name}` have opcodes outside its range");
    let mut diagnostic = Diagnostic::new(Code::CodeOutsideFamily, codes.span, message).label(format!(
        "the family owns {} to {}",
        hex(codes.value.0),
        hex(codes.value.1)
    ));
    for op in strays.iter().take(MAX_STRAYS) {
        diagnostic = diagnostic.also(op.code.span, format!("opcode of `{}`", op.name.value));
    }
    diagnostics.push(diagnostic.help(format!(
        "write `codes: ({}, {})`, or give the rows other opcodes",
        hex(first),
        hex(last)
    )));
    true
}

fn not_allowed(family: &FamilyRows, op: &OpRow, free: Option<u16>) -> Diagnostic {
    let code = op.code.value;
    let label = if !is_opcode(code) {
        "one-byte opcodes end at 0xef, two-byte opcodes begin at 0xf000"
    } else if family.std {
        "for users' tables"
    } else {
        "for the `std:` families"
    };
    let message = format!("`{}` has the opcode {}, which this table may not use", op.name.value, hex(code));
    Diagnostic::new(Code::CodeNotAllowed, op.code.span, message)
        .label(label)
        .note(if family.std { STD_OWNS } else { USERS_OWN })
        .help(free_help(free))
}

fn free_help(free: Option<u16>) -> String {
    match free {
        Some(code) => format!("write `code: {}`, which is free", hex(code)),
        None => "no opcode is free: remove a row, or widen the family's range, for example `codes: (0xf800, 0xffff)`"
            .to_owned(),
    }
}

/// Whether `code` is in the ranges that the family may use.
fn owns(family: &FamilyRows, code: u16) -> bool {
    let is_std = matches!(code, 0x00..=0xdf | 0xf000..=0xf7ff);
    is_opcode(code) && family.std == is_std
}

fn is_opcode(code: u16) -> bool {
    !(0xf0..0xf000).contains(&code)
}

fn outside<'r>(codes: Option<&'r Spanned<(u16, u16)>>, op: &OpRow) -> Option<&'r Spanned<(u16, u16)>> {
    let codes = codes?;
    let (first, last) = codes.value;
    (!(first..=last).contains(&op.code.value)).then_some(codes)
}

/// Whether `op` stands in for a row that `without` left out, with that row's opcode.
fn replaces(rows: &Rows, op: &OpRow) -> bool {
    rows.dropped.iter().any(|(name, code)| *name == op.name.value && *code == op.code.value)
}

/// The opcodes that the family may use and nobody uses; each is used from then on.
fn free_codes(
    family: &FamilyRows,
    codes: Option<&Spanned<(u16, u16)>>,
    used: &mut BTreeSet<u16>,
) -> impl Iterator<Item = u16> {
    let (first, last) = codes.map_or((0, u16::MAX), |codes| codes.value);
    (first..=last).filter(|code| owns(family, *code) && used.insert(*code))
}

fn hex(code: u16) -> String {
    format!("0x{code:02x}")
}
