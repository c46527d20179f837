//! What holds for the products of every table.

use opforge_codegen::{Emitter, expand, manual};
use opforge_spec::model::InstructionSet;

/// Operand and input names that are keywords of Rust or names that the generated code uses, and a row that Rust calls
/// `move`.
const AWKWARD: &str = r#"
#![enable(implicit_some)]
Table(
    name: "awkward", version: 1,
    ops: [
        Op(name: "Move", code: 0xe0, args: "mut: Local, type: Local", stack: " -> ",
           doc: "Copies a local.",
           does: "local.set(type, local.get(mut))",
           no_examples: "about names"),
        Op(name: "Keep", code: 0xe1, args: "context: Target, code: Count8", stack: "handlers, inputs: [Any; code], rest -> handlers",
           doc: "Writes values, and jumps when the last is true.",
           does: "output.write(inputs); jump context if truthy(rest)",
           no_examples: "about names"),
        Op(name: "Far", code: 0xf800, args: "float_text: Float, read_int: I16", stack: " -> outputs, formatter",
           doc: "Pushes two numbers.",
           does: "outputs = float_text; formatter = read_int",
           examples: ["1.5 -3 => 1.5 -3"]),
    ],
)
"#;

#[track_caller]
fn table(text: &str) -> InstructionSet {
    opforge_spec::check_str("awkward.ron", text).unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)))
}

fn tables() -> [InstructionSet; 2] {
    [opforge_spec::standard(), table(AWKWARD)]
}

fn is_text(emitter: Emitter) -> bool {
    matches!(emitter, Emitter::Manual | Emitter::Listing | Emitter::Json)
}

#[test]
fn every_product_of_the_standard_set_has_something_in_it() {
    let set = opforge_spec::standard();
    for emitter in Emitter::ALL.into_iter().filter(|emitter| *emitter != Emitter::Handlers) {
        assert!(!expand(&set, emitter).trim().is_empty(), "{}", emitter.name());
    }
}

#[test]
fn code_is_a_rust_file_and_formatted() {
    for set in tables() {
        for emitter in Emitter::ALL.into_iter().filter(|emitter| !is_text(*emitter)) {
            let text = expand(&set, emitter);
            let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}\n{text}", emitter.name()));
            assert_eq!(prettyplease::unparse(&file), text, "{}", emitter.name());
        }
    }
}

#[test]
fn the_same_table_gives_the_same_bytes() {
    for emitter in Emitter::ALL {
        assert_eq!(expand(&table(AWKWARD), emitter), expand(&table(AWKWARD), emitter), "{}", emitter.name());
        let (first, second) = (opforge_spec::standard(), opforge_spec::standard());
        assert_eq!(expand(&first, emitter), expand(&second, emitter), "{}", emitter.name());
    }
}

#[test]
fn opcodes_ascend() {
    for set in tables() {
        let file = syn::parse_file(&expand(&set, Emitter::Opcode)).unwrap();
        let variants = file.items.iter().find_map(|item| match item {
            syn::Item::Enum(item) => Some(&item.variants),
            _ => None,
        });
        let codes: Vec<u16> = variants
            .unwrap()
            .iter()
            .map(|variant| match &variant.discriminant {
                Some((_, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(code), .. }))) => {
                    code.base10_parse().unwrap()
                }
                other => panic!("no number but {}", other.is_some()),
            })
            .collect();
        assert_eq!(codes.len(), set.instructions().len());
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    }
}

