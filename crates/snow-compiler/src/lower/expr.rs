//! Expressions that decide where control goes, and the dispatch over all forms.

use std::sync::Arc;

use super::function::{Body, Destination};
use crate::core::ir::*;
use crate::core::types::TypeRef;
use crate::hir::{Expr, ExprKind, Statement};
use crate::matches::tree::MatchKey;

#[allow(
    clippy::wrong_self_convention,
    reason = "`into` names where a value goes, not a conversion"
)]
impl Body<'_, '_> {
    /// Evaluates `expr` and answers its value.
    pub(super) fn value(&mut self, expr: &Expr) -> Operand {
        if self.is_compound(expr) {
            let ty = self.ty(expr);
            let slot = self.fresh(ty);
            self.into_destination(expr, Destination::Slot(slot));
            return Operand::Var(slot);
        }
        self.simple(expr)
    }

    fn is_compound(&self, expr: &Expr) -> bool {
        use ExprKind::*;
        matches!(
            expr.kind,
            If { .. } | Case { .. } | Receive { .. } | Block(_)
        )
    }

    /// Evaluates `expr` and gives its value to `destination`.
    pub(super) fn into_destination(&mut self, expr: &Expr, destination: Destination) {
        if self.dead {
            return;
        }
        match &expr.kind {
            ExprKind::Block(statements) => self.block_into(statements, destination),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => self.if_into(condition, then, otherwise.as_deref(), destination),
            ExprKind::Case { subject, arms } => {
                let value = self.value(subject);
                let ty = self.ty(subject);
                let var = self.as_var(value, ty);
                self.clauses(
                    MatchKey::Expr(expr.id),
                    &[var],
                    arms,
                    destination,
                    expr.span,
                );
            }
            ExprKind::Receive { arms, after } => {
                self.receive(expr, arms, after.as_ref(), destination)
            }
            ExprKind::Call { callee, args }
                if matches!(destination, Destination::Return | Destination::Finish) =>
            {
                self.tail_call(expr, callee, args, destination);
            }
            ExprKind::For { .. } if matches!(destination, Destination::Ignore) => {
                self.for_loop(expr, false)
            }
            _ => {
                let value = self.simple(expr);
                self.deliver(value, destination);
            }
        }
    }

    /// A variable that holds `operand`.
    pub(super) fn as_var(&mut self, operand: Operand, ty: TypeRef) -> Var {
        match operand {
            Operand::Var(v) => v,
            other => {
                let var = self.fresh(ty);
                self.stmt(Stmt::Let(var, Rvalue::Use(other)));
                var
            }
        }
    }

    fn block_into(&mut self, statements: &[Statement], destination: Destination) {
        let shadowed = self.locals.clone();
        for (i, statement) in statements.iter().enumerate() {
            let last = i + 1 == statements.len();
            match statement {
                Statement::Expr(e) => {
                    self.at(e.span);
                    if last {
                        self.into_destination(e, destination);
                    } else {
                        self.into_destination(e, Destination::Ignore);
                    }
                }
                Statement::Let { pattern, value, .. } => {
                    self.let_(pattern, value);
                    if last {
                        self.deliver(Operand::Unit, destination);
                    }
                }
            }
        }
        if statements.is_empty() {
            self.deliver(Operand::Unit, destination);
        }
        self.locals = shadowed;
    }

    fn if_into(
        &mut self,
        condition: &Expr,
        then: &Expr,
        otherwise: Option<&Expr>,
        destination: Destination,
    ) {
        let condition = self.value(condition);
        match otherwise {
            Some(otherwise) => {
                self.if_else(
                    condition,
                    |b| b.into_at(then, destination),
                    |b| b.into_at(otherwise, destination),
                );
            }
            None => {
                let inner = if matches!(destination, Destination::Return | Destination::Finish) {
                    Destination::Finish
                } else {
                    Destination::Ignore
                };
                self.if_else(condition, |b| b.into_at(then, inner), |_| {});
                self.deliver(Operand::Unit, destination);
            }
        }
    }

    fn into_at(&mut self, expr: &Expr, destination: Destination) {
        self.at(expr.span);
        self.into_destination(expr, destination);
    }

