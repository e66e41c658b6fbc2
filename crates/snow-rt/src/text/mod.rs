//! Text and numbers that C cannot do by itself: floats as text, Unicode case and space, substring
//! search.
//!
//! In and out: plain slices and numbers.

/// Text of others in lines for people.
pub mod escape;
/// Lines of bounded length.
pub mod line;
/// Texts as the compiler reads them.
pub mod literal;

use std::fmt::Write;
use std::io;

/// Where a decimal is written.
pub use zmij::Buffer as DecimalBuffer;

/// From here on a decimal has a positive exponent.
const EXPONENT_MIN: f64 = 1e16;

/// A finite float as the shortest text that reads back as it and has a point or an exponent: plain
/// from 1e-5 to below 1e16, as in `1.0`, else like `1.5e300`. It is the two parts together, of which
/// the second may be empty.
pub fn decimal(value: f64, buffer: &mut DecimalBuffer) -> (&str, &str) {
    let text = buffer.format_finite(value);
    match value.abs() < EXPONENT_MIN {
        true => (text, ""),
        // The sign of the exponent is left out.
        false => text.split_once('+').unwrap_or((text, "")),
    }
}

/// Room for the longest finite float: a sign, `0.` and 324 zeroes with 17 digits.
const FLOAT_ROOM: usize = 360;

/// A float as text, in a buffer of its own.
pub struct FloatText {
    bytes: [u8; FLOAT_ROOM],
    len: usize,
}

impl FloatText {
    /// The shortest decimal text that reads back as `value`, without an exponent and without a
    /// final `.0`.
    pub fn new(value: f64) -> FloatText {
        let mut text = FloatText {
            bytes: [0; FLOAT_ROOM],
            len: 0,
        };
        // Never fails: every f64 fits into FLOAT_ROOM, which a test checks at the extremes.
        let _ = write!(text, "{value}");
        text
    }

    /// The text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Write for FloatText {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        let room = self
            .bytes
            .get_mut(self.len..self.len + part.len())
            .ok_or(std::fmt::Error)?;
        room.copy_from_slice(part.as_bytes());
        self.len += part.len();
        Ok(())
    }
}

/// Reads a float, white space at both ends allowed: `1`, `1e3`, `-0.5`, `inf`, `nan`.
pub fn parse_float(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Unicode upper case.
pub fn to_upper(text: &str) -> String {
    text.to_uppercase()
}

/// Unicode lower case.
pub fn to_lower(text: &str) -> String {
    text.to_lowercase()
}

/// Without Unicode white space at both ends; a part of `text`.
pub fn trim(text: &str) -> &str {
    text.trim()
}

/// Index of the first `needle` at or after `from`. An empty needle is found at once; a start
/// outside finds nothing.
pub fn find(hay: &[u8], needle: &[u8], from: i64) -> Option<usize> {
    let from = usize::try_from(from).ok()?;
    let rest = hay.get(from..)?;
    let found = match needle {
        [] => Some(0),
        [byte] => memchr::memchr(*byte, rest),
        _ => memchr::memmem::find(rest, needle),
    };
    found.map(|index| from + index)
}

/// `base` to the power of `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    base.powf(exponent)
}

/// The system's words without the number that Rust adds behind them.
pub fn words_of(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_have_its_words_and_no_number() {
        let error = io::Error::from_raw_os_error(libc::EISDIR);
        assert_eq!(words_of(&error), "is a directory");
        assert_eq!(words_of(&io::Error::other("Ours (2)")), "Ours (2)");
    }

    fn shown(value: f64) -> String {
        String::from_utf8(FloatText::new(value).as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn floats_are_shortest_without_exponent_and_without_a_final_zero() {
        let cases = [
            (1.0, "1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1.0e20, "100000000000000000000"),
            (1.5, "1.5"),
            (-0.0, "-0"),
            (0.0, "0"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (1.0e-7, "0.0000001"),
        ];
        for (value, text) in cases {
            assert_eq!(shown(value), text);
        }
    }

    #[test]
    fn decimals_are_shortest_and_no_integers() {
        let cases = [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1 + 0.2, "0.30000000000000004"),
            (0.00001, "0.00001"),
            (0.000_001_5, "1.5e-6"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e16"),
            (-1.5e300, "-1.5e300"),
            (f64::MAX, "1.7976931348623157e308"),
            (5e-324, "5e-324"),
        ];
        for (value, text) in cases {
            let mut buffer = DecimalBuffer::new();
            let (front, back) = decimal(value, &mut buffer);
            assert_eq!(format!("{front}{back}"), text);
        }
    }

    #[test]
    fn the_longest_floats_fit_and_read_back() {
        for value in [
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            -5e-324,
            2.2250738585072014e-308,
            1.7976931348623155e308,
        ] {
            assert_eq!(parse_float(&shown(value)), Some(value));
        }
    }

    #[test]
    fn parsing_trims_and_takes_words() {
        assert_eq!(parse_float(" 1e3 "), Some(1000.0));
        assert_eq!(parse_float("inf"), Some(f64::INFINITY));
        assert!(parse_float("nan").unwrap().is_nan());
        assert_eq!(parse_float("1.5x"), None);
        assert_eq!(parse_float(""), None);
    }

    #[test]
    fn finding_respects_the_start_and_empty_needles() {
        assert_eq!(find(b"abcabc", b"bc", 0), Some(1));
        assert_eq!(find(b"abcabc", b"bc", 2), Some(4));
        assert_eq!(find(b"abcabc", b"c", 3), Some(5));
        assert_eq!(find(b"abc", b"", 3), Some(3));
        assert_eq!(find(b"abc", b"", 4), None);
        assert_eq!(find(b"abc", b"a", -1), None);
        assert_eq!(find(b"abc", b"x", 0), None);
    }

    #[test]
    fn case_and_space_are_those_of_unicode() {
        assert_eq!(to_upper("straße"), "STRASSE");
        assert_eq!(to_lower("ÀÉ"), "àé");
        assert_eq!(trim("\u{2003} a b \n"), "a b");
    }
}
