//! `snow.toml`: what a package is called and what it depends on.
//!
//! ```toml
//! [package]
//! name = "shop"
//! version = "0.1.0"
//!
//! [dependencies]
//! money = { path = "../money" }
//! ```

use std::ops::Range;
use std::path::Path;

use snow_compiler::diagnostics::{Code, Diagnostic};
use snow_compiler::source::{FileId, Sources, Span};
use toml_edit::{Document, Item, Table, TableLike};

use crate::failure::Failure;
use crate::project;

/// Its name in a package's folder.
pub(crate) const FILE: &str = "snow.toml";

/// Keys of `[package]`, each with whether it must be there.
const PACKAGE_KEYS: &[(&str, bool)] = &[
    ("name", true),
    ("version", true),
    ("description", false),
    ("authors", false),
];

/// Whether `folder` is a package's.
pub(crate) fn is_in(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// What a manifest says.
#[derive(Default)]
pub(crate) struct Manifest {
    /// Name of the package; empty when the manifest has none.
    pub name: String,
    /// In the order in which they are written.
    pub dependencies: Vec<Dependency>,
}

/// One line of `[dependencies]`.
pub(crate) struct Dependency {
    /// As it is written.
    pub key: String,
    /// Folder of the other package, as seen from this one.
    pub path: String,
    /// Where `path` stands.
    pub span: Span,
}

/// Reads the manifest of `folder` into `sources`. What is wrong with it is added to `found`.
pub(crate) fn read(
    folder: &Path,
    sources: &mut Sources,
    found: &mut Vec<Diagnostic>,
) -> Result<Manifest, Failure> {
    let path = folder.join(FILE);
    let (text, unread) = match project::read(&path) {
        Ok(text) => (text, None),
        Err(Failure::Message(message)) => (String::new(), Some(message)),
        Err(failure @ Failure::Reported) => return Err(failure),
    };
    let shown = project::relative(&path).display().to_string();
    let mut reader = Reader {
        file: sources.add(&shown, "", false, &text),
        end: text.len(),
        found,
    };
    if let Some(message) = unread {
        reader.report(None, message, Some("`snow.toml` is a text file in UTF-8"));
        return Ok(Manifest::default());
    }
    let document = match Document::parse(text.as_str()) {
        Ok(document) => document,
        Err(error) => {
            let message = error.message().trim_end().replace('\n', ", ");
            let help = "a line is `[table]` or `key = value`; texts stand in double quotes";
            reader.report(error.span(), message, Some(help));
            return Ok(Manifest::default());
        }
    };
    Ok(reader.manifest(document.as_table()))
}

struct Reader<'f> {
    file: FileId,
    /// Length of the text, where what is missing is reported.
    end: usize,
    found: &'f mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or(self.end..self.end);
        Span {
            file: self.file,
            start: range.start as u32,
            end: range.end as u32,
        }
    }

    fn report(&mut self, at: Option<Range<usize>>, message: String, help: Option<&str>) {
        let mut diagnostic = Diagnostic::error(Code::C0003, self.span(at), message);
        diagnostic.help = help.map(str::to_owned);
        self.found.push(diagnostic);
    }

    fn manifest(&mut self, table: &Table) -> Manifest {
        let mut manifest = Manifest::default();
        let mut has_package = false;
        for (key, item) in table.iter() {
            let at = table_key_span(table, key);
            match (key, item.as_table_like()) {
                ("package", Some(package)) => {
                    has_package = true;
                    manifest.name = self.package(package, at);
                }
                ("dependencies", Some(list)) => manifest.dependencies = self.dependencies(list),
                ("package" | "dependencies", None) => {
                    let message = format!("`{key}` is a table: write `[{key}]`");
                    self.report(at, message, None);
                    has_package = true;
                }
                _ => {
                    let message = format!("unknown key `{key}`");
                    let help = "there are `[package]` and `[dependencies]`";
                    self.report(at, message, Some(help));
                }
            }
        }
        if !has_package {
            let help = "add `[package]` with `name` and `version`";
            self.report(None, "`[package]` is missing".into(), Some(help));
        }
        manifest
    }

    /// Its name.
    fn package(&mut self, table: &dyn TableLike, header: Option<Range<usize>>) -> String {
        for (key, item) in table.iter() {
            match key {
                "name" | "version" | "description" => {
                    if item.as_str().is_none() {
                        self.report(item.span(), format!("`{key}` is a string"), None);
                    }
                }
                "authors" => {
                    let strings = |list: &toml_edit::Array| list.iter().all(|v| v.is_str());
                    if !item.as_array().is_some_and(strings) {
                        self.report(item.span(), "`authors` is a list of strings".into(), None);
                    }
                }
                _ => {
                    let names: Vec<String> = PACKAGE_KEYS
                        .iter()
                        .map(|(name, _)| format!("`{name}`"))
                        .collect();
                    let help = format!("a package has {}", names.join(", "));
                    let message = format!("unknown key `{key}` of `[package]`");
                    self.report(table_key_span(table, key), message, Some(&help));
                }
            }
        }
        for (key, is_needed) in PACKAGE_KEYS {
            if *is_needed && table.get(key).is_none() {
                let message = format!("`[package]` has no `{key}`");
                self.report(header.clone(), message, None);
            }
        }
        let text = |key: &str| {
            table
                .get(key)
                .and_then(|item| Some((item.as_str()?, item.span())))
        };
        if let Some((version, at)) = text("version").filter(|(text, _)| !is_version(text)) {
            let message = format!("'{version}' is not a version");
            self.report(at, message, Some("write three numbers: `1.0.0`"));
        }
        match text("name") {
            Some((name, at)) if !is_name(name) => {
                let message = format!("'{name}' is not a name for a package");
                self.report(at, message, Some("use letters, digits, `_` and `-`"));
                String::new()
            }
            Some((name, _)) => name.to_owned(),
            None => String::new(),
        }
    }

    fn dependencies(&mut self, table: &dyn TableLike) -> Vec<Dependency> {
        let mut list: Vec<Dependency> = Vec::new();
        for (key, item) in table.iter() {
            let at = table_key_span(table, key);
            if !is_name(key) || key.contains('-') {
                let help =
                    "it stands in front of the package's modules: use letters, digits and `_`";
                self.report(
                    at,
                    format!("'{key}' cannot be named in an import"),
                    Some(help),
                );
                continue;
            }
            let same = |d: &&Dependency| project::pascal(&d.key) == project::pascal(key);
            if let Some(other) = list.iter().find(same) {
                let name = project::pascal(key);
                let message = format!("`{key}` and `{}` are both `{name}` in imports", other.key);
                self.report(at, message, None);
                continue;
            }
            if let Some((path, span)) = self.path_of(key, item, at) {
                list.push(Dependency {
                    key: key.to_owned(),
                    path,
                    span: self.span(span),
                });
            }
        }
        list
    }

    fn path_of(
        &mut self,
        key: &str,
        item: &Item,
        at: Option<Range<usize>>,
    ) -> Option<(String, Option<Range<usize>>)> {
        let help = format!("write `{key} = {{ path = \"../{key}\" }}`");
        let Some(table) = item.as_table_like() else {
            let message = format!("dependency `{key}` does not say where it is");
            self.report(item.span().or(at), message, Some(&help));
            return None;
        };
        let mut path = None;
        let mut has_wrong_key = false;
        for (name, value) in table.iter() {
            match (name, value.as_str()) {
                ("path", Some(text)) => path = Some((text.to_owned(), value.span())),
                ("path", None) => {
                    self.report(value.span(), "`path` is a string".into(), None);
                    has_wrong_key = true;
                }
                _ => {
                    let message = format!("unknown key `{name}` of a dependency");
                    let help = "a dependency is a folder: `path` says which";
                    self.report(table_key_span(table, name), message, Some(help));
                    has_wrong_key = true;
                }
            }
        }
        if path.is_none() && !has_wrong_key {
            let message = format!("dependency `{key}` does not say where it is");
            self.report(item.span().or(at), message, Some(&help));
        }
        path
    }
}

