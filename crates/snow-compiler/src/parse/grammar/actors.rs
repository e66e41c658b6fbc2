//! Actors, services and supervisors.

use super::{blocks, data, exprs, items, params, types};
use crate::ast::{
    ActorItem, Child, Handler, Ident, Item, ItemKind, ServiceItem, SupervisorItem, TypeExpr,
};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

/// `actor name(params) do … terminate do … end … end`.
pub(crate) fn actor(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = p.name("the name of the actor");
    let params = params::opt_params(p);
    p.terminate = Some(None);
    let body = blocks::do_block(p, opener);
    let terminate = p.terminate.take().flatten();
    ItemKind::Actor(ActorItem {
        name,
        params,
        body,
        terminate,
    })
}

/// `service Name do fn … call … cast … end`.
pub(crate) fn service(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = items::upper_name(p, "the name of a service");
    let mut functions: Vec<Item> = Vec::new();
    let mut handlers = Vec::new();
    data::lines(p, opener, "each function or handler", |p| match p.kind() {
        TokenKind::Call | TokenKind::Cast => handlers.push(handler(p)),
        TokenKind::Fn | TokenKind::Def if at_handler(p) => handlers.push(handler(p)),
        TokenKind::Fn | TokenKind::Def => functions.extend(items::item(p)),
        _ => {
            let message = format!("expected `fn`, `call` or `cast`, found {}", p.found());
            let report = Diagnostic::error(Code::P0001, p.span(), message);
            p.error(report.help(STATE));
        }
    });
    ItemKind::Service(ServiceItem {
        name,
        functions,
        handlers,
    })
}

const STATE: &str = "the state is what `fn init()` answers; handlers get it between bars, `call \
                     Get() do |state|`, and answer the new one";

/// `fn Name(params) do |state|`.
fn at_handler(p: &Parser) -> bool {
    let mut tokens = p.lexed.tokens[p.index() + 1..].iter();
    let name = tokens.next();
    let is_named = name.is_some_and(|name| is_upper(p.slice(name.span)));
    let mut line = tokens.take_while(|token| token.kind != TokenKind::Newline);
    let has_block = line.any(|token| token.kind == TokenKind::Do);
    let next = line.next();
    is_named && has_block && next.is_some_and(|token| token.kind == TokenKind::Bar)
}

/// `call Name(params) :: type do |state| … end` or `cast …`.
fn handler(p: &mut Parser) -> Handler {
    let doc = items::doc(p);
    let opener = p.bump();
    if matches!(opener.kind, TokenKind::Fn | TokenKind::Def) {
        let word = p.slice(opener.span);
        let report = p.foreign(
            opener.span,
            format!("expected `call` or `cast`, found `{word}`"),
        );
        p.habit(report.help(
            "a handler that answers is a `call`, one that does not is a `cast`; both are named \
             with a capital",
        ));
        p.leave_out();
    }
    let is_call = opener.kind != TokenKind::Cast;
    let name = handler_name(p);
    let params = params::opt_params(p);
    let annotated = p.span();
    let reply = match p.at(TokenKind::Arrow) && !p.recovering {
        true => Some(arrowed(p)),
        false => types::opt_annotation(p),
    };
    if reply.is_some() && !is_call {
        let diagnostic = Diagnostic::error(
            Code::P0004,
            p.span_from(annotated),
            "a `cast` has no reply and so no type",
        );
        p.complain(diagnostic.help("use `call` when the sender waits for an answer"));
    }
    let mut state = None;
    let mut body = blocks::empty(p);
    if blocks::open(p, opener.span) {
        if p.eat(TokenKind::Bar) {
            state = Some(p.name("a name for the state"));
            p.expect(TokenKind::Bar, "after the state");
            p.recovering = false;
        }
        body = blocks::statements(p, opener.span, p.mode.block());
        blocks::end(p, opener.span);
    }
    Handler {
        is_call,
        name,
        params,
        reply,
        state,
        body,
        doc,
        span: p.span_from(opener.span),
    }
}

/// `-> type`, at the arrow.
fn arrowed(p: &mut Parser) -> TypeExpr {
    let place = p.bump().span;
    let report = p.foreign(
        place,
        "the type of a reply is written after `::`, found `->`",
    );
    p.habit(
        report
            .help("write `call Name() :: Type do`")
            .edit(place, "::"),
    );
    types::type_expr(p)
}

