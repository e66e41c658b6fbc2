//! One function body being built.

use rustc_hash::{FxHashMap, FxHashSet};

use super::closure::OwnClosure;
use super::Lowering;
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::TypeRef;
use crate::hir::{self, Expr, FnId, FunctionKind, LocalId};
use crate::matches::tree::MatchKey;
use crate::source::Span;
use crate::types::Ty;

/// Where the value of an expression goes.
#[derive(Clone, Copy)]
pub(super) enum Destination {
    /// It is the function's result.
    Return,
    /// It is evaluated last, and the function's result is Unit whatever it is.
    Finish,
    /// It is assigned to this join variable.
    Slot(Var),
    /// The value is not used.
    Ignore,
}

/// How a self call in tail position starts over.
#[derive(Clone)]
pub(super) struct SelfLoop {
    pub label: Label,
    pub params: Vec<Var>,
    pub used: bool,
}

/// Jump targets of the innermost loop.
#[derive(Clone, Copy)]
pub(super) struct LoopTargets {
    pub on_break: Label,
    pub on_continue: Label,
}

/// State of the function being lowered.
pub(super) struct Body<'l, 'a> {
    pub lowering: &'l mut Lowering<'a>,
    pub function: FunctionRef,
    /// Declaration that the body comes from, for self calls.
    pub source: Option<FnId>,
    /// Type arguments of the instance.
    pub args: Vec<Ty>,
    pub vars: Vec<VarInfo>,
    pub labels: u32,
    pub locals: FxHashMap<LocalId, Operand>,
    /// Statements of the block being built.
    pub block: Block,
    /// The end of the block is not reachable.
    pub dead: bool,
    pub result: Ty,
    pub self_loop: Option<SelfLoop>,
    pub loops: Vec<LoopTargets>,
    pub closures: u32,
    /// The name that the closure to be lowered next is bound to.
    pub naming: Option<LocalId>,
    /// The closure whose body this is, where it mentions itself.
    pub own_closure: Option<OwnClosure>,
    /// The value of a generalised name is being lowered: its closures are shared by all uses.
    pub is_shared: bool,
    pub used_labels: FxHashSet<Label>,
    /// `Some` when the function has a `self()` parameter: that parameter. `None`: `self()` is the
    /// running actor.
    pub self_pid: Option<Operand>,
    /// The last `At` emitted in this block, to leave out repeats.
    pub line: Option<Span>,
    pub symbol: String,
}

impl<'l, 'a> Body<'l, 'a> {
    pub(super) fn new(
        lowering: &'l mut Lowering<'a>,
        function: FunctionRef,
        args: Vec<Ty>,
        result: Ty,
    ) -> Self {
        let symbol = lowering.program.function(function).symbol.clone();
        Body {
            lowering,
            function,
            source: None,
            args,
            vars: Vec::new(),
            labels: 0,
            locals: FxHashMap::default(),
            block: Vec::new(),
            dead: false,
            result,
            self_loop: None,
            loops: Vec::new(),
            closures: 0,
            naming: None,
            own_closure: None,
            is_shared: false,
            used_labels: FxHashSet::default(),
            self_pid: None,
            line: None,
            symbol,
        }
    }

    /// Fills in the instance `function` of `source` for `args`.
    pub(super) fn lower_function(
        lowering: &'l mut Lowering<'a>,
        function: FunctionRef,
        source: FnId,
        args: Vec<Ty>,
    ) {
        let hir = lowering.hir;
        let def = &hir.functions[source.index()];
        let scheme = lowering.typed.scheme[source.index()].clone();
        let is_actor = matches!(def.kind, FunctionKind::Actor | FunctionKind::Test);
        let result = if is_actor {
            Ty::unit()
        } else {
            scheme.result.substitute(&args)
        };
        let param_types: Vec<Ty> = scheme.params.iter().map(|t| t.substitute(&args)).collect();
        let mut body = Body::new(lowering, function, args.clone(), result);
        body.source = Some(source);
        let params = body.bind_params(def, &param_types);
        if is_actor {
            body.actor_kind(source, def, &param_types);
        }
        if def.has_self_pid {
            body.self_pid = params.first().map(|v| Operand::Var(*v));
        }
        let label = body.fresh_label();
        body.self_loop = Some(SelfLoop {
            label,
            params: params.clone(),
            used: false,
        });
        body.at(def.span);
        body.clauses(
            MatchKey::Function(source),
            &params,
            &def.clauses,
            Destination::Return,
            def.span,
        );
        body.finish(params);
    }

