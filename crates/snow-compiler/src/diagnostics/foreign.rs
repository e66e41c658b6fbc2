//! What other languages call the things of this one: names of functions, modules, types and
//! values, with the name or the advice here.

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
    ("eprintln", "write `Io.eprintln(…)`", None),
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
    ("loop", "write `while true do … end`, left by `break`", None),
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
];

const MODULES: &[Row] = &[
    ("IO", "write `println(…)`", None),
    ("Io", "write `println(…)`", None),
    ("console", "write `println(…)`", None),
    ("Console", "write `println(…)`", None),
    ("Enum", "the functions of lists are in `List`", Some("List")),
    (
        "Array",
        "the functions of lists are in `List`",
        Some("List"),
    ),
    ("Vec", "the functions of lists are in `List`", Some("List")),
    ("Dict", "the functions of maps are in `Map`", Some("Map")),
    (
        "FxHashMap",
        "the functions of maps are in `Map`",
        Some("Map"),
    ),
    (
        "Integer",
        "the functions of whole numbers are in `Int`",
        Some("Int"),
    ),
    (
        "Kernel",
        "what needs no module is in scope: leave the name out",
        None,
    ),
    ("GenServer", "write a `service`", None),
    (
        "Task",
        "work on the side is a `Job`: `Job.async`, `Job.await`",
        Some("Job"),
    ),
    (
        "Promise",
        "work on the side is a `Job`: `Job.async`, `Job.await`",
        None,
    ),
    ("JSON", "write `Json`", Some("Json")),
    (
        "WebSocket",
        "WebSockets are in `Ws`: `Ws.handler`, `Ws.serve`",
        Some("Ws"),
    ),
    (
        "WebSockets",
        "WebSockets are in `Ws`: `Ws.handler`, `Ws.serve`",
        Some("Ws"),
    ),
    (
        "Websocket",
        "WebSockets are in `Ws`: `Ws.handler`, `Ws.serve`",
        Some("Ws"),
    ),
    (
        "WS",
        "WebSockets are in `Ws`: `Ws.handler`, `Ws.serve`",
        Some("Ws"),
    ),
];

const TYPES: &[Row] = &[
    ("int", "write `Int`", Some("Int")),
    ("Integer", "write `Int`", Some("Int")),
    ("i8", "every whole number is an `Int`", Some("Int")),
    ("i16", "every whole number is an `Int`", Some("Int")),
    ("i32", "every whole number is an `Int`", Some("Int")),
    ("i64", "every whole number is an `Int`", Some("Int")),
    ("u8", "every whole number is an `Int`", Some("Int")),
    ("u16", "every whole number is an `Int`", Some("Int")),
    ("u32", "every whole number is an `Int`", Some("Int")),
    ("u64", "every whole number is an `Int`", Some("Int")),
    ("usize", "every whole number is an `Int`", Some("Int")),
    ("long", "every whole number is an `Int`", Some("Int")),
    ("number", "a number is an `Int` or a `Float`", None),
    ("Number", "a number is an `Int` or a `Float`", None),
    ("float", "write `Float`", Some("Float")),
    ("double", "write `Float`", Some("Float")),
    ("Double", "write `Float`", Some("Float")),
    ("f32", "write `Float`", Some("Float")),
    ("f64", "write `Float`", Some("Float")),
    ("bool", "write `Bool`", Some("Bool")),
    ("boolean", "write `Bool`", Some("Bool")),
    ("Boolean", "write `Bool`", Some("Bool")),
    ("str", "write `String`", Some("String")),
    ("string", "write `String`", Some("String")),
    ("Str", "write `String`", Some("String")),
    (
        "char",
        "a character is a `String` of one, or its code, an `Int`",
        Some("String"),
    ),
    (
        "Char",
        "a character is a `String` of one, or its code, an `Int`",
        Some("String"),
    ),
    ("Vec", "write `List<…>`", Some("List")),
    ("Array", "write `List<…>`", Some("List")),
    ("list", "write `List<…>`", Some("List")),
    ("dict", "write `Map<…, …>`", Some("Map")),
    ("Dict", "write `Map<…, …>`", Some("Map")),
    ("FxHashMap", "write `Map<…, …>`", Some("Map")),
    ("Maybe", "write `Option<…>`", Some("Option")),
    ("Optional", "write `Option<…>`", Some("Option")),
    (
        "void",
        "a function without a result answers `()`",
        Some("()"),
    ),
    (
        "Void",
        "a function without a result answers `()`",
        Some("()"),
    ),
    ("Unit", "write `()`", Some("()")),
    ("None", "write `()` for nothing, or `Option<…>`", None),
    (
        "Any",
        "leave the type out, or name a type parameter: `fn f<T>(x :: T)`",
        None,
    ),
    (
        "any",
        "leave the type out, or name a type parameter: `fn f<T>(x :: T)`",
        None,
    ),
    (
        "byte",
        "one byte is an `Int`, several are `Bytes`",
        Some("Int"),
    ),
    ("PID", "write `Pid<Message>`", Some("Pid")),
];

