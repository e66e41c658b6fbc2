//! How a connection begins, goes on and ends, and which text an answer is about.

use crate::support::{at, place, uri, Editor, Files};
use serde_json::{json, Value};
use snow_lsp::Exit;

const HELLO: &str = "fn main() do\n  println(\"hello\")\nend\n";
const WRONG: &str = "fn main() do\n  println(helo)\nend\n";

fn files() -> Files {
    Files::new(&[("/p/main.snow", HELLO)])
}

#[test]
fn nothing_is_answered_before_initialize_and_after_shutdown() {
    let files = files();
    let mut editor = Editor::fresh(&files);
    let params = at("/p/main.snow", (0, 0));
    let early = editor
        .request("textDocument/hover", params.clone())
        .unwrap_err();
    assert_eq!(early.0, -32002);
    editor
        .request("initialize", json!({"capabilities": {}}))
        .unwrap();
    let twice = editor
        .request("initialize", json!({"capabilities": {}}))
        .unwrap_err();
    assert_eq!(twice.0, -32600);
    editor.request("shutdown", Value::Null).unwrap();
    let late = editor.request("textDocument/hover", params).unwrap_err();
    assert_eq!(late.0, -32600);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended(), Exit::Orderly);
}

#[test]
fn an_exit_without_shutdown_and_a_closed_stream_are_abrupt() {
    let files = files();
    let editor = Editor::new(&files);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended(), Exit::Abrupt);
    assert_eq!(Editor::new(&files).vanish(), Exit::Abrupt);
    let fresh = Editor::fresh(&files);
    fresh.notify("exit", Value::Null);
    assert_eq!(fresh.ended(), Exit::Abrupt);
}

#[test]
fn a_cancelled_request_and_one_about_an_older_text_are_refused() {
    let files = files();
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", HELLO);
    editor.checked("/p/main.snow");
    // The first keeps the server at work while the others come in.
    let first = editor.begin("textDocument/hover", at("/p/main.snow", (1, 3)));
    let cancelled = editor.begin("textDocument/hover", at("/p/main.snow", (1, 3)));
    editor.notify("$/cancelRequest", json!({"id": cancelled}));
    let old = editor.begin("textDocument/hover", at("/p/main.snow", (1, 3)));
    editor.change("/p/main.snow", WRONG);
    let last = editor.begin("textDocument/hover", at("/p/main.snow", (1, 3)));
    // Each may have been answered before what refuses it came.
    for (id, code) in [(first, -32801), (cancelled, -32800), (old, -32801)] {
        let answer = editor.answer(id);
        assert!(answer
            .error
            .is_none_or(|error| error.code == code || error.code == -32801));
    }
    assert!(editor.answer(last).error.is_none());
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn an_open_text_goes_before_the_disk_and_an_old_version_is_dropped() {
    let files = files();
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", WRONG);
    assert_eq!(editor.checked("/p/main.snow")[0]["code"], "E0004");
    editor.change("/p/main.snow", HELLO);
    assert_eq!(editor.checked("/p/main.snow"), Vec::<Value>::new());
    let document = json!({"uri": uri("/p/main.snow"), "version": 1});
    let changes = json!([{"text": WRONG}]);
    let stale = json!({"textDocument": document, "contentChanges": changes});
    editor.notify("textDocument/didChange", stale);
    let symbols = json!({"textDocument": {"uri": uri("/p/main.snow")}});
    editor
        .request("textDocument/documentSymbol", symbols)
        .unwrap();
    let hover = editor.at(
        "textDocument/hover",
        "/p/main.snow",
        place(HELLO, "hel¦lo", 0),
    );
    assert_eq!(hover["contents"]["value"], "```snow\nString\n```");
    // Closed, the disk counts again.
    files.write("/p/main.snow", WRONG);
    editor.close("/p/main.snow");
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn files_that_come_and_go_are_noticed() {
    let files = Files::new(&[
        (
            "/p/main.snow",
            "import Other\n\nfn main() do\n  println(Other.word())\nend\n",
        ),
        ("/p/other.snow", "pub fn word() -> String = \"a\"\n"),
        ("/p/bad-name.snow", ""),
    ]);
    let mut editor = Editor::new(&files);
    let text = files.disk.lock().unwrap()[std::path::Path::new("/p/main.snow")].clone();
    editor.open("/p/main.snow", &text);
    assert_eq!(editor.checked("/p/main.snow"), Vec::<Value>::new());
    assert_eq!(editor.checked("/p/bad-name.snow").len(), 1);
    files.delete("/p/other.snow");
    let changes = json!({"changes": [{"uri": uri("/p/other.snow"), "type": 3}]});
    editor.notify("workspace/didChangeWatchedFiles", changes.clone());
    let found = editor.next_diagnostics("/p/main.snow");
    assert_eq!(found[0]["code"], "E0031", "{found:?}");
    files.write("/p/other.snow", "pub fn word() -> String = \"b\"\n");
    editor.notify("workspace/didChangeWatchedFiles", changes);
    assert_eq!(editor.next_diagnostics("/p/main.snow"), Vec::<Value>::new());
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn roots_are_apart_and_a_file_of_none_is_a_program_of_its_own() {
    let files = Files::new(&[("/a/main.snow", HELLO), ("/b/main.snow", HELLO)]);
    let mut editor = Editor::new(&files);
    editor.open("/a/main.snow", WRONG);
    editor.open("/b/main.snow", HELLO);
    editor.open("/scratch/thought.snow", WRONG);
    assert_eq!(editor.checked("/a/main.snow").len(), 1);
    assert_eq!(editor.checked("/b/main.snow").len(), 0);
    assert_eq!(editor.checked("/scratch/thought.snow").len(), 1);
    // What was said about a file that is no longer looked at is taken back.
    editor.close("/scratch/thought.snow");
    assert_eq!(editor.next_diagnostics("/scratch/thought.snow").len(), 0);
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn a_text_that_was_never_saved_is_a_program_of_its_own() {
    let files = Files::new(&[("/a/main.snow", HELLO)]);
    let mut editor = Editor::new(&files);
    editor.open("/a/main.snow", HELLO);
    let other = json!({"uri": "untitled:2", "languageId": "text", "version": 1, "text": WRONG});
    editor.notify("textDocument/didOpen", json!({"textDocument": other}));
    editor.open("untitled:Untitled-1", WRONG);
    assert_eq!(editor.checked("untitled:Untitled-1").len(), 1);
    let text = "fn main() do\n  let list = [1]\n  list.\nend\n";
    editor.change("untitled:Untitled-1", text);
    let found = editor.at("textDocument/completion", "untitled:Untitled-1", (2, 7));
    let found = found.as_array().unwrap();
    assert!(found.iter().any(|item| item["label"] == "map"), "{found:?}");
    let place = (1, 6);
    let found = editor.at("textDocument/definition", "untitled:Untitled-1", place);
    assert_eq!(found["uri"], "untitled:Untitled-1");
    let changes = json!({"changes": []});
    editor.notify("workspace/didChangeWatchedFiles", changes);
    assert_eq!(editor.next_diagnostics("untitled:Untitled-1").len(), 1);
    editor.close("untitled:Untitled-1");
    assert_eq!(editor.next_diagnostics("untitled:Untitled-1").len(), 0);
    assert!(!editor.diagnostics.contains_key("untitled:2"));
    assert_eq!(editor.leave(), Exit::Orderly);
}
