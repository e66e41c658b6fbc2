//! The order in which the modules of the standard library are listed, by what they are for.

/// Heading, and modules; `Ws.*` takes those below `Ws` that are not named.
const ORDER: &[(&str, &[&str])] = &[
    (
        "Values",
        &[
            "Prelude", "Option", "Result", "Int", "Float", "Math", "String", "Bytes",
        ],
    ),
    (
        "Collections",
        &["List", "Map", "Set", "Queue", "Range", "Tuple"],
    ),
    (
        "Actors",
        &[
            "Process",
            "Timer",
            "Job",
            "Supervisor",
            "Supervision",
            "Persistent",
        ],
    ),
    ("WebSocket", &["Ws", "Ws.*"]),
    ("HTTP", &["Http", "Request", "Http.*", "Ops", "Ops.*"]),
    ("Redis", &["Redis", "Redis.*"]),
    (
        "Data and time",
        &["Json", "Json.*", "Time", "Time.*", "Uri", "Base64"],
    ),
    ("Secrets", &["Crypto", "Token", "Digest", "Random"]),
    ("Sockets", &["Tcp", "Socket", "Tls", "Deadline"]),
    (
        "The program and its system",
        &["IO", "File", "Env", "System", "Log"],
    ),
    ("Tests", &["Fixture"]),
];

/// What is listed last, should a module be new.
const OTHERS: &str = "More";

/// Modules that `snowc test` and declarations of services are compiled to.
const BEHIND: &[&str] = &["Failure", "Service", "Test"];

/// True for a module that no program names.
pub(crate) fn is_behind(module: &str) -> bool {
    BEHIND.contains(&module)
}

/// Where a module stands in the list: the number of its heading, and its number there.
pub(crate) fn place(module: &str) -> (usize, usize) {
    let folder = module.split('.').next().unwrap_or(module);
    let numbered = ORDER.iter().enumerate();
    let named = numbered.clone().find_map(|(group, (_, names))| {
        let at = names.iter().position(|name| *name == module)?;
        Some((group, at))
    });
    let below = numbered.clone().find_map(|(group, (_, names))| {
        let stands = |name: &&str| name.strip_suffix(".*") == Some(folder);
        let at = names.iter().position(stands)?;
        (folder != module).then_some((group, at))
    });
    named.or(below).unwrap_or((ORDER.len(), 0))
}

/// The words of a heading.
pub(crate) fn heading(group: usize) -> &'static str {
    ORDER.get(group).map_or(OTHERS, |(heading, _)| heading)
}
