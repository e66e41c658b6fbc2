//! Calls of `extern fn`: primitives of the compiler and functions of the runtime.

use super::function::Body;
use crate::core::ir::*;
use crate::core::primitive::{Extern, Form, Intrinsic, Prim};
use crate::core::types::{Derived, TypeKind, TypeRef};
use crate::diagnostics::Code;
use crate::source::{Name, Span};
use crate::types::{Need, Ty};

impl Body<'_, '_> {
    pub(super) fn extern_call(
        &mut self,
        symbol: &Name,
        type_args: &[Ty],
        operands: Vec<Operand>,
        result: TypeRef,
        span: Span,
    ) -> Operand {
        match Extern::of(symbol) {
            Extern::Runtime => self.runtime_call(symbol, operands, result, span),
            Extern::Intrinsic(which) => self.intrinsic(which, type_args, operands, result, span),
            Extern::Prim(op) => match op.form() {
                Form::List(_) | Form::Length => {
                    let item = type_args.first().cloned().unwrap_or_else(Ty::unit);
                    let item = self.lowering.type_ref(&item);
                    self.list_primitive(op, item, result, operands, span)
                }
                Form::Infix(_)
                | Form::Prefix(_)
                | Form::Constant(_)
                | Form::Call
                | Form::PanicText => self.primitive(op, result, operands, span),
            },
            Extern::Unknown => {
                let text = format!("the compiler has no primitive `{symbol}`");
                self.lowering.error(Code::E0999, span, &text);
                Operand::Unit
            }
        }
    }

    fn runtime_call(
        &mut self,
        symbol: &Name,
        operands: Vec<Operand>,
        result: TypeRef,
        span: Span,
    ) -> Operand {
        let Some(function) = snow_abi::functions::find(symbol) else {
            self.lowering.error(
                Code::E0999,
                span,
                &format!("the runtime has no function `{symbol}`"),
            );
            return Operand::Unit;
        };
        if function.params.len() != operands.len() {
            let text = format!(
                "`{symbol}` takes {} arguments in the runtime's table",
                function.params.len()
            );
            self.lowering.error(Code::E0999, span, &text);
            return Operand::Unit;
        }
        let value = self.bind(
            result,
            Rvalue::Runtime {
                symbol: function.name,
                args: operands,
            },
        );
        if function.result == snow_abi::types::AbiType::Never {
            self.panic("unreachable", span);
        }
        value
    }

