//! The standard library, its objects and the runtime archive that build.rs put into this binary.

use std::path::{Path, PathBuf};

use snow_compiler::source::Sources;

use crate::failure::Failure;
use crate::project;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The runtime, a static library.
pub(crate) static RUNTIME: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/libsnow_rt.a"));

/// Names a folder whose modules are used instead of the embedded ones, for work on the library
/// itself.
const OVERRIDE: &str = "SNOW_STDLIB";

/// Folders of programs and tests that are the library's own, each with the way from there to the
/// library.
const OWN: &[(&str, &str)] = &[("tests", ".."), ("tools/fuzz", "../../stdlib")];

/// Whether the project in `root`, a whole path, belongs to the library: it stands in the `tests` of
/// the library in use or of a copy of its files. Only such a project sees internal modules and the
/// inside of the library's opaque types.
pub(crate) fn owns(root: &Path) -> bool {
    root.ancestors().any(|folder| {
        let mut own = OWN.iter().filter(|(name, _)| folder.ends_with(name));
        own.any(|(_, way)| is_library(&folder.join(way)))
    })
}

/// Whether another library than the embedded one is in use.
pub(crate) fn is_elsewhere() -> bool {
    std::env::var_os(OVERRIDE).is_some()
}

/// Whether a file is one of the library in use, or of a copy of its files.
pub(crate) fn holds(file: &Path) -> bool {
    file.ancestors().skip(1).any(is_library)
}

fn is_library(folder: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    match std::env::var_os(OVERRIDE).map(PathBuf::from) {
        Some(other) => whole(&other).is_some_and(|other| whole(folder) == Some(other)),
        None => MODULES
            .iter()
            .all(|(_, file, _)| folder.join(file).is_file()),
    }
}

/// What is known of the embedded library's files, when `sources` has that library and no other.
pub(crate) fn table(sources: &Sources) -> Option<&'static str> {
    let mut found = sources.iter().filter(|(_, source)| source.is_stdlib);
    let is_ours = MODULES.iter().all(|(module, file, text)| {
        found.next().is_some_and(|(_, source)| {
            let path = source.path.strip_prefix("stdlib/");
            source.module == *module && path == Some(*file) && *source.text == **text
        })
    });
    (is_ours && found.next().is_none() && !LIBRARY.is_empty()).then_some(LIBRARY)
}

/// The object of that name, of those that are embedded in this binary.
pub(crate) fn object(name: &str) -> Option<Vec<u8>> {
    let at = OBJECTS
        .binary_search_by(|(other, _)| (*other).cmp(name))
        .ok()?;
    miniz_oxide::inflate::decompress_to_vec(OBJECTS[at].1).ok()
}

/// Adds every module of the library.
pub(crate) fn add_to(sources: &mut Sources) -> Result<(), Failure> {
    if let Some(folder) = std::env::var_os(OVERRIDE) {
        let folder = Path::new(&folder);
        for file in project::modules_below(folder, folder)? {
            if !file.path.starts_with(folder.join("tests")) {
                let module = file
                    .module
                    .strip_prefix("Core.")
                    .or(file.module.strip_prefix("Net."))
                    .unwrap_or(&file.module);
                let module = if module == "Io" { "IO" } else { module };
                sources.add(&file.shown, module, true, &file.text);
            }
        }
        return Ok(());
    }
    for (module, file, text) in MODULES {
        sources.add(&format!("stdlib/{file}"), module, true, text);
    }
    Ok(())
}
