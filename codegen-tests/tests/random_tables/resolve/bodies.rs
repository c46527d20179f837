//! What stands in functions: variables, what is called, types.

use super::Resolver;
use quote::ToTokens;
use syn::{
    Block, Expr, FnArg, GenericArgument, Item, Local, Pat, Path, PathArguments, ReturnType, Signature, Stmt, Type,
};

const PRIMITIVES: [&str; 14] =
    ["bool", "char", "f32", "f64", "i16", "i32", "i64", "str", "u8", "u16", "u32", "u64", "usize", "Self"];

/// One function: its variables, and the items that it has within.
struct Body {
    module: usize,
    function: String,
    generics: Vec<String>,
    items: Vec<String>,
    variables: Vec<String>,
}

impl Resolver {
    pub(super) fn function(&mut self, module: usize, sig: &Signature, block: Option<&Block>, outer: &[String]) {
        let mut generics: Vec<String> = sig.generics.type_params().map(|param| param.ident.to_string()).collect();
        generics.extend(sig.generics.const_params().map(|param| param.ident.to_string()));
        generics.extend(outer.iter().cloned());
        let mut body =
            Body { module, function: sig.ident.to_string(), generics, items: Vec::new(), variables: Vec::new() };
        for input in &sig.inputs {
            match input {
                FnArg::Receiver(_) => body.variables.push("self".to_owned()),
                FnArg::Typed(input) => {
                    self.ty(module, &input.ty, &body.generics);
                    self.bind(&mut body, &input.pat, None);
                }
            }
        }
        if let ReturnType::Type(_, ty) = &sig.output {
            self.ty(module, ty, &body.generics);
        }
        if let Some(block) = block {
            self.block(&mut body, block);
        }
    }

    /// The value of a constant.
    pub(super) fn body(&mut self, module: usize, value: &Expr) {
        let function = "a constant".to_owned();
        let mut body = Body { module, function, generics: Vec::new(), items: Vec::new(), variables: Vec::new() };
        self.expr(&mut body, value);
    }

    fn say(&mut self, body: &Body, what: &str) {
        let module = &self.modules[body.module].name;
        self.problems.push(format!("{what} in `{}` of {module}", body.function));
    }

    fn block(&mut self, body: &mut Body, block: &Block) {
        let (variables, items) = (body.variables.len(), body.items.len());
        for statement in &block.stmts {
            if let Stmt::Item(Item::Fn(item)) = statement {
                body.items.push(item.sig.ident.to_string());
            }
        }
        for statement in &block.stmts {
            match statement {
                Stmt::Local(local) => self.local(body, local),
                Stmt::Expr(expr, _) => self.expr(body, expr),
                Stmt::Item(Item::Fn(item)) => self.function(body.module, &item.sig, Some(&item.block), &[]),
                Stmt::Item(_) => self.say(body, "an item of a kind that is not looked at"),
                Stmt::Macro(statement) => self.macro_path(body, &statement.mac.path),
            }
        }
        body.variables.truncate(variables);
        body.items.truncate(items);
    }

    fn local(&mut self, body: &mut Body, local: &Local) {
        let Some(init) = &local.init else { return self.say(body, "a variable without a value") };
        self.expr(body, &init.expr);
        if let Some((_, otherwise)) = &init.diverge {
            self.expr(body, otherwise);
        }
        self.bind(body, &local.pat, Some(&init.expr));
    }

