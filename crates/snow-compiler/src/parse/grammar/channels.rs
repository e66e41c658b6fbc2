//! What Go makes by `make`, and its channels.

use super::exprs;
use crate::ast::{Expr, ExprKind};
use crate::lex::TokenKind;
use crate::parse::parser::Parser;

const CHANNEL: &str =
    "an actor takes messages: they are sent by `send(pid, message)` and received by \
                       `receive do … end`; work on the side is a `Job`";
const RECEIVED: &str = "messages are received by `receive do … end`, with an arm for each kind";

/// `make(` before a type that begins as one of Go's.
pub(crate) fn at_make(p: &Parser, callee: &Expr) -> bool {
    let is_named = matches!(&callee.kind, ExprKind::Name(name) if &*name.name == "make");
    is_named && advice(p).is_some()
}

/// What is written for the type behind the bracket that is next.
fn advice(p: &Parser) -> Option<(&'static str, Option<&'static str>)> {
    use TokenKind::*;
    let tokens = &p.lexed.tokens;
    let first = tokens.get(p.index() + 1)?;
    match (p.slice(first.span), p.kind_after(2)) {
        ("chan", Name | LeftBracket | Struct) => Some((CHANNEL, None)),
        ("map", LeftBracket) => Some(("write `%{}`, the empty map", Some("%{}"))),
        ("[", RightBracket) => Some(("write `[]`, the empty list", Some("[]"))),
        _ => None,
    }
}

/// The report about such a call, past its brackets.
pub(crate) fn make(p: &mut Parser, callee: &Expr) -> ExprKind {
    let (help, meant) = advice(p).unwrap_or((CHANNEL, None));
    let report = p.foreign(callee.span, "Snow has no `make`").help(help);
    let open = p.bump().span;
    p.delimited(|p| p.skip_in_delimiters(open, TokenKind::RightParen));
    while p.at(TokenKind::Comma) {
        p.bump();
        p.delimited(|p| p.skip_in_delimiters(open, TokenKind::RightParen));
    }
    let whole = p.span_from(callee.span).to(p.span());
    p.recovering = false;
    p.habit(match meant.filter(|_| p.at(TokenKind::RightParen)) {
        Some(meant) => report.edit(whole, meant),
        None => report,
    });
    p.close(open, TokenKind::RightParen);
    p.leave_out();
    ExprKind::Error
}

/// `<-channel`.
pub(crate) fn opt_received(p: &mut Parser) -> Option<Expr> {
    let is_arrow = p.at(TokenKind::Less) && p.next_touches();
    if !is_arrow || p.kind_after(1) != TokenKind::Minus || p.recovering {
        return None;
    }
    let start = p.bump().span;
    let sign = start.to(p.bump().span);
    let report = p.foreign(sign, "Snow has no operator `<-`");
    p.habit(report.help(RECEIVED));
    exprs::atom(p);
    p.leave_out();
    Some(exprs::error(p.span_from(start)))
}
