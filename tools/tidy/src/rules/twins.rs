//! Files that come in pairs: a module and its test, a case and its golden, an example and what runs
//! it.

use crate::repository::Repository;

/// Modules without a test of their own, with the reason. Everything else in the library has one.
const EXEMPT: &[(&str, &str)] = &[
    ("core/failure", "translates error codes for the modules that call the runtime, which have tests"),
    ("core/io", "prints and reads standard input; the cases do both"),
    ("http", "is the facade; the tests of http/connection, http/router and http/response use it"),
    ("http/acceptor", "runs with a server only; http/server_test has clients come"),
    ("http/fault", "is a status and its words"),
    ("http/handling", "runs in a connection; http/connection_test and http/limiter_test send requests"),
    ("http/hub", "runs with a server only; http/server_test ends it and looks on"),
    ("http/server_handle", "is types and their fields"),
    ("http/mail", "is what actors receive, and has no function"),
    ("ws", "is the facade; the tests of ws/handler, ws/connection and ws/server use it"),
    ("core/service", "is what services are compiled to; the cases `services` and `service_modules` use all of it"),
    ("core/test", "runs the tests; the tests of the command watch it pass and fail"),
    ("redis/options", "is data, and redis_test has a test for each option"),
    ("redis/reading", "is a part of redis/connection"),
    ("redis/session", "is a part of redis/connection"),
    ("redis/subscribing", "is a part of redis/connection"),
    ("ws/acceptor", "runs with a server only; ws/server_limits_test ends it and looks on"),
    ("ws/hub", "runs with a server only; ws/server_limits_test ends it and looks on"),
    ("ws/hub/event", "is what ws/hub receives, and has no function"),
];

/// Tests that look across modules, with the reason.
const ACROSS: &[(&str, &str)] = &[
    (
        "core/platform",
        "writes what applications need on several modules of the library",
    ),
    (
        "http/smuggling",
        "sends what two readers take apart differently, whatever module refuses it",
    ),
    ("ws/arrival", "cuts the bytes of all protocol tests"),
    (
        "ws/backpressure",
        "has a test for each outbox policy, through sockets, sessions and handlers",
    ),
    (
        "ws/exit_drain",
        "is the part of ws/server_test about http/exit_drain, which ends a server in steps",
    ),
    (
        "ws/memory",
        "fills a connection's memory, whatever module holds it",
    ),
    (
        "ws/requests",
        "sends requests of all kinds through whole connections, cut everywhere",
    ),
    (
        "ws/requirements",
        "has a test for each requirement that needs no server",
    ),
    (
        "core/depth",
        "is about recursion and values as deep as memory allows",
    ),
    (
        "core/mailbox",
        "is the part of core/process_test about messages that are not taken",
    ),
    (
        "core/process_guard",
        "is about guards with a time limit, whatever runs inside",
    ),
    (
        "core/process_guard_memory",
        "is about what guards give back, whatever crashed inside",
    ),
    (
        "core/process_guard_random",
        "is about random programs inside of guards",
    ),
    (
        "core/process_guard_taking",
        "is about what guards take over, in random programs",
    ),
    (
        "core/process_hibernation",
        "is about actors that wait, whatever they are",
    ),
    (
        "core/supervisor_start",
        "is about starts that fail, which need children of their own",
    ),
    (
        "ws/server_limits",
        "is the part of ws/server_test about limits, counters and the end",
    ),
    ("ws/server_tls", "is the part of ws/server_test about TLS"),
    (
        "ws/serving",
        "has a test for each requirement that needs a server",
    ),
];

/// `stdlib/x.snow` and `stdlib/tests/x_test.snow`.
pub fn library_tests(repository: &Repository) -> Vec<String> {
    let exempt = |stem: &str| EXEMPT.iter().any(|(name, _)| *name == stem);
    let mut breaches = Vec::new();
    for file in repository.below("stdlib/", &[".snow"]) {
        let inside = file
            .path
            .trim_start_matches("stdlib/")
            .trim_end_matches(".snow");
        let wanted = match inside.strip_prefix("tests/") {
            Some(test) if test.split('/').any(|folder| folder == "support") => continue,
            Some(test) => match test.strip_suffix("_test") {
                Some(name) if ACROSS.iter().any(|(across, _)| *across == name) => continue,
                Some(module) => format!("stdlib/{module}.snow"),
                None => {
                    breaches.push(format!(
                        "{}: neither a test (…_test.snow) nor in support/",
                        file.path
                    ));
                    continue;
                }
            },
            None if exempt(inside) => {
                if repository
                    .find(&format!("stdlib/tests/{inside}_test.snow"))
                    .is_some()
                {
                    breaches.push(format!(
                        "{}: has a test now, drop it from EXEMPT",
                        file.path
                    ));
                }
                continue;
            }
            None => format!("stdlib/tests/{inside}_test.snow"),
        };
        if repository.find(&wanted).is_none() {
            breaches.push(format!("{}: has no {wanted}", file.path));
        }
    }
    breaches
}

/// `tests/run/x.snow`, or `x/main.snow`, and `x.out`; status and error files belong to a case.
pub fn goldens(repository: &Repository) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in repository.below("tests/run/", &[".snow", ".out", ".status", ".err"]) {
        let inside = &file.path["tests/run/".len()..];
        let case = match inside.split_once('/') {
            Some((folder, _)) => folder,
            None => inside.rsplit_once('.').map_or(inside, |(stem, _)| stem),
        };
        let has = |name: String| repository.find(&name).is_some();
        let source =
            has(format!("tests/run/{case}.snow")) || has(format!("tests/run/{case}/main.snow"));
        if !source {
            breaches.push(format!("{}: has no program", file.path));
        } else if !has(format!("tests/run/{case}.out")) {
            breaches.push(format!("{}: has no {case}.out", file.path));
        }
    }
    breaches
}

/// Every example is run by the tests, and says how to run it.
pub fn examples(repository: &Repository) -> Vec<String> {
    let runner = repository
        .find("crates/snowc/tests/examples.rs")
        .map_or("", |file| file.text.as_str());
    let mut breaches = Vec::new();
    for file in repository.below("examples/", &["/main.snow"]) {
        let name = file
            .path
            .trim_start_matches("examples/")
            .trim_end_matches("/main.snow");
        let expected = repository
            .find(&format!("examples/{name}/expected.txt"))
            .is_some();
        if !expected && !runner.contains(&format!("\"{name}\"")) {
            breaches.push(format!(
                "{}: no expected.txt, and crates/snowc/tests/examples.rs does not run it",
                file.path
            ));
        }
        if !file.text.contains(&format!("run examples/{name}")) {
            breaches.push(format!(
                "{}: does not say `snowc run examples/{name}`",
                file.path
            ));
        }
    }
    breaches
}
