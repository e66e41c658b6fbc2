//! Every dependency has a line in `docs/dependencies.md`, and every line a dependency.

use std::collections::BTreeSet;

use crate::repository::Repository;

const PAGE: &str = "docs/dependencies.md";

/// Compares the `Cargo.toml` files with the page.
pub fn explained(repository: &Repository) -> Vec<String> {
    let page = repository.find(PAGE).map_or("", |file| file.text.as_str());
    let rows: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut used = BTreeSet::new();
    let mut breaches = Vec::new();
    for file in repository
        .files
        .iter()
        .filter(|file| file.name() == "Cargo.toml")
    {
        let mut in_dependencies = false;
        for line in file.text.lines() {
            if line.starts_with('[') {
                in_dependencies = line.contains("dependencies]");
            } else if let (true, Some((name, value))) = (in_dependencies, line.split_once('=')) {
                let name = name.trim().split('.').next().unwrap_or_default();
                if value.contains("path =") || name.starts_with('#') {
                    continue;
                }
                used.insert(name);
                if !rows.contains(name) {
                    breaches.push(format!("{}: {name} has no line in {PAGE}", file.path));
                }
            }
        }
    }
    // What scripts install is on the page too; it is named in a file that is no manifest.
    let scripts: Vec<&str> = repository
        .below("tools/", &["/run"])
        .map(|file| file.text.as_str())
        .collect();
    let unused = rows
        .iter()
        .filter(|row| !used.contains(**row) && !scripts.iter().any(|text| text.contains(**row)));
    breaches.extend(unused.map(|row| format!("{PAGE}: nothing uses {row}")));
    breaches
}
