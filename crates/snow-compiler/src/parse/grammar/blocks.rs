//! Statements and blocks, and the words around them: `do`, `end`, `else`.

use super::{
    assignments, behind, closures, exprs, foreign, items, lambdas, patterns, statements, suffixes,
    types,
};
use crate::ast::{Block, Expr, ItemKind, Pattern, PatternKind, Statement};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::habits::{self, Closer};
use crate::parse::mode::Mode;
use crate::parse::parser::{Indentation, Parser};
use crate::source::Span;

/// `do statements end`; `opener` is the word that the block belongs to.
pub(crate) fn do_block(p: &mut Parser, opener: Span) -> Block {
    if !open(p, opener) {
        return empty(p);
    }
    let block = statements(p, opener, p.mode.block());
    end(p, opener);
    block
}

/// A `do` that an error has cut off from what it belongs to.
pub(crate) fn stray(p: &mut Parser) {
    let opener = p.bump().span;
    p.closers.push(Closer::End);
    let mode = Mode {
        else_ends: true,
        after_ends: true,
        ..p.mode.block()
    };
    p.deeper(
        |_| (),
        |p| loop {
            statements(p, opener, mode);
            if !p.eat(TokenKind::Else) && !p.eat(TokenKind::After) {
                break end(p, opener);
            }
        },
    );
}

/// `do`, or a report. False when no block seems to follow.
pub(crate) fn open(p: &mut Parser, opener: Span) -> bool {
    if p.recovering {
        p.skip_to_do();
    }
    if p.eat(TokenKind::Do) {
        p.recovering = false;
        p.closers.push(Closer::End);
        return true;
    }
    if !p.recovering && p.open_foreign(opener, "do") {
        return true;
    }
    let message = format!("expected `do`, found {}", p.found());
    let report = Diagnostic::error(Code::P0001, p.span(), message);
    let word = p.slice(opener);
    p.error(match (p.sign_advice(), exprs::declared_as(p, word)) {
        (Some(help), _) => report.help(help),
        (None, Some(place)) => report
            .also(place, "a reserved word")
            .help(exprs::ONLY_BEHIND_DOT),
        (None, None) => report.help(format!(
            "the block of `{word}` stands between `do` and `end`"
        )),
    });
    if p.skip_to_do() {
        p.recovering = false;
        p.closers.push(Closer::End);
        return p.eat(TokenKind::Do);
    }
    let indentation = p.indentation(opener.start);
    let goes_on = p.under(
        Mode {
            lines_count: false,
            ..p.mode
        },
        |p| {
            p.at_line_start()
                && p.indentation(p.span().start) > indentation
                && !p.at(TokenKind::EndOfFile)
        },
    );
    p.recovering &= !goes_on;
    // A form on one line has an `end` on it, which must not close the block around it.
    if !goes_on && p.at(TokenKind::End) && !p.at_line_start() {
        p.bump();
    }
    if goes_on {
        p.closers.push(Closer::End);
    }
    goes_on
}

/// `end`, or a report that shows where the block began.
pub(crate) fn end(p: &mut Parser, opener: Span) {
    let is_ours = p.under(
        Mode {
            lines_count: true,
            ..p.mode
        },
        |p| {
            if !p.at_closer() {
                p.eat_newlines();
            }
            p.eat_closer() || (!p.at_foreign_line(opener) && p.eat(TokenKind::End))
        },
    );
    if is_ours {
        p.recovering = false;
        return;
    }
    p.is_unbalanced = true;
    let message = match p.kind() {
        TokenKind::End => "an `end` is missing before this one".into(),
        _ => format!("expected `end`, found {}", p.found()),
    };
    let label = format!("`{}` begins here and has no `end`", p.slice(opener));
    p.error(Diagnostic::error(Code::P0002, p.span(), message).also(opener, label));
}

/// Statements up to what ends the block, which is left for the caller.
pub(crate) fn statements(p: &mut Parser, opener: Span, mode: Mode) -> Block {
    p.under(mode, |p| {
        p.eat_separators();
        let start = p.span();
        let mut statements = Vec::new();
        while !at_block_end(p, opener) {
            let before = p.index();
            statements.extend(statement(p));
            after_statement(p, before);
            if p.index() == before {
                report_stuck(p, "a statement");
            }
            p.eat_separators();
        }
        Block {
            statements,
            span: if p.previous_span().end <= start.start {
                empty_span(start)
            } else {
                p.span_from(start)
            },
        }
    })
}

