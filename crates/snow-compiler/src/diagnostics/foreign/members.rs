//! What modules of other languages have: `process.env`, `fmt.Println`, `Logger.info`.

/// Module and member, the advice, and what may take the place of both.
pub(super) type Row = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const VARIABLE: &str = "write `Env.get(\"NAME\")`, an Option";
const ARGUMENTS: &str = "write `Env.args()`, a list of the words behind the program's name";
const HALT: &str = "write `Process.halt(status)`";
const PAUSE: &str = "write `Timer.sleep(ms)`, in milliseconds";
const NOW: &str = "write `Time.now()`, or `Timer.now_ms()` to measure how long something takes";
const PRINT: &str = "write `println(…)`, which is in scope everywhere";
const FILLED: &str = "values are filled in by `\"${value}\"` in any text";
const READ_INT: &str = "write `String.to_int(text)`, an Option";
const READ_FLOAT: &str = "write `String.to_float(text)`, an Option";
const SHOW: &str = "write `\"${value}\"`, or `value.to_string()`";
const ENCODE: &str = "write `Json.encode(…)`";
const PARSE: &str = "write `Json.parse(text)`, a Result";
const SPAWN: &str = "work on the side is a `Job`: `Job.async(fn -> … end)`, `Job.await(job)`";
const ANY_CALL: &str = "any call may wait; work on the side is a `Job`";
const FAILS: &str = "what may fail answers a Result: `Err(\"…\")`";

