//! What the tests of the reference share: the library's sources, and a strict look at HTML.

use std::fs;
use std::path::{Path, PathBuf};

use snow_compiler::source::Sources;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("two folders up")
        .into()
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
        let relative = path
            .strip_prefix(folder)
            .expect("below")
            .display()
            .to_string();
        if path.is_dir() && relative != "tests" {
            find(folder, &path, files);
        } else if relative.ends_with(".snow") {
            files.push(relative);
        }
    }
}

fn module(path: &str) -> String {
    let path = path.trim_end_matches(".snow");
    let path = path
        .strip_prefix("core/")
        .or(path.strip_prefix("net/"))
        .unwrap_or(path);
    let word = |word: &str| word[..1].to_uppercase() + &word[1..];
    let segment = |segment: &str| match segment {
        "io" => "IO".to_owned(),
        segment => segment.split('_').map(word).collect(),
    };
    path.split('/').map(segment).collect::<Vec<_>>().join(".")
}

/// What a page has for others: what links may lead to, and where its own lead.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Values of `id`.
    pub ids: Vec<String>,
    /// Values of `href` and `src`.
    pub links: Vec<String>,
}

/// Elements without an end.
const VOID: &[&str] = &["meta", "link", "input", "br", "hr", "wbr"];

/// Reads a page strictly: what is open is closed, in order, and every attribute is quoted.
pub(crate) fn read(page: &str, html: &str) -> Seen {
    let mut seen = Seen::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        assert!(!text.contains('>'), "{page}: a bare > in {text:?}");
        let end = at
            + rest[at..]
                .find('>')
                .unwrap_or_else(|| panic!("{page}: an open tag"));
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            assert_eq!(tag, "!doctype html", "{page}");
        } else if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name),
                "{page}: closed in another order"
            );
        } else {
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            attributes_of(page, attributes.trim_end_matches('/'), &mut seen);
            if !VOID.contains(&name) {
                open.push(name.to_owned());
            }
        }
    }
    assert!(open.is_empty(), "{page}: never closed: {open:?}");
    let mut ids = seen.ids.clone();
    ids.sort();
    ids.dedup();
    assert_eq!(
        ids.len(),
        seen.ids.len(),
        "{page}: an id stands there twice"
    );
    seen
}

fn attributes_of(page: &str, text: &str, seen: &mut Seen) {
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        assert!(!name.starts_with("on"), "{page}: a script in {text:?}");
        let Some(value) = behind.strip_prefix("=\"") else {
            assert!(!behind.starts_with('='), "{page}: not quoted: {text:?}");
            rest = behind.trim_start();
            continue;
        };
        let (value, behind) = value.split_once('"').expect("a quote closes");
        match name {
            "id" => seen.ids.push(value.to_owned()),
            "href" | "src" => seen.links.push(value.to_owned()),
            _ => {}
        }
        rest = behind.trim_start();
    }
}

/// Reads all pages and follows all their links.
pub(crate) fn follow(pages: &[snow_doc::Page]) {
    let seen: Vec<(&str, Seen)> = pages
        .iter()
        .filter(|page| page.path.ends_with(".html"))
        .map(|page| (page.path.as_str(), read(&page.path, &page.text)))
        .collect();
    for (path, page) in &seen {
        let links = page.links.iter().filter(|link| !link.starts_with("data:"));
        for link in links {
            let is_outside = ["http://", "https://", "mailto:"];
            if is_outside.iter().any(|kind| link.starts_with(kind)) {
                continue;
            }
            let (file, id) = link.split_once('#').unwrap_or((link, ""));
            let file = match file {
                "" => path.to_string(),
                file => beside(path, file),
            };
            assert!(
                pages.iter().any(|page| page.path == file),
                "{path}: no page for {link}"
            );
            if !id.is_empty() {
                let target = seen.iter().find(|(other, _)| *other == file);
                let has = target.is_some_and(|(_, page)| page.ids.iter().any(|known| known == id));
                assert!(has, "{path}: no place for {link}");
            }
        }
    }
}

fn beside(path: &str, link: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
