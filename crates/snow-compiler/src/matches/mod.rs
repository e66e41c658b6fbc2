//! Patterns to decision trees; missing cases and arms that are never reached fall out.
//!
//! In: the typed program. Out: one tree for each match that needs a decision. Promised: no value is
//! looked at twice on one path, and an arm is reached exactly when no earlier arm matches. Never
//! done here: code.
//!
//! After Luc Maranget, "Compiling pattern matching to good decision trees" (2008). The column that
//! is tested first is the first one that the first row needs: simple, and close to the paper's best
//! heuristics on patterns that people write.

mod build;
mod missing;
mod rows;
/// The trees.
pub mod tree;
mod walk;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir::{Clause, Pat, PatKind, Program};
use crate::source::Span;
use crate::types::{Ty, Typed};

use build::Builder;
use tree::{Decisions, MatchKey};

/// How a match that may fail is judged.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// `case`, `let`, `for`: an error.
    Complete,
    /// Functions and closures: a warning, and a panic when it happens.
    MayFail,
    /// `receive`: the message stays in the mailbox.
    Selective,
}

/// Decides all matches of the program.
pub fn compile(program: &Program, typed: &Typed, diagnostics: &mut Diagnostics) -> Decisions {
    let mut compiler = MatchCompiler {
        program,
        typed,
        diagnostics,
        decisions: Decisions::new(),
    };
    for (index, function) in program.functions.iter().enumerate() {
        let key = MatchKey::Function(crate::hir::FnId(index as u32));
        compiler.clauses(key, &function.clauses, function.name_span, Rule::MayFail);
        for clause in &function.clauses {
            compiler.clause(clause);
        }
        if let Some(terminate) = &function.terminate {
            compiler.expr(terminate);
        }
    }
    compiler.decisions
}

struct MatchCompiler<'p, 'd> {
    program: &'p Program,
    typed: &'p Typed,
    diagnostics: &'d mut Diagnostics,
    decisions: Decisions,
}

impl MatchCompiler<'_, '_> {
    /// Clauses of a function or closure. One clause of plain names decides nothing and gets no
    /// tree.
    fn clauses(&mut self, key: MatchKey, clauses: &[Clause], span: Span, rule: Rule) {
        let plain =
            |clause: &Clause| clause.guard.is_none() && clause.patterns.iter().all(is_plain);
        if matches!(clauses, [only] if plain(only)) || clauses.is_empty() {
            return;
        }
        self.arms(key, clauses, span, rule);
    }

    /// The arms of a match.
    fn arms(&mut self, key: MatchKey, arms: &[Clause], span: Span, rule: Rule) {
        let rows: Vec<(Vec<&Pat>, bool)> = arms
            .iter()
            .map(|arm| (arm.patterns.iter().collect(), arm.guard.is_some()))
            .collect();
        let columns = self.columns(&rows);
        let mut builder = Builder::new(self.program, columns, arms.len());
        let tree = builder.tree(&rows);
        self.decisions.insert(key, tree);
        let is_broken =
            arms.iter().flat_map(|arm| &arm.patterns).any(has_error) || builder.has_error_type();
        if is_broken {
            return;
        }
        self.report_missing(&builder.missing(), span, rule);
        // What stands below a clause of a function that takes everything is reported by `resolve`.
        let catch_all = arms
            .iter()
            .position(|arm| arm.guard.is_none() && arm.patterns.iter().all(is_plain));
        for (index, arm) in arms.iter().enumerate() {
            let said =
                rule == Rule::MayFail && catch_all.is_some_and(|catch_all| index > catch_all);
            if !builder.reached(index) && !said {
                let at = arm
                    .patterns
                    .iter()
                    .map(|p| p.span)
                    .reduce(|a, b| a.to(b))
                    .unwrap_or(arm.span);
                let text = "this arm is never reached: the ones before it match all that it could";
                self.diagnostics
                    .push(Diagnostic::warning(Code::W0001, at, text));
            }
        }
    }

    /// The pattern of a `let` or a `for`.
    fn single(&mut self, pattern: &Pat) {
        if is_plain(pattern) {
            return;
        }
        let rows = vec![(vec![pattern], false)];
        let mut builder = Builder::new(self.program, self.columns(&rows), 1);
        let tree = builder.tree(&rows);
        self.decisions.insert(MatchKey::Let(pattern.id), tree);
        if !has_error(pattern) && !builder.has_error_type() {
            self.report_missing(&builder.missing(), pattern.span, Rule::Complete);
        }
    }

    fn columns(&self, rows: &[(Vec<&Pat>, bool)]) -> Vec<Ty> {
        let first = rows
            .first()
            .map(|(patterns, _)| &patterns[..])
            .unwrap_or_default();
        first
            .iter()
            .map(|p| {
                self.typed
                    .pat
                    .get(p.id.index())
                    .cloned()
                    .unwrap_or(Ty::Error)
            })
            .collect()
    }

    /// E0012, or W0003 where a failed match is allowed to be a panic.
    fn report_missing(&mut self, missing: &[String], span: Span, rule: Rule) {
        if missing.is_empty() || rule == Rule::Selective {
            return;
        }
        let list: Vec<String> = missing.iter().map(|text| format!("`{text}`")).collect();
        let message = format!("non-exhaustive match: missing {}", list.join(", "));
        let report = match rule {
            Rule::Complete => Diagnostic::error(Code::E0012, span, message),
            _ => Diagnostic::warning(Code::W0003, span, message),
        };
        self.diagnostics
            .push(report.help("add the missing patterns, or `_` for all the rest"));
    }
}

fn is_plain(pattern: &Pat) -> bool {
    matches!(pattern.kind, PatKind::Bind(_) | PatKind::Wildcard)
}

fn has_error(pattern: &Pat) -> bool {
    match &pattern.kind {
        PatKind::Error => true,
        PatKind::As(inner, _) => has_error(inner),
        PatKind::Tuple(items) | PatKind::Or(items) | PatKind::Constructor { args: items, .. } => {
            items.iter().any(has_error)
        }
        PatKind::Cons(head, tail) => has_error(head) || has_error(tail),
        PatKind::Bits(segments) => segments.iter().any(|s| has_error(&s.value)),
        _ => false,
    }
}