    /// Binds what a pattern does. A name that is bound already must be made of what it meant.
    fn bind(&mut self, body: &mut Body, pattern: &Pat, value: Option<&Expr>) {
        match pattern {
            Pat::Ident(pattern) => {
                let name = pattern.ident.to_string();
                let module = &self.modules[body.module];
                if name == "None" && module.imports.contains(&name) {
                    return;
                }
                if module.constants.contains(&name) {
                    self.say(body, &format!("variable `{name}` has the name of a constant"));
                }
                let same = |value: &Expr| mentions(value.to_token_stream(), &name);
                // Slot code has no names of a table: those of an instruction's parts stand within each other.
                let slot_code = body.function == "run" || self.modules[body.module].name == "cold";
                if body.variables.contains(&name) && !value.is_some_and(same) && !slot_code {
                    self.say(body, &format!("variable `{name}` hides another"));
                }
                body.variables.push(name);
            }
            Pat::Type(pattern) => {
                self.ty(body.module, &pattern.ty, &body.generics);
                self.bind(body, &pattern.pat, value);
            }
            Pat::Reference(pattern) => self.bind(body, &pattern.pat, value),
            Pat::Slice(pattern) => pattern.elems.iter().for_each(|pattern| self.bind(body, pattern, value)),
            Pat::Tuple(pattern) => pattern.elems.iter().for_each(|pattern| self.bind(body, pattern, value)),
            Pat::Or(pattern) => pattern.cases.iter().for_each(|pattern| self.bind(body, pattern, value)),
            Pat::TupleStruct(pattern) => {
                self.path(body, &pattern.path);
                pattern.elems.iter().for_each(|pattern| self.bind(body, pattern, value));
            }
            Pat::Struct(pattern) => {
                self.path(body, &pattern.path);
                pattern.fields.iter().for_each(|field| self.bind(body, &field.pat, value));
            }
            Pat::Guard(pattern) => {
                self.bind(body, &pattern.pat, value);
                self.expr(body, &pattern.guard);
            }
            Pat::Path(pattern) => self.path(body, &pattern.path),
            Pat::Lit(_) | Pat::Wild(_) | Pat::Rest(_) => {}
            _ => self.say(body, "a pattern of a kind that is not looked at"),
        }
    }

