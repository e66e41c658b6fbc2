//! The first page, and the pages of guides.

use std::fmt::Write;

use crate::book::{Book, Subject};
use crate::frame::{self, heading_of, Frame};
use crate::guides::Guide;
use crate::html::escaped;
use crate::markdown::{guide_address, Manner, Scope};
use crate::names::page_of;

/// What the first page of the library says.
const WELCOME: &str = "A statically typed functional language with actors. Programs look like \
                       Elixir, are compiled through C to one native executable, and share nothing \
                       between actors.";

/// The first page: all guides, all modules, each with a sentence.
pub(crate) fn index(book: &Book) -> String {
    let title = escaped(book.title());
    let (kind, lead) = match book.subject {
        Subject::Library(_) => ("Language and standard library", WELCOME),
        Subject::Project(..) => ("Reference", ""),
    };
    let mut main =
        format!("<header class=\"title\"><p class=\"kind\">{kind}</p><h1>{title}</h1></header>\n");
    if !lead.is_empty() {
        let _ = writeln!(main, "<div class=\"text lead\"><p>{lead}</p></div>");
    }
    let mut group = "";
    for guide in book.guides() {
        if guide.group != group {
            let end = if group.is_empty() {
                ""
            } else {
                "</ul></section>\n"
            };
            group = guide.group;
            let heading = escaped(&heading_of(group));
            let _ = writeln!(
                main,
                "{end}<section class=\"group\"><h2>{heading}</h2>\n<ul class=\"rows\">"
            );
        }
        let summary = crate::docstring::first_sentence(&guide.text.text);
        let scope = Scope::Guide(guide.path);
        let manner = Manner {
            shift: 5,
            prefix: "",
            locals: &[],
            here: "",
        };
        row(
            &mut main,
            &guide_address(guide.path, None),
            &escaped(&guide.title),
            &unlinked(&book.markdown(scope, "").sentence(&summary, manner)),
        );
    }
    if !group.is_empty() {
        main.push_str("</ul></section>\n");
    }
    for (heading, modules) in book.groups() {
        let heading = escaped(heading);
        let _ = writeln!(
            main,
            "<section class=\"group\"><h2>{heading}</h2>\n<ul class=\"rows\">"
        );
        for module in modules {
            let name = format!("<code>{}</code>", escaped(module.name));
            let summary = book.summary(module.doc.as_ref(), module.name, "");
            row(&mut main, &page_of(module.name), &name, &summary);
        }
        main.push_str("</ul></section>\n");
    }
    if book.modules.is_empty() {
        main.push_str(
            "<p class=\"empty\">No module has a <code>##!</code> head or a public name.</p>\n",
        );
    }
    frame::page(
        book,
        &Frame {
            title: book.title(),
            root: "",
            current: "index.html",
            parts: Vec::new(),
            main: &main,
        },
    )
}

fn row(main: &mut String, address: &str, name: &str, summary: &str) {
    let address = escaped(address);
    let _ = writeln!(
        main,
        "<li><a href=\"{address}\">{name}</a> <span>{summary}</span></li>"
    );
}

/// Without the elements of links.
fn unlinked(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<a ") {
        out.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        rest = &rest[end..];
    }
    (out + rest).replace("</a>", "")
}

/// The page of a guide.
pub(crate) fn guide(book: &Book, guide: &Guide) -> String {
    let manner = Manner {
        shift: 0,
        prefix: "",
        locals: &[],
        here: "",
    };
    let text = book
        .markdown(Scope::Guide(guide.path), "../")
        .html(&guide.text, manner);
    let main = format!(
        "<header class=\"title\"><p class=\"kind\">Guide</p><h1>{}</h1></header>\n\
         <div class=\"text guide\">{text}</div>\n",
        escaped(&guide.title)
    );
    let sections = guide.headings.iter().filter(|(level, _, _)| *level == 2);
    frame::page(
        book,
        &Frame {
            title: &guide.title,
            root: "../",
            current: &guide_address(guide.path, None),
            parts: sections
                .map(|(_, name, words)| (name.clone(), words.clone()))
                .collect(),
            main: &main,
        },
    )
}
