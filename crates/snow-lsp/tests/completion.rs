//! What is offered where something is half-typed: `¦` marks the place.

use crate::support::{marked, Editor, Files};
use serde_json::Value;
use snow_lsp::Exit;

const LOG: &str = "\
##! Events of a log.

pub type Event do
  Started
  Stopped(Int)
end

type Hidden do
  Inside
end

pub let LIMIT = 3

pub fn entry(event :: Event, count :: Int) -> String = \"${event} ${count}\"

fn secret() -> Int = 1
";

const SCREEN: &str = "\
pub type Event do
  Click(Int)
end

pub type Logged = Log.Event

import Log

pub fn first() -> Event = Click(1)
";

const WIRE: &str = "pub fn size() -> Int = 1\n";

/// What is offered, by label with its detail.
type Offered = Vec<(String, String)>;

/// An editor in which texts are typed.
struct Typing {
    editor: Editor,
}

impl Typing {
    fn new() -> Typing {
        let files = Files::new(&[
            ("/p/main.snow", ""),
            ("/p/log.snow", LOG),
            ("/p/screen.snow", SCREEN),
            ("/p/net/wire.snow", WIRE),
            ("/p/log_test.snow", "test \"a\" do\n  assert true\nend\n"),
        ]);
        let mut editor = Editor::new(&files);
        editor.open("/p/main.snow", "");
        editor.open("/p/screen.snow", SCREEN);
        Typing { editor }
    }

    /// At the mark in `main.snow`.
    fn offered(&mut self, text: &str) -> Offered {
        self.offered_in("/p/main.snow", text)
    }

    /// What an editor is told.
    fn items(&mut self, path: &str, text: &str) -> Vec<Value> {
        self.editor.change(path, &text.replace('¦', ""));
        let found = self
            .editor
            .at("textDocument/completion", path, marked(text));
        found.as_array().expect("a list").clone()
    }

    fn offered_in(&mut self, path: &str, text: &str) -> Offered {
        let mut found = self.items(path, text);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
        // As editors do.
        found.sort_by_key(|item| match &item["sortText"] {
            Value::Null => text(&item["label"]),
            given => text(given),
        });
        found
            .iter()
            .map(|item| (text(&item["label"]), text(&item["detail"])))
            .collect()
    }

    fn leave(self) {
        assert_eq!(self.editor.leave(), Exit::Orderly);
    }
}

fn labels(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(label, _)| &**label).collect()
}

#[track_caller]
fn has(found: &[(String, String)], wanted: &[&str], unwanted: &[&str]) {
    let labels = labels(found);
    for name in wanted {
        assert!(labels.contains(name), "no `{name}` in {labels:?}");
    }
    for name in unwanted {
        assert!(!labels.contains(name), "`{name}` in {labels:?}");
    }
}

#[test]
fn constructors_are_those_of_the_type_that_is_meant() {
    let mut typing = Typing::new();
    let found = typing.offered("from Log import Event\n\nfn main() do\n  let e = Event.¦\nend\n");
    assert_eq!(labels(&found), ["Started", "Stopped"]);
    assert_eq!(found[1].1, "Event.Stopped(Int)");
    let found =
        typing.offered("from Screen import Event\n\nfn main() do\n  let e = Event.¦\nend\n");
    assert_eq!(labels(&found), ["Click"]);
    let found =
        typing.offered("from Screen import Logged\n\nfn main() do\n  let e = Logged.¦\nend\n");
    assert_eq!(labels(&found), ["Started", "Stopped"]);
    let found = typing.offered("import Screen\n\nfn main() do\n  let e = Screen.Event.C¦\nend\n");
    assert_eq!(labels(&found), ["Click"]);
    let own = "type Event do\n  Own\nend\n\nfn main() do\n  case Own do\n    Event.¦\n  end\nend\n";
    assert_eq!(labels(&typing.offered(own)), ["Own"]);
    let text = SCREEN.replace("= Click(1)", "= Event.¦");
    assert_eq!(
        labels(&typing.offered_in("/p/screen.snow", &text)),
        ["Click"]
    );
    typing.leave();
}

