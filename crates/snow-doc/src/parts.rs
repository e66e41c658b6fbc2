//! What an entry consists of, and what is said about each part: fields of a struct, constructors of
//! a type, methods of an interface, handlers of a service, children of a supervisor.

use snow_compiler::ast::{self, FnItem, Item, ItemKind, Param, TypeExpr};
use snow_compiler::source::{Name, Sources, Span};

use crate::docstring::Docstring;
use crate::signature::name_of;

/// One part.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    Field(&'a ast::Field),
    Constructor(&'a ast::Variant),
    /// Of an interface, whose type parameters are known in it.
    Method(&'a ast::Method, &'a [ast::Ident]),
    /// `init` of a service.
    Init(&'a FnItem, &'a Option<Name>),
    Handler(&'a ast::Handler),
    Child(&'a ast::Child),
}

impl<'a> Part<'a> {
    /// Its name, which no other part of the entry has.
    pub(crate) fn name(self) -> &'a str {
        &self.ident().name
    }

    fn ident(self) -> &'a ast::Ident {
        match self {
            Part::Field(field) => &field.name,
            Part::Constructor(variant) => &variant.name,
            Part::Method(method, _) => &method.function.name,
            Part::Init(function, _) => &function.name,
            Part::Handler(handler) => &handler.name,
            Part::Child(child) => &child.name,
        }
    }

    /// What it is, in a sentence.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Part::Field(_) => "field",
            Part::Constructor(_) => "constructor",
            Part::Method(..) => "method",
            Part::Init(..) => "function",
            Part::Handler(handler) if handler.is_call => "call",
            Part::Handler(_) => "cast",
            Part::Child(_) => "child",
        }
    }

    /// Its comment.
    pub(crate) fn doc(self, sources: &Sources) -> Option<Docstring> {
        let doc = match self {
            Part::Field(field) => &field.doc,
            Part::Constructor(variant) => &variant.doc,
            Part::Method(method, _) => &method.doc,
            Part::Init(_, doc) => doc,
            Part::Handler(handler) => &handler.doc,
            Part::Child(child) => &child.doc,
        };
        let Span { file, start, .. } = self.ident().span;
        let text = doc.as_ref()?;
        Some(Docstring::above(sources, file, text, start))
    }

    /// The names of what it is made of, which mean nothing else in its comment.
    pub(crate) fn locals(self) -> Vec<&'a str> {
        let names = |params: &'a [Param]| params.iter().map(name_of).collect();
        match self {
            Part::Field(_) | Part::Child(_) => Vec::new(),
            Part::Constructor(variant) => {
                let named = |(name, _): &'a (Option<ast::Ident>, TypeExpr)| name.as_ref();
                let named = variant.fields.iter().filter_map(named);
                named.map(|name| &*name.name).collect()
            }
            Part::Method(method, _) => names(&method.function.params),
            Part::Init(function, _) => names(&function.params),
            Part::Handler(handler) => names(&handler.params),
        }
    }
}

/// The parts of an item that are for its readers, in the order of the source.
pub(crate) fn of(item: &Item) -> Vec<Part<'_>> {
    match &item.kind {
        ItemKind::Struct(item) if item.is_opaque => Vec::new(),
        ItemKind::Sum(item) if item.is_opaque => Vec::new(),
        ItemKind::Struct(item) => item.fields.iter().map(Part::Field).collect(),
        ItemKind::Sum(item) => item.variants.iter().map(Part::Constructor).collect(),
        ItemKind::Interface(item) => {
            let methods = item.methods.iter();
            let methods = methods.map(|method| Part::Method(method, &item.generics));
            methods.collect()
        }
        ItemKind::Service(item) => {
            let init = item.functions.iter().find_map(|item| match &item.kind {
                ItemKind::Fn(function) if &*function.name.name == "init" => {
                    Some(Part::Init(function, &item.doc))
                }
                _ => None,
            });
            let handlers = item.handlers.iter().map(Part::Handler);
            init.into_iter().chain(handlers).collect()
        }
        ItemKind::Supervisor(item) => item.children.iter().map(Part::Child).collect(),
        ItemKind::Fn(_)
        | ItemKind::Alias { .. }
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::ExternType { .. }
        | ItemKind::Let { .. } => Vec::new(),
    }
}

/// What links call a part of an entry with that anchor.
pub(crate) fn anchor(entry: &str, part: Part) -> String {
    format!("{entry}.{}", part.name())
}
