//! Annotations to [`Ty`], aliases expanded; fields of declared types.

use crate::ast::{Ident, ItemKind, Path, TypeExpr, TypeExprKind};
use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{foreign, suggest, Code, Diagnostic};
use crate::hir::{ModuleId, TypeId, TypeKind};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::body::Body;
use super::modules::{dotted, Unit};
use super::scope::TypeEntryKind;
use super::Resolver;

/// A chain of aliases longer than this is taken for a circle when constructors are looked for.
pub(super) const MAX_ALIAS_DEPTH: usize = 64;

impl<'a> Resolver<'a, '_> {
    /// Resolves the fields of all structs and sums.
    pub(super) fn fill_types(&mut self, units: &[Unit<'a>]) {
        for (index, unit) in units.iter().enumerate() {
            let module = ModuleId(index as u32);
            for item in &unit.ast.items {
                match &item.kind {
                    ItemKind::Struct(def) => {
                        let fields = self.in_body(type_body(module, &def.generics), |r| {
                            let field = |f: &'a crate::ast::Field| {
                                let ty = r.field_type(f.name.span, f.annotation.as_ref());
                                (f.name.name.clone(), ty)
                            };
                            def.fields.iter().map(field).collect()
                        });
                        self.fill(module, &def.name, TypeKind::Struct(fields));
                    }
                    ItemKind::Sum(sum) => {
                        let body = Body {
                            own_service: self.service_of(module, &sum.name.name),
                            ..type_body(module, &sum.generics)
                        };
                        let variants = self.in_body(body, |r| {
                            let variant = |v: &'a crate::ast::Variant| crate::hir::VariantDef {
                                name: v.name.name.clone(),
                                fields: v
                                    .fields
                                    .iter()
                                    .map(|(_, ty)| r.field_type(v.span, Some(ty)))
                                    .collect(),
                            };
                            sum.variants.iter().map(variant).collect()
                        });
                        self.fill(module, &sum.name, TypeKind::Sum(variants));
                    }
                    ItemKind::Alias {
                        name,
                        generics,
                        target,
                    } => {
                        // Only to report what is wrong with it, used or not.
                        self.expanding.push((module, name.name.clone()));
                        self.in_body(type_body(module, generics), |r| r.ty(target));
                        self.expanding.pop();
                    }
                    ItemKind::Fn(_)
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

    fn fill(&mut self, module: ModuleId, name: &Ident, kind: TypeKind) {
        let span = name.span;
        if let Some(def) = self
            .out
            .types
            .iter_mut()
            .find(|t| t.module == module && t.span == span)
        {
            def.kind = kind;
        }
    }

    /// A field may not leave its type open: nothing could infer it.
    fn field_type(&mut self, span: Span, ty: Option<&TypeExpr>) -> Ty {
        let Some(ty) = ty else {
            self.report(
                Code::E0040,
                span,
                "this field needs a type: write `name :: Type`",
            );
            return Ty::Error;
        };
        let before = self.body.open_types;
        self.body.is_field = true;
        let resolved = self.ty(ty);
        self.body.is_field = false;
        if self.body.open_types != before {
            self.report(
                Code::E0040,
                ty.span,
                "write the type arguments here: a declared type cannot leave them open",
            );
            return Ty::Error;
        }
        resolved
    }

    /// One annotation, whose open places are numbered from 0.
    pub(super) fn annotation(&mut self, ty: &TypeExpr) -> Ty {
        self.body.open_types = 0;
        self.ty(ty)
    }

    pub(super) fn ty(&mut self, ty: &TypeExpr) -> Ty {
        match &ty.kind {
            TypeExprKind::Error => Ty::Error,
            TypeExprKind::Tuple(items) if items.len() == 1 => self.ty(&items[0]),
            TypeExprKind::Tuple(items) => Ty::Tuple(items.iter().map(|t| self.ty(t)).collect()),
            TypeExprKind::Fun { params, result } => {
                let params = params.iter().map(|t| self.ty(t)).collect();
                Ty::Fun(params, Box::new(self.ty(result)))
            }
            TypeExprKind::Option(inner) => {
                let inner = self.ty(inner);
                self.out
                    .lang
                    .option
                    .map_or(Ty::Error, |id| Ty::Con(id, vec![inner]))
            }
            TypeExprKind::Result(value, error) => {
                let args = vec![self.ty(value), self.ty(error)];
                self.out
                    .lang
                    .result
                    .map_or(Ty::Error, |id| Ty::Con(id, args))
            }
            TypeExprKind::Named { path, args } => {
                let resolved = args.iter().map(|t| self.ty(t)).collect();
                self.named(path, resolved, ty.span)
            }
        }
    }

    pub(super) fn named(&mut self, path: &Path, args: Vec<Ty>, span: Span) -> Ty {
        let here = self.module();
        if let [single] = &path.segments[..] {
            if let Some(index) = self.body.generics.iter().position(|g| *g == single.name) {
                return Ty::Param(index as u32);
            }
            if let ("Self", Some(ty)) = (&*single.name, &self.body.self_type) {
                return ty.clone();
            }
        }
        let Some((owner, name)) = self.find_type(here, path) else {
            return self.unknown_type(path);
        };
        let Some(entry) = self.type_entry(owner, &name) else {
            return Ty::Error;
        };
        self.mention_path(owner, &name, path);
        if !entry.is_public && !self.out.sees_private(here, owner) {
            self.private(owner, &name, span);
        }
        let expected = match entry.kind {
            TypeEntryKind::Declared(id) => self.out.types[id.index()].generics.len(),
            TypeEntryKind::Alias { generics, .. } => generics.len(),
        };
        let args = match self.field_arguments(path, entry.kind, expected) {
            Some(left_out) if args.is_empty() => left_out,
            _ => self.fit_arguments(&name, expected, args, span),
        };
        match entry.kind {
            TypeEntryKind::Declared(id) => Ty::Con(id, args),
            TypeEntryKind::Alias { generics, target } => {
                self.expand((owner, name), target, generics, &args, span)
            }
        }
    }

    /// Type arguments that a field may leave out. A service has some that have no spelling: one for
    /// each type that its handlers leave out. A field takes those that inference finds, and those
    /// of the service itself inside of its own messages.
    fn field_arguments(
        &mut self,
        path: &Path,
        kind: TypeEntryKind,
        expected: usize,
    ) -> Option<Vec<Ty>> {
        if !self.body.is_field {
            return None;
        }
        let is_open = match kind {
            TypeEntryKind::Declared(id) if self.body.own_service == Some(id) => {
                return Some((0..expected as u32).map(Ty::Param).collect());
            }
            TypeEntryKind::Declared(id) => {
                let generics = &self.out.types[id.index()].generics;
                !generics.is_empty() && generics.iter().all(|g| g.starts_with('%'))
            }
            // `Any` where a handler leaves a type out. No program can name that module.
            TypeEntryKind::Alias { .. } => {
                let first = path.segments.first();
                first.is_some_and(|s| &*s.name == super::services::LIBRARY)
            }
        };
        is_open.then(|| (0..expected).map(|_| self.hole()).collect())
    }

    fn hole(&mut self) -> Ty {
        self.out.holes += 1;
        Ty::Var(self.out.holes - 1)
    }

    /// The sum of that name when it holds the messages of a service.
    fn service_of(&self, module: ModuleId, name: &Name) -> Option<TypeId> {
        let scope = &self.scopes[module.index()];
        let actor = super::services::actor_name(name);
        match scope.types.get(name)?.kind {
            TypeEntryKind::Declared(id) if scope.functions.contains_key(&*actor) => Some(id),
            TypeEntryKind::Declared(_) | TypeEntryKind::Alias { .. } => None,
        }
    }

    /// A bare generic name stands for the type with anything inside.
    fn fit_arguments(
        &mut self,
        name: &Name,
        expected: usize,
        args: Vec<Ty>,
        span: Span,
    ) -> Vec<Ty> {
        if args.len() == expected {
            return args;
        }
        if args.is_empty() {
            let first = self.body.open_types;
            self.body.open_types += expected as u32;
            return (first..first + expected as u32).map(Ty::Var).collect();
        }
        let message = format!(
            "`{name}` takes {expected} type argument{}, found {}",
            plural(expected),
            args.len()
        );
        self.report(Code::E0003, span, message);
        vec![Ty::Error; expected]
    }

    fn expand(
        &mut self,
        alias: (ModuleId, Name),
        target: &TypeExpr,
        generics: &[Ident],
        args: &[Ty],
        span: Span,
    ) -> Ty {
        if self.expanding.contains(&alias) {
            self.report(
                Code::E0040,
                span,
                format!("type alias `{}` names itself", alias.1),
            );
            return Ty::Error;
        }
        let body = Body {
            open_types: self.body.open_types,
            ..type_body(alias.0, generics)
        };
        self.expanding.push(alias);
        // Open places of the target are numbered after those of the arguments.
        let (expanded, open_types) = self.in_body(body, |r| (r.ty(target), r.body.open_types));
        self.expanding.pop();
        self.body.open_types = open_types;
        expanded.substitute(args)
    }

    fn unknown_type(&mut self, path: &Path) -> Ty {
        let name = dotted(path);
        let is_single = path.segments.len() == 1;
        if is_single
            && self.body.generics_open
            && name.len() == 1
            && name.starts_with(|c: char| c.is_ascii_uppercase())
        {
            self.body.generics.push(name);
            return Ty::Param(self.body.generics.len() as u32 - 1);
        }
        if self.is_lost(&path.segments) {
            return Ty::Error;
        }
        let here = self.module();
        if let Some(internal) = self.internal_before(path) {
            self.internal(internal, path.span, &[]);
            return Ty::Error;
        }
        if let Some((help, meant)) = foreign::type_name(&name) {
            let message = format!("unknown type `{name}`");
            let report = Diagnostic::error(Code::E0040, path.span, message).help(help);
            self.diagnostics.note(match meant {
                Some(meant) => report.edit(path.span, meant),
                None => report,
            });
            return Ty::Error;
        }
        let mut names: Vec<Name> = self.scopes[here.index()].types.keys().cloned().collect();
        if let Some(prelude) = self.prelude {
            names.extend(self.scopes[prelude.index()].types.keys().cloned());
        }
        names.extend(self.body.generics.iter().cloned());
        names.sort();
        let unit = matches!(&*name, "Unit" | "Nil" | "Void")
            .then(|| Correction::advice("the type without a value is written `()`"));
        let beside = || {
            let (last, before) = path.segments.split_last().filter(|_| !is_single)?;
            let module: Vec<&str> = before.iter().map(|s| &*s.name).collect();
            let scope = &self.scopes[self.namespace(here, &module.join("."))?.index()];
            let public = scope.types.iter().filter(|(_, entry)| entry.is_public);
            let mut names: Vec<&str> = public.map(|(name, _)| &**name).collect();
            names.sort_unstable();
            let meant = suggest::did_you_mean(&last.name, names.iter().copied())?;
            let path = meant
                .name
                .map(|name| format!("{}.{name}", module.join(".")));
            Some(Correction {
                name: path,
                ..meant
            })
        };
        let close = || suggest::near(&name, names.iter().map(|n| &**n));
        let missing = || {
            path.segments
                .first()
                .filter(|_| !is_single)
                .and_then(|s| self.unimported(&s.name))
        };
        let import =
            || missing().filter(|_| self.namespace(here, &path.segments[0].name).is_none());
        let is_lower = is_single && name.starts_with(char::is_lowercase);
        let list = || {
            is_lower.then(|| {
                Correction::advice("a list is taken apart with `case`: `head :: tail -> …`")
            })
        };
        let is_interface = self.scopes.iter().any(|s| s.interfaces.contains_key(&name));
        let interface = (is_single && is_interface).then(|| {
            Correction::advice(format!(
                "`{name}` is an interface: write a type parameter, `T`, and `where T: {name}` at \
                 the end"
            ))
        });
        let help = unit
            .or(interface)
            .or_else(|| import().map(|m| Correction::advice(format!("add `import {m}`"))))
            .or_else(|| self.type_elsewhere(&name).filter(|_| is_single))
            .or_else(beside)
            .or_else(close)
            .or_else(list);
        let report = Diagnostic::error(Code::E0040, path.span, format!("unknown type `{name}`"));
        self.diagnostics.note(report.corrected(path.span, help));
        Ty::Error
    }
}

fn type_body(module: ModuleId, generics: &[Ident]) -> Body {
    let generics = generics.iter().map(|g| g.name.clone()).collect();
    Body {
        module: Some(module),
        generics,
        ..Body::default()
    }
}

pub(super) fn plural(count: usize) -> &'static str {
    if count == 1 {
        ""
    } else {
        "s"
    }
}
