//! `docs/names.md` lists the public names of the library's modules but for those of values, each
//! with its signature as it stands in the source, and the version that it came with.

use super::library_docs::public_modules;
use crate::repository::Repository;

const PAGE: &str = "docs/names.md";

/// The modules that the page is not about, as it says: what the language itself is made of.
const OF_VALUES: &[&str] = &[
    "Bytes", "Float", "Int", "List", "Map", "Math", "Option", "Prelude", "Queue", "Range",
    "Result", "Set", "String", "Tuple",
];

/// Compares the rows of the page with the sources.
pub fn names(repository: &Repository) -> Vec<String> {
    let Some(page) = repository.find(PAGE) else {
        return vec![format!("{PAGE}: is missing")];
    };
    let mut breaches = Vec::new();
    let mut listed = Vec::new();
    for (at, line) in page.text.lines().enumerate() {
        if !line.starts_with("| `") {
            continue;
        }
        match row(line) {
            Some((module, signature, since)) if is_version(since) => {
                listed.push((module, signature));
            }
            _ => breaches.push(format!(
                "{PAGE}:{}: no row of module, signature and version",
                at + 1
            )),
        }
    }
    let modules = match public_modules(repository) {
        Ok(modules) => modules,
        Err(breach) => return vec![breach],
    };
    for name in OF_VALUES {
        if !page.text.contains(&format!("`{name}`")) {
            breaches.push(format!("{PAGE}: does not say that it leaves out `{name}`"));
        }
    }
    let mut wanted = Vec::new();
    for (module, file) in &modules {
        let module = if module == "Io" {
            "IO"
        } else {
            module.as_str()
        };
        if !OF_VALUES.contains(&module) {
            let found = signatures(&file.text);
            wanted.extend(found.into_iter().map(|signature| (module, signature)));
        }
    }
    for (module, signature) in &wanted {
        if !listed.contains(&(*module, signature.as_str())) {
            breaches.push(format!("{PAGE}: lacks | `{module}` | `{signature}` |"));
        }
    }
    for (at, (module, signature)) in listed.iter().enumerate() {
        let is_wanted = |(name, text): &(&str, String)| name == module && text == signature;
        if !wanted.iter().any(is_wanted) {
            breaches.push(format!("{PAGE}: `{module}` has no `{signature}`"));
        } else if listed[..at].contains(&(*module, *signature)) {
            breaches.push(format!("{PAGE}: `{module}`, `{signature}` is twice"));
        }
    }
    breaches
}

/// The cells of a row, the first two without their back quotes.
fn row(line: &str) -> Option<(&str, &str, &str)> {
    let rest = line.strip_prefix("| `")?.strip_suffix(" |")?;
    let (module, rest) = rest.split_once("` | `")?;
    let (signature, since) = rest.split_once("` | ")?;
    Some((module, signature, since))
}

fn is_version(text: &str) -> bool {
    text.contains('.')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// The public items of a module of Snow: functions with parameters and result, of all else the kind
/// and the name.
fn signatures(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(item) = line.strip_prefix("pub ") else {
            continue;
        };
        let item = item.strip_prefix("extern ").unwrap_or(item);
        // The compiler calls these, no program does.
        if !item.starts_with("fn __") {
            found.push(match item.starts_with("fn ") {
                true => function(item, &lines[at + 1..]),
                false => other(item),
            });
        }
    }
    found
}

/// The head of a function, whose parameters may take several lines.
fn function(first: &str, next: &[&str]) -> String {
    let mut head = first.to_owned();
    for line in next {
        if head.matches('(').count() <= head.matches(')').count() {
            break;
        }
        let is_tight = head.ends_with('(') || line.starts_with(')');
        head.push_str(if is_tight { "" } else { " " });
        head.push_str(line.trim());
    }
    // The body may begin in the next line.
    head.push(' ');
    let end = head.find(" = ").or_else(|| head.rfind(" do "));
    head.truncate(end.unwrap_or(head.len() - 1));
    head
}

/// The kind and the name of an item, as in `opaque struct Map<K, V>`.
fn other(item: &str) -> String {
    let end = item.find([':', '=']).unwrap_or(item.len());
    let head = item[..end].trim_end();
    head.strip_suffix(" do").unwrap_or(head).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{names, signatures, OF_VALUES, PAGE};
    use crate::repository::{File, Repository};
    use std::path::PathBuf;

    const SOURCE: &str = "\
##! Text.
pub extern fn raw(data :: Bytes) -> Bytes = \"snow_raw\"
pub fn plain(f :: Fun(Int) -> ()) -> ()!String = other(f)
fn private() do
pub fn long(
  a :: Int, b :: (Int, Int)
) -> Int do
  a
end
pub fn __hidden() -> Int = 1
pub let MOST = 5
pub opaque struct Map<K, V> do
end
pub type Level do
end
pub type Pair = (Int, Int)
";

    #[test]
    fn public_items_are_found() {
        assert_eq!(
            signatures(SOURCE),
            [
                "fn raw(data :: Bytes) -> Bytes",
                "fn plain(f :: Fun(Int) -> ()) -> ()!String",
                "fn long(a :: Int, b :: (Int, Int)) -> Int",
                "let MOST",
                "opaque struct Map<K, V>",
                "type Level",
                "type Pair",
            ]
        );
    }

    /// The breaches of a page in a repository where one module has a name, and one that is internal.
    fn breaches(rows: &str) -> Vec<String> {
        let page = format!(
            "`{}`\n\n| module | name | since |\n|---|---|---|\n{rows}",
            OF_VALUES.join("` `")
        );
        let packages = "const DOCUMENTED: &[&str] = &[];\nconst INTERNAL: &[&str] = &[\"Inner\"];";
        let function = "pub fn f() -> Int = 1\n";
        let files = [
            (PAGE, page.as_str()),
            ("crates/snow-compiler/src/resolve/packages.rs", packages),
            ("stdlib/core/base64.snow", function),
            ("stdlib/core/inner.snow", function),
            ("stdlib/core/list.snow", function),
            ("stdlib/tests/core/x_test.snow", function),
        ];
        let files = files.map(|(path, text)| File {
            path: path.to_owned(),
            text: text.to_owned(),
        });
        names(&Repository {
            root: PathBuf::new(),
            files: files.into(),
        })
    }

    #[test]
    fn a_page_that_is_true_is_fine() {
        assert_eq!(
            breaches("| `Base64` | `fn f() -> Int` | 0.1 |\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_differs_is_a_breach() {
        let row = "| `Base64` | `fn f() -> Int` | 0.1 |\n";
        for (rows, count) in [
            (String::new(), 1),
            ("| `Base64` | `fn f() -> Bool` | 0.1 |\n".to_owned(), 2),
            ("| `Crypto` | `fn f() -> Int` | 0.1 |\n".to_owned(), 2),
            ("| `Base64` | `fn f() -> Int` | soon |\n".to_owned(), 2),
            (format!("{row}{row}"), 1),
        ] {
            assert_eq!(breaches(&rows).len(), count, "{rows}");
        }
    }
}
