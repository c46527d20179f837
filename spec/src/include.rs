//! Reads a table's root and everything it includes into one [`Rows`].
//!
//! Each file is read once. All reading errors of all files are collected; whoever calls [`load`] stops if there are any.

mod files;
mod named;
mod templates;

use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::locate::{Node, NodeKind, Shapes, locate};
use crate::nearest::nearest;
use crate::read::{self, FamilyFile, Reader, TableFile};
use crate::rows::Rows;
use crate::source::{FileId, Source, Sources, Span, Text};
use crate::std_families::{std_families, std_family, std_fixture};
use files::{Named, NamedBy, read_text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use templates::Templates;

/// How many files may include one another in a chain.
const MAX_DEPTH: usize = 16;

/// Where the root comes from.
pub(crate) enum Root<'a> {
    /// A file; includes are relative to it.
    File(&'a Path),
    /// A text with a name for messages; only `std:` can be included.
    Text(&'a str, &'a str),
    /// The embedded table of that name.
    Std(&'static str),
}

/// Reads the table, adding to `sources` each file it meets and to `diagnostics` all that is wrong with their form.
pub(crate) fn load(root: &Root<'_>, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Rows {
    let mut loader = Loader {
        sources,
        diagnostics,
        rows: Rows::default(),
        included: Vec::new(),
        done: BTreeSet::new(),
        open: Vec::new(),
        templates: Templates::default(),
        is_whole: true,
        std_folder: if let Root::File(path) = root { sources_of_std(path) } else { None },
    };
    let Some((file, key)) = loader.root(root) else {
        return loader.rows;
    };
    // The prelude is included before anything else, without being named.
    if let Some(path) = loader.std_folder.as_ref().map(|folder| folder.join("prelude.ron")) {
        loader.rows.std_on_disk = true;
        loader.done.insert(disk_key(&path));
        if let Some(id) = read_text(&path, None, loader.sources, loader.diagnostics) {
            loader.included_file(id);
        }
    } else if let Some(prelude) = std_family("std:prelude") {
        let id = loader.add_std(prelude.name, prelude.text);
        loader.done.insert(Key::Std(prelude.name));
        loader.included_file(id);
    }
    loader.is_whole = loader.diagnostics.is_empty();
    loader.done.insert(key.clone());
    loader.open.push(Open { key, from: None });
    if let Some(table) = loader.table(file) {
        loader.take_table(file, table, true);
    }
    loader.rows
}

/// What a file is known by, however it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Std(&'static str),
    Disk(PathBuf),
    Text,
}

/// A file whose includes are being read.
struct Open {
    key: Key,
    /// Where it is included; `None` for the root.
    from: Option<Span>,
}

struct Loader<'a> {
    sources: &'a mut Sources,
    diagnostics: &'a mut Vec<Diagnostic>,
    rows: Rows,
    /// For each of `rows.families`: whether it came by an include.
    included: Vec<bool>,
    done: BTreeSet<Key>,
    open: Vec<Open>,
    /// Whether all that the prelude has could be read.
    is_whole: bool,
    templates: Templates,
    /// Where the `std:` families are read from, unless they are the embedded ones.
    std_folder: Option<PathBuf>,
}

/// The folder of the root, if that is the standard table with the files of all its families beside it. Whoever edits them
/// wants these checked, not those that this program was built with.
fn sources_of_std(root: &Path) -> Option<PathBuf> {
    let folder = root.parent()?;
    let is_there = |name: &str| name.strip_prefix("std:").is_some_and(|name| std_file(folder, name).is_file());
    (root.file_name()? == "standard.ron" && std_families().iter().all(|(name, _)| is_there(name)))
        .then(|| folder.to_owned())
}

fn std_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.ron"))
}

