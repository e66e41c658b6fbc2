//! Closures: after `fn`, and after a call (`f(x) do |a| … end`).

use super::{arms, blocks, exprs, lambdas, params};
use crate::ast::{Arm, Block, Expr, ExprKind, Param, Pattern, PatternKind, TypeExpr, TypeExprKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::{Token, TokenKind};
use crate::parse::habits::Closer;
use crate::parse::mode::Mode;
use crate::parse::parser::{is_upper, Indentation, Parser};
use crate::source::Span;

/// `fn` as a statement of its own: a closure or a local definition? `fn name` is a definition
/// unless what follows can only be a closure, as in `fn x -> x + 1 end` at the end of a block.
pub(crate) fn is_closure_statement(p: &mut Parser) -> bool {
    if !p.at_item_start() {
        return true;
    }
    let is_upper_after = |p: &Parser, distance: usize| {
        p.lexed
            .tokens
            .get(p.index() + distance)
            .is_some_and(|token: &Token| is_upper(p.slice(token.span)))
    };
    let is_constructor = match p.kind_after(2) {
        TokenKind::LeftParen => is_upper_after(p, 1),
        // `fn Shape.Circle(r) -> …`; `fn Point.new()` is a definition that other languages write so.
        TokenKind::Dot => is_upper_after(p, 1) && is_upper_after(p, 3),
        _ => false,
    };
    match p.kind_after(2) {
        TokenKind::Comma | TokenKind::ColonColon | TokenKind::When | TokenKind::Bar => true,
        TokenKind::Name => p.slice(p.lexed.tokens[p.index() + 2].span) == "as",
        TokenKind::Arrow => !definition_follows(p),
        _ => is_constructor,
    }
}

/// Tries `fn name -> type` followed by a body.
fn definition_follows(p: &mut Parser) -> bool {
    let mark = p.mark();
    p.bump();
    p.bump();
    let result = super::types::opt_result(p);
    let is_definition = result.is_some()
        && p.is_clean_since(&mark)
        && matches!(
            p.kind(),
            TokenKind::Do | TokenKind::Equal | TokenKind::Where | TokenKind::When
        );
    p.reset(mark);
    is_definition
}

/// `fn … end` with one or more clauses.
pub(crate) fn closure(p: &mut Parser) -> ExprKind {
    let opener = p.bump().span;
    if p.at(TokenKind::Newline) && !p.recovering {
        return clauses_on_lines(p, opener);
    }
    let (params, guard) = head(p);
    if p.at(TokenKind::Do) {
        let body = blocks::do_block(p, opener);
        return ExprKind::Closure {
            clauses: vec![Arm {
                params,
                guard,
                body,
                span: p.span_from(opener),
            }],
        };
    }
    p.closers.push(Closer::End);
    let is_block = p.at(TokenKind::Arrow) && p.kind_after(1) == TokenKind::Do;
    let arrow = p.span();
    let body = arrow_body(p, opener);
    let mut clauses = vec![Arm {
        params,
        guard,
        body,
        span: p.span_from(opener),
    }];
    while p.under(p.mode.block(), |p| p.at(TokenKind::Bar)) {
        let bar = p.bump().span;
        let start = p.span();
        let (params, guard) = head(p);
        let body = match p.at(TokenKind::Do) {
            true => {
                let body = blocks::do_block(p, bar);
                p.under(p.mode.block(), Parser::eat_newlines);
                body
            }
            false => arrow_body(p, opener),
        };
        clauses.push(Arm {
            params,
            guard,
            body,
            span: p.span_from(start),
        });
    }
    if is_block && clauses.len() == 1 && !p.at(TokenKind::End) && !p.recovering {
        // `fn x -> do … end`: the block has its `end`, the closure has none.
        let report = p.foreign(arrow, "a closure with a block has no `->`");
        let gap = Span {
            end: arrow.end + 1,
            ..arrow
        };
        p.habit(report.help("write `fn(x) do … end`").edit(gap, ""));
        p.closers.pop();
        p.back_over_newlines();
        return ExprKind::Closure { clauses };
    }
    if !opt_unended(p, opener) {
        blocks::end(p, opener);
    }
    same_arity(p, &clauses);
    ExprKind::Closure { clauses }
}

/// `fn`, and on each line below it `pattern -> expression`, up to an `end`.
fn clauses_on_lines(p: &mut Parser, opener: Span) -> ExprKind {
    let report = p.foreign(
        opener,
        "the first clause of a closure stands behind its `fn`",
    );
    let mut report = report.help("write `fn 0 -> a | n -> b end`, with `|` between the clauses");
    let mark = p.mark();
    p.closers.push(Closer::End);
    let arms = super::control::arms(p, opener, p.mode.block());
    if p.is_clean_since(&mark) {
        for (index, arm) in arms.iter().enumerate() {
            let before = p.slice_before(arm.span).trim_end();
            let has_bar = before.ends_with('|');
            if index == 0 {
                let gap = Span {
                    end: arm.span.start,
                    ..opener
                };
                report = report.edit(gap, "fn ");
            } else if !has_bar {
                report = report.edit(super::foreign::at(arm.span.start, arm.span), "| ");
            }
        }
    }
    p.complain(report);
    p.leave_out();
    blocks::end(p, opener);
    ExprKind::Error
}

/// Whether the next line shows that the closure of `opener` has lost its `end`: the `else` of an
/// outer `if`, a further arm, or a further field stands no further to the right; in the second
/// reading any statement.
pub(crate) fn at_lost_end(p: &Parser, opener: Span) -> bool {
    if !p.at_line_start() || p.slice(opener) != "fn" {
        return false;
    }
    let (here, closure) = (p.indentation(p.span().start), p.indentation(opener.start));
    match p.kind() {
        TokenKind::Else => here < closure,
        TokenKind::Name if p.kind_after(1) == TokenKind::Colon => here <= closure,
        TokenKind::End | TokenKind::Bar => false,
        _ if p.indentation == Indentation::Believed => here <= closure,
        _ => here <= closure && arms::is_arm(&p.lexed.tokens[p.index()..]),
    }
}

/// Reports a closure without `end` inside of delimiters, at what follows it: a comma, or the closing
/// delimiter on the closure's own line. Elsewhere a form inside of the closure may lack the `end`.
fn opt_unended(p: &mut Parser, opener: Span) -> bool {
    let behind = p.last_end();
    let on_line = || !p.slice(opener.to(behind)).contains(['\n', '\r']);
    let ends = match p.kind() {
        TokenKind::Comma => true,
        TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => on_line(),
        _ => false,
    };
    let report = Diagnostic::error(Code::P0002, behind, "the `end` of a closure is missing");
    let report = report.also(opener, "this closure has no `end`");
    let report = report.help(lambdas::HELP).edit(behind, " end");
    let is_lost = p.under(p.mode.block(), |p| {
        at_lost_end(p, opener) || (p.at(TokenKind::End) && p.at_foreign_line(opener))
    });
    if is_lost && !p.recovering {
        p.habit(report);
        p.back_over_newlines();
        p.closers.pop();
        return true;
    }
    if p.recovering || !p.mode.in_delimiters || !ends {
        return false;
    }
    p.habit(report);
    p.closers.pop();
    true
}

fn head(p: &mut Parser) -> (Vec<Param>, Option<Expr>) {
    let params = params(p);
    let guard = p.eat(TokenKind::When).then(|| p.in_head(exprs::expr));
    (params, guard)
}

/// `(a, b)` or `a, b` or nothing.
fn params(p: &mut Parser) -> Vec<Param> {
    let start = p.span();
    let mut params = Vec::new();
    if p.at(TokenKind::LeftParen) {
        params = p.list(TokenKind::RightParen, params::param);
        if !p.at(TokenKind::Comma) {
            return params;
        }
        // `fn (a, b), c -> …`: what looked like the list was its first pattern.
        let mut parts: Vec<Pattern> = params.drain(..).map(as_pattern).collect();
        let span = p.span_from(start);
        let pattern = match parts.len() {
            1 => Pattern {
                span,
                ..parts.remove(0)
            },
            _ => Pattern {
                kind: PatternKind::Tuple(parts),
                span,
            },
        };
        params.push(Param {
            pattern,
            annotation: None,
            is_self_pid: false,
        });
        p.eat_comma();
    }
    let mode = Mode {
        arrow_ends: true,
        ..p.mode
    };
    p.under(mode, |p| {
        while !matches!(p.kind(), TokenKind::Arrow | TokenKind::Do | TokenKind::When)
            && !p.recovering
        {
            params.push(params::param(p));
            if !p.eat_comma() {
                break;
            }
        }
    });
    params
}

/// `h :: t` inside of a pattern, where it is no name with its type.
fn as_pattern(param: Param) -> Pattern {
    let Some(TypeExpr {
        kind: TypeExprKind::Named { path, args },
        span,
    }) = param.annotation
    else {
        return param.pattern;
    };
    match (&path.segments[..], args.is_empty()) {
        ([tail], true) => {
            let tail = Pattern {
                kind: PatternKind::Name(tail.clone()),
                span,
            };
            Pattern {
                span: param.pattern.span.to(span),
                kind: PatternKind::Cons(Box::new(param.pattern), Box::new(tail)),
            }
        }
        _ => param.pattern,
    }
}

/// `->` and a body, up to `|` or `end`.
fn arrow_body(p: &mut Parser, opener: Span) -> Block {
    if !p.recovering && p.at(TokenKind::FatArrow) {
        let place = p.bump().span;
        let report = p.foreign(place, "expected `->`, found `=>`");
        p.habit(
            report
                .help("a closure is `fn x -> … end`")
                .edit(place, "->"),
        );
    } else if !p.recovering {
        p.expect(TokenKind::Arrow, "and the body of the closure");
    } else if p.at(TokenKind::Arrow) {
        p.bump();
        p.recovering = false;
    }
    let mode = Mode {
        bar_ends: true,
        comma_ends: p.mode.in_delimiters,
        ..p.mode.block()
    };
    p.under(mode, |p| {
        p.eat_newlines();
        if !p.at(TokenKind::Do) {
            return blocks::statements(p, opener, mode);
        }
        let block = blocks::do_block(p, opener);
        p.eat_separators();
        block
    })
}

/// `do |a, b| … end` after a call.
pub(crate) fn trailing(p: &mut Parser) -> Expr {
    let opener = p.bump().span;
    p.closers.push(Closer::End);
    let mut params = Vec::new();
    if p.eat(TokenKind::Bar) {
        while !p.at(TokenKind::Bar) && !p.recovering {
            params.push(params::param_in_bars(p));
            if !p.eat_comma() {
                break;
            }
        }
        p.expect(TokenKind::Bar, "after the parameters");
        p.recovering = false;
    } else if p.eat(TokenKind::OrOr) {
        // `do || … end`: an empty list of parameters.
    }
    let body = blocks::statements(p, opener, p.mode.block());
    blocks::end(p, opener);
    let span = p.span_from(opener);
    Expr {
        kind: ExprKind::Closure {
            clauses: vec![Arm {
                params,
                guard: None,
                body,
                span,
            }],
        },
        span,
    }
}

fn same_arity(p: &mut Parser, clauses: &[Arm]) {
    let expected = clauses[0].params.len();
    if let Some(other) = clauses
        .iter()
        .find(|clause| clause.params.len() != expected)
    {
        let message = "all clauses of a closure take the same number of parameters";
        let diagnostic = Diagnostic::error(Code::P0001, other.span, message)
            .here(format!("takes {}", other.params.len()));
        p.complain(diagnostic.also(clauses[0].span, format!("takes {expected}")));
    }
}
