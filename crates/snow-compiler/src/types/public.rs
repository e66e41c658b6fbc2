//! What a program may name of the standard library, for `--dump=public`: a line for each type and
//! each public function, with all names in full.
//!
//! ```text
//! opaque struct Process.Monitor { id: Prelude.Int }
//! struct Process.Down { pid: Prelude.Int, reason: Process.Reason }
//! type Prelude.Option<T> = Some(T) | None
//! fn Map.has_key<K: eq hash, V>(map: Map.Map<K, V>, key: K) -> Prelude.Bool
//! ```
//!
//! What is inside of an opaque type stands there to say what the type can do, such as being compared.
//! Types of internal modules stand there as well, because documented functions mention them; the
//! functions of these modules do not. `tools/fuzz/calls` makes programs from this list.

use std::fmt::Write;

use super::{Bounds, Need, Scheme, Ty, Typed};
use crate::hir::{self, Function, FunctionKind, Program, TypeDef, TypeKind};
use crate::source::Name;

/// The list, of the whole library.
pub fn library(program: &Program, typed: &Typed) -> String {
    let mut out = String::new();
    for definition in &program.types {
        if program.modules[definition.module.index()].is_stdlib {
            let _ = writeln!(out, "{}", type_line(program, definition));
        }
    }
    for (function, scheme) in program.functions.iter().zip(&typed.scheme) {
        let module = &program.modules[function.module.index()];
        let is_callable = matches!(function.kind, FunctionKind::Plain | FunctionKind::Extern(_));
        if module.is_stdlib && !module.is_internal && function.is_public && is_callable {
            let _ = writeln!(out, "{}", function_line(program, function, scheme));
        }
    }
    out
}

fn type_line(program: &Program, definition: &TypeDef) -> String {
    let generics = &definition.generics;
    let name = full_name(program, definition);
    let name = match generics.is_empty() {
        true => name,
        false => format!("{name}<{}>", generics.join(", ")),
    };
    let opaque = match definition.opaque {
        Some(_) => "opaque ",
        None => "",
    };
    let all = |types: &[Ty]| {
        let texts: Vec<_> = types.iter().map(|t| ty(program, t, generics)).collect();
        texts.join(", ")
    };
    match &definition.kind {
        TypeKind::Builtin => format!("builtin {name}"),
        TypeKind::Struct(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(field, t)| format!("{field}: {}", ty(program, t, generics)))
                .collect();
            format!("{opaque}struct {name} {{ {} }}", fields.join(", "))
        }
        TypeKind::Sum(variants) => {
            let variants: Vec<_> = variants
                .iter()
                .map(|variant| match variant.fields.is_empty() {
                    true => variant.name.to_string(),
                    false => format!("{}({})", variant.name, all(&variant.fields)),
                })
                .collect();
            format!("{opaque}type {name} = {}", variants.join(" | "))
        }
    }
}

fn function_line(program: &Program, function: &Function, scheme: &Scheme) -> String {
    let generics: Vec<Name> = function.generics.iter().map(|(g, _)| g.clone()).collect();
    let locals = hir::parameter_locals(function);
    let params: Vec<_> = scheme
        .params
        .iter()
        .enumerate()
        .map(|(index, t)| {
            let local = locals.get(index).copied().flatten();
            let name = match local {
                _ if index == 0 && function.has_self_pid => "self",
                Some(local) => &program.locals[local.index()].name,
                None => "_",
            };
            format!("{name}: {}", ty(program, t, &generics))
        })
        .collect();
    let bounds: Vec<_> = scheme
        .bounds
        .iter()
        .enumerate()
        .map(|(index, bound)| {
            let name = ty(program, &Ty::Param(index as u32), &generics);
            format!("{name}{}", bound_words(bound))
        })
        .collect();
    let bounds = match bounds.is_empty() {
        true => String::new(),
        false => format!("<{}>", bounds.join(", ")),
    };
    format!(
        "fn {}.{}{bounds}({}) -> {}",
        program.modules[function.module.index()].name,
        function.name,
        params.join(", "),
        ty(program, &scheme.result, &generics)
    )
}

/// `: eq hash`, or nothing.
fn bound_words(bounds: &Bounds) -> String {
    let words: Vec<_> = [
        (bounds.is_number(), "number"),
        (bounds.has(Need::Eq), "eq"),
        (bounds.has(Need::Ord), "ord"),
        (bounds.has(Need::Hash), "hash"),
        (bounds.has(Need::Known), "known"),
    ]
    .iter()
    .filter_map(|(has, word)| has.then_some(*word))
    .collect();
    match words.is_empty() {
        true => String::new(),
        false => format!(": {}", words.join(" ")),
    }
}

/// Like [`super::print::ty`], but with the module in front of every name.
fn ty(program: &Program, t: &Ty, generics: &[Name]) -> String {
    let all = |types: &[Ty]| {
        let texts: Vec<_> = types.iter().map(|t| ty(program, t, generics)).collect();
        texts.join(", ")
    };
    match t {
        Ty::Con(id, arguments) => {
            let name = full_name(program, &program.types[id.index()]);
            match arguments.is_empty() {
                true => name,
                false => format!("{name}<{}>", all(arguments)),
            }
        }
        Ty::Tuple(items) => format!("({})", all(items)),
        Ty::Fun(params, result) => {
            format!("Fun({}) -> {}", all(params), ty(program, result, generics))
        }
        Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => super::print::ty(program, t, generics),
    }
}

fn full_name(program: &Program, definition: &TypeDef) -> String {
    let module = &program.modules[definition.module.index()].name;
    format!("{module}.{}", definition.name)
}
