//! Expressions. Each gets a type and, where the place asks for one, is held against it.

use crate::hir::{Expr, ExprKind, Part, Statement, TypeId, TypeKind};
use crate::types::{Need, Ty};

use super::bounds::Bound;
use super::deferred::Constraint;
use super::habits::FIRST_VALUE;
use super::{Cause, Expectation, Infer};

impl Infer<'_, '_> {
    pub(super) fn int_ty(&self) -> Ty {
        plain(self.program.lang.int)
    }

    pub(super) fn float_ty(&self) -> Ty {
        plain(self.program.lang.float)
    }

    pub(super) fn bool_ty(&self) -> Ty {
        plain(self.program.lang.bool_)
    }

    pub(super) fn string_ty(&self) -> Ty {
        plain(self.program.lang.string)
    }

    pub(super) fn bytes_ty(&self) -> Ty {
        plain(self.program.lang.bytes)
    }

    pub(super) fn list_of(&self, item: Ty) -> Ty {
        self.program
            .lang
            .list
            .map_or(Ty::Error, |id| Ty::Con(id, vec![item]))
    }

    /// The type of an expression; reports when it is not what is wanted.
    pub(super) fn value(&mut self, e: &Expr, expectation: Expectation) -> Ty {
        let ty = match &e.kind {
            // These hand on what is wanted to the places their value comes from.
            ExprKind::Block(statements) => self.block(statements, e.span, expectation),
            ExprKind::If {
                condition,
                then,
                otherwise: Some(otherwise),
            } => self.if_else(condition, then, otherwise, expectation),
            ExprKind::Case { subject, arms } => self.case(subject, arms, expectation),
            ExprKind::Receive { arms, after } => self.receive(arms, after.as_ref(), expectation),
            ExprKind::Closure {
                arity,
                clauses,
                annotations,
            } => self.closure(*arity, clauses, annotations, e.span, expectation),
            _ => {
                let ty = self.form(e);
                self.meet(&ty, e, expectation);
                ty
            }
        };
        self.record(e, ty)
    }

    /// Notes the type of an expression.
    pub(super) fn record(&mut self, e: &Expr, ty: Ty) -> Ty {
        self.typed.expr[e.id.index()] = ty.clone();
        self.touched.exprs.push(e.id);
        ty
    }

    pub(super) fn meet(&mut self, ty: &Ty, e: &Expr, expectation: Expectation) {
        if let Expectation::Type(expected, cause) = expectation {
            self.expect(expected, ty, e.span, cause);
        }
    }

    /// A value of a type that is known.
    pub(super) fn of_type(&mut self, e: &Expr, expected: &Ty, cause: Cause) -> Ty {
        self.value(e, Expectation::Type(expected, cause))
    }

    fn form(&mut self, e: &Expr) -> Ty {
        match &e.kind {
            ExprKind::Int(_) => self.int_ty(),
            ExprKind::Float(_) => self.float_ty(),
            ExprKind::Bool(_) => self.bool_ty(),
            ExprKind::Unit => Ty::unit(),
            ExprKind::String(_) => self.string_ty(),
            ExprKind::Error => Ty::Error,
            ExprKind::Interpolation(parts) => self.interpolation(parts),
            ExprKind::Local(local) => self.local(*local, e.id),
            ExprKind::Function(id) => self.function_value(*id, e),
            ExprKind::Constructor { ty, variant } => self.constructor(*ty, *variant),
            ExprKind::Tuple(items) => {
                let ty = Ty::Tuple(items.iter().map(|item| self.part(item)).collect());
                self.limited(ty, e.span)
            }
            ExprKind::List(items) => self.list(items),
            ExprKind::Map(pairs) => self.map(pairs),
            ExprKind::Range(from, to) => {
                let int = self.int_ty();
                self.of_type(from, &int, Cause::PLAIN);
                self.of_type(to, &int, Cause::PLAIN);
                plain(self.program.lang.range)
            }
            ExprKind::Struct { ty, fields } => self.struct_literal(*ty, fields),
            ExprKind::Update { base, fields } => self.update(e, base, fields),
            ExprKind::Bits(segments) => self.bits(segments, e.span),
            ExprKind::Unary(op, operand) => self.unary(*op, operand),
            ExprKind::Binary {
                op,
                left,
                right,
                op_span,
            } => self.binary(*op, left, right, *op_span),
            ExprKind::Call { callee, args } => self.call(callee, args, e.span),
            ExprKind::Member {
                base,
                name,
                name_span,
            } => self.member(e, base, name, *name_span),
            ExprKind::MethodCall {
                base,
                name,
                name_span,
                args,
            } => self.method_call(e, base, name, *name_span, args.iter()),
            ExprKind::Index { base, index } => {
                self.method_call(e, base, &"get".into(), e.span, std::iter::once(&**index))
            }
            ExprKind::Try(operand) => self.try_(operand, e),
            ExprKind::If {
                condition, then, ..
            } => {
                self.condition(condition);
                self.value(then, Expectation::Effect);
                Ty::unit()
            }
            ExprKind::While { condition, body } => {
                self.condition(condition);
                self.value(body, Expectation::Effect);
                Ty::unit()
            }
            ExprKind::For {
                pattern,
                of_pairs,
                iterable,
                filter,
                body,
            } => self.for_(e, (pattern, *of_pairs), iterable, filter.as_deref(), body),
            ExprKind::Break | ExprKind::Continue => Ty::Never,
            ExprKind::Return(value) => self.return_(value.as_deref(), e),
            ExprKind::Spawn { actor, args } => self.spawn(actor, args, e.span),
            ExprKind::Send { to, message } => self.send(to, message),
            ExprKind::SelfPid => self.frame.pid.clone().unwrap_or(Ty::Error),
            ExprKind::Assert {
                condition, message, ..
            } => {
                self.condition(condition);
                if let Some(message) = message {
                    let string = self.string_ty();
                    self.of_type(message, &string, Cause::PLAIN);
                }
                Ty::unit()
            }
            ExprKind::Block(_)
            | ExprKind::Case { .. }
            | ExprKind::Receive { .. }
            | ExprKind::Closure { .. } => Ty::Error,
        }
    }

