//! The spelling that a writer probably meant.

/// The candidate that differs least from `name`, if it is near enough to be meant.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(name.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `Write \`near\`` where there is one, else what to do instead.
pub(crate) fn near_or(near: Option<&str>, otherwise: impl FnOnce() -> String) -> String {
    match near {
        Some(near) => format!("write `{near}`"),
        None => otherwise(),
    }
}
