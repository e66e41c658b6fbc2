//! `for` and `while`.

use super::function::{Body, Destination, LoopTargets};
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::TypeKind;
use crate::hir::{Expr, ExprKind};
use crate::types::{Iteration, Ty};

impl Body<'_, '_> {
    pub(super) fn while_loop(&mut self, condition: &Expr, body: &Expr) -> Operand {
        let exit = self.fresh_label();
        let again = self.fresh_label();
        let next = self.fresh_label();
        self.scope(exit, |b| {
            let (block, _) = b.nested(|b| {
                let go_on = b.value(condition);
                b.if_else(go_on, |_| {}, |b| b.stmt(Stmt::Leave(exit)));
                b.scope(next, |b| {
                    b.loops.push(LoopTargets {
                        on_break: exit,
                        on_continue: next,
                    });
                    b.into_destination(body, Destination::Ignore);
                    b.loops.pop();
                });
                b.stmt(Stmt::Repeat(again));
            });
            b.stmt(Stmt::Loop(again, block));
            b.dead = true;
        });
        Operand::Unit
    }

    /// The list that the last `for` built.
    pub(super) fn take_loop_result(&mut self) -> Operand {
        match self.block.iter().rev().find_map(|s| {
            if let Stmt::Let(v, _) = s {
                Some(*v)
            } else {
                None
            }
        }) {
            Some(var) => Operand::Var(var),
            None => Operand::Unit,
        }
    }

    /// `for`; with `collect` its list is bound by the last statement.
    pub(super) fn for_loop(&mut self, expr: &Expr, collect: bool) {
        let ExprKind::For {
            pattern,
            of_pairs: _,
            iterable,
            filter,
            body,
        } = &expr.kind
        else {
            return;
        };
        let iteration = self
            .lowering
            .typed
            .iteration
            .get(&expr.id)
            .copied()
            .unwrap_or(Iteration::List);
        let int = self.lowering.int();
        let result_ty = self.ty(expr);
        let result_item = match self.lowering.program.types.get(result_ty).kind {
            TypeKind::List(item) => item,
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Pid
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => int,
        };

        // What is walked: a list, or nothing for a range.
        let (from, to, list) = self.iteration_source(iteration, iterable, pattern);
        let index = self.fresh(int);
        self.stmt(Stmt::Assign(index, from));
        let to_ty = int;
        let to = Operand::Var(self.as_var(to, to_ty));
        let collected = self.fresh(result_ty);
        if collect {
            self.stmt(Stmt::Assign(collected, Operand::EmptyList(result_ty)));
        }
        let exit = self.fresh_label();
        let again = self.fresh_label();
        let next = self.fresh_label();
        let shadowed = self.locals.clone();
        self.scope(exit, |b| {
            let (block, _) = b.nested(|b| {
                let inside = b.test(Prim::IntLt, Operand::Var(index), to.clone());
                b.if_else(inside, |_| {}, |b| b.stmt(Stmt::Leave(exit)));
                b.scope(next, |b| {
                    b.loops.push(LoopTargets {
                        on_break: exit,
                        on_continue: next,
                    });
                    let (value, ty) = match &list {
                        None => (Operand::Var(b.copy_of(index)), int),
                        Some((list, item)) => {
                            let args = vec![list.clone(), Operand::Var(index)];
                            (
                                b.list_primitive(Prim::ListGet, *item, *item, args, iterable.span),
                                *item,
                            )
                        }
                    };
                    b.bind_pattern(pattern, value, ty);
                    let body_step = |b: &mut Self| {
                        if collect {
                            let value = b.value(body);
                            let args = vec![Operand::Var(collected), value];
                            let grown = b.list_primitive(
                                Prim::ListAppend,
                                result_item,
                                result_ty,
                                args,
                                body.span,
                            );
                            b.stmt(Stmt::Assign(collected, grown));
                        } else {
                            b.into_destination(body, Destination::Ignore);
                        }
                    };
                    match filter {
                        Some(filter) => {
                            let keep = b.value(filter);
                            b.if_else(keep, body_step, |_| {});
                        }
                        None => body_step(b),
                    }
                    b.loops.pop();
                });
                let advanced = b.int_op(Prim::IntAdd, Operand::Var(index), Operand::Int(1));
                b.stmt(Stmt::Assign(index, advanced));
                b.stmt(Stmt::Repeat(again));
            });
            b.stmt(Stmt::Loop(again, block));
            b.dead = true;
        });
        self.locals = shadowed;
        if collect {
            let done = self.fresh(result_ty);
            self.stmt(Stmt::Let(done, Rvalue::Use(Operand::Var(collected))));
        }
    }

    fn copy_of(&mut self, var: Var) -> Var {
        let ty = self.vars[var.0 as usize].ty;
        let copy = self.fresh(ty);
        self.stmt(Stmt::Let(copy, Rvalue::Use(Operand::Var(var))));
        copy
    }

    /// First index, end index, and the list with its item type.
    fn iteration_source(
        &mut self,
        iteration: Iteration,
        iterable: &Expr,
        pattern: &crate::hir::Pat,
    ) -> (
        Operand,
        Operand,
        Option<(Operand, crate::core::types::TypeRef)>,
    ) {
        let int = self.lowering.int();
        if iteration == Iteration::Range {
            if let ExprKind::Range(from, to) = &iterable.kind {
                let from = self.value(from);
                let to = self.value(to);
                return (from, to, None);
            }
            let range = self.value(iterable);
            let from = self.bind(int, Rvalue::Field(range.clone(), 0));
            let to = self.bind(int, Rvalue::Field(range, 1));
            return (from, to, None);
        }
        let ty = self.hir_ty(iterable);
        let mut list = self.value(iterable);
        let mut list_ty = ty.clone();
        if let (Iteration::Map | Iteration::Set, Ty::Con(_, args)) = (iteration, &ty) {
            let is_pair = self.lowering.typed.pat[pattern.id.index()].clone();
            let is_pair = iteration == Iteration::Map
                && is_pair.substitute(&self.args) == Ty::Tuple(args.clone());
            let (module, name, item) = match iteration {
                Iteration::Set => ("Set", "to_list", args[0].clone()),
                _ if is_pair => ("Map", "to_list", Ty::Tuple(args.clone())),
                Iteration::Range | Iteration::List | Iteration::Map => {
                    ("Map", "keys", args[0].clone())
                }
            };
            list_ty = self
                .lowering
                .hir
                .lang
                .list
                .map_or_else(Ty::unit, |id| Ty::Con(id, vec![item]));
            list = match self.library_function(module, name, iterable.span) {
                Some(function) => {
                    let result = self.lowering.type_ref(&list_ty);
                    self.call_function(function, args, vec![list], result, iterable.span)
                }
                None => Operand::Unit,
            };
        }
        let list_ref = self.lowering.type_ref(&list_ty);
        let item = match self.lowering.program.types.get(list_ref).kind {
            TypeKind::List(item) => item,
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Pid
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => int,
        };
        let list = Operand::Var(self.as_var(list, list_ref));
        let length = self.list_primitive(
            Prim::ListLength,
            item,
            int,
            vec![list.clone()],
            iterable.span,
        );
        (Operand::Int(0), length, Some((list, item)))
    }
}
