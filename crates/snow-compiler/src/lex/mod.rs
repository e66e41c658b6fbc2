//! Text to tokens.
//!
//! In: one file. Out: [`Lexed`] and diagnostics. Comments and blanks are gone, ends of lines are
//! tokens (the parser decides which of them count), strings are cut into text and interpolations
//! whose tokens stand in the same flat list. Every input gives an answer; what cannot be read
//! becomes [`TokenKind::Unknown`].

mod classes;
mod cursor;
mod ending;
mod escapes;
mod foreign;
mod interpolation;
mod lexer;
mod number;
mod token;

pub use classes::{classes, Class};
pub use ending::{ending, Ending, Within};
pub use token::{DocLine, Lexed, Token, TokenKind, UnknownEscape};

use crate::source::{FileId, Sources};

/// Cuts a file into tokens.
pub fn tokens(sources: &Sources, file: FileId) -> Lexed {
    let source = sources.get(file);
    lexer::run(&source.text, file, &source.omission.parts)
}
