//! What stands at the top of a file, and functions wherever they stand.

use super::{
    actors, blocks, data, exprs, foreign, handlers, heads, import_paths, lambdas, literals, macros,
    params, statements, types,
};
use crate::ast::{Block, Bound, ExternItem, FnItem, Ident, Item, ItemKind, Module};
use crate::diagnostics::{Code, Diagnostic};
use crate::lex::TokenKind;
use crate::parse::habits;
use crate::parse::mode::Mode;
use crate::parse::parser::{is_upper, Parser};
use crate::source::{Name, Span};

/// A whole file.
pub(crate) fn module(p: &mut Parser) -> Module {
    let module_lines = p
        .lexed
        .docs
        .iter()
        .filter(|line| line.is_module)
        .map(|line| line.text.as_str());
    let mut module = Module {
        doc: joined(module_lines.collect()),
        items: Vec::new(),
        ..Module::default()
    };
    let mut is_complained = false;
    p.eat_separators();
    while !p.at(TokenKind::EndOfFile) {
        let before = p.index();
        let begins_item = matches!(
            p.kind(),
            TokenKind::Let | TokenKind::Terminate | TokenKind::Fn | TokenKind::Def
        );
        if p.modules > 0 && matches!(p.kind(), TokenKind::End | TokenKind::RightBrace) {
            p.bump();
            p.modules -= 1;
        } else if begins_item || p.at_item_start() || foreign::at_item(p) {
            module.items.extend(checked_item(p));
            is_complained = false;
        } else {
            stray(p, &mut is_complained);
        }
        after_item(p, before);
        if p.index() == before {
            p.bump();
        }
        p.recovering = false;
        p.eat_separators();
    }
    module
}

fn after_item(p: &mut Parser, start: usize) {
    if p.recovering {
        return p.resume(start);
    }
    if !matches!(
        p.kind(),
        TokenKind::Newline | TokenKind::Semicolon | TokenKind::EndOfFile
    ) {
        let diagnostic = Diagnostic::error(
            Code::P0001,
            p.span(),
            format!("expected the end of the line, found {}", p.found()),
        );
        p.error(diagnostic);
        p.skip_to_line_end();
    }
}

/// Something that is no item. Only the first of several in a row is reported: they have one cause.
fn stray(p: &mut Parser, is_complained: &mut bool) {
    if p.at(TokenKind::End) {
        p.is_unbalanced = true;
        if !*is_complained {
            p.error(Diagnostic::error(
                Code::P0004,
                p.span(),
                "this `end` closes nothing",
            ));
        }
        p.bump();
        p.recovering = false;
        return p.skip_to_line_end();
    }
    if habits::line_of_dashes(p) {
        return;
    }
    let start = p.span();
    if heads::opt_python_main(p) {
        return;
    }
    let mark = p.mark();
    blocks::statement(p);
    if !*is_complained && p.is_clean_since(&mark) {
        let diagnostic = Diagnostic::error(
            Code::P0004,
            p.span_from(start),
            "this statement stands outside of any function",
        );
        let help = match p.slice(start) {
            "test" | "it" | "describe" => "a test is `test \"what holds\" do … end`",
            _ => "a program begins in `fn main() do … end`",
        };
        p.complain(diagnostic.help(help));
    }
    *is_complained = true;
    p.recovering = true;
}

/// An item, noted when something in it was left out.
fn checked_item(p: &mut Parser) -> Option<Item> {
    let errors = p.errors;
    let start = p.span();
    let found = item(p);
    if p.errors > errors {
        p.unread.push(p.span_from(start));
    }
    found
}

/// An item, with `pub` and doc comment. `None` after a report.
pub(crate) fn item(p: &mut Parser) -> Option<Item> {
    let doc = doc(p);
    let start = p.span();
    let mut is_public = p.eat(TokenKind::Pub);
    let opaque = opt_opaque(p);
    if opaque.is_some() && p.at(TokenKind::Pub) {
        let help = "write `pub opaque`";
        p.complain(
            Diagnostic::error(Code::P0004, p.span(), "`pub` stands before `opaque`").help(help),
        );
        is_public |= p.eat(TokenKind::Pub);
    }
    let (word, report) = foreign::item_words(p)?;
    let terminate = p.terminate.take();
    let mode = Mode {
        in_loop: false,
        ..p.mode.block()
    };
    if word == TokenKind::Pub {
        is_public |= p.bump().kind != TokenKind::EndOfFile;
    }
    let word = if word == TokenKind::Pub {
        p.kind()
    } else {
        word
    };
    let public = is_public.then_some(start);
    let mut kind = p.deeper(
        |_| None,
        |p| p.folded(report, |p| p.under(mode, |p| item_kind(p, word, public))),
    );
    if let (Some(kind), Some(word)) = (&mut kind, opaque) {
        data::make_opaque(p, kind, word);
    }
    p.terminate = terminate;
    Some(Item {
        kind: kind?,
        is_public,
        doc,
        span: p.span_from(start),
    })
}

