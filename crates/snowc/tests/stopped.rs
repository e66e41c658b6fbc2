//! A process that stands still: the time counts as time in which nothing could be read.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{snowc, Guarded, RUN_LIMIT};

tests![a_wait_in_which_the_process_was_stopped_counts_as_busy,];

/// How long the process stands still.
const STILL: Duration = Duration::from_millis(300);

fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([name, &pid.to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

/// The letter behind the command's name in `/proc/PID/stat`.
fn is_stopped(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the program runs");
    stat.rsplit(") ")
        .next()
        .is_some_and(|rest| rest.starts_with('T'))
}

fn a_wait_in_which_the_process_was_stopped_counts_as_busy() {
    let mut command = snowc(&["run", "crates/snowc/tests/programs/stopped.snow"]);
    let mut program = Guarded(
        command
            .stdout(Stdio::piped())
            .spawn()
            .expect("snowc starts"),
    );
    let lines = BufReader::new(program.0.stdout.take().expect("the pipe was asked for")).lines();
    let mut lines = lines.map(|line| line.expect("text"));
    assert_eq!(lines.next().as_deref(), Some("ready"));
    signal("-STOP", program.0.id());
    let limit = Instant::now() + RUN_LIMIT;
    while !is_stopped(program.0.id()) {
        assert!(Instant::now() < limit, "the program does not stop");
        std::thread::yield_now();
    }
    // Only time that passes can show that it counts.
    std::thread::sleep(STILL);
    signal("-CONT", program.0.id());
    let busy: u128 = lines.next().expect("a number").parse().expect("a number");
    assert!(
        busy >= STILL.as_millis(),
        "{busy} ms count as busy although the process stood still for {STILL:?}"
    );
    assert!(program.0.wait().expect("the program ends").success());
}
