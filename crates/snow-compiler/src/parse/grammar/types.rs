//! Types in annotations.

use crate::ast::{Ident, Path, TypeExpr, TypeExprKind};
use crate::lex::TokenKind;
use crate::parse::mode::Mode;
use crate::parse::parser::{Parser, MOST_DEPTH};
use crate::source::Span;

const FUNCTION: &str = "the type of a function is written with `Fun`";
const WRITE_FUNCTION: &str = "write `Fun(Type) -> Type`";

/// A type.
pub(crate) fn type_expr(p: &mut Parser) -> TypeExpr {
    p.deeper(error, |p| {
        opt_reference(p);
        let start = p.span();
        let is_list = p.at(TokenKind::LeftParen);
        let is_function = p.at_word("Fun") && p.kind_after(1) == TokenKind::LeftParen;
        let base = match p.kind() {
            TokenKind::LeftParen => parenthesised(p),
            TokenKind::Name if is_function => return function(p),
            TokenKind::Name => {
                let path = p.path("a type");
                let args = match p.at(TokenKind::LeftBracket) && p.touches_previous() {
                    true => in_brackets(p, type_expr),
                    false => opt_arguments(p),
                };
                TypeExpr {
                    kind: TypeExprKind::Named { path, args },
                    span: p.span_from(start),
                }
            }
            TokenKind::LeftBracket if !p.recovering => list_type(p),
            TokenKind::Fn if !p.recovering && p.kind_after(1) == TokenKind::LeftParen => {
                let word = p.span();
                let report = p.foreign(word, FUNCTION);
                p.habit(report.help(WRITE_FUNCTION).edit(word, "Fun"));
                return function(p);
            }
            _ => {
                p.error_expected("a type");
                return error(start);
            }
        };
        let is_list = is_list && !matches!(p.kind(), TokenKind::Question | TokenKind::Bang);
        let ty = suffixes(p, base, start);
        match p.at(TokenKind::Arrow) && !p.mode.arrow_ends && !p.recovering {
            true => without_fun(p, ty, start, is_list),
            false => ty,
        }
    })
}

/// A type where no bar can follow one: `A | B` is reported and left out.
pub(crate) fn type_or_union(p: &mut Parser) -> TypeExpr {
    let start = p.span();
    let first = type_expr(p);
    if !p.at(TokenKind::Bar) || p.recovering {
        return first;
    }
    let bar = p.span();
    let is_nothing = |text: &str| {
        matches!(
            text,
            "None" | "null" | "undefined" | "nil" | "Nil" | "Null" | "Unit"
        )
    };
    let mut several = vec![first];
    while p.eat(TokenKind::Bar) && !p.recovering {
        p.eat_newlines();
        several.push(match p.kind() {
            TokenKind::Nil => error(p.bump().span),
            _ => type_expr(p),
        });
    }
    let whole = p.span_from(start);
    let is_optional = several.iter().any(|ty| is_nothing(p.slice(ty.span)));
    several.retain(|ty| !is_nothing(p.slice(ty.span)));
    let report = p.foreign(bar, "types are not joined by `|`");
    if let (true, [only]) = (is_optional, &several[..]) {
        let written = match only.kind {
            TypeExprKind::Fun { .. } => format!("({})", p.slice(only.span)),
            _ => p.slice(only.span).to_string(),
        };
        let help = format!("what may be missing is an Option: write `{written}?`");
        p.habit(report.help(help).edit(whole, format!("{written}?")));
        return TypeExpr {
            kind: TypeExprKind::Option(Box::new(several.remove(0))),
            span: whole,
        };
    }
    let variants: Vec<String> = several
        .iter()
        .map(|ty| {
            let written = p.slice(ty.span);
            let letters = written.chars().filter(|c| c.is_alphanumeric());
            format!("Of{}({written})", letters.collect::<String>())
        })
        .collect();
    let help = format!(
        "declare a type with a variant for each: `type Either do {} end`",
        variants.join("; ")
    );
    p.habit(report.help(help));
    error(whole)
}

/// `A -> B` and, when `is_list`, `(A, B) -> C`, at the arrow.
fn without_fun(p: &mut Parser, before: TypeExpr, start: Span, is_list: bool) -> TypeExpr {
    let written = p.span_from(start);
    let report = p.foreign(written, FUNCTION);
    let report = report.help(WRITE_FUNCTION);
    let front = Span {
        end: written.start,
        ..written
    };
    let behind = Span {
        start: written.end,
        ..written
    };
    p.habit(match is_list {
        true => report.edit(front, "Fun"),
        false => report.edit(front, "Fun(").edit(behind, ")"),
    });
    p.bump();
    p.eat_newlines();
    let result = Box::new(type_expr(p));
    let params = match before.kind {
        TypeExprKind::Tuple(parts) if is_list => parts,
        kind => vec![TypeExpr { kind, ..before }],
    };
    TypeExpr {
        kind: TypeExprKind::Fun { params, result },
        span: p.span_from(start),
    }
}

/// `:: type`.
pub(crate) fn opt_annotation(p: &mut Parser) -> Option<TypeExpr> {
    annotation(p, type_or_union)
}

/// `:: type` between bars, of which the second may follow the type.
pub(crate) fn opt_annotation_in_bars(p: &mut Parser) -> Option<TypeExpr> {
    annotation(p, type_expr)
}

