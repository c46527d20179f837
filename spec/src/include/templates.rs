//! Rows that are like a template: read once all files are, since a template may stand in any.

use super::Loader;
use crate::code::Code;
use crate::diagnostic::{Cause, Diagnostic};
use crate::locate::locate;
use crate::nearest::nearest;
use crate::read::{self, LikeRow, Reader, Template};
use opforge_core::counted;
use std::collections::{BTreeMap, BTreeSet};

/// How much text rows may make of templates, together: as much as two files may hold. **Units:** bytes.
const MAX_EXPANDED: usize = 1 << 23;

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
        let mut named = Named { list: &list, first: BTreeMap::new(), used: BTreeSet::new(), expanded: 0, is_whole };
        self.once_each(&list, &mut named.first);
        for (family, row) in &likes {
            self.read_like(*family, row, &mut named);
        }
        let used = named.used;
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

    fn once_each<'t>(&mut self, list: &'t [(Template, bool)], first: &mut BTreeMap<&'t str, usize>) {
        for (at, (template, _)) in list.iter().enumerate() {
            let name = &template.name;
            let Some(known) = first.get(name.value.as_str()) else {
                first.insert(&name.value, at);
                continue;
            };
            self.diagnostics.push(
                Diagnostic::new(Code::DuplicateName, name.span, format!("two templates are called `{}`", name.value))
                    .label("the second")
                    .also(list[*known].0.name.span, "the first")
                    .help(format!("give it another name: `name: \"own_{}\"`", name.value))
                    .because([Cause::Misnamed(name.value.clone())]),
            );
        }
    }

    fn read_like(&mut self, family: usize, row: &LikeRow, named: &mut Named<'_>) {
        let Some(like) = row.like(&mut Reader { sources: self.sources, diagnostics: self.diagnostics }) else { return };
        let Some(at) = named.first.get(like.template.as_str()).copied() else {
            if !named.is_whole {
                return;
            }
            let known = named.list.iter().map(|(template, _)| template.name.value.as_str());
            let message = format!("there is no template `{}`", like.template);
            let wrong = Diagnostic::new(Code::UnknownTemplate, like.template_span, message).label("unknown template");
            let wrong = wrong.because([Cause::Unknown("template", like.template.clone())]);
            self.diagnostics.push(match nearest(&like.template, known) {
                Some(near) => wrong.help(format!("write `{near}`")).fix(like.template_span, near),
                None => wrong.help(format!("declare it: `templates: [Template(name: \"{}\", …)]`", like.template)),
            });
            return;
        };
        named.used.insert(at);
        let template = &named.list[at].0;
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
        let before = named.expanded;
        named.expanded = before.saturating_add(template.expanded(&like, self.sources));
        if named.expanded > MAX_EXPANDED {
            // Once is enough: all that come after are too many as well.
            if before <= MAX_EXPANDED {
                let message =
                    format!("the rows that are like templates are more than {} MiB of text", MAX_EXPANDED >> 20);
                self.diagnostics.push(
                    Diagnostic::new(Code::TemplateArguments, like.span, message)
                        .label("too much from here on")
                        .also(template.name.span, "the template")
                        .help(format!(
                            "write shorter templates and arguments, or this row without `like: \"{}\"`",
                            sample(template)
                        )),
                );
            }
            return;
        }
        let name = row.name(&mut Reader { sources: self.sources, diagnostics: self.diagnostics });
        let expanded = self.sources.add(template.expand(&like, &name, self.sources));
        let text = &self.sources.get(expanded).text;
        let Some(node) = locate(expanded, text, &read::SHAPES, self.diagnostics) else { return };
        let mut reader = Reader { sources: self.sources, diagnostics: self.diagnostics };
        let Some(op) = read::op(&mut reader, &row.with(&node)) else { return };
        let ops = &mut self.rows.families[family].ops;
        ops.insert(row.before.min(ops.len()), op);
    }
}

/// What the rows that are like a template are read with.
struct Named<'t> {
    list: &'t [(Template, bool)],
    /// The first template of each name.
    first: BTreeMap<&'t str, usize>,
    used: BTreeSet<usize>,
    /// How much text was made of templates so far. **Units:** bytes.
    expanded: usize,
    /// Whether all that is included could be read.
    is_whole: bool,
}

/// How the template is used.
fn sample(template: &Template) -> String {
    let params: Vec<&str> = template.params().collect();
    let name = &template.name.value;
    if params.is_empty() { name.clone() } else { format!("{name}({})", params.join(", ")) }
}
