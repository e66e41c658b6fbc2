//! `x |> f(a)` is `f(x, a)`.

use crate::ast::{self, ExprKind};
use crate::diagnostics::Code;
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
            ExprKind::Call { callee, args } => {
                let hole = args.iter().position(is_hole);
                match hole {
                    None => self.call(callee, &with_left(args), span),
                    Some(hole) => self.pipe_into_hole(callee, args, hole),
                }
            }
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

    /// E0004 for `x |> f(_, a)`.
    fn pipe_into_hole(&mut self, callee: &ast::Expr, args: &[ast::Expr], hole: usize) -> Expr {
        let name = path_of(callee).unwrap_or_else(|| "f".into());
        let help = match hole {
            0 => format!("the piped value is the first argument by itself: leave `_` out of `{name}(…)`"),
            _ => format!("the piped value is the first argument: write `|> fn x -> {name}(…, x) end`, or call `{name}` with a name from `let`"),
        };
        let place = args[hole].span;
        let message = "`_` stands for no value".to_string();
        self.report_with_help(Code::E0004, place, message, Some(help));
        self.error_expr(place)
    }
}

/// `Module.name` as written.
fn path_of(callee: &ast::Expr) -> Option<String> {
    match &callee.kind {
        ExprKind::Name(name) => Some(name.name.to_string()),
        ExprKind::Field { base, name } => Some(match path_of(base) {
            Some(base) => format!("{base}.{}", name.name),
            None => name.name.to_string(),
        }),
        _ => None,
    }
}

fn is_hole(e: &ast::Expr) -> bool {
    matches!(&e.kind, ExprKind::Name(name) if &*name.name == "_")
}
