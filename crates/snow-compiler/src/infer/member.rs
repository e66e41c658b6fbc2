//! `value.name` and `value.name(args)`: fields, and functions of the module that a type belongs to.

use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{foreign, suggest, Code, Diagnostic};
use crate::hir::{Expr, ExprKind, FnId, FunctionKind, ModuleId, TypeKind};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::deferred::Constraint;
use super::{Cause, Expectation, Infer};

/// Functions of the prelude that every value has as methods.
const ON_EVERYTHING: [&str; 4] = ["to_string", "inspect", "compare", "hash"];

/// What a method name means for a type.
pub(super) enum Method {
    Function(FnId),
    /// A field that holds a function, by index.
    Field(usize, Ty),
    /// Several interfaces have it.
    Ambiguous(Vec<FnId>),
    /// The type is not known yet.
    NotYet,
    Missing,
}

impl Infer<'_, '_> {
    pub(super) fn member(&mut self, e: &Expr, base: &Expr, name: &Name, name_span: Span) -> Ty {
        let ty = self.part(base);
        match self.shallow(&ty) {
            Ty::Error => Ty::Error,
            open if self.is_open(&open) => {
                let result = self.fresh();
                let constraint = Constraint::Field {
                    base: open,
                    name: name.clone(),
                    name_span,
                    result: result.clone(),
                };
                self.defer(constraint, e.id, base.span);
                result
            }
            known => self.field_of(&known, name, name_span, e.id),
        }
    }

    /// The type of a field of a struct; notes its index. E0009 when there is none.
    pub(super) fn field_of(
        &mut self,
        base: &Ty,
        name: &Name,
        name_span: Span,
        at: crate::hir::ExprId,
    ) -> Ty {
        if let Some((index, ty)) = self.find_field(base, name) {
            self.typed.field.insert(at, vec![index]);
            return ty;
        }
        if !self.opaque_field(base, name, name_span) {
            self.no_field(base, name, name_span, true);
        }
        Ty::Error
    }

    fn find_field(&self, base: &Ty, name: &Name) -> Option<(usize, Ty)> {
        let Ty::Con(id, args) = self.shallow(base) else {
            return None;
        };
        if !self.program.may_open(self.frame.module, id) {
            return None;
        }
        let TypeKind::Struct(fields) = &self.program.types[id.index()].kind else {
            return None;
        };
        let index = fields.iter().position(|(field, _)| field == name)?;
        Some((index, fields[index].1.substitute(&args)))
    }

    /// E0009, E0051. What is read may be a method; what is changed is none.
    fn no_field(&mut self, base: &Ty, name: &Name, span: Span, is_read: bool) {
        let mut names: Vec<Name> = Vec::new();
        if let Ty::Con(id, args) = self.shallow(base) {
            let is_part = match &self.program.types[id.index()].kind {
                TypeKind::Struct(fields) => fields.iter().any(|(field, _)| field == name),
                TypeKind::Sum(_) | TypeKind::Builtin => false,
            };
            let of_texts = args.first().map(|key| self.shallow(key)) == Some(self.string_ty());
            if Some(id) == self.program.lang.map && of_texts && !is_part {
                let message = format!("`{}` has no field `{name}`", self.show(base));
                let help =
                    format!("write `map[\"{name}\"]`, or `Map.fetch(map, \"{name}\")`, an Option");
                return self.report_with_help(Code::E0009, span, message, Some(help));
            }
            let is_map = Some(id) == self.program.lang.map;
            if let Some(method) = self.method_meant(base, name).filter(|_| is_map && is_read) {
                let message = format!("`{}` has no field `{name}`", self.show(base));
                let report = Diagnostic::error(Code::E0009, span, message);
                let report = report.help(format!("write `.{method}()`"));
                return self
                    .diagnostics
                    .push(report.edit(span, format!("{method}()")));
            }
            if !self.program.may_open(self.frame.module, id) {
                let what = format!("the field `{name}` cannot be used here");
                return self
                    .diagnostics
                    .push(self.program.opaque_diagnostic(id, span, what));
            }
            if let TypeKind::Struct(fields) = &self.program.types[id.index()].kind {
                names = fields.iter().map(|(name, _)| name.clone()).collect();
            }
        }
        let arguments = (0..6)
            .find(|count| matches!(self.find_method(base, name, *count), Method::Function(_)));
        let close = suggest::near(name, names.iter().map(|n| &**n));
        let meant = if let Some(count) = arguments {
            let inside = if count == 0 { "" } else { "…" };
            Some(Correction {
                help: format!("it is a method: call it, `.{name}({inside})`"),
                name: (count == 0 && is_read).then(|| format!("{name}()")),
            })
        } else if let Some(meant) = foreign::function(name, names.iter().map(|n| &**n)) {
            Some(Correction {
                help: format!("write `.{meant}`"),
                name: Some(meant.to_string()),
            })
        } else if let Some(method) = self.method_meant(base, name).filter(|_| is_read) {
            Some(Correction {
                help: format!("write `.{method}()`"),
                name: Some(format!("{method}()")),
            })
        } else if &**name == "await" {
            let help = "any call may wait; `Job.await(job)` waits for a `Job`";
            Some(Correction::advice(help))
        } else {
            close.or_else(|| self.inside(base).map(Correction::advice))
        };
        let message = format!("`{}` has no field `{name}`", self.show(base));
        let report = Diagnostic::error(Code::E0009, span, message);
        self.diagnostics.push(report.corrected(span, meant));
    }