/// The name of a `call` or a `cast`, with the capital that it lacks.
fn handler_name(p: &mut Parser) -> Ident {
    let name = p.name("the name of a handler");
    let mut letters = name.name.chars();
    let Some(first) = letters.next().filter(|first| first.is_lowercase()) else {
        return name;
    };
    let capital = format!("{}{}", first.to_uppercase(), letters.as_str());
    let report = p.foreign(name.span, "the name of a handler begins with a capital");
    let help = "it is called by the same name in small letters: `call Add` is `Service.add(…)`";
    p.habit(report.help(help).edit(name.span, capital.clone()));
    Ident {
        name: capital.into(),
        span: name.span,
    }
}

/// `supervisor Name do clauses end`.
pub(crate) fn supervisor(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = items::upper_name(p, "the name of a supervisor");
    let mut item = SupervisorItem {
        name,
        strategy: None,
        max_restarts: None,
        max_seconds: None,
        children: Vec::new(),
    };
    data::lines(p, opener, "each clause", |p| {
        if p.at_word("child") {
            return item.children.push(child(p));
        }
        let key = p.name("`strategy`, `max_restarts`, `max_seconds` or `child`");
        if !colon(p) {
            return;
        }
        match &*key.name {
            "strategy" => once(p, &mut item.strategy, &key, |p| p.name("a strategy")),
            "max_restarts" => once(p, &mut item.max_restarts, &key, integer),
            "max_seconds" => once(p, &mut item.max_seconds, &key, integer),
            _ => unknown_key(
                p,
                &key,
                "`strategy`, `max_restarts`, `max_seconds` or `child`",
            ),
        }
    });
    ItemKind::Supervisor(item)
}

/// `child name do start: … restart: … shutdown: … end`.
fn child(p: &mut Parser) -> Child {
    let doc = items::doc(p);
    let opener = p.bump().span;
    let name = p.name("a name for the child");
    let mut child = Child {
        name,
        start: None,
        restart: None,
        shutdown: None,
        doc,
        span: opener,
    };
    data::lines(p, opener, "each clause", |p| {
        let key = p.name("`start`, `restart` or `shutdown`");
        if !colon(p) {
            return;
        }
        match &*key.name {
            "start" => once(p, &mut child.start, &key, exprs::expr),
            "restart" => once(p, &mut child.restart, &key, |p| p.name("a restart type")),
            "shutdown" => once(p, &mut child.shutdown, &key, |p| {
                match p.at(TokenKind::Name) {
                    true => {
                        let word = p.name("a shutdown");
                        let span = word.span;
                        (Err(word), span)
                    }
                    false => {
                        let (value, span) = integer(p);
                        (Ok(value), span)
                    }
                }
            }),
            _ => unknown_key(p, &key, "`start`, `restart` or `shutdown`"),
        }
    });
    child.span = p.span_from(opener);
    child
}

fn colon(p: &mut Parser) -> bool {
    if p.at(TokenKind::Equal) && !p.recovering {
        let message = format!("expected `:` and a value, found {}", p.found());
        let report = Diagnostic::error(Code::P0001, p.span(), message);
        p.error(report.help(
            "clauses are `strategy: one_for_one` and, for each child, `child name do start: fn -> \
             spawn(actor) end end`",
        ));
    }
    !p.recovering && p.expect(TokenKind::Colon, "and a value")
}

fn once<T>(p: &mut Parser, slot: &mut Option<T>, key: &Ident, read: impl FnOnce(&mut Parser) -> T) {
    let value = read(p);
    if slot.is_some() {
        p.complain(Diagnostic::error(
            Code::P0004,
            key.span,
            format!("`{}` is given twice", key.name),
        ));
    }
    *slot = Some(value);
}

fn unknown_key(p: &mut Parser, key: &Ident, known: &str) {
    let message = format!("expected {known}, found `{}`", key.name);
    p.complain(Diagnostic::error(Code::P0001, key.span, message));
    p.recovering = true;
}

/// An integer, sign included: whether it makes sense is checked later.
fn integer(p: &mut Parser) -> (i64, Span) {
    let start = p.span();
    let is_negative = p.eat(TokenKind::Minus);
    match p.kind() {
        TokenKind::Int(magnitude) => {
            let value = exprs::int(p, magnitude, is_negative);
            (value, p.span_from(start))
        }
        _ => {
            p.error_expected("a whole number");
            (0, start)
        }
    }
}
