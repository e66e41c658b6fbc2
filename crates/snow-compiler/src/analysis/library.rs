//! What is known of the library, kept from one check to the next.
//!
//! The library's modules mean the same in every program that needs the same ones: they see no name
//! of it, and come first in all tables. So their bodies are resolved and their types inferred once.
//! Nothing is kept where a program could matter to them, or they to it in another way than by what
//! they declare: when something is wrong in them, when the program is a test of them, and when it
//! implements an interface of theirs for a type that is not its own.

use std::sync::Arc;

use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::hir::{Impl, Program, TypeKind};
use crate::infer::{Inferred, Tried};
use crate::resolve::Resolved;
use crate::source::{FileId, Sources};
use crate::types::{Ty, Typed};

/// Files with what was written in them.
type Modules = [(FileId, Arc<ast::Module>)];

/// What is known of the modules of the library that a program needs.
pub(super) struct Library {
    /// These modules as they were parsed.
    parsed: Vec<(FileId, Arc<ast::Module>)>,
    pub resolved: Resolved,
    pub inferred: Inferred,
}

impl Library {
    /// Whether a program with these files needs the same modules.
    pub(super) fn fits(&self, modules: &Modules, sources: &Sources) -> bool {
        let of_library = modules.iter();
        let of_library: Vec<_> = of_library
            .filter(|(file, _)| is_library(sources, *file))
            .collect();
        let mut both = self.parsed.iter().zip(&of_library);
        of_library.len() == self.parsed.len()
            && both.all(|(known, one)| known.0 == one.0 && Arc::ptr_eq(&known.1, &one.1))
    }

    /// What a program that was resolved and inferred as a whole says of the library, if another one
    /// may believe it.
    pub(super) fn of(
        (parsed, expanded): (&Modules, &Modules),
        (program, typed, tried): (&mut Program, &mut Typed, &Tried),
        sources: &Sources,
        diagnostics: &Diagnostics,
    ) -> Option<Library> {
        let is_quiet = |file: FileId| !diagnostics.any_in(file);
        let is_right = parsed.iter().all(|(file, _)| {
            let source = sources.get(*file);
            !source.is_library_test && (!source.is_stdlib || is_quiet(*file))
        });
        if !is_right || !leaves_alone(program) {
            return None;
        }
        let extent = program.library;
        let of_library = |modules: &Modules| {
            let all = modules
                .iter()
                .filter(|(file, _)| is_library(sources, *file));
            all.cloned().collect()
        };
        Some(Library {
            parsed: of_library(parsed),
            resolved: Resolved {
                modules: of_library(expanded),
                functions: program.functions.share(extent.functions),
                locals: program.locals.share(extent.locals),
                extent,
            },
            inferred: Inferred::of(typed, tried, extent),
        })
    }

    /// Puts what the library's modules were expanded to into the place of them.
    pub(super) fn put_into(&self, modules: &mut Modules) {
        for (file, module) in &self.resolved.modules {
            let place = modules.iter_mut().find(|(other, _)| other == file);
            place.into_iter().for_each(|(_, old)| *old = module.clone());
        }
    }
}

fn is_library(sources: &Sources, file: FileId) -> bool {
    sources.get(file).is_stdlib
}

/// Whether the library's functions have the same types without this program.
pub(super) fn leaves_alone(program: &Program) -> bool {
    let is_library = |module: crate::hir::ModuleId| program.modules[module.index()].is_stdlib;
    let is_programs = |ty: &Ty| match ty {
        Ty::Con(id, _) => !is_library(program.types[id.index()].module),
        Ty::Tuple(_) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => false,
    };
    let matters = |one: &Impl| {
        let interface = &program.interfaces[one.interface.index()];
        !is_library(one.module) && is_library(interface.module) && !is_programs(&one.target)
    };
    let mut of_library = program.types.iter().filter(|def| is_library(def.module));
    let has_holes = of_library.any(|def| match &def.kind {
        TypeKind::Builtin => false,
        TypeKind::Struct(fields) => fields.iter().any(|(_, ty)| ty.has_hole()),
        TypeKind::Sum(variants) => variants.iter().flat_map(|v| &v.fields).any(Ty::has_hole),
    });
    !has_holes && !program.impls.iter().any(matters)
}
