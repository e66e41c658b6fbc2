//! The literal of a text: what `inspect` shows of the strings in a value, and what the compiler
//! reads back as the same text.

use std::io::Write;

use super::escape::is_hidden;

/// The longest escape, `\u{10ffff}`.
const ESCAPE_MAX: usize = 10;

/// Hands the literal of `text` to `put`, piece by piece: in quotes, with quotes, backslashes, `${`
/// and what [`is_hidden`] escaped.
///
/// Nothing here needs to be dropped, so `put` may end the actor that it works for.
///
/// ```ignore
/// let mut shown = Vec::new();
/// literal("a\nb", |piece| shown.extend_from_slice(piece));
/// assert_eq!(shown, br#""a\nb""#);
/// ```
pub fn literal(text: &str, mut put: impl FnMut(&[u8])) {
    put(b"\"");
    let mut plain_from = 0;
    for (at, character) in text.char_indices() {
        let behind = at + character.len_utf8();
        let short: &[u8] = match character {
            '"' => b"\\\"",
            '\\' => b"\\\\",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            '\0' => b"\\0",
            '$' if text[behind..].starts_with('{') => b"\\$",
            hidden if is_hidden(hidden) => b"",
            _ => continue,
        };
        put(&text.as_bytes()[plain_from..at]);
        match short {
            b"" => put_code(character, &mut put),
            escape => put(escape),
        }
        plain_from = behind;
    }
    put(&text.as_bytes()[plain_from..]);
    put(b"\"");
}

fn put_code(character: char, put: &mut impl FnMut(&[u8])) {
    let mut buffer = [0; ESCAPE_MAX];
    let mut rest = &mut buffer[..];
    // Never fails: no code point has more than six digits.
    let _ = write!(rest, "\\u{{{:x}}}", u32::from(character));
    let length = ESCAPE_MAX - rest.len();
    put(&buffer[..length]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut bytes = Vec::new();
        literal(text, |piece| bytes.extend_from_slice(piece));
        String::from_utf8(bytes).expect("the literal is UTF-8")
    }

    #[test]
    fn plain_text_stands_in_quotes() {
        for text in ["", "a", "grün € 😀", "$", "$ {", "{}", "'"] {
            assert_eq!(shown(text), format!("\"{text}\""));
        }
    }

    #[test]
    fn what_a_literal_cannot_have_is_escaped() {
        assert_eq!(shown("a\nb\"c"), r#""a\nb\"c""#);
        assert_eq!(shown("\\\t\r\0"), r#""\\\t\r\0""#);
        assert_eq!(shown("${x} $${"), r#""\${x} $\${""#);
        assert_eq!(
            shown("\u{1}\u{1b}\u{7f}\u{9f}\u{2028}\u{202e}é"),
            r#""\u{1}\u{1b}\u{7f}\u{9f}\u{2028}\u{202e}é""#
        );
    }
}
