//! One line of the text of `core`, from left to right.

use super::Read;
use crate::core::ir::Var;

pub(super) struct Cursor<'t> {
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(rest: &'t str) -> Self {
        Cursor { rest }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'t str {
        self.rest
    }

    pub(super) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn at(&self, text: &str) -> bool {
        self.rest.starts_with(text)
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    pub(super) fn expect(&mut self, text: &str) -> Read<()> {
        match self.eat(text) {
            true => Ok(()),
            false => Err(format!("expected `{text}` at `{}`", self.rest)),
        }
    }

    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Letters, digits and underscores.
    pub(super) fn word(&mut self) -> &'t str {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = self.rest.find(|c| !is_part(c));
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// A number of a field, constructor or capture.
    pub(super) fn index(&mut self) -> Read<usize> {
        let digits = self.rest.find(|c: char| !c.is_ascii_digit());
        let text = self.take(digits.unwrap_or(self.rest.len()));
        text.parse()
            .map_err(|_| format!("expected a number at `{}`", self.rest))
    }

    pub(super) fn variable(&mut self) -> Read<Var> {
        self.expect("v")?;
        Ok(Var(self.index()? as u32))
    }

    /// `v1, v2`.
    pub(super) fn variables(&mut self) -> Read<Vec<Var>> {
        let mut found = vec![self.variable()?];
        while self.eat(", ") {
            found.push(self.variable()?);
        }
        Ok(found)
    }

    /// A type's name, up to a comma, bracket, brace, number or equals sign outside of brackets.
    pub(super) fn type_name(&mut self) -> &'t str {
        let bytes = self.rest.as_bytes();
        let (mut depth, mut at) = (0usize, 0);
        while at < bytes.len() {
            match bytes[at] {
                b'-' if bytes.get(at + 1) == Some(&b'>') => at += 1,
                b'<' | b'(' => depth += 1,
                b'>' | b')' if depth > 0 => depth -= 1,
                b'>' | b')' | b']' | b',' | b'#' | b'{' | b'}' | b'=' if depth == 0 => break,
                _ => {}
            }
            at += 1;
        }
        let name = self.rest[..at].trim_end();
        self.take(name.len())
    }

    /// A quoted text, as `Debug` prints it.
    pub(super) fn text(&mut self) -> Read<String> {
        self.expect("\"")?;
        let mut text = String::new();
        loop {
            let mut letters = self.rest.chars();
            let letter = letters.next().ok_or("a text has an end")?;
            self.rest = letters.as_str();
            match letter {
                '"' => return Ok(text),
                '\\' => text.push(self.escaped()?),
                other => text.push(other),
            }
        }
    }

    fn escaped(&mut self) -> Read<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next().ok_or("a text has an end")?;
        self.rest = letters.as_str();
        Ok(match letter {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            'u' => {
                self.expect("{")?;
                let code = self.word();
                self.expect("}")?;
                let code = u32::from_str_radix(code, 16).ok();
                code.and_then(char::from_u32).ok_or("no such letter")?
            }
            other => other,
        })
    }
}
