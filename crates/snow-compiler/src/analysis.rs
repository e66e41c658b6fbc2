//! A program checked, with everything that was found out on the way: for tools that ask about a
//! place of the text, again and again while it is being written.
//!
//! In: sources, and the files that were parsed before. Out: [`Analysis`]. Promised: the diagnostics
//! are those of [`pipeline::compile`], and a half-written program gives an answer like any other.

mod library;

use std::sync::Arc;

use crate::ast;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir::{self, Program};
use crate::needed::needed;
use crate::pipeline::{self, Mode};
use crate::source::{FileId, Sources};
use crate::types::Typed;
use crate::{infer, matches, parse, resolve, warn};
use library::Library;

/// What is known of a program.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Errors and warnings in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The program's files and those of the library that it needs, as they were written.
    pub modules: Vec<(FileId, Arc<ast::Module>)>,
    /// The program, with names resolved. Where bodies of the library were known before, what is
    /// noted by their expressions and the names in them is left out.
    pub program: Program,
    /// Its types.
    pub typed: Typed,
}

/// Files that have been parsed, by [`FileId`], and what is known of the library. A file that has
/// not changed is not parsed again, and a library that has not changed is not inferred again.
#[derive(Clone, Default)]
pub struct Parsed {
    files: Vec<Option<File>>,
    /// The latest first.
    libraries: Vec<Arc<Library>>,
}

/// How many choices of the library's modules are remembered: a half-typed name may be one more.
const MOST_LIBRARIES: usize = 3;

#[derive(Clone, Debug)]
struct File {
    /// Compared by address first: a caller that keeps its texts pays nothing.
    text: Arc<str>,
    module: Arc<ast::Module>,
    diagnostics: Diagnostics,
}

impl Parsed {
    /// Files as they are parsed; what is wrong in them goes to `diagnostics`.
    pub fn modules(
        &mut self,
        sources: &Sources,
        files: Vec<FileId>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(FileId, Arc<ast::Module>)> {
        let files = files.into_iter().map(|file| {
            let known = self.file(sources, file);
            diagnostics.append(&known.diagnostics);
            (file, known.module.clone())
        });
        files.collect()
    }

    /// What is known of the library's modules among these.
    fn library(
        &mut self,
        modules: &[(FileId, Arc<ast::Module>)],
        sources: &Sources,
    ) -> Option<Arc<Library>> {
        let fits = |library: &Arc<Library>| library.fits(modules, sources);
        let at = self.libraries.iter().position(fits)?;
        self.libraries[..=at].rotate_right(1);
        self.libraries.first().cloned()
    }

    /// The file as it is parsed, with what is wrong in it.
    fn file(&mut self, sources: &Sources, file: FileId) -> &File {
        let index = file.0 as usize;
        if self.files.len() <= index {
            self.files.resize(index + 1, None);
        }
        let text = &sources.get(file).text;
        let is_same = |known: &File| Arc::ptr_eq(&known.text, text) || known.text == *text;
        if !self.files[index].as_ref().is_some_and(is_same) {
            self.files[index] = None;
        }
        self.files[index].get_or_insert_with(|| {
            let mut diagnostics = Diagnostics::default();
            File {
                text: text.clone(),
                module: Arc::new(parse::module(sources, file, &mut diagnostics)),
                diagnostics,
            }
        })
    }
}

/// Checks a program or package. Needs a stack of [`pipeline::STACK`] bytes.
pub fn check(sources: &Sources, mode: Mode, parsed: &mut Parsed) -> Analysis {
    check_among(sources, mode, false, parsed)
}

/// The same; with `takes_all` the modules of the library that nothing mentions are there, too, and
/// so in what the advice about an unknown name looks through.
pub fn check_among(
    sources: &Sources,
    mode: Mode,
    takes_all: bool,
    parsed: &mut Parsed,
) -> Analysis {
    let mut diagnostics = Diagnostics::default();
    let mut found = Analysis::default();
    let mut parse = |files| parsed.modules(sources, files, &mut diagnostics);
    let modules = needed(sources, mode, takes_all, &mut parse);
    if !diagnostics.has(Code::P0005) {
        (found.program, found.typed) = types(&modules, sources, mode, (parsed, &mut diagnostics));
    }
    found.modules = modules;
    found.diagnostics = diagnostics.sorted();
    found
}

fn types(
    modules: &[(FileId, Arc<ast::Module>)],
    sources: &Sources,
    mode: Mode,
    (parsed, diagnostics): (&mut Parsed, &mut Diagnostics),
) -> (Program, Typed) {
    let mut library = parsed.library(modules, sources);
    let mut expanded = modules.to_vec();
    if let Some(library) = &library {
        library.put_into(&mut expanded);
    }
    let is_new = |file: &FileId| library.is_none() || !sources.get(*file).is_stdlib;
    resolve::expand(&mut expanded, is_new, sources, diagnostics);
    let before = diagnostics.clone();
    let resolved = library.as_ref().map(|library| &library.resolved);
    let mut hir = resolve::expanded(&expanded, sources, resolved, diagnostics);
    if library.is_some() && !library::leaves_alone(&hir) {
        (library, *diagnostics) = (None, before);
        hir = resolve::expanded(&expanded, sources, None, diagnostics);
    }
    if mode == Mode::Program {
        pipeline::refuse_parameters(&hir, diagnostics);
    }
    let inferred = library.as_ref().map(|library| &library.inferred);
    let (mut typed, tried) = infer::program_after(&hir, inferred, diagnostics);
    if library.is_none() {
        let found = (&mut hir, &mut typed, &tried);
        let library = Library::of((modules, &expanded), found, sources, diagnostics);
        parsed.libraries.splice(0..0, library.map(Arc::new));
        parsed.libraries.truncate(MOST_LIBRARIES);
    }
    check_values(&mut hir, &typed, mode, diagnostics);
    (hir, typed)
}

fn check_values(hir: &mut Program, typed: &Typed, mode: Mode, diagnostics: &mut Diagnostics) {
    infer::complete(hir, typed);
    // The library is checked when it is built.
    let modules = &hir.modules;
    let is_programs = |function: &hir::Function| !modules[function.module.index()].is_stdlib;
    matches::compile_of(hir, typed, is_programs, diagnostics);
    if mode == Mode::Program {
        pipeline::require_main(hir, diagnostics);
    }
    warn::program(hir, typed, hir::Module::is_projects, diagnostics);
}
