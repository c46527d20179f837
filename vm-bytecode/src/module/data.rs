//! The parts of a module, as plain data.

use opforge_core::{Kind, Scalar};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A module that nothing has checked: only [`crate::verify`] makes something that can run of it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Module {
    /// Its name, for traces and messages.
    pub name: Option<String>,
    /// The name of the table that its code is written in.
    pub table_name: String,
    /// The hash of that table.
    pub table_hash: u64,
    /// Its constants.
    pub constants: Vec<Constant>,
    /// Functions of other modules or of the host. `Func` operands index these first.
    pub imports: Vec<Import>,
    /// The names of its globals, which start as nil.
    pub globals: Vec<String>,
    /// Its functions. `Func` operands index these after the imports.
    pub functions: Vec<Function>,
    /// The files that [`Line::file`] indexes.
    pub files: Vec<String>,
}

/// A constant. Two are equal when their stored forms are: floats by their bits.
#[derive(Clone, Debug)]
pub enum Constant {
    /// A scalar.
    Scalar(Scalar),
    /// A text, shared with whoever it is passed to.
    Text(Arc<str>),
}

/// A function that a module expects from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its name.
    pub name: String,
    /// How many values it takes.
    pub arity: u16,
}

/// A function of a module.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The names of its parameters: slots from 0.
    pub params: Vec<String>,
    /// The names of its other locals: the slots after the parameters; they start as nil.
    pub locals: Vec<String>,
    /// Its code, in stack form.
    pub code: Vec<u8>,
    /// The lists of targets that its code names, each by one instruction, in the order of the code. **Units:** bytes from
    /// the function's start.
    pub target_lists: Vec<Vec<u32>>,
    /// What its exception handlers guard: by start, the longer first.
    pub regions: Vec<Region>,
    /// Positions in the front end's source, by pc.
    pub lines: Vec<Line>,
}

/// A range of code whose traps and raised values go to a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The first guarded position. **Units:** bytes.
    pub start: u32,
    /// The first position that is guarded no more. **Units:** bytes.
    pub end: u32,
    /// Where the handler begins. **Units:** bytes.
    pub target: u32,
    /// How many values of the stack it keeps; the error goes on top.
    pub height: u32,
}

/// The code from `pc` up to the next line's comes from here. A line that says that this is not known from `pc` on is
/// [`Line::unknown`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it begins to hold. **Units:** bytes.
    pub pc: u32,
    /// Index in [`Module::files`].
    pub file: u32,
    /// Line number, from 1; 0 if the position is not known.
    pub line: u32,
}

impl Line {
    /// Says that the position of the code from `pc` on is not known.
    pub fn unknown(pc: u32) -> Self {
        Self { pc, file: 0, line: 0 }
    }

    /// Whether it says where the code comes from.
    pub fn is_known(self) -> bool {
        self.line > 0
    }

    /// Whether it says the same as `other`, wherever each begins.
    pub fn says_the_same(self, other: Self) -> bool {
        (self.file, self.line) == (other.file, other.line)
    }
}

impl Module {
    /// How many functions a `Func` operand can name: imports and the module's own.
    pub fn callable_count(&self) -> usize {
        self.imports.len() + self.functions.len()
    }

    /// Name and arity of what the `Func` operand `index` names.
    pub fn callable(&self, index: usize) -> Option<(&str, usize)> {
        match self.imports.get(index) {
            Some(import) => Some((&import.name, usize::from(import.arity))),
            None => {
                let function = self.functions.get(index - self.imports.len())?;
                Some((&function.name, function.params.len()))
            }
        }
    }

    /// File and line of the source for the position `pc` of `function`, if the module says.
    pub fn source_line(&self, function: usize, pc: u32) -> Option<(&str, u32)> {
        self.source_of(self.functions.get(function)?, pc)
    }

    /// File and line of the source for the position `pc` of a function of this module.
    pub(crate) fn source_of(&self, function: &Function, pc: u32) -> Option<(&str, u32)> {
        let after = function.lines.partition_point(|line| line.pc <= pc);
        let line = function.lines.get(after.checked_sub(1)?).filter(|line| line.is_known())?;
        Some((self.files.get(line.file as usize)?, line.line))
    }
}

impl Function {
    /// How many slots its parameters and locals take.
    pub fn slot_count(&self) -> usize {
        self.params.len() + self.locals.len()
    }

    /// How many bytes its code and its lists of targets take together.
    pub fn code_bytes(&self) -> usize {
        self.code.len() + self.target_lists.iter().map(|list| size_of_val(list.as_slice())).sum::<usize>()
    }

    /// The name of slot `index`: parameters, then locals.
    pub fn slot_name(&self, index: usize) -> Option<&str> {
        self.params.iter().chain(&self.locals).nth(index).map(String::as_str)
    }
}

/// What makes two constants the same, as a key.
#[derive(PartialEq, Eq, Hash)]
enum ConstantKey<'c> {
    Scalar(Kind, u64),
    Text(&'c str),
}

impl<'c> ConstantKey<'c> {
    fn of(constant: &'c Constant) -> Self {
        match constant {
            Constant::Text(text) => Self::Text(text),
            Constant::Scalar(scalar) => Self::Scalar(scalar.kind(), scalar.payload()),
        }
    }
}

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        ConstantKey::of(self) == ConstantKey::of(other)
    }
}

impl Hash for Constant {
    fn hash<H: Hasher>(&self, state: &mut H) {
        ConstantKey::of(self).hash(state);
    }
}

impl Eq for Constant {}

/// Writes the constant as assembly does: texts quoted.
impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(scalar) => scalar.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl From<Scalar> for Constant {
    fn from(value: Scalar) -> Self {
        Self::Scalar(value)
    }
}

impl From<&str> for Constant {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<String> for Constant {
    fn from(value: String) -> Self {
        Self::Text(value.into())
    }
}
