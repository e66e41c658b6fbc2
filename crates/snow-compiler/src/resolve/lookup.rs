//! Where a name is looked for: own module, `from` imports, prelude.

use crate::ast::Path;
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{suggest, Code, Diagnostic};
use crate::hir::ModuleId;
use crate::source::{Name, Span};

use super::scope::{ConstructorEntry, Found, ModuleScope, TypeEntry, TypeEntryKind};
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// The value of that name that `module` itself declares (or passes on), public or not. With an
    /// arity, the function of that arity is preferred to others of the name.
    pub(super) fn in_module(
        &self,
        module: ModuleId,
        name: &Name,
        arity: Option<usize>,
    ) -> Option<Found> {
        let scope = &self.scopes[module.index()];
        if let Some(list) = scope.functions.get(name) {
            let exact = arity.and_then(|arity| list.iter().find(|f| f.arity == arity));
            return Some(Found::Functions(
                exact.map_or_else(|| list.clone(), |f| vec![*f]),
            ));
        }
        if let Some(constant) = scope.constants.get(name) {
            return Some(Found::Constant(module, name.clone(), constant.is_public));
        }
        scope
            .constructors
            .get(name)
            .map(|entry| Found::Constructor(*entry))
    }

    /// The places an unqualified name may come from, nearest first, each with whether private items
    /// are seen there.
    fn places(&self, name: &Name) -> Vec<(ModuleId, bool)> {
        let here = self.module();
        let mut places = vec![(here, true)];
        if let Some(from) = self
            .scopes
            .get(here.index())
            .and_then(|s| s.imported.get(name))
        {
            places.push((*from, true));
        }
        if let Some(prelude) = self.prelude.filter(|p| *p != here) {
            places.push((prelude, false));
        }
        places
    }

    /// An unqualified name that is not local. A function that takes `arity` arguments wins over a
    /// nearer one that does not.
    pub(super) fn unqualified(&self, name: &Name, arity: Option<usize>) -> Option<Found> {
        let mut nearest = None;
        let is_function = name.starts_with(char::is_lowercase);
        if let Some(service) = self.body.service.as_ref().filter(|_| is_function) {
            let helper = self.in_module(self.module(), &format!("{service}.%{name}").into(), arity);
            if helper.as_ref().is_some_and(|helper| helper.takes(arity)) {
                return helper;
            }
        }
        for (module, private_too) in self.places(name) {
            let own = self
                .in_module(module, name, arity)
                .filter(|found| private_too || found.is_public());
            let imported = || {
                self.imported_constructor(module, name)
                    .map(Found::Constructor)
            };
            let Some(found) = own.or_else(imported) else {
                continue;
            };
            if found.takes(arity) {
                self.note_import(module, name);
                return Some(found);
            }
            nearest = nearest.or(Some((module, found)));
        }
        let (module, found) = nearest?;
        self.note_import(module, name);
        Some(found)
    }

    /// Notes that `name` was found in `module`, in case an import brought it.
    pub(super) fn note_import(&self, module: ModuleId, name: &Name) {
        let here = &self.scopes[self.module().index()];
        if module != self.module() && here.imported.get(name) == Some(&module) {
            here.used.borrow_mut().imported.insert(name.clone());
        }
    }

    /// An unqualified constructor.
    pub(super) fn constructor(&self, name: &Name) -> Option<ConstructorEntry> {
        let in_place = |(module, private_too): (ModuleId, bool)| {
            let own = self
                .scopes
                .get(module.index())
                .and_then(|s| s.constructors.get(name))
                .copied();
            let own = own.filter(|entry| private_too || entry.is_public);
            if own.is_some() {
                self.note_import(module, name);
            }
            own.or_else(|| self.imported_constructor(module, name))
        };
        self.places(name).into_iter().find_map(in_place)
    }

    /// A constructor that came with a type: known in the module that imported it only.
    fn imported_constructor(&self, module: ModuleId, name: &Name) -> Option<ConstructorEntry> {
        let scope = self
            .scopes
            .get(module.index())
            .filter(|_| module == self.module())?;
        let (entry, import) = scope.imported_constructors.get(name)?;
        scope.used.borrow_mut().imported.insert(import.clone());
        Some(*entry)
    }

    /// The module and name under which a type is declared. `X` alone also finds the type `X` of a
    /// module `X`.
    pub(super) fn find_type(&self, module: ModuleId, path: &Path) -> Option<(ModuleId, Name)> {
        let (last, before) = path.segments.split_last()?;
        let name = &last.name;
        let declares = |m: ModuleId| self.scopes[m.index()].types.get(name);
        let note = |m: ModuleId| {
            let types = &mut self.scopes[m.index()].used.borrow_mut().types;
            types.insert(name.clone());
        };
        if before.is_empty() {
            if declares(module).is_some() {
                note(module);
                return Some((module, name.clone()));
            }
            let imported = self.scopes[module.index()].imported.get(name).copied();
            let near = imported.filter(|m| declares(*m).is_some());
            if near.is_some() {
                let used = &self.scopes[module.index()].used;
                used.borrow_mut().imported.insert(name.clone());
            }
            let prelude = || {
                self.prelude
                    .filter(|m| declares(*m).is_some_and(|t| t.is_public))
            };
            let namesake = || {
                self.namespace(module, name)
                    .filter(|m| declares(*m).is_some_and(|t| t.is_public))
            };
            return near.or_else(prelude).or_else(namesake).map(|m| {
                note(m);
                (m, name.clone())
            });
        }
        let parts: Vec<&str> = before.iter().map(|s| &*s.name).collect();
        let owner = self.namespace(module, &parts.join("."))?;
        declares(owner).map(|_| {
            note(owner);
            (owner, name.clone())
        })
    }

    /// Whether a type of that name takes no type arguments.
    pub(super) fn is_plain_type(&self, module: ModuleId, path: &Path) -> bool {
        let entry = self
            .find_type(module, path)
            .and_then(|(owner, name)| self.type_entry(owner, &name));
        match entry.map(|entry| entry.kind) {
            Some(TypeEntryKind::Declared(id)) => self.out.types[id.index()].generics.is_empty(),
            Some(TypeEntryKind::Alias { generics, .. }) => generics.is_empty(),
            None => false,
        }
    }

    pub(super) fn type_entry(&self, module: ModuleId, name: &Name) -> Option<TypeEntry<'a>> {
        self.scopes[module.index()].types.get(name).copied()
    }

    /// E0004 with the nearest name in scope.
    pub(super) fn unbound(&mut self, name: &Name, span: Span) {
        let here = self.module();
        if let Some(internal) = self.internal_named(here, name) {
            return self.internal(internal, span, &[]);
        }
        let is_lost = self.scopes[here.index()].lost_imports.contains(name);
        if is_lost || self.foreign_value(name, span) {
            return;
        }
        let message = format!("undefined variable: {name}");
        if let Some(help) = self.of_service(name) {
            let report = Diagnostic::error(Code::E0004, span, message);
            return self.diagnostics.note_advice(report.help(help));
        }
        let is_local = |names: &Vec<Name>| names.contains(name);
        let meant = if self.body.local_functions.iter().any(is_local) {
            Some(Correction::advice(format!(
                "a local function sees itself and those above it: declare `{name}` further up, or \
                 move functions that call each other out of the block"
            )))
        } else if self.namespace(here, name).is_some() {
            let help = format!("`{name}` is a module: write `{name}.something`");
            Some(Correction::advice(help))
        } else if let Some(module) = self.unimported(name) {
            Some(Correction::advice(format!("add `import {module}`")))
        } else if let Some(meant) = self.elsewhere(name) {
            Some(meant)
        } else if let Some(meant) = self.prefixed(name) {
            Some(meant)
        } else {
            let names = self.names_in_scope();
            suggest::near(name, names.iter().map(|n| &**n))
        };
        let report = Diagnostic::error(Code::E0004, span, message);
        self.diagnostics.note(report.corrected(span, meant));
    }

    /// How to write a name that an imported module exports.
    fn elsewhere(&self, name: &Name) -> Option<Correction> {
        let imported = &self.scopes[self.module().index()].namespaces;
        let exports = |module: &&ModuleId| {
            let known = self.scopes[module.index()].exported_values();
            known.contains(name)
        };
        let mut owners: Vec<&Name> = imported
            .iter()
            .filter(|(_, module)| exports(module))
            .map(|(short, _)| short)
            .collect();
        // The shortest, so that the same program always gets the same advice.
        owners.sort_by_key(|owner| (owner.len(), (*owner).clone()));
        let owner = owners.first()?;
        let module = *imported.get(*owner)?;
        let module = self.name_from(self.module(), module)?;
        let is_constructor = self.scopes[imported.get(*owner)?.index()]
            .constructors
            .get(name);
        let from = match is_constructor {
            // A sum brings its constructors along.
            Some(entry) => &self.out.types[entry.ty.index()].name,
            None => name,
        };
        Some(Correction {
            help: format!("write `{owner}.{name}`, or add `from {module} import {from}`"),
            name: Some(format!("{owner}.{name}")),
        })
    }

    /// A module that `name` would mean if it were imported.
    pub(super) fn unimported(&self, name: &str) -> Option<Name> {
        let here = self.module();
        let fits = |(index, scope): (usize, &ModuleScope)| {
            let module = ModuleId(index as u32);
            let is_named = scope.last_segment() == name;
            self.name_from(here, module).filter(|_| is_named)
        };
        self.scopes.iter().enumerate().find_map(fits)
    }

    fn names_in_scope(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self
            .body
            .scopes
            .iter()
            .flat_map(|s| s.keys().cloned())
            .collect();
        for (index, scope) in self.scopes.iter().enumerate() {
            let here = index == self.module().index();
            if here || self.prelude == Some(ModuleId(index as u32)) {
                names.extend(
                    scope
                        .functions
                        .iter()
                        .filter(|(_, f)| here || f.iter().any(|f| f.is_public))
                        .map(|x| x.0.clone()),
                );
                names.extend(
                    scope
                        .constructors
                        .iter()
                        .filter(|(_, c)| here || c.is_public)
                        .map(|x| x.0.clone()),
                );
                names.extend(scope.constants.keys().cloned());
            }
            if here {
                names.extend(
                    scope
                        .imported
                        .keys()
                        .chain(scope.imported_constructors.keys())
                        .cloned(),
                );
            }
        }
        names.retain(|name| !name.contains(['%', '.', ' ']));
        names.sort();
        names
    }

    /// Names of all constructors in scope, for suggestions.
    pub(super) fn constructor_names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = self.scopes[self.module().index()]
            .constructors
            .keys()
            .cloned()
            .collect();
        if let Some(prelude) = self.prelude {
            names.extend(self.scopes[prelude.index()].constructors.keys().cloned());
        }
        names.retain(|name| !name.contains('.'));
        names.sort();
        names
    }
}
