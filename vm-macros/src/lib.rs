//! The procedural macros of `opforge`: a few lines around `opforge-codegen`.
//!
//! Users call them through the macros of `opforge` and `opforge-bytecode`, which say where these crates are found: only a
//! `macro_rules!` knows that, by its `$crate`.

mod input;

use input::{Declaration, Declarations};
use opforge_spec::model::InstructionSet;
use opforge_spec::{Diagnostics, Effort};
use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use syn::LitStr;

/// The items of `opforge::instruction_set!`, which calls it with its own path in brackets before what it was given.
#[proc_macro]
pub fn instruction_set(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_all(input, &Product { items: opforge_codegen::generate, about: "machine" })
}

/// Those of `opforge_bytecode::instruction_set!`: what a front end needs of a table, which runs nothing.
#[proc_macro]
pub fn codec(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand_all(input, &Product { items: opforge_codegen::generate_codec, about: "instruction set" })
}

/// What a macro makes of a table.
struct Product {
    items: fn(&InstructionSet) -> TokenStream,
    /// What a module is called that has no doc comment.
    about: &'static str,
}

fn expand_all(input: proc_macro::TokenStream, product: &Product) -> proc_macro::TokenStream {
    let expanded = syn::parse::<Declarations>(input).map(|Declarations { root, list }| {
        let modules = list.iter().map(|declaration| {
            if declaration.conditions.is_empty() {
                expand(declaration, product, &root)
            } else {
                expand_later(declaration, &root)
            }
        });
        modules.collect::<TokenStream>()
    });
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}

/// A declaration under a condition, as an invocation of the macro under it: only rustc knows whether the condition holds,
/// and if not, the table is not to be read.
fn expand_later(declaration: &Declaration, root: &TokenStream) -> TokenStream {
    let Declaration { conditions, attributes, visibility, name, path, .. } = declaration;
    quote! {
        #(#conditions)*
        #root::instruction_set! {
            #(#attributes)*
            #visibility mod #name = #path;
        }
    }
}

/// One module: the items, or the report of what is wrong and what stands for them.
fn expand(declaration: &Declaration, product: &Product, root: &TokenStream) -> TokenStream {
    let Declaration { attributes, visibility, name, path, doc, .. } = declaration;
    let (files, items) = items(path, product, root);
    let tracked = files.iter().filter_map(|file| tracked(file));
    let default = doc.then(|| {
        let doc = format!(" The {} of `{}`.", product.about, path.value());
        quote!(#[doc = #doc])
    });
    // A table is more than one program uses, and nothing in the code that it becomes is the user's to mend.
    quote! {
        #(#attributes)*
        #default
        #[allow(dead_code, unused_imports, clippy::all, rustdoc::all)]
        #visibility mod #name {
            #(#tracked)*
            #items
        }
    }
}

/// The files of a table, and what stands in its module.
fn items(path: &LitStr, product: &Product, root: &TokenStream) -> (Vec<PathBuf>, TokenStream) {
    let wrong = |message: String, handlers: BTreeSet<&str>| {
        let error = syn::Error::new(path.span(), message).to_compile_error();
        let items = opforge_codegen::stand_in(handlers);
        quote!(#error #items)
    };
    if let Some((message, help)) = opforge_spec::not_a_table(&path.value()) {
        return (Vec::new(), wrong(format!("{message}\n\nhelp: {help}"), BTreeSet::new()));
    }
    match read(&path.value()) {
        Ok(set) => {
            let items = located((product.items)(&set), Span::call_site().located_at(path.span()));
            (set.files().to_vec(), opforge_codegen::with_root(items, root))
        }
        Err(diagnostics) => {
            let message = format!("`{}` is not a correct table\n\n{}", path.value(), report(&diagnostics));
            (diagnostics.files(), wrong(message, diagnostics.handlers()))
        }
    }
}

/// `tokens` at `span`: an error in them, as of a function that a primitive names and that is not there, is shown at the table.
fn located(tokens: TokenStream, span: Span) -> TokenStream {
    let located = |mut token| {
        if let TokenTree::Group(group) = &mut token {
            *group = Group::new(group.delimiter(), located(group.stream(), span));
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(located).collect()
}

/// Rewrites are tried briefly: the macro runs at every build, unoptimized. `opforge spec check` and the table's tests try more.
fn read(path: &str) -> Result<InstructionSet, Diagnostics> {
    if path == "std:standard" {
        return opforge_spec::check_standard(Effort::Brief);
    }
    opforge_spec::check_file_with(&manifest().join(path), Effort::Brief)
}

/// The folder of the crate that is being compiled.
fn manifest() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default()
}

/// The rendered diagnostics, with files named as rustc names those of the crate: from where it runs, which for a package of a
/// workspace is the workspace's folder, so that a terminal there can open them.
fn report(diagnostics: &Diagnostics) -> String {
    let here = std::env::current_dir().ok().filter(|here| manifest().starts_with(here));
    let folder = format!("{}{}", here.unwrap_or_else(manifest).display(), std::path::MAIN_SEPARATOR);
    diagnostics.render(false).trim_end().replace(&folder, "")
}

/// An item that makes rustc rebuild the crate when the file changes.
fn tracked(file: &Path) -> Option<TokenStream> {
    let file = std::path::absolute(file).ok()?;
    let text = file.is_file().then(|| file.to_str().map(String::from)).flatten()?;
    Some(quote!(
        const _: &[u8] = ::core::include_bytes!(#text);
    ))
}
