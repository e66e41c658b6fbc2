//! Items.

use super::expr::{expr, param, when};
use super::{annotated, block, list, name, names, path, type_expr, List};
use crate::ast::{
    Bound, Child, Derive, DeriveOption, FnItem, Handler, Ident, Item, ItemKind, Param,
    SupervisorItem, TypeExpr, Variant,
};
use crate::source::Name;

/// An item; `pub` and the doc comment stand around it.
pub(super) fn item(i: &Item) -> List {
    let mut result = kind(&i.kind);
    if i.is_public {
        result = list("pub").with(result);
    }
    documented(&i.doc, result)
}

fn documented(doc: &Option<Name>, described: List) -> List {
    match doc {
        Some(doc) => list("doc").text(doc).with(described),
        None => described,
    }
}

fn opaque(is_opaque: bool, declared: List) -> List {
    match is_opaque {
        true => list("opaque").with(declared),
        false => declared,
    }
}

fn kind(kind: &ItemKind) -> List {
    match kind {
        ItemKind::Fn(f) => function(f, true),
        ItemKind::Struct(s) => {
            let fields = s
                .fields
                .iter()
                .map(|f| documented(&f.doc, typed_name("field", &f.name, f.annotation.as_ref())));
            opaque(
                s.is_opaque,
                declared("struct", &s.name, &s.generics)
                    .all(fields)
                    .all(deriving(&s.deriving)),
            )
        }
        ItemKind::Sum(s) => {
            let variants = s.variants.iter().map(|v| documented(&v.doc, variant(v)));
            opaque(
                s.is_opaque,
                declared("sum", &s.name, &s.generics)
                    .all(variants)
                    .all(deriving(&s.deriving)),
            )
        }
        ItemKind::Alias {
            name,
            generics,
            target,
        } => declared("alias", name, generics).with(type_expr(target)),
        ItemKind::Interface(i) => declared("interface", &i.name, &i.generics).all(
            i.methods
                .iter()
                .map(|m| documented(&m.doc, function(&m.function, m.has_body))),
        ),
        ItemKind::Impl(i) => {
            let arguments = (!i.arguments.is_empty())
                .then(|| list("of").all(i.arguments.iter().map(type_expr)));
            let head = list("impl")
                .with(path(&i.interface))
                .all(arguments)
                .with(list("for").with(type_expr(&i.target)));
            head.all(bounds(&i.bounds)).all(i.methods.iter().map(item))
        }
        ItemKind::Import(p) => list("import").with(path(p)),
        ItemKind::FromImport {
            path: p,
            names: chosen,
        } => list("from").with(path(p)).with(names("import", chosen)),
        ItemKind::Actor(a) => {
            let head = list("actor")
                .with(name(&a.name))
                .with(params(&a.params))
                .with(block(&a.body));
            head.all(
                a.terminate
                    .iter()
                    .map(|body| list("terminate").with(block(body))),
            )
        }
        ItemKind::Service(s) => list("service")
            .with(name(&s.name))
            .all(s.functions.iter().map(item))
            .all(s.handlers.iter().map(|h| documented(&h.doc, handler(h)))),
        ItemKind::Supervisor(s) => supervisor(s),
        ItemKind::Test { name, body, .. } => list("test").text(name).with(block(body)),
        ItemKind::Extern(e) => {
            let head = declared("extern", &e.name, &e.generics)
                .with(params(&e.params))
                .all(result(&e.result));
            head.text(&e.symbol)
        }
        ItemKind::ExternType { name, generics } => declared("extern-type", name, generics),
        ItemKind::Let {
            name: ident,
            annotation,
            value,
        } => list("let")
            .with(name(ident))
            .all(annotation.iter().map(annotated))
            .with(expr(value)),
    }
}

fn declared(head: &str, ident: &Ident, generics: &[Ident]) -> List {
    let generics = (!generics.is_empty()).then(|| names("generics", generics));
    list(head).with(name(ident)).all(generics)
}

