//! The rules, as people read them in `docs/architecture.md`.
//!
//! The table under `## Packages` says what each package imports, in its column `imports`. A line under `## Rooms` says in
//! which order the modules of a folder stand, as in ``- `vm/src`: value · slots, program · machine``. An earlier room never
//! imports a later one; rooms with a comma between them do not import each other either. A remark in parentheses may follow a
//! room, which then need not be there yet. The folder's own file, `mod`, is after all rooms where it is not among them.

use std::collections::{BTreeMap, BTreeSet};

/// The rules of the page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// By the name of the package.
    pub(crate) packages: BTreeMap<String, Imports>,
    pub(crate) orders: Vec<Order>,
}

/// What a package may import.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    pub(crate) line: usize,
    pub(crate) always: BTreeSet<String>,
    /// What its tests may import besides.
    pub(crate) in_tests: BTreeSet<String>,
}

/// The order of the modules in one folder.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) line: usize,
    /// Under some package's `src`, from the root of the workspace.
    pub(crate) folder: String,
    pub(crate) rooms: Vec<Room>,
    /// As it stands on the page.
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) name: String,
    /// The same for rooms with a comma between them.
    pub(crate) step: usize,
    pub(crate) may_be_absent: bool,
}

impl Page {
    pub(crate) fn parse(text: &str) -> Result<Page, String> {
        let mut page = Page::default();
        let mut columns = None;
        for (section, line, content) in lines(text) {
            if section == "Packages" && content.starts_with('|') {
                let cells: Vec<&str> = content.trim_matches('|').split('|').map(str::trim).collect();
                match columns {
                    None => columns = Some(Columns::of(&cells).ok_or(format!("line {line}: no column `imports`"))?),
                    Some(columns) => page.package(line, &cells, columns),
                }
            } else if section == "Rooms" && content.starts_with("- `") {
                page.orders.push(Order::parse(line, &content)?);
            }
        }
        if page.packages.is_empty() { Err("no table under `## Packages`".to_owned()) } else { Ok(page) }
    }

    fn package(&mut self, line: usize, cells: &[&str], columns: Columns) {
        let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
        let (always, in_tests) = cell(columns.imports).split_once("in tests").unwrap_or((cell(columns.imports), ""));
        for name in quoted(cell(columns.package)) {
            self.packages
                .insert(name, Imports { line, always: quoted(always).collect(), in_tests: quoted(in_tests).collect() });
        }
    }

    /// The `src` folders that an order is stated for, or for a folder in them.
    pub(crate) fn crates(&self) -> BTreeSet<&str> {
        self.orders.iter().map(Order::crate_folder).collect()
    }
}

#[derive(Clone, Copy)]
struct Columns {
    package: usize,
    imports: usize,
}

impl Columns {
    fn of(titles: &[&str]) -> Option<Columns> {
        let column = |title| titles.iter().position(|other| *other == title);
        Some(Columns { package: column("package")?, imports: column("imports")? })
    }
}

impl Order {
    fn parse(line: usize, content: &str) -> Result<Order, String> {
        let wrong = || format!("line {line}: expected - `folder`: room · room · …");
        let (folder, rooms) = content.trim_start_matches("- `").split_once("`: ").ok_or_else(wrong)?;
        let text = rooms.trim().trim_end_matches('.').to_owned();
        let mut order = Order { line, folder: folder.to_owned(), rooms: Vec::new(), text };
        for (step, names) in order.text.split('·').enumerate() {
            for name in names.split(',') {
                let (name, may_be_absent) = match name.split_once('(') {
                    Some((name, _)) => (name, true),
                    None => (name, false),
                };
                let name = name.trim().trim_matches('`').to_owned();
                if name.is_empty() || name.contains(' ') || order.rooms.iter().any(|room| room.name == name) {
                    return Err(wrong());
                }
                order.rooms.push(Room { name, step, may_be_absent });
            }
        }
        if order.folder.split('/').any(|part| part == "src") { Ok(order) } else { Err(wrong()) }
    }

    /// The part of the folder up to `src`.
    pub(crate) fn crate_folder(&self) -> &str {
        match self.folder.find("/src/") {
            Some(at) => &self.folder[..at + "/src".len()],
            None => &self.folder,
        }
    }

    /// The module whose folder this is, from the root of its crate.
    pub(crate) fn module(&self) -> Vec<String> {
        let rest = &self.folder[self.crate_folder().len()..];
        rest.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub(crate) fn room(&self, name: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.name == name)
    }
}

/// The lines of the page with the section they stand in and their number; what is indented belongs to the line before it.
fn lines(text: &str) -> Vec<(String, usize, String)> {
    let mut section = String::new();
    let mut all: Vec<(String, usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.to_owned();
        } else if line.starts_with("  ")
            && let Some((_, _, before)) = all.last_mut()
        {
            before.push(' ');
            before.push_str(line.trim());
        } else {
            all.push((section.clone(), index + 1, line.to_owned()));
        }
    }
    all
}

/// What stands in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned)
}
