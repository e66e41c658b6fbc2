//! `import` and `from … import`, and constructors that an alias passes on.

use crate::ast::{Ident, ItemKind, Path, TypeExpr, TypeExprKind};
use crate::diagnostics::{suggest, Code};
use crate::hir::{ModuleId, TypeId, TypeKind};
use crate::source::{Name, Span};

use super::modules::{dotted, Unit};
use super::opaque::Opening;
use super::scope::{ConstructorEntry, Found, TypeEntryKind};
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// Fills `namespaces` and `imported` of all modules, then checks that what is imported exists.
    pub(super) fn import_all(&mut self, units: &[Unit<'a>]) {
        let mut wanted: Vec<(ModuleId, ModuleId, &'a Ident)> = Vec::new();
        for (index, unit) in units.iter().enumerate() {
            let here = ModuleId(index as u32);
            for item in &unit.ast.items {
                match &item.kind {
                    ItemKind::Import(path) => self.import(here, path),
                    ItemKind::FromImport { path, names } => {
                        let Some(from) = self.imported_module(here, path, names) else {
                            continue;
                        };
                        for name in names {
                            self.scopes[index].imported.insert(name.name.clone(), from);
                            wanted.push((here, from, name));
                        }
                    }
                    _ => {}
                }
            }
        }
        self.pass_on_constructors(units);
        for (here, from, name) in wanted {
            self.check_imported(here, from, name);
        }
    }

    fn import(&mut self, here: ModuleId, path: &Path) {
        let Some(module) = self.imported_module(here, path, &[]) else {
            return;
        };
        let scope = &mut self.scopes[here.index()];
        if let Some(last) = path.segments.last() {
            scope.namespaces.insert(last.name.clone(), module);
        }
        scope.namespaces.insert(dotted(path), module);
    }

    /// The module of that name; a diagnostic when there is none. `names` are wanted from it.
    fn imported_module(
        &mut self,
        here: ModuleId,
        path: &Path,
        names: &[Ident],
    ) -> Option<ModuleId> {
        let name = dotted(path);
        let found = self.module_named(here, &name);
        if found.is_some() {
            return found;
        }
        if let Some(internal) = self.any_module_named(here, &name) {
            self.internal(internal, path.span, names);
        } else {
            let names = self.module_names(here);
            let close = suggest::closest(&name, names.keys().map(|n| &**n))
                .map(|c| format!("did you mean `{c}`?"));
            self.report_with_help(
                Code::E0031,
                path.span,
                format!("module `{name}` not found"),
                close,
            );
        }
        None
    }

    fn check_imported(&mut self, here: ModuleId, from: ModuleId, name: &Ident) {
        let scope = &self.scopes[from.index()];
        let ty = scope.types.get(&name.name).copied();
        let value = self.in_module(from, &name.name, None);
        let interface = scope.interfaces.get(&name.name);
        let exists = ty.is_some() || value.is_some() || interface.is_some();
        let public = ty.is_some_and(|t| t.is_public)
            || value.as_ref().is_some_and(|v| v.is_public())
            || interface.is_some_and(|i| i.is_public);
        if !exists {
            self.not_exported(from, name);
        } else if !public && !self.sees_private(here, from) {
            self.private(from, &name.name, name.span);
        } else if let (None, Some(Found::Constructor(entry))) = (ty, value) {
            self.opened(
                entry.ty,
                here,
                name.span,
                Opening::Constructor(name.name.clone()),
            );
        }
        // A sum comes with its constructors.
        if let Some(TypeEntryKind::Declared(id)) = ty.map(|t| t.kind) {
            self.bring_constructors(here, id);
        } else if let Some(id) = self.aliased_type(from, &name.name) {
            self.bring_constructors(here, id);
        }
    }

    /// E0034.
    pub(super) fn not_exported(&mut self, from: ModuleId, name: &Ident) {
        let scope = &self.scopes[from.index()];
        let exported = scope.exported();
        let message = format!("`{}` is not exported by module `{}`", name.name, scope.name);
        let known = scope.exported_values();
        let otherwise = self.called_otherwise(from, &name.name);
        let help = match suggest::closest(&name.name, known.iter().map(|n| &**n)) {
            _ if otherwise.is_some() => otherwise.unwrap_or_default(),
            Some(close) => format!("did you mean `{close}`?"),
            None if exported.is_empty() => "it exports nothing".to_string(),
            None => format!("it exports {}", shortened(&exported)),
        };
        self.report_with_help(Code::E0034, name.span, message, Some(help));
    }

    /// E0035.
    pub(super) fn private(&mut self, from: ModuleId, name: &Name, span: Span) {
        let scope = &self.scopes[from.index()];
        let message = format!("`{name}` is private to module `{}`", scope.name);
        let help = (!scope.is_stdlib).then(|| format!("add `pub` to the declaration of `{name}`"));
        self.report_with_help(Code::E0035, span, message, help);
    }

    /// A module sees its own private items, and `FrameTest` sees those of `Frame`: a program's
    /// tests those of the program, the library's tests those of the library.
    pub(super) fn sees_private(&self, here: ModuleId, from: ModuleId) -> bool {
        if here == from {
            return true;
        }
        if !self.out.tests_module(here, from) {
            return false;
        }
        let tested = self.scopes[here.index()]
            .last_segment()
            .strip_suffix("Test");
        tested.is_some_and(|tested| tested == self.scopes[from.index()].last_segment())
    }

    /// `type X = M.T` makes the constructors of `T` reachable through this module. An alias may
    /// name an alias, hence the second round.
    fn pass_on_constructors(&mut self, units: &[Unit<'a>]) {
        for (index, unit) in units.iter().enumerate() {
            let here = ModuleId(index as u32);
            for item in &unit.ast.items {
                if let ItemKind::Alias { name, .. } = &item.kind {
                    if let Some(id) = self.aliased_type(here, &name.name) {
                        self.pass_on(here, id, item.is_public);
                    }
                }
            }
        }
    }

    /// The declared type behind an alias, if its target is a plain name.
    pub(super) fn aliased_type(&self, module: ModuleId, name: &Name) -> Option<TypeId> {
        let (mut module, mut name) = (module, name.clone());
        for _ in 0..super::types::MAX_ALIAS_DEPTH {
            match self.scopes[module.index()].types.get(&name)?.kind {
                TypeEntryKind::Declared(id) => return Some(id),
                TypeEntryKind::Alias { target, .. } => {
                    (module, name) = self.alias_target(module, target)?
                }
            }
        }
        None
    }

    fn alias_target(&self, module: ModuleId, target: &TypeExpr) -> Option<(ModuleId, Name)> {
        let TypeExprKind::Named { path, .. } = &target.kind else {
            return None;
        };
        self.find_type(module, path)
    }

    /// Makes the constructors of `id` names of `here`; one that the module declares itself stays.
    fn pass_on(&mut self, here: ModuleId, id: TypeId, is_public: bool) {
        if !self.out.may_open(here, id) {
            return;
        }
        for (name, entry) in self.constructors_of(id, is_public) {
            self.scopes[here.index()]
                .constructors
                .entry(name)
                .or_insert(entry);
        }
    }

    /// Brings the constructors of `id` into the scope of `here`.
    fn bring_constructors(&mut self, here: ModuleId, id: TypeId) {
        if !self.out.may_open(here, id) {
            return;
        }
        for (name, entry) in self.constructors_of(id, false) {
            self.scopes[here.index()]
                .imported_constructors
                .insert(name, entry);
        }
    }

    fn constructors_of(&self, id: TypeId, is_public: bool) -> Vec<(Name, ConstructorEntry)> {
        let TypeKind::Sum(variants) = &self.out.types[id.index()].kind else {
            return Vec::new();
        };
        let entry = |(variant, v): (usize, &crate::hir::VariantDef)| {
            (
                v.name.clone(),
                ConstructorEntry {
                    ty: id,
                    variant,
                    is_public,
                },
            )
        };
        variants.iter().enumerate().map(entry).collect()
    }
}

/// A list of names that fits on a line.
fn shortened(names: &[Name]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
