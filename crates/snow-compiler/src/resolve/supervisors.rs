//! `supervisor Name do … end` to a function that starts it.
//!
//! In: the supervisor as parsed. Out: a public function `Name() -> Pid<Supervisor.Message>` that
//! hands its children, as data, to the library's `Supervisor.start`; `spawn(Name)` is a call of it.
//! Promised: what the clauses say is checked here (E0018 to E0021), so that the library never sees
//! an impossible specification. Never done here: types.

use crate::ast::{Child, Expr, ExprKind, FnItem, Ident, Item, ItemKind, Module, SupervisorItem};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{suggest, Code, Diagnostic, Diagnostics};
use crate::source::Span;

use super::synth as w;

/// The standard library's module that the generated functions call.
const LIBRARY: &str = "%Supervisor";

/// Words of the language and the constructors of the library that they stand for.
type Words = &'static [(&'static str, &'static str)];

const STRATEGIES: Words = &[
    ("one_for_one", "OneForOne"),
    ("one_for_all", "OneForAll"),
    ("rest_for_one", "RestForOne"),
    ("simple_one_for_one", "SimpleOneForOne"),
];

const RESTARTS: Words = &[
    ("permanent", "Permanent"),
    ("transient", "Transient"),
    ("temporary", "Temporary"),
];

/// Adds what each supervisor of the file stands for.
pub(super) fn expand(module: &mut Module, diagnostics: &mut Diagnostics) {
    let mut made = Vec::new();
    for item in &module.items {
        if let ItemKind::Supervisor(supervisor) = &item.kind {
            check(supervisor, diagnostics);
            let function = starter(supervisor, diagnostics);
            made.push(Item {
                kind: function,
                is_public: true,
                doc: item.doc.clone(),
                span: item.span,
            });
        }
    }
    module.items.append(&mut made);
}

/// What concerns more than one clause or more than its own word.
fn check(supervisor: &SupervisorItem, diagnostics: &mut Diagnostics) {
    for (index, child) in supervisor.children.iter().enumerate() {
        let same =
            |other: &&Child| !other.name.name.is_empty() && other.name.name == child.name.name;
        if let Some(first) = supervisor.children[..index].iter().find(same) {
            let message = format!("two children are named `{}`", child.name.name);
            let report = Diagnostic::error(Code::E0019, child.name.span, message);
            diagnostics.push(report.also(first.name.span, "the first one"));
        }
    }
    let is_simple = supervisor
        .strategy
        .as_ref()
        .is_some_and(|s| &*s.name == "simple_one_for_one");
    if let (true, Some(second)) = (is_simple, supervisor.children.get(1)) {
        let message =
            "`simple_one_for_one` has one child: the pattern for those that are started later";
        diagnostics.push(Diagnostic::error(Code::E0019, second.name.span, message));
    }
    for (limit, least, name) in [
        (supervisor.max_restarts, 0, "max_restarts"),
        (supervisor.max_seconds, 1, "max_seconds"),
    ] {
        if let Some((value, span)) = limit.filter(|(value, _)| *value < least) {
            let message = format!("`{name}` is at least {least}, found {value}");
            diagnostics.push(Diagnostic::error(Code::E0019, span, message));
        }
    }
}

/// `fn Name() = Supervisor.start(Supervisor.limited(Supervisor.spec("Name", strategy, [children]),
/// restarts, seconds))`.
fn starter(supervisor: &SupervisorItem, diagnostics: &mut Diagnostics) -> ItemKind {
    let span = supervisor.name.span;
    let strategy = match &supervisor.strategy {
        Some(word) => one_of(word, STRATEGIES, (Code::E0019, "strategy"), diagnostics),
        None => "OneForOne",
    };
    let children = supervisor
        .children
        .iter()
        .map(|c| child(c, diagnostics))
        .collect();
    let parts = vec![
        w::text(&supervisor.name.name, span),
        w::member(LIBRARY, strategy, span),
        w::list(children, span),
    ];
    let mut spec = library("spec", parts, span);
    if let Some((most, at)) = supervisor.max_restarts {
        spec = library("max_restarts", vec![spec, w::int(most, at)], span);
    }
    if let Some((seconds, at)) = supervisor.max_seconds {
        spec = library("max_seconds", vec![spec, w::int(seconds, at)], span);
    }
    ItemKind::Fn(FnItem {
        name: supervisor.name.clone(),
        generics: Vec::new(),
        params: Vec::new(),
        result: None,
        bounds: Vec::new(),
        guard: None,
        body: w::block(library("start", vec![spec], span)),
        is_expression: true,
    })
}

