//! Patterns, loosest first: `as`, `::`, `|`, primary.

use super::{braces, exprs, literals, paths, ranges, types};
use crate::ast::{Pattern, PatternKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::mode::Mode;
use crate::parse::parser::{is_upper, Parser, MOST_DEPTH, MOST_PATTERN};
use crate::source::Span;

/// Any pattern.
pub(crate) fn pattern(p: &mut Parser) -> Pattern {
    p.deeper(error_pattern, |p| {
        let start = p.span();
        let mut result = cons(p);
        let mut links = 0;
        while p.at_word("as") && p.may_chain(&mut links, MOST_DEPTH) {
            p.bump();
            let name = p.name("a name for the whole pattern");
            result = Pattern {
                kind: PatternKind::As(Box::new(result), name),
                span: p.span_from(start),
            };
        }
        result
    })
}

fn cons(p: &mut Parser) -> Pattern {
    let mut heads = Vec::new();
    let mut links = 0;
    let mut last = or(p);
    while p.at(TokenKind::ColonColon) && p.may_chain(&mut links, MOST_PATTERN) {
        p.bump();
        p.eat_newlines();
        heads.push(std::mem::replace(&mut last, or(p)));
    }
    // The last one is the list.
    heads.into_iter().rev().fold(last, |tail, head| {
        let span = head.span.to(tail.span);
        Pattern {
            kind: PatternKind::Cons(Box::new(head), Box::new(tail)),
            span,
        }
    })
}

/// True at a `::` whose right side can only be a pattern. `name :: name` is read as a type:
/// resolution knows whether there is one of that name.
pub(crate) fn tail_follows(p: &mut Parser) -> bool {
    if !p.at(TokenKind::ColonColon) {
        return false;
    }
    match p.kind_after(1) {
        TokenKind::Name => {
            let name = p.slice(p.lexed.tokens[p.index() + 1].span);
            let goes_on = matches!(p.kind_after(2), TokenKind::ColonColon | TokenKind::Name);
            match is_upper(name) {
                true => calls(p),
                false => name == "_" || goes_on,
            }
        }
        TokenKind::LeftParen => !type_follows(p),
        TokenKind::LeftBracket => !names_type_in_brackets(p),
        TokenKind::Int(_)
        | TokenKind::Float(_)
        | TokenKind::Minus
        | TokenKind::True
        | TokenKind::False
        | TokenKind::StringStart
        | TokenKind::BitsStart => true,
        _ => false,
    }
}

/// `:: [Int]`, the type of a list in other languages.
fn names_type_in_brackets(p: &Parser) -> bool {
    let name = p.slice(p.lexed.tokens[(p.index() + 2).min(p.lexed.tokens.len() - 1)].span);
    let is_type = matches!(name, "Int" | "Float" | "Bool" | "String" | "Bytes");
    is_type && p.kind_after(3) == TokenKind::RightBracket
}

/// `:: Name(`, which no type has.
fn calls(p: &mut Parser) -> bool {
    let is_function = p.slice(p.lexed.tokens[p.index() + 1].span) == "Fun";
    !is_function && p.kind_after(2) == TokenKind::LeftParen
}

/// Tries `:: (type)`.
fn type_follows(p: &mut Parser) -> bool {
    let mark = p.mark();
    let mode = Mode {
        arrow_ends: true,
        ..p.mode
    };
    p.under(mode, types::opt_annotation);
    let is_type = p.is_clean_since(&mark) && !p.at(TokenKind::ColonColon);
    p.reset(mark);
    is_type
}

/// `:: tail` and perhaps `as name`, behind the head. `part` reads what stands between `::`.
pub(crate) fn rest_of_cons(
    p: &mut Parser,
    head: Pattern,
    part: fn(&mut Parser) -> Pattern,
) -> Pattern {
    let result = tail_of(p, head, part);
    opt_as(p, result)
}

/// `as name`, where it stands behind a parameter's pattern.
pub(crate) fn opt_as(p: &mut Parser, pattern: Pattern) -> Pattern {
    if p.recovering || !p.at_word("as") {
        return pattern;
    }
    p.bump();
    let name = p.name("a name for the whole pattern");
    Pattern {
        span: p.span_from(pattern.span),
        kind: PatternKind::As(Box::new(pattern), name),
    }
}

fn tail_of(p: &mut Parser, head: Pattern, part: fn(&mut Parser) -> Pattern) -> Pattern {
    p.deeper(error_pattern, |p| {
        let start = head.span;
        p.bump();
        p.eat_newlines();
        let mut tail = part(p);
        if p.at(TokenKind::ColonColon) {
            tail = tail_of(p, tail, part);
        }
        Pattern {
            kind: PatternKind::Cons(Box::new(head), Box::new(tail)),
            span: p.span_from(start),
        }
    })
}

/// Alternatives with `|` between them.
pub(crate) fn or(p: &mut Parser) -> Pattern {
    let start = p.span();
    let first = primary(p);
    if !p.at(TokenKind::Bar) {
        return first;
    }
    let mut choices = vec![first];
    while p.eat(TokenKind::Bar) {
        p.eat_newlines();
        choices.push(primary(p));
    }
    Pattern {
        kind: PatternKind::Or(choices),
        span: p.span_from(start),
    }
}

/// A pattern that needs no parentheses; the form of parameters and of `let`.
pub(crate) fn primary(p: &mut Parser) -> Pattern {
    let token = p.token();
    let kind = match token.kind {
        TokenKind::Name => return named(p),
        TokenKind::Int(_) | TokenKind::Float(_) | TokenKind::Minus => {
            let number = number(p);
            ranges::opt(p, token.span).unwrap_or(number)
        }
        TokenKind::DotDot | TokenKind::Unknown => match ranges::opt(p, token.span) {
            Some(reported) => reported,
            None => {
                p.error_expected("a pattern");
                return error_pattern(token.span);
            }
        },
        TokenKind::True | TokenKind::False => {
            p.bump();
            PatternKind::Bool(token.kind == TokenKind::True)
        }
        TokenKind::Nil => {
            p.bump();
            PatternKind::Unit
        }
        TokenKind::StringStart => {
            let text = PatternKind::String(literals::plain_string(p, "a pattern").0);
            ranges::opt(p, token.span).unwrap_or(text)
        }
        TokenKind::LeftParen => {
            let mut parts = p.list(TokenKind::RightParen, pattern);
            match parts.len() {
                0 => PatternKind::Unit,
                1 => {
                    return Pattern {
                        span: p.span_from(token.span),
                        ..parts.remove(0)
                    }
                }
                _ => PatternKind::Tuple(parts),
            }
        }
        TokenKind::LeftBracket => {
            let mut links = 0;
            let parts = p.list(TokenKind::RightBracket, |p| {
                let item = pattern(p);
                p.may_chain(&mut links, MOST_PATTERN);
                item
            });
            let span = p.span_from(token.span);
            match p.recovering {
                true => PatternKind::List(parts),
                false => braces::head_and_tail(p, parts, span),
            }
        }
        TokenKind::LeftBrace if !p.recovering => return braces::pattern(p),
        TokenKind::MapStart if !p.recovering => return braces::map_pattern(p),
        TokenKind::Colon if braces::at_atom(p) => {
            braces::atom(p);
            PatternKind::Error
        }
        kind if (is_reserved(kind) || kind == TokenKind::When) && ends_name(p.kind_after(1)) => {
            if !p.at_misnamed() {
                p.reserved_ahead(0);
            }
            p.bump();
            PatternKind::Error
        }
        TokenKind::BitsStart => {
            PatternKind::Bits(literals::bits(p, |p| p.deeper(error_pattern, primary)))
        }
        _ => {
            p.error_expected("a pattern");
            return error_pattern(token.span);
        }
    };
    Pattern {
        kind,
        span: p.span_from(token.span),
    }
}

/// Words that cannot be names and begin nothing that a pattern could be followed by.
pub(crate) fn is_reserved(kind: TokenKind) -> bool {
    use TokenKind::*;
    kind.is_keyword() && !matches!(kind, True | False | Nil | Do | Else | After | When)
}

/// What follows a name in a parameter, a `let` or a `for`.
fn ends_name(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(kind, Comma | RightParen | Equal | ColonColon | In | Arrow)
}

fn named(p: &mut Parser) -> Pattern {
    let start = p.span();
    if p.slice(start) == "_" {
        p.bump();
        return Pattern {
            kind: PatternKind::Wildcard,
            span: start,
        };
    }
    let path = p.path("a name");
    let path = paths::opt_variant(p, path);
    let last_is_upper = path
        .segments
        .last()
        .is_some_and(|last| is_upper(&last.name));
    if p.at(TokenKind::LeftParen) && last_is_upper {
        let args = Some(p.list(TokenKind::RightParen, pattern));
        return Pattern {
            kind: PatternKind::Constructor { path, args },
            span: p.span_from(start),
        };
    }
    if p.at(TokenKind::LeftBrace) && last_is_upper && !p.recovering {
        return braces::struct_pattern(p, path);
    }
    if p.at(TokenKind::LeftParen) {
        let diagnostic = Diagnostic::error(
            Code::P0001,
            start,
            "a pattern takes values apart and cannot call a function",
        );
        p.error(diagnostic.help(
            "constructors begin with a capital; an arm of several statements needs `-> do … end`",
        ));
        return error_pattern(start);
    }
    let span = p.span_from(start);
    match path.segments.len() {
        1 => Pattern {
            kind: PatternKind::Name(path.segments[0].clone()),
            span,
        },
        _ => Pattern {
            kind: PatternKind::Constructor { path, args: None },
            span,
        },
    }
}

pub(crate) fn number(p: &mut Parser) -> PatternKind {
    let is_negative = p.eat(TokenKind::Minus);
    match p.kind() {
        TokenKind::Int(magnitude) => PatternKind::Int(exprs::int(p, magnitude, is_negative)),
        TokenKind::Float(value) => {
            p.bump();
            PatternKind::Float(if is_negative { -value } else { value })
        }
        _ => {
            p.error_expected("a number after `-`");
            PatternKind::Error
        }
    }
}

fn error_pattern(span: Span) -> Pattern {
    Pattern {
        kind: PatternKind::Error,
        span,
    }
}
