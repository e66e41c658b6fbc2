//! What stands around every page: its head, the list of modules and guides, the search.

use std::fmt::Write;

use crate::book::Book;
use crate::html::escaped;
use crate::markdown::guide_address;
use crate::names::{page_of, LIBRARY};

/// Scripts and styles are files of the reference; nothing else is loaded, whatever a page says.
const POLICY: &str = "default-src 'none'; style-src 'self' file:; script-src 'self' file:; \
                      img-src 'self' file: data:; base-uri 'none'; form-action 'none'";

/// A snowflake.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
                    viewBox='0 0 32 32'%3E%3Cpath d='M16 3v26M4.7 9.5l22.6 13M27.3 9.5l-22.6 13' \
                    stroke='%232f86b5' stroke-width='3' stroke-linecap='round'/%3E%3C/svg%3E";

/// One page before it has its frame.
pub(crate) struct Frame<'f> {
    /// What it is about.
    pub title: &'f str,
    /// From the page to the folder of the reference.
    pub root: &'f str,
    /// Its address.
    pub current: &'f str,
    /// Sections that the list shows below it: address and words.
    pub parts: Vec<(String, String)>,
    /// The page itself.
    pub main: &'f str,
}

/// The whole file.
pub(crate) fn page(book: &Book, frame: &Frame) -> String {
    let root = frame.root;
    let name = escaped(book.title());
    let title = match frame.title == book.title() {
        true => format!("{name} reference"),
        false => format!("{} · {name}", escaped(frame.title)),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\" data-root=\"{root}\">\n<head>\n\
         <meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n\
         <link rel=\"icon\" href=\"{ICON}\">\n\
         <link rel=\"stylesheet\" href=\"{root}reference.css\">\n\
         <script src=\"{root}search-index.js\" defer></script>\n\
         <script src=\"{root}reference.js\" defer></script>\n\
         </head>\n<body>\n\
         <a class=\"skip\" href=\"#-main\">To the text</a>\n\
         <header class=\"bar\">\n\
         <a class=\"brand\" href=\"{root}index.html\">{name}</a>\n{SEARCH}\
         <a class=\"menu\" href=\"#-contents\">Contents</a>\n\
         </header>\n\
         <nav id=\"-contents\" aria-label=\"Contents\">\n\
         <a class=\"close\" href=\"#-main\">Close</a>\n{list}</nav>\n\
         <main id=\"-main\" tabindex=\"-1\">\n{main}</main>\n\
         </body>\n</html>\n",
        list = list(book, frame),
        main = frame.main,
    )
}

/// Hidden until the script is there. Names of a program do not begin with `-`, as these do.
const SEARCH: &str = "<form class=\"search\" role=\"search\" hidden>\n\
    <label class=\"unseen\" for=\"-query\">Search the reference</label>\n\
    <input id=\"-query\" type=\"search\" placeholder=\"Search\" autocomplete=\"off\" \
    autocapitalize=\"off\" spellcheck=\"false\" role=\"combobox\" aria-expanded=\"false\" \
    aria-controls=\"-found\" aria-autocomplete=\"list\">\n\
    <kbd aria-hidden=\"true\">/</kbd>\n\
    <ul id=\"-found\" role=\"listbox\" aria-label=\"What was found\" hidden></ul>\n\
    <p class=\"unseen\" role=\"status\"></p>\n\
    </form>\n";

fn list(book: &Book, frame: &Frame) -> String {
    let mut out = String::new();
    let mut group = "";
    for guide in book.guides() {
        if guide.group != group {
            close(&mut out, group);
            group = guide.group;
            let _ = writeln!(out, "<h2>{}</h2>\n<ul>", escaped(&heading_of(group)));
        }
        item(
            &mut out,
            frame,
            &guide_address(guide.path, None),
            &guide.title,
        );
    }
    close(&mut out, group);
    for (heading, modules) in book.groups() {
        let _ = writeln!(out, "<h2>{}</h2>\n<ul>", escaped(heading));
        for module in modules {
            item(&mut out, frame, &page_of(module.name), module.name);
        }
        out.push_str("</ul>\n");
    }
    if book.subject.is_beside_the_library() {
        out.push_str("<h2>Library</h2>\n<ul>\n");
        let index = format!("{LIBRARY}index.html");
        item(&mut out, frame, &index, "Language and standard library");
        out.push_str("</ul>\n");
    }
    out
}

fn close(out: &mut String, group: &str) {
    if !group.is_empty() {
        out.push_str("</ul>\n");
    }
}

/// Guides stand above modules in one list, so their headings say what they are.
pub(crate) fn heading_of(group: &str) -> String {
    match group {
        "Snow" => "Guides".into(),
        "Servers" => "Guides to servers".into(),
        group => group.into(),
    }
}

fn item(out: &mut String, frame: &Frame, address: &str, words: &str) {
    let is_here = address == frame.current;
    let mark = if is_here {
        " aria-current=\"page\""
    } else {
        ""
    };
    let _ = write!(
        out,
        "<li><a href=\"{}{}\"{mark}>{}</a>",
        frame.root,
        escaped(address),
        escaped(words)
    );
    if is_here && frame.parts.len() > 1 {
        out.push_str("\n<ul>\n");
        for (anchor, words) in &frame.parts {
            let (anchor, words) = (escaped(anchor), escaped(words));
            let _ = writeln!(out, "<li><a href=\"#{anchor}\">{words}</a></li>");
        }
        out.push_str("</ul>");
    }
    out.push_str("</li>\n");
}
