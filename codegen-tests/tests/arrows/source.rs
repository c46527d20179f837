//! The modules of a crate: what each defines, what names it gives to things from elsewhere, what it mentions.
//!
//! Test modules are left out: `#[cfg(test)]`, files named `tests.rs`, folders named `tests`.

use crate::Complaint;
use crate::mentions::{self, Mention};
use proc_macro2::TokenTree;
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::{Item, UseTree, Visibility};

/// A path by its segments.
pub(crate) type Names = Vec<String>;

/// The sources, by their path from the root of the workspace.
#[derive(Default)]
pub(crate) struct Files(pub(crate) BTreeMap<String, String>);

impl Files {
    pub(crate) fn read<'a>(root: &Path, folders: impl IntoIterator<Item = &'a str>) -> Files {
        let mut files = Files::default();
        let mut waiting: Vec<PathBuf> = folders.into_iter().map(|folder| root.join(folder)).collect();
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("readable").path();
                if path.is_dir() {
                    waiting.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(root).expect("it is in the workspace").display().to_string();
                    files.0.insert(name.replace('\\', "/"), std::fs::read_to_string(&path).expect("UTF-8"));
                }
            }
        }
        files
    }
}

/// A crate as the tree of its modules.
pub(crate) struct Crate {
    /// Its `src`, from the root of the workspace.
    pub(crate) folder: String,
    /// By their path from the root; the root has the empty path.
    pub(crate) modules: BTreeMap<Names, Module>,
}

/// A module that is not for tests.
#[derive(Default)]
pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) children: BTreeSet<String>,
    pub(crate) items: BTreeSet<String>,
    /// The names that `use` gives.
    pub(crate) aliases: BTreeMap<String, Alias>,
    /// What `use …::*` brings in; the path is what stands before the star.
    pub(crate) globs: Vec<Alias>,
    pub(crate) mentions: Vec<Mention>,
}

/// What a `use` refers to.
pub(crate) struct Alias {
    pub(crate) path: Names,
    /// Not for the module itself only.
    pub(crate) handed_on: bool,
}

impl Crate {
    /// Reads the modules under `folder`, beginning with `lib.rs` or `main.rs`.
    pub(crate) fn read(folder: &str, files: &Files) -> Result<Crate, Complaint> {
        let roots = [format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
        let root = roots.into_iter().find(|root| files.0.contains_key(root));
        let root = root.ok_or_else(|| format!("{}: there is no crate in `{folder}`", crate::PAGE))?;
        let mut reader = Reader { files, modules: BTreeMap::new(), exported: Vec::new(), own_names: BTreeSet::new() };
        reader.file(Vec::new(), &root, folder)?;
        let Reader { mut modules, exported, own_names, .. } = reader;
        let root = modules.entry(Vec::new()).or_default();
        for (name, path) in exported {
            root.aliases.insert(name, Alias { path, handed_on: true });
        }
        for module in modules.values_mut() {
            let paths = module.mentions.iter_mut().map(|mention| &mut mention.path);
            let aliases = module.aliases.values_mut().chain(&mut module.globs).map(|alias| &mut alias.path);
            for path in paths.chain(aliases) {
                if path.first().is_some_and(|first| own_names.contains(first)) {
                    path[0] = "crate".to_owned();
                }
            }
            let Module { children, mentions, .. } = module;
            let ours =
                |first: &String| children.contains(first) || ["crate", "self", "super"].contains(&first.as_str());
            mentions.retain(|mention| ours(&mention.path[0]));
        }
        Ok(Crate { folder: folder.to_owned(), modules })
    }
}

struct Reader<'a> {
    files: &'a Files,
    modules: BTreeMap<Names, Module>,
    /// Macros with `#[macro_export]`, which stand at the root whatever module defines them.
    exported: Vec<(String, Names)>,
    /// What `extern crate self as` calls the crate.
    own_names: BTreeSet<String>,
}

impl Reader<'_> {
    /// Reads the module that the file `file` holds; its children's files stand in `folder`.
    fn file(&mut self, path: Names, file: &str, folder: &str) -> Result<(), Complaint> {
        let text = self.files.0.get(file).ok_or_else(|| format!("{file}: there is no such file"))?;
        let parsed = syn::parse_file(text).map_err(|error| format!("{file}: {error}"))?;
        self.items(path, file, folder, &parsed.items)
    }

    fn items(&mut self, path: Names, file: &str, folder: &str, items: &[Item]) -> Result<(), Complaint> {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items.iter().filter(|item| !is_for_tests(item)) {
            match item {
                Item::Mod(inner) => {
                    let name = inner.ident.to_string();
                    let child = [path.clone(), vec![name.clone()]].concat();
                    let below = format!("{folder}/{name}");
                    match &inner.content {
                        Some((_, items)) => self.items(child, file, &below, items)?,
                        None if name == "tests" => continue,
                        None => {
                            let beside = format!("{below}.rs");
                            let beside =
                                if self.files.0.contains_key(&beside) { beside } else { format!("{below}/mod.rs") };
                            self.file(child, &beside, &below)?;
                        }
                    }
                    module.children.insert(name);
                    continue;
                }
                Item::Use(item) => {
                    let handed_on = !matches!(item.vis, Visibility::Inherited);
                    module.import(Vec::new(), &item.tree, handed_on);
                }
                Item::ExternCrate(item) => {
                    let (_, name) = item.rename.clone().unwrap_or_else(|| (Default::default(), item.ident.clone()));
                    if item.ident == "self" {
                        self.own_names.insert(name.to_string());
                    }
                }
                Item::Macro(item) if item.ident.is_some() => {
                    let name = item.ident.iter().map(ToString::to_string).collect::<String>();
                    if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                        self.exported.push((
                            name.clone(),
                            [vec!["crate".to_owned()], path.clone(), vec![name.clone()]].concat(),
                        ));
                    }
                    module.items.insert(name);
                }
                item => module.items.extend(name(item)),
            }
            mentions::find(item.to_token_stream(), &mut module.mentions);
        }
        self.modules.insert(path, module);
        Ok(())
    }
}

impl Module {
    /// Takes in what a `use` gives names to.
    fn import(&mut self, mut before: Names, tree: &UseTree, handed_on: bool) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(before, &path.tree, handed_on);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(before.clone(), tree, handed_on)),
            UseTree::Glob(_) => self.globs.push(Alias { path: before, handed_on }),
            UseTree::Name(leaf) => {
                let path = mentions::leaf(before, &leaf.ident);
                self.aliases.extend(path.last().cloned().map(|name| (name, Alias { path, handed_on })));
            }
            UseTree::Rename(leaf) => {
                let path = mentions::leaf(before, &leaf.ident);
                self.aliases.insert(leaf.rename.to_string(), Alias { path, handed_on });
            }
        }
    }
}

fn name(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::TraitAlias(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}

/// If it has the attribute `#[cfg(test)]`, alone or among others in `all`.
fn is_for_tests(item: &Item) -> bool {
    let mut tokens = item.to_token_stream().into_iter();
    while let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(attribute))) = (tokens.next(), tokens.next()) {
        let text: String = attribute.stream().to_string().split_whitespace().collect();
        if hash.as_char() == '#' && (text == "cfg(test)" || text.starts_with("cfg(all(test,")) {
            return true;
        }
    }
    false
}
