//! What other languages write where a body writes something else: better words for what the parser found.

use super::cursor::Problem;
use crate::code::Code;

/// Spellings of other languages, what they are called, and what a body says instead. Longer ones before those that begin
/// them.
const HABITS: [(&str, &str); 37] = [
    ("&&", "write `bool.and(x, y)`, where `x` and `y` are of type `Bool`"),
    ("and", "write `bool.and(x, y)`, where `x` and `y` are of type `Bool`"),
    ("||", "write `bool.or(x, y)`, where `x` and `y` are of type `Bool`"),
    ("or", "write `bool.or(x, y)`, where `x` and `y` are of type `Bool`"),
    ("not", "write `bool.not(x)`, where `x` is of type `Bool`"),
    ("!", "write `bool.not(x)`, where `x` is of type `Bool`, or `trap Name unless x`"),
    ("&", "write `int.and(a, b)`"),
    ("|", "write `int.or(a, b)`"),
    ("^", "write `int.xor(a, b)`, or `float.pow(a, b)` for a power"),
    ("xor", "write `int.xor(a, b)`"),
    ("~", "write `int.not(a)`"),
    ("%", "write `int.rem_wrap(a, b)`, `int.mod_floor(a, b)` or `float.rem(a, b)`"),
    ("mod", "write `int.mod_floor(a, b)` or `float.mod_floor(a, b)`"),
    ("<<", "write `int.shl(a, b)`"),
    (">>", "write `int.shr(a, b)`"),
    ("**", "write `float.pow(a, b)`"),
    ("++", "write `b = a + 1`: each name is assigned once"),
    ("+=", "write `c = a + b`: each name is assigned once"),
    ("-=", "write `c = a - b`: each name is assigned once"),
    ("*=", "write `c = a * b`: each name is assigned once"),
    ("//", "write `int.div_wrap(a, b)`, or `float.div(a, b)`; a comment stands outside the text"),
    ("<>", "write `a != b`"),
    ("<-", "write `r = a` to assign, `a < int.neg_wrap(b)` to compare"),
    ("#", "remove it; a comment is `// …`, outside the text"),
    ("::", "write a dot: `int.add_wrap(a, b)`"),
    ("?", "write `if c then a else b`"),
    ("if", "write `trap Name if …` or `jump target if …`, or choose a value: `r = if c then a else b`"),
    ("let", "write `name = expr`"),
    ("as", "write `float.from_int(a)` or `float.to_int(a)`"),
    (
        "{",
        "a condition stands behind its step, `trap Name if c` or `jump target if c`; a value is chosen by `if c then a else b`",
    ),
    ("trap", "a condition stands behind its step: `trap Name if c`"),
    ("jump", "a condition stands behind its step: `jump target if c`"),
    ("return", "a body returns always or never: jump to code that returns, `jump target if c`"),
    ("when", "write `if`"),
    ("for", "a body has no loops: each of its steps runs once; what repeats is a loop in assembly, or a handler"),
    ("while", "a body has no loops: each of its steps runs once; what repeats is a loop in assembly, or a handler"),
    ("loop", "a body has no loops: each of its steps runs once; what repeats is a loop in assembly, or a handler"),
];

/// The problem in words for one who writes as in another language, if that is what stands there.
pub(super) fn explain(text: &str, problem: Problem) -> Problem {
    if problem.code != Code::DoesSyntax {
        return problem;
    }
    // Of a choice that was begun, how it goes on is said already.
    if ["`then`", "`else`"].iter().any(|part| problem.message.starts_with(&format!("expected {part}"))) {
        return problem;
    }
    let at = problem.range.start;
    // Of two symbols that the lexer knows one by one, the problem is found at the second.
    let from = |start: usize| {
        let rest = text.get(start..)?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        HABITS.iter().find(|(word, _)| {
            rest.strip_prefix(word)
                .is_some_and(|after| !word.ends_with(|c: char| c.is_ascii_alphabetic()) || !after.starts_with(is_word))
        })
    };
    let both = at.checked_sub(1).and_then(|start| Some((start, from(start).filter(|(word, _)| is_double(word))?)));
    let Some((start, (word, help))) = both.or_else(|| Some((at, from(at)?))) else { return problem };
    let (word, help) = match *word {
        // `r = a if c else b`.
        "if" if problem.message.starts_with("expected `;`") => (word, &"write `r = if c then a else b`"),
        _ => (word, help),
    };
    let is_step = matches!(*word, "trap" | "jump" | "return");
    if is_step && !problem.message.starts_with("expected an expression") {
        return problem;
    }
    let message = match *word {
        _ if is_step => format!("`{word}` within a choice: only values are chosen"),
        "if" if problem.message.starts_with("expected `;`") => "a choice begins with its condition".to_owned(),
        // After `jump` or `trap` it stands well.
        "if" if !problem.message.starts_with("expected an expression") => return problem,
        "if" => "`if` is no step".to_owned(),
        word => format!("a body has no `{word}`"),
    };
    Problem::new(problem.code, start..start + word.len(), message, *help).label("from another language")
}

/// Whether it is made of two symbols, each of which could stand alone.
fn is_double(word: &str) -> bool {
    matches!(word, "//" | "<>" | "<-" | "<<" | ">>" | "**" | "++" | "+=" | "-=" | "*=" | "||")
}
