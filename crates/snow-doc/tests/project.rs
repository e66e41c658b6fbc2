//! The reference of a project: its own modules, with what is wrong in their comments.

mod support;

use std::fs;

use snow_compiler::source::Sources;
use snow_doc::Reference;
use support::{follow, library, root};

/// Files of a project: path, module, text.
fn project(files: &[(&str, &str, &str)]) -> Reference {
    let mut sources = library();
    for (path, module, text) in files {
        sources.add(path, module, false, text);
    }
    snow_doc::project(sources, "shop")
}

fn text<'r>(reference: &'r Reference, path: &str) -> &'r str {
    let page = reference.pages.iter().find(|page| page.path == path);
    &page.unwrap_or_else(|| panic!("no page {path}")).text
}

fn main_of<'r>(reference: &'r Reference, path: &str) -> &'r str {
    let page = text(reference, path);
    let start = page.find("<main").expect("it has one");
    &page[start..]
}

/// Code, line and column, message of each diagnostic.
fn said(reference: &Reference) -> Vec<String> {
    let sources: &Sources = &reference.sources;
    let shown = reference.diagnostics.iter().map(|found| {
        let span = found.labels[0].span;
        let (line, column) = sources.line_column(span.file, span.start);
        let path = &sources.get(span.file).path;
        format!("{} {path}:{line}:{column} {}", found.code, found.message)
    });
    shown.collect()
}

const CART: &str = r#"##! Carts, and what is in them.

from Shop.Money import Money

## What a customer wants. See [`total`](total) and [money](Shop.Money).
pub opaque struct Cart do
  lines :: List<(String, Money)>
end

## How a cart ends.
pub type Outcome do
  Paid(Money)
  Given_up
end deriving(Eq)

## The empty cart.
pub fn empty() -> Cart = Cart { lines: [] }

# ---- sums ----

## All of it. `cart` may be empty.
##
## # Errors
## None.
##
##     Cart.total(Cart.empty())   #=> Money { cents: 0 }
pub fn total(cart :: Cart) -> Money do
  Money { cents: List.length(cart.lines) }
end

## Without types: they are found out.
pub fn twice(cart, count) do
  (total(cart), count * 2)
end

fn hidden() = 1

## Has them all.
pub interface Priced do
  fn price(self) -> Money
end

impl Priced for Cart do
  fn price(self) -> Money = total(self)
end
"#;

const MONEY: &str = "##! Money.\n\n## An amount.\npub struct Money do\n  cents :: Int\nend\n";

#[test]
fn a_page_is_what_it_should_be() {
    let reference = project(&[
        ("shop/cart.snow", "Shop.Cart", CART),
        ("shop/money.snow", "Shop.Money", MONEY),
    ]);
    assert_eq!(said(&reference), [""; 0]);
    follow(&reference.pages);
    let golden = root().join("crates/snow-doc/tests/pages/cart.html");
    let made = main_of(&reference, "modules/Shop.Cart.html");
    if std::env::var_os("SNOW_BLESS").is_some() {
        fs::write(&golden, made).unwrap();
    }
    assert_eq!(made, fs::read_to_string(golden).unwrap());
    let paths: Vec<_> = reference
        .pages
        .iter()
        .map(|page| page.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "index.html",
            "modules/Shop.Cart.html",
            "modules/Shop.Money.html",
            "reference.css",
            "reference.js",
            "search-index.js"
        ]
    );
}

#[test]
fn types_that_were_not_written_are_shown() {
    let reference = project(&[
        ("shop/cart.snow", "Shop.Cart", CART),
        ("shop/money.snow", "Shop.Money", MONEY),
    ]);
    let cart = text(&reference, "modules/Shop.Cart.html");
    let twice = &cart[cart.find("id=\"twice\"").unwrap()..];
    let twice = &twice[..twice.find("</h3>").unwrap()];
    assert!(
        twice.contains("../modules/Shop.Money.html#Money"),
        "{twice}"
    );
    assert!(twice.contains(">Int</span>"), "{twice}");
    assert!(!cart.contains(">hidden"), "a private name");
}

#[test]
fn a_link_that_leads_nowhere_has_a_place() {
    let source =
        "##! See [it](Shop.Nothing).\n\n## One [here](#there),\n##   and [there](docs).\n##\n\
                  ## [fine](https://example.org) [own](one) [no](javascript:alert)\n\
                  pub fn one() = 1\n";
    let reference = project(&[("a.snow", "A", source)]);
    assert_eq!(
        said(&reference),
        [
            "W0013 a.snow:1:9 the link to `Shop.Nothing` leads nowhere: neither a name of the \
             reference nor a page",
            "W0013 a.snow:3:8 the link to `#there` leads nowhere: there is no such heading",
            "W0013 a.snow:4:10 the link to `docs` leads nowhere: neither a name of the reference \
             nor a page",
            "W0013 a.snow:6:43 the link to `javascript:alert` leads nowhere: such addresses are \
             not followed",
        ]
    );
    assert!(!text(&reference, "modules/A.html").contains("javascript:"));
    follow(&reference.pages);
}

