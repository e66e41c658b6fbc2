//! The line that says where a build is: on a terminal, once the build takes long, and nowhere else.
//!
//! The C compiler waits at a gate, a pipe that the test opens, so that the build takes as long as
//! the test wants.

use std::fs::{self, File};
use std::io::Read;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{channel, Receiver};

use crate::support::{folder, snowc, Guarded, BUILD_LIMIT};

tests![a_terminal_sees_a_long_build_and_a_pipe_does_not,];

/// Back to the start of the line, and everything behind it gone.
const CLEAR: &str = "\r\u{1b}[K";

/// Both ends of a new terminal: the one that people see, and the one that programs have.
fn terminal() -> (File, OwnedFd) {
    let (mut near, mut far) = (-1, -1);
    let none = std::ptr::null_mut();
    // SAFETY: the call writes two descriptors to live places, and reads nothing of the others.
    let made =
        unsafe { libc::openpty(&raw mut near, &raw mut far, none, none.cast(), none.cast()) };
    assert_eq!(made, 0, "{}", std::io::Error::last_os_error());
    for end in [near, far] {
        // SAFETY: the descriptor is open. Other programs that tests start must not keep it open.
        unsafe { libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    // SAFETY: the descriptors are open, and nothing else has them.
    unsafe { (File::from_raw_fd(near), OwnedFd::from_raw_fd(far)) }
}

/// What arrives, piece by piece, until the other end is closed everywhere.
fn pieces(mut from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        // A terminal whose other end is closed answers with an error.
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    receiver
}

fn build(dir: &Path, name: &str, compiler: &Path) -> Command {
    let mut command = snowc(&["build", "."]);
    command
        .current_dir(dir)
        .args(["-o", name])
        .env("CC", compiler)
        .env("SNOW_CACHE", dir.join(format!("cache-{name}")))
        .stdout(Stdio::null());
    command
}

/// A compiler that goes on when something has opened the pipe `gate` for writing.
fn waiting_compiler(dir: &Path) -> PathBuf {
    let compiler = dir.join("cc");
    let gate = dir.join("gate");
    let script = format!("#!/bin/sh\n: < '{}'\nexec cc \"$@\"\n", gate.display());
    fs::write(&compiler, script).unwrap();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(Command::new("mkfifo").arg(gate).status().unwrap().success());
    compiler
}

fn a_terminal_sees_a_long_build_and_a_pipe_does_not() {
    let dir = folder("terminal");
    let text = "fn unused() = 1\n\nfn main() do\n  println(\"hello\")\nend\n";
    fs::write(dir.join("main.snow"), text).unwrap();
    let compiler = waiting_compiler(&dir);
    // The one with a pipe is there first: when the terminal shows its line, both builds take long.
    let mut piped = build(&dir, "piped", &compiler);
    let mut piped = Guarded(piped.stderr(Stdio::piped()).spawn().unwrap());
    let words = pieces(piped.0.stderr.take().unwrap());
    let (near, far) = terminal();
    // The command keeps its end of the terminal open, so it must not outlive the statement.
    let mut shown = Guarded(
        build(&dir, "shown", &compiler)
            .stderr(Stdio::from(far))
            .spawn()
            .unwrap(),
    );
    let lines = pieces(near);

    let mut seen = String::new();
    while !seen.contains("  Compiling: ") {
        seen += &lines.recv_timeout(BUILD_LIMIT).expect("the line appears");
    }
    let _open = File::options().write(true).open(dir.join("gate")).unwrap();
    assert_eq!(shown.ends_within(BUILD_LIMIT), Some(0));
    seen.extend(lines.iter());
    assert_eq!(piped.ends_within(BUILD_LIMIT), Some(0));
    let piped: String = words.iter().collect();

    // One of the files (of the module, the entry and the helpers) by its number, and the line is gone before other words come.
    assert!(seen.contains(" of 3, "), "{seen:?}");
    let last = seen.rsplit(CLEAR).next().unwrap();
    assert_eq!(last, "  Compiled: shown\r\n", "{seen:?}");
    assert!(!piped.contains("Compiling"), "{piped:?}");
    assert!(
        piped.contains("W0006") && piped.ends_with("  Compiled: piped\n"),
        "{piped:?}"
    );
}
