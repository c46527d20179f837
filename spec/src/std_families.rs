//! The standard families, embedded: a table in any crate names them `std:…`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// One embedded family.
pub(crate) struct StdFamily {
    /// How a table includes it, such as `std:arithmetic`.
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! embedded {
    ($($name:literal)*) => {
        &[$((concat!("std:", $name), include_str!(concat!("../isa/", $name, ".ron")))),*]
    };
}

const FAMILIES: &[(&str, &str)] = embedded! {
    "prelude" "constants" "stack" "variables" "arithmetic" "bitwise" "comparison" "logic" "control" "functions" "output" "input" "chars" "narrow" "strings" "standard"
};

const FIXTURES: &[(&str, &str)] = &[("functions.opf", include_str!("../isa/functions.opf"))];

/// The embedded families by the names under which tables include them, with their text.
///
/// `std:prelude` is part of every table; `std:standard` is a table that includes all the others.
pub fn std_families() -> &'static [(&'static str, &'static str)] {
    FAMILIES
}

/// Of a name that begins with `std:` and is not that of a whole table: what is wrong with it, and what to do instead.
pub fn not_a_table(name: &str) -> Option<(String, &'static str)> {
    (name.starts_with("std:") && name != "std:standard").then(|| {
        let help = "the embedded table is `std:standard`; a family is part of a table that includes it";
        (format!("`{name}` is not a whole table"), help)
    })
}

/// The embedded family that tables include as `name`.
pub(crate) fn std_family(name: &str) -> Option<StdFamily> {
    FAMILIES.iter().find(|(known, _)| *known == name).map(|&(name, text)| StdFamily { name, text })
}

/// The embedded family that has a row of that name.
pub(crate) fn family_of_row(name: &str) -> Option<&'static str> {
    /// Found once: a table can name a hundred thousand rows that there are not.
    static ROWS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        let rows = |text: &'static str| text.split("Op(name: \"").skip(1).filter_map(|rest| rest.split('"').next());
        FAMILIES.iter().flat_map(|&(family, text)| rows(text).map(move |row| (row, family))).collect()
    });
    ROWS.get(name).copied()
}

/// The embedded fixture file `name`.
pub(crate) fn std_fixture(name: &str) -> Option<&'static str> {
    FIXTURES.iter().find(|(known, _)| *known == name).map(|&(_, text)| text)
}
