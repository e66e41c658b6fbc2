//! W0004: local names that nothing uses.

use rustc_hash::{FxHashMap, FxHashSet};

use super::texts::fills_in;
use super::{every_expr, is_meant, Warnings};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{
    Clause, Expr, ExprKind, Function, LocalId, Part, Pat, PatKind, Program, Statement,
};
use crate::source::Span;

pub(super) fn check(program: &Program, function: &Function, warnings: &mut Warnings) {
    let mut bound = Bound {
        program,
        order: Vec::new(),
        spans: FxHashMap::default(),
    };
    let mut used: FxHashSet<LocalId> = FxHashSet::default();
    for clause in &function.clauses {
        bound.add_clause(clause);
    }
    let mut texts: Vec<&str> = Vec::new();
    let mut remade: FxHashSet<LocalId> = FxHashSet::default();
    every_expr(function, &mut |expr| match &expr.kind {
        ExprKind::String(text) => texts.push(text),
        ExprKind::Interpolation(parts) => parts.iter().for_each(|part| match part {
            Part::Text(text) => texts.push(text),
            Part::Expr(_) => {}
        }),
        ExprKind::Local(local) => {
            used.insert(*local);
        }
        ExprKind::Case { arms, .. } | ExprKind::Receive { arms, .. } => {
            arms.iter().for_each(|arm| bound.add_clause(arm));
        }
        ExprKind::Closure { clauses, .. } => clauses.iter().for_each(|c| bound.add_clause(c)),
        ExprKind::For { pattern, .. } => bound.add(pattern),
        ExprKind::Block(statements) => {
            for statement in statements {
                match statement {
                    Statement::Let { pattern, value, .. } => {
                        bound.add(pattern);
                        remade.extend(remakes(program, pattern, value));
                    }
                    Statement::Expr(_) => {}
                }
            }
        }
        _ => {}
    });
    for local in bound.order {
        let name = &program.locals[local.index()].name;
        // W0009 says what is wrong with `#{name}` and `$name`.
        let is_in_text = || texts.iter().any(|text| fills_in(text, name));
        if used.contains(&local) || !is_meant(name) || is_in_text() {
            continue;
        }
        let spans = &bound.spans[&local];
        let message = format!("`{name}` is never used");
        let warning = Diagnostic::warning(Code::W0004, spans[0], message);
        if remade.contains(&local) {
            warnings.push(warning.help(format!(
                "this is a new `{name}`, which ends with its block, and the other one stays: make \
                 it the value of the block, or carry it along with `List.reduce`"
            )));
            continue;
        }
        let mut warning = warning.help(format!("write `_{name}` if that is meant"));
        for span in spans {
            warning = warning.edit(*span, format!("_{name}"));
        }
        warnings.push(warning);
    }
}

/// The local that is bound to something made from another one of its name, as in
/// `let n = n + 1`: elsewhere that changes the other one.
fn remakes(program: &Program, pattern: &Pat, value: &Expr) -> Option<LocalId> {
    let PatKind::Bind(local) = pattern.kind else {
        return None;
    };
    let name = |local: LocalId| &program.locals[local.index()].name;
    let mut work = vec![value];
    while let Some(expr) = work.pop() {
        if matches!(expr.kind, ExprKind::Local(read) if name(read) == name(local)) {
            return Some(local);
        }
        expr.children(&mut |inner| work.push(inner));
    }
    None
}

/// Where names are bound: more than once by the alternatives of a pattern.
struct Bound<'p> {
    program: &'p Program,
    order: Vec<LocalId>,
    spans: FxHashMap<LocalId, Vec<Span>>,
}

impl Bound<'_> {
    fn add_clause(&mut self, clause: &Clause) {
        clause.patterns.iter().for_each(|pattern| self.add(pattern));
    }

    fn add(&mut self, pattern: &Pat) {
        match &pattern.kind {
            PatKind::Bind(local) => self.bind(*local, pattern.span),
            PatKind::As(inner, local) => {
                self.add(inner);
                // The name ends the pattern.
                let length = self.program.locals[local.index()].name.len() as u32;
                let start = pattern.span.end.saturating_sub(length);
                self.bind(
                    *local,
                    Span {
                        start,
                        ..pattern.span
                    },
                );
            }
            PatKind::Tuple(items)
            | PatKind::Or(items)
            | PatKind::Constructor { args: items, .. } => {
                items.iter().for_each(|item| self.add(item));
            }
            PatKind::Cons(head, tail) => {
                self.add(head);
                self.add(tail);
            }
            PatKind::Bits(segments) => segments.iter().for_each(|s| self.add(&s.value)),
            PatKind::Wildcard
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Nil
            | PatKind::Error => {}
        }
    }

    fn bind(&mut self, local: LocalId, span: Span) {
        let spans = self.spans.entry(local).or_default();
        if spans.is_empty() {
            self.order.push(local);
        }
        spans.push(span);
    }
}
