//! What other languages write behind a whole expression: arguments without brackets, a condition, a
//! type that it is converted to, an `else`; and in front of one, `let pattern =`.

use super::foreign::at;
use super::{blocks, exprs, patterns, types};
use crate::ast::{Expr, ExprKind};
use crate::lex::TokenKind;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

/// The value of a statement or a `let`, with what follows it on its line.
pub(crate) fn expression(p: &mut Parser, value: Expr) -> Expr {
    if p.recovering || p.at_line_start() || p.touches_previous() {
        return value;
    }
    if p.at(TokenKind::If) {
        return condition(p, value);
    }
    if p.at_word("as") && p.kind_after(1) == TokenKind::Name {
        return conversion(p, value);
    }
    let is_function = is_path(&value) && !is_upper(p.slice(value.span));
    let is_method = is_path(&value) && matches!(value.kind, ExprKind::Field { .. });
    match (is_function || is_method) && begins_argument(p) {
        true => call(p, value),
        false => value,
    }
}

fn is_path(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Name(_) => true,
        ExprKind::Field { base, .. } => is_path(base),
        _ => false,
    }
}

/// Whether the next token can only begin an argument. A name is one when it stands alone or goes on
/// as a value does: words in a row are no call.
fn begins_argument(p: &Parser) -> bool {
    use TokenKind::*;
    match p.kind() {
        Int(_) | Float(_) | StringStart | True | False | Nil | MapStart | Fn | SelfWord => true,
        Name => matches!(
            p.kind_after(1),
            Newline | EndOfFile | Comma | Dot | LeftParen | LeftBracket
        ),
        _ => false,
    }
}

/// `name a, b`.
fn call(p: &mut Parser, callee: Expr) -> Expr {
    let first = p.span();
    let mut args = vec![exprs::expr(p)];
    while p.at(TokenKind::Comma) && !p.recovering {
        p.bump();
        args.push(exprs::expr(p));
    }
    let gap = Span {
        start: callee.span.end,
        end: first.start,
        ..first
    };
    let end = p.last_end();
    let report = p.foreign(first, "the arguments of a call stand in brackets");
    let help = format!("write `{}(…)`", p.slice(callee.span));
    p.habit(report.help(help).edit(gap, "(").edit(end, ")"));
    if p.at(TokenKind::Do) && !p.recovering {
        p.leave_out();
        blocks::stray(p);
    }
    Expr {
        span: p.span_from(callee.span),
        kind: ExprKind::Call {
            callee: Box::new(callee),
            args,
        },
    }
}

/// `a if c else b` and `a if c`, at the `if`.
fn condition(p: &mut Parser, value: Expr) -> Expr {
    let word = p.bump().span;
    let tested = p.in_head(exprs::expr);
    let (yes, test) = (p.slice(value.span), p.slice(tested.span));
    let is_choice = p.at(TokenKind::Else) && !p.recovering && !p.at_line_start();
    let report = if is_choice {
        p.bump();
        let otherwise = exprs::expr(p);
        let text = format!("if {test} do {yes} else {} end", p.slice(otherwise.span));
        let whole = value.span.to(otherwise.span);
        let report = p.foreign(word, "a choice between two values is an `if`");
        report
            .help("write `if condition do a else b end`")
            .edit(whole, text)
    } else {
        let text = format!("if {test} do {yes} end");
        let report = p.foreign(word, "an `if` stands before what depends on it");
        report
            .help("write `if condition do … end`")
            .edit(value.span.to(tested.span), text)
    };
    p.complain(report);
    p.leave_out();
    exprs::error(p.span_from(value.span))
}

const CONVERTS: &str = "Snow has no `as`: a function converts a value";

/// `value as Type`, at the `as`.
fn conversion(p: &mut Parser, value: Expr) -> Expr {
    let word = p.bump().span;
    let name = p.span();
    types::type_expr(p);
    let (message, help) = match p.slice(name) {
        "Float" | "f64" | "f32" | "double" => (CONVERTS, "write `Int.to_float(…)`"),
        "String" | "str" | "string" => (CONVERTS, "write `\"${value}\"`, or `value.to_string()`"),
        "Int" | "int" | "number" | "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16"
        | "u32" | "u64" | "usize" => (
            CONVERTS,
            "write `Float.to_int(…)` for a Float, `String.to_int(…)` for a text",
        ),
        "Some" | "None" | "Ok" | "Err" => (
            "Snow has no `as` behind a value: a constructor is called, or matched",
            "write `Some(value)` to wrap a value; `case value do Some(inner) -> … end` unwraps it",
        ),
        _ => (
            "Snow has no `as` behind a value: nothing changes its type",
            "`let name :: Type = value` says a type that the value has; a function makes a value \
             of another type",
        ),
    };
    let report = p.foreign(word, message);
    p.complain(report.help(help));
    p.leave_out();
    exprs::error(p.span_from(value.span))
}

/// `let pattern = value else …`, at what follows the value.
pub(crate) fn opt_else(p: &mut Parser) {
    if !p.at(TokenKind::Else) || p.mode.else_ends || p.at_line_start() || p.recovering {
        return;
    }
    let report = p.foreign(p.span(), "a `let` has no `else`");
    p.complain(report.help("write `case value do`, with an arm for each pattern"));
    p.leave_out();
    p.bump();
    if p.at(TokenKind::Do) {
        blocks::stray(p);
    } else {
        p.recovering = true;
    }
}

/// `if let pattern = value`, at the `let`.
pub(crate) fn matched(p: &mut Parser) -> Expr {
    let word = p.bump().span;
    let pattern = patterns::pattern(p);
    p.expect(TokenKind::Equal, "and a value");
    let value = p.in_head(exprs::expr);
    let help = format!(
        "write `case {} do`, with the arms `{} -> …` and `_ -> …`",
        p.slice(value.span),
        p.slice(pattern.span)
    );
    let report = p.foreign(word, "a condition has no pattern");
    p.complain(report.help(help));
    p.leave_out();
    exprs::error(at(word.start, word))
}
