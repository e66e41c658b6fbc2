//! A program checked, with everything that was found out on the way: for tools that ask about a
//! place of the text, again and again while it is being written.
//!
//! In: sources, and the files that were parsed before. Out: [`Analysis`]. Promised: the diagnostics
//! are those of [`pipeline::compile`], and a half-written program gives an answer like any other.

use std::sync::Arc;

use crate::ast;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir::{self, Program};
use crate::needed::needed;
use crate::pipeline::{self, Mode};
use crate::source::{FileId, Sources};
use crate::types::Typed;
use crate::{infer, matches, parse, resolve, warn};

/// What is known of a program.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// Errors and warnings in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The program's files and those of the library that it needs, as they were written.
    pub modules: Vec<(FileId, Arc<ast::Module>)>,
    /// The program, with names resolved.
    pub program: Program,
    /// Its types.
    pub typed: Typed,
}

/// Files that have been parsed, by [`FileId`]. One that has not changed is not parsed again.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    files: Vec<Option<File>>,
}

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
    let mut diagnostics = Diagnostics::default();
    let mut found = Analysis::default();
    let mut parse = |files| parsed.modules(sources, files, &mut diagnostics);
    let modules = needed(sources, mode, false, &mut parse);
    found.modules = modules.clone();
    if !diagnostics.has(Code::P0005) {
        found.program = resolve::program(modules, sources, &mut diagnostics);
        found.typed = types(&mut found.program, mode, &mut diagnostics);
    }
    found.diagnostics = diagnostics.sorted();
    found
}

fn types(hir: &mut Program, mode: Mode, diagnostics: &mut Diagnostics) -> Typed {
    if mode == Mode::Program {
        pipeline::refuse_parameters(hir, diagnostics);
    }
    let typed = infer::program(hir, diagnostics);
    infer::complete(hir, &typed);
    // The library is checked when it is built.
    let modules = &hir.modules;
    let is_programs = |function: &hir::Function| !modules[function.module.index()].is_stdlib;
    matches::compile_of(hir, &typed, is_programs, diagnostics);
    if mode == Mode::Program {
        pipeline::require_main(hir, diagnostics);
    }
    warn::program(hir, &typed, hir::Module::is_projects, diagnostics);
    typed
}
