//! Tokens of a body → its steps.
//!
//! `step = name = expr | call | jump T [cond] | jump L[expr] | trap X [cond] | return [expr] | raise expr | [name =] enter f(group)`,
//! separated by `;`, `cond = (if | unless) expr`. Expressions are names, literals, calls and infix operators.

use super::ast::{Condition, Expr, ExprKind, Infix, Name, Step, StepKind};
use super::cursor::{Cursor, Problem};
use super::habits::explain;
use super::lexer::Token;
use crate::code::Code;
use crate::nearest::is_near;

/// Words that cannot be names in a row.
pub(crate) const KEYWORDS: [&str; 19] = [
    "jump",
    "trap",
    "return",
    "raise",
    "enter",
    "await",
    "if",
    "unless",
    "then",
    "else",
    "when",
    "otherwise",
    "true",
    "false",
    "nil",
    "inf",
    "nan",
    "inf32",
    "nan32",
];

/// How deeply expressions may be nested.
const MAX_DEPTH: usize = 64;
/// How many steps a body may have.
const MAX_STEPS: usize = 256;

const STEP_HELP: &str = "a step is `name = expr`, `primitive(…)`, `jump target if …`, `jump cases[i]`, `trap Name if …`, \
                         `return expr`, `raise expr` or `name = enter f(group)`";
const EXPR_HELP: &str = "an expression is a name, a number, `primitive(a, b)`, `a + b` or `if c then a else b`";

/// Reads a body, or an expression, from a string.
#[derive(Debug)]
pub(crate) struct Parser {
    pub(crate) cursor: Cursor,
    text: String,
}

impl Parser {
    pub(crate) fn new(text: &str) -> Result<Self, Problem> {
        let cursor = Cursor::new(text, Code::DoesSyntax).map_err(|problem| explain(text, problem))?;
        Ok(Self { cursor, text: text.to_owned() })
    }

    /// All steps up to the end of the text.
    pub(crate) fn steps(&mut self) -> Result<Vec<Step>, Problem> {
        self.all_steps().map_err(|problem| explain(&self.text, problem))
    }

    fn all_steps(&mut self) -> Result<Vec<Step>, Problem> {
        let mut steps = Vec::new();
        while !self.cursor.is_at_end() {
            if steps.len() >= MAX_STEPS {
                let message = format!("a body has at most {MAX_STEPS} steps");
                let help = "move some steps into a primitive: `primitives: [Prim(name: \"my.part\", …)]`";
                return Err(Problem::new(Code::TooMany, self.cursor.range(), message, help));
            }
            steps.push(self.step()?);
            if !self.cursor.is_at_end() {
                let help = self.after_step(&steps);
                self.cursor.expect(";", &help)?;
            }
        }
        Ok(steps)
    }

