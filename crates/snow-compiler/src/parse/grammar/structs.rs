//! `User(name: "a")`: a struct that is made like the call of a function.

use super::declared::{declared, Declared};
use super::exprs;
use crate::ast::{Expr, ExprKind};
use crate::lex::TokenKind;
use crate::parse::lists::Commas;
use crate::parse::parser::Parser;
use crate::source::Span;

/// As many bytes of fields as advice repeats.
const LONGEST: usize = 60;

/// Whether the brackets behind `callee` hold fields of what may be a struct.
pub(crate) fn at_call(p: &Parser, callee: &Expr) -> bool {
    let Some(path) = exprs::upper_path(callee) else {
        return false;
    };
    let is_variant = || {
        let name = path.segments.last().map_or("", |last| &*last.name);
        matches!(declared(p, name), Some(Declared::Variant(_)))
    };
    p.delimited_after(1) == TokenKind::Name
        && matches!(p.delimited_after(2), TokenKind::Colon | TokenKind::Equal)
        && !is_variant()
}

/// Reads it as the literal that it should be.
pub(crate) fn call(p: &mut Parser, callee: &Expr) -> ExprKind {
    let Some(path) = exprs::upper_path(callee) else {
        return ExprKind::Error;
    };
    let open = p.bump().span;
    let name = path.segments.last().map_or("", |last| &*last.name);
    let is_struct = declared(p, name) == Some(Declared::Struct);
    let written = p.slice(callee.span);
    let report = p.foreign(open, "a struct is made with braces");
    let help = format!("write `{written} {{ {} }}`", shown_fields(p));
    let report = report.help(match is_struct {
        true => help,
        false => format!("{help}; the parts of a variant have no names"),
    });
    let fields = p.folded(Some(report.clone()), |p| {
        p.list_after(open, TokenKind::RightParen, Commas::Required, exprs::field)
    });
    let close = p.previous_span();
    if !is_struct {
        p.complain(report);
        p.leave_out();
        return ExprKind::Error;
    }
    let behind = Span {
        end: close.end,
        start: open.end,
        ..open
    };
    let inside = p.slice(behind).strip_suffix(')').unwrap_or_default();
    let opening = match inside.starts_with(char::is_whitespace) {
        true => " {",
        false => " { ",
    };
    let closing = match inside.ends_with(char::is_whitespace) {
        true => "}",
        false => " }",
    };
    p.habit(report.edit(open, opening).edit(close, closing));
    ExprKind::Struct { path, fields }
}

/// The fields behind the bracket as advice shows them: all of them where that is short.
fn shown_fields(p: &Parser) -> String {
    let line = p.text[p.previous_span().end as usize..].lines().next();
    let inside = line.and_then(|line| line.split_once(')'));
    let whole = inside.map(|(inside, _)| inside.trim());
    let short = whole.filter(|text| text.len() <= LONGEST && !text.contains(['=', '(']));
    match short {
        Some(fields) => fields.to_string(),
        None => {
            let mut rest = p.lexed.tokens[p.index()..].iter();
            let first = rest.find(|token| token.kind != TokenKind::Newline);
            format!("{}: …", first.map_or("field", |first| p.slice(first.span)))
        }
    }
}
