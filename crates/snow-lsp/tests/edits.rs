//! Quick actions and new names: what the program is after the edits that an answer asks for.

use crate::support::{at, place, uri, Editor, Files};
use serde_json::{json, Value};
use snow_lsp::Exit;

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
    renamed_in(&program(), word, name)
}

/// The same for any program.
fn renamed_in(program: &str, word: &str, name: &str) -> Result<String, String> {
    let text = program.replace('\n', "\r\n");
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

const SERVICE: &str = "\
## How often something was `Up`.
##
##     let own = C.start()
##     C.go_up(own, 2)
##     C.count(own)   #=> 2
service C do
  fn init() -> Int = 0

  fn sum(a, b) = a + b

  cast GoUp(by :: Int) do |n|
    sum(n, by)
  end

  call Count() :: Int do |n|
    (n, n)
  end
end

fn raise(c :: Pid<C>) -> () = C.go_up(c, 1)

fn main() do
  let c = C.start()
  raise(c)
  c |> C.go_up(2)
  println(\"${C.count(c)}\")
end
";

#[test]
fn a_service_is_renamed_with_all_that_is_called_through_it() {
    let wanted = SERVICE
        .replace("C.", "Counter.")
        .replace("service C", "service Counter")
        .replace("Pid<C>", "Pid<Counter>");
    assert_eq!(
        renamed_in(SERVICE, "service ¦C", "Counter"),
        Ok(wanted.clone())
    );
    assert_eq!(renamed_in(SERVICE, "Pid<¦C", "Counter"), Ok(wanted));
    let wanted = SERVICE.replace("sum(", "add(");
    assert_eq!(renamed_in(SERVICE, "fn s¦um", "add"), Ok(wanted.clone()));
    assert_eq!(renamed_in(SERVICE, "s¦um(n", "add"), Ok(wanted));
    let why = renamed_in(SERVICE, "fn in¦it", "begin").unwrap_err();
    assert!(why.contains("has no `init`"), "{why}");
    let why = renamed_in(SERVICE, "let c = C.st¦art", "begin").unwrap_err();
    assert!(why.contains("`start` belongs to `C`"), "{why}");
}

#[test]
fn a_handler_is_renamed_with_the_function_that_calls_it() {
    let wanted = SERVICE.replace("GoUp(", "Rise(").replace("go_up", "rise");
    assert_eq!(renamed_in(SERVICE, "Go¦Up(", "Rise"), Ok(wanted.clone()));
    assert_eq!(renamed_in(SERVICE, "|> C.go¦_up", "rise"), Ok(wanted));
    let wanted = SERVICE
        .replace("Count(", "HowMany(")
        .replace("count(", "how_many(");
    assert_eq!(
        renamed_in(SERVICE, "Co¦unt(", "HowMany"),
        Ok(wanted.clone())
    );
    assert_eq!(renamed_in(SERVICE, "{C.co¦unt", "how_many"), Ok(wanted));
    let why = renamed_in(SERVICE, "{C.co¦unt", "how_2").unwrap_err();
    assert!(why.contains("no handler is called by `how_2`"), "{why}");
    let why = renamed_in(SERVICE, "Co¦unt(", "GoUp").unwrap_err();
    assert!(why.contains("would have errors"), "{why}");
}

const SUPERVISED: &str = "\
service C do
  fn init() -> Int = 0

  cast Up() do |n|
    n + 1
  end
end

supervisor Shop do
  strategy: one_for_one

  child counter do
    start: fn -> C.start() end
    restart: permanent
  end
end

fn main() do
  let _ = spawn(Shop)
end
";

#[test]
fn a_supervisor_and_what_it_starts_are_renamed() {
    let wanted = SUPERVISED.replace("Shop", "Store");
    assert_eq!(
        renamed_in(SUPERVISED, "supervisor S¦hop", "Store"),
        Ok(wanted.clone())
    );
    assert_eq!(renamed_in(SUPERVISED, "spawn(Sh¦op", "Store"), Ok(wanted));
    let wanted = SUPERVISED
        .replace("C.", "Counter.")
        .replace("service C", "service Counter");
    assert_eq!(
        renamed_in(SUPERVISED, "service ¦C", "Counter"),
        Ok(wanted.clone())
    );
    assert_eq!(renamed_in(SUPERVISED, "-> ¦C.start", "Counter"), Ok(wanted));
}

#[test]
fn a_handler_and_a_method_are_renamed_in_other_files() {
    let score = "service Score do\n  fn init() -> Int = 0\n\n  cast GoUp() do |n|\n    n + 1\n  \
                 end\nend\n\npub interface Area do\n  fn area(self) -> Int\nend\n";
    let main =
        "import Stats\nfrom Stats import Score, Area\n\nstruct Box do\n  side :: Int\nend\n\n\
                impl Area for Box do\n  fn area(self) -> Int = self.side\nend\n\nfn main() do\n  \
                let s = Score.start()\n  Score.go_up(s)\n  Stats.Score.go_up(s)\n  \
                println(\"${Box { side: 1 }.area()}\")\nend\n";
    let files = Files::new(&[("/p/main.snow", main), ("/p/stats.snow", score)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", main);
    assert_eq!(editor.checked("/p/main.snow"), Vec::<Value>::new());
    let mut both = |path: &str, place: (u32, u32), name: &str| {
        let mut params = at(path, place);
        params["newName"] = name.into();
        let edit = editor.request("textDocument/rename", params).unwrap();
        let text = |text: &str, path: &str| edited(text, &edit, path);
        (text(main, "/p/main.snow"), text(score, "/p/stats.snow"))
    };
    let wanted = (main.replace("go_up", "rise"), score.replace("GoUp", "Rise"));
    assert_eq!(
        both("/p/main.snow", place(main, "go_up", 1), "rise"),
        wanted
    );
    assert_eq!(
        both("/p/stats.snow", place(score, "GoUp", 0), "Rise"),
        wanted
    );
    let wanted = (main.replace("area", "size"), score.replace("area", "size"));
    assert_eq!(both("/p/main.snow", place(main, "area", 0), "size"), wanted);
    assert_eq!(
        both("/p/stats.snow", place(score, "area", 0), "size"),
        wanted
    );
    let wanted = (
        main.replace("Score", "Points"),
        score.replace("Score", "Points"),
    );
    assert_eq!(
        both("/p/main.snow", place(main, "Score", 0), "Points"),
        wanted
    );
    assert_eq!(editor.leave(), Exit::Orderly);
}

const AREAS: &str = "\
interface Area do
  fn area(self) -> Int

  fn twice(self) -> Int = self.area() * 2
end

struct Square do
  side :: Int
end

struct Strip do
  width :: Int
end

impl Area for Square do
  fn area(self) -> Int = self.side * self.side

  fn twice(self) -> Int = area(self) + area(self)
end

impl Area for Strip do
  fn area(self) -> Int = self.width
end

impl Display for Strip do
  fn to_string(self) -> String = \"strip\"
end

fn whole(one :: A, other :: B) -> Int where A: Area, B: Area = one.area() + other.twice()

fn main() do
  let strip = Strip { width: 2 }
  println(\"${whole(Square { side: 2 }, strip)} ${Area.area(strip)} ${strip.area()} ${strip}\")
end
";

#[test]
fn a_method_is_renamed_in_its_interface_and_in_all_impls() {
    let wanted = AREAS.replace("area", "surface");
    for word in [
        "fn ar¦ea",
        "fn ar¦ea(self) -> Int = self.w",
        "one.ar¦ea",
        "Area.ar¦ea",
    ] {
        let found = renamed_in(AREAS, word, "surface");
        assert_eq!(found, Ok(wanted.clone()), "{word}");
    }
    let wanted = AREAS.replace("twice", "double");
    assert_eq!(renamed_in(AREAS, "other.tw¦ice", "double"), Ok(wanted));
    let why = renamed_in(AREAS, "fn to_s¦tring", "shown").unwrap_err();
    assert!(
        why.contains("a method of `Display`, which is declared"),
        "{why}"
    );
}

#[test]
fn the_function_that_a_program_begins_in_keeps_its_name() {
    let why = renamed_in("fn main() do\n  println(\"a\")\nend\n", "ma¦in", "run").unwrap_err();
    assert!(why.contains("a program begins in `main`"), "{why}");
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
