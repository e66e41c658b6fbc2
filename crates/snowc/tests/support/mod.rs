//! What the tests of the command share: how `snowc` is called, and programs that are not left running.

#![allow(dead_code, reason = "every test binary uses another part")]

pub mod client;
pub mod server;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest time that any program of a test may take.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/snowc stands two folders below").into()
}

/// `snowc` with the tests' own cache, started at the root.
pub fn snowc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snowc"));
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snow-cache");
    command.args(arguments).current_dir(root()).env("SNOW_CACHE", cache).stdin(Stdio::null());
    command
}

/// An empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// What a program did.
pub struct Ran {
    /// Exit status; -1 when a signal ended it.
    pub status: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs to the end, or fails when that takes too long.
pub fn run(command: &mut Command) -> Result<Ran, String> {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = Guarded(child.map_err(|cause| format!("cannot start {command:?}: {cause}"))?);
    let out = drain(child.0.stdout.take());
    let err = drain(child.0.stderr.take());
    let limit = Instant::now() + DEADLINE;
    let status = loop {
        if let Some(status) = child.0.try_wait().map_err(|cause| cause.to_string())? {
            break status;
        }
        if Instant::now() > limit {
            return Err(format!("{command:?} has not ended after {DEADLINE:?}"));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = |reader: std::thread::JoinHandle<String>| reader.join().expect("the reader does not panic");
    Ok(Ran { status: status.code().unwrap_or(-1), out: text(out), err: text(err) })
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.expect("the pipe was asked for").read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// A child that is ended when the test is over, however it ends.
pub struct Guarded(pub Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Says how two texts differ: the first line that does.
pub fn compare(what: &str, expected: &str, got: &str) -> Result<(), String> {
    if expected == got {
        return Ok(());
    }
    let mut lines = expected.lines().zip(got.lines()).enumerate();
    let differs = lines.find(|(_, (want, have))| want != have);
    let at = match differs {
        Some((number, (want, have))) => format!("line {}: expected {want:?}, got {have:?}", number + 1),
        None => format!("expected {} lines, got {}", expected.lines().count(), got.lines().count()),
    };
    Err(format!("{what} differs at {at}\n--- whole output ---\n{got}"))
}
