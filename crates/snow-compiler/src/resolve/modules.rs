//! The order of modules, and imports that go in circles.
//!
//! The standard library comes first. A module of a program may have the name of one of the library:
//! it hides that from the program, and the library's own modules keep theirs.

use std::sync::Arc;

use crate::ast::{ItemKind, Module, Path};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir::{ModuleId, Package};
use crate::source::{FileId, Name, Sources};

use super::packages::{self, Dependencies, Known};
use super::scope::ModuleScope;
use super::Resolver;

/// A file with what `Sources` knows about it.
pub(super) struct Unit<'a> {
    pub name: Name,
    pub unique: Name,
    pub file: FileId,
    pub is_stdlib: bool,
    pub package: Package,
    pub is_internal: bool,
    pub ast: &'a Module,
}

impl Unit<'_> {
    fn known(&self) -> Known<'_> {
        Known {
            name: &self.name,
            is_stdlib: self.is_stdlib,
            package: &self.package,
        }
    }
}

/// `Math.Linear` as one text.
pub(super) fn dotted(path: &Path) -> Name {
    let parts: Vec<&str> = path.segments.iter().map(|s| &*s.name).collect();
    parts.join(".").into()
}

/// All files, each after those that it imports where that is possible. Reports imports in circles.
pub(super) fn ordered<'a>(
    modules: &'a [(FileId, Arc<Module>)],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Unit<'a>> {
    let mut units: Vec<Unit<'a>> = Vec::new();
    for wanted in [true, false] {
        for (file, ast) in modules {
            let source = sources.get(*file);
            if source.is_stdlib == wanted {
                let name: Name = source.module.as_str().into();
                let package = packages::of(source, sources);
                let unique = match source.is_stdlib {
                    true => name.clone(),
                    false => packages::unique(&name, &package, sources),
                };
                units.push(Unit {
                    name,
                    unique,
                    file: *file,
                    is_stdlib: wanted,
                    package,
                    is_internal: wanted && packages::is_internal(&source.module),
                    ast,
                });
            }
        }
    }
    let dependencies = Dependencies::of(sources);
    let edges: Vec<Vec<(usize, &Path)>> = units
        .iter()
        .map(|unit| imports_of(unit, &units, &dependencies))
        .collect();
    let order = topological(&units, &edges, diagnostics);
    let mut slots: Vec<Option<Unit<'a>>> = units.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| slots[index].take())
        .collect()
}

/// The units that a unit names in its imports.
fn imports_of<'a>(
    unit: &Unit<'a>,
    units: &[Unit<'a>],
    dependencies: &Dependencies,
) -> Vec<(usize, &'a Path)> {
    let mut found = Vec::new();
    for item in &unit.ast.items {
        let path = match &item.kind {
            ItemKind::Import(path) | ItemKind::FromImport { path, .. } => path,
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
            | ItemKind::Let { .. } => continue,
        };
        let name = dotted(path);
        let all = || units.iter().map(Unit::known);
        if let Some(index) = dependencies.find(unit.known(), &name, all) {
            found.push((index, path));
        }
    }
    found
}

