//! Dotted names: `Module.function`, `Type.Constructor`, `Module.Type.Constructor`, and what is none
//! of these.

use crate::ast::{self, Ident, Path};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{suggest, Code, Diagnostic};
use crate::hir::{Expr, ExprKind, LocalId, Meaning, ModuleId, TypeId, TypeKind};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::scope::{ConstructorEntry, Found};
use super::Resolver;

/// What `base.name` is.
pub(super) enum Dotted {
    Value(Found),
    /// Reported.
    Wrong,
    /// A field or method of a value.
    Member,
}

/// The names of `a.b.c`, if it is made of names only.
fn chain(expr: &ast::Expr) -> Option<Vec<Ident>> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(vec![name.clone()]),
        ast::ExprKind::Field { base, name } => {
            let mut names = chain(base)?;
            names.push(name.clone());
            Some(names)
        }
        _ => None,
    }
}

fn joined(segments: &[Ident]) -> String {
    let parts: Vec<&str> = segments.iter().map(|s| &*s.name).collect();
    parts.join(".")
}

impl<'a> Resolver<'a, '_> {
    /// Looks at `base.name` as a dotted name. `arity` is the number of arguments when it is called.
    pub(super) fn dotted(
        &mut self,
        base: &ast::Expr,
        name: &Ident,
        arity: Option<usize>,
    ) -> Dotted {
        let Some(mut segments) = chain(base) else {
            return Dotted::Member;
        };
        if self.find_local(&segments[0].name).is_some() {
            return Dotted::Member;
        }
        segments.push(name.clone());
        if let Some(found) = self.find_path(&segments, arity) {
            return Dotted::Value(found);
        }
        let before = &segments[..segments.len() - 1];
        if self.is_lost(before) {
            return Dotted::Wrong;
        }
        let here = self.module();
        if let Some(found) = self.named_method(before, name) {
            return found.map_or(Dotted::Wrong, Dotted::Value);
        }
        if self.not_in_service(before, name) {
            return Dotted::Wrong;
        }
        if let Some(variants) = self.variants_of(before) {
            if !variants.is_empty() && self.namespace(here, &joined(before)).is_none() {
                let path = Path {
                    span: segments[0].span.to(name.span),
                    segments,
                };
                self.unknown_variant(&path, None);
                return Dotted::Wrong;
            }
        }
        if let Some(internal) = self.internal_named(here, &joined(&segments)) {
            self.internal(internal, segments[0].span.to(name.span), &[]);
            return Dotted::Wrong;
        }
        if let Some(internal) = self.internal_named(here, &joined(before)) {
            self.internal(
                internal,
                segments[0].span.to(before[before.len() - 1].span),
                &[],
            );
            return Dotted::Wrong;
        }
        if let Some(module) = self.namespace(here, &joined(before)) {
            if !self.neither_has(module, before, name) {
                let known = self.scopes[module.index()].values_like(&name.name);
                self.not_exported(module, name, &known, arity);
            }
            return Dotted::Wrong;
        }
        if self.not_of_supervisor(before, name)
            || self.not_of_struct(before, name)
            || self.unknown_module(&segments)
        {
            return Dotted::Wrong;
        }
        Dotted::Member
    }

    /// The constructor, function or constant behind a name of two or more segments. Reports a
    /// private one.
    pub(super) fn find_path(&mut self, segments: &[Ident], arity: Option<usize>) -> Option<Found> {
        let here = self.module();
        if let Some(entry) = self.own_variant(segments) {
            return Some(Found::Constructor(entry));
        }
        for split in (1..segments.len()).rev() {
            let Some(module) = self.namespace(here, &joined(&segments[..split])) else {
                continue;
            };
            let found = match &segments[split..] {
                [name] => self.in_module(module, &name.name, arity),
                [ty, variant] => {
                    let id = self.type_named(module, &ty.name);
                    let constructor = id
                        .and_then(|id| self.variant(id, &variant.name))
                        .map(Found::Constructor);
                    constructor.or_else(|| self.in_service(module, &ty.name, &variant.name, arity))
                }
                _ => None,
            };
            if let Some(found) = found {
                self.mention_before(module, segments, split);
                if let Some(own) = self.in_near(module, segments, arity) {
                    if !self.is_imported(module) {
                        return Some(own);
                    }
                    if !own.is_same(&found) {
                        self.two_meanings(module, segments, &own);
                        return Some(Found::Ambiguous);
                    }
                }
                if let Some(own) = self.in_own_service(module, segments, arity) {
                    let is_there = found.is_public() && found.takes(arity);
                    if !is_there || !self.is_imported(module) {
                        return Some(own);
                    }
                    self.two_meanings(module, segments, &own);
                    return Some(Found::Ambiguous);
                }
                let last = &segments[segments.len() - 1];
                if !found.is_public() && !self.out.sees_private(here, module) {
                    if self.scopes[module.index()].is_stdlib {
                        let known = self.scopes[module.index()].values_like(&last.name);
                        self.not_exported(module, last, &known, arity);
                        return Some(Found::Ambiguous);
                    }
                    self.private(module, &last.name, last.span);
                }
                return Some(found);
            }
        }
        let [ty, variant] = segments else { return None };
        let (owner, name) = self.find_type(
            here,
            &Path {
                segments: vec![ty.clone()],
                span: ty.span,
            },
        )?;
        let id = self.aliased_type(owner, &name);
        let constructor = id
            .and_then(|id| self.variant(id, &variant.name))
            .map(Found::Constructor);
        let found = constructor.or_else(|| self.in_service(owner, &name, &variant.name, arity))?;
        self.mention_type(owner, &name, ty);
        if !found.is_public() && !self.out.sees_private(here, owner) {
            self.private(owner, &variant.name, variant.span);
        }
        Some(found)
    }

    /// Notes the module that the first `split` segments name, and the type behind it.
    fn mention_before(&mut self, module: ModuleId, segments: &[Ident], split: usize) {
        let last = &segments[split - 1];
        self.mention(&last.name, last.span, Meaning::Module(module));
        if let [ty, _] = &segments[split..] {
            self.mention_type(module, &ty.name, ty);
        }
    }

    /// Whether a dotted name begins with what an import should have brought, which has been
    /// reported there.
    pub(super) fn is_lost(&self, segments: &[Ident]) -> bool {
        let scope = &self.scopes[self.module().index()];
        let is_lost = |at: usize| scope.lost_imports.contains(&*joined(&segments[..at]));
        (1..=segments.len()).any(is_lost)
    }

    /// `Self.Circle` in an impl.
    fn own_variant(&self, segments: &[Ident]) -> Option<ConstructorEntry> {
        match (segments, &self.body.self_type) {
            ([ty, variant], Some(Ty::Con(id, _))) if &*ty.name == "Self" => {
                self.variant(*id, &variant.name)
            }
            _ => None,
        }
    }

    /// `Score.start`: what a service declares is a function of its module under the whole name.
    pub(super) fn in_service(
        &self,
        module: ModuleId,
        service: &Name,
        name: &Name,
        arity: Option<usize>,
    ) -> Option<Found> {
        self.in_module(module, &format!("{service}.{name}").into(), arity)
    }

    /// E0004 for what a service does not answer, when `before` is a service.
    fn not_in_service(&mut self, before: &[Ident], name: &Ident) -> bool {
        let Some((owner, service)) = self.service_named(before, name.span) else {
            return false;
        };
        let known = self.functions_of_service(owner, &service);
        if known.is_empty() {
            return false;
        }
        let message = format!("service `{service}` has no function `{}`", name.name);
        let report = Diagnostic::error(Code::E0004, name.span, message);
        if let Some(meant) = self.called_elsewhere(&service, &name.name, &known) {
            self.diagnostics
                .note_advice(report.corrected(name.span, meant));
            return true;
        }
        let meant = suggest::near(&name.name, known.iter().map(|name| &**name))
            .unwrap_or_else(|| Correction::advice(format!("it has `{}`", known.join("`, `"))));
        self.diagnostics.push(report.corrected(name.span, meant));
        true
    }

    pub(super) fn type_named(&self, module: ModuleId, name: &Name) -> Option<TypeId> {
        self.type_entry(module, name)?;
        self.aliased_type(module, name)
    }

    /// The declared type that a dotted name means, through aliases.
    pub(super) fn type_in_scope(&self, here: ModuleId, segments: &[Ident]) -> Option<TypeId> {
        let span = segments.first()?.span;
        let (owner, name) = self.find_type(
            here,
            &Path {
                segments: segments.to_vec(),
                span,
            },
        )?;
        self.aliased_type(owner, &name)
    }

    pub(super) fn variant(&self, id: TypeId, name: &Name) -> Option<ConstructorEntry> {
        let TypeKind::Sum(variants) = &self.out.types[id.index()].kind else {
            return None;
        };
        let variant = variants.iter().position(|v| v.name == *name)?;
        Some(ConstructorEntry {
            ty: id,
            variant,
            is_public: true,
        })
    }

    /// Constructors of the type that `segments` names.
    pub(super) fn variants_of(&self, segments: &[Ident]) -> Option<Vec<Name>> {
        let id = self.type_in_scope(self.module(), segments)?;
        match &self.out.types[id.index()].kind {
            TypeKind::Sum(variants) => Some(variants.iter().map(|v| v.name.clone()).collect()),
            TypeKind::Builtin | TypeKind::Struct(_) => None,
        }
    }

    /// What could have stood in the place of the last segment, for suggestions.
    pub(super) fn variants_before(&self, segments: &[Ident]) -> Option<Vec<Name>> {
        let (_, before) = segments.split_last()?;
        if before.is_empty() {
            return None;
        }
        let in_module = || {
            let module = self.namespace(self.module(), &joined(before))?;
            Some(
                self.scopes[module.index()]
                    .constructors
                    .keys()
                    .cloned()
                    .collect(),
            )
        };
        self.variants_of(before).or_else(in_module)
    }

    /// A use of a local name.
    pub(super) fn local(&mut self, local: LocalId, name: &Ident) -> Expr {
        self.mention(&name.name, name.span, Meaning::Local(local));
        self.expr(ExprKind::Local(local), name.span)
    }

    /// A name standing alone as a value.
    pub(super) fn name(&mut self, name: &Ident) -> Expr {
        match self.find_local(&name.name) {
            Some(local) => self.local(local, name),
            None => match self.unqualified(&name.name, None) {
                Some(_) if !self.is_clear(&name.name, name.span) => self.error_expr(name.span),
                Some(found) => self.found(found, &name.name, name.span, None),
                None if self.is_method(&name.name) => self.method_value(name),
                None => {
                    self.unbound(&name.name, name.span);
                    self.error_expr(name.span)
                }
            },
        }
    }

    /// The expression for something that was found. `arity` is the number of arguments when it is
    /// called.
    pub(super) fn found(
        &mut self,
        found: Found,
        name: &Name,
        span: Span,
        arity: Option<usize>,
    ) -> Expr {
        self.mention_found(&found, name, span);
        match found {
            Found::Constructor(entry) => {
                if !self.may_use(entry, name, span) {
                    return self.error_expr(span);
                }
                self.expr(
                    ExprKind::Constructor {
                        ty: entry.ty,
                        variant: entry.variant,
                    },
                    span,
                )
            }
            Found::Constant(module, name, _) => {
                let scope = &self.scopes[module.index()];
                scope.used.borrow_mut().constants.insert(name.clone());
                self.constant(module, &name, span)
            }
            Found::Ambiguous => self.error_expr(span),
            Found::Method(id, subject) => {
                let method = self.expr(ExprKind::Function(id), span);
                self.out.subjects.extend(subject.map(|ty| (method.id, ty)));
                method
            }
            Found::Functions(list) => match &list[..] {
                [single] => self.expr(ExprKind::Function(single.id), span),
                _ => {
                    let mut arities: Vec<usize> = list.iter().map(|f| f.arity).collect();
                    arities.sort_unstable();
                    let arities: Vec<String> =
                        arities.iter().map(|a| format!("`{name}/{a}`")).collect();
                    let message = match arity {
                        Some(arity) => format!("no function `{name}` takes {arity} arguments"),
                        None => format!("there is more than one function `{name}`"),
                    };
                    let help = match arity {
                        Some(_) => format!("there are {}", arities.join(" and ")),
                        None => format!(
                            "there are {}: wrap the one you mean in a closure",
                            arities.join(" and ")
                        ),
                    };
                    self.report_with_help(Code::E0003, span, message, Some(help));
                    self.error_expr(span)
                }
            },
        }
    }
}
