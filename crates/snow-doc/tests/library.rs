//! The reference of the standard library as a whole: all links lead somewhere, and what is not for
//! programs is not there.

mod support;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use snow_doc::{Page, Reference};
use support::{follow, library};

fn reference() -> &'static Reference {
    static MADE: OnceLock<Reference> = OnceLock::new();
    MADE.get_or_init(|| {
        let reference = snow_doc::library(library());
        // To be looked at: target/tmp/reference/index.html.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reference");
        for page in &reference.pages {
            let path = folder.join(&page.path);
            fs::create_dir_all(path.parent().expect("it is below the folder")).unwrap();
            fs::write(path, &page.text).unwrap();
        }
        reference
    })
}

fn page(path: &str) -> &'static Page {
    let mut pages = reference().pages.iter();
    pages
        .find(|page| page.path == path)
        .unwrap_or_else(|| panic!("no page {path}"))
}

/// The entry of a name, without its colours.
fn entry(path: &str, name: &str) -> String {
    let text = &page(path).text;
    let start = text
        .find(&format!(" id=\"{name}\""))
        .unwrap_or_else(|| panic!("no {name}"));
    let entry = &text[start..];
    let entry = &entry[..entry.find("</article>").expect("it ends")];
    let mut plain = String::new();
    let mut is_tag = true;
    for letter in entry.chars() {
        match letter {
            '<' => is_tag = true,
            '>' => is_tag = false,
            letter if !is_tag => plain.push(letter),
            _ => {}
        }
    }
    plain
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
}

#[test]
fn nothing_is_wrong_with_the_comments() {
    let said: Vec<_> = reference()
        .diagnostics
        .iter()
        .map(|found| &found.message)
        .collect();
    assert!(said.is_empty(), "{said:#?}");
}

#[test]
fn pages_are_well_formed_and_their_links_lead_somewhere() {
    follow(&reference().pages);
}

#[test]
fn modules_that_programs_may_name_have_a_page_and_others_have_none() {
    for module in [
        "Prelude",
        "List",
        "IO",
        "Ws",
        "Ws.Frame",
        "Http.Client",
        "Redis.Value",
    ] {
        page(&format!("modules/{module}.html"));
    }
    for module in [
        "Erased",
        "Ws.Hub",
        "Test",
        "Failure",
        "Service",
        "Json.Convert",
    ] {
        let path = format!("modules/{module}.html");
        assert!(
            reference().pages.iter().all(|page| page.path != path),
            "{path}"
        );
    }
    assert!(
        !page("index.html").text.contains("<h2>More</h2>"),
        "a module has no group"
    );
}

#[test]
fn signatures_link_to_types() {
    let text = &page("modules/Ws.html").text;
    assert!(text.contains("<a class=\"t\" href=\"../modules/Ws.html#Conn\">Conn</a>"));
    assert!(text.contains("<a class=\"t\" href=\"../modules/Prelude.html#String\">String</a>"));
    let plain = entry("modules/List.html", "map");
    assert!(
        plain.contains("fn map<T, U>(list :: List<T>, f :: Fun(T) -> U) -> List<U>"),
        "{plain}"
    );
}

#[test]
fn opaque_types_show_no_insides_and_others_what_they_are_made_of() {
    let map = entry("modules/Map.html", "Map");
    assert!(
        map.contains("opaque struct Map<K, V>") && !map.contains("slots"),
        "{map}"
    );
    let message = entry("modules/Ws.html", "Message");
    assert!(
        message.contains("Text(") && message.contains("Binary("),
        "{message}"
    );
    let option = entry("modules/Prelude.html", "Option");
    assert!(
        option.contains("  Some(T)\n  None\n") && option.contains("Implements"),
        "{option}"
    );
}

#[test]
fn examples_are_coloured() {
    let text = &page("modules/List.html").text;
    let expected = "<span class=\"v\"><b>#=&gt;</b> <span class=\"o\">[</span>\
                    <span class=\"n\">2</span>";
    assert!(text.contains(expected));
}

#[test]
fn the_search_finds_names_and_guides() {
    let index = &page("search-index.js").text;
    assert!(index.starts_with("window.snowReference = [\n"));
    for line in [
        "[\"List.map\",\"function\",\"modules/List.html#map\",\"f of each element.\"]",
        "[\"Prelude.Some\",\"constructor\",\"modules/Prelude.html#Option.Some\",",
        "[\"Ws.Full\",\"constructor\",\"modules/Ws.html#Delivery.Full\",\"The peer reads too slowly:",
        "[\"Ws.Frame\",\"module\",\"modules/Ws.Frame.html\",",
        "[\"Packages\",\"guide\",\"guides/language.html#packages\",\"The Snow language\"]",
    ] {
        assert!(index.contains(line), "no {line}");
    }
}

#[test]
fn nothing_is_asked_of_others() {
    let loads = |path: &str| -> &[&str] {
        match path.rsplit('.').next() {
            Some("html") => &[
                "src=\"http",
                "<img",
                "<iframe",
                "<style",
                " style=\"",
                "@import",
            ],
            Some("css") => &["url(", "@import"],
            _ => &["fetch(", "XMLHttpRequest", "import(", "innerHTML", "eval("],
        }
    };
    for page in reference()
        .pages
        .iter()
        .filter(|page| page.path != "search-index.js")
    {
        for part in loads(&page.path) {
            assert!(!page.text.contains(part), "{}: {part}", page.path);
        }
    }
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    assert_eq!(snow_doc::library(library()).pages, reference().pages);
}
