//! Every code of the catalogue is reported somewhere, and has a case that shows it.

use crate::repository::Repository;

const CATALOGUE: &str = "crates/snow-compiler/src/diagnostics/code.rs";

/// Codes that no file of `tests/diagnostics` can show, with the test that does.
const ELSEWHERE: &[(&str, &str)] = &[
    ("C0001", "crates/snowc/tests/cli.rs"),
    ("C0002", "crates/snowc/tests/cli.rs"),
    ("C0003", "crates/snowc/tests/projects.rs"),
    ("E0999", "crates/snow-compiler/tests/cut_off.rs"),
    ("W0013", "crates/snow-doc/tests/project.rs"),
];

/// Compares the catalogue with the sources of compiler and command, and with the cases.
pub fn codes(repository: &Repository) -> Vec<String> {
    let catalogue = repository
        .find(CATALOGUE)
        .map_or("", |file| file.text.as_str());
    let rows = catalogue.lines().filter_map(|line| {
        let first = line.trim_start().split(' ').next()?;
        is_code(first).then_some(first)
    });
    let mut breaches = Vec::new();
    for code in rows {
        let mut sources = [
            "crates/snow-compiler/src/",
            "crates/snowc/src/",
            "crates/snow-doc/src/",
        ]
        .into_iter()
        .flat_map(|folder| repository.below(folder, &[".rs"]));
        let reported = format!("Code::{code}");
        if !sources.any(|file| file.text.contains(&reported)) {
            breaches.push(format!("{CATALOGUE}: nothing reports {code}"));
        }
        let mut cases = repository.below("tests/diagnostics/", &[".snow"]);
        let shown = match ELSEWHERE.iter().find(|(known, _)| *known == code) {
            Some((_, test)) => repository
                .find(test)
                .is_some_and(|file| file.text.contains(code)),
            None => cases.any(|file| file.text.contains(&format!(" {code}: "))),
        };
        if !shown {
            breaches.push(format!("{CATALOGUE}: no case shows {code}"));
        }
    }
    breaches
}

fn is_code(text: &str) -> bool {
    text.len() == 5
        && text.starts_with(['E', 'W', 'P', 'C'])
        && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}