fn params(all: &[Param]) -> List {
    list("params").all(all.iter().map(param))
}

fn result(result: &Option<TypeExpr>) -> Option<List> {
    result.as_ref().map(|t| list("->").with(type_expr(t)))
}

fn bounds(bounds: &[Bound]) -> Option<List> {
    let bound = |bound: &Bound| {
        let head = list(":").with(name(&bound.name));
        let arguments = bound.arguments.iter().map(type_expr);
        head.with(path(&bound.interface)).all(arguments)
    };
    (!bounds.is_empty()).then(|| list("where").all(bounds.iter().map(bound)))
}

fn deriving(deriving: &Option<Vec<Derive>>) -> Option<List> {
    let chosen = deriving.as_ref()?.iter();
    Some(
        list("deriving").all(chosen.map(|derive| match derive.options.is_empty() {
            true => name(&derive.name),
            false => list(&derive.name.name).all(derive.options.iter().map(derive_option)),
        })),
    )
}

fn derive_option(option: &DeriveOption) -> List {
    match option {
        DeriveOption::Setting { name, value } => list(&name.name).with(List::quoted(value)),
        DeriveOption::Part {
            path: part,
            key,
            default,
        } => {
            let key = key.as_ref().map(|key| List::quoted(key));
            let default = default.as_ref().map(|e| list("=").with(expr(e)));
            list("part").with(path(part)).all(key).all(default)
        }
    }
}

fn typed_name(head: &str, ident: &Ident, annotation: Option<&TypeExpr>) -> List {
    list(head).with(name(ident)).all(annotation.map(annotated))
}

fn function(f: &FnItem, has_body: bool) -> List {
    let head = declared("fn", &f.name, &f.generics)
        .with(params(&f.params))
        .all(result(&f.result));
    let head = head.all(bounds(&f.bounds)).all(f.guard.iter().map(when));
    if f.is_expression {
        return head.with(list("=").all(expression_body(f)));
    }
    head.all(has_body.then(|| block(&f.body)))
}

/// The body of `= e` is a block of one expression.
fn expression_body(f: &FnItem) -> Option<List> {
    match f.body.statements.as_slice() {
        [crate::ast::Statement::Expr(e)] => Some(expr(e)),
        _ => Some(block(&f.body)),
    }
}

fn variant(v: &Variant) -> List {
    list("variant")
        .with(name(&v.name))
        .all(v.fields.iter().map(|(field, t)| match field {
            Some(field) => typed_name("field", field, Some(t)),
            None => type_expr(t),
        }))
}

fn handler(h: &Handler) -> List {
    let head = list(if h.is_call { "call" } else { "cast" })
        .with(name(&h.name))
        .with(params(&h.params));
    let state = h.state.iter().map(|state| list("state").with(name(state)));
    head.all(h.reply.iter().map(annotated))
        .all(state)
        .with(block(&h.body))
}

fn supervisor(s: &SupervisorItem) -> List {
    let number = |head: &str, value: &Option<(i64, crate::source::Span)>| {
        value.map(|(value, _)| list(head).with(List::atom(&value.to_string())))
    };
    let head = list("supervisor").with(name(&s.name));
    let head = head.all(
        s.strategy
            .iter()
            .map(|strategy| list("strategy").with(name(strategy))),
    );
    let head = head
        .all(number("max_restarts", &s.max_restarts))
        .all(number("max_seconds", &s.max_seconds));
    head.all(s.children.iter().map(|c| documented(&c.doc, child(c))))
}

fn child(c: &Child) -> List {
    let shutdown = c.shutdown.iter().map(|(value, _)| match value {
        Ok(limit) => list("shutdown").with(List::atom(&limit.to_string())),
        Err(word) => list("shutdown").with(name(word)),
    });
    let head = list("child")
        .with(name(&c.name))
        .all(c.start.iter().map(|start| list("start").with(expr(start))));
    head.all(
        c.restart
            .iter()
            .map(|restart| list("restart").with(name(restart))),
    )
    .all(shutdown)
}
