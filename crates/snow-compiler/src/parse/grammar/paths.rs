//! `Module::name`, which Rust and Ruby write for what is in a module.

use super::exprs;
use crate::ast::{Expr, ExprKind, Ident, Path};
use crate::diagnostics::foreign;
use crate::lex::TokenKind;
use crate::parse::parser::{is_upper, Parser};

const MESSAGE: &str = "what is in a module follows a `.`";
const HELP: &str = "write `Module.name`";

/// The `::` between two names that touch it.
pub(crate) fn at_path(p: &Parser, base: &Expr) -> bool {
    let touch = p.touches_previous() && p.next_touches();
    let next = p.kind_after(1);
    let is_sign = p.at(TokenKind::ColonColon) && !p.mode.in_bits;
    is_sign && touch && (next == TokenKind::Name || next.is_keyword()) && is_path(base)
}

fn is_path(base: &Expr) -> bool {
    match &base.kind {
        ExprKind::Name(_) => true,
        ExprKind::Field { base, .. } => is_path(base),
        _ => false,
    }
}

/// The rest of the path.
pub(crate) fn rest(p: &mut Parser, base: Expr) -> ExprKind {
    let sign = p.bump().span;
    let name = p.any_name("a name");
    if exprs::upper_path(&base).is_some() {
        let report = p.foreign(sign, MESSAGE);
        p.habit(report.help(HELP).edit(sign, "."));
        return ExprKind::Field {
            base: Box::new(base),
            name,
        };
    }
    foreign_path(p, base, name)
}

/// `std::thread::spawn(…)`, at what follows the second name: nothing of it means anything here.
fn foreign_path(p: &mut Parser, base: Expr, name: Ident) -> ExprKind {
    let mut last = (p.slice(base.span).to_string(), name);
    while p.at(TokenKind::ColonColon) && p.next_touches() {
        p.bump();
        let name = p.any_name("a name");
        last = (last.1.name.to_string(), name);
    }
    let (module, name) = last;
    let advice = foreign::member(&module, &name.name);
    let report = p.foreign(p.span_from(base.span), MESSAGE);
    let report = report.help(advice.map_or(HELP, |(help, _)| help));
    let meant = advice.and_then(|(_, meant)| meant);
    p.habit(match meant {
        Some(meant) => report.edit(p.span_from(base.span), meant),
        None => report,
    });
    p.leave_out();
    if p.at(TokenKind::LeftParen) {
        let open = p.bump().span;
        p.delimited(|p| {
            let mut nested = 1usize;
            while nested > 0 && !p.at(TokenKind::EndOfFile) {
                match p.kind() {
                    TokenKind::LeftParen => nested += 1,
                    TokenKind::RightParen => nested -= 1,
                    _ if p.at_hard_stop() && p.is_outdented(open) => break,
                    _ => {}
                }
                p.skip_token();
            }
        });
    }
    ExprKind::Error
}

/// `Type::Variant` as a pattern, behind `Type`.
pub(crate) fn opt_variant(p: &mut Parser, mut path: Path) -> Path {
    let next_is_upper = |p: &Parser| {
        let next = p.lexed.tokens.get(p.index() + 1);
        next.is_some_and(|next| next.kind == TokenKind::Name && is_upper(p.slice(next.span)))
    };
    let first_is_upper = path.segments.first().is_some_and(|s| is_upper(&s.name));
    while first_is_upper
        && p.at(TokenKind::ColonColon)
        && p.touches_previous()
        && p.next_touches()
        && next_is_upper(p)
    {
        let sign = p.bump().span;
        let report = p.foreign(sign, MESSAGE);
        p.habit(report.help(HELP).edit(sign, "."));
        let name = p.name("a name");
        path.span = path.span.to(name.span);
        path.segments.push(name);
    }
    path
}
