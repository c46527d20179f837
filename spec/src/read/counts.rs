//! A file of counts: how often each instruction of slot form ran, as `opforge tune` writes it.
//!
//! Which names slot form has is known once the table is checked. One that it does not have is no mistake: rows come and go,
//! and the counts are of the table as it was.

use super::fields::Reader;
use super::row_kinds;
use crate::locate::Node;
use crate::source::Span;
use std::collections::BTreeMap;

/// Reads `Counts(…)`.
pub(crate) fn counts(reader: &mut Reader<'_>, node: &Node) -> Option<BTreeMap<String, u64>> {
    let (_, fields) = reader.written(node, &row_kinds::COUNTS)?;
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    let mut counts = BTreeMap::new();
    for field in fields {
        if let Some(first) = names.insert(&field.name.text, field.name.span) {
            reader.twice(field, first, &row_kinds::COUNTS);
        } else if let Some(count) = reader.present(&field.value).and_then(|node| reader.number::<u64>(node, "1000")) {
            counts.insert(field.name.text.clone(), count.value);
        }
    }
    Some(counts)
}
