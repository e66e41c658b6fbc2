//! Statements and items of other languages, told by their first words.

use super::{assignments, blocks, exprs, typed_functions, types};
use crate::ast::{Expr, Ident, Param, Pattern, PatternKind, Statement};
use crate::diagnostics::{foreign, Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::habits::help_of;
use crate::parse::parser::{is_upper, Parser};
use crate::source::Span;

/// A statement that another language would have; `None` where there is none, and nothing is read.
pub(crate) fn opt_statement(p: &mut Parser) -> Option<Statement> {
    let start = p.span();
    let word = p.slice(start);
    let next = p.kind_after(1);
    let on_line = !matches!(next, TokenKind::Newline | TokenKind::EndOfFile);
    if p.at(TokenKind::Name) && matches!(word, "var" | "const" | "val") && next == TokenKind::Name {
        let report = p.foreign(start, format!("expected `let`, found `{word}`"));
        p.habit(report.help("names are bound by `let`").edit(start, "let"));
        return Some(blocks::let_statement(p));
    }
    if p.at(TokenKind::Name) && next == TokenKind::Unknown {
        if let Some(found) = assignments::compound(p) {
            return Some(found);
        }
    }
    let is_walrus = p.kind_after(2) == TokenKind::Equal;
    if p.at(TokenKind::Name) && next == TokenKind::Name && is_walrus && on_line {
        return Some(typed(p));
    }
    if p.at(TokenKind::Name) && next == TokenKind::Colon && is_walrus {
        return Some(walrus(p));
    }
    let is_word = p.at(TokenKind::Name)
        || matches!(p.kind(), TokenKind::Cond | TokenKind::With)
        || matches!(p.kind(), TokenKind::Alias | TokenKind::Do);
    let advice = foreign::form(word).filter(|_| is_word && on_line && begins_form(p))?;
    let report = p.foreign(start, format!("Snow has no `{word}`"));
    p.complain(report.help(advice));
    p.skip_form(start);
    Some(Statement::Expr(exprs::error(start)))
}

/// Whether what follows a word can only be a form: a word behind a word, a block, or brackets and a
/// brace.
pub(crate) fn begins_form(p: &Parser) -> bool {
    use TokenKind::*;
    match p.kind_after(1) {
        Do | LeftBrace => true,
        Colon => p.kind_after(2) == Newline,
        LeftParen => {
            let mut depth = 0usize;
            let mut tokens = p.lexed.tokens[p.index() + 1..].iter();
            for token in tokens.by_ref() {
                match token.kind {
                    LeftParen => depth += 1,
                    RightParen if depth == 1 => break,
                    RightParen => depth -= 1,
                    Newline | EndOfFile => return false,
                    _ => {}
                }
            }
            tokens.next().is_some_and(|token| token.kind == LeftBrace)
        }
        LeftBracket => false,
        kind => exprs::starts_expr(kind) && p.kind() != Do,
    }
}

/// `Type name = value`.
fn typed(p: &mut Parser) -> Statement {
    let place = p.span();
    let ty = p.slice(place);
    let name = p.lexed.tokens[p.index() + 1].span;
    let ty = foreign::type_name(ty).and_then(|row| row.1).unwrap_or(ty);
    let report = p.foreign(place, format!("expected `let`, found `{}`", p.slice(place)));
    let report = report.help("names are bound by `let`, and a type stands behind its name");
    let report = report.edit(place, "let");
    p.habit(match is_upper(ty) {
        true => report.edit(at(name.end, name), format!(" :: {ty}")),
        false => report,
    });
    blocks::let_statement(p)
}

/// An empty place.
pub(crate) fn at(start: u32, span: Span) -> Span {
    Span {
        start,
        end: start,
        ..span
    }
}

/// `name := value`.
fn walrus(p: &mut Parser) -> Statement {
    let name = p.name("a name");
    let sign = p.bump().span.to(p.span());
    p.bump();
    let report = p.foreign(sign, "expected `let … =`, found `:=`");
    let report = report.help(format!("write `let {} = …`", name.name));
    p.habit(
        report
            .edit(at(name.span.start, name.span), "let ")
            .edit(sign, "="),
    );
    let span = name.span;
    bound(name, exprs::expr(p), span)
}

/// `let name = value`.
pub(crate) fn bound(name: Ident, value: Expr, span: Span) -> Statement {
    Statement::Let {
        pattern: Pattern {
            span: name.span,
            kind: PatternKind::Name(name),
        },
        annotation: None,
        value,
        span,
    }
}

/// What an item of another language is.
enum Meant {
    /// The word stands for this one.
    Word(&'static str),
    /// The word is left out.
    Nothing,
    /// A form of its own, with advice.
    Form(&'static str),
    /// A form that begins with a word of Snow: what is wrong about it, and advice.
    Wrong(&'static str, &'static str),
}

/// `type Name struct { … }` and `func (receiver) Name(…) { … }`.
fn of_go(p: &Parser) -> Option<Meant> {
    let is_type = p.at(TokenKind::Type) && p.kind_after(1) == TokenKind::Name;
    if is_type && p.kind_after(3) == TokenKind::LeftBrace {
        let wrong = "`struct` and `interface` stand where `type` does";
        return match p.kind_after(2) {
            TokenKind::Struct => Some(Meant::Wrong(wrong, help_of("struct"))),
            TokenKind::Interface => Some(Meant::Wrong(wrong, help_of("interface"))),
            _ => None,
        };
    }
    let is_method = p.at_word("func") && p.kind_after(1) == TokenKind::LeftParen;
    is_method.then_some(Meant::Wrong(
        "a function has no receiver in front of its name",
        "write `fn name(value :: Type, …)` beside the type: called as `value.name(…)`",
    ))
}

fn meant(p: &Parser) -> Option<Meant> {
    use TokenKind::*;
    let word = p.slice(p.span());
    let next = p.kind_after(1);
    if p.at(Alias) || p.at(With) || p.at(Cond) {
        return foreign::form(word).map(Meant::Form);
    }
    if let Some(wrong) = of_go(p) {
        return Some(wrong);
    }
    if p.at(Trait) {
        return Some(Meant::Word("interface"));
    }
    let next_word = p
        .lexed
        .tokens
        .get(p.index() + 1)
        .map(|token| p.slice(token.span));
    let is_function = matches!(next, Fn | Def | Struct | Type | Interface | Actor)
        || matches!(
            next_word,
            Some("function" | "func" | "enum" | "const" | "class" | "async" | "default")
        );
    let is_named = next == Name;
    if word == "defstruct" && next == LeftBracket {
        return foreign::form(word).map(Meant::Form);
    }
    if !p.at(Name) || !(is_named || next.is_keyword() || is_function || begins_form(p)) {
        return None;
    }
    Some(match word {
        "enum" | "data" | "union" if is_named => Meant::Word("type"),
        "record" if is_named => Meant::Word("struct"),
        "function" | "func" | "fun" | "defp" | "proc" if is_named => Meant::Word("fn"),
        "export" | "public" if is_function => Meant::Word("pub"),
        "private" | "async" | "static" | "default" if is_function => Meant::Nothing,
        "const" | "var" | "val" | "static" if is_named => Meant::Word("let"),
        "protocol" if is_named => Meant::Word("interface"),
        "defmodule" | "namespace" | "mod" if is_named => Meant::Word("module"),
        _ => Meant::Form(foreign::form(word)?),
    })
}

/// Whether an item of another language begins here.
pub(crate) fn at_item(p: &Parser) -> bool {
    meant(p).is_some() || typed_functions::begins(p)
}

/// Reads the words that do not belong here: the word that begins the item, and the report of which
/// the rest of its form is a part. `None` when the whole item was left out.
pub(crate) fn item_words(p: &mut Parser) -> Option<(TokenKind, Option<Diagnostic>)> {
    loop {
        if typed_functions::opt(p) {
            return None;
        }
        let start = p.span();
        let word = p.slice(start);
        match meant(p) {
            None => return Some((p.kind(), None)),
            Some(Meant::Form(advice)) => {
                let report = p.foreign(start, format!("Snow has no `{word}`"));
                p.habit(report.help(advice));
                p.skip_form(start);
                return None;
            }
            Some(Meant::Wrong(message, advice)) => {
                let report = p.foreign(start, message);
                p.habit(report.help(advice));
                p.skip_form(start);
                return None;
            }
            Some(Meant::Nothing) => {
                let report = p.foreign(start, format!("Snow has no `{word}`"));
                let help = match word {
                    "async" => {
                        "leave it out: any function may wait, and `Job.async` runs one aside"
                    }
                    _ => "leave it out: what is not `pub` is for its own module",
                };
                let next = p.lexed.tokens[p.index() + 1].span;
                let gap = Span {
                    end: next.start,
                    ..start
                };
                p.habit(report.help(help).edit(gap, ""));
                p.bump();
            }
            Some(Meant::Word(known)) => {
                let report = p.foreign(start, format!("expected `{known}`, found `{word}`"));
                let report = report.help(match known {
                    "let" => "names are bound by `let`".to_string(),
                    "fn" | "pub" => format!("write `{known}`"),
                    _ => help_of(known).to_string(),
                });
                let kind = TokenKind::keyword(known)?;
                if kind == TokenKind::Module {
                    // It is reported as what it is here.
                    return Some((kind, None));
                }
                p.habit(report.clone().edit(start, known));
                let is_form = matches!(known, "type" | "struct" | "interface");
                return Some((kind, is_form.then_some(report)));
            }
        }
    }
}

/// `module Name do`: files are modules, so its items are read as if they stood alone.
pub(crate) fn module(p: &mut Parser) {
    let word = p.bump().span;
    let name = p.path("the name of a module");
    let report = Diagnostic::error(
        Code::P0004,
        word,
        "modules are files and cannot be declared",
    );
    let file: Vec<String> = name
        .segments
        .iter()
        .map(|segment| snake(&segment.name))
        .collect();
    p.complain(report.help(format!(
        "move these items to a file of their own, `{}.snow`, without `{} … do` and `end`",
        file.join("/"),
        p.slice(word)
    )));
    if p.at(TokenKind::Do) || p.at(TokenKind::LeftBrace) {
        p.bump();
        p.modules += 1;
    } else {
        p.skip_form(word);
    }
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// `fn f(): Type`, `fn f() :: Type` and `fn f() Type {`.
pub(crate) fn result(p: &mut Parser) {
    let opens = matches!(p.kind_after(1), TokenKind::LeftBrace | TokenKind::Do);
    if p.at(TokenKind::Name) && opens && !p.recovering && !p.at_line_start() {
        let place = p.span();
        let report = p.foreign(place, format!("expected `->`, found {}", p.found()));
        let report = report.help("the type of a result is written after `->`");
        match foreign::type_name(p.slice(place)).and_then(|row| row.1) {
            None => p.habit(report.edit(at(place.start, place), "-> ")),
            Some(meant) => {
                p.habit(report.edit(place, format!("-> {meant}")));
                p.leave_out();
            }
        }
        p.arrow_read = true;
        return;
    }
    let is_colon = p.at(TokenKind::Colon) && !p.ends_line_after(1);
    if p.recovering || !(is_colon || p.at(TokenKind::ColonColon)) {
        return;
    }
    let place = p.span();
    let report = p.foreign(place, format!("expected `->`, found {}", p.found()));
    let text = if p.touches_previous() { " ->" } else { "->" };
    p.habit(
        report
            .help("the type of a result is written after `->`")
            .edit(place, text),
    );
    // Read by the caller as if it stood behind an arrow.
    p.bump();
    p.arrow_read = true;
}

/// `Type name` as a parameter.
pub(crate) fn at_typed_param(p: &Parser) -> bool {
    let after = p.kind_after(2);
    p.at(TokenKind::Name)
        && p.kind_after(1) == TokenKind::Name
        && matches!(after, TokenKind::Comma | TokenKind::RightParen)
}

/// The parameter, with the type read as if it stood behind its name.
pub(crate) fn typed_param(p: &mut Parser) -> Param {
    let is_type = |text: &str| is_upper(text) || foreign::type_name(text).is_some();
    let second = p.lexed.tokens[p.index() + 1].span;
    // In Go the name stands first.
    let name_first = !is_type(p.slice(p.span())) && is_type(p.slice(second));
    let first = name_first.then(|| p.name("a parameter"));
    let ty = types::type_expr(p);
    let name = first.unwrap_or_else(|| p.name("a parameter"));
    let written = p.slice(ty.span);
    let meant = foreign::type_name(written).and_then(|row| row.1);
    let place = match name_first {
        true => name.span.to(ty.span),
        false => ty.span.to(name.span),
    };
    let report = p.foreign(ty.span, "a type is written behind its name, after `::`");
    let text = format!("{} :: {}", name.name, meant.unwrap_or(written));
    let report = report.help("write `name :: Type`");
    p.habit(report.edit(place, text));
    p.leave_out();
    Param {
        pattern: Pattern {
            span: name.span,
            kind: PatternKind::Name(name),
        },
        annotation: meant.is_none().then_some(ty),
        is_self_pid: false,
    }
}
