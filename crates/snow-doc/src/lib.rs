//! Reference pages of Snow modules as a pure function: sources in, HTML out.
//!
//! A page for each documented module, made of its `##!` head and the `##` comments of its public
//! items; for the standard library also the guides of `docs`. Comments are Markdown. What they
//! quote is escaped, names in them and in signatures are links, and a link that leads nowhere is a
//! diagnostic. Pages ask nobody for anything: they work from a folder and without scripts. The same
//! sources give the same bytes. No file is read or written here.

mod book;
mod colour;
mod declaration;
mod docstring;
mod frame;
mod front;
mod guides;
mod html;
mod ink;
mod instances;
mod library;
mod markdown;
mod module;
mod names;
mod parts;
mod search;
mod sections;
mod signature;
mod types;

use snow_compiler::diagnostics::{Diagnostic, Severity};
use snow_compiler::pipeline;
use snow_compiler::source::Sources;

use book::{Book, Subject};

/// One file of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its path below the folder of the reference, with `/` between names.
    pub path: String,
    /// The text.
    pub text: String,
}

/// What came out. `pages` is empty when the sources have errors.
#[derive(Debug)]
pub struct Reference {
    /// All files, in the order of their paths.
    pub pages: Vec<Page>,
    /// Errors of the sources, or dead links (W0013), in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics speak of: those given, then the guides.
    pub sources: Sources,
}

/// The reference of the standard library in `sources`, and the guides.
pub fn library(mut sources: Sources) -> Reference {
    let guides = guides::add_to(&mut sources);
    reference(sources, Subject::Library(guides))
}

/// The reference of the program or package in `sources`, without that of the library. `title`
/// stands above all pages.
pub fn project(sources: Sources, title: &str) -> Reference {
    reference(sources, Subject::Project(title.into(), false))
}

/// The same with the reference of the library in a folder beside it, where names of the library
/// lead. `sources` hold the library, too, and the diagnostics speak of the project only.
pub fn project_with_library(sources: Sources, title: &str) -> Reference {
    let mut librarys = Sources::default();
    let modules = sources.iter().filter(|(_, source)| source.is_stdlib);
    for (_, source) in modules {
        librarys.add(&source.path, &source.module, true, &source.text);
    }
    let mut found = reference(sources, Subject::Project(title.into(), true));
    if !found.pages.is_empty() {
        let pages = library(librarys).pages.into_iter().map(|page| Page {
            path: format!("{}{}", names::LIBRARY, page.path),
            text: page.text,
        });
        found.pages.extend(pages);
        found.pages.sort_by(|one, other| one.path.cmp(&other.path));
    }
    found
}

fn reference(sources: Sources, subject: Subject) -> Reference {
    // Guides are no modules.
    let mut code = Sources::default();
    let is_library = matches!(subject, Subject::Library(_));
    let survey = match is_library {
        false => pipeline::survey(&sources, false),
        true => {
            let modules = sources.iter().filter(|(_, source)| source.is_stdlib);
            for (_, source) in modules {
                code.add(&source.path, &source.module, true, &source.text);
            }
            pipeline::survey(&code, true)
        }
    };
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    if survey.diagnostics.iter().any(is_error) {
        return Reference {
            pages: Vec::new(),
            diagnostics: survey.diagnostics,
            sources,
        };
    }
    let book = Book::new(&sources, &survey, &subject);
    let (mut pages, mut diagnostics) = book.pages();
    pages.sort_by(|one, other| one.path.cmp(&other.path));
    diagnostics.sort_by_key(|found| {
        let place = found.labels.first().map(|label| label.span);
        place.map(|span| (span.file, span.start))
    });
    Reference {
        pages,
        diagnostics,
        sources,
    }
}