#[test]
fn imports_name_modules_and_what_is_public_in_them() {
    let mut typing = Typing::new();
    let found = typing.offered("import ¦\n\nfn main() do\nend\n");
    has(
        &found,
        &["Log", "Screen", "Net.Wire", "List", "Http.Client", "Json"],
        &["Main", "LogTest", "Prelude", "Erased", "Ws.Protocol", "fn"],
    );
    has(&typing.offered("from Lo¦"), &["Log"], &["fn"]);
    assert_eq!(
        labels(&typing.offered("import Net.¦\nfn main() do\nend\n")),
        ["Wire"]
    );
    assert_eq!(labels(&typing.offered("from Log ¦\n")), ["import"]);
    let found = typing.offered("from Log import ¦\n\nfn main() do\nend\n");
    has(&found, &["Event", "entry", "LIMIT"], &["secret", "Hidden"]);
    let found = typing.offered("from Log import Event,\n  entry, ¦\n\nfn main() do\nend\n");
    has(&found, &["LIMIT"], &["Event", "entry"]);
    typing.leave();
}

#[test]
fn a_module_offers_the_constructors_of_types_that_it_passes_on() {
    let mut typing = Typing::new();
    let found = typing.offered("import Screen\n\nfn main() do\n  let e = Screen.¦\nend\n");
    has(
        &found,
        &["Logged", "Started", "Stopped", "Click"],
        &["Inside"],
    );
    let text = "import Ws\n\nfn main(m :: Ws.Message) do\n  case m do\n    Ws.¦\n  end\nend\n";
    has(
        &typing.offered(text),
        &["Text", "Binary", "Sent", "Full", "Closed"],
        &[],
    );
    let found = typing.offered("from Ws import ¦\n\nfn main() do\nend\n");
    has(&found, &["Text", "DropOldest", "XForwardedFor"], &[]);
    let found = typing.offered("import Http\n\nfn main() do\n  let a = Http.¦\nend\n");
    has(&found, &["XForwardedFor"], &[]);
    let found = typing.offered("from Screen import Logged\n\nfn main() do\n  let e = ¦\nend\n");
    has(&found, &["Started", "Stopped"], &["Click"]);
    typing.leave();
}

const MAIN: &str = "\
from Log import Event, entry
import Screen

struct Basket do
  total :: Int
end

fn price(count :: Int) -> Int = count

fn cost(basket :: Basket, factor) do
  let sum = basket.total * factor
  let closed = List.map([1], fn(inner) do
    let deep = inner
    deep
  end)
  case closed do
    [only] -> only
    first :: rest ->
      ¦
  end
  let later = 1
end

fn main() do
  cost(Basket { total: 1 }, 2)
end
";

#[test]
fn names_are_those_in_scope_with_words_that_fit() {
    let mut typing = Typing::new();
    let found = typing.offered(MAIN);
    has(
        &found,
        &[
            "basket", "factor", "sum", "closed", "first", "rest", "price", "cost", "Basket",
            "Event",
        ],
        &[
            "inner",
            "deep",
            "only",
            "later",
            "completed_here",
            "secret",
            "Click",
        ],
    );
    has(
        &found,
        &[
            "entry", "Started", "Stopped", "Screen", "Some", "Ok", "println", "List", "let", "end",
        ],
        &["struct", "import", "and", "Erased"],
    );
    let place = |name: &str| labels(&found).iter().position(|label| *label == name);
    let nearer_first = ["sum", "price", "println", "let"].map(place);
    assert!(nearer_first.is_sorted(), "{nearer_first:?}");
    let detail = |name: &str| {
        found
            .iter()
            .find(|(label, _)| label == name)
            .unwrap()
            .1
            .clone()
    };
    assert_eq!(detail("sum"), "Int");
    assert_eq!(detail("rest"), "List<Int>");
    assert_eq!(detail("basket"), "Main.Basket");
    let mut at =
        |typed: &str| typing.offered(&MAIN.replace("      ¦\n", &format!("      {typed}\n")));
    has(&at("let own = fa¦"), &["factor", "first"], &["own", "let"]);
    has(&at("price(su¦"), &["sum", "if"], &["let", "end"]);
    has(&at("sum ¦"), &["and", "or"], &["let", "struct"]);
    has(&at("if not ¦"), &["sum", "true"], &["let", "and"]);
    has(&at("\"${su¦"), &["sum"], &[]);
    has(
        &at("let own :: ¦"),
        &["Int", "Basket", "Event", "List"],
        &["sum", "price", "let"],
    );
    assert_eq!(labels(&at("12¦")), Vec::<&str>::new());
    let item = MAIN
        .replace('¦', "first")
        .replace("fn main", "s¦\n\nfn main");
    has(
        &typing.offered(&item),
        &["struct", "fn", "import"],
        &["while", "sum", "basket"],
    );
    typing.leave();
}

