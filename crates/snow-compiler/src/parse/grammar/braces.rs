//! What other languages write in braces, brackets with a bar, and behind a colon: tuples, maps,
//! lists and atoms, as expressions and as patterns.

use super::declared::{self, Declared};
use super::foreign::at;
use super::{exprs, patterns};
use crate::ast::{Expr, ExprKind, Path, Pattern, PatternKind};
use crate::lex::TokenKind;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

const ANSWER: &str = "a `call` of a service answers `(new state, reply)`, a `cast` the new state";
const ATOM: &str = "what Elixir says with an atom is a constructor: `type Answer do Yes; No end`; \
                    results are `Ok(…)` and `Err(…)`";

/// `:name`: where the two touch, and what is not `::`.
pub(crate) fn at_atom(p: &Parser) -> bool {
    let next = p.kind_after(1);
    p.at(TokenKind::Colon) && p.next_touches() && (next == TokenKind::Name || next.is_keyword())
}

/// Reads an atom, and reports it.
pub(crate) fn atom(p: &mut Parser) {
    let colon = p.bump().span;
    let name = p.bump().span;
    let report = p.foreign(colon.to(name), "Snow has no atoms");
    let help = match p.slice(name) {
        "reply" | "noreply" => ANSWER,
        _ => ATOM,
    };
    p.habit(report.help(help));
    p.leave_out();
}

/// The constructor that `{:ok, …}` and `{:error, …}` stand for, at the brace.
fn result_tuple(p: &Parser) -> Option<&'static str> {
    let tokens = &p.lexed.tokens[p.index()..];
    let [_, colon, name, comma, ..] = tokens else {
        return None;
    };
    if colon.kind != TokenKind::Colon || comma.kind != TokenKind::Comma {
        return None;
    }
    match p.slice(name.span) {
        "ok" => Some("Ok"),
        "error" | "err" => Some("Err"),
        _ => None,
    }
}

/// What the atoms of a handler's answer stand for.
enum Answer {
    /// `{:reply, reply, state}`.
    Reply,
    /// `{:noreply, state}`.
    State,
}

fn answer(p: &Parser) -> Option<Answer> {
    let [_, colon, name, comma, ..] = &p.lexed.tokens[p.index()..] else {
        return None;
    };
    if colon.kind != TokenKind::Colon || comma.kind != TokenKind::Comma {
        return None;
    }
    match p.slice(name.span) {
        "reply" => Some(Answer::Reply),
        "noreply" => Some(Answer::State),
        _ => None,
    }
}

/// The parts of `{a, b}` or `{:ok, a}`, with the report.
fn tuple<T>(p: &mut Parser, mut part: impl FnMut(&mut Parser) -> T) -> Vec<T> {
    let open = p.span();
    let constructor = result_tuple(p);
    let answer = answer(p);
    p.bump();
    // The braces are part of the same habit, which the atom's report is about.
    let is_tagged = constructor.is_none() && answer.is_none() && at_atom(p);
    let mut opening = open;
    if constructor.is_some() || answer.is_some() {
        p.bump();
        p.bump();
        opening = open.to(p.bump().span);
        // The blank behind the comma.
        opening.end = p.span().start;
    }
    let mut parts = Vec::new();
    let mut places = Vec::new();
    let mut close = None;
    p.delimited(|p| {
        while !p.at(TokenKind::RightBrace) && !p.at_hard_stop() && !p.recovering {
            let start = p.span();
            parts.push(part(p));
            places.push(p.span_from(start));
            if !p.eat(TokenKind::Comma) {
                break;
            }
        }
        if p.at(TokenKind::RightBrace) {
            close = Some(p.bump().span);
        } else {
            p.error_expected("`,` or `}`");
        }
    });
    let Some(close) = close.filter(|_| !is_tagged) else {
        p.leave_out();
        return parts;
    };
    let report = |p: &Parser, message: &str, help: &str| p.foreign(open, message).help(help);
    let report = match (answer, constructor, &places[..]) {
        (Some(Answer::Reply), _, [reply, state]) => {
            let text = format!("({}, {})", p.slice(*state), p.slice(*reply));
            report(p, "Snow has no atoms", ANSWER).edit(open.to(close), text)
        }
        (Some(Answer::State), _, [state]) => {
            let text = p.slice(*state);
            report(p, "Snow has no atoms", ANSWER).edit(open.to(close), text)
        }
        (Some(_), ..) => report(p, "Snow has no atoms", ANSWER),
        (None, Some("Ok"), [_]) if p.mode.in_init => report(
            p,
            "`init` answers the first state itself",
            "leave out `:ok`",
        )
        .edit(opening, "")
        .edit(close, ""),
        (None, Some(name), _) => report(
            p,
            "a result is `Ok(…)` or `Err(…)`",
            "write the constructor with its value in brackets",
        )
        .edit(opening, format!("{name}("))
        .edit(close, ")"),
        (None, None, _) => report(
            p,
            "a tuple stands between `(` and `)`",
            "write `(a, b)`; a map is `%{key => value}`",
        )
        .edit(open, "(")
        .edit(close, ")"),
    };
    p.habit(report);
    p.leave_out();
    parts
}