    /// The method without arguments that a field of that name is in other languages.
    fn method_meant(&mut self, base: &Ty, name: &Name) -> Option<Name> {
        let own = std::iter::once(&**name);
        let meant = own.chain(foreign::meanings(name).iter().copied());
        let mut meant = meant.map(Name::from);
        meant.find(|meant| matches!(self.find_method(base, meant, 0), Method::Function(_)))
    }

    /// `%{base | name: e}`.
    pub(super) fn update(&mut self, e: &Expr, base: &Expr, fields: &[(Name, Span, Expr)]) -> Ty {
        let ty = self.part(base);
        if self.is_open(&ty) {
            let values = fields
                .iter()
                .map(|(n, s, value)| (n.clone(), *s, self.part(value), value.span))
                .collect();
            self.defer(
                Constraint::Updated {
                    base: ty.clone(),
                    fields: values,
                },
                e.id,
                base.span,
            );
            return ty;
        }
        let mut indices = Vec::new();
        for (name, span, value) in fields {
            match self.find_field(&ty, name) {
                Some((index, field)) => {
                    indices.push(index);
                    self.of_type(value, &field, Cause::PLAIN);
                }
                None => {
                    self.value(value, Expectation::Value);
                    if self.shallow(&ty) != Ty::Error {
                        self.no_field(&ty, name, *span, false);
                    }
                }
            }
        }
        self.typed.field.insert(e.id, indices);
        ty
    }

    /// The same for values whose types are known already.
    pub(super) fn updated_later(
        &mut self,
        base: &Ty,
        fields: &[(Name, Span, Ty, Span)],
        at: crate::hir::ExprId,
    ) {
        let mut indices = Vec::new();
        for (name, span, value, value_span) in fields {
            match self.find_field(base, name) {
                Some((index, field)) => {
                    indices.push(index);
                    self.expect(&field, value, *value_span, Cause::PLAIN);
                }
                None => self.no_field(base, name, *span, false),
            }
        }
        self.typed.field.insert(at, indices);
    }

