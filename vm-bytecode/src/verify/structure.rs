//! The rules about a module's names and tables, before any code is looked at.

use super::error::{Rule, VerifyError};
use crate::metadata::Table;
use crate::module::{Function, MAX_SLOT_NAMES, MAX_TARGET_LISTS, Module, NAMEABLE};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The longest code of a function, its lists of targets included, so that positions in its slot code fit 32 bits. **Units:** bytes.
const MAX_CODE_BYTES: usize = 1 << 25;

/// Everything that is wrong with the module outside of its code.
pub(super) fn check(module: &Module, table: &Table) -> Vec<VerifyError> {
    let mut errors = Vec::new();
    let mut add = |function: Option<&Function>, rule| {
        errors.push(VerifyError {
            function: function.map(|function| function.name.clone()),
            pc: None,
            source: None,
            rule,
        });
    };
    if (module.table_name.as_str(), module.table_hash) != (table.name, table.hash) {
        let expected = format!("`{}` ({:#018x})", table.name, table.hash);
        let found = format!("`{}` ({:#018x})", module.table_name, module.table_hash);
        add(None, Rule::Table { expected, found });
    }
    let counts = [
        ("constants", module.constants.len(), NAMEABLE),
        ("globals", module.globals.len(), NAMEABLE),
        ("imports and functions", module.callable_count(), NAMEABLE),
        ("files", module.files.len(), NAMEABLE),
        ("slots in all functions", module.functions.iter().map(Function::slot_count).sum(), MAX_SLOT_NAMES),
        (
            "lists of targets in all functions",
            module.functions.iter().map(|function| function.target_lists.len()).sum(),
            MAX_TARGET_LISTS,
        ),
    ];
    for (what, found, most) in counts {
        if found > most {
            add(None, Rule::Count { what, found, most });
        }
    }
    distinct("constants", module.constants.iter(), &mut |rule| add(None, rule));
    distinct("files", module.files.iter(), &mut |rule| add(None, rule));
    let imports = module.imports.iter().map(|import| &import.name);
    let functions = module.functions.iter().map(|function| &function.name);
    names(imports.chain(&module.globals).chain(functions), &mut |rule| add(None, rule));
    for function in &module.functions {
        names(function.params.iter().chain(&function.locals), &mut |rule| add(Some(function), rule));
        let (found, most) = (function.code_bytes(), MAX_CODE_BYTES);
        if found > most {
            add(Some(function), Rule::Count { what: "bytes of code", found, most });
        }
    }
    errors
}

fn distinct<T: Eq + Hash>(what: &'static str, items: impl Iterator<Item = T>, add: &mut impl FnMut(Rule)) {
    let mut seen = HashMap::new();
    for (second, item) in items.enumerate() {
        let first = *seen.entry(item).or_insert(second);
        if first < second {
            return add(Rule::Repeated { what, first, second });
        }
    }
}

fn names<'a>(names: impl Iterator<Item = &'a String>, add: &mut impl FnMut(Rule)) {
    let mut seen = HashSet::new();
    for name in names {
        if !is_name(name) {
            add(Rule::NameForm { name: name.clone() });
        } else if !seen.insert(name) {
            add(Rule::UniqueNames { name: name.clone() });
        }
    }
}

/// Whether assembly can write the name.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}
