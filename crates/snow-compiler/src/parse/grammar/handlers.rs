//! Services and their handlers.

use super::{blocks, data, items, params, types};
use crate::ast::{Handler, Ident, Item, ItemKind, Param, PatternKind, ServiceItem, TypeExpr};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::mode::Mode;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

const WITH_PARAMETERS: &str = "its `init` does: write `fn init(…) = …`, the first state";

/// `service Name do fn … call … cast … end`.
pub(crate) fn service(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = items::upper_name(p, "the name of a service");
    params::none(p, opener, WITH_PARAMETERS);
    let mut functions: Vec<Item> = Vec::new();
    let mut handlers = Vec::new();
    data::lines(p, opener, "each function or handler", |p| match p.kind() {
        _ if at_marked_handler(p) => {
            let word = p.bump().span;
            let gap = Span {
                end: p.span().start,
                ..word
            };
            let message = format!("a handler begins with `{}`", p.slice(p.span()));
            let report = p.foreign(word, message);
            let help = format!("leave out `{}`", p.slice(word));
            p.habit(report.help(help).edit(gap, ""));
            handlers.push(handler(p));
        }
        TokenKind::Call | TokenKind::Cast => handlers.push(handler(p)),
        TokenKind::Fn | TokenKind::Def if at_handler(p) => handlers.push(handler(p)),
        TokenKind::Fn | TokenKind::Def => {
            let name = p.lexed.tokens.get(p.index() + 1);
            let mode = Mode {
                in_init: name.is_some_and(|name| p.slice(name.span) == "init"),
                ..p.mode
            };
            functions.extend(p.under(mode, items::item));
        }
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

/// `def call Name` and `pub cast Name`.
fn at_marked_handler(p: &Parser) -> bool {
    use TokenKind::*;
    matches!(p.kind(), Fn | Def | Pub | Name) && matches!(p.kind_after(1), Call | Cast)
}

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
    let brackets = p.span();
    let mut params = params::opt_params(p);
    let brackets = p.span_from(brackets);
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
        } else {
            state = unnamed_state(p, &mut params, brackets);
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

const BARS: &str = "the state stands between bars, behind `do`: `do |state|`";

/// The state that a handler means and does not name, behind its `do`: a parameter `state`, or that
/// name in the body.
fn unnamed_state(p: &mut Parser, params: &mut Vec<Param>, brackets: Span) -> Option<Ident> {
    let behind = Span {
        start: p.previous_span().end,
        ..p.previous_span()
    };
    let is_state = |param: &Param| match &param.pattern.kind {
        PatternKind::Name(name) => &*name.name == STATE_NAME && param.annotation.is_none(),
        _ => false,
    };
    let at = params.iter().position(is_state);
    let named = at.map(|at| params.remove(at).pattern.span);
    let place = named.or_else(|| mentioned_state(p))?;
    let report = p.foreign(
        place,
        "the state of a service is no parameter and no name of its own",
    );
    let report = report.help(BARS);
    let report = match named {
        Some(_) => {
            let rest: Vec<&str> = params.iter().map(|param| p.slice(whole(param))).collect();
            report.edit(brackets, format!("({})", rest.join(", ")))
        }
        None => report,
    };
    p.habit(report.edit(behind, " |state|"));
    Some(Ident {
        name: STATE_NAME.into(),
        span: place,
    })
}

/// What other languages call the state.
const STATE_NAME: &str = "state";

/// A parameter with its type.
fn whole(param: &Param) -> Span {
    let ty = param.annotation.as_ref();
    ty.map_or(param.pattern.span, |ty| param.pattern.span.to(ty.span))
}

/// Where the name stands in the handler whose block has just been opened.
fn mentioned_state(p: &Parser) -> Option<Span> {
    let mut open = 1usize;
    let tokens = &p.lexed.tokens[p.index()..];
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Do => open += 1,
            TokenKind::End => open -= 1,
            TokenKind::Call | TokenKind::Cast | TokenKind::EndOfFile => return None,
            TokenKind::Name if p.slice(token.span) == STATE_NAME => {
                let next = tokens.get(at + 1).map(|next| next.kind);
                let is_field = at > 0 && tokens[at - 1].kind == TokenKind::Dot;
                let is_bound = at > 0 && tokens[at - 1].kind == TokenKind::Let;
                if is_bound {
                    return None;
                }
                if !is_field && next != Some(TokenKind::Colon) {
                    return Some(token.span);
                }
            }
            _ => {}
        }
        if open == 0 {
            return None;
        }
    }
    None
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