    /// Primitives that are other instructions.
    fn intrinsic(
        &mut self,
        which: Intrinsic,
        type_args: &[Ty],
        mut operands: Vec<Operand>,
        result: TypeRef,
        span: Span,
    ) -> Operand {
        let subject = type_args.first().cloned().unwrap_or_else(Ty::unit);
        let subject = self.lowering.type_ref(&subject);
        match which {
            Intrinsic::ListNew => Operand::EmptyList(result),
            Intrinsic::Display => match self.lowering.program.types.get(subject).kind {
                TypeKind::String => operands.remove(0),
                TypeKind::Int
                | TypeKind::Float
                | TypeKind::Bool
                | TypeKind::Unit
                | TypeKind::Bytes
                | TypeKind::Pid
                | TypeKind::List(_)
                | TypeKind::Function { .. }
                | TypeKind::Tuple(_)
                | TypeKind::Struct { .. }
                | TypeKind::Sum { .. } => self.derived(Derived::Display, subject, operands),
            },
            // The reference wants a String by itself in quotes with nothing escaped.
            Intrinsic::Inspect if subject == self.lowering.string() => {
                let quote = || Operand::Text("\"".into());
                let quoted = self.primitive(
                    Prim::BytesAppend,
                    subject,
                    vec![quote(), operands.remove(0)],
                    span,
                );
                self.primitive(Prim::BytesAppend, subject, vec![quoted, quote()], span)
            }
            Intrinsic::Inspect | Intrinsic::Describe => {
                self.derived(Derived::Inspect, subject, operands)
            }
            Intrinsic::CompareValues => self.derived(Derived::Compare, subject, operands),
            Intrinsic::EqualValues => self.derived(Derived::Equal, subject, operands),
            Intrinsic::HashValue => self.derived(Derived::Hash, subject, operands),
            Intrinsic::Panic => {
                self.panic_text(operands.remove(0), span);
                Operand::Unit
            }
            Intrinsic::Guard => {
                let closure = operands.remove(0);
                self.bind(
                    result,
                    Rvalue::Guard {
                        body: GuardedCode::Closure(closure),
                        limit: None,
                        result,
                    },
                )
            }
            Intrinsic::GuardWithin => {
                let closure = operands.pop().unwrap_or(Operand::Unit);
                let label = operands.pop().unwrap_or(Operand::Unit);
                let limit = operands.pop().map(|within| (within, label));
                self.bind(
                    result,
                    Rvalue::Guard {
                        body: GuardedCode::Closure(closure),
                        limit,
                        result,
                    },
                )
            }
            Intrinsic::SendAfter => {
                let delay = operands.remove(1);
                self.sent(Manner::After(delay), operands, subject, result)
            }
            Intrinsic::Request => self.sent(Manner::Request, operands, subject, result),
            Intrinsic::Offer => self.sent(Manner::Offer, operands, subject, result),
            Intrinsic::SendExempt => self.sent(Manner::Exempt, operands, subject, result),
            Intrinsic::DefaultValue => {
                let subject = type_args.first().cloned().unwrap_or_else(Ty::unit);
                self.default_value(&subject, span)
            }
            Intrinsic::TypeId | Intrinsic::KnownTypeId => {
                Operand::Int(self.lowering.program.types.get(subject).id)
            }
            Intrinsic::PidOfType => {
                operands.push(Operand::Int(self.lowering.program.types.get(subject).id));
                self.bind(
                    result,
                    Rvalue::Runtime {
                        symbol: "snow_pid_of_type",
                        args: operands,
                    },
                )
            }
        }
    }

    /// Sends the second operand to the first.
    fn sent(
        &mut self,
        manner: Manner,
        mut operands: Vec<Operand>,
        subject: TypeRef,
        result: TypeRef,
    ) -> Operand {
        let message = operands.pop().unwrap_or(Operand::Unit);
        let message = Operand::Var(self.as_var(message, subject));
        let to = operands.pop().unwrap_or(Operand::Unit);
        let send = Rvalue::Send {
            to,
            message,
            manner,
        };
        self.bind(result, send)
    }

    /// `default()`: 0, 0.0, "", false, the same for the parts of tuples, and what an impl says.
    fn default_value(&mut self, ty: &Ty, span: Span) -> Operand {
        let result = self.lowering.type_ref(ty);
        if self.lowering.find_impl(Need::Default, ty).is_some() {
            if let Some(method) = self.lowering.hir.need_method(Need::Default, "default") {
                return self.call_function(
                    method,
                    std::slice::from_ref(ty),
                    Vec::new(),
                    result,
                    span,
                );
            }
        }
        match (&self.lowering.program.types.get(result).kind, ty) {
            (TypeKind::Int | TypeKind::Pid, _) => Operand::Int(0),
            (TypeKind::Float, _) => Operand::Float(0.0),
            (TypeKind::Bool, _) => Operand::Bool(false),
            (TypeKind::String | TypeKind::Bytes, _) => Operand::Text("".into()),
            (TypeKind::List(_), _) => Operand::EmptyList(result),
            (TypeKind::Tuple(_), Ty::Tuple(items)) => {
                let parts = items.iter().map(|t| self.default_value(t, span)).collect();
                self.bind(result, Rvalue::Make(result, parts))
            }
            // Nothing else has passed inference.
            _ => Operand::Unit,
        }
    }
}
