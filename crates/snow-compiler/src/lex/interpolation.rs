//! Strings: quotes and the way in and out of `${…}`.

use super::escapes;
use super::lexer::{Inside, Lexer};
use super::TokenKind;
use crate::diagnostics::{Code, Diagnostic};

/// How a string is closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Quote {
    /// `"`.
    One,
    /// `"""`.
    Three,
    /// `'`, reported.
    Single,
    /// `` ` ``, reported.
    Back,
}

impl Quote {
    pub(super) fn text(self) -> &'static str {
        match self {
            Quote::One => "\"",
            Quote::Three => "\"\"\"",
            Quote::Single => "'",
            Quote::Back => "`",
        }
    }
}

/// Reads the opening quotes.
pub(super) fn open(lexer: &mut Lexer) {
    let start = lexer.cursor.position();
    let quote = if lexer.cursor.eat("\"\"\"") {
        Quote::Three
    } else {
        Quote::One
    };
    if quote == Quote::One {
        lexer.cursor.bump();
    }
    lexer.push(TokenKind::StringStart, start);
    lexer.inside.push(Inside::String { quote, start });
}

/// Reads an opening quote of another language.
pub(super) fn open_foreign(lexer: &mut Lexer, quote: char) {
    let start = lexer.cursor.position();
    lexer.cursor.bump();
    lexer.push(TokenKind::StringStart, start);
    let quote = match quote {
        '`' => Quote::Back,
        _ => Quote::Single,
    };
    lexer.inside.push(Inside::String { quote, start });
}

/// Reads up to the closing quotes or the next `${`, and past it.
pub(super) fn string_part(lexer: &mut Lexer) {
    let Some(Inside::String { quote, .. }) = lexer.inside.last() else {
        return;
    };
    let quote = *quote;
    let start = lexer.cursor.position();
    let mut text = String::new();
    loop {
        let here = lexer.cursor.position();
        if lexer.cursor.rest().starts_with(quote.text()) || lexer.cursor.rest().starts_with("${") {
            if !text.is_empty() {
                lexer.push_text(&text, start);
            }
            let closes = lexer.cursor.eat(quote.text());
            if closes {
                lexer.inside.pop();
                return lexer.push(TokenKind::StringEnd, here);
            }
            lexer.cursor.eat("${");
            lexer.inside.push(Inside::Interpolation {
                braces: 0,
                start: here,
            });
            return lexer.push(TokenKind::InterpolationStart, here);
        }
        match lexer.cursor.bump() {
            Some('\\') => text.extend(escapes::read(lexer)),
            Some(other) => text.push(other),
            None => {
                return if !text.is_empty() {
                    lexer.push_text(&text, start);
                }
            }
        }
    }
}

/// Reports what is still open at the end of the file, and takes away the tokens that came of it.
///
/// One missing quote turns the rest of the file inside out, and the string that is open at the end
/// is hardly ever the one that lacks it. The first string that runs over the end of its line is:
/// the tokens from there on mean nothing.
pub(super) fn unterminated(lexer: &mut Lexer) {
    let open_at = match lexer.inside.first() {
        Some(Inside::String { start, .. } | Inside::Interpolation { start, .. }) => *start,
        None => return,
    };
    let text = lexer.cursor.since(0);
    let mut suspect = open_at;
    let mut started = None;
    let mut open_strings = 0;
    for token in lexer.made().iter() {
        match token.kind {
            TokenKind::StringStart if open_strings == 0 => {
                open_strings = 1;
                started = Some(token.span.start as usize);
            }
            TokenKind::StringStart => open_strings += 1,
            TokenKind::StringEnd => open_strings -= 1,
            _ => {}
        }
        if let (TokenKind::StringEnd, 0, Some(start)) = (token.kind, open_strings, started) {
            let whole = &text[start..token.span.end as usize];
            if whole.contains('\n') && !whole.starts_with("\"\"\"") {
                suspect = start;
                break;
            }
        }
    }
    let mut span = lexer.cursor.span_since(suspect);
    span.end = span.start + 1;
    lexer.forget_from(suspect);
    lexer.push(TokenKind::Unknown, suspect);
    let diagnostic = Diagnostic::error(Code::P0002, span, "this string is never closed");
    lexer.report(
        diagnostic.help("close it with the quotes that opened it; `${` inside of it needs its `}`"),
    );
    lexer.inside.clear();
}
