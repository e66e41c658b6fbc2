//! Markdown to HTML. HTML in it is shown, not obeyed; pictures are their words, so that a page asks
//! nobody for anything; names in code that the reference knows are links.

use std::cell::RefCell;

use pulldown_cmark::{html, CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};
use snow_compiler::diagnostics::{Code, Diagnostic};

use crate::colour;
use crate::docstring::Docstring;
use crate::html::{escaped, slug};
use crate::names::Names;

/// Kinds of addresses outside of the reference that a reader may follow.
const OUTSIDE: &[&str] = &["http://", "https://", "mailto:"];

/// What the text is part of.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'s> {
    /// Comments of a module.
    Module(&'s str),
    /// The guide at that path of the repository.
    Guide(&'s str),
}

/// How a text is shown.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'s> {
    /// By how much its headings are smaller than they say.
    pub shift: usize,
    /// In front of what its headings are called in links.
    pub prefix: &'s str,
    /// Names that mean something else here: parameters.
    pub locals: &'s [&'s str],
    /// Where this text stands, which it does not link to.
    pub here: &'s str,
}

/// Texts of one page.
pub(crate) struct Markdown<'s> {
    /// What links may lead to.
    pub names: &'s Names<'s>,
    /// What the texts are part of.
    pub scope: Scope<'s>,
    /// From the page to the folder of the reference.
    pub root: &'s str,
    /// Links that lead nowhere.
    pub dead: &'s RefCell<Vec<Diagnostic>>,
}

/// Where a link leads.
enum Way {
    To(String),
    /// To what is not part of the reference: the words stay.
    Away,
    /// Nowhere, and why.
    Dead(&'static str),
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// The headings of a text: level, what links call it, and its words.
pub(crate) fn headings(text: &str) -> Vec<(usize, String, String)> {
    let mut found: Vec<(usize, String, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = Some((level as usize, String::new()))
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some((_, words)) = &mut open {
                    words.push_str(&part);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, words)) = open.take() {
                    let plain = slug(&words);
                    let same = found.iter().filter(|(_, _, other)| slug(other) == plain);
                    let name = match same.count() {
                        0 => plain,
                        count => format!("{plain}-{count}"),
                    };
                    found.push((level, name, words));
                }
            }
            _ => {}
        }
    }
    found
}

impl Markdown<'_> {
    /// The text as HTML.
    pub(crate) fn html(&self, doc: &Docstring, manner: Manner) -> String {
        let mut writer = Writer {
            markdown: self,
            doc,
            manner,
            headings: headings(&doc.text).into_iter(),
            links: Vec::new(),
            out: Vec::new(),
        };
        let mut events = Parser::new_ext(&doc.text, options()).into_offset_iter();
        while let Some((event, range)) = events.next() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let mut code = String::new();
                    for (event, _) in events.by_ref() {
                        match event {
                            Event::Text(part) => code.push_str(&part),
                            Event::End(TagEnd::CodeBlock) => break,
                            _ => {}
                        }
                    }
                    writer.code_block(&kind, &code);
                }
                event => writer.event(event, (range.start, range.end)),
            }
        }
        let mut out = String::new();
        html::push_html(&mut out, writer.out.into_iter());
        out
    }

    /// A sentence without a paragraph around it. What is wrong in it was said where it stands.
    pub(crate) fn sentence(&self, text: &str, manner: Manner) -> String {
        let doc = Docstring::page(Default::default(), text, 0);
        let said = self.dead.borrow().len();
        let html = self.html(&doc, manner);
        self.dead.borrow_mut().truncate(said);
        let inside = html
            .trim()
            .strip_prefix("<p>")
            .and_then(|rest| rest.strip_suffix("</p>"));
        inside.unwrap_or(html.trim()).to_owned()
    }

    fn way(&self, to: &str, manner: Manner, headings: &[String]) -> Way {
        if OUTSIDE.iter().any(|kind| to.starts_with(kind)) {
            return Way::To(to.into());
        }
        if let Some(name) = to.strip_prefix('#') {
            let place = match self.scope {
                Scope::Guide(_) => None,
                Scope::Module(module) => self.names.address(module, name),
            };
            let own = || format!("#{}{name}", manner.prefix);
            let is_heading = headings.iter().any(|heading| heading == name);
            return match (is_heading, place) {
                (true, _) => Way::To(own()),
                (false, Some(place)) => Way::To(self.inside(&place)),
                (false, None) => Way::Dead("there is no such heading"),
            };
        }
        let (path, heading) = to.split_once('#').map_or((to, None), |(p, h)| (p, Some(h)));
        let path = match self.scope {
            Scope::Guide(guide) => beside(guide, path),
            Scope::Module(_) => path.into(),
        };
        if let Some(known) = self.names.guide(&path) {
            return match heading {
                Some(heading) if !known.iter().any(|known| known == heading) => {
                    Way::Dead("that page has no such heading")
                }
                _ => Way::To(self.inside(&guide_address(&path, heading))),
            };
        }
        match self.scope {
            Scope::Module(module) => match self.names.address(module, to) {
                Some(address) => Way::To(self.inside(&address)),
                None if to.contains(':') => Way::Dead("such addresses are not followed"),
                None => Way::Dead("neither a name of the reference nor a page"),
            },
            Scope::Guide(_) if to.contains(':') => Way::Dead("such addresses are not followed"),
            Scope::Guide(_) => Way::Away,
        }
    }

    fn inside(&self, address: &str) -> String {
        format!("{}{address}", self.root)
    }

    /// Where the name in a piece of code leads.
    fn name(&self, code: &str, manner: Manner) -> Option<String> {
        if self.names.guide(code).is_some() {
            return Some(self.inside(&guide_address(code, None)));
        }
        let name = code.split(['(', '<']).next().unwrap_or_default();
        if manner.locals.contains(&name) {
            return None;
        }
        let (module, is_plain) = match self.scope {
            Scope::Module(module) => (module, false),
            Scope::Guide(_) => ("", !name.contains('.') && !self.names.has_page(name)),
        };
        let address = self.names.address(module, code).filter(|_| !is_plain)?;
        if address != manner.here {
            return Some(self.inside(&address));
        }
        // A type speaks of the module that has its name.
        let is_module = self.names.has_page(code) && code != module;
        is_module.then(|| self.inside(&self.names.page(code)))
    }
}

