//! Struct literals and updates.

use crate::ast::{self, Ident, Path};
use crate::diagnostics::{foreign, suggest, Code, Diagnostic};
use crate::hir::{Expr, ExprKind, Meaning, PatKind, Statement, TypeId, TypeKind};
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
        let is_given = |name: &str| fields.iter().any(|(given, _)| *given.name == *name);
        for (name, value) in values {
            let index = declared.iter().position(|d| *d == name.name).or_else(|| {
                // A slip is told once: the field that is meant is not missing as well.
                let meant = self.unknown_field(path, name, &declared)?;
                declared.iter().position(|d| **d == *meant && !is_given(d))
            });
            let Some(index) = index else { continue };
            self.mention(&name.name, name.span, Meaning::Field(id, index));
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
        if let Some((owner, name)) = self.find_type(here, path) {
            self.mention_path(owner, &name, path);
        }
        if let Some(id) = found {
            if let TypeKind::Struct(fields) = &self.out.types[id.index()].kind {
                return Some((id, fields.iter().map(|(name, _)| name.clone()).collect()));
            }
        }
        if found.is_none() && self.is_lost(&path.segments) {
            return None;
        }
        let name = dotted(path);
        if found.is_some() {
            self.report(Code::E0040, path.span, format!("`{name}` is not a struct"));
            return None;
        }
        if let Some((help, _)) = foreign::type_name(&name) {
            let message = format!("unknown type `{name}`");
            let report = Diagnostic::error(Code::E0040, path.span, message);
            let is_map = help.contains("`Map<");
            let help = if is_map {
                "a map is written `%{key => value}`"
            } else {
                help
            };
            self.diagnostics.note(report.help(help));
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
        let close = || suggest::near(&name, names.iter().map(|n| &**n));
        let meant = self.type_elsewhere(&name).or_else(close);
        let report = Diagnostic::error(Code::E0040, path.span, format!("unknown type `{name}`"));
        self.diagnostics.push(report.corrected(path.span, meant));
        None
    }

    /// The name that is meant, if one is near.
    fn unknown_field(&mut self, path: &Path, name: &Ident, declared: &[Name]) -> Option<String> {
        let close = suggest::near(&name.name, declared.iter().map(|n| &**n));
        let message = format!("`{}` has no field `{}`", dotted(path), name.name);
        let report = Diagnostic::error(Code::E0009, name.span, message);
        let meant = close.as_ref().and_then(|close| close.name.clone());
        self.diagnostics.push(report.corrected(name.span, close));
        meant
    }

    /// `%{base | field: e}`; which struct it is, `infer` finds out.
    pub(super) fn update(
        &mut self,
        base: &'a ast::Expr,
        fields: &'a [(Vec<Ident>, ast::Expr)],
        span: Span,
    ) -> Expr {
        let base = self.expression(base);
        let fields: Vec<(&[Ident], &'a ast::Expr)> =
            fields.iter().map(|(path, e)| (&path[..], e)).collect();
        if fields.iter().all(|(path, _)| path.len() == 1) {
            return self.update_of(base, &fields, span);
        }
        // The base is the value of several expressions and runs once.
        let local = self.new_local(&"%base".into());
        let pattern = self.pat(PatKind::Bind(local), base.span);
        let place = base.span;
        let bound = Statement::Let {
            pattern,
            annotation: None,
            value: base,
        };
        let base = self.expr(ExprKind::Local(local), place);
        let updated = self.update_of(base, &fields, span);
        self.expr(ExprKind::Block(vec![bound, Statement::Expr(updated)]), span)
    }

    /// An update of a base that is a name, where paths go deeper than one field. Paths that begin
    /// with the same field are one update of it.
    fn update_of(&mut self, base: Expr, fields: &[(&[Ident], &'a ast::Expr)], span: Span) -> Expr {
        let mut updated: Vec<(Name, Span, Expr)> = Vec::new();
        for (index, (path, value)) in fields.iter().enumerate() {
            let Some((first, inner)) = path.split_first() else {
                continue;
            };
            let same = |(path, _): &&(&[Ident], &ast::Expr)| path[0].name == first.name;
            let earlier = fields[..index].iter().find(same);
            if let Some((earlier, _)) = earlier {
                if inner.is_empty() || earlier.len() == 1 {
                    self.duplicate("field", &first.name, first.span, earlier[0].span);
                }
                continue;
            }
            if inner.is_empty() {
                updated.push((first.name.clone(), first.span, self.expression(value)));
                continue;
            }
            let nested: Vec<(&[Ident], &'a ast::Expr)> = fields
                .iter()
                .filter(|field| same(field) && field.0.len() > 1)
                .map(|(path, value)| (&path[1..], *value))
                .collect();
            let copy = self.expr(base.kind.clone(), base.span);
            let member = ExprKind::Member {
                base: Box::new(copy),
                name: first.name.clone(),
                name_span: first.span,
            };
            let member = self.expr(member, first.span);
            let place = first.span.to(value.span);
            let inside = self.update_of(member, &nested, place);
            updated.push((first.name.clone(), first.span, inside));
        }
        let base = Box::new(base);
        let fields = updated;
        self.expr(ExprKind::Update { base, fields }, span)
    }
}