fn at_block_end(p: &Parser, opener: Span) -> bool {
    match p.kind() {
        TokenKind::End | TokenKind::EndOfFile => true,
        _ if p.mode.bar_ends && closures::at_lost_end(p, opener) => true,
        TokenKind::Else => p.mode.else_ends || p.at_closer(),
        TokenKind::After => p.mode.after_ends,
        TokenKind::Bar => p.mode.bar_ends,
        TokenKind::Comma if p.mode.comma_ends => true,
        _ if p.at_closer() => true,
        kind if is_closing(kind) => p.mode.in_delimiters,
        _ => p.at_foreign_line(opener) || (p.mode.else_ends && at_else_if_word(p)),
    }
}

/// `elif` and its kin before a condition. `elif (c) do` could also be a call, and is taken for one
/// until we know that something is wrong.
pub(crate) fn at_else_if_word(p: &Parser) -> bool {
    let is_word = p.at_word("elif") || p.at_word("elsif") || p.at_word("elseif");
    let next = p.kind_after(1);
    let may_be_call = matches!(next, TokenKind::LeftParen | TokenKind::LeftBracket);
    is_word
        && p.at_line_start()
        && exprs::starts_expr(next)
        && (!may_be_call || p.indentation == Indentation::Believed)
}

fn is_closing(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        RightParen | RightBracket | RightBrace | InterpolationEnd | StringEnd
    )
}

/// The end of a statement: a line's end, `;`, or what ends the block.
pub(crate) fn after_statement(p: &mut Parser, start: usize) {
    if p.recovering {
        return p.resume(start);
    }
    let at_end = match p.kind() {
        _ if p.at_closer() => true,
        TokenKind::Newline | TokenKind::Semicolon | TokenKind::End | TokenKind::EndOfFile => true,
        TokenKind::Else | TokenKind::After | TokenKind::Bar => true,
        TokenKind::Comma => p.mode.comma_ends,
        kind => is_closing(kind),
    };
    if at_end {
        return;
    }
    if habits::dashes(p) {
        return p.skip_to_line_end();
    }
    let message = format!("expected the end of the statement, found {}", p.found());
    let help = p.sign_advice().unwrap_or(match p.kind() {
        TokenKind::Do => {
            "a block behind a call needs the call's brackets: `list.each() do |x| … end`"
        }
        TokenKind::Bang => "a message is sent by `send(pid, message)`",
        _ => "statements stand on lines of their own, or `;` between them",
    });
    p.error(Diagnostic::error(Code::P0001, p.span(), message).help(help));
    p.skip_to_line_end();
}

/// A token that neither begins a line of this block nor ends it.
pub(crate) fn report_stuck(p: &mut Parser, what: &str) {
    p.error_expected(what);
    p.bump();
    p.skip_to_line_end();
}

/// One statement; none for `terminate`, which is no part of the body it stands in.
pub(crate) fn statement(p: &mut Parser) -> Option<Statement> {
    if let Some(found) = statements::opt(p).or_else(|| foreign::opt_statement(p)) {
        return Some(found);
    }
    Some(match p.kind() {
        TokenKind::Let => {
            reserved(p);
            let_statement(p)
        }
        TokenKind::Terminate => {
            terminate(p);
            return None;
        }
        TokenKind::Fn | TokenKind::Def if closures::is_closure_statement(p) => {
            Statement::Expr(exprs::expr(p))
        }
        _ if p.at_item_start() => local_item(p),
        _ => {
            let value = exprs::expr(p);
            let value = behind::expression(p, value);
            if p.at(TokenKind::Equal) && !p.recovering {
                return Some(assignments::assignment(p, value));
            }
            Statement::Expr(value)
        }
    })
}

