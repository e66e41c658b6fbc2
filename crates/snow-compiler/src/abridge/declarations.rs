//! What items are known by.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ast::{FnItem, Item, ItemKind, Module, TypeExpr, TypeExprKind};
use crate::source::{FileId, Sources};

/// Constructors by the name of their type.
pub(super) type Constructors<'a> = FxHashMap<&'a str, Vec<&'a str>>;

/// Those of all modules.
pub(super) fn constructors(modules: &[(FileId, Arc<Module>)]) -> Constructors<'_> {
    let mut found: Constructors = FxHashMap::default();
    for item in modules.iter().flat_map(|(_, module)| &module.items) {
        if let ItemKind::Sum(sum) = &item.kind {
            let own = found.entry(&*sum.name.name).or_default();
            own.extend(sum.variants.iter().map(|variant| &*variant.name.name));
        }
    }
    found
}

/// The types that a module declares.
pub(super) fn types(module: &Module) -> FxHashSet<&str> {
    let mut found = FxHashSet::default();
    for item in &module.items {
        match &item.kind {
            ItemKind::Struct(def) => found.insert(&*def.name.name),
            ItemKind::Sum(def) => found.insert(&*def.name.name),
            ItemKind::Alias { name, .. } | ItemKind::ExternType { name, .. } => {
                found.insert(&*name.name)
            }
            ItemKind::Fn(_)
            | ItemKind::Interface(_)
            | ItemKind::Impl(_)
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Actor(_)
            | ItemKind::Service(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Test { .. }
            | ItemKind::Extern(_)
            | ItemKind::Let { .. } => continue,
        };
    }
    found
}

/// Modules with impls for types of others: a program uses these without a name.
pub(super) fn with_others_impls<'a>(
    sources: &'a Sources,
    modules: &[(FileId, Arc<Module>)],
) -> FxHashSet<&'a str> {
    let mut found = FxHashSet::default();
    for (file, module) in modules {
        let types = types(module);
        let is_others =
            |item: &Item| matches!(item.kind, ItemKind::Impl(_)) && target(item, &types).is_none();
        if module.items.iter().any(is_others) {
            found.insert(&*sources.get(*file).module);
        }
    }
    found
}

/// The names under which others know an item. Constructors come with their type, also from another
/// module.
pub(super) fn names<'a>(item: &'a Item, constructors: &Constructors<'a>) -> Vec<&'a str> {
    let with_constructors = |name: &'a str| {
        let own = constructors.get(name).into_iter().flatten().copied();
        std::iter::once(name).chain(own)
    };
    match &item.kind {
        ItemKind::Fn(def) => vec![&def.name.name],
        ItemKind::Struct(def) => vec![&def.name.name],
        ItemKind::Sum(def) => with_constructors(&def.name.name).collect(),
        ItemKind::Interface(def) => {
            let methods = def.methods.iter().map(|method| &*method.function.name.name);
            std::iter::once(&*def.name.name).chain(methods).collect()
        }
        ItemKind::Alias { name, .. }
        | ItemKind::ExternType { name, .. }
        | ItemKind::Let { name, .. } => vec![&name.name],
        ItemKind::Import(path) => path.segments.last().map(|s| &*s.name).into_iter().collect(),
        ItemKind::FromImport { names, .. } => names
            .iter()
            .flat_map(|name| with_constructors(&name.name))
            .collect(),
        ItemKind::Actor(def) => vec![&def.name.name],
        ItemKind::Service(def) => vec![&def.name.name],
        ItemKind::Supervisor(def) => vec![&def.name.name],
        ItemKind::Extern(def) => vec![&def.name.name],
        ItemKind::Impl(_) | ItemKind::Test { .. } => Vec::new(),
    }
}

/// The type of the module that an item is an impl for.
pub(super) fn target<'a>(item: &'a Item, types: &FxHashSet<&'a str>) -> Option<&'a str> {
    let ItemKind::Impl(written) = &item.kind else {
        return None;
    };
    let name = head(&written.target)?;
    types.contains(name).then_some(name)
}

/// Whether a value before a dot can be the first argument: one whose type the module declares.
pub(super) fn may_be_method(function: &FnItem, types: &FxHashSet<&str>) -> bool {
    let Some(first) = function.params.first() else {
        return false;
    };
    let written = first.annotation.as_ref();
    written.is_none_or(|ty| head(ty).is_some_and(|name| types.contains(name)))
}

/// The name of a type without module and arguments.
fn head(ty: &TypeExpr) -> Option<&str> {
    match &ty.kind {
        TypeExprKind::Named { path, .. } => path.segments.last().map(|segment| &*segment.name),
        TypeExprKind::Tuple(_)
        | TypeExprKind::Fun { .. }
        | TypeExprKind::Option(_)
        | TypeExprKind::Result(..)
        | TypeExprKind::Error => None,
    }
}
