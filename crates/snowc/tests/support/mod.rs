//! What the tests of the command share: how `snowc` is called, and programs that are not left
//! running.
//!
//! Building and running have a limit each, and a limit begins with what it is for. Both are
//! watchdogs: they end what hangs and are so long that a slow or busy machine does not meet them.

#![allow(dead_code, reason = "every test binary uses another part")]

pub(crate) mod client;
pub(crate) mod launched;
pub(crate) mod report;
pub(crate) mod running;
pub(crate) mod server;
pub(crate) mod slow_client;

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Limit of a command that may call the C compiler, for all of a cold cache.
pub(crate) const BUILD_LIMIT: Duration = Duration::from_secs(30 * 60);
/// Limit of one built program, and of each answer that a test waits for. They take milliseconds.
pub(crate) const RUN_LIMIT: Duration = Duration::from_secs(5 * 60);
/// Limit of a program with hundreds of tests, each of which has a limit of its own there.
pub(crate) const SUITE_LIMIT: Duration = Duration::from_secs(30 * 60);

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/snowc stands two folders below")
        .into()
}

/// `snowc` started at the root, with the cache that `SNOW_CACHE` names, or else the tests' own. All
/// test binaries share that one: the library's objects are embedded in the command, and what a program
/// compiles of it besides is there for the next one that needs the same.
pub(crate) fn snowc(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snowc"));
    let named = std::env::var_os("SNOW_CACHE")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from);
    let cache = named.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("snow-cache"));
    // Also for a command that a test starts elsewhere.
    let cache = root().join(cache);
    command
        .args(arguments)
        .current_dir(root())
        .env("SNOW_CACHE", cache)
        .stdin(Stdio::null());
    command
}

/// An empty folder for one test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// What a program did.
pub(crate) struct Ran {
    /// Exit status; -1 when a signal ended it.
    pub status: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A program that could not be started, or was ended because it met its limit.
#[derive(Debug)]
pub(crate) struct Unfinished {
    /// What happened.
    pub why: String,
    /// Standard output so far.
    pub out: String,
    /// Standard error so far.
    pub err: String,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}\n{}{}", self.why, self.out, self.err)
    }
}

/// Runs to the end, or fails when that takes longer than `limit`.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<Ran, Unfinished> {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => Guarded(child),
        Err(cause) => {
            let why = format!("cannot start {command:?}: {cause}");
            return Err(Unfinished {
                why,
                out: String::new(),
                err: String::new(),
            });
        }
    };
    let out = drain(child.0.stdout.take());
    let err = drain(child.0.stderr.take());
    let ended = child.ends_within(limit);
    // What is still running is ended here, which closes the pipes.
    drop(child);
    let text = |reader: JoinHandle<String>| reader.join().expect("the reader does not panic");
    let (out, err) = (text(out), text(err));
    match ended {
        Some(status) => Ok(Ran { status, out, err }),
        None => Err(Unfinished {
            why: format!("{command:?} has not ended after {limit:?}"),
            out,
            err,
        }),
    }
}

/// `snowc COMMAND ARGUMENTS` for a `COMMAND` that builds and then runs. The limit is that of the
/// run and begins when the building is over. What cannot be built answers with what `snowc` said.
pub(crate) fn build_and_run(
    command: &str,
    arguments: &[&str],
    limit: Duration,
) -> Result<Ran, Unfinished> {
    let built = run(
        &mut snowc(&[&[command, "--no-run"], arguments].concat()),
        BUILD_LIMIT,
    )?;
    if built.status != 0 {
        return Ok(built);
    }
    run(&mut snowc(&[&[command], arguments].concat()), limit)
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe
            .expect("the pipe was asked for")
            .read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// A child that is ended when the test is over, however it ends.
pub(crate) struct Guarded(pub Child);

impl Guarded {
    /// The exit status, -1 for an end by a signal, once the child has ended; `None` when it has not
    /// by then.
    pub(crate) fn ends_within(&mut self, limit: Duration) -> Option<i32> {
        let limit = Instant::now() + limit;
        loop {
            if let Some(status) = self.0.try_wait().expect("a child can be waited for") {
                return Some(status.code().unwrap_or(-1));
            }
            if Instant::now() > limit {
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks the child to end, by SIGTERM.
    pub(crate) fn ask_to_end(&self) {
        let pid = i32::try_from(self.0.id()).expect("a pid is positive");
        // SAFETY: `kill` touches no memory, and the child was not waited for, so that the pid is
        // still its own.
        let answer = unsafe { libc::kill(pid, libc::SIGTERM) };
        assert_eq!(answer, 0, "the child was there to be asked");
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Says how two texts differ: the first line that does.
pub(crate) fn compare(what: &str, expected: &str, got: &str) -> Result<(), String> {
    if expected == got {
        return Ok(());
    }
    let mut lines = expected.lines().zip(got.lines()).enumerate();
    let differs = lines.find(|(_, (want, have))| want != have);
    let at = match differs {
        Some((number, (want, have))) => {
            format!("line {}: expected {want:?}, got {have:?}", number + 1)
        }
        None => format!(
            "expected {} lines, got {}",
            expected.lines().count(),
            got.lines().count()
        ),
    };
    Err(format!(
        "{what} differs at {at}\n--- whole output ---\n{got}"
    ))
}
