//! What a module's page shows, in the order of its reader: types, interfaces, constants, actors,
//! functions. A comment `# ---- title ----` in the source begins a section of functions.

use snow_compiler::ast::{self, ItemKind};
use snow_compiler::source::{FileId, Sources};

use crate::docstring::Docstring;
use crate::html::slug;
use crate::names::{is_offered, name_of};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A type of any form.
    Type,
    /// An interface.
    Interface,
    /// A top-level `let`.
    Constant,
    /// An actor, service or supervisor.
    Actor,
    /// A function.
    Function,
}

impl Kind {
    /// In a sentence.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Type => "type",
            Kind::Interface => "interface",
            Kind::Constant => "constant",
            Kind::Actor => "actor",
            Kind::Function => "function",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Kind::Type => "Types",
            Kind::Interface => "Interfaces",
            Kind::Constant => "Constants",
            Kind::Actor => "Actors",
            Kind::Function => "Functions",
        }
    }

    /// `None` for what has no entry.
    fn of(item: &ast::Item) -> Option<Kind> {
        Some(match &item.kind {
            ItemKind::Struct(_)
            | ItemKind::Sum(_)
            | ItemKind::Alias { .. }
            | ItemKind::ExternType { .. } => Kind::Type,
            ItemKind::Interface(_) => Kind::Interface,
            ItemKind::Let { .. } => Kind::Constant,
            ItemKind::Actor(_) | ItemKind::Service(_) | ItemKind::Supervisor(_) => Kind::Actor,
            ItemKind::Fn(_) | ItemKind::Extern(_) => Kind::Function,
            ItemKind::Impl(_)
            | ItemKind::Import(_)
            | ItemKind::FromImport { .. }
            | ItemKind::Test { .. } => return None,
        })
    }
}

/// One public name.
pub(crate) struct Entry<'a> {
    /// Its declaration; of a function, the first clause.
    pub item: &'a ast::Item,
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: Kind,
    /// What links call it: its name, unless one above has that.
    pub anchor: String,
    /// Its comment.
    pub doc: Option<Docstring>,
}

/// Entries below one heading.
pub(crate) struct Section<'a> {
    /// The heading.
    pub title: String,
    /// What links call it.
    pub anchor: String,
    /// In source order.
    pub entries: Vec<Entry<'a>>,
}

/// The sections of a module.
pub(crate) fn of<'a>(sources: &Sources, file: FileId, module: &'a ast::Module) -> Vec<Section<'a>> {
    let titles = titles(&sources.get(file).text);
    let mut found: Vec<(Kind, usize, Entry)> = Vec::new();
    for item in module.items.iter().filter(|item| is_offered(item)) {
        let (Some(kind), Some(name)) = (Kind::of(item), name_of(item)) else {
            continue;
        };
        let same = found.iter().filter(|(_, _, entry)| entry.name == name);
        let is_clause = same
            .clone()
            .any(|(_, _, entry)| arity(entry.item) == arity(item));
        // The compiler calls these, no program does.
        if is_clause || name.starts_with("__") {
            continue;
        }
        let anchor = match same.count() {
            0 => name.to_owned(),
            count => format!("{name}-{}", count + 1),
        };
        let title = titles.partition_point(|(at, _)| *at < item.span.start);
        let doc = item.doc.as_ref();
        let doc = doc.map(|text| Docstring::above(sources, file, text, item.span.start));
        let entry = Entry {
            item,
            name,
            kind,
            anchor,
            doc,
        };
        let title = if kind == Kind::Function { title } else { 0 };
        found.push((kind, title, entry));
    }
    found.sort_by_key(|(kind, title, _)| (*kind, *title));
    let mut sections: Vec<(Kind, usize, Section)> = Vec::new();
    for (kind, title, entry) in found {
        match sections.last_mut() {
            Some((other, same, section)) if (*other, *same) == (kind, title) => {
                section.entries.push(entry);
            }
            _ => {
                let words = match title.checked_sub(1) {
                    Some(at) => titles[at].1.clone(),
                    None => kind.heading().to_owned(),
                };
                let section = Section {
                    // No name of a program begins so.
                    anchor: format!("-{}", slug(&words)),
                    title: words,
                    entries: vec![entry],
                };
                sections.push((kind, title, section));
            }
        }
    }
    sections
        .into_iter()
        .map(|(_, _, section)| section)
        .collect()
}

/// How many parameters a function has, which tells it from another of its name.
fn arity(item: &ast::Item) -> Option<usize> {
    match &item.kind {
        ItemKind::Fn(item) => Some(item.params.len()),
        ItemKind::Extern(item) => Some(item.params.len()),
        _ => None,
    }
}

/// Titles with the places where they stand.
fn titles(text: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let inside = line.trim_end().strip_prefix("# ---- ");
        if let Some(words) = inside.and_then(|rest| rest.strip_suffix(" ----")) {
            let mut letters = words.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            found.push((at, first.chain(letters.clone()).collect()));
        }
        at += line.len() as u32;
    }
    found
}
