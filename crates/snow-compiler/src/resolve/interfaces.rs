//! Interfaces: their declaration, what a name of one means, and what `where` asks.

use crate::ast::{self, InterfaceItem, Item, Path, PatternKind, TypeExpr};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{suggest, Code, Diagnostic};
use crate::hir::{FnId, FunctionKind, Interface, InterfaceId, Meaning, Method, ModuleId, Role};
use crate::source::{Name, Span};
use crate::types::{Bounds, InterfaceBound, Need, Ty};

use super::declare::FunctionSource;
use super::modules::dotted;
use super::scope::{InterfaceEntry, ModuleScope};
use super::types::plural;
use super::Resolver;

/// Whether a function has a receiver: a first parameter called `self`.
pub(super) fn has_receiver(item: &ast::FnItem) -> bool {
    item.params.first().is_some_and(|first| {
        !first.is_self_pid
            && matches!(&first.pattern.kind, PatternKind::Name(name) if &*name.name == "self")
    })
}

impl<'a> Resolver<'a, '_> {
    pub(super) fn declare_interface(
        &mut self,
        module: ModuleId,
        written: &'a InterfaceItem,
        item: &Item,
        sources: &mut Vec<FunctionSource<'a>>,
    ) {
        let id = InterfaceId(self.out.interfaces.len() as u32);
        let name = &written.name;
        self.declares(name, Meaning::Interface(id));
        self.no_repeats("type parameter", written.generics.iter());
        self.no_repeats("method", written.methods.iter().map(|m| &m.function.name));
        let mut methods = Vec::new();
        for (index, written) in written.methods.iter().enumerate() {
            let (method, has_body) = (&written.function, written.has_body);
            let span = method.name.span;
            let kind = FunctionKind::Plain;
            let function = self.push_function(module, &method.name, span, kind, &method.params);
            self.out.functions[function.index()].role = Role::Interface(id, index);
            sources.push(FunctionSource::Method(method, has_body));
            methods.push(Method {
                name: method.name.name.clone(),
                function,
                arity: method.params.len(),
                is_static: !has_receiver(method),
                has_default: has_body,
            });
        }
        let is_prelude = Some(module) == self.prelude;
        let need = Need::of_interface(&name.name).filter(|_| is_prelude);
        self.out.interfaces.push(Interface {
            module,
            name: name.name.clone(),
            generics: written.generics.iter().map(|g| g.name.clone()).collect(),
            methods,
            need,
            is_public: item.is_public,
            span: name.span,
        });
        let entry = InterfaceEntry {
            id,
            is_public: item.is_public,
        };
        let interfaces = &mut self.scopes[module.index()].interfaces;
        let known = *interfaces.entry(name.name.clone()).or_insert(entry);
        if known.id != id {
            let first = self.out.interfaces[known.id.index()].span;
            self.duplicate("interface", &name.name, name.span, first);
        }
    }

    /// What a name of an interface means in the module being resolved: own, imported, of the
    /// prelude, and else the only public one of that name anywhere.
    pub(super) fn find_interface(&self, segments: &[ast::Ident]) -> Option<InterfaceEntry> {
        let here = self.module();
        let (last, before) = segments.split_last()?;
        let name = &last.name;
        let declared = |module: ModuleId| self.scopes[module.index()].interfaces.get(name).copied();
        if !before.is_empty() {
            let parts: Vec<&str> = before.iter().map(|s| &*s.name).collect();
            return declared(self.namespace(here, &parts.join("."))?);
        }
        let imported = self.scopes[here.index()].imported.get(name).copied();
        let import = || {
            let found = declared(imported?)?;
            let used = &self.scopes[here.index()].used;
            used.borrow_mut().imported.insert(name.clone());
            Some(found)
        };
        let near = declared(here).or_else(import);
        let of_prelude = || self.prelude.and_then(declared);
        near.or_else(of_prelude).or_else(|| {
            // What a program declares changes nothing in the library.
            let in_library = self.scopes[here.index()].is_stdlib;
            let seen = |scope: &&ModuleScope| !in_library || scope.is_stdlib;
            let scopes = self.scopes.iter().filter(seen);
            let mut all = scopes.filter_map(|s| s.interfaces.get(name).filter(|i| i.is_public));
            let only = all.next().copied();
            only.filter(|_| all.next().is_none())
        })
    }

    /// The same with a report: E0035, E0040.
    pub(super) fn interface(&mut self, path: &Path) -> Option<InterfaceId> {
        let here = self.module();
        let Some(entry) = self.find_interface(&path.segments) else {
            self.unknown_interface(path);
            return None;
        };
        let owner = self.out.interfaces[entry.id.index()].module;
        if let Some(last) = path.segments.last() {
            self.mention(&last.name, last.span, Meaning::Interface(entry.id));
        }
        if !entry.is_public && !self.out.sees_private(here, owner) {
            let name = self.out.interfaces[entry.id.index()].name.clone();
            self.private(owner, &name, path.span);
        }
        Some(entry.id)
    }

    fn unknown_interface(&mut self, path: &Path) {
        let name = dotted(path);
        let same: Vec<&Interface> = self
            .out
            .interfaces
            .iter()
            .filter(|i| *i.name == *name)
            .collect();
        if same.len() > 1 {
            let shown =
                |i: &&Interface| format!("`{}.{}`", self.scopes[i.module.index()].name, i.name);
            let all: Vec<String> = same.iter().map(shown).collect();
            let message = format!("`{name}` may be {}", all.join(" or "));
            let help = "import the one you mean".to_string();
            return self.report_with_help(Code::E0040, path.span, message, Some(help));
        }
        let names = self.out.interfaces.iter().map(|i| &*i.name);
        let close = suggest::near(&name, names);
        let is_type = self.find_type(self.module(), path).is_some();
        let last = path.segments.last().filter(|_| path.segments.len() > 1);
        let alone = last.filter(|last| {
            let segment = std::slice::from_ref(*last);
            self.find_interface(segment).is_some()
        });
        let help = match is_type {
            _ if alone.is_some() => Correction {
                help: "the name of an interface stands alone".to_string(),
                name: alone.map(|last| last.name.to_string()),
            },
            true => Correction::advice(format!(
                "`{name}` is a type: an impl reads `impl Interface for Type`"
            )),
            false => close.unwrap_or_else(|| {
                Correction::advice(format!("declare it: `interface {name} do … end`"))
            }),
        };
        let message = format!("unknown interface `{name}`");
        let report = Diagnostic::error(Code::E0040, path.span, message);
        self.diagnostics.push(report.corrected(path.span, help));
    }

    /// Type arguments of an interface. E0003 when there are too many or too few; where open ones
    /// are allowed, none stand for any.
    pub(super) fn interface_arguments(
        &mut self,
        id: InterfaceId,
        written: &[TypeExpr],
        may_be_open: bool,
        span: Span,
    ) -> Vec<Ty> {
        let arguments: Vec<Ty> = written.iter().map(|t| self.ty(t)).collect();
        let interface = &self.out.interfaces[id.index()];
        let expected = interface.generics.len();
        if arguments.len() == expected {
            return arguments;
        }
        if arguments.is_empty() && may_be_open {
            let first = self.body.open_types;
            self.body.open_types += expected as u32;
            return (first..first + expected as u32).map(Ty::Var).collect();
        }
        let message = format!(
            "`{}` takes {expected} type argument{}, found {}",
            interface.name,
            plural(expected),
            arguments.len()
        );
        self.report(Code::E0003, span, message);
        vec![Ty::Error; expected]
    }

    /// Adds what `where` asks to the type parameters in scope.
    pub(super) fn bounds(&mut self, generics: &mut [(Name, Bounds)], written: &[ast::Bound]) {
        for bound in written {
            self.body.open_types = 0;
            let Some(id) = self.interface(&bound.interface) else {
                continue;
            };
            let span = bound.interface.span;
            let arguments = self.interface_arguments(id, &bound.arguments, true, span);
            let name = &bound.name;
            match generics.iter_mut().find(|(g, _)| *g == name.name) {
                Some((_, all)) => self.out.interfaces[id.index()].ask(id, arguments, all),
                None => {
                    let message = format!("`{}` is not a type parameter here", name.name);
                    self.report(Code::E0040, name.span, message);
                }
            }
        }
    }

    /// Type parameters that a function has from what it stands in.
    pub(super) fn outer_generics(&mut self, id: FnId) -> Vec<(Name, Bounds)> {
        match self.out.functions[id.index()].role {
            Role::Free => Vec::new(),
            Role::Interface(interface, _) => {
                let def = &self.out.interfaces[interface.index()];
                let count = def.generics.len() as u32;
                let mut bounds = Bounds::default();
                def.ask(interface, (1..=count).map(Ty::Param).collect(), &mut bounds);
                let own = def.generics.iter().map(|g| (g.clone(), Bounds::default()));
                std::iter::once(("Self".into(), bounds))
                    .chain(own)
                    .collect()
            }
            Role::Impl(id, _) => {
                let found = &self.out.impls[id.index()];
                self.body.self_type = Some(found.target.clone());
                found.generics.clone()
            }
        }
    }

    /// A method of an interface. A parameter without a type is of type `Self`.
    pub(super) fn interface_method(&mut self, id: FnId, item: &'a ast::FnItem, has_body: bool) {
        let (generics, params, result) = (&item.generics, &item.params, item.result.as_ref());
        self.signature(id, generics, params, result, &item.bounds);
        let function = &mut self.out.functions[id.index()];
        for annotation in &mut function.annotations {
            annotation.get_or_insert(Ty::Param(0));
        }
        if !has_body && function.result.is_none() {
            function.result = Some(Ty::unit());
        }
        let all = function
            .annotations
            .iter()
            .flatten()
            .chain(&function.result);
        if all.into_iter().any(has_open) {
            let message = "a method of an interface cannot leave type arguments open";
            self.report_with_help(
                Code::E0040,
                item.name.span,
                message.into(),
                Some("write them: `List<Int>`, or `List<T>` for a list of anything".into()),
            );
        }
        if let Some(guard) = item.guard.as_ref().filter(|_| !has_body) {
            let message = "a method without a body has no guard";
            self.diagnostics
                .push(Diagnostic::error(Code::P0004, guard.span, message));
        }
        if has_body {
            let clause = self.function_clause(item);
            self.out.functions[id.index()].clauses = vec![clause];
        }
    }
}

impl Interface {
    /// Asks for this interface, whose id is `id`.
    pub fn ask(&self, id: InterfaceId, arguments: Vec<Ty>, bounds: &mut Bounds) {
        match self.need {
            Some(need) => bounds.add(need),
            None if bounds.arguments_of(id).is_some() => {}
            None => bounds.interfaces.push(InterfaceBound {
                interface: id,
                arguments,
            }),
        }
    }
}

fn has_open(ty: &Ty) -> bool {
    match ty {
        Ty::Var(_) => true,
        Ty::Con(_, list) | Ty::Tuple(list) => list.iter().any(has_open),
        Ty::Fun(params, result) => params.iter().any(has_open) || has_open(result),
        Ty::Param(_) | Ty::Never | Ty::Error => false,
    }
}
