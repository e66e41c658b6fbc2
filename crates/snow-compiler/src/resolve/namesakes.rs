//! `Point.name` where a module and a type, or an interface, are both called `Point`. The type is one
//! of this file, or one that the file imports by name.

use crate::ast::Ident;
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{suggest, Code, Diagnostic};
use crate::hir::{Interface, ModuleId, Role, TypeKind};
use crate::source::Name;
use crate::types::Ty;

use super::imports::shortened;
use super::scope::{Found, Import};
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// The module that declares the type or interface which `name` alone means here, when that is
    /// not the prelude.
    fn near(&self, name: &Name) -> Option<ModuleId> {
        let here = self.module();
        let declares = |m: &ModuleId| {
            let scope = &self.scopes[m.index()];
            scope.types.contains_key(name) || scope.interfaces.contains_key(name)
        };
        let own = Some(here).filter(declares);
        let imported = || self.scopes[here.index()].imported.get(name).copied();
        own.or_else(|| imported().filter(declares))
    }

    /// The same when it is another module than `module`.
    fn near_beside(&self, module: ModuleId, name: &Name) -> Option<ModuleId> {
        self.near(name).filter(|owner| *owner != module)
    }

    /// `Shop.total` of a service `Shop` near by that module `Shop` declares, for a call with so many
    /// arguments.
    pub(super) fn in_own_service(
        &self,
        module: ModuleId,
        segments: &[Ident],
        arity: Option<usize>,
    ) -> Option<Found> {
        let [service, name] = segments else {
            return None;
        };
        let owner = self.near(&service.name)?;
        let found = (owner == module)
            .then(|| self.in_service(owner, &service.name, &name.name, arity))
            .flatten();
        found.filter(|found| found.takes(arity))
    }

    /// `Tools.Big` of a type, service or interface `Tools` near by, beside a module of that name.
    pub(super) fn in_near(
        &mut self,
        module: ModuleId,
        segments: &[Ident],
        arity: Option<usize>,
    ) -> Option<Found> {
        let [ty, name] = segments else { return None };
        let owner = self.near_beside(module, &ty.name)?;
        if self.scopes[owner.index()].interfaces.contains_key(&ty.name) {
            return self.named_method(std::slice::from_ref(ty), name)?;
        }
        let id = self.type_named(owner, &ty.name)?;
        let variant = self.variant(id, &name.name);
        let function = || self.in_service(owner, &ty.name, &name.name, arity);
        let found = variant.map(Found::Constructor).or_else(function);
        if found.is_some() || !self.implements_method(&Ty::Con(id, Vec::new()), &name.name) {
            return found;
        }
        let method = self.named_method(std::slice::from_ref(ty), name)?;
        Some(method.unwrap_or(Found::Ambiguous))
    }

    /// Whether an impl that is written for the type has a method of that name.
    fn implements_method(&self, ty: &Ty, name: &Name) -> bool {
        let methods = self.methods(name);
        let mut interfaces = methods.iter().map(|(id, ..)| *id);
        interfaces.any(|id| !self.out.impls_of(id, ty).is_empty())
    }

    /// Whether this file imports the module; others of the library need no import.
    pub(super) fn is_imported(&self, module: ModuleId) -> bool {
        let imports = &self.scopes[self.module().index()].imports;
        let mut imported = imports.iter();
        imported.any(|import| matches!(import, Import::Module(_, known) if *known == module))
    }

    /// E0044 for `Tools.name` where both an imported module and a type near by have it. `own` is
    /// what the type has.
    pub(super) fn two_meanings(&mut self, module: ModuleId, segments: &[Ident], own: &Found) {
        let [first, last] = segments else { return };
        let here = self.module();
        let (ty, name) = (&first.name, &last.name);
        let Some(owner) = self.near(ty) else {
            return;
        };
        let is_own = owner == module;
        let module = self.name_from(here, module).unwrap_or_else(|| ty.clone());
        let of_type = self.words_for(owner, ty);
        let message = format!("`{ty}.{name}` may be of module `{module}` or of {of_type}");
        let mut ways = Vec::new();
        if is_own {
            ways.push(format!(
                "write `{module}.{ty}.{name}` for that of the service"
            ));
        } else if module != *ty {
            ways.push(format!("write `{module}.{name}`"));
        }
        let interface = self.interface_of(own);
        if let Some(interface) = interface.filter(|interface| interface.name != *ty) {
            let way = format!("write `{}.{name}` for that of the type", interface.name);
            ways.push(way);
        }
        ways.push(match owner == here {
            true => format!("give `{ty}` in this file another name"),
            false => format!("do not import `{ty}` by name"),
        });
        let place = first.span.to(last.span);
        let mut report = Diagnostic::error(Code::E0044, place, message);
        let declared = self.type_entry(owner, ty).map(|entry| entry.span);
        if let Some(span) = declared.or(interface.map(|interface| interface.span)) {
            report = report.also(span, of_type);
        }
        self.diagnostics.push(report.help(ways.join(", or ")));
    }

    fn interface_of(&self, found: &Found) -> Option<&Interface> {
        let Found::Method(id, _) = found else {
            return None;
        };
        match self.out.functions[id.index()].role {
            Role::Interface(id, _) => Some(&self.out.interfaces[id.index()]),
            Role::Free | Role::Impl(..) => None,
        }
    }

    fn words_for(&self, owner: ModuleId, ty: &Name) -> String {
        if owner == self.module() {
            return format!("`{ty}` in this file");
        }
        format!("the `{ty}` of module `{}`", self.scopes[owner.index()].name)
    }

    /// E0034 for `Point.name` that neither a module `Point` nor the type `Point` near by has. False
    /// when there is no such type.
    pub(super) fn neither_has(&mut self, module: ModuleId, before: &[Ident], name: &Ident) -> bool {
        let [ty] = before else { return false };
        let Some(owner) = self.near_beside(module, &ty.name) else {
            return false;
        };
        let of_type = self.words_for(owner, &ty.name);
        let scope = &self.scopes[module.index()];
        let message = format!(
            "neither module `{}` nor {of_type} has `{}`",
            scope.name, name.name
        );
        let mut known = scope.values_like(&name.name);
        known.extend(self.variants_of(before).unwrap_or_default());
        let meant = suggest::did_you_mean(&name.name, known.iter().map(|n| &**n));
        let exported = || match scope.exported() {
            names if names.is_empty() => "the module exports nothing".to_string(),
            names => format!("the module exports {}", shortened(&names)),
        };
        let otherwise = || Correction::advice(self.beside(name).unwrap_or_else(exported));
        let meant = meant.unwrap_or_else(otherwise);
        let report = Diagnostic::error(Code::E0034, name.span, message);
        self.diagnostics.push(report.corrected(name.span, meant));
        true
    }

    /// E0004 for `Point.name` where `Point` is a struct that has no such function. False when it is
    /// none.
    pub(super) fn not_of_struct(&mut self, before: &[Ident], name: &Ident) -> bool {
        let Some(id) = self.type_in_scope(self.module(), before) else {
            return false;
        };
        let TypeKind::Struct(fields) = &self.out.types[id.index()].kind else {
            return false;
        };
        let ty = before.last().map_or_else(Name::default, |s| s.name.clone());
        let fields = fields.iter().map(|(field, _)| format!("{field}: …"));
        let fields: Vec<String> = fields.collect();
        let message = format!("struct `{ty}` has no function `{}`", name.name);
        let help = self.beside(name).unwrap_or_else(|| {
            format!(
                "a value of it is made by `{ty} {{ {} }}`",
                fields.join(", ")
            )
        });
        self.report_with_help(Code::E0004, name.span, message, Some(help));
        true
    }

    /// E0004 for `Tree.name` where `Tree` is a supervisor, which is one function. False when it is
    /// none.
    pub(super) fn not_of_supervisor(&mut self, before: &[Ident], name: &Ident) -> bool {
        let [tree] = before else { return false };
        let is_capital = tree.name.starts_with(char::is_uppercase);
        let found = is_capital.then(|| self.unqualified(&tree.name, None));
        if !matches!(found, Some(Some(Found::Functions(_)))) {
            return false;
        }
        let (tree, name) = (&tree.name, &name.name);
        let message = format!("supervisor `{tree}` has no function `{name}`");
        let help = format!("`spawn({tree})` starts it, and module `Supervisor` has the rest");
        self.report_with_help(Code::E0004, before[0].span, message, Some(help));
        true
    }

    /// What to write for a function of this file that stands behind a type.
    fn beside(&self, name: &Ident) -> Option<String> {
        let found = self.in_module(self.module(), &name.name, None)?;
        match found {
            Found::Functions(_) => Some(format!(
                "`{0}` is a function of this file: write `{0}(…)`",
                name.name
            )),
            Found::Constructor(_) | Found::Constant(..) | Found::Method(..) | Found::Ambiguous => {
                None
            }
        }
    }
}
