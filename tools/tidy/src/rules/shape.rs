//! Sizes, headers, names, and what no file may contain.

use crate::repository::{File, Repository};

/// A file longer than this is two files. The exceptions are in `tools/tidy/large-files.txt`, each
/// with its reason.
const MOST_LINES: usize = 500;
/// A header is read before the file, so it has to be short.
const MOST_HEADER_LINES: usize = 15;
const SOURCES: &[&str] = &[".rs", ".snow", ".h", ".c", ".py", ".mjs", ".html"];

fn sources(repository: &Repository) -> impl Iterator<Item = &File> {
    repository
        .files
        .iter()
        .filter(|file| file.ends_with(SOURCES))
}

/// No long file without a reason, and no reason without a long file.
pub fn sizes(repository: &Repository) -> Vec<String> {
    let list = repository
        .find("tools/tidy/large-files.txt")
        .map_or("", |file| file.text.as_str());
    let allowed: Vec<(&str, &str)> = list
        .lines()
        .filter_map(|line| line.split_once(": "))
        .collect();
    let mut breaches = Vec::new();
    for file in sources(repository) {
        let lines = file.text.lines().count();
        let reason = allowed.iter().find(|(path, _)| *path == file.path);
        match (lines > MOST_LINES, reason) {
            (true, None) => breaches.push(format!(
                "{}: {lines} lines, at most {MOST_LINES}",
                file.path
            )),
            (false, Some(_)) => breaches.push(format!(
                "{}: is short now, drop it from the list of large files",
                file.path
            )),
            _ => {}
        }
    }
    let gone = allowed
        .iter()
        .filter(|(path, _)| repository.find(path).is_none());
    breaches.extend(
        gone.map(|(path, _)| format!("{path}: is in the list of large files and does not exist")),
    );
    breaches
}

/// Every Rust file, every module of the library and every example opens by saying what it is.
pub fn headers(repository: &Repository) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in sources(repository) {
        let sign = match () {
            () if file.path.ends_with(".rs") => "//!",
            () if file.path.ends_with(".snow") && !file.path.starts_with("tests/") => "##!",
            () => continue,
        };
        let lines = file
            .text
            .lines()
            .skip_while(|line| line.starts_with("#!"))
            .take_while(|line| line.starts_with(sign));
        match lines.count() {
            0 => breaches.push(format!(
                "{}: does not begin with a header ({sign})",
                file.path
            )),
            long if long > MOST_HEADER_LINES => {
                breaches.push(format!("{}: a header of {long} lines", file.path))
            }
            _ => {}
        }
    }
    breaches
}

/// `unsafe` blocks and impls say why they are sound here.
pub fn safety(repository: &Repository) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in sources(repository)
        .filter(|file| file.path.ends_with(".rs") && !file.path.starts_with("tools/tidy/"))
    {
        let lines: Vec<&str> = file.text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            if !(code.contains("unsafe {") || code.contains("unsafe impl"))
                || line.contains("SAFETY:")
            {
                continue;
            }
            // The statement may begin some lines above the block; the comment stands above the
            // statement or in it.
            let above = lines[at.saturating_sub(8)..at].iter().rev();
            let explained = above
                .take_while(|line| !line.trim_end().ends_with('}') || line.contains("//"))
                .any(|line| line.contains("SAFETY:"));
            if !explained {
                breaches.push(format!(
                    "{}:{}: unsafe without a SAFETY line",
                    file.path,
                    at + 1
                ));
            }
        }
    }
    breaches
}

/// Work that is left over belongs into an issue.
pub fn leftovers(repository: &Repository) -> Vec<String> {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    let mut breaches = Vec::new();
    for file in &repository.files {
        for (at, line) in file.text.lines().enumerate() {
            let found = words.iter().find(|word| {
                line.split(|letter: char| !letter.is_alphanumeric())
                    .any(|part| part == **word)
            });
            if let Some(word) = found {
                breaches.push(format!("{}:{}: {word}", file.path, at + 1));
            }
        }
    }
    breaches
}

/// No trailing space and no missing last newline, cases excepted: some are about them.
pub fn white_space(repository: &Repository) -> Vec<String> {
    let mut breaches = Vec::new();
    let texts = sources(repository).filter(|file| !file.path.starts_with("tests/"));
    for file in texts.chain(
        repository
            .files
            .iter()
            .filter(|file| file.ends_with(&[".md", ".toml"])),
    ) {
        let trailing = file
            .text
            .lines()
            .position(|line| line.ends_with([' ', '\t']));
        breaches.extend(trailing.map(|at| format!("{}:{}: trailing space", file.path, at + 1)));
        if !file.text.ends_with('\n') && !file.text.is_empty() {
            breaches.push(format!("{}: no newline at the end", file.path));
        }
    }
    breaches
}

/// A file is named after its concern.
pub fn names(repository: &Repository) -> Vec<String> {
    let vague = ["utils", "util", "helpers", "helper", "misc", "common"];
    let stem = |file: &File| file.name().split('.').next().unwrap_or_default().to_owned();
    let breach = |file: &File| format!("{}: the name says nothing", file.path);
    sources(repository)
        .filter(|file| vague.contains(&stem(file).as_str()))
        .map(breach)
        .collect()
}
