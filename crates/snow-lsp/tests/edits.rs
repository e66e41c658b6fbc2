//! Quick actions and new names: what the program is after the edits that an answer asks for.

mod support;

use serde_json::{json, Value};
use snow_lsp::Exit;
use support::{at, place, uri, Editor, Files};

/// The text after the edits of an answer to one file.
fn edited(text: &str, edit: &Value, path: &str) -> String {
    let mut edits = edit["changes"][uri(path)]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let start = |edit: &Value| {
        let place = &edit["range"]["start"];
        (
            place["line"].as_u64().unwrap(),
            place["character"].as_u64().unwrap(),
        )
    };
    edits.sort_by_key(start);
    let mut text = text.to_string();
    for edit in edits.iter().rev() {
        let offset = |end: &str| {
            let place = &edit["range"][end];
            let line = place["line"].as_u64().unwrap() as usize;
            let begin: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            let mut column = place["character"].as_u64().unwrap() as usize;
            let mut at = begin;
            for letter in text[begin..].chars() {
                if column == 0 {
                    break;
                }
                column -= letter.len_utf16();
                at += letter.len_utf8();
            }
            at
        };
        let (start, end) = (offset("start"), offset("end"));
        text.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    text
}

/// The text after the only quick action at the first diagnostic.
fn repaired(text: &str) -> (String, String) {
    let files = Files::new(&[("/p/main.snow", text)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", text);
    let found = editor.checked("/p/main.snow");
    let params = json!({
        "textDocument": {"uri": uri("/p/main.snow")},
        "range": found[0]["range"],
        "context": {"diagnostics": found},
    });
    let actions = editor.request("textDocument/codeAction", params).unwrap();
    let action = &actions[0];
    let title = action["title"].as_str().unwrap_or_default().to_string();
    let text = edited(text, &action["edit"], "/p/main.snow");
    assert_eq!(editor.leave(), Exit::Orderly);
    (title, text)
}

#[test]
fn advice_of_the_compiler_is_a_quick_action() {
    let program = |line: &str| format!("fn main() do\n  let name = \"😀\"\n  {line}\nend\n");
    let (title, text) = repaired(&program("println(\"😀 ${nam}\")"));
    assert_eq!(title, "did you mean `name`?");
    assert_eq!(text, program("println(\"😀 ${name}\")"));
    let (_, text) = repaired("fn main() do\n  let x :: int = 1\n  println(\"${x}\")\nend\n");
    assert_eq!(
        text,
        "fn main() do\n  let x :: Int = 1\n  println(\"${x}\")\nend\n"
    );
}

const PROGRAM: &str = "\
let START = 1

struct Point do
  x :: Int
end deriving(Json)

struct Line do
  from :: Int
end

fn move(line, by) = %{line | from: line.from + by}

fn main() do
  let 😀line = 1
end
";

fn program() -> String {
    PROGRAM.replace(
        "  let 😀line = 1\n",
        "  let line = Line { from: START }\n\t\t let moved = move(line, 2)\n  \
         println(\"😀${moved.from} ${line.from} ${START} ${Point { x: 1 }.x}\")\n",
    )
}

/// The program in which what stands at `word` has another name, or why it has not.
fn renamed(word: &str, name: &str) -> Result<String, String> {
    let text = program().replace('\n', "\r\n");
    let files = Files::new(&[("/p/main.snow", &text)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", &text);
    assert_eq!(editor.checked("/p/main.snow"), Vec::<Value>::new());
    let mut params = at("/p/main.snow", place(&text, word, 0));
    params["newName"] = name.into();
    let answer = editor.request("textDocument/rename", params);
    assert_eq!(editor.leave(), Exit::Orderly);
    let edit = answer.map_err(|(_, why)| why)?;
    Ok(edited(&text, &edit, "/p/main.snow").replace("\r\n", "\n"))
}

#[test]
fn a_new_name_goes_everywhere_and_nowhere_else() {
    let text = program();
    let all = |changes: &[(&str, &str)]| {
        changes
            .iter()
            .fold(text.clone(), |text, (old, new)| text.replace(old, new))
    };
    let moved = all(&[("moved", "next"), ("move", "move")]);
    assert_eq!(renamed("mo¦ved.from", "next"), Ok(moved));
    let start = all(&[("START", "BEGIN")]);
    assert_eq!(renamed("ST¦ART }", "BEGIN"), Ok(start));
    let from = all(&[("from", "origin")]);
    assert_eq!(renamed("moved.fr¦om", "origin"), Ok(from));
    let function = all(&[("move(", "shift(")]);
    assert_eq!(renamed("= mo¦ve(", "shift"), Ok(function));
    let ty = all(&[("Line", "Segment")]);
    assert_eq!(renamed("Li¦ne do", "Segment"), Ok(ty));
}

const DOCUMENTED: &str = "\
##! Prices. What `price` gives:
##!
##! ```snow
##! let price = 3
##! println(\"${price} price ${Main.price(price)}\")
##! ```

## The price of `count` pieces: price(2).
##
##     price(2)   #=> price(1) + price(1)
##     let cost = 1
##     [1].map(price)
##     \"price\"   #=> \"price\"
##
## ```text
## price(2)
## ```
pub fn price(count :: Int) -> Int = count * 300

fn main() do
  println(\"${price(1)}\")
end
";

#[test]
fn a_new_name_goes_into_examples_where_it_is_code() {
    let files = Files::new(&[("/p/main.snow", DOCUMENTED)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", DOCUMENTED);
    assert_eq!(editor.checked("/p/main.snow"), Vec::<Value>::new());
    let mut params = at("/p/main.snow", place(DOCUMENTED, "fn pr¦ice", 0));
    params["newName"] = "total".into();
    let edit = editor
        .request("textDocument/rename", params.clone())
        .unwrap();
    let wanted = [
        ("Main.price(price)", "Main.total(price)"),
        (
            "price(2)   #=> price(1) + price(1)",
            "total(2)   #=> total(1) + total(1)",
        ),
        ("map(price)", "map(total)"),
        ("fn price", "fn total"),
        ("println(\"${price(1)", "println(\"${total(1)"),
    ];
    let wanted = wanted.iter();
    let wanted = wanted.fold(DOCUMENTED.to_string(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    });
    assert_eq!(edited(DOCUMENTED, &edit, "/p/main.snow"), wanted);
    params["newName"] = "cost".into();
    let (_, why) = editor.request("textDocument/rename", params).unwrap_err();
    assert!(why.contains("in an example"), "{why}");
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn a_name_that_would_change_the_program_is_refused() {
    let refused = |word: &str, name: &str, why: &str| {
        let found = renamed(word, name).unwrap_err();
        assert!(found.contains(why), "{word} -> {name}: {found}");
    };
    refused("mo¦ved.from", "line", "means something else");
    refused("mo¦ved.from", "Moved", "small letter");
    refused("mo¦ved.from", "a b", "is no name");
    refused("mo¦ved.from", "end", "would have errors");
    refused("prin¦tln", "say", "not this project's");
    refused("x¦ :: Int", "y", "Json");
    refused("\"😀¦$", "y", "no name here");
}

/// What formatting makes of a text, or why it makes nothing of it.
fn formatted(text: &str) -> Result<String, String> {
    let files = Files::new(&[("/p/main.snow", text)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", text);
    let params = json!({
        "textDocument": {"uri": uri("/p/main.snow")},
        "options": {"tabSize": 2, "insertSpaces": true},
    });
    let answer = editor.request("textDocument/formatting", params);
    assert_eq!(editor.leave(), Exit::Orderly);
    let edits = answer.map_err(|(_, message)| message)?;
    let edit = json!({"changes": {uri("/p/main.snow"): edits}});
    Ok(edited(text, &edit, "/p/main.snow"))
}

#[test]
fn formatting_gives_the_one_layout_and_leaves_what_it_cannot_read() {
    let text = "fn main( ) do\n      println( \"😀\" )   # said\nend\n\n\n\n";
    let wanted = "fn main() do\n  println(\"😀\")  # said\nend\n";
    let found = formatted(text).unwrap();
    assert_eq!(formatted(&found).unwrap(), found);
    assert_eq!(
        found.replace("  # said", " # said"),
        wanted.replace("  # said", " # said")
    );
    let refusal = formatted("fn main() do\n  println(\n").unwrap_err();
    assert!(refusal.contains("errors of syntax"), "{refusal}");
}
