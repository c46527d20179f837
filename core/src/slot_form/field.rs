//! The fields of slot code: what stands in an instruction after its opcode, and where.

use crate::{Kind, OperandKind, Type};

/// What a field of slot code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A slot of the frame.
    Slot,
    /// The first of so many slots, one after the other.
    Slots(usize),
    /// The first of as many slots as the operand in that field counts.
    Group(usize),
    /// An int of 16 bits.
    Int16,
    /// The payload of a value of that kind.
    Number(Kind),
    /// An operand that is an index or a count.
    Operand(OperandKind),
    /// A place in the function: another word of the code.
    Target,
    /// A list of such places, which stands in the code after all instructions: its first word.
    Targets,
}

impl Field {
    /// How wide it is. **Units:** 16 bits.
    pub const fn width(self) -> usize {
        match self {
            Self::Number(_) => 4,
            Self::Target | Self::Targets => 2,
            Self::Slot | Self::Slots(_) | Self::Group(_) | Self::Int16 | Self::Operand(_) => 1,
        }
    }

    /// Whether it says where to jump to.
    pub const fn is_jump(self) -> bool {
        matches!(self, Self::Target | Self::Targets)
    }

    /// The type of the number that stands there; `None` if it is none.
    pub const fn number(self) -> Option<Type> {
        match self {
            Self::Int16 => Some(Type::INT),
            Self::Number(kind) => Some(Type::of(kind)),
            Self::Slot | Self::Slots(_) | Self::Group(_) | Self::Operand(_) | Self::Target | Self::Targets => None,
        }
    }

    /// Where each of `fields` begins if the first does at `first`. **Units:** 16 bits after the opcode.
    pub fn offsets(fields: &[Field], first: usize) -> impl Iterator<Item = usize> + '_ {
        fields.iter().scan(first, |next, field| {
            let start = *next;
            *next += field.width();
            Some(start)
        })
    }

    /// How long an instruction is whose fields are these, the first at `first`. **Units:** words of 64 bits.
    pub fn words(fields: &[Field], first: usize) -> usize {
        let widths: usize = fields.iter().map(|field| field.width()).sum();
        (1 + first + widths).div_ceil(4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_follow_each_other() {
        let fields = [Field::Slot, Field::Number(Kind::Int), Field::Target, Field::Int16];
        assert_eq!(Field::offsets(&fields, 0).collect::<Vec<_>>(), [0, 1, 5, 7]);
        assert_eq!(Field::offsets(&fields, 1).collect::<Vec<_>>(), [1, 2, 6, 8]);
        assert_eq!((Field::words(&fields, 0), Field::words(&fields[..3], 0), Field::words(&[], 0)), (3, 2, 1));
    }
}
