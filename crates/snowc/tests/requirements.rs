//! `docs/requirements.md` names every requirement once, and only tests that there are; `docs/rfc6455.md` does the same for
//! the clauses of the RFC, and `docs/http-requests.md` for requests. That the tests pass is shown by `stdlib_tests.rs`,
//! which runs them.

mod support;

use std::collections::BTreeMap;
use std::fs;

use support::root;

const REQUIREMENTS: &str = "docs/requirements.md";

/// Each family of ids with its number of requirements.
const FAMILIES: [(&str, usize); 7] =
    [("PROTO", 9), ("ACTOR", 7), ("SERVE", 3), ("LIFE", 4), ("BEAT", 5), ("FRAG", 3), ("ROOM", 6)];

/// The rows of a page's table: what the first cell says, and the tests of the last as (file, title).
fn rows(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let page = fs::read_to_string(root().join(page)).expect("the page can be read");
    let rows = page.lines().skip_while(|line| !line.starts_with("|---")).skip(1).filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let tests = cells.last()?.split("<br>").filter_map(file_and_title).collect();
        Some((cells[0].to_owned(), tests))
    });
    rows.collect()
}

/// Of "`file`: "title"".
fn file_and_title(text: &str) -> Option<(String, String)> {
    let (file, title) = text.strip_prefix('`')?.split_once("`: \"")?;
    Some((file.to_owned(), title.strip_suffix('"')?.to_owned()))
}

#[test]
fn every_requirement_has_its_row() {
    let expected: Vec<String> =
        FAMILIES.iter().flat_map(|(family, count)| (1..=*count).map(move |n| format!("{family}-{n:02}"))).collect();
    assert_eq!(expected.len(), 37);
    assert_eq!(rows(REQUIREMENTS).into_iter().map(|(id, _)| id).collect::<Vec<_>>(), expected);
}

#[test]
fn every_requirement_has_a_test_with_its_id() {
    for (id, tests) in rows(REQUIREMENTS) {
        assert!(tests.iter().any(|(_, title)| title.contains(&id)), "{id}: no test has the id in its title");
    }
}

#[test]
fn every_named_test_exists() {
    let mut files = BTreeMap::new();
    for (id, tests) in [rows(REQUIREMENTS), rows("docs/rfc6455.md"), rows("docs/http-requests.md")].concat() {
        assert!(!tests.is_empty(), "{id}: no test is named");
        for (file, title) in tests {
            // Pages that are about more than one folder name the folder, too.
            let folder = if file.contains('/') { "stdlib/tests" } else { "stdlib/tests/ws" };
            let path = root().join(folder).join(&file);
            let text = files.entry(file.clone()).or_insert_with(|| fs::read_to_string(path).unwrap_or_default());
            let line = format!("test \"{title}\" do");
            assert!(text.lines().any(|other| other == line), "{id}: {file} has no test \"{title}\"");
        }
    }
}
