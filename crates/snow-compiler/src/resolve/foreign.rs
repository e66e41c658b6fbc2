//! Advice about names of other languages, and about names written where their kind does not belong.

use crate::ast::{Ident, Path};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{foreign, suggest, Code, Diagnostic};
use crate::hir::{ModuleId, TypeKind};
use crate::source::{Name, Span};

use super::Resolver;

/// Variants that advice lists.
const MOST_VARIANTS: usize = 4;

impl<'a> Resolver<'a, '_> {
    /// E0004 for a name that another language has, or that is a struct. False when it is neither.
    pub(super) fn foreign_value(&mut self, name: &Name, span: Span) -> bool {
        let message = format!("undefined variable: {name}");
        let report = Diagnostic::error(Code::E0004, span, message);
        if let Some((help, meant)) = foreign::value(name) {
            let report = report.help(help);
            self.diagnostics.note(match meant {
                Some(meant) => report.edit(span, meant),
                None => report,
            });
            return true;
        }
        let single = Ident {
            name: name.clone(),
            span,
        };
        let Some(id) = self.type_in_scope(self.module(), &[single]) else {
            return false;
        };
        let TypeKind::Struct(fields) = &self.out.types[id.index()].kind else {
            return false;
        };
        let fields: Vec<String> = fields
            .iter()
            .map(|(field, _)| format!("{field}: …"))
            .collect();
        let help = format!(
            "`{name}` is a struct: write `{name} {{ {} }}`",
            fields.join(", ")
        );
        self.diagnostics.push(report.help(help));
        true
    }

    /// E0004 for the first name of `segments`, when it can only be meant for a module.
    pub(super) fn unknown_module(&mut self, segments: &[Ident]) -> bool {
        let Some((first, rest)) = segments.split_first() else {
            return false;
        };
        let here = self.module();
        let name = &first.name;
        let is_known = self.unqualified(name, None).is_some()
            || self.unimported(name).is_some()
            || self.namespace(here, name).is_some()
            || self
                .type_in_scope(here, std::slice::from_ref(first))
                .is_some();
        if is_known {
            return false;
        }
        let capital = capitalised(name);
        let is_lower = capital != **name;
        if self.foreign_member(first, rest) || self.unimported_path(segments) {
            return true;
        }
        let near = || {
            let names = self.visible_modules();
            let has_it = |module: &&Name| {
                let member = rest.first();
                member.is_some_and(|member| self.member_of(module, member).is_some())
            };
            let likely = names.iter().filter(has_it).map(|n| &**n);
            suggest::closest(name, likely)
                .or_else(|| suggest::closest(name, names.iter().map(|n| &**n)))
        };
        let (help, meant) = if let Some((help, meant)) = foreign::module(name) {
            (Some(help.to_string()), meant.map(str::to_string))
        } else if is_lower {
            if self.namespace(here, &capital).is_none() {
                return false;
            }
            let help = format!("names of modules begin with a capital: `{capital}`");
            (Some(help), Some(capital))
        } else {
            let near = near();
            (
                near.as_ref().map(|near| format!("did you mean `{near}`?")),
                near,
            )
        };
        let message = format!("undefined module: {name}");
        let mut report = Diagnostic::error(Code::E0004, first.span, message);
        if let Some(meant) = meant {
            report = report.edit(first.span, meant.clone());
            let exact = rest
                .first()
                .and_then(|member| self.member_of(&meant, member));
            if let Some((member, known)) = exact {
                if known != *member.name {
                    report = report.edit(member.span, known.clone());
                }
                let more = format!("write `{meant}.{known}`");
                report.help = help.map(|help| format!("{help}: {more}"));
            } else {
                report.help = help;
            }
        } else {
            report.help = help;
        }
        self.diagnostics.note(report);
        true
    }

    /// E0004 for `Shop.Cart.price` where the module `Shop.Cart` is not imported.
    fn unimported_path(&mut self, segments: &[Ident]) -> bool {
        let here = self.module();
        let names = self.module_names(here);
        let found = (2..segments.len()).rev().find_map(|count| {
            let parts: Vec<&str> = segments[..count].iter().map(|s| &*s.name).collect();
            let whole = parts.join(".");
            names
                .iter()
                .any(|name| **name == *whole)
                .then_some((whole, count))
        });
        let Some((whole, count)) = found else {
            return false;
        };
        let (first, last) = (segments[0].span, &segments[count - 1]);
        let message = format!("undefined module: {whole}");
        let report = Diagnostic::error(Code::E0004, first.to(last.span), message);
        let help = format!("add `import {whole}`, and write `{}.…`", last.name);
        let top = self.first_item(first);
        let report = report.help(help).edit(top, format!("import {whole}\n"));
        self.diagnostics
            .note_advice(report.edit(first.to(last.span), &*last.name));
        true
    }

    /// The place of the first line of a file that is neither empty nor a comment.
    fn first_item(&self, file: Span) -> Span {
        let text = &self.sources.get(file.file).text;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() && !line.starts_with('#') {
                break;
            }
            start += line.len();
        }
        Span {
            start: start as u32,
            end: start as u32,
            ..file
        }
    }

    /// E0004 for `process.env` and its like. `rest` follows the name of the module.
    fn foreign_member(&mut self, first: &Ident, rest: &[Ident]) -> bool {
        let Some(member) = rest.first() else {
            return false;
        };
        let Some((help, meant)) = foreign::member(&first.name, &member.name) else {
            return false;
        };
        let message = format!("undefined module: {}", first.name);
        let report = Diagnostic::error(Code::E0004, first.span, message);
        let own = &self.scopes[self.module().index()].functions;
        if let Some(hidden) = meant.filter(|meant| own.contains_key(*meant)) {
            let help = format!(
                "the `{hidden}` of this file hides the one of the library: give it another name"
            );
            self.diagnostics.note_advice(report.help(help));
            return true;
        }
        let report = report.help(help);
        let report = match (meant, rest) {
            (Some(meant), _) => report.edit(first.span.to(member.span), meant),
            // `process.env.PORT`.
            (None, [member, variable]) if &*member.name == "env" => report.edit(
                first.span.to(variable.span),
                format!("Env.get(\"{}\")", variable.name),
            ),
            (None, _) => report,
        };
        self.diagnostics.note_advice(report);
        true
    }

    /// E0034 for `System.get_env`, where the library has a module of that name, too.
    pub(super) fn foreign_member_of(&mut self, from: ModuleId, name: &Ident) -> bool {
        let scope = &self.scopes[from.index()];
        let found = foreign::member(scope.last_segment(), &name.name);
        let Some((help, meant)) = found.filter(|_| scope.is_stdlib) else {
            return false;
        };
        let message = format!("`{}` is not exported by module `{}`", name.name, scope.name);
        let report = Diagnostic::error(Code::E0034, name.span, message).help(help);
        let module = scope.last_segment().len() as u32 + 1;
        let whole = Span {
            start: name.span.start.saturating_sub(module),
            ..name.span
        };
        let text = &self.sources.get(whole.file).text[whole.start as usize..whole.end as usize];
        let is_path = *text == format!("{}.{}", scope.last_segment(), name.name);
        self.diagnostics.push(match meant.filter(|_| is_path) {
            Some(meant) => report.edit(whole, meant),
            None => report,
        });
        true
    }

    /// The name that `module` has for a function of another language, or of this one.
    fn member_of<'n>(&self, module: &str, member: &'n Ident) -> Option<(&'n Ident, String)> {
        let id = self.namespace(self.module(), module)?;
        let known = self.scopes[id.index()].exported_values();
        if known.contains(&member.name) {
            return Some((member, member.name.to_string()));
        }
        let meant = foreign::function(&member.name, known.iter().map(|n| &**n))?;
        Some((member, meant.to_string()))
    }

    /// How a type is written that another module has.
    pub(super) fn type_elsewhere(&self, name: &Name) -> Option<Correction> {
        let here = self.module();
        let has = |module: &&Name| {
            let id = self.namespace(here, module);
            id.is_some_and(|id| {
                let found = self.scopes[id.index()].types.get(name);
                found.is_some_and(|entry| entry.is_public)
            })
        };
        let modules = self.visible_modules();
        // One that the module imports is likelier meant than one that it does not.
        let imported = &self.scopes[here.index()].namespaces;
        let distance = |owner: &&Name| (!imported.contains_key(*owner), owner.len());
        let owner = modules.iter().filter(has).min_by_key(distance)?;
        Some(Correction {
            help: format!("write `{owner}.{name}`, or add `from {owner} import {name}`"),
            name: Some(format!("{owner}.{name}")),
        })
    }

    /// How `list_append` is written, whose first word is a module of the library.
    pub(super) fn prefixed(&self, name: &Name) -> Option<Correction> {
        let (first, function) = name.split_once('_')?;
        let function = Name::from(function);
        let has_it = |module: &&Name| {
            let id = self.namespace(self.module(), module);
            let scope = id.map(|id| &self.scopes[id.index()]);
            scope
                .is_some_and(|scope| scope.is_stdlib && scope.exported_values().contains(&function))
        };
        let modules = self.visible_modules();
        let mut meant = modules
            .iter()
            .filter(|module| module.eq_ignore_ascii_case(first));
        let module = meant.find(has_it)?;
        let whole = format!("{module}.{function}");
        Some(Correction {
            help: format!("write `{whole}`"),
            name: Some(whole),
        })
    }

    /// Names of modules that may stand before a dot here.
    fn visible_modules(&self) -> Vec<Name> {
        let here = self.module();
        let scopes = self.scopes.iter();
        let mut names: Vec<Name> = scopes
            .map(|scope| scope.name.clone())
            .filter(|name| self.namespace(here, name).is_some())
            .collect();
        names.extend(self.scopes[here.index()].namespaces.keys().cloned());
        names.sort();
        names.dedup();
        names
    }

    /// Advice about a name that `from` does not have: what it is called there, or what is written
    /// for it.
    pub(super) fn called_otherwise(&self, from: ModuleId, name: &Name) -> Option<Correction> {
        let scope = &self.scopes[from.index()];
        let known = scope.exported_values();
        if &*scope.name == "String" && matches!(&**name, "concat" | "append" | "join_all") {
            return Some(Correction::advice("texts are joined by `<>`"));
        }
        if scope.is_stdlib && &*scope.name == "Process" && &**name == "send" {
            return Some(Correction::advice("write `send(pid, message)`"));
        }
        if let Some(meant) = foreign::function(name, known.iter().map(|n| &**n)) {
            return Some(Correction {
                help: format!("write `{}.{meant}`", scope.last_segment()),
                name: Some(meant.to_string()),
            });
        }
        // `Process.sleep`: no name of another module that happens to be the same, which may do
        // something else, but what programmers of other languages mean by it. The constructor
        // `Sleep` is no function either.
        let is_capital = |name: &str| name.starts_with(char::is_uppercase);
        let begins_so = |known: &str| is_capital(known) == is_capital(name);
        let alike = known.iter().map(|n| &**n).filter(|known| begins_so(known));
        let is_own = || suggest::closest(name, alike).is_some();
        let (help, meant) = foreign::value(name)?;
        let is_elsewhere = meant.is_some_and(|meant| meant.contains('.'));
        (is_elsewhere && scope.is_stdlib && !is_own()).then(|| Correction::advice(help))
    }

    /// How the constructors of a type are written that only a module of the library has, and the one
    /// that is meant.
    pub(super) fn constructor_elsewhere(&self, path: &Path) -> Option<(String, String)> {
        let [only] = &path.segments[..] else {
            return None;
        };
        let here = self.module();
        let mut owners: Vec<Name> = self
            .visible_modules()
            .into_iter()
            .filter(|module| {
                let id = self.namespace(here, module);
                id.is_some_and(|id| {
                    let found = self.scopes[id.index()].constructors.get(&only.name);
                    found.is_some_and(|entry| entry.is_public)
                })
            })
            .collect();
        owners.sort_by_key(|owner| (owner.len(), owner.clone()));
        let owner = owners.first()?;
        let id = self.namespace(here, owner)?;
        let entry = self.scopes[id.index()].constructors.get(&only.name)?;
        let variants = match &self.out.types[entry.ty.index()].kind {
            TypeKind::Sum(variants) => variants.as_slice(),
            TypeKind::Struct(_) | TypeKind::Builtin => &[],
        };
        let written = variants.iter().take(MOST_VARIANTS);
        let written: Vec<String> = written
            .map(|variant| format!("`{owner}.{}`", variant.name))
            .collect();
        let meant = format!("{owner}.{}", only.name);
        let help = match variants.len() <= MOST_VARIANTS {
            true => format!("write {}", written.join(", ")),
            false => format!("write `{meant}`"),
        };
        Some((help, meant))
    }
}

fn capitalised(name: &str) -> String {
    let mut rest = name.chars();
    let first = rest.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(rest).collect()
}
