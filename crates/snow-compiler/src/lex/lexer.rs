//! The loop over the text: blanks, comments, names and symbols. Strings are in `interpolation`,
//! numbers in `number`.
//!
//! The lexer is never recursive: open strings and interpolations are a list, so nesting costs no
//! stack.

use super::cursor::Cursor;
use super::foreign;
use super::interpolation::{self, Quote};
use super::number;
use super::{DocLine, Lexed, Token, TokenKind, UnknownEscape};
use crate::diagnostics::{self, Code, Diagnostic};
use crate::source::{FileId, LeftOut, Name};

/// What the lexer is inside of.
pub(super) enum Inside {
    /// A string.
    String { quote: Quote, start: usize },
    /// A `${…}`, with the number of braces open in it.
    Interpolation { braces: usize, start: usize },
}

/// State of one run.
pub(super) struct Lexer<'a> {
    /// Where we are.
    pub cursor: Cursor<'a>,
    /// Open strings and interpolations, outermost first.
    pub inside: Vec<Inside>,
    /// The text ends in a comment.
    pub ends_in_comment: bool,
    lexed: Lexed,
}

/// Lexes the whole text, without what is left out.
pub(super) fn run(text: &str, file: FileId, left_out: &[LeftOut]) -> Lexed {
    let mut lexer = read(text, file, left_out);
    if !lexer.inside.is_empty() {
        interpolation::unterminated(&mut lexer);
    }
    let end = lexer.cursor.position();
    lexer.push(TokenKind::EndOfFile, end);
    lexer.lexed
}

/// Reads the whole text, and leaves open what is open at its end.
pub(super) fn read<'a>(text: &'a str, file: FileId, left_out: &[LeftOut]) -> Lexer<'a> {
    let mut lexer = Lexer {
        cursor: Cursor::new(text, file),
        inside: Vec::new(),
        ends_in_comment: false,
        lexed: Lexed::default(),
    };
    let mut left_out = left_out.iter().peekable();
    while !lexer.cursor.rest().is_empty() {
        let at = lexer.cursor.position();
        if let Some(part) = left_out.next_if(|part| part.start as usize <= at) {
            lexer.leave_out(*part);
            continue;
        }
        match lexer.inside.last() {
            Some(Inside::String { .. }) => interpolation::string_part(&mut lexer),
            _ => lexer.code(),
        }
    }
    lexer
}

