//! What is open where a text ends, for editors, whose texts end where somebody types.

use super::interpolation::Quote;
use super::lexer::{self, Inside};
use crate::source::FileId;

/// What the end of a text is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// Code, also in a `${`.
    Code,
    /// The text of a string.
    Text,
    /// A comment.
    Comment,
}

/// The end of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What it is inside of.
    pub within: Within,
    /// What closes the strings that are open, with the braces in them.
    pub closing: String,
    /// Where the string begins in whose text the end is.
    pub text_from: Option<usize>,
    /// Where the code begins that runs to the end: behind the last `${` that is open.
    pub code_from: usize,
    /// Where the outermost of these strings begins, if its quotes are those of a single line.
    pub suspect: Option<usize>,
}

/// What is open where a text ends.
pub fn ending(text: &str) -> Ending {
    let lexer = lexer::read(text, FileId::default(), &[]);
    let within = match lexer.inside.last() {
        _ if lexer.ends_in_comment => Within::Comment,
        Some(Inside::String { .. }) => Within::Text,
        Some(Inside::Interpolation { .. }) | None => Within::Code,
    };
    let mut closing = String::new();
    for open in lexer.inside.iter().rev() {
        match open {
            Inside::String { quote, .. } => closing.push_str(quote.text()),
            Inside::Interpolation { braces, .. } => closing.push_str(&"}".repeat(braces + 1)),
        }
    }
    let (text_from, code_from) = match lexer.inside.last() {
        Some(Inside::Interpolation { start, .. }) => (None, start + "${".len()),
        Some(Inside::String { start, .. }) => (Some(*start), 0),
        None => (None, 0),
    };
    let suspect = lexer.inside.first().and_then(|open| match open {
        Inside::String { quote, start } => (*quote != Quote::Three).then_some(*start),
        Inside::Interpolation { .. } => None,
    });
    Ending {
        within,
        closing,
        text_from,
        code_from,
        suspect,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_where_a_text_ends() {
        let found = ending("println(\"a ${%{b | c");
        assert_eq!(
            (found.within, found.closing.as_str()),
            (Within::Code, "}}\"")
        );
        assert_eq!(found.code_from, 13);
        assert_eq!(ending("println(\"a ").within, Within::Text);
        assert_eq!(ending("\"${1}\" # b").within, Within::Comment);
        assert_eq!(ending("#= a =#").within, Within::Code);
    }
}
