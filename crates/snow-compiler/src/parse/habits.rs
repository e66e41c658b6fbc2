//! What opens and closes a block: `do … end`, and the braces and colons of other languages, which
//! are reported and then understood, so that the rest of the file is read as it was meant.

use super::mode::Mode;
use super::parser::Parser;
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::source::Span;

/// How the form that a word begins is written.
pub(super) fn help_of(word: &str) -> &'static str {
    match word {
        "struct" | "record" => "write `struct Name do`, a line `field :: Type` for each, and `end`",
        "type" | "enum" | "data" => "write `type Name do`, a line for each variant, and `end`",
        "interface" | "trait" => {
            "write `interface Name do`, `fn method(self) -> Type` for each, and `end`"
        }
        "impl" => "write `impl Interface for Type do`, its functions, and `end`",
        "case" | "match" => {
            "write `case value do`, a line `pattern -> expression` for each, and `end`"
        }
        _ => "a block stands between `do` and `end`",
    }
}

/// What closes a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Closer {
    /// `end`.
    End,
    /// `}`; the place of its `{`, and the advice about the form.
    Brace(Span, &'static str),
    /// `end`, though a colon at that place stood for `do`.
    EndBehindColon(Span),
    /// A line that stands no further to the right than this, after a colon at that place.
    Indent(usize, Span),
    /// The end of the line, after what stood there for `do`: `then`, or `, do:`.
    Line(Span, &'static str),
}

impl Parser<'_> {
    /// A diagnostic about a habit, at `place`.
    pub(super) fn foreign(&self, place: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(Code::P0001, place, message)
    }

    /// `{`, or `:` at the end of a line, where `do` belongs. `text` takes its place.
    pub(super) fn open_foreign(&mut self, opener: Span, text: &str) -> bool {
        let place = self.span();
        let closer = match self.kind() {
            TokenKind::LeftBrace => Closer::Brace(place, help_of(self.slice(opener))),
            TokenKind::Colon if self.ends_line_after(1) => {
                let column = self.indentation(opener.start);
                match self.has_end_at(column) {
                    true => Closer::EndBehindColon(place),
                    false => Closer::Indent(column, place),
                }
            }
            TokenKind::Name if self.at_word("then") && !text.is_empty() => {
                return self.open_line(opener, place, "then");
            }
            TokenKind::Comma
                if self.kind_after(1) == TokenKind::Do
                    && self.kind_after(2) == TokenKind::Colon =>
            {
                self.bump();
                self.bump();
                return self.open_line(opener, place.to(self.span()), ", do:");
            }
            _ => return false,
        };
        let touches = self.previous_span().end == place.start && !text.is_empty();
        let text = format!("{}{text}", if touches { " " } else { "" });
        self.report_closer(closer, place, text);
        self.bump();
        self.closers.push(closer);
        true
    }

    /// The last token of what stands for `do` is next; the block goes up to the end of the line
    /// unless an `end` follows.
    fn open_line(&mut self, opener: Span, place: Span, word: &'static str) -> bool {
        let closer = Closer::Line(place, word);
        let text = if word == "then" { "do" } else { " do" };
        self.report_closer(closer, place, text.into());
        self.bump();
        let has_end = self.has_end_ahead(opener);
        self.closers
            .push(if has_end { Closer::End } else { closer });
        true
    }

    /// Whether an `end` closes the form whose lines from here on stand further to the right than
    /// `column`, but for its `else`.
    fn has_end_at(&self, column: usize) -> bool {
        let rest = self.lexed.tokens[self.index()..].windows(2);
        let begins_line = |pair: &&[crate::lex::Token]| {
            pair[0].kind == TokenKind::Newline && pair[1].kind != TokenKind::Newline
        };
        let mut outside = rest
            .filter(begins_line)
            .map(|pair| pair[1])
            .filter(|first| self.indentation(first.span.start) <= column);
        let goes_on = |first: &crate::lex::Token| {
            let is_branch = first.kind == TokenKind::Else
                || matches!(self.slice(first.span), "elif" | "elsif" | "elseif");
            is_branch && self.indentation(first.span.start) == column
        };
        let closing = outside.find(|first| !goes_on(first));
        closing.is_some_and(|first| {
            first.kind == TokenKind::End && self.indentation(first.span.start) == column
        })
    }

    /// Whether an `end` on the rest of the line, or the line after it, closes the form of `opener`.
    fn has_end_ahead(&self, opener: Span) -> bool {
        let mut open = 0isize;
        let mut tokens = self.lexed.tokens[self.index()..].iter();
        if self.lexed.tokens[self.position].kind == TokenKind::Newline {
            return true;
        }
        for token in tokens.by_ref() {
            match token.kind {
                TokenKind::Do | TokenKind::Arrow => open += 1,
                TokenKind::End => open -= 1,
                TokenKind::Newline | TokenKind::EndOfFile => break,
                _ => {}
            }
        }
        let mut following = tokens.skip_while(|token| token.kind == TokenKind::Newline);
        let goes_on = following.next().is_some_and(|next| {
            matches!(next.kind, TokenKind::Else | TokenKind::End)
                && self.indentation(next.span.start) == self.indentation(opener.start)
        });
        open < 0 || goes_on
    }

    /// Reads over ends of lines and semicolons, but for one that ends a block.
    pub(super) fn eat_separators(&mut self) {
        let is_line = matches!(self.closers.last(), Some(Closer::Line(..)));
        while (!is_line && self.eat(TokenKind::Newline)) || self.eat(TokenKind::Semicolon) {}
    }

    pub(super) fn report_closer(&mut self, closer: Closer, place: Span, text: String) {
        if let Some(report) = self.closer_report(closer) {
            self.habit(report.edit(place, text));
        }
    }

    fn closer_report(&self, closer: Closer) -> Option<Diagnostic> {
        let (shown, found, help) = match closer {
            Closer::End => return None,
            Closer::Brace(open, help) => (open, "{", help),
            Closer::Indent(_, colon) | Closer::EndBehindColon(colon) => (colon, ":", help_of("fn")),
            Closer::Line(place, word) => (place, word, help_of("fn")),
        };
        let message = format!("expected `do`, found `{found}`");
        Some(self.foreign(shown, message).help(help))
    }

    /// Reads what stands in braces, or behind a colon, where lines are expected: commas, colons and
    /// arrows of the other language belong to the mistake that the braces or the colon are.
    pub(super) fn in_form<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let closer = self.closers.last().copied().unwrap_or(Closer::End);
        let report = match closer {
            Closer::Brace(..) | Closer::Indent(..) | Closer::EndBehindColon(_) => {
                self.closer_report(closer)
            }
            Closer::End | Closer::Line(..) => None,
        };
        self.folded(report, read)
    }

    /// Reads with edits of habits going into `report`, if there is one and none goes on.
    pub(super) fn folded<T>(
        &mut self,
        report: Option<Diagnostic>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if self.fold.is_some() || report.is_none() {
            return read(self);
        }
        self.fold = report;
        let result = read(self);
        self.fold = None;
        result
    }

    /// Whether the token so far ahead ends its line.
    pub(super) fn ends_line_after(&mut self, ahead: usize) -> bool {
        let mode = Mode {
            lines_count: true,
            ..self.mode
        };
        self.under(mode, |p| {
            matches!(
                p.kind_after(ahead),
                TokenKind::Newline | TokenKind::EndOfFile
            )
        })
    }

    /// True where a block ends that `end` does not end.
    pub(super) fn at_closer(&self) -> bool {
        match self.closers.last() {
            None | Some(Closer::End | Closer::EndBehindColon(_)) => false,
            Some(Closer::Brace(..)) => self.at(TokenKind::RightBrace),
            Some(Closer::Indent(column, _)) => {
                let is_line = self.at_line_start() && !self.at(TokenKind::Newline);
                let outside = is_line && self.indentation(self.span().start) <= *column;
                outside || self.at(TokenKind::EndOfFile)
            }
            Some(Closer::Line(..)) => {
                matches!(
                    self.kind(),
                    TokenKind::Newline
                        | TokenKind::Comma
                        | TokenKind::Else
                        | TokenKind::EndOfFile
                        | TokenKind::InterpolationEnd
                ) || closes(self.kind())
            }
        }
    }

    /// Reads what closes the innermost block, if that is no `end`.
    pub(super) fn eat_closer(&mut self) -> bool {
        let closer = self.closers.pop().unwrap_or(Closer::End);
        self.closers.push(closer);
        if !self.at_closer() {
            self.closers.pop();
            return false;
        }
        self.closers.pop();
        match closer {
            Closer::End | Closer::EndBehindColon(_) => {}
            Closer::Brace(..) => {
                let place = self.span();
                self.report_closer(closer, place, "end".into());
                self.bump();
            }
            Closer::Indent(column, _) => {
                let end = self.last_end();
                let text = format!("\n{}end", " ".repeat(column));
                self.report_closer(closer, end, text);
                self.back_over_newlines();
            }
            Closer::Line(..) => {
                let end = self.last_end();
                self.report_closer(closer, end, " end".into());
            }
        }
        true
    }

    /// The `}` of `} else`, and the end of the block before it.
    pub(super) fn close_before_else(&mut self) {
        let Some(closer) = self.closers.last().copied() else {
            return;
        };
        if !matches!(closer, Closer::Brace(..)) || !self.at(TokenKind::RightBrace) {
            return;
        }
        let mode = Mode {
            lines_count: false,
            ..self.mode
        };
        let goes_on = self.under(mode, |p| {
            let next = p.lexed.tokens[p.index() + 1..].iter();
            let mut next = next.skip_while(|token| token.kind == TokenKind::Newline);
            next.next().is_some_and(|token| {
                token.kind == TokenKind::Else
                    || matches!(p.slice(token.span), "elif" | "elsif" | "elseif")
            })
        });
        if goes_on {
            let place = self.span();
            self.report_closer(closer, place, String::new());
            self.bump();
            self.eat_separators();
        }
    }

    /// The place behind the last token that is no end of a line.
    pub(super) fn last_end(&self) -> Span {
        let before = self.lexed.tokens[..self.index()].iter().rev();
        let mut tokens = before.skip_while(|token| token.kind == TokenKind::Newline);
        let last = tokens.next().map_or(self.span(), |token| token.span);
        Span {
            start: last.end,
            ..last
        }
    }

    /// After the report about a form of another language that began at `start`: past its lines,
    /// which are those further to the right, and those that close it.
    pub(super) fn skip_form(&mut self, start: Span) {
        self.leave_out();
        let column = self.indentation(start.start);
        let mode = Mode {
            lines_count: true,
            ..self.mode
        };
        self.under(mode, |p| {
            let mut depth = 0isize;
            if matches!(
                p.kind(),
                TokenKind::LeftBrace | TokenKind::Do | TokenKind::LeftParen
            ) {
                depth += 1;
            }
            p.skip_token();
            while !p.at(TokenKind::EndOfFile) {
                if p.at_line_start() && !p.at(TokenKind::Newline) {
                    let here = p.indentation(p.span().start);
                    if here < column || (here == column && !(depth > 0 && p.at_form_word())) {
                        break;
                    }
                }
                if !p.at_line_start() && depth == 0 && p.mode.in_delimiters && closes(p.kind()) {
                    break;
                }
                match p.kind() {
                    TokenKind::Do | TokenKind::LeftBrace | TokenKind::MapStart => depth += 1,
                    // The arms of a `switch` have colons and no ends of their own.
                    TokenKind::Colon if p.ends_line_after(1) && !p.is_line_of_switch() => {
                        depth += 1
                    }
                    TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
                    TokenKind::End if !p.at_line_start() && depth == 0 => break,
                    kind if closes(kind) => depth -= 1,
                    _ => {}
                }
                p.skip_token();
            }
        });
        self.back_over_newlines();
        self.recovering = false;
    }

    /// A word that was read, and the space up to the next token.
    pub(super) fn gap_behind(&self, word: Span) -> Span {
        Span {
            end: self.span().start,
            ..word
        }
    }

    /// To the end of the line before.
    pub(super) fn back_over_newlines(&mut self) {
        while self.position > 0 && self.lexed.tokens[self.position - 1].kind == TokenKind::Newline {
            self.position -= 1;
        }
    }

    /// True on the line of `case 1:` or `default:`.
    fn is_line_of_switch(&self) -> bool {
        let before = self.lexed.tokens[..self.index()].iter().rev();
        let first = before
            .take_while(|token| token.kind != TokenKind::Newline)
            .last();
        first.is_some_and(|first| matches!(self.slice(first.span), "case" | "default"))
    }

    /// True for what a line of a form begins with that is no statement of its own.
    fn at_form_word(&self) -> bool {
        closes(self.kind())
            || matches!(
                self.kind(),
                TokenKind::Case | TokenKind::Else | TokenKind::After
            )
            || [
                "elif", "elsif", "catch", "default", "except", "rescue", "finally", "ensure",
            ]
            .iter()
            .any(|word| self.at_word(word))
    }
}

