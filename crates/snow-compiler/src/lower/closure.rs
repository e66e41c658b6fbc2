//! Closures: free names are captured by value when the closure is made.

use std::collections::HashSet;

use super::function::{Body, Destination};
use crate::core::ir::*;
use crate::hir::{Clause, Expr, ExprId, ExprKind, FnId, LocalId};
use crate::matches::tree::MatchKey;
use crate::types::Ty;

impl Body<'_, '_> {
    pub(super) fn closure(&mut self, expr: &Expr, clauses: &[Clause]) -> Operand {
        let Ty::Fun(param_types, result) = self.hir_ty(expr) else {
            return Operand::Unit;
        };
        let mut mentioned = Vec::new();
        let mut seen = HashSet::new();
        let mut needs_pid = false;
        clauses.iter().for_each(|c| {
            c.children(&mut |child| {
                mentions(child, &mut |mention| match mention {
                    Mention::Local(local) => {
                        if seen.insert(local) {
                            mentioned.push(local);
                        }
                    }
                    Mention::SelfPid => needs_pid = true,
                    Mention::Function(id) => {
                        needs_pid |= self.lowering.hir.functions[id.index()].has_self_pid
                    }
                    Mention::Method(id) => {
                        let function = self.lowering.typed.method.get(&id);
                        needs_pid |= function
                            .is_some_and(|f| self.lowering.hir.functions[f.index()].has_self_pid);
                    }
                })
            })
        });
        let mut captured = Vec::new();
        for local in mentioned {
            // A name that is not bound here is the closure's own; one bound to a constant needs no
            // capture.
            if let Some(Operand::Var(var)) = self.locals.get(&local) {
                captured.push((local, *var));
            }
        }
        // Whoever runs the closure, `self()` in it is the actor in whose body it stands: its type
        // was checked for that one.
        let pid_capture = needs_pid.then(|| self.pid_of_self()).flatten();
        let mut types: Vec<_> = captured
            .iter()
            .map(|(_, v)| self.vars[v.0 as usize].ty)
            .collect();
        let mut values: Vec<_> = captured.iter().map(|(_, v)| Operand::Var(*v)).collect();
        if let Some(pid) = pid_capture {
            types.push(self.vars[pid.0 as usize].ty);
            values.push(Operand::Var(pid));
        }

        self.closures += 1;
        let unit = self.lowering.program.function(self.function).unit.clone();
        let name = self.lowering.program.function(self.function).name.clone();
        let symbol = format!("{}_c{}", self.symbol, self.closures);
        let reference = self.lowering.declare(symbol, name, unit);
        self.lowering.program.functions[reference.0 as usize].kind = Kind::Closure(types.clone());

        let outer_locals = self.locals.clone();
        let args = self.args.clone();
        let mut inner = Body::new(self.lowering, reference, args, (*result).clone());
        // Constants of the outer scope are visible as they are.
        inner.locals = outer_locals
            .into_iter()
            .filter(|(_, o)| o.var().is_none())
            .collect();
        let mut params = Vec::new();
        for ty in &param_types {
            let ty = inner.lowering.type_ref(ty);
            params.push(inner.fresh(ty));
        }
        for (index, (local, _)) in captured.iter().enumerate() {
            let value = inner.bind(types[index], Rvalue::Capture(index));
            inner.locals.insert(*local, value);
        }
        if pid_capture.is_some() {
            let index = captured.len();
            inner.self_pid = Some(inner.bind(types[index], Rvalue::Capture(index)));
        }
        inner.clauses(
            MatchKey::Expr(expr.id),
            &params,
            clauses,
            Destination::Return,
            expr.span,
        );
        inner.finish(params);

        if values.is_empty() {
            return Operand::Function(reference);
        }
        let ty = self.ty(expr);
        self.bind(ty, Rvalue::Closure(reference, values))
    }

    /// The pid that `self()` means here.
    fn pid_of_self(&mut self) -> Option<Var> {
        let known = self.self_pid.as_ref().and_then(Operand::var);
        if known.is_some() {
            return known;
        }
        let pid = self.lowering.hir.lang.pid?;
        let ty = self.lowering.type_ref(&Ty::Con(pid, vec![Ty::unit()]));
        self.bind(ty, Rvalue::SelfPid).var()
    }
}

/// What a closure's body may take from around it.
enum Mention {
    Local(LocalId),
    SelfPid,
    /// Perhaps one that takes the caller's pid.
    Function(FnId),
    /// The same, called as a method.
    Method(ExprId),
}

fn mentions(expr: &Expr, visit: &mut dyn FnMut(Mention)) {
    match &expr.kind {
        ExprKind::Local(local) => visit(Mention::Local(*local)),
        ExprKind::SelfPid => visit(Mention::SelfPid),
        ExprKind::Function(id) => visit(Mention::Function(*id)),
        ExprKind::MethodCall { .. } => visit(Mention::Method(expr.id)),
        _ => {}
    }
    expr.children(&mut |child| mentions(child, visit));
}
