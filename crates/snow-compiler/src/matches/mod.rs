//! Patterns to decision trees; missing cases and arms that are never reached fall out.
//!
//! In: the typed program. Out: one decision for each match that needs one. Promised: no path of a
//! tree looks at a value twice, equal sub-trees are one, an arm is reached exactly when no earlier
//! arm matches, and the tree is not longer than a multiple of its patterns: beyond that the decision
//! is to try the arms in order. Never done here: code. The reasons stand in
//! `docs/decisions/0019-matches-without-explosion.md`.
//!
//! After Luc Maranget, "Compiling pattern matching to good decision trees" (2008). The column that
//! is tested first is the first one that the first row needs: simple, and close to the paper's best
//! heuristics on patterns that people write.

mod build;
mod missing;
/// Values inside of subjects.
pub mod places;
mod rows;
/// The trees.
pub mod tree;
mod walk;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir::{Clause, Expr, Function, Pat, PatKind, Program};
use crate::source::Span;
use crate::types::{Ty, Typed};

use build::{Builder, Limits};
pub(crate) use rows::all_bytes;
use tree::{Decision, Decisions, MatchKey, Tree};

/// A tree of more nodes for each value that its patterns compare is not made: the arms are tried in
/// order then. Trees that people write have less than two.
const NODES_BY_TEST: usize = 4;

/// What the smallest matches may have besides.
const NODES_OF_SMALL: usize = 64;

/// So many rows, each as often as it is looked at, are the work of at most a second. Whether a match
/// is complete is a question that no known algorithm answers without trying all combinations.
const MOST_ROWS: usize = 400_000;

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
    compile_of(program, typed, |_| true, diagnostics)
}

