//! What is said about the call that is being typed: `¦` marks the place.

use crate::support::{marked, Editor, Files};
use serde_json::Value;
use snow_lsp::Exit;

const MAIN: &str = "\
from Shapes import Shape

struct Held do
  ## Of one number.
  act :: Fun(Int) -> Int
end

interface Named do
  ## How it is called.
  fn title(self, loud :: Bool) -> String
end

impl Named for Held do
  fn title(self, loud) = \"held\"
end

## Counts.
service Score do
  ## From there.
  fn init(start :: Int) -> Int = start

  ## The new score.
  call Bump(by :: Int, why :: String) :: Int do |n|
    (n + by, n)
  end
end

## Sums up.
actor summing(from :: Int, why :: String) do
  receive do
    n -> summing(from + n, why)
  end
end

## Adds both.
fn add(a :: Int, b :: Int) -> Int = a + b

fn add(a :: Int, b :: Int, c :: Int) -> Int = a + b + c

fn factorial(0) = 1
fn factorial(n) = n * factorial(n - 1)

fn apply(f :: Fun(Int, Int) -> Int, held :: Held) do
  let pid = Score.start(1)
  let list = [1, 2]
  ¦
end

fn main() do
end
";

const SHAPES: &str =
    "pub type Shape do\n  ## A box.\n  Rect(width :: Int, height :: Int)\n  Dot\nend\n";

/// The active signature, with its active parameter in square brackets, and what is said about it.
fn shown(help: &Value) -> String {
    if help.is_null() {
        return "nothing".into();
    }
    let one = &help["signatures"][help["activeSignature"].as_u64().unwrap() as usize];
    let label = one["label"].as_str().unwrap();
    let active = help["activeParameter"].as_u64().unwrap() as usize;
    let doc = one["documentation"]["value"].as_str().unwrap_or("-");
    match one["parameters"][active]["label"].as_str() {
        Some(param) => {
            assert!(label.contains(param), "{param} in {label}");
            format!(
                "{} | {doc}",
                label.replacen(param, &format!("[{param}]"), 1)
            )
        }
        None => format!("{label} | {doc}"),
    }
}

