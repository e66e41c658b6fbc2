//! Whether a blank stands between two tokens that share a line, as far as the tokens tell; the
//! rules say so where the grammar has to be asked.

use snow_compiler::lex::TokenKind;
use TokenKind::*;

/// A blank between `before` and `next`? `earlier` is the token in front of `before`.
pub(crate) fn has_blank(earlier: Option<TokenKind>, before: TokenKind, next: TokenKind) -> bool {
    match before {
        LeftParen | LeftBracket | LeftBrace | MapStart | BitsStart | Dot | DotDot | Bang => false,
        _ => match next {
            RightParen | RightBracket | RightBrace | Comma | Dot | DotDot | Question | Colon => {
                false
            }
            EndOfFile => false,
            LeftParen => !is_callable(earlier, before),
            _ => true,
        },
    }
}

/// Whether a `(` behind this token belongs to it.
fn is_callable(earlier: Option<TokenKind>, token: TokenKind) -> bool {
    match token {
        Name | RightParen | SelfWord | Spawn | Send | Link | Fn | Def => true,
        // Any word may name a field or a function.
        word if word.is_keyword() => matches!(earlier, Some(Dot | Fn | Def)),
        _ => false,
    }
}