fn topological(
    units: &[Unit],
    edges: &[Vec<(usize, &Path)>],
    diagnostics: &mut Diagnostics,
) -> Vec<usize> {
    let mut state = vec![State::New; units.len()];
    let mut order = Vec::new();
    for start in 0..units.len() {
        let mut trail: Vec<(usize, usize)> = Vec::new();
        if state[start] == State::New {
            state[start] = State::Open;
            trail.push((start, 0));
        }
        while let Some((node, next)) = trail.pop() {
            let Some((target, path)) = edges[node].get(next).copied() else {
                state[node] = State::Done;
                order.push(node);
                continue;
            };
            trail.push((node, next + 1));
            match state[target] {
                State::Done => {}
                State::New => {
                    state[target] = State::Open;
                    trail.push((target, 0));
                }
                State::Open if target == node => {
                    let message = format!("module `{}` cannot import itself", units[node].name);
                    diagnostics.push(Diagnostic::error(Code::E0042, path.span, message));
                }
                State::Open => {
                    let from = trail.iter().position(|(n, _)| *n == target).unwrap_or(0);
                    let mut names: Vec<&str> = trail[from..]
                        .iter()
                        .map(|(n, _)| &*units[*n].name)
                        .collect();
                    names.push(&units[target].name);
                    let message = format!("circular dependency: {}", names.join(" -> "));
                    let help = "move what both need into a third module";
                    diagnostics.push(Diagnostic::error(Code::E0041, path.span, message).help(help));
                }
            }
        }
    }
    order
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

impl<'a> Resolver<'a, '_> {
    pub(super) fn add_module(&mut self, unit: &Unit<'a>) {
        self.scopes
            .push(ModuleScope::new(unit.name.clone(), unit.is_stdlib));
        let (name, is_stdlib) = (unit.name.clone(), unit.is_stdlib);
        let (package, is_internal) = (unit.package.clone(), unit.is_internal);
        self.out.modules.push(crate::hir::Module {
            name,
            unique: unit.unique.clone(),
            is_stdlib,
            package,
            is_internal,
            unknown_escapes: unit.ast.unknown_escapes.clone(),
            written_dollars: unit.ast.written_dollars.clone(),
            file: unit.file,
            text: self.sources.get(unit.file).text.clone(),
        });
    }

    pub(super) fn find_prelude(&mut self) {
        let found = self
            .scopes
            .iter()
            .position(|s| s.is_stdlib && &*s.name == "Prelude");
        self.prelude = found.map(|index| ModuleId(index as u32));
    }

    /// The module of that full name as seen from `from`: user modules see user modules first, and
    /// no internal ones.
    pub(super) fn module_named(&self, from: ModuleId, name: &str) -> Option<ModuleId> {
        self.any_module_named(from, name)
            .filter(|found| self.out.sees_module(from, *found))
    }

    /// The same with internal modules.
    pub(super) fn any_module_named(&self, from: ModuleId, name: &str) -> Option<ModuleId> {
        let modules = &self.out.modules;
        let all = || modules.iter().map(Known::from);
        let found = self
            .dependencies
            .find(Known::from(&modules[from.index()]), name, all);
        found.map(|index| ModuleId(index as u32))
    }

    /// What `name` means before a dot in module `from`: an import, else a module of the standard
    /// library with a name of one segment (or a module that hides it), or one of a package that
    /// the program depends on. `%Service` is the
    /// standard library's module, which no user module can hide.
    pub(super) fn namespace(&self, from: ModuleId, name: &str) -> Option<ModuleId> {
        if let Some(name) = name.strip_prefix('%') {
            let found = self
                .scopes
                .iter()
                .position(|s| s.is_stdlib && &*s.name == name);
            return found.map(|index| ModuleId(index as u32));
        }
        let scope = &self.scopes[from.index()];
        if let Some(module) = scope.namespaces.get(name) {
            scope.used.borrow_mut().namespaces.insert(*module);
            return Some(*module);
        }
        if &*self.scopes[from.index()].name == name {
            return Some(from);
        }
        let spelled = packages::spelled(name);
        let mut scopes = self.scopes.iter();
        let is_standard = scopes.any(|s| s.is_stdlib && &*s.name == spelled);
        let package = &self.out.modules[from.index()].package;
        let first = name.split('.').next().unwrap_or_default();
        if is_standard || self.dependencies.has(package, first) {
            self.module_named(from, name)
        } else {
            None
        }
    }

    /// Names of all modules that `from` may import, for suggestions.
    pub(super) fn module_names(&self, from: ModuleId) -> Vec<Name> {
        let all = (0..self.scopes.len()).map(|index| ModuleId(index as u32));
        all.filter_map(|module| self.name_from(from, module))
            .collect()
    }

    /// How `from` names `module` in an import; `None` where it cannot.
    pub(super) fn name_from(&self, from: ModuleId, module: ModuleId) -> Option<Name> {
        if !self.out.sees_module(from, module) {
            return None;
        }
        let found = &self.out.modules[module.index()];
        let here = &self.out.modules[from.index()].package;
        self.dependencies.seen(here, &found.name, &found.package)
    }
}
