//! What a table says about what it includes, by name: left out, and with it the patterns that need it; hot or cold.

use crate::code::Code;
use crate::diagnostic::{Diagnostic, hot_and_cold};
use crate::model::Heat;
use crate::nearest::nearest;
use crate::rows::{FamilyRows, Rows, Spanned};
use crate::source::Text;
use std::collections::{BTreeMap, BTreeSet};

/// What a name can stand for; the first that is there is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Row,
    Fusion,
    Rewrite,
}

/// Where something of a name is: what it is, whether in an included file that is no `std:` family, and in which family.
type Place = (Kind, bool, usize);

/// All that a family has that can be named.
fn named(family: &FamilyRows) -> impl Iterator<Item = (&Text, Kind)> {
    let ops = family.ops.iter().map(|row| (&row.name, Kind::Row));
    let fusions = family.fusions.iter().map(|row| (&row.name, Kind::Fusion));
    ops.chain(fusions).chain(family.rewrites.iter().map(|row| (&row.name, Kind::Rewrite)))
}

/// What is included, by name.
struct Included {
    places: BTreeMap<String, Vec<Place>>,
}

impl Included {
    fn of(rows: &Rows, included: &[bool]) -> Self {
        let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for (index, family) in rows.families.iter().enumerate().filter(|(index, _)| included[*index]) {
            for (name, kind) in named(family) {
                places.entry(name.value.clone()).or_default().push((kind, !family.std, index));
            }
        }
        Self { places }
    }

    /// What the name stands for, and in which family: that of a `std:` family before that of an included file.
    fn find(&self, name: &Text, up_to: Kind) -> Option<(Kind, usize)> {
        let places = self.places.get(&name.value)?.iter().filter(|(kind, ..)| *kind <= up_to);
        places.min().map(|(kind, _, family)| (*kind, *family))
    }

    /// That nothing is called so, what the table has itself, and what was probably meant.
    fn unknown(&self, name: &Text, up_to: Kind, rows: &Rows) -> Diagnostic {
        let kinds = if up_to == Kind::Rewrite { "row, fusion or rewrite" } else { "row or fusion" };
        let message = format!("no included family has a {kinds} `{}`", name.value);
        let mut diagnostic = Diagnostic::new(Code::UnknownIncluded, name.span, message);
        let mut found = rows.families.iter().flat_map(named).filter(|(found, _)| found.value == name.value);
        let (label, found) = match found.next() {
            Some((found, Kind::Rewrite)) if up_to < Kind::Rewrite => ("a rewrite is no instruction", Some(found)),
            // What is there and not included.
            Some((found, _)) => ("the table's own say it themselves", Some(found)),
            None => ("nothing of that name", None),
        };
        diagnostic = diagnostic.label(label);
        if let Some(found) = found {
            diagnostic = diagnostic.also(found.span, "this one");
        }
        let near = self.places.iter().filter(|(_, places)| places.iter().any(|(kind, ..)| *kind <= up_to));
        match nearest(&name.value, near.map(|(name, _)| name.as_str())) {
            Some(near) => diagnostic.help(format!("write `\"{near}\"`")).fix(name.span, format!("\"{near}\"")),
            None => diagnostic.help(format!(
                "remove `\"{}\"`; `opforge spec list std:standard` lists the rows of the families",
                name.value
            )),
        }
    }
}

/// Drops what each name of `without` stands for. Complains about names that nothing included has, if that `is_whole`.
pub(super) fn leave_out(
    names: &[Text],
    rows: &mut Rows,
    included: &[bool],
    is_whole: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let index = Included::of(rows, included);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for name in names {
        if !seen.insert(&name.value) {
            continue;
        }
        let Some((kind, family)) = index.find(name, Kind::Rewrite) else {
            diagnostics.extend(is_whole.then(|| index.unknown(name, Kind::Rewrite, rows)));
            continue;
        };
        let family = &mut rows.families[family];
        match kind {
            Kind::Row => {
                let dropped = family.ops.extract_if(.., |op| op.name.value == name.value);
                rows.dropped.extend(dropped.map(|op| (op.name.value, op.code.value)));
            }
            Kind::Fusion => family.fusions.retain(|row| row.name.value != name.value),
            Kind::Rewrite => family.rewrites.retain(|row| row.name.value != name.value),
        }
    }
}

/// Declares what each name stands for hot or cold, whatever its own row says. Complains as [`leave_out`] does.
pub(super) fn heat(
    names: &[(Text, Heat)],
    rows: &mut Rows,
    included: &[bool],
    is_whole: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let index = Included::of(rows, included);
    let mut seen: BTreeMap<&str, (&Text, Heat)> = BTreeMap::new();
    for (name, heat) in names {
        match seen.insert(&name.value, (name, *heat)) {
            Some((first, other)) if other != *heat => {
                let help = format!("remove `\"{}\"` from `hot` or from `cold`", name.value);
                diagnostics.push(hot_and_cold(name.span, first.span).help(help));
                continue;
            }
            _ => {}
        }
        let Some((kind, family)) = index.find(name, Kind::Fusion) else {
            diagnostics.extend(is_whole.then(|| index.unknown(name, Kind::Fusion, rows)));
            continue;
        };
        let heat = Some(Spanned { value: *heat, span: name.span });
        let family = &mut rows.families[family];
        let named = if kind == Kind::Row {
            family.ops.iter_mut().find(|row| row.name.value == name.value).map(|row| &mut row.heat)
        } else {
            family.fusions.iter_mut().find(|row| row.name.value == name.value).map(|row| &mut row.heat)
        };
        named.into_iter().for_each(|place| place.clone_from(&heat));
    }
}

/// Drops fusions and rewrites of `std:` families that name an absent row, and those of included files that name a row
/// which `without` leaves out.
pub(super) fn drop_idle_patterns(without: &[Text], rows: &mut Rows, included: &[bool]) {
    let present: BTreeSet<String> =
        rows.families.iter().flat_map(|family| &family.ops).map(|op| op.name.value.clone()).collect();
    let left_out: BTreeSet<&str> = without.iter().map(|name| name.value.as_str()).collect();
    for (family, _) in rows.families.iter_mut().zip(included).filter(|(_, included)| **included) {
        let std = family.std;
        let lives = |parts: &[Text]| {
            parts.iter().all(|part| {
                let name = part.value.split_whitespace().next().unwrap_or("");
                let is_gone = !present.contains(name) && (std || left_out.contains(name));
                name.starts_with('@') || !is_gone
            })
        };
        family.fusions.retain(|fusion| lives(&fusion.seq.value));
        family.rewrites.retain(|rewrite| lives(&rewrite.from.value) && lives(&rewrite.to.value));
    }
}
