//! Types by name: the built-in ones and the unions that tables declare.

use super::report::Report;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic};
use crate::does::Cursor;
use crate::nearest::nearest;
use crate::rows::{Rows, TypeRow};
use crate::source::{Span, Text};
use opforge_core::{Kind, Type};
use std::collections::{BTreeMap, HashSet};

/// How many names a union may list.
const MAX_MEMBERS: usize = 64;

/// The types that a table may name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Types {
    /// The declared unions; `None` for one that is wrong, which was reported where it stands.
    declared: BTreeMap<String, Option<Type>>,
}

impl Types {
    /// Finds the type `name`, or says at `span` why there is no such type. `Err(None)`: reported elsewhere.
    pub(crate) fn find(&self, name: &str, span: Span) -> Result<Type, Option<Box<Diagnostic>>> {
        if let Some(ty) = Type::from_name(name) {
            return Ok(ty);
        }
        if let Some(declared) = self.declared.get(name) {
            return declared.ok_or(None);
        }
        if Type::PLANNED.contains(&name) {
            let diagnostic = Diagnostic::new(Code::NotYet, span, format!("type `{name}` is not there yet"))
                .label("planned for a later version")
                .help("write `Any`, or one of `Nil`, `Bool`, `Int`, `Float`, `Str`, `Num`");
            return Err(Some(Box::new(diagnostic)));
        }
        let known = Kind::ALL.iter().map(|kind| kind.name()).chain(["Any", "Num"]);
        let near = elsewhere(name).or_else(|| nearest(name, known.chain(self.declared.keys().map(String::as_str))));
        let diagnostic = Diagnostic::new(Code::UnknownType, span, format!("no type is called `{name}`"))
            .because([Cause::Unknown("type", name.to_owned())]);
        Err(Some(Box::new(match near {
            Some(near) => diagnostic.label("unknown type").help(format!("write `{near}`")).fix(span, near),
            None => diagnostic.label("unknown type").help(format!(
                "write `Any`, `Nil`, `Bool`, `Int`, `Float`, `Str` or `Num`, or declare it: \
                 `types: [Type(name: \"{name}\", is: \"Int | Float\")]`"
            )),
        })))
    }

    /// Like [`Types::find`]; reports what is wrong.
    pub(crate) fn resolve(&self, name: &str, span: Span, report: &mut Report) -> Option<Type> {
        match self.find(name, span) {
            Ok(ty) => Some(ty),
            Err(diagnostic) => {
                match diagnostic {
                    Some(diagnostic) => report.push(*diagnostic),
                    None => report.silent(),
                }
                None
            }
        }
    }
}

struct Union<'r> {
    row: &'r TypeRow,
    members: Vec<(String, Span)>,
}

/// Collects the unions of all families; those of a cycle are refused.
pub(crate) fn collect(rows: &Rows, report: &mut Report) -> Types {
    let mut types = Types::default();
    let mut waiting = Vec::new();
    for row in rows.families.iter().flat_map(|family| &family.types) {
        if Type::from_name(&row.name.value).is_some() {
            report.push(
                Diagnostic::new(Code::NameTwice, row.name.span, format!("type `{}` is built in", row.name.value))
                    .label("cannot be declared again")
                    .help(format!("give it another name, such as `{}Value`", row.name.value)),
            );
            continue;
        }
        match members(&row.is) {
            Ok(members) => waiting.push(Union { row, members }),
            Err(problem) => {
                report.push(*problem);
                types.declared.insert(row.name.value.clone(), None);
            }
        }
    }
    resolve_all(&mut types, waiting, report);
    types
}

/// Resolves unions whose members are all known until none is left, or only cycles are.
fn resolve_all(types: &mut Types, mut waiting: Vec<Union<'_>>, report: &mut Report) {
    let mut names: HashSet<String> = waiting.iter().map(|union| union.row.name.value.clone()).collect();
    loop {
        let before = waiting.len();
        // A chain that is written backwards would take a pass for each of its links.
        waiting.reverse();
        waiting.retain(|union| {
            if union.members.iter().any(|(name, _)| names.contains(name)) {
                return true;
            }
            let mut all = Some(Type::NEVER);
            for (name, span) in &union.members {
                let member = types.resolve(name, *span, report);
                all = all.zip(member).map(|(all, member)| all.union(member));
            }
            types.declared.insert(union.row.name.value.clone(), all);
            names.remove(&union.row.name.value);
            false
        });
        if waiting.is_empty() {
            return;
        }
        if waiting.len() == before {
            break;
        }
    }
    for union in &waiting {
        types.declared.insert(union.row.name.value.clone(), None);
        let of = union.members.iter().find(|(name, _)| waiting.iter().any(|other| other.row.name.value == *name));
        let Some((of, span)) = of else { continue };
        report.push(
            Diagnostic::new(Code::TypeCycle, *span, format!("type `{}` is made of itself", union.row.name.value))
                .label(format!("`{of}` needs `{}` in turn", union.row.name.value))
                .also(union.row.name.span, "declared here")
                .help("list built-in types instead: `is: \"Int | Float\"`"),
        );
    }
}

/// The names in `A | B | C`.
fn members(text: &Text) -> Result<Vec<(String, Span)>, Box<Diagnostic>> {
    const HELP: &str = "write a list of types: `is: \"Int | Float\"`";
    let read = || {
        let mut cursor = Cursor::new(&text.value, Code::StackSyntax)?;
        let mut members = Vec::new();
        loop {
            let name = cursor.name("a type", HELP)?;
            members.push((name.text, text.span_of(name.range)));
            if members.len() > MAX_MEMBERS || !cursor.eat("|") {
                break;
            }
        }
        let or = cursor.is_word("or") || cursor.is_symbol(",");
        cursor.finish(if or { "write `|` between types" } else { HELP })?;
        Ok(members)
    };
    read().map_err(|problem: crate::does::Problem| Box::new(problem.in_text(text)))
}

/// The type that other languages call so.
pub(super) fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "i32" => "I32",
        "f32" => "F32",
        "i8" | "i16" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" | "integer" | "long" => "Int",
        "f64" | "double" | "real" => "Float",
        "string" | "text" => "Str",
        "boolean" => "Bool",
        "number" => "Num",
        "null" | "none" | "void" | "unit" => "Nil",
        "object" | "value" | "dynamic" => "Any",
        _ => return None,
    })
}
