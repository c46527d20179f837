//! The spelling that a writer probably meant.

/// Names longer than this, in bytes, get no suggestion: they may come from anywhere, and comparing takes their square.
const MAX_NAME: usize = 64;

/// The candidate that differs least from `name`, if it is near enough to be meant: at most a third of the longer one is
/// changed. Case does not matter; of two that are equally near, it is the first in order of bytes.
///
/// **Source:** Damerau 1964.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > MAX_NAME {
        return None;
    }
    let folded = name.to_lowercase();
    let length = folded.chars().count();
    let near = candidates.into_iter().filter_map(|candidate| {
        let most = candidate.len().max(name.len()) / 3;
        let folded_candidate = candidate.to_lowercase();
        // So many must be changed at least, which is cheap to know.
        if folded_candidate.chars().count().abs_diff(length) > most {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&folded, &folded_candidate);
        (distance <= most).then_some((distance, candidate))
    });
    near.min().map(|(_, candidate)| candidate)
}

/// `Write \`near\`` where there is one, else what to do instead.
pub fn near_or(near: Option<&str>, otherwise: impl FnOnce() -> String) -> String {
    match near {
        Some(near) => format!("write `{near}`"),
        None => otherwise(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_is_near_enough() {
        let names = ["sub", "add", "jump_if_true", "jump_if_false"];
        for (name, expected) in [
            ("ad", Some("add")),
            ("dad", Some("add")),
            ("ADD", Some("add")),
            ("d", None),
            ("sbu", Some("sub")),
            ("jmp_if_flase", Some("jump_if_false")),
            ("concatenate", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
        assert_eq!(nearest("ac", ["ab", "aa"]), None, "half of it is changed");
        assert_eq!(nearest("abc", ["abe", "abd"]), Some("abd"), "the first of two");
        let long = "a".repeat(65);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }
}