/// What functions are called elsewhere; which names they may have here. The first that the module
/// has is meant.
const FUNCTIONS: &[(&str, &[&str])] = &[
    ("len", &["length", "size"]),
    ("length", &["size"]),
    ("size", &["length"]),
    ("count", &["length", "size"]),
    ("push", &["append"]),
    ("add", &["append", "put"]),
    ("insert", &["put", "prepend", "add"]),
    ("set", &["put"]),
    ("forEach", &["each"]),
    ("for_each", &["each"]),
    ("select", &["filter"]),
    ("where", &["filter"]),
    ("collect", &["map"]),
    ("fold", &["reduce"]),
    ("foldl", &["reduce", "fold"]),
    ("inject", &["reduce"]),
    ("includes", &["contains"]),
    ("member", &["contains"]),
    ("has", &["has_key", "contains"]),
    ("contains_key", &["has_key"]),
    ("first", &["head"]),
    ("rest", &["tail"]),
    ("at", &["get"]),
    ("remove", &["delete"]),
    ("upcase", &["to_upper"]),
    ("upper", &["to_upper"]),
    ("uppercase", &["to_upper"]),
    ("toUpperCase", &["to_upper"]),
    ("downcase", &["to_lower"]),
    ("lower", &["to_lower"]),
    ("lowercase", &["to_lower"]),
    ("toLowerCase", &["to_lower"]),
    ("strip", &["trim"]),
    ("substring", &["slice"]),
    ("substr", &["slice"]),
    ("startsWith", &["starts_with"]),
    ("endsWith", &["ends_with"]),
    ("indexOf", &["index_of"]),
    ("find_index", &["index_of"]),
    ("toString", &["to_string"]),
    ("to_s", &["to_string"]),
    ("parseInt", &["to_int"]),
    ("to_integer", &["to_int"]),
    ("parse_int", &["to_int"]),
    ("unwrap_or", &["with_default"]),
    ("get_or_else", &["with_default"]),
    ("flatMap", &["flat_map"]),
    ("some", &["any"]),
    ("every", &["all"]),
    ("reversed", &["reverse"]),
    ("with_index", &["enumerate"]),
    ("sorted", &["sort_by"]),
    ("listen", &["serve", "start"]),
    ("run", &["serve", "start"]),
    ("start_server", &["start"]),
    ("emit", &["send"]),
    ("reply", &["send"]),
    ("publish", &["broadcast"]),
    ("url", &["path"]),
    ("uri", &["path"]),
    ("header", &["headers"]),
    ("params", &["query"]),
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

/// About a type.
pub fn type_name(name: &str) -> Option<Advice> {
    find(TYPES, name)
}

/// The name that a function or field has here, if it is one of `known`.
pub fn function<'n>(name: &str, known: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let (_, meant) = FUNCTIONS.iter().find(|(foreign, _)| *foreign == name)?;
    let mut found = meant
        .iter()
        .map(|meant| known.clone().find(|known| known == meant));
    found.find_map(|known| known)
}
