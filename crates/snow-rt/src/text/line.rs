//! Lines of bounded length: a log shows what peers and programs hand to it, and one of them may be
//! as long as memory goes.

use std::borrow::Cow;

/// The most bytes of a line that are written. Longer than any line that is read, shorter than what
/// containers and system logs split (16 KiB).
pub const LINE_MAX: usize = 8 * 1024;

/// The text with each line that is longer than [`LINE_MAX`] cut there, between two characters, and
/// the count of bytes that it had more.
///
/// ```ignore
/// assert_eq!(shortened("short"), "short");
/// ```
pub fn shortened(text: &str) -> Cow<'_, str> {
    if text.split('\n').all(|line| line.len() <= LINE_MAX) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<_> = text.split('\n').map(shortened_line).collect();
    Cow::Owned(lines.join("\n"))
}

fn shortened_line(line: &str) -> Cow<'_, str> {
    if line.len() <= LINE_MAX {
        return Cow::Borrowed(line);
    }
    let stop = (0..=LINE_MAX)
        .rfind(|&at| line.is_char_boundary(at))
        .unwrap_or_default();
    let more = line.len() - stop;
    Cow::Owned(format!("{}… ({more} more bytes)", &line[..stop]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_up_to_the_limit_stay_as_they_are() {
        let longest = "x".repeat(LINE_MAX);
        for text in [
            "",
            "\n",
            "one\ntwo\n",
            &longest,
            &format!("{longest}\n{longest}\n"),
        ] {
            assert!(matches!(shortened(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn a_longer_line_is_cut_and_says_how_much_it_had() {
        let kept = "x".repeat(LINE_MAX);
        assert_eq!(
            shortened(&format!("short\n{kept}yyy\n")),
            format!("short\n{kept}… (3 more bytes)\n")
        );
    }

    #[test]
    fn a_line_is_cut_between_two_characters() {
        let kept = "x".repeat(LINE_MAX - 1);
        assert_eq!(
            shortened(&format!("{kept}€y")),
            format!("{kept}… (4 more bytes)")
        );
    }
}
