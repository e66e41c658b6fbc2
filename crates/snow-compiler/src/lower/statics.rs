//! Lists whose elements are known when the program is compiled.

use std::rc::Rc;

use super::function::Body;
use crate::ast::UnaryOp;
use crate::core::ir::{Operand, Static};
use crate::hir::{Expr, ExprKind};
use crate::types::Ty;

impl Body<'_, '_> {
    /// The list as static data, if it is not empty and nothing in it has to be computed.
    pub(super) fn static_list(&mut self, expr: &Expr) -> Option<Operand> {
        match self.static_of(expr)? {
            list @ Static::List(..) => Some(Operand::Static(Rc::new(list))),
            Static::Plain(_) | Static::Make(..) | Static::Variant { .. } => None,
        }
    }

    pub(super) fn static_of(&mut self, expr: &Expr) -> Option<Static> {
        Some(match &expr.kind {
            ExprKind::Int(v) => Static::Plain(Operand::Int(*v)),
            ExprKind::Float(v) => Static::Plain(Operand::Float(*v)),
            ExprKind::Bool(v) => Static::Plain(Operand::Bool(*v)),
            ExprKind::Unit => Static::Plain(Operand::Unit),
            ExprKind::String(text) => Static::Plain(Operand::Text(text.clone())),
            ExprKind::Unary(UnaryOp::Neg, operand) => match operand.kind {
                ExprKind::Int(v) => Static::Plain(Operand::Int(v.wrapping_neg())),
                ExprKind::Float(v) => Static::Plain(Operand::Float(-v)),
                _ => return None,
            },
            ExprKind::List(items) => {
                let parts = self.statics_of(items.iter())?;
                let ty = self.ty(expr);
                match parts.is_empty() {
                    true => Static::Plain(Operand::EmptyList(ty)),
                    false => Static::List(ty, parts),
                }
            }
            ExprKind::Tuple(items) => {
                let parts = self.statics_of(items.iter())?;
                Static::Make(self.ty(expr), parts)
            }
            ExprKind::Struct { fields, .. } => {
                let mut in_order: Vec<&(usize, Expr)> = fields.iter().collect();
                in_order.sort_by_key(|(index, _)| *index);
                let parts = self.statics_of(in_order.into_iter().map(|(_, value)| value))?;
                Static::Make(self.ty(expr), parts)
            }
            ExprKind::Constructor { variant, .. } => {
                if matches!(self.hir_ty(expr), Ty::Fun(..)) {
                    return None;
                }
                Static::Variant {
                    ty: self.ty(expr),
                    variant: *variant,
                    fields: Vec::new(),
                }
            }
            ExprKind::Call { callee, args } => {
                let ExprKind::Constructor { variant, .. } = &callee.kind else {
                    return None;
                };
                Static::Variant {
                    fields: self.statics_of(args.iter())?,
                    ty: self.ty(expr),
                    variant: *variant,
                }
            }
            _ => return None,
        })
    }

    fn statics_of<'e>(&mut self, items: impl Iterator<Item = &'e Expr>) -> Option<Vec<Static>> {
        items.map(|item| self.static_of(item)).collect()
    }
}
