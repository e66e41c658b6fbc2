//! Right-hand sides as C expressions.

use std::fmt::Write;

use super::counting::is_aggregate;
use super::function::{is_append, Printer};
use super::names::{float, int, key};
use super::operations::Helper;
use super::unit::Emitter;
use crate::core::ir::*;
use crate::core::primitive::{Form, Prim};
use crate::core::types::{TypeKind, TypeRef};
use crate::source::Span;

impl Emitter<'_> {
    /// A constructor applied to C expressions.
    pub(super) fn variant(&mut self, ty: TypeRef, variant: usize, fields: &[String]) -> String {
        self.define_type(ty);
        let key = key(&self.program.types, ty);
        let boxed = self.program.types.get(ty).boxed;
        if boxed && fields.is_empty() {
            return format!("(&C{key}_{variant})");
        }
        let mut sets = String::new();
        for (i, field) in fields.iter().enumerate() {
            let _ = match boxed {
                true => write!(sets, "p->f{i} = {field}; "),
                false => write!(sets, ".u.v{variant}.f{i} = {field}, "),
            };
        }
        match boxed {
            true => format!("({{ struct T{key}_{variant} *p = sn_new(cx, sizeof *p, {variant}); {sets}(sn_obj)p; }})"),
            false => format!("((struct T{key}){{.tag = {variant}, {sets}}})"),
        }
    }

    /// A value that owns nothing: counting it does nothing.
    fn undef(&mut self, ty: TypeRef) -> String {
        let c = self.c_type(ty);
        let info = self.program.types.get(ty);
        match &info.kind {
            _ if !info.managed && !is_aggregate(&info.kind) => "0".into(),
            TypeKind::Sum { .. } if !info.boxed => format!("(({c}){{.tag = -1}})"),
            kind if info.boxed || !is_aggregate(kind) => format!("(({c})&sn_undef)"),
            TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Pid
            | TypeKind::List(_)
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => {
                let parts: Vec<_> = self
                    .program
                    .types
                    .fields(ty)
                    .into_iter()
                    .map(|f| self.undef(f))
                    .collect();
                format!("(({c}){{{}}})", parts.join(", "))
            }
        }
    }

    fn make(&mut self, ty: TypeRef, fields: &[String]) -> String {
        self.define_type(ty);
        let key = key(&self.program.types, ty);
        let mut sets = String::new();
        if self.program.types.get(ty).boxed {
            for (i, field) in fields.iter().enumerate() {
                let _ = write!(sets, "p->f{i} = {field}; ");
            }
            return format!(
                "({{ struct T{key} *p = sn_new(cx, sizeof *p, 0); {sets}(sn_obj)p; }})"
            );
        }
        if fields.is_empty() {
            return format!("((struct T{key}){{0}})");
        }
        for (i, field) in fields.iter().enumerate() {
            let _ = write!(sets, ".f{i} = {field}, ");
        }
        format!("((struct T{key}){{{sets}}})")
    }

    /// `base` with other fields; in place when boxed and unique.
    fn update(&mut self, ty: TypeRef, base: &str, fields: &[(usize, String)]) -> String {
        self.define_type(ty);
        let key = key(&self.program.types, ty);
        let field_types = self.program.types.fields(ty);
        let boxed = self.program.types.get(ty).boxed;
        let at = |i: &usize| {
            if boxed {
                format!("p->f{i}")
            } else {
                format!("p.f{i}")
            }
        };
        let mut sets = String::new();
        for (i, value) in fields {
            let drop = self.drop(field_types[*i], &at(i));
            let _ = write!(sets, "{drop} {} = {value}; ", at(i));
        }
        if boxed {
            let copy = self.helper_name(Helper::Copy, ty);
            return format!(
                "({{ sn_obj o = {base}; if (!sn_unique(cx, o)) o = {copy}(cx, o); struct T{key} *p = (struct T{key} *)o; \
                 {sets}(sn_obj)p; }})"
            );
        }
        format!("({{ struct T{key} p = {base}; {sets}p; }})")
    }
}

impl Printer<'_, '_> {
    pub(super) fn operand(&mut self, operand: &Operand) -> String {
        match operand {
            Operand::Var(v) => self.var(*v),
            Operand::Int(v) => int(*v),
            Operand::Float(v) => float(*v),
            Operand::Bool(v) => v.to_string(),
            Operand::Unit => "(sn_unit)0".into(),
            Operand::Text(text) => self.emitter.literal(text),
            Operand::Function(f) => {
                self.emitter.declare(*f);
                format!("(&{}_value)", self.emitter.program.function(*f).symbol)
            }
            Operand::EmptyList(_) => "(&sn_list_empty)".into(),
            Operand::Static(value) => self.emitter.static_value(value),
            Operand::Undef(ty) => self.emitter.undef(*ty),
        }
    }

    pub(super) fn operands(&mut self, list: &[Operand]) -> Vec<String> {
        list.iter().map(|o| self.operand(o)).collect()
    }

    /// Type of an operand; only variables can be projected from or updated.
    fn type_of(&self, operand: &Operand) -> TypeRef {
        operand
            .var()
            .map_or(TypeRef(0), |v| self.function.type_of(v))
    }

