//! What a primitive may do with the machine, as types: its [`Context`](crate::Context) has a method only if its row in the
//! table declares the effect that the method has.
//!
//! ```
//! use opforge::{Context, TrapCode, effects::Output};
//!
//! // Prim(name: "dice.show", sig: "Int -> ", rust: "crate::show",
//! //      effects: [Output, Traps("NoOutput"), Traps("OutputFailed")], phrase: "writes {0} as pips"),
//! fn show(context: &mut Context<'_, impl Output>, pips: i64) -> Result<(), TrapCode> {
//!     context.write_output(&"*".repeat(pips.clamp(0, 6) as usize))
//! }
//! ```
//!
//! Several are written `impl ReadsLocals + Output`. The table's generated code has a type for each list of effects that it
//! declares, and calls the function with it: one that wants more does not compile.

/// A trait for each effect.
macro_rules! effects {
    ($($(#[doc = $doc:literal])* $name:ident, $missing:literal;)*) => {
        $(
            $(#[doc = $doc])*
            #[diagnostic::on_unimplemented(
                message = $missing,
                label = "wants more than its row in the table declares",
                note = "add the effect to `effects` of its `Prim` in the table, or do without it in the function"
            )]
            pub trait $name {}

            impl $name for All {}
        )*

        #[cfg(test)]
        const TRAITS: &[&str] = &[$(stringify!($name)),*];
    };
}

/// Every effect: what the machine itself runs on.
#[doc(hidden)]
#[derive(Debug)]
pub enum All {}

effects! {
    /// Looks at constants of the module, or at the characters of texts.
    ReadsConstants, "a primitive does `ReadsConstants` without declaring it";
    /// Makes a text.
    Allocates, "a primitive does `Allocates` without declaring it";
    /// Reads a local.
    ReadsLocals, "a primitive does `ReadsLocals` without declaring it";
    /// Writes a local.
    WritesLocals, "a primitive does `WritesLocals` without declaring it";
    /// Reads a global.
    ReadsGlobals, "a primitive does `ReadsGlobals` without declaring it";
    /// Writes a global.
    WritesGlobals, "a primitive does `WritesGlobals` without declaring it";
    /// Opens a scope of named variables, which only the standard primitive `scope.open` does.
    OpensScope, "a primitive does `OpensScope` without declaring it";
    /// Closes the innermost scope of named variables, which only the standard primitive `scope.close` does.
    ClosesScope, "a primitive does `ClosesScope` without declaring it";
    /// Reads from the host's input, which only the standard primitive `input.read_line` does.
    Input, "a primitive does `Input` without declaring it";
    /// Writes to the host's output.
    Output, "a primitive does `Output` without declaring it";
}

#[cfg(test)]
mod tests {
    use super::TRAITS;
    use opforge_core::Effect;

    #[test]
    fn every_effect_has_its_trait() {
        assert_eq!(TRAITS, Effect::ALL.map(Effect::name));
    }
}
