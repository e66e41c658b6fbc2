//! What a program logs on standard error.

use std::process::Command;

use crate::support::launched::built;
use crate::support::{run, RUN_LIMIT};

tests![
    lines_of_many_actors_are_whole,
    the_report_of_a_crash_has_the_form_of_the_log,
];

/// Entries that `programs/logger.snow` writes in all.
const ENTRIES: usize = 20 * 100;

fn lines_of_many_actors_are_whole() {
    let program = built("crates/snowc/tests/programs/logger.snow");
    let ran = run(&mut Command::new(program), RUN_LIMIT).unwrap();
    assert_eq!(ran.status, 0, "{}", ran.err);
    let (mut whole, mut dropped) = (0, 0);
    for line in ran.err.lines() {
        // A reader that is slower than twenty writers misses some, and is told.
        assert!(line.starts_with("{\"time\":\""), "{line}");
        let told = line.split_once(" lines were dropped");
        if let Some((before, _)) = told.or_else(|| line.split_once(" line was dropped")) {
            let (_, count) = before.rsplit_once('"').expect("a message");
            dropped += count.parse::<usize>().unwrap();
            continue;
        }
        whole += 1;
        assert!(line.ends_with("}}"), "{line}");
        assert_eq!(line.matches("\"level\":\"info\"").count(), 1, "{line}");
        assert_eq!(line.matches("long ").count(), 400, "{line}");
    }
    assert_eq!(whole + dropped, ENTRIES);
}

fn the_report_of_a_crash_has_the_form_of_the_log() {
    let program = built("crates/snowc/tests/programs/json_crash.snow");
    let ran = run(&mut Command::new(program), RUN_LIMIT).unwrap();
    assert_eq!(ran.status, 1, "{}", ran.err);
    let line = ran.err.trim_end();
    assert!(line.starts_with("{\"time\":\"20"), "{line}");
    let words = "Z\",\"level\":\"error\",\"module\":\"Process\",\"message\":\"panic in main: \
                 a \\\"word\\\"\\\\nand a line (";
    assert!(line.contains(words), "{line}");
    assert!(line.ends_with("\"}") && !line.contains('\n'), "{line}");
}