/// The place of `opaque`, a word that means something in front of an item only.
fn opt_opaque(p: &mut Parser) -> Option<Span> {
    (p.at_word("opaque") && p.opens_opaque_item()).then(|| p.bump().span)
}

/// `word` is what begins the item, or what was meant by the word that does.
fn item_kind(p: &mut Parser, word: TokenKind, public: Option<Span>) -> Option<ItemKind> {
    use TokenKind::*;
    let refuse_public = |p: &mut Parser, what: &str| {
        if let Some(at) = public {
            p.complain(Diagnostic::error(
                Code::P0004,
                at,
                format!("`pub` cannot stand before {what}"),
            ));
        }
    };
    Some(match word {
        Fn | Def => ItemKind::Fn(function(p)),
        Struct => data::structure(p),
        Type => data::sum_or_alias(p),
        Interface => data::interface(p),
        Impl => {
            refuse_public(p, "an `impl`, which is visible everywhere");
            data::implementation(p)?
        }
        Actor => actors::actor(p),
        Service => handlers::service(p),
        Supervisor => actors::supervisor(p),
        Import => {
            refuse_public(p, "an import");
            let word = p.bump().span;
            if import_paths::at_import(p) {
                return import_paths::import(p, word);
            }
            let path = p.path("the name of a module");
            import_paths::opt_alias(p, path.segments.last(), true);
            import_paths::opt_several(p);
            ItemKind::Import(path)
        }
        Name if p.at_word("from") => {
            refuse_public(p, "an import");
            from_import(p)?
        }
        Name if p.at_word("test")
            && (p.kind_after(1) == StringStart || statements::at_named_test(p)) =>
        {
            refuse_public(p, "a test");
            test(p)
        }
        Name if p.at_word("extern") => external(p),
        Let => constant(p),
        Module => {
            foreign::module(p);
            return None;
        }
        Terminate => {
            p.error(Diagnostic::error(
                Code::P0004,
                p.span(),
                "`terminate` belongs into the body of an actor",
            ));
            return None;
        }
        _ => {
            p.error_expected("an item such as `fn`, `struct` or `type`");
            return None;
        }
    })
}

/// The `##` lines above the next token.
pub(crate) fn doc(p: &Parser) -> Option<Name> {
    let index = p.index();
    let blank = p.lexed.tokens[..index]
        .iter()
        .rev()
        .take_while(|token| token.kind == TokenKind::Newline)
        .count();
    let first = p
        .lexed
        .docs
        .partition_point(|line| line.before < index - blank);
    let lines = p.lexed.docs[first..]
        .iter()
        .take_while(|line| line.before < index);
    joined(
        lines
            .filter(|line| !line.is_module)
            .map(|line| line.text.as_str())
            .collect(),
    )
}

fn joined(lines: Vec<&str>) -> Option<Name> {
    (!lines.is_empty()).then(|| lines.join("\n").into())
}

/// `fn name<T>(params) -> T where … when … = e` or `do … end`.
pub(crate) fn function(p: &mut Parser) -> FnItem {
    let opener = p.span();
    let mut item = signature(p);
    body(p, &mut item, opener);
    item
}

/// `= e` or `do … end` of a function whose signature has been read.
pub(crate) fn body(p: &mut Parser, item: &mut FnItem, opener: Span) {
    if p.at(TokenKind::LeftOut) {
        let place = p.bump().span;
        item.body = blocks::of_expression(exprs::error(place));
        return;
    }
    let is_elixirs = p.at(TokenKind::Comma)
        && p.kind_after(1) == TokenKind::Do
        && p.kind_after(2) == TokenKind::Colon;
    if is_elixirs {
        let start = p.bump().span;
        p.bump();
        let place = start.to(p.span());
        let report = p.foreign(place, "expected `=`, found `, do:`");
        let help = "a body that is one expression stands behind `=`";
        p.habit(report.help(help).edit(place, " ="));
    }
    if is_elixirs || p.at(TokenKind::Equal) {
        p.bump();
        p.eat_newlines();
        if p.at_foreign_line(opener) {
            p.error_expected("an expression");
        }
        let value = if p.recovering {
            exprs::error(p.span())
        } else {
            exprs::expr(p)
        };
        let value = lambdas::opt_arrow(p, value);
        item.body = blocks::of_expression(value);
        item.is_expression = true;
    } else if p.at(TokenKind::Do) || p.recovering {
        item.body = blocks::do_block(p, opener);
    } else {
        let message = format!(
            "expected `do` or `=` and the body of the function, found {}",
            p.found()
        );
        if !p.at(TokenKind::LeftBrace) && !p.at(TokenKind::Colon) {
            let help = "write `= expression`, or statements between `do` and `end`; what stands \
                        behind `->` is the type of the result";
            p.error(Diagnostic::error(Code::P0001, p.span(), message).help(help));
        }
        item.body = blocks::do_block(p, opener);
    }
}

