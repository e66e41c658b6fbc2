//! A text with its tokens, its tree and what is wrong with it.

use snow_compiler::ast::Module;
use snow_compiler::diagnostics::{Diagnostic, Diagnostics};
use snow_compiler::lex::{self, Lexed};
use snow_compiler::parse;
use snow_compiler::source::Sources;

use crate::atoms::{self, Atom};

/// A text that was read.
pub(crate) struct Read {
    pub text: String,
    pub lexed: Lexed,
    pub module: Module,
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Sources,
}

impl Read {
    /// Reads a text; `path` is what messages call it.
    pub(crate) fn of(path: &str, text: &str) -> Read {
        let mut sources = Sources::default();
        let file = sources.add(path, "Main", false, text);
        let mut diagnostics = Diagnostics::default();
        let module = parse::module(&sources, file, &mut diagnostics);
        Read {
            text: text.into(),
            lexed: lex::tokens(&sources, file),
            module,
            diagnostics: diagnostics.sorted(),
            sources,
        }
    }

    /// What is printed as it stands.
    pub(crate) fn atoms(&self) -> Vec<Atom<'_>> {
        atoms::of(&self.text, &self.lexed)
    }
}
