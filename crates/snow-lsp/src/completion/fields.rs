//! Names of fields: behind the dot of a value, and where a struct is made (`P { … }`) or changed
//! (`%{p | …}`).

use lsp_types::{CompletionItemKind, Documentation};
use snow_compiler::hir::{Clause, Expr, ExprKind, Meaning, ModuleId, TypeId, TypeKind};
use snow_compiler::lex::TokenKind;
use snow_compiler::source::Span;
use snow_compiler::types::{print, Ty};

use super::{item_of, paths, Found, Typing, PLACEHOLDER};
use crate::brackets::{self, Token};
use crate::describe;
use crate::places::markdown;
use crate::snapshot::Snapshot;
use crate::text::is_in_name;

/// The braces around a place where the name of a field stands.
enum Braces {
    /// Of a struct that is made, with the name in front of them.
    Made(String),
    /// Of one that is changed.
    Changed,
}

/// Adds the fields that may be named at a place which is for them; whether it is such a place and
/// there are some.
pub(super) fn complete(typing: &Typing, found: &mut Found) -> bool {
    let Some(braces) = braces(typing.before()) else {
        return false;
    };
    let has_colon = typing.behind().trim_start().starts_with(':');
    let here = typing.snapshot.module_of(typing.file);
    match braces {
        Braces::Made(name) => {
            let snapshot = typing.snapshot;
            if let Some(id) = paths::type_named(snapshot, typing.file, &name) {
                let generics = snapshot.analysis.program.types[id.index()].generics.len();
                let letters: Vec<Ty> = (0..generics as u32).map(Ty::Param).collect();
                of_type(snapshot, here, (id, &letters), found);
            }
        }
        Braces::Changed => {
            let value = if has_colon { "" } else { ": 0" };
            let name = format!("{PLACEHOLDER}{value}");
            let closed = || typing.with(&format!("{name}}}"));
            let at = typing.place.0 as u32;
            for checked in [typing.with(&name), closed()] {
                let base = changed(
                    &checked,
                    Span {
                        file: typing.file,
                        start: at,
                        end: at,
                    },
                );
                if let Some(Ty::Con(id, arguments)) = base {
                    of_type(&checked, here, (id, &arguments), found);
                    break;
                }
            }
        }
    }
    if found.is_empty() {
        return false;
    }
    for name in written(typing) {
        found.remove(&name);
    }
    if !has_colon {
        for (name, item) in found.iter_mut() {
            item.insert_text = Some(format!("{name}: "));
        }
    }
    true
}

/// The braces that are open at the end of a text, where it is the turn of a field's name.
fn braces(before: &str) -> Option<Braces> {
    let mut tokens = tokens(before);
    // `options.limit` names the field of a field.
    let mut is_path = false;
    while let [.., (TokenKind::Name, _), (TokenKind::Dot, _)] = tokens[..] {
        tokens.truncate(tokens.len() - 2);
        is_path = true;
    }
    let (last, _) = tokens.last()?;
    let is_turn = [TokenKind::LeftBrace, TokenKind::Bar, TokenKind::Comma].contains(last);
    let open = brackets::opening(&tokens).filter(|_| is_turn)?;
    let (kind, place) = &tokens[open];
    if *kind == TokenKind::MapStart {
        return has_bar(&tokens[open + 1..]).then_some(Braces::Changed);
    }
    if *kind != TokenKind::LeftBrace || is_path {
        return None;
    }
    let name = before[..place.start].trim_end();
    let begin = name.trim_end_matches(|c| is_in_name(c) || c == '.').len();
    let name = &name[begin..];
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_type = last.starts_with(char::is_uppercase);
    is_type.then(|| Braces::Made(name.into()))
}

/// The tokens of a text, without ends of lines.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = brackets::tokens(text);
    found.retain(|(kind, _)| *kind != TokenKind::Newline);
    found
}

/// Whether a bar stands outside of all brackets.
fn has_bar(tokens: &[Token]) -> bool {
    let mut flat = brackets::flat(tokens).into_iter();
    flat.any(|index| tokens[index].0 == TokenKind::Bar)
}

/// Fields that the braces around the place name already.
fn written(typing: &Typing) -> Vec<String> {
    let before = tokens(typing.before());
    let Some(open) = brackets::opening(&before) else {
        return Vec::new();
    };
    let mut all = named(&before[open + 1..], typing.before());
    let behind = tokens(typing.behind());
    // What is named here is what may be named again.
    let is_own = behind
        .first()
        .is_some_and(|(kind, _)| *kind == TokenKind::Colon);
    let others = &behind[usize::from(is_own)..];
    all.extend(named(others, typing.behind()));
    all
}

/// Names in front of a colon, outside of all brackets.
fn named(tokens: &[Token], text: &str) -> Vec<String> {
    let flat = brackets::flat(tokens);
    let is_colon = |index: &usize| tokens[*index].0 == TokenKind::Colon;
    let colons = flat.into_iter().filter(is_colon);
    let names = colons.filter_map(|index| tokens.get(index.checked_sub(1)?));
    names
        .map(|(_, place)| text[place.clone()].to_string())
        .collect()
}

/// The type of what is changed around a place.
fn changed(snapshot: &Snapshot, at: Span) -> Option<Ty> {
    let mut found = None;
    for function in &snapshot.analysis.program.functions {
        if function.span.file == at.file {
            for clause in &function.clauses {
                in_clause(clause, at, &mut found);
            }
            if let Some(end) = &function.terminate {
                in_expr(end, at, &mut found);
            }
        }
    }
    let base: &Expr = found?;
    snapshot.analysis.typed.expr.get(base.id.index()).cloned()
}

fn in_clause<'e>(clause: &'e Clause, at: Span, found: &mut Option<&'e Expr>) {
    clause.children(&mut |child| in_expr(child, at, found));
}

fn in_expr<'e>(expr: &'e Expr, at: Span, found: &mut Option<&'e Expr>) {
    if let ExprKind::Update { base, fields } = &expr.kind {
        let is_here = |span: &Span| span.file == at.file && span.start == at.start;
        if fields.iter().any(|(_, span, _)| is_here(span)) {
            *found = Some(base);
        }
    }
    expr.children(&mut |child| in_expr(child, at, found));
}

/// Adds the fields of a struct that a module may name, each with its type and its `##`.
pub(super) fn of_type(
    snapshot: &Snapshot,
    here: Option<ModuleId>,
    (id, arguments): (TypeId, &[Ty]),
    found: &mut Found,
) {
    let program = &snapshot.analysis.program;
    let def = &program.types[id.index()];
    let TypeKind::Struct(fields) = &def.kind else {
        return;
    };
    if !here.is_some_and(|here| program.may_open(here, id)) {
        return;
    }
    for (index, (name, ty)) in fields.iter().enumerate() {
        let ty = ty.substitute(arguments);
        let detail = print::ty(program, &ty, &def.generics);
        let mut made = item_of(name, CompletionItemKind::FIELD, Some(detail));
        let meaning = Meaning::Field(id, index);
        let described = describe::meaning(snapshot, &meaning, Span::default());
        let described = described.filter(|described| described.doc.is_some());
        let doc = described.map(|described| markdown(&described));
        made.documentation = doc.map(Documentation::MarkupContent);
        found.entry(name.to_string()).or_insert(made);
    }
}
