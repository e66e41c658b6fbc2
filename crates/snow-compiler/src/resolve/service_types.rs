//! The types that a service mentions: type parameters, and its own pid.

use rustc_hash::FxHashSet;

use crate::ast::{
    FnItem, Ident, Item, ItemKind, Module, Param, Pattern, PatternKind, ServiceItem, TypeExpr,
    TypeExprKind,
};
use crate::source::{Name, Span};

use super::pattern::{capitalised, possible_tail};
use super::services::LIBRARY;
use super::synth as w;

/// The types that a file declares.
pub(super) fn type_names(module: &Module) -> FxHashSet<Name> {
    module.items.iter().filter_map(type_name).collect()
}

fn type_name(item: &Item) -> Option<Name> {
    match &item.kind {
        ItemKind::ExternType { name, .. } => Some(name.name.clone()),
        ItemKind::Service(service) => Some(service.name.name.clone()),
        ItemKind::Struct(def) => Some(def.name.name.clone()),
        ItemKind::Sum(sum) => Some(sum.name.name.clone()),
        ItemKind::Alias { name, .. } => Some(name.name.clone()),
        ItemKind::Fn(_)
        | ItemKind::Interface(_)
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Supervisor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::Let { .. } => None,
    }
}

/// Makes patterns of `head :: tail` in the parameters of `init` and the handlers, whose types are
/// copied to where no pattern may stand. `is_type` knows the names that types have.
pub(super) fn take_lists_apart(service: &mut ServiceItem, is_type: impl Fn(&Name) -> bool) {
    let functions = service.functions.iter_mut();
    let init = functions.filter_map(|item| match &mut item.kind {
        ItemKind::Fn(function) if &*function.name.name == "init" => Some(&mut function.params),
        _ => None,
    });
    let handlers = service.handlers.iter_mut().map(|h| &mut h.params);
    for param in init.chain(handlers).flatten() {
        let Some(tail) = possible_tail(param).cloned() else {
            continue;
        };
        if is_type(&tail.name) || is_type(&capitalised(&tail.name)) {
            continue;
        }
        let span = tail.span;
        let tail = Box::new(w::bind(&tail.name, span));
        let head = std::mem::replace(&mut param.pattern, w::wildcard(span));
        param.pattern = Pattern {
            span: head.span.to(span),
            kind: PatternKind::Cons(Box::new(head), tail),
        };
        param.annotation = None;
    }
}

/// A type that is left open.
pub(super) fn any(span: Span) -> TypeExpr {
    w::named_type(w::path(&[LIBRARY, "Any"], span), Vec::new())
}

/// Whether a type that is written down in the service names the service.
pub(super) fn mentions_itself(service: &ServiceItem) -> bool {
    let handlers = service.handlers.iter();
    let handlers = handlers.flat_map(|h| written(&h.params, h.reply.as_ref()));
    let functions = functions(service).flat_map(|f| written(&f.params, f.result.as_ref()));
    handlers
        .chain(functions)
        .any(|ty| mentions(ty, &service.name.name))
}

fn written<'a>(
    params: &'a [Param],
    result: Option<&'a TypeExpr>,
) -> impl Iterator<Item = &'a TypeExpr> {
    let annotations = params.iter().filter_map(|p| p.annotation.as_ref());
    annotations.chain(result)
}

fn mentions(ty: &TypeExpr, name: &Name) -> bool {
    let any = |list: &[TypeExpr]| list.iter().any(|ty| mentions(ty, name));
    match &ty.kind {
        TypeExprKind::Named { path, args } => {
            let is_named = path.segments.first().is_some_and(|s| s.name == *name);
            is_named && path.segments.len() == 1 || any(args)
        }
        TypeExprKind::Tuple(items) => any(items),
        TypeExprKind::Fun { params, result } => any(params) || mentions(result, name),
        TypeExprKind::Option(inner) => mentions(inner, name),
        TypeExprKind::Result(value, error) => mentions(value, name) || mentions(error, name),
        TypeExprKind::Error => false,
    }
}

/// Single upper-case letters that name no type are type parameters, as in the signature of a
/// function.
pub(super) fn collect_letters(ty: &TypeExpr, declared: &FxHashSet<Name>, found: &mut Vec<Ident>) {
    let mut all = |list: &[TypeExpr]| {
        list.iter()
            .for_each(|t| collect_letters(t, declared, found))
    };
    match &ty.kind {
        TypeExprKind::Named { path, args } => {
            all(args);
            if let [single] = &path.segments[..] {
                let is_letter = single.name.len() == 1
                    && single.name.starts_with(|c: char| c.is_ascii_uppercase());
                let is_new = !declared.contains(&single.name)
                    && !found.iter().any(|f| f.name == single.name);
                if is_letter && is_new {
                    found.push(single.clone());
                }
            }
        }
        TypeExprKind::Tuple(items) => all(items),
        TypeExprKind::Fun { params, result } => {
            all(params);
            all(std::slice::from_ref(result));
        }
        TypeExprKind::Option(inner) => all(std::slice::from_ref(inner)),
        TypeExprKind::Result(value, error) => {
            all(std::slice::from_ref(value));
            all(std::slice::from_ref(error));
        }
        TypeExprKind::Error => {}
    }
}

pub(super) fn functions(service: &ServiceItem) -> impl Iterator<Item = &FnItem> {
    service
        .functions
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Fn(function) => Some(function),
            _ => None,
        })
}