/// The first that fits is taken; a member without a name stands for all others.
pub(super) const MEMBERS: &[Row] = &[
    ("IO", "puts", PRINT, Some("println")),
    ("IO", "print", PRINT, Some("println")),
    ("IO", "println", PRINT, Some("println")),
    ("IO", "inspect", PRINT, Some("println")),
    ("Io", "println", PRINT, Some("println")),
    ("console", "log", PRINT, Some("println")),
    ("Console", "log", PRINT, Some("println")),
    ("Int", "parse", READ_INT, Some("String.to_int")),
    ("Int", "from_string", READ_INT, Some("String.to_int")),
    ("Float", "parse", READ_FLOAT, Some("String.to_float")),
    ("Float", "from_string", READ_FLOAT, Some("String.to_float")),
    ("String", "from", SHOW, None),
    ("String", "of", SHOW, None),
    ("String", "valueOf", SHOW, None),
    ("String", "from_int", SHOW, None),
    ("String", "format", FILLED, None),
    ("Int", "to_string", SHOW, None),
    ("Float", "to_string", SHOW, None),
    ("process", "env", VARIABLE, None),
    ("process", "argv", ARGUMENTS, Some("Env.args()")),
    ("process", "exit", HALT, Some("Process.halt")),
    ("process", "stdout", PRINT, None),
    ("os", "getenv", VARIABLE, Some("Env.get")),
    ("os", "Getenv", VARIABLE, Some("Env.get")),
    ("os", "environ", VARIABLE, None),
    ("os", "Args", ARGUMENTS, Some("Env.args()")),
    ("os", "Exit", HALT, Some("Process.halt")),
    ("os", "_exit", HALT, Some("Process.halt")),
    (
        "os",
        "ReadFile",
        "write `File.read(path)`, a Result",
        Some("File.read"),
    ),
    ("os", "", "variables are in `Env`, files in `File`", None),
    ("env", "var", VARIABLE, Some("Env.get")),
    ("env", "args", ARGUMENTS, Some("Env.args")),
    ("sys", "argv", ARGUMENTS, Some("Env.args()")),
    ("sys", "exit", HALT, Some("Process.halt")),
    ("System", "get_env", VARIABLE, Some("Env.get")),
    ("System", "getenv", VARIABLE, Some("Env.get")),
    ("System", "argv", ARGUMENTS, Some("Env.args")),
    ("Process", "env", VARIABLE, None),
    (
        "Process",
        "send_after",
        "write `Timer.send_after(pid, ms, message)`",
        None,
    ),
    ("fmt", "Println", PRINT, Some("println")),
    ("fmt", "Print", PRINT, Some("println")),
    ("fmt", "", FILLED, None),
    ("time", "sleep", PAUSE, Some("Timer.sleep")),
    ("time", "Sleep", PAUSE, Some("Timer.sleep")),
    (
        "time",
        "After",
        "write `Timer.send_after(pid, ms, message)`",
        None,
    ),
    ("time", "", NOW, None),
    ("datetime", "", NOW, None),
    ("Date", "", NOW, None),
    ("DateTime", "", NOW, None),
    ("Instant", "", NOW, None),
    ("SystemTime", "", NOW, None),
    ("log", "", LOG, None),
    ("logger", "", LOG, None),
    ("logging", "", LOG, None),
    ("Logger", "", LOG, None),
    ("json", "dumps", ENCODE, Some("Json.encode")),
    ("json", "stringify", ENCODE, Some("Json.encode")),
    ("json", "Marshal", ENCODE, Some("Json.encode")),
    ("json", "encode", ENCODE, Some("Json.encode")),
    ("json", "", PARSE, None),
    ("serde_json", "to_string", ENCODE, Some("Json.encode")),
    ("serde_json", "", PARSE, None),
    ("Jason", "encode", ENCODE, Some("Json.encode")),
    ("Jason", "", PARSE, None),
    ("Poison", "encode", ENCODE, Some("Json.encode")),
    ("Poison", "", PARSE, None),
    (
        "strings",
        "",
        "the functions of texts are in `String`",
        None,
    ),
    ("strconv", "Itoa", "write `\"${number}\"`", None),
    (
        "strconv",
        "",
        "write `String.to_int(text)`, an Option",
        None,
    ),
    ("errors", "", FAILS, None),
    (
        "fs",
        "",
        "the functions of files are in `File`, and answer Results",
        None,
    ),
    (
        "ioutil",
        "",
        "the functions of files are in `File`, and answer Results",
        None,
    ),
    (
        "random",
        "",
        "the functions about chance are in `Random`",
        None,
    ),
    (
        "rand",
        "",
        "the functions about chance are in `Random`",
        None,
    ),
    (
        "crypto",
        "",
        "random bytes are `Random.bytes(count)`; the rest is in `Crypto`",
        None,
    ),
    (
        "uuid",
        "",
        "a name that nobody guesses is `Crypto.token(16)`",
        None,
    ),
    ("requests", "", "write `Http.get(url)`, a Result", None),
    ("axios", "", "write `Http.get(url)`, a Result", None),
    ("HTTPoison", "", "write `Http.get(url)`, a Result", None),
    ("reqwest", "", "write `Http.get(url)`, a Result", None),
    ("asyncio", "", ANY_CALL, None),
    ("thread", "sleep", PAUSE, Some("Timer.sleep")),
    ("thread", "", SPAWN, None),
    ("threading", "", SPAWN, None),
    ("Thread", "", SPAWN, None),
    ("tokio", "", SPAWN, None),
    (
        "sync",
        "",
        "an actor or a `service` keeps what several use; there are no locks",
        None,
    ),
    (
        "Mutex",
        "",
        "an actor or a `service` keeps what several use; there are no locks",
        None,
    ),
    ("GenServer", "call", HANDLER, None),
    ("GenServer", "cast", HANDLER, None),
    ("GenServer", "", SERVER, None),
    (
        "Agent",
        "",
        "write a `service`, whose `init` answers the first state",
        None,
    ),
    (
        "Phoenix",
        "",
        "rooms are joined by `Ws.join(conn, room)`; `Ws.broadcast(room, text)` sends",
        None,
    ),
    (
        "PubSub",
        "",
        "rooms are joined by `Ws.join(conn, room)`; `Ws.broadcast(room, text)` sends",
        None,
    ),
];

const SERVER: &str = "write `service Name do … end`, and start it by `Name.start(…)`";
const HANDLER: &str =
    "a handler of a `service` is called as a function, with the pid as its first \
                       argument: `Name.handler(pid, …)`";
const LOG: &str = "write `Log.info(\"module\", \"message\", [])`, and `debug`, `warn` or `error` \
                   alike";