    pub(super) fn method_call<'e>(
        &mut self,
        e: &Expr,
        base: &Expr,
        name: &Name,
        name_span: Span,
        args: impl Iterator<Item = &'e Expr>,
    ) -> Ty {
        let args: Vec<&Expr> = args.collect();
        let receiver = self.part(base);
        match self.find_method(&receiver, name, args.len()) {
            Method::Function(id) => {
                let (params, result) = self.use_function(id, e.id, name_span);
                self.typed.method.insert(e.id, id);
                let Some((first, rest)) = params.split_first() else {
                    return Ty::Error;
                };
                if self.reports_receiver_swapped(id, &params, base, &args, e.span) {
                    return result;
                }
                self.expect(first, &receiver, base.span, Cause::PLAIN);
                let before = self.diagnostics.count();
                let fits = self.arguments(rest, &args, e.span, Some(id));
                if self.diagnostics.count() > before {
                    self.give_up(&result);
                }
                match fits {
                    true => result,
                    false => Ty::Error,
                }
            }
            Method::Field(index, ty) => {
                self.typed.field.insert(e.id, vec![index]);
                self.apply(&ty, &args, name_span, e.span)
            }
            Method::NotYet => {
                let args = args.iter().map(|arg| (self.part(arg), arg.span)).collect();
                let result = self.fresh();
                let (name, answer) = (name.clone(), result.clone());
                let constraint = Constraint::Method {
                    base: receiver,
                    name,
                    name_span,
                    args,
                    result: answer,
                };
                self.defer(constraint, e.id, base.span);
                result
            }
            Method::Ambiguous(methods) => {
                self.unasked(&args);
                let here = self.frame.module;
                let report = self
                    .program
                    .ambiguous_method(&methods, name, name_span, here);
                self.diagnostics.push(report);
                Ty::Error
            }
            Method::Missing => {
                self.unasked(&args);
                // The name of a message, which nothing is called by, has been reported.
                let is_said = args.iter().any(|arg| matches!(arg.kind, ExprKind::Error))
                    && self.message_of(&receiver).is_some();
                let is_wrong = self.shallow(&receiver) == Ty::Error || is_said;
                if !is_wrong && !self.nothing_inside(&receiver, name, base.span, e.span) {
                    self.no_method(&receiver, name, args.len(), name_span);
                }
                Ty::Error
            }
        }
    }

    /// What `name` with that many arguments means for a value of type `ty`.
    pub(super) fn find_method(&mut self, ty: &Ty, name: &Name, count: usize) -> Method {
        let ty = self.shallow(ty);
        if self.is_open(&ty) {
            return Method::NotYet;
        }
        match &self.interface_methods(&ty, name, count)[..] {
            [] => {}
            [only] => return Method::Function(*only),
            several => return Method::Ambiguous(several.to_vec()),
        }
        for module in self.homes(&ty) {
            if let Some(id) = self.function_in(module, name, count + 1) {
                return Method::Function(id);
            }
        }
        if let Some((index, field)) = self.find_field(&ty, name) {
            return Method::Field(index, field);
        }
        if ty == Ty::Error {
            return Method::Missing;
        }
        let everything = self.method_of_everything(name, count);
        match everything.or_else(|| self.built_in_method(&ty, name, count)) {
            Some(id) => Method::Function(id),
            None => Method::Missing,
        }
    }

    /// `to_string` and its like, for a value of whatever type.
    pub(super) fn method_of_everything(&self, name: &Name, count: usize) -> Option<FnId> {
        if !ON_EVERYTHING.contains(&&**name) {
            return None;
        }
        let prelude = self
            .program
            .modules
            .iter()
            .position(|m| m.is_stdlib && &*m.name == "Prelude")?;
        self.function_in(ModuleId(prelude as u32), name, count + 1)
    }

    /// Modules whose functions are methods of a type: the standard module of its name, and the one
    /// that declares it.
    pub(super) fn homes(&self, ty: &Ty) -> Vec<ModuleId> {
        let modules = &self.program.modules;
        let standard = |name: &str| {
            let found = modules.iter().position(|m| m.is_stdlib && &*m.name == name);
            found.map(|index| ModuleId(index as u32))
        };
        match ty {
            Ty::Con(id, _) => {
                let def = &self.program.types[id.index()];
                // A program knows what an internal module declares under the name of another.
                let declares = match self.program.sees_module(self.frame.module, def.module) {
                    true => def.module,
                    false => self.program.face_of(def.module),
                };
                let is_prelude = &*modules[def.module.index()].name == "Prelude"
                    && modules[def.module.index()].is_stdlib;
                let namesake = if modules[def.module.index()].is_stdlib {
                    standard(&def.name)
                } else {
                    None
                };
                namesake
                    .into_iter()
                    .chain((!is_prelude).then_some(declares))
                    .collect()
            }
            Ty::Tuple(items) if !items.is_empty() => standard("Tuple").into_iter().collect(),
            Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {
                Vec::new()
            }
        }
    }

    /// A function that the function being looked at may use, by its visible number of parameters.
    pub(super) fn function_in(
        &self,
        module: ModuleId,
        name: &Name,
        visible: usize,
    ) -> Option<FnId> {
        let list = self.by_name.get(&(module, name.clone()))?;
        list.iter().copied().find(|id| {
            let function = &self.program.functions[id.index()];
            let arity = function.arity - usize::from(function.has_self_pid);
            let seen = function.is_public || self.frame.module == module;
            let is_function =
                matches!(function.kind, FunctionKind::Plain | FunctionKind::Extern(_));
            arity == visible && seen && is_function
        })
    }

    /// Whether the module being looked at may use a function of that name of `home`.
    fn named_for_all(&self, home: ModuleId, name: &Name) -> bool {
        let list = self.by_name.get(&(home, name.clone()));
        let is_open = |id: &FnId| {
            let function = &self.program.functions[id.index()];
            function.is_public || self.frame.module == home
        };
        list.is_some_and(|list| list.iter().any(is_open))
    }

    /// A function of another library module that takes the value first: `String.join` of a list.
    fn function_elsewhere(&self, ty: &Ty, name: &Name, count: usize) -> Option<String> {
        let Ty::Con(wanted, _) = self.shallow(ty) else {
            return None;
        };
        let takes_it = |id: &FnId| {
            let function = &self.program.functions[id.index()];
            let first = function.annotations.first().and_then(Option::as_ref);
            function.is_public
                && function.arity == count + 1
                && matches!(first, Some(Ty::Con(id, _)) if *id == wanted)
        };
        let is_open = |module: ModuleId| {
            let module = &self.program.modules[module.index()];
            module.is_stdlib && !module.is_internal && &*module.name != "Prelude"
        };
        let mut owners: Vec<&Name> = self
            .by_name
            .iter()
            .filter(|((module, known), list)| {
                known == name && is_open(*module) && list.iter().any(takes_it)
            })
            .map(|((module, _), _)| &self.program.modules[module.index()].name)
            .collect();
        owners.sort();
        let owner = owners.first()?;
        let rest = ", …".repeat(count);
        Some(format!("write `{owner}.{name}(value{rest})`"))
    }

    /// E0030.
    pub(super) fn no_method(&mut self, ty: &Ty, name: &Name, count: usize, span: Span) {
        if self.diagnostics.has_lost(name) {
            return;
        }
        let homes = self.homes(&self.shallow(ty));
        // A function of the library that takes something else first is no method.
        let shown = self.shallow(ty);
        let takes_it = |id: &FnId| {
            let function = &self.program.functions[id.index()];
            let first = function.annotations.first().and_then(Option::as_ref);
            let is_library = self.program.modules[function.module.index()].is_stdlib;
            !is_library
                || !matches!((first, &shown), (Some(Ty::Con(a, _)), Ty::Con(b, _)) if a != b)
        };
        let of_home = |((module, _), list): &(&(ModuleId, Name), &Vec<FnId>)| {
            homes.contains(module) && list.iter().any(takes_it)
        };
        let mut names: Vec<&Name> = self
            .by_name
            .iter()
            .filter(of_home)
            .map(|((_, name), _)| name)
            .collect();
        names.sort();
        names.dedup();
        let visible = |known: &&&Name| homes.iter().any(|home| self.named_for_all(*home, known));
        let open: Vec<&Name> = names.iter().filter(visible).copied().collect();
        let is_library = |home: &ModuleId| self.program.modules[home.index()].is_stdlib;
        if homes.iter().all(is_library) {
            // A program cannot change what the library keeps for itself.
            names.retain(|name| open.contains(name));
        }
        let other_arity = names.contains(&name);
        let foreign = foreign::function(name, open.iter().map(|n| &***n));
        let is_open = open.contains(&name);
        let meant = if other_arity && !is_open {
            Some(Correction::advice(format!(
                "`{name}` is private to its module: add `pub` to its declaration"
            )))
        } else if other_arity {
            None
        } else if let Some(meant) = foreign.map(Name::from) {
            let takes_more = !matches!(self.find_method(ty, &meant, 0), Method::Function(_));
            let inside = if count > 0 || takes_more { "…" } else { "" };
            Some(Correction {
                help: format!("write `.{meant}({inside})`"),
                name: Some(meant.to_string()),
            })
        } else {
            suggest::near(name, names.iter().map(|n| &***n)).or_else(|| {
                self.without_index(ty, name)
                    .or_else(|| self.inside(ty))
                    .or_else(|| self.function_elsewhere(ty, name, count))
                    .map(Correction::advice)
            })
        };
        let interface = self.interface_with(ty, name, count);
        let meant = interface.map(Correction::advice).or(meant);
        let meant = self.meant_by_method(ty, name, count).or(meant);
        let of_service = self.of_service(ty, name);
        let meant = of_service.map(Correction::advice).or(meant);
        if meant.is_none() && other_arity {
            if let Some(report) = self.miscounted_method(&homes, name, count, span) {
                return self.diagnostics.push(report);
            }
        }
        let meant = meant.map(|meant| self.taking(ty, meant, count));
        let message = format!("no method `{name}` on `{}`", self.show(ty));
        let report = Diagnostic::error(Code::E0030, span, message);
        self.diagnostics.push(report.corrected(span, meant));
    }

    /// A correction of the name of a method, without the name where that takes other arguments.
    fn taking(&mut self, ty: &Ty, meant: Correction, count: usize) -> Correction {
        let method = meant.name.as_deref().map(Name::from);
        let fits = method.is_some_and(|method| {
            matches!(self.find_method(ty, &method, count), Method::Function(_))
        });
        match fits {
            true => meant,
            false => meant.without_name(),
        }
    }
}
