//! Closures: free names are captured by value when the closure is made.

use rustc_hash::FxHashSet;

use super::function::{Body, Destination, SelfLoop};
use crate::core::ir::*;
use crate::core::types::{TypeKind, TypeRef};
use crate::hir::{Clause, Expr, ExprKind, LocalId, Pat, PatKind};
use crate::matches::tree::MatchKey;
use crate::types::Ty;

/// A closure that has been lowered: its function, and what it takes from around it.
#[derive(Clone)]
pub(super) struct Closure {
    function: FunctionRef,
    captured: Vec<LocalId>,
    /// The pid that `self()` means in it comes last.
    takes_pid: bool,
}

/// A closure that mentions itself. It is made anew from what it has captured, because a value that
/// held itself would never be freed.
#[derive(Clone)]
pub(super) struct OwnClosure {
    pub(super) name: LocalId,
    closure: Closure,
    ty: TypeRef,
}

impl Body<'_, '_> {
    /// A `let` whose name is not generalised.
    pub(super) fn let_(&mut self, pattern: &Pat, value: &Expr) {
        self.at(value.span);
        if let PatKind::Bind(local) = pattern.kind {
            if self.lowering.values.contains_key(&local) {
                return;
            }
            let is_closure = matches!(value.kind, ExprKind::Closure { .. });
            self.naming = Some(local).filter(|_| is_closure);
        }
        let operand = self.value(value);
        let ty = self.ty(value);
        self.bind_pattern(pattern, operand, ty);
    }

    pub(super) fn closure(&mut self, expr: &Expr, clauses: &[Clause]) -> Operand {
        let name = self.naming.take();
        let key = (expr.id, self.args.clone());
        let known = self.lowering.closures.get(&key);
        let closure = match known.filter(|_| self.is_shared).cloned() {
            Some(known) => known,
            None => {
                let Some(closure) = self.lower_closure(expr, clauses, Form::Object(name)) else {
                    return Operand::Unit;
                };
                if self.is_shared {
                    self.lowering.closures.insert(key, closure.clone());
                }
                closure
            }
        };
        let ty = self.ty(expr);
        self.make_closure(&closure, ty)
    }

    /// The closure that this body belongs to, under its name.
    pub(super) fn own_closure(&mut self, name: LocalId) -> Option<Operand> {
        let own = self.own_closure.clone().filter(|own| own.name == name)?;
        Some(self.make_closure(&own.closure, own.ty))
    }

    /// A closure without parameters as a function of what it captures, with the values of that:
    /// for code that runs where it is written, and needs no object.
    pub(super) fn guarded(
        &mut self,
        expr: &Expr,
        clauses: &[Clause],
    ) -> Option<(FunctionRef, Vec<Operand>)> {
        let closure = self.lower_closure(expr, clauses, Form::Guarded)?;
        let values = self.captured_values(&closure);
        Some((closure.function, values))
    }

    fn make_closure(&mut self, closure: &Closure, ty: TypeRef) -> Operand {
        let values = self.captured_values(closure);
        if values.is_empty() {
            return Operand::Function(closure.function);
        }
        self.bind(ty, Rvalue::Closure(closure.function, values))
    }

    fn captured_values(&mut self, closure: &Closure) -> Vec<Operand> {
        let mut values = Vec::new();
        for local in &closure.captured {
            let value = self.locals.get(local).cloned();
            values.extend(value.or_else(|| self.own_closure(*local)));
        }
        if closure.takes_pid {
            values.extend(self.pid_of_self().map(Operand::Var));
        }
        values
    }

