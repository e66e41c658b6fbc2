//! `assert`, which is a word of tests and a name everywhere else.

use super::exprs::{expr, starts_expr};
use crate::ast::{Expr, ExprKind};
use crate::lex::TokenKind;
use crate::parse::parser::Parser;
use crate::source::Span;

/// `assert e` or `assert(e, message)`: the word is a name again when no expression follows it on
/// its line.
pub(crate) fn at_assert(p: &Parser) -> bool {
    p.at_word("assert") && starts_expr(p.kind_after(1))
}

/// Reads one, from its word on.
pub(crate) fn assertion(p: &mut Parser) -> ExprKind {
    let word = p.bump().span;
    if let Some(sign) = bracketed_equal(p) {
        return assigned(p, sign);
    }
    let whole = expr(p);
    let span = whole.span;
    if p.at(TokenKind::Comma) && !p.mode.in_delimiters && !p.recovering {
        return unbracketed(p, word, whole);
    }
    let (condition, message) = match whole.kind {
        ExprKind::Tuple(parts) => match <[Expr; 2]>::try_from(parts) {
            Ok([condition, message]) => (condition, Some(Box::new(message))),
            Err(parts) => {
                let kind = ExprKind::Tuple(parts);
                (Expr { kind, span }, None)
            }
        },
        kind => (Expr { kind, span }, None),
    };
    let condition = Box::new(condition);
    let text = p.slice(condition.span).into();
    ExprKind::Assert {
        condition,
        message,
        text,
    }
}

/// `assert e, message`, at the comma.
fn unbracketed(p: &mut Parser, word: Span, condition: Expr) -> ExprKind {
    let comma = p.bump().span;
    let message = Box::new(expr(p));
    let gap = Span {
        start: word.end,
        end: condition.span.start,
        ..word
    };
    let report = p.foreign(comma, "an `assert` with a message has brackets");
    let report = report.help("write `assert(condition, message)`");
    let behind = p.last_end();
    p.habit(report.edit(gap, "(").edit(behind, ")"));
    let text = p.slice(condition.span).into();
    ExprKind::Assert {
        condition: Box::new(condition),
        message: Some(message),
        text,
    }
}

/// The `=` of `assert(value = expected)`, at the bracket.
fn bracketed_equal(p: &Parser) -> Option<Span> {
    let mut depth = 0usize;
    for token in &p.lexed.tokens[p.index()..] {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
            TokenKind::RightParen | TokenKind::RightBracket => depth = depth.saturating_sub(1),
            // A closure or another form may have statements.
            TokenKind::Fn | TokenKind::Do | TokenKind::EndOfFile => return None,
            TokenKind::Equal if depth == 1 => return Some(token.span),
            _ => {}
        }
        if depth == 0 {
            return None;
        }
    }
    None
}

/// Reports that sign, past the brackets.
fn assigned(p: &mut Parser, sign: Span) -> ExprKind {
    let report = p.foreign(sign, "expected a comparison, found `=`");
    p.complain(report.help("write `==` to compare").edit(sign, "=="));
    p.leave_out();
    p.delimited(|p| {
        let open = p.bump().span;
        while !p.at(TokenKind::EndOfFile) {
            p.skip_in_delimiters(open, TokenKind::RightParen);
            if !p.eat(TokenKind::Comma) {
                break;
            }
        }
        p.close(open, TokenKind::RightParen);
    });
    ExprKind::Error
}
