//! How the parser reports: once about a place, and about a habit once in a file.

use super::parser::Parser;
use crate::diagnostics::{self, Code, Diagnostic, HASH};
use crate::lex::TokenKind;

/// What is said about `<<` between two operands.
const MOVED_LEFT: &str = "bits are moved by `Int.shl`; `<<…>>` makes Bytes";
/// What is said about `>>`.
const MOVED_RIGHT: &str = "bits are moved by `Int.shr`";

impl Parser<'_> {
    /// Reports unless the place is already known to be wrong.
    pub(super) fn error(&mut self, diagnostic: Diagnostic) {
        self.break_off(diagnostic, false);
    }

    /// The same for a habit: see [`diagnostics::note`].
    pub(super) fn habit_error(&mut self, diagnostic: Diagnostic) {
        self.break_off(diagnostic, true);
    }

    fn break_off(&mut self, diagnostic: Diagnostic, is_habit: bool) {
        let index = self.index();
        let known = self.recovering || self.given_up || self.last_error == Some(index);
        // The lexer has spoken about these.
        let is_lexical = match self.kind() {
            TokenKind::EndOfFile => self.lexed.is_cut,
            kind => kind == TokenKind::Unknown,
        };
        if !known && !is_lexical {
            let diagnostic = self.with_sign_advice(diagnostic);
            match is_habit {
                true => diagnostics::note(&mut self.diagnostics, diagnostic),
                false => self.diagnostics.push(diagnostic),
            }
            self.reports += 1;
        }
        self.errors += 1;
        self.recovering = true;
        self.last_error = Some(index);
    }

    /// What is said about a sign between two operands that joins bits elsewhere.
    fn with_sign_advice(&self, diagnostic: Diagnostic) -> Diagnostic {
        let is_here = diagnostic.labels[0].span == self.span() && diagnostic.help.is_none();
        match self.sign_advice().filter(|_| is_here) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    /// The same for the next token, if it is such a sign, or follows a text that was cut.
    pub(super) fn sign_advice(&self) -> Option<&'static str> {
        let is_between = !self.at_line_start() && self.ends_operand_before();
        match self.kind() {
            _ if self.is_cut_by_hash() => Some(HASH),
            _ if !is_between => None,
            TokenKind::Bar => Some("bits are joined by `Int.bor`, conditions by `or`"),
            TokenKind::BitsStart => Some(MOVED_LEFT),
            TokenKind::Greater if self.at_double_greater() => Some(MOVED_RIGHT),
            _ => None,
        }
    }

    /// Whether the next token stands right behind a text with `#{` that nothing closes: the text was
    /// to go on behind a value.
    pub(super) fn is_cut_by_hash(&self) -> bool {
        let before = &self.lexed.tokens[..self.index()];
        let is_behind = before
            .last()
            .is_some_and(|t| t.kind == TokenKind::StringEnd);
        let mut starts = before.iter().rev();
        let start = starts.find(|token| token.kind == TokenKind::StringStart);
        let text = start.map_or("", |start| self.slice(start.span.to(self.previous_span())));
        let opened = text.rsplit_once("#{").map(|(_, behind)| behind);
        is_behind && self.touches_previous() && opened.is_some_and(|behind| !behind.contains('}'))
    }

    /// Whether the token before the next one may end an operand.
    fn ends_operand_before(&self) -> bool {
        use TokenKind::*;
        let before = self.lexed.tokens[..self.index()].last();
        before.is_some_and(|token| {
            matches!(
                token.kind,
                Name | Int(_) | RightParen | RightBracket | RightBrace
            )
        })
    }

    /// Reports and goes on as if nothing had happened: for what can be read but is not allowed.
    pub(super) fn complain(&mut self, diagnostic: Diagnostic) {
        if !self.recovering && !self.given_up {
            self.diagnostics.push(diagnostic);
            self.reports += 1;
        }
    }

    /// The same for what people write from habit, and so more than once: see [`diagnostics::note`].
    pub(super) fn habit(&mut self, diagnostic: Diagnostic) {
        if !self.recovering && !self.given_up {
            let diagnostic = match &self.fold {
                Some(whole) => Diagnostic {
                    edits: diagnostic.edits,
                    ..whole.clone()
                },
                None => diagnostic,
            };
            diagnostics::note(&mut self.diagnostics, diagnostic);
            self.reports += 1;
        }
    }

    /// Notes that something was left out after a report that stands, so that nothing more is said
    /// about the item.
    pub(super) fn leave_out(&mut self) {
        self.errors += 1;
    }

    /// "expected …, found …" at the next token.
    pub(super) fn error_expected(&mut self, what: &str) {
        let message = format!("expected {what}, found {}", self.found());
        let diagnostic = Diagnostic::error(Code::P0001, self.span(), message);
        self.error(diagnostic);
    }

    /// The next token in words.
    pub(super) fn found(&self) -> String {
        match self.kind() {
            TokenKind::EndOfFile => "the end of the file".into(),
            TokenKind::Newline => "the end of the line".into(),
            TokenKind::StringStart | TokenKind::StringText(_) => "a string".into(),
            TokenKind::InterpolationEnd => "`}`".into(),
            _ => format!("`{}`", self.slice(self.span())),
        }
    }

    pub(super) fn give_up(&mut self, message: &str) {
        let help = "give parts of it names with `let`, or move them to functions";
        let diagnostic = Diagnostic::error(Code::P0005, self.span(), message).help(help);
        self.recovering = false;
        self.last_error = None;
        self.error(diagnostic);
        self.given_up = true;
        self.position = self.lexed.tokens.len() - 1;
    }

    /// Reports the reserved word that stands in the place of a name, so many tokens ahead.
    pub(super) fn reserved_ahead(&mut self, ahead: usize) {
        let token = self.lexed.tokens[(self.index() + ahead).min(self.lexed.tokens.len() - 1)];
        let word = self.slice(token.span);
        let report = Diagnostic::error(
            Code::P0001,
            token.span,
            format!("`{word}` is a reserved word and cannot be a name"),
        );
        let help = format!("choose another name, such as `{word}_` or `the_{word}`");
        self.complain(report.help(help));
        self.leave_out();
        self.misnamed.push(token.kind);
    }
}
