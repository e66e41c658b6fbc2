//! What the tests of the reference share: the library's sources, and a strict look at HTML.

use std::fs;
use std::path::{Path, PathBuf};

use snow_compiler::source::Sources;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("two folders up").into()
}

/// The standard library.
pub(crate) fn library() -> Sources {
    let folder = root().join("stdlib");
    let mut files = Vec::new();
    find(&folder, &folder, &mut files);
    files.sort();
    let mut sources = Sources::default();
    for path in files {
        let text = fs::read_to_string(folder.join(&path)).expect("the library can be read");
        sources.add(&format!("stdlib/{path}"), &module(&path), true, &text);
    }
    sources
}

fn find(folder: &Path, below: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(below).expect("a folder").flatten() {
        let path = entry.path();
        let relative = path.strip_prefix(folder).expect("below").display().to_string();
        if path.is_dir() && relative != "tests" {
            find(folder, &path, files);
        } else if relative.ends_with(".snow") {
            files.push(relative);
        }
    }
}

fn module(path: &str) -> String {
    let path = path.trim_end_matches(".snow");
    let path = path.strip_prefix("core/").or(path.strip_prefix("net/")).unwrap_or(path);
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    let segment = |segment: &str| match segment {
        "io" => "IO".to_owned(),
        segment => segment.split('_').map(word).collect(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join(".")
}
