//! The modules of the standard library.

use std::fs;
use std::path::{Path, PathBuf};

/// Lists `*.snow` below `dir`, the tests of the library left out, as (path relative to the library,
/// path).
pub(crate) fn find(library: &Path, dir: &Path, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(dir).expect("stdlib can be read").flatten() {
        let path = entry.path();
        let relative = path
            .strip_prefix(library)
            .expect("found below the library")
            .display()
            .to_string();
        if path.is_dir() && relative != "tests" {
            find(library, &path, files);
        } else if relative.ends_with(".snow") {
            files.push((relative, path));
        }
    }
}

/// `core/list.snow` is `List`, `ws/frame.snow` is `Ws.Frame`: the folders `core` and `net` only
/// sort files. The language spells `IO` in capitals.
pub(crate) fn name(relative: &str) -> String {
    let stem = relative.trim_end_matches(".snow");
    let stem = stem
        .strip_prefix("core/")
        .or_else(|| stem.strip_prefix("net/"))
        .unwrap_or(stem);
    if stem == "io" {
        return "IO".into();
    }
    let segment = |text: &str| text.split('_').map(capitalised).collect::<String>();
    stem.split('/').map(segment).collect::<Vec<_>>().join(".")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
