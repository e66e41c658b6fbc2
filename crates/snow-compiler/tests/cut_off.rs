//! A program that is cut off, or has a word changed, gives diagnostics or a program; the compiler
//! never panics on it.
//!
//! Most of them have errors, and those are found with a library that is inferred once: that this
//! changes no diagnostic is for `diagnostic_cases.rs`, and one cut of each program goes through all
//! stages in spite of its errors. So does what has none.

use crate::support;

use std::fs;
use std::path::Path;

use snow_compiler::diagnostics::{Code, Severity};
use snow_compiler::pipeline::{Mode, Options, Output};
use snow_compiler::source::Sources;

/// Places at which each program is cut, spread over its length.
const CUTS: usize = 12;

fn programs() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/run");
    let entries = fs::read_dir(folder).expect("tests/run exists");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("readable folder").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "snow"));
    paths.sort();
    let read = |path: &Path| {
        (
            path.display().to_string(),
            fs::read_to_string(path).expect("readable program"),
        )
    };
    paths.iter().map(|path| read(path)).collect()
}

/// A program with the modules of the library that it may need: what is left of one uses no more than
/// the whole does.
fn with_library(text: &str) -> Sources {
    let mut sources = Sources::default();
    sources.add("main.snow", "Main", false, text);
    let needs_more = ["import Http", "Socket."]
        .iter()
        .any(|used| text.contains(used));
    match needs_more {
        true => support::with_library(&sources),
        false => support::with_core(&sources),
    }
}

/// Goes through all stages and says whether a program came out.
fn compiles(text: &str) -> bool {
    let options = Options {
        mode: Mode::Program,
        dump: None,
        verify: true,
        precompiled: None,
        output: Output::Files,
    };
    let compiled = support::compile(&with_library(text), &options);
    let errors: Vec<_> = compiled
        .diagnostics
        .iter()
        .filter(|d| d.code == Code::E0999)
        .collect();
    assert!(
        errors.is_empty(),
        "the verifier objects: {errors:?}\n{text}"
    );
    !compiled.units.is_empty()
}

/// Goes through the stages that look for errors and says whether there is one.
fn has_errors(text: &str) -> bool {
    let found = support::analyse(&with_library(text), Mode::Program);
    found.iter().any(|d| d.severity == Severity::Error)
}

/// That the whole programs compile is for `run_cases` of `snowc`.
#[test]
fn cut_programs_are_diagnosed() {
    for (number, (path, text)) in programs().into_iter().enumerate() {
        assert!(!has_errors(&text), "{path} has errors");
        for cut in 0..CUTS {
            // Odd steps, so that the cuts of different programs fall into different constructs.
            let mut at = (text.len() * (2 * cut + 1) / (2 * CUTS)).min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let left = &text[..at];
            match has_errors(left) {
                true if cut == number % CUTS => {
                    assert!(!compiles(left), "compiles in spite of errors:\n{left}");
                }
                true => {}
                false => {
                    compiles(left);
                }
            }
        }
    }
}

/// The words of a program with what stands between them, and which of them are words of its code: a
/// program without a space or a word of a comment is the same one.
fn words(text: &str) -> (Vec<&str>, Vec<usize>) {
    let mut words = Vec::new();
    let mut of_code = Vec::new();
    for line in text.split_inclusive('\n') {
        let is_comment = line.trim_start().starts_with('#');
        for word in line.split_inclusive(|c: char| !c.is_alphanumeric()) {
            if !is_comment && !word.trim().is_empty() {
                of_code.push(words.len());
            }
            words.push(word);
        }
    }
    (words, of_code)
}

#[test]
fn programs_with_a_missing_word_are_diagnosed() {
    for (_, text) in programs() {
        let (words, of_code) = words(&text);
        for skip in 0..CUTS {
            let left_out = of_code[of_code.len() * (2 * skip + 1) / (2 * CUTS)];
            let shorter: String = words
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != left_out)
                .map(|(_, w)| *w)
                .collect();
            if !has_errors(&shorter) {
                compiles(&shorter);
            }
        }
    }
}
