//! Tokens to `ast`.
//!
//! In: one file. Out: a module and diagnostics, always both: what could not be read is an `Error`
//! node or missing, and has been reported. Promised for every input: an end, no panic, and a tree
//! no deeper than [`parser::MOST_HEIGHT`].
//!
//! Naming: `x` yields a node or reports; `opt_x` may find nothing and reports nothing; `at_x` only
//! looks; `eat_x` reads when it is there; `expect_x` reads or reports.

mod grammar;
mod habits;
mod lists;
mod mode;
mod parser;
mod recovery;
mod reports;

use crate::ast;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::lex::{self, TokenKind};
use crate::source::{FileId, Name, Sources};
use parser::{is_upper, Indentation, Parser};

/// Parses a file.
///
/// Indentation never changes what a program means, but it tells where a forgotten `end` belongs. So
/// a file whose blocks do not balance is read a second time with indentation in view, and the
/// diagnostics of that reading are the ones reported.
pub fn module(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> ast::Module {
    let lexed = lex::tokens(sources, file);
    let source = sources.get(file);
    let mut plain = Parser::new(&source.text, file, &lexed, Indentation::Ignored);
    let mut module = grammar::items::module(&mut plain);
    if plain.is_unbalanced {
        let mut guided = Parser::new(&source.text, file, &lexed, Indentation::Believed);
        let second = grammar::items::module(&mut guided);
        if guided.any_report() {
            module = second;
            plain = guided;
        }
    }
    let capitals = lexed
        .tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Name);
    let capitals =
        capitals.map(|token| &source.text[token.span.start as usize..token.span.end as usize]);
    module.mentions = capitals
        .filter_map(|name| match name {
            // A failed assertion asks the library for its report.
            "assert" => Some(Name::from("Difference")),
            _ => is_upper(name).then(|| Name::from(name)),
        })
        .collect();
    module.unknown_escapes = lexed.unknown_escapes.clone();
    let is_explained = |report: &Diagnostic| {
        let mut labels = report.labels.iter();
        labels.any(|label| plain.explained.contains(&label.span.start))
    };
    for report in lexed.reports.iter().filter(|report| !is_explained(report)) {
        diagnostics.push(report.clone());
    }
    let unread = std::mem::take(&mut plain.unread);
    for report in plain.into_diagnostics() {
        diagnostics.push(report);
    }
    for item in unread {
        diagnostics.distrust(item);
    }
    module
}
