//! Calls: of functions, closures, constructors, methods and actors.

use super::function::{Body, Destination};
use crate::core::ir::*;
use crate::core::types::TypeRef;
use crate::diagnostics::Code;
use crate::hir::{Expr, ExprKind, FnId, FunctionKind};
use crate::source::Span;
use crate::types::Ty;

impl Body<'_, '_> {
    /// Type arguments at a use of a function.
    pub(super) fn instance_args(&self, expr: &Expr) -> Vec<Ty> {
        let args = self
            .lowering
            .typed
            .instance
            .get(&expr.id)
            .cloned()
            .unwrap_or_default();
        args.iter().map(|t| t.substitute(&self.args)).collect()
    }

    /// A call in tail position: a self call repeats the body, any other is the returned value.
    pub(super) fn tail_call(
        &mut self,
        expr: &Expr,
        callee: &Expr,
        args: &[Expr],
        destination: Destination,
    ) {
        if let ExprKind::Function(function) = callee.kind {
            let type_args = self.instance_args(callee);
            let (target, target_args) = self.lowering.hir.method_for(function, &type_args);
            if self.source == Some(target) && target_args == self.args {
                let has_pid = self.lowering.hir.functions[target.index()].has_self_pid;
                self.self_call(usize::from(has_pid), args);
                return;
            }
        }
        if let ExprKind::Local(local) = callee.kind {
            if self
                .own_closure
                .as_ref()
                .is_some_and(|own| own.name == local)
            {
                self.self_call(0, args);
                return;
            }
        }
        let value = self.call(expr, callee, args);
        self.deliver(value, destination);
    }

    /// `skip` parameters stay what they are.
    fn self_call(&mut self, skip: usize, args: &[Expr]) {
        let Some(own) = self.self_loop.clone() else {
            return;
        };
        let mut values = Vec::new();
        for (arg, param) in args.iter().zip(&own.params[skip..]) {
            let value = self.value(arg);
            if value == Operand::Var(*param) {
                continue;
            }
            // All arguments are evaluated before any parameter changes.
            let ty = self.vars[param.0 as usize].ty;
            let copy = self.fresh(ty);
            self.stmt(Stmt::Let(copy, Rvalue::Use(value)));
            values.push((*param, copy));
        }
        for (param, copy) in values {
            self.stmt(Stmt::Assign(param, Operand::Var(copy)));
        }
        self.stmt(Stmt::Repeat(own.label));
        if let Some(own) = &mut self.self_loop {
            own.used = true;
        }
    }

    pub(super) fn call(&mut self, expr: &Expr, callee: &Expr, args: &[Expr]) -> Operand {
        match &callee.kind {
            ExprKind::Function(function) => {
                let type_args = self.instance_args(callee);
                let def = &self.lowering.hir.functions[function.index()];
                if matches!(def.kind, FunctionKind::Actor) {
                    let text = "an actor may call itself only as the last thing it does";
                    self.lowering.error(Code::E0050, expr.span, text);
                    return Operand::Unit;
                }
                if let Some(guarded) = self.guard_here(expr, callee, args) {
                    return guarded;
                }
                let operands: Vec<_> = args.iter().map(|a| self.value(a)).collect();
                let ty = self.ty(expr);
                let place = place_of(expr, callee.span);
                self.at(place);
                let result = self.call_function(*function, &type_args, operands, ty, place);
                if self.hir_ty(expr) == Ty::Never {
                    self.panic("a function that does not return has returned", expr.span);
                }
                result
            }
            ExprKind::Constructor { variant, .. } => {
                let operands: Vec<_> = args.iter().map(|a| self.value(a)).collect();
                let result = self.ty(expr);
                self.bind(
                    result,
                    Rvalue::Variant {
                        ty: result,
                        variant: *variant,
                        fields: operands,
                    },
                )
            }
            _ => {
                let closure_ty = self.ty(callee);
                let closure = self.value(callee);
                let closure = Operand::Var(self.as_var(closure, closure_ty));
                let operands: Vec<_> = args.iter().map(|a| self.value(a)).collect();
                let ty = self.ty(expr);
                self.at(place_of(expr, callee.span));
                self.bind(ty, Rvalue::CallClosure(closure, operands))
            }
        }
    }

    /// Calls a known function with evaluated arguments (the implicit pid not among them).
    pub(super) fn call_function(
        &mut self,
        function: FnId,
        type_args: &[Ty],
        mut operands: Vec<Operand>,
        result: TypeRef,
        span: Span,
    ) -> Operand {
        let def = &self.lowering.hir.functions[function.index()];
        if def.has_self_pid {
            let pid = match self.self_pid.clone() {
                Some(pid) => pid,
                None => {
                    let ty = self.lowering.typed.scheme[function.index()].params[0]
                        .substitute(type_args);
                    let ty = self.lowering.type_ref(&ty);
                    self.bind(ty, Rvalue::SelfPid)
                }
            };
            operands.insert(0, pid);
        }
        if let FunctionKind::Extern(symbol) = &def.kind {
            let symbol = symbol.clone();
            return self.extern_call(&symbol, type_args, operands, result, span);
        }
        let instance = self.lowering.instance(function, type_args);
        self.bind(result, Rvalue::Call(instance, operands))
    }

