//! Impls: which interface for which type, and whether they may stand beside each other.

use crate::ast::{FnItem, ImplItem, Item, ItemKind};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{suggest, Code, Diagnostic};
use crate::hir::{
    overlap, FnId, FunctionKind, Head, Impl, ImplId, Interface, InterfaceId, Meaning, ModuleId,
    Role, TypeDef, TypeKind,
};
use crate::source::{Name, Span};
use crate::types::{print, Bounds, Need, Ty};

use super::body::Body;
use super::declare::FunctionSource;
use super::interfaces::has_receiver;
use super::Resolver;

/// An impl before its interface and type are known.
pub(super) struct WrittenImpl<'a> {
    module: ModuleId,
    item: &'a ImplItem,
    /// Its functions, each with its first clause.
    methods: Vec<(FnId, &'a FnItem)>,
}

impl<'a> Resolver<'a, '_> {
    pub(super) fn declare_impl(
        &mut self,
        module: ModuleId,
        written: &'a ImplItem,
        sources: &mut Vec<FunctionSource<'a>>,
    ) {
        let id = ImplId(self.written_impls.len() as u32);
        let mut methods: Vec<(FnId, &'a FnItem)> = Vec::new();
        for (index, item) in written.methods.iter().enumerate() {
            let ItemKind::Fn(function) = &item.kind else {
                continue;
            };
            let same = |(_, first): &&(FnId, &FnItem)| {
                first.name.name == function.name.name && first.params.len() == function.params.len()
            };
            if let Some((first, _)) = methods.iter().find(same).copied() {
                let before = written.methods.get(index.wrapping_sub(1));
                self.add_clause(first, before, function, sources);
                continue;
            }
            let (name, params) = (&function.name, &function.params);
            let kind = FunctionKind::Plain;
            let method = self.push_function(module, name, item.span, kind, params);
            self.out.functions[method.index()].role = Role::Impl(id, usize::MAX);
            sources.push(FunctionSource::Clauses(vec![function]));
            methods.push((method, function));
        }
        self.written_impls.push(WrittenImpl {
            module,
            item: written,
            methods,
        });
    }

    /// One more clause of a method. E0023 when another function stands between.
    fn add_clause(
        &mut self,
        first: FnId,
        before: Option<&Item>,
        clause: &'a FnItem,
        sources: &mut [FunctionSource<'a>],
    ) {
        let name = &clause.name;
        self.declares(name, Meaning::Function(first));
        let follows =
            matches!(before.map(|b| &b.kind), Some(ItemKind::Fn(f)) if f.name.name == name.name);
        if !follows {
            let arity = clause.params.len();
            let message = format!("clauses of `{}/{arity}` are not consecutive", name.name);
            let place = self.out.functions[first.index()].name_span;
            let report = Diagnostic::error(Code::E0023, name.span, message);
            self.diagnostics.push(
                report
                    .also(place, "first clause")
                    .help("put all clauses of a function next to each other"),
            );
        }
        if let FunctionSource::Clauses(clauses) = &mut sources[first.index()] {
            clauses.push(clause);
        }
    }

    /// Resolves interface and type of all impls and enters them into the table.
    pub(super) fn fill_impls(&mut self) {
        for written in std::mem::take(&mut self.written_impls) {
            let body = Body {
                module: Some(written.module),
                ..Body::default()
            };
            let id = ImplId(self.out.impls.len() as u32);
            let header = self.in_body(body, |r| r.impl_header(&written));
            let is_whole = header.is_some();
            let found = header.unwrap_or_else(|| broken(&written));
            self.out.impls.push(found);
            if is_whole {
                self.enter_impl(id, &written);
            }
        }
    }

    fn impl_header(&mut self, written: &WrittenImpl<'a>) -> Option<Impl> {
        let item = written.item;
        let interface = self.interface(&item.interface);
        if interface.is_none() {
            // What cannot be said of the interface cannot be said of its methods either.
            for (_, method) in &written.methods {
                self.diagnostics.lose_method(method.name.name.clone());
            }
            return None;
        }
        // A name that `where` speaks of and that is no type is a type parameter, too.
        for bound in &item.bounds {
            let name = &bound.name;
            let path = crate::ast::Path {
                segments: vec![name.clone()],
                span: name.span,
            };
            let is_type = self.find_type(written.module, &path).is_some();
            if !is_type && !self.body.generics.contains(&name.name) {
                self.body.generics.push(name.name.clone());
            }
        }
        self.body.generics_open = true;
        let target = self.annotation(&item.target);
        let target = self.closed(target);
        self.body.self_type = Some(target.clone());
        let span = item.interface.span;
        let arguments =
            interface.map(|id| self.interface_arguments(id, &item.arguments, false, span));
        self.body.generics_open = false;
        let names = self.body.generics.iter();
        let mut generics: Vec<(Name, Bounds)> = names
            .map(|name| (name.clone(), Bounds::default()))
            .collect();
        self.bounds(&mut generics, &item.bounds);
        let (interface, arguments) = (interface?, arguments?);
        if target == Ty::Error {
            return None;
        }
        if Head::of(&target).is_none() {
            let message = "an impl for every type is not supported yet";
            let help = "name the type that the interface is implemented for";
            self.report_with_help(
                Code::E0099,
                item.target.span,
                message.into(),
                Some(help.into()),
            );
            for method in &self.out.interfaces[interface.index()].methods {
                self.diagnostics.lose_method(method.name.clone());
            }
            return None;
        }
        for (index, (name, _)) in generics.iter().enumerate() {
            if !mentions(&target, index as u32) {
                let message = format!("the type does not say what `{name}` is");
                let help =
                    format!("every type parameter of an impl is part of its type: `{name}` is not");
                self.report_with_help(Code::E0040, item.target.span, message, Some(help));
                return None;
            }
        }
        Some(Impl {
            module: written.module,
            interface,
            arguments,
            target,
            generics,
            methods: vec![None; self.out.interfaces[interface.index()].methods.len()],
            span: span.to(item.target.span),
        })
    }

    /// A type whose open places (`impl Show for Pair`) are type parameters of the impl, under the
    /// names that the type gives them.
    fn closed(&mut self, ty: Ty) -> Ty {
        let mut names: Vec<Name> = Vec::new();
        if let Ty::Con(id, args) = &ty {
            if args.iter().all(|arg| matches!(arg, Ty::Var(_))) {
                names = self.out.types[id.index()].generics.clone();
            }
        }
        let mut params = Vec::new();
        for open in 0..std::mem::take(&mut self.body.open_types) {
            let name = names.get(open as usize).cloned();
            let name = name.unwrap_or_else(|| format!("T{open}").into());
            let generics = &mut self.body.generics;
            let known = generics.iter().position(|g| *g == name);
            let index = known.unwrap_or_else(|| {
                generics.push(name);
                generics.len() - 1
            });
            params.push(Ty::Param(index as u32));
        }
        fn replace(ty: &Ty, params: &[Ty]) -> Ty {
            let all = |list: &[Ty]| list.iter().map(|t| replace(t, params)).collect();
            match ty {
                Ty::Var(open) => params.get(*open as usize).cloned().unwrap_or(Ty::Error),
                Ty::Con(id, args) => Ty::Con(*id, all(args)),
                Ty::Tuple(items) => Ty::Tuple(all(items)),
                Ty::Fun(list, result) => Ty::Fun(all(list), Box::new(replace(result, params))),
                Ty::Param(_) | Ty::Never | Ty::Error => ty.clone(),
            }
        }
        replace(&ty, &params)
    }

    fn enter_impl(&mut self, id: ImplId, written: &WrittenImpl<'a>) {
        let interface = self.out.impls[id.index()].interface;
        self.match_methods(id, interface, &written.methods);
        self.check_missing(id, interface, written.item);
        if self.is_taken(id) {
            return;
        }
        let found = &self.out.impls[id.index()];
        if let Some(head) = Head::of(&found.target) {
            let key = (interface, head);
            self.out.impl_table.entry(key).or_default().push(id);
        }
    }

    /// E0008 for functions that the interface does not have, or has otherwise.
    fn match_methods(&mut self, id: ImplId, interface: InterfaceId, methods: &[(FnId, &FnItem)]) {
        for (function, item) in methods {
            let def = self.out.interfaces[interface.index()].clone();
            let (name, count) = (&item.name, item.params.len());
            let Some(index) = def.methods.iter().position(|m| m.name == name.name) else {
                let is_there = |name: &str| methods.iter().any(|(_, m)| *m.name.name == *name);
                self.no_such_method(&def, item, is_there);
                continue;
            };
            let method = &def.methods[index];
            if method.arity != count {
                let message = format!(
                    "`{}` takes {} in `{}`, found {count}",
                    name.name,
                    parameters(method.arity),
                    def.name
                );
                self.mismatch(name.span, message, method.function, item, method.is_static);
                continue;
            }
            self.out.functions[function.index()].role = Role::Impl(id, index);
            self.out.impls[id.index()].methods[index] = Some(*function);
        }
    }

    fn mismatch(
        &mut self,
        span: Span,
        message: String,
        method: FnId,
        item: &FnItem,
        is_static: bool,
    ) {
        let place = self.out.functions[method.index()].name_span;
        let mut report =
            Diagnostic::error(Code::E0008, span, message).also(place, "the interface says");
        if !is_static && !has_receiver(item) {
            report = report.help("the first parameter of a method is `self`");
        }
        self.diagnostics.push(report);
    }

    /// `is_there` says which methods the impl has.
    fn no_such_method(
        &mut self,
        interface: &Interface,
        item: &FnItem,
        is_there: impl Fn(&str) -> bool,
    ) {
        let name = &item.name;
        let names = interface.methods.iter().map(|m| &*m.name);
        let meant = suggest::near(&name.name, names.clone()).unwrap_or_else(|| {
            let all: Vec<String> = names.map(|n| format!("`{n}`")).collect();
            Correction::advice(format!("`{}` has {}", interface.name, all.join(", ")))
        });
        let message = format!("`{}` is not a method of `{}`", name.name, interface.name);
        let report = Diagnostic::error(Code::E0008, name.span, message)
            .also(interface.span, "declared here")
            .corrected(name.span, meant);
        let is_twice = report.edits.iter().any(|edit| is_there(&edit.text));
        let report = match is_twice {
            true => Diagnostic {
                edits: Vec::new(),
                ..report
            },
            false => report,
        };
        self.diagnostics.push(report);
    }

    /// E0007.
    fn check_missing(&mut self, id: ImplId, interface: InterfaceId, item: &ImplItem) {
        let def = &self.out.interfaces[interface.index()];
        let found = &self.out.impls[id.index()];
        // Methods with a reported mistake are there, even if they are wrong.
        let is_written = |name: &Name| {
            item.methods
                .iter()
                .any(|m| matches!(&m.kind, ItemKind::Fn(f) if f.name.name == *name))
        };
        let missing = |index: usize| {
            let method = &def.methods[index];
            let may_lack = method.has_default && def.need.is_none();
            found.methods[index].is_none() && !may_lack && !is_written(&method.name)
        };
        let indices = 0..def.methods.len();
        let mut lacking: Vec<usize> = indices.filter(|index| missing(*index)).collect();
        // Either of the two is enough for an order.
        let any_is_enough = def.need == Some(Need::Ord);
        if any_is_enough && lacking.len() < def.methods.len() {
            lacking.clear();
        }
        let Some(first) = lacking.first() else { return };
        let names: Vec<String> = lacking
            .iter()
            .map(|index| format!("`{}`", def.methods[*index].name))
            .collect();
        let and = if any_is_enough { " or " } else { ", " };
        let message = format!(
            "this impl of `{}` for `{}` misses {}",
            def.name,
            print::ty(&self.out, &found.target, &generic_names(found)),
            names.join(and)
        );
        let place = self.out.functions[def.methods[*first].function.index()].name_span;
        let report = Diagnostic::error(Code::E0007, found.span, message);
        self.diagnostics
            .push(report.also(place, "the interface asks for it here"));
    }

    /// E0026: the type implements the interface already.
    fn is_taken(&mut self, id: ImplId) -> bool {
        let found = &self.out.impls[id.index()];
        let interface = &self.out.interfaces[found.interface.index()];
        let shown = print::ty(&self.out, &found.target, &generic_names(found));
        let name = interface.name.clone();
        let others = self.out.impls_of(found.interface, &found.target).iter();
        let other = others
            .map(|other| &self.out.impls[other.index()])
            .find(|other| overlap(&other.target, &found.target));
        let report = if let Some(other) = other {
            let same = other.target == found.target;
            let message = match same {
                true => format!("`{name}` is implemented twice for `{shown}`"),
                false => format!(
                    "`{name}` for `{shown}` overlaps with the impl for `{}`",
                    print::ty(&self.out, &other.target, &generic_names(other))
                ),
            };
            let report = Diagnostic::error(Code::E0026, found.span, message);
            report.also(other.span, "the other impl")
        } else if let Some(need) = interface.need {
            let Some(report) = self.has_already(need, found, &shown) else {
                return false;
            };
            report
        } else {
            return false;
        };
        self.diagnostics.push(report);
        true
    }

    fn has_already(&self, need: Need, found: &Impl, shown: &str) -> Option<Diagnostic> {
        let name = need.interface()?;
        let message = format!("`{shown}` has `{name}` already");
        let report = Diagnostic::error(Code::E0026, found.span, message);
        match &found.target {
            Ty::Con(id, _) => {
                let def = &self.out.types[id.index()];
                if let TypeKind::Builtin = def.kind {
                    return self
                        .is_built_in(need, def)
                        .then(|| report.help("built-in types keep what they have"));
                }
                let is_stdlib = |module: ModuleId| self.out.modules[module.index()].is_stdlib;
                let is_librarys = is_stdlib(def.module);
                if is_librarys && !is_stdlib(found.module) && need.is_structural() {
                    let help =
                        "types of the library keep what they have: the library relies on it. \
                                Wrap it in a type of your own";
                    return Some(report.also(def.span, "declared here").help(help));
                }
                let is_derived = def.derives.is_explicit && def.derives.has(need);
                let help = match is_librarys {
                    true => "types of the library keep what they have".to_string(),
                    false => format!("take `{name}` out of `deriving`, or leave the impl out"),
                };
                let report = report.also(def.span, format!("it derives `{name}`"));
                is_derived.then(|| report.help(help))
            }
            Ty::Tuple(_) => {
                let lacks = need.is_arithmetic() || need == Need::Not;
                (!lacks).then(|| report.help("tuples have what their parts have"))
            }
            Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => None,
        }
    }

    fn is_built_in(&self, need: Need, def: &TypeDef) -> bool {
        let lang = &self.out.lang;
        let is = |item: Option<crate::hir::TypeId>| {
            item.is_some_and(|id| std::ptr::eq(&self.out.types[id.index()], def))
        };
        match need {
            Need::Not => is(lang.bool_),
            need if need.is_arithmetic() => is(lang.int) || is(lang.float),
            Need::Default => !is(lang.pid),
            Need::Add
            | Need::Sub
            | Need::Mul
            | Need::Div
            | Need::Mod
            | Need::Negate
            | Need::Eq
            | Need::Ord
            | Need::Hash
            | Need::Display
            | Need::Debug
            | Need::Text
            | Need::Known => true,
        }
    }

    /// Fills what the signature of an impl's method leaves out: the type parameters that the
    /// interface's method has.
    pub(super) fn complete_signature(&mut self, id: FnId) {
        let Role::Impl(found, index) = self.out.functions[id.index()].role else {
            return;
        };
        if index == usize::MAX {
            return;
        }
        let found = &self.out.impls[found.index()];
        let interface = &self.out.interfaces[found.interface.index()];
        let method = &interface.methods[index];
        let outer = 1 + interface.generics.len();
        let (own, asked) = (
            self.out.functions[id.index()].generics.len() - found.generics.len(),
            self.out.functions[method.function.index()].generics.len() - outer,
        );
        let more = self.out.functions[method.function.index()].generics[outer..].to_vec();
        if own < asked {
            let function = &mut self.out.functions[id.index()];
            function.generics.extend(more.into_iter().skip(own));
        }
    }
}

/// What stands for an impl whose interface or type is wrong, so that its bodies are looked at.
fn broken(written: &WrittenImpl<'_>) -> Impl {
    Impl {
        module: written.module,
        interface: InterfaceId(0),
        arguments: Vec::new(),
        target: Ty::Error,
        generics: Vec::new(),
        methods: Vec::new(),
        span: written.item.interface.span,
    }
}

fn generic_names(found: &Impl) -> Vec<Name> {
    found
        .generics
        .iter()
        .map(|(name, _)| name.clone())
        .collect()
}

fn parameters(count: usize) -> String {
    let plural = super::types::plural(count);
    format!("{count} parameter{plural}")
}

fn mentions(ty: &Ty, param: u32) -> bool {
    match ty {
        Ty::Param(index) => *index == param,
        Ty::Con(_, list) | Ty::Tuple(list) => list.iter().any(|t| mentions(t, param)),
        Ty::Fun(params, result) => {
            params.iter().any(|t| mentions(t, param)) || mentions(result, param)
        }
        Ty::Var(_) | Ty::Never | Ty::Error => false,
    }
}
