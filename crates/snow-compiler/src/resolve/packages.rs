//! Which package a file belongs to, what a module's name means inside of a package, and which
//! modules of the standard library programs may name.

use std::collections::BTreeMap;

use crate::hir::{Module, Package};
use crate::source::{FileId, Name, PackageId, Source, Sources};

/// Modules below a folder of the library that programs may import. Others there are internal: what
/// a program needs of them, the folder's own module passes on.
const DOCUMENTED: &[&str] = &[
    "Http.Client",
    "Http.Head",
    "Redis.Hashes",
    "Redis.Keys",
    "Redis.Sets",
    "Redis.SortedSets",
    "Redis.Streams",
    "Redis.Strings",
    "Redis.Value",
    "Ws.Check",
    "Ws.Cluster",
    "Ws.Frame",
    "Ws.Test",
];

/// Modules of `core` and `net` that are internal: they turn handles into numbers and back, or values
/// into ones of no type, or are parts of others.
const INTERNAL: &[&str] = &[
    "Alignment",
    "Erased",
    "Difference",
    "InspectionAnswer",
    "LogLine",
    "ReplySlot",
    "SocketHandle",
    "SupervisorState",
    "UriHost",
    "UriPath",
];

/// Other spellings of the library's modules, each with the module's name.
const SPELLINGS: &[(&str, &str)] = &[("HTTP", "Http"), ("JSON", "Json")];

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
        _ if !source.is_library_test => Package::Program(source.package),
        "Net" => Package::Library(CORE.into()),
        folder => Package::Library(folder.into()),
    }
}

/// What tells a module from others.
#[derive(Clone, Copy)]
pub(super) struct Known<'m> {
    pub name: &'m Name,
    pub is_stdlib: bool,
    pub package: &'m Package,
}

impl<'m> From<&'m Module> for Known<'m> {
    fn from(module: &'m Module) -> Self {
        Known {
            name: &module.name,
            is_stdlib: module.is_stdlib,
            package: &module.package,
        }
    }
}

