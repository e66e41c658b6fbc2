//! Advice about names of other languages, and about names written where their kind does not belong.

use crate::ast::{Ident, Path};
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
        let near = || {
            let names = self.visible_modules();
            suggest::closest(name, names.iter().map(|n| &**n))
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
    pub(super) fn type_elsewhere(&self, name: &Name) -> Option<String> {
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
        Some(format!(
            "write `{owner}.{name}`, or add `from {owner} import {name}`"
        ))
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
    pub(super) fn called_otherwise(&self, from: ModuleId, name: &Name) -> Option<String> {
        let scope = &self.scopes[from.index()];
        let known = scope.exported_values();
        if &*scope.name == "String" && matches!(&**name, "concat" | "append" | "join_all") {
            return Some("texts are joined by `<>`".to_string());
        }
        if matches!(&*scope.name, "IO" | "Io")
            && matches!(&**name, "puts" | "print" | "println" | "inspect")
        {
            return Some("write `println(…)`, which is in scope everywhere".to_string());
        }
        if scope.is_stdlib && &*scope.name == "Process" && &**name == "send" {
            return Some("write `send(pid, message)`".to_string());
        }
        if let Some(meant) = foreign::function(name, known.iter().map(|n| &**n)) {
            return Some(format!("write `{}.{meant}`", scope.last_segment()));
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
        (is_elsewhere && scope.is_stdlib && !is_own()).then(|| help.to_string())
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
