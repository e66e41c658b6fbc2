//! Structs, sum types, aliases, interfaces and their implementations.

use super::{blocks, exprs, items, literals, types};
use crate::ast::{Derive, DeriveOption, Ident, Path};
use crate::ast::{Field, ImplItem, InterfaceItem, ItemKind, Method, StructItem, SumItem, Variant};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::mode::Mode;
use crate::parse::parser::Parser;
use crate::source::Span;

/// `do`, one element a line, `end`.
pub(crate) fn lines<T>(
    p: &mut Parser,
    opener: Span,
    what: &str,
    mut line: impl FnMut(&mut Parser) -> T,
) -> Vec<T> {
    let mut elements = Vec::new();
    if !blocks::open(p, opener) {
        return elements;
    }
    let mode = p.mode.block();
    p.in_form(|p| {
        p.under(mode, |p| {
            p.eat_separators();
            while !p.at(TokenKind::EndOfFile)
                && (!p.at(TokenKind::End) || p.kind_after(1) == TokenKind::ColonColon)
                && !p.at_foreign_line(opener)
                && !p.at_closer()
            {
                let before = p.index();
                elements.push(line(p));
                after_line(p, what, before);
                if p.index() == before {
                    blocks::report_stuck(p, what);
                }
                p.eat_separators();
            }
        })
    });
    blocks::end(p, opener);
    elements
}

fn after_line(p: &mut Parser, what: &str, start: usize) {
    let at_end = matches!(
        p.kind(),
        TokenKind::Newline | TokenKind::Semicolon | TokenKind::End | TokenKind::EndOfFile
    );
    let comma = p.span();
    if !p.recovering && p.at(TokenKind::Comma) {
        let text = if p.ends_line_after(1) || p.kind_after(1) == TokenKind::RightBrace {
            ""
        } else {
            ";"
        };
        let report = p.foreign(
            comma,
            format!("{what} stands on a line of its own, without commas"),
        );
        p.habit(
            report
                .help("leave out the comma; `;` separates on one line")
                .edit(comma, text),
        );
        p.bump();
        return;
    }
    if !p.recovering && !at_end && !p.at_closer() {
        let message = format!(
            "expected the end of the line after {what}, found {}",
            p.found()
        );
        let diagnostic = Diagnostic::error(Code::P0001, p.span(), message);
        let help = match p.kind() {
            TokenKind::LeftBrace => "what it holds stands in brackets: `Name(Type, Type)`".into(),
            _ => format!("write {what} on a line of its own, without commas"),
        };
        p.error(diagnostic.help(help));
    }
    if p.recovering {
        p.resume(start);
    }
}

/// `struct Name<T> do field :: type … end deriving(…)`.
pub(crate) fn structure(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = items::upper_name(p, "the name of a struct");
    let generics = types::opt_generics(p);
    let early = early_deriving(p);
    let fields = lines(p, opener, "each field", |p| {
        let doc = items::doc(p);
        if is_method(p) {
            method_of_struct(p, &name);
            return None;
        }
        let name = p.any_name("the name of a field");
        let annotation = types::opt_annotation(p);
        let missing = || p.recovering.then(|| types::error(name.span));
        let annotation = annotation.or_else(missing);
        Some(Field {
            name,
            annotation,
            doc,
        })
    });
    ItemKind::Struct(StructItem {
        name,
        generics,
        fields: fields.into_iter().flatten().collect(),
        is_opaque: false,
        deriving: late_deriving(p, early),
    })
}

/// `fn name` or `pub fn name` among the fields.
fn is_method(p: &Parser) -> bool {
    use TokenKind::*;
    let is_function = |first, second| matches!(first, Fn | Def) && second == Name;
    is_function(p.kind(), p.kind_after(1))
        || (p.at(Pub) && is_function(p.kind_after(1), p.kind_after(2)))
}