/// Where a guide stands in the reference.
pub(crate) fn guide_address(path: &str, heading: Option<&str>) -> String {
    let stem = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".md");
    match heading {
        Some(heading) => format!("guides/{stem}.html#{heading}"),
        None => format!("guides/{stem}.html"),
    }
}

/// The path that a link in a file means.
fn beside(file: &str, link: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// One text on its way to HTML.
struct Writer<'w> {
    markdown: &'w Markdown<'w>,
    doc: &'w Docstring,
    manner: Manner<'w>,
    headings: std::vec::IntoIter<(usize, String, String)>,
    /// Open links: whether each has an element.
    links: Vec<bool>,
    out: Vec<Event<'static>>,
}

impl Writer<'_> {
    fn push(&mut self, html: String) {
        self.out.push(Event::Html(CowStr::from(html)));
    }

    fn inline(&mut self, html: String) {
        self.out.push(Event::InlineHtml(CowStr::from(html)));
    }

    fn event(&mut self, event: Event, (start, end): (usize, usize)) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let (_, name, _) = self.headings.next().unwrap_or_default();
                let level = (level as usize + self.manner.shift).min(6);
                let name = escaped(&format!("{}{name}", self.manner.prefix));
                self.push(format!("<h{level} id=\"{name}\"><a href=\"#{name}\">"));
            }
            Event::End(TagEnd::Heading(level)) => {
                let level = (level as usize + self.manner.shift).min(6);
                self.push(format!("</a></h{level}>\n"));
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.link(&dest_url, (start, end)),
            Event::End(TagEnd::Link) => {
                if self.links.pop() == Some(true) {
                    self.inline("</a>".into());
                }
            }
            Event::Code(code) => self.code(&code, (start, end)),
            // The one way to break a line in a table.
            Event::InlineHtml(text) if &*text == "<br>" => self.out.push(Event::HardBreak),
            Event::Html(text) | Event::InlineHtml(text) => {
                self.out.push(Event::Text(text.into_string().into()));
            }
            Event::Start(Tag::HtmlBlock) => self.out.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => self.out.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Table(_)) => {
                self.push("<div class=\"table\">".into());
                self.out.push(Event::Start(Tag::Table(Vec::new())));
            }
            Event::End(TagEnd::Table) => {
                self.out.push(Event::End(TagEnd::Table));
                self.push("</div>\n".into());
            }
            event => self.out.push(event.into_static()),
        }
    }

    fn link(&mut self, to: &str, (start, end): (usize, usize)) {
        let headings = headings(&self.doc.text);
        let headings: Vec<String> = headings.into_iter().map(|(_, name, _)| name).collect();
        let address = match self.markdown.way(to, self.manner, &headings) {
            Way::To(address) => Some(address),
            Way::Away => None,
            Way::Dead(why) => {
                let span = self.doc.span(start, end);
                let message = format!("the link to `{to}` leads nowhere: {why}");
                let found = Diagnostic::warning(Code::W0013, span, message);
                self.markdown.dead.borrow_mut().push(found);
                None
            }
        };
        self.links.push(address.is_some());
        if let Some(address) = address {
            self.inline(format!("<a href=\"{}\">", escaped(&address)));
        }
    }

    fn code(&mut self, code: &str, (start, end): (usize, usize)) {
        if let Some(missing) = self.markdown.names.missing(code) {
            let span = self.doc.span(start, end);
            let (module, name) = (missing.module, missing.name);
            let message = format!("`{module}.{name}` leads nowhere: the module has no such name");
            let mut found = Diagnostic::warning(Code::W0013, span, message);
            found.help = missing
                .close
                .map(|close| format!("did you mean `{module}.{close}`?"));
            self.markdown.dead.borrow_mut().push(found);
        }
        let shown = format!("<code>{}</code>", escaped(code));
        // A heading is a link to itself.
        let is_inside = self.links.contains(&true) || self.is_in_heading();
        let address = match is_inside {
            true => None,
            false => self.markdown.name(code, self.manner),
        };
        match address {
            Some(address) => self.inline(format!("<a href=\"{}\">{shown}</a>", escaped(&address))),
            None => self.inline(shown),
        }
    }

    fn is_in_heading(&self) -> bool {
        let last = self.out.iter().rev().find_map(|event| match event {
            Event::Html(html) => Some(html.starts_with("<h")),
            _ => None,
        });
        last == Some(true)
    }

    fn code_block(&mut self, kind: &CodeBlockKind, code: &str) {
        let language = match kind {
            CodeBlockKind::Indented => match self.markdown.scope {
                Scope::Module(_) => "snow",
                Scope::Guide(_) => "",
            },
            CodeBlockKind::Fenced(info) => info.split(' ').next().unwrap_or_default(),
        };
        let shown = match language {
            "snow" => colour::snow(code),
            _ => escaped(code),
        };
        let class = match language {
            "snow" => "snow",
            "text" => "output",
            _ => "plain",
        };
        self.push(format!(
            "<pre class=\"{class}\"><code>{shown}</code></pre>\n"
        ));
    }
}
