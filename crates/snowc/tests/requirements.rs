//! `docs/requirements.md` names every requirement once, and only tests that there are;
//! `docs/rfc6455.md` and `docs/rfc9112.md` do the same for the clauses of the RFCs,
//! `docs/http-requests.md` for requests, and `docs/ws-timers.md` for what takes too long. That the tests pass is shown by
//! `stdlib_tests.rs`, which runs them, and by the tests beside this one.

use std::collections::BTreeMap;
use std::fs;

use crate::support::root;

tests![
    every_requirement_has_its_row,
    every_requirement_has_a_test_with_its_id,
    every_named_test_exists,
];

const REQUIREMENTS: &str = "docs/requirements.md";

/// Each family of ids with its number of requirements.
const FAMILIES: [(&str, usize); 7] = [
    ("PROTO", 9),
    ("ACTOR", 7),
    ("SERVE", 3),
    ("LIFE", 4),
    ("BEAT", 5),
    ("FRAG", 3),
    ("ROOM", 6),
];

/// The rows of a page's tables: what the first cell says, and the tests of the last as (file,
/// title).
fn rows(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let page = fs::read_to_string(root().join(page)).expect("the page can be read");
    let (lines, next) = (page.lines(), page.lines().skip(1).chain([""]));
    let bodies = lines
        .zip(next)
        .filter(|(line, next)| !line.starts_with("|---") && !next.starts_with("|---"));
    let rows = bodies.filter_map(|(line, _)| {
        let cells: Vec<&str> = line
            .strip_prefix("| ")?
            .strip_suffix(" |")?
            .split(" | ")
            .collect();
        let tests = cells
            .last()?
            .split("<br>")
            .filter_map(file_and_title)
            .collect();
        Some((cells[0].to_owned(), tests))
    });
    rows.collect()
}

/// Of "`file`: "title"".
fn file_and_title(text: &str) -> Option<(String, String)> {
    let (file, title) = text.strip_prefix('`')?.split_once("`: \"")?;
    Some((file.to_owned(), title.strip_suffix('"')?.to_owned()))
}

fn every_requirement_has_its_row() {
    let expected: Vec<String> = FAMILIES
        .iter()
        .flat_map(|(family, count)| (1..=*count).map(move |n| format!("{family}-{n:02}")))
        .collect();
    assert_eq!(expected.len(), 37);
    assert_eq!(
        rows(REQUIREMENTS)
            .into_iter()
            .map(|(id, _)| id)
            .collect::<Vec<_>>(),
        expected
    );
}

fn every_requirement_has_a_test_with_its_id() {
    for (id, tests) in rows(REQUIREMENTS) {
        assert!(
            tests.iter().any(|(_, title)| title.contains(&id)),
            "{id}: no test has the id in its title"
        );
    }
}

fn every_named_test_exists() {
    let mut files = BTreeMap::new();
    let pages = [
        "docs/rfc6455.md",
        "docs/rfc9112.md",
        "docs/http-requests.md",
        "docs/ws-timers.md",
    ]
    .map(rows)
    .concat();
    for (id, tests) in [rows(REQUIREMENTS), pages].concat() {
        assert!(!tests.is_empty(), "{id}: no test is named");
        for (file, title) in tests {
            let (folder, line) = match file.ends_with(".rs") {
                true => ("crates/snowc/tests", format!("fn {title}() {{")),
                // Pages that are about more than one folder name the folder, too.
                false if file.contains('/') => ("stdlib/tests", format!("test \"{title}\" do")),
                false => ("stdlib/tests/ws", format!("test \"{title}\" do")),
            };
            let path = root().join(folder).join(&file);
            let text = files
                .entry(file.clone())
                .or_insert_with(|| fs::read_to_string(path).unwrap_or_default());
            assert!(
                text.lines().any(|other| other == line),
                "{id}: {file} has no test \"{title}\""
            );
        }
    }
}
