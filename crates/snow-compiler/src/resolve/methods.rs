//! Methods of interfaces called by name: `show(value)`, `Show.show(value)`, `Point.origin()`.

use crate::ast::{self, Ident, Path};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Expr, ExprKind, FnId, Head, Interface, InterfaceId, Meaning, Method, ModuleId};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::scope::Found;
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// Methods of that name, each with its interface. What a program declares changes nothing in
    /// the library.
    pub(super) fn methods(&self, name: &Name) -> Vec<(InterfaceId, &Interface, &Method)> {
        let is_library = |module: ModuleId| self.scopes[module.index()].is_stdlib;
        let in_library = is_library(self.module());
        let interfaces = self.out.interfaces.iter().enumerate();
        interfaces
            .filter(|(_, interface)| !in_library || is_library(interface.module))
            .filter_map(|(index, interface)| {
                let found = interface.methods.iter().find(|m| m.name == *name)?;
                Some((InterfaceId(index as u32), interface, found))
            })
            .collect()
    }

    /// Whether an interface has a method of that name.
    pub(super) fn is_method(&self, name: &Name) -> bool {
        !self.methods(name).is_empty()
    }

    /// `show(value)` where no function in scope takes that many arguments: the method of the value,
    /// or one without a receiver, whose type the place decides.
    pub(super) fn method_call(
        &mut self,
        name: &Ident,
        args: &[&'a ast::Expr],
        span: Span,
    ) -> Option<Expr> {
        if self.find_local(&name.name).is_some() {
            return None;
        }
        let count = args.len();
        let all = self.methods(&name.name);
        let fitting: Vec<_> = all
            .into_iter()
            .filter(|(_, _, m)| m.arity == count)
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let has_receiver = fitting.iter().any(|(_, _, m)| !m.is_static);
        let only: Vec<FnId> = fitting.iter().map(|(_, _, m)| m.function).collect();
        let in_scope = self.unqualified(&name.name, Some(count));
        if in_scope.is_some_and(|found| found.takes(Some(count))) {
            return None;
        }
        if !has_receiver {
            let id = self.only_method(&only, name)?;
            self.mention(&name.name, name.span, Meaning::Function(id));
            let callee = Box::new(self.expr(ExprKind::Function(id), name.span));
            let args = self.all(args);
            return Some(self.expr(ExprKind::Call { callee, args }, span));
        }
        let (base, rest) = args.split_first()?;
        let base = Box::new(self.expression(base));
        let args = self.all(rest);
        let call = ExprKind::MethodCall {
            base,
            name: name.name.clone(),
            name_span: name.span,
            args,
        };
        Some(self.expr(call, span))
    }

    /// A method named without a call.
    pub(super) fn method_value(&mut self, name: &Ident) -> Expr {
        let all: Vec<FnId> = self
            .methods(&name.name)
            .iter()
            .map(|(_, _, m)| m.function)
            .collect();
        match self.only_method(&all, name) {
            Some(id) => {
                self.mention(&name.name, name.span, Meaning::Function(id));
                self.expr(ExprKind::Function(id), name.span)
            }
            None => self.error_expr(name.span),
        }
    }

    /// What `before.name` means when `before` is an interface or a type with such a method. The
    /// inner `None` is for what has been reported.
    pub(super) fn named_method(&mut self, before: &[Ident], name: &Ident) -> Option<Option<Found>> {
        if let Some(entry) = self.find_interface(before) {
            if let Some(last) = before.last() {
                self.mention(&last.name, last.span, Meaning::Interface(entry.id));
            }
            let interface = &self.out.interfaces[entry.id.index()];
            let found = interface.methods.iter().find(|m| m.name == name.name)?;
            return Some(Some(Found::Method(found.function, None)));
        }
        if self.methods(&name.name).is_empty() {
            return None;
        }
        let subject = self.subject(before)?;
        // A service has the functions that it declares.
        let service = self.service_named(before, name.span);
        let is_service = service
            .is_some_and(|(owner, service)| !self.functions_of_service(owner, &service).is_empty());
        let fitting: Vec<FnId> = self
            .methods(&name.name)
            .into_iter()
            .filter(|(id, interface, _)| {
                (interface.need.is_some() && !is_service)
                    || Head::of(&subject).is_none()
                    || !self.out.impls_of(*id, &subject).is_empty()
            })
            .map(|(_, _, m)| m.function)
            .collect();
        if fitting.is_empty() {
            return self.lacks_static(before, name).then_some(None);
        }
        let only = self.only_method(&fitting, name);
        Some(only.map(|id| Found::Method(id, Some(subject))))
    }

    /// E0006 for `Type.method` when the method is one without a receiver; true when reported.
    fn lacks_static(&mut self, before: &[Ident], name: &Ident) -> bool {
        let all = self.methods(&name.name);
        let Some((_, interface, _)) = all.first().filter(|_| all.iter().all(|m| m.2.is_static))
        else {
            return false;
        };
        let ty = before
            .iter()
            .map(|s| &*s.name)
            .collect::<Vec<_>>()
            .join(".");
        let is_json = self.scopes[interface.module.index()].is_stdlib
            && matches!(&*interface.name, "ToJson" | "FromJson");
        let interface = &interface.name;
        let message = format!("`{ty}` does not implement `{interface}`");
        let help = match is_json {
            true => format!("add `deriving(Json)` to `{ty}`, or write `impl {interface} for {ty}`"),
            false => format!("write `impl {interface} for {ty}`"),
        };
        self.report_with_help(Code::E0006, name.span, message, Some(help));
        true
    }

    /// The type that a dotted name means.
    fn subject(&mut self, segments: &[Ident]) -> Option<Ty> {
        let (first, last) = (segments.first()?, segments.last()?);
        let path = Path {
            segments: segments.to_vec(),
            span: first.span.to(last.span),
        };
        let is_own = segments.len() == 1
            && (self.body.generics.contains(&first.name)
                || (&*first.name == "Self" && self.body.self_type.is_some()));
        if !is_own && self.find_type(self.module(), &path).is_none() {
            return None;
        }
        self.body.open_types = 0;
        Some(self.named(&path, Vec::new(), path.span))
    }

    /// E0027 when several interfaces have the method.
    fn only_method(&mut self, methods: &[FnId], name: &Ident) -> Option<FnId> {
        if let [only] = methods {
            return Some(*only);
        }
        let here = self.module();
        let report = self
            .out
            .ambiguous_method(methods, &name.name, name.span, here);
        self.diagnostics.push(report);
        None
    }
}

