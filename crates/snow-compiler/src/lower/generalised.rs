//! Names of `let` whose values are of several types: the value stands in the place of each use, at
//! the types of that use. Such a value is made of literals, names and closures, so nothing is
//! computed twice.

use rustc_hash::FxHashMap;

use super::function::Body;
use crate::core::ir::Operand;
use crate::hir::{Expr, ExprKind, LocalId, PatKind, Program, Statement};
use crate::types::{exceeds, Ty, Typed, MOST_LEVELS, MOST_PARTS};

/// The values of all generalised names.
pub(super) fn values<'a>(hir: &'a Program, typed: &Typed) -> FxHashMap<LocalId, &'a Expr> {
    let mut found = FxHashMap::default();
    if typed.generalised.is_empty() {
        return found;
    }
    for function in &hir.functions {
        for clause in &function.clauses {
            clause.children(&mut |child| collect(child, typed, &mut found));
        }
        let terminate = function.terminate.iter();
        terminate.for_each(|block| collect(block, typed, &mut found));
    }
    found
}

fn collect<'a>(e: &'a Expr, typed: &Typed, found: &mut FxHashMap<LocalId, &'a Expr>) {
    if let ExprKind::Block(statements) = &e.kind {
        for statement in statements {
            if let Statement::Let { pattern, value, .. } = statement {
                if let PatKind::Bind(local) = pattern.kind {
                    if typed.generalised.contains_key(&local) {
                        found.insert(local, value);
                    }
                }
            }
        }
    }
    e.children(&mut |child| collect(child, typed, found));
}

impl Body<'_, '_> {
    /// The value of a name.
    pub(super) fn local(&mut self, expr: &Expr, local: LocalId) -> Operand {
        if let Some(operand) = self.locals.get(&local) {
            return operand.clone();
        }
        if let Some(own) = self.own_closure(local) {
            return own;
        }
        let Some(value) = self.lowering.values.get(&local).copied() else {
            return Operand::Unit;
        };
        let given = self.instance_args(expr);
        // Half, so that the name is blamed and not a type that its value uses.
        let mut left = MOST_PARTS / 2;
        if given
            .iter()
            .any(|ty| exceeds(ty, &mut left, MOST_LEVELS / 2))
        {
            let name = &self.lowering.hir.locals[local.index()].name;
            let (most, levels) = (MOST_PARTS / 2, MOST_LEVELS / 2);
            let text =
                format!("`{name}` is needed at types of more than {most} parts or {levels} levels");
            self.lowering.too_large(expr.span, &text);
            return Operand::Unit;
        }
        let numbers = self.lowering.typed.generalised.get(&local);
        let mut args = self.args.clone();
        for (number, ty) in numbers.into_iter().flatten().zip(given) {
            let index = *number as usize;
            if args.len() <= index {
                args.resize(index + 1, Ty::Error);
            }
            args[index] = ty;
        }
        let outer = std::mem::replace(&mut self.args, args);
        let is_shared = std::mem::replace(&mut self.is_shared, true);
        self.naming = Some(local);
        let operand = self.value(value);
        self.naming = None;
        self.is_shared = is_shared;
        self.args = outer;
        operand
    }
}
