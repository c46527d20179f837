//! Values: what slots hold while a program runs, and what of them a host keeps.

mod host_value;

pub use host_value::HostValue;

use opforge_bytecode::TrapCode;
use opforge_core::{Kind, Scalar};
use std::fmt;

/// A value in a slot: 16 bytes, the tag a whole word whose upper bits are zero.
///
/// A text is only a handle; [`crate::Context::text`] returns its characters.
/// Two values are equal when a program could not tell them apart: all NaNs are
/// equal, `0.0` and `-0.0` are not, and texts are equal when they are the same constant.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub struct Value {
    tag: u64,
    payload: u64,
}

/// A handle of a text: a constant of a module, or an argument from the host.
///
/// That of an argument is good for as long as a frame, a global or a scope holds it. Handlers that keep a text for later keep its
/// characters: when another run starts the handle may be of no text, or of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    module: u32,
    constant: u32,
}

/// A value by its kind.
#[derive(Clone, Copy, Debug)]
pub enum Unpacked {
    /// The absence of a value.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit float.
    Float(f64),
    /// A text.
    Str(Text),
    /// An object of the heap. No value is one yet.
    Heap(Object),
}

/// A handle of an object of a machine's heap.
///
/// The kinds of objects come with the heap; until then no object exists and none can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Object {
    kind: Kind,
    address: u64,
}

impl Object {
    /// The kind of the object.
    pub const fn kind(self) -> Kind {
        self.kind
    }
}

/// A value as two words, in which calls pass it in registers. Only [`Value::split`] makes one.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Words(u64, u64);

impl Text {
    /// The module index of texts from the host.
    pub(crate) const HOST: u32 = u32::MAX;

    pub(crate) const fn new(module: u32, constant: u32) -> Self {
        Self { module, constant }
    }

    pub(crate) const fn module(self) -> u32 {
        self.module
    }

    pub(crate) const fn constant(self) -> u32 {
        self.constant
    }
}

impl Value {
    /// Nil.
    pub const NIL: Self = Self::pack(Kind::Nil, 0);

    const fn pack(kind: Kind, payload: u64) -> Self {
        Self { tag: kind as u64, payload }
    }

    /// A truth value.
    pub const fn bool(value: bool) -> Self {
        Self::pack(Kind::Bool, value as u64)
    }

    /// An integer.
    pub const fn int(value: i64) -> Self {
        Self::pack(Kind::Int, value as u64)
    }

    /// A float.
    pub const fn float(value: f64) -> Self {
        Self::pack(Kind::Float, value.to_bits())
    }

    /// A text.
    pub const fn text(value: Text) -> Self {
        Self::pack(Kind::Str, ((value.module as u64) << 32) | value.constant as u64)
    }

    /// The bool, if it is one.
    #[inline(always)]
    pub const fn as_bool(self) -> Option<bool> {
        if self.tag == Kind::Bool as u64 { Some(self.payload != 0) } else { None }
    }

    /// The integer, if it is one.
    #[inline(always)]
    pub const fn as_int(self) -> Option<i64> {
        if self.tag == Kind::Int as u64 { Some(self.payload as i64) } else { None }
    }

    /// The float, if it is one.
    #[inline(always)]
    pub const fn as_float(self) -> Option<f64> {
        if self.tag == Kind::Float as u64 { Some(f64::from_bits(self.payload)) } else { None }
    }

    /// The text, if it is one.
    #[inline(always)]
    pub const fn as_text(self) -> Option<Text> {
        if self.tag == Kind::Str as u64 {
            Some(Text::new((self.payload >> 32) as u32, self.payload as u32))
        } else {
            None
        }
    }

    /// The value as two words, which calls pass in registers.
    #[doc(hidden)]
    #[inline(always)]
    pub const fn split(self) -> Words {
        Words(self.tag, self.payload)
    }

    /// The value that was [`split`](Self::split).
    #[doc(hidden)]
    #[inline(always)]
    pub const fn join(words: Words) -> Self {
        Self { tag: words.0, payload: words.1 }
    }

