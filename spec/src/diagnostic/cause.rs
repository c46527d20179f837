//! What lies behind several errors, so that they are told as one.

use super::Diagnostic;
use crate::code::Code;
use crate::nearest::is_near;
use crate::source::{FileId, Span};
use std::collections::BTreeMap;

/// So many places are shown besides the first; of more only the number is told.
const MAX_PLACES: usize = 3;

/// So many names that were refused are compared with those that nothing has.
const MAX_MISNAMED: usize = 10;

/// What is probably wrong where several errors agree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// Nothing of that kind has the name: it is misspelt where it stands, or where it is declared.
    Unknown(&'static str, String),
    /// Rows of a standard family are named that is not included.
    NotIncluded(String),
    /// Something is declared under a name that it cannot have, or that another has, and which may be misspelt.
    Misnamed(String),
    /// What is declared at the place under the name is used in another way.
    Declaration(Span, String, Side),
    /// The template of that name in the file gives several rows something wrong.
    Template(FileId, String),
    /// Something that the row at the place says more than once: in each of its cases, or its examples.
    Row(Span, Code, String),
}

/// What of a declaration its uses do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// What it is given.
    Arguments,
    /// What it gives.
    Result,
}

/// How often something was used as it should be.
pub(crate) type Rights = BTreeMap<Cause, usize>;

/// The errors, of those with one cause just one: unless what is declared is used rightly more often than wrongly, since then each
/// wrong use is a mistake of its own.
///
/// Names that nothing has are dropped where one that is declared, and was refused, is near.
pub(crate) fn merge(list: Vec<Diagnostic>, rights: &Rights) -> Vec<Diagnostic> {
    let mut groups: BTreeMap<&Cause, Vec<usize>> = BTreeMap::new();
    for (index, diagnostic) in list.iter().enumerate() {
        for cause in &diagnostic.causes {
            groups.entry(cause).or_default().push(index);
        }
    }
    let misnamed = groups.keys().filter_map(|cause| match cause {
        Cause::Misnamed(name) => Some(name.clone()),
        _ => None,
    });
    let misnamed: Vec<String> = misnamed.take(MAX_MISNAMED).collect();
    let is_misnamed = |name: &str| misnamed.iter().any(|misnamed| is_near(name, misnamed));
    let mut groups: Vec<(Cause, Vec<usize>)> =
        groups.into_iter().map(|(cause, group)| (cause.clone(), group)).collect();
    // What is behind most errors comes first: of two causes of one error it is the likelier one.
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    let mut list: Vec<Option<Diagnostic>> = list.into_iter().map(Some).collect();
    let mut merged = Vec::new();
    for (cause, group) in groups {
        let left = group.iter().filter(|index| list[**index].is_some()).count();
        let is_dropped = matches!(&cause, Cause::Unknown(_, name) if is_misnamed(name));
        let is_shared = !matches!(cause, Cause::Misnamed(_));
        if is_dropped || is_shared && left > 1 && left > rights.get(&cause).copied().unwrap_or(0) {
            let mut group: Vec<Diagnostic> = group.into_iter().filter_map(|index| list[index].take()).collect();
            group.sort_by_key(|diagnostic| diagnostic.primary.0);
            merged.extend(Some(group).filter(|_| !is_dropped).and_then(|group| one(&cause, group)));
        }
    }
    merged.extend(list.into_iter().flatten());
    merged
}

/// One error in place of several.
fn one(cause: &Cause, group: Vec<Diagnostic>) -> Option<Diagnostic> {
    let number = group.len();
    let mut rest = group.into_iter();
    let mut whole = rest.next()?;
    let mut shown = MAX_PLACES;
    if let Cause::Declaration(place, name, _) = cause {
        let message = format!("{number} uses of `{name}` do not fit its declaration");
        whole.notes.insert(0, std::mem::replace(&mut whole.message, message));
        whole.secondary.push(std::mem::replace(&mut whole.primary, (*place, "declared here".to_owned())));
        whole.help = format!("mend the declaration of `{name}`, or each use: {}", whole.help);
        shown -= 1;
    }
    // What is put in one place does not mend the others.
    whole.fix = None;
    let hidden = (number - 1).saturating_sub(shown);
    for other in rest.take(shown) {
        let (span, label) = other.primary;
        let is_same = label == whole.primary.1;
        whole.secondary.push((span, if is_same { "here, too".to_owned() } else { label }));
    }
    Some(match hidden {
        0 => whole,
        1 => whole.note("and in one more place"),
        _ => whole.note(format!("and in {hidden} more places")),
    })
}
