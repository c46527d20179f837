//! Lists of the model.

use std::borrow::Cow;

/// A list of the model: owned while a table is read, borrowed in generated code.
pub type List<T> = Cow<'static, [T]>;
