//! Diagnostics speak in names that a program can write: never in those that the compiler makes up,
//! and of the library's types as programs name them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files below a folder, with their texts.
fn files(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a readable folder")
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push((path, text));
        }
    }
}

/// Lines that show what the compiler or a program says: expectations of cases, and what is written
/// to standard error.
fn said() -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    files(&root().join("tests"), &mut all);
    let mut lines = Vec::new();
    for (path, text) in all {
        let is_said = path.extension().is_some_and(|e| e == "err");
        let is_case = path.extension().is_some_and(|e| e == "snow");
        for line in text.lines() {
            let comment = line.trim_start().strip_prefix('#').unwrap_or_default();
            let mark = comment.trim_start();
            let is_expected = ["^", "~", "<", "help: "]
                .iter()
                .any(|m| mark.starts_with(m));
            if is_said || (is_case && is_expected) {
                lines.push((path.clone(), line.to_string()));
            }
        }
    }
    assert!(lines.len() > 1000, "only {} lines", lines.len());
    lines
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Names of the compiler's own: `%name`, `$name`, `Main__name_1`, the hash of a type.
fn is_internal(text: &str) -> bool {
    let follows = |mark: char| {
        text.match_indices(mark).any(|(at, _)| {
            let next = text[at + 1..].chars().next();
            next.is_some_and(|c| c.is_alphanumeric() || c == '_')
        })
    };
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let mut hashes = words.filter(|word| {
        word.len() >= 16
            && word[word.len() - 16..]
                .bytes()
                .all(|b| b.is_ascii_hexdigit())
    });
    let is_mangled = text.contains("__") && text != "__MODULE__";
    (follows('%') && !text.contains("1 %")) || follows('$') || is_mangled || hashes.next().is_some()
}

#[test]
fn names_of_the_compiler_are_not_shown() {
    let is_wrong = |(_, line): &(PathBuf, String)| quoted(line).any(is_internal);
    let wrong: Vec<_> = said().into_iter().filter(is_wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for internal in [
        "%state",
        "Score.%bump",
        "Main__f_2",
        "T07e11f07b4a6665a",
        "$base",
    ] {
        assert!(is_internal(internal), "{internal}");
    }
    for written in ["%{k => v}", "${x}", "a % b", "_name", "Score.bump"] {
        assert!(!is_internal(written), "{written}");
    }
}

/// The library's types that no module of their name declares, and that are not in the prelude.
fn behind_modules() -> HashSet<String> {
    let mut all = Vec::new();
    files(&root().join("stdlib"), &mut all);
    let mut found = HashSet::new();
    for (path, text) in all {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_test = stem.ends_with("_test");
        if is_test || stem == "prelude" || path.extension().is_none_or(|e| e != "snow") {
            continue;
        }
        for line in text.lines() {
            let rest = ["pub opaque struct ", "pub struct ", "pub type "]
                .iter()
                .find_map(|start| line.strip_prefix(start));
            let name = rest.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
            let name = name.flatten().unwrap_or_default();
            if !name.is_empty() && name.to_lowercase() != stem.replace('_', "") {
                found.insert(name.to_string());
            }
        }
    }
    found
}

#[test]
fn types_of_the_library_stand_behind_their_modules() {
    let behind = behind_modules();
    assert!(
        behind.contains("Conn") && behind.contains("Down"),
        "{behind:?}"
    );
    let is_bare = |line: &str, word: &str| {
        let mut places = line.match_indices(word).map(|(at, _)| at);
        places.any(|at| {
            let before = line[..at].chars().next_back();
            let after = line[at + word.len()..].chars().next();
            let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '.');
            !is_part(before) && !is_part(after)
        })
    };
    let mut wrong = Vec::new();
    for (path, line) in said() {
        let is_about_types = ["expected `", "found `", "makes it `"]
            .iter()
            .any(|words| line.contains(words));
        if is_about_types {
            let types = behind.iter().filter(|word| is_bare(&line, word));
            wrong.extend(types.map(|word| (word.clone(), path.clone(), line.clone())));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
