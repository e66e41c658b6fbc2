//! Expressions that put a value together: tuples and structs, lists, maps, text.

use std::sync::Arc;

use super::function::Body;
use crate::core::ir::*;
use crate::core::primitive::Prim;
use crate::core::types::{Derived, TypeKind, TypeRef};
use crate::diagnostics::Code;
use crate::hir::{Expr, FnId, Part};
use crate::source::Span;
use crate::types::Ty;

/// Elements of a list that are computed before the list is made. Of longer lists each is appended
/// at once: the time of C compilers grows with the variables that are live together.
pub(super) const MOST_HELD: usize = 64;

impl Body<'_, '_> {
    pub(super) fn make<'e>(
        &mut self,
        expr: &Expr,
        items: impl Iterator<Item = &'e Expr>,
    ) -> Operand {
        let operands: Vec<_> = items.map(|e| self.value(e)).collect();
        let ty = self.ty(expr);
        self.bind(ty, Rvalue::Make(ty, operands))
    }

    /// `[a, b]`: grows a list of known capacity.
    pub(super) fn list(&mut self, expr: &Expr, items: &[Expr]) -> Operand {
        let ty = self.ty(expr);
        let TypeKind::List(item) = self.lowering.program.types.get(ty).kind else {
            return Operand::Unit;
        };
        if let Some(list) = self.static_list(expr) {
            return list;
        }
        if items.len() <= MOST_HELD {
            let operands: Vec<_> = items.iter().map(|e| self.value(e)).collect();
            return self.list_of(ty, item, operands, expr.span);
        }
        let room = Operand::Int(items.len() as i64);
        let span = expr.span;
        let mut list = self.list_primitive(Prim::ListWithCapacity, item, ty, vec![room], span);
        for expr in items {
            let operand = self.value(expr);
            list = self.list_primitive(Prim::ListAppend, item, ty, vec![list, operand], span);
        }
        list
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
        let capacity = Operand::Int(operands.len() as i64);
        let mut list = self.list_primitive(Prim::ListWithCapacity, item, ty, vec![capacity], span);
        for operand in operands {
            list = self.list_primitive(Prim::ListAppend, item, ty, vec![list, operand], span);
        }
        list
    }

    /// `%{k => v}`: `Map.from_list([(k, v)])`.
    pub(super) fn map(&mut self, expr: &Expr, entries: &[(Expr, Expr)]) -> Operand {
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
        let list = match self.static_pairs(pair_ref, entries) {
            Some(pairs) if !pairs.is_empty() => {
                Operand::Static(Arc::new(Static::List(list_ref, pairs)))
            }
            Some(_) | None if entries.len() <= MOST_HELD => {
                let mut pairs = Vec::new();
                for (key, value) in entries {
                    pairs.push(self.pair(pair_ref, key, value));
                }
                self.list_of(list_ref, pair_ref, pairs, expr.span)
            }
            Some(_) | None => {
                let room = Operand::Int(entries.len() as i64);
                let (item, ty, span) = (pair_ref, list_ref, expr.span);
                let mut list =
                    self.list_primitive(Prim::ListWithCapacity, item, ty, vec![room], span);
                for (key, value) in entries {
                    let pair = self.pair(pair_ref, key, value);
                    list = self.list_primitive(Prim::ListAppend, item, ty, vec![list, pair], span);
                }
                list
            }
        };
        match self.library_function("Map", "from_list", expr.span) {
            Some(function) => {
                let map = self.lowering.type_ref(&ty);
                self.call_function(function, &args, vec![list], map, expr.span)
            }
            None => Operand::Unit,
        }
    }

    fn pair(&mut self, pair: TypeRef, key: &Expr, value: &Expr) -> Operand {
        let key = self.value(key);
        let value = self.value(value);
        self.bind(pair, Rvalue::Make(pair, vec![key, value]))
    }

    fn static_pairs(&mut self, pair: TypeRef, entries: &[(Expr, Expr)]) -> Option<Vec<Static>> {
        entries
            .iter()
            .map(|(key, value)| {
                let parts = vec![self.static_of(key)?, self.static_of(value)?];
                Some(Static::Make(pair, parts))
            })
            .collect()
    }

    /// A library function that the compiler relies on. One that is missing is reported.
    pub(super) fn library_function(
        &mut self,
        module: &str,
        name: &str,
        span: Span,
    ) -> Option<FnId> {
        let found = self.lowering.hir.find_function(module, name);
        if found.is_none() {
            let message = format!("the standard library has no `{module}.{name}`");
            self.lowering.error(Code::E0999, span, &message);
        }
        found
    }

    pub(super) fn interpolation(&mut self, parts: &[Part], span: Span) -> Operand {
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
            TypeKind::Unit
            | TypeKind::Pid
            | TypeKind::Bytes
            | TypeKind::List(_)
            | TypeKind::Function { .. }
            | TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Sum { .. } => {
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
}
