//! A table while it is written: rows as fields, and what other rooms must know of them.

use opforge::{OperandKind, Type};
use std::fmt::Write;

/// A table while it is written.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub doc: String,
    /// Families and rows of them that are left out.
    pub include: Vec<&'static str>,
    /// Rows that are left out.
    pub without: Vec<String>,
    /// Name and number of each trap.
    pub traps: Vec<(String, u16)>,
    /// What is said of each trap.
    pub trap_docs: Vec<String>,
    /// Name and members of each union.
    pub types: Vec<(String, Type)>,
    /// The primitives of its own.
    pub primitives: Vec<OwnPrimitive>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether it gets fusions.
    pub is_fused: bool,
    /// How many of the last of them stand in a family of their own.
    pub apart: usize,
    /// Its fusions, as RON.
    pub fusions: Vec<String>,
    /// Whether it gets rewrites.
    pub is_rewritten: bool,
    /// Its rewrites, as RON.
    pub rewrites: Vec<String>,
}

/// A primitive that a table declares, and the function that it names.
#[derive(Clone, Debug)]
pub struct OwnPrimitive {
    /// Its name.
    pub name: String,
    /// The name of its function.
    pub function: String,
    /// What it takes; an operand kind where it takes an operand.
    pub params: Vec<OwnParam>,
    /// What it returns.
    pub result: Option<Type>,
    /// The fields that follow its signature.
    pub effects: String,
    /// The body of its function; the parameters are `p0`, `p1`, ….
    pub body: String,
    /// Whether the body is an expression of the table instead, over the same names.
    pub is_defined: bool,
    /// Whether its function takes the context.
    pub context: bool,
    /// Whether its function gives a `Result`.
    pub fallible: bool,
}

/// A parameter of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnParam {
    /// A value.
    Value(Type),
    /// A group of values.
    Group,
    /// An operand.
    Operand(OperandKind),
}

/// One popped value, or a group.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// The type that its row declares.
    pub ty: Type,
    /// The operand that counts its values.
    pub count: Option<usize>,
}

/// A row of `ops`.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its opcode.
    pub code: u16,
    /// Names and kinds of its operands.
    pub operands: Vec<(String, OperandKind)>,
    /// What it pops.
    pub inputs: Vec<Input>,
    /// Names and types of what it pushes.
    pub outputs: Vec<(String, Type)>,
    /// Shapes of exits, by operand.
    pub exits: Vec<(usize, Vec<String>)>,
    /// Its documentation.
    pub doc: String,
    /// The fields of its body.
    pub body: String,
    /// Other fields.
    pub fields: Vec<String>,
    /// Its examples; without any, it is excused.
    pub examples: Vec<String>,
    /// How control leaves it.
    pub leaves: Leaves,
}

/// How control leaves a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// At the next instruction, always.
    Straight,
    /// Through a target or a list of them, perhaps.
    Jumps,
    /// Out of the function, or by raising.
    Ends,
    /// Into a function.
    Enters,
    /// At the next instruction; its body is the handler of that name.
    Handler(String),
}

impl Draft {
    /// The name of a type, if the table has one.
    pub fn type_name(&self, ty: Type) -> String {
        let own = self.types.iter().find(|(_, known)| *known == ty).map(|(name, _)| name.clone());
        own.unwrap_or_else(|| ty.to_string())
    }