/// `{…}` where an expression is expected.
pub(crate) fn expression(p: &mut Parser) -> ExprKind {
    use TokenKind::*;
    let open = p.span();
    let tokens = &p.lexed.tokens[p.index() + 1..];
    let first = tokens.iter().find(|token| token.kind != Newline);
    let is_empty = first.is_some_and(|token| token.kind == RightBrace);
    let second = tokens.iter().filter(|token| token.kind != Newline).nth(1);
    let is_named = first.is_some_and(|token| token.kind == Name)
        && second.is_some_and(|token| token.kind == Colon);
    let is_text = first.is_some_and(|token| token.kind == StringStart);
    let has_colon = is_text && {
        let mut rest = tokens.iter().skip_while(|token| token.kind != StringEnd);
        rest.nth(1)
            .is_some_and(|token| matches!(token.kind, Colon | FatArrow))
    };
    if is_empty || has_colon {
        let report = p.foreign(open, "a map begins with `%{`");
        let report = report.help("write `%{key => value}`");
        p.habit(report.clone().edit(at(open.start, open), "%"));
        p.bump();
        return p.folded(Some(report), |p| super::literals::entries(p, open));
    }
    let is_bar = second.is_some_and(|token| token.kind == Bar);
    if is_bar && first.is_some_and(|token| token.kind == Name) {
        let report = p.foreign(open, "an update begins with `%{`");
        let report = report.help("write `%{value | field: new}`");
        p.habit(report.edit(at(open.start, open), "%"));
        return super::literals::map(p);
    }
    if is_named {
        let report = p.foreign(open, "a struct literal begins with the name of its struct");
        p.complain(report.help("write `Name { field: value }`; a map is `%{\"key\" => value}`"));
        p.list(RightBrace, exprs::field);
        p.leave_out();
        return ExprKind::Error;
    }
    ExprKind::Tuple(tuple(p, exprs::expr))
}

/// `{…}` where a pattern is expected.
pub(crate) fn pattern(p: &mut Parser) -> Pattern {
    let start = p.span();
    let parts = tuple(p, patterns::pattern);
    let span = p.span_from(start);
    let kind = PatternKind::Tuple(parts);
    Pattern { kind, span }
}

/// `%{key => value}` as a pattern, which is left out.
pub(crate) fn map_pattern(p: &mut Parser) -> Pattern {
    let open = p.span();
    let help = "look a key up: `case Map.fetch(map, key) do Some(value) -> … None -> … end`";
    let report = p.foreign(open, "maps have no patterns");
    p.habit(report.help(help));
    p.leave_out();
    p.list(TokenKind::RightBrace, |p| {
        p.skip_in_delimiters(open, TokenKind::RightBrace);
    });
    Pattern {
        kind: PatternKind::Error,
        span: p.span_from(open),
    }
}

