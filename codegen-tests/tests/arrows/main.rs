//! Imports go one way: between the packages, and between the rooms of each `src` whose order is stated.
//!
//! The rules stand in `docs/architecture.md` and nowhere else; [`page`] reads them. [`packages`] holds the manifests
//! against them. [`source`] reads the modules of a crate, [`mentions`] finds what each imports, [`resolve`] finds out where
//! that is defined, [`rooms`] holds it against the order. Tests may import what they like, and documentation may link to it.

mod page;
mod packages;
mod source;
mod mentions;
mod resolve;
mod rooms;
mod tests;

use page::Page;
use source::{Crate, Files};

/// Where the rules stand.
const PAGE: &str = "docs/architecture.md";

/// Something that breaks a rule, with the moves that would mend it.
type Complaint = String;

#[test]
fn imports_go_one_way() {
    let root = opforge_codegen_tests::workspace::root();
    let text = std::fs::read_to_string(root.join(PAGE)).expect("the page is there");
    let page = Page::parse(&text).unwrap_or_else(|problem| panic!("{PAGE}: {problem}"));
    let mut complaints = packages::check(&page, &packages::read(&root));
    let files = Files::read(&root, page.crates());
    for source in page.crates() {
        match Crate::read(source, &files) {
            Ok(tree) => complaints.extend(rooms::check(&page, &tree)),
            Err(problem) => complaints.push(problem),
        }
    }
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
}
