//! What other languages call the things of this one: names of functions, modules, types and
//! values, with the name or the advice here.

use members::MEMBERS;
use names::{FUNCTIONS, MODULES, TYPES};

mod members;
mod names;

/// Advice about a name, and what to write for it where that is all.
pub type Advice = (&'static str, Option<&'static str>);

/// A name, the advice, and what may take its place.
type Row = (&'static str, &'static str, Option<&'static str>);

const VALUES: &[Row] = &[
    (
        "null",
        "what may be missing is an Option: `None` or `Some(value)`",
        None,
    ),
    (
        "undefined",
        "what may be missing is an Option: `None` or `Some(value)`",
        None,
    ),
    (
        "Nothing",
        "what may be missing is an Option: `None` or `Some(value)`",
        None,
    ),
    ("Just", "write `Some`", Some("Some")),
    (
        "Error",
        "the constructors of `Result` are `Ok` and `Err`: write `Err`",
        Some("Err"),
    ),
    (
        "Failure",
        "the constructors of `Result` are `Ok` and `Err`: write `Err`",
        Some("Err"),
    ),
    (
        "Success",
        "the constructors of `Result` are `Ok` and `Err`: write `Ok`",
        Some("Ok"),
    ),
    ("True", "write `true`", Some("true")),
    ("False", "write `false`", Some("false")),
    (
        "this",
        "the receiver of a method is its first parameter, `self`",
        None,
    ),
    ("print", "write `println(…)`", Some("println")),
    ("printf", "write `println(\"${…}\")`", Some("println")),
    ("puts", "write `println(…)`", Some("println")),
    ("echo", "write `println(…)`", None),
    ("eprintln", "write `IO.eprintln(…)`", Some("IO.eprintln")),
    ("format", "write `\"… ${value} …\"`", None),
    (
        "len",
        "write `.length()` behind the value, as in `list.length()`",
        None,
    ),
    (
        "length",
        "write `.length()` behind the value, as in `list.length()`",
        None,
    ),
    (
        "size",
        "write `.length()` behind a list or text, `.size()` behind a map or set",
        None,
    ),
    ("str", "write `\"${value}\"` or `value.to_string()`", None),
    (
        "int",
        "write `String.to_int(text)`, which answers an Option, or `Float.to_int(number)`",
        None,
    ),
    (
        "parseInt",
        "write `String.to_int(text)`, which answers an Option",
        Some("String.to_int"),
    ),
    (
        "parseFloat",
        "write `String.to_float(text)`, which answers an Option",
        Some("String.to_float"),
    ),
    (
        "float",
        "write `Int.to_float(number)`, or `String.to_float(text)`",
        None,
    ),
    ("range", "write `0..n`, which leaves out `n`", None),
    ("abs", "write `Math.abs(…)`", None),
    ("floor", "write `Math.floor(…)`", Some("Math.floor")),
    ("ceil", "write `Math.ceil(…)`", Some("Math.ceil")),
    ("round", "write `Math.round(…)`", Some("Math.round")),
    ("sqrt", "write `Math.sqrt(…)`", Some("Math.sqrt")),
    ("max", "write `Math.max(…)`", Some("Math.max")),
    ("min", "write `Math.min(…)`", Some("Math.min")),
    ("sleep", "write `Timer.sleep(ms)`", Some("Timer.sleep")),
    (
        "setTimeout",
        "write `Timer.send_after(pid, ms, message)`",
        None,
    ),
    (
        "setInterval",
        "an actor sends itself a message each time: `Timer.send_after(self(), ms, message)`",
        None,
    ),
    ("fetch", "write `Http.get(url)`, a Result", None),
    (
        "reply",
        "a `call` of a service answers `(new state, reply)`",
        None,
    ),
    ("exit", "write `Process.halt(status)`", Some("Process.halt")),
    (
        "throw",
        "what may fail answers a Result: `Err(…)`; a bug is `panic(\"…\")`",
        None,
    ),
    (
        "raise",
        "what may fail answers a Result: `Err(…)`; a bug is `panic(\"…\")`",
        None,
    ),
    (
        "require",
        "a module is imported at the top of the file: `import Name`",
        None,
    ),
    ("express", "write `Http.router()`", Some("Http.router")),
    ("isinstance", KNOWN, None),
    ("instanceof", KNOWN, None),
    ("callable", KNOWN, None),
    ("is_integer", KNOWN, None),
    ("is_float", KNOWN, None),
    ("is_number", KNOWN, None),
    ("is_binary", KNOWN, None),
    ("is_bitstring", KNOWN, None),
    ("is_boolean", KNOWN, None),
    ("is_atom", KNOWN, None),
    ("is_list", KNOWN, None),
    ("is_map", KNOWN, None),
    ("is_tuple", KNOWN, None),
    ("is_function", KNOWN, None),
    ("is_pid", KNOWN, None),
    (
        "is_nil",
        "what may be missing is an Option: write `Option.is_none(…)`",
        Some("Option.is_none"),
    ),
    ("assert", ASSERTS, None),
    ("assert_eq", ASSERTS, None),
    ("assert_equal", ASSERTS, None),
    ("assertEqual", ASSERTS, None),
    ("assertEquals", ASSERTS, None),
    ("expect", ASSERTS, None),
    ("assert_ne", "write `assert a != b`, in a `test`", None),
    ("refute", "write `assert not …`, in a `test`", None),
    ("assert_raise", CRASHES, None),
    ("assert_raises", CRASHES, None),
    ("assertRaises", CRASHES, None),
    ("assertThrows", CRASHES, None),
    ("unless", "write `if not … do`", None),
    (
        "pass",
        "a block may be empty; its value is `()`",
        Some("()"),
    ),
    ("hd", "write `List.head(…)`", Some("List.head")),
    ("tl", "write `List.tail(…)`", Some("List.tail")),
    (
        "then",
        "a value is given a name by `let`, or handed to a named function by `|>`",
        None,
    ),
    (
        "append",
        "write `List.append(list, value)`, which answers a new list",
        None,
    ),
];

const KNOWN: &str = "the type of a value is known before the program runs; what may be one of \
                     several is a `type` with variants, taken apart by `case`";
const ASSERTS: &str = "write `assert a == b`, in a `test`";
const CRASHES: &str = "what may crash runs as a job, whose answer is an `Err` then: \
                       `Job.await(Job.async(fn -> … end))`";
const TESTS: &str = "write `test \"what holds\" do … end` for each, one below the other";

/// Words that begin a form of another language; what the form is here.
const FORMS: &[Row] = &[
    (
        "switch",
        "write `case value do`, with arms `pattern -> expression`, and `end`",
        None,
    ),
    ("cond", "write `if … do … else if … do … else … end`", None),
    (
        "with",
        "write `let value = …?` for each step, or `case`",
        None,
    ),
    ("unless", "write `if not … do … end`", None),
    ("until", "write `while not … do … end`", None),
    (
        "loop",
        "write `while true do … end`, left by `break`; an actor goes on by calling itself",
        None,
    ),
    ("foreach", "write `for item in list do … end`", None),
    (
        "try",
        "what may fail answers a Result: take it apart with `case`, or use `?`",
        None,
    ),
    (
        "begin",
        "what may fail answers a Result: take it apart with `case`, or use `?`",
        None,
    ),
    (
        "throw",
        "what may fail answers a Result: `Err(…)`; a bug is `panic(\"…\")`",
        None,
    ),
    (
        "raise",
        "what may fail answers a Result: `Err(…)`; a bug is `panic(\"…\")`",
        None,
    ),
    (
        "await",
        "any call may wait; for work on the side write `Job.async` and `Job.await`",
        None,
    ),
    (
        "async",
        "any function may wait, and `Job.async` runs one on the side",
        None,
    ),
    (
        "class",
        "write `struct Name do … end`, and functions beside it",
        None,
    ),
    (
        "select",
        "messages are received by `receive do … end`, with an arm for each kind",
        None,
    ),
    ("use", "write `import Name`, and `Name.function`", None),
    ("using", "write `import Name`, and `Name.function`", None),
    ("require", "write `import Name`, and `Name.function`", None),
    ("include", "write `import Name`, and `Name.function`", None),
    ("alias", "write `import Name`, and `Name.function`", None),
    (
        "package",
        "modules are files, named by their path: leave this out",
        None,
    ),
    (
        "defstruct",
        "write `struct Name do … end`, with a line `field :: Type` for each",
        None,
    ),
    ("defimpl", "write `impl Interface for Type do … end`", None),
    ("defprotocol", "write `interface Name do … end`", None),
    ("defmacro", "there are no macros: write a function", None),
    ("delete", "values are never deleted: leave this out", None),
    ("del", "values are never deleted: leave this out", None),
    (
        "yield",
        "write `List.map` or an actor; there are no generators",
        None,
    ),
    ("echo", "write `println(…)`", None),
    ("print", "write `println(…)`", None),
    ("puts", "write `println(…)`", None),
    ("do", "write `while … do … end`", None),
    ("refute", "write `assert not …`", None),
    (
        "setup",
        "write a function that makes what tests need; `Fixture.on_end(…)` clears up",
        None,
    ),
    ("describe", TESTS, None),
    ("it", TESTS, None),
];

fn find(rows: &[Row], name: &str) -> Option<Advice> {
    let row = rows.iter().find(|(foreign, ..)| *foreign == name)?;
    Some((row.1, row.2))
}

/// About a value or function of no module.
pub fn value(name: &str) -> Option<Advice> {
    find(VALUES, name)
}

/// About a word that begins a form.
pub fn form(word: &str) -> Option<&'static str> {
    find(FORMS, word).map(|(advice, _)| advice)
}