#[test]
fn a_name_that_a_module_no_longer_has_is_a_dead_link() {
    let source = "##! A.\n\n## Like `A.totl(1)`, `A.hidden`, `List.mapp`, `a.b`, `A.toml.x`.\n\
                  pub fn total(n :: Int) -> Int = hidden(n)\n\nfn hidden(n :: Int) -> Int = n\n";
    let reference = project(&[("a.snow", "A", source)]);
    assert_eq!(
        said(&reference),
        ["W0013 a.snow:3:9 `A.totl` leads nowhere: the module has no such name"]
    );
    let help = reference.diagnostics[0].help.as_deref();
    assert_eq!(help, Some("did you mean `A.total`?"));
}

#[test]
fn a_comment_is_shown_and_never_obeyed() {
    let evil = "<script>alert(1)</script> <img src=x onerror=alert(2)> ![p](https://e.org/p.png) \
                <a href='javascript:alert(3)'>x</a> &lt;b&gt;";
    let source = format!(
        "##! {evil}\n\n## {evil}\n##\n## <div onclick=\"a()\">\n## {evil}\n##\n## # {evil}\n##\n\
         ##     \"</code><script>\" # <script>\n##\n## `</code><script>`\n\
         pub let NAME = \"</script><script>alert(4)\"\n\n## \"><script>\npub fn one() = 1\n"
    );
    let reference = project(&[("a.snow", "A", &source)]);
    follow(&reference.pages);
    for page in &reference.pages {
        let scripts = page.text.matches("<script").count();
        let own = page.text.matches("<script src=\"").count();
        assert_eq!(scripts, own, "{}", page.path);
        for part in [
            "<img",
            "<div onclick",
            "href=\"javascript",
            "</script><script>",
        ] {
            assert!(!page.text.contains(part), "{}: {part}", page.path);
        }
    }
    let shown = text(&reference, "modules/A.html");
    assert!(
        shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{shown}"
    );
}

#[test]
fn errors_of_the_project_are_said_instead() {
    let reference = project(&[
        ("a.snow", "A", "## One.\npub fn one() -> Int = \"one\"\n"),
        ("b.snow", "B", "pub fn two( = 2\n"),
    ]);
    assert!(reference.pages.is_empty());
    let said = said(&reference).join("\n");
    assert!(said.contains("E0001 a.snow:2:23"), "{said}");
    assert!(said.contains(" b.snow:1:"), "{said}");
}

#[test]
fn a_project_without_words_says_so() {
    let reference = project(&[("main.snow", "Main", "fn main() do\n  println(\"x\")\nend\n")]);
    assert_eq!(said(&reference), [""; 0]);
    assert!(text(&reference, "index.html").contains("No module has"));
    assert!(reference
        .pages
        .iter()
        .all(|page| !page.path.starts_with("modules/")));
}

#[test]
fn actors_services_and_supervisors_have_entries() {
    let source = "## Counts.\nservice Score do\n  fn init(start :: Int) -> Int = start\n\n  \
                  call Current() :: Int do |state|\n    (state, state)\n  end\n\n  \
                  cast Add(by :: Int) do |state|\n    state + by\n  end\nend\n\n\
                  ## Speaks.\nactor speaker(name :: String) do\n  receive do\n    \
                  text -> println(\"${name}: ${text}\")\n  end\nend\n";
    let reference = project(&[("score.snow", "Score", source)]);
    assert_eq!(said(&reference), [""; 0]);
    follow(&reference.pages);
    let page = text(&reference, "modules/Score.html");
    for part in [
        "id=\"Score\"",
        "id=\"speaker\"",
        ">cast</span>",
        ">Add</span>",
        ">actor</span>",
    ] {
        assert!(page.contains(part), "no {part}");
    }
}

const PARTS: &str = r#"##! Parcels. An `Order.weight` is in grams, `Parcel.Lost(why)` is rare.

## What is sent.
pub struct Order do
  ## In grams, with its box. Never more than `List.length` of [all](#order).
  weight :: Int
  to :: String
end

## What becomes of it.
pub type Parcel do
  ## Nobody knows `why`.
  ##
  ##     Lost("rain")
  Lost(why :: String)
  Sent
end

## What can be weighed.
pub interface Heavy<T> do
  ## In units of `T`.
  fn weight(self, unit :: T) -> Int
end

## Counts parcels.
service Counter do
  ## From `start` on.
  fn init(start :: Int) -> Int = start

  ## How many there were `by` then.
  call Count(by :: Int) :: Int do |n|
    (n, n)
  end

  cast Add() do |n|
    n + 1
  end
end

## Keeps them.
supervisor Tree do
  strategy: one_for_one

  ## The first.
  child counter do
    start: fn -> Counter.start(1) end
  end
end

## Hidden inside.
pub opaque struct Box do
  ## Not for readers.
  inside :: Int
end
"#;

/// The text of an element of a page, and what stands in it up to a closing tag.
fn behind<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
    let at = page.find(start).unwrap_or_else(|| panic!("no {start}"));
    let found = &page[at + start.len()..];
    &found[..found.find(end).expect("it ends")]
}

