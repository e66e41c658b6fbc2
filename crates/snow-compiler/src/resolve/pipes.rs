//! `x |> f(a)` is `f(x, a)`.

use crate::ast::{self, ExprKind};
use crate::hir::{self, Expr};
use crate::source::Span;

use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// The left side becomes the first argument of the call on the right; what is no call is called
    /// with it.
    pub(super) fn pipe(&mut self, left: &'a ast::Expr, right: &'a ast::Expr, span: Span) -> Expr {
        let with_left = |args: &'a [ast::Expr]| -> Vec<&'a ast::Expr> {
            std::iter::once(left).chain(args).collect()
        };
        match &right.kind {
            ExprKind::Call { callee, args } => self.call(callee, &with_left(args), span),
            ExprKind::Spawn(args) => self.spawn(&with_left(args), span),
            ExprKind::Send(args) => self.send(&with_left(args), span),
            ExprKind::Link(args) => self.link(&with_left(args), span),
            ExprKind::Try(inner) => {
                let inner = Box::new(self.pipe(left, inner, span));
                self.expr(hir::ExprKind::Try(inner), span)
            }
            _ => self.call(right, &[left], span),
        }
    }
}
