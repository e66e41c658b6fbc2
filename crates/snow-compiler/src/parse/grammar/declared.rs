//! What a capitalised name is, where the file that is being read says so.

use crate::lex::TokenKind;
use crate::parse::parser::Parser;

/// What a file declares under a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Declared {
    Struct,
    /// A variant of a type, with so many parts.
    Variant(usize),
}

/// Looks through the whole file, whichever part of it has been read.
pub(crate) fn declared(p: &Parser, name: &str) -> Option<Declared> {
    let tokens = &p.lexed.tokens;
    let mut in_type = false;
    for (index, pair) in tokens.windows(2).enumerate() {
        let is_named = pair[1].kind == TokenKind::Name && p.slice(pair[1].span) == name;
        match pair[0].kind {
            TokenKind::Struct if is_named => return Some(Declared::Struct),
            TokenKind::Type => in_type = true,
            TokenKind::End => in_type = false,
            TokenKind::Newline | TokenKind::Do | TokenKind::Semicolon if in_type && is_named => {
                return Some(Declared::Variant(parts(&tokens[index + 2..])));
            }
            _ => {}
        }
    }
    None
}

/// How many types stand in the brackets that `tokens` begin with, if they do.
fn parts(tokens: &[crate::lex::Token]) -> usize {
    use TokenKind::*;
    let mut open = 0usize;
    let mut commas = 0;
    let mut last = LeftParen;
    for token in tokens {
        match token.kind {
            LeftParen | Less | LeftBracket => open += 1,
            RightParen | Greater | RightBracket => open = open.saturating_sub(1),
            Comma if open == 1 => commas += 1,
            _ => {}
        }
        if open == 0 {
            break;
        }
        last = token.kind;
    }
    match last {
        LeftParen => 0,
        Comma => commas,
        _ => commas + 1,
    }
}
