//! A file of counts: RON that a table names, with what it comes from at its head.
//!
//! Sorted by name, so that another run of other programs changes lines and moves none.

use crate::files::COUNTED;
use crate::terminal::line;
use std::collections::BTreeMap;
use std::path::Path;

/// How often instructions of slot form would have run, by name.
pub(super) type Counts = BTreeMap<&'static str, u64>;

/// The text of the file: of which table, of what programs, by which words of the command line, and how often what.
pub(super) fn text(table: &str, programs: &[String], command: &[String], counts: &Counts) -> String {
    let mut text =
        format!("{COUNTED}: how often these programs run each instruction of slot form of table `{}`.\n", line(table));
    for program in programs {
        text.push_str(&format!("//   {}\n", line(program)));
    }
    let words: Vec<String> = command.iter().map(|word| shell_word(&line(word))).collect();
    text.push_str(&format!("// The same again: {}\nCounts(\n", words.join(" ")));
    for (name, count) in counts {
        text.push_str(&format!("    {name}: {count},\n"));
    }
    text.push_str(")\n");
    text
}

/// How a file is named that is the same on every machine: as it was given, but for folders of this one.
pub(super) fn portable(path: &Path) -> String {
    let name = path.file_name().filter(|_| path.is_absolute()).map(Path::new);
    name.unwrap_or(path).display().to_string()
}

/// A word as a shell reads it.
fn shell_word(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_what_it_comes_from_and_has_a_line_for_each_name() {
        let counts = Counts::from([("sub", 1), ("add_int", 20)]);
        let words = ["opforge", "tune", "my program.opf", "--", "it's", ""].map(str::to_owned);
        let text = text("calc", &["my program.opf".to_owned()], &words, &counts);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1..],
            [
                "//   my program.opf",
                r"// The same again: opforge tune 'my program.opf' -- 'it'\''s' ''",
                "Counts(",
                "    add_int: 20,",
                "    sub: 1,",
                ")",
            ]
        );
    }

    #[test]
    fn folders_of_this_machine_are_left_out() {
        assert_eq!(portable(Path::new("programs/fib.opf")), "programs/fib.opf");
        assert_eq!(portable(&std::env::temp_dir().join("fib.opf")), "fib.opf");
    }
}
