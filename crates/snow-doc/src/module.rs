//! The page of a module: what it is about, all names at a glance, then each with its declaration
//! and what is said about it.

use std::fmt::Write;

use snow_compiler::ast::ItemKind;

use crate::book::{Book, Module};
use crate::declaration::{self, Declarations};
use crate::frame::{self, Frame};
use crate::html::escaped;
use crate::markdown::{Manner, Markdown, Scope};
use crate::names::page_of;
use crate::parts;
use crate::sections::{Entry, Kind, Section};
use crate::signature::Head;
use crate::types::Place;

/// From a module's page to the folder of the reference.
const ROOT: &str = "../";

/// The whole page.
pub(crate) fn page(book: &Book, module: &Module) -> String {
    let markdown = book.markdown(Scope::Module(module.name), ROOT);
    let mut main = format!(
        "<header class=\"title\"><p class=\"kind\">Module</p><h1>{}</h1></header>\n",
        broken(module.name)
    );
    if let Some(doc) = &module.doc {
        let manner = Manner {
            shift: 1,
            prefix: "-about-",
            locals: &[],
            here: &page_of(module.name),
        };
        let _ = writeln!(
            main,
            "<div class=\"text lead\">{}</div>",
            markdown.html(doc, manner)
        );
    }
    main.push_str(&overview(book, module));
    for section in &module.sections {
        let _ = writeln!(
            main,
            "<section class=\"group\" aria-labelledby=\"{anchor}\">\n\
             <h2 id=\"{anchor}\"><a href=\"#{anchor}\">{title}</a></h2>",
            anchor = escaped(&section.anchor),
            title = escaped(&section.title),
        );
        for one in &section.entries {
            main.push_str(&entry(book, module, one, &markdown));
        }
        main.push_str("</section>\n");
    }
    if module.sections.is_empty() {
        main.push_str("<p class=\"empty\">This module has no public names.</p>\n");
    }
    frame::page(
        book,
        &Frame {
            title: module.name,
            root: ROOT,
            current: &page_of(module.name),
            parts: module.sections.iter().map(part).collect(),
            main: &main,
        },
    )
}

fn part(section: &Section) -> (String, String) {
    (section.anchor.clone(), section.title.clone())
}

/// A dotted name that may be broken behind its dots.
fn broken(name: &str) -> String {
    escaped(name).replace('.', ".<wbr>")
}

/// All names with the first sentence of each.
fn overview(book: &Book, module: &Module) -> String {
    let count: usize = module
        .sections
        .iter()
        .map(|section| section.entries.len())
        .sum();
    if count < 2 {
        return String::new();
    }
    let mut out = String::from(
        "<details class=\"overview\" open><summary>At a glance</summary>\n\
         <nav aria-label=\"All names of the module\">\n",
    );
    for section in &module.sections {
        let _ = writeln!(out, "<h3>{}</h3>\n<ul>", escaped(&section.title));
        for entry in &section.entries {
            let _ = writeln!(
                out,
                "<li><a href=\"#{}\"><code>{}</code></a> <span>{}</span></li>",
                escaped(&entry.anchor),
                escaped(entry.name),
                book.summary(entry.doc.as_ref(), module.name, ROOT),
            );
        }
        out.push_str("</ul>\n");
    }
    out + "</nav></details>\n"
}

fn entry(book: &Book, module: &Module, entry: &Entry, markdown: &Markdown) -> String {
    let place = Place {
        names: &book.names,
        module: module.name,
        root: ROOT,
    };
    let declarations = Declarations {
        place,
        known: book.known,
        sources: book.sources,
        anchor: &entry.anchor,
    };
    let anchor = escaped(&entry.anchor);
    let mut out = format!(
        "<article class=\"entry {word}\" id=\"{anchor}\" aria-label=\"{word} {name}\">\n\
         <h3><a class=\"here\" href=\"#{anchor}\" aria-label=\"Link to {name}\">#</a>\
         <code>{declaration}</code></h3>\n",
        word = entry.kind.word(),
        name = escaped(entry.name),
        declaration = declarations.html(entry.item),
    );
    if let Some(doc) = &entry.doc {
        let locals = locals(entry);
        let manner = Manner {
            shift: 3,
            prefix: &format!("{}-", entry.anchor),
            locals: &locals,
            here: &format!("{}#{}", page_of(module.name), entry.anchor),
        };
        let _ = writeln!(
            out,
            "<div class=\"text\">{}</div>",
            markdown.html(doc, manner)
        );
    }
    out.push_str(&parts(
        &declarations,
        entry,
        markdown,
        &page_of(module.name),
    ));
    out.push_str(&instances(book, module, entry, &declarations));
    out + "</article>\n"
}

/// The parts of an entry that have comments, each with what its comment says.
fn parts(declarations: &Declarations, entry: &Entry, markdown: &Markdown, page: &str) -> String {
    let place = declarations.place;
    let (declares, shown) = place.names.opened(place.module, entry.item);
    let declarations = declarations.within(declares);
    let own = declaration::names(declaration::generics_of(shown));
    let mut out = String::new();
    for part in parts::of(shown) {
        let Some(doc) = part.doc(declarations.sources) else {
            continue;
        };
        let anchor = parts::anchor(&entry.anchor, part);
        let manner = Manner {
            shift: 3,
            prefix: &format!("{anchor}-"),
            locals: &part.locals(),
            here: &format!("{page}#{anchor}"),
        };
        let _ = writeln!(
            out,
            "<dt id=\"{anchor}\"><code>{}</code></dt>\n<dd class=\"text\">{}</dd>",
            declarations.part(part, &own).html,
            markdown.html(&doc, manner),
            anchor = escaped(&anchor),
        );
    }
    match out.is_empty() {
        true => out,
        false => format!("<dl class=\"parts\">\n{out}</dl>\n"),
    }
}

fn locals<'a>(entry: &Entry<'a>) -> Vec<&'a str> {
    match &entry.item.kind {
        ItemKind::Fn(item) => Head::of(item, &[]).locals(),
        ItemKind::Extern(item) => item.params.iter().map(crate::signature::name_of).collect(),
        ItemKind::Struct(item) => item.fields.iter().map(|f| &*f.name.name).collect(),
        _ => Vec::new(),
    }
}

/// What a type implements, or what implements an interface.
fn instances(book: &Book, module: &Module, entry: &Entry, declarations: &Declarations) -> String {
    let own = (module.name, entry.name);
    let place = declarations.place;
    let (words, inks) = match (&entry.item.kind, entry.kind) {
        (_, Kind::Interface) => ("Implemented by", book.instances.of_interface(own, place)),
        (ItemKind::Alias { target, .. }, _) => match place.names.hidden(place.module, target) {
            Some((declared, _)) => ("Implements", book.instances.of_type(declared, place)),
            None => return String::new(),
        },
        (_, Kind::Type) => ("Implements", book.instances.of_type(own, place)),
        (_, Kind::Constant | Kind::Actor | Kind::Function) => return String::new(),
    };
    if inks.is_empty() {
        return String::new();
    }
    let shown = inks
        .iter()
        .map(|ink| format!("<li><code>{}</code></li>", ink.html));
    let shown: String = shown.collect();
    format!("<div class=\"instances\"><p>{words}</p><ul>{shown}</ul></div>\n")
}