    /// What to do about what stands behind a step that is no `;`.
    fn after_step(&self, steps: &[Step]) -> String {
        let before = steps.last().and_then(|step| self.text.get(step.range.clone())).unwrap_or_default();
        let word = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).next();
        let word = word.unwrap_or_default();
        match self.cursor.peek() {
            _ if word == "not" => "write `bool.not(x)`, where `x` is of type `Bool`".to_owned(),
            Some(Token::Symbol(")")) => "remove `)`, or open it before: `(`".to_owned(),
            Some(Token::Symbol("[" | "]")) => {
                "a body has no lists of values: name each as an input, such as `stack: \"a, b -> r\"`; of a list of targets \
                 one is jumped to: `jump cases[i]`"
                    .to_owned()
            }
            Some(Token::Symbol(",")) => "give each result a step of its own: `r = …; s = …`".to_owned(),
            Some(Token::Symbol("=")) => {
                "write `==` to compare; a step assigns to one name, and `return` gives a value".to_owned()
            }
            Some(Token::Word(_) | Token::Int(_) | Token::Float(_)) if word.contains('.') => {
                format!("write arguments in parentheses: `{word}(a, b)`")
            }
            Some(Token::Word(word)) if is_near(word, "if") || is_near(word, "unless") => {
                format!("write `{}`", if is_near(word, "if") { "if" } else { "unless" })
            }
            _ => "separate steps with `;`".to_owned(),
        }
    }

    /// One expression that ends with the text.
    pub(crate) fn only_expr(&mut self) -> Result<Expr, Problem> {
        let expr = self.expr(0).and_then(|expr| self.cursor.finish(EXPR_HELP).map(|()| expr));
        expr.map_err(|problem| explain(&self.text, problem))
    }

    fn step(&mut self) -> Result<Step, Problem> {
        let start = self.cursor.range().start;
        let kind = self.step_kind()?;
        Ok(Step { kind, range: start..self.cursor.last_end() })
    }

    fn step_kind(&mut self) -> Result<StepKind, Problem> {
        if self.cursor.eat_word("jump") {
            let operand =
                self.name("the operand to jump through", "write `jump target`, where `args` has `target: Target`")?;
            if self.cursor.eat("[") {
                return self.jump_at(operand);
            }
            return Ok(StepKind::Jump { operand, when: self.condition()? });
        }
        if self.cursor.eat_word("trap") {
            // In parentheses or quotes, as elsewhere.
            let written = self.text.get(self.cursor.range().start..).unwrap_or_default();
            let name: String = written
                .trim_start_matches(['(', '"', '\\', '\''])
                .chars()
                .take_while(|c| c.is_alphanumeric())
                .collect();
            let name = if name.is_empty() { "DivisionByZero".to_owned() } else { name };
            let trap = self.name("the name of a trap", &format!("write `trap {name}`"))?;
            return Ok(StepKind::Trap { trap, when: self.condition()? });
        }
        if self.cursor.eat_word("return") {
            let ends = self.cursor.is_at_end() || self.cursor.is_symbol(";");
            return Ok(StepKind::Return(if ends { None } else { Some(self.expr(0)?) }));
        }
        if self.cursor.eat_word("raise") {
            return Ok(StepKind::Raise(self.expr(0)?));
        }
        self.refuse_call()?;
        if self.cursor.is_word("enter") {
            return self.enter(None);
        }
        if matches!(self.cursor.peek(), Some(Token::Word(_))) && self.cursor.peek_second() == Some(&Token::Symbol("="))
        {
            let name = self.name("a name", STEP_HELP)?;
            self.cursor.advance();
            if self.cursor.is_word("await") {
                let help = "remove the step `… = await …`";
                return Err(Problem::new(Code::NotYet, self.cursor.range(), "`await` is not there yet", help));
            }
            self.refuse_call()?;
            if self.cursor.is_word("enter") {
                return self.enter(Some(name));
            }
            return Ok(StepKind::Assign { name, value: self.expr(0)? });
        }
        let range = self.cursor.range();
        if !matches!(self.cursor.peek(), Some(Token::Word(_))) {
            let help = if self.cursor.is_symbol(";") { "remove this `;`" } else { STEP_HELP };
            return Err(self.cursor.unexpected("a step", help));
        }
        if let (Some(Token::Word(name)), Some(Token::Symbol(":" | "=="))) =
            (self.cursor.peek(), self.cursor.peek_second())
        {
            let help = format!("write `{name} = …`");
            let problem = Problem::new(Code::DoesSyntax, range, "this is no assignment", help);
            return Err(problem.label("not followed by `=`"));
        }
        let expr = self.expr(0)?;
        match expr.kind {
            ExprKind::Call { .. } => Ok(StepKind::Call(expr)),
            _ => Err(Problem::new(Code::DoesSyntax, range.start..expr.range.end, "this is no step", STEP_HELP)
                .label("computes something and does nothing with it")),
        }
    }

    /// What follows `jump cases[`.
    fn jump_at(&mut self, operand: Name) -> Result<StepKind, Problem> {
        let form = format!("write `jump {}[i]`, where `i` is an `Int`", operand.text);
        if self.cursor.is_symbol("]") {
            return Err(self.cursor.unexpected("which of the targets to jump to", &form));
        }
        let index = self.expr(0)?;
        self.cursor.expect("]", &form)?;
        if self.cursor.is_word("if") || self.cursor.is_word("unless") {
            let [name, given] = [&operand.text, self.text.get(index.range.clone()).unwrap_or("i")];
            let help = format!("choose an index that the list does not have: `jump {name}[if … then {given} else -1]`");
            let problem =
                Problem::new(Code::DoesSyntax, self.cursor.range(), "a jump through a list has no condition", help);
            return Err(problem.label("the index says whether it jumps"));
        }
        Ok(StepKind::JumpAt { operand, index })
    }

    /// `call f(…)`, for `enter f(…)`.
    fn refuse_call(&self) -> Result<(), Problem> {
        let names_one =
            matches!(self.cursor.peek_second(), Some(Token::Word(word)) if !KEYWORDS.contains(&word.as_str()));
        if !names_one || !self.cursor.is_word("call") {
            return Ok(());
        }
        let message = "functions are entered, not called";
        Err(Problem::new(Code::DoesSyntax, self.cursor.range(), message, "write `enter`").fix("enter"))
    }

    fn enter(&mut self, name: Option<Name>) -> Result<StepKind, Problem> {
        const HELP: &str = "write `r = enter f(argv)`, where `args` has `f: Func` and `stack` has `argv: [Any; argc]`";
        self.cursor.advance();
        let operand = self.name("the operand that names the function", HELP)?;
        self.cursor.expect("(", HELP)?;
        let group = self.name("the group of arguments", HELP)?;
        self.cursor.expect(")", HELP)?;
        Ok(StepKind::Enter { name, operand, group })
    }

    fn condition(&mut self) -> Result<Option<Condition>, Problem> {
        let negated = self.cursor.is_word("unless");
        if !negated && !self.cursor.is_word("if") {
            return Ok(None);
        }
        self.cursor.advance();
        Ok(Some(Condition { negated, value: self.expr(0)? }))
    }

    fn name(&mut self, what: &str, help: &str) -> Result<Name, Problem> {
        if matches!(self.cursor.peek(), Some(Token::Word(word)) if KEYWORDS.contains(&word.as_str())) {
            return Err(self.cursor.unexpected(what, help));
        }
        self.cursor.name(what, help)
    }

    fn expr(&mut self, nesting: usize) -> Result<Expr, Problem> {
        if self.cursor.is_word("if") {
            return self.conditional(nesting);
        }
        let left = self.sum(nesting)?;
        let Some(operator) = self.operator(0) else { return Ok(left) };
        let right = self.sum(nesting)?;
        let compared = self.infix(operator, left, right)?;
        if matches!(self.cursor.peek(), Some(Token::Symbol(symbol)) if Infix::find(symbol).is_some()) {
            return Err(self.cursor.unexpected("one comparison", "write `bool.and(a < b, b < c)`"));
        }
        Ok(compared)
    }

    /// `if condition then value else value`.
    fn conditional(&mut self, nesting: usize) -> Result<Expr, Problem> {
        let start = self.cursor.range().start;
        if nesting >= MAX_DEPTH {
            return Err(too_nested(start..self.cursor.range().end));
        }
        self.cursor.advance();
        let condition = self.expr(nesting + 1)?;
        self.part("then")?;
        let then = self.expr(nesting + 1)?;
        self.part("else")?;
        let otherwise = self.expr(nesting + 1)?;
        let depth = 1 + condition.depth.max(then.depth).max(otherwise.depth);
        let range = start..otherwise.range.end;
        let (condition, then, otherwise) = (Box::new(condition), Box::new(then), Box::new(otherwise));
        bounded(Expr { kind: ExprKind::If { condition, then, otherwise }, range, depth })
    }

    /// A word within a conditional.
    fn part(&mut self, word: &str) -> Result<(), Problem> {
        if !self.cursor.is_word(word) {
            return Err(self.cursor.unexpected(&format!("`{word}`"), "a choice is written `if c then a else b`"));
        }
        self.cursor.advance();
        Ok(())
    }

    fn sum(&mut self, nesting: usize) -> Result<Expr, Problem> {
        let mut left = self.product(nesting)?;
        while let Some(operator) = self.operator(1) {
            let right = self.product(nesting)?;
            left = self.infix(operator, left, right)?;
        }
        Ok(left)
    }

    fn product(&mut self, nesting: usize) -> Result<Expr, Problem> {
        let mut left = self.primary(nesting)?;
        while let Some(operator) = self.operator(2) {
            let right = self.primary(nesting)?;
            left = self.infix(operator, left, right)?;
        }
        Ok(left)
    }

    /// Takes an infix operator of that level, if one is next.
    fn operator(&mut self, level: usize) -> Option<&'static Infix> {
        let Some(Token::Symbol(symbol)) = self.cursor.peek() else { return None };
        let infix = Infix::find(symbol).filter(|infix| infix.level == level)?;
        self.cursor.advance();
        Some(infix)
    }

    fn infix(&self, operator: &'static Infix, left: Expr, right: Expr) -> Result<Expr, Problem> {
        let range = left.range.start..right.range.end;
        let depth = 1 + left.depth.max(right.depth);
        let kind = ExprKind::Infix { operator, left: Box::new(left), right: Box::new(right) };
        bounded(Expr { kind, range, depth })
    }

    fn primary(&mut self, nesting: usize) -> Result<Expr, Problem> {
        let start = self.cursor.range().start;
        if nesting >= MAX_DEPTH {
            return Err(too_nested(start..self.cursor.range().end));
        }
        if self.cursor.eat("(") {
            let inner = self.expr(nesting + 1)?;
            self.cursor.expect(")", "close the parenthesis with `)`")?;
            return Ok(Expr { range: start..self.cursor.last_end(), ..inner });
        }
        if let Some((scalar, range)) = self.cursor.scalar(true)? {
            return Ok(Expr { kind: ExprKind::Literal(scalar), range, depth: 1 });
        }
        if self.cursor.is_word("if") {
            let help = "put the choice in parentheses: `1 + (if c then a else b)`";
            return Err(Problem::new(
                Code::DoesSyntax,
                self.cursor.range(),
                "a choice within a sum or a product",
                help,
            ));
        }
        if self.cursor.is_symbol("-") {
            let help = "write `int.neg_wrap(a)` or `float.neg(a)`";
            return Err(Problem::new(
                Code::DoesSyntax,
                self.cursor.range(),
                "`-` before something that is no number",
                help,
            ));
        }
        if matches!(self.cursor.peek(), Some(Token::Text(_))) {
            let help = "take it from the module: `args: \"text: Const\"` and `const.load(text)`";
            return Err(Problem::new(Code::DoesSyntax, self.cursor.range(), "a body cannot hold a text", help));
        }
        let name = self.name("an expression", EXPR_HELP)?;
        if !self.cursor.eat("(") {
            return Ok(Expr { range: name.range, kind: ExprKind::Name(name.text), depth: 1 });
        }
        let arguments = self.arguments(nesting)?;
        let depth = 1 + arguments.iter().map(|argument| argument.depth).max().unwrap_or(0);
        let range = start..self.cursor.last_end();
        bounded(Expr { kind: ExprKind::Call { primitive: name, arguments }, range, depth })
    }

    /// The arguments after `(`, and the `)`.
    fn arguments(&mut self, nesting: usize) -> Result<Vec<Expr>, Problem> {
        let mut arguments = Vec::new();
        if self.cursor.eat(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expr(nesting + 1)?);
            if self.cursor.eat(")") {
                return Ok(arguments);
            }
            self.cursor.expect(",", "separate arguments with `,` and end them with `)`")?;
        }
    }
}

fn bounded(expr: Expr) -> Result<Expr, Problem> {
    if expr.depth > MAX_DEPTH { Err(too_nested(expr.range)) } else { Ok(expr) }
}

fn too_nested(range: std::ops::Range<usize>) -> Problem {
    let message = format!("expressions are nested more than {MAX_DEPTH} deep");
    Problem::new(Code::TooNested, range, message, "give an inner part a name: `part = …; r = int.add_wrap(part, 1)`")
}

#[cfg(test)]
mod tests;