/// A function among the fields of a struct, which is read and left out.
fn method_of_struct(p: &mut Parser, name: &Ident) {
    let word = p.span();
    let report = p.foreign(word, "a struct holds fields and no functions");
    let help = format!(
        "write the function behind the `end`: `fn name(value :: {}) do … end`, called as \
         `value.name()`",
        name.name
    );
    p.habit(report.help(help));
    let found = items::item(p);
    if let Some(ItemKind::Fn(function)) = found.map(|item| item.kind) {
        p.lost_methods.push(function.name.name);
    }
}

/// `type Name<T> do Variant … end deriving(…)` or `type Name<T> = type`.
pub(crate) fn sum_or_alias(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = items::upper_name(p, "the name of a type");
    let generics = types::opt_generics(p);
    if p.at(TokenKind::Equal) && bar_follows(p) {
        return alternatives(p, name, generics);
    }
    if p.eat(TokenKind::Equal) {
        p.eat_newlines();
        return ItemKind::Alias {
            name,
            generics,
            target: types::type_expr(p),
        };
    }
    let early = early_deriving(p);
    let variants = lines(p, opener, "each variant", variant);
    ItemKind::Sum(SumItem {
        name,
        generics,
        variants,
        is_opaque: false,
        deriving: late_deriving(p, early),
    })
}

/// Whether `= A | B` stands here, on one line or with a bar before each.
fn bar_follows(p: &Parser) -> bool {
    let mut tokens = p.lexed.tokens[p.index() + 1..].iter().peekable();
    while let Some(token) = tokens.next() {
        match token.kind {
            TokenKind::Bar => return true,
            TokenKind::Newline => {
                let next = tokens.peek().map(|next| next.kind);
                if next != Some(TokenKind::Bar) {
                    return false;
                }
            }
            TokenKind::EndOfFile => return false,
            _ => {}
        }
    }
    false
}

/// `type Name = A | B`.
fn alternatives(p: &mut Parser, name: Ident, generics: Vec<Ident>) -> ItemKind {
    let equal = p.bump().span;
    let report = p.foreign(equal, "a type with variants is `type Name do … end`");
    let mut report = report
        .help("write one variant a line, between `do` and `end`")
        .edit(equal, "do");
    let mut variants = Vec::new();
    let mode = Mode {
        lines_count: false,
        ..p.mode
    };
    p.under(mode, |p| loop {
        let bar = p.span();
        if p.eat(TokenKind::Bar) {
            let text = if variants.is_empty() { "" } else { ";" };
            report.edits.push(crate::diagnostics::Edit {
                span: bar,
                text: text.into(),
            });
        }
        variants.push(variant(p));
        if !p.at(TokenKind::Bar) || p.recovering {
            break;
        }
    });
    let end = p.last_end();
    p.habit(report.edit(end, " end"));
    ItemKind::Sum(SumItem {
        name,
        generics,
        variants,
        is_opaque: false,
        deriving: opt_deriving(p),
    })
}

fn variant(p: &mut Parser) -> Variant {
    let doc = items::doc(p);
    let start = p.span();
    if p.at(TokenKind::Bar) {
        let report = p.foreign(
            start,
            "each variant stands on a line of its own, without `|`",
        );
        p.habit(report.help("leave out the `|`").edit(start, ""));
        p.bump();
    }
    let name = items::upper_name(p, "the name of a variant");
    let mut fields = Vec::new();
    if p.at(TokenKind::LeftParen) {
        fields = p.list(TokenKind::RightParen, |p| {
            let next = p.kind_after(1);
            if !matches!(next, TokenKind::ColonColon | TokenKind::Colon) {
                return (None, types::type_expr(p));
            }
            let name = p.any_name("the name of a field");
            match types::opt_annotation(p) {
                Some(ty) => (Some(name), ty),
                None => {
                    p.error_expected("`::` and the type of the field");
                    (Some(name), types::error(p.span()))
                }
            }
        });
    }
    Variant {
        name,
        fields,
        doc,
        span: p.span_from(start),
    }
}

