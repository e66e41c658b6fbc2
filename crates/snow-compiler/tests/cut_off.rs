//! A program that is cut off, or has a word changed, gives diagnostics or a program; the compiler
//! never panics on it.

mod support;

use std::fs;
use std::path::Path;

use snow_compiler::diagnostics::Code;
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

fn check(text: &str) -> bool {
    let mut sources = Sources::default();
    sources.add("main.snow", "Main", false, text);
    // What is left of a program uses no more than the whole does.
    let needs_more = ["import Http", "Socket."]
        .iter()
        .any(|used| text.contains(used));
    let sources = match needs_more {
        true => support::with_library(&sources),
        false => support::with_core(&sources),
    };
    let compiled = support::compile(
        &sources,
        &Options {
            mode: Mode::Program,
            dump: None,
            verify: true,
            precompiled: None,
            output: Output::Files,
        },
    );
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

#[test]
fn cut_programs_are_diagnosed() {
    for (path, text) in programs() {
        assert!(check(&text), "{path} does not compile");
        for cut in 0..CUTS {
            // Odd steps, so that the cuts of different programs fall into different constructs.
            let mut at = (text.len() * (2 * cut + 1) / (2 * CUTS)).min(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            check(&text[..at]);
        }
    }
}

#[test]
fn programs_with_a_missing_word_are_diagnosed() {
    for (_, text) in programs() {
        let words: Vec<_> = text
            .split_inclusive(|c: char| !c.is_alphanumeric())
            .collect();
        for skip in 0..CUTS {
            let left_out = words.len() * (2 * skip + 1) / (2 * CUTS);
            let shorter: String = words
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != left_out)
                .map(|(_, w)| *w)
                .collect();
            check(&shorter);
        }
    }
}
