//! Every feature in `docs/language-coverage.md` has tests that exist and run, or says why not.
//!
//! A row's second cell is a list of paths in back quotes, each of which may have the title of one of
//! its tests behind it: "`path`: "title"". Or it is `later:` with a title of [`LATER`], `open:` with
//! a reason, or `not planned`.

use crate::repository::Repository;

const PAGE: &str = "docs/language-coverage.md";

/// Pieces of work that rows may wait for.
const LATER: &[&str] = &[
    "The whole language, second half",
    "A service, not a socket",
    "Formatter, reference, and colours",
];

/// Folders whose files a runner finds by their ending, with that ending and the runner.
const SUITES: &[(&str, &str, &str)] = &[
    ("tests/run/", ".snow", "crates/snowc/tests/run_cases.rs"),
    (
        "tests/diagnostics/",
        ".snow",
        "crates/snow-compiler/tests/diagnostic_cases.rs",
    ),
    (
        "tests/types/",
        ".snow",
        "crates/snow-compiler/tests/type_cases.rs",
    ),
    (
        "tests/parse/",
        ".snow",
        "crates/snow-compiler/tests/parse_cases.rs",
    ),
    (
        "stdlib/tests/",
        "_test.snow",
        "crates/snowc/tests/stdlib_tests.rs",
    ),
];

/// Compares the rows of the page with the files.
pub fn features(repository: &Repository) -> Vec<String> {
    let Some(page) = repository.find(PAGE) else {
        return vec![format!("{PAGE}: is missing")];
    };
    let mut breaches: Vec<String> = SUITES
        .iter()
        .filter(|(_, _, runner)| repository.find(runner).is_none())
        .map(|(folder, _, runner)| format!("{runner}: is missing, so nothing runs {folder}"))
        .collect();
    let mut seen: Vec<&str> = Vec::new();
    let mut is_body = false;
    for (at, line) in page.text.lines().enumerate() {
        is_body = line.starts_with("| ") && is_body || line.starts_with("|---");
        if !is_body || line.starts_with("|---") {
            continue;
        }
        let breach = match cells(line) {
            None => Some("the row has not two cells".to_owned()),
            Some((feature, _)) if seen.contains(&feature) => Some(format!("{feature}: is twice")),
            Some((feature, state)) => {
                seen.push(feature);
                fault(repository, state).map(|fault| format!("{feature}: {fault}"))
            }
        };
        breaches.extend(breach.map(|breach| format!("{PAGE}:{}: {breach}", at + 1)));
    }
    if seen.is_empty() {
        breaches.push(format!("{PAGE}: has no rows"));
    }
    breaches
}

/// The two cells of a row. A bar inside of a cell is escaped.
fn cells(line: &str) -> Option<(&str, &str)> {
    let (feature, state) = line
        .strip_prefix("| ")?
        .strip_suffix(" |")?
        .split_once(" | ")?;
    (!state.contains(" | ")).then_some((feature, state))
}

/// What is wrong with a row's second cell.
fn fault(repository: &Repository, state: &str) -> Option<String> {
    if state == "not planned" {
        return None;
    }
    if let Some(title) = state.strip_prefix("later: ") {
        return (!LATER.contains(&title)).then(|| format!("{title:?} is no piece of work"));
    }
    if let Some(reason) = state.strip_prefix("open: ") {
        return reason.is_empty().then(|| "has no reason".to_owned());
    }
    let mut rest = state;
    loop {
        let Some((path, behind)) = rest.strip_prefix('`').and_then(|text| text.split_once('`'))
        else {
            return Some(format!("{rest:?} is no test"));
        };
        let (title, behind) = match behind.strip_prefix(": \"") {
            Some(text) => match text.split_once('"') {
                Some(parts) => parts,
                None => return Some(format!("{text:?} is no title")),
            },
            None => ("", behind),
        };
        if let Some(fault) = missing(repository, path, title) {
            return Some(fault);
        }
        match behind.strip_prefix(", ") {
            Some(next) => rest = next,
            None if behind.is_empty() => return None,
            None => return Some(format!("{behind:?} stands behind a test")),
        }
    }
}

/// Why there is no such test; an empty title stands for the whole file.
fn missing(repository: &Repository, path: &str, title: &str) -> Option<String> {
    if path.starts_with("examples/") {
        let expected = repository.find(&format!("{path}/expected.txt"));
        return expected
            .is_none()
            .then(|| format!("no suite compares the output of {path}"));
    }
    let Some(file) = repository
        .find(path)
        .or_else(|| repository.find(&format!("{path}/main.snow")))
    else {
        return Some(format!("there is no {path}"));
    };
    let is_rust = path.starts_with("crates/") && path.contains("/tests/") && path.ends_with(".rs");
    let in_suite = SUITES.iter().any(|(folder, ending, _)| {
        let nested = *folder == "stdlib/tests/";
        file.path.strip_prefix(folder).is_some_and(|name| {
            let is_case = nested || !name.contains('/') || file.path != path;
            is_case && name.ends_with(ending)
        })
    });
    if !in_suite && !is_rust {
        return Some(format!("{path} belongs to no suite"));
    }
    let line = match is_rust {
        true => format!("fn {title}() {{"),
        false => format!("test \"{title}\" do"),
    };
    let exists = title.is_empty() || file.text.lines().any(|other| other == line);
    (!exists).then(|| format!("{path} has no test {title:?}"))
}

#[cfg(test)]
mod tests {
    use super::{features, SUITES};
    use crate::repository::{File, Repository};
    use std::path::PathBuf;

    /// The breaches of a page with one row, in a repository of a few files.
    fn breaches(state: &str) -> Vec<String> {
        let mut files = vec![
            (
                super::PAGE,
                format!("| a | b |\n|---|---|\n| or `\\|` | {state} |\n"),
            ),
            ("tests/run/loops.snow", String::new()),
            ("tests/run/modules/main.snow", String::new()),
            ("tests/run/modules/part.snow", String::new()),
            ("tests/servers/words/main.snow", String::new()),
            (
                "stdlib/tests/core/list_test.snow",
                "test \"a: b, c\" do\n".to_owned(),
            ),
            ("crates/snowc/tests/cli.rs", "fn usage() {\n".to_owned()),
            ("examples/hello/expected.txt", String::new()),
        ];
        files.extend(SUITES.iter().map(|(_, _, runner)| (*runner, String::new())));
        features(&Repository {
            root: PathBuf::new(),
            files: files
                .into_iter()
                .map(|(path, text)| File {
                    path: path.to_owned(),
                    text,
                })
                .collect(),
        })
    }

    #[test]
    fn tests_that_run_are_fine() {
        for state in [
            "`tests/run/loops.snow`",
            "`tests/run/modules`, `examples/hello`",
            "`stdlib/tests/core/list_test.snow`: \"a: b, c\", `crates/snowc/tests/cli.rs`: \"usage\"",
            "later: A service, not a socket",
            "open: nobody wrote it",
            "not planned",
        ] {
            assert_eq!(breaches(state), Vec::<String>::new(), "{state}");
        }
    }

    #[test]
    fn what_does_not_run_is_a_breach() {
        for state in [
            "`tests/run/lost.snow`",
            "`tests/run/loops.snow`, `tests/run/lost.snow`",
            "`tests/run/modules/part.snow`",
            "`tests/servers/words`",
            "`stdlib/tests/core/list_test.snow`: \"another\"",
            "`examples/lost`",
            "later: some day",
            "open: ",
            "`stdlib/tests/core/list_test.snow`: \"a",
            "soon",
            "",
        ] {
            assert_eq!(breaches(state).len(), 1, "{state}");
        }
    }
}
