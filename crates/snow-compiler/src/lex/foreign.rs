//! Symbols that other languages have: comments, quotes and operators.

use super::interpolation;
use super::lexer::{Inside, Lexer};
use super::TokenKind;
use crate::diagnostics::{Code, Diagnostic};

/// A symbol, what to do instead, and what to write in its place where that is all.
type Foreign = (&'static str, &'static str, Option<&'static str>);

/// Longest first where one begins another.
const SYMBOLS: &[Foreign] = &[
    ("===", "write `==`: it compares by value", Some("==")),
    ("!==", "write `!=`: it compares by value", Some("!=")),
    ("~=", "write `!=`", Some("!=")),
    (
        "=~",
        "there are no patterns of text: `String.contains` and `String.starts_with` look into one",
        None,
    ),
    (
        "<=>",
        "write `compare(a, b)`, which answers an `Ordering`",
        None,
    ),
    (
        "**",
        "there is no power operator: multiply, or call `Math.pow` for Floats",
        None,
    ),
    (
        "+=",
        "values never change: write `let name = name + …`",
        None,
    ),
    (
        "-=",
        "values never change: write `let name = name - …`",
        None,
    ),
    (
        "*=",
        "values never change: write `let name = name * …`",
        None,
    ),
    (
        "/=",
        "values never change: write `let name = name / …`, or `!=` for unequal",
        None,
    ),
    ("..=", "ranges leave out their end: write `a..b + 1`", None),
    (
        "...",
        "ranges leave out their end: write `a..b + 1`; lists are joined by `++`",
        None,
    ),
    (
        "&&&",
        "write `&&` or `and`; bits are joined by `Int.band`",
        None,
    ),
    (
        "&",
        "write `&&` or `and`; bits are joined by `Int.band`",
        None,
    ),
    (
        "^",
        "a pattern compares with a name by a guard: `x when x == name`; bits are changed by \
         `Int.bxor`",
        None,
    ),
    ("~", "bits are inverted by `Int.bnot`", None),
    ("'", "strings stand between double quotes", None),
    ("`", "strings stand between double quotes", None),
    (
        "@",
        "there are no attributes: `##` above an item documents it, `let NAME = …` is a constant",
        None,
    ),
    ("$", "`${…}` works inside of strings only", None),
    (
        "\\\\",
        "parameters have no default values: write another function with fewer parameters",
        None,
    ),
    ("\\", "a backslash works inside of strings only", None),
];

/// Reads a foreign symbol at `start`, and reports it. False when there is none.
pub(super) fn read(lexer: &mut Lexer, start: usize) -> bool {
    let rest = lexer.cursor.rest();
    let first = rest.as_bytes().first();
    let begins = |text: &str| text.as_bytes().first() == first && rest.starts_with(text);
    if rest.starts_with("//") && is_division(lexer) {
        division(lexer, start);
        return true;
    }
    if rest.starts_with("//") {
        line_comment(lexer, start);
        return true;
    }
    if rest.starts_with("/*") {
        block_comment(lexer, start);
        return true;
    }
    if rest.starts_with("&&") && !rest.starts_with("&&&") {
        return false;
    }
    if let Some(quote) = opening_quote(rest) {
        quoted(lexer, start, quote);
        return true;
    }
    let found = SYMBOLS.iter().find(|(text, ..)| begins(text));
    let special = sigil(rest).or_else(|| spread(lexer));
    let Some((text, help, meant)) = special.or(found.copied()) else {
        return false;
    };
    lexer.cursor.eat(text);
    let span = lexer.cursor.span_since(start);
    let mut report =
        Diagnostic::error(Code::P0003, span, format!("Snow has no `{text}`")).help(help);
    if let Some(meant) = meant {
        report = report.edit(span, meant);
    }
    lexer.report(report);
    lexer.push(TokenKind::Unknown, start);
    true
}

/// The sign of `~w(…)` and `~r/…/`.
fn sigil(rest: &str) -> Option<Foreign> {
    let mut letters = rest.strip_prefix('~')?.chars();
    let letter = letters.next()?;
    let opens = matches!(letters.next()?, '(' | '[' | '{' | '/' | '|' | '"' | '<');
    match letter {
        'w' | 'W' if opens => Some(("~", "write the list: `[\"a\", \"b\"]`", None)),
        'r' | 'R' if opens => Some((
            "~",
            "there are no regular expressions: `String.contains` and `String.split` look into text",
            None,
        )),
        's' | 'S' | 'c' | 'C' if opens => Some(("~", "write `\"…\"`", None)),
        _ => None,
    }
}

/// How far back the bracket around `...` is looked for, in tokens.
const NEAR: usize = 64;

/// The `...` of `[...list]`, `%{...map}` and `f(...list)`, by the bracket that it stands in.
fn spread(lexer: &Lexer) -> Option<Foreign> {
    let after = lexer.cursor.rest().strip_prefix("...")?.chars().next();
    let made = lexer.made();
    let mut closed = 0;
    let mut before = made.iter().rev().map(|token| token.kind);
    let is_first = matches!(
        before.clone().find(|kind| *kind != TokenKind::Newline)?,
        TokenKind::Comma
            | TokenKind::LeftBracket
            | TokenKind::LeftParen
            | TokenKind::LeftBrace
            | TokenKind::MapStart
    );
    if !is_first || !after.is_some_and(|c| c == '_' || c.is_alphabetic() || c == '[' || c == '{') {
        return None;
    }
    let open = before.by_ref().take(NEAR).find(|kind| match kind {
        TokenKind::RightBracket | TokenKind::RightParen | TokenKind::RightBrace => {
            closed += 1;
            false
        }
        TokenKind::LeftBracket
        | TokenKind::LeftParen
        | TokenKind::LeftBrace
        | TokenKind::MapStart => {
            closed -= 1;
            closed < 0
        }
        _ => false,
    })?;
    let help = match open {
        TokenKind::LeftBracket => {
            "lists are joined by `++`: `[first] ++ list`; a pattern takes one apart by \
             `first :: rest`"
        }
        TokenKind::LeftParen => {
            "a function has a fixed number of parameters: hand it the list itself"
        }
        _ => {
            "write `%{value | field: new}` to change a struct, `Map.merge(map, %{key => new})` to \
             change a map"
        }
    };
    Some(("...", help, None))
}

/// Whether `//` stands in a `${…}` that ends on the line: a comment would leave it open.
fn is_division(lexer: &Lexer) -> bool {
    let is_inside = matches!(lexer.inside.last(), Some(Inside::Interpolation { .. }));
    let line = lexer.cursor.rest().lines().next().unwrap_or_default();
    is_inside && line.contains('}')
}

/// `a // b`.
fn division(lexer: &mut Lexer, start: usize) {
    lexer.cursor.eat("//");
    let mark = lexer.cursor.span_since(start);
    let report = Diagnostic::error(Code::P0003, mark, "Snow has no `//`");
    let report = report.help("write `/`, which divides two Ints without a rest");
    lexer.report(report.edit(mark, "/"));
    lexer.push(TokenKind::Slash, start);
}

/// `// …`, `/// …`: of no meaning in Snow, where no operand begins with `/`.
fn line_comment(lexer: &mut Lexer, start: usize) {
    lexer.cursor.eat_while(|c| c == '/');
    let mark = lexer.cursor.span_since(start);
    let meant = match mark.end - mark.start {
        2 => "#",
        _ => "##",
    };
    lexer.cursor.eat_while(|c| c != '\n' && c != '\r');
    let report = Diagnostic::error(
        Code::P0003,
        mark,
        "a comment begins with `#`, not with `//`",
    );
    lexer.report(
        report
            .help("write `#`, or `##` for documentation; `/` divides two Ints without a rest")
            .edit(mark, meant),
    );
}

/// `/* … */`.
fn block_comment(lexer: &mut Lexer, start: usize) {
    lexer.cursor.eat("/*");
    let mark = lexer.cursor.span_since(start);
    let report = Diagnostic::error(
        Code::P0003,
        mark,
        "a comment over several lines stands between `#=` and `=#`",
    );
    let mut report = report.help("write `#= … =#`").edit(mark, "#=");
    loop {
        let here = lexer.cursor.position();
        if lexer.cursor.eat("*/") {
            report = report.edit(lexer.cursor.span_since(here), "=#");
            break;
        }
        if lexer.cursor.bump().is_none() {
            break;
        }
    }
    lexer.report(report);
}

/// The quote that begins `'…'` on one line or `` `…` `` on several.
fn opening_quote(rest: &str) -> Option<char> {
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '`'))?;
    let inside = &rest[1..];
    let end = inside.find(quote)?;
    let is_on_line = !inside[..end].contains(['\n', '\r']);
    (quote == '`' || is_on_line).then_some(quote)
}

/// A string in foreign quotes, read as if it stood in the right ones.
fn quoted(lexer: &mut Lexer, start: usize, quote: char) {
    let rest = lexer.cursor.rest();
    let end = rest[1..].find(quote).map_or(rest.len(), |end| end + 1);
    let may_change = !rest[..end].contains('"');
    let span = |from: usize, to: usize| crate::source::Span {
        start: from as u32,
        end: to as u32,
        ..lexer.cursor.span_since(start)
    };
    let place = span(start, start + end + 1);
    let report = Diagnostic::error(Code::P0003, place, "strings stand between double quotes");
    let mut report = report.help("write `\"…\"`; `${…}` inside of it is filled in");
    if may_change {
        report = report.edit(span(start, start + 1), "\"");
        report = report.edit(span(start + end, start + end + 1), "\"");
    }
    lexer.report(report);
    interpolation::open_foreign(lexer, quote);
}
