//! What other languages write before, behind and between parts of expressions, and the elements of
//! lists and calls, where some of it is.

use super::exprs::{self, expr};
use super::foreign::at;
use super::{braces, lambdas};
use crate::ast::{BinaryOp, Expr, ExprKind, Ident};
use crate::diagnostics::{foreign, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

/// `a, b` as one value, such as that of a `return`, at the comma.
pub(crate) fn several(p: &mut Parser, first: &Expr, help: &str) {
    let is_in_list = p.mode.in_delimiters || p.mode.comma_ends;
    if is_in_list || p.recovering || !p.at(TokenKind::Comma) || p.ends_line_after(1) {
        return;
    }
    while p.at(TokenKind::Comma) && !p.recovering {
        p.bump();
        expr(p);
    }
    let whole = p.span_from(first.span);
    let report = p.foreign(whole, "the parts of a tuple stand in brackets");
    p.habit(
        report
            .help(help)
            .edit(at(whole.start, whole), "(")
            .edit(at(whole.end, whole), ")"),
    );
    p.leave_out();
}

/// An argument of a call, which may have a name or be a closure of another language.
pub(crate) fn argument(p: &mut Parser) -> Expr {
    let is_named = matches!(p.kind_after(1), TokenKind::Colon | TokenKind::Equal);
    if p.at(TokenKind::Name) && is_named && !p.recovering {
        let name = p.bump().span;
        p.bump();
        let gap = Span {
            end: p.span().start,
            ..name
        };
        let report = p.foreign(name, "arguments have no names");
        let help = "pass them in the order of the parameters";
        p.habit(report.help(help).edit(gap, ""));
    }
    let value = expr(p);
    lambdas::opt_arrow(p, value)
}

/// An element of the list that begins at `open`.
pub(crate) fn element(p: &mut Parser, open: Span) -> Expr {
    let value = expr(p);
    let value = lambdas::opt_arrow(p, value);
    if p.recovering {
        return value;
    }
    match p.kind() {
        TokenKind::Bar => braces::tail_of_list(p, open),
        TokenKind::For => braces::comprehension(p, &value, open),
        _ => {}
    }
    value
}

/// What stands between `[` and `]` behind a value.
pub(crate) fn index(p: &mut Parser, open: Span) -> Expr {
    let start = p.span();
    let value = match p.at(TokenKind::Colon) {
        true => exprs::error(start),
        false => expr(p),
    };
    if !p.at(TokenKind::Colon) || p.recovering {
        return value;
    }
    let report = p.foreign(p.span(), "a part of a list or text is no index");
    p.complain(report.help("write `.slice(start, stop)`, which leaves out `stop`"));
    p.leave_out();
    p.recovering = true;
    p.skip_in_delimiters(open, TokenKind::RightBracket);
    p.recovering = false;
    exprs::error(p.span_from(start))
}

/// `i++` and `i--`, behind the operator that was read first.
pub(crate) fn changes_in_place(p: &mut Parser, op: BinaryOp, left: &Expr, sign: Span) -> bool {
    let sign = match op {
        BinaryOp::Concat => sign,
        BinaryOp::Sub if p.at(TokenKind::Minus) && p.touches_previous() => sign.to(p.span()),
        BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Lt
        | BinaryOp::Gt
        | BinaryOp::Le
        | BinaryOp::Ge
        | BinaryOp::Range
        | BinaryOp::Join
        | BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::Rem => return false,
    };
    let next = usize::from(op == BinaryOp::Sub);
    let kind = p.kind_after(next);
    let ends = matches!(
        kind,
        TokenKind::Newline
            | TokenKind::EndOfFile
            | TokenKind::Semicolon
            | TokenKind::RightParen
            | TokenKind::End
            | TokenKind::RightBrace
    );
    if !ends || !matches!(left.kind, ExprKind::Name(_)) || sign.start != left.span.end {
        return false;
    }
    for _ in 0..next {
        p.bump();
    }
    let (name, written) = (p.slice(left.span), p.slice(sign));
    let op = &written[..1];
    let report = p.foreign(
        sign,
        format!("values never change, so there is no `{written}`"),
    );
    let help = format!("write `let {name} = {name} {op} 1` for a new binding, or `{name} {op} 1`");
    p.complain(report.help(help).edit(sign, format!(" {op} 1")));
    p.leave_out();
    true
}

/// `f.(x)` and `pair.0`, behind the dot. True when a call follows that can be read as one.
pub(crate) fn called_with_dot(p: &mut Parser, base: &Expr, dot: Span) -> bool {
    let written = p.slice(base.span);
    match p.kind() {
        TokenKind::LeftParen => {
            let report = p.foreign(dot, "a function is called without a dot");
            p.habit(report.help(format!("write `{written}(…)`")).edit(dot, ""));
            true
        }
        TokenKind::Int(_) => {
            let report = p.foreign(dot, "a tuple has no numbered fields");
            p.complain(report.help(format!("take it apart: `let (a, b) = {written}`")));
            p.bump();
            p.leave_out();
            true
        }
        _ => false,
    }
}

/// Whether no operator stands before a place.
fn is_whole(p: &Parser, place: Span) -> bool {
    let before = p.slice_before(place).trim_end_matches(' ');
    let is_comparison = ["==", "!=", "<=", ">="]
        .iter()
        .any(|sign| before.ends_with(sign));
    before.ends_with(['=', '(', ',', '[', '{', '\n']) && !is_comparison
}

/// `condition ? a : b` and `value ?? b`, behind the `?`. False when it is the operator of Snow.
pub(crate) fn conditional(p: &mut Parser, condition: &Expr, sign: Span) -> bool {
    let is_bracket = matches!(p.kind(), TokenKind::LeftParen | TokenKind::LeftBracket);
    if p.recovering || is_bracket || p.touches_previous() || !exprs::starts_expr(p.kind()) {
        return false;
    }
    let doubled = match &condition.kind {
        ExprKind::Try(inner) => Some(inner.span),
        _ => None,
    };
    let fallback = p.span();
    expr(p);
    p.leave_out();
    let colon = p.span();
    if p.at(TokenKind::Colon) {
        p.bump();
        expr(p);
        let start = at(condition.span.start, sign);
        let report = p.foreign(sign, "a choice between two values is an `if`");
        let report = report.help("write `if condition do a else b end`");
        let end = p.last_end();
        p.complain(match is_whole(p, condition.span) {
            true => report
                .edit(start, "if ")
                .edit(sign, "do")
                .edit(colon, "else")
                .edit(end, " end"),
            false => report,
        });
    } else if let Some(option) = doubled {
        let gap = Span {
            start: option.end,
            end: fallback.start,
            ..sign
        };
        let end = p.last_end();
        let report = p.foreign(sign, "Snow has no `??`");
        let report = report.help("write `.with_default(…)` behind an Option");
        p.complain(report.edit(gap, ".with_default(").edit(end, ")"));
    } else {
        let report = p.foreign(sign, "`?` ends an expression");
        p.complain(report.help("a choice between two values is `if condition do a else b end`"));
    }
    true
}

const UPDATE: &str = "write `%{value | field: new}` to change a struct";

/// The name of a field; empty after `..value`, which is reported.
pub(crate) fn field_name(p: &mut Parser) -> Ident {
    if !p.at(TokenKind::DotDot) || p.recovering {
        return p.any_name("the name of a field");
    }
    let span = p.bump().span;
    let report = p.foreign(span, "a struct literal takes nothing over");
    p.complain(report.help(UPDATE));
    expr(p);
    p.leave_out();
    Ident {
        name: "".into(),
        span,
    }
}

/// `name = value`, `name` alone and `value | name: new` in a struct literal.
pub(crate) fn foreign_field(p: &mut Parser, name: &Ident) -> Option<Expr> {
    let place = p.span();
    match p.kind() {
        _ if p.recovering => None,
        _ if name.name.is_empty() => Some(exprs::error(name.span)),
        TokenKind::Bar => {
            p.bump();
            let report = p.foreign(place, "a struct literal takes nothing over");
            p.complain(report.help(UPDATE));
            p.leave_out();
            Some(exprs::field(p).1)
        }
        TokenKind::Equal => {
            p.bump();
            let text = if place.start == name.span.end {
                ": "
            } else {
                ":"
            };
            let report = p.foreign(place, "expected `:` and the value of the field, found `=`");
            p.habit(report.help("write `name: value`").edit(place, text));
            Some(expr(p))
        }
        TokenKind::Comma | TokenKind::RightBrace => {
            let word = &name.name;
            let end = at(name.span.end, name.span);
            let report = p.foreign(name.span, format!("the field `{word}` has no value"));
            let help = format!("write `{word}: {word}`");
            p.habit(report.help(help).edit(end, format!(": {word}")));
            Some(Expr {
                kind: ExprKind::Name(name.clone()),
                span: name.span,
            })
        }
        _ => None,
    }
}

/// `lambda x: …`.
pub(crate) fn at_lambda(p: &Parser) -> bool {
    p.at_word("lambda") && matches!(p.kind_after(1), TokenKind::Name | TokenKind::Colon)
}

fn next_is_upper(p: &Parser) -> bool {
    let next = p.lexed.tokens.get(p.index() + 1);
    next.is_some_and(|token| token.kind == TokenKind::Name && is_upper(p.slice(token.span)))
}

/// `new Type`.
pub(crate) fn at_new(p: &Parser) -> bool {
    p.at_word("new") && next_is_upper(p)
}

/// The value behind it.
pub(crate) fn new(p: &mut Parser) -> Expr {
    let word = p.bump().span;
    let name = p.slice(p.span());
    let report = p.foreign(word, "Snow has no `new`");
    let known = super::macros::collection(name);
    let report = match known {
        Some(empty) => report.help(format!("write `{empty}`")),
        None => report.help(format!(
            "write `{name} {{ field: value }}` for a struct; other values are made by functions, \
             `Module.name(…)`"
        )),
    };
    let behind = [p.kind_after(1), p.kind_after(2)];
    let is_empty = behind == [TokenKind::LeftParen, TokenKind::RightParen];
    let tokens = &p.lexed.tokens;
    let whole = word.to(tokens[(p.index() + 2).min(tokens.len() - 1)].span);
    p.complain(match known.filter(|_| is_empty) {
        Some(empty) => report.edit(whole, empty),
        None => report,
    });
    p.leave_out();
    exprs::atom(p)
}

/// `%Name{…}`.
pub(crate) fn at_marked_struct(p: &Parser) -> bool {
    p.next_touches() && next_is_upper(p)
}

/// The literal behind the sign.
pub(crate) fn marked_struct(p: &mut Parser) -> Expr {
    let sign = p.bump().span;
    if p.kind_after(1) == TokenKind::LeftBrace && p.kind_after(3) == TokenKind::Bar {
        // The bar is what is wrong.
        return exprs::atom(p);
    }
    let name = p.slice(p.span());
    let report = p.foreign(sign, "a struct literal has no `%`");
    let help = format!("write `{name} {{ field: value }}`");
    p.habit(report.help(help).edit(sign, ""));
    exprs::atom(p)
}

/// `f"…"` and its kin.
pub(crate) fn at_marked_string(p: &Parser) -> bool {
    let is_mark = ["f", "r", "b", "s", "u"].iter().any(|word| p.at_word(word));
    is_mark && p.next_touches() && p.kind_after(1) == TokenKind::StringStart
}

/// The string behind the letter, which fills in `{…}` in some languages.
pub(crate) fn marked_string(p: &mut Parser) -> ExprKind {
    let mark = p.bump().span;
    let start = p.span();
    let value = super::literals::string(p);
    let whole = p.span_from(start);
    let report = p.foreign(
        mark,
        format!("a string has no `{}` in front", p.slice(mark)),
    );
    let report = report
        .help("values are filled in by `${…}` in any string")
        .edit(mark, "");
    p.habit(filled(p, report, whole));
    value
}

/// An edit for each brace that is to fill in something.
fn filled(p: &Parser, mut report: Diagnostic, whole: Span) -> Diagnostic {
    let text = p.slice(whole);
    for (index, _) in text.match_indices('{') {
        if !text[..index].ends_with(['$', '{']) && !text[index + 1..].starts_with('{') {
            report = report.edit(at(whole.start + index as u32, whole), "$");
        }
    }
    report
}

/// A form of another language where a value is expected.
pub(crate) fn at_form(p: &Parser) -> bool {
    let next = p.lexed.tokens.get(p.index() + 1);
    let is_on_line = next.is_some_and(|token| token.kind != TokenKind::Newline);
    let word = p.slice(p.span());
    let has_form = foreign::form(word).is_some() && super::foreign::begins_form(p);
    is_on_line && ((has_form && !p.mode.in_head) || at_typeof(p) || at_function(p))
}

/// `typeof value`.
fn at_typeof(p: &Parser) -> bool {
    p.at_word("typeof") && p.kind_after(1) == TokenKind::Name
}

/// `function(x) {`.
fn at_function(p: &Parser) -> bool {
    let is_word = p.at_word("function") || p.at_word("func");
    is_word && p.kind_after(1) == TokenKind::LeftParen && super::foreign::begins_form(p)
}

/// The report about it, past its lines.
pub(crate) fn form(p: &mut Parser) {
    let start = p.span();
    let word = p.slice(start);
    if at_typeof(p) {
        let report = p.foreign(start, "Snow has no `typeof`");
        p.complain(report.help(
            "the type of a value is known before the program runs; what may be one of several is \
             a `type` with variants, taken apart by `case`",
        ));
        p.bump();
        p.leave_out();
        exprs::atom(p);
        return;
    }
    if at_function(p) {
        let report = p.foreign(start, "closures begin with `fn`");
        p.complain(report.help(lambdas::HELP));
    } else {
        let report = p.foreign(start, format!("Snow has no `{word}`"));
        p.complain(report.help(foreign::form(word).unwrap_or_default()));
    }
    p.skip_form(start);
}

/// A chain whose next call stands on a line of its own, which is reported and read all the same.
pub(crate) fn dot_begins_next_line(p: &mut Parser) -> bool {
    let mut following = p.lexed.tokens[p.index()..].iter();
    let next = following.find(|token| token.kind != TokenKind::Newline);
    let Some(dot) = next.filter(|token| token.kind == TokenKind::Dot) else {
        return false;
    };
    let report = p.foreign(dot.span, "a line does not begin with `.`");
    let help =
        "only `|>` may begin a line: write `value |> Module.function`, or put the `.` at the \
                end of the line above";
    p.eat_newlines();
    p.habit(report.help(help));
    true
}
