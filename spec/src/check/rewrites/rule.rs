//! A rewrite of the right form, resolved: rows, operands, how deep it looks, which locals it names.

use super::Effort;
use super::literals::Numbers;
use crate::check::report::Report;
use crate::check::report::plural;
use crate::check::table::Table;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::evaluate::{self, obstacle};
use crate::model::{Body, Instruction, Part, PartOperand, PatternOperand, PatternPart, Trap};
use crate::rows::RewriteRow;
use crate::slots;
use opforge_core::slot_form::SPARE_SLOTS;
use opforge_core::{OperandKind, Scalar, Type};
use std::collections::{BTreeMap, BTreeSet};

/// How many instructions both sides may be when the parts of sequences are counted: so many are run in each trial.
const MAX_WEIGHT: usize = 128;

/// What is compared.
pub(super) struct Rule<'t> {
    pub(super) set: evaluate::Set<'t>,
    pub(super) traps: &'t [Trap],
    pub(super) from: Vec<Line<'t>>,
    pub(super) to: Vec<Line<'t>>,
    pub(super) variables: &'t BTreeMap<String, OperandKind>,
    /// The conditions as written.
    pub(super) when: Vec<(String, Type)>,
    /// How many rows of `from` and of `to` only say where values are before the first that does something.
    pub(super) moves: (usize, usize),
    /// How many instructions both sides are, the parts of sequences counted.
    weight: usize,
    numbers: Numbers,
}

/// One line of a side.
pub(super) struct Line<'t> {
    pub(super) row: &'t Instruction,
    pub(super) operands: &'t [PatternOperand],
}

/// How much of the stack a side uses, counted from where it begins. **Units:** values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Depth {
    /// How many values that were there before it looks at.
    pub(super) below: usize,
    /// How far the stack grows above where it was.
    pub(super) above: usize,
}

impl<'t> Rule<'t> {
    /// `None` where a row is wrong, which was reported where it stands.
    pub(super) fn new(
        from: &'t [PatternPart],
        to: &'t [PatternPart],
        variables: &'t BTreeMap<String, OperandKind>,
        when: Vec<(String, Type)>,
        table: &'t Table<'_>,
        effort: Effort,
    ) -> Option<Self> {
        let lines = |parts: &'t [PatternPart]| -> Option<Vec<Line<'t>>> {
            let line = |part: &'t PatternPart| match part {
                PatternPart::Instruction(id, operands) => {
                    Some(Line { row: table.instructions[id.0].as_ref()?, operands })
                }
                PatternPart::Label(_) => None,
            };
            parts.iter().map(line).collect()
        };
        let weights = from.iter().chain(to).map(|part| match part {
            PatternPart::Instruction(id, _) => table.weights[id.0],
            PatternPart::Label(_) => 0,
        });
        let weight = weights.fold(0, usize::saturating_add);
        let (from, to) = (lines(from)?, lines(to)?);
        let set = table.evaluation();
        let numbers = Numbers::default();
        let moves_in =
            |side: &[Line<'_>]| side.iter().take_while(|line| slots::only_moves(set.primitives, line.row)).count();
        let (moves, traps) = ((moves_in(&from), moves_in(&to)), &table.catalogue.traps[..]);
        let mut rule = Self { set, traps, from, to, variables, when, moves, weight, numbers };
        rule.numbers = Numbers::of(&rule, effort);
        Some(rule)
    }

    /// The numbers that its outcome may hang on.
    pub(super) fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The first line that cannot be run on every value: whether it is of `from`, its index, and why.
    pub(super) fn obstacle(&self) -> Option<(bool, usize, String)> {
        let sides = [(true, &self.from), (false, &self.to)];
        let mut lines = sides
            .into_iter()
            .flat_map(|(is_from, side)| side.iter().enumerate().map(move |(index, line)| (is_from, index, line.row)));
        lines.find_map(|(is_from, index, row)| {
            let unfit = row.operands.iter().find(|operand| crate::candidates::place_or_values(operand.kind).is_none());
            let why = obstacle(&self.set, row)
                .or_else(|| unfit.map(|operand| format!("has an operand of kind `{}`", operand.kind.name())))?;
            Some((is_from, index, format!("`{}` {why}", row.name)))
        })
    }

    /// The names that a condition may be about.
    pub(super) fn guardable(&self) -> Vec<&str> {
        let inputs = self.from.first().map_or(&[][..], |line| &line.row.inputs);
        let inputs = inputs.iter().map(|input| input.name.as_str());
        let variables = self.variables.keys().map(String::as_str);
        let is_both = |name: &str| self.variables.contains_key(name) && inputs.clone().any(|input| input == name);
        inputs.clone().chain(variables).filter(|name| !is_both(name)).collect()
    }

