//! `if`, `case`, loops and `receive`.

use super::{arms, blocks, exprs, heads, patterns};
use crate::ast::{Arm, Block, Expr, ExprKind, ForBinding, Param, Pattern, PatternKind};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::habits::Closer;
use crate::parse::mode::Mode;
use crate::parse::parser::Parser;
use crate::source::Span;

/// One condition of an `if`, with what runs when it holds.
struct Branch {
    start: Span,
    condition: Box<Expr>,
    then: Block,
}

/// How a branch of an `if` goes on.
enum Else {
    /// With another branch.
    If,
    Block(Block),
    Nothing,
}

/// `if c do … else if d do … else … end`, with one `end`.
pub(crate) fn if_expr(p: &mut Parser) -> ExprKind {
    let mut branches = Vec::new();
    let otherwise = loop {
        let (branch, next) = p.beside(branch);
        branches.push(branch);
        p.grow();
        match next {
            Else::If => {}
            Else::Block(block) => break Some(block),
            Else::Nothing => break None,
        }
    };
    let mut otherwise = otherwise;
    loop {
        let Some(Branch {
            start,
            condition,
            then,
        }) = branches.pop()
        else {
            return ExprKind::Error;
        };
        let kind = ExprKind::If {
            condition,
            then,
            otherwise,
        };
        if branches.is_empty() {
            return kind;
        }
        otherwise = Some(blocks::of_expression(Expr {
            kind,
            span: p.span_from(start),
        }));
    }
}

/// `if c do …`, up to the `else` or over the `end` of the whole chain.
fn branch(p: &mut Parser) -> (Branch, Else) {
    let opener = p.bump().span;
    let condition = Box::new(heads::condition(p));
    if !blocks::open(p, opener) {
        let then = blocks::empty(p);
        let branch = Branch {
            start: opener,
            condition,
            then,
        };
        return (branch, Else::Nothing);
    }
    let then = blocks::statements(
        p,
        opener,
        Mode {
            else_ends: true,
            ..p.mode.block()
        },
    );
    let next = match otherwise(p, opener) {
        Else::Nothing => {
            blocks::end(p, opener);
            late_else(p, opener).map_or(Else::Nothing, Else::Block)
        }
        next @ (Else::If | Else::Block(_)) => next,
    };
    let branch = Branch {
        start: opener,
        condition,
        then,
    };
    (branch, next)
}

/// `else` and what follows it, but for another branch.
fn otherwise(p: &mut Parser, opener: Span) -> Else {
    p.close_before_else();
    heads::comma_before_else(p);
    if blocks::at_else_if_word(p) {
        let place = p.span();
        let closer = p.closers.pop();
        match closer {
            // The word belongs to the language that the colon is of.
            Some(colon @ (Closer::EndBehindColon(_) | Closer::Indent(..))) => {
                p.report_closer(colon, place, "else if".into());
            }
            _ => {
                let report = p.foreign(place, format!("expected `else`, found {}", p.found()));
                p.habit(report.help("write `else if`").edit(place, "else if"));
            }
        }
        return Else::If;
    }
    if p.under(
        Mode {
            lines_count: true,
            ..p.mode
        },
        |p| p.at_foreign_line(opener),
    ) || !p.eat(TokenKind::Else)
    {
        return Else::Nothing;
    }
    let closer = p.closers.pop();
    // An `if` on the next line is a statement with an `end` of its own.
    if p.under(p.mode.block(), |p| p.at(TokenKind::If)) {
        return Else::If;
    }
    Else::Block(last_block(p, opener, closer))
}

/// What follows `else`, up to the `end` of the whole.
fn last_block(p: &mut Parser, opener: Span, closer: Option<Closer>) -> Block {
    let place = p.span();
    let is_do = closer == Some(Closer::End);
    let at_colon = p.at(TokenKind::Colon) && p.ends_line_after(1);
    if is_do && at_colon {
        p.bump();
        let report = p.foreign(place, "there is no `:` after `else`");
        p.habit(report.help("leave out the `:`").edit(place, ""));
        p.closers.push(Closer::End);
    } else if let (Some(colon @ Closer::EndBehindColon(_)), true) = (closer, at_colon) {
        p.bump();
        p.report_closer(colon, place, String::new());
        p.closers.push(Closer::End);
    } else if let Some(line @ Closer::Line(..)) = closer {
        p.eat(TokenKind::Colon);
        p.closers.push(line);
    } else if !p.open_foreign(opener, "") {
        if p.eat(TokenKind::Do) {
            let report = p.foreign(place, "there is no `do` after `else`");
            let gap = Span {
                start: p.previous_but_one().end,
                ..place
            };
            p.habit(report.help("leave out the `do`").edit(gap, ""));
        }
        p.closers.push(Closer::End);
    }
    let block = blocks::statements(p, opener, p.mode.block());
    blocks::end(p, opener);
    block
}

