//! An editor's session with a small project, compared with `session.golden`. `SNOW_BLESS=1` writes
//! it for you to read.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::{at, place, uri, Editor, Files};
use serde_json::{json, Value};
use snow_lsp::Exit;

const MAIN: &str = include_str!("project/main.snow");
const SHAPE: &str = include_str!("project/shapes/shape.snow");
const TEST: &str = include_str!("project/main_test.snow");

fn project() -> Files {
    Files::new(&[
        ("/p/main.snow", MAIN),
        ("/p/shapes/shape.snow", SHAPE),
        ("/p/main_test.snow", TEST),
    ])
}

/// `file:line:column` from 1, as people read it.
fn shown_range(range: &Value) -> String {
    let number = |at: &Value| at.as_u64().unwrap() + 1;
    let end = |end: &str| {
        let place = &range[end];
        format!("{}:{}", number(&place["line"]), number(&place["character"]))
    };
    format!("{}-{}", end("start"), end("end"))
}

fn shown_location(location: &Value) -> String {
    let file = location["uri"]
        .as_str()
        .unwrap()
        .trim_start_matches("file:///p/");
    format!("{file} {}", shown_range(&location["range"]))
}

#[test]
fn answers_are_those_of_the_golden_file() {
    let files = project();
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", MAIN);
    assert_eq!(editor.checked("/p/main.snow"), Vec::<Value>::new());
    let mut out = String::new();
    for (path, text, word) in hovered() {
        let hover = editor.at("textDocument/hover", path, place(text, word, 0));
        let _ = writeln!(out, "== hover {word}\n{}", shown_hover(&hover));
        let definition = editor.at("textDocument/definition", path, place(text, word, 0));
        if !definition.is_null() {
            let _ = writeln!(out, "-- defined {}", shown_location(&definition));
        }
        let mut params = at(path, place(text, word, 0));
        params["context"] = json!({"includeDeclaration": true});
        let references = editor.request("textDocument/references", params).unwrap();
        for place in references.as_array().unwrap() {
            let _ = writeln!(out, "-- named {}", shown_location(place));
        }
    }
    for (before, after) in completed() {
        let text = MAIN.replacen(before, after, 1);
        assert_ne!(text, MAIN, "{before}");
        let text = text.replace('¦', "");
        editor.change("/p/main.snow", &text);
        let found = editor.at(
            "textDocument/completion",
            "/p/main.snow",
            place(&text, after, 0),
        );
        let _ = writeln!(out, "== complete {after:?}");
        for item in found.as_array().unwrap() {
            let detail = item["detail"].as_str().unwrap_or("-");
            let _ = writeln!(out, "{} ({detail})", item["label"].as_str().unwrap());
        }
    }
    for path in ["/p/main.snow", "/p/shapes/shape.snow"] {
        editor.change("/p/main.snow", MAIN);
        let params = json!({"textDocument": {"uri": uri(path)}});
        let symbols = editor
            .request("textDocument/documentSymbol", params)
            .unwrap();
        let _ = writeln!(out, "== symbols {path}");
        show_symbols(&symbols, 0, &mut out);
    }
    let found = editor
        .request("workspace/symbol", json!({"query": "ar"}))
        .unwrap();
    let _ = writeln!(out, "== workspace symbols ar");
    for symbol in found.as_array().unwrap() {
        let (name, container) = (&symbol["name"], &symbol["containerName"]);
        let location = shown_location(&symbol["location"]);
        let _ = writeln!(out, "{name} in {container}: {location}");
    }
    assert_eq!(editor.leave(), Exit::Orderly);
    compare("session.golden", &out);
}

/// What is hovered over; `¦` marks the place.
fn hovered() -> Vec<(&'static str, &'static str, &'static str)> {
    let (main, shape) = (("/p/main.snow", MAIN), ("/p/shapes/shape.snow", SHAPE));
    [
        (main, "ad¦a = Person"),
        (main, "gr¦eet(older"),
        (main, "Per¦son) -> String"),
        (main, "person.na¦me}"),
        (main, "${ada.na¦me"),
        (main, "name.leng¦th()"),
        (main, "| ¦age: person"),
        (main, "TIM¦ES do"),
        (main, "Shapes.Sh¦ape\n"),
        (main, "Shape.Cir¦cle(radius)"),
        (main, "{double(rad¦ius"),
        (main, "dou¦ble(radius"),
        (main, "descr¦ibe)"),
        (main, "import ar¦ea"),
        (main, "ar¦ea(s)"),
        (main, "List.m¦ap(shapes, describe"),
        (main, "Li¦st.map(shapes, describe"),
        (main, "prin¦tln(\"${i}"),
        (main, "+ ¦1}"),
        (main, "name :: Str¦ing"),
        (shape, "Sha¦pe do"),
        (shape, "sec¦ret()\n"),
        (shape, "Squ¦are(side) ->"),
    ]
    .map(|((path, text), word)| (path, text, word))
    .into()
}

/// What is typed in the place of something, with `¦` where completion is asked for.
fn completed() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "println(\"${i} ${greet(older(ada))} 😀",
            "ada.¦\n    println(\"😀",
        ),
        (
            "println(\"${i} ${greet(older(ada))} 😀",
            "println(ada.na¦)\n    println(\"😀",
        ),
        ("List.map(shapes, describe)", "Shapes.Shape.¦"),
        ("List.map(shapes, describe)", "Shape.¦"),
        ("List.map(shapes, describe)", "Option.is_¦"),
        ("  text\nend", "  Random.¦\nend"),
    ]
}

fn shown_hover(hover: &Value) -> String {
    match hover["contents"]["value"].as_str() {
        Some(text) => format!("{text}\n-- at {}", shown_range(&hover["range"])),
        None => "nothing".into(),
    }
}

fn show_symbols(symbols: &Value, depth: usize, out: &mut String) {
    for symbol in symbols.as_array().into_iter().flatten() {
        let name = symbol["name"].as_str().unwrap();
        let (kind, range) = (&symbol["kind"], shown_range(&symbol["range"]));
        let _ = writeln!(out, "{}{name} {kind} {range}", "  ".repeat(depth));
        show_symbols(&symbol["children"], depth + 1, out);
    }
}

fn compare(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name);
    if std::env::var_os("SNOW_BLESS").is_some() {
        fs::write(&path, found).unwrap();
    }
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "SNOW_BLESS=1 writes {}", path.display());
}
