//! `public static int add(int a, int b) {`: a function whose types stand in front of the names.

use super::foreign::at;
use crate::diagnostics::foreign;
use crate::lex::{Token, TokenKind};
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

const MODIFIERS: [&str; 7] = [
    "public",
    "private",
    "protected",
    "static",
    "final",
    "override",
    "virtual",
];

/// The parts of such a function, as indices of tokens.
struct Head {
    /// The type of the result: its first token and the one behind it.
    result: (usize, usize),
    /// The brackets around the parameters.
    open: usize,
    close: usize,
    /// The brace that begins the body.
    brace: usize,
}

/// Whether one begins here.
pub(crate) fn begins(p: &Parser) -> bool {
    head(p).is_some()
}

fn head(p: &Parser) -> Option<Head> {
    use TokenKind::*;
    let tokens = &p.lexed.tokens;
    let word = |at: usize| tokens.get(at).map_or("", |token| p.slice(token.span));
    let kind = |at: usize| tokens.get(at).map_or(EndOfFile, |token| token.kind);
    let mut next = p.index();
    while kind(next) == Name && MODIFIERS.contains(&word(next)) {
        next += 1;
    }
    let first = next;
    let is_type =
        is_upper(word(first)) || word(first) == "void" || foreign::type_name(word(first)).is_some();
    if kind(first) != Name || !is_type {
        return None;
    }
    next += 1;
    if (kind(next), kind(next + 1)) == (LeftBracket, RightBracket) {
        next += 2;
    }
    let result = (first, next);
    let open = next + 1;
    if kind(next) != Name || kind(open) != LeftParen {
        return None;
    }
    let inside = tokens[open + 1..].iter();
    let close = open
        + 1
        + inside
            .take_while(|token| is_of_parameter(token.kind))
            .count();
    let brace = close + 1 + usize::from(kind(close + 1) == Newline);
    let is_function = kind(close) == RightParen && kind(brace) == LeftBrace;
    is_function.then_some(Head {
        result,
        open,
        close,
        brace,
    })
}

fn is_of_parameter(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Name | Comma | LeftBracket | RightBracket | Less | Greater | Newline
    )
}

/// The report about it, past its body. False when there is none.
pub(crate) fn opt(p: &mut Parser) -> bool {
    let Some(head) = head(p) else {
        return false;
    };
    let start = p.span();
    let tokens = &p.lexed.tokens;
    let name = tokens[head.open - 1].span;
    let whole = start.to(tokens[head.close].span);
    let is_main = p.slice(name) == "main";
    let parameters = match is_main {
        true => Some(Vec::new()),
        false => parameters(p, &tokens[head.open + 1..head.close]),
    };
    let result = match p.slice(tokens[head.result.0].span) {
        "void" => String::new(),
        _ if is_main => String::new(),
        _ => format!(" -> {}", type_of(p, &tokens[head.result.0..head.result.1])),
    };
    let is_public = p.slice(start) == "public" && !is_main;
    let public = if is_public { "pub " } else { "" };
    let list = parameters
        .as_ref()
        .map_or("…".into(), |list| list.join(", "));
    let meant = format!("{public}fn {}({list}){result} do", p.slice(name));
    let report = p.foreign(whole, "a function begins with `fn`, and types follow names");
    let report = report.help(format!("write `{meant}`, and `end`"));
    let brace = tokens[head.brace].span;
    let close = closing(&tokens[head.brace..]).filter(|_| parameters.is_some());
    p.complain(match close {
        Some(close) => report.edit(start.to(brace), meant).edit(close, "end"),
        None => report,
    });
    while !p.at(TokenKind::LeftBrace) {
        p.bump();
    }
    p.skip_form(start);
    true
}

/// The brace that closes the one which `tokens` begin with.
fn closing(tokens: &[Token]) -> Option<Span> {
    use TokenKind::*;
    let mut open = 0usize;
    for token in tokens {
        match token.kind {
            LeftBrace | MapStart | InterpolationStart => open += 1,
            RightBrace | InterpolationEnd if open == 1 => return Some(token.span),
            RightBrace | InterpolationEnd => open -= 1,
            _ => {}
        }
    }
    None
}

/// The parameters as they are written here; `None` when some is more than a type and a name.
fn parameters(p: &Parser, tokens: &[Token]) -> Option<Vec<String>> {
    let parts = tokens.split(|token| token.kind == TokenKind::Comma);
    let parts = parts.filter(|part| !part.is_empty());
    let parameter = |part: &[Token]| {
        let (name, ty) = part.split_last()?;
        let is_plain = name.kind == TokenKind::Name && !ty.is_empty();
        is_plain.then(|| format!("{} :: {}", p.slice(name.span), type_of(p, ty)))
    };
    parts.map(parameter).collect()
}

/// The name here of a type of another language.
fn type_of(p: &Parser, tokens: &[Token]) -> String {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return "…".into();
    };
    let known = |span: Span| {
        let written = p.slice(span);
        let meant = foreign::type_name(written).and_then(|row| row.1);
        meant.unwrap_or(written)
    };
    match last.kind {
        TokenKind::RightBracket => format!("List<{}>", known(first.span)),
        _ => known(at(first.span.start, first.span).to(last.span)).to_string(),
    }
}
