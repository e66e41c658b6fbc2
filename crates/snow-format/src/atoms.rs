//! Text to atoms: what is printed as it stands, and what lies between.
//!
//! In: a text and its tokens. Out: [`Atom`]s in order, the last of which is the end of the file,
//! each with the comments and ends of lines in front of it. An atom is one token, or a whole string
//! with its interpolations, which nobody may lay out anew: an end of a line in it may be text.

use snow_compiler::lex::{Lexed, TokenKind};

/// What is printed as it stands.
pub(crate) struct Atom<'a> {
    /// What it is; a string is its opening quote.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// Characters in front of it on its line.
    pub column: usize,
    /// The text.
    pub text: &'a str,
    /// What stands between the atom before and this one.
    pub gap: Gap<'a>,
}

/// What stands between two atoms, blanks and `;` apart.
#[derive(Default)]
pub(crate) struct Gap<'a> {
    /// In source order.
    pub comments: Vec<Comment<'a>>,
    /// Ends of lines behind the last comment, or all when there is none.
    pub newlines: usize,
}

/// A comment.
pub(crate) struct Comment<'a> {
    /// From its `#` on, without blanks at its end.
    pub text: &'a str,
    /// It goes on to the end of its line.
    pub is_line: bool,
    /// Ends of lines in front of it; none when it stands behind code or another comment.
    pub newlines: usize,
    /// Characters in front of it on its line.
    pub column: usize,
}

impl Gap<'_> {
    /// True when the atom behind it begins a line.
    pub(crate) fn is_broken(&self) -> bool {
        self.newlines > 0 || self.comments.iter().any(|comment| comment.newlines > 0)
    }

    /// True when a comment in it cannot share its line with what follows.
    pub(crate) fn must_break(&self) -> bool {
        self.comments
            .iter()
            .any(|comment| comment.is_line || comment.newlines > 0)
    }
}

impl Atom<'_> {
    /// One past the last byte.
    pub(crate) fn end(&self) -> u32 {
        self.start + self.text.len() as u32
    }
}

/// Cuts a text into atoms.
pub(crate) fn of<'a>(text: &'a str, lexed: &Lexed) -> Vec<Atom<'a>> {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut tokens = lexed
        .tokens
        .iter()
        .filter(|token| !matches!(token.kind, TokenKind::Newline | TokenKind::Semicolon));
    while let Some(token) = tokens.next() {
        let mut end = token.span.end;
        let mut open = usize::from(token.kind == TokenKind::StringStart);
        while open > 0 {
            let Some(inner) = tokens.next() else { break };
            end = inner.span.end;
            match inner.kind {
                TokenKind::StringStart => open += 1,
                TokenKind::StringEnd => open -= 1,
                _ => {}
            }
        }
        let before = atoms.last().map_or(0, Atom::end);
        atoms.push(Atom {
            kind: token.kind,
            start: token.span.start,
            column: column(text, token.span.start as usize),
            text: &text[token.span.start as usize..end as usize],
            gap: gap(text, before as usize, token.span.start as usize),
        });
    }
    atoms
}

fn column(text: &str, at: usize) -> usize {
    let line = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    text[line..at].chars().count()
}

fn gap(text: &str, from: usize, to: usize) -> Gap<'_> {
    let mut gap = Gap::default();
    let mut at = from;
    while at < to {
        let rest = &text[at..to];
        if rest.starts_with('#') {
            let is_line = !rest.starts_with("#=");
            let length = match is_line {
                true => rest.find(['\n', '\r']).unwrap_or(rest.len()),
                false => block_length(rest),
            };
            gap.comments.push(Comment {
                text: rest[..length].trim_end(),
                is_line,
                newlines: std::mem::take(&mut gap.newlines),
                column: column(text, at),
            });
            at += length;
            continue;
        }
        if rest.starts_with("\r\n") {
            at += 1;
        }
        let Some(letter) = text[at..to].chars().next() else {
            break;
        };
        if matches!(letter, '\n' | '\r') {
            gap.newlines += 1;
        }
        at += letter.len_utf8();
    }
    gap
}

/// Bytes of the `#= … =#` that the text begins with.
fn block_length(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("#=") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("=#") {
            depth -= 1;
            at += 2;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}