/// Decides the matches of the functions that are `chosen`.
pub fn compile_of(
    program: &Program,
    typed: &Typed,
    chosen: impl Fn(&Function) -> bool,
    diagnostics: &mut Diagnostics,
) -> Decisions {
    let mut compiler = MatchCompiler {
        program,
        typed,
        diagnostics,
        decisions: Decisions::default(),
        unwritten: 0,
    };
    let functions = program.functions.iter().enumerate();
    for (index, function) in functions.filter(|(_, function)| chosen(function)) {
        let key = MatchKey::Function(crate::hir::FnId(index as u32));
        compiler.unwritten = unwritten(function);
        compiler.clauses(key, &function.clauses, function.name_span, Rule::MayFail);
        compiler.unwritten = 0;
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
    /// Columns in front that stand for no pattern of the source.
    unwritten: usize,
}

/// A tree that was made for the check alone, and which arms are reached.
type Checked = (Option<Tree>, Vec<bool>);

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
        let is_broken = arms.iter().flat_map(|arm| &arm.patterns).any(has_error)
            || columns.contains(&Ty::Error);
        let size: usize = rows
            .iter()
            .flat_map(|row| &row.0)
            .map(|p| rows::size(p))
            .sum();
        let code = Limits {
            nodes: size * NODES_BY_TEST + NODES_OF_SMALL,
            rows: MOST_ROWS,
        };
        let found = Builder::new(self.program, arms.len(), code, true).tree(&rows);
        let (checked, decision) = match found {
            Some((tree, reached)) => (Some((None, reached)), Decision::Tree(tree)),
            None => {
                let ambiguous = arms
                    .iter()
                    .find(|arm| arm.guard.is_some() && asks_again(arm));
                if let Some(arm) = ambiguous.filter(|_| !is_broken) {
                    self.report_limit(arm.span, "give each alternative an arm of its own");
                }
                let check = Limits {
                    nodes: MOST_ROWS,
                    rows: MOST_ROWS,
                };
                let found = Builder::new(self.program, arms.len(), check, false).tree(&rows);
                let checked = found.map(|(tree, reached)| (Some(tree), reached));
                (checked, Decision::InOrder)
            }
        };
        if !is_broken {
            self.judge(arms, &columns, (&decision, checked), span, rule);
        }
        self.decisions.insert(key, decision);
    }

    /// Reports missing cases and arms that are never reached. `checked` has a tree of its own when
    /// the decision has none, and is absent when there is no telling.
    fn judge(
        &mut self,
        arms: &[Clause],
        columns: &[Ty],
        (decision, checked): (&Decision, Option<Checked>),
        span: Span,
        rule: Rule,
    ) {
        // What stands below a clause of a function that takes everything is reported by `resolve`.
        let catch_all = arms
            .iter()
            .position(|arm| arm.guard.is_none() && arm.patterns.iter().all(is_plain));
        let Some((own, reached)) = checked else {
            if catch_all.is_none() && rule == Rule::Complete {
                self.report_limit(span, "add `_` as the last arm, or match in several steps");
            }
            return;
        };
        let tree = match (&own, decision) {
            (Some(tree), _) | (None, Decision::Tree(tree)) => tree,
            (None, Decision::InOrder) => return,
        };
        // A guard that is wrong says nothing about what is left over.
        let is_wrong = |guard: &Expr| self.typed.expr.get(guard.id.index()) == Some(&Ty::Error);
        if arms
            .iter()
            .any(|arm| arm.guard.as_ref().is_some_and(is_wrong))
        {
            return;
        }
        let missing = missing::patterns(self.program, columns, tree);
        let help = "add the missing patterns, or `_` for all the rest";
        self.report_missing(&missing, span, rule, help);
        for (index, arm) in arms.iter().enumerate() {
            let said =
                rule == Rule::MayFail && catch_all.is_some_and(|catch_all| index > catch_all);
            // A pattern that was reported says nothing about the arms behind it.
            let is_wrong = |arm: &Clause| {
                let mut patterns = arm.patterns.iter();
                patterns.any(|pattern| self.diagnostics.has_error_at(pattern.span))
            };
            let said = said || arms[..index].iter().any(is_wrong);
            if !reached[index] && !said {
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

    /// The pattern of a `let` or a `for`; `help` is for one that does not always fit.
    fn single(&mut self, pattern: &Pat, help: &str) {
        if is_plain(pattern) || has_error(pattern) {
            return;
        }
        let rows = vec![(vec![pattern], false)];
        let columns = self.columns(&rows);
        if columns.contains(&Ty::Error) {
            return;
        }
        let limits = Limits {
            nodes: MOST_ROWS,
            rows: MOST_ROWS,
        };
        match Builder::new(self.program, 1, limits, false).tree(&rows) {
            Some((tree, _)) => {
                let missing = missing::patterns(self.program, &columns, &tree);
                self.report_missing(&missing, pattern.span, Rule::Complete, help);
            }
            None => self.report_limit(pattern.span, "match in several steps"),
        }
    }

    fn report_limit(&mut self, span: Span, help: &str) {
        let text = "this match has too many combinations of cases to be checked";
        self.diagnostics
            .push(Diagnostic::error(Code::E0097, span, text).help(help));
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
    fn report_missing(&mut self, missing: &[String], span: Span, rule: Rule, help: &str) {
        if missing.is_empty() || rule == Rule::Selective {
            return;
        }
        let written = |text: &String| {
            let unwritten = (0..self.unwritten).try_fold(&text[..], |t, _| t.strip_prefix("_, "));
            format!("`{}`", unwritten.unwrap_or(text))
        };
        let list: Vec<String> = missing.iter().map(written).collect();
        let message = format!("non-exhaustive match: missing {}", list.join(", "));
        let report = match rule {
            Rule::Complete => Diagnostic::error(Code::E0012, span, message),
            Rule::MayFail | Rule::Selective => Diagnostic::warning(Code::W0003, span, message),
        };
        self.diagnostics.push(report.help(help));
    }
}

/// `self()`, and in front of a service's handler the state, which is not among its parameters.
fn unwritten(function: &crate::hir::Function) -> usize {
    let pid = usize::from(function.has_self_pid);
    let code = function.name.split_once(".%").map(|(_, name)| name);
    let is_handler = code.is_some_and(|name| name.starts_with(char::is_uppercase));
    pid + usize::from(is_handler)
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
        PatKind::Wildcard
        | PatKind::Bind(_)
        | PatKind::Int(_)
        | PatKind::Float(_)
        | PatKind::String(_)
        | PatKind::Bool(_)
        | PatKind::Unit
        | PatKind::Nil => false,
    }
}

/// True when several alternatives of an or-pattern that binds names may match the same value, so
/// that a guard has to be asked for each of them.
fn asks_again(arm: &Clause) -> bool {
    fn inside(pattern: &Pat) -> bool {
        match &pattern.kind {
            PatKind::Or(_) => {
                let all = rows::alternatives(pattern);
                let mut names = Vec::new();
                pattern.names(&mut names);
                let cases: Vec<_> = all.iter().map(|p| rows::case_of(p)).collect();
                let overlaps = cases
                    .iter()
                    .enumerate()
                    .any(|(at, case)| case.is_none() || cases[..at].contains(case));
                (overlaps && !names.is_empty()) || all.iter().any(|p| inside(p))
            }
            PatKind::As(inner, _) => inside(inner),
            PatKind::Tuple(items) | PatKind::Constructor { args: items, .. } => {
                items.iter().any(inside)
            }
            PatKind::Cons(head, tail) => inside(head) || inside(tail),
            PatKind::Wildcard
            | PatKind::Bind(_)
            | PatKind::Int(_)
            | PatKind::Float(_)
            | PatKind::String(_)
            | PatKind::Bool(_)
            | PatKind::Unit
            | PatKind::Nil
            | PatKind::Bits(_)
            | PatKind::Error => false,
        }
    }
    arm.patterns.iter().any(inside)
}
