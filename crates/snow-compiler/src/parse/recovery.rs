//! What to do after an error: find the place from which reading makes sense again.

use super::grammar::{blocks, statements};
use super::parser::{Indentation, Parser};
use crate::lex::TokenKind;
use crate::source::Span;

impl Parser<'_> {
    /// True where no list or expression goes on, however broken.
    pub(super) fn at_hard_stop(&self) -> bool {
        use TokenKind::*;
        match self.kind() {
            EndOfFile | End | Else | After | InterpolationEnd | StringEnd => true,
            Let | Pub | Struct | Interface | Impl | Import | Actor | Service | Supervisor => {
                self.at_line_start()
            }
            Type | Fn | Def => self.at_line_start() && self.kind_after(1) == Name,
            _ => false,
        }
    }

    /// True when the next token begins a line that stands no further to the right than the line of
    /// `open`: the list that began there was not meant to go on.
    pub(super) fn is_outdented(&self, open: Span) -> bool {
        self.at_line_start() && self.indentation(self.span().start) <= self.indentation(open.start)
    }

    /// Inside of delimiters: to the next comma or the closing delimiter of this list, or to a hard
    /// stop.
    pub(super) fn skip_in_delimiters(&mut self, open: Span, close: TokenKind) {
        let mut nested = 0usize;
        loop {
            let kind = self.kind();
            if self.at_hard_stop() && !(kind == TokenKind::End && nested > 0) {
                return;
            }
            if nested == 0 && (kind == TokenKind::Comma || self.at_close(close)) {
                self.recovering = false;
                return;
            }
            if nested == 0 && self.is_outdented(open) {
                return;
            }
            match kind {
                _ if opens(kind) => nested += 1,
                _ if closes(kind) && nested == 0 => return,
                _ if closes(kind) => nested -= 1,
                _ => {}
            }
            self.skip_token();
        }
    }

    /// The next token, or the whole string that it opens.
    pub(super) fn skip_token(&mut self) {
        let mut open = 0usize;
        loop {
            match self.bump().kind {
                TokenKind::StringStart => open += 1,
                TokenKind::StringEnd => open = open.saturating_sub(1),
                TokenKind::EndOfFile => return,
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
    }

    /// After a broken statement that began at token `start`: to where the next one begins. A
    /// statement that broke off at the first token of a line lacked its end, and nothing need be
    /// left out.
    pub(super) fn resume(&mut self, start: usize) {
        if self.at_line_start() && self.index() != start && !closes(self.kind()) {
            self.recovering = false;
        } else {
            self.skip_to_line_end();
        }
    }

    /// After a broken statement: to the end of its line, where the next one begins. A block that
    /// opens on the way is read as usual, so that errors in it are found and its `end` is not taken
    /// for another's.
    pub(super) fn skip_to_line_end(&mut self) {
        let mut nested = 0usize;
        loop {
            let kind = self.kind();
            let at_break = matches!(kind, TokenKind::Newline | TokenKind::Semicolon);
            if self.at_hard_stop() || (at_break && nested == 0) {
                break;
            }
            match kind {
                TokenKind::Do => {
                    self.recovering = false;
                    blocks::stray(self);
                    continue;
                }
                _ if opens(kind) => nested += 1,
                _ if closes(kind) && nested == 0 && self.mode.in_delimiters => break,
                _ if closes(kind) => nested = nested.saturating_sub(1),
                _ => {}
            }
            self.skip_token();
        }
        self.recovering = false;
    }

    /// To the `do` of this line, or else to its end; true when the `do` is there.
    pub(super) fn skip_to_do(&mut self) -> bool {
        while !matches!(
            self.kind(),
            TokenKind::Do | TokenKind::Newline | TokenKind::Semicolon
        ) && !self.at_hard_stop()
        {
            if closes(self.kind()) && self.mode.in_delimiters {
                break;
            }
            self.skip_token();
        }
        self.at(TokenKind::Do)
    }

    /// After an error inside of `${…}`: to the brace that closes it, and past it.
    pub(super) fn skip_interpolation(&mut self) {
        let mut nested = 0usize;
        loop {
            match self.kind() {
                TokenKind::InterpolationStart => nested += 1,
                TokenKind::InterpolationEnd if nested == 0 => break,
                TokenKind::InterpolationEnd => nested -= 1,
                TokenKind::EndOfFile => return,
                _ => {}
            }
            self.bump();
        }
        self.bump();
        self.recovering = false;
    }

    /// In the second reading: the next token stands too far to the left to belong to a block opened
    /// at `opener`.
    pub(super) fn at_foreign_line(&self, opener: Span) -> bool {
        if self.indentation == Indentation::Ignored || !self.at_line_start() {
            return false;
        }
        let here = self.indentation(self.span().start);
        let block = self.indentation(opener.start);
        match self.kind() {
            TokenKind::End | TokenKind::Else | TokenKind::After => here < block,
            TokenKind::Call | TokenKind::Cast => here <= block,
            _ if self.at_item_start() => here == 0 && here <= block,
            _ => false,
        }
    }

    /// True where an item begins.
    pub(super) fn at_item_start(&self) -> bool {
        use TokenKind::*;
        match self.kind() {
            Pub | Struct | Interface | Impl | Import | Actor | Service | Supervisor | Module
            | Trait => true,
            Type => self.kind_after(1) == Name,
            Fn | Def => {
                self.kind_after(1) == Name
                    || (self.kind_after(1).is_keyword() && self.kind_after(2) == LeftParen)
            }
            Name if self.at_word("from") => {
                matches!(self.kind_after(1), Name | StringStart | Dot | DotDot)
            }
            Name if self.at_word("test") => {
                self.kind_after(1) == StringStart || statements::at_named_test(self)
            }
            Name if self.at_word("opaque") => self.opens_opaque_item(),
            Name if self.at_word("extern") => matches!(self.kind_after(1), Fn | Def | Type),
            _ => false,
        }
    }

    /// Whether the word `opaque`, at which the parser stands, begins an item and is no name.
    pub(super) fn opens_opaque_item(&self) -> bool {
        use TokenKind::*;
        match self.kind_after(1) {
            Pub | Struct | Actor | Service | Supervisor => true,
            Type | Fn | Def => self.kind_after(2) == Name,
            _ => false,
        }
    }
}

fn opens(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        LeftParen | LeftBracket | LeftBrace | MapStart | InterpolationStart | Do
    )
}

fn closes(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        RightParen | RightBracket | RightBrace | InterpolationEnd | End
    )
}
