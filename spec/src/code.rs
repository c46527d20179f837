//! The error codes of tables: number, title and explanation of each.
//!
//! A code is a row of the table below and a file `code/E….md` beside this one, which `opforge explain E…` prints. The
//! tests want a fixture `tests/fixtures/E…_slug.ron` for each.

use std::fmt;
use std::str::FromStr;

macro_rules! codes {
    ($($number:ident $name:ident $title:literal)*) => {
        /// Which check found something wrong.
        ///
        /// Codes keep their number and meaning from version to version; new ones are added.
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", stringify!($number), "`: ", $title, ".")] $name,)*
        }

        impl Code {
            /// Every code, by number.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// Its number, such as `E0104`.
            pub const fn number(self) -> &'static str {
                match self {
                    $(Code::$name => stringify!($number),)*
                }
            }

            /// What it is about, in a few words; lower case, no full stop.
            pub const fn title(self) -> &'static str {
                match self {
                    $(Code::$name => $title,)*
                }
            }

            /// What is wrong and how to mend it, in Markdown, with a wrong and a right example.
            pub const fn explanation(self) -> &'static str {
                match self {
                    $(Code::$name => include_str!(concat!("code/", stringify!($number), ".md")),)*
                }
            }
        }
    };
}

// E01xx reading RON and fields · E02xx includes, names, opcodes, families · E03xx stack effects and operands ·
// E04xx the `does` language · E05xx bodies · E06xx examples.
codes! {
    E0101 Syntax            "text that is not RON"
    E0102 Unclosed          "a bracket, text or comment that is not closed"
    E0103 TooDeep           "brackets nested too deeply"
    E0104 UnknownField      "a field that this kind of row does not have"
    E0105 DuplicateField    "a field written twice"
    E0106 MissingField      "a field that must be there"
    E0107 WrongShape        "a value of another shape than its field wants"
    E0108 BadLiteral        "a number, text or bool that cannot be read"
    E0109 WrongRow          "another kind of row than belongs here"
    E0201 UnreadableFile    "a file that cannot be read"
    E0202 UnknownFamily     "a `std:` family that does not exist"
    E0203 IncludeCycle      "files that include each other"
    E0204 NotUtf8           "a file that is not UTF-8"
    E0205 FileTooLarge      "a file that is too large"
    E0206 IncludeTooDeep    "includes nested too deeply"
    E0207 NoFilesHere       "an included file where there is no folder to find it in"
    E0208 DuplicateFamily   "two families of the same name"
    E0209 DuplicateCode     "two instructions with the same opcode"
    E0210 CodeOutsideFamily "an opcode outside its family's range"
    E0211 CodeNotAllowed    "an opcode that a table may not use"
    E0212 DuplicateName     "a name that is declared twice"
    E0213 BadName           "a name that cannot be used"
    E0214 DuplicateTrap     "two traps of the same name or number"
    E0215 TrapCodeNotAllowed "a trap number that a table may not use"
    E0216 UnknownIncluded   "a name that nothing included has"
    E0217 BadCodeRange      "a family's range that holds no usable opcode"
    E0218 NoInstructions    "a table without instructions"
    E0219 HotAndCold        "something declared both hot and cold"
    E0220 UnknownTemplate   "a template that is not declared"
    E0221 TemplateArguments "parameters and arguments of a template that do not fit"
    E0222 IdleTemplate      "a template that no row uses"
    E0301 OperandSyntax     "operands that cannot be read"
    E0302 UnknownKind       "an operand of an unknown kind"
    E0303 NameTwice         "a name used twice in one row"
    E0304 UnusedOperand     "an operand that nothing uses"
    E0305 StackSyntax       "a stack effect that cannot be read"
    E0306 UnknownType       "a type that does not exist"
    E0307 BadGroup          "a group of values that cannot be"
    E0308 BadExit           "a stack effect for an exit that is not there"
    E0309 NotYet            "something that is not there yet"
    E0310 TooMany           "more of something than there may be"
    E0311 TypeCycle         "types that are made of each other"
    E0312 BadPrimitive      "a primitive that cannot be"
    E0313 UnknownEffect     "an effect that does not exist"
    E0314 UnknownTrap       "a trap that does not exist"
    E0315 BadRole           "a role that a primitive cannot have"
    E0401 DoesSyntax        "a body that cannot be read"
    E0402 TooNested         "expressions nested too deeply"
    E0403 UnknownName       "a name that the row does not have"
    E0404 UnknownPrimitive  "a primitive that does not exist"
    E0405 ArgumentNumber    "too few or too many arguments"
    E0406 ArgumentType      "a value of another type than is wanted"
    E0407 AssignedTwice     "a name assigned twice"
    E0408 CannotAssign      "an assignment to an input or operand"
    E0409 UsedTooEarly      "a name used before it is assigned"
    E0410 OutputMissing     "a result that is not computed"
    E0411 UnusedValue       "a value that is computed and not used"
    E0412 UnusedInput       "a value that is popped and not used"
    E0413 UnreachableStep   "a step that can never run"
    E0414 BadEnter          "an `enter` that cannot be"
    E0415 ConditionType     "a condition that is not a bool"
    E0416 BadJump           "a jump through something that is no target"
    E0417 EffectBeforeTrap  "a change of state before something that may trap"
    E0418 ResultType        "a result of another type than declared"
    E0419 NoValue           "a call that returns no value, used as one"
    E0420 BadScope          "scopes that are not opened or closed alike on all paths"
    E0421 ChoiceWithEffect  "a part of a choice that does more than compute"
    E0501 BodyFields        "a row with more than one body"
    E0502 BadShuffle        "a row without a body that pushes more than its inputs"
    E0503 CaseSyntax        "a case that cannot be read"
    E0504 GuardNumber       "too few or too many guards"
    E0505 NeverMatches      "a case that can never match"
    E0506 ShadowedCase      "a case that earlier ones always take"
    E0507 OtherwiseNeverRuns "an `otherwise` that can never run"
    E0508 OtherwiseAlone    "an `otherwise` without cases"
    E0509 MissingEffects    "a handler that does not declare its effects"
    E0510 EffectNotAllowed  "an effect that the row may not declare"
    E0511 BadNativeClaim    "a claim about native code that does not hold"
    E0512 UnknownRow        "an instruction that does not exist"
    E0513 PartOperands      "a part with operands that do not fit"
    E0514 SeqStack          "a sequence with another stack effect than declared"
    E0515 BadPart           "an instruction that cannot be a part here"
    E0516 SeqCycle          "sequences that are made of each other"
    E0517 BadFuel           "a fuel charge that cannot be"
    E0518 BadConstForm      "a constant form that cannot be"
    E0519 BadPattern        "a pattern that cannot be"
    E0520 DuplicatePattern  "two fusions of the same pattern"
    E0521 BadRewrite        "a rewrite that cannot be"
    E0522 TooManyHot        "more that is declared hot than fits"
    E0523 NotEqual          "a rewrite whose sides differ"
    E0524 NotLower          "a rewrite that does not lower the measure"
    E0525 NotComparable     "a rewrite that cannot be tried"
    E0526 NothingToTry      "a `when` that no value fits"
    E0527 NotFusible        "a fusion that is no instruction"
    E0528 TrapsLate         "a rewrite whose rows trap too late"
    E0529 NeverRewritten    "a rewrite that no code is ever rewritten by"
    E0601 ExampleSyntax     "an example that cannot be read"
    E0602 ExampleValues     "an example with too few, too many or unfit values"
    E0603 ExampleOutcome    "an outcome that the row cannot have"
    E0604 WrongExample      "an example that does not give what it says"
    E0605 MissingExamples   "a row without the examples it needs"
    E0606 ExamplesExcused   "examples, and an excuse for having none"
    E0607 UnknownFixture    "a fixture function that does not exist"
    E0608 BadFixture        "assembly of fixtures that names what is not there"
    E0609 NotShown          "something that a row does and no example shows"
}

/// Writes its number.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

/// What was given is not the number of a [`Code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode(pub String);

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (Code::ALL[0], Code::ALL[Code::ALL.len() - 1]);
        write!(f, "no error has the code `{}`: codes are `{first}` to `{last}`", self.0)
    }
}

impl std::error::Error for UnknownCode {}

/// Reads a number such as `E0104`, `e0104` or `0104`.
impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let digits = text.strip_prefix(['E', 'e']).unwrap_or(text);
        Code::ALL.iter().copied().find(|code| code.number()[1..] == *digits).ok_or_else(|| UnknownCode(text.to_owned()))
    }
}