    /// Expressions whose value does not depend on a join.
    fn simple(&mut self, expr: &Expr) -> Operand {
        match &expr.kind {
            ExprKind::Int(v) => Operand::Int(*v),
            ExprKind::Float(v) => Operand::Float(*v),
            ExprKind::Bool(v) => Operand::Bool(*v),
            ExprKind::Unit => Operand::Unit,
            ExprKind::String(text) => Operand::Text(text.clone()),
            ExprKind::Interpolation(parts) => self.interpolation(parts, expr.span),
            ExprKind::Local(local) => self.local(expr, *local),
            ExprKind::Function(function) => self.function_value(expr, *function),
            ExprKind::Constructor { variant, .. } => self.constructor_value(expr, *variant),
            ExprKind::Tuple(items) => self.make(expr, items.iter()),
            ExprKind::List(items) => self.list(expr, items),
            ExprKind::Map(entries) => self.map(expr, entries),
            ExprKind::Range(from, to) => {
                let from = self.value(from);
                let to = self.value(to);
                let ty = self.ty(expr);
                self.bind(ty, Rvalue::Make(ty, vec![from, to]))
            }
            ExprKind::Struct { fields, .. } => {
                let mut operands = vec![Operand::Unit; fields.len()];
                for (index, value) in fields {
                    operands[*index] = self.value(value);
                }
                let ty = self.ty(expr);
                self.bind(ty, Rvalue::Make(ty, operands))
            }
            ExprKind::Update { base, fields } => {
                let base_value = self.value(base);
                let indices = self
                    .lowering
                    .typed
                    .field
                    .get(&expr.id)
                    .cloned()
                    .unwrap_or_default();
                let mut list = Vec::new();
                for ((_, _, value), index) in fields.iter().zip(indices) {
                    list.push((index, self.value(value)));
                }
                let ty = self.ty(expr);
                self.bind(
                    ty,
                    Rvalue::Update {
                        base: base_value,
                        fields: list,
                    },
                )
            }
            ExprKind::Bits(segments) => match self.static_of(expr) {
                Some(bytes) => Operand::Static(Arc::new(bytes)),
                None => self.build_bits(segments),
            },
            ExprKind::Unary(op, operand) => self.unary(*op, operand, expr),
            ExprKind::Binary {
                op,
                left,
                right,
                op_span,
            } => self.binary(*op, left, right, *op_span, expr),
            ExprKind::Call { callee, args } => self.call(expr, callee, args),
            ExprKind::Member { base, .. } => {
                let value = self.value(base);
                let index = self
                    .lowering
                    .typed
                    .field
                    .get(&expr.id)
                    .and_then(|f| f.first().copied())
                    .unwrap_or(0);
                let ty = self.ty(expr);
                self.bind(ty, Rvalue::Field(value, index))
            }
            ExprKind::MethodCall {
                base,
                name_span,
                args,
                ..
            } => self.method_call(expr, base, *name_span, args),
            ExprKind::Index { base, index } => {
                self.method_call(expr, base, index.span, std::slice::from_ref(&**index))
            }
            ExprKind::Try(operand) => self.try_operator(operand),
            ExprKind::Closure { clauses, .. } => self.closure(expr, clauses),
            ExprKind::While { condition, body } => self.while_loop(condition, body),
            ExprKind::For { .. } => {
                self.for_loop(expr, true);
                self.take_loop_result()
            }
            ExprKind::Break => {
                if let Some(targets) = self.loops.last().copied() {
                    self.stmt(Stmt::Leave(targets.on_break));
                }
                Operand::Unit
            }
            ExprKind::Continue => {
                if let Some(targets) = self.loops.last().copied() {
                    self.stmt(Stmt::Leave(targets.on_continue));
                }
                Operand::Unit
            }
            ExprKind::Return(value) => {
                match value {
                    Some(value) => self.into_destination(value, Destination::Return),
                    None => self.stmt(Stmt::Return(Operand::Unit)),
                }
                Operand::Unit
            }
            ExprKind::Spawn { actor, args } => self.spawn(expr, actor, args),
            ExprKind::Send { to, message } => {
                let to = self.value(to);
                let message_ty = self.ty(message);
                let message = self.value(message);
                let message = Operand::Var(self.as_var(message, message_ty));
                let unit = self.ty(expr);
                self.bind(
                    unit,
                    Rvalue::Send {
                        to,
                        message,
                        manner: Manner::Plain,
                    },
                )
            }
            ExprKind::SelfPid => match self.self_pid.clone() {
                Some(pid) => pid,
                None => {
                    let ty = self.ty(expr);
                    self.bind(ty, Rvalue::SelfPid)
                }
            },
            ExprKind::Assert {
                condition,
                message,
                text,
            } => self.assert(condition, message.as_deref(), text, expr.span),
            ExprKind::If { .. }
            | ExprKind::Case { .. }
            | ExprKind::Receive { .. }
            | ExprKind::Block(_) => self.value(expr),
            ExprKind::Error => Operand::Unit,
        }
    }
}