/// `Supervisor.shutdown(Supervisor.restart(Supervisor.child("name", start), Transient),
/// After(100))`.
fn child(child: &Child, diagnostics: &mut Diagnostics) -> Expr {
    let span = child.name.span;
    let start = match &child.start {
        Some(start) if check_start(start, diagnostics) => start.clone(),
        Some(start) => Expr {
            kind: ExprKind::Error,
            span: start.span,
        },
        None => {
            let message = format!("child `{}` has no `start`", child.name.name);
            diagnostics.push(Diagnostic::error(Code::E0018, span, message).help(START_HELP));
            Expr {
                kind: ExprKind::Error,
                span,
            }
        }
    };
    let mut made = library("child", vec![w::text(&child.name.name, span), start], span);
    if let Some(word) = &child.restart {
        let restart = one_of(word, RESTARTS, (Code::E0020, "restart type"), diagnostics);
        made = library(
            "restart",
            vec![made, w::member(LIBRARY, restart, word.span)],
            span,
        );
    }
    if let Some((shutdown, at)) = &child.shutdown {
        let how = match shutdown {
            Ok(ms) if *ms > 0 => w::call(
                w::member(LIBRARY, "Within", *at),
                vec![w::int(*ms, *at)],
                *at,
            ),
            Err(word) if &*word.name == "brutal_kill" => w::member(LIBRARY, "BrutalKill", *at),
            _ => {
                let message = "`shutdown` is a number of milliseconds above 0, or `brutal_kill`";
                diagnostics.push(Diagnostic::error(Code::E0021, *at, message));
                Expr {
                    kind: ExprKind::Error,
                    span: *at,
                }
            }
        };
        made = library("shutdown", vec![made, how], span);
    }
    made
}

const START_HELP: &str = "write `start: fn -> spawn(actor) end`";

/// E0018 for the usual slip, the spawn itself in the place of a function. That the function answers
/// a pid is for inference.
fn check_start(start: &Expr, diagnostics: &mut Diagnostics) -> bool {
    let is_spawn = matches!(start.kind, ExprKind::Spawn { .. });
    if is_spawn {
        let message = "the `start` of a child is a function that spawns it";
        diagnostics.push(Diagnostic::error(Code::E0018, start.span, message).help(START_HELP));
    }
    !is_spawn
}

fn one_of(
    word: &Ident,
    words: Words,
    what: (Code, &str),
    diagnostics: &mut Diagnostics,
) -> &'static str {
    if let Some((_, constructor)) = words.iter().find(|(known, _)| *known == &*word.name) {
        return constructor;
    }
    let (code, what) = what;
    let known: Vec<String> = words
        .iter()
        .map(|(known, _)| format!("`{known}`"))
        .collect();
    let parts = |word: &str| {
        let mut parts: Vec<String> = word.split('_').map(str::to_lowercase).collect();
        parts.sort_unstable();
        parts
    };
    let mut names = words.iter().map(|(known, _)| *known);
    // `all_for_one`.
    let turned = names.find(|known| parts(known) == parts(&word.name));
    let meant = turned
        .map(Correction::near)
        .or_else(|| suggest::near(&word.name, words.iter().map(|(known, _)| *known)))
        .unwrap_or_else(|| Correction::advice(format!("one of {}", known.join(", "))));
    let message = format!("unknown {what} `{}`", word.name);
    diagnostics.push(Diagnostic::error(code, word.span, message).corrected(word.span, meant));
    words[0].1
}

fn library(function: &str, args: Vec<Expr>, span: Span) -> Expr {
    w::call(w::member(LIBRARY, function, span), args, span)
}
