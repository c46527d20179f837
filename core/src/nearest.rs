//! The spelling that a writer probably meant.

/// Names longer than this, in bytes, get no suggestion: they may come from anywhere, and comparing takes their square.
const MAX_NAME: usize = 64;

/// So many candidates are compared, those first that may be nearest: comparing takes microseconds, and a text can have
/// many thousand names that are alike.
const MAX_COMPARED: usize = 2_000;

/// The candidate that differs least from `name`, if it is near enough to be meant: at most a third of the longer one is
/// changed. Case does not matter, nor does what separates words; of two that are equally near, it is the one with the same
/// letters, else the first in order of bytes.
///
/// **Source:** Damerau 1964.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if name.len() > MAX_NAME {
        return None;
    }
    let (folded, letters) = (name.to_lowercase(), Letters::of(name));
    let near = |candidate: &'c str| {
        let bound = if is_same(name, candidate) { 0 } else { letters.differ_at_least(Letters::of(candidate)) };
        (bound <= candidate.len().max(name.len()) / 3).then_some((bound, candidate))
    };
    let mut candidates: Vec<(usize, &str)> = candidates.into_iter().filter_map(near).collect();
    if candidates.len() > MAX_COMPARED {
        candidates.select_nth_unstable(MAX_COMPARED);
        candidates.truncate(MAX_COMPARED);
    }
    let mut best: Option<(Difference, &str)> = None;
    for (bound, candidate) in candidates {
        let most = candidate.len().max(name.len()) / 3;
        let most = best.map_or(most, |(difference, _)| most.min(difference.letters));
        if bound <= most {
            let difference = Difference::of(&folded, &candidate.to_lowercase());
            let is_near =
                difference.letters == 0 || difference.letters <= most && is_meant(&folded, &candidate.to_lowercase());
            if is_near && best.is_none_or(|best| (difference, candidate) < best) {
                best = Some((difference, candidate));
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How much two names differ, both in small letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Difference {
    /// So many letters are changed; none where only what separates words is.
    letters: usize,
    /// Whether they have other letters, not the same ones in another order.
    is_of_others: bool,
}

impl Difference {
    fn of(name: &str, other: &str) -> Self {
        let letters = if is_same(name, other) { 0 } else { strsim::damerau_levenshtein(name, other) };
        Self { letters, is_of_others: sorted(name) != sorted(other) }
    }
}

/// Whether two names differ at most in case and in what separates their words.
fn is_same(name: &str, other: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
        name.chars().filter(|c| !matches!(c, '_' | '.')).flat_map(char::to_lowercase)
    }
    letters(name).eq(letters(other))
}

fn sorted(name: &str) -> Vec<char> {
    let mut letters: Vec<char> = name.to_lowercase().chars().collect();
    letters.sort_unstable();
    letters
}

/// Whether one of two near names can be meant by the other: more than a letter makes another part of one of many
/// (`load_nil`, `load_int`).
fn is_meant(name: &str, other: &str) -> bool {
    let parts = |name: &str| name.split('_').count();
    let near = |(part, other): (&str, &str)| {
        strsim::damerau_levenshtein(part, other) <= 1.max(part.len().max(other.len()) / 3)
    };
    let alike = parts(name) > 1 && parts(name) == parts(other);
    !alike || name.split('_').zip(other.split('_')).all(near)
}

/// Whether two near names of a language are other words of it, as `mov` and `mod` are: of three letters, one is a third,
/// and all but their order may differ in meaning. Names that a program gives are not such.
pub fn are_other_words(name: &str, other: &str) -> bool {
    name.len() == 3 && other.len() == 3 && sorted(name) != sorted(other)
}

/// What is cheap to know of a name: a bound on its distance from another.
#[derive(Clone, Copy)]
struct Letters {
    ascii: bool,
    length: usize,
    /// Which letters it has, case apart; letters may share a bit.
    set: u64,
}

impl Letters {
    fn of(name: &str) -> Self {
        let set = name.bytes().fold(0, |set, byte| set | 1 << (byte.to_ascii_lowercase() % 64));
        Self { ascii: name.is_ascii(), length: name.len(), set }
    }

    /// So many letters must be changed at least: each that only one of the two has, and the difference in length.
    fn differ_at_least(self, other: Self) -> usize {
        if !(self.ascii && other.ascii) {
            return 0;
        }
        let missing = (self.set & !other.set).count_ones().max((other.set & !self.set).count_ones());
        self.length.abs_diff(other.length).max(missing as usize)
    }
}

/// Whether one of two names may be meant by the other, where no third one comes into question: a letter is changed, or at most
/// a third of them, case and what separates words apart.
pub fn is_near(name: &str, other: &str) -> bool {
    let folded = |name: &str| name.replace(['_', '.'], "").to_lowercase();
    let longer = name.len().max(other.len());
    longer <= MAX_NAME && strsim::damerau_levenshtein(&folded(name), &folded(other)) <= 1.max(longer / 3)
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
            ("jump_at_truce", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, names), expected, "{name}");
        }
        assert_eq!(nearest("ac", ["ab", "aa"]), None, "half of it is changed");
        assert_eq!(nearest("abcd", ["abce", "abca"]), Some("abca"), "the first of two");
        assert_eq!(nearest("num_el", ["num_eq", "num_le"]), Some("num_le"), "the one of the same letters");
        for name in ["bitxor", "BitXor", "bitx_or", "b_i_t_x_o_r"] {
            assert_eq!(nearest(name, ["bit_or", "bit_xor"]), Some("bit_xor"), "{name}");
        }
        assert_eq!(nearest("ÄDD", ["add", "äd", "ädd"]), Some("ädd"));
        assert!(are_other_words("mov", "mod") && !are_other_words("sbu", "sub") && !are_other_words("ad", "add"));
        let long = "a".repeat(65);
        assert_eq!(nearest(&long, [long.as_str()]), None);
    }

    #[test]
    fn short_names_are_near_that_differ_by_a_letter() {
        assert!(
            is_near("iv", "Div")
                && is_near("o", "to")
                && is_near("d_ad", "add")
                && is_near("int.mod_Floor", "int.mod_floor")
        );
        assert!(!is_near("add", "sub") && !is_near("to", "when"));
    }

    #[test]
    fn among_very_many_the_nearest_is_found() {
        let names: Vec<String> = (0..50_000).map(|index| format!("name_number_{index}")).collect();
        let near = nearest("nome_number_31415", names.iter().map(String::as_str));
        assert_eq!(near, Some("name_number_31415"));
    }

    /// The bound by which candidates are skipped never skips one that would be chosen.
    #[test]
    fn skipping_changes_nothing() {
        let letters = ["", "a", "b", "_", "B", "z"];
        let names: Vec<String> = (0..1296usize)
            .map(|index| (0..4).map(|place| letters[index / 6usize.pow(place) % 6]).collect::<String>() + "xy")
            .collect();
        for name in names.iter().step_by(7) {
            let difference = |other: &str| Difference::of(&name.to_lowercase(), &other.to_lowercase());
            let near = names.iter().filter(|other| difference(other).letters <= other.len().max(name.len()) / 3);
            let meant = |other: &str| is_same(name, other) || is_meant(&name.to_lowercase(), &other.to_lowercase());
            let near = near.filter(|other| meant(other));
            let expected = near.min_by_key(|other| (difference(other), other.as_str()));
            assert_eq!(nearest(name, names.iter().map(String::as_str)), expected.map(String::as_str), "{name}");
        }
    }
}
