//! Paths in the documentation exist.

use crate::repository::{File, Repository};

/// A path in back quotes counts as one when it begins with one of these.
const TOP: &[&str] = &[
    "crates/",
    "stdlib/",
    "examples/",
    "tools/",
    "tests/",
    "docs/",
    ".ci/",
];

/// Links and quoted paths of every Markdown file.
pub fn paths(repository: &Repository) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in repository
        .files
        .iter()
        .filter(|file| file.path.ends_with(".md"))
    {
        for (at, line) in file.text.lines().enumerate() {
            let linked = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next());
            let linked =
                linked.filter(|target| !target.contains("://") && !target.starts_with('#'));
            let quoted = line
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|text| TOP.iter().any(|top| text.starts_with(top)));
            let missing = linked
                .map(|target| beside(file, target))
                .chain(quoted.map(str::to_owned))
                .find(|path| !exists(repository, path) && !exists(repository, &nearby(file, path)));
            breaches.extend(
                missing.map(|path| format!("{}:{}: there is no {path}", file.path, at + 1)),
            );
        }
    }
    breaches
}

/// Turns a link of `file` into a path from the root.
fn beside(file: &File, target: &str) -> String {
    let target = target.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = file.path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A README may name paths as seen from the folder that its own folder is in.
fn nearby(file: &File, path: &str) -> String {
    beside(file, &format!("../{path}"))
}

fn exists(repository: &Repository, path: &str) -> bool {
    // A quoted command starts with a path; a pattern or a placeholder stands for several.
    let path = path.split_whitespace().next().unwrap_or_default();
    let fixed = path.split(['*', '{', '<', '…']).next().unwrap_or_default();
    let fixed = if fixed.len() < path.len() {
        fixed.rsplit_once('/').map_or("", |(folder, _)| folder)
    } else {
        fixed
    };
    // `NAME.out` stands for whatever a person calls it.
    let is_placeholder = |part: &str| {
        let (stem, ending) = part.split_once('.').unwrap_or((part, ""));
        ending != "md" && stem.contains(char::is_uppercase) && !stem.contains(char::is_lowercase)
    };
    let placeholder = path.split('/').any(is_placeholder);
    placeholder
        || repository
            .root
            .join(fixed.split(':').next().unwrap_or_default())
            .exists()
}
