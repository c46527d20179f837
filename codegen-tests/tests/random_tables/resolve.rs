//! Resolves the names of generated code, as far as the code resolves them itself: paths that begin with `::` are those of
//! other crates, and every other one must name what stands in the code, once.

mod bodies;

use std::collections::{BTreeMap, BTreeSet};
use syn::{Fields, ImplItem, Item, Signature, TraitItem, UseTree, Visibility};

/// What is wrong with the names of a file, in words.
pub(crate) fn problems(file: &syn::File) -> Vec<String> {
    let mut resolver = Resolver { modules: Vec::new(), problems: Vec::new() };
    let root = resolver.declare("the file", None, &file.items);
    resolver.items(root, &file.items);
    resolver.problems
}

/// A module: what it declares, by namespace.
#[derive(Default)]
struct Module {
    name: String,
    parent: Option<usize>,
    modules: BTreeMap<String, usize>,
    types: BTreeSet<String>,
    values: BTreeSet<String>,
    /// Values that a pattern of their name would mean.
    constants: BTreeSet<String>,
    /// What imports bring, in any namespace.
    imports: BTreeSet<String>,
}

struct Resolver {
    modules: Vec<Module>,
    problems: Vec<String>,
}

impl Resolver {
    /// Collects what the items declare; returns the module's index.
    fn declare(&mut self, name: &str, parent: Option<usize>, items: &[Item]) -> usize {
        let index = self.modules.len();
        self.modules.push(Module { name: name.to_owned(), parent, ..Module::default() });
        let mut inner = Vec::new();
        for item in items {
            let (name, value, constant) = match item {
                Item::Fn(item) => (&item.sig.ident, true, false),
                Item::Const(item) if item.ident == "_" => continue,
                Item::Const(item) => (&item.ident, true, true),
                Item::Static(item) => (&item.ident, true, true),
                Item::Struct(item) => {
                    if !matches!(item.fields, Fields::Named(_)) {
                        let name = item.ident.to_string();
                        self.modules[index].constants.insert(name.clone());
                        self.value(index, name);
                    }
                    (&item.ident, false, false)
                }
                Item::Enum(item) => (&item.ident, false, false),
                Item::Trait(item) => (&item.ident, false, false),
                Item::Type(item) => (&item.ident, false, false),
                Item::Mod(item) => {
                    inner.push(item);
                    (&item.ident, false, false)
                }
                Item::Use(item) => {
                    self.import(index, &item.tree);
                    continue;
                }
                Item::Impl(_) | Item::Macro(_) => continue,
                _ => {
                    self.problems.push("an item of a kind that is not looked at".to_owned());
                    continue;
                }
            };
            let name = name.to_string();
            if constant {
                self.modules[index].constants.insert(name.clone());
            }
            if value {
                self.value(index, name);
            } else if !self.modules[index].types.insert(name.clone()) {
                self.twice(index, &name);
            }
        }
        for item in inner {
            let (_, items) = item.content.as_ref().map_or((Default::default(), &[][..]), |(b, items)| (*b, items));
            let child = self.declare(&item.ident.to_string(), Some(index), items);
            self.modules[index].modules.insert(item.ident.to_string(), child);
        }
        index
    }

    fn value(&mut self, module: usize, name: String) {
        if !self.modules[module].values.insert(name.clone()) {
            self.twice(module, &name);
        }
    }

    fn twice(&mut self, module: usize, name: &str) {
        let place = self.modules[module].name.clone();
        self.problems.push(format!("`{name}` is declared twice in {place}"));
    }

