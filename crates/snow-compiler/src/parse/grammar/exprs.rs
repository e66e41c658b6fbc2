//! Expressions: operators by precedence, suffixes, and what an expression begins with.

use super::infix::{self, Infix};
use super::{assertions, braces, channels, closures, control};
use super::{lambdas, literals, macros, paths, structs, suffixes};
use crate::ast::{Expr, ExprKind, Ident, Path, UnaryOp};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::lists::Commas;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

/// Any expression.
pub(crate) fn expr(p: &mut Parser) -> Expr {
    p.deeper(error, |p| {
        p.beside(|p| {
            let result = binary(p, 0);
            p.grow();
            result
        })
    })
}

/// A node for what has been reported.
pub(crate) fn error(span: Span) -> Expr {
    Expr {
        kind: ExprKind::Error,
        span,
    }
}

/// Operators of at least that level.
pub(crate) fn binary(p: &mut Parser, least: usize) -> Expr {
    let start = p.span();
    let mut left = unary(p);
    while !p.recovering {
        if p.at(TokenKind::Newline) && least <= 1 && pipe_begins_next_line(p) {
            p.eat_newlines();
        }
        if let Some(left_out) = infix::opt_contained(p, &left, least) {
            left = left_out;
            continue;
        }
        let Some(operator) = Infix::next(p).filter(|found| found.level() >= least) else {
            break;
        };
        if p.at_double_greater() {
            break;
        }
        let op_span = infix::sign(p);
        if let Infix::Op(op) = operator {
            if suffixes::changes_in_place(p, op, &left, op_span) {
                return error(p.span_from(start));
            }
        }
        p.eat_newlines();
        let right = Box::new(p.beside(|p| binary(p, operator.level_on_the_right())));
        p.grow();
        let kind = match operator {
            Infix::Pipe => ExprKind::Pipe {
                left: Box::new(left),
                right,
            },
            Infix::Op(op) => ExprKind::Binary {
                op,
                left: Box::new(left),
                right,
                op_span,
            },
            Infix::Unknown => ExprKind::Error,
        };
        left = Expr {
            kind,
            span: p.span_from(start),
        };
    }
    left
}

fn pipe_begins_next_line(p: &Parser) -> bool {
    let mut following = p.lexed.tokens[p.index()..].iter().map(|token| token.kind);
    following.find(|kind| *kind != TokenKind::Newline) == Some(TokenKind::PipeArrow)
}

fn unary(p: &mut Parser) -> Expr {
    let op = match p.kind() {
        TokenKind::Minus if p.kind_after(1) == TokenKind::Int(1 << 63) => return suffixes(p),
        TokenKind::Minus => UnaryOp::Neg,
        TokenKind::Bang | TokenKind::Not => UnaryOp::Not,
        _ => return suffixes(p),
    };
    let start = p.bump().span;
    p.deeper(error, |p| {
        let operand = Box::new(unary(p));
        p.grow();
        Expr {
            kind: ExprKind::Unary { op, operand },
            span: p.span_from(start),
        }
    })
}

