//! What other languages write in the heads of `if`, `while` and `for`, and around their blocks.

use super::{behind, exprs};
use crate::ast::{BinaryOp, Expr, ExprKind};
use crate::lex::TokenKind;
use crate::parse::habits::{help_of, Closer};
use crate::parse::parser::Parser;
use crate::source::Span;

/// The condition of `if` and `while`, where `=` is mistaken for a comparison.
pub(crate) fn condition(p: &mut Parser) -> Expr {
    let start = p.span();
    if p.at(TokenKind::Let) && !p.recovering {
        return behind::matched(p);
    }
    let left = p.in_head(exprs::expr);
    let place = p.span();
    match p.kind() {
        TokenKind::Equal if !p.recovering => {
            let report = p.foreign(place, "expected a comparison, found `=`");
            p.habit(report.help("write `==` to compare").edit(place, "=="));
            p.bump();
            let right = p.in_head(exprs::expr);
            let kind = ExprKind::Binary {
                op: BinaryOp::Eq,
                left: Box::new(left),
                right: Box::new(right),
                op_span: place,
            };
            let span = p.span_from(start);
            Expr { kind, span }
        }
        _ => left,
    }
}

/// The comma of `, else: b`, at what follows the block on its line.
pub(crate) fn comma_before_else(p: &mut Parser) {
    let Some(Closer::Line(place, word)) = p.closers.last().copied() else {
        return;
    };
    if !p.at(TokenKind::Comma) || p.kind_after(1) != TokenKind::Else {
        return;
    }
    let comma = p.bump().span;
    let colon = p.lexed.tokens[p.index() + 1];
    let mut report = p.foreign(place, format!("expected `do`, found `{word}`"));
    report = report.help(help_of("if")).edit(comma, "");
    if colon.kind == TokenKind::Colon {
        report = report.edit(colon.span, "");
    }
    p.habit(report);
}

/// `for (let i = 0; …) {` and `for (x of xs) {`, at the bracket behind `for`.
pub(crate) fn at_bracketed_for(p: &Parser) -> bool {
    use TokenKind::*;
    let second = p.lexed.tokens[p.index() + 1..].first();
    let is_word = second.is_some_and(|token| {
        matches!(
            p.slice(token.span),
            "let" | "const" | "var" | "int" | "auto" | "val"
        )
    });
    let third = p.kind_after(2);
    let is_opened = p.kind_after(1) == Newline;
    p.at(LeftParen) && !is_opened && (is_word || third == In || third == Equal || third == Name)
}

/// The report about it, past its lines.
pub(crate) fn bracketed_for(p: &mut Parser, opener: Span) {
    let report = p.foreign(p.span(), "expected `for name in list do`, found `(`");
    p.complain(report.help("write `for x in list do … end`, or `for i in 0..n do … end`"));
    p.skip_form(opener);
}

/// `if __name__ == "__main__":` outside of functions. True when that was reported, past its lines.
pub(crate) fn opt_python_main(p: &mut Parser) -> bool {
    let start = p.span();
    let name = p.lexed.tokens.get(p.index() + 1);
    if !p.at(TokenKind::If) || name.is_none_or(|name| p.slice(name.span) != "__name__") {
        return false;
    }
    let report = p.foreign(start, "this statement stands outside of any function");
    p.complain(report.help("leave this out: a program begins in `fn main()` by itself"));
    p.skip_form(start);
    true
}