/// `| tail ]` of a list in an expression, at the bar. `open` is its bracket.
pub(crate) fn tail_of_list(p: &mut Parser, open: Span) {
    let bar = p.bump().span;
    exprs::expr(p);
    let close = p.span();
    let report = p.foreign(bar, "lists are joined by `++`");
    let report = report.help("write `[first] ++ rest`").edit(bar, "] ++");
    p.habit(match p.at(TokenKind::RightBracket) {
        true => report.edit(close, ""),
        false => report.edit(at(close.start, open), ""),
    });
    p.leave_out();
}

/// `[h | t]`, read as a list of one pattern with two sides that bind different names.
pub(crate) fn head_and_tail(p: &mut Parser, mut parts: Vec<Pattern>, span: Span) -> PatternKind {
    let differ = match parts.last().map(|last| &last.kind) {
        Some(PatternKind::Or(choices)) => match &choices[..] {
            [head, tail] => takes_rest(tail) && names(head) != names(tail),
            _ => false,
        },
        _ => false,
    };
    if !differ {
        return PatternKind::List(parts);
    }
    let Some(Pattern {
        kind: PatternKind::Or(mut choices),
        ..
    }) = parts.pop()
    else {
        return PatternKind::Error;
    };
    let between = |left: Span, right: Span| Span {
        start: left.end,
        end: right.start,
        ..left
    };
    let open = Span {
        end: span.start + 1,
        ..span
    };
    let close = Span {
        start: span.end - 1,
        ..span
    };
    let mut report = p
        .foreign(span, "a list is taken apart by `head :: tail`")
        .help("write `(head :: tail)`; `[]` is the empty list")
        .edit(open, "(");
    let tail = choices.pop();
    parts.append(&mut choices);
    for pair in parts.windows(2) {
        report = report.edit(between(pair[0].span, pair[1].span), " :: ");
    }
    let Some(mut result) = tail else {
        return PatternKind::Error;
    };
    if let Some(head) = parts.last() {
        report = report.edit(between(head.span, result.span), " :: ");
    }
    p.habit(report.edit(close, ")"));
    while let Some(head) = parts.pop() {
        let kind = PatternKind::Cons(Box::new(head), Box::new(result));
        result = Pattern { kind, span };
    }
    result.kind
}

/// Whether a pattern may have been meant as the rest of a list: a name, or `_`.
fn takes_rest(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Name(name) => !is_upper(&name.name),
        PatternKind::Wildcard => true,
        PatternKind::Int(_)
        | PatternKind::Float(_)
        | PatternKind::String(_)
        | PatternKind::Bool(_)
        | PatternKind::Unit
        | PatternKind::Tuple(_)
        | PatternKind::Constructor { .. }
        | PatternKind::Or(_)
        | PatternKind::Cons(..)
        | PatternKind::As(..)
        | PatternKind::List(_)
        | PatternKind::Bits(_)
        | PatternKind::Error => false,
    }
}

/// Names that a pattern binds, sorted.
fn names(pattern: &Pattern) -> Vec<&str> {
    let mut found = Vec::new();
    collect(pattern, &mut found);
    found.sort_unstable();
    found
}

fn collect<'p>(pattern: &'p Pattern, found: &mut Vec<&'p str>) {
    match &pattern.kind {
        PatternKind::Name(name) if !is_upper(&name.name) => found.push(&name.name),
        PatternKind::Name(_) => {}
        PatternKind::As(inner, name) => {
            found.push(&name.name);
            collect(inner, found);
        }
        PatternKind::Cons(head, tail) => {
            collect(head, found);
            collect(tail, found);
        }
        PatternKind::Tuple(parts) | PatternKind::List(parts) | PatternKind::Or(parts) => {
            parts.iter().for_each(|part| collect(part, found));
        }
        PatternKind::Constructor { args, .. } => {
            args.iter().flatten().for_each(|part| collect(part, found));
        }
        PatternKind::Bits(segments) => {
            segments
                .iter()
                .for_each(|segment| collect(&segment.value, found));
        }
        PatternKind::Wildcard
        | PatternKind::Int(_)
        | PatternKind::Float(_)
        | PatternKind::Bool(_)
        | PatternKind::String(_)
        | PatternKind::Unit
        | PatternKind::Error => {}
    }
}

