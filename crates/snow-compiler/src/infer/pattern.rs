//! Patterns against the type of what they match.

use crate::hir::{LocalId, Pat, PatKind, TypeId, TypeKind};
use crate::types::Ty;

use super::{Cause, Infer};

impl Infer<'_, '_> {
    /// Gives a pattern the type of its subject, and its names theirs.
    pub(super) fn pattern(&mut self, pattern: &Pat, subject: &Ty) {
        self.typed.pat[pattern.id.index()] = subject.clone();
        self.touched.pats.push(pattern.id);
        match &pattern.kind {
            PatKind::Wildcard | PatKind::Error => {}
            PatKind::Bind(local) => self.bind_pattern(*local, subject, pattern),
            PatKind::As(inner, local) => {
                self.pattern(inner, subject);
                self.bind_pattern(*local, subject, pattern);
            }
            PatKind::Int(_) => self.literal(pattern, subject, self.int_ty()),
            PatKind::Float(_) => self.literal(pattern, subject, self.float_ty()),
            PatKind::String(_) => self.literal(pattern, subject, self.string_ty()),
            PatKind::Bool(_) => self.literal(pattern, subject, self.bool_ty()),
            PatKind::Unit => self.literal(pattern, subject, Ty::unit()),
            PatKind::Tuple(items) => {
                let parts = match self.shallow(subject) {
                    Ty::Tuple(parts) if parts.len() == items.len() => parts,
                    Ty::Error => vec![Ty::Error; items.len()],
                    Ty::Con(..)
                    | Ty::Tuple(_)
                    | Ty::Fun(..)
                    | Ty::Param(_)
                    | Ty::Var(_)
                    | Ty::Never => {
                        let parts = self.fresh_many(items.len());
                        self.literal(pattern, subject, Ty::Tuple(parts.clone()));
                        parts
                    }
                };
                for (item, part) in items.iter().zip(&parts) {
                    self.pattern(item, part);
                }
            }
            PatKind::Constructor { ty, variant, args } => {
                let fields = self.constructor_fields(pattern, subject, *ty, *variant);
                for (index, arg) in args.iter().enumerate() {
                    let field = fields.get(index).cloned().unwrap_or(Ty::Error);
                    self.pattern(arg, &field);
                }
            }
            PatKind::Or(alternatives) => alternatives.iter().for_each(|p| self.pattern(p, subject)),
            PatKind::Cons(head, tail) => {
                let item = self.list_item(pattern, subject);
                self.pattern(head, &item);
                let list = self.list_of(item);
                self.pattern(tail, &list);
            }
            PatKind::Nil => {
                self.list_item(pattern, subject);
            }
            PatKind::Bits(segments) => self.bits_pattern(segments, pattern, subject),
        }
    }

    pub(super) fn literal(&mut self, pattern: &Pat, subject: &Ty, ty: Ty) {
        self.expect(subject, &ty, pattern.span, Cause::PATTERN);
    }

    /// A name that all alternatives of an or-pattern bind has one type.
    fn bind_pattern(&mut self, local: LocalId, ty: &Ty, pattern: &Pat) {
        if self.touched.locals.contains(&local) {
            let known = self.typed.local[local.index()].clone();
            self.expect(&known, ty, pattern.span, Cause::PATTERN);
            return;
        }
        self.typed.local[local.index()] = ty.clone();
        self.touched.locals.push(local);
    }

    fn constructor_fields(
        &mut self,
        pattern: &Pat,
        subject: &Ty,
        id: TypeId,
        variant: usize,
    ) -> Vec<Ty> {
        let program = self.program;
        let def = &program.types[id.index()];
        let args = match self.shallow(subject) {
            Ty::Con(found, args) if found == id => args,
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => {
                let args = self.fresh_many(def.generics.len());
                self.literal(pattern, subject, Ty::Con(id, args.clone()));
                args
            }
        };
        match &def.kind {
            TypeKind::Sum(variants) => {
                let fields = variants
                    .get(variant)
                    .map(|v| &v.fields[..])
                    .unwrap_or_default();
                fields.iter().map(|t| t.substitute(&args)).collect()
            }
            TypeKind::Builtin | TypeKind::Struct(_) => Vec::new(),
        }
    }

    fn list_item(&mut self, pattern: &Pat, subject: &Ty) -> Ty {
        match self.shallow(subject) {
            Ty::Con(id, args) if Some(id) == self.program.lang.list => {
                args.first().cloned().unwrap_or(Ty::Error)
            }
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => {
                let item = self.fresh();
                let list = self.list_of(item.clone());
                self.literal(pattern, subject, list);
                item
            }
        }
    }
}
