//! Statements of other languages that bind several names, or run a call at another time.

use super::exprs;
use super::foreign::at;
use crate::ast::{Ident, Pattern, PatternKind, Statement};
use crate::lex::TokenKind;
use crate::parse::parser::Parser;
use crate::source::Span;

const ASIDE: &str = "work on the side is a `Job`: `Job.async(fn -> … end)`";
const LATER: &str = "write the call where the function ends; an actor has a `terminate`";
const FALLIBLE: &str = "what may fail answers one Result: `let value = …?`, or a `case` with the \
                        arms `Ok(value) -> …` and `Err(error) -> …`";
const FIELDS: &str = "bind the whole value, and read its fields: `let name = value.name`";
const ELEMENTS: &str = "a list has any number of elements: take it apart by `case`, with an arm \
                        `[a, b] -> …` and one for all others";

/// One of them; `None` where there is none, and nothing is read.
pub(crate) fn opt(p: &mut Parser) -> Option<Statement> {
    if !p.at(TokenKind::Name) {
        return None;
    }
    let next = p.kind_after(1);
    let word = p.slice(p.span());
    match next {
        TokenKind::Comma => several(p),
        TokenKind::LeftBrace | TokenKind::LeftBracket
            if matches!(word, "const" | "var" | "val") && !p.next_touches() =>
        {
            Some(taken_apart(p))
        }
        TokenKind::Name if matches!(word, "go" | "defer") => Some(postponed(p)),
        _ => None,
    }
}

/// `go f()` and `defer f()`.
fn postponed(p: &mut Parser) -> Statement {
    let word = p.bump().span;
    let is_aside = p.slice(word) == "go";
    let report = p.foreign(word, format!("Snow has no `{}`", p.slice(word)));
    let report = report.help(if is_aside { ASIDE } else { LATER });
    let is_call = !p.at_word("func") && !p.at_word("function");
    if !is_call {
        p.complain(report);
        p.skip_form(word);
        return Statement::Expr(exprs::error(word));
    }
    let gap = Span {
        end: p.span().start,
        ..word
    };
    let value = exprs::expr(p);
    let end = at(value.span.end, word);
    p.complain(match is_aside {
        true => report
            .edit(gap, "let _ = Job.async(fn -> ")
            .edit(end, " end)"),
        false => report,
    });
    Statement::Expr(value)
}

/// `a, b = pair` and `value, err := f()`.
fn several(p: &mut Parser) -> Option<Statement> {
    let tokens = &p.lexed.tokens[p.index()..];
    let pairs = tokens.chunks(2).take_while(|pair| match pair {
        [name, comma] => name.kind == TokenKind::Name && comma.kind == TokenKind::Comma,
        _ => false,
    });
    let last = pairs.count() * 2;
    let is_walrus = tokens.get(last + 1).map(|token| token.kind) == Some(TokenKind::Colon);
    let sign = tokens.get(last + 1 + usize::from(is_walrus))?;
    let is_binding = sign.kind == TokenKind::Equal && tokens[last].kind == TokenKind::Name;
    if !is_binding {
        return None;
    }
    let start = p.span();
    let names: Vec<Ident> = (0..=last / 2)
        .map(|_| {
            let name = p.name("a name");
            p.eat(TokenKind::Comma);
            name
        })
        .collect();
    let behind = p.last_end();
    let equal = p.span().to(sign.span);
    if is_walrus {
        p.bump();
    }
    p.bump();
    p.eat_newlines();
    let fails = |name: &Ident| matches!(&*name.name, "err" | "error" | "ok");
    let value = exprs::expr(p);
    if names.last().is_some_and(fails) {
        let report = p.foreign(start.to(equal), "what fails is no second value");
        p.complain(report.help(FALLIBLE));
        return Some(bound(names, exprs::error(value.span), start));
    }
    let list: Vec<&str> = names.iter().map(|name| &*name.name).collect();
    let report = p.foreign(start.to(behind), "the parts of a tuple stand in brackets");
    let report = report.help(format!("write `let ({}) = …`", list.join(", ")));
    let report = report
        .edit(at(start.start, start), "let (")
        .edit(behind, ")");
    p.habit(match is_walrus {
        true => report.edit(equal, "="),
        false => report,
    });
    Some(bound(names, value, start))
}

fn bound(names: Vec<Ident>, value: crate::ast::Expr, start: Span) -> Statement {
    let part = |name: Ident| Pattern {
        span: name.span,
        kind: match &*name.name {
            "_" => PatternKind::Wildcard,
            _ => PatternKind::Name(name),
        },
    };
    let pattern = Pattern {
        span: names.iter().fold(start, |span, name| span.to(name.span)),
        kind: PatternKind::Tuple(names.into_iter().map(part).collect()),
    };
    Statement::Let {
        span: start.to(value.span),
        pattern,
        annotation: None,
        value,
    }
}

/// `const { a, b } = value` and `const [a, b] = list`.
fn taken_apart(p: &mut Parser) -> Statement {
    let word = p.bump().span;
    let is_list = p.at(TokenKind::LeftBracket);
    let close = match is_list {
        true => TokenKind::RightBracket,
        false => TokenKind::RightBrace,
    };
    let place = p.span();
    let errors = p.errors;
    let names = p.list(close, |p| p.name("a name"));
    let whole = p.span_from(place);
    let is_plain = p.errors == errors;
    let (message, help) = match is_list {
        true => ("a `let` takes no list apart", ELEMENTS),
        false => ("structs have no patterns", FIELDS),
    };
    let report = p.foreign(whole, message).help(help);
    if !is_plain || !p.eat(TokenKind::Equal) {
        p.complain(report);
        p.recovering = true;
        p.leave_out();
        return Statement::Expr(exprs::error(whole));
    }
    let value = exprs::expr(p);
    let written = p.slice(value.span);
    let is_name = written
        .chars()
        .all(|c| c.is_alphanumeric() || "_.".contains(c));
    let line = format!("\n{}", " ".repeat(p.indentation(word.start)));
    let lets = names
        .iter()
        .map(|name| format!("let {0} = {written}.{0}", name.name));
    p.complain(match is_name && !is_list {
        true => report.edit(word.to(value.span), lets.collect::<Vec<_>>().join(&line)),
        false => report,
    });
    bound(names, exprs::error(value.span), word)
}

/// `test adds() do`: the name, read as the text that it should be.
pub(crate) fn test_name(p: &mut Parser) -> (crate::source::Name, Span) {
    let name = p.bump().span;
    if p.at(TokenKind::LeftParen) {
        p.list(TokenKind::RightParen, exprs::expr);
    }
    let whole = p.span_from(name);
    let text = p.slice(name).replace('_', " ");
    let report = p.foreign(whole, "the name of a test is a text");
    let report = report.help("a test is `test \"what holds\" do … end`");
    p.habit(report.edit(whole, format!("\"{text}\"")));
    (text.into(), whole)
}

/// Whether `test` begins such an item.
pub(crate) fn at_named_test(p: &Parser) -> bool {
    let opens = |kind| {
        matches!(
            kind,
            TokenKind::Do | TokenKind::LeftBrace | TokenKind::LeftParen
        )
    };
    p.at_word("test") && p.kind_after(1) == TokenKind::Name && opens(p.kind_after(2))
}