    /// The table as text; `functions` is the path of the module that holds its functions.
    pub fn ron(&self, functions: &str) -> String {
        let mut text = String::new();
        let mut line = |line: String| {
            text.push_str(&line);
            text.push('\n');
        };
        line("#![enable(implicit_some)]\nTable(".to_owned());
        line(format!("    name: {}, version: 1, doc: {},", quoted(&self.name), quoted(&self.doc)));
        let include: Vec<String> = self.include.iter().map(|family| format!("\"std:{family}\"")).collect();
        let without: Vec<String> = self.without.iter().map(|name| quoted(name)).collect();
        line(format!("    include: [{}], without: [{}],", include.join(", "), without.join(", ")));
        line("    traps: [".to_owned());
        for ((name, code), doc) in self.traps.iter().zip(&self.trap_docs) {
            line(format!("        Trap(name: {}, code: {code}, doc: {}),", quoted(name), quoted(doc)));
        }
        line("    ],\n    types: [".to_owned());
        for (name, ty) in &self.types {
            let members: Vec<&str> = ty.kinds().map(|kind| kind.name()).collect();
            line(format!("        Type(name: {}, is: {}),", quoted(name), quoted(&members.join(" | "))));
        }
        line("    ],\n    primitives: [".to_owned());
        for primitive in &self.primitives {
            line(format!("        {},", primitive.ron(self, functions)));
        }
        line("    ],\n    ops: [".to_owned());
        let (own, apart) = self.rows.split_at(self.rows.len() - self.apart);
        for row in own {
            line(format!("        {},", row.ron(self)));
        }
        if !apart.is_empty() {
            line(format!("    ],\n    families: [Family(name: \"apart\", doc: {}, ops: [", quoted(&self.doc)));
            for row in apart {
                line(format!("        {},", row.ron(self)));
            }
            line("    ])".to_owned());
        }
        line("    ],\n    fusions: [".to_owned());
        for fusion in &self.fusions {
            line(format!("        {fusion},"));
        }
        line("    ],\n    rewrites: [".to_owned());
        for rewrite in &self.rewrites {
            line(format!("        {rewrite},"));
        }
        line("    ],\n)".to_owned());
        text
    }
}

impl OwnPrimitive {
    fn ron(&self, draft: &Draft, functions: &str) -> String {
        let params: Vec<String> = self
            .params
            .iter()
            .enumerate()
            .map(|(number, param)| match param {
                OwnParam::Value(ty) if self.is_defined => format!("p{number}: {}", draft.type_name(*ty)),
                OwnParam::Value(ty) => draft.type_name(*ty),
                OwnParam::Group => "values: [Any]".to_owned(),
                OwnParam::Operand(kind) => format!("operand: {}", kind.name()),
            })
            .collect();
        let result = self.result.map(|ty| draft.type_name(ty)).unwrap_or_default();
        let sig = quoted(&format!("{} -> {result}", params.join(", ")));
        let name = quoted(&self.name);
        if self.is_defined {
            return format!("Prim(name: {name}, sig: {sig}, is: {})", quoted(&self.body));
        }
        let rust = quoted(&format!("{functions}::{}", self.function));
        format!("Prim(name: {name}, sig: {sig}, rust: {rust}{})", self.effects)
    }
}

impl Row {
    fn ron(&self, draft: &Draft) -> String {
        let mut text = format!("Op(name: {}, code: 0x{:02x}, ", quoted(&self.name), self.code);
        if !self.operands.is_empty() {
            let operands: Vec<String> =
                self.operands.iter().map(|(name, kind)| format!("{name}: {}", kind.name())).collect();
            // Writing to a `String` cannot fail.
            let _ = write!(text, "args: {}, ", quoted(&operands.join(", ")));
        }
        let _ = write!(text, "stack: {}, doc: {},\n           ", quoted(&self.stack(draft)), quoted(&self.doc));
        let fields = [self.body.clone()].into_iter().chain(self.fields.iter().cloned());
        fields.filter(|field| !field.is_empty()).for_each(|field| {
            let _ = write!(text, "{field}, ");
        });
        if self.examples.is_empty() {
            text.push_str("no_examples: \"made by chance\")");
        } else {
            let examples: Vec<String> = self.examples.iter().map(|example| quoted(example)).collect();
            let _ = write!(text, "\n           examples: [{}])", examples.join(", "));
        }
        text
    }

    fn stack(&self, draft: &Draft) -> String {
        let typed = |name: &str, ty: Type| match ty {
            Type::ANY => name.to_owned(),
            ty => format!("{name}: {}", draft.type_name(ty)),
        };
        let inputs: Vec<String> = self
            .inputs
            .iter()
            .map(|input| match input.count {
                Some(count) => {
                    format!("{}: [{}; {}]", input.name, draft.type_name(input.ty), self.operands[count].0)
                }
                None => typed(&input.name, input.ty),
            })
            .collect();
        let outputs: Vec<String> = self.outputs.iter().map(|(name, ty)| typed(name, *ty)).collect();
        let mut text = format!("{} -> {}", inputs.join(", "), outputs.join(", "));
        for (operand, outputs) in &self.exits {
            let _ = write!(text, " | {}: {}", self.operands[*operand].0, outputs.join(", "));
        }
        text
    }
}

/// A text in RON.
pub fn quoted(text: &str) -> String {
    format!("{text:?}")
}
