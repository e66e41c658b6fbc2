//! Strings, maps and the bit syntax.

use super::exprs;
use crate::ast::{BitKind, BitSegment, Expr, ExprKind, StringPart};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::lists::Commas;
use crate::parse::mode::Mode;
use crate::parse::parser::Parser;
use crate::source::{Name, Span};

/// A string with its interpolations.
pub(crate) fn string(p: &mut Parser) -> ExprKind {
    p.bump();
    let mut parts = Vec::new();
    loop {
        match p.kind() {
            TokenKind::StringText(index) => {
                p.bump();
                parts.push(StringPart::Text(p.lexed.texts[index as usize].clone()));
            }
            TokenKind::InterpolationStart => parts.push(StringPart::Expr(interpolation(p))),
            _ => break,
        }
    }
    if !p.eat(TokenKind::StringEnd) {
        p.error_expected("the end of the string");
    }
    ExprKind::String(parts)
}

fn interpolation(p: &mut Parser) -> Expr {
    let was_recovering = std::mem::replace(&mut p.recovering, false);
    let open = p.bump().span;
    let value = p.delimited(|p| {
        let value = exprs::expr(p);
        if !p.recovering && !p.at(TokenKind::InterpolationEnd) {
            let message = format!("expected `}}`, found {}", p.found());
            p.error(
                Diagnostic::error(Code::P0001, p.span(), message)
                    .also(open, "the interpolation begins here"),
            );
        }
        p.skip_interpolation();
        value
    });
    p.recovering = was_recovering;
    value
}

/// A string that may hold no interpolation: in patterns, names of tests and symbols.
pub(crate) fn plain_string(p: &mut Parser, place: &str) -> (Name, Span) {
    let start = p.span();
    if !p.at(TokenKind::StringStart) {
        p.error_expected("a string");
        return ("".into(), start);
    }
    let mut text = Name::from("");
    if let ExprKind::String(parts) = string(p) {
        match parts.as_slice() {
            [] => {}
            [StringPart::Text(only)] => text = only.clone(),
            _ => {
                let span = p.span_from(start);
                p.complain(Diagnostic::error(
                    Code::P0001,
                    span,
                    format!("`${{…}}` cannot stand in {place}"),
                ));
            }
        }
    }
    (text, p.span_from(start))
}

/// `%{k => v}` or `%{base | field: v}`; the caller has seen `%{`, or the `{` of `% {`.
pub(crate) fn map(p: &mut Parser) -> ExprKind {
    let open = p.bump().span;
    p.delimited(|p| {
        if p.at(TokenKind::RightBrace) {
            p.bump();
            return ExprKind::Map(Vec::new());
        }
        let first = exprs::expr(p);
        if p.at(TokenKind::Bar) && changes_keys(p) {
            return changed_keys(p, open, &first);
        }
        if p.eat(TokenKind::Bar) {
            let fields = p.list_after(
                open,
                TokenKind::RightBrace,
                Commas::Optional,
                exprs::field_path,
            );
            return ExprKind::Update {
                base: Box::new(first),
                fields,
            };
        }
        if p.at(TokenKind::RightBrace) {
            p.error_expected("`=>` and the value of the key");
        }
        let mut key = Some(first);
        let entries = p.list_after(open, TokenKind::RightBrace, Commas::Optional, |p| {
            let key = key.take().unwrap_or_else(|| exprs::expr(p));
            entry(p, key)
        });
        ExprKind::Map(entries)
    })
}

/// Whether what follows the bar is a key of a map, and no field.
fn changes_keys(p: &Parser) -> bool {
    use TokenKind::*;
    let is_literal = matches!(p.kind_after(1), StringStart | Int(_));
    is_literal || (p.kind_after(1) == Name && p.kind_after(2) == FatArrow)
}

/// `%{map | key => value}`, at the bar.
fn changed_keys(p: &mut Parser, open: Span, map: &Expr) -> ExprKind {
    let bar = p.bump().span;
    let errors = p.errors;
    let entries = p.list_after(open, TokenKind::RightBrace, Commas::Optional, |p| {
        let key = exprs::expr(p);
        p.eat(TokenKind::FatArrow);
        (key, exprs::expr(p))
    });
    let whole = p.span_from(open);
    let text = entries
        .iter()
        .fold(p.slice(map.span).to_string(), |text, (key, value)| {
            let (key, value) = (p.slice(key.span), p.slice(value.span));
            format!("Map.put({text}, {key}, {value})")
        });
    let report = p.foreign(bar, "a map has no fields, which a `|` could change");
    let report = report.help("write `Map.put(map, key, value)`, a new map");
    p.complain(match p.errors == errors {
        true => report.edit(whole, text),
        false => report,
    });
    p.leave_out();
    ExprKind::Error
}

