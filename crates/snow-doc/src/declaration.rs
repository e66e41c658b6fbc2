//! The declaration of an entry as its page shows it: what the reader would write, without what is
//! not for them: bodies, and the inside of opaque types.

use snow_compiler::ast::{
    ActorItem, Handler, Ident, InterfaceItem, Item, ItemKind, Param, ServiceItem, SupervisorItem,
    TypeExpr, TypeExprKind,
};
use snow_compiler::source::{Name, Sources};

use crate::ink::Ink;
use crate::names::Declared;
use crate::signature::{letters, typed, Head, Known};
use crate::types::Place;

/// Makes the declarations of one page.
#[derive(Clone, Copy)]
pub(crate) struct Declarations<'d> {
    /// Where they stand.
    pub place: Place<'d>,
    /// Types of functions.
    pub known: Known<'d>,
    /// The text of constants.
    pub sources: &'d Sources,
}

impl Declarations<'_> {
    /// The declaration of an item as HTML.
    pub(crate) fn html(&self, item: &Item) -> String {
        match &item.kind {
            ItemKind::Fn(item) => Head::of(item, &[]).html(self.place, self.known),
            ItemKind::Extern(item) => Head {
                word: "fn",
                name: &item.name,
                generics: &item.generics,
                params: &item.params,
                result: item.result.as_ref(),
                bounds: &[],
                inside: &[],
            }
            .html(self.place, self.known),
            ItemKind::Actor(item) => self.actor(item),
            ItemKind::Alias {
                name,
                generics,
                target,
            } => self.alias(name, generics, target),
            ItemKind::Struct(_) | ItemKind::Sum(_) => {
                let name = crate::names::name_of(item).unwrap_or_default();
                self.data(name, item, self.place)
            }
            ItemKind::ExternType { name, generics } => head(&["type"], &name.name, generics).html,
            ItemKind::Let {
                name,
                annotation,
                value,
            } => {
                let mut ink = Ink::default();
                ink.word("let");
                ink.of_class('f', &name.name);
                if let Some(ty) = annotation {
                    typed(&mut ink, &self.place.written(ty, &[]));
                }
                let text = &self.sources.get(value.span.file).text;
                let text = &text[value.span.start as usize..value.span.end as usize];
                format!(
                    "{} <span class=\"o\">=</span> {}",
                    ink.html,
                    crate::colour::snow(text)
                )
            }
            ItemKind::Interface(item) => self.interface(item),
            ItemKind::Service(item) => self.service(item),
            ItemKind::Supervisor(item) => supervisor(item),
            ItemKind::Impl(_)
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Test { .. } => String::new(),
        }
    }

    fn actor(&self, item: &ActorItem) -> String {
        let head = Head {
            word: "actor",
            name: &item.name,
            generics: &[],
            params: &item.params,
            result: None,
            bounds: &[],
            inside: &[],
        };
        head.html(self.place, self.known)
    }

    /// An alias of a type that has no page of its own shows what that type is.
    fn alias(&self, name: &Ident, generics: &[Ident], target: &TypeExpr) -> String {
        if let Some(((module, _), hidden)) = self.hidden(target) {
            let place = Place {
                module,
                ..self.place
            };
            let TypeExprKind::Named { args, .. } = &target.kind else {
                return String::new();
            };
            if is_opaque(hidden) {
                return head(&["opaque", "type"], &name.name, generics).html;
            }
            if args.len() == generics.len() {
                return self.data(&name.name, hidden, place);
            }
        }
        let mut ink = head(&["type"], &name.name, generics);
        let own: Vec<Name> = generics
            .iter()
            .map(|generic| generic.name.clone())
            .collect();
        ink.plain(" ");
        ink.symbol("=");
        ink.plain(" ");
        ink.join(&self.place.written(target, &own));
        ink.html
    }

    /// The type that an alias stands for, where its module has no page.
    pub(crate) fn hidden(&self, target: &TypeExpr) -> Option<(Declared<'_>, &Item)> {
        let names = self.place.names;
        let declared = names.target_of(self.place.module, target)?;
        if names.has_page(declared.0) {
            return None;
        }
        Some((declared, names.declaration(declared.0, declared.1)?))
    }

    /// A struct or sum under that name. `place` is where its parts are declared.
    fn data(&self, name: &str, item: &Item, place: Place) -> String {
        let (words, generics): (&[_], _) = match &item.kind {
            ItemKind::Struct(item) if item.is_opaque => (&["opaque", "struct"], &item.generics),
            ItemKind::Struct(item) => (&["struct"], &item.generics),
            ItemKind::Sum(item) if item.is_opaque => (&["opaque", "type"], &item.generics),
            ItemKind::Sum(item) => (&["type"], &item.generics),
            _ => return self.html(item),
        };
        let mut ink = head(words, name, generics);
        let own: Vec<Name> = generics
            .iter()
            .map(|generic| generic.name.clone())
            .collect();
        if is_opaque(item) {
            return ink.html;
        }
        let mut lines = Vec::new();
        match &item.kind {
            ItemKind::Struct(item) => {
                for (name, ty) in &item.fields {
                    let mut line = Ink::default();
                    line.plain(&name.name);
                    if let Some(ty) = ty {
                        typed(&mut line, &place.written(ty, &own));
                    }
                    lines.push(line);
                }
            }
            ItemKind::Sum(item) => {
                for variant in &item.variants {
                    let mut line = Ink::default();
                    line.of_class('t', &variant.name.name);
                    let fields = variant.fields.iter().map(|(name, ty)| {
                        let mut field = Ink::default();
                        match name {
                            Some(name) => {
                                field.plain(&name.name);
                                typed(&mut field, &place.written(ty, &own));
                            }
                            None => field.join(&place.written(ty, &own)),
                        }
                        field
                    });
                    let fields: Vec<Ink> = fields.collect();
                    if !fields.is_empty() {
                        line.symbol("(");
                        line.list(&fields);
                        line.symbol(")");
                    }
                    lines.push(line);
                }
            }
            _ => {}
        }
        block(&mut ink, &lines);
        ink.html
    }

    fn interface(&self, item: &InterfaceItem) -> String {
        let mut ink = head(&["interface"], &item.name.name, &item.generics);
        let heads = item.methods.iter().map(|(method, _)| {
            let head = Head::of(method, &item.generics);
            let html = head.html(self.place, self.known).replace('\n', "\n  ");
            Ink { html, width: 0 }
        });
        block(&mut ink, &heads.collect::<Vec<_>>());
        ink.html
    }

    fn service(&self, item: &ServiceItem) -> String {
        let mut ink = head(&["service"], &item.name.name, &[]);
        let init = item.functions.iter().find_map(|item| match &item.kind {
            ItemKind::Fn(function) if &*function.name.name == "init" => Some(function),
            _ => None,
        });
        let init = init.map(|function| Ink {
            html: Head::of(function, &[]).html(self.place, self.known),
            width: 0,
        });
        let handlers = item.handlers.iter().map(|handler| self.handler(handler));
        block(
            &mut ink,
            &init.into_iter().chain(handlers).collect::<Vec<_>>(),
        );
        ink.html
    }

    fn handler(&self, handler: &Handler) -> Ink {
        let mut ink = Ink::default();
        ink.word(if handler.is_call { "call" } else { "cast" });
        ink.of_class('t', &handler.name.name);
        let shown = |param: &Param| {
            let mut one = Ink::default();
            one.plain(crate::signature::name_of(param));
            if let Some(ty) = &param.annotation {
                typed(&mut one, &self.place.written(ty, &[]));
            }
            one
        };
        ink.symbol("(");
        ink.list(&handler.params.iter().map(shown).collect::<Vec<_>>());
        ink.symbol(")");
        if let Some(reply) = &handler.reply {
            typed(&mut ink, &self.place.written(reply, &[]));
        }
        ink
    }
}

