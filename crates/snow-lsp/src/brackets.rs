//! Which brackets and blocks are open in a half-written text, as its tokens tell.

use std::ops::Range;

use snow_compiler::lex::{self, TokenKind};
use snow_compiler::source::Sources;

/// A token and where it stands.
pub(crate) type Token = (TokenKind, Range<usize>);

/// The tokens of a text, without its end.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut sources = Sources::default();
    let file = sources.add("", "", false, text);
    let lexed = lex::tokens(&sources, file);
    let all = lexed.tokens.into_iter();
    let kept = all.filter(|token| token.kind != TokenKind::EndOfFile);
    let placed = kept.map(|token| {
        let place = token.span.start as usize..token.span.end as usize;
        (token.kind, place)
    });
    placed.collect()
}

/// What is open: each bracket or block by the token that began it.
#[derive(Default)]
pub(crate) struct Nesting {
    open: Vec<TokenKind>,
}

impl Nesting {
    /// Nothing is open that was not before the first token.
    pub(crate) fn is_flat(&self) -> bool {
        self.open.is_empty()
    }

    /// Takes the next token in; false when it closes what was open before the first.
    pub(crate) fn take(&mut self, kind: TokenKind) -> bool {
        use TokenKind::{Do, End, Fn};
        if opens(kind) || kind == Fn {
            self.open.push(kind);
        } else if kind == Do {
            // `fn x do … end` is one block.
            if self.open.last() == Some(&Fn) {
                self.open.pop();
            }
            self.open.push(Do);
        } else if kind == End || closes(kind) {
            return self.open.pop().is_some();
        }
        true
    }
}

/// Whether a token is an opening bracket.
fn opens(kind: TokenKind) -> bool {
    use TokenKind::{InterpolationStart, LeftBrace, LeftBracket, LeftParen, MapStart};
    [
        LeftBrace,
        MapStart,
        LeftParen,
        LeftBracket,
        InterpolationStart,
    ]
    .contains(&kind)
}

/// Whether a token is a closing bracket.
fn closes(kind: TokenKind) -> bool {
    use TokenKind::{InterpolationEnd, RightBrace, RightBracket, RightParen};
    [RightBrace, RightParen, RightBracket, InterpolationEnd].contains(&kind)
}

/// The index of the last bracket that is not closed.
pub(crate) fn opening(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    tokens.iter().rposition(|(kind, _)| {
        if opens(*kind) && depth == 0 {
            return true;
        }
        if opens(*kind) {
            depth -= 1;
        } else if closes(*kind) {
            depth += 1;
        }
        false
    })
}

/// The tokens outside of all brackets and blocks that begin in a text, by index, up to what closes
/// something that was open in front of it.
pub(crate) fn flat(tokens: &[Token]) -> Vec<usize> {
    let mut nesting = Nesting::default();
    let mut found = Vec::new();
    for (index, (kind, _)) in tokens.iter().enumerate() {
        let was_flat = nesting.is_flat();
        if !nesting.take(*kind) {
            break;
        }
        if was_flat && nesting.is_flat() {
            found.push(index);
        }
    }
    found
}

/// Whether some bracket or block is open at the end.
pub(crate) fn is_open(tokens: &[Token]) -> bool {
    let mut nesting = Nesting::default();
    for (kind, _) in tokens {
        nesting.take(*kind);
    }
    !nesting.is_flat()
}

/// The index of the token that closes what was open in front of the first.
pub(crate) fn closing(tokens: &[Token]) -> Option<usize> {
    let mut nesting = Nesting::default();
    tokens.iter().position(|(kind, _)| !nesting.take(*kind))
}