/// Where a name of a module may be looked for: whose module, and its name there.
enum Place<'n> {
    Package(PackageId, &'n str),
    LibraryTests(&'n str),
    Library(&'n str),
}

impl Place<'_> {
    /// Whether that module stands there.
    fn is(&self, module: Known) -> bool {
        match self {
            Place::Package(id, name) => {
                *module.package == Package::Program(*id) && **module.name == **name
            }
            Place::LibraryTests(name) => {
                let is_librarys = matches!(module.package, Package::Library(_));
                is_librarys && !module.is_stdlib && **module.name == **name
            }
            Place::Library(name) => module.is_stdlib && **module.name == **name,
        }
    }
}

/// What a package depends on, each with the name that stands for it in front of modules.
#[derive(Default)]
pub(super) struct Dependencies {
    /// Package, name of the other, the other.
    list: Vec<(PackageId, Name, PackageId)>,
}

impl Dependencies {
    pub(super) fn of(sources: &Sources) -> Self {
        let mut packages: Vec<PackageId> = sources.iter().map(|(_, s)| s.package).collect();
        packages.sort_unstable();
        packages.dedup();
        let of_one = |package: PackageId| {
            let known = sources.dependencies(package);
            known.map(move |(name, other)| (package, name.clone(), other))
        };
        Dependencies {
            list: packages.into_iter().flat_map(of_one).collect(),
        }
    }

    /// The module among `all` that `from` means by a name: one of its own package, else of a
    /// package that this depends on, else of the library. The library has its own modules only.
    pub(super) fn find<'m, I: Iterator<Item = Known<'m>>>(
        &self,
        from: Known,
        name: &str,
        all: impl Fn() -> I,
    ) -> Option<usize> {
        let places = self.places(from, name);
        let mut found = places
            .iter()
            .filter_map(|place| all().position(|module| place.is(module)));
        found.next()
    }

    /// True when `name` is what stands for a package in front of its modules.
    pub(super) fn has(&self, from: &Package, name: &str) -> bool {
        let mut known = self.list.iter();
        known.any(|(package, alias, _)| *from == Package::Program(*package) && **alias == *name)
    }

    /// `Lib.Tools` of a package `Lib` is `tools.snow` there, or `lib/tools.snow`; `Lib` is
    /// `lib.snow`.
    fn places<'n>(&self, from: Known, name: &'n str) -> Vec<Place<'n>> {
        let mut places = Vec::new();
        if from.is_stdlib {
            return vec![Place::Library(spelled(name))];
        }
        if let Package::Library(_) = from.package {
            places.push(Place::LibraryTests(name));
        }
        if let Package::Program(package) = from.package {
            places.push(Place::Package(*package, name));
            for (_, alias, other) in self.list.iter().filter(|d| d.0 == *package) {
                let Some(rest) = name.strip_prefix(&**alias) else {
                    continue;
                };
                match rest.strip_prefix('.') {
                    Some(rest) => {
                        places.push(Place::Package(*other, name));
                        places.push(Place::Package(*other, rest));
                    }
                    None if rest.is_empty() => places.push(Place::Package(*other, name)),
                    None => {}
                }
            }
        }
        places.push(Place::Library(spelled(name)));
        places
    }

    /// How `from` names a module: `None` for one that it cannot name.
    pub(super) fn seen(&self, from: &Package, name: &Name, package: &Package) -> Option<Name> {
        let (from, package) = match (from, package) {
            (_, Package::Library(_)) => return Some(name.clone()),
            (Package::Library(_), Package::Program(_)) => return None,
            (Package::Program(from), Package::Program(package)) => (from, package),
        };
        if from == package {
            return Some(name.clone());
        }
        let known = self.list.iter().find(|d| d.0 == *from && d.2 == *package)?;
        let alias = &known.1;
        let is_inside = match name.strip_prefix(&**alias) {
            Some(rest) => rest.is_empty() || rest.starts_with('.'),
            None => false,
        };
        Some(match is_inside {
            true => name.clone(),
            false => format!("{alias}.{name}").into(),
        })
    }
}

/// The name of a module that is not of the library itself, told from those of other packages: the library's modules and
/// the program's `main.snow` keep theirs, so that what is compiled of the library is the same for
/// all programs.
pub(super) fn unique(name: &Name, package: &Package, sources: &Sources) -> Name {
    let id = match package {
        Package::Program(id) => *id,
        Package::Library(_) => PackageId::default(),
    };
    let clashes = |(_, other): (_, &Source)| {
        *other.module == **name && (other.is_stdlib || other.package < id)
    };
    match sources.iter().any(clashes) {
        true => format!("{name}@{}", id.0).into(),
        false => name.clone(),
    }
}

/// The name of the library's module that `name` is another spelling of; `name` itself when it is
/// none.
pub(crate) fn spelled(name: &str) -> &str {
    let found = SPELLINGS.iter().find(|(spelling, _)| *spelling == name);
    found.map_or(name, |(_, module)| module)
}

/// The modules that a file may import, by the names that they have there. One that hides another
/// comes in its place.
pub fn importable(sources: &Sources, file: FileId) -> BTreeMap<Name, FileId> {
    let dependencies = Dependencies::of(sources);
    let here = of(sources.get(file), sources);
    let sees_all = matches!(here, Package::Library(_));
    let mut found = BTreeMap::new();
    for of_library in [false, true] {
        for (other, source) in sources.iter().filter(|(_, s)| s.is_stdlib == of_library) {
            let is_hidden = of_library && !sees_all && is_internal(&source.module);
            let package = of(source, sources);
            let name = dependencies.seen(&here, &source.module.as_str().into(), &package);
            if let Some(name) = name.filter(|_| !is_hidden && other != file) {
                found.entry(name).or_insert(other);
            }
        }
    }
    found
}

/// True for a module of the library that programs cannot name.
pub fn is_internal(module: &str) -> bool {
    match module.contains('.') {
        true => !DOCUMENTED.contains(&module),
        false => INTERNAL.contains(&module),
    }
}
