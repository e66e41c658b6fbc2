//! Names that may begin at a place, and words of the language that fit there.

use lsp_types::CompletionItemKind;
use snow_compiler::hir::{
    Clause, Expr, ExprKind, FnId, Function, FunctionKind, LocalId, Meaning, Statement,
};
use snow_compiler::lex::TokenKind;
use snow_compiler::source::{FileId, Span};

use super::imports;
use super::paths::{self, declared};
use super::{add, add_function, rank, Found};
use crate::describe;
use crate::snapshot::Snapshot;
use crate::text::is_in_name;

/// Words that begin an item.
const ITEMS: &[&str] = &[
    "actor",
    "fn",
    "from",
    "impl",
    "import",
    "interface",
    "let",
    "opaque",
    "pub",
    "service",
    "struct",
    "supervisor",
    "test",
    "type",
];
/// Words that begin a statement, or end the block around it.
const STATEMENTS: &[&str] = &[
    "after",
    "assert",
    "break",
    "case",
    "continue",
    "else",
    "end",
    "false",
    "fn",
    "for",
    "if",
    "let",
    "nil",
    "not",
    "receive",
    "return",
    "self",
    "send",
    "spawn",
    "terminate",
    "true",
    "when",
    "while",
];
/// Words that begin a value.
const VALUES: &[&str] = &[
    "case", "false", "fn", "for", "if", "nil", "not", "receive", "self", "send", "spawn", "true",
];
/// Words that may follow a value.
const BEHIND: &[&str] = &["and", "as", "do", "else", "end", "in", "or", "when"];

/// Names in scope at a byte: locals, what the module declares and imports, the prelude, modules of
/// the library. `checked` has a name at the place.
pub(super) fn names(checked: &Snapshot, file: FileId, at: usize, found: &mut Found) {
    let text = checked.text(file);
    let before = text.get(..at).unwrap_or_default();
    let around = around(checked, file, at as u32);
    if let Some(function) = around {
        locals(checked, function, (file, at as u32), found);
    }
    rank(Rank::Local as u8, found);
    functions(checked, (file, true), found);
    let items = checked.ast(file).into_iter().flat_map(|m| &m.items);
    items.for_each(|item| declared(item, found));
    imports::imported(checked, file, found);
    rank(Rank::Module as u8, found);
    if let Some(prelude) = paths::prelude(checked) {
        functions(checked, (prelude, false), found);
        let items = checked.ast(prelude).into_iter().flat_map(|m| &m.items);
        let public = items.filter(|item| item.is_public);
        public.for_each(|item| declared(item, found));
    }
    for (_, source) in checked.loaded.sources.iter() {
        let is_hidden = paths::is_hidden(checked, source);
        let first = source.module.split('.').next().unwrap_or_default();
        if !is_hidden && source.is_stdlib && first != "Prelude" {
            add(&first.into(), CompletionItemKind::MODULE, None, found);
        }
    }
    rank(Rank::Library as u8, found);
    if let Some(fits) = kinds(before, around.is_some()) {
        found.retain(|_, item| item.kind.is_some_and(fits));
        return;
    }
    for word in words(before, around.is_some()) {
        add(&(*word).into(), CompletionItemKind::KEYWORD, None, found);
    }
    rank(Rank::Word as u8, found);
}

/// How near a name is: editors show what is nearer first.
#[derive(Clone, Copy)]
enum Rank {
    Local,
    Module,
    Library,
    Word,
}

/// What kinds of names fit behind a text; `None` where all do.
fn kinds(before: &str, is_in_function: bool) -> Option<fn(CompletionItemKind) -> bool> {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    let line = line.strip_prefix("pub ").unwrap_or(line);
    if line == "impl" {
        return Some(is_interface);
    }
    let begins = |words: &[&str]| words.contains(&line.split(' ').next().unwrap_or_default());
    let is_head = begins(&["fn", "def", "extern", "call", "cast", "actor"]);
    let bound = line
        .strip_prefix("let ")
        .and_then(|rest| rest.strip_suffix("::"));
    let is_annotated = bound.is_some_and(|name| name.trim().chars().all(is_in_name));
    let is_type = match line {
        line if line.ends_with("::") => is_annotated || is_head || !is_in_function,
        line if line.ends_with("->") => is_head && !line.contains(" do"),
        line => line.starts_with("impl ") && line.ends_with(" for"),
    };
    is_type.then_some(is_of_types)
}

fn is_interface(kind: CompletionItemKind) -> bool {
    [CompletionItemKind::INTERFACE, CompletionItemKind::MODULE].contains(&kind)
}

/// Whether something may stand in a type.
fn is_of_types(kind: CompletionItemKind) -> bool {
    [
        CompletionItemKind::STRUCT,
        CompletionItemKind::ENUM,
        CompletionItemKind::CLASS,
        CompletionItemKind::INTERFACE,
        CompletionItemKind::MODULE,
    ]
    .contains(&kind)
}

