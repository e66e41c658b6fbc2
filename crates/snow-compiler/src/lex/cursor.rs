//! A position in a text. Knows characters and bytes, nothing about tokens.

use crate::source::{FileId, Span};

/// Walks a text from its first character to its last; never moves past the end.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    file: FileId,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Stands before the first character.
    pub(super) fn new(text: &'a str, file: FileId) -> Self {
        Cursor { text, file, at: 0 }
    }

    /// Bytes walked so far.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The text from `start` to here.
    pub(super) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.at]
    }

    /// The span from `start` to here.
    pub(super) fn span_since(&self, start: usize) -> Span {
        Span {
            file: self.file,
            start: start as u32,
            end: self.at as u32,
        }
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            _ => self.rest().chars().next(),
        }
    }

    /// The character after the next one.
    pub(super) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    /// Reads one character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Reads up to a later character.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at.max(self.at);
    }

    /// Reads `expected` when it comes next.
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    /// Reads characters while `wanted` holds.
    pub(super) fn eat_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.bump();
        }
    }
}