    /// The locals that lines name by number, themselves or in the sequences that their rows are; sorted.
    pub(super) fn fixed_slots(&self) -> BTreeSet<u16> {
        let mut slots = BTreeSet::new();
        for line in self.from.iter().chain(&self.to) {
            self.collect_slots(line, &mut slots);
        }
        slots
    }

    fn collect_slots(&self, line: &Line<'_>, slots: &mut BTreeSet<u16>) {
        for (operand, value) in line.row.operands.iter().zip(line.operands) {
            if let (OperandKind::Local, PatternOperand::Literal(value)) = (operand.kind, value) {
                slots.extend(slot(*value));
            }
        }
        if let Body::Seq(parts) = &line.row.body {
            self.collect_part_slots(parts, slots);
        }
    }

    fn collect_part_slots(&self, parts: &[Part], slots: &mut BTreeSet<u16>) {
        for part in parts {
            let Some(row) = &self.set.instructions[part.instruction.0] else { continue };
            for (operand, value) in row.operands.iter().zip(&part.operands) {
                if let (OperandKind::Local, PartOperand::Literal(value)) = (operand.kind, value) {
                    slots.extend(slot(*value));
                }
            }
            if let Body::Seq(parts) = &row.body {
                self.collect_part_slots(parts, slots);
            }
        }
    }

    pub(super) fn check_weight(&self, row: &RewriteRow, report: &mut Report) {
        if self.weight <= MAX_WEIGHT {
            return;
        }
        let (name, weight) = (&row.name.value, self.weight);
        let message = format!("`{name}` is {weight} instructions, but both sides may be {MAX_WEIGHT} together");
        let diagnostic =
            Diagnostic::new(Code::TooMany, row.from.span, message).label("counting the parts of sequences");
        report.push(diagnostic.help("write shorter `from` and `to`, over rows that are no long sequences"));
    }

    /// A function need not have a local that only `to` names.
    pub(super) fn check_slots(&self, row: &RewriteRow, report: &mut Report) {
        let mut from = BTreeSet::new();
        self.from.iter().for_each(|line| self.collect_slots(line, &mut from));
        for (line, text) in self.to.iter().zip(&row.to.value) {
            let mut to = BTreeSet::new();
            self.collect_slots(line, &mut to);
            if let Some(slot) = to.difference(&from).next() {
                report.push(
                    Diagnostic::new(Code::BadRewrite, text.span, format!("local {slot} stands only in `to`"))
                        .label("the function may not have it")
                        .help(format!("name a local of `from`, such as `slot` in `from: [\"GetSlot slot\", …]`, instead of `{slot}`")),
                );
            }
        }
    }

    /// How deep `from` looks: how many values a trial's stack has.
    pub(super) fn inputs(&self) -> usize {
        depth(&self.from).below
    }

    /// Below what `from` looks at there may be nothing, and above what it needs there is little room.
    pub(super) fn check_depth(&self, row: &RewriteRow, report: &mut Report) {
        let (from, to) = (depth(&self.from), depth(&self.to));
        let (message, label) = if to.below > from.below {
            (
                format!("`to` looks at {} value{} of the stack, `from` at {}", to.below, plural(to.below), from.below),
                "looks deeper into the stack",
            )
        } else if to.above > from.above + SPARE_SLOTS {
            (
                format!(
                    "`to` needs room on the stack for {} value{}, `from` for {}",
                    to.above,
                    plural(to.above),
                    from.above
                ),
                "needs much more of the stack",
            )
        } else {
            return;
        };
        report.push(
            Diagnostic::new(Code::BadRewrite, row.to.span, message)
                .label(label)
                .also(row.from.span, format!("a frame is as large as this needs, and has {SPARE_SLOTS} slots to spare"))
                .help(format!(
                    "remove `Rewrite(name: \"{}\", …)`, or write `to` over the values of `from`",
                    row.name.value
                )),
        );
    }
}

fn slot(value: Scalar) -> Option<u16> {
    match value {
        Scalar::Int(value) => u16::try_from(value).ok(),
        _ => None,
    }
}

fn depth(lines: &[Line<'_>]) -> Depth {
    let (mut height, mut lowest, mut highest) = (0_i64, 0_i64, 0_i64);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    for line in lines {
        lowest = lowest.min(height - count(line.row.inputs.len()));
        highest = highest.max(height + i64::from(line.row.peak));
        let most = line.row.exits.iter().map(|(_, outputs)| outputs.len()).max().unwrap_or(0);
        highest = highest.max(height + count(most) - count(line.row.inputs.len()));
        height += count(line.row.outputs.len()) - count(line.row.inputs.len());
        highest = highest.max(height);
    }
    let size = |value: i64| usize::try_from(value).unwrap_or(0);
    Depth { below: size(-lowest), above: size(highest) }
}
