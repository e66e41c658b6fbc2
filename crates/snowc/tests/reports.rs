//! What standard error says about crashes and slow code: the line of the program, whatever the
//! library and the C compiler did in between, in development and in release builds.
//!
//! In: programs of `tests/reports`, where each line that is to be named ends with a mark `#1`,
//! `#2`, … in the order of the reports. Out: a failure that shows the line and what was reported
//! instead.

use std::io::Read;
use std::net::TcpStream;
use std::os::fd::AsRawFd;

use crate::support::running::Running;
use crate::support::{build_and_run, root, RUN_LIMIT};

tests![
    a_main_that_another_actor_ended_says_why,
    crashes_name_their_lines_in_development,
    crashes_name_their_lines_in_release,
    a_report_says_who_crashed_and_who_called,
    the_owner_of_one_connection_names_its_peer,
    a_peer_that_has_reset_the_connection_is_named,
    long_lines_are_cut_and_say_how_much_they_had,
    a_server_that_cannot_start_names_its_line_and_all_that_is_wrong,
    a_flood_of_crashes_is_counted_and_hides_no_other,
    slow_code_is_named_once_in_development,
    slow_code_is_named_once_in_release,
];

/// Lines with marks, by number.
fn marked(text: &str) -> Vec<usize> {
    let mut lines: Vec<(u32, usize)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some((_, mark)) = line.rsplit_once('#') {
            lines.extend(
                mark.split_whitespace()
                    .filter_map(|n| n.parse().ok())
                    .map(|n: u32| (n, at + 1)),
            );
        }
    }
    lines.sort_unstable();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Runs a program; answers its path, its text and its standard error.
fn reported(name: &str, options: &[&str]) -> (String, String, String) {
    let path = format!("tests/reports/{name}.snow");
    let text = std::fs::read_to_string(root().join(&path)).expect("the program is there");
    let arguments = [options, &[&path]].concat();
    let ran =
        build_and_run("run", &arguments, RUN_LIMIT).unwrap_or_else(|failed| panic!("{failed}"));
    (path, text, ran.err)
}

fn a_main_that_another_actor_ended_says_why() {
    let (_, _, err) = reported("main_ended", &[]);
    let said = err.lines().filter(|line| line.starts_with("main ended: "));
    let said: Vec<&str> = said.collect();
    assert_eq!(said.len(), 1, "{err}");
    assert!(
        said[0].starts_with("main ended: linked actor ") && said[0].ends_with(" ended: killed"),
        "{err}"
    );
}

fn crashes_name_their_lines(options: &[&str]) {
    let (path, text, err) = reported("crashes", options);
    let reports: Vec<&str> = err
        .lines()
        .filter(|line| line.starts_with("panic in "))
        .collect();
    let lines = marked(&text);
    assert_eq!(
        reports.len(),
        lines.len(),
        "as many reports as marks\n{err}"
    );
    for (report, line) in reports.iter().zip(&lines) {
        let source = text.lines().nth(line - 1).unwrap_or_default();
        assert!(
            report.contains(&format!("({path}:{line})")),
            "{line}: {source}\nreported as: {report}"
        );
    }
    assert!(!err.contains("stdlib/"), "a line of the library\n{err}");
}

fn crashes_name_their_lines_in_development() {
    crashes_name_their_lines(&[]);
}

fn crashes_name_their_lines_in_release() {
    crashes_name_their_lines(&["--release"]);
}

fn a_report_says_who_crashed_and_who_called() {
    let (path, text, err) = reported("identity", &[]);
    let lines = marked(&text);
    let (first, rest) = (lines[0], &lines[1..]);
    let report = err
        .lines()
        .find(|line| line.starts_with("panic in worker: boom"))
        .expect("a report");
    assert!(report.contains(&format!("({path}:{first}), Pid(")), "{err}");
    // Its name has the number of `Process.id`.
    let (_, identity) = report.split_once("), id ").expect("a number");
    let (id, _) = identity.split_once(',').expect("a name");
    assert!(
        report.contains(&format!(", registered as \"the \\\"worker\\\" {id}\"")),
        "{err}"
    );
    let calls: Vec<String> = rest.iter().map(|line| format!("{path}:{line}")).collect();
    assert!(
        err.contains(&format!("\n  called from {}\n", calls.join(", "))),
        "{err}"
    );
    // Recursion is one line, and there are at most five.
    let deep = err
        .split("panic in deep: ")
        .nth(1)
        .expect("a second report");
    let calls = deep.lines().nth(1).unwrap_or_default();
    assert!(calls.matches(".snow:").count() <= 4, "{deep}");
}