/// The entries of a map whose opening was reported, and read.
pub(crate) fn entries(p: &mut Parser, open: Span) -> ExprKind {
    let entries = p.list_after(open, TokenKind::RightBrace, Commas::Optional, |p| {
        let key = exprs::expr(p);
        entry(p, key)
    });
    ExprKind::Map(entries)
}

/// What follows a key: `=> value`.
fn entry(p: &mut Parser, key: Expr) -> (Expr, Expr) {
    let place = p.span();
    let is_foreign = matches!(p.kind(), TokenKind::Colon | TokenKind::Arrow);
    if is_foreign && !p.recovering {
        let text = if p.touches_previous() { " =>" } else { "=>" };
        let found = p.found();
        p.bump();
        let report = p.foreign(
            place,
            format!("expected `=>` and the value of the key, found {found}"),
        );
        let report = match &key.kind {
            // `%{a: 1}`: the key of other languages is the text.
            ExprKind::Name(name) if text == " =>" => report
                .help("write `%{\"key\" => value}`; a struct is `Name { field: value }`")
                .edit(key.span, format!("\"{}\"", name.name)),
            _ => report.help("write `%{key => value}`"),
        };
        p.habit(report.edit(place, text));
        let value = exprs::expr(p);
        let key = match key.kind {
            ExprKind::Name(name) => Expr {
                kind: ExprKind::String(vec![StringPart::Text(name.name)]),
                ..key
            },
            _ => key,
        };
        return (key, value);
    }
    let value = match p.expect(TokenKind::FatArrow, "and the value of the key") {
        true => exprs::expr(p),
        false => exprs::error(p.span()),
    };
    (key, value)
}

/// `<<value::specifiers, …>>`, of expressions or patterns.
pub(crate) fn bits<V>(
    p: &mut Parser,
    mut value: impl FnMut(&mut Parser) -> V,
) -> Vec<BitSegment<V>> {
    p.list(TokenKind::BitsStart, |p| {
        let start = p.span();
        let mode = Mode {
            in_bits: true,
            ..p.mode
        };
        let value = p.under(mode, |p| value(p));
        let mut segment = BitSegment {
            value,
            size: None,
            kind: BitKind::Int,
            little: false,
            span: start,
        };
        if p.eat(TokenKind::ColonColon) {
            specifier(p, &mut segment);
            while p.eat(TokenKind::Minus) {
                specifier(p, &mut segment);
            }
        }
        segment.span = p.span_from(start);
        segment
    })
}

/// A size, what the segment holds, or its byte order.
fn specifier<V>(p: &mut Parser, segment: &mut BitSegment<V>) {
    let token = p.token();
    let word = if token.kind == TokenKind::Name {
        p.slice(token.span)
    } else {
        ""
    };
    let size = match (token.kind, word) {
        (TokenKind::Name, "bytes" | "utf8" | "bits" | "big" | "little") => {
            p.bump();
            match word {
                "bytes" => segment.kind = BitKind::Bytes,
                "utf8" => segment.kind = BitKind::Utf8,
                "bits" => segment.kind = BitKind::Int,
                _ => segment.little = word == "little",
            }
            return;
        }
        (TokenKind::Name, "size") if p.kind_after(1) == TokenKind::LeftParen => {
            p.bump();
            let mut sizes = p.list(TokenKind::RightParen, exprs::expr);
            if sizes.len() != 1 {
                let span = p.span_from(token.span);
                p.complain(Diagnostic::error(
                    Code::P0001,
                    span,
                    "expected one size between `(` and `)`",
                ));
            }
            sizes.pop().unwrap_or_else(|| exprs::error(token.span))
        }
        (TokenKind::Name, _) => Expr {
            kind: ExprKind::Name(p.name("a size")),
            span: token.span,
        },
        (TokenKind::Int(magnitude), _) => Expr {
            kind: ExprKind::Int(exprs::int(p, magnitude, false)),
            span: token.span,
        },
        _ => return p.error_expected("a size, `bytes`, `utf8`, `big` or `little`"),
    };
    if segment.size.is_some() {
        p.complain(Diagnostic::error(
            Code::P0001,
            token.span,
            "a segment has one size",
        ));
    }
    segment.size = Some(size);
}
