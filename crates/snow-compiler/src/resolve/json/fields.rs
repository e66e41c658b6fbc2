//! Whether what derives `Json` is made of what JSON can hold (E0038).
//!
//! In: types with their fields, and all impls. Promised: a field that cannot be written and read is
//! reported once, and the bodies of the derived impls of its type say nothing more.

use rustc_hash::FxHashSet;

use crate::ast::{Derive, FnItem, ItemKind, StructItem, SumItem};
use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Clause, FnId, InterfaceId, ModuleId, Role, TypeDef, TypeId, TypeKind};
use crate::source::{Name, Span};
use crate::types::{print, Ty};

use super::{derive_of, LIBRARY};
use crate::resolve::modules::Unit;
use crate::resolve::Resolver;

/// What a field's type must implement.
const INTERFACES: [&str; 2] = ["ToJson", "FromJson"];

/// A field: how a report calls it, where its type stands, and what that is.
type Field = (String, Span, Ty);

impl<'a> Resolver<'a, '_> {
    /// Looks at all types that derive `Json`.
    pub(in crate::resolve) fn check_json(&mut self, units: &[Unit<'a>]) {
        for (index, unit) in units.iter().enumerate() {
            let module = ModuleId(index as u32);
            for item in &unit.ast.items {
                match &item.kind {
                    ItemKind::Struct(def) => {
                        let derive = derive_of(def.deriving.as_deref());
                        self.check_derived(module, derive, &def.name.name, |def_of| {
                            struct_fields(def, def_of)
                        });
                    }
                    ItemKind::Sum(sum) => {
                        let derive = derive_of(sum.deriving.as_deref());
                        self.check_derived(module, derive, &sum.name.name, |def_of| {
                            sum_fields(sum, def_of)
                        });
                    }
                    ItemKind::Fn(_)
                    | ItemKind::Alias { .. }
                    | ItemKind::Interface(_)
                    | ItemKind::Impl(_)
                    | ItemKind::Import(_)
                    | ItemKind::FromImport { .. }
                    | ItemKind::Actor(_)
                    | ItemKind::Service(_)
                    | ItemKind::Supervisor(_)
                    | ItemKind::Test { .. }
                    | ItemKind::Extern(_)
                    | ItemKind::ExternType { .. }
                    | ItemKind::Let { .. } => {}
                }
            }
        }
    }

    fn check_derived(
        &mut self,
        module: ModuleId,
        derive: Option<&Derive>,
        name: &Name,
        fields: impl Fn(&TypeDef) -> Option<Vec<Field>>,
    ) {
        let Some(derive) = derive else { return };
        let mut types = self.out.types.iter();
        let Some(def) = types.find(|t| t.module == module && t.name == *name) else {
            return;
        };
        let mut reports = Vec::new();
        let fields = fields(def);
        for (label, span, ty) in fields.iter().flatten() {
            let lack = INTERFACES.iter().find_map(|name| {
                let part = self.unfit(self.json_interface(name)?, ty)?;
                Some((*name, part))
            });
            reports.extend(lack.map(|lack| self.not_json(def, label, *span, ty, &lack)));
        }
        if reports.is_empty() && fields.is_some() {
            return;
        }
        let span = derive.name.span;
        let impls = self.out.impls.iter().enumerate();
        let derived = impls.filter(|(_, found)| found.span == span);
        let derived = derived.map(|(index, _)| crate::hir::ImplId(index as u32));
        self.refused.extend(derived);
        reports
            .into_iter()
            .for_each(|report| self.diagnostics.push(report));
    }

    fn json_interface(&self, name: &str) -> Option<InterfaceId> {
        let library = LIBRARY.trim_start_matches('%');
        let scope = self
            .scopes
            .iter()
            .find(|s| s.is_stdlib && &*s.name == library)?;
        scope.interfaces.get(name).map(|entry| entry.id)
    }

    /// The part of a type that does not implement the interface.
    fn unfit(&self, interface: InterfaceId, ty: &Ty) -> Option<Ty> {
        match ty {
            Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => return None,
            Ty::Con(..) | Ty::Tuple(_) | Ty::Fun(..) => {}
        }
        let Some((id, args)) = self.out.find_impl(interface, ty) else {
            return Some(ty.clone());
        };
        let generics = self.out.impls[id.index()].generics.iter();
        let asked = generics.zip(&args).filter(|((_, bounds), _)| {
            bounds
                .interfaces
                .iter()
                .any(|bound| bound.interface == interface)
        });
        asked
            .into_iter()
            .find_map(|(_, arg)| self.unfit(interface, arg))
    }

    /// E0038: a part of the field lacks one of the interfaces.
    fn not_json(
        &self,
        def: &TypeDef,
        label: &str,
        span: Span,
        ty: &Ty,
        (interface, part): &(&str, Ty),
    ) -> Diagnostic {
        let shown = print::ty(&self.out, part, &def.generics);
        let verb = if part == ty { "is" } else { "holds" };
        let message = format!("{label} is not JSON-serializable: it {verb} `{shown}`");
        let has_one = INTERFACES.iter().any(|name| {
            let found = self.json_interface(name);
            found.is_some_and(|id| self.out.find_impl(id, part).is_some())
        });
        let help = match part {
            Ty::Con(id, _) if Some(*id) == self.out.lang.map => {
                "the keys of an object are texts: write `Map<String, …>`".to_string()
            }
            _ if has_one => format!("write `impl {interface} for {shown}`, too"),
            Ty::Con(id, _) if self.may_derive(*id) => {
                format!(
                    "add `deriving(Json)` to `{}`",
                    self.out.types[id.index()].name
                )
            }
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => OTHERS.into(),
        };
        Diagnostic::error(Code::E0038, span, message).help(help)
    }

    /// True for a struct or sum of the program.
    fn may_derive(&self, id: TypeId) -> bool {
        let def = &self.out.types[id.index()];
        let is_own = !self.out.modules[def.module.index()].is_stdlib;
        is_own && matches!(def.kind, TypeKind::Struct(_) | TypeKind::Sum(_))
    }

    /// True for a method of an impl that cannot be derived.
    pub(in crate::resolve) fn is_refused(&self, id: FnId) -> bool {
        match self.out.functions[id.index()].role {
            Role::Impl(found, _) => self.refused.contains(&found),
            Role::Free | Role::Interface(..) => false,
        }
    }

    /// What stands for the body of such a method.
    pub(in crate::resolve) fn refused_clause(&mut self, item: &'a FnItem) -> Clause {
        let span = item.name.span;
        self.push_scope();
        let patterns = self.parameters(&item.params);
        let body = self.error_expr(span);
        self.pop_scope();
        Clause {
            patterns,
            guard: None,
            body,
            span,
        }
    }
}

