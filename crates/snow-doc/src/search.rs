//! The index of the search: a script with one assignment, which also loads from a file.

use crate::book::Book;
use crate::docstring::{first_sentence, Docstring};
use crate::html::json;
use crate::markdown::guide_address;
use crate::names::page_of;
use crate::parts::{self, Part};

/// What can be found: name, kind, address, a sentence.
pub(crate) struct Index {
    entries: Vec<[String; 4]>,
}

impl Index {
    /// Everything that the pages of a book are about.
    pub(crate) fn of(book: &Book) -> Self {
        let mut index = Index {
            entries: Vec::new(),
        };
        for module in &book.modules {
            let page = page_of(module.name);
            index.add(module.name, "module", &page, module.doc.as_ref());
            for entry in module.sections.iter().flat_map(|section| &section.entries) {
                let name = format!("{}.{}", module.name, entry.name);
                let address = format!("{page}#{}", entry.anchor);
                index.add(&name, entry.kind.word(), &address, entry.doc.as_ref());
                let (_, shown) = book.names.opened(module.name, entry.item);
                for part in parts::of(shown) {
                    let holder = match part {
                        Part::Constructor(_) => module.name,
                        Part::Field(_)
                        | Part::Method(..)
                        | Part::Init(..)
                        | Part::Handler(_)
                        | Part::Child(_) => &name,
                    };
                    let name = format!("{holder}.{}", part.name());
                    let address = format!("{page}#{}", parts::anchor(&entry.anchor, part));
                    let own = part.doc(book.sources);
                    let doc = own.as_ref().or(entry.doc.as_ref());
                    index.add(&name, part.word(), &address, doc);
                }
            }
        }
        for guide in book.guides() {
            let page = guide_address(guide.path, None);
            index.add(&guide.title, "guide", &page, Some(&guide.text));
            for (_, name, words) in &guide.headings {
                let address = guide_address(guide.path, Some(name));
                let entry = [words.as_str(), "guide", &address, &guide.title];
                index.entries.push(entry.map(str::to_owned));
            }
        }
        index
    }

    fn add(&mut self, name: &str, kind: &str, address: &str, doc: Option<&Docstring>) {
        let sentence = doc.map(|doc| first_sentence(&doc.text).replace('`', ""));
        let sentence = sentence.unwrap_or_default();
        self.entries
            .push([name, kind, address, &sentence].map(str::to_owned));
    }

    /// The whole file.
    pub(crate) fn script(&self) -> String {
        let lines = self.entries.iter().map(|entry| {
            let parts: Vec<String> = entry.iter().map(|part| json(part)).collect();
            format!("[{}]", parts.join(","))
        });
        let lines: Vec<String> = lines.collect();
        format!("window.snowReference = [\n{}\n];\n", lines.join(",\n"))
    }
}
