//! Every public function of the modules that programs may use says what it means and shows a call,
//! which `crates/snowc/tests/doc_examples.rs` runs, or compiles where running it would take more
//! than an expression.

use crate::repository::{File, Repository};

/// Which modules programs may not use.
const PACKAGES: &str = "crates/snow-compiler/src/resolve/packages.rs";

/// Files, and functions of them, whose examples are compiled and not run, each with the reason.
const NOT_RUN: &[(&str, &str)] = &[
    (
        "stdlib/core/fixture.snow on_end",
        "what it is given is called behind the end of a test",
    ),
    (
        "stdlib/core/io.snow read_line",
        "waits for a line from people",
    ),
    (
        "stdlib/core/log.snow line",
        "its entry is made by the log alone",
    ),
    (
        "stdlib/core/log.snow set_format",
        "is about all that the program writes",
    ),
    (
        "stdlib/core/log.snow set_level",
        "is about all that the program writes",
    ),
    (
        "stdlib/core/log.snow set_sink",
        "is about all that the test writes",
    ),
    (
        "stdlib/core/log.snow standard_error",
        "its entry is made by the log alone",
    ),
    ("stdlib/core/process.snow halt", "ends the program"),
    ("stdlib/core/system.snow halt", "ends the program"),
    (
        "stdlib/core/system.snow on_signal",
        "has a signal do nothing else in the whole program",
    ),
    (
        "stdlib/net/socket.snow answer",
        "is for the faces of the runtime in `net` alone",
    ),
    (
        "stdlib/http.snow",
        "is about routers, servers and requests to them; the programs of docs/http.md run",
    ),
    (
        "stdlib/http/client.snow",
        "is about requests to servers, which http/client_test has",
    ),
    (
        "stdlib/ops.snow",
        "is about servers, which ops_test has; docs/http.md has a program",
    ),
    ("stdlib/net/tls.snow accept", "needs a certificate"),
    ("stdlib/net/tls.snow release", "needs a certificate"),
    ("stdlib/net/tls.snow reload", "needs a certificate"),
    (
        "stdlib/redis.snow",
        "is about a connection; the tests of redis_test script a server",
    ),
    (
        "stdlib/redis/hashes.snow",
        "asks a server, which its tests script",
    ),
    (
        "stdlib/redis/keys.snow",
        "asks a server, which its tests script",
    ),
    (
        "stdlib/redis/sets.snow",
        "asks a server, which its tests script",
    ),
    (
        "stdlib/redis/sorted_sets.snow",
        "asks a server, which its tests script",
    ),
    (
        "stdlib/redis/streams.snow",
        "asks a server, which its tests script",
    ),
    (
        "stdlib/redis/strings.snow",
        "asks a server, which its tests script",
    ),
    (
        "stdlib/ws.snow",
        "is about servers and connections; the programs of docs/ws-guide.md run",
    ),
    (
        "stdlib/ws/check.snow",
        "is about a handler, whose three callbacks would hide the call",
    ),
    (
        "stdlib/ws/test.snow",
        "is about a handler, whose three callbacks would hide the call",
    ),
];

/// Public functions without a comment, a call, or a call that runs.
pub fn examples(repository: &Repository) -> Vec<String> {
    let modules = match public_modules(repository) {
        Ok(modules) => modules,
        Err(breach) => return vec![breach],
    };
    let mut breaches = Vec::new();
    let mut used = Vec::new();
    for (_, file) in modules {
        check(file, &mut breaches, &mut used);
    }
    for (what, _) in NOT_RUN.iter().filter(|(what, _)| !used.contains(what)) {
        breaches.push(format!("{what}: its example runs, drop it from the list"));
    }
    breaches
}

/// The modules of the library that programs may name and are meant to, with their files; `Err` says
/// why they are not known.
pub(super) fn public_modules(repository: &Repository) -> Result<Vec<(String, &File)>, String> {
    let Some(packages) = repository.find(PACKAGES) else {
        return Err(format!("{PACKAGES}: is missing"));
    };
    let (Some(documented), Some(internal)) = (
        list(&packages.text, "DOCUMENTED"),
        list(&packages.text, "INTERNAL"),
    ) else {
        return Err(format!(
            "{PACKAGES}: does not list DOCUMENTED and INTERNAL modules"
        ));
    };
    let is_public = |module: &str| match module.contains('.') {
        true => documented.contains(&module),
        false => !internal.contains(&module) && !is_behind_commands(module),
    };
    let files = repository.below("stdlib/", &[".snow"]);
    let modules = files
        .filter(|file| !file.path.starts_with("stdlib/tests/"))
        .map(|file| (module(&file.path), file))
        .filter(|(module, _)| is_public(module));
    Ok(modules.collect())
}

