//! Closures as other languages write them: `x => e`, `|x| e`, `lambda x: e`, `&(&1 + e)`, `&f/1`.

use super::exprs;
use super::foreign::at;
use crate::ast::{Expr, ExprKind};
use crate::diagnostics::Diagnostic;
use crate::lex::TokenKind;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

pub(crate) const HELP: &str = "a closure is `fn x -> … end`, or `fn(x, y) -> … end`";

fn report(p: &Parser, place: Span) -> Diagnostic {
    p.foreign(place, "closures begin with `fn`").help(HELP)
}

/// An expression where a closure is likely, which may be followed by `=>` or `->` and its body.
pub(crate) fn opt_arrow(p: &mut Parser, params: Expr) -> Expr {
    let is_thin = p.at(TokenKind::Arrow) && are_names(&params);
    if p.recovering || !(is_thin || p.at(TokenKind::FatArrow)) {
        return params;
    }
    let arrow = p.bump().span;
    p.eat_newlines();
    let start = params.span;
    let mut report = report(p, arrow);
    if p.at(TokenKind::LeftBrace) {
        p.complain(report);
        skip_braces(p);
    } else {
        exprs::expr(p);
        let is_named = matches!(params.kind, ExprKind::Name(_));
        let word = if is_named { "fn " } else { "fn" };
        report = report.edit(at(start.start, start), word).edit(arrow, "->");
        let end = p.last_end();
        p.habit(report.edit(end, " end"));
    }
    p.leave_out();
    exprs::error(p.span_from(start))
}

/// Whether an expression may be the parameters of a closure: a name, or names in brackets.
fn are_names(params: &Expr) -> bool {
    match &params.kind {
        ExprKind::Name(name) => !is_upper(&name.name),
        ExprKind::Tuple(parts) => parts.iter().all(are_names),
        ExprKind::Unit => true,
        _ => false,
    }
}

/// From `{` past its `}`.
fn skip_braces(p: &mut Parser) {
    let mut depth = 0usize;
    loop {
        match p.kind() {
            TokenKind::LeftBrace | TokenKind::MapStart => depth += 1,
            TokenKind::RightBrace => depth -= 1,
            TokenKind::EndOfFile => return,
            _ => {}
        }
        p.skip_token();
        if depth == 0 {
            return;
        }
    }
}

/// `|x, y| e`, at the first bar.
pub(crate) fn bars(p: &mut Parser) -> Option<ExprKind> {
    let start = p.span();
    let mut names = Vec::new();
    let mut ahead = 0;
    if !p.at(TokenKind::OrOr) {
        loop {
            let token = p.lexed.tokens.get(p.index() + ahead + 1)?;
            ahead += 1;
            match token.kind {
                TokenKind::Bar => break,
                TokenKind::Name => names.push(p.slice(token.span)),
                TokenKind::Comma | TokenKind::ColonColon | TokenKind::Colon => {}
                _ => return None,
            }
        }
    }
    for _ in 0..ahead {
        p.bump();
    }
    let head = start.to(p.bump().span);
    let mut report = report(p, head);
    if p.at(TokenKind::LeftBrace) {
        p.complain(report);
        skip_braces(p);
    } else {
        exprs::expr(p);
        let head_text = match &names[..] {
            [] => "fn ->".to_string(),
            [only] => format!("fn {only} ->"),
            several => format!("fn({}) ->", several.join(", ")),
        };
        report = report.edit(head, head_text);
        let end = p.last_end();
        p.habit(report.edit(end, " end"));
    }
    p.leave_out();
    Some(ExprKind::Error)
}

/// `lambda x, y: e`.
pub(crate) fn lambda(p: &mut Parser) -> ExprKind {
    let word = p.bump().span;
    let mut report = report(p, word).edit(word, "fn");
    while p.at(TokenKind::Name) || p.at(TokenKind::Comma) {
        p.bump();
    }
    let colon = p.span();
    if p.eat(TokenKind::Colon) {
        exprs::expr(p);
        report = report.edit(colon, " ->");
        let end = p.last_end();
        report = report.edit(end, " end");
    }
    p.habit(report);
    p.leave_out();
    ExprKind::Error
}

/// `&(&1 + 1)`, `&name/1`, `&Module.name/1`, at the `&`.
pub(crate) fn capture(p: &mut Parser) -> Option<ExprKind> {
    let sign = p.span();
    if p.slice(sign) != "&" || !p.next_touches() {
        return None;
    }
    match p.kind_after(1) {
        TokenKind::LeftParen => Some(placeholders(p)),
        TokenKind::Name => Some(reference(p)),
        _ => None,
    }
}

fn placeholders(p: &mut Parser) -> ExprKind {
    let sign = p.bump().span;
    p.explained.push(sign.start);
    let open = p.span();
    let mut edits = Vec::new();
    let mut most = 0usize;
    let mut depth = 0usize;
    let close = loop {
        match p.kind() {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen if depth == 1 => break Some(p.bump().span),
            TokenKind::RightParen => depth -= 1,
            TokenKind::Unknown if p.slice(p.span()) == "&" => {
                let place = p.span();
                p.explained.push(place.start);
                if let TokenKind::Int(number @ 1..=3) = p.kind_after(1) {
                    p.bump();
                    let whole = place.to(p.span());
                    most = most.max(number as usize);
                    edits.push((whole, ["a", "b", "c"][number as usize - 1]));
                }
            }
            TokenKind::Newline | TokenKind::EndOfFile => break None,
            _ => {}
        }
        p.skip_token();
    };
    let mut report = report(p, sign);
    if let Some(close) = close {
        let names = ["a", "b", "c"][..most].join(", ");
        report = report.edit(sign.to(open), format!("fn({names}) -> "));
        for (place, name) in edits {
            report = report.edit(place, name);
        }
        report = report.edit(close, " end");
    }
    p.habit(report);
    p.leave_out();
    ExprKind::Error
}

fn reference(p: &mut Parser) -> ExprKind {
    let sign = p.bump().span;
    p.explained.push(sign.start);
    let path = p.path("a function");
    let written = p.slice(path.span);
    let is_function = p.at(TokenKind::Slash) || written.contains('.');
    let report = p.foreign(
        sign,
        match is_function {
            true => "a function is a value: its name is written without `&`",
            false => "a value is handed on as it is, without `&`",
        },
    );
    let mut report = report.help(format!("write `{written}`")).edit(sign, "");
    let slash = p.span();
    if p.at(TokenKind::Slash) && matches!(p.kind_after(1), TokenKind::Int(_)) {
        p.bump();
        let arity = p.bump().span;
        report = report.edit(slash.to(arity), "");
    }
    p.complain(report);
    p.leave_out();
    ExprKind::Error
}
