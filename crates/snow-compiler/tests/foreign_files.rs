//! Whole programs of other languages, `tests/foreign/LANGUAGE_what.txt`, read as Snow: what is said
//! about them is as short as they are, and most of it says what to write.

use crate::support;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use snow_compiler::diagnostics::{Diagnostic, Severity};
use snow_compiler::pipeline::{Mode, Options, Output};
use snow_compiler::source::Sources;

fn errors(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    sources.add("main.snow", "Main", false, text);
    let options = Options {
        mode: Mode::Program,
        dump: None,
        verify: true,
        precompiled: None,
        output: Output::Files,
    };
    let compiled = support::compile(&support::with_core(&sources), &options);
    let mut found = compiled.diagnostics;
    found.retain(|diagnostic| diagnostic.severity == Severity::Error);
    found
}

#[test]
fn a_program_of_another_language_has_few_errors_with_advice() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/foreign");
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("tests/foreign exists") {
        let path = entry.expect("a readable entry").path();
        let text = fs::read_to_string(&path).expect("a readable case");
        let found = errors(&text);
        let name = path.display();
        let told: Vec<_> = found.iter().map(|d| (&d.message, &d.help)).collect();
        assert!(!found.is_empty(), "{name} is Snow");
        let lines = text.lines().count();
        assert!(
            found.len() * 4 <= lines * 3,
            "{name}: {} errors for {lines} lines: {told:#?}",
            found.len()
        );
        let advised = found.iter().filter(|d| d.help.is_some()).count();
        assert!(
            advised * 2 >= found.len(),
            "{name}: advice for {advised} of {told:#?}"
        );
        let mut by_line: HashMap<usize, usize> = HashMap::new();
        for label in found.iter().filter_map(|d| d.labels.first()) {
            let before = &text.as_bytes()[..label.span.start as usize];
            let line = before.iter().filter(|byte| **byte == b'\n').count();
            *by_line.entry(line).or_default() += 1;
        }
        let most = by_line.values().max().copied().unwrap_or_default();
        assert!(most <= 3, "{name}: {most} errors on one line: {told:#?}");
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} files");
}
