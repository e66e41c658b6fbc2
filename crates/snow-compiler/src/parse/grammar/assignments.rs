//! Assignments, which there are none of: what is written instead.

use super::exprs;
use super::foreign::{at, bound};
use crate::ast::{Expr, ExprKind, Ident, Statement};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

const IN_LOOP: &str = "a loop changes nothing outside of it: carry the value along with \
                       `List.reduce`, or write a function that calls itself";

/// Whether a name can only mean a constant: it begins with a capital, or an item of that name stands
/// in the file and the assignment is no part of a function.
fn is_constant(p: &Parser, name: &Ident) -> bool {
    let is_item = p.indentation(name.span.start) == 0;
    let tokens = &p.lexed.tokens;
    let is_declared = || {
        tokens.windows(2).any(|pair| {
            let is_let = pair[0].kind == TokenKind::Let && p.indentation(pair[0].span.start) == 0;
            is_let && p.slice(pair[1].span) == &*name.name
        })
    };
    is_upper(&name.name) || (is_item && is_declared())
}

fn constant_advice(name: &str) -> String {
    format!(
        "`{name}` has one value everywhere: what changes has a name of its own inside of a function, \
         `let name = …`"
    )
}

/// `name += value`.
pub(crate) fn compound(p: &mut Parser) -> Option<Statement> {
    let name = p.token().span;
    let sign = p.lexed.tokens[p.index() + 1].span;
    let operator = match p.slice(sign) {
        "+=" => "+",
        "-=" => "-",
        "*=" => "*",
        "/=" => "/",
        _ => return None,
    };
    p.bump();
    p.bump();
    p.eat_newlines();
    let value = exprs::expr(p);
    p.explained.push(sign.start);
    let word = p.slice(name);
    let report = Diagnostic::error(
        Code::P0003,
        sign,
        format!("values never change, so there is no `{operator}=`"),
    );
    let target = Ident {
        name: word.into(),
        span: name,
    };
    if is_constant(p, &target) {
        p.complain(report.help(constant_advice(word)));
    } else if p.mode.in_loop {
        p.complain(report.help(IN_LOOP));
    } else {
        let is_whole = !matches!(value.kind, ExprKind::Binary { .. } | ExprKind::Pipe { .. });
        let (open, close) = if is_whole { ("", "") } else { ("(", ")") };
        let help = format!("write `let {word} = {word} {operator} …` for a new binding");
        let report = report.help(help).edit(at(name.start, name), "let ");
        let report = report.edit(sign, format!("= {word} {operator}"));
        p.complain(match is_whole {
            true => report,
            false => report
                .edit(at(value.span.start, name), open)
                .edit(at(value.span.end, name), close),
        });
    }
    p.recovering = false;
    Some(Statement::Expr(exprs::error(name)))
}

/// `target = value`, at the `=`.
pub(crate) fn assignment(p: &mut Parser, target: Expr) -> Statement {
    let place = p.span();
    let written = p.slice(target.span);
    if let ExprKind::Assert { condition, .. } = &target.kind {
        return asserted(p, condition, target.span);
    }
    let report = p.foreign(place, "values never change, so there is no assignment");
    let in_loop = p.mode.in_loop;
    p.bump();
    p.eat_newlines();
    let (report, name) = match target.kind {
        ExprKind::Name(name) if is_constant(p, &name) => {
            (report.help(constant_advice(written)), None)
        }
        ExprKind::Name(_) if in_loop => (report.help(IN_LOOP), None),
        ExprKind::Name(name) => {
            let help = format!(
                "write `let {written} = …` for a new binding of that name, or `==` to compare"
            );
            let edited = report.help(help).edit(at(target.span.start, place), "let ");
            (edited, Some(name))
        }
        ExprKind::Field { base, .. } if p.slice(base.span) == "this" => {
            let help =
                "the receiver of a method is `self`; write `%{self | field: …}`, a new value";
            (report.help(help), None)
        }
        ExprKind::Field { base, name } => {
            let help = format!(
                "write `let changed = %{{{} | {}: …}}`, a new value",
                p.slice(base.span),
                name.name
            );
            (report.help(help), None)
        }
        ExprKind::Index { base, .. } => {
            let base = p.slice(base.span);
            let help = format!(
                "write `let changed = List.set({base}, index, value)`, a new value, or `Map.put`"
            );
            (report.help(help), None)
        }
        ExprKind::Call { callee, .. } if exprs::upper_path(&callee).is_some() => {
            let help = format!(
                "what may not fit is matched by `case value do`, with the arm `{written} -> …` and \
                 one for all others"
            );
            (report.help(help), None)
        }
        _ => {
            let help = format!(
                "write `let {written} = …` for a new binding of that name, or `==` to compare"
            );
            (report.help(help), None)
        }
    };
    p.complain(report);
    let value = exprs::expr(p);
    match name {
        Some(name) => bound(name, value, target.span),
        None => {
            p.leave_out();
            Statement::Expr(exprs::error(target.span))
        }
    }
}

/// `assert value = expected` and `assert Ok(name) = value`, at the `=`.
fn asserted(p: &mut Parser, condition: &Expr, target: Span) -> Statement {
    let place = p.bump().span;
    let report = p.foreign(place, "expected a comparison, found `=`");
    let is_pattern = match &condition.kind {
        ExprKind::Call { callee, .. } => exprs::upper_path(callee).is_some(),
        _ => false,
    };
    p.complain(match is_pattern {
        true => report.help(format!(
            "write `==` to compare; a value is taken apart by `case value do`, with the arm `{} -> \
             …`",
            p.slice(condition.span)
        )),
        false => report.help("write `==` to compare").edit(place, "=="),
    });
    p.eat_newlines();
    exprs::expr(p);
    p.leave_out();
    Statement::Expr(exprs::error(target))
}