#[test]
fn nothing_is_offered_in_texts_and_comments() {
    let mut typing = Typing::new();
    let mut at = |typed: &str| {
        let text = MAIN.replace("      ¦\n", &format!("      {typed}\n"));
        typing.offered(&text)
    };
    for typed in [
        "\"su¦m\"",
        "\"su¦\"",
        "\"¦\"",
        "\"su¦",
        "\"${sum}su¦\"",
        "\"${sum}¦\"",
        "\"su¦${sum}\"",
        "\"basket.¦\"",
        "\"a \\\" su¦\"",
        "\"\"\"a\n su¦\n\"\"\"",
        "first # su¦",
        "# su¦",
        "## basket.¦",
        "#= su¦",
        "#= a\n basket.¦ =#",
    ] {
        assert_eq!(labels(&at(typed)), Vec::<&str>::new(), "{typed}");
    }
    for typed in [
        "\"${su¦}\"",
        "\"${su¦",
        "\"a ${su¦} b ${sum}\"",
        "\"${\"${su¦",
        "\"\"\"a\n ${su¦}\n\"\"\"",
        "\"a\" <> su¦",
        "#= a =# su¦",
    ] {
        has(&at(typed), &["sum"], &["let"]);
    }
    typing.leave();
}

#[test]
fn a_type_offers_what_its_impls_have() {
    let mut typing = Typing::new();
    let source = "interface Named do\n  fn title(self) -> String\n  fn nobody() -> Self\nend\n\n\
                  struct P do\n  name :: String\nend deriving(Json, Eq)\n\n\
                  type Event do\n  Began\nend deriving(Json)\n\n\
                  impl Named for P do\n  fn title(self) = self.name\n  \
                  fn nobody() = P { name: \"\" }\nend\n\n\
                  service C do\n  fn init() -> Int = 0\n\n  call Get() :: Int do |n|\n    \
                  (n, n)\n  end\nend\n\nfn main(p :: P) do\n  let x = ¦\nend\n";
    let mut at = |typed: &str| typing.offered(&source.replace('¦', &format!("{typed}¦")));
    let of_json = ["from_json", "decode_json", "to_json"];
    has(&at("Event."), &of_json, &["title", "name"]);
    has(&at("Event."), &["Began"], &[]);
    has(&at("P."), &of_json, &["name"]);
    has(&at("P.no"), &["title", "nobody"], &["println"]);
    has(&at("Named."), &["title", "nobody"], &["from_json"]);
    has(
        &at("p."),
        &["name", "title", "to_json", "eq"],
        &["nobody", "from_json"],
    );
    let found = at("p.");
    let place = |name: &str| labels(&found).iter().position(|label| *label == name);
    let nearer_first = ["name", "to_json", "eq"].map(place);
    assert!(nearer_first.is_sorted(), "{found:?}");
    assert_eq!(labels(&at("C.")), ["get", "start"]);
    typing.leave();
}

#[test]
fn heads_offer_types_and_lists_what_may_be_derived() {
    let mut typing = Typing::new();
    let source = "interface Named do\n  fn title(self) -> String\n  fn nobody() -> Self\nend\n\n\
                  struct P do\n  name :: String\nend deriving(Eq)\n\n\
                  impl Named for P do\n  fn title(self) = \"\"\n  fn nobody() = P { name: \"\" }\nend\n\n\
                  fn twice<T>(a :: T) -> T where T: Named do\n  a\nend\n\n\
                  fn main() do\n  let list = [1]\nend\n";
    let mut at = |old: &str, new: &str| {
        assert!(source.contains(old), "{old}");
        typing.offered(&source.replacen(old, new, 1))
    };
    let not_types = &["list", "main", "println", "Some", "let"];
    has(&at("-> T where", "-> ¦ where"), &["Int", "P"], not_types);
    has(&at("-> String", "-> ¦"), &["Int", "P"], not_types);
    has(&at("for P do", "for ¦ do"), &["Int", "P"], not_types);
    has(
        &at("impl Named", "impl ¦"),
        &["Named"],
        &["P", "main", "Some"],
    );
    has(
        &at("let list =", "let list :: ¦ ="),
        &["Int", "P"],
        not_types,
    );
    // `::` is also what stands in front of the rest of a list.
    has(&at("= [1]", "= [1]\n  let more = 1 :: ¦"), &["list"], &[]);
    has(&at("= [1]", "= [1]\n  let f = fn x -> ¦"), &["list"], &[]);
    has(&at("  a\n", "  T.¦\n"), &["title", "nobody"], &["twice"]);
    let derived = ["Debug", "Display", "Hash", "Json", "Ord"];
    assert_eq!(labels(&at("(Eq)", "(Eq, ¦)")), derived);
    assert_eq!(labels(&at("(Eq)", "(Eq, J¦")), derived);
    typing.leave();
}

