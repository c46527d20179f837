//! The head of a program: the comment lines it begins with.
//!
//! `; flags:` lists options of `run`; after `; input:` stands what the program is given to read, and after `; expect:` what it prints,
//! a comment line for each line.

/// What a program's head says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The words after `; flags:`.
    pub flags: Vec<String>,
    /// What the program is given to read.
    pub input: String,
    /// What the program prints, if the head says so.
    pub expect: Option<String>,
}

impl Head {
    /// Reads the head of the assembly `text`. It ends with the first line that is no comment.
    pub fn parse(text: &str) -> Self {
        let mut head = Self::default();
        let mut reads = false;
        for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
            let Some(comment) = line.strip_prefix(';') else { break };
            let comment = comment.strip_prefix(' ').unwrap_or(comment);
            if let Some(expected) = &mut head.expect {
                expected.push_str(comment);
                expected.push('\n');
            } else if let Some(first) =
                comment.trim().strip_prefix("expect:").filter(|first| !reads || first.is_empty())
            {
                // A short output may stand on the line itself.
                head.expect = Some(if first.is_empty() { String::new() } else { format!("{}\n", first.trim()) });
            } else if reads {
                head.input.push_str(comment);
                head.input.push('\n');
            } else if let Some(flags) = comment.trim_start().strip_prefix("flags:") {
                head.flags.extend(flags.split_whitespace().map(str::to_owned));
            } else {
                reads = comment.trim() == "input:";
            }
        }
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_expected_lines() {
        let text = "; A program.\n; flags: --frames 2000\n;flags: --fuel 9\n; expect:\n; one\n;  two\n;\n;flags: x\n\n; three\n";
        let head = Head::parse(text);
        assert_eq!(head.flags, ["--frames", "2000", "--fuel", "9"]);
        assert_eq!(head.expect.as_deref(), Some("one\n two\n\nflags: x\n"));
        assert_eq!(Head::parse("func main()\n; expect:\n"), Head::default());
        assert_eq!(Head::parse("; expect: 27\n").expect.as_deref(), Some("27\n"));
        assert_eq!(Head::parse("; expect: 27\n; 28\nfunc").expect.as_deref(), Some("27\n28\n"));
        assert_eq!(Head::parse("; input:\n; expect: a\n; expect:\n; b\n").expect.as_deref(), Some("b\n"));
    }

    #[test]
    fn what_is_read_stands_before_what_is_printed() {
        let head = Head::parse("; input:\n; a\n;\n; flags: b\n; expect:\n; c\n; input:\n");
        assert_eq!((head.input.as_str(), head.expect.as_deref()), ("a\n\nflags: b\n", Some("c\ninput:\n")));
        assert!(head.flags.is_empty());
    }
}
