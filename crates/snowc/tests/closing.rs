//! What SIGTERM does to a program with supervisors: `tests/servers/closing` says which child is stopped when.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use support::{snowc, Guarded};

#[test]
fn supervisors_close_their_children_in_order() {
    let mut command = snowc(&["run", "tests/servers/closing"]);
    let mut program = Guarded(command.stdout(Stdio::piped()).spawn().expect("snowc starts"));
    let lines = BufReader::new(program.0.stdout.take().expect("the pipe was asked for")).lines();
    let mut lines = lines.map(|line| line.expect("text"));
    assert_eq!(lines.next().as_deref(), Some("ready"));
    let sent = Command::new("kill").arg(program.0.id().to_string()).status();
    assert!(sent.expect("kill runs").success());
    let told: Vec<String> = lines.collect();
    assert_eq!(told, ["last stops", "stuck does not", "leaf stops", "first stops"]);
    assert!(program.0.wait().expect("the program ends").success());
}