impl Lexer<'_> {
    /// Adds a token that began at `start` and ends here.
    pub(super) fn push(&mut self, kind: TokenKind, start: usize) {
        let span = self.cursor.span_since(start);
        self.lexed.tokens.push(Token { kind, span });
    }

    /// Adds decoded text.
    pub(super) fn push_text(&mut self, text: &str, start: usize) {
        self.lexed.texts.push(Name::from(text));
        self.push(
            TokenKind::StringText(self.lexed.texts.len() as u32 - 1),
            start,
        );
    }

    /// Adds a `\$`, from its backslash on.
    pub(super) fn note_dollar(&mut self, start: usize) {
        let span = self.cursor.span_since(start);
        self.lexed.written_dollars.push(span);
    }

    /// Adds a backslash that means nothing.
    pub(super) fn note_escape(&mut self, escape: UnknownEscape) {
        self.lexed.unknown_escapes.push(escape);
    }

    /// Adds a diagnostic.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        diagnostics::note(&mut self.lexed.reports, diagnostic);
    }

    /// Takes away the tokens and diagnostics from `start` on.
    pub(super) fn forget_from(&mut self, start: usize) {
        self.lexed.is_cut = true;
        self.lexed
            .tokens
            .retain(|token| (token.span.start as usize) < start);
        self.lexed.reports.retain(|diagnostic| {
            diagnostic
                .labels
                .iter()
                .all(|label| (label.span.start as usize) < start)
        });
    }

    /// Tokens made so far.
    pub(super) fn made(&self) -> &[Token] {
        &self.lexed.tokens
    }

    fn leave_out(&mut self, part: LeftOut) {
        let start = self.cursor.position();
        self.cursor.go_to(part.end as usize);
        if part.is_body {
            self.push(TokenKind::LeftOut, start);
        }
    }

    fn code(&mut self) {
        let start = self.cursor.position();
        match self.cursor.peek().unwrap_or('\n') {
            ' ' | '\t' => self.cursor.eat_while(|c| c == ' ' || c == '\t'),
            '\u{feff}' if start == 0 => {
                self.cursor.bump();
            }
            '\r' | '\n' => {
                if !self.cursor.eat("\r\n") {
                    self.cursor.bump();
                }
                self.push(TokenKind::Newline, start);
            }
            '#' => self.comment(),
            '"' => interpolation::open(self),
            c if c.is_ascii_digit() => {
                let kind = number::number(self);
                self.push(kind, start);
            }
            c if c == '_' || c.is_alphabetic() => {
                self.cursor.eat_while(|c| c == '_' || c.is_alphanumeric());
                let kind = TokenKind::keyword(self.cursor.since(start)).unwrap_or(TokenKind::Name);
                self.push(kind, start);
            }
            _ => self.symbol(start),
        }
    }

    fn symbol(&mut self, start: usize) {
        if foreign::read(self, start) {
            return;
        }
        if let Some((kind, spelling)) = TokenKind::symbol_at(self.cursor.rest()) {
            self.cursor.eat(spelling);
            let kind = self.count_brace(kind);
            return self.push(kind, start);
        }
        let found = self.cursor.bump().unwrap_or(' ');
        let span = self.cursor.span_since(start);
        let message = format!(
            "the character `{}` has no meaning here",
            found.escape_debug()
        );
        self.report(Diagnostic::error(Code::P0003, span, message));
        self.push(TokenKind::Unknown, start);
    }

    /// Inside of `${…}` a brace either nests or closes the interpolation.
    fn count_brace(&mut self, kind: TokenKind) -> TokenKind {
        let Some(Inside::Interpolation { braces, .. }) = self.inside.last_mut() else {
            return kind;
        };
        match kind {
            TokenKind::LeftBrace | TokenKind::MapStart => *braces += 1,
            TokenKind::RightBrace if *braces == 0 => {
                self.inside.pop();
                return TokenKind::InterpolationEnd;
            }
            TokenKind::RightBrace => *braces -= 1,
            _ => {}
        }
        kind
    }

    fn comment(&mut self) {
        if self.cursor.rest().starts_with("#=") {
            return self.block_comment();
        }
        let start = self.cursor.position();
        self.cursor.eat_while(|c| c != '\n' && c != '\r');
        self.ends_in_comment = self.cursor.rest().is_empty();
        let line = self.cursor.since(start);
        let stands_alone = self
            .lexed
            .tokens
            .last()
            .is_none_or(|t| t.kind == TokenKind::Newline);
        let Some(text) = line.strip_prefix("##").filter(|_| stands_alone) else {
            return;
        };
        let (is_module, text) = text
            .strip_prefix('!')
            .map_or((false, text), |text| (true, text));
        let text = text
            .strip_prefix(' ')
            .unwrap_or(text)
            .trim_end()
            .to_string();
        self.lexed.docs.push(DocLine {
            before: self.lexed.tokens.len(),
            is_module,
            text,
        });
    }

    fn block_comment(&mut self) {
        let start = self.cursor.position();
        let mut depth = 0usize;
        loop {
            if self.cursor.eat("#=") {
                depth += 1;
            } else if self.cursor.eat("=#") {
                depth -= 1;
            } else if self.cursor.bump().is_none() {
                let mut span = self.cursor.span_since(start);
                span.end = span.start + 2;
                self.ends_in_comment = true;
                self.lexed.is_cut = true;
                let diagnostic =
                    Diagnostic::error(Code::P0002, span, "this comment is never closed");
                return self.report(diagnostic.help("close each `#=` with `=#`"));
            }
            if depth == 0 {
                return;
            }
        }
    }
}
