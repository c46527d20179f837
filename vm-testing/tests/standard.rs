//! The standard set does what its table says.

opforge_testing::check!(opforge::standard::Isa);