/// Without its tags.
fn plain(html: &str) -> String {
    let parts = html.split('<').enumerate().map(|(at, part)| match at {
        0 => part,
        _ => part.split_once('>').map_or("", |(_, text)| text),
    });
    parts.collect()
}

#[test]
fn parts_are_shown_with_their_words() {
    let reference = project(&[("parcels.snow", "Parcels", PARTS)]);
    assert_eq!(
        said(&reference),
        ["W0013 parcels.snow:5:63 the link to `#order` leads nowhere: there is no such heading"]
    );
    let page = text(&reference, "modules/Parcels.html");
    for (part, declared, said) in [
        ("Order.weight", "weight :: Int", "In grams, with its box."),
        ("Parcel.Lost", "Lost(why :: String)", "Nobody knows why."),
        (
            "Heavy.weight",
            "fn weight(self, unit :: T) -&gt; Int",
            "In units of T.",
        ),
        (
            "Counter.init",
            "fn init(start :: Int) -&gt; Int",
            "From start on.",
        ),
        (
            "Counter.Count",
            "call Count(by :: Int) :: Int",
            "How many there were by then.",
        ),
        ("Tree.counter", "child counter", "The first."),
    ] {
        let words = behind(page, &format!("<dt id=\"{part}\">"), "</dd>");
        let words = plain(words);
        assert!(words.starts_with(declared), "{part}: {words}");
        assert!(words.contains(said), "{part}: {words}");
    }
    // What has no words has its place in the declaration.
    for part in ["Order.to", "Parcel.Sent", "Counter.Add"] {
        assert!(page.contains(&format!("<span id=\"{part}\">")), "{part}");
    }
    assert!(!page.contains("Not for readers"), "{page}");
    let about = behind(page, "<div class=\"text lead\">", "</div>");
    for link in ["#Order.weight\"", "#Parcel.Lost\""] {
        assert!(about.contains(link), "no {link} in {about}");
    }
}

#[test]
fn a_parameter_has_the_name_that_some_clause_has_for_it() {
    let source = "##! A.\n\n## Of `n`.\npub fn factorial(0) = 1\npub fn factorial(n) = \
                  n * factorial(n - 1)\n\n## Of both.\npub fn sum((a, b), _) = a + b\n";
    let reference = project(&[("a.snow", "A", source)]);
    let page = text(&reference, "modules/A.html");
    let declared = |name: &str| plain(behind(page, &format!("id=\"{name}\""), "</h3>"));
    let found = declared("factorial");
    assert!(found.contains("factorial(n :: Int) -&gt; Int"), "{found}");
    let found = declared("sum");
    assert!(found.contains("(_ :: (A, A), _ :: B)"), "{found}");
}

#[test]
fn the_search_finds_parts() {
    let reference = project(&[("parcels.snow", "Parcels", PARTS)]);
    let index = text(&reference, "search-index.js");
    for (name, kind, place, said) in [
        (
            "Order.weight",
            "field",
            "Order.weight",
            "In grams, with its box.",
        ),
        ("Order.to", "field", "Order.to", "What is sent."),
        ("Lost", "constructor", "Parcel.Lost", "Nobody knows why."),
        ("Heavy.weight", "method", "Heavy.weight", "In units of T."),
        (
            "Counter.Count",
            "call",
            "Counter.Count",
            "How many there were by then.",
        ),
    ] {
        let address = format!("modules/Parcels.html#{place}");
        let line = format!("[\"Parcels.{name}\",\"{kind}\",\"{address}\",\"{said}\"]");
        assert!(index.contains(&line), "no {line} in {index}");
    }
    assert!(!index.contains("Box.inside"), "{index}");
}

#[test]
fn names_of_the_library_lead_to_its_pages_beside_the_projects() {
    let source = "##! See `List.map`, `Some` and [maps](Map).\n\n## A list.\n\
                  pub fn few(conn :: Ws.Conn, n :: Int) -> List<Int>? = Some([n])\n\n\
                  ## Found out.\npub fn many(n) = %{\"a\" => n + 1}\n\n## Its own.\n\
                  pub struct Range do\n  low :: Int\nend\n";
    let mut sources = library();
    sources.add("a.snow", "A", false, source);
    let plain = snow_doc::project(sources.clone(), "shop");
    assert!(!text(&plain, "modules/A.html").contains("library/"));
    let reference = snow_doc::project_with_library(sources, "shop");
    assert_eq!(said(&reference), [""; 0]);
    follow(&reference.pages);
    let page = text(&reference, "modules/A.html");
    for link in [
        "href=\"../library/modules/List.html#map\"",
        "href=\"../library/modules/Prelude.html#Option.Some\"",
        "href=\"../library/modules/Map.html",
        "href=\"../library/modules/Ws.html#Conn\"",
        "href=\"../library/modules/Prelude.html#Int\"",
        "href=\"../library/modules/List.html",
        "href=\"../library/index.html\"",
    ] {
        assert!(page.contains(link), "no {link} in {page}");
    }
    text(&reference, "library/guides/language.html");
}
