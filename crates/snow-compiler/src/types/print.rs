//! Types in the user's words: `List<Int>`, `(Int) -> Bool`, `Geometry.Point`.
//!
//! Types of the user's own modules carry the module, because two modules may have a `Point`; those
//! of the standard library stand as programs write them: alone where the prelude has them, or a
//! module of their own name, and else behind the module, `Ws.Conn`.

use crate::hir::{Program, TypeDef};
use crate::source::Name;

use super::{InterfaceBound, Need, Scheme, Ty};

/// A type. `generics` names the type parameters; those beyond it are lettered.
pub fn ty(program: &Program, ty: &Ty, generics: &[Name]) -> String {
    let list = |items: &[Ty]| {
        items
            .iter()
            .map(|t| self::ty(program, t, generics))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match ty {
        Ty::Con(id, args) => {
            let Some(def) = program.types.get(id.index()) else {
                return "_".into();
            };
            let name = declared(program, def);
            // The types that a service leaves open are written nowhere.
            let is_written = |generic: &Name| !generic.starts_with('%');
            if args.is_empty() || !def.generics.iter().any(is_written) {
                name
            } else {
                format!("{name}<{}>", list(args))
            }
        }
        Ty::Tuple(items) => format!("({})", list(items)),
        Ty::Fun(params, result) => format!(
            "({}) -> {}",
            list(params),
            self::ty(program, result, generics)
        ),
        Ty::Param(index) => generics
            .get(*index as usize)
            .map_or_else(|| letter(*index), |name| parameter(name)),
        Ty::Var(_) | Ty::Error => "_".into(),
        Ty::Never => "Never".into(),
    }
}

/// A type parameter as it is written: those that the compiler makes begin with `%`, and have the
/// name of another or a number.
fn parameter(name: &str) -> String {
    match name.strip_prefix('%') {
        None => name.to_string(),
        Some(number) if number.starts_with(|c: char| c.is_ascii_digit()) => "_".into(),
        Some(other) => other.to_string(),
    }
}

/// The name of a declared type.
fn declared(program: &Program, def: &TypeDef) -> String {
    let Some(own) = program.modules.get(def.module.index()) else {
        return def.name.to_string();
    };
    if !own.is_stdlib {
        return format!("{}.{}", own.name, def.name);
    }
    let module = &program.modules[program.face_of(def.module).index()];
    let last = module.name.rsplit('.').next().unwrap_or_default();
    let name = def.written_name();
    let stands_alone = module.is_internal || last == "Prelude" || *last == **name;
    match stands_alone {
        true => name.to_string(),
        false => format!("{last}.{name}"),
    }
}

/// A function's type with what its parameters must support: `(T, T) -> Bool where T: Ord`.
pub fn scheme(program: &Program, scheme: &Scheme, generics: &[Name]) -> String {
    let fun = Ty::Fun(scheme.params.clone(), Box::new(scheme.result.clone()));
    let mut bounds = Vec::new();
    for (index, bound) in scheme.bounds.iter().enumerate() {
        let name = ty(program, &Ty::Param(index as u32), generics);
        let needs = bound.needs().filter_map(shown_need);
        bounds.extend(needs.map(|need| format!("{name}: {need}")));
        for interface in &bound.interfaces {
            let shown = self::interface(program, interface, generics);
            bounds.push(format!("{name}: {shown}"));
        }
    }
    let text = ty(program, &fun, generics);
    if bounds.is_empty() {
        text
    } else {
        format!("{text} where {}", bounds.join(", "))
    }
}

/// A need in the words of a `where`; texts are possible for nearly everything and go without saying.
fn shown_need(need: Need) -> Option<&'static str> {
    match need {
        Need::Negate => Some("Number"),
        need => need.interface(),
    }
}

/// An interface with its type arguments: `Convert<Int>`.
pub fn interface(program: &Program, bound: &InterfaceBound, generics: &[Name]) -> String {
    let name = &program.interfaces[bound.interface.index()].name;
    if bound.arguments.is_empty() {
        return name.to_string();
    }
    let arguments = bound.arguments.iter();
    let arguments: Vec<_> = arguments.map(|t| ty(program, t, generics)).collect();
    format!("{name}<{}>", arguments.join(", "))
}

/// `A`, `B`, … `Z`, `A1`, …
fn letter(index: u32) -> String {
    let letter = char::from(b'A' + (index % 26) as u8);
    if index < 26 {
        letter.to_string()
    } else {
        format!("{letter}{}", index / 26)
    }
}
