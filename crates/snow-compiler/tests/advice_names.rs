//! What advice says about the library can be written: each `Module.name(…)` in it is there.

use snow_compiler::diagnostics::foreign;
use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

/// Names of modules with the text of each, for what programs may import by one name.
fn library() -> HashMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
    let mut found = HashMap::new();
    for folder in [root.clone(), root.join("core"), root.join("net")] {
        for path in files(&folder).expect("a readable folder") {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let name: String = stem.split('_').map(capitalised).collect();
            let name = if name == "Io" { "IO".into() } else { name };
            let text = fs::read_to_string(&path).expect("a readable module");
            found.insert(name, text);
        }
    }
    found
}

fn files(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let paths: Vec<_> = entries.collect::<io::Result<_>>()?;
    let is_module = |path: &std::path::PathBuf| path.extension().is_some_and(|e| e == "snow");
    Ok(paths.into_iter().filter(is_module).collect())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// `Timer` and `sleep` of each `Timer.sleep` in a text.
fn members(text: &str) -> Vec<(String, String)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let words = text.split(|c: char| !is_part(c));
    let pairs = words.filter_map(|word| word.trim_matches('.').split_once('.'));
    let named = pairs.filter(|(module, name)| {
        module.starts_with(char::is_uppercase) && name.starts_with(char::is_lowercase)
    });
    named.map(|(m, n)| (m.to_string(), n.to_string())).collect()
}

#[test]
fn advice_names_functions_that_exist() {
    let library = library();
    let mut seen = 0;
    let mut missing = Vec::new();
    for text in foreign::texts() {
        for (module, name) in members(text) {
            let Some(source) = library.get(&module) else {
                let is_same = |known: &&String| known.eq_ignore_ascii_case(&module);
                if let Some(known) = library.keys().find(is_same) {
                    missing.push(format!("`{module}` for `{known}` in: {text}"));
                }
                continue;
            };
            seen += 1;
            let has_it = ["pub fn ", "pub extern fn "].iter().any(|start| {
                ["(", "<"]
                    .iter()
                    .any(|end| source.contains(&format!("{start}{name}{end}")))
            });
            if !has_it {
                missing.push(format!("`{module}.{name}` in: {text}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(seen > 50, "only {seen} names");
}