/// Calls, fields, indices, struct literals and `?`.
fn suffixes(p: &mut Parser) -> Expr {
    let start = p.span();
    let mut result = atom(p);
    while !p.recovering {
        if p.at(TokenKind::Newline) && suffixes::dot_begins_next_line(p) {
            continue;
        }
        if macros::opt_sign_of_callee(p, &result) {
            continue;
        }
        let kind = match p.kind() {
            TokenKind::LeftParen if channels::at_make(p, &result) => channels::make(p, &result),
            TokenKind::LeftParen if structs::at_call(p, &result) => structs::call(p, &result),
            TokenKind::LeftParen => {
                let mut args = p.list(TokenKind::RightParen, suffixes::argument);
                if p.at(TokenKind::Do) && !p.mode.in_head && !p.recovering {
                    args.push(closures::trailing(p));
                }
                ExprKind::Call {
                    callee: Box::new(result),
                    args,
                }
            }
            TokenKind::Bang if macros::at_macro(p, &result) => match macros::call(p, &result) {
                true => continue,
                false => ExprKind::Error,
            },
            TokenKind::ColonColon if macros::at_new(p, &result) => macros::new(p, &result),
            TokenKind::ColonColon if macros::at_turbofish(p) => macros::turbofish(p),
            TokenKind::ColonColon if paths::at_path(p, &result) => paths::rest(p, result),
            TokenKind::Bang if macros::at_bang(p, &result) => macros::bang(p, result),
            TokenKind::Question if macros::at_bang(p, &result) => {
                macros::sign_of_name(p);
                continue;
            }
            TokenKind::Dot => {
                let dot = p.bump().span;
                if suffixes::called_with_dot(p, &result, dot) {
                    continue;
                }
                let name = p.any_name("the name of a field or function after `.`");
                match p.recovering {
                    true => ExprKind::Error,
                    false => ExprKind::Field {
                        base: Box::new(result),
                        name,
                    },
                }
            }
            TokenKind::LeftBracket => {
                let open = p.span();
                let mut indices = p.list(TokenKind::RightBracket, |p| suffixes::index(p, open));
                if indices.len() != 1 {
                    let place = p.span_from(start);
                    p.complain(Diagnostic::error(
                        Code::P0001,
                        place,
                        "expected one index between `[` and `]`",
                    ));
                }
                let index = indices.pop().unwrap_or_else(|| error(p.previous_span()));
                ExprKind::Index {
                    base: Box::new(result),
                    index: Box::new(index),
                }
            }
            TokenKind::LeftBrace => match upper_path(&result) {
                Some(path) => struct_literal(p, path),
                None => break,
            },
            TokenKind::Question => {
                let sign = p.bump().span;
                match suffixes::conditional(p, &result, sign) {
                    true => ExprKind::Error,
                    false => ExprKind::Try(Box::new(result)),
                }
            }
            _ => break,
        };
        p.grow();
        result = Expr {
            kind,
            span: p.span_from(start),
        };
    }
    result
}

/// `Name` or `Module.Name` written so far: what a struct literal begins with.
pub(crate) fn upper_path(e: &Expr) -> Option<Path> {
    let mut segments = Vec::new();
    let mut rest = e;
    loop {
        match &rest.kind {
            ExprKind::Name(name) if is_upper(&name.name) => {
                segments.push(name.clone());
                segments.reverse();
                return Some(Path {
                    segments,
                    span: e.span,
                });
            }
            ExprKind::Field { base, name } if is_upper(&name.name) => {
                segments.push(name.clone());
                rest = base;
            }
            _ => return None,
        }
    }
}

fn struct_literal(p: &mut Parser, path: Path) -> ExprKind {
    let open = p.bump().span;
    let fields = p.list_after(open, TokenKind::RightBrace, Commas::Optional, field);
    ExprKind::Struct { path, fields }
}

/// `name: value` in struct literals and updates.
pub(crate) fn field(p: &mut Parser) -> (Ident, Expr) {
    let name = suffixes::field_name(p);
    if let Some(value) = suffixes::foreign_field(p, &name) {
        return (name, value);
    }
    let value = if p.expect(TokenKind::Colon, "and the value of the field") {
        expr(p)
    } else {
        error(p.span())
    };
    (name, value)
}

/// `field: e` or `field.inner: e` of an update.
pub(crate) fn field_path(p: &mut Parser) -> (Vec<Ident>, Expr) {
    let mut path = vec![p.any_name("the name of a field")];
    while p.eat(TokenKind::Dot) {
        path.push(p.any_name("the name of a field"));
    }
    let value = if p.expect(TokenKind::Colon, "and the value of the field") {
        expr(p)
    } else {
        error(p.span())
    };
    (path, value)
}