    fn import(&mut self, module: usize, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => match &*path.tree {
                UseTree::Name(name) if name.ident == "self" => self.imported(module, path.ident.to_string()),
                UseTree::Group(group) => {
                    for tree in &group.items {
                        match tree {
                            UseTree::Name(name) if name.ident == "self" => {
                                self.imported(module, path.ident.to_string());
                            }
                            tree => self.import(module, tree),
                        }
                    }
                }
                tree => self.import(module, tree),
            },
            UseTree::Name(name) => self.imported(module, name.ident.to_string()),
            UseTree::Rename(rename) => self.imported(module, rename.rename.to_string()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(module, tree)),
            _ => self.problems.push("an import of everything".to_owned()),
        }
    }

    fn imported(&mut self, module: usize, name: String) {
        if !self.modules[module].imports.insert(name.clone()) {
            self.twice(module, &name);
        }
    }

    /// Looks at what stands in the items.
    fn items(&mut self, module: usize, items: &[Item]) {
        for item in items {
            match item {
                Item::Fn(item) => self.function(module, &item.sig, Some(&item.block), &[]),
                Item::Enum(item) => {
                    let place = format!("enum `{}`", item.ident);
                    self.different(&place, item.variants.iter().map(|variant| variant.ident.to_string()));
                    for variant in &item.variants {
                        self.fields(module, &format!("{place}, `{}`", variant.ident), &variant.fields, &[]);
                    }
                }
                Item::Struct(item) => {
                    let generics: Vec<String> =
                        item.generics.type_params().map(|param| param.ident.to_string()).collect();
                    self.fields(module, &format!("struct `{}`", item.ident), &item.fields, &generics);
                }
                Item::Trait(item) => {
                    let methods = item.items.iter().filter_map(|item| match item {
                        TraitItem::Fn(method) => Some(&method.sig),
                        _ => None,
                    });
                    let methods: Vec<&Signature> = methods.collect();
                    self.different(&format!("trait `{}`", item.ident), methods.iter().map(|sig| sig.ident.to_string()));
                    methods.into_iter().for_each(|sig| self.function(module, sig, None, &[]));
                }
                Item::Impl(item) => {
                    let generics: Vec<String> =
                        item.generics.type_params().map(|param| param.ident.to_string()).collect();
                    let names = item.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                        ImplItem::Const(constant) => Some(constant.ident.to_string()),
                        _ => None,
                    });
                    self.different("an impl", names);
                    for item in &item.items {
                        if let ImplItem::Fn(method) = item {
                            self.function(module, &method.sig, Some(&method.block), &generics);
                        }
                    }
                }
                Item::Const(item) => self.body(module, &item.expr),
                Item::Static(item) => self.body(module, &item.expr),
                Item::Mod(item) => {
                    let child = self.modules[module].modules.get(&item.ident.to_string()).copied();
                    if let (Some(child), Some((_, items))) = (child, &item.content) {
                        self.items(child, items);
                    }
                    if !matches!(item.vis, Visibility::Inherited) {
                        self.problems.push(format!("module `{}` is seen from outside", item.ident));
                    }
                }
                _ => {}
            }
        }
    }

    fn fields(&mut self, module: usize, place: &str, fields: &Fields, generics: &[String]) {
        self.different(place, fields.iter().filter_map(|field| Some(field.ident.as_ref()?.to_string())));
        fields.iter().for_each(|field| self.ty(module, &field.ty, generics));
    }

    fn different(&mut self, place: &str, names: impl Iterator<Item = String>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.clone()) {
                self.problems.push(format!("{place} has `{name}` twice"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::problems;

    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        let file = syn::parse_str(code).unwrap_or_else(|error| panic!("{code}: {error}"));
        assert_eq!(problems(&file), expected, "{code}");
    }

    #[test]
    fn names_that_stand_are_right() {
        check(
            "mod a { pub(super) fn b() {} } fn c(d: u8) -> u8 { let d = d + 1; self::a::b(); d } fn e() { c(1) }",
            &[],
        );
    }

    #[test]
    fn names_that_clash_or_do_not_stand_are_found() {
        check("fn a() {} fn a() {}", &["`a` is declared twice in the file"]);
        check("trait T { fn a(); fn a(); }", &["trait `T` has `a` twice"]);
        check("fn f(a: u8, a: u8) {}", &["variable `a` hides another in `f` of the file"]);
        check("fn f(a: u8) { let a = 1; }", &["variable `a` hides another in `f` of the file"]);
        check("static S: u8 = 1; fn f(S: u8) {}", &["variable `S` has the name of a constant in `f` of the file"]);
        check("fn g() {} fn f(g: u8) { g(g) }", &["a call of the variable `g` in `f` of the file"]);
        check("mod m {} fn f() { self::m::g() }", &["`self :: m :: g` names nothing in `f` of the file"]);
        check("fn f() { Some(1) }", &["`Some` names nothing in `f` of the file"]);
        check("fn f(a: Vec<u8>) {}", &["`Vec < u8 >` names nothing in `a type` of the file"]);
        check("fn f() { write!() }", &["macro `write` without an absolute path in `f` of the file"]);
    }
}
