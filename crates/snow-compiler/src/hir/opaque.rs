//! What a module may see of another: opaque types, internal modules, private items of what it
//! tests.

use super::{Function, FunctionKind, ModuleId, Package, Program, TypeId};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::types::Ty;

/// Functions that a diagnostic names.
const MOST_NAMED: usize = 4;

impl Program {
    /// Whether code of module `here` may build values of the type and look into them.
    pub fn may_open(&self, here: ModuleId, ty: TypeId) -> bool {
        let def = &self.types[ty.index()];
        let package = |module: ModuleId| &self.modules[module.index()].package;
        def.opaque.is_none() || def.module == here || package(def.module) == package(here)
    }

    /// Whether code of module `here` may name `module`.
    pub fn sees_module(&self, here: ModuleId, module: ModuleId) -> bool {
        !self.modules[module.index()].is_internal
            || matches!(self.modules[here.index()].package, Package::Library(_))
    }

    /// Whether `here` may be a test of `module`: of the same package, or of the library.
    pub fn tests_module(&self, here: ModuleId, module: ModuleId) -> bool {
        let (here, module) = (&self.modules[here.index()], &self.modules[module.index()]);
        let are_together = match (&here.package, &module.package) {
            (Package::Library(_), Package::Library(_)) => true,
            (own, other) => own == other,
        };
        !here.is_stdlib && are_together
    }

    /// A module sees its own private items, and `FrameTest` sees those of `Frame`: a program's
    /// tests those of the program, the library's tests those of the library.
    pub fn sees_private(&self, here: ModuleId, from: ModuleId) -> bool {
        if here == from {
            return true;
        }
        let last_segment = |module: ModuleId| {
            let name = &self.modules[module.index()].name;
            name.rsplit('.').next().unwrap_or(name)
        };
        let tested = last_segment(here).strip_suffix("Test");
        self.tests_module(here, from) && tested == Some(last_segment(from))
    }

    /// The module under whose name programs know what `module` declares.
    pub fn face_of(&self, module: ModuleId) -> ModuleId {
        let internal = &self.modules[module.index()];
        if !internal.is_internal {
            return module;
        }
        let folder = internal.name.split('.').next().unwrap_or_default();
        let found = self
            .modules
            .iter()
            .position(|m| m.is_stdlib && &*m.name == folder);
        found.map_or(module, |index| ModuleId(index as u32))
    }

    /// E0051: module `here` opens the type at `span`; `what` says how.
    pub fn opaque_diagnostic(&self, ty: TypeId, span: Span, what: String) -> Diagnostic {
        let def = &self.types[ty.index()];
        let name = def.written_name();
        let makers = self.functions_making(ty);
        let users = self.functions_with(ty, true);
        let message = match makers.is_empty() {
            true => format!("`{name}` is opaque"),
            false => format!("`{name}` is opaque: use {}", users.join(", ")),
        };
        let report = Diagnostic::error(Code::E0051, span, message)
            .here(what)
            .also(
                def.span,
                format!("`{name}` is opaque outside of its package"),
            );
        match makers.is_empty() && self.modules[def.module.index()].is_stdlib {
            true => report.help(format!(
                "no function makes a `{name}`: the library hands one to functions of yours, as \
                 their parameter"
            )),
            false => report,
        }
    }

    /// Public functions that make a value of the type of others, in the user's words.
    pub fn functions_making(&self, ty: TypeId) -> Vec<String> {
        self.functions_with(ty, false)
    }

    /// Public functions that make or, with `takers`, take a value of the type, in the user's words:
    /// those that make one first.
    fn functions_with(&self, ty: TypeId, takers: bool) -> Vec<String> {
        let face = self.face_of(self.types[ty.index()].module);
        let module = &self.modules[face.index()].name;
        let is_public = |f: &&Function| {
            let is_callable = matches!(f.kind, FunctionKind::Plain | FunctionKind::Extern(_));
            f.module == face
                && f.is_public
                && is_callable
                && !f.name.contains(['%', ' '])
                && !f.name.ends_with("__")
        };
        let makes = |f: &&Function| f.result.as_ref().is_some_and(|result| mentions(result, ty));
        let takes = |f: &&Function| {
            f.annotations
                .iter()
                .flatten()
                .any(|annotation| mentions(annotation, ty))
        };
        let public = || self.functions.iter().filter(is_public);
        let only_makes = public().filter(|f| makes(f) && !takes(f));
        let chosen = only_makes
            .chain(public().filter(|f| takers && takes(f)))
            .take(MOST_NAMED + 1);
        let mut names: Vec<String> = chosen.map(|f| format!("`{module}.{}`", f.name)).collect();
        names.dedup();
        if names.len() > MOST_NAMED {
            names[MOST_NAMED] = "…".into();
        }
        names
    }
}

/// True when `id` is the type or a part of it; what a function value takes and gives is no part.
fn mentions(ty: &Ty, id: TypeId) -> bool {
    match ty {
        Ty::Con(found, args) => *found == id || args.iter().any(|arg| mentions(arg, id)),
        Ty::Tuple(items) => items.iter().any(|item| mentions(item, id)),
        Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => false,
    }
}
