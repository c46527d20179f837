//! Bodies in, trees or complaints out.

use super::*;
use proptest::prelude::*;

/// A body as one line per step, calls and operators in prefix form.
fn print(steps: &[Step]) -> String {
    steps.iter().map(|step| print_step(&step.kind)).collect::<Vec<_>>().join("; ")
}

fn print_step(step: &StepKind) -> String {
    let when = |when: &Option<Condition>| match when {
        None => String::new(),
        Some(Condition { negated, value }) => {
            format!(" {} {}", if *negated { "unless" } else { "if" }, print_expr(value))
        }
    };
    match step {
        StepKind::Assign { name, value } => format!("{} = {}", name.text, print_expr(value)),
        StepKind::Call(call) => print_expr(call),
        StepKind::JumpAt { operand, index } => format!("jump {}[{}]", operand.text, print_expr(index)),
        StepKind::Jump { operand, when: condition } => format!("jump {}{}", operand.text, when(condition)),
        StepKind::Trap { trap, when: condition } => format!("trap {}{}", trap.text, when(condition)),
        StepKind::Return(None) => "return".to_owned(),
        StepKind::Return(Some(value)) => format!("return {}", print_expr(value)),
        StepKind::Raise(value) => format!("raise {}", print_expr(value)),
        StepKind::Enter { name, operand, group } => {
            let name = name.as_ref().map_or(String::new(), |name| format!("{} = ", name.text));
            format!("{name}enter {}({})", operand.text, group.text)
        }
    }
}

fn print_expr(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Literal(value) => value.to_string(),
        ExprKind::Call { primitive, arguments } => {
            let arguments: Vec<String> = arguments.iter().map(print_expr).collect();
            format!("{}({})", primitive.text, arguments.join(" "))
        }
        ExprKind::If { condition, then, otherwise } => {
            format!("(if {} {} {})", print_expr(condition), print_expr(then), print_expr(otherwise))
        }
        ExprKind::Infix { operator, left, right } => {
            format!("({} {} {})", operator.symbol, print_expr(left), print_expr(right))
        }
    }
}

fn parse(text: &str) -> Result<Vec<Step>, Problem> {
    Parser::new(text)?.steps()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let steps = parse(text).unwrap_or_else(|problem| panic!("{problem:?}"));
    assert_eq!(print(&steps), expected);
}

/// Expects a complaint of that code at the part of `text` between `«` and `»`.
#[track_caller]
fn check_wrong(marked: &str, code: Code, message: &str) {
    let start = marked.find('«').expect("a mark");
    let end = marked.find('»').expect("a mark") - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "");
    let problem = parse(&text).expect_err("an error");
    assert_eq!((problem.code, problem.message.as_str(), problem.range), (code, message, start..end));
    assert!(!problem.help.is_empty());
}

#[test]
fn steps_of_every_kind() {
    check("r = a", "r = a");
    check("local.set(slot, v);", "local.set(slot v)");
    check("jump target", "jump target");
    check("jump target unless truthy(c)", "jump target unless truthy(c)");
    check("jump cases[i - 1]; r = a", "jump cases[(- i 1)]; r = a");
    check("jump cases[if a then i else -1]", "jump cases[(if a i -1)]");
    check("trap DivisionByZero if b == 0; r = a", "trap DivisionByZero if (== b 0); r = a");
    check("return; return v", "return; return v");
    check("raise 5", "raise 5");
    check("r = enter f(argv)", "r = enter f(argv)");
    check("enter f(argv)", "enter f(argv)");
    check("", "");
}

#[test]
fn usual_precedence() {
    check("r = a + b * c - d", "r = (- (+ a (* b c)) d)");
    check("r = (a + b) * c / d", "r = (/ (* (+ a b) c) d)");
    check("r = a + 1 < b * 2", "r = (< (+ a 1) (* b 2))");
    check("r = f(a + 1, g())", "r = f((+ a 1) g())");
}

#[test]
fn literals() {
    check("r = f(true, false, nil)", "r = f(true false nil)");
    check("r = -9223372036854775808", "r = -9223372036854775808");
    check("r = 0x_ff + 0b101 - 1_000", "r = (- (+ 255 5) 1000)");
    check("r = f(2.5, 1e300, -0.0, 1.5e-3)", "r = f(2.5 1e300 -0.0 0.0015)");
    check("r = a - 1", "r = (- a 1)");
    check("r = a -1", "r = (- a 1)");
    check("r = a - -1", "r = (- a -1)");
}

#[test]
fn what_cannot_be_read_is_underlined() {
    check_wrong("r = a «b»", Code::DoesSyntax, "expected `;`, found `b`");
    check_wrong("r =«»", Code::DoesSyntax, "expected an expression, the text ends");
    check_wrong("r = f(a«;» b)", Code::DoesSyntax, "expected `,`, found `;`");
    check_wrong("r = a < b «<» c", Code::DoesSyntax, "expected one comparison, found `<`");
    check_wrong("r = «#»", Code::DoesSyntax, "a body has no `#`");
    check_wrong("r = «9223372036854775808»", Code::DoesSyntax, "an integer that does not fit in 64 bits");
    check_wrong("r = «12abc»", Code::DoesSyntax, "`12abc` is neither a number nor a name");
    check_wrong("r = «-»a", Code::DoesSyntax, "`-` before something that is no number");
    check_wrong("«a + b»", Code::DoesSyntax, "this is no step");
    check_wrong("jump «if» a", Code::DoesSyntax, "expected the operand to jump through, found `if`");
    check_wrong("jump cases[«]»", Code::DoesSyntax, "expected which of the targets to jump to, found `]`");
    check_wrong("jump cases[i«»", Code::DoesSyntax, "expected `]`, the text ends");
    check_wrong("jump cases[i] «if» a", Code::DoesSyntax, "a jump through a list has no condition");
    check_wrong("r = cases«[»i]", Code::DoesSyntax, "expected `;`, found `[`");
    check_wrong("m = «await» mailbox.take(ms)", Code::NotYet, "`await` is not there yet");
}

#[test]
fn nesting_is_limited() {
    let deep = |depth: usize| format!("r = {}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&deep(60)).is_ok());
    assert_eq!(parse(&deep(65)).expect_err("too deep").code, Code::TooNested);
    assert_eq!(parse(&deep(100_000)).expect_err("too deep").code, Code::TooNested);
    let calls = format!("r = {}a{}", "f(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(parse(&calls).expect_err("too deep").code, Code::TooNested);
    let sum = format!("r = a{}", " + a".repeat(100_000));
    assert_eq!(parse(&sum).expect_err("too deep").code, Code::TooNested);
}

#[test]
fn steps_are_limited() {
    assert_eq!(parse(&"return;".repeat(257)).expect_err("too many").code, Code::TooMany);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn any_likely_text_is_read_or_refused(text in "([a-c=+*/<>!().,;0-9 -]|\\[|\\]|jump |if |trap |enter |\"|@|é){0,40}") {
        match parse(&text) {
            Ok(_) => {}
            Err(problem) => {
                prop_assert!(problem.range.start <= problem.range.end && problem.range.end <= text.len());
                prop_assert!(text.is_char_boundary(problem.range.start) && text.is_char_boundary(problem.range.end));
            }
        }
    }
}