/// `Name { x }` as a pattern: structs have none, and the parts of a variant have no names.
pub(crate) fn struct_pattern(p: &mut Parser, path: Path) -> Pattern {
    let open = p.span();
    let name = path.segments.last().map_or("", |last| &*last.name);
    let found = declared::declared(p, name);
    if let Some(Declared::Variant(count)) = found {
        return variant_pattern(p, path, count);
    }
    let report = p.foreign(open, "structs have no patterns");
    p.complain(report.help(match found {
        Some(_) => "bind the whole value, and read its fields: `value.field`".to_string(),
        None => format!(
            "bind the whole value, and read its fields: `value.field`; a variant is `{name}(…)`"
        ),
    }));
    p.bump();
    let mut depth = 1usize;
    while depth > 0 && !p.at_hard_stop() && !p.at(TokenKind::Newline) {
        match p.kind() {
            TokenKind::LeftBrace => depth += 1,
            TokenKind::RightBrace => depth -= 1,
            _ => {}
        }
        p.skip_token();
    }
    p.leave_out();
    let kind = PatternKind::Error;
    let span = p.span_from(path.span);
    Pattern { kind, span }
}

/// `Circle { r: r }`, at the brace, for a variant of `count` parts.
fn variant_pattern(p: &mut Parser, path: Path, count: usize) -> Pattern {
    let open = p.span();
    let name = p.slice(path.span);
    let mark = p.mark();
    let args = p.list(TokenKind::RightBrace, |p| {
        if p.at(TokenKind::Name) && p.kind_after(1) == TokenKind::Colon {
            p.bump();
            p.bump();
        }
        patterns::pattern(p)
    });
    let is_plain = p.is_clean_since(&mark);
    let span = p.span_from(path.span);
    let written: Vec<&str> = args.iter().map(|arg| p.slice(arg.span)).collect();
    let meant = match is_plain && args.len() == count {
        true => format!("{name}({})", written.join(", ")),
        false => format!("{name}({})", vec!["_"; count].join(", ")),
    };
    if !is_plain {
        p.reset(mark);
        p.bump();
        p.skip_in_delimiters(open, TokenKind::RightBrace);
        while p.eat(TokenKind::Comma) {
            p.skip_in_delimiters(open, TokenKind::RightBrace);
        }
        p.eat(TokenKind::RightBrace);
    }
    let place = Span {
        start: open.start,
        ..span
    };
    let report = p.foreign(place, "the parts of a variant stand in round brackets");
    let report = report.help(format!("write `{meant}`"));
    if is_plain && args.len() == count {
        p.habit(report.edit(span, meant));
        let kind = PatternKind::Constructor {
            path,
            args: Some(args),
        };
        return Pattern { kind, span };
    }
    p.complain(report);
    p.leave_out();
    let kind = PatternKind::Error;
    Pattern { kind, span }
}

/// `[x * 2 for x in xs]` at the `for`: the loop is the list already.
pub(crate) fn comprehension(p: &mut Parser, body: &Expr, open: Span) {
    let word = p.span();
    let written = p.slice(body.span);
    let report = p.foreign(word, "a `for` is a list of what its body answers");
    let help = format!("write `for … in … do {written} end`, without the brackets");
    p.complain(report.help(help).also(open, "the list begins here"));
    p.leave_out();
    p.recovering = true;
    p.skip_in_delimiters(open, TokenKind::RightBracket);
    p.recovering = false;
}