/// What an expression begins with.
pub(crate) fn atom(p: &mut Parser) -> Expr {
    let start = p.span();
    let kind = match p.kind() {
        _ if p.at_misnamed() && p.kind_after(1) != TokenKind::LeftParen => {
            p.bump();
            p.leave_out();
            ExprKind::Error
        }
        TokenKind::Name if suffixes::at_lambda(p) => lambdas::lambda(p),
        TokenKind::Name if suffixes::at_form(p) => {
            suffixes::form(p);
            ExprKind::Error
        }
        TokenKind::Name if suffixes::at_new(p) => return suffixes::new(p),
        TokenKind::Name if suffixes::at_marked_string(p) => suffixes::marked_string(p),
        TokenKind::Percent if suffixes::at_marked_struct(p) => return suffixes::marked_struct(p),
        TokenKind::LeftBrace if !p.recovering => braces::expression(p),
        TokenKind::Colon if braces::at_atom(p) => {
            braces::atom(p);
            ExprKind::Error
        }
        TokenKind::Bar | TokenKind::OrOr => match lambdas::bars(p) {
            Some(closure) => closure,
            None => {
                no_expression(p);
                ExprKind::Error
            }
        },
        TokenKind::Unknown => match lambdas::capture(p) {
            Some(closure) => closure,
            None => {
                no_expression(p);
                ExprKind::Error
            }
        },
        TokenKind::Less => match channels::opt_received(p) {
            Some(reported) => return reported,
            None => {
                no_expression(p);
                ExprKind::Error
            }
        },
        TokenKind::Name if assertions::at_assert(p) => assertions::assertion(p),
        TokenKind::Name => ExprKind::Name(p.name("a name")),
        TokenKind::Int(magnitude) => ExprKind::Int(int(p, magnitude, false)),
        TokenKind::Minus => {
            p.bump();
            ExprKind::Int(int(p, 1 << 63, true))
        }
        TokenKind::Float(value) => {
            p.bump();
            ExprKind::Float(value)
        }
        TokenKind::StringStart => literals::string(p),
        TokenKind::True | TokenKind::False => ExprKind::Bool(p.bump().kind == TokenKind::True),
        TokenKind::Nil => {
            p.bump();
            ExprKind::Unit
        }
        TokenKind::LeftParen => {
            let mut parts = p.list(TokenKind::RightParen, expr);
            match parts.len() {
                0 => ExprKind::Unit,
                1 => {
                    return Expr {
                        span: p.span_from(start),
                        ..parts.remove(0)
                    }
                }
                _ => ExprKind::Tuple(parts),
            }
        }
        TokenKind::LeftBracket => {
            let open = p.span();
            ExprKind::List(p.list(TokenKind::RightBracket, |p| suffixes::element(p, open)))
        }
        TokenKind::MapStart => literals::map(p),
        TokenKind::Percent if p.kind_after(1) == TokenKind::LeftBrace => {
            p.bump();
            literals::map(p)
        }
        TokenKind::BitsStart => ExprKind::Bits(literals::bits(p, expr)),
        TokenKind::If => control::if_expr(p),
        TokenKind::Case | TokenKind::Match => control::case(p),
        TokenKind::While => control::while_loop(p),
        TokenKind::For => control::for_loop(p),
        TokenKind::Receive => control::receive(p),
        TokenKind::Fn | TokenKind::Def => closures::closure(p),
        TokenKind::Break => {
            p.bump();
            ExprKind::Break
        }
        TokenKind::Continue => {
            p.bump();
            ExprKind::Continue
        }
        TokenKind::Return => {
            p.bump();
            let value = at_expr(p).then(|| Box::new(expr(p)));
            if let Some(first) = &value {
                let help = "write `return (a, b)`; what may fail answers `Ok(…)` or `Err(…)`";
                suffixes::several(p, first, help);
            }
            ExprKind::Return(value)
        }
        TokenKind::SelfWord => {
            p.bump();
            let is_pid = p.at(TokenKind::LeftParen)
                && p.delimited(|p| p.kind_after(1)) == TokenKind::RightParen;
            if is_pid {
                p.bump();
                p.delimited(Parser::bump);
                ExprKind::SelfPid
            } else {
                ExprKind::SelfValue
            }
        }
        TokenKind::Spawn => ExprKind::Spawn(primitive(p)),
        TokenKind::Send => ExprKind::Send(primitive(p)),
        TokenKind::Link => ExprKind::Link(primitive(p)),
        _ => {
            no_expression(p);
            ExprKind::Error
        }
    };
    Expr {
        kind,
        span: p.span_from(start),
    }
}