#[test]
fn braces_offer_the_fields_that_are_not_there_yet() {
    let mut typing = Typing::new();
    let source = "from Log import Event\n\nstruct Limits do\n  ## Seconds.\n  wait :: Int\n  \
                  size :: Int\nend\n\nstruct Options<T> do\n  limits :: Limits\n  \
                  value :: T\n  name :: String\nend\n\n\
                  fn use(o :: Options<Int>, l :: Limits) do\n  let x = ¦\nend\n\n\
                  fn main() do\nend\n";
    let mut at = |typed: &str| typing.offered(&source.replace('¦', typed));
    for (typed, wanted) in [
        ("Limits { ¦ }", &["size", "wait"][..]),
        ("Limits { ¦", &["size", "wait"]),
        ("Limits {\n    wait: 1,\n    s¦\n  }", &["size"]),
        ("Limits { wait: [1, 2], ¦ }", &["size"]),
        ("Limits { ¦, size: 2 }", &["wait"]),
        ("Limits { w¦: 2 }", &["size", "wait"]),
        ("Main.Limits { ¦ }", &["size", "wait"]),
        (
            "[Options { name: \"a\", limits: Limits { ¦ } }]",
            &["size", "wait"],
        ),
        ("\"${Limits { ¦ }}\"", &["size", "wait"]),
        ("%{l | ¦ }", &["size", "wait"]),
        ("%{l | ¦", &["size", "wait"]),
        ("%{l | wait: l.size, s¦ }", &["size"]),
        ("%{l | w¦: 1 }", &["size", "wait"]),
        ("use(o, %{l | ¦ })", &["size", "wait"]),
        ("\"${%{l | ¦ }}\"", &["size", "wait"]),
        ("%{o.limits | ¦ }", &["size", "wait"]),
        ("%{o | limits.¦ }", &["size", "wait"]),
        ("%{o | name: \"a\", limits: %{l | ¦ } }", &["size", "wait"]),
        ("%{o | ¦ }", &["limits", "name", "value"]),
    ] {
        assert_eq!(labels(&at(typed)), wanted, "{typed}");
    }
    assert_eq!(at("%{o | val¦ }")[2], ("value".into(), "Int".into()));
    for typed in [
        "Limits { wait: ¦ }",
        "%{¦ }",
        "%{l | wait: ¦ }",
        "Limits { wait: use(o, ¦) }",
        "%{\"a\" => 1, ¦ }",
    ] {
        has(&at(typed), &["l", "o"], &["wait"]);
    }
    let text = source.replace('¦', "Limits { ¦ }");
    let found = typing.items("/p/main.snow", &text);
    assert_eq!(found[1]["insertText"], "wait: ");
    let doc = found[1]["documentation"]["value"].as_str().unwrap();
    assert!(doc.contains("Seconds."), "{doc}");
    let found = typing.items("/p/main.snow", &source.replace('¦', "Limits { w¦: 2 }"));
    assert!(found[0]["insertText"].is_null(), "{found:?}");
    typing.leave();
}

#[test]
fn a_value_has_its_fields_and_the_functions_that_take_it() {
    let mut typing = Typing::new();
    for typed in [
        "basket.¦",
        "let x = basket.to¦",
        "price(basket.¦",
        "\"${basket.¦",
        "if basket.¦",
    ] {
        let text = MAIN.replace("      ¦\n", &format!("      {typed}\n"));
        has(
            &typing.offered(&text),
            &["total", "cost"],
            &["price", "main", "completed_here"],
        );
    }
    let text = MAIN.replace("      ¦\n", "      rest.¦\n");
    has(
        &typing.offered(&text),
        &["map", "length"],
        &["total", "cost"],
    );
    typing.leave();
}
