//! Every `tests/parse/x.snow` is read without diagnostics, and its tree is what `x.ast` says.
//!
//! `SNOW_BLESS=1` writes the `.ast` files anew.

use snow_compiler::diagnostics::{text, Diagnostics};
use snow_compiler::source::Sources;
use snow_compiler::{ast, parse};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/parse")
}

fn files(extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("tests/parse exists");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == extension));
    files.sort();
    files
}

fn printed(path: &Path) -> Result<String, String> {
    let source = fs::read_to_string(path).expect("readable case");
    let mut sources = Sources::default();
    let file = sources.add(
        &path.file_name().unwrap_or_default().to_string_lossy(),
        "Main",
        true,
        &source,
    );
    let mut diagnostics = Diagnostics::default();
    let module = parse::module(&sources, file, &mut diagnostics);
    match text::render(&diagnostics, &sources, false) {
        diagnostics if diagnostics.is_empty() => Ok(ast::print(&module)),
        diagnostics => Err(diagnostics),
    }
}

#[test]
fn trees_are_as_recorded() {
    let mut failures = Vec::new();
    for path in files("snow") {
        let golden = path.with_extension("ast");
        let found = match printed(&path) {
            Ok(found) => found,
            Err(diagnostics) => {
                failures.push(diagnostics);
                continue;
            }
        };
        if env::var_os("SNOW_BLESS").is_some() {
            fs::write(&golden, &found).expect("writable golden");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if found != expected {
            let differing = found.lines().zip(expected.lines()).find(|(f, e)| f != e);
            failures.push(format!(
                "{}: differs from its golden, first in {differing:?}",
                path.display()
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_golden_has_its_source() {
    for golden in files("ast") {
        assert!(
            golden.with_extension("snow").exists(),
            "{} has no source",
            golden.display()
        );
    }
}