    fn bind_params(&mut self, def: &hir::Function, types: &[Ty]) -> Vec<Var> {
        let mut params = Vec::new();
        for i in 0..def.arity {
            let ty = types.get(i).cloned().unwrap_or_else(Ty::unit);
            let ty = self.lowering.type_ref(&ty);
            params.push(self.fresh(ty));
        }
        params
    }

    fn actor_kind(&mut self, source: FnId, def: &hir::Function, types: &[Ty]) {
        let message = self
            .lowering
            .typed
            .message
            .get(&source)
            .cloned()
            .unwrap_or_else(Ty::unit);
        let message = message.substitute(&self.args);
        let message = self.lowering.type_ref(&message);
        let terminate = def.terminate.as_ref().map(|block| {
            let unit = self.lowering.program.function(self.function).unit.clone();
            let reference = self.lowering.declare(
                format!("{}_terminate", self.symbol),
                def.name.to_string(),
                unit,
            );
            let args = self.args.clone();
            let mut inner = Body::new(self.lowering, reference, args, Ty::unit());
            let inner_params = inner.bind_params(def, types);
            // The block sees what the parameters' patterns bind.
            let clause = def.clauses.first().map(|clause| hir::Clause {
                body: block.clone(),
                ..clause.clone()
            });
            inner.clauses(
                MatchKey::Function(source),
                &inner_params,
                clause.as_slice(),
                Destination::Finish,
                block.span,
            );
            inner.finish(inner_params);
            reference
        });
        self.lowering.program.functions[self.function.0 as usize].kind =
            Kind::Actor { message, terminate };
    }

    /// Wraps the body in the loop that self calls repeat, and stores the function.
    pub(super) fn finish(mut self, params: Vec<Var>) {
        self.stmt(Stmt::Return(Operand::Unit));
        let mut body = std::mem::take(&mut self.block);
        if let Some(own) = self.self_loop.take().filter(|own| own.used) {
            body = vec![Stmt::Loop(own.label, body)];
        }
        let result = self.result.clone();
        let result = self.lowering.type_ref(&result);
        let function = &mut self.lowering.program.functions[self.function.0 as usize];
        function.borrowed = vec![false; params.len()];
        function.params = params;
        function.result = result;
        function.vars = self.vars;
        function.labels = self.labels;
        function.body = body;
    }

    // ---- building blocks ----

    pub(super) fn fresh(&mut self, ty: TypeRef) -> Var {
        self.vars.push(VarInfo { ty, alias: false });
        Var(self.vars.len() as u32 - 1)
    }

    pub(super) fn fresh_label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    /// Appends a statement unless it cannot be reached.
    pub(super) fn stmt(&mut self, stmt: Stmt) {
        if self.dead {
            return;
        }
        match &stmt {
            Stmt::Leave(label) | Stmt::Repeat(label) => {
                self.used_labels.insert(*label);
                self.dead = true;
            }
            Stmt::Return(_) | Stmt::Panic { .. } => self.dead = true,
            Stmt::Let(..)
            | Stmt::Assign(..)
            | Stmt::At(_)
            | Stmt::Kill(_)
            | Stmt::Revive(_)
            | Stmt::Regain(_)
            | Stmt::Dup(_)
            | Stmt::Drop(_)
            | Stmt::If { .. }
            | Stmt::Switch { .. }
            | Stmt::Scope(..)
            | Stmt::Loop(..)
            | Stmt::Receive(_) => {}
        }
        self.block.push(stmt);
    }

