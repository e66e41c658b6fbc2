//! Lists and bytes that are known when the program is compiled.

use std::sync::Arc;

use super::function::Body;
use crate::ast::{BitKind, UnaryOp};
use crate::core::ir::{Operand, Static};
use crate::hir::{Expr, ExprKind, Segment};
use crate::types::Ty;

impl Body<'_, '_> {
    /// The list as static data, if it is not empty and nothing in it has to be computed.
    pub(super) fn static_list(&mut self, expr: &Expr) -> Option<Operand> {
        match self.static_of(expr)? {
            list @ Static::List(..) => Some(Operand::Static(Arc::new(list))),
            Static::Plain(_) | Static::Bytes(_) | Static::Make(..) | Static::Variant { .. } => None,
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
            ExprKind::Bits(segments) => Static::Bytes(constant_bytes(segments)?.into()),
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

/// The bytes of a `<<…>>` whose segments are literals of constant size. What the checks leave to the
/// program, as a size that the text does not have, is not constant.
fn constant_bytes(segments: &[Segment<Expr>]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    // Bits that do not fill a byte yet, in the low `width` bits.
    let (mut pending, mut width) = (0u128, 0);
    for segment in segments {
        let size = match &segment.size {
            None => None,
            Some(size) => Some(constant_int(size)?),
        };
        match segment.kind {
            BitKind::Int => {
                let value = constant_int(&segment.value)?;
                let bits = u32::try_from(size.unwrap_or(8)).ok()?;
                if bits > 64 || (segment.little && (width > 0 || bits % 8 > 0)) {
                    return None;
                }
                if segment.little {
                    bytes.extend(&value.to_le_bytes()[..bits as usize / 8]);
                    continue;
                }
                let field = u128::from(value as u64) & ((1 << bits) - 1);
                pending = (pending << bits) | field;
                width += bits;
                while width >= 8 {
                    width -= 8;
                    bytes.push((pending >> width) as u8);
                }
                pending &= (1 << width) - 1;
            }
            BitKind::Bytes | BitKind::Utf8 => {
                let ExprKind::String(text) = &segment.value.kind else {
                    return None;
                };
                if width > 0 || size.is_some_and(|size| size != text.len() as i64) {
                    return None;
                }
                bytes.extend(text.as_bytes());
            }
        }
    }
    (width == 0).then_some(bytes)
}

fn constant_int(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Int(value) => Some(*value),
        ExprKind::Unary(UnaryOp::Neg, operand) => match operand.kind {
            ExprKind::Int(value) => Some(value.wrapping_neg()),
            _ => None,
        },
        _ => None,
    }
}
