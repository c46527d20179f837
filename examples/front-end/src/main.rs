//! A front end, without a machine: compiles an expression to a module and writes its file.
//!
//! `cargo run -p front-end -- '3 * (4 + 0.5)' answer.fzb` writes the module; `opforge run answer.fzb` prints `13.5`.

#![forbid(unsafe_code)]

use opforge_bytecode::{FunctionBuilder, ModuleBuilder, Verified};
use standard::{Build, Isa};
use std::error::Error;

opforge_bytecode::instruction_set! {
    /// The standard set: its ops, codec, builder and metadata.
    pub mod standard = "std:standard";
}

/// How deep parentheses may nest.
const MAX_NESTING: u32 = 200;

/// A recursive-descent parser that emits as it reads.
struct Compiler<'a> {
    rest: &'a str,
    nesting: u32,
    code: FunctionBuilder<Isa>,
}

impl Compiler<'_> {
    /// `term (+|- term)*`
    fn sum(&mut self) -> Result<(), String> {
        self.term()?;
        while let Some(sign) = self.take(&['+', '-']) {
            self.term()?;
            if sign == '+' {
                self.code.add()
            } else {
                self.code.sub()
            };
        }
        Ok(())
    }

    /// `factor (*|/ factor)*`
    fn term(&mut self) -> Result<(), String> {
        self.factor()?;
        while let Some(sign) = self.take(&['*', '/']) {
            self.factor()?;
            if sign == '*' {
                self.code.mul()
            } else {
                self.code.div()
            };
        }
        Ok(())
    }

    /// A number, or a sum in parentheses.
    fn factor(&mut self) -> Result<(), String> {
        if self.take(&['(']).is_none() {
            return self.number();
        }
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(format!("parentheses nest deeper than {MAX_NESTING}"));
        }
        self.sum()?;
        self.nesting -= 1;
        self.take(&[')']).map(|_| ()).ok_or_else(|| self.expected("`)`"))
    }

    fn number(&mut self) -> Result<(), String> {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        if text.contains('.') {
            self.code.load_float(text.parse().map_err(|_| format!("`{text}` is no number"))?);
        } else if text.is_empty() {
            return Err(self.expected("a number"));
        } else {
            self.code.load_int(text.parse().map_err(|_| format!("`{text}` does not fit 64 bits"))?);
        }
        self.rest = after;
        Ok(())
    }

    fn expected(&self, what: &str) -> String {
        match self.rest.trim() {
            "" => format!("expected {what} at the end"),
            rest => format!("expected {what} before `{rest}`"),
        }
    }

    fn take(&mut self, any: &[char]) -> Option<char> {
        let rest = self.rest.trim_start();
        let found = rest.chars().next().filter(|next| any.contains(next))?;
        self.rest = &rest[found.len_utf8()..];
        Some(found)
    }
}

/// The module whose `main` prints what the expression comes to, verified.
fn compile(text: &str) -> Result<Verified<Isa>, Box<dyn Error>> {
    let mut compiler = Compiler { rest: text, nesting: 0, code: FunctionBuilder::new("main") };
    compiler.sum()?;
    if !compiler.rest.trim().is_empty() {
        return Err(compiler.expected("an operator").into());
    }
    compiler.code.print_ln(1).r#return();
    let mut module = ModuleBuilder::<Isa>::new();
    module.function(compiler.code);
    Ok(module.build()?)
}

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let written = match arguments.as_slice() {
        [text, path] => compile(text).and_then(|code| Ok(std::fs::write(path, code.module().to_bytes())?)),
        _ => Err("usage: front-end EXPRESSION FILE".into()),
    };
    if let Err(error) = written {
        eprintln!("{error}");
        return std::process::ExitCode::FAILURE;
    }
    std::process::ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::compile;
    use opforge::{Capture, Fuel, Linker, Machine, Outcome, Streams, standard, verify};

    /// What the machine of the library prints, given the file.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let file = compile(text).expect("compiles").module().to_bytes();
        let module = opforge::Module::from_bytes(&file).expect("reads");
        let program = Linker::new().link(verify::<standard::Isa>(module).expect("verifies")).expect("links");
        let output = Capture::new();
        let mut machine = Machine::new(program, ()).with_streams(Streams::none().with_output(output.clone()));
        machine.start("main", &[]).expect("starts");
        assert_eq!(machine.run(Fuel::Unlimited), Outcome::Returned(opforge::HostValue::Nil));
        assert_eq!(output.text(), expected);
    }

    #[test]
    fn a_machine_of_the_same_table_runs_what_is_written() {
        check("3 * (4 + 0.5)", "13.5\n");
        check(" 7-2-1 ", "4\n");
        check("1 + 2 * 3 / 4", "2.5\n");
    }

    #[test]
    fn mistakes_are_reported() {
        for (text, error) in [
            ("", "expected a number at the end"),
            ("3 * ", "expected a number at the end"),
            ("(1", "expected `)` at the end"),
            ("1 2", "expected an operator before `2`"),
            ("x", "expected a number before `x`"),
            ("1.2.3", "`1.2.3` is no number"),
            ("9223372036854775808", "`9223372036854775808` does not fit 64 bits"),
            (&"(".repeat(100_000), "parentheses nest deeper than 200"),
        ] {
            assert_eq!(compile(text).expect_err("no expression").to_string(), error);
        }
    }
}
