//! Everything that the pages of one reference share, and the list of these pages.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use snow_compiler::ast;
use snow_compiler::diagnostics::Diagnostic;
use snow_compiler::hir::{self, Package};
use snow_compiler::pipeline::Survey;
use snow_compiler::source::{FileId, Source, Sources};

use crate::docstring::{first_sentence, Docstring};
use crate::front;
use crate::guides::Guide;
use crate::instances::Instances;
use crate::library;
use crate::markdown::{guide_address, Manner, Markdown, Scope};
use crate::module;
use crate::names::{is_offered, page_of, Names};
use crate::search::Index;
use crate::sections::{self, Section};
use crate::signature::Known;
use crate::Page;

/// What a reference is about.
pub(crate) enum Subject {
    /// The standard library, with these guides.
    Library(Vec<Guide>),
    /// A program or package of that name, and whether the library's pages stand beside its own.
    Project(String, bool),
}

impl Subject {
    /// Whether the pages of the library stand in a folder beside those of a project.
    pub(crate) fn is_beside_the_library(&self) -> bool {
        match self {
            Subject::Library(_) => false,
            Subject::Project(_, with_library) => *with_library,
        }
    }
}

/// One module that has a page.
pub(crate) struct Module<'a> {
    /// Its name.
    pub name: &'a str,
    /// What its `##!` lines say.
    pub doc: Option<Docstring>,
    /// What it offers.
    pub sections: Vec<Section<'a>>,
    /// The number of its group in the list of modules.
    pub group: usize,
}

/// All that pages are made of.
pub(crate) struct Book<'a> {
    /// What it is about.
    pub subject: &'a Subject,
    /// The files.
    pub sources: &'a Sources,
    /// Types.
    pub known: Known<'a>,
    /// Where names lead.
    pub names: Names<'a>,
    /// Who implements what.
    pub instances: Instances<'a>,
    /// In the order of the list.
    pub modules: Vec<Module<'a>>,
    /// Links that lead nowhere.
    pub dead: RefCell<Vec<Diagnostic>>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(sources: &'a Sources, survey: &'a Survey, subject: &'a Subject) -> Self {
        let mut modules: Vec<Module> = survey
            .modules
            .iter()
            .filter(|(file, read)| is_shown(sources.get(*file), read, &survey.program, subject))
            .map(|(file, read)| module_of(sources, *file, read))
            .collect();
        modules.sort_by_key(|module| match subject {
            Subject::Library(_) => (library::place(module.name), module.name),
            Subject::Project(..) => ((0, 0), module.name),
        });
        for module in &mut modules {
            module.group = match subject {
                Subject::Library(_) => library::place(module.name).0,
                Subject::Project(..) => 0,
            };
        }
        // What is the project's own comes last, and so wins over the library's names.
        let all = survey
            .modules
            .iter()
            .map(|(file, read)| (sources.get(*file), read));
        let (librarys, own): (Vec<_>, Vec<_>) = all.partition(|(source, _)| source.is_stdlib);
        let readable = librarys
            .into_iter()
            .chain(own.into_iter().filter(|(s, _)| is_own(s)));
        let guides = guides_of(subject).iter().map(|guide| {
            let names = guide.headings.iter().map(|(_, name, _)| name.clone());
            (guide.path.to_owned(), names.collect())
        });
        let librarys = survey.modules.iter().filter(|(file, _)| {
            let source = sources.get(*file);
            subject.is_beside_the_library() && is_librarys_page(source, &survey.program)
        });
        let librarys = librarys.map(|(file, _)| sources.get(*file).module.as_str());
        Book {
            subject,
            sources,
            known: Known {
                program: &survey.program,
                typed: &survey.typed,
            },
            names: Names::new(
                readable.map(|(source, read)| (source.module.as_str(), &**read)),
                modules
                    .iter()
                    .map(|module| module.name)
                    .collect::<BTreeSet<_>>(),
                librarys.collect::<BTreeSet<_>>(),
                guides.collect::<BTreeMap<_, _>>(),
            ),
            instances: Instances::of(&survey.program),
            modules,
            dead: RefCell::default(),
        }
    }

    /// The name that stands above all pages.
    pub(crate) fn title(&self) -> &str {
        match self.subject {
            Subject::Library(_) => "Snow",
            Subject::Project(title, _) => title,
        }
    }

    /// The guides, in the order of reading.
    pub(crate) fn guides(&self) -> &[Guide] {
        guides_of(self.subject)
    }

    /// Modules with the headings of their groups.
    pub(crate) fn groups(&self) -> Vec<(&'static str, Vec<&Module<'a>>)> {
        let mut groups: Vec<(usize, Vec<&Module>)> = Vec::new();
        for module in &self.modules {
            match groups.last_mut() {
                Some((group, modules)) if *group == module.group => modules.push(module),
                _ => groups.push((module.group, vec![module])),
            }
        }
        let heading = |group: usize| match self.subject {
            Subject::Library(_) => library::heading(group),
            Subject::Project(..) => "Modules",
        };
        groups
            .into_iter()
            .map(|(group, modules)| (heading(group), modules))
            .collect()
    }

    /// How texts of a scope are made HTML.
    pub(crate) fn markdown<'s>(&'s self, scope: Scope<'s>, root: &'s str) -> Markdown<'s> {
        Markdown {
            names: &self.names,
            scope,
            root,
            dead: &self.dead,
        }
    }

    /// The first sentence of a comment as HTML.
    pub(crate) fn summary(&self, doc: Option<&Docstring>, module: &str, root: &str) -> String {
        let text = doc.map(|doc| first_sentence(&doc.text)).unwrap_or_default();
        let manner = Manner {
            shift: 5,
            prefix: "",
            locals: &[],
            here: "",
        };
        // A summary stands in a link's line: its own names are no links.
        let plain = Names::new([], BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        let markdown = Markdown {
            names: &plain,
            scope: Scope::Module(module),
            root,
            dead: &RefCell::default(),
        };
        markdown.sentence(&text, manner)
    }

    /// All files of the reference, and the links in them that lead nowhere.
    pub(crate) fn pages(&self) -> (Vec<Page>, Vec<Diagnostic>) {
        let mut pages = vec![
            page("index.html", front::index(self)),
            page("reference.css", include_str!("assets/reference.css").into()),
            page("reference.js", include_str!("assets/reference.js").into()),
            page("search-index.js", Index::of(self).script()),
        ];
        for module in &self.modules {
            pages.push(page(&page_of(module.name), module::page(self, module)));
        }
        for guide in self.guides() {
            pages.push(page(
                &guide_address(guide.path, None),
                front::guide(self, guide),
            ));
        }
        (pages, self.dead.take())
    }
}

