//! Random tables through the checker and the emitters: each is refused with a reason, or becomes Rust code.

use opforge_codegen::{Emitter, expand};
use opforge_codegen_tests::tables::random_table;
use std::collections::BTreeMap;

#[test]
fn tables_are_refused_or_become_code() {
    let count = std::env::var("OPFORGE_TABLES").ok().and_then(|count| count.parse().ok()).unwrap_or(100);
    let mut refusals: BTreeMap<String, u64> = BTreeMap::new();
    let mut accepted = 0;
    for seed in 0..count {
        match random_table(seed, "crate::functions") {
            Ok(table) => {
                accepted += 1;
                let text = expand(&table.set, Emitter::All);
                if let Err(error) = syn::parse_file(&text) {
                    panic!("seed {seed}: {error}\n{}", table.ron);
                }
            }
            Err(refused) => {
                for diagnostic in refused.diagnostics.list() {
                    let name =
                        std::env::var_os("OPFORGE_DETAILS").map(|_| diagnostic.message.as_str()).unwrap_or_default();
                    *refusals.entry(format!("{} {name}", diagnostic.code)).or_default() += 1;
                }
            }
        }
    }
    println!("{accepted} of {count} accepted\n{refusals:#?}");
    assert!(accepted * 10 > count * 8, "{accepted} of {count} accepted");
}
