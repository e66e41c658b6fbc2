//! What a file declares, as it is written: for lists of symbols, and to find the `##` of a name.

use std::collections::HashMap;

use snow_compiler::ast::{Item, ItemKind, Module};
use snow_compiler::source::{Name, Span};

use lsp_types::SymbolKind;

/// A declaration.
pub(crate) struct Outlined {
    /// As it is shown.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// The name alone.
    pub name_span: Span,
    /// The whole.
    pub span: Span,
    /// Fields, constructors, methods, handlers.
    pub inside: Vec<Outlined>,
}

fn leaf(name: &Name, kind: SymbolKind, name_span: Span, span: Span) -> Outlined {
    Outlined {
        name: name.to_string(),
        kind,
        name_span,
        span,
        inside: Vec::new(),
    }
}

/// What a file declares, in source order. Clauses of a function are one.
pub(crate) fn of_module(module: &Module) -> Vec<Outlined> {
    let mut found: Vec<Outlined> = Vec::new();
    for item in &module.items {
        let Some(made) = of_item(item) else { continue };
        let is_clause = matches!(item.kind, ItemKind::Fn(_)) && item.doc.is_none();
        match found
            .last_mut()
            .filter(|last| is_clause && last.name == made.name)
        {
            Some(last) => last.span = last.span.to(made.span),
            None => found.push(made),
        }
    }
    // What the parser put in the place of a name that is missing cannot be shown.
    found.retain(|one| !one.name.is_empty());
    found
}

fn of_item(item: &Item) -> Option<Outlined> {
    let span = item.span;
    let (name, kind, inside) = match &item.kind {
        ItemKind::Fn(function) => (&function.name, SymbolKind::FUNCTION, Vec::new()),
        ItemKind::Extern(external) => (&external.name, SymbolKind::FUNCTION, Vec::new()),
        ItemKind::Actor(actor) => (&actor.name, SymbolKind::FUNCTION, Vec::new()),
        ItemKind::Struct(def) => {
            let field = |(name, ty): &(_, Option<_>)| of_field(name, ty.as_ref());
            let fields = def.fields.iter().map(field).collect();
            (&def.name, SymbolKind::STRUCT, fields)
        }
        ItemKind::Sum(sum) => {
            let variant = |v: &snow_compiler::ast::Variant| {
                leaf(&v.name.name, SymbolKind::ENUM_MEMBER, v.name.span, v.span)
            };
            let variants = sum.variants.iter().map(variant).collect();
            (&sum.name, SymbolKind::ENUM, variants)
        }
        ItemKind::Alias { name, .. } | ItemKind::ExternType { name, .. } => {
            (name, SymbolKind::CLASS, Vec::new())
        }
        ItemKind::Interface(interface) => {
            let method = |(method, _): &(snow_compiler::ast::FnItem, bool)| {
                let name = &method.name;
                let span = name.span.to(method.body.span);
                leaf(&name.name, SymbolKind::METHOD, name.span, span)
            };
            let methods = interface.methods.iter().map(method).collect();
            (&interface.name, SymbolKind::INTERFACE, methods)
        }
        ItemKind::Service(service) => {
            let mut inside: Vec<Outlined> = service.functions.iter().filter_map(of_item).collect();
            inside.extend(service.handlers.iter().map(|handler| {
                let name = &handler.name;
                leaf(&name.name, SymbolKind::EVENT, name.span, handler.span)
            }));
            inside.sort_by_key(|one| one.span.start);
            (&service.name, SymbolKind::CLASS, inside)
        }
        ItemKind::Supervisor(supervisor) => {
            let child = |child: &snow_compiler::ast::Child| {
                let name = &child.name;
                leaf(&name.name, SymbolKind::OBJECT, name.span, child.span)
            };
            let children = supervisor.children.iter().map(child).collect();
            (&supervisor.name, SymbolKind::CLASS, children)
        }
        ItemKind::Let { name, .. } => (name, SymbolKind::CONSTANT, Vec::new()),
        ItemKind::Test {
            name, name_span, ..
        } => {
            let mut test = leaf(name, SymbolKind::METHOD, *name_span, span);
            test.name = format!("test {name:?}");
            return Some(test);
        }
        ItemKind::Impl(written) => {
            let path = &written.interface;
            let last = path.segments.last()?;
            let mut made = leaf(&last.name, SymbolKind::NAMESPACE, path.span, span);
            made.name = format!("impl {}", last.name);
            made.inside = written.methods.iter().filter_map(of_item).collect();
            return Some(made);
        }
        ItemKind::Import(_) | ItemKind::FromImport { .. } => return None,
    };
    Some(Outlined {
        inside,
        ..leaf(&name.name, kind, name.span, span)
    })
}

fn of_field(
    name: &snow_compiler::ast::Ident,
    ty: Option<&snow_compiler::ast::TypeExpr>,
) -> Outlined {
    let span = ty.map_or(name.span, |ty| name.span.to(ty.span));
    leaf(&name.name, SymbolKind::FIELD, name.span, span)
}

/// Collects the `##` of items, and of what stands inside of them, by their names.
pub(crate) fn docs(items: &[Item], all: &mut HashMap<Span, Name>) {
    for item in items {
        if let (Some(doc), Some(made)) = (&item.doc, of_item(item)) {
            all.insert(made.name_span, doc.clone());
        }
        match &item.kind {
            ItemKind::Service(service) => docs(&service.functions, all),
            ItemKind::Impl(written) => docs(&written.methods, all),
            ItemKind::Fn(_)
            | ItemKind::Struct(_)
            | ItemKind::Sum(_)
            | ItemKind::Alias { .. }
            | ItemKind::Interface(_)
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Actor(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Test { .. }
            | ItemKind::Extern(_)
            | ItemKind::ExternType { .. }
            | ItemKind::Let { .. } => {}
        }
    }
}