/// `end else`, where the `end` is too early.
fn late_else(p: &mut Parser, opener: Span) -> Option<Block> {
    let is_late = p.at(TokenKind::Else) && !p.mode.else_ends && !p.at_line_start();
    if !is_late || p.recovering {
        return None;
    }
    let end = p.previous_span();
    let gap = Span {
        end: p.span().start,
        ..end
    };
    let report = p.foreign(end, "an `if` with an `else` has one `end`, behind both");
    let report = report.help("leave out this `end`");
    p.habit(report.clone().edit(gap, ""));
    p.bump();
    let closer = Some(Closer::End);
    if p.at(TokenKind::Do) {
        // It comes of the same misunderstanding.
        let place = p.span();
        let gap = Span {
            start: p.previous_span().end,
            ..place
        };
        p.habit(report.edit(gap, ""));
        p.bump();
    }
    Some(last_block(p, opener, closer))
}

/// `case e do arms end`; `match` is the same.
pub(crate) fn case(p: &mut Parser) -> ExprKind {
    let opener = p.bump().span;
    let subject = Box::new(p.in_head(exprs::expr));
    let mut arms = Vec::new();
    if blocks::open(p, opener) {
        let place = p.span();
        arms = p.in_form(|p| self::arms(p, opener, p.mode.block()));
        blocks::end(p, opener);
        if arms.is_empty() {
            let report = p.foreign(opener, "a `case` needs an arm for each value");
            p.complain(report.help("write `pattern -> expression` on a line for each"));
            arms.push(Arm {
                params: vec![Param {
                    pattern: crate::ast::Pattern {
                        kind: crate::ast::PatternKind::Error,
                        span: place,
                    },
                    annotation: None,
                    is_self_pid: false,
                }],
                guard: None,
                body: blocks::of_expression(exprs::error(place)),
                span: place,
            });
        }
    }
    ExprKind::Case { subject, arms }
}

/// `receive do arms after ms -> body end`.
pub(crate) fn receive(p: &mut Parser) -> ExprKind {
    let opener = p.bump().span;
    if !blocks::open(p, opener) {
        return ExprKind::Receive {
            arms: Vec::new(),
            after: None,
        };
    }
    let mode = Mode {
        after_ends: true,
        ..p.mode.block()
    };
    let arms = self::arms(p, opener, mode);
    let after = p.under(mode, |p| {
        if p.at(TokenKind::After) {
            Some(self::after(p))
        } else {
            None
        }
    });
    blocks::end(p, opener);
    ExprKind::Receive { arms, after }
}

/// The body is the rest of the `receive`, whose `end` may stand on the same line.
fn after(p: &mut Parser) -> (Box<Expr>, Block) {
    let opener = p.bump().span;
    if p.at(TokenKind::Newline) {
        p.eat_newlines();
        let gap = Span {
            start: opener.end,
            end: p.span().start,
            ..opener
        };
        let report = p.foreign(opener, "the limit stands on the line of `after`");
        p.habit(report.help("write `after 1000 -> …`").edit(gap, " "));
    }
    let limit = Box::new(p.in_head(exprs::expr));
    if p.at(TokenKind::Do) && !p.recovering {
        let word = p.bump().span;
        let report = p.foreign(word, "expected `->`, found `do`");
        let help = "write `after 1000 -> …`: the `end` of the `receive` ends it";
        p.habit(report.help(help).edit(word, "->"));
        return (limit, blocks::statements(p, opener, p.mode.block()));
    }
    arrow(p);
    if !p.at(TokenKind::Do) {
        return (limit, blocks::statements(p, opener, p.mode.block()));
    }
    let block = blocks::do_block(p, opener);
    p.eat_separators();
    (limit, block)
}

pub(crate) fn arms(p: &mut Parser, opener: Span, mode: Mode) -> Vec<Arm> {
    p.under(mode, |p| {
        let mut arms = Vec::new();
        p.eat_separators();
        while !at_arms_end(p, opener) {
            let before = p.index();
            arms::opt_bar(p, opener);
            let report = arms::opt_case_word(p);
            arms.push(p.folded(report, arm));
            let comma = p.span();
            if !p.recovering && p.at(TokenKind::Comma) && p.ends_line_after(1) {
                let report = p.foreign(comma, "arms stand on lines of their own, without commas");
                p.habit(report.help("leave out the comma").edit(comma, ""));
                p.bump();
            }
            if p.recovering {
                p.resume(before);
            }
            if p.index() == before {
                blocks::report_stuck(p, "an arm");
            }
            p.eat_separators();
        }
        arms
    })
}

fn at_arms_end(p: &Parser, opener: Span) -> bool {
    use TokenKind::*;
    match p.kind() {
        End | EndOfFile => true,
        _ if p.at_closer() => true,
        After => p.mode.after_ends,
        RightParen | RightBracket | RightBrace | InterpolationEnd | StringEnd => {
            p.mode.in_delimiters
        }
        _ => p.at_foreign_line(opener),
    }
}

/// `pattern when guard -> body`.
fn arm(p: &mut Parser) -> Arm {
    let start = p.span();
    let pattern = arms::pattern(p);
    let guard = guard(p);
    let sign = p.span();
    arrow(p);
    let body = match p.kind() {
        _ if p.recovering => blocks::of_expression(exprs::error(p.span())),
        TokenKind::Do => blocks::do_block(p, p.span()),
        TokenKind::LeftBrace if arms::at_braces(p) => arms::braces(p),
        _ => arms::body(p, start, sign),
    };
    let params = vec![Param {
        pattern,
        annotation: None,
        is_self_pid: false,
    }];
    Arm {
        params,
        guard,
        body,
        span: p.span_from(start),
    }
}