/// The arguments of `spawn`, `send` and `link`.
fn primitive(p: &mut Parser) -> Vec<Expr> {
    let word = p.bump().span;
    if p.at(TokenKind::LeftParen) {
        return p.list(TokenKind::RightParen, expr);
    }
    let message = format!(
        "expected `(` and the arguments of `{}`, found {}",
        p.slice(word),
        p.found()
    );
    p.error(
        Diagnostic::error(Code::P0001, p.span(), message)
            .also(word, "a reserved word, always called")
            .help(format!("write `{}(…)`", p.slice(word))),
    );
    Vec::new()
}

/// An integer literal of that magnitude, which is the next token.
pub(crate) fn int(p: &mut Parser, magnitude: u64, is_negative: bool) -> i64 {
    if !is_negative && magnitude > i64::MAX as u64 {
        let diagnostic =
            Diagnostic::error(Code::P0003, p.span(), "this number does not fit an Int");
        p.complain(
            diagnostic.help("an Int lies between -9223372036854775808 and 9223372036854775807"),
        );
    }
    p.bump();
    let value = magnitude as i64;
    if is_negative {
        value.wrapping_neg()
    } else {
        value
    }
}

/// True where an expression may begin.
pub(crate) fn at_expr(p: &Parser) -> bool {
    starts_expr(p.kind()) || p.at(TokenKind::Minus)
}

/// True for tokens that can only be the first of an expression (so not `-`).
pub(crate) fn starts_expr(kind: TokenKind) -> bool {
    use TokenKind::*;
    let is_literal = matches!(
        kind,
        Int(_) | Float(_) | StringStart | True | False | Nil | MapStart | BitsStart
    );
    let is_form = matches!(
        kind,
        If | Case | Match | While | For | Receive | Fn | Def | Spawn | Send | Link | SelfWord
    );
    let is_jump = matches!(kind, Break | Continue | Return);
    is_literal || is_form || is_jump || matches!(kind, Name | LeftParen | LeftBracket | Not | Bang)
}

fn no_expression(p: &mut Parser) {
    let message = format!("expected an expression, found {}", p.found());
    let diagnostic = Diagnostic::error(Code::P0001, p.span(), message);
    let kind = p.kind();
    let diagnostic = match kind {
        TokenKind::Let => diagnostic.help("a `let` is a statement: put it between `do` and `end`"),
        TokenKind::Do if !p.mode.in_head => {
            diagnostic.help("a block needs a form that it belongs to, such as `if … do` or `fn do`")
        }
        TokenKind::Dot if p.at_line_start() => diagnostic.help(
            "only `|>` may begin a line: write `value |> Module.function`, or put the `.` at the \
             end of the line above",
        ),
        _ if Infix::of(kind).is_some() && p.at_line_start() => diagnostic
            .help("only `|>` may begin a line; put other operators at the end of the line above"),
        _ if kind.is_keyword() => match kind {
            TokenKind::Do
            | TokenKind::End
            | TokenKind::Else
            | TokenKind::After
            | TokenKind::When => diagnostic,
            _ => match declared_as(p, p.slice(p.span())) {
                Some(place) => diagnostic
                    .also(place, "a reserved word")
                    .help(ONLY_BEHIND_DOT),
                None => diagnostic.help("this word is reserved and cannot be a name"),
            },
        },
        _ => diagnostic,
    };
    p.error(diagnostic);
}

/// What is said about a function whose name is a reserved word.
pub(crate) const ONLY_BEHIND_DOT: &str =
    "a function of that name is only called behind a dot: give it another name";

/// Where the file has a function whose name is that reserved word.
pub(crate) fn declared_as(p: &Parser, word: &str) -> Option<Span> {
    let mut pairs = p.lexed.tokens.windows(2);
    let found = pairs.find(|pair| {
        matches!(pair[0].kind, TokenKind::Fn | TokenKind::Def) && p.slice(pair[1].span) == word
    });
    found.map(|pair| pair[1].span)
}
