//! Values: what slots hold while a program runs, and what of them a host keeps.

mod counted;
mod host_text;
mod host_value;

pub use host_text::HostText;
pub use host_value::HostValue;

use opforge_bytecode::TrapCode;
use opforge_core::{Immediate, Kind, Scalar, each_kind};
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

/// A handle of a text: a constant of a module, or one that the program made or its host gave.
///
/// That of the latter is good for as long as a frame, a global or a scope holds it. Handlers that keep a text for later keep its
/// characters: once the instruction is done the handle may be of no text, or of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    module: u32,
    constant: u32,
}

/// What each kind of value is made of and read by: see [`Kind::rust`].
macro_rules! values_of_each_kind {
    (
        immediate {
            $(
                $(#[$doc:meta])*
                $name:ident = $tag:literal, $rust:ident, $ty:ident, $new:ident $as:ident $to:ident, $noun:literal
                $(, $from:ident)?;
            )*
        }
        heap {
            $(
                $(#[$heap_doc:meta])*
                $heap:ident = $heap_tag:literal, $heap_rust:ident, $heap_ty:ident,
                $heap_new:ident $heap_as:ident $heap_to:ident, $heap_noun:literal;
            )*
        }
    ) => {
        /// A value by its kind.
        #[derive(Clone, Copy, Debug)]
        pub enum Unpacked {
            /// The absence of a value.
            Nil,
            $($(#[$doc])* $name($rust),)*
            $($(#[$heap_doc])* $heap($heap_rust),)*
            /// An object of the heap. No value is one yet.
            Heap(Object),
        }

        impl Value {
            $(values_of_each_kind!(@functions $name $rust, $new $as $to, $noun);)*
            $(values_of_each_kind!(@functions $heap $heap_rust, $heap_new $heap_as $heap_to, $heap_noun);)*

            /// The value by its kind.
            #[inline(always)]
            pub fn unpack(self) -> Unpacked {
                match self.kind() {
                    Kind::Nil => Unpacked::Nil,
                    $(Kind::$name => Unpacked::$name(<$rust>::from_own(self.payload)),)*
                    $(Kind::$heap => Unpacked::$heap(<$heap_rust>::from_own(self.payload)),)*
                }
            }

            /// The value as a scalar; `None` for what refers to something.
            pub fn scalar(self) -> Option<Scalar> {
                Some(match self.unpack() {
                    Unpacked::Nil => Scalar::Nil,
                    $(Unpacked::$name(value) => Scalar::$name(value),)*
                    $(Unpacked::$heap(_) => return None,)*
                    Unpacked::Heap(_) => return None,
                })
            }
        }

        $($(impl $from<$rust> for Value {
            fn from(value: $rust) -> Self {
                Self::$new(value)
            }
        })?)*

        $(impl From<$heap_rust> for Value {
            fn from(value: $heap_rust) -> Self {
                Self::$heap_new(value)
            }
        })*
    };
    (@functions $name:ident $rust:ident, $new:ident $as:ident $to:ident, $noun:literal) => {
        #[doc = concat!("A value that is a ", $noun, ".")]
        #[inline(always)]
        pub fn $new(value: $rust) -> Self {
            Self::pack(Kind::$name, value.payload())
        }

        #[doc = concat!("The ", $noun, ", if it is one.")]
        #[inline(always)]
        pub fn $as(self) -> Option<$rust> {
            if self.tag == Kind::$name as u64 { Some(<$rust>::from_own(self.payload)) } else { None }
        }

        #[doc = concat!("The ", $noun, ".")]
        ///
        /// # Errors
        #[doc = concat!("[`TrapCode::TYPE_MISMATCH`] if it is no ", $noun, ".")]
        #[inline(always)]
        pub fn $to(self) -> Result<$rust, TrapCode> {
            match self.unpack() {
                Unpacked::$name(value) => Ok(value),
                _ => Err(TrapCode::TYPE_MISMATCH),
            }
        }
    };
}

each_kind!(values_of_each_kind);

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
    /// The module index of texts that are kept in the heap of a machine.
    pub(crate) const HEAP: u32 = u32::MAX;

    pub(crate) const fn new(module: u32, constant: u32) -> Self {
        Self { module, constant }
    }

    pub(crate) const fn module(self) -> u32 {
        self.module
    }

    pub(crate) const fn constant(self) -> u32 {
        self.constant
    }

    const fn payload(self) -> u64 {
        ((self.module as u64) << 32) | self.constant as u64
    }

    const fn from_own(payload: u64) -> Self {
        Self::new((payload >> 32) as u32, payload as u32)
    }
}

impl Value {
    /// Nil.
    pub const NIL: Self = Self::pack(Kind::Nil, 0);

    const fn pack(kind: Kind, payload: u64) -> Self {
        Self { tag: kind as u64, payload }
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
            Kind::Nil => Self::NIL,
            kind if kind.is_immediate() => Self { tag: kind as u64, payload: self.payload },
            _ => Self::NIL,
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

impl From<Scalar> for Value {
    fn from(value: Scalar) -> Self {
        Self::pack(value.kind(), value.payload())
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