    fn each<'e>(&mut self, body: &mut Body, list: impl IntoIterator<Item = &'e Expr>) {
        list.into_iter().for_each(|expr| self.expr(body, expr));
    }

    fn expr(&mut self, body: &mut Body, expr: &Expr) {
        let before = body.variables.len();
        match expr {
            Expr::Array(expr) => self.each(body, &expr.elems),
            Expr::Tuple(expr) => self.each(body, &expr.elems),
            Expr::Assign(expr) => self.each(body, [&*expr.left, &*expr.right]),
            Expr::Binary(expr) => self.each(body, [&*expr.left, &*expr.right]),
            Expr::Repeat(expr) => self.each(body, [&*expr.expr, &*expr.len]),
            Expr::Index(expr) => self.each(body, [&*expr.expr, &*expr.index]),
            Expr::Range(expr) => self.each(body, expr.start.iter().chain(&expr.end).map(|expr| &**expr)),
            Expr::Block(expr) => self.block(body, &expr.block),
            Expr::Unsafe(expr) => self.block(body, &expr.block),
            Expr::Loop(expr) => self.block(body, &expr.body),
            Expr::Break(expr) => self.each(body, expr.expr.as_deref()),
            Expr::Return(expr) => self.each(body, expr.expr.as_deref()),
            Expr::Cast(expr) => self.expr(body, &expr.expr),
            Expr::Field(expr) => self.expr(body, &expr.base),
            Expr::Group(expr) => self.expr(body, &expr.expr),
            Expr::Paren(expr) => self.expr(body, &expr.expr),
            Expr::Reference(expr) => self.expr(body, &expr.expr),
            Expr::Try(expr) => self.expr(body, &expr.expr),
            Expr::Unary(expr) => self.expr(body, &expr.expr),
            Expr::Continue(_) | Expr::Lit(_) => {}
            // A semicolon alone.
            Expr::Verbatim(tokens) if tokens.is_empty() => {}
            Expr::Macro(expr) => self.macro_path(body, &expr.mac.path),
            Expr::MethodCall(call) => {
                self.expr(body, &call.receiver);
                self.each(body, &call.args);
            }
            Expr::Call(call) => {
                if let Expr::Path(path) = &*call.func
                    && path.path.get_ident().is_some_and(|name| body.variables.contains(&name.to_string()))
                {
                    self.say(body, &format!("a call of the variable `{}`", path.path.to_token_stream()));
                }
                self.expr(body, &call.func);
                self.each(body, &call.args);
            }
            Expr::Closure(closure) => {
                // A parameter of a closure may hide what it does not use.
                body.variables.extend(closure.inputs.iter().map(|pattern| pattern.to_token_stream().to_string()));
                self.expr(body, &closure.body);
            }
            Expr::If(expr) => {
                self.expr(body, &expr.cond);
                self.block(body, &expr.then_branch);
                body.variables.truncate(before);
                self.each(body, expr.else_branch.iter().map(|(_, expr)| &**expr));
            }
            Expr::Let(expr) => {
                self.expr(body, &expr.expr);
                self.bind(body, &expr.pat, Some(&expr.expr));
                // Until the end of the `if`.
                return;
            }
            Expr::Match(expr) => {
                self.expr(body, &expr.expr);
                for arm in &expr.arms {
                    self.bind(body, &arm.pat, Some(&expr.expr));
                    self.expr(body, &arm.body);
                    body.variables.truncate(before);
                }
            }
            Expr::Path(path) => self.path(body, &path.path),
            Expr::Struct(expr) => {
                self.path(body, &expr.path);
                self.each(body, expr.fields.iter().map(|field| &field.expr));
            }
            _ => self.say(body, &format!("not looked at: `{}`", expr.to_token_stream())),
        }
        body.variables.truncate(before);
    }

    fn macro_path(&mut self, body: &Body, path: &Path) {
        if path.leading_colon.is_none() {
            self.say(body, &format!("macro `{}` without an absolute path", path.to_token_stream()));
        }
    }

    /// A path of a value.
    fn path(&mut self, body: &Body, path: &Path) {
        let Some((first, others)) = self.begins(path) else { return };
        let module = &self.modules[body.module];
        let known = |list: &[String]| list.contains(&first);
        let is_there = if others.is_empty() {
            known(&body.variables) || known(&body.items) || module.values.contains(&first) || self.is_type(body, &first)
        } else {
            self.leads(body.module, &first, &others) || self.is_type(body, &first)
        };
        if !is_there {
            self.say(body, &format!("`{}` names nothing", path.to_token_stream()));
        }
    }

    fn is_type(&self, body: &Body, name: &str) -> bool {
        let module = &self.modules[body.module];
        let known = module.types.contains(name) || module.imports.contains(name) || PRIMITIVES.contains(&name);
        known || body.generics.iter().any(|generic| generic == name)
    }

    /// The first part of a path and the others; `None` for one of another crate.
    fn begins(&self, path: &Path) -> Option<(String, Vec<String>)> {
        if path.leading_colon.is_some() {
            return None;
        }
        let mut parts = path.segments.iter().map(|segment| segment.ident.to_string());
        Some((parts.next()?, parts.collect()))
    }

    /// Whether a path through modules names something.
    fn leads(&self, module: usize, first: &str, others: &[String]) -> bool {
        let mut at = match first {
            "self" => Some(module),
            "super" => self.modules[module].parent,
            "crate" => return true,
            first => self.modules[module].modules.get(first).copied(),
        };
        for (number, part) in others.iter().enumerate() {
            let Some(here) = at.map(|at| &self.modules[at]) else { return false };
            if number + 1 == others.len() {
                return here.values.contains(part) || here.types.contains(part);
            }
            // What follows a type belongs to the type.
            if here.types.contains(part) && !here.modules.contains_key(part) {
                return true;
            }
            at = here.modules.get(part).copied();
        }
        true
    }

    /// A type.
    pub(super) fn ty(&mut self, module: usize, ty: &Type, generics: &[String]) {
        let body = Body {
            module,
            function: "a type".to_owned(),
            generics: generics.to_vec(),
            items: Vec::new(),
            variables: Vec::new(),
        };
        self.type_in(&body, ty);
    }

    fn type_in(&mut self, body: &Body, ty: &Type) {
        match ty {
            Type::Path(ty) => {
                self.path(body, &ty.path);
                for segment in &ty.path.segments {
                    if let PathArguments::AngleBracketed(arguments) = &segment.arguments {
                        for argument in &arguments.args {
                            if let GenericArgument::Type(ty) = argument {
                                self.type_in(body, ty);
                            }
                        }
                    }
                }
            }
            Type::Reference(ty) => self.type_in(body, &ty.elem),
            Type::Slice(ty) => self.type_in(body, &ty.elem),
            Type::Array(ty) => self.type_in(body, &ty.elem),
            Type::Tuple(ty) => ty.elems.iter().for_each(|ty| self.type_in(body, ty)),
            _ => self.say(body, "a type of a kind that is not looked at"),
        }
    }
}

/// Whether a word stands among the tokens, at any depth.
fn mentions(tokens: proc_macro2::TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
