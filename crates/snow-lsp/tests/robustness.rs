//! Half-written programs: an answer to everything, and no mistake of the compiler.
//!
//! Examples are cut at places spread over them; `SNOW_CUTS=all` takes every place and many minutes.

use crate::support;

use std::fs;

use crate::support::{at, repository, snow_files, uri, Editor, Files};
use lsp_server::Message;
use serde_json::{json, Value};
use snow_lsp::Exit;

/// Cuts of each example, unless all are wanted.
const CUTS: usize = 3;

/// Asks whatever can be asked at a place.
fn ask(editor: &mut Editor, path: &str, place: (u32, u32)) {
    for method in [
        "hover",
        "definition",
        "implementation",
        "typeDefinition",
        "completion",
        "signatureHelp",
        "documentHighlight",
    ] {
        editor.at(&format!("textDocument/{method}"), path, place);
    }
    let document = json!({"uri": uri(path)});
    let range = json!({"start": {"line": 0, "character": 0}, "end": at(path, place)["position"]});
    let context = json!({"diagnostics": []});
    for (method, params) in [
        ("documentSymbol", json!({"textDocument": document})),
        (
            "codeAction",
            json!({"textDocument": document, "range": range, "context": context}),
        ),
        ("references", {
            let mut params = at(path, place);
            params["context"] = json!({"includeDeclaration": false});
            params
        }),
    ] {
        let answer = editor.request(&format!("textDocument/{method}"), params);
        answer.unwrap_or_else(|why| panic!("{method}: {why:?}"));
    }
}

fn no_mistakes(editor: &Editor) {
    let is_log = |m: &&Message| matches!(m, Message::Notification(n) if n.method.contains("log"));
    assert!(
        editor.others.iter().find(is_log).is_none(),
        "{:?}",
        editor.others
    );
}

fn end_of(text: &str) -> (u32, u32) {
    let line = text.matches('\n').count() as u32;
    let last = text.rsplit('\n').next().unwrap_or_default();
    (line, last.encode_utf16().count() as u32)
}

#[test]
fn examples_may_be_cut_anywhere() {
    let wants_all = std::env::var_os("SNOW_CUTS").is_some_and(|value| value == "all");
    let files = Files::new(&[]);
    let mut editor = Editor::new(&files);
    let mut number = 0;
    for (name, text) in snow_files(&repository().join("examples")) {
        let path = format!("/cut/{name}");
        editor.open(&path, "");
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let step = if wants_all {
            1
        } else {
            places.len() / CUTS + 1
        };
        number += 1;
        // Another place in each example, so that no form of the grammar is always missed.
        for at in places.iter().skip((number * 37) % step).step_by(step) {
            editor.change(&path, &text[..*at]);
            let place = end_of(&text[..*at]);
            if number % 4 == 0 || wants_all {
                ask(&mut editor, &path, place);
            } else {
                editor.checked(&path);
            }
        }
        editor.close(&path);
    }
    no_mistakes(&editor);
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn a_program_is_typed_letter_by_letter() {
    let text = "## É 😀\r\nstruct A do\r\n\tb :: Int\r\nend\r\n\r\nfn main() do\r\n\tlet a = A { b: 1 }\r\n\
                \tprintln(\"😀 ${a.b} \\u{1f600}\")\r\nend\r\n";
    let files = Files::new(&[]);
    let mut editor = Editor::new(&files);
    editor.open("/typed.snow", "");
    let mut typed = String::new();
    for (number, letter) in text.chars().enumerate() {
        let (line, character) = end_of(&typed);
        typed.push(letter);
        let place = json!({"line": line, "character": character});
        let change = json!({"range": {"start": place, "end": place}, "text": letter.to_string()});
        let document = json!({"uri": uri("/typed.snow"), "version": number + 2});
        let params = json!({"textDocument": document, "contentChanges": [change]});
        editor.notify("textDocument/didChange", params);
        editor
            .versions
            .insert(uri("/typed.snow"), number as i64 + 2);
        if number % 13 == 0 || letter == '.' {
            ask(&mut editor, "/typed.snow", end_of(&typed));
        }
    }
    let params = at("/typed.snow", support::place(text, "a.¦b", 0));
    let hover = editor.request("textDocument/hover", params).unwrap();
    assert_eq!(hover["contents"]["value"], "```snow\nA.b :: Int\n```");
    assert_eq!(editor.checked("/typed.snow"), Vec::<Value>::new());
    no_mistakes(&editor);
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn what_is_no_text_of_a_program_has_an_answer() {
    let files = Files::new(&[]);
    let mut editor = Editor::new(&files);
    let page = fs::read_to_string(repository().join("README.md")).unwrap();
    let long = "(".repeat(20_000);
    let texts = [
        "\u{feff}", "\r\r\r", "\0", ".", "a.", "A.", "A.b.", "\"${", "\"${a.", "##", &page,
    ];
    for (number, text) in texts.into_iter().chain([long.as_str()]).enumerate() {
        let path = format!("/odd/n{number}.snow");
        editor.open(&path, text);
        ask(&mut editor, &path, end_of(text));
        ask(&mut editor, &path, (9999, 9999));
        editor.close(&path);
    }
    no_mistakes(&editor);
    assert_eq!(editor.leave(), Exit::Orderly);
}
