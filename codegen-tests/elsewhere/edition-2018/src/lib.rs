//! Tests only: the macros in crates of the edition 2018, under other names.