impl Loader<'_> {
    fn root(&mut self, root: &Root<'_>) -> Option<(FileId, Key)> {
        match *root {
            Root::Text(name, text) => {
                let source = Source::new(name, None, text.to_owned());
                Some((self.sources.add(source), Key::Text))
            }
            Root::Std(name) => {
                let family = std_family(name)?;
                Some((self.add_std(family.name, family.text), Key::Std(family.name)))
            }
            Root::File(path) => {
                let file = read_text(path, None, self.sources, self.diagnostics)?;
                Some((file, disk_key(path)))
            }
        }
    }

    fn add_std(&mut self, name: &str, text: &str) -> FileId {
        self.sources.add(Source::new(name, None, text.to_owned()))
    }

    fn parse<T>(
        &mut self,
        file: FileId,
        shapes: &Shapes,
        read: impl FnOnce(&mut Reader<'_>, &Node) -> Option<T>,
    ) -> Option<T> {
        let node = locate(file, &self.sources.get(file).text, shapes, self.diagnostics)?;
        read(&mut Reader { sources: self.sources, diagnostics: self.diagnostics }, &node)
    }

    fn table(&mut self, file: FileId) -> Option<TableFile> {
        self.parse(file, &read::SHAPES, read::table)
    }

    /// Takes in a table's includes and rows; `is_root` unless it is `std:standard`, included.
    fn take_table(&mut self, file: FileId, table: TableFile, is_root: bool) {
        if is_root {
            self.rows.name = table.name.value.clone();
            self.rows.version = table.version;
            self.rows.doc = table.doc.map(|doc| doc.value).unwrap_or_default();
            self.rows.table = Some(table.name);
            self.rows.counts = table.counts.and_then(|name| self.counts(file, &name)).unwrap_or_default();
        }
        let wrong = self.diagnostics.len();
        self.includes(file, &table.include);
        let is_whole = table.is_include_whole && table.families.iter().all(|family| family.is_include_whole);
        for family in table.families {
            self.take_family(file, family, !is_root);
        }
        if is_root {
            // Of what could not be read nobody knows what it has.
            let is_whole = is_whole && self.is_whole && self.diagnostics.len() == wrong;
            if !self.read_likes(is_whole) {
                return;
            }
            named::leave_out(&table.without, &mut self.rows, &self.included, is_whole, self.diagnostics);
            named::heat(&table.heats, &mut self.rows, &self.included, is_whole, self.diagnostics);
            named::drop_idle_patterns(&table.without, &mut self.rows, &self.included);
        }
    }

    fn take_family(&mut self, file: FileId, family: FamilyFile, is_included: bool) {
        let FamilyFile { mut rows, include, is_include_whole: _, fixtures, templates, likes } = family;
        self.includes(file, &include);
        rows.std = self.is_std(file);
        rows.fixtures = fixtures.as_ref().and_then(|name| self.fixtures(file, name));
        rows.fixtures_file = fixtures;
        self.templates.add(self.rows.families.len(), rows.std, templates, likes);
        self.rows.families.push(rows);
        self.included.push(is_included);
    }

    fn is_std(&self, file: FileId) -> bool {
        let source = self.sources.get(file);
        if let Some(path) = source.path.as_deref() {
            return self.std_folder.is_some() && path.parent() == self.std_folder.as_deref();
        }
        std_family(&source.name).is_some_and(|family| family.text == source.text)
    }

    fn includes(&mut self, file: FileId, names: &[Text]) {
        for name in names {
            self.include(file, name);
        }
    }

    fn include(&mut self, file: FileId, name: &Text) {
        let Some((key, path)) = self.resolve(file, name) else { return };
        if let Some(position) = self.open.iter().position(|open| open.key == key) {
            self.cycle(name, position);
            return;
        }
        if !self.done.insert(key.clone()) {
            return;
        }
        if self.open.len() > MAX_DEPTH {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::IncludeTooDeep,
                    name.span,
                    format!("includes are nested more than {MAX_DEPTH} deep"),
                )
                .label("one too many")
                .help(format!("write `include: [\"{}\"]` in the root table instead", name.value)),
            );
            return;
        }
        let id = match &key {
            Key::Std(std) => std_family(std).map(|family| self.add_std(family.name, family.text)),
            _ => self.read_named(&path, Named { text: name, by: NamedBy::Include }),
        };
        let Some(id) = id else { return };
        self.open.push(Open { key, from: Some(name.span) });
        self.included_file(id);
        self.open.pop();
    }

    fn included_file(&mut self, file: FileId) {
        let is_std = self.is_std(file);
        let Some(node) = locate(file, &self.sources.get(file).text, &read::SHAPES, self.diagnostics) else { return };
        let mut reader = Reader { sources: self.sources, diagnostics: self.diagnostics };
        let is_table = matches!(&node.kind, NodeKind::Struct { name: Some(name), .. } if name.text == "Table");
        if is_std && is_table {
            if let Some(table) = read::table(&mut reader, &node) {
                self.take_table(file, table, false);
            }
        } else if let Some(family) = read::family(&mut reader, &node) {
            self.take_family(file, family, true);
        }
    }

    /// What `name` means in `file`; the path only where it is a file's.
    fn resolve(&mut self, file: FileId, name: &Text) -> Option<(Key, PathBuf)> {
        if let Some(std) = name.value.strip_prefix("std:") {
            let beside = self.std_folder.as_ref().map(|folder| std_file(folder, std));
            if let Some(path) = beside.filter(|path| !std.contains(['/', '\\', '.']) && path.is_file()) {
                return Some((disk_key(&path), path));
            }
            if let Some(family) = std_family(&name.value) {
                return Some((Key::Std(family.name), PathBuf::new()));
            }
            let known = || std_families().iter().map(|(known, _)| *known);
            let message = format!("there is no family `{}`", name.value);
            let diagnostic = Diagnostic::new(Code::UnknownFamily, name.span, message).label("unknown family");
            let list = known().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
            self.diagnostics.push(match nearest(&name.value, known()) {
                Some(near) => diagnostic.help(format!("write `\"{near}\"`")).fix(name.span, format!("\"{near}\"")),
                None => diagnostic.help(format!("the families are {list}")),
            });
            return None;
        }
        let path = self.beside(file, Named { text: name, by: NamedBy::Include })?;
        Some((disk_key(&path), path))
    }

    /// Where a file is that `file` names: its name is relative to that.
    fn beside(&mut self, file: FileId, named: Named<'_>) -> Option<PathBuf> {
        let Named { text: name, by } = named;
        let Some(naming) = &self.sources.get(file).path else {
            self.diagnostics.push(
                Diagnostic::new(
                    Code::NoFilesHere,
                    name.span,
                    format!("`{}` cannot be found: the table is a text, not a file", name.value),
                )
                .label("relative to no folder")
                .help(by.without_folder()),
            );
            return None;
        };
        Some(naming.parent().unwrap_or(Path::new("")).join(&name.value))
    }

    fn read_named(&mut self, path: &Path, named: Named<'_>) -> Option<FileId> {
        read_text(path, Some(named), self.sources, self.diagnostics)
    }

    fn cycle(&mut self, name: &Text, position: usize) {
        let message = format!("`{}` includes itself", name.value);
        let mut diagnostic = Diagnostic::new(Code::IncludeCycle, name.span, message).label("included again here");
        for open in self.open.get(position + 1..).unwrap_or(&[]) {
            if let Some(from) = open.from {
                diagnostic = diagnostic.also(from, "while this is being included");
            }
        }
        self.diagnostics
            .push(diagnostic.help(format!("remove `\"{}\"` from this `include`: order never matters", name.value)));
    }

    /// The text of a family's fixture file, as a source of its own.
    fn fixtures(&mut self, file: FileId, name: &Text) -> Option<Text> {
        let id = if self.sources.get(file).path.is_none() && self.is_std(file) {
            std_fixture(&name.value).map(|text| self.add_std(&format!("std:{}", name.value), text))?
        } else {
            let named = Named { text: name, by: NamedBy::Fixtures };
            let path = self.beside(file, named)?;
            self.read_named(&path, named)?
        };
        let value = self.sources.get(id).text.clone();
        let end = u32::try_from(value.len()).unwrap_or(u32::MAX);
        Some(Text { value, span: Span { file: id, start: 0, end }, offsets: Vec::new(), start: 0 })
    }

    /// The counts in the file of that name.
    fn counts(&mut self, file: FileId, name: &Text) -> Option<BTreeMap<String, u64>> {
        let named = Named { text: name, by: NamedBy::Counts };
        let path = self.beside(file, named)?;
        let id = self.read_named(&path, named)?;
        self.parse(id, &read::COUNTS_SHAPES, read::counts)
    }
}

/// Two spellings of one path have one key, where the system can tell.
fn disk_key(path: &Path) -> Key {
    Key::Disk(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
}
