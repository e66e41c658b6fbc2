//! Every code of a finding has a row in `docs/diagnostics.md`.

use std::collections::BTreeSet;

use crate::repository::Repository;

const PAGE: &str = "docs/diagnostics.md";

/// Compares the codes in the sources of compiler and command with the page.
pub fn codes(repository: &Repository) -> Vec<String> {
    let page = repository.find(PAGE).map_or("", |file| file.text.as_str());
    let rows: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next())
        .filter(|word| is_code(word))
        .collect();
    let mut used = BTreeSet::new();
    for folder in ["crates/snow-compiler/src/", "crates/snowc/src/"] {
        for file in repository.below(folder, &[".rs"]) {
            used.extend(file.text.split('"').filter(|text| is_code(text)));
        }
    }
    let missing = used
        .difference(&rows)
        .map(|code| format!("{PAGE}: no row for {code}"));
    let unused = rows
        .difference(&used)
        .map(|code| format!("{PAGE}: nothing reports {code}"));
    missing.chain(unused).collect()
}

fn is_code(text: &str) -> bool {
    text.len() == 5
        && text.starts_with(['E', 'W', 'P', 'C'])
        && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}