impl crate::hir::Program {
    /// E0027.
    pub fn ambiguous_method(
        &self,
        methods: &[FnId],
        name: &Name,
        span: Span,
        here: ModuleId,
    ) -> Diagnostic {
        let interface = |id: &FnId| match self.functions[id.index()].role {
            crate::hir::Role::Interface(id, _) => {
                let interface = &self.interfaces[id.index()];
                let module = &self.modules[interface.module.index()];
                let owner = interface.module;
                // Programs name what an internal module declares without it.
                let is_near = owner == here
                    || &*module.name == "Prelude"
                    || !self.sees_module(here, owner)
                    || module.is_stdlib;
                Some(match is_near {
                    true => interface.name.to_string(),
                    false => format!("{}.{}", module.name, interface.name),
                })
            }
            crate::hir::Role::Free | crate::hir::Role::Impl(..) => None,
        };
        let names: Vec<String> = methods.iter().filter_map(interface).collect();
        let shown: Vec<String> = names.iter().map(|n| format!("`{n}.{name}`")).collect();
        let message = format!("`{name}` may be {}", shown.join(" or "));
        let mut report = Diagnostic::error(Code::E0027, span, message);
        for id in methods {
            let place = self.functions[id.index()].name_span;
            report = report.also(place, "one of them");
        }
        let first = names.first().map_or("", |n| n);
        report.help(format!("say which: `{first}.{name}(…)`"))
    }
}
