//! The order of modules, and imports that go in circles.
//!
//! The standard library comes first, so that a search by name finds it before a user module of the
//! same name.

use std::collections::HashMap;

use crate::ast::{ItemKind, Module, Path};
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir::{ModuleId, Package};
use crate::source::{FileId, Name, Sources};

use super::packages;
use super::scope::ModuleScope;
use super::Resolver;

/// A file with what `Sources` knows about it.
pub(super) struct Unit<'a> {
    pub name: Name,
    pub file: FileId,
    pub is_stdlib: bool,
    pub package: Package,
    pub is_internal: bool,
    pub ast: &'a Module,
}

/// `Math.Linear` as one text.
pub(super) fn dotted(path: &Path) -> Name {
    let parts: Vec<&str> = path.segments.iter().map(|s| &*s.name).collect();
    parts.join(".").into()
}

/// All files, each after those that it imports where that is possible. Reports imports in circles.
pub(super) fn ordered<'a>(
    modules: &'a [(FileId, Module)],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Unit<'a>> {
    let mut units: Vec<Unit<'a>> = Vec::new();
    for wanted in [true, false] {
        for (file, ast) in modules {
            let source = sources.get(*file);
            if source.is_stdlib == wanted {
                units.push(Unit {
                    name: source.module.as_str().into(),
                    file: *file,
                    is_stdlib: wanted,
                    package: packages::of(source, sources),
                    is_internal: wanted && packages::is_internal(&source.module),
                    ast,
                });
            }
        }
    }
    let edges: Vec<Vec<(usize, &Path)>> =
        units.iter().map(|unit| imports_of(unit, &units)).collect();
    let order = topological(&units, &edges, diagnostics);
    let mut slots: Vec<Option<Unit<'a>>> = units.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| slots[index].take())
        .collect()
}

/// The units that a unit names in its imports. A user module hides a standard one of the same name.
fn imports_of<'a>(unit: &Unit<'a>, units: &[Unit<'a>]) -> Vec<(usize, &'a Path)> {
    let mut found = Vec::new();
    for item in &unit.ast.items {
        let path = match &item.kind {
            ItemKind::Import(path) | ItemKind::FromImport { path, .. } => path,
            _ => continue,
        };
        let name = dotted(path);
        let candidates = |stdlib: bool| {
            units
                .iter()
                .position(|u| u.is_stdlib == stdlib && u.name == name)
        };
        if let Some(index) = candidates(unit.is_stdlib).or_else(|| candidates(!unit.is_stdlib)) {
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
            is_stdlib,
            package,
            is_internal,
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
        let from_stdlib = self.scopes[from.index()].is_stdlib;
        let find = |stdlib: bool| {
            let name = if stdlib {
                packages::spelled(name)
            } else {
                name
            };
            self.scopes
                .iter()
                .position(|s| s.is_stdlib == stdlib && &*s.name == name)
        };
        find(from_stdlib)
            .or_else(|| find(!from_stdlib))
            .map(|index| ModuleId(index as u32))
    }

    /// What `name` means before a dot in module `from`: an import, else a module of the standard
    /// library with a name of one segment (or a user module that hides it). `%Service` is the
    /// standard library's module, which no user module can hide.
    pub(super) fn namespace(&self, from: ModuleId, name: &str) -> Option<ModuleId> {
        if let Some(name) = name.strip_prefix('%') {
            let found = self
                .scopes
                .iter()
                .position(|s| s.is_stdlib && &*s.name == name);
            return found.map(|index| ModuleId(index as u32));
        }
        if let Some(module) = self.scopes[from.index()].namespaces.get(name) {
            return Some(*module);
        }
        if &*self.scopes[from.index()].name == name {
            return Some(from);
        }
        let spelled = packages::spelled(name);
        let mut scopes = self.scopes.iter();
        let is_standard = scopes.any(|s| s.is_stdlib && &*s.name == spelled);
        if is_standard {
            self.module_named(from, name)
        } else {
            None
        }
    }

    /// Names of all modules that `from` may import, for suggestions.
    pub(super) fn module_names(&self, from: ModuleId) -> HashMap<Name, ModuleId> {
        let all = self
            .scopes
            .iter()
            .enumerate()
            .map(|(i, s)| (s.name.clone(), ModuleId(i as u32)));
        all.filter(|(_, module)| self.out.sees_module(from, *module))
            .collect()
    }
}
