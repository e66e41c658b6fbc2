//! Opaque types opened by name: struct literals and constructors. Fields are for `infer`, which
//! knows whose they are.

use crate::ast::{Ident, Path};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{ModuleId, TypeId};
use crate::source::{Name, Span};

use super::scope::ConstructorEntry;
use super::Resolver;

/// What code outside of its package does with an opaque type.
pub(super) enum Opening {
    Literal,
    Constructor(Name),
}

/// One such place.
pub(super) struct Opened {
    ty: TypeId,
    span: Span,
    opening: Opening,
}

impl Resolver<'_, '_> {
    /// Notes that `here` opens the type, for a diagnostic if it may not.
    pub(super) fn opened(&mut self, ty: TypeId, here: ModuleId, span: Span, opening: Opening) {
        if !self.out.may_open(here, ty) {
            self.openings.push(Opened { ty, span, opening });
        }
    }

    /// Whether the module being resolved may use a constructor; a diagnostic if not.
    pub(super) fn may_use(&mut self, entry: ConstructorEntry, name: &Name, span: Span) -> bool {
        let here = self.module();
        let def = &self.out.types[entry.ty.index()];
        let declares = &self.scopes[def.module.index()];
        declares.used.borrow_mut().types.insert(def.name.clone());
        self.opened(entry.ty, here, span, Opening::Constructor(name.clone()));
        self.out.may_open(here, entry.ty)
    }

    /// E0051, at the end: the advice names functions by their signatures.
    pub(super) fn report_openings(&mut self) {
        for opened in std::mem::take(&mut self.openings) {
            let name = self.out.types[opened.ty.index()].written_name();
            let maker = match &opened.opening {
                Opening::Literal => None,
                Opening::Constructor(constructor) => {
                    let home = self.out.face_of(self.out.types[opened.ty.index()].module);
                    let module = &self.scopes[home.index()];
                    let function = super::services::snake(constructor);
                    let is_there = module.exports(&function);
                    is_there.then(|| format!("{}.{function}", module.last_segment()))
                }
            };
            let what = match opened.opening {
                Opening::Literal => format!("a `{name}` cannot be built here"),
                Opening::Constructor(constructor) => {
                    format!("the constructor `{constructor}` cannot be used here")
                }
            };
            let report = self.out.opaque_diagnostic(opened.ty, opened.span, what);
            self.diagnostics.push(match maker {
                Some(maker) => report.help(format!("write `{maker}(…)`")),
                None => report,
            });
        }
    }

    /// The internal module of that name, where `here` may not name it.
    pub(super) fn internal_named(&self, here: ModuleId, name: &str) -> Option<ModuleId> {
        self.any_module_named(here, name)
            .filter(|module| !self.out.sees_module(here, *module))
    }

    /// The same for what stands before the last segment of a dotted name.
    pub(super) fn internal_before(&self, path: &Path) -> Option<ModuleId> {
        let (_, before) = path.segments.split_last()?;
        let name: Vec<&str> = before.iter().map(|s| &*s.name).collect();
        self.internal_named(self.module(), &name.join("."))
    }

    /// E0052: a module that only the library itself may name. `wanted` of it may have another name
    /// for programs.
    pub(super) fn internal(&mut self, module: ModuleId, span: Span, wanted: &[Ident]) {
        let name = &self.scopes[module.index()].name;
        let diagnostic = Diagnostic::error(
            Code::E0052,
            span,
            format!("module `{name}` is internal to the library"),
        );
        let face = &self.scopes[self.out.face_of(module).index()];
        let passed_on: Vec<&str> = wanted
            .iter()
            .map(|w| &*w.name)
            .filter(|w| face.exports(w))
            .collect();
        if face.name != *name && !passed_on.is_empty() {
            let help = format!("write `from {} import {}`", face.name, passed_on.join(", "));
            return self.diagnostics.push(diagnostic.help(help));
        }
        let face = &face.name;
        let folder = name.split('.').next().unwrap_or_default();
        let in_folder = |s: &&Name| {
            s.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        let beside = self.documented.iter().filter(in_folder);
        let mut names: Vec<String> = beside.map(|name| format!("`{name}`")).collect();
        names.sort();
        if face != name {
            names.insert(0, format!("`{face}`"));
        }
        self.diagnostics.push(match names.is_empty() {
            true => diagnostic,
            false => diagnostic.help(format!("use {}", names.join(", "))),
        });
    }
}