#[test]
fn a_word_that_is_called_shows_what_it_takes() {
    let files = Files::new(&[("/p/main.snow", ""), ("/p/shapes.snow", SHAPES)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", "");
    let spawned = "Starts an actor, which takes the arguments.";
    let sent = "Puts a message into the mailbox of an actor, and does not wait.";
    let first = "spawn(summing, [from :: Int], why :: String) -> Pid<Int> | Sums up.";
    let second = "spawn(summing, from :: Int, [why :: String]) -> Pid<Int> | Sums up.";
    let message = format!("send(pid :: Pid<M>, [message :: M]) -> () | {sent}");
    for (typed, wanted) in [
        (
            "spawn(¦",
            format!("spawn([actor], arguments) -> Pid<M> | {spawned}"),
        ),
        (
            "spawn(¦)",
            format!("spawn([actor], arguments) -> Pid<M> | {spawned}"),
        ),
        (
            "spawn(sum¦, 1)",
            format!("spawn([actor], arguments) -> Pid<M> | {spawned}"),
        ),
        ("spawn(summing, ¦", first.to_string()),
        ("spawn(summing, ¦)", first.to_string()),
        ("let pid = spawn(summing, 1, ¦)", second.to_string()),
        ("\"${spawn(summing, 1, ¦\"", second.to_string()),
        (
            "send(¦",
            format!("send([pid :: Pid<M>], message :: M) -> () | {sent}"),
        ),
        ("send(pid, ¦", message.clone()),
        ("send(spawn(summing, 1, \"\"), ¦)", message.clone()),
        (
            "send(pid, add(¦",
            "fn add([a :: Int], b :: Int) -> Int | Adds both.".to_string(),
        ),
        ("spawn(nobody, ¦)", "nothing".to_string()),
        ("spawn(\"a\", ¦)", "nothing".to_string()),
        (
            "spawn(, ¦)",
            format!("spawn(actor, [arguments]) -> Pid<M> | {spawned}"),
        ),
        ("if (¦", "nothing".to_string()),
    ] {
        let text = MAIN.replace('¦', typed);
        editor.change("/p/main.snow", &text.replace('¦', ""));
        let help = editor.at("textDocument/signatureHelp", "/p/main.snow", marked(&text));
        assert_eq!(shown(&help), wanted, "{typed}");
    }
    assert_eq!(editor.leave(), Exit::Orderly);
}

#[test]
fn a_call_shows_what_it_takes() {
    let files = Files::new(&[("/p/main.snow", ""), ("/p/shapes.snow", SHAPES)]);
    let mut editor = Editor::new(&files);
    editor.open("/p/main.snow", "");
    let added = "fn add([a :: Int], b :: Int) -> Int | Adds both.";
    let second = "fn add(a :: Int, [b :: Int]) -> Int | Adds both.";
    let third = "fn add(a :: Int, b :: Int, [c :: Int]) -> Int | -";
    let titled = "fn title(self :: Self, [loud :: Bool]) -> String where Self: Named | How it is \
                  called.";
    let mapped = "fn map(list :: List<T>, [f :: (T) -> U]) -> List<U> | ";
    let bumped = "fn Score.bump(pid :: Pid<Main.Score>, [by :: Int], why :: String) -> Int | The \
                  new score.";
    for (typed, wanted) in [
        ("add(¦)", added),
        ("add(¦", added),
        ("add(1¦", added),
        ("add(1, ¦)", second),
        ("add(1, ¦", second),
        ("let x = add(1,¦", second),
        ("add(1, 2, ¦)", third),
        ("add(1, ¦, 3)", second),
        ("add((1, 2), ¦)", second),
        ("add([1, 2].length(), ¦)", second),
        ("add(\n    1,\n    ¦\n  )", second),
        ("1 |> add(¦)", second),
        ("add(add(1, 2), ¦)", second),
        ("add(1, add(¦", added),
        ("add(1, (2 + ¦))", second),
        ("\"${add(1, ¦)}\"", second),
        ("\"${add(1, ¦", second),
        ("add(\"a, b¦\", 2)", added),
        ("add(1, \"a¦", second),
        ("factorial(¦)", "fn factorial([n :: Int]) -> Int | -"),
        (
            "Rect(1, ¦)",
            "Shape.Rect(width :: Int, [height :: Int]) | A box.",
        ),
        (
            "Shape.Rect(¦",
            "Shape.Rect([width :: Int], height :: Int) | A box.",
        ),
        ("held.title(¦)", titled),
        ("held.title(¦", titled),
        ("Named.title(held, ¦)", titled),
        ("f(1, ¦)", "f(Int, Int) -> Int | -"),
        ("held.act(¦)", "act([Int]) -> Int | Of one number."),
        ("Score.bump(pid, ¦)", bumped),
        (
            "Score.start(¦)",
            "fn Score.start([start :: Int]) -> Pid<Main.Score> | Counts.",
        ),
    ] {
        let text = MAIN.replace('¦', typed);
        editor.change("/p/main.snow", &text.replace('¦', ""));
        let help = editor.at("textDocument/signatureHelp", "/p/main.snow", marked(&text));
        let found = shown(&help);
        let found = match typed {
            "f(1, ¦)" => found.replace("[Int]", "Int"),
            _ => found,
        };
        assert_eq!(found, wanted, "{typed}");
    }
    let text = MAIN.replace('¦', "Ws.send(conn, ¦)");
    let text = format!("import Ws\n{text}");
    editor.change("/p/main.snow", &text.replace('¦', ""));
    let help = editor.at("textDocument/signatureHelp", "/p/main.snow", marked(&text));
    let wanted = "fn send(conn :: Ws.Conn, [text :: String]) -> Ws.Delivery | ";
    assert!(shown(&help).starts_with(wanted), "{}", shown(&help));
    for typed in [
        "list.map(¦)",
        "List.map(list, ¦)",
        "list |> List.map(¦)",
        "List.map(list, fn x, y -> x end¦)",
    ] {
        let text = MAIN.replace('¦', typed);
        editor.change("/p/main.snow", &text.replace('¦', ""));
        let help = editor.at("textDocument/signatureHelp", "/p/main.snow", marked(&text));
        assert!(
            shown(&help).starts_with(mapped),
            "{typed}: {}",
            shown(&help)
        );
    }
    for typed in [
        "¦",
        "add(1, 2)¦",
        "(1 + ¦)",
        "add(1, 2) # add(¦",
        "\"add(¦\"",
        "List.map(list, fn x -> ¦ end)",
        "nobody(¦)",
        "let Some(¦",
    ] {
        let text = MAIN.replace('¦', typed);
        editor.change("/p/main.snow", &text.replace('¦', ""));
        let help = editor.at("textDocument/signatureHelp", "/p/main.snow", marked(&text));
        let is_none = shown(&help) == "nothing" || typed.contains("Some");
        assert!(is_none, "{typed}: {}", shown(&help));
    }
    assert_eq!(editor.leave(), Exit::Orderly);
}
