//! Parameters of functions, closures, actors and handlers.

use super::{exprs, foreign, patterns, types};
use crate::ast::{Ident, Param, Pattern, PatternKind, TypeExpr};
use crate::lex::TokenKind;
use crate::parse::parser::Parser;
use crate::source::Span;

/// `(a, b :: T)`.
pub(crate) fn opt_params(p: &mut Parser) -> Vec<Param> {
    match p.at(TokenKind::LeftParen) {
        true => p.list(TokenKind::RightParen, param),
        false => Vec::new(),
    }
}

/// Reports parameters behind the name of what the word `opener` begins, which takes none.
pub(crate) fn none(p: &mut Parser, opener: Span, help: &str) {
    if !p.at(TokenKind::LeftParen) || p.recovering {
        return;
    }
    let start = p.span();
    let is_empty = opt_params(p).is_empty();
    let place = p.span_from(start);
    let message = format!("a {} takes no parameters", p.slice(opener));
    let report = p.foreign(place, message);
    if is_empty {
        return p.habit(report.help("leave out the brackets").edit(place, ""));
    }
    p.complain(report.help(help));
    p.leave_out();
}

/// `self`, `self()`, or a pattern with an optional type.
pub(crate) fn param(p: &mut Parser) -> Param {
    param_of(p, patterns::or, types::opt_annotation)
}

/// A parameter between the bars of `do |a, b|`, where a bar ends the list.
pub(crate) fn param_in_bars(p: &mut Parser) -> Param {
    param_of(p, patterns::primary, types::opt_annotation_in_bars)
}

/// `part` reads what stands between `::`, `annotation` the type.
fn param_of(
    p: &mut Parser,
    part: fn(&mut Parser) -> Pattern,
    annotation: fn(&mut Parser) -> Option<TypeExpr>,
) -> Param {
    types::opt_reference(p);
    if !p.at(TokenKind::SelfWord) {
        if foreign::at_typed_param(p) {
            return foreign::typed_param(p);
        }
        let mut pattern = part(p);
        let annotated = if p.recovering {
            None
        } else if patterns::tail_follows(p) {
            pattern = patterns::rest_of_cons(p, pattern, part);
            None
        } else {
            pattern = patterns::opt_as(p, pattern);
            annotation(p)
        };
        if p.at(TokenKind::Equal) && !p.recovering {
            let place = p.bump().span;
            let report = p.foreign(place, "parameters have no default values");
            p.habit(report.help("write another function of that name, with fewer parameters"));
            p.leave_out();
            exprs::expr(p);
        }
        return Param {
            pattern,
            annotation: annotated,
            is_self_pid: false,
        };
    }
    let span = p.bump().span;
    let is_self_pid = p.eat(TokenKind::LeftParen);
    if is_self_pid {
        p.expect(TokenKind::RightParen, "after `self(`");
    }
    let kind = PatternKind::Name(Ident {
        name: "self".into(),
        span,
    });
    let annotation = annotation(p);
    Param {
        pattern: Pattern { kind, span },
        annotation,
        is_self_pid,
    }
}
