//! The declaration of an entry as its page shows it: what the reader would write, without what is
//! not for them: bodies, and the inside of opaque types.

use snow_compiler::ast::{
    ActorItem, Field, Handler, Ident, Item, ItemKind, Param, SupervisorItem, TypeExpr, Variant,
};
use snow_compiler::source::{Name, Sources};

use crate::html::escaped;
use crate::ink::Ink;
use crate::parts::{self, Part};
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
    /// What links call the entry.
    pub anchor: &'d str,
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
                generics, target, ..
            } => self.alias(item, generics, target),
            ItemKind::Struct(_) | ItemKind::Sum(_) | ItemKind::Interface(_) => {
                let name = crate::names::name_of(item).unwrap_or_default();
                self.data(name, item)
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
            ItemKind::Service(service) => {
                self.block(head(&["service"], &service.name.name, &[]), item)
            }
            ItemKind::Supervisor(supervisor) => {
                let ink = head(&["supervisor"], &supervisor.name.name, &[]);
                self.block_behind(ink, settings(supervisor), item)
            }
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
    fn alias(&self, item: &Item, generics: &[Ident], target: &TypeExpr) -> String {
        let name = crate::names::name_of(item).unwrap_or_default();
        let place = self.place;
        if let Some((_, hidden)) = place.names.hidden(place.module, target) {
            let (module, shown) = place.names.opened(place.module, item);
            if is_opaque(hidden) {
                return head(&["opaque", "type"], name, generics).html;
            }
            if std::ptr::eq(hidden, shown) {
                return self.within(module).data(name, hidden);
            }
        }
        let mut ink = head(&["type"], name, generics);
        ink.plain(" ");
        ink.symbol("=");
        ink.plain(" ");
        ink.join(&place.written(target, &names(generics)));
        ink.html
    }

    /// The same where the words of another module are used.
    pub(crate) fn within<'m>(&'m self, module: &'m str) -> Declarations<'m> {
        Declarations {
            place: Place {
                module,
                ..self.place
            },
            ..*self
        }
    }

    /// A struct, sum or interface under that name.
    fn data(&self, name: &str, item: &Item) -> String {
        let word = match &item.kind {
            ItemKind::Struct(_) => "struct",
            ItemKind::Sum(_) => "type",
            ItemKind::Interface(_) => "interface",
            ItemKind::Fn(_)
            | ItemKind::Alias { .. }
            | ItemKind::Impl(_)
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Actor(_)
            | ItemKind::Service(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Test { .. }
            | ItemKind::Extern(_)
            | ItemKind::ExternType { .. }
            | ItemKind::Let { .. } => return self.html(item),
        };
        let words: &[_] = match is_opaque(item) {
            true => &["opaque", word],
            false => &[word],
        };
        let ink = head(words, name, generics_of(item));
        match is_opaque(item) {
            true => ink.html,
            false => self.block(ink, item),
        }
    }

    /// ` do … end` with a line for each part.
    fn block(&self, ink: Ink, item: &Item) -> String {
        self.block_behind(ink, Vec::new(), item)
    }

    /// The same with other lines in front. A part that has no words of its own below has its place
    /// here.
    fn block_behind(&self, mut ink: Ink, before: Vec<Ink>, item: &Item) -> String {
        let own = names(generics_of(item));
        let parts = parts::of(item).into_iter().map(|part| {
            let mut line = self.part(part, &own);
            if part.doc(self.sources).is_none() {
                let anchor = escaped(&parts::anchor(self.anchor, part));
                line.html = format!("<span id=\"{anchor}\">{}</span>", line.html);
            }
            line
        });
        ink.plain(" ");
        ink.of_class('k', "do");
        for line in before.into_iter().chain(parts) {
            ink.plain("\n  ");
            ink.html.push_str(&line.html.replace('\n', "\n  "));
        }
        ink.plain("\n");
        ink.of_class('k', "end");
        ink.html
    }

    /// The declaration of a part. `own` are type parameters of what it is a part of.
    pub(crate) fn part(&self, part: Part, own: &[Name]) -> Ink {
        let whole = |html| Ink { html, width: 0 };
        match part {
            Part::Field(field) => self.field(field, own),
            Part::Constructor(variant) => self.constructor(variant, own),
            Part::Method(method, inside) => {
                whole(Head::of(&method.function, inside).html(self.place, self.known))
            }
            Part::Init(function, _) => whole(Head::of(function, &[]).html(self.place, self.known)),
            Part::Handler(handler) => self.handler(handler),
            Part::Child(child) => {
                let mut ink = Ink::default();
                ink.word("child");
                ink.of_class('t', &child.name.name);
                ink
            }
        }
    }

    fn field(&self, field: &Field, own: &[Name]) -> Ink {
        let mut ink = Ink::default();
        ink.plain(&field.name.name);
        if let Some(ty) = &field.annotation {
            typed(&mut ink, &self.place.written(ty, own));
        }
        ink
    }

    fn constructor(&self, variant: &Variant, own: &[Name]) -> Ink {
        let mut ink = Ink::default();
        ink.of_class('t', &variant.name.name);
        let fields = variant.fields.iter().map(|(name, ty)| {
            let mut field = Ink::default();
            match name {
                Some(name) => {
                    field.plain(&name.name);
                    typed(&mut field, &self.place.written(ty, own));
                }
                None => field.join(&self.place.written(ty, own)),
            }
            field
        });
        let fields: Vec<Ink> = fields.collect();
        if !fields.is_empty() {
            ink.symbol("(");
            ink.list(&fields);
            ink.symbol(")");
        }
        ink
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

/// Lines of a supervisor that are about all of its children.
fn settings(item: &SupervisorItem) -> Vec<Ink> {
    let setting = |name: &str, value: &str| {
        let mut line = Ink::default();
        line.plain(name);
        line.symbol(":");
        line.plain(" ");
        line.plain(value);
        line
    };
    let strategy = item.strategy.iter();
    let strategy = strategy.map(|name| setting("strategy", &name.name));
    strategy.collect()
}

/// The type parameters of what may have some.
pub(crate) fn generics_of(item: &Item) -> &[Ident] {
    match &item.kind {
        ItemKind::Struct(item) => &item.generics,
        ItemKind::Sum(item) => &item.generics,
        ItemKind::Interface(item) => &item.generics,
        ItemKind::Alias { generics, .. } | ItemKind::ExternType { generics, .. } => generics,
        ItemKind::Fn(_)
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Service(_)
        | ItemKind::Supervisor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::Let { .. } => &[],
    }
}

/// The names of type parameters.
pub(crate) fn names(generics: &[Ident]) -> Vec<Name> {
    let names = generics.iter().map(|generic| generic.name.clone());
    names.collect()
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

fn is_opaque(item: &Item) -> bool {
    match &item.kind {
        ItemKind::Struct(item) => item.is_opaque,
        ItemKind::Sum(item) => item.is_opaque,
        _ => false,
    }
}