/// Words of the language that fit behind a text.
fn words(before: &str, is_in_function: bool) -> &'static [&'static str] {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_line_begin = line.trim().is_empty();
    if !is_in_function {
        let is_item = is_line_begin || matches!(line.trim(), "pub" | "opaque" | "pub opaque");
        return if is_item { ITEMS } else { &[] };
    }
    if is_line_begin {
        return STATEMENTS;
    }
    let line = line.trim_end();
    let word = &line[line.trim_end_matches(is_in_name).len()..];
    let ends_value = match word {
        "" => line.ends_with([')', ']', '}', '"']),
        "end" | "self" | "true" | "false" | "nil" => true,
        word => !is_word(word),
    };
    if ends_value {
        BEHIND
    } else if matches!(word, "do" | "else") || line.ends_with("->") {
        STATEMENTS
    } else {
        VALUES
    }
}

/// Whether a word is one of the language.
fn is_word(word: &str) -> bool {
    TokenKind::keyword(word).is_some() || word == "assert"
}

/// The function around a byte.
fn around(snapshot: &Snapshot, file: FileId, at: u32) -> Option<&Function> {
    let functions = snapshot.analysis.program.functions.iter();
    let around = functions.filter(|function| describe::holds(function, file, at));
    around.min_by_key(|function| function.span.end - function.span.start)
}

/// Methods of what a type parameter must support, behind its name.
pub(super) fn of_parameter(
    snapshot: &Snapshot,
    (file, at): (FileId, u32),
    name: &str,
    found: &mut Found,
) {
    let generics = around(snapshot, file, at).map(|function| &function.generics);
    let mut generics = generics.into_iter().flatten();
    if let Some((_, bounds)) = generics.find(|(known, _)| **known == *name) {
        for bound in &bounds.interfaces {
            let methods = paths::methods(snapshot, bound.interface, true);
            paths::add_methods(snapshot, methods, found);
        }
    }
}

/// Functions of a file, with those that only it may name or without.
fn functions(snapshot: &Snapshot, (file, sees_private): (FileId, bool), found: &mut Found) {
    let program = &snapshot.analysis.program;
    let module = snapshot.module_of(file);
    for (index, function) in program.functions.iter().enumerate() {
        let is_there = module == Some(function.module);
        let is_seen = is_there && (sees_private || function.is_public);
        let is_named = describe::is_free(function) && !function.name.contains('.');
        if is_seen && is_named && function.kind != FunctionKind::Test {
            let id = FnId(index as u32);
            add_function(snapshot, id, CompletionItemKind::FUNCTION, found);
        }
    }
}

/// Locals of a function that are in scope at a byte, with their types.
fn locals(snapshot: &Snapshot, function: &Function, (file, at): (FileId, u32), found: &mut Found) {
    let program = &snapshot.analysis.program;
    let mut closed = Vec::new();
    for clause in &function.clauses {
        closed_in_clause(clause, at, &mut closed);
    }
    if let Some(end) = &function.terminate {
        closed_in(end, at, &mut closed);
    }
    let is_open = |span: Span| {
        let inside = |closed: &Span| closed.start <= span.start && span.end <= closed.end;
        let is_before = function.span.start <= span.start && span.end <= at;
        span.file == file && is_before && !closed.iter().any(inside)
    };
    // The last of a name hides those before it.
    for mention in program.mentions.iter().rev() {
        let Meaning::Local(LocalId(index)) = mention.meaning else {
            continue;
        };
        let name = &program.locals[index as usize].name;
        let is_hidden = name.starts_with(['%', '_']);
        if !mention.declares || is_hidden || !is_open(mention.span) {
            continue;
        }
        let ty = snapshot.analysis.typed.local.get(index as usize);
        let detail = ty.map(|ty| describe::ty(snapshot, ty, mention.span));
        add(name, CompletionItemKind::VARIABLE, detail, found);
    }
}

fn closed_in_clause(clause: &Clause, at: u32, closed: &mut Vec<Span>) {
    if clause.span.end <= at || at < clause.span.start {
        closed.push(clause.span);
    }
    clause.children(&mut |child| closed_in(child, at, closed));
}

/// Collects parts that end before a byte: what is declared in them is not in scope there.
fn closed_in(expr: &Expr, at: u32, closed: &mut Vec<Span>) {
    if expr.span.end <= at {
        return closed.push(expr.span);
    }
    if let ExprKind::Case { arms: clauses, .. }
    | ExprKind::Receive { arms: clauses, .. }
    | ExprKind::Closure { clauses, .. } = &expr.kind
    {
        let before = clauses.iter().filter(|clause| clause.span.end <= at);
        closed.extend(before.map(|clause| clause.span));
    }
    if let ExprKind::Block(statements) = &expr.kind {
        for statement in statements {
            match statement {
                // A name is not in scope in its own value.
                Statement::Let { pattern, value, .. } if holds(value.span, at) => {
                    closed.push(pattern.span);
                }
                Statement::Let { .. } | Statement::Expr(_) => {}
            }
        }
    }
    expr.children(&mut |child| closed_in(child, at, closed));
}

fn holds(span: Span, at: u32) -> bool {
    span.start <= at && at < span.end
}