const OTHERS: &str =
    "leave it out of the type, or turn it into what JSON has by impls of `ToJson` \
                      and `FromJson` instead of `deriving(Json)`";

/// `None` when two fields have one name, which is reported already.
fn struct_fields(item: &StructItem, def: &TypeDef) -> Option<Vec<Field>> {
    let TypeKind::Struct(fields) = &def.kind else {
        return None;
    };
    let names: FxHashSet<&Name> = item.fields.iter().map(|f| &f.name.name).collect();
    let pairs = item.fields.iter().zip(fields);
    let all = pairs.map(|(field, (_, ty))| {
        let name = &field.name;
        let written = field.annotation.as_ref();
        let span = written.map_or(name.span, |written| written.span);
        (format!("field `{}`", name.name), span, ty.clone())
    });
    (names.len() == item.fields.len()).then(|| all.collect())
}

/// The same for variants.
fn sum_fields(item: &SumItem, def: &TypeDef) -> Option<Vec<Field>> {
    let TypeKind::Sum(variants) = &def.kind else {
        return None;
    };
    let names: FxHashSet<&Name> = item.variants.iter().map(|v| &v.name.name).collect();
    let mut all = Vec::new();
    for (variant, known) in item.variants.iter().zip(variants) {
        for (index, ((name, written), ty)) in variant.fields.iter().zip(&known.fields).enumerate() {
            let of = &variant.name.name;
            let label = match name {
                Some(name) => format!("field `{}` of `{of}`", name.name),
                None => format!("field {} of `{of}`", index + 1),
            };
            all.push((label, written.span, ty.clone()));
        }
    }
    (names.len() == item.variants.len()).then_some(all)
}
