//! Every `tests/types/x.snow` holds the inferred type of each function and actor as a comment under
//! its first line.
//!
//! ```text
//! fn swap((a, b)) = (b, a)
//! #: ((A, B)) -> (B, A)
//! ```
//!
//! The runner takes these comments out, infers, writes them anew and compares. `SNOW_BLESS=1` keeps
//! what it wrote.

use crate::support;

use std::path::Path;
use std::{env, fs};

use snow_compiler::diagnostics::Diagnostics;
use snow_compiler::source::{FileId, Name, Sources};
use snow_compiler::{infer, parse, resolve, types};

const MARK: &str = "#: ";

#[test]
fn types_are_as_written_below_their_functions() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/types");
    let entries = fs::read_dir(folder).expect("tests/types exists");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "snow"));
    paths.sort();
    let mut failures = Vec::new();
    for path in paths {
        let written = fs::read_to_string(&path).expect("readable case");
        let found = annotated(&written);
        if env::var_os("SNOW_BLESS").is_some() {
            fs::write(&path, &found).expect("writable case");
        } else if found != written {
            failures.push(format!("{} should read:\n{found}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn annotated(written: &str) -> String {
    let lines: Vec<&str> = written
        .lines()
        .filter(|line| !line.starts_with(MARK))
        .collect();
    let mut case = Sources::default();
    let file = case.add("case.snow", "Main", false, &(lines.join("\n") + "\n"));
    let sources = support::with_core(&case);
    let below = inferred(&sources, file);
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        out += line;
        out.push('\n');
        for (_, text) in below.iter().filter(|(line, _)| *line == index + 1) {
            out += &format!("{MARK}{text}\n");
        }
    }
    out
}

/// Line and type of each function of the case.
fn inferred(sources: &Sources, case: FileId) -> Vec<(usize, String)> {
    let mut diagnostics = Diagnostics::default();
    let modules = sources
        .iter()
        .map(|(file, _)| (file, parse::module(sources, file, &mut diagnostics)))
        .collect();
    let program = resolve::program(modules, sources, &mut diagnostics);
    let typed = infer::program(&program, &mut diagnostics);
    assert!(
        !diagnostics.any_error(),
        "a case must be correct: {:#?}",
        diagnostics.sorted()
    );
    let mut found = Vec::new();
    for (function, scheme) in program.functions.iter().zip(&typed.scheme) {
        if function.name_span.file == case && !function.name.starts_with('%') {
            let (line, _) = sources.line_column(case, function.name_span.start);
            let generics: Vec<Name> = function
                .generics
                .iter()
                .map(|(name, _)| name.clone())
                .collect();
            found.push((line, types::print::scheme(&program, scheme, &generics)));
        }
    }
    found
}
