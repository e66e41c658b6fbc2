//! What a file declares, as it is written: for lists of symbols, and to find the `##` of a name.

use std::collections::HashMap;

use snow_compiler::ast::{self, Ident, Item, ItemKind, Module};
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
    /// The `##` lines above it.
    pub doc: Option<Name>,
    /// Fields, constructors, methods, handlers.
    pub inside: Vec<Outlined>,
}

fn leaf(name: &Ident, kind: SymbolKind, span: Span, doc: &Option<Name>) -> Outlined {
    Outlined {
        name: name.name.to_string(),
        kind,
        name_span: name.span,
        span,
        doc: doc.clone(),
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
            let fields = def.fields.iter().map(of_field).collect();
            (&def.name, SymbolKind::STRUCT, fields)
        }
        ItemKind::Sum(sum) => {
            let variant = |v: &ast::Variant| leaf(&v.name, SymbolKind::ENUM_MEMBER, v.span, &v.doc);
            let variants = sum.variants.iter().map(variant).collect();
            (&sum.name, SymbolKind::ENUM, variants)
        }
        ItemKind::Alias { name, .. } | ItemKind::ExternType { name, .. } => {
            (name, SymbolKind::CLASS, Vec::new())
        }
        ItemKind::Interface(interface) => {
            let method = |method: &ast::Method| {
                let name = &method.function.name;
                let span = name.span.to(method.function.body.span);
                leaf(name, SymbolKind::METHOD, span, &method.doc)
            };
            let methods = interface.methods.iter().map(method).collect();
            (&interface.name, SymbolKind::INTERFACE, methods)
        }
        ItemKind::Service(service) => {
            let mut inside: Vec<Outlined> = service.functions.iter().filter_map(of_item).collect();
            let handler = |h: &ast::Handler| leaf(&h.name, SymbolKind::EVENT, h.span, &h.doc);
            inside.extend(service.handlers.iter().map(handler));
            inside.sort_by_key(|one| one.span.start);
            (&service.name, SymbolKind::CLASS, inside)
        }
        ItemKind::Supervisor(supervisor) => {
            let child = |c: &ast::Child| leaf(&c.name, SymbolKind::OBJECT, c.span, &c.doc);
            let children = supervisor.children.iter().map(child).collect();
            (&supervisor.name, SymbolKind::CLASS, children)
        }
        ItemKind::Let { name, .. } => (name, SymbolKind::CONSTANT, Vec::new()),
        ItemKind::Test {
            name, name_span, ..
        } => {
            return Some(Outlined {
                name: format!("test {name:?}"),
                kind: SymbolKind::METHOD,
                name_span: *name_span,
                span,
                doc: item.doc.clone(),
                inside: Vec::new(),
            });
        }
        ItemKind::Impl(written) => {
            let path = &written.interface;
            let last = path.segments.last()?;
            let mut made = leaf(last, SymbolKind::NAMESPACE, span, &item.doc);
            made.name_span = path.span;
            made.name = format!("impl {}", last.name);
            made.inside = written.methods.iter().filter_map(of_item).collect();
            return Some(made);
        }
        ItemKind::Import(_) | ItemKind::FromImport { .. } => return None,
    };
    Some(Outlined {
        inside,
        ..leaf(name, kind, span, &item.doc)
    })
}

fn of_field(field: &ast::Field) -> Outlined {
    let name = &field.name;
    let ty = field.annotation.as_ref();
    let span = ty.map_or(name.span, |ty| name.span.to(ty.span));
    leaf(name, SymbolKind::FIELD, span, &field.doc)
}

/// Collects the `##` of items, and of what stands inside of them, by their names.
pub(crate) fn docs(items: &[Item], all: &mut HashMap<Span, Name>) {
    let outlined: Vec<Outlined> = items.iter().filter_map(of_item).collect();
    docs_of(&outlined, all);
}

fn docs_of(outlined: &[Outlined], all: &mut HashMap<Span, Name>) {
    for one in outlined {
        if let Some(doc) = &one.doc {
            all.insert(one.name_span, doc.clone());
        }
        docs_of(&one.inside, all);
    }
}