    /// Binds a new variable.
    pub(super) fn bind(&mut self, ty: TypeRef, rvalue: Rvalue) -> Operand {
        let var = self.fresh(ty);
        self.stmt(Stmt::Let(var, rvalue));
        Operand::Var(var)
    }

    /// Builds a nested block; answers it and whether its end is unreachable.
    pub(super) fn nested(&mut self, build: impl FnOnce(&mut Self)) -> (Block, bool) {
        let outer = std::mem::take(&mut self.block);
        let outer_dead = std::mem::replace(&mut self.dead, false);
        let line = self.line;
        build(self);
        self.line = line;
        let inner = std::mem::replace(&mut self.block, outer);
        (inner, std::mem::replace(&mut self.dead, outer_dead))
    }

    /// `Scope(label) { build }`: reachable afterwards when the label is used or the body falls
    /// through.
    pub(super) fn scope(&mut self, label: Label, build: impl FnOnce(&mut Self)) {
        if self.dead {
            return;
        }
        let (block, dead) = self.nested(build);
        let used = self.used_labels.contains(&label);
        if used {
            self.stmt(Stmt::Scope(label, block));
            self.dead = false;
        } else {
            self.block.extend(block);
            self.dead = dead;
        }
    }

    pub(super) fn if_else(
        &mut self,
        condition: Operand,
        then: impl FnOnce(&mut Self),
        otherwise: impl FnOnce(&mut Self),
    ) {
        let (then, dead_then) = self.nested(then);
        let (otherwise, dead_otherwise) = self.nested(otherwise);
        self.stmt(Stmt::If {
            condition,
            then,
            otherwise,
        });
        self.dead |= dead_then && dead_otherwise;
    }

    /// Marks where the following statements come from.
    pub(super) fn at(&mut self, span: Span) {
        if self.line != Some(span) {
            self.line = Some(span);
            self.stmt(Stmt::At(span));
        }
    }

    /// Gives `operand` to `destination`.
    pub(super) fn deliver(&mut self, operand: Operand, destination: Destination) {
        match destination {
            Destination::Return => self.stmt(Stmt::Return(operand)),
            Destination::Finish => self.stmt(Stmt::Return(Operand::Unit)),
            Destination::Slot(var) => self.stmt(Stmt::Assign(var, operand)),
            Destination::Ignore => {}
        }
    }

    pub(super) fn panic(&mut self, message: &str, span: Span) {
        self.stmt(Stmt::Panic {
            message: message.into(),
            span,
        });
    }

    // ---- types ----

    /// Concrete type of an expression.
    pub(super) fn ty(&mut self, expr: &Expr) -> TypeRef {
        let ty = self.hir_ty(expr);
        self.lowering.place = expr.span;
        self.lowering.type_ref(&ty)
    }

    /// Inferred type of an expression with this instance's type arguments.
    pub(super) fn hir_ty(&self, expr: &Expr) -> Ty {
        self.lowering.typed.expr[expr.id.index()].substitute(&self.args)
    }

    // ---- primitives ----

    pub(super) fn primitive(
        &mut self,
        op: Prim,
        result: TypeRef,
        args: Vec<Operand>,
        span: Span,
    ) -> Operand {
        self.bind(
            result,
            Rvalue::Primitive {
                op,
                ty: None,
                args,
                span,
            },
        )
    }

    pub(super) fn list_primitive(
        &mut self,
        op: Prim,
        item: TypeRef,
        result: TypeRef,
        args: Vec<Operand>,
        span: Span,
    ) -> Operand {
        self.bind(
            result,
            Rvalue::Primitive {
                op,
                ty: Some(item),
                args,
                span,
            },
        )
    }

    pub(super) fn int_op(&mut self, op: Prim, a: Operand, b: Operand) -> Operand {
        let int = self.lowering.int();
        self.primitive(op, int, vec![a, b], Span::default())
    }

    pub(super) fn test(&mut self, op: Prim, a: Operand, b: Operand) -> Operand {
        let bool_ = self.lowering.bool();
        self.primitive(op, bool_, vec![a, b], Span::default())
    }
}
