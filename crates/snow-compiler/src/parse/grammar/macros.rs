//! Calls that Rust writes with `!` and `::`: macros, constructors by the name `new`, and types between
//! a name and its arguments.

use super::exprs;
use super::exprs::expr;
use crate::ast::{Expr, ExprKind};
use crate::diagnostics::foreign;
use crate::lex::TokenKind;
use crate::parse::parser::Parser;

/// `println!(` or `vec![`.
pub(crate) fn at_macro(p: &Parser, callee: &Expr) -> bool {
    let is_named = matches!(callee.kind, ExprKind::Name(_));
    let opens = matches!(
        p.kind_after(1),
        TokenKind::LeftParen | TokenKind::LeftBracket
    );
    is_named && opens && p.touches_previous() && p.next_touches()
}

/// `File.read!(` and `File.exists?(`.
pub(crate) fn at_bang(p: &Parser, callee: &Expr) -> bool {
    let is_member = matches!(callee.kind, ExprKind::Field { .. });
    let opens = p.kind_after(1) == TokenKind::LeftParen && p.next_touches();
    is_member && opens && p.touches_previous()
}

/// The call behind the `!`.
pub(crate) fn bang(p: &mut Parser, callee: Expr) -> ExprKind {
    let sign = p.bump().span;
    let name = p.slice(callee.span);
    let args = p.list(TokenKind::RightParen, super::suffixes::argument);
    let behind = p.last_end();
    let report = p.foreign(sign, "a name has no `!`");
    let help = format!(
        "write `{name}(…)`, which answers an Option or a Result where it may fail; `.unwrap()` \
         behind it panics then"
    );
    p.habit(report.help(help).edit(sign, "").edit(behind, ".unwrap()"));
    p.leave_out();
    ExprKind::Call {
        callee: Box::new(callee),
        args,
    }
}

/// `?` or `!` at the end of the name of a function that is declared here.
pub(crate) fn opt_sign_of_name(p: &mut Parser) {
    let is_sign = matches!(p.kind(), TokenKind::Question | TokenKind::Bang);
    if is_sign && p.touches_previous() && !p.recovering {
        sign_of_name(p);
    }
}

/// The `?` or `!` of a name.
pub(crate) fn sign_of_name(p: &mut Parser) {
    let sign = p.bump().span;
    let report = p.foreign(sign, format!("a name has no `{}`", p.slice(sign)));
    p.habit(report.help("leave it out").edit(sign, ""));
}

/// The same where such a function is called; true when there was one.
pub(crate) fn opt_sign_of_callee(p: &mut Parser, callee: &Expr) -> bool {
    if !matches!(p.kind(), TokenKind::Question | TokenKind::Bang) || !at_macro(p, callee) {
        return false;
    }
    let (name, sign) = (p.slice(callee.span), p.kind());
    let is_declared = p.lexed.tokens.windows(3).any(|tokens| {
        matches!(tokens[0].kind, TokenKind::Fn | TokenKind::Def)
            && p.slice(tokens[1].span) == name
            && tokens[2].kind == sign
            && tokens[1].span.end == tokens[2].span.start
    });
    if is_declared {
        sign_of_name(p);
    }
    is_declared
}

/// What is written for a macro; what stands in its place when that is a function of one argument.
fn instead(word: &str) -> (String, Option<&str>) {
    match word {
        "println" | "panic" => (format!("write `{word}(\"… ${{value}} …\")`"), Some(word)),
        "vec" => ("a list is `[a, b]`".into(), None),
        "assert" => ("write `assert condition`".into(), None),
        "assert_eq" => ("write `assert a == b`".into(), None),
        "assert_ne" => ("write `assert a != b`".into(), None),
        "todo" | "unimplemented" | "unreachable" => ("write `panic(\"…\")`".into(), None),
        _ => match foreign::value(word) {
            Some((help, meant)) => (help.into(), meant),
            None => (format!("write a function, `{word}(…)`"), Some(word)),
        },
    }
}