    /// Reads a value as two words. A load of 16 bytes after two stores of 8 has to wait until they are in the cache.
    ///
    /// # Safety
    /// `from` points to a value.
    #[inline(always)]
    #[allow(unsafe_code, reason = "the caller's")]
    pub(crate) unsafe fn read(from: *const Self) -> Self {
        // SAFETY: the caller's.
        unsafe { Self { tag: (&raw const (*from).tag).read(), payload: (&raw const (*from).payload).read() } }
    }

    /// [`read`](Self::read), which the compiler does not replace by what was read before.
    ///
    /// # Safety
    /// As [`read`](Self::read).
    #[inline(always)]
    #[allow(unsafe_code, reason = "the caller's")]
    pub(crate) unsafe fn read_again(from: *const Self) -> Self {
        // SAFETY: the caller's.
        unsafe {
            Self {
                tag: (&raw const (*from).tag).read_volatile(),
                payload: (&raw const (*from).payload).read_volatile(),
            }
        }
    }

    /// Writes a value as two words: see [`read`](Self::read).
    ///
    /// # Safety
    /// `to` points to memory for a value.
    #[inline(always)]
    #[allow(unsafe_code, reason = "the caller's")]
    pub(crate) unsafe fn write(to: *mut Self, value: Self) {
        // SAFETY: the caller's.
        unsafe {
            (&raw mut (*to).tag).write(value.tag);
            (&raw mut (*to).payload).write(value.payload);
        }
    }

    /// Copies a value as two words, which the compiler would make one of.
    ///
    /// # Safety
    /// As [`read`](Self::read) and [`write`](Self::write).
    #[inline(always)]
    #[allow(unsafe_code, reason = "the caller's")]
    pub(crate) unsafe fn copy(from: *const Self, to: *mut Self) {
        // SAFETY: the caller's.
        unsafe {
            let tag = (&raw const (*from).tag).read_volatile();
            let payload = (&raw const (*from).payload).read_volatile();
            (&raw mut (*to).tag).write(tag);
            (&raw mut (*to).payload).write(payload);
        }
    }

    /// The scalar with that tag and payload, which are of one: slot code holds no others.
    #[inline(always)]
    pub(crate) const fn scalar_of(tag: u16, payload: u64) -> Self {
        Self { tag: tag as u64, payload }
    }

    /// The value with the tag of that kind, which it has already, so that the compiler knows. Of a kind whose payload could be
    /// any, or else it is nil.
    #[inline(always)]
    pub(crate) const fn taken_as(self, kind: Kind) -> Self {
        match kind {
            Kind::Bool | Kind::Int | Kind::Float => Self { tag: kind as u64, payload: self.payload },
            Kind::Nil | Kind::Str => Self::NIL,
        }
    }

    /// The kind of the value.
    #[inline(always)]
    pub const fn kind(self) -> Kind {
        match Kind::from_tag(self.tag) {
            Some(kind) => kind,
            // A value is made of a kind, of another value or of validated code.
            None => panic!("the tag of a value is that of a kind"),
        }
    }

    /// The value by its kind.
    #[inline(always)]
    pub const fn unpack(self) -> Unpacked {
        match self.kind() {
            Kind::Nil => Unpacked::Nil,
            Kind::Bool => Unpacked::Bool(self.payload != 0),
            Kind::Int => Unpacked::Int(self.payload as i64),
            Kind::Float => Unpacked::Float(f64::from_bits(self.payload)),
            Kind::Str => Unpacked::Str(Text::new((self.payload >> 32) as u32, self.payload as u32)),
        }
    }

    /// The value as a scalar; `None` for a text or an object.
    pub const fn scalar(self) -> Option<Scalar> {
        Some(match self.unpack() {
            Unpacked::Nil => Scalar::Nil,
            Unpacked::Bool(value) => Scalar::Bool(value),
            Unpacked::Int(value) => Scalar::Int(value),
            Unpacked::Float(value) => Scalar::Float(value),
            Unpacked::Str(_) | Unpacked::Heap(_) => return None,
        })
    }

