//! Advice that looks for functions: the one that was meant by another, and the types that have one.

use crate::diagnostics::suggest::Correction;
use crate::diagnostics::{foreign, suggest, Code, Diagnostic};
use crate::hir::{Expr, ExprKind, FnId, FunctionKind, ModuleId, TypeId, TypeKind};
use crate::resolve::snake;
use crate::source::{Name, Span};
use crate::types::Ty;

use super::member::Method;
use super::Infer;

/// Types that advice lists, and functions.
const MOST_NAMED: usize = 3;
/// Functions of a type that advice lists.
const MOST_METHODS: usize = 5;
/// How functions begin that take a handler: `on_get` beside `get`.
const REGISTERS: &str = "on_";
/// What a handler does elsewhere to answer.
const ANSWERS: [&str; 10] = [
    "status",
    "send",
    "json",
    "end",
    "render",
    "redirect",
    "write",
    "text",
    "html",
    "sendStatus",
];
/// What makes JSON of a value elsewhere.
const JSON: [&str; 6] = [
    "to_json",
    "toJSON",
    "toJson",
    "json",
    "serialize",
    "stringify",
];

impl Infer<'_, '_> {
    /// E0003 for `Http.get(router, "/", page)`: the function that takes a handler is `Http.on_get`.
    /// `callee` is the place of the name that was written.
    pub(super) fn registers(
        &self,
        id: FnId,
        count: usize,
        callee: Span,
        span: Span,
    ) -> Option<Diagnostic> {
        let function = &self.program.functions[id.index()];
        let meant = self.registering(function.module, &function.name, count)?;
        let module = self.module_name(function.module);
        let message = format!("`{module}.{}` takes no handler", function.name);
        let help = format!(
            "`{module}.{meant}` registers one: it takes {}",
            self.parameters(function.module, &meant, count).join(", ")
        );
        let report = Diagnostic::error(Code::E0003, span, message).help(help);
        let start = callee.end.saturating_sub(function.name.len() as u32);
        // A name that was imported alone says nothing about the other.
        let is_qualified = start > callee.start;
        let place = Span {
            start,
            end: start,
            ..callee
        };
        Some(match is_qualified {
            true => report.edit(place, REGISTERS),
            false => report,
        })
    }

    /// The function beside `name` that takes a handler, if it takes that many arguments.
    pub(super) fn registering(&self, module: ModuleId, name: &Name, count: usize) -> Option<Name> {
        let meant: Name = format!("{REGISTERS}{name}").into();
        let is_other = self.function_in(module, name, count).is_none();
        let fits = self.function_in(module, &meant, count).is_some();
        (is_other && fits).then_some(meant)
    }

    /// The parameters of a function, in backquotes.
    fn parameters(&self, module: ModuleId, name: &Name, count: usize) -> Vec<String> {
        let Some(id) = self.function_in(module, name, count) else {
            return Vec::new();
        };
        let names = (0..count).filter_map(|index| self.parameter_name(id, index));
        names.map(|name| format!("`{name}`")).collect()
    }

    pub(super) fn module_name(&self, module: ModuleId) -> &str {
        let name = &self.program.modules[module.index()].name;
        name.rsplit('.').next().unwrap_or(name)
    }

    /// Several arguments that can be seen not to be what their places ask for: one mistake.
    pub(super) fn misfits(&mut self, params: &[Ty], args: &[&Expr], id: FnId) -> bool {
        let wrong: Vec<usize> = (0..args.len())
            .filter(|at| self.is_misfit(&params[*at], args[*at]))
            .collect();
        let (Some(first), Some(last)) = (wrong.first(), wrong.last()) else {
            return false;
        };
        if first == last {
            return false;
        }
        let function = &self.program.functions[id.index()];
        let place = args[*first].span.to(args[*last].span);
        let message = format!("`{}` takes other arguments", function.name);
        let skipped = function.arity.saturating_sub(params.len());
        let taken: Vec<String> = params
            .iter()
            .enumerate()
            .map(|(at, ty)| match self.parameter_name(id, at + skipped) {
                Some(name) => format!("`{name} :: {}`", self.show(ty)),
                None => format!("`{}`", self.show(ty)),
            })
            .collect();
        let taken = taken.join(", ");
        let is_called = |at: &usize| self.is_called_for(&params[*at], args[*at]);
        let help = match wrong.iter().all(is_called) {
            true => {
                format!("functions are handed over by name, without brackets: it takes {taken}")
            }
            false => format!("it takes {taken}"),
        };
        self.report_with_help(Code::E0001, place, message, Some(help));
        true
    }