fn closes(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::End | TokenKind::RightBrace | TokenKind::RightParen | TokenKind::RightBracket
    )
}

/// `-- words` as a line of its own, where no expression may stand.
pub(super) fn line_of_dashes(p: &mut Parser) -> bool {
    if !p.at(TokenKind::Minus) || !p.next_touches() || p.kind_after(1) != TokenKind::Minus {
        return false;
    }
    let first = p.bump().span;
    report_dashes(p, first.to(p.span()));
    p.skip_to_line_end();
    true
}

fn report_dashes(p: &mut Parser, mark: Span) {
    let report = p.foreign(mark, "a comment begins with `#`, not with `--`");
    p.habit(report.help("write `#`").edit(mark, "#"));
    p.leave_out();
}

/// Reports `-- words` on the line of the next token as a comment. Two signs before an operand are
/// no mistake, so this is asked only when something else is wrong on the line.
pub(super) fn dashes(p: &mut Parser) -> bool {
    let before = p.lexed.tokens[..p.index()].iter().rev();
    let line: Vec<_> = before
        .take_while(|token| token.kind != TokenKind::Newline)
        .collect();
    // From the right to the left.
    let is_pair = |pair: &&[&crate::lex::Token]| {
        let both = pair.iter().all(|token| token.kind == TokenKind::Minus);
        both && pair[0].span.start == pair[1].span.end
    };
    let Some(pair) = line.windows(2).find(is_pair) else {
        return false;
    };
    report_dashes(p, pair[1].span.to(pair[0].span));
    p.recovering = true;
    true
}