/// `deriving(…)` in front of the `do`, where it does not belong, and its place.
fn early_deriving(p: &mut Parser) -> Option<(Vec<Derive>, Span)> {
    let start = p.span();
    let derived = opt_deriving(p).filter(|_| !p.recovering)?;
    Some((derived, p.span_from(start)))
}

/// `deriving(…)` behind the `end`, or the report of one that stood in front of the `do`.
fn late_deriving(p: &mut Parser, early: Option<(Vec<Derive>, Span)>) -> Option<Vec<Derive>> {
    let Some((derived, place)) = early else {
        return opt_deriving(p);
    };
    let report = p.foreign(place, "`deriving` stands behind the `end`");
    let report = report.help("write `end deriving(…)`");
    let gap = Span {
        end: place.end + u32::from(p.text[place.end as usize..].starts_with(' ')),
        ..place
    };
    let behind = p.last_end();
    p.habit(
        report
            .edit(gap, "")
            .edit(behind, format!(" {}", p.slice(place))),
    );
    opt_deriving(p).or(Some(derived))
}

/// `Eq, Json` behind `deriving`, without the brackets around them.
fn unbracketed_deriving(p: &mut Parser) -> Vec<Derive> {
    let first = p.span();
    let gap = Span {
        start: p.previous_span().end,
        end: first.start,
        ..first
    };
    let mut names = Vec::new();
    loop {
        let name = p.name("the name of an interface");
        names.push(Derive {
            name,
            options: Vec::new(),
        });
        if p.recovering || !p.eat(TokenKind::Comma) {
            break;
        }
    }
    let report = p.foreign(first, "the names to derive stand in brackets");
    let list: Vec<&str> = names.iter().map(|derive| &*derive.name.name).collect();
    let help = format!("write `deriving({})`", list.join(", "));
    let behind = p.last_end();
    p.habit(report.help(help).edit(gap, "(").edit(behind, ")"));
    names
}

/// `deriving(Eq, Json(tag: "type"))` on the line of the `end`.
fn opt_deriving(p: &mut Parser) -> Option<Vec<Derive>> {
    if !p.at_word("deriving") {
        return None;
    }
    p.bump();
    if p.at(TokenKind::Name) && !p.recovering {
        return Some(unbracketed_deriving(p));
    }
    if !p.at(TokenKind::LeftParen) {
        p.error_expected("`(` and the names to derive");
        return Some(Vec::new());
    }
    Some(p.list(TokenKind::RightParen, |p| {
        let name = p.name("the name of an interface");
        let has_options = !p.recovering && p.at(TokenKind::LeftParen);
        let options = has_options.then(|| p.list(TokenKind::RightParen, derive_option));
        Derive {
            name,
            options: options.unwrap_or_default(),
        }
    }))
}

/// `tag: "type"`, or a field or variant with `as "key"`, `= default` or both.
fn derive_option(p: &mut Parser) -> DeriveOption {
    const WHERE: &str = "`deriving`";
    let first = p.any_name("the name of a field or variant");
    if p.eat(TokenKind::Colon) {
        let (value, _) = literals::plain_string(p, WHERE);
        return DeriveOption::Setting { name: first, value };
    }
    let start = first.span;
    let mut segments = vec![first];
    while !p.recovering && p.eat(TokenKind::Dot) {
        segments.push(p.any_name("the name of a field"));
    }
    let path = Path {
        segments,
        span: p.span_from(start),
    };
    let mut key = None;
    if !p.recovering && p.at_word("as") {
        p.bump();
        key = Some(literals::plain_string(p, WHERE).0);
    }
    let has_default = !p.recovering && p.eat(TokenKind::Equal);
    let default = has_default.then(|| exprs::expr(p));
    if !p.recovering && key.is_none() && default.is_none() {
        p.error_expected("`as` and a key, or `=` and a default");
    }
    DeriveOption::Part { path, key, default }
}

