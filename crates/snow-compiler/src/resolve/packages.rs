//! Which package a file belongs to, and which modules of the standard library programs may name.

use crate::hir::Package;
use crate::source::{Source, Sources};

/// Modules below a folder of the library that programs may import. Others there are internal: what
/// a program needs of them, the folder's own module passes on.
const DOCUMENTED: &[&str] = &["Http.Head", "Ws.Check", "Ws.Cluster", "Ws.Frame", "Ws.Test"];

/// Modules of `core` and `net` that are internal: they turn handles into numbers and back, or values
/// into ones of no type, or are parts of others.
const INTERNAL: &[&str] = &[
    "Erased",
    "LogLine",
    "ReplySlot",
    "SocketHandle",
    "SupervisorState",
];

/// Other spellings of the library's modules, each with the module's name.
const SPELLINGS: &[(&str, &str)] = &[("JSON", "Json")];

/// Modules of `core` and `net` have names of one segment.
const CORE: &str = "Core";

/// The package of a file.
pub(super) fn of(source: &Source, sources: &Sources) -> Package {
    let first = source.module.split('.').next().unwrap_or_default();
    if source.is_stdlib {
        let is_in_folder = |other: &Source| {
            let rest = other.module.strip_prefix(first);
            other.is_stdlib && rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let has_folder = sources.iter().any(|(_, other)| is_in_folder(other));
        return Package::Library(if has_folder { first } else { CORE }.into());
    }
    match first {
        _ if !source.is_library_test => Package::Program,
        "Net" => Package::Library(CORE.into()),
        folder => Package::Library(folder.into()),
    }
}

/// The name of the library's module that `name` is another spelling of; `name` itself when it is
/// none.
pub(crate) fn spelled(name: &str) -> &str {
    let found = SPELLINGS.iter().find(|(spelling, _)| *spelling == name);
    found.map_or(name, |(_, module)| module)
}

/// True for a module of the library that programs cannot name.
pub(super) fn is_internal(module: &str) -> bool {
    match module.contains('.') {
        true => !DOCUMENTED.contains(&module),
        false => INTERNAL.contains(&module),
    }
}