    pub(super) fn method_call(
        &mut self,
        expr: &Expr,
        base: &Expr,
        name: Span,
        args: &[Expr],
    ) -> Operand {
        let place = place_of(expr, name);
        if let Some(function) = self.lowering.typed.method.get(&expr.id).copied() {
            let type_args = self.instance_args(expr);
            let mut operands = vec![self.value(base)];
            operands.extend(args.iter().map(|a| self.value(a)).collect::<Vec<_>>());
            let ty = self.ty(expr);
            self.at(place);
            return self.call_function(function, &type_args, operands, ty, place);
        }
        let index = self
            .lowering
            .typed
            .field
            .get(&expr.id)
            .and_then(|f| f.first().copied())
            .unwrap_or(0);
        let base_ty = self.ty(base);
        let fields = self.lowering.program.types.fields(base_ty);
        let value = self.value(base);
        let Some(field_ty) = fields.get(index).copied() else {
            return Operand::Unit;
        };
        let closure = self.bind(field_ty, Rvalue::Field(value, index));
        let operands: Vec<_> = args.iter().map(|a| self.value(a)).collect();
        let ty = self.ty(expr);
        self.at(place);
        self.bind(ty, Rvalue::CallClosure(closure, operands))
    }

    pub(super) fn spawn(&mut self, expr: &Expr, actor: &Expr, args: &[Expr]) -> Operand {
        let ExprKind::Function(function) = actor.kind else {
            return Operand::Unit;
        };
        let type_args = self.instance_args(actor);
        let scheme = &self.lowering.typed.scheme[function.index()];
        let params: Vec<_> = scheme
            .params
            .iter()
            .map(|t| t.substitute(&type_args))
            .collect();
        let mut operands = Vec::new();
        for (arg, param) in args.iter().zip(params) {
            let ty = self.lowering.type_ref(&param);
            let value = self.value(arg);
            operands.push(Operand::Var(self.as_var(value, ty)));
        }
        let instance = self.lowering.instance(function, &type_args);
        let ty = self.ty(expr);
        self.at(expr.span);
        self.bind(ty, Rvalue::Spawn(instance, operands))
    }

    /// A constructor as a value: the value itself when nullary, else a function.
    pub(super) fn constructor_value(&mut self, expr: &Expr, variant: usize) -> Operand {
        match self.hir_ty(expr) {
            Ty::Fun(params, result) => {
                let key = format!("{}::{variant}", self.lowering.type_name(&result));
                let result = self.lowering.type_ref(&result);
                let build = move |args: Vec<Operand>| Rvalue::Variant {
                    ty: result,
                    variant,
                    fields: args,
                };
                self.wrapper(&key, &params, result, build)
            }
            ty => {
                let ty = self.lowering.type_ref(&ty);
                self.bind(
                    ty,
                    Rvalue::Variant {
                        ty,
                        variant,
                        fields: Vec::new(),
                    },
                )
            }
        }
    }

    /// A named function as a value.
    pub(super) fn function_value(&mut self, expr: &Expr, function: FnId) -> Operand {
        let type_args = self.instance_args(expr);
        let Ty::Fun(params, result) = self.hir_ty(expr) else {
            return Operand::Unit;
        };
        let result_ref = self.lowering.type_ref(&result);
        let def = &self.lowering.hir.functions[function.index()];
        if let FunctionKind::Extern(symbol) = &def.kind {
            // The symbol, because modules have functions of one name: `String.length`,
            // `Bytes.length`.
            let key = format!(
                "extern {} {} {}",
                symbol,
                def.name,
                self.lowering.type_names(&type_args)
            );
            return self.wrapper_body(&key, &params, result_ref, &mut |b, args| {
                let value = b.call_function(function, &type_args, args, result_ref, expr.span);
                b.deliver(value, Destination::Return);
            });
        }
        let instance = self.lowering.instance(function, &type_args);
        let key = self.lowering.program.function(instance).symbol.clone();
        self.wrapper(&key, &params, result_ref, move |args| {
            Rvalue::Call(instance, args)
        })
    }

    fn wrapper(
        &mut self,
        key: &str,
        params: &[Ty],
        result: TypeRef,
        build: impl Fn(Vec<Operand>) -> Rvalue,
    ) -> Operand {
        self.wrapper_body(key, params, result, &mut |b, args| {
            let value = b.bind(result, build(args));
            b.deliver(value, Destination::Return);
        })
    }

    /// A closure without captures, made once for each `key`.
    fn wrapper_body(
        &mut self,
        key: &str,
        params: &[Ty],
        result: TypeRef,
        fill: &mut dyn FnMut(&mut Body<'_, '_>, Vec<Operand>),
    ) -> Operand {
        if let Some(found) = self.lowering.wrappers.get(key) {
            return Operand::Function(*found);
        }
        let unit = self.lowering.program.function(self.function).unit.clone();
        let symbol = format!("value_{:016x}", crate::core::names::hash(key));
        let reference = self.lowering.declare(symbol, key.to_string(), unit);
        self.lowering.wrappers.insert(key.to_string(), reference);
        self.lowering.program.functions[reference.0 as usize].kind = Kind::Closure(Vec::new());
        let mut inner = Body::new(self.lowering, reference, Vec::new(), Ty::unit());
        let mut vars = Vec::new();
        for param in params {
            let ty = inner.lowering.type_ref(param);
            vars.push(inner.fresh(ty));
        }
        fill(&mut inner, vars.iter().map(|v| Operand::Var(*v)).collect());
        inner.finish(vars);
        self.lowering.program.functions[reference.0 as usize].result = result;
        Operand::Function(reference)
    }
}

/// Where a call stands for reports: at the name of what is called, which may be lines below the
/// first argument. Calls that the compiler has written have the place of what they are made of.
pub(super) fn place_of(call: &Expr, name: Span) -> Span {
    let whole = call.span;
    let inside = name.file == whole.file && name.start >= whole.start && name.end <= whole.end;
    if inside {
        name
    } else {
        whole
    }
}