fn page(path: &str, text: String) -> Page {
    Page {
        path: path.into(),
        text,
    }
}

fn guides_of(subject: &Subject) -> &[Guide] {
    match subject {
        Subject::Library(guides) => guides,
        Subject::Project(..) => &[],
    }
}

fn is_own(source: &Source) -> bool {
    !source.is_stdlib && !source.is_library_test && source.package == Default::default()
}

/// Whether a file has a page: it says something, and programs may name it.
fn is_shown(
    source: &Source,
    read: &ast::Module,
    program: &hir::Program,
    subject: &Subject,
) -> bool {
    let says = read.doc.is_some() || read.items.iter().any(is_offered);
    match subject {
        Subject::Library(_) => is_librarys_page(source, program),
        Subject::Project(..) => says && is_own(source),
    }
}

/// Whether the library's reference has a page of a file.
fn is_librarys_page(source: &Source, program: &hir::Program) -> bool {
    let is_internal = program.modules.iter().any(|module| {
        let is_it = *module.name == *source.module && module.is_stdlib;
        is_it && module.is_internal && matches!(module.package, Package::Library(_))
    });
    source.is_stdlib && !is_internal && !library::is_behind(&source.module)
}

fn module_of<'a>(sources: &'a Sources, file: FileId, read: &'a ast::Module) -> Module<'a> {
    let doc = read.doc.as_ref();
    Module {
        name: &sources.get(file).module,
        doc: doc.map(|text| Docstring::head(sources, file, text)),
        sections: sections::of(sources, file, read),
        group: 0,
    }
}