    /// E0051 for a field of an opaque type that is read: the function that answers what was looked for
    /// is called. False when functions of the type say nothing about it.
    pub(super) fn opaque_field(&mut self, base: &Ty, name: &Name, span: Span) -> bool {
        let Ty::Con(id, _) = self.shallow(base) else {
            return false;
        };
        let methods = self.methods_of(base);
        // What is written for a key of a map is said with its field.
        let is_map = Some(id) == self.program.lang.map;
        if is_map || self.program.may_open(self.frame.module, id) || methods.is_empty() {
            return false;
        }
        if self.is_json(id) && !methods.contains(name) {
            let message = "`Json` is opaque, so it has no fields".to_string();
            let help =
                format!("what it has under a key is asked of it: `.get(\"{name}\")`, an Option");
            self.report_with_help(Code::E0051, span, message, Some(help));
            return true;
        }
        let known = || methods.iter().map(|name| &**name);
        let meant = match methods.contains(name) {
            true => Some(name.to_string()),
            false => foreign::function(name, known())
                .map(str::to_string)
                .or_else(|| suggest::closest(name, known())),
        };
        let ty = &self.program.types[id.index()];
        let message = format!("`{}` is opaque, so it has no fields", ty.name);
        let report = Diagnostic::error(Code::E0051, span, message).also(
            ty.span,
            format!("`{}` is opaque outside of its package", ty.name),
        );
        let report = match meant.map(Name::from) {
            Some(meant) => {
                let called = self.called(base, &meant);
                let report = report.help(format!("a function answers it: write `.{called}`"));
                match self.answers_one_value(base, &meant) {
                    true => report.edit(span, called),
                    false => report,
                }
            }
            None => {
                let shown = methods.iter().take(MOST_METHODS);
                let shown: Vec<String> = shown
                    .map(|method| format!("`.{}`", self.called(base, method)))
                    .collect();
                let more = match methods.len() > MOST_METHODS {
                    true => ", …",
                    false => "",
                };
                let list = shown.join(", ");
                report.help(format!("what it has is asked of functions: {list}{more}"))
            }
        };
        self.diagnostics.push(report);
        true
    }

    /// A call of a function of the type, behind a value.
    fn called(&mut self, ty: &Ty, method: &Name) -> String {
        match self.find_method(ty, method, 0) {
            Method::Function(_) => format!("{method}()"),
            Method::Field(..) | Method::Ambiguous(_) | Method::NotYet | Method::Missing => {
                format!("{method}(…)")
            }
        }
    }

    /// Whether the function without further arguments is likely to be all that was meant: what has
    /// parts may be asked for one of them.
    fn answers_one_value(&mut self, ty: &Ty, method: &Name) -> bool {
        let Method::Function(id) = self.find_method(ty, method, 0) else {
            return false;
        };
        let lang = &self.program.lang;
        match &self.program.functions[id.index()].result {
            Some(Ty::Con(id, _)) => ![lang.list, lang.map].contains(&Some(*id)),
            Some(
                Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error,
            )
            | None => false,
        }
    }

    /// The functions that a value of that type is the first argument of, in alphabetical order.
    fn methods_of(&self, ty: &Ty) -> Vec<Name> {
        let ty = self.shallow(ty);
        let homes = self.homes(&ty);
        let takes = |id: &FnId| {
            let function = &self.program.functions[id.index()];
            let first = function.annotations.first().and_then(Option::as_ref);
            function.is_public
                && matches!(function.kind, FunctionKind::Plain | FunctionKind::Extern(_))
                && is_of_type(first, &ty)
        };
        let mut names: Vec<Name> = self
            .by_name
            .iter()
            .filter(|((module, _), list)| homes.contains(module) && list.iter().any(takes))
            .map(|((_, name), _)| name.clone())
            .collect();
        names.sort();
        names
    }

