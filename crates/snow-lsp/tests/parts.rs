//! Parts of declarations: fields, constructors, methods, handlers.

use crate::support::{at, place, Editor, Files};
use serde_json::{json, Value};
use snow_lsp::Exit;

const MAIN: &str = "\
## A person.
struct Person do
  ## What they are called.
  name :: String
  age :: Int
end

type Event do
  ## It began.
  Began(at :: Int, who :: String)
  Ended
end

interface Named do
  ## How it is called.
  fn title(self, loud :: Bool) -> String
end

impl Named for Person do
  fn title(self, loud) = self.name
end

impl Named for Event do
  ## Of an event.
  fn title(self, loud) = \"event\"
end

service Score do
  fn init(start :: Int) -> Int = start

  ## The new score.
  call Bump(by :: Int) :: Int do |n|
    (n + by, n)
  end

  cast Reset() do |n|
    0
  end
end

fn double(0) = 0
fn double(n) = n * 2

fn call_all(p :: Person, e :: Event) do
  let older = %{p | name: \"b\"}
  let pid = Score.start(double(1))
  Score.bump(pid, 2)
  Score.reset(pid)
  case e do
    Began(time, who) -> p.title(true) <> who <> older.name
    Ended -> e.title(false)
  end
end

fn main() do
  call_all(Person { name: \"a\", age: 3 }, Event.Began(1, \"x\"))
end
";

fn editor() -> Editor {
    let files = Files::new(&[("/p/main.snow", MAIN)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", MAIN);
    let found = editor.checked("/p/main.snow");
    let is_error = |one: &Value| one["severity"] == 1;
    assert!(!found.iter().any(is_error), "{found:?}");
    editor
}

#[test]
fn hovers_show_types_names_and_words() {
    let mut editor = editor();
    let name = "Person.name :: String\n\nWhat they are called.";
    let began = "Event.Began(at :: Int, who :: String)\n\nIt began.";
    let title = "fn title(self :: Self, loud :: Bool) -> String where Self: Named\n\n\
                 How it is called.";
    for (word, wanted) in [
        ("na¦me :: String", name),
        ("self.na¦me", name),
        ("na¦me: \"b\"", name),
        ("older.na¦me", name),
        ("na¦me: \"a\"", name),
        ("ag¦e :: Int", "Person.age :: Int"),
        ("Beg¦an(at ::", began),
        ("Beg¦an(time", began),
        ("Event.Beg¦an(1", began),
        ("End¦ed ->", "Event.Ended"),
        ("tit¦le(self, loud ::", title),
        (
            "tit¦le(self, loud) = self",
            "fn title(self :: Main.Person, loud :: Bool) -> String\n\nHow it is called.",
        ),
        (
            "tit¦le(self, loud) = \"",
            "fn title(self :: Main.Event, loud :: Bool) -> String\n\nOf an event.",
        ),
        ("p.tit¦le", title),
        ("Bu¦mp(by", "call Bump(by :: Int) :: Int\n\nThe new score."),
        ("Res¦et() do", "cast Reset()"),
        (
            "Score.bu¦mp",
            "fn Score.bump(pid :: Pid<Main.Score>, by :: Int) -> Int\n\nThe new score.",
        ),
        ("dou¦ble(1)", "fn double(n :: Int) -> Int"),
    ] {
        let found = editor.at("textDocument/hover", "/p/main.snow", place(MAIN, word, 0));
        let found = found["contents"]["value"].as_str().unwrap_or("nothing");
        let found = found.replacen("```snow\n", "", 1).replacen("\n```", "", 1);
        assert_eq!(found, wanted, "{word}");
    }
    assert_eq!(editor.leave(), Exit::Orderly);
}

/// Lines, from 1, of what is named in answers.
fn lines(found: &Value) -> Vec<u64> {
    let list = found.as_array().expect("a list").iter();
    let ranges = list.map(|one| match one.get("location") {
        Some(location) => &location["range"],
        None => &one["range"],
    });
    ranges
        .map(|range| range["start"]["line"].as_u64().unwrap() + 1)
        .collect()
}

#[test]
fn a_method_is_one_with_its_impls_and_calls() {
    let mut editor = editor();
    for word in [
        "tit¦le(self, loud ::",
        "tit¦le(self, loud) = self",
        "tit¦le(self, loud) = \"",
        "p.tit¦le",
        "e.tit¦le",
    ] {
        let mut params = at("/p/main.snow", place(MAIN, word, 0));
        params["context"] = json!({"includeDeclaration": true});
        let found = editor.request("textDocument/references", params.clone());
        let all = [16, 20, 25, 50, 51];
        assert_eq!(lines(&found.unwrap()), all, "{word}");
        params["context"] = json!({"includeDeclaration": false});
        let found = editor.request("textDocument/references", params.clone());
        assert_eq!(lines(&found.unwrap()), [50, 51], "{word}");
        let found = editor.request("textDocument/documentHighlight", params);
        assert_eq!(lines(&found.unwrap()), all, "{word}");
    }
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn impls_and_types_can_be_gone_to() {
    let mut editor = editor();
    for (word, wanted) in [
        ("tit¦le(self, loud ::", &[20, 25][..]),
        ("p.tit¦le", &[20, 25]),
        ("Nam¦ed do", &[19, 23]),
        ("Per¦son do", &[19]),
        ("dou¦ble(1)", &[41]),
    ] {
        let place = place(MAIN, word, 0);
        let found = editor.at("textDocument/implementation", "/p/main.snow", place);
        assert_eq!(lines(&found), wanted, "{word}");
    }
    for (word, line) in [
        ("ol¦der = %", 2),
        ("¦p.title", 2),
        ("case ¦e do", 8),
        ("Event.Beg¦an(1", 8),
    ] {
        let place = place(MAIN, word, 0);
        let found = editor.at("textDocument/typeDefinition", "/p/main.snow", place);
        assert_eq!(lines(&json!([found])), [line], "{word}");
    }
    let place = place(MAIN, "who¦ <>", 0);
    let found = editor.at("textDocument/typeDefinition", "/p/main.snow", place);
    assert_eq!(found["uri"], "file:///library/stdlib/core/prelude.snow");
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn the_workspace_has_fields_and_constructors() {
    let mut editor = editor();
    for (query, kind, holder, line) in [
        ("age", 8, "Person", 5),
        ("Began", 22, "Event", 10),
        ("Bump", 24, "Score", 32),
    ] {
        let found = editor.request("workspace/symbol", json!({"query": query}));
        let found = found.unwrap();
        let one = &found[0];
        assert_eq!(one["name"], query);
        assert_eq!(
            (&one["kind"], &one["containerName"]),
            (&json!(kind), &json!(holder))
        );
        assert_eq!(lines(&found), [line]);
    }
    assert_eq!(editor.leave(), Exit::Orderly);
}
