//! The paths in an item, in `use` and anywhere else, macros included.

use crate::source::Names;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::{ItemUse, UseTree};

/// A path that stands in a module, of at least two segments.
pub(crate) struct Mention {
    /// Its segments; those of a `use` within braces are each of its own.
    pub(crate) path: Names,
    pub(crate) line: usize,
    pub(crate) in_use: bool,
    /// In a `pub use`, which hands it on.
    pub(crate) hands_on: bool,
}

impl Mention {
    /// How it reads.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", if self.in_use { "use " } else { "" }, self.path.join("::"))
    }
}

/// Adds the paths of the tokens of one item, which is no module.
pub(crate) fn find(tokens: TokenStream, found: &mut Vec<Mention>) {
    Walk { found, in_rules: false, depth: 0, hands_on: false }.tokens(&tokens.into_iter().collect::<Vec<_>>());
}

/// The path of a leaf of `use`, of which a last `self` is the path before it.
pub(crate) fn leaf(mut before: Names, name: &Ident) -> Names {
    if name != "self" || before.is_empty() {
        before.push(name.to_string());
    }
    before
}

struct Walk<'a> {
    found: &'a mut Vec<Mention>,
    /// In `macro_rules!`, where only `$crate` means this crate for certain.
    in_rules: bool,
    /// How many modules within the item, such as one in a function, this is in.
    depth: usize,
    hands_on: bool,
}

impl Walk<'_> {
    fn tokens(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let rest = &tokens[at..];
            match token {
                TokenTree::Ident(word) if word == "pub" => {
                    // `pub(in crate::here)` imports nothing.
                    at += usize::from(is_group(rest.first(), Delimiter::Parenthesis));
                    self.hands_on = matches!(tokens.get(at), Some(TokenTree::Ident(word)) if word == "use");
                }
                TokenTree::Ident(word) if word == "use" => {
                    at += self.import(word, rest);
                    self.hands_on = false;
                }
                TokenTree::Ident(word) if word == "macro_rules" && rest.len() >= 3 => {
                    self.in_rules = true;
                    self.tokens(&rest[2..3]);
                    self.in_rules = false;
                    at += 3;
                }
                TokenTree::Ident(word) if word == "mod" && is_group(rest.get(1), Delimiter::Brace) => {
                    self.depth += 1;
                    self.tokens(&rest[1..2]);
                    self.depth -= 1;
                    at += 2;
                }
                TokenTree::Ident(word) if !continues_path(&tokens[..at - 1]) => {
                    let ours = !self.in_rules || is_punct(tokens[..at - 1].last(), '$');
                    let mut path = vec![word.to_string()];
                    while is_colons(&tokens[at..])
                        && let Some(TokenTree::Ident(next)) = tokens.get(at + 2)
                    {
                        path.push(next.to_string());
                        at += 3;
                    }
                    if ours {
                        self.add(path, word, false);
                    }
                }
                TokenTree::Group(group) => self.tokens(&group.stream().into_iter().collect::<Vec<_>>()),
                _ => {}
            }
        }
    }

    /// Takes in the declaration whose tokens after `use` begin `rest`, and returns how many they are.
    fn import(&mut self, word: &Ident, rest: &[TokenTree]) -> usize {
        let Some(end) = rest.iter().position(|token| is_punct(Some(token), ';')) else { return 0 };
        let tokens = [TokenTree::Ident(word.clone())].into_iter().chain(rest[..=end].iter().cloned());
        // What does not parse is no declaration: `use<'a>` in a type.
        let Ok(item) = syn::parse2::<ItemUse>(tokens.collect()) else { return 0 };
        self.tree(Vec::new(), &item.tree);
        end + 1
    }

    fn tree(&mut self, mut before: Names, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(before, &path.tree);
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before.clone(), tree)),
            UseTree::Name(name) => self.add(leaf(before, &name.ident), &name.ident, true),
            UseTree::Rename(name) => self.add(leaf(before, &name.ident), &name.ident, true),
            UseTree::Glob(glob) => {
                before.push("*".to_owned());
                let line = glob.star_token.spans[0].start().line;
                self.found.push(Mention { path: before, line, in_use: true, hands_on: self.hands_on });
            }
        }
    }

    /// Adds a path, as it reads in the module that the item stands in.
    fn add(&mut self, mut path: Names, at: &Ident, in_use: bool) {
        let supers = path.iter().take_while(|segment| *segment == "super").count();
        if self.depth > 0 && path[0] != "crate" {
            if supers < self.depth {
                return;
            }
            path.splice(..self.depth, (supers == self.depth).then(|| "self".to_owned()));
        }
        if path.len() > 1 || in_use {
            let line = at.span().start().line;
            self.found.push(Mention { path, line, in_use, hands_on: in_use && self.hands_on });
        }
    }
}

fn is_punct(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    is_punct(tokens.first(), ':') && is_punct(tokens.get(1), ':')
}

fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// If what follows `before` is a later segment of a path that began there, as in `Vec::<u8>::new`.
fn continues_path(before: &[TokenTree]) -> bool {
    let [.., start, first, second] = before else { return false };
    is_punct(Some(first), ':')
        && is_punct(Some(second), ':')
        && (matches!(start, TokenTree::Ident(_)) || is_punct(Some(start), '>'))
}
