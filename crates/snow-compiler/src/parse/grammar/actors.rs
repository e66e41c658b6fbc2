//! Actors and supervisors.

use super::{blocks, braces, data, exprs, items, literals, params};
use crate::ast::{ActorItem, Child, Ident, ItemKind, SupervisorItem};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::parser::Parser;
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

const WITH_PARAMETERS: &str =
    "what children need is in the closures of a `Supervisor.spec(name, strategy, children)`, which \
     `Supervisor.start(spec)` starts";

/// `supervisor Name do clauses end`.
pub(crate) fn supervisor(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = items::upper_name(p, "the name of a supervisor");
    params::none(p, opener, WITH_PARAMETERS);
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
            "strategy" => once(p, &mut item.strategy, &key, |p| word(p, "a strategy")),
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
            "restart" => once(p, &mut child.restart, &key, |p| word(p, "a restart type")),
            "shutdown" => once(p, &mut child.shutdown, &key, |p| {
                match p.at(TokenKind::Name) || p.at(TokenKind::Colon) {
                    true => {
                        let word = word(p, "a shutdown");
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

/// A word of a clause, which Elixir writes as an atom and others as a text.
fn word(p: &mut Parser, what: &str) -> Ident {
    let start = p.span();
    let is_atom = braces::at_atom(p);
    if !is_atom && !p.at(TokenKind::StringStart) {
        return p.name(what);
    }
    let (text, whole) = match is_atom {
        true => {
            p.bump();
            let name = p.bump().span;
            (p.slice(name).to_string(), start.to(name))
        }
        false => {
            let (text, span) = literals::plain_string(p, what);
            (text.to_string(), span)
        }
    };
    let report = p.foreign(
        whole,
        format!("expected {what}, found `{}`", p.slice(whole)),
    );
    let help = format!("it stands as a word: `{text}`");
    p.habit(report.help(help).edit(whole, text.clone()));
    Ident {
        name: text.into(),
        span: whole,
    }
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
