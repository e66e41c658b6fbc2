//! Number literals: decimal, `0x`, `0b`, `0o`, floats, with `_` between digits.

use super::lexer::Lexer;
use super::TokenKind;
use crate::diagnostics::{Code, Diagnostic};

/// The magnitude of the least Int, which only makes sense after a minus.
const LARGEST_MAGNITUDE: u64 = 1 << 63;

/// Reads a number; the cursor stands on its first digit.
pub(super) fn number(lexer: &mut Lexer) -> TokenKind {
    let start = lexer.cursor.position();
    let radix = radix_prefix(lexer);
    let digits_start = lexer.cursor.position();
    lexer.cursor.eat_while(|c| c == '_' || c.is_digit(radix));
    let is_float = radix == 10 && fraction_and_exponent(lexer);
    if lexer
        .cursor
        .peek()
        .is_some_and(|c| c == '_' || c.is_alphanumeric())
    {
        lexer.cursor.eat_while(|c| c == '_' || c.is_alphanumeric());
        let message = format!("`{}` is not a number", lexer.cursor.since(start));
        return reject(
            lexer,
            start,
            message,
            "a name cannot follow a number directly",
        );
    }
    if is_float {
        let text = lexer.cursor.since(start).replace('_', "");
        // The shape has been checked, and Rust rounds what is too large to infinity.
        return TokenKind::Float(text.parse().unwrap_or(f64::INFINITY));
    }
    let digits = lexer.cursor.since(digits_start).replace('_', "");
    if digits.is_empty() {
        let message = format!("`{}` has no digits", lexer.cursor.since(start));
        return reject(
            lexer,
            start,
            message,
            "write at least one digit after the prefix",
        );
    }
    match u64::from_str_radix(&digits, radix) {
        Ok(value) if value <= LARGEST_MAGNITUDE => TokenKind::Int(value),
        _ => {
            let help = "an Int lies between -9223372036854775808 and 9223372036854775807";
            reject(lexer, start, "this number does not fit an Int".into(), help)
        }
    }
}

fn radix_prefix(lexer: &mut Lexer) -> u32 {
    if lexer.cursor.peek() != Some('0') {
        return 10;
    }
    let radix = match lexer.cursor.peek_second() {
        Some('x' | 'X') => 16,
        Some('b' | 'B') => 2,
        Some('o' | 'O') => 8,
        _ => return 10,
    };
    lexer.cursor.bump();
    lexer.cursor.bump();
    radix
}

/// `1..5` is a range and `42.to_string()` a call, so a dot needs a digit behind it.
fn fraction_and_exponent(lexer: &mut Lexer) -> bool {
    let mut is_float = false;
    if lexer.cursor.peek() == Some('.')
        && lexer
            .cursor
            .peek_second()
            .is_some_and(|c| c.is_ascii_digit())
    {
        is_float = true;
        lexer.cursor.bump();
        lexer.cursor.eat_while(|c| c == '_' || c.is_ascii_digit());
    }
    let mut ahead = lexer.cursor.clone();
    if matches!(ahead.bump(), Some('e' | 'E')) {
        if matches!(ahead.peek(), Some('+' | '-')) {
            ahead.bump();
        }
        if ahead.peek().is_some_and(|c| c.is_ascii_digit()) {
            is_float = true;
            ahead.eat_while(|c| c == '_' || c.is_ascii_digit());
            lexer.cursor = ahead;
        }
    }
    is_float
}

/// The parser goes on with a zero, so that one bad digit gives one message.
fn reject(lexer: &mut Lexer, start: usize, message: String, help: &str) -> TokenKind {
    let span = lexer.cursor.span_since(start);
    lexer.report(Diagnostic::error(Code::P0003, span, message).help(help));
    TokenKind::Int(0)
}