/// `interface Name do fn method(self) -> type … end`.
pub(crate) fn interface(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let name = items::upper_name(p, "the name of an interface");
    let generics = types::opt_generics(p);
    let methods = lines(p, opener, "each method", |p| {
        let doc = items::doc(p);
        let start = p.span();
        if !matches!(p.kind(), TokenKind::Fn | TokenKind::Def) {
            p.error_expected("`fn` and a method");
        }
        let mut function = items::signature(p);
        let has_body = matches!(p.kind(), TokenKind::Do | TokenKind::Equal);
        if has_body {
            items::body(p, &mut function, start);
        }
        Method {
            function,
            has_body,
            doc,
        }
    });
    ItemKind::Interface(InterfaceItem {
        name,
        generics,
        methods,
    })
}

/// `impl Interface<T> for Type where … do fn … end`.
pub(crate) fn implementation(p: &mut Parser) -> Option<ItemKind> {
    let opener = p.bump().span;
    let interface = p.path("the name of an interface");
    let arguments = types::opt_arguments(p);
    if matches!(p.kind(), TokenKind::Do | TokenKind::LeftBrace) && !p.recovering {
        let ty = p.slice(interface.span);
        let report = p.foreign(opener, "an `impl` is of an interface, for a type");
        let help = format!(
            "functions of the file that declares `{ty}` are its methods: write them without \
             `impl`, or `impl Interface for {ty} do`"
        );
        p.complain(report.help(help));
        for item in functions(p, opener) {
            if let ItemKind::Fn(method) = item.kind {
                p.lost_methods.push(method.name.name);
            }
        }
        return None;
    }
    if !p.recovering {
        if p.at(TokenKind::Colon) && !p.recovering {
            let report = p.foreign(p.span(), "expected `for` and a type, found `:`");
            p.error(report.help("write `impl Interface for Type do … end`"));
        }
        p.expect(TokenKind::For, "and a type");
    }
    let target = p.under(
        Mode {
            in_head: true,
            ..p.mode
        },
        types::type_expr,
    );
    let bounds = items::opt_bounds(p);
    let methods = functions(p, opener);
    Some(ItemKind::Impl(ImplItem {
        interface,
        arguments,
        target,
        bounds,
        methods,
    }))
}

fn functions(p: &mut Parser, opener: Span) -> Vec<crate::ast::Item> {
    let methods = lines(p, opener, "each function", |p| {
        if !matches!(p.kind(), TokenKind::Fn | TokenKind::Def | TokenKind::Pub) {
            p.error_expected("`fn` and a method");
            return None;
        }
        items::item(p)
    });
    methods.into_iter().flatten().collect()
}

/// P0004 for what cannot be opaque.
pub(crate) fn make_opaque(p: &mut Parser, kind: &mut ItemKind, word: Span) {
    match kind {
        ItemKind::Struct(item) => item.is_opaque = true,
        ItemKind::Sum(item) => item.is_opaque = true,
        ItemKind::Alias { .. } => {
            let help = "an alias is as opaque as the type that it names: write `opaque` there, or declare a struct";
            let diagnostic = Diagnostic::error(Code::P0004, word, "an alias cannot be opaque");
            p.complain(diagnostic.help(help));
        }
        ItemKind::Fn(_)
        | ItemKind::Interface(_)
        | ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Actor(_)
        | ItemKind::Service(_)
        | ItemKind::Supervisor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::ExternType { .. }
        | ItemKind::Let { .. } => {
            let diagnostic = Diagnostic::error(
                Code::P0004,
                word,
                "`opaque` stands in front of `struct` or `type` only",
            );
            p.complain(
                diagnostic.help("remove `opaque`; an item without `pub` is for its own module"),
            );
        }
    }
}