#[test]
fn engine_functions_stand_in_opcode_order() {
    let set = opforge_spec::standard();
    let text = expand(&set, Emitter::Engine);
    let places: Vec<usize> =
        set.instructions().iter().map(|row| text.find(&format!("/// `{}`:", row.name)).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn what_is_matched_has_a_name() {
    let by_number = |line: &&str| {
        let line = line.trim_start().trim_start_matches('(');
        line.contains(" => ") && line.starts_with(|digit: char| digit.is_ascii_digit())
    };
    for set in tables() {
        let text = expand(&set, Emitter::Fast);
        assert_eq!(text.lines().filter(by_number).collect::<Vec<_>>(), [""; 0]);
    }
}

/// Functions of traits are documented where the trait is.
#[test]
fn every_function_says_what_it_is_for() {
    fn bare(items: &[syn::Item], found: &mut Vec<String>) {
        let has_docs = |attributes: &[syn::Attribute]| attributes.iter().any(|one| one.path().is_ident("doc"));
        for item in items {
            match item {
                syn::Item::Fn(item) => {
                    if !has_docs(&item.attrs) {
                        found.push(item.sig.ident.to_string());
                    }
                    let inner = item.block.stmts.iter().filter_map(|statement| match statement {
                        syn::Stmt::Item(item) => Some(item.clone()),
                        _ => None,
                    });
                    bare(&inner.collect::<Vec<_>>(), found);
                }
                syn::Item::Mod(item) => bare(item.content.as_ref().map_or(&[][..], |(_, items)| items), found),
                syn::Item::Impl(item) if item.trait_.is_none() => {
                    found.extend(item.items.iter().filter_map(|item| match item {
                        syn::ImplItem::Fn(item) if !has_docs(&item.attrs) => Some(item.sig.ident.to_string()),
                        _ => None,
                    }));
                }
                syn::Item::Trait(item) => {
                    found.extend(item.items.iter().filter_map(|item| match item {
                        syn::TraitItem::Fn(item) if !has_docs(&item.attrs) => Some(item.sig.ident.to_string()),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
    }
    for set in tables() {
        let mut found = Vec::new();
        for emitter in Emitter::ALL.into_iter().filter(|emitter| !is_text(*emitter)) {
            bare(&syn::parse_file(&expand(&set, emitter)).expect("it is Rust").items, &mut found);
        }
        assert_eq!(found, [""; 0]);
    }
}

#[test]
fn the_body_of_a_case_stands_once_in_the_fast_engine() {
    let set = table(
        r#"
Table(name: "once", version: 1, ops: [
    Op(name: "Plus", code: 0xe0, stack: "a, b -> r", doc: "Adds.",
       cases: ["Int, Int => r = int.add_wrap(a, b)", "Float, Float => r = float.add(a, b)", "Bool, Bool => r = bool.and(a, b)"],
       examples: ["1 2 => 3", "0.5 0.5 => 1.0", "true true => true", "nil nil => trap TypeMismatch"]),
])"#,
    );
    let text = expand(&set, Emitter::Fast);
    for body in ["int::add_wrap(", "float::add(", "logic::and("] {
        assert_eq!(text.matches(body).count(), 1, "{body}\n{text}");
    }
}

#[test]
fn awkward_names_do_not_meet_the_names_of_the_code() {
    let set = table(AWKWARD);
    let op = expand(&set, Emitter::Op);
    assert!(op.contains("r#type: u16"), "{op}");
    assert!(op.contains("r#mut: u16"), "{op}");
    let engine = expand(&set, Emitter::Engine);
    assert!(engine.contains("pub(super) fn r#move("), "{engine}");
    assert!(engine.contains("context_: u32"), "{engine}");
    assert!(
        engine.contains("::opforge::primitives::output::write(\n")
            && engine.contains("            inputs_,\n        )?;"),
        "{engine}"
    );
}

#[test]
fn emitters_have_names_of_their_own() {
    for emitter in Emitter::ALL {
        assert_eq!(Emitter::from_name(emitter.name()), Some(emitter));
    }
    assert_eq!(Emitter::from_name("nothing"), None);
}

#[test]
fn the_manual_has_an_entry_for_every_instruction() {
    for set in tables() {
        let pages = manual::pages(&set);
        assert_eq!(pages[0].0, "README.md");
        for row in set.instructions() {
            let heading = format!("\n## {}\n", row.name);
            assert_eq!(pages.iter().filter(|(_, text)| text.contains(&heading)).count(), 1, "{}", row.name);
        }
    }
}

#[test]
fn the_listing_has_a_line_for_every_instruction() {
    for set in tables() {
        let listing = expand(&set, Emitter::Listing);
        assert_eq!(listing.lines().count(), set.instructions().len() + 2, "{listing}");
    }
}

#[test]
fn the_json_has_every_instruction() {
    for set in tables() {
        let json: serde_json::Value = serde_json::from_str(&expand(&set, Emitter::Json)).unwrap();
        assert_eq!(json["instructions"].as_array().unwrap().len(), set.instructions().len());
    }
}
