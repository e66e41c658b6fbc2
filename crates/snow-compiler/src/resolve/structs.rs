//! Struct literals and updates.

use crate::ast::{self, Ident, Path};
use crate::diagnostics::{suggest, Code, Diagnostic};
use crate::hir::{Expr, ExprKind, TypeId, TypeKind};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::modules::dotted;
use super::opaque::Opening;
use super::Resolver;

impl<'a> Resolver<'a, '_> {
    /// `Name { field: e }`: all fields, in any order.
    pub(super) fn struct_literal(
        &mut self,
        path: &Path,
        fields: &'a [(Ident, ast::Expr)],
        span: Span,
    ) -> Expr {
        let values: Vec<(&Ident, Expr)> = fields
            .iter()
            .map(|(name, e)| (name, self.expression(e)))
            .collect();
        let Some((id, declared)) = self.struct_named(path) else {
            return self.error_expr(span);
        };
        let mut resolved: Vec<(usize, Expr)> = Vec::new();
        for (name, value) in values {
            let Some(index) = declared.iter().position(|d| *d == name.name) else {
                self.unknown_field(path, name, &declared);
                continue;
            };
            if resolved.iter().any(|(other, _)| *other == index) {
                self.report(
                    Code::E0009,
                    name.span,
                    format!("field `{}` is given twice", name.name),
                );
                continue;
            }
            resolved.push((index, value));
        }
        let given = |index: &usize| resolved.iter().any(|(other, _)| other == index);
        let missing: Vec<usize> = (0..declared.len()).filter(|index| !given(index)).collect();
        if !missing.is_empty() {
            let names: Vec<String> = missing
                .iter()
                .map(|i| format!("`{}`", declared[*i]))
                .collect();
            let message = format!(
                "missing field{} {}",
                super::types::plural(names.len()),
                names.join(", ")
            );
            let at = self.out.types[id.index()].span;
            self.diagnostics
                .push(Diagnostic::error(Code::E0009, path.span, message).also(at, "declared here"));
        }
        for index in missing {
            let value = self.error_expr(span);
            resolved.push((index, value));
        }
        self.expr(
            ExprKind::Struct {
                ty: id,
                fields: resolved,
            },
            span,
        )
    }

    /// `Self { … }` in an impl.
    fn self_type(&self, path: &Path) -> Option<TypeId> {
        let is_self = matches!(&path.segments[..], [single] if &*single.name == "Self");
        match &self.body.self_type {
            Some(Ty::Con(id, _)) if is_self => Some(*id),
            _ => None,
        }
    }

    fn struct_named(&mut self, path: &Path) -> Option<(TypeId, Vec<Name>)> {
        let here = self.module();
        let found = self.self_type(path);
        let found = found.or_else(|| self.type_in_scope(here, &path.segments));
        if let Some(id) = found.filter(|id| !self.out.may_open(here, *id)) {
            self.opened(id, here, path.span, Opening::Literal);
            return None;
        }
        if let Some(id) = found {
            if let TypeKind::Struct(fields) = &self.out.types[id.index()].kind {
                return Some((id, fields.iter().map(|(name, _)| name.clone()).collect()));
            }
        }
        let name = dotted(path);
        if found.is_some() {
            self.report(Code::E0040, path.span, format!("`{name}` is not a struct"));
            return None;
        }
        let is_struct = |t: &&crate::hir::TypeDef| matches!(t.kind, TypeKind::Struct(_));
        let names: Vec<Name> = self
            .out
            .types
            .iter()
            .filter(is_struct)
            .map(|t| t.name.clone())
            .collect();
        let close = suggest::closest(&name, names.iter().map(|n| &**n))
            .map(|c| format!("did you mean `{c}`?"));
        self.report_with_help(
            Code::E0040,
            path.span,
            format!("unknown type `{name}`"),
            close,
        );
        None
    }

    fn unknown_field(&mut self, path: &Path, name: &Ident, declared: &[Name]) {
        let close = suggest::closest(&name.name, declared.iter().map(|n| &**n));
        let help = close.map(|c| format!("did you mean `{c}`?"));
        self.report_with_help(
            Code::E0009,
            name.span,
            format!("`{}` has no field `{}`", dotted(path), name.name),
            help,
        );
    }

    /// `%{base | field: e}`; which struct it is, `infer` finds out.
    pub(super) fn update(
        &mut self,
        base: &'a ast::Expr,
        fields: &'a [(Ident, ast::Expr)],
        span: Span,
    ) -> Expr {
        let base = Box::new(self.expression(base));
        self.no_repeats("field", fields.iter().map(|(name, _)| name));
        let fields = fields
            .iter()
            .map(|(name, e)| (name.name.clone(), name.span, self.expression(e)))
            .collect();
        self.expr(ExprKind::Update { base, fields }, span)
    }
}
