//! The root of a table.

use super::family::{FamilyFile, family, family_rows, include};
use super::fields::Reader;
use super::row_kinds;
use crate::locate::Node;
use crate::model::Heat;
use crate::source::Text;

/// A root file, and what it wants read besides.
#[derive(Debug)]
pub(crate) struct TableFile {
    pub(crate) name: Text,
    pub(crate) version: u32,
    pub(crate) doc: Option<Text>,
    pub(crate) include: Vec<Text>,
    /// Whether all that is to be included is in `include`.
    pub(crate) is_include_whole: bool,
    pub(crate) without: Vec<Text>,
    /// Names of included rows and fusions, and where in the fast engine's loop they belong.
    pub(crate) heats: Vec<(Text, Heat)>,
    /// The name of its file of counts.
    pub(crate) counts: Option<Text>,
    /// Written out in the table; last, unless it has no rows, the table's own, named like the table.
    pub(crate) families: Vec<FamilyFile>,
}

/// Reads `Table(…)`.
pub(crate) fn table(reader: &mut Reader<'_>, node: &Node) -> Option<TableFile> {
    let fields = reader.fields(node, &row_kinds::TABLE)?;
    let name = fields.get("name").and_then(|node| reader.text(node));
    let version = fields.get("version").and_then(|node| reader.number::<u32>(node, "1"));
    let doc = fields.get("doc").and_then(|node| reader.text(node));
    let (include, is_include_whole) = include(reader, &fields);
    let without = reader.texts(fields.get("without"));
    let heats = [("cold", Heat::Cold), ("hot", Heat::Hot)]
        .map(|(field, heat)| reader.texts(fields.get(field)).into_iter().map(|name| (name, heat)).collect::<Vec<_>>())
        .concat();
    let counts = fields.get("counts").and_then(|node| reader.text(node));
    let families = reader.items(fields.get("families"), "[Family(name: \"…\", doc: \"…\")]");
    let mut families: Vec<FamilyFile> = families.iter().filter_map(|node| family(reader, node)).collect();
    let file = family_rows(reader, &fields, name.clone(), doc.clone())?;
    let own = &file.rows;
    let is_empty = file.templates.is_empty()
        && file.likes.is_empty()
        && file.fixtures.is_none()
        && own.traps.is_empty()
        && own.types.is_empty()
        && own.primitives.is_empty()
        && own.ops.is_empty()
        && own.fusions.is_empty()
        && own.rewrites.is_empty();
    if !is_empty {
        families.push(file);
    }
    let version = version?.value;
    Some(TableFile { name: name?, version, doc, include, is_include_whole, without, heats, counts, families })
}