    /// The C expression of a right-hand side whose variable has type `ty`.
    pub(super) fn rvalue(&mut self, rvalue: &Rvalue, ty: TypeRef) -> String {
        match rvalue {
            Rvalue::Use(o) => self.operand(o),
            Rvalue::Call(f, args) => self.call(*f, args),
            Rvalue::CallClosure(closure, args) => self.call_closure(closure, args),
            Rvalue::Primitive {
                op,
                ty: item,
                args,
                span,
            } => {
                let list = self.operands(args);
                self.primitive(*op, item.unwrap_or(TypeRef(0)), list, *span)
            }
            Rvalue::Runtime { symbol, args } => {
                let mut list = vec!["cx".to_string()];
                list.extend(self.operands(args));
                let call = format!("{symbol}({})", list.join(", "));
                let is_unit = matches!(self.emitter.program.types.get(ty).kind, TypeKind::Unit);
                let returns = snow_abi::functions::find(symbol).map(|f| f.result);
                let void = matches!(
                    returns,
                    Some(snow_abi::types::AbiType::Unit | snow_abi::types::AbiType::Never)
                );
                match (void, is_unit) {
                    (true, true) => format!("({call}, (sn_unit)0)"),
                    // The result of a call that does not come back has any type.
                    (true, false) => {
                        let c = self.emitter.c_type(ty);
                        format!(
                            "({{ {call}; {c} never; memset(&never, 0, sizeof never); never; }})"
                        )
                    }
                    (false, true) => format!("((void){call}, (sn_unit)0)"),
                    (false, false) => call,
                }
            }
            Rvalue::Derived { op, ty, args } => {
                let list = self.operands(args);
                self.emitter.derived(*op, *ty, &list)
            }
            Rvalue::Make(ty, args) => {
                let list = self.operands(args);
                self.emitter.make(*ty, &list)
            }
            Rvalue::Variant {
                ty,
                variant,
                fields,
            } => {
                let list = self.operands(fields);
                self.emitter.variant(*ty, *variant, &list)
            }
            Rvalue::Field(base, index) => {
                let base_ty = self.type_of(base);
                self.emitter.define_type(base_ty);
                let v = self.operand(base);
                if self.emitter.program.types.get(base_ty).boxed {
                    let key = key(&self.emitter.program.types, base_ty);
                    format!("((struct T{key} *){v})->f{index}")
                } else {
                    format!("{v}.f{index}")
                }
            }
            Rvalue::Payload {
                base,
                variant,
                index,
            } => {
                let base_ty = self.type_of(base);
                self.emitter.define_type(base_ty);
                let v = self.operand(base);
                if self.emitter.program.types.get(base_ty).boxed {
                    let key = key(&self.emitter.program.types, base_ty);
                    format!("((struct T{key}_{variant} *){v})->f{index}")
                } else {
                    format!("{v}.u.v{variant}.f{index}")
                }
            }
            Rvalue::Tag(base) => {
                let base_ty = self.type_of(base);
                self.emitter.define_type(base_ty);
                let v = self.operand(base);
                let arrow = if self.emitter.program.types.get(base_ty).boxed {
                    "->"
                } else {
                    "."
                };
                format!("(int64_t){v}{arrow}tag")
            }
            Rvalue::Update { base, fields } => {
                let base_c = self.operand(base);
                let list: Vec<_> = fields.iter().map(|(i, o)| (*i, self.operand(o))).collect();
                self.emitter.update(ty, &base_c, &list)
            }
            Rvalue::Closure(f, captured) => self.closure(*f, captured),
            Rvalue::Capture(index) => {
                format!("((struct E_{} *)self)->e{index}", self.function.symbol)
            }
            Rvalue::Accept(message) => {
                let v = self.var(*message);
                let m = format!("m{}", message.0);
                let ty = self.function.type_of(*message);
                let value = self.emitter.helper_name(Helper::Receive, ty);
                format!("accept_{value}(cx, {m}, {v})")
            }
            Rvalue::Spawn(f, args) => self.spawn(*f, args),
            Rvalue::Send {
                to,
                message,
                manner,
            } => self.send(to, message, manner),
            Rvalue::SelfPid => "(cx->pid)".into(),
            Rvalue::Guard {
                body,
                limit,
                result,
            } => {
                let call = match body {
                    GuardedCode::Closure(closure) => {
                        let name = self.emitter.helper_name(Helper::Guard, *result);
                        format!("{name}(cx, {}", self.operand(closure))
                    }
                    GuardedCode::Call(f, args) => {
                        let name = self.emitter.guard_around(*f, *result);
                        let args = args.iter().map(|a| format!(", {}", self.operand(a)));
                        format!("{name}(cx{}", args.collect::<String>())
                    }
                };
                match limit {
                    None => format!("{call}, NULL)"),
                    Some((within, label)) => {
                        let (within, label) = (self.operand(within), self.operand(label));
                        format!("({{ sn_limit l; l.within = {within}; l.label = {label}; l.started = 0; {call}, &l); }})")
                    }
                }
            }
        }
    }

    fn primitive(&mut self, op: Prim, item: TypeRef, mut list: Vec<String>, at: Span) -> String {
        if op.panics() {
            list.push(self.emitter.place(at));
        }
        let called = match self.calls_appends && is_append(op) {
            true => "_called",
            false => "",
        };
        match op.form() {
            Form::Infix(operator) => format!("({} {operator} {})", list[0], list[1]),
            Form::Prefix(operator) => format!("({operator}{})", list[0]),
            Form::Constant(text) => format!("({text})"),
            Form::Call => {
                format!("sn_{}{called}(cx, {})", op.name(), list.join(", "))
            }
            Form::List(name) => {
                let prefix = self.emitter.helper_name(Helper::List, item);
                format!("{prefix}_{name}{called}(cx, {})", list.join(", "))
            }
            Form::Length => format!("({}->len)", list[0]),
            Form::PanicText => format!(
                "(snow_panic_text(cx, {}, (void *){}), (sn_unit)0)",
                list[0], list[1]
            ),
        }
    }
}