fn supervisor(item: &SupervisorItem) -> String {
    let mut ink = head(&["supervisor"], &item.name.name, &[]);
    let setting = |name: &str, value: &str| {
        let mut line = Ink::default();
        line.plain(name);
        line.symbol(":");
        line.plain(" ");
        line.plain(value);
        line
    };
    let strategy = item
        .strategy
        .iter()
        .map(|name| setting("strategy", &name.name));
    let children = item.children.iter().map(|child| {
        let mut line = Ink::default();
        line.word("child");
        line.of_class('t', &child.name.name);
        line
    });
    block(&mut ink, &strategy.chain(children).collect::<Vec<_>>());
    ink.html
}

/// `struct Name<T>`
fn head(words: &[&str], name: &str, generics: &[Ident]) -> Ink {
    let mut ink = Ink::default();
    for word in words {
        ink.word(word);
    }
    ink.of_class('f', name);
    ink.arguments(&letters(generics.iter().map(|generic| &*generic.name)));
    ink
}

/// ` do … end` with a line for each part.
fn block(ink: &mut Ink, lines: &[Ink]) {
    ink.plain(" ");
    ink.of_class('k', "do");
    for line in lines {
        ink.plain("\n  ");
        ink.join(line);
    }
    ink.plain("\n");
    ink.of_class('k', "end");
}

fn is_opaque(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Struct(item) => item.is_opaque,
        ItemKind::Sum(item) => item.is_opaque,
        _ => false,
    }
}
