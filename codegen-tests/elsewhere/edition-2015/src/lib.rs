//! Tests only: the macros in crates of the edition 2015, under other names.
