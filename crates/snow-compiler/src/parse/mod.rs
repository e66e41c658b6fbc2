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

use rustc_hash::FxHashMap;

use crate::ast;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::lex::{self, TokenKind};
use crate::source::{FileId, Name, Sources, Span};
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
        .chain(source.omission.mentioned.iter().cloned())
        .collect();
    module.unknown_escapes = lexed.unknown_escapes.clone();
    module.written_dollars = lexed.written_dollars.clone();
    let is_explained = |report: &Diagnostic| {
        let mut labels = report.labels.iter();
        labels.any(|label| plain.explained.contains(&label.span.start))
    };
    let lexical = lexed.reports.iter().filter(|report| !is_explained(report));
    let mut reports: Vec<Diagnostic> = lexical.cloned().collect();
    let unread = std::mem::take(&mut plain.unread);
    let lost_methods = std::mem::take(&mut plain.lost_methods);
    reports.extend(plain.into_diagnostics());
    for report in first_of_lines(reports, &source.text) {
        let start = report.labels.first().map(|label| label.span);
        let is_error = report.severity == Severity::Error;
        diagnostics.push(report);
        if let Some(start) = start.filter(|_| is_error) {
            diagnostics.distrust(line_of(start, &source.text));
        }
    }
    for item in unread {
        diagnostics.distrust(item);
    }
    for name in lost_methods {
        diagnostics.lose_method(name);
    }
    module
}

/// The first error of each line, with the edits of all if it has some itself: what is read behind it
/// is a guess.
fn first_of_lines(mut reports: Vec<Diagnostic>, text: &str) -> Vec<Diagnostic> {
    reports.sort_by_key(|report| report.labels.first().map(|label| label.span.start));
    let mut first: Vec<Diagnostic> = Vec::new();
    // By line, the place of its error in `first`.
    let mut lines: FxHashMap<u32, usize> = FxHashMap::default();
    for report in reports {
        let place = report.labels.first().map(|label| label.span);
        let line = place.map(|span| line_of(span, text).start);
        let known = line.and_then(|line| lines.get(&line)).copied();
        match known {
            Some(at) if report.severity == Severity::Error => {
                if first[at].edits.is_empty() {
                    continue;
                }
                first[at].edits.extend(report.edits);
                first[at].edits.sort_by_key(|edit| edit.span.start);
            }
            Some(_) | None => {
                if let Some(line) = line.filter(|_| report.severity == Severity::Error) {
                    lines.insert(line, first.len());
                }
                first.push(report);
            }
        }
    }
    first
}

/// The line that a place begins in.
fn line_of(place: Span, text: &str) -> Span {
    let at = place.start as usize;
    let before = text.get(..at).and_then(|before| before.rfind('\n'));
    let behind = text.get(at..).and_then(|behind| behind.find('\n'));
    Span {
        start: before.map_or(0, |end| end as u32 + 1),
        end: behind.map_or(text.len(), |length| at + length) as u32,
        ..place
    }
}
