//! Rows that are like a template: read once all files are, since a template may stand in any.

use super::Loader;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic};
use crate::locate::locate;
use crate::nearest::nearest;
use crate::read::{self, LikeRow, Reader, Template};
use opforge_core::counted;
use std::collections::BTreeSet;

/// All templates, and all rows that want one.
#[derive(Default)]
pub(super) struct Templates {
    /// Whether it is of a `std:` family.
    list: Vec<(Template, bool)>,
    /// By the index of their family.
    likes: Vec<(usize, LikeRow)>,
}

impl Templates {
    pub(super) fn add(&mut self, family: usize, std: bool, templates: Vec<Template>, likes: Vec<LikeRow>) {
        self.list.extend(templates.into_iter().map(|template| (template, std)));
        self.likes.extend(likes.into_iter().map(|like| (family, like)));
    }
}

impl Loader<'_> {
    /// Reads the rows that are like a template. Whether all could be read. Complains about a template that is not there, and about one
    /// that nothing uses, if all `is_whole` that is included.
    pub(super) fn read_likes(&mut self, is_whole: bool) -> bool {
        let Templates { list, likes } = std::mem::take(&mut self.templates);
        let before = self.diagnostics.len();
        self.once_each(&list);
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for (family, row) in &likes {
            self.read_like(*family, row, &list, &mut used, is_whole);
        }
        // What uses a template may be what could not be read.
        if self.diagnostics.is_empty() {
            self.idle(&list, &used);
        }
        self.diagnostics.len() == before
    }

    /// Complains about the templates that are not used.
    fn idle(&mut self, list: &[(Template, bool)], used: &BTreeSet<usize>) {
        for (template, _) in
            list.iter().enumerate().filter(|(at, (_, std))| !std && !used.contains(at)).map(|(_, one)| one)
        {
            let message = format!("no row is like the template `{}`", template.name.value);
            self.diagnostics.push(
                Diagnostic::new(Code::IdleTemplate, template.name.span, message)
                    .label("nothing shows that it is right")
                    .help(format!("write `Op(like: \"{}\", …)`, or remove the template", sample(template))),
            );
        }
    }

    fn once_each(&mut self, list: &[(Template, bool)]) {
        for (at, (template, _)) in list.iter().enumerate() {
            let name = &template.name;
            let Some(first) = first_of(&list[..at], template) else { continue };
            self.diagnostics.push(
                Diagnostic::new(Code::DuplicateName, name.span, format!("two templates are called `{}`", name.value))
                    .label("the second")
                    .also(first.name.span, "the first")
                    .help(format!("give it another name: `name: \"own_{}\"`", name.value))
                    .because([Cause::Misnamed(name.value.clone())]),
            );
        }
    }

    fn read_like(
        &mut self,
        family: usize,
        row: &LikeRow,
        list: &[(Template, bool)],
        used: &mut BTreeSet<usize>,
        is_whole: bool,
    ) {
        let Some(like) = row.like(&mut Reader { sources: self.sources, diagnostics: self.diagnostics }) else { return };
        let known = || list.iter().map(|(template, _)| template.name.value.as_str());
        let Some(at) = known().position(|name| name == like.template) else {
            if !is_whole {
                return;
            }
            let message = format!("there is no template `{}`", like.template);
            let wrong = Diagnostic::new(Code::UnknownTemplate, like.template_span, message).label("unknown template");
            let wrong = wrong.because([Cause::Unknown("template", like.template.clone())]);
            self.diagnostics.push(match nearest(&like.template, known()) {
                Some(near) => wrong.help(format!("write `{near}`")).fix(like.template_span, near),
                None => wrong.help(format!("declare it: `templates: [Template(name: \"{}\", …)]`", like.template)),
            });
            return;
        };
        used.insert(at);
        let template = &list[at].0;
        if template.is_wrong {
            return;
        }
        let (wanted, found) = (template.params().len(), like.arguments.len());
        if wanted != found {
            let message = format!("`{}` takes {}, found {found}", template.name.value, counted(wanted, "argument"));
            self.diagnostics.push(
                Diagnostic::new(Code::TemplateArguments, like.span, message)
                    .label("like this")
                    .also(template.name.span, "the template")
                    .help(format!("write `like: \"{}\"`", sample(template))),
            );
            return;
        }
        let name = row.name(&mut Reader { sources: self.sources, diagnostics: self.diagnostics });
        let expanded = self.sources.add(template.expand(&like, &name, self.sources));
        let text = &self.sources.get(expanded).text;
        let Some(node) = locate(expanded, text, self.diagnostics) else { return };
        let mut reader = Reader { sources: self.sources, diagnostics: self.diagnostics };
        let Some(op) = read::op(&mut reader, &row.with(&node)) else { return };
        let ops = &mut self.rows.families[family].ops;
        ops.insert(row.before.min(ops.len()), op);
    }
}

/// Another template of that name.
fn first_of<'t>(list: &'t [(Template, bool)], template: &Template) -> Option<&'t Template> {
    list.iter().map(|(other, _)| other).find(|other| other.name.value == template.name.value)
}

/// How the template is used.
fn sample(template: &Template) -> String {
    let params: Vec<&str> = template.params().collect();
    let name = &template.name.value;
    if params.is_empty() { name.clone() } else { format!("{name}({})", params.join(", ")) }
}
