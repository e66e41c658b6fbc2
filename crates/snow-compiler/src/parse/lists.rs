//! Lists between delimiters, with their closing delimiter.

use super::mode::Mode;
use super::parser::{is_upper, Parser};
use crate::diagnostics::{Code, Diagnostic, HASH};
use crate::lex::TokenKind;
use crate::source::Span;

/// Whether the commas of a list may be left out.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Commas {
    /// Between all elements.
    Required,
    /// As in `%{…}` and struct literals.
    Optional,
}

impl Parser<'_> {
    /// The mode inside of delimiters.
    pub(super) fn delimited<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.under(
            Mode {
                lines_count: false,
                in_head: false,
                in_delimiters: true,
                arrow_ends: false,
                ..self.mode
            },
            read,
        )
    }

    /// The kind of the token `ahead` places after the next one, inside of delimiters.
    pub(super) fn delimited_after(&self, ahead: usize) -> TokenKind {
        let index = self.index();
        let rest = self.lexed.tokens[index + 1..].iter();
        let kinds = rest.map(|token| token.kind);
        let mut kinds = kinds.filter(|kind| *kind != TokenKind::Newline);
        kinds.nth(ahead - 1).unwrap_or(TokenKind::EndOfFile)
    }

    /// The opening delimiter, elements and the closing delimiter. The caller has seen the opening
    /// one.
    pub(super) fn list<T>(&mut self, close: TokenKind, item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let open = self.bump().span;
        self.list_after(open, close, Commas::Required, item)
    }

    /// The same after the opening delimiter.
    pub(super) fn list_after<T>(
        &mut self,
        open: Span,
        close: TokenKind,
        commas: Commas,
        mut item: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        self.delimited(|p| {
            let mut items = Vec::new();
            while !p.at_close(close) && !p.at(TokenKind::EndOfFile) {
                let before = p.index();
                items.push(item(p));
                if p.recovering {
                    p.skip_in_delimiters(open, close);
                }
                if p.eat(TokenKind::Comma) || p.at_close(close) {
                    continue;
                }
                let is_next = p.index() != before && !p.recovering && begins_element(p);
                if commas == Commas::Required && is_next && !p.is_outdented(open) {
                    p.missing_comma(open, close);
                    continue;
                }
                if commas == Commas::Required
                    || p.index() == before
                    || p.recovering
                    || p.at_hard_stop()
                {
                    p.error_in_list(open, close);
                    p.skip_in_delimiters(open, close);
                    if !p.eat(TokenKind::Comma) {
                        break;
                    }
                }
            }
            p.close(open, close);
            items
        })
    }

    /// The closing delimiter; `open` is shown when it is missing.
    pub(super) fn close(&mut self, open: Span, close: TokenKind) {
        if self.at_close(close) {
            self.eat_close(close);
        } else {
            self.error_unclosed(open, close);
        }
    }

    /// Between two elements that have no comma between them.
    fn missing_comma(&mut self, open: Span, close: TokenKind) {
        let message = format!(
            "expected `,` or `{}`, found {}",
            close_text(close),
            self.found()
        );
        let report =
            Diagnostic::error(Code::P0001, self.span(), message).also(open, "the list begins here");
        let end = self.last_end();
        if self.is_cut_by_hash() {
            self.complain(report.help(HASH));
            return self.leave_out();
        }
        self.complain(match self.called_before(open) {
            Some(name) => report.help(format!(
                "write a comma between the two, or `{name}(…)` for a call"
            )),
            None => report.help("write a comma between the two").edit(end, ","),
        });
        // How many there are is a guess now.
        self.leave_out();
    }

    /// The name in front of the next token, if it is an argument by itself and may be a function's.
    fn called_before(&self, open: Span) -> Option<&str> {
        let before = &self.lexed.tokens[..self.index()];
        let [.., delimiter, name] = before else {
            return None;
        };
        let is_element = delimiter.span == open || delimiter.kind == TokenKind::Comma;
        let is_argument = is_element && self.slice(open) == "(";
        let written = self.slice(name.span);
        (is_argument && name.kind == TokenKind::Name && !is_upper(written)).then_some(written)
    }

    fn error_in_list(&mut self, open: Span, close: TokenKind) {
        if self.at(TokenKind::EndOfFile) || self.is_outdented(open) {
            return self.error_unclosed(open, close);
        }
        let message = format!(
            "expected `,` or `{}`, found {}",
            close_text(close),
            self.found()
        );
        let diagnostic =
            Diagnostic::error(Code::P0001, self.span(), message).also(open, "the list begins here");
        self.error(diagnostic);
    }

    fn error_unclosed(&mut self, open: Span, close: TokenKind) {
        let message = format!("expected `{}`, found {}", close_text(close), self.found());
        let opened = format!("this `{}` is not closed", self.slice(open));
        let diagnostic = Diagnostic::error(Code::P0002, self.span(), message).also(open, opened);
        self.error(diagnostic);
    }

    /// `>>` is two tokens, because types nest; here they must touch.
    pub(super) fn at_close(&self, close: TokenKind) -> bool {
        match close {
            TokenKind::BitsStart => self.at_double_greater(),
            _ => self.at(close),
        }
    }

    /// True at `>>`.
    pub(super) fn at_double_greater(&self) -> bool {
        self.at(TokenKind::Greater)
            && self.next_touches()
            && self.kind_after(1) == TokenKind::Greater
    }

    fn eat_close(&mut self, close: TokenKind) {
        self.bump();
        if close == TokenKind::BitsStart {
            self.bump();
        }
    }
}

/// What begins an element, whatever the list is of, and nothing else.
fn begins_element(p: &Parser) -> bool {
    use TokenKind::*;
    matches!(
        p.kind(),
        Name | Int(_) | Float(_) | StringStart | True | False | MapStart
    ) && !p.touches_previous()
}

fn close_text(close: TokenKind) -> &'static str {
    match close {
        TokenKind::BitsStart => ">>",
        TokenKind::InterpolationEnd => "}",
        _ => close.spelling().unwrap_or("…"),
    }
}