    /// Lowers the function of a closure.
    fn lower_closure(&mut self, expr: &Expr, clauses: &[Clause], form: Form) -> Option<Closure> {
        let Ty::Fun(param_types, result) = self.hir_ty(expr) else {
            return None;
        };
        let mut free = Free::default();
        for clause in clauses {
            clause.children(&mut |child| self.free_in(child, &mut free));
        }
        let mut captured = Vec::new();
        let mut types = Vec::new();
        let mut units = Vec::new();
        for local in free.mentioned {
            // A name that is not bound here is the closure's own; one bound to a constant needs no
            // capture, and neither does `()`.
            match self.locals.get(&local) {
                Some(Operand::Var(var)) if self.is_unit(*var) => {
                    units.push((local, Operand::Unit));
                    continue;
                }
                Some(Operand::Var(var)) => types.push(self.vars[var.0 as usize].ty),
                Some(_) => continue,
                // A nested closure gets the one around it like any other value.
                None => match self.own_closure.as_ref().filter(|own| own.name == local) {
                    Some(own) => types.push(own.ty),
                    None => continue,
                },
            }
            captured.push(local);
        }
        // `self()` in a closure is the actor in whose body it stands, not the one that runs it: its
        // type was checked for that one.
        let pid_capture = free.needs_pid.then(|| self.pid_of_self()).flatten();
        if let Some(pid) = pid_capture {
            types.push(self.vars[pid.0 as usize].ty);
        }

        self.closures += 1;
        let unit = self.lowering.program.function(self.function).unit.clone();
        let title = self.lowering.program.function(self.function).name.clone();
        let symbol = format!("{}_c{}", self.symbol, self.closures);
        let function = self.lowering.declare(symbol, title, unit);
        let (kind, name) = match form {
            Form::Object(name) => (Kind::Closure(types.clone()), name),
            Form::Guarded => (Kind::Guarded, None),
        };
        self.lowering.program.functions[function.0 as usize].kind = kind;
        let closure = Closure {
            function,
            captured,
            takes_pid: pid_capture.is_some(),
        };

        let ty = self.ty(expr);
        let outer_locals = self.locals.clone();
        let args = self.args.clone();
        let mut inner = Body::new(self.lowering, function, args, (*result).clone());
        // Constants of the outer scope are visible as they are.
        inner.locals = outer_locals
            .into_iter()
            .filter(|(_, o)| o.var().is_none())
            .chain(units)
            .collect();
        let mut params = Vec::new();
        for ty in &param_types {
            let ty = inner.lowering.type_ref(ty);
            params.push(inner.fresh(ty));
        }
        let arity = params.len();
        let mut captures = Vec::new();
        for (index, ty) in types.iter().enumerate() {
            captures.push(match form {
                Form::Object(_) => inner.bind(*ty, Rvalue::Capture(index)),
                Form::Guarded => {
                    let param = inner.fresh(*ty);
                    params.push(param);
                    Operand::Var(param)
                }
            });
        }
        if pid_capture.is_some() {
            inner.self_pid = captures.pop();
        }
        inner
            .locals
            .extend(closure.captured.iter().copied().zip(captures));
        if let Some(name) = name.filter(|name| free.seen.contains(name)) {
            if types.is_empty() {
                inner.locals.insert(name, Operand::Function(function));
            }
            inner.own_closure = Some(OwnClosure {
                name,
                closure: closure.clone(),
                ty,
            });
            let label = inner.fresh_label();
            inner.self_loop = Some(SelfLoop {
                label,
                params: params.clone(),
                used: false,
            });
        }
        inner.clauses(
            MatchKey::Expr(expr.id),
            &params[..arity],
            clauses,
            Destination::Return,
            expr.span,
        );
        inner.finish(params);
        Some(closure)
    }

    fn is_unit(&self, var: Var) -> bool {
        let ty = self.vars[var.0 as usize].ty;
        self.lowering.program.types.get(ty).kind == TypeKind::Unit
    }

    /// Collects what an expression mentions. A generalised name stands for what its value mentions.
    fn free_in(&self, expr: &Expr, free: &mut Free) {
        match &expr.kind {
            ExprKind::Local(local) if free.seen.insert(*local) => {
                free.mentioned.push(*local);
                let is_own = self.own_closure.as_ref().is_some_and(|o| o.name == *local);
                let value = self.lowering.values.get(local);
                if let Some(value) = value.filter(|_| !is_own) {
                    self.free_in(value, free);
                }
            }
            ExprKind::SelfPid => free.needs_pid = true,
            ExprKind::Function(id) => {
                free.needs_pid |= self.lowering.hir.functions[id.index()].has_self_pid;
            }
            ExprKind::MethodCall { .. } => {
                let function = self.lowering.typed.method.get(&expr.id);
                free.needs_pid |=
                    function.is_some_and(|f| self.lowering.hir.functions[f.index()].has_self_pid);
            }
            _ => {}
        }
        expr.children(&mut |child| self.free_in(child, free));
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

/// What becomes of a closure.
#[derive(Clone, Copy)]
enum Form {
    /// An object, bound to that name.
    Object(Option<LocalId>),
    /// A function that is called at once.
    Guarded,
}

/// What a closure's body mentions.
#[derive(Default)]
struct Free {
    /// In the order of mention.
    mentioned: Vec<LocalId>,
    seen: FxHashSet<LocalId>,
    needs_pid: bool,
}
