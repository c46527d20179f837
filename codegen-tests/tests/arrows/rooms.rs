//! A crate against the orders that the page states for it.

use crate::mentions::Mention;
use crate::page::{Order, Page};
use crate::resolve::resolve;
use crate::source::{Crate, Module};
use crate::{Complaint, PAGE};
use std::collections::BTreeMap;

/// What the page calls the folder's own file.
const OWN_FILE: &str = "mod";

/// What breaks the orders of the page within the crate.
pub(crate) fn check(page: &Page, tree: &Crate) -> Vec<Complaint> {
    page.orders
        .iter()
        .filter(|order| order.crate_folder() == tree.folder)
        .flat_map(|order| match tree.modules.get(&order.module()) {
            Some(folder) => [misplaced(order, folder), arrows(order, tree)].concat(),
            None => vec![format!("{PAGE}:{}: there is no module `{}`", order.line, order.folder)],
        })
        .collect()
}

/// Modules that the order leaves out, and rooms that are not there.
fn misplaced(order: &Order, folder: &Module) -> Vec<Complaint> {
    let there = |name: &String| name == OWN_FILE || folder.children.contains(name);
    let unplaced = folder.children.iter().filter(|name| order.room(name).is_none());
    let absent = order.rooms.iter().filter(|room| !room.may_be_absent && !there(&room.name));
    let unplaced = unplaced.map(|name| format!("`{name}` has no place among the rooms of `{}`", order.folder));
    let absent = absent.map(|room| format!("`{}` has no module `{}`", order.folder, room.name));
    unplaced.chain(absent).map(|problem| format!("{PAGE}:{}: {problem}", order.line)).collect()
}

fn arrows(order: &Order, tree: &Crate) -> Vec<Complaint> {
    let folder = order.module();
    let room = |module: &[String]| module.get(folder.len()).map_or(OWN_FILE, String::as_str).to_owned();
    // What one line imports from one room is one complaint.
    let mut found: BTreeMap<(&str, usize, String, String), Vec<&Mention>> = BTreeMap::new();
    for (path, module) in tree.modules.iter().filter(|(path, _)| path.starts_with(&folder)) {
        let from = room(path);
        for mention in &module.mentions {
            if path.len() == folder.len() && mention.hands_on {
                continue;
            }
            let needed = resolve(tree, path, &mention.path);
            let rooms = needed.iter().filter(|needed| needed.starts_with(&folder)).map(|needed| room(needed));
            if let Some(to) = rooms.into_iter().find(|to| !permits(order, &from, to)) {
                found.entry((&module.file, mention.line, from.clone(), to)).or_default().push(mention);
            }
        }
    }
    found.iter().map(|((file, line, from, to), mentions)| complaint(order, (file, *line), from, to, mentions)).collect()
}

fn permits(order: &Order, from: &str, to: &str) -> bool {
    match (order.room(from), order.room(to)) {
        _ if from == to => true,
        (Some(from), Some(to)) => to.step < from.step,
        (None, _) if from == OWN_FILE => true,
        (_, None) if to == OWN_FILE => false,
        // A module without a place is a complaint of its own.
        _ => true,
    }
}

fn complaint(order: &Order, (file, line): (&str, usize), from: &str, to: &str, mentions: &[&Mention]) -> Complaint {
    let texts: Vec<String> = mentions.iter().map(|mention| format!("`{}`", mention.text())).collect();
    let names: Vec<String> =
        mentions.iter().filter_map(|mention| mention.path.last()).map(|name| format!("`{name}`")).collect();
    let end =
        if to == OWN_FILE && order.room(to).is_none() { " (the folder's own file, which comes last)" } else { "" };
    format!(
        "{file}:{line}: {} goes from `{from}` to `{to}`{end}\n  \
        rule: {PAGE}:{}, Rooms: in `{}`, a room imports only earlier ones: {}\n  \
        help: move {} into `{from}` or an earlier room; or hand it in as a parameter; or define a trait in `{from}` that \
        `{to}` implements",
        texts.join(", "),
        order.line,
        order.folder,
        order.text,
        names.join(", "),
    )
}
