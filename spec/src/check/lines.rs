//! Lines that name an instruction and its operands: parts of a `seq`, of fusions and of rewrites.

use crate::code::Code;
use crate::does::{Cursor, Name, Problem, Token};
use crate::source::Text;
use opforge_core::Scalar;
use std::ops::Range;

const HELP: &str = "write an instruction and its operands, separated by spaces: `\"GetSlot slot\"` or `\"LoadInt 1\"`";

/// A line, as written.
pub(crate) enum Line {
    /// `@label` alone.
    Label(Name),
    /// `Instruction operand…`.
    Part { name: Name, operands: Vec<(Word, Range<usize>)> },
}

/// An operand, as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Word {
    Name(String),
    Literal(Scalar),
    Label(String),
}

/// Reads one line.
pub(crate) fn line(text: &Text) -> Result<Line, Problem> {
    let mut cursor = Cursor::new(&text.value, Code::BadPattern)?;
    if let Some(Token::At(label)) = cursor.peek() {
        let name = Name { text: label.clone(), range: cursor.range() };
        cursor.advance();
        cursor.finish("a label stands alone; write the instruction as the next text")?;
        return Ok(Line::Label(name));
    }
    let name = cursor.name("an instruction", HELP)?;
    let mut operands = Vec::new();
    while !cursor.is_at_end() {
        if let Some((scalar, range)) = cursor.scalar(true)? {
            operands.push((Word::Literal(scalar), range));
            continue;
        }
        let range = cursor.range();
        let word = match cursor.peek() {
            Some(Token::Word(word)) => Word::Name(word.clone()),
            Some(Token::At(label)) => Word::Label(label.clone()),
            Some(Token::Symbol("," | ";")) => {
                let apart: Vec<&str> = text.value.split([',', ';']).map(str::trim).collect();
                let help = format!("write each instruction as a text of its own: `\"{}\"`", apart.join("\", \""));
                return Err(cursor.unexpected("an operand", &help));
            }
            _ => return Err(cursor.unexpected("an operand", HELP)),
        };
        cursor.advance();
        operands.push((word, range));
    }
    Ok(Line::Part { name, operands })
}

/// The names of the rows that a sequence needs.
pub(crate) fn needs(list: &[Text]) -> Vec<String> {
    let names = list.iter().filter_map(|text| match line(text) {
        Ok(Line::Part { name, .. }) => Some(name.text),
        _ => None,
    });
    names.collect()
}
