//! Types.

use snow_compiler::ast::{Ident, TypeExpr, TypeExprKind};
use snow_compiler::lex::TokenKind;

use super::Rules;

impl Rules<'_> {
    pub(super) fn type_expr(&mut self, ty: &TypeExpr) {
        let (from, to) = self.range(ty.span);
        match &ty.kind {
            TypeExprKind::Named { path, args } => {
                let (from, _) = self.unwrap(from, to, false);
                let open = self.at(path.span.end).max(from + 1);
                self.type_arguments(open, args);
            }
            TypeExprKind::Tuple(parts) => {
                let (from, _) = self.unwrap(from, to, true);
                let starts = self.type_starts(parts);
                self.list(from, &starts, |rules| rules.types(parts));
            }
            TypeExprKind::Fun { params, result } => {
                let (from, _) = self.unwrap(from, to, false);
                let starts = self.type_starts(params);
                self.list(from + 1, &starts, |rules| rules.types(params));
                self.type_expr(result);
            }
            TypeExprKind::Option(inner) => {
                self.unwrap(from, to, false);
                self.type_expr(inner);
            }
            TypeExprKind::Result(value, failure) => {
                self.unwrap(from, to, false);
                self.type_expr(value);
                let bang = self.at(value.span.end);
                self.glue(bang);
                self.glue(bang + 1);
                self.type_expr(failure);
            }
            TypeExprKind::Error => {}
        }
    }

    /// `<A, B>` behind a name, `open` being the `<`.
    pub(super) fn type_arguments(&mut self, open: usize, args: &[TypeExpr]) {
        let Some(last) = args.last() else { return };
        self.types(args);
        let end = self.at(last.span.end);
        self.angles(open, end);
    }

    /// `<T, U>` of a declaration, `open` being the `<`. Returns what follows.
    pub(super) fn generics(&mut self, open: usize, generics: &[Ident]) -> usize {
        let Some(last) = generics.last() else {
            return open;
        };
        let end = self.at(last.span.end);
        self.angles(open, end)
    }

    fn angles(&mut self, open: usize, end: usize) -> usize {
        let close = end + usize::from(self.is(end, TokenKind::Comma));
        self.glue(open);
        self.glue(open + 1);
        self.glue(close);
        close + 1
    }

    fn types(&mut self, types: &[TypeExpr]) {
        types.iter().for_each(|ty| self.type_expr(ty));
    }

    fn type_starts(&self, types: &[TypeExpr]) -> Vec<usize> {
        types.iter().map(|ty| self.at(ty.span.start)).collect()
    }
}
