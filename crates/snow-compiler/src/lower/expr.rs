//! Expressions that decide where control goes, and the dispatch over all forms.

use super::function::{Body, Goal};
use crate::ast::Group;
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{Derived, TypeKind, TypeRef};
use crate::decide::tree::MatchKey;
use crate::diagnostics::Code;
use crate::hir::{Expr, ExprKind, Part, Statement};
use crate::source::{Name, Span};
use crate::types::Ty;

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
            self.into_goal(expr, Goal::Slot(slot));
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

    /// Evaluates `expr` and gives its value to `goal`.
    pub(super) fn into_goal(&mut self, expr: &Expr, goal: Goal) {
        if self.dead {
            return;
        }
        match &expr.kind {
            ExprKind::Block(statements) => self.block_into(statements, goal),
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => self.if_into(condition, then, otherwise.as_deref(), goal),
            ExprKind::Case { subject, arms } => {
                let value = self.value(subject);
                let ty = self.ty(subject);
                let var = self.as_var(value, ty);
                self.clauses(MatchKey::Expr(expr.id), &[var], arms, goal, expr.span);
            }
            ExprKind::Receive { arms, after } => self.receive(expr, arms, after.as_ref(), goal),
            ExprKind::Call { callee, args } if matches!(goal, Goal::Return | Goal::Finish) => {
                self.tail_call(expr, callee, args, goal);
            }
            ExprKind::For { .. } if matches!(goal, Goal::Ignore) => self.for_loop(expr, false),
            _ => {
                let value = self.simple(expr);
                self.deliver(value, goal);
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

    fn block_into(&mut self, statements: &[Statement], goal: Goal) {
        let shadowed = self.locals.clone();
        for (i, statement) in statements.iter().enumerate() {
            let last = i + 1 == statements.len();
            match statement {
                Statement::Expr(e) => {
                    self.at(e.span);
                    if last {
                        self.into_goal(e, goal);
                    } else {
                        self.into_goal(e, Goal::Ignore);
                    }
                }
                Statement::Let { pattern, value, .. } => {
                    self.at(value.span);
                    let operand = self.value(value);
                    let ty = self.ty(value);
                    self.bind_pattern(pattern, operand, ty);
                    if last {
                        self.deliver(Operand::Unit, goal);
                    }
                }
            }
        }
        if statements.is_empty() {
            self.deliver(Operand::Unit, goal);
        }
        self.locals = shadowed;
    }

    fn if_into(&mut self, condition: &Expr, then: &Expr, otherwise: Option<&Expr>, goal: Goal) {
        let condition = self.value(condition);
        match otherwise {
            Some(otherwise) => {
                self.if_else(
                    condition,
                    |b| b.into_at(then, goal),
                    |b| b.into_at(otherwise, goal),
                );
            }
            None => {
                let inner = if matches!(goal, Goal::Return | Goal::Finish) {
                    Goal::Finish
                } else {
                    Goal::Ignore
                };
                self.if_else(condition, |b| b.into_at(then, inner), |_| {});
                self.deliver(Operand::Unit, goal);
            }
        }
    }

    fn into_at(&mut self, expr: &Expr, goal: Goal) {
        self.at(expr.span);
        self.into_goal(expr, goal);
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
            ExprKind::Local(local) => self.locals.get(local).cloned().unwrap_or(Operand::Unit),
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
            ExprKind::Bits(segments) => self.build_bits(segments),
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
                    Some(value) => self.into_goal(value, Goal::Return),
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
            ExprKind::Assert { condition, text } => self.assert(condition, text, expr.span),
            ExprKind::If { .. }
            | ExprKind::Case { .. }
            | ExprKind::Receive { .. }
            | ExprKind::Block(_) => self.value(expr),
            ExprKind::Error => Operand::Unit,
        }
    }

    fn make<'e>(&mut self, expr: &Expr, items: impl Iterator<Item = &'e Expr>) -> Operand {
        let operands: Vec<_> = items.map(|e| self.value(e)).collect();
        let ty = self.ty(expr);
        self.bind(ty, Rvalue::Make(ty, operands))
    }

    /// `[a, b]`: grows a list of known capacity.
    fn list(&mut self, expr: &Expr, items: &[Expr]) -> Operand {
        let ty = self.ty(expr);
        let TypeKind::List(item) = self.lowering.program.types.get(ty).kind else {
            return Operand::Unit;
        };
        let operands: Vec<_> = items.iter().map(|e| self.value(e)).collect();
        self.list_of(ty, item, operands, expr.span)
    }

    fn list_of(
        &mut self,
        ty: TypeRef,
        item: TypeRef,
        operands: Vec<Operand>,
        span: Span,
    ) -> Operand {
        if operands.is_empty() {
            return Operand::EmptyList(ty);
        }
        let room = Operand::Int(operands.len() as i64);
        let mut list = self.list_primitive(Prim::ListWithCapacity, item, ty, vec![room], span);
        for operand in operands {
            list = self.list_primitive(Prim::ListAppend, item, ty, vec![list, operand], span);
        }
        list
    }

    /// `%{k => v}`: `Map.from_list([(k, v)])`.
    fn map(&mut self, expr: &Expr, entries: &[(Expr, Expr)]) -> Operand {
        let ty = self.hir_ty(expr);
        let Ty::Con(_, args) = &ty else {
            return Operand::Unit;
        };
        let args = args.clone();
        let pair = Ty::Tuple(args.clone());
        let pair_ref = self.lowering.type_ref(&pair);
        let list_ty = self
            .lowering
            .hir
            .lang
            .list
            .map_or_else(Ty::unit, |id| Ty::Con(id, vec![pair]));
        let list_ref = self.lowering.type_ref(&list_ty);
        let mut pairs = Vec::new();
        for (key, value) in entries {
            let key = self.value(key);
            let value = self.value(value);
            pairs.push(self.bind(pair_ref, Rvalue::Make(pair_ref, vec![key, value])));
        }
        let list = self.list_of(list_ref, pair_ref, pairs, expr.span);
        self.library_call("Map", "from_list", &args, vec![list], &ty, expr.span)
    }

    /// A call of a library function that the compiler relies on.
    pub(super) fn library_call(
        &mut self,
        module: &str,
        name: &str,
        args: &[Ty],
        operands: Vec<Operand>,
        result: &Ty,
        span: Span,
    ) -> Operand {
        let Some(function) = self.lowering.hir.find_function(module, name) else {
            self.lowering.error(
                Code::E0999,
                span,
                &format!("the standard library has no `{module}.{name}`"),
            );
            return Operand::Unit;
        };
        let result = self.lowering.type_ref(result);
        self.call_function(function, args, operands, result, span)
    }

    fn interpolation(&mut self, parts: &[Part], span: Span) -> Operand {
        let string = self.lowering.string();
        let mut text = self.primitive(
            Prim::BytesWithCapacity,
            string,
            vec![Operand::Int(32)],
            span,
        );
        for part in parts {
            text = match part {
                Part::Text(piece) => self.primitive(
                    Prim::BytesAppend,
                    string,
                    vec![text, Operand::Text(piece.clone())],
                    span,
                ),
                Part::Expr(expr) => {
                    let ty = self.ty(expr);
                    let value = self.value(expr);
                    self.append_display(text, value, ty, expr.span)
                }
            };
        }
        text
    }

    fn append_display(
        &mut self,
        text: Operand,
        value: Operand,
        ty: TypeRef,
        span: Span,
    ) -> Operand {
        let string = self.lowering.string();
        match self.lowering.program.types.get(ty).kind {
            TypeKind::String => self.primitive(Prim::BytesAppend, string, vec![text, value], span),
            TypeKind::Int => self.primitive(Prim::AppendInt, string, vec![text, value], span),
            TypeKind::Bool => self.primitive(Prim::AppendBool, string, vec![text, value], span),
            TypeKind::Float => self.bind(
                string,
                Rvalue::Runtime {
                    symbol: "snow_append_float",
                    args: vec![text, value],
                },
            ),
            _ => {
                let piece = self.derived(Derived::Display, ty, vec![value]);
                self.primitive(Prim::BytesAppend, string, vec![text, piece], span)
            }
        }
    }

    /// A structural operation; makes sure that what it calls exists.
    pub(super) fn derived(&mut self, op: Derived, ty: TypeRef, args: Vec<Operand>) -> Operand {
        self.lowering.request_derived(op, ty);
        let result = match op {
            Derived::Equal => self.lowering.bool(),
            Derived::Compare | Derived::Hash => self.lowering.int(),
            Derived::Display | Derived::Inspect => self.lowering.string(),
        };
        self.bind(result, Rvalue::Derived { op, ty, args })
    }

    /// `e?`: the payload of `Ok`/`Some`, or an early return.
    fn try_operator(&mut self, operand: &Expr) -> Operand {
        let ty = self.hir_ty(operand);
        let ty_ref = self.lowering.type_ref(&ty);
        let value = self.value(operand);
        let value = Operand::Var(self.as_var(value, ty_ref));
        let is_option = matches!(&ty, Ty::Con(id, _) if Some(*id) == self.lowering.hir.lang.option);
        let good_name = if is_option { "Some" } else { "Ok" };
        let TypeKind::Sum { variants } = self.lowering.program.types.get(ty_ref).kind.clone()
        else {
            return Operand::Unit;
        };
        let good = variants
            .iter()
            .position(|v| &*v.0 == good_name)
            .unwrap_or(0);
        let bad = 1 - good;
        let int = self.lowering.int();
        let tag = self.bind(int, Rvalue::Tag(value.clone()));
        let is_good = self.test(Prim::IntEq, tag, Operand::Int(good as i64));
        let result_ty = self.result.clone();
        let result_ref = self.lowering.type_ref(&result_ty);
        let bad_payload = variants[bad].1.clone();
        let source = value.clone();
        self.if_else(
            is_good,
            |_| {},
            |b| {
                let fields = bad_payload
                    .iter()
                    .enumerate()
                    .map(|(index, ty)| {
                        b.bind(
                            *ty,
                            Rvalue::Payload {
                                base: source.clone(),
                                variant: bad,
                                index,
                            },
                        )
                    })
                    .collect();
                let early = b.bind(
                    result_ref,
                    Rvalue::Variant {
                        ty: result_ref,
                        variant: bad,
                        fields,
                    },
                );
                b.stmt(Stmt::Return(early));
            },
        );
        let payload = variants[good].1[0];
        self.bind(
            payload,
            Rvalue::Payload {
                base: value,
                variant: good,
                index: 0,
            },
        )
    }

    fn assert(&mut self, condition: &Expr, text: &Name, span: Span) -> Operand {
        let string = self.lowering.string();
        let mut sides = None;
        let comparison = match &condition.kind {
            ExprKind::Binary {
                op,
                left,
                right,
                op_span,
            } => match op.group() {
                Group::Comparison(comparison) => Some((comparison, left, right, *op_span)),
                _ => None,
            },
            _ => None,
        };
        let holds = match comparison {
            Some((comparison, left, right, op_span)) => {
                let left_ty = self.ty(left);
                let left_value = self.value(left);
                let left_value = Operand::Var(self.as_var(left_value, left_ty));
                let right_value = self.value(right);
                let right_value = Operand::Var(self.as_var(right_value, left_ty));
                sides = Some((left_value.clone(), right_value.clone(), left_ty));
                self.comparison(comparison, left_value, right_value, left_ty, op_span)
            }
            None => self.value(condition),
        };
        let message = format!("assertion failed: {text}");
        self.if_else(
            holds,
            |_| {},
            |b| match sides {
                None => b.panic(&message, span),
                Some((left, right, ty)) => {
                    let head = Operand::Text(format!("{message}\n  left:  ").into());
                    let room = b.primitive(
                        Prim::BytesWithCapacity,
                        string,
                        vec![Operand::Int(128)],
                        span,
                    );
                    let mut report = b.primitive(Prim::BytesAppend, string, vec![room, head], span);
                    let left = b.derived(Derived::Inspect, ty, vec![left]);
                    report = b.primitive(Prim::BytesAppend, string, vec![report, left], span);
                    let middle = Operand::Text("\n  right: ".into());
                    report = b.primitive(Prim::BytesAppend, string, vec![report, middle], span);
                    let right = b.derived(Derived::Inspect, ty, vec![right]);
                    report = b.primitive(Prim::BytesAppend, string, vec![report, right], span);
                    b.panic_text(report, span);
                }
            },
        );
        Operand::Unit
    }

    /// Ends the actor with a text made at run time.
    pub(super) fn panic_text(&mut self, text: Operand, span: Span) {
        let unit = self.lowering.type_ref(&Ty::unit());
        self.primitive(Prim::PanicText, unit, vec![text], span);
        self.panic("unreachable", span);
    }
}
