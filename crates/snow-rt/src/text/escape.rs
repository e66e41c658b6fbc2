//! Text of programs and of peers in lines for people: one line stays one line, and no text of
//! others reaches a terminal as a command.
//!
//! The twin of `escaped` in `stdlib/core/log_line.snow`, for reports that the runtime writes itself.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with line breaks, other control characters, and what changes the direction of text
/// written as `\n`, `\r`, `\t` or `\u{…}`. Anything else stays, also a backslash.
///
/// ```ignore
/// assert_eq!(escaped("a\nb"), "a\\nb");
/// ```
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(line, "\\u{{{:x}}}", u32::from(hidden));
            }
            plain => line.push(plain),
        }
    }
    Cow::Owned(line)
}

/// C0, DEL, C1, the separators of lines and paragraphs, and marks of direction.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_and_control_characters_are_shown() {
        assert_eq!(escaped("one\r\ntwo\tthree\0"), "one\\r\\ntwo\\tthree\\u{0}");
        assert_eq!(
            escaped("\u{1b}[2J\u{7f}\u{80}\u{85}\u{9b}\u{9f}"),
            "\\u{1b}[2J\\u{7f}\\u{80}\\u{85}\\u{9b}\\u{9f}"
        );
        assert_eq!(escaped("a\u{2028}b\u{2029}c"), "a\\u{2028}b\\u{2029}c");
        assert_eq!(
            escaped("\u{202e}\u{2066}\u{200f}\u{61c}\u{feff}"),
            "\\u{202e}\\u{2066}\\u{200f}\\u{61c}\\u{feff}"
        );
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "",
            "grün € … 😀",
            "\\n \"q\"",
            "\u{a0}\u{61b}\u{200d}\u{2027}\u{202f}\u{2065}\u{206a}\u{fefe}",
        ] {
            assert!(
                matches!(escaped(text), Cow::Borrowed(same) if same == text),
                "{text:?}"
            );
        }
    }
}