fn the_owner_of_one_connection_names_its_peer() {
    let (_, _, err) = reported("peer", &[]);
    let report = err
        .lines()
        .find(|line| line.contains("the line is bad"))
        .expect("a report");
    assert!(report.contains(", peer 127.0.0.1:"), "{err}");
}

fn a_peer_that_has_reset_the_connection_is_named() {
    let server = Running::start("crates/snowc/tests/programs/reset.snow", &[]);
    let mut client = TcpStream::connect(("127.0.0.1", server.port())).expect("it listens");
    let peer = client.local_addr().expect("the client has an address");
    client
        .read_exact(&mut [0])
        .expect("the connection has its owner");
    reset(client);
    let report = server.err.next().expect("a report");
    assert!(
        report.contains("lost: ") && report.ends_with(&format!(", peer {peer}")),
        "{report}"
    );
    server.process.ask_to_end();
}

/// Ends a connection by a reset: nothing that was sent is waited for.
fn reset(client: TcpStream) {
    let at_once = libc::linger {
        l_onoff: 1,
        l_linger: 0,
    };
    // SAFETY: the descriptor is open, and the option is of the size that is said.
    let answer = unsafe {
        libc::setsockopt(
            client.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw const at_once).cast(),
            size_of::<libc::linger>() as libc::socklen_t,
        )
    };
    assert_eq!(answer, 0, "the option can be set");
}

fn long_lines_are_cut_and_say_how_much_they_had() {
    let (path, text, err) = reported("long", &[]);
    let lines: Vec<&str> = err.lines().collect();
    let [report, short, long] = lines[..] else {
        panic!("three lines, not {}", lines.len());
    };
    let reason = format!("panic in worker: {}", "é".repeat(4096));
    let place = format!("… (1808 more bytes) ({path}:{}), Pid(", marked(&text)[0]);
    let rest = report
        .strip_prefix(&reason)
        .expect("the reason comes first");
    assert!(rest.starts_with(&place), "{rest}");
    assert_eq!(short, "short");
    let kept = "y".repeat(8 * 1024);
    assert_eq!(
        long,
        format!("{kept}… ({} more bytes)", 10_000 - kept.len())
    );
}

fn a_server_that_cannot_start_names_its_line_and_all_that_is_wrong() {
    let (path, text, err) = reported("start", &[]);
    let expected = format!(
        "the WebSocket server cannot start: max_message must be at least 1; the origin \"app.example\" \
         needs a scheme, as in \"https://app.example\" ({path}:{})",
        marked(&text)[0]
    );
    assert!(err.contains(&expected), "{err}");
}

fn a_flood_of_crashes_is_counted_and_hides_no_other() {
    let (path, _, err) = reported("flood", &[]);
    let first = err.lines().next().unwrap_or_default();
    assert!(first.starts_with("panic in main: again 0 ("), "{first}");
    let (mut written, mut left_out) = (0, 0);
    for line in err.lines() {
        written += usize::from(line.starts_with("panic in main: again "));
        let count = line.strip_suffix(&format!(" left out: panic in main ({path}:6)"));
        if let Some((count, noun)) = count.and_then(|line| line.split_once(' ')) {
            assert!(noun.starts_with("crash report"), "{line}");
            left_out += count.parse::<usize>().expect("a number");
        }
    }
    assert_eq!(written + left_out, 100_000);
    assert!((100..50_000).contains(&written), "{written} came out");
    assert!(err.contains("panic in other: something else ("), "hidden");
}

fn slow_code_is_named_once(options: &[&str]) {
    let (path, text, err) = reported("slow", options);
    let lines = marked(&text);
    let notes: Vec<&str> = err
        .lines()
        .filter(|line| line.contains(" has run for 1 s"))
        .collect();
    assert_eq!(notes.len(), lines.len(), "one note for each mark\n{err}");
    for (at, line) in lines.iter().enumerate() {
        let wanted = format!(
            "main: part {} has run for 1 s at {path}:{line}, Pid(",
            at + 1
        );
        assert!(notes[at].starts_with(&wanted), "wanted {wanted:?}\n{err}");
    }
}

fn slow_code_is_named_once_in_development() {
    slow_code_is_named_once(&[]);
}

fn slow_code_is_named_once_in_release() {
    slow_code_is_named_once(&["--release"]);
}