/// `let pattern :: type = value`.
pub(crate) fn let_statement(p: &mut Parser) -> Statement {
    let start = p.bump().span;
    mutable(p);
    let pattern = patterns::primary(p);
    let pattern = unbracketed(p, pattern);
    let annotation = types::opt_annotation(p);
    if p.at(TokenKind::Colon) && p.kind_after(1) == TokenKind::Equal {
        let sign = p.bump().span.to(p.span());
        let report = p.foreign(sign, "expected `=`, found `:=`");
        p.habit(report.help("write `let name = …`").edit(sign, "="));
    }
    if p.at(TokenKind::LeftBracket) && !p.recovering {
        let name = p.slice(pattern.span);
        let report = p.foreign(p.span(), "values never change, so no part of one is set");
        let help = format!(
            "write `let {name} = Map.put({name}, key, value)`, or `List.set({name}, index, value)`"
        );
        p.error(report.help(help));
    }
    if !p.recovering {
        p.expect(TokenKind::Equal, "and a value");
    }
    p.eat_newlines();
    let value = if p.recovering {
        exprs::error(p.span())
    } else {
        let value = exprs::expr(p);
        let value = behind::expression(p, value);
        if matches!(pattern.kind, PatternKind::Tuple(_)) {
            suffixes::several(p, &value, "write `let (a, b) = (1, 2)`");
        }
        lambdas::opt_arrow(p, value)
    };
    behind::opt_else(p);
    Statement::Let {
        pattern,
        annotation,
        value,
        span: p.span_from(start),
    }
}

/// `let a, b = …`, behind the first name.
fn unbracketed(p: &mut Parser, first: Pattern) -> Pattern {
    if !p.at(TokenKind::Comma) || p.kind_after(1) != TokenKind::Name || p.recovering {
        return first;
    }
    let start = first.span;
    let mut parts = vec![first];
    while p.eat(TokenKind::Comma) && !p.recovering {
        parts.push(patterns::primary(p));
    }
    let span = p.span_from(start);
    let (front, behind) = (
        Span {
            end: span.start,
            ..span
        },
        p.last_end(),
    );
    let report = p.foreign(span, "the parts of a tuple stand in brackets");
    let report = report.help("write `let (a, b) = …`");
    p.habit(report.edit(front, "(").edit(behind, ")"));
    let kind = PatternKind::Tuple(parts);
    Pattern { kind, span }
}

/// `let mut name`.
pub(crate) fn mutable(p: &mut Parser) {
    let word = p.slice(p.span());
    let is_word = matches!(word, "mut" | "var" | "const") && p.kind_after(1) == TokenKind::Name;
    if !p.at(TokenKind::Name) || !is_word {
        return;
    }
    let place = p.bump().span;
    let gap = Span {
        end: p.span().start,
        ..place
    };
    let help = format!(
        "leave out `{word}`: values never change, and a second `let` may use the same name"
    );
    let report = p.foreign(place, format!("expected a name, found `{word}`"));
    p.habit(report.help(help).edit(gap, ""));
}

/// Reports `let end = …`, at the `let`: the name is a reserved word.
fn reserved(p: &mut Parser) {
    let kind = p.kind_after(1);
    let is_named = matches!(p.kind_after(2), TokenKind::Equal | TokenKind::ColonColon);
    if kind.is_keyword() && is_named && patterns::is_reserved(kind) {
        p.reserved_ahead(1);
    }
}

fn terminate(p: &mut Parser) {
    let start = p.bump().span;
    let outer = p.terminate.take();
    let block = do_block(p, start);
    p.terminate = match outer {
        None => {
            p.complain(Diagnostic::error(
                Code::P0004,
                start,
                "`terminate` belongs into the body of an actor",
            ));
            None
        }
        Some(None) => Some(Some(block)),
        Some(Some(first)) => {
            let diagnostic =
                Diagnostic::error(Code::P0004, start, "an actor has one `terminate` block");
            p.complain(diagnostic.also(first.span, "the first one is here"));
            Some(Some(first))
        }
    };
}

fn local_item(p: &mut Parser) -> Statement {
    match items::item(p) {
        Some(item) => {
            if !matches!(item.kind, ItemKind::Fn(_)) {
                let diagnostic =
                    Diagnostic::error(Code::P0004, item.span, "this belongs to the top of a file");
                p.complain(diagnostic.help("inside of a block only `fn` can be defined"));
            }
            Statement::Item(Box::new(item))
        }
        None => Statement::Expr(exprs::error(p.span())),
    }
}

/// A block of one expression.
pub(crate) fn of_expression(value: Expr) -> Block {
    Block {
        span: value.span,
        statements: vec![Statement::Expr(value)],
    }
}

/// A block of nothing, here.
pub(crate) fn empty(p: &Parser) -> Block {
    Block {
        statements: Vec::new(),
        span: empty_span(p.span()),
    }
}

fn empty_span(at: Span) -> Span {
    Span {
        end: at.start,
        ..at
    }
}
