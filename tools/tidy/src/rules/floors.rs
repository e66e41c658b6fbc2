//! The floors of the runtime: a folder of `crates/snow-rt/src` uses only what stands below it.

use crate::repository::{File, Repository};

const SOURCES: &str = "crates/snow-rt/src/";

/// From the ground up. The folders of one line may use each other; a circle of more than one folder
/// is a decision.
const FLOORS: &[&[&str]] = &[
    &["sync"],
    &["table"],
    &["usage"],
    &["config"],
    &["counters"],
    &["text"],
    &["crypto"],
    &["mem"],
    &["context"],
    &["timer"],
    &["io"],
    &["actor", "sched"],
    &["walk"],
    &["system"],
    &["net"],
    &["tls"],
    &["boot"],
    &["abi"],
];

/// Not of any floor: the list of modules, and tests of the whole.
const WHOLE: &[&str] = &["lib", "testing"];

/// Imports that look up, and folders without a floor.
pub fn downwards(repository: &Repository) -> Vec<String> {
    let files = repository.below(SOURCES, &[".rs"]);
    files.into_iter().flat_map(upward).collect()
}

/// The imports of a file that look up.
fn upward(file: &File) -> Vec<String> {
    let home = folder(&file.path);
    if WHOLE.contains(&home) {
        return Vec::new();
    }
    let Some(floor) = floor_of(home) else {
        return vec![format!("{}: `{home}` has no floor", file.path)];
    };
    let mut breaches = Vec::new();
    for (line, name) in used(&program(&file.text)) {
        match floor_of(&name) {
            Some(other) if other <= floor => {}
            Some(_) => breaches.push(format!(
                "{}:{line}: `{home}` uses `{name}`, which stands above it",
                file.path
            )),
            None => breaches.push(format!("{}:{line}: `{name}` has no floor", file.path)),
        }
    }
    breaches
}

/// The folder or file below `src` that a path is in.
fn folder(path: &str) -> &str {
    let inside = path.strip_prefix(SOURCES).unwrap_or(path);
    let first = inside.split('/').next().unwrap_or(inside);
    first.strip_suffix(".rs").unwrap_or(first)
}

fn floor_of(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&name))
}

/// The text without comments and without the tests at the end.
fn program(text: &str) -> String {
    let mut kept = String::new();
    for line in text.lines() {
        if line.starts_with("mod tests") || line.starts_with("mod test_") {
            break;
        }
        kept += line.split("//").next().unwrap_or(line);
        kept.push('\n');
    }
    kept
}

/// The modules after each `crate::`, also in braces, with their lines.
fn used(text: &str) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let is_inside_a_name = text[..at].ends_with(|before: char| before.is_alphanumeric());
        if is_inside_a_name {
            continue;
        }
        let line = text[..at].matches('\n').count() + 1;
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => used.extend(first_names(list).map(|name| (line, name))),
            None => used.push((line, name_at(rest))),
        }
    }
    used
}

fn name_at(text: &str) -> String {
    let is_part = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    text.chars().take_while(is_part).collect()
}

/// The first name of each entry of a list up to its brace.
fn first_names(list: &str) -> impl Iterator<Item = String> {
    let mut depth = 0;
    let mut entries = vec![String::new()];
    for letter in list.chars() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => entries.push(String::new()),
            _ => {}
        }
        if let Some(entry) = entries.last_mut() {
            entry.push(letter);
        }
    }
    let names = entries
        .into_iter()
        .map(|entry| name_at(entry.trim_start_matches([',', ' ', '\n'])));
    names.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File {
            path: format!("{SOURCES}{path}"),
            text: text.into(),
        }
    }

    #[test]
    fn an_import_looks_down_or_sideways() {
        let down = "use crate::mem::{heap, owner::Owner};\nuse crate::{counters, table};\n";
        assert_eq!(upward(&file("actor/turn.rs", down)), Vec::<String>::new());
        let pair = "use crate::sched::worker;\n";
        assert_eq!(upward(&file("actor/turn.rs", pair)), Vec::<String>::new());
    }

    #[test]
    fn an_import_that_looks_up_is_named_with_its_line() {
        let text =
            "\nuse crate::{\n    net::{self, read},\n    text,\n};\nfn f() { crate::actor::g() }\n";
        assert_eq!(
            upward(&file("io/busy.rs", text)),
            [
                "crates/snow-rt/src/io/busy.rs:2: `io` uses `net`, which stands above it",
                "crates/snow-rt/src/io/busy.rs:6: `io` uses `actor`, which stands above it",
            ]
        );
    }

    #[test]
    fn comments_and_tests_look_where_they_like() {
        let text = "// crate::net\n#[cfg(test)]\nmod tests {\n    use crate::net;\n}\n";
        assert_eq!(upward(&file("mem/heap.rs", text)), Vec::<String>::new());
    }

    #[test]
    fn a_folder_has_a_floor() {
        assert_eq!(
            upward(&file("attic/a.rs", "")),
            ["crates/snow-rt/src/attic/a.rs: `attic` has no floor"]
        );
    }
}