    /// The types of the program, or else of the library, that have a function of that name with so
    /// many arguments behind the value; none when one of those that every program uses has it, too.
    pub(super) fn types_with(&self, name: &Name, count: usize) -> Vec<String> {
        let mut found: Vec<(bool, String)> = Vec::new();
        for ((module, known), list) in &self.by_name {
            if known != name {
                continue;
            }
            for id in list {
                let function = &self.program.functions[id.index()];
                let visible = function.arity - usize::from(function.has_self_pid);
                let first = function.annotations.first().and_then(Option::as_ref);
                let Some(Ty::Con(id, _)) = first else {
                    continue;
                };
                let def = &self.program.types[id.index()];
                let ty = Ty::Con(*id, Vec::new());
                let here = self.frame.module;
                let is_seen = (function.is_public || *module == here)
                    && (def.is_public || self.program.sees_private(here, def.module));
                if visible != count + 1 || !is_seen || !self.homes(&ty).contains(module) {
                    continue;
                }
                if self.is_common(*id) {
                    return Vec::new();
                }
                let is_library = self.program.modules[module.index()].is_stdlib;
                found.push((is_library, self.show(&ty)));
            }
        }
        found.sort();
        found.dedup();
        let has_own = found.first().is_some_and(|(is_library, _)| !is_library);
        found.retain(|(is_library, _)| !(has_own && *is_library));
        found.into_iter().map(|(_, name)| name).collect()
    }

    /// Whether a type is one of those that every program uses.
    fn is_common(&self, id: TypeId) -> bool {
        let lang = &self.program.lang;
        [
            lang.int,
            lang.float,
            lang.string,
            lang.bytes,
            lang.list,
            lang.map,
            lang.set,
            lang.range,
            lang.option,
            lang.result,
        ]
        .contains(&Some(id))
    }

    /// How the type of what stands at `place` is written, where a field is asked of it that a function
    /// of the same or another name answers for an opaque type.
    pub(super) fn where_to_write_for_field(&self, place: Span, name: &Name) -> Option<String> {
        let own = std::iter::once(&**name);
        let names = own.chain(foreign::meanings(name).iter().copied());
        for meant in names.map(Name::from) {
            for count in [0, 1] {
                if !self.types_with(&meant, count).is_empty() {
                    return Some(self.where_to_write_with(place, &meant, count));
                }
            }
        }
        None
    }

    /// How the type of what stands at `place` is written, where a function of that name is asked of
    /// it.
    pub(super) fn where_to_write_with(&self, place: Span, name: &Name, count: usize) -> String {
        let types = self.types_with(name, count);
        match &types[..] {
            // What a value of that name usually is may have the function by another name.
            [only] if foreign::meanings(name).is_empty() => self.where_to_write(place, only),
            [_] | [] => self.where_to_write(place, "Type"),
            several if several.len() <= MOST_NAMED => format!(
                "{}; `{}` have `{name}`",
                self.where_to_write(place, "Type"),
                several.join("`, `")
            ),
            _ => self.where_to_write(place, "Type"),
        }
    }

    /// What is said about a method that is an argument of the function which makes the value, or that
    /// makes JSON of it.
    pub(super) fn meant_by_method(&self, ty: &Ty, name: &Name, count: usize) -> Option<Correction> {
        let shown = self.shallow(ty);
        for home in self.homes(&shown) {
            if let Some(meant) = self.registering(home, name, count + 1) {
                return Some(Correction {
                    help: format!("write `.{meant}(…)`"),
                    name: Some(meant.to_string()),
                });
            }
            if let Some(help) = self.taken_as_argument(home, name) {
                return Some(Correction::advice(help));
            }
        }
        let Ty::Con(id, _) = shown else { return None };
        let def = &self.program.types[id.index()];
        let module = &self.program.modules[def.module.index()];
        if Some(id) == self.program.lang.pid && &**name == "send" {
            return Some(Correction::advice("write `send(pid, message)`"));
        }
        if module.is_stdlib && &*def.name == "Request" && JSON.contains(&&**name) {
            let help = "write `Json.parse(request.body())`, a Result";
            return Some(Correction::advice(help));
        }
        let is_http =
            &*self.program.modules[self.program.face_of(def.module).index()].name == "Http";
        if module.is_stdlib && is_http && ANSWERS.contains(&&**name) {
            let help = "a handler answers a value: `Http.text(404, \"…\")`, `Http.json(200, …)`";
            return Some(Correction::advice(help));
        }
        (JSON.contains(&&**name) && !module.is_stdlib).then(|| {
            Correction::advice(format!(
                "write `deriving(Json)` behind the `end` of `{}`, and `Json.encode(…)`",
                def.name
            ))
        })
    }

