//! Places of a text in the words of the protocol: lines, and columns in units of UTF-16.
//!
//! A line ends at `\n`, `\r\n` or `\r`. A column past the end of its line is that end, and one
//! inside of a character is the character's begin: a client that is behind gets a near answer
//! instead of none.

use lsp_types::{Position, Range};

/// The lines of one text.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: &usize| {
            bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        };
        let starts = (0..bytes.len()).filter(ends_line).map(|at| at + 1);
        Lines {
            text,
            starts: std::iter::once(0).chain(starts).collect(),
        }
    }

    /// Where a byte stands. One past the end stands at the end.
    pub(crate) fn position(&self, at: usize) -> Position {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= at) - 1;
        let before = &self.text[self.starts[line]..at];
        let column = before.chars().map(char::len_utf16).sum::<usize>();
        Position::new(line as u32, column as u32)
    }

    /// Where bytes stand.
    pub(crate) fn range(&self, start: usize, end: usize) -> Range {
        Range::new(self.position(start), self.position(end))
    }

    /// The byte at a place.
    pub(crate) fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize) else {
            return self.text.len();
        };
        let rest = &self.text[*start..];
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let mut left = position.character as usize;
        for (at, letter) in line.char_indices() {
            if letter.len_utf16() > left {
                return start + at;
            }
            left -= letter.len_utf16();
        }
        start + line.len()
    }
}

/// Whether a letter may stand in a name.
pub(crate) fn is_in_name(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_units_of_utf_16() {
        let text = "a😀b\tç\r\nx\ry\n";
        let lines = Lines::new(text);
        let places = [(0, 0), (1, 1), (5, 3), (6, 4), (7, 5)];
        for (byte, column) in places {
            assert_eq!(lines.position(byte), Position::new(0, column));
            assert_eq!(lines.offset(Position::new(0, column)), byte);
        }
        assert_eq!(lines.position(text.len()), Position::new(3, 0));
        assert_eq!(lines.offset(Position::new(1, 0)), 11);
        assert_eq!(lines.offset(Position::new(2, 1)), 14);
    }

    #[test]
    fn what_no_text_has_gets_a_near_answer() {
        let lines = Lines::new("a😀\r\nb");
        assert_eq!(lines.offset(Position::new(0, 2)), 1, "inside of a pair");
        assert_eq!(
            lines.offset(Position::new(0, 99)),
            5,
            "before the end of the line"
        );
        assert_eq!(lines.offset(Position::new(9, 0)), 8);
        assert_eq!(lines.position(3), Position::new(0, 1));
    }
}
