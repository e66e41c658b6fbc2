//! `import` and `from … import`, and constructors that an alias passes on.

use rustc_hash::FxHashMap;

use crate::ast::{Ident, ItemKind, Path, TypeExpr, TypeExprKind};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{suggest, Code, Diagnostic};
use crate::hir::{Meaning, ModuleId, TypeId, TypeKind, Unused, UnusedKind};
use crate::source::{Name, Span};

use super::modules::{dotted, Unit};
use super::opaque::Opening;
use super::scope::{ConstructorEntry, Found, Import, ModuleScope, TypeEntryKind};
use super::services::snake;
use super::Resolver;

/// Names that the imports of one module have brought so far: where, and what they mean.
#[derive(Default)]
struct Brought<'a> {
    namespaces: FxHashMap<&'a Name, (&'a Path, ModuleId)>,
    names: FxHashMap<&'a Name, (Span, &'a Path, ModuleId)>,
}

impl<'a> Resolver<'a, '_> {
    /// Fills `namespaces` and `imported` of all modules, then checks that what is imported exists.
    pub(super) fn import_all(&mut self, units: &[Unit<'a>]) {
        let mut wanted: Vec<(ModuleId, ModuleId, &'a Ident)> = Vec::new();
        for (index, unit) in units.iter().enumerate() {
            let here = ModuleId(index as u32);
            let mut brought = Brought::default();
            for item in &unit.ast.items {
                match &item.kind {
                    ItemKind::Import(path) => self.import(here, path, &mut brought),
                    ItemKind::FromImport { path, names } => {
                        let Some(from) = self.imported_module(here, path, names) else {
                            let lost = names.iter().map(|name| name.name.clone());
                            self.scopes[index].lost_imports.extend(lost);
                            continue;
                        };
                        if let Some(last) = path.segments.last() {
                            self.mention(&last.name, last.span, Meaning::Module(from));
                        }
                        for name in names {
                            if self.is_new(here, (path, from), name, &mut brought) {
                                let scope = &mut self.scopes[index];
                                scope.imported.insert(name.name.clone(), from);
                                scope.imports.push(Import::Name(name));
                                wanted.push((here, from, name));
                            }
                        }
                    }
                    ItemKind::Fn(_)
                    | ItemKind::Struct(_)
                    | ItemKind::Sum(_)
                    | ItemKind::Alias { .. }
                    | ItemKind::Interface(_)
                    | ItemKind::Impl(_)
                    | ItemKind::Actor(_)
                    | ItemKind::Service(_)
                    | ItemKind::Supervisor(_)
                    | ItemKind::Test { .. }
                    | ItemKind::Extern(_)
                    | ItemKind::ExternType { .. }
                    | ItemKind::Let { .. } => {}
                }
            }
        }
        self.pass_on_constructors(units);
        for (here, from, name) in wanted {
            self.check_imported(here, from, name);
        }
    }

    fn import(&mut self, here: ModuleId, path: &'a Path, brought: &mut Brought<'a>) {
        let (Some(module), Some(last)) =
            (self.imported_module(here, path, &[]), path.segments.last())
        else {
            let lost = &mut self.scopes[here.index()].lost_imports;
            lost.insert(dotted(path));
            lost.extend(path.segments.last().map(|last| last.name.clone()));
            return;
        };
        self.mention(&last.name, last.span, Meaning::Module(module));
        let scope = &mut self.scopes[here.index()];
        scope.namespaces.insert(dotted(path), module);
        match brought.namespaces.get(&last.name).copied() {
            None => {
                brought.namespaces.insert(&last.name, (path, module));
                scope.namespaces.insert(last.name.clone(), module);
                scope.imports.push(Import::Module(path, module));
            }
            Some((_, known)) if known == module => {
                self.unused_import(here, dotted(path), path.span);
            }
            Some((first, _)) => {
                let message = format!("`{}` names two imported modules", last.name);
                let report = Diagnostic::error(Code::E0044, path.span, message)
                    .also(first.span, "the other import");
                self.diagnostics.push(report.help(format!(
                    "take what you need of one of them by `from {} import …`",
                    dotted(path)
                )));
            }
        }
    }

    fn unused_import(&mut self, module: ModuleId, name: Name, span: Span) {
        self.out.unused.push(Unused {
            module,
            kind: UnusedKind::Import,
            name,
            span,
        });
    }

    /// Whether no other import brings that name. E0044 when one of another module does, unless both
    /// mean one type.
    fn is_new(
        &mut self,
        here: ModuleId,
        (path, from): (&'a Path, ModuleId),
        name: &'a Ident,
        brought: &mut Brought<'a>,
    ) -> bool {
        let Some((first, other, known)) = brought.names.get(&name.name).copied() else {
            brought.names.insert(&name.name, (name.span, path, from));
            return true;
        };
        let ty = |module| self.aliased_type(module, &name.name);
        if known == from || (ty(known).is_some() && ty(known) == ty(from)) {
            self.unused_import(here, name.name.clone(), name.span);
            return false;
        }
        let (path, other) = (dotted(path), dotted(other));
        let message = format!(
            "`{}` is imported from `{other}` and from `{path}`",
            name.name
        );
        let short = path.rsplit('.').next().unwrap_or_default();
        let report = Diagnostic::error(Code::E0044, name.span, message)
            .also(first, "the other import")
            .help(format!(
                "leave one out: `import {path}` makes `{short}.{}` of it",
                name.name
            ));
        self.diagnostics.push(report);
        false
    }

    /// Notes imports, constants and types that the module does not use. All bodies have been
    /// resolved.
    pub(super) fn note_unused(&mut self, module: ModuleId) {
        let scope = &self.scopes[module.index()];
        let used = scope.used.borrow();
        let mut found: Vec<(UnusedKind, Name, Span)> = Vec::new();
        // An import may be there for the impls of its module alone.
        let has_impls = |module: ModuleId| self.out.impls.iter().any(|one| one.module == module);
        for import in &scope.imports {
            match import {
                Import::Module(path, module)
                    if !used.namespaces.contains(module) && !has_impls(*module) =>
                {
                    found.push((UnusedKind::Import, dotted(path), path.span));
                }
                Import::Name(name) if !used.imported.contains(&name.name) => {
                    let kind = match scope.brought_with(&name.name) {
                        Some(ty) if !self.imports_type(scope, &name.name) => {
                            UnusedKind::ImportedWith(ty)
                        }
                        Some(_) | None => UnusedKind::Import,
                    };
                    found.push((kind, name.name.clone(), name.span));
                }
                Import::Module(..) | Import::Name(_) => {}
            }
        }
        for (name, constant) in &scope.constants {
            if !constant.is_public && !used.constants.contains(name) {
                found.push((UnusedKind::Constant, name.clone(), constant.span));
            }
        }
        for (name, ty) in &scope.types {
            // What a service is made of has names that no program can write.
            let is_written = !name.contains([' ', '%', '.']);
            if is_written && !ty.is_public && !used.types.contains(name) {
                found.push((UnusedKind::Type, name.clone(), ty.span));
            }
        }
        drop(used);
        found.sort_by_key(|(_, _, span)| *span);
        let unused = |(kind, name, span)| Unused {
            module,
            kind,
            name,
            span,
        };
        self.out.unused.extend(found.into_iter().map(unused));
    }

    /// Whether a name that `scope` imports is one of a type.
    fn imports_type(&self, scope: &ModuleScope, name: &Name) -> bool {
        let from = scope.imported.get(name);
        from.is_some_and(|from| self.scopes[from.index()].types.contains_key(name))
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
            let same = names.iter().find(|n| n.eq_ignore_ascii_case(&name));
            let close = same
                .map(|same| same.to_string())
                .or_else(|| suggest::closest(&name, names.iter().map(|n| &**n)))
                .map(Correction::near);
            let is_lower = name.starts_with(char::is_lowercase);
            let file = || {
                let parts: Vec<String> = name.split('.').map(snake).collect();
                let file = parts.join("/");
                Correction::advice(format!(
                    "a module is a file of the project: this one would be `{file}.snow`"
                ))
            };
            let close = close.or_else(|| {
                is_lower.then(|| {
                    Correction::advice(
                        "modules begin with a capital, and those of the library need no import: \
                         leave this out",
                    )
                })
            });
            let message = format!("module `{name}` not found");
            let report = Diagnostic::error(Code::E0031, path.span, message);
            let meant = close.unwrap_or_else(file);
            self.diagnostics.push(report.corrected(path.span, meant));
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
        let is_hidden = !public && !self.out.sees_private(here, from);
        if !exists || (is_hidden && scope.is_stdlib) {
            // What the library keeps for itself is nothing that a program could ask for.
            let known = scope.exported_values();
            self.not_exported(from, name, &known, None);
            let own = &mut self.scopes[here.index()];
            own.imported.remove(&name.name);
            own.lost_imports.insert(name.name.clone());
        } else if is_hidden {
            self.private(from, &name.name, name.span);
        } else if let (None, Some(Found::Constructor(entry))) = (ty, value) {
            self.opened(
                entry.ty,
                here,
                name.span,
                Opening::Constructor(name.name.clone()),
            );
        }
        self.mention_imported(from, name);
        // A sum comes with its constructors.
        if let Some(TypeEntryKind::Declared(id)) = ty.map(|t| t.kind) {
            self.bring_constructors(here, id, &name.name);
        } else if let Some(id) = self.aliased_type(from, &name.name) {
            self.bring_constructors(here, id, &name.name);
        }
    }

    /// E0034. `known` is what may be meant. `arity` is the number of arguments when it is called.
    pub(super) fn not_exported(
        &mut self,
        from: ModuleId,
        name: &Ident,
        known: &[Name],
        arity: Option<usize>,
    ) {
        if self.foreign_member_of(from, name) {
            return;
        }
        let scope = &self.scopes[from.index()];
        let is_import = arity.is_none() && self.body.module.is_none();
        let exported = scope.exported();
        let message = format!("`{}` is not exported by module `{}`", name.name, scope.name);
        let meant = self
            .stands_alone(&name.name)
            .or_else(|| self.called_otherwise(from, &name.name))
            .or_else(|| suggest::did_you_mean(&name.name, known.iter().map(|n| &**n)))
            .unwrap_or_else(|| match exported.is_empty() {
                true => Correction::advice(
                    "it exports nothing: `pub` stands in front of what it should",
                ),
                false => Correction::advice(format!("it exports {}", shortened(&exported))),
            });
        let fits = |meant: &String| {
            let found = self.in_module(from, &meant.as_str().into(), arity);
            !is_import && found.is_none_or(|found| found.takes(arity))
        };
        let meant = match meant.name.as_ref().is_some_and(fits) {
            true => meant,
            false => meant.without_name(),
        };
        let report = Diagnostic::error(Code::E0034, name.span, message);
        self.diagnostics.push(report.corrected(name.span, meant));
    }

    /// Advice about what has a name of its own, and is no part of another module.
    fn stands_alone(&self, name: &Name) -> Option<Correction> {
        let is_capital = name.starts_with(char::is_uppercase);
        let is_interface = self
            .scopes
            .iter()
            .any(|scope| scope.interfaces.get(name).is_some_and(|i| i.is_public));
        let help = if is_interface {
            format!("the interface `{name}` needs no import and stands alone")
        } else if is_capital && self.namespace(self.module(), name).is_some() {
            format!("`{name}` is a module of its own: write `{name}.something`")
        } else {
            return None;
        };
        Some(Correction::advice(help))
    }

    /// E0035.
    pub(super) fn private(&mut self, from: ModuleId, name: &Name, span: Span) {
        let scope = &self.scopes[from.index()];
        let message = format!("`{name}` is private to module `{}`", scope.name);
        let help = (!scope.is_stdlib).then(|| format!("add `pub` to the declaration of `{name}`"));
        self.report_with_help(Code::E0035, span, message, help);
    }

    /// `type X = M.T` makes the constructors of `T` reachable through this module. An alias may
    /// name an alias, hence the second round.
    fn pass_on_constructors(&mut self, units: &[Unit<'a>]) {
        self.note_known_as();
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

    /// Notes the names that modules of the library give to types of internal ones: no program can
    /// write the others.
    fn note_known_as(&mut self) {
        let mut found: Vec<(TypeId, Name)> = Vec::new();
        for (index, scope) in self.scopes.iter().enumerate() {
            let face = ModuleId(index as u32);
            let is_open = scope.is_stdlib && !self.out.modules[index].is_internal;
            for (name, entry) in scope.types.iter().filter(|(_, entry)| entry.is_public) {
                let is_alias = matches!(entry.kind, TypeEntryKind::Alias { .. });
                let id = self
                    .aliased_type(face, name)
                    .filter(|_| is_open && is_alias);
                let is_hidden = |id: &TypeId| {
                    let owner = self.out.types[id.index()].module;
                    self.out.modules[owner.index()].is_internal && self.out.face_of(owner) == face
                };
                found.extend(id.filter(is_hidden).map(|id| (id, name.clone())));
            }
        }
        found.sort();
        for (id, name) in found {
            let def = &mut self.out.types[id.index()];
            let is_first = def.known_as.is_none();
            def.known_as = match name == def.name || is_first {
                true => Some(name),
                false => def.known_as.take(),
            };
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

    /// Brings the constructors of `id` into the scope of `here`, which imports it by `import`.
    fn bring_constructors(&mut self, here: ModuleId, id: TypeId, import: &Name) {
        if !self.out.may_open(here, id) {
            return;
        }
        for (name, entry) in self.constructors_of(id, false) {
            let scope = &mut self.scopes[here.index()];
            let brought = (entry, import.clone());
            let old = scope.imported_constructors.insert(name.clone(), brought);
            if let Some((old, _)) = old.filter(|(old, _)| old.ty != id) {
                scope.ambiguous_constructors.insert(name, (old.ty, id));
            }
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

/// A list of names; of a very long one the beginning.
pub(super) fn shortened(names: &[Name]) -> String {
    const SHOWN: usize = 40;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|n| format!("`{n}`")).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
