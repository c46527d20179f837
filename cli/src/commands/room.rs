//! What `opforge spec check` says of the fast engine's loop: what it has no room for, and why.

use crate::terminal::line;
use opforge::core::counted;
use opforge_spec::slots::{KeptOut, LoopRoom, MAX_HOT, Why};
use serde_json::{Value, json};

/// How many names a line lists.
const MAX_NAMED: usize = 12;

/// Each reason, as JSON has it and as a note says it.
const REASONS: [(Why, &str, &str); 4] = [
    (Why::Order, "order", "the room was gone before their turn"),
    (Why::Count, "count", "they ran less often than what is in"),
    (Why::Declared, "declared", "they are declared cold"),
    (Why::Rare, "rare", "they print, open scopes or call handlers"),
];

/// What there was no room for, and what is wrong with the counts; nothing where all is as the table says.
pub(super) fn notes(room: &LoopRoom) -> String {
    let mut text = String::new();
    if room.kept_out.iter().any(lacks_room) {
        text.push_str(&format!(
            "note: the fast engine's loop has room for {MAX_HOT} instructions and their forms; these are kept out of it, \
             which costs a call each time\n"
        ));
        for (why, _, said) in REASONS {
            let of_it: Vec<&KeptOut> = room.kept_out.iter().filter(|kept| kept.why == why).collect();
            if !of_it.is_empty() {
                text.push_str(&format!("  {said}: {}\n", list(&of_it, shown)));
            }
        }
        text.push_str(
            "  what runs often can be declared `hot: true`, what seldom runs `cold: true`; `opforge tune` counts what \
             programs run\n",
        );
    }
    if !room.stale.is_empty() {
        let stale = list(&room.stale, |stale| match &stale.near {
            Some(near) => format!("`{}` (is it `{}`?)", line(&stale.name), line(near)),
            None => format!("`{}`", line(&stale.name)),
        });
        text.push_str(&format!(
            "note: {} of the table's counts {} no instruction that it has: {stale}\n  count again with `opforge tune`\n",
            counted(room.stale.len(), "name"),
            if room.stale.len() == 1 { "is of" } else { "are of" },
        ));
    }
    text
}

fn lacks_room(kept: &KeptOut) -> bool {
    matches!(kept.why, Why::Count | Why::Order)
}

fn shown(kept: &&KeptOut) -> String {
    match kept.count {
        0 => format!("`{}`", line(&kept.name)),
        count => format!("`{}` ({count} runs)", line(&kept.name)),
    }
}

/// The first of these, and how many more there are.
fn list<T>(items: &[T], shown: impl Fn(&T) -> String) -> String {
    let named: Vec<String> = items.iter().take(MAX_NAMED).map(shown).collect();
    let more = items.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// Adds what is kept out, and what of it only for want of room, and the names that are not there.
pub(super) fn add_json(room: &LoopRoom, value: &mut Value) {
    let why = |kept: &KeptOut| REASONS.iter().find(|(why, ..)| *why == kept.why).map(|(_, name, _)| *name);
    let kept = |kept: &KeptOut| json!({ "name": kept.name, "why": why(kept), "count": kept.count });
    let without_room = room.kept_out.iter().filter(|kept| lacks_room(kept)).map(|kept| json!(kept.name));
    value["without_room"] = without_room.collect();
    value["kept_out"] = room.kept_out.iter().map(kept).collect();
    value["typed_without_room"] = json!(room.typed_out);
    value["stale_counts"] = room.stale.iter().map(|stale| json!({ "name": stale.name, "near": stale.near })).collect();
}
