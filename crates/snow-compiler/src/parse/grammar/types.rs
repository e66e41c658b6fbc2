//! Types in annotations.

use crate::ast::{Ident, TypeExpr, TypeExprKind};
use crate::lex::TokenKind;
use crate::parse::parser::{Parser, MOST_DEPTH};
use crate::source::Span;

/// A type.
pub(crate) fn type_expr(p: &mut Parser) -> TypeExpr {
    p.deeper(error, |p| {
        let start = p.span();
        let is_function = p.at_word("Fun") && p.kind_after(1) == TokenKind::LeftParen;
        let base = match p.kind() {
            TokenKind::LeftParen => parenthesised(p),
            TokenKind::Name if is_function => return function(p),
            TokenKind::Name => {
                let path = p.path("a type");
                TypeExpr {
                    kind: TypeExprKind::Named {
                        path,
                        args: opt_arguments(p),
                    },
                    span: p.span_from(start),
                }
            }
            _ => {
                p.error_expected("a type");
                return error(start);
            }
        };
        suffixes(p, base, start)
    })
}

/// `:: type`.
pub(crate) fn opt_annotation(p: &mut Parser) -> Option<TypeExpr> {
    p.eat(TokenKind::ColonColon).then(|| type_expr(p))
}

/// `-> type`.
pub(crate) fn opt_result(p: &mut Parser) -> Option<TypeExpr> {
    if !p.eat(TokenKind::Arrow) {
        return None;
    }
    p.eat_newlines();
    Some(type_expr(p))
}

/// `<A, B>` after the name of something that is being declared.
pub(crate) fn opt_generics(p: &mut Parser) -> Vec<Ident> {
    if !p.at(TokenKind::Less) {
        return Vec::new();
    }
    p.list(TokenKind::Greater, |p| p.name("a type parameter"))
}

/// `<A, B>` after the name of a type.
pub(crate) fn opt_arguments(p: &mut Parser) -> Vec<TypeExpr> {
    if !p.at(TokenKind::Less) {
        return Vec::new();
    }
    p.list(TokenKind::Greater, type_expr)
}

fn parenthesised(p: &mut Parser) -> TypeExpr {
    let start = p.span();
    let mut parts = p.list(TokenKind::RightParen, type_expr);
    let span = p.span_from(start);
    match parts.len() {
        1 => TypeExpr {
            span,
            ..parts.remove(0)
        },
        _ => TypeExpr {
            kind: TypeExprKind::Tuple(parts),
            span,
        },
    }
}

fn function(p: &mut Parser) -> TypeExpr {
    let start = p.bump().span;
    let params = p.list(TokenKind::RightParen, type_expr);
    let result = if p.expect(TokenKind::Arrow, "and the type of the result") {
        p.eat_newlines();
        type_expr(p)
    } else {
        error(p.span())
    };
    TypeExpr {
        kind: TypeExprKind::Fun {
            params,
            result: Box::new(result),
        },
        span: p.span_from(start),
    }
}

fn suffixes(p: &mut Parser, mut base: TypeExpr, start: Span) -> TypeExpr {
    let mut links = 0;
    while p.at(TokenKind::Question) && p.may_chain(&mut links, MOST_DEPTH) {
        p.bump();
        base = TypeExpr {
            kind: TypeExprKind::Option(Box::new(base)),
            span: p.span_from(start),
        };
    }
    if !p.eat(TokenKind::Bang) {
        return base;
    }
    let failure = type_expr(p);
    TypeExpr {
        kind: TypeExprKind::Result(Box::new(base), Box::new(failure)),
        span: p.span_from(start),
    }
}

fn error(span: Span) -> TypeExpr {
    TypeExpr {
        kind: TypeExprKind::Error,
        span,
    }
}