fn check(file: &File, breaches: &mut Vec<String>, used: &mut Vec<&'static str>) {
    for function in functions(&file.text) {
        let place = format!("{} {}", file.path, function.name);
        let excuse = NOT_RUN
            .iter()
            .find(|(what, _)| *what == place || *what == file.path);
        match function.shows {
            Shows::Nothing => breaches.push(format!("{place}: has no comment")),
            Shows::Words => breaches.push(format!("{place}: shows no call (`##     …`)")),
            Shows::Call => match excuse {
                Some((what, _)) => used.push(what),
                None => breaches.push(format!("{place}: shows no value (`##     … #=> …`)")),
            },
            Shows::Value => {}
        }
    }
}

/// What the comment of a function has.
#[derive(Debug, PartialEq, Eq)]
enum Shows {
    Nothing,
    Words,
    /// A call that is compiled.
    Call,
    /// A call and what it gives.
    Value,
}

struct Function<'t> {
    name: &'t str,
    shows: Shows,
}

fn functions(text: &str) -> Vec<Function<'_>> {
    let mut found = Vec::new();
    let mut shows = Shows::Nothing;
    for line in text.lines() {
        if let Some(code) = line.strip_prefix("##     ") {
            let has_value = code
                .split_once("#=>")
                .is_some_and(|(_, value)| !value.contains('…'));
            match has_value {
                true => shows = Shows::Value,
                false if shows != Shows::Value => shows = Shows::Call,
                false => {}
            }
            continue;
        }
        if line.starts_with("##") && !line.starts_with("##!") {
            if shows == Shows::Nothing {
                shows = Shows::Words;
            }
            continue;
        }
        let item = line.strip_prefix("pub ").unwrap_or_default();
        if let Some(head) = item
            .strip_prefix("extern ")
            .unwrap_or(item)
            .strip_prefix("fn ")
        {
            let name = head.split(['(', '<', ' ']).next().unwrap_or(head);
            // The compiler calls these, no program does.
            if !name.starts_with("__") {
                found.push(Function { name, shows });
            }
        }
        shows = Shows::Nothing;
    }
    found
}

/// What commands of `snowc` and declarations of services are compiled to.
fn is_behind_commands(module: &str) -> bool {
    ["Failure", "Service", "Test"].contains(&module)
}

/// `stdlib/core/log_line.snow` is `LogLine`, `stdlib/ws/frame.snow` is `Ws.Frame`.
fn module(path: &str) -> String {
    let path = path.strip_prefix("stdlib/").unwrap_or(path);
    let path = path.strip_suffix(".snow").unwrap_or(path);
    let path = path.strip_prefix("core/").unwrap_or(path);
    let path = path.strip_prefix("net/").unwrap_or(path);
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    let segment = |segment: &str| segment.split('_').map(word).collect::<String>();
    path.split('/').map(segment).collect::<Vec<_>>().join(".")
}

/// The texts of a constant list in Rust.
fn list<'t>(text: &'t str, name: &str) -> Option<Vec<&'t str>> {
    let (_, rest) = text.split_once(&format!("const {name}: &[&str] = &["))?;
    let (inside, _) = rest.split_once("];")?;
    Some(inside.split('"').skip(1).step_by(2).collect())
}

#[cfg(test)]
mod tests {
    use super::{functions, list, module, Shows};

    #[test]
    fn what_a_comment_shows_is_told_apart() {
        let text = "## Words.\npub fn a() = 1\n\npub extern fn b() = \"b\"\n\
                    ## W.\n##\n##     c(1)\n## W.\npub fn c(x) do\n\
                    ##     let x = 1\n##     d(x)   #=> 1\npub fn d<T>(x :: T) do\n\
                    ##     e()   #=> Some(… words)\npub fn e() do\n";
        let found: Vec<_> = functions(text)
            .into_iter()
            .map(|f| (f.name, f.shows))
            .collect();
        let expected = [
            ("a", Shows::Words),
            ("b", Shows::Nothing),
            ("c", Shows::Call),
            ("d", Shows::Value),
            ("e", Shows::Call),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn modules_have_the_names_of_their_files() {
        assert_eq!(module("stdlib/core/log_line.snow"), "LogLine");
        assert_eq!(module("stdlib/ws/frame.snow"), "Ws.Frame");
        assert_eq!(module("stdlib/ws.snow"), "Ws");
    }

    #[test]
    fn lists_of_the_compiler_are_read() {
        let text = "const A: &[&str] = &[\n    \"B\",\n    \"C.D\",\n];";
        assert_eq!(list(text, "A"), Some(vec!["B", "C.D"]));
        assert_eq!(list(text, "B"), None);
    }
}
