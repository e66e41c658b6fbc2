//! The standard library and its tests have no warnings.

use crate::support;

use std::fs;
use std::path::Path;

use snow_compiler::diagnostics::{text, Diagnostics};
use snow_compiler::source::Sources;
use snow_compiler::{infer, matches, parse, resolve, warn};

/// Adds every file below a folder of the library's tests.
fn add_tests(sources: &mut Sources, folder: &Path, prefix: &str) {
    let entries = fs::read_dir(folder).expect("a folder of tests");
    let mut paths: Vec<_> = entries
        .map(|e| e.expect("readable folder").path())
        .collect();
    paths.sort();
    for path in paths {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{}", support::module_name(&stem));
        if path.is_dir() {
            add_tests(sources, &path, &format!("{name}."));
        } else if path.extension().is_some_and(|e| e == "snow") {
            let text = fs::read_to_string(&path).expect("readable test");
            sources.add_library_test(&path.to_string_lossy(), &name, &text);
        }
    }
}

#[test]
fn the_library_and_its_tests_have_no_warnings() {
    let mut own = Sources::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib/tests");
    add_tests(&mut own, &folder, "");
    let sources = support::with_library(&own);
    let mut diagnostics = Diagnostics::default();
    let modules = sources
        .iter()
        .map(|(file, _)| (file, parse::module(&sources, file, &mut diagnostics)))
        .collect();
    let program = resolve::program(modules, &sources, &mut diagnostics);
    let typed = infer::program(&program, &mut diagnostics);
    matches::compile(&program, &typed, &mut diagnostics);
    warn::program(&program, &typed, |_| true, &mut diagnostics);
    let found = text::render(&diagnostics, &sources, false);
    assert!(found.is_empty(), "{found}");
}