fn table_key_span(table: &dyn TableLike, key: &str) -> Option<Range<usize>> {
    table.key(key).and_then(|key| key.span())
}

fn is_name(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.chars().all(is_part)
}

/// `1.0.0`, with what may follow behind `-` (a version before that one) and `+`: the versions of
/// <https://semver.org>. A number has no zeros in front.
fn is_version(text: &str) -> bool {
    let (text, build) = text
        .split_once('+')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let (numbers, before) = text
        .split_once('-')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let is_digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let is_number = |part: &str| {
        let has_zeros = part.len() > 1 && part.starts_with('0');
        is_digits(part) && !has_zeros && part.parse::<u64>().is_ok()
    };
    let is_word = |part: &str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !part.is_empty() && part.chars().all(is_letter)
    };
    let is_identifier = |part: &str| is_word(part) && (!is_digits(part) || is_number(part));
    numbers.split('.').count() == 3
        && numbers.split('.').all(is_number)
        && before.is_none_or(|before| before.split('.').all(is_identifier))
        && build.is_none_or(|build| build.split('.').all(is_word))
}

#[cfg(test)]
mod tests {
    use super::is_version;

    #[test]
    fn versions_are_three_numbers_with_a_tail() {
        let right = [
            "0.1.0",
            "10.20.30",
            "1.0.0-rc.1",
            "1.0.0+2026-01",
            "1.0.0-a-b+001",
        ];
        right
            .iter()
            .for_each(|text| assert!(is_version(text), "{text}"));
    }

    #[test]
    fn what_is_no_version() {
        let wrong = [
            "",
            "1",
            "1.0",
            "1.0.0.0",
            "01.0.0",
            "1.0.0-",
            "1.0.0+",
            "1.0.0-a..b",
            "1.0.0-01",
            "1.0.0-ä",
            "v1.0.0",
            "1.0.x",
            " 1.0.0",
            "99999999999999999999.0.0",
            "-1.0.0",
        ];
        wrong
            .iter()
            .for_each(|text| assert!(!is_version(text), "{text}"));
    }
}
