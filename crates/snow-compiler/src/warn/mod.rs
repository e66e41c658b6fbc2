//! Warnings: what is not wrong and most likely not meant either.
//!
//! In: the typed program. Out: diagnostics. Promised: a program with errors gets none, because what
//! could not be read may be what uses a name; `_` in front of a name, `let _ =` and `pub` silence
//! them. Never done here: arms that are never reached as a whole (`matches` finds them).

mod alternatives;
mod declarations;
mod escapes;
mod locals;
mod results;
mod texts;
mod unreachable;
mod values;

use rustc_hash::FxHashSet;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::{Expr, Function, Module, Program};
use crate::source::Span;
use crate::types::Typed;

/// Looks at the modules that `takes` chooses.
pub fn program(
    program: &Program,
    typed: &Typed,
    takes: impl Fn(&Module) -> bool,
    diagnostics: &mut Diagnostics,
) {
    if diagnostics.any_error() {
        return;
    }
    let mut warnings = Warnings::default();
    let chosen: Vec<bool> = program.modules.iter().map(takes).collect();
    declarations::check(program, typed, &chosen, &mut warnings);
    for function in &program.functions {
        if !chosen[function.module.index()] {
            continue;
        }
        locals::check(program, function, &mut warnings);
        results::check(program, typed, function, &mut warnings);
        values::check(program, typed, function, &mut warnings);
        unreachable::check(program, function, &mut warnings);
        alternatives::check(function, &mut warnings);
        texts::check(program, function, &mut warnings);
    }
    for (module, is_chosen) in program.modules.iter().zip(&chosen) {
        if *is_chosen {
            escapes::check(module, &mut warnings);
        }
    }
    for warning in warnings.list {
        diagnostics.push(warning);
    }
}

/// The warnings so far. A constant is copied to where it is used: one place gets one warning of a
/// kind.
#[derive(Default)]
struct Warnings {
    list: Vec<Diagnostic>,
    places: FxHashSet<(crate::diagnostics::Code, Span)>,
}

impl Warnings {
    fn push(&mut self, warning: Diagnostic) {
        let place = (warning.code, warning.labels[0].span);
        if self.places.insert(place) {
            self.list.push(warning);
        }
    }
}

/// Calls `visit` for the guards, bodies and sizes of a function's clauses, and for its `terminate`.
fn roots<'e>(function: &'e Function, visit: &mut dyn FnMut(&'e Expr)) {
    for clause in &function.clauses {
        clause.children(visit);
    }
    function.terminate.iter().for_each(visit);
}

/// Calls `visit` for every expression of a function, outermost first.
fn every_expr<'e>(function: &'e Function, visit: &mut dyn FnMut(&'e Expr)) {
    let mut work: Vec<&Expr> = Vec::new();
    roots(function, &mut |expr| work.push(expr));
    while let Some(expr) = work.pop() {
        visit(expr);
        expr.children(&mut |inner| work.push(inner));
    }
}

/// Whether a name is one that a program writes and means to use.
fn is_meant(name: &str) -> bool {
    name != "self" && !name.starts_with('_') && !name.contains(['%', ' ', '.'])
}