fn annotation(p: &mut Parser, read: fn(&mut Parser) -> TypeExpr) -> Option<TypeExpr> {
    let next = p.kind_after(1);
    let may_be_type = matches!(
        next,
        TokenKind::Name | TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::Unknown
    );
    if p.at(TokenKind::Colon) && may_be_type && !p.recovering {
        let colon = p.bump().span;
        let report = p.foreign(colon, "a type is written after `::`, found `:`");
        let touches = colon.start > 0 && !p.slice_before(colon).ends_with(' ');
        let text = if touches { " ::" } else { "::" };
        p.habit(report.help("write `name :: Type`").edit(colon, text));
        return Some(read(p));
    }
    p.eat(TokenKind::ColonColon).then(|| read(p))
}

/// `-> type`.
pub(crate) fn opt_result(p: &mut Parser) -> Option<TypeExpr> {
    if !std::mem::take(&mut p.arrow_read) && !p.eat(TokenKind::Arrow) {
        return None;
    }
    p.eat_newlines();
    let first = type_or_union(p);
    if !p.at(TokenKind::Comma) || p.mode.in_delimiters || p.recovering {
        return Some(first);
    }
    // `-> A, B`.
    let start = first.span;
    let mut parts = vec![first];
    while p.eat(TokenKind::Comma) && !p.recovering {
        parts.push(type_expr(p));
    }
    let span = p.span_from(start);
    let front = Span {
        end: span.start,
        ..span
    };
    let report = p.foreign(span, "a function gives one value, which may be a tuple");
    let report = report.help("write `-> (A, B)`");
    let behind = p.last_end();
    p.habit(report.edit(front, "(").edit(behind, ")"));
    let kind = TypeExprKind::Tuple(parts);
    Some(TypeExpr { kind, span })
}

/// `<A, B>` after the name of something that is being declared.
pub(crate) fn opt_generics(p: &mut Parser) -> Vec<Ident> {
    match p.kind() {
        TokenKind::Less => p.list(TokenKind::Greater, generic),
        TokenKind::LeftBracket if p.touches_previous() => {
            in_brackets(p, |p| p.name("a type parameter"))
        }
        _ => Vec::new(),
    }
}

/// A type parameter, with its bound where other languages write it.
fn generic(p: &mut Parser) -> Ident {
    let name = p.name("a type parameter");
    let sign = p.span();
    if !p.recovering && matches!(p.kind(), TokenKind::Colon | TokenKind::ColonColon) {
        p.bump();
        let bound = type_expr(p);
        let report = p.foreign(
            sign,
            "what a type parameter must be able to do stands at the end",
        );
        let help = format!(
            "write `where {}: {}` behind the parameters and the result",
            name.name,
            p.slice(bound.span)
        );
        p.complain(report.help(help));
        p.leave_out();
    }
    name
}

/// `&` and `&mut` before a type or a parameter, which are left out.
pub(crate) fn opt_reference(p: &mut Parser) {
    let sign = p.span();
    if p.recovering || !p.at(TokenKind::Unknown) || p.slice(sign) != "&" {
        return;
    }
    p.bump();
    p.explained.push(sign.start);
    if p.at_word("mut") {
        p.bump();
    }
    let gap = Span {
        end: p.span().start,
        ..sign
    };
    let report = p.foreign(sign, "values never change, so none is borrowed");
    p.habit(report.help("leave out the `&`").edit(gap, ""));
}

/// `[A, B]` for `<A, B>`.
fn in_brackets<T>(p: &mut Parser, item: impl FnMut(&mut Parser) -> T) -> Vec<T> {
    let open = p.span();
    let items = p.list(TokenKind::RightBracket, item);
    let close = p.previous_span();
    if !p.recovering {
        let report = p.foreign(open, "types in types stand between `<` and `>`");
        p.habit(match items.is_empty() {
            true => report.help("the type of a list is `List<Type>`"),
            false => report
                .help("write `Name<Type>`")
                .edit(open, "<")
                .edit(close, ">"),
        });
    }
    items
}

/// `[T]` for `List<T>`.
fn list_type(p: &mut Parser) -> TypeExpr {
    let open = p.span();
    let args = p.list(TokenKind::RightBracket, type_expr);
    let close = p.previous_span();
    let span = open.to(close);
    let report = p.foreign(open, "expected a type, found `[`");
    let report = report.help("the type of a list is `List<Type>`");
    p.habit(report.edit(open, "List<").edit(close, ">"));
    let list = Ident {
        name: "List".into(),
        span: open,
    };
    TypeExpr {
        kind: TypeExprKind::Named {
            path: Path {
                segments: vec![list],
                span: open,
            },
            args,
        },
        span,
    }
}

/// `<A, B>` after the name of a type.
pub(crate) fn opt_arguments(p: &mut Parser) -> Vec<TypeExpr> {
    if !p.at(TokenKind::Less) {
        return Vec::new();
    }
    p.list(TokenKind::Greater, type_or_union)
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
    let mode = Mode {
        arrow_ends: true,
        ..p.mode
    };
    let failure = p.under(mode, type_expr);
    TypeExpr {
        kind: TypeExprKind::Result(Box::new(base), Box::new(failure)),
        span: p.span_from(start),
    }
}

/// A type of which nothing is known, because of a report.
pub(crate) fn error(span: Span) -> TypeExpr {
    TypeExpr {
        kind: TypeExprKind::Error,
        span,
    }
}