/// About a module.
pub fn module(name: &str) -> Option<Advice> {
    find(MODULES, name)
}

/// About what a module of another language has; what may take the place of both names.
pub fn member(module: &str, name: &str) -> Option<Advice> {
    let fits = |row: &&members::Row| row.0 == module && (row.1 == name || row.1.is_empty());
    let row = MEMBERS.iter().find(fits)?;
    Some((row.2, row.3))
}

/// Whether a module of that name is known from another language.
pub fn has_module(name: &str) -> bool {
    MEMBERS.iter().any(|row| row.0 == name) || module(name).is_some()
}

/// Everything that is said here, and every name that takes the place of another.
pub fn texts() -> impl Iterator<Item = &'static str> {
    let rows = [VALUES, FORMS, MODULES, TYPES].into_iter().flatten();
    let rows = rows.flat_map(|(_, advice, name)| std::iter::once(*advice).chain(*name));
    let members = MEMBERS.iter();
    rows.chain(members.flat_map(|(_, _, advice, name)| std::iter::once(*advice).chain(*name)))
}

/// About a type.
pub fn type_name(name: &str) -> Option<Advice> {
    find(TYPES, name)
}

/// The method here that a function of one argument is elsewhere.
pub fn method(name: &str) -> Option<&'static str> {
    match name {
        "len" | "length" => Some("length"),
        "str" | "toString" => Some("to_string"),
        _ => None,
    }
}

/// The names that a function or field of another language may have here.
pub fn meanings(name: &str) -> &'static [&'static str] {
    let found = FUNCTIONS.iter().find(|(foreign, _)| *foreign == name);
    found.map_or(&[], |(_, meant)| meant)
}

/// The name that a function or field has here, if it is one of `known`.
pub fn function<'n>(name: &str, known: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let mut found = meanings(name)
        .iter()
        .map(|meant| known.clone().find(|known| known == meant));
    found.find_map(|known| known)
}