    /// The truth value.
    ///
    /// # Errors
    /// [`TrapCode::TYPE_MISMATCH`] if it is no bool.
    pub const fn to_bool(self) -> Result<bool, TrapCode> {
        match self.unpack() {
            Unpacked::Bool(value) => Ok(value),
            _ => Err(TrapCode::TYPE_MISMATCH),
        }
    }

    /// The integer.
    ///
    /// # Errors
    /// [`TrapCode::TYPE_MISMATCH`] if it is no int.
    pub const fn to_int(self) -> Result<i64, TrapCode> {
        match self.unpack() {
            Unpacked::Int(value) => Ok(value),
            _ => Err(TrapCode::TYPE_MISMATCH),
        }
    }

    /// The float.
    ///
    /// # Errors
    /// [`TrapCode::TYPE_MISMATCH`] if it is no float.
    pub const fn to_float(self) -> Result<f64, TrapCode> {
        match self.unpack() {
            Unpacked::Float(value) => Ok(value),
            _ => Err(TrapCode::TYPE_MISMATCH),
        }
    }

    /// The text.
    ///
    /// # Errors
    /// [`TrapCode::TYPE_MISMATCH`] if it is no text.
    pub const fn to_text(self) -> Result<Text, TrapCode> {
        match self.unpack() {
            Unpacked::Str(value) => Ok(value),
            _ => Err(TrapCode::TYPE_MISMATCH),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self.scalar(), other.scalar()) {
            (Some(a), Some(b)) => a == b,
            (None, None) => self.payload == other.payload,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Default for Value {
    fn default() -> Self {
        Self::NIL
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.unpack().fmt(f)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::float(value)
    }
}

impl From<Text> for Value {
    fn from(value: Text) -> Self {
        Self::text(value)
    }
}

impl From<Scalar> for Value {
    fn from(value: Scalar) -> Self {
        match value {
            Scalar::Nil => Self::NIL,
            Scalar::Bool(value) => Self::bool(value),
            Scalar::Int(value) => Self::int(value),
            Scalar::Float(value) => Self::float(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_is_two_aligned_words() {
        assert_eq!(size_of::<Value>(), 16);
        assert_eq!(align_of::<Value>(), 16);
    }

    #[test]
    fn what_goes_in_comes_out() {
        for scalar in [
            Scalar::Nil,
            Scalar::Bool(true),
            Scalar::Bool(false),
            Scalar::Int(i64::MIN),
            Scalar::Int(-1),
            Scalar::Float(-0.0),
            Scalar::Float(f64::NAN),
        ] {
            assert_eq!(Value::from(scalar).scalar(), Some(scalar));
            assert_eq!(Value::from(scalar).kind(), scalar.kind());
        }
        let text = Text::new(7, u32::MAX);
        assert_eq!(Value::text(text).to_text(), Ok(text));
        assert_eq!(Value::text(text).scalar(), None);
        assert_eq!(Value::text(text).kind(), Kind::Str);
    }

    #[test]
    fn another_type_is_a_mismatch() {
        assert_eq!(Value::NIL.to_int(), Err(TrapCode::TYPE_MISMATCH));
        assert_eq!(Value::int(1).to_float(), Err(TrapCode::TYPE_MISMATCH));
        assert_eq!(Value::float(1.0).to_bool(), Err(TrapCode::TYPE_MISMATCH));
        assert_eq!(Value::bool(true).to_text(), Err(TrapCode::TYPE_MISMATCH));
    }

    #[test]
    fn equality_is_what_a_program_sees() {
        assert_eq!(Value::float(f64::NAN), Value::float(-f64::NAN));
        assert_ne!(Value::float(0.0), Value::float(-0.0));
        assert_ne!(Value::int(0), Value::bool(false));
        assert_ne!(Value::text(Text::new(0, 1)), Value::text(Text::new(1, 1)));
    }
}