/// A function up to its body.
pub(crate) fn signature(p: &mut Parser) -> FnItem {
    p.bump();
    let name = p.any_name("the name of the function");
    macros::opt_sign_of_name(p);
    let generics = types::opt_generics(p);
    let params = params::opt_params(p);
    foreign::result(p);
    let result = types::opt_result(p);
    let bounds = opt_bounds(p);
    let guard = p.eat(TokenKind::When).then(|| p.in_head(exprs::expr));
    let body = Block {
        statements: Vec::new(),
        span: Span {
            start: p.previous_span().end,
            ..p.previous_span()
        },
    };
    FnItem {
        name,
        generics,
        params,
        result,
        bounds,
        guard,
        body,
        is_expression: false,
    }
}

/// `where T: Interface, U: Other<Int>`.
pub(crate) fn opt_bounds(p: &mut Parser) -> Vec<Bound> {
    let mut bounds = Vec::new();
    if !p.eat(TokenKind::Where) {
        return bounds;
    }
    loop {
        let name = p.name("a type parameter");
        p.expect(TokenKind::Colon, "and an interface");
        let interface = p.path("an interface");
        let arguments = types::opt_arguments(p);
        bounds.push(Bound {
            name,
            interface,
            arguments,
        });
        if p.recovering || !p.eat_comma() {
            return bounds;
        }
    }
}

fn from_import(p: &mut Parser) -> Option<ItemKind> {
    let word = p.bump().span;
    if import_paths::at_import(p) {
        return import_paths::import(p, word);
    }
    let path = p.path("the name of a module");
    let mut names = Vec::new();
    if p.expect(TokenKind::Import, "and names") {
        if matches!(p.kind(), TokenKind::LeftBrace | TokenKind::LeftParen) {
            let names = import_paths::bracketed(p);
            return Some(ItemKind::FromImport { path, names });
        }
        loop {
            if p.at(TokenKind::Star) {
                let module = p.slice(path.span);
                let last = path.segments.last().map_or("", |s| &s.name);
                let help = format!(
                    "list the names, or write `import {module}` and `{last}.name` where it is used"
                );
                let message = "expected a name, found `*`";
                let report = Diagnostic::error(Code::P0001, p.bump().span, message);
                p.complain(report.help(help));
                break;
            }
            let name = p.name("a name");
            if !name.name.is_empty() {
                import_paths::opt_alias(p, Some(&name), false);
                names.push(name);
            }
            if p.recovering || !p.eat_comma() {
                break;
            }
        }
    }
    Some(ItemKind::FromImport { path, names })
}

fn test(p: &mut Parser) -> ItemKind {
    let opener = p.bump().span;
    let (name, name_span) = match p.at(TokenKind::Name) {
        true => statements::test_name(p),
        false => literals::plain_string(p, "the name of a test"),
    };
    ItemKind::Test {
        name,
        name_span,
        body: blocks::do_block(p, opener),
    }
}

fn external(p: &mut Parser) -> ItemKind {
    p.bump();
    if p.eat(TokenKind::Type) {
        let name = p.name("the name of the type");
        return ItemKind::ExternType {
            name,
            generics: types::opt_generics(p),
        };
    }
    if !matches!(p.kind(), TokenKind::Fn | TokenKind::Def) {
        p.error_expected("`fn` or `type` after `extern`");
    }
    let FnItem {
        name,
        generics,
        params,
        result,
        ..
    } = signature(p);
    p.expect(TokenKind::Equal, "and the symbol");
    p.eat_newlines();
    let symbol = literals::plain_string(p, "a symbol").0;
    ItemKind::Extern(ExternItem {
        name,
        generics,
        params,
        result,
        symbol,
    })
}

fn constant(p: &mut Parser) -> ItemKind {
    p.bump();
    blocks::mutable(p);
    if p.kind().is_keyword() && p.kind_after(1) == TokenKind::Equal {
        p.reserved_ahead(0);
    }
    let name = p.name("the name of the constant");
    let annotation = types::opt_annotation(p);
    p.expect(TokenKind::Equal, "and a value");
    p.eat_newlines();
    let value = if p.recovering {
        exprs::error(p.span())
    } else {
        exprs::expr(p)
    };
    ItemKind::Let {
        name,
        annotation,
        value,
    }
}

/// Reports names of types and constructors that do not begin with a capital.
pub(crate) fn upper_name(p: &mut Parser, what: &str) -> Ident {
    let name = p.name(what);
    if !name.name.is_empty() && !is_upper(&name.name) {
        let diagnostic = Diagnostic::error(
            Code::P0001,
            name.span,
            format!("{what} begins with a capital"),
        );
        p.complain(diagnostic.help("capitals tell constructors, types and modules from values"));
    }
    name
}
