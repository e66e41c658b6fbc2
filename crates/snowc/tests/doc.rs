//! `snowc doc`: where pages go, and what is said instead of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{folder, run, snowc, Ran, RUN_LIMIT};

tests![
    a_project_has_pages_and_a_dead_link_a_place,
    files_of_people_are_never_touched,
    a_project_with_errors_has_no_pages,
    without_a_path_it_is_the_library,
];

const SHOP: &str = "##! A shop.\n\n## What it costs; see [`List`](Main.nothing).\n\
                    pub fn price(count :: Int) -> Int = count * 3\n\n\
                    fn main() do\n  println(\"${price(1)}\")\nend\n";

fn call(dir: &Path, arguments: &[&str]) -> Ran {
    run(snowc(arguments).current_dir(dir), RUN_LIMIT).expect("the command ends")
}

fn project(name: &str, text: &str) -> PathBuf {
    let dir = folder(name);
    fs::create_dir(dir.join("shop")).unwrap();
    fs::write(dir.join("shop/main.snow"), text).unwrap();
    dir
}

/// All files below a folder with their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("it is there").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => drop(found.insert(path.clone(), fs::read(&path).unwrap())),
        }
    }
    found
}

fn a_project_has_pages_and_a_dead_link_a_place() {
    let dir = project("doc_project", SHOP);
    let ran = call(&dir, &["doc", "shop", "-o", "out/pages"]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "out/pages/index.html\n"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("warning[W0013]"), "{}", ran.err);
    assert!(ran.err.contains("shop/main.snow:3:23"), "{}", ran.err);
    let page = fs::read_to_string(dir.join("out/pages/modules/Main.html")).unwrap();
    assert!(page.contains("What it costs") && page.contains("id=\"price\""));
    let before = files(&dir.join("out"));
    let again = call(&dir, &["doc", "shop", "-o", "out/pages", "--json"]);
    assert!(again.err.contains("\"code\":\"W0013\""), "{}", again.err);
    assert_eq!(
        files(&dir.join("out")),
        before,
        "other bytes, or more files"
    );
    let denied = call(&dir, &["doc", "shop", "-o", "elsewhere", "--deny-warnings"]);
    assert_eq!(denied.status, 1);
    assert!(!dir.join("elsewhere").exists());
}

fn files_of_people_are_never_touched() {
    let dir = project("doc_foreign", SHOP);
    let before = files(&dir);
    let ran = call(&dir, &["doc", "shop", "-o", "shop"]);
    assert_eq!(ran.status, 1);
    for part in [
        "'shop' holds 'main.snow'",
        "name another folder",
        "nothing was written",
    ] {
        assert!(ran.err.contains(part), "no {part} in {}", ran.err);
    }
    let ran = call(&dir, &["doc", "shop", "-o", "shop/main.snow"]);
    assert!(
        ran.status == 1 && ran.err.contains("is not a folder"),
        "{}",
        ran.err
    );
    assert_eq!(files(&dir), before);
}

fn a_project_with_errors_has_no_pages() {
    let wrong = SHOP.replace("count * 3", "\"three\"");
    let dir = project("doc_wrong", &wrong);
    let ran = call(&dir, &["doc", "shop", "-o", "out"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.contains("error[E0001]") && ran.err.contains("main.snow:4"),
        "{}",
        ran.err
    );
    assert!(!dir.join("out").exists());
}

fn without_a_path_it_is_the_library() {
    let dir = folder("doc_library");
    let ran = call(&dir, &["doc", "-o", "out", "--deny-warnings"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    for page in [
        "modules/List.html",
        "guides/language.html",
        "search-index.js",
    ] {
        assert!(dir.join("out").join(page).is_file(), "{page}");
    }
    let ran = call(&dir, &["doc"]);
    assert!(
        ran.status == 2 && ran.err.contains("--output <DIR>"),
        "{}",
        ran.err
    );
}