/// Reports one at its `!`. True when a call follows that can be read as one of a function.
pub(crate) fn call(p: &mut Parser, callee: &Expr) -> bool {
    let sign = p.bump().span;
    let (help, meant) = instead(p.slice(callee.span));
    let report = p.foreign(sign, "Snow has no macros").help(help);
    if let (Some(meant), true) = (meant, has_one_part(p)) {
        let report = report.edit(callee.span, meant).edit(sign, "");
        p.habit(report);
        return p.slice(callee.span) == meant;
    }
    p.habit(report);
    p.leave_out();
    arguments(p);
    false
}

/// Whether what stands in brackets is one argument, without a place for others in it.
fn has_one_part(p: &Parser) -> bool {
    let mut depth = 0usize;
    for token in &p.lexed.tokens[p.index()..] {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket => depth += 1,
            TokenKind::RightParen | TokenKind::RightBracket if depth == 1 => return true,
            TokenKind::RightParen | TokenKind::RightBracket => depth -= 1,
            TokenKind::Comma if depth == 1 => return false,
            TokenKind::StringText(_) if p.slice(token.span).contains('{') => return false,
            TokenKind::EndOfFile => return false,
            _ => {}
        }
    }
    false
}

fn arguments(p: &mut Parser) {
    let close = match p.kind() {
        TokenKind::LeftBracket => TokenKind::RightBracket,
        _ => TokenKind::RightParen,
    };
    p.list(close, expr);
}

/// `Type::new(` and `Type::from(`.
pub(crate) fn at_new(p: &Parser, base: &Expr) -> bool {
    let name = p.lexed.tokens.get(p.index() + 1);
    let is_new = name.is_some_and(|name| matches!(p.slice(name.span), "new" | "from"));
    is_new && p.kind_after(2) == TokenKind::LeftParen && exprs::upper_path(base).is_some()
}

/// The call behind it.
pub(crate) fn new(p: &mut Parser, base: &Expr) -> ExprKind {
    let sign = p.bump().span;
    let name = p.bump().span;
    let name = p.slice(name);
    let written = p.slice(base.span);
    let help = match written {
        "String" => "a text is written `\"…\"`".to_string(),
        "Vec" => "a list is written `[…]`".to_string(),
        "HashMap" | "BTreeMap" => "a map is written `%{key => value}`".to_string(),
        "Box" | "Rc" | "Arc" | "RefCell" => {
            "values are shared by themselves: write what is in the brackets alone".to_string()
        }
        _ => format!("write `{written} {{ field: value }}`, or a function that makes one"),
    };
    let report = p
        .foreign(sign, format!("Snow has no `::{name}`"))
        .help(help);
    p.leave_out();
    let is_empty = p.kind_after(1) == TokenKind::RightParen && name == "new";
    arguments(p);
    let whole = p.span_from(base.span);
    p.complain(match collection(written).filter(|_| is_empty) {
        Some(empty) => report.edit(whole, empty),
        None => report,
    });
    ExprKind::Error
}

/// An empty one.
pub(crate) fn collection(name: &str) -> Option<&'static str> {
    match name {
        "Map" | "HashMap" | "BTreeMap" | "Dictionary" => Some("Map.new()"),
        "Set" | "HashSet" | "MapSet" => Some("Set.new()"),
        "Vec" | "Array" => Some("[]"),
        _ => None,
    }
}

/// `name::<Type>(`.
pub(crate) fn at_turbofish(p: &Parser) -> bool {
    p.touches_previous() && p.next_touches() && p.kind_after(1) == TokenKind::Less
}

/// What stands between, past the arguments.
pub(crate) fn turbofish(p: &mut Parser) -> ExprKind {
    let sign = p.bump().span;
    let report = p.foreign(sign, "types of a call are found, not written");
    p.complain(report.help(
        "leave them out; where nothing tells a type, it stands behind a name: `let x :: Type = …`",
    ));
    p.leave_out();
    super::types::opt_arguments(p);
    if p.at(TokenKind::LeftParen) {
        arguments(p);
    }
    ExprKind::Error
}