/// `when condition`, or `if condition` as others write it.
fn guard(p: &mut Parser) -> Option<Expr> {
    if p.at(TokenKind::If) && !p.recovering {
        let place = p.bump().span;
        let report = p.foreign(place, "expected `when`, found `if`");
        p.habit(
            report
                .help("an arm with a condition is `pattern when condition -> expression`")
                .edit(place, "when"),
        );
        return Some(p.in_head(exprs::expr));
    }
    p.eat(TokenKind::When).then(|| p.in_head(exprs::expr))
}

/// `->`, after which the line may end.
fn arrow(p: &mut Parser) {
    if p.recovering && !p.at(TokenKind::Arrow) {
        return;
    }
    let found = p.found();
    let is_colon = p.at(TokenKind::Colon) && !p.recovering;
    if p.at(TokenKind::FatArrow) || is_colon {
        let place = p.bump().span;
        let report = p.foreign(place, format!("expected `->`, found {found}"));
        let text = if is_colon { " ->" } else { "->" };
        p.habit(
            report
                .help("an arm is `pattern -> expression`")
                .edit(place, text),
        );
    } else if p.eat(TokenKind::Arrow) {
        p.recovering = false;
    } else {
        let diagnostic = Diagnostic::error(
            Code::P0001,
            p.span(),
            format!("expected `->`, found {found}"),
        );
        p.habit_error(diagnostic.help(
            "an arm is `pattern -> expression`; several statements stand between `do` and `end`",
        ));
    }
    p.eat_newlines();
}

/// `while c do … end`.
pub(crate) fn while_loop(p: &mut Parser) -> ExprKind {
    let opener = p.bump().span;
    let condition = Box::new(heads::condition(p));
    ExprKind::While {
        condition,
        body: loop_body(p, opener),
    }
}

/// The pattern of a `for`, or the two of `for index, item in …`.
fn unbracketed(p: &mut Parser) -> Pattern {
    let first = patterns::primary(p);
    let is_two = p.at(TokenKind::Comma)
        && p.kind_after(1) == TokenKind::Name
        && p.kind_after(2) == TokenKind::In;
    if !is_two || p.recovering {
        return first;
    }
    p.bump();
    let second = patterns::primary(p);
    let span = p.span_from(first.span);
    let report = p.foreign(span, "two names stand in brackets");
    let help =
        "write `for (index, item) in List.enumerate(list) do`, or `for {key, value} in map do`";
    p.habit(report.help(help));
    p.leave_out();
    Pattern {
        kind: PatternKind::Tuple(vec![first, second]),
        span,
    }
}

/// `for x in xs when f do … end`.
pub(crate) fn for_loop(p: &mut Parser) -> ExprKind {
    let opener = p.bump().span;
    if heads::at_bracketed_for(p) {
        heads::bracketed_for(p, opener);
        return ExprKind::Error;
    }
    let binding = match p.at(TokenKind::LeftBrace) {
        true => pair(p),
        false => ForBinding::One(unbracketed(p)),
    };
    if p.at_word("of") && !p.recovering {
        let place = p.bump().span;
        let report = p.foreign(place, "expected `in`, found `of`");
        p.habit(report.help("write `for name in list do`").edit(place, "in"));
    } else if p.at(TokenKind::Less) && p.kind_after(1) == TokenKind::Minus && !p.recovering {
        let place = p.bump().span.to(p.bump().span);
        let report = p.foreign(place, "expected `in`, found `<-`");
        p.habit(report.help("write `for name in list do`").edit(place, "in"));
    } else if !p.recovering {
        p.expect(TokenKind::In, "and what to go through");
    }
    let iterable = Box::new(if p.recovering {
        exprs::error(p.span())
    } else {
        p.in_head(exprs::expr)
    });
    let filter = p
        .eat(TokenKind::When)
        .then(|| Box::new(p.in_head(exprs::expr)));
    ExprKind::For {
        binding,
        iterable,
        filter,
        body: loop_body(p, opener),
    }
}

fn loop_body(p: &mut Parser, opener: Span) -> Block {
    let mode = Mode {
        in_loop: true,
        ..p.mode
    };
    p.under(mode, |p| blocks::do_block(p, opener))
}

/// `{k, v}`.
fn pair(p: &mut Parser) -> ForBinding {
    let start = p.span();
    let mut names = p.list(TokenKind::RightBrace, |p| p.name("a name"));
    if let (2, Some(value), Some(key)) = (names.len(), names.pop(), names.pop()) {
        return ForBinding::Pair(key, value);
    }
    let span = p.span_from(start);
    p.complain(Diagnostic::error(
        Code::P0001,
        span,
        "expected `{key, value}`",
    ));
    ForBinding::One(crate::ast::Pattern {
        kind: crate::ast::PatternKind::Error,
        span,
    })
}