    /// The type of a value that becomes part of another. What never comes to be may be of any type.
    pub(super) fn part(&mut self, e: &Expr) -> Ty {
        match self.value(e, Expectation::Value) {
            Ty::Never => self.fresh(),
            ty => ty,
        }
    }

    fn interpolation(&mut self, parts: &[Part]) -> Ty {
        for part in parts {
            if let Part::Expr(e) = part {
                let ty = self.value(e, Expectation::Value);
                self.defer(Constraint::Shown { ty }, e.id, e.span);
            }
        }
        self.string_ty()
    }

    fn constructor(&mut self, id: TypeId, variant: usize) -> Ty {
        let program = self.program;
        let def = &program.types[id.index()];
        let args = self.fresh_many(def.generics.len());
        let TypeKind::Sum(variants) = &def.kind else {
            return Ty::Error;
        };
        let Some(variant) = variants.get(variant) else {
            return Ty::Error;
        };
        let params: Vec<Ty> = variant.fields.iter().map(|t| t.substitute(&args)).collect();
        let whole = Ty::Con(id, args);
        if params.is_empty() {
            whole
        } else {
            Ty::Fun(params, Box::new(whole))
        }
    }

    fn list(&mut self, items: &[Expr]) -> Ty {
        let Some((first, rest)) = items.split_first() else {
            let item = self.fresh();
            return self.list_of(item);
        };
        let item = self.part(first);
        for other in rest {
            self.of_type(
                other,
                &item,
                Cause::because(first.span, "the first element"),
            );
        }
        self.list_of(item)
    }

    fn map(&mut self, pairs: &[(Expr, Expr)]) -> Ty {
        let Some(id) = self.program.lang.map else {
            return Ty::Error;
        };
        let (key, value) = (self.fresh(), self.fresh());
        let mut first: Option<(&Expr, &Expr)> = None;
        for (k, v) in pairs {
            let cause = |at: Option<&Expr>, what| {
                at.map_or(Cause::PLAIN, |at| Cause::because(at.span, what))
            };
            self.of_type(k, &key, cause(first.map(|f| f.0), "the first key"));
            self.of_type(v, &value, cause(first.map(|f| f.1), FIRST_VALUE));
            first = first.or(Some((k, v)));
        }
        if let Some((k, _)) = first {
            let [hash, eq] = [Need::Hash, Need::Eq].map(Bound::Need);
            if self.require(&key, &hash, k.span) {
                self.require(&key, &eq, k.span);
            }
        }
        Ty::Con(id, vec![key, value])
    }

    fn struct_literal(&mut self, id: TypeId, fields: &[(usize, Expr)]) -> Ty {
        let program = self.program;
        let def = &program.types[id.index()];
        let args = self.fresh_many(def.generics.len());
        let TypeKind::Struct(declared) = &def.kind else {
            return Ty::Error;
        };
        for (index, value) in fields {
            let ty = declared
                .get(*index)
                .map_or(Ty::Error, |(_, ty)| ty.substitute(&args));
            self.of_type(value, &ty, Cause::because(def.span, "declared field"));
        }
        Ty::Con(id, args)
    }

    fn block(
        &mut self,
        statements: &[Statement],
        span: crate::source::Span,
        expectation: Expectation,
    ) -> Ty {
        let last = statements.len().saturating_sub(1);
        for (index, statement) in statements.iter().enumerate() {
            match statement {
                Statement::Let {
                    pattern,
                    annotation,
                    value,
                } => self.let_(pattern, annotation.as_ref(), value),
                Statement::Expr(e) if index == last => return self.value(e, expectation),
                Statement::Expr(e) => {
                    self.value(e, Expectation::Effect);
                }
            }
        }
        let unit = Ty::unit();
        if let Expectation::Type(expected, cause) = expectation {
            self.expect(expected, &unit, span, cause);
        }
        unit
    }

    fn let_(&mut self, pattern: &crate::hir::Pat, annotation: Option<&Ty>, value: &Expr) {
        let ty = self.let_value(pattern, value, |infer| match annotation {
            Some(written) => {
                let ty = infer.annotation(written);
                infer.of_type(value, &ty, Cause::because(pattern.span, "declared type"));
                ty
            }
            None => infer.let_closure(pattern, value),
        });
        self.pattern(pattern, &ty);
    }
}

pub(super) fn plain(id: Option<TypeId>) -> Ty {
    id.map_or(Ty::Error, |id| Ty::Con(id, Vec::new()))
}
