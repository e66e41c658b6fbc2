//! What the runners of cases share: a case together with the core of the standard library.

use std::fs;
use std::path::Path;

use snow_compiler::source::Sources;

#[allow(
    dead_code,
    reason = "each test takes in this module, and not all of them are content with the core"
)]
/// The files of `case`, under their own ids, and behind them the modules of `stdlib/core` with those
/// that they are made of.
pub(crate) fn with_core(case: &Sources) -> Sources {
    with_folders(case, &[("core", ""), ("json", "Json.")])
}

/// The same with the whole library.
#[allow(
    dead_code,
    reason = "each test takes in this module, and not all of them need the library"
)]
pub(crate) fn with_library(case: &Sources) -> Sources {
    with_folders(
        case,
        &[
            ("core", ""),
            ("json", "Json."),
            ("net", ""),
            ("http", "Http."),
            ("ws", "Ws."),
            ("ws/rooms", "Ws.Rooms."),
            ("", ""),
        ],
    )
}

/// The modules of folders of the library, each with what stands in front of their names.
fn with_folders(case: &Sources, folders: &[(&str, &str)]) -> Sources {
    let mut sources = case.clone();
    for (folder, prefix) in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../stdlib")
            .join(folder);
        let entries = fs::read_dir(folder).expect("a folder of the library");
        let mut paths: Vec<_> = entries
            .map(|entry| entry.expect("readable folder").path())
            .collect();
        paths.retain(|path| path.extension().is_some_and(|e| e == "snow"));
        paths.sort();
        for path in paths {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let text = fs::read_to_string(&path).expect("readable module");
            sources.add(
                &path.to_string_lossy(),
                &format!("{prefix}{}", module_name(&name)),
                true,
                &text,
            );
        }
    }
    sources
}

pub(crate) fn module_name(file: &str) -> String {
    if file == "io" {
        return "IO".into();
    }
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    file.split('_').map(capital).collect()
}
