//! Calls of `extern fn`: primitives of the compiler and functions of the runtime.

use super::function::Body;
use crate::core::ir::*;
use crate::core::primitive::{self, Family};
use crate::core::types::{Derived, TypeKind, TypeRef};
use crate::source::{Name, Span};
use crate::types::Ty;

impl Body<'_, '_> {
    pub(super) fn extern_call(
        &mut self,
        symbol: &Name,
        type_args: &[Ty],
        operands: Vec<Operand>,
        result: TypeRef,
        span: Span,
    ) -> Operand {
        let Some(name) = symbol.strip_prefix('%') else {
            return self.runtime_call(symbol, operands, result, span);
        };
        let Some(op) = primitive::find(name) else {
            self.lowering.error(
                "E0999",
                span,
                &format!("the compiler has no primitive `%{name}`"),
            );
            return Operand::Unit;
        };
        match op.family {
            Family::Lowered => self.lowered_primitive(op.name, type_args, operands, result, span),
            Family::List => {
                let item = type_args.first().cloned().unwrap_or_else(Ty::unit);
                let item = self.lowering.type_ref(&item);
                self.bind(
                    result,
                    Rvalue::Primitive {
                        op,
                        ty: Some(item),
                        args: operands,
                        span,
                    },
                )
            }
            Family::Plain | Family::Operator => self.bind(
                result,
                Rvalue::Primitive {
                    op,
                    ty: None,
                    args: operands,
                    span,
                },
            ),
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
                "E0999",
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
            self.lowering.error("E0999", span, &text);
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
    fn lowered_primitive(
        &mut self,
        name: &str,
        type_args: &[Ty],
        mut operands: Vec<Operand>,
        result: TypeRef,
        span: Span,
    ) -> Operand {
        let subject = type_args.first().cloned().unwrap_or_else(Ty::unit);
        let subject = self.lowering.type_ref(&subject);
        match name {
            "list_new" => Operand::EmptyList(result),
            "display" => match self.lowering.program.types.get(subject).kind {
                TypeKind::String => operands.remove(0),
                _ => self.derived(Derived::Display, subject, operands),
            },
            "inspect" => self.derived(Derived::Inspect, subject, operands),
            "compare_values" => self.derived(Derived::Compare, subject, operands),
            "equal_values" => self.derived(Derived::Equal, subject, operands),
            "hash_value" => self.derived(Derived::Hash, subject, operands),
            "panic" => {
                self.panic_text(operands.remove(0), span);
                Operand::Unit
            }
            "guard" => {
                let closure = operands.remove(0);
                self.bind(
                    result,
                    Rvalue::Guard {
                        closure,
                        limit: None,
                        value: subject,
                        result,
                    },
                )
            }
            "guard_within" => {
                let closure = operands.pop().unwrap_or(Operand::Unit);
                let label = operands.pop().unwrap_or(Operand::Unit);
                let limit = operands.pop().map(|within| (within, label));
                self.bind(
                    result,
                    Rvalue::Guard {
                        closure,
                        limit,
                        value: subject,
                        result,
                    },
                )
            }
            "send_after" => {
                let message = operands.pop().unwrap_or(Operand::Unit);
                let message = Operand::Var(self.as_var(message, subject));
                let manner = operands.pop().map_or(Manner::Plain, Manner::After);
                let to = operands.pop().unwrap_or(Operand::Unit);
                self.bind(
                    result,
                    Rvalue::Send {
                        to,
                        message,
                        manner,
                    },
                )
            }
            "request" | "offer" | "send_exempt" => {
                let message = operands.pop().unwrap_or(Operand::Unit);
                let message = Operand::Var(self.as_var(message, subject));
                let to = operands.pop().unwrap_or(Operand::Unit);
                let manner = match name {
                    "request" => Manner::Request,
                    "offer" => Manner::Offer,
                    _ => Manner::Exempt,
                };
                self.bind(
                    result,
                    Rvalue::Send {
                        to,
                        message,
                        manner,
                    },
                )
            }
            "default_value" => self.default_value(result, span),
            "type_id" | "known_type_id" => {
                Operand::Int(self.lowering.program.types.get(subject).id)
            }
            "pid_of_type" => {
                operands.push(Operand::Int(self.lowering.program.types.get(subject).id));
                self.bind(
                    result,
                    Rvalue::Runtime {
                        symbol: "snow_pid_of_type",
                        args: operands,
                    },
                )
            }
            _ => Operand::Unit,
        }
    }

    /// `default()`: 0, 0.0, "", false, and the same for the parts of aggregates.
    fn default_value(&mut self, ty: TypeRef, span: Span) -> Operand {
        match self.lowering.program.types.get(ty).kind.clone() {
            TypeKind::Int | TypeKind::Pid => Operand::Int(0),
            TypeKind::Float => Operand::Float(0.0),
            TypeKind::Bool => Operand::Bool(false),
            TypeKind::Unit => Operand::Unit,
            TypeKind::String | TypeKind::Bytes => Operand::Text("".into()),
            TypeKind::List(_) => Operand::EmptyList(ty),
            TypeKind::Tuple(items) => {
                let parts = items.iter().map(|t| self.default_value(*t, span)).collect();
                self.bind(ty, Rvalue::Make(ty, parts))
            }
            _ => {
                let name = self.lowering.program.types.get(ty).name.clone();
                self.lowering
                    .error("E0049", span, &format!("`{name}` has no default value"));
                Operand::Unit
            }
        }
    }
}
