//! What stands behind a backslash in a string.

use super::lexer::Lexer;
use super::UnknownEscape;
use crate::diagnostics::{Code, Diagnostic};

/// Hexadecimal digits of the largest code point, 10FFFF.
const MOST_DIGITS: usize = 6;
/// Stands for a code point that has been reported.
const REPLACEMENT: char = '\u{fffd}';

/// Reads an escape whose backslash has been read. `None` at the end of the file.
///
/// A character that makes no escape stands for itself and is noted for W0010.
pub(super) fn read(lexer: &mut Lexer) -> Option<char> {
    let start = lexer.cursor.position() - 1;
    let character = match lexer.cursor.bump()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        '$' => {
            lexer.note_dollar(start);
            '$'
        }
        plain @ ('\\' | '"') => plain,
        'u' if lexer.cursor.eat("{") => return Some(code_point(lexer, start)),
        other => {
            note_unknown(lexer, start, other);
            other
        }
    };
    Some(character)
}

/// The rest of `\u{e9}`, from its first digit on.
fn code_point(lexer: &mut Lexer, start: usize) -> char {
    let first = lexer.cursor.position();
    lexer.cursor.eat_while(|c| c.is_ascii_hexdigit());
    let digits = lexer.cursor.since(first);
    let is_closed = lexer.cursor.eat("}");
    let number = u32::from_str_radix(digits, 16).ok();
    let number = number.filter(|_| is_closed && digits.len() <= MOST_DIGITS);
    let (message, help) = match number.map(char::from_u32) {
        Some(Some(character)) => return character,
        Some(None) => (
            format!("`{}` is no character", lexer.cursor.since(start)),
            "Unicode has the code points 0 to D7FF and E000 to 10FFFF",
        ),
        None => (
            "`\\u{` is followed by 1 to 6 hexadecimal digits and `}`".to_string(),
            "`\\u{e9}` is `é`; for the text write `\\\\u{`",
        ),
    };
    let span = lexer.cursor.span_since(start);
    lexer.report(Diagnostic::error(Code::P0003, span, message).help(help));
    REPLACEMENT
}

/// Notes `\d`, or `\x41` and `\u00e9` with the digits that belong to them in other languages.
fn note_unknown(lexer: &mut Lexer, start: usize, character: char) {
    let wanted = match character {
        'x' => 2,
        'u' => 4,
        _ => 0,
    };
    let mut ahead = lexer.cursor.clone();
    let first = ahead.position();
    ahead.eat_while(|c| c.is_ascii_hexdigit());
    let count = wanted.min(ahead.position() - first);
    let mut span = lexer.cursor.span_since(start);
    let mut text = character.to_string();
    if count == wanted {
        text.extend(lexer.cursor.rest().chars().take(count));
        span.end += count as u32;
    }
    let text = text.into();
    lexer.note_escape(UnknownEscape { text, span });
}
