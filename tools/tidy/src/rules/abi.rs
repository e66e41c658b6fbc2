//! The table of runtime functions and its implementation: nothing in one without the other.

use snow_abi::functions::FUNCTIONS;

use crate::repository::Repository;

/// Called by the generated `main`, which is no Snow function.
const OUTSIDE_THE_TABLE: &[&str] = &["snow_start"];

/// Every entry has a body in `crates/snow-rt/src/abi`, and every body an entry.
pub fn entries(repository: &Repository) -> Vec<String> {
    let bodies: Vec<(&str, &str)> = repository
        .below("crates/snow-rt/src/", &[".rs"])
        .flat_map(|file| {
            file.text
                .split("extern \"C")
                .skip(1)
                .filter_map(|rest| defined(rest))
                .map(|name| (name, file.path.as_str()))
        })
        .collect();
    let mut breaches = Vec::new();
    for function in FUNCTIONS {
        match bodies.iter().find(|(name, _)| *name == function.name) {
            None => breaches.push(format!(
                "{}: in the table, not in crates/snow-rt/src/abi",
                function.name
            )),
            Some((_, path)) if !path.contains("/abi") => {
                breaches.push(format!("{path}: {} belongs into abi/", function.name))
            }
            Some(_) => {}
        }
    }
    for (name, path) in bodies {
        let known = FUNCTIONS.iter().any(|function| function.name == name)
            || OUTSIDE_THE_TABLE.contains(&name);
        if name.starts_with("snow_") && !known {
            breaches.push(format!("{path}: {name} is not in the table"));
        }
    }
    breaches
}

/// The name in `" fn name(…`, which follows `extern "C`; a type or a block has none.
fn defined(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches("-unwind").strip_prefix("\" fn ")?;
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    (end > 0).then(|| &rest[..end])
}