    /// What a pid takes, where that is one.
    pub(super) fn message_of(&self, ty: &Ty) -> Option<Ty> {
        let Ty::Con(id, args) = self.shallow(ty) else {
            return None;
        };
        let is_pid = Some(id) == self.program.lang.pid;
        args.into_iter().next().filter(|_| is_pid)
    }

    /// E0004 for `Score.Bump(score, 1)`, which makes a message as if it were the function that sends
    /// it, in the place of what has been said since there were `before` diagnostics.
    pub(super) fn called_by_message(
        &mut self,
        callee: &Expr,
        args: &[&Expr],
        before: usize,
    ) -> bool {
        let ExprKind::Constructor { ty, variant } = callee.kind else {
            return false;
        };
        let Some(first) = args.first() else {
            return false;
        };
        let given = self.typed.expr[first.id.index()].clone();
        let is_pid = match self
            .message_of(&given)
            .map(|message| self.shallow(&message))
        {
            Some(Ty::Con(message, _)) => message == ty,
            Some(
                Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error,
            )
            | None => false,
        };
        let def = &self.program.types[ty.index()];
        let (TypeKind::Sum(variants), true) = (&def.kind, is_pid) else {
            return false;
        };
        // `Score.Bump`.
        let whole = &variants[variant].name;
        let name = whole.rsplit('.').next().unwrap_or(whole);
        let function = snake(name);
        let whole: Name = format!("{}.{function}", def.name).into();
        if !self.by_name.contains_key(&(def.module, whole.clone())) {
            return false;
        }
        let place = Span {
            start: callee.span.end.saturating_sub(name.len() as u32),
            ..callee.span
        };
        let message = format!("service `{}` has no function `{name}`", def.name);
        let help = format!("write `{whole}(…)`, with the pid as its first argument");
        let report = Diagnostic::error(Code::E0004, place, message).help(help);
        self.diagnostics.take_back(before);
        self.diagnostics.push(report.edit(place, function));
        true
    }

    /// `Ws.handler(…, on_message, …)` for `on_message`.
    fn taken_as_argument(&self, home: ModuleId, name: &Name) -> Option<String> {
        if !name.starts_with(REGISTERS) {
            return None;
        }
        let module = &self.program.modules[home.index()];
        let functions = self.by_name.iter().filter(|((owner, _), _)| *owner == home);
        let taking = functions.filter_map(|((_, known), list)| {
            let id = list.first()?;
            let function = &self.program.functions[id.index()];
            let names: Vec<Name> = (0..function.arity)
                .map(|index| self.parameter_name(*id, index))
                .collect::<Option<_>>()?;
            let takes = function.is_public && names.contains(name);
            takes.then_some((known, names))
        });
        let (function, names) =
            taking.min_by_key(|(known, names)| (names.len(), (*known).clone()))?;
        let list: Vec<&str> = names.iter().map(|name| &**name).collect();
        module.is_stdlib.then(|| {
            format!(
                "it is an argument: `{}.{function}({})`",
                self.module_name(home),
                list.join(", ")
            )
        })
    }
}

fn is_of_type(annotation: Option<&Ty>, ty: &Ty) -> bool {
    match (annotation, ty) {
        (Some(Ty::Con(first, _)), Ty::Con(id, _)) => first == id,
        _ => false,
    }
}
