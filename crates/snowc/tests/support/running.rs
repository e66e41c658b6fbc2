//! Programs that go on running while a test talks to them.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};

use super::{run, snowc, Guarded, BUILD_LIMIT, RUN_LIMIT};

/// A program that was built and started; it ends with this value.
pub(crate) struct Running {
    /// The process.
    pub process: Guarded,
    /// Standard output.
    pub out: Lines,
    /// Standard error.
    pub err: Lines,
}

impl Running {
    /// Builds the program at `path` and starts it: what follows does not wait for the C compiler.
    pub(crate) fn start(path: &str, arguments: &[&str]) -> Running {
        Running::start_with(path, arguments, |_| ())
    }

    /// The same with a compiler that `prepare` tells more.
    pub(crate) fn start_with(
        path: &str,
        arguments: &[&str],
        prepare: impl Fn(&mut Command),
    ) -> Running {
        let mut build = snowc(&["run", "--no-run", path]);
        prepare(&mut build);
        let built = run(&mut build, BUILD_LIMIT).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(
            built.status, 0,
            "{path} cannot be built\n{}{}",
            built.out, built.err
        );
        let mut command = snowc(&[&["run", path], arguments].concat());
        prepare(&mut command);
        hear_all_signals(&mut command);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("snowc starts");
        let mut process = Guarded(child);
        let out = Lines::of(process.0.stdout.take().expect("the pipe was asked for"));
        let err = Lines::of(process.0.stderr.take().expect("the pipe was asked for"));
        Running { process, out, err }
    }

    /// The port in the line with which a server says that it is ready.
    pub(crate) fn port(&self) -> u16 {
        let ready = self.err.next().expect("a server says that it is ready");
        let port = ready.rsplit(':').next().and_then(|port| port.parse().ok());
        port.unwrap_or_else(|| panic!("the line that says it is ready is {ready:?}"))
    }

    /// SIGTERM ends it with status 0.
    pub(crate) fn end_when_asked(mut self) {
        self.process.ask_to_end();
        match self.process.ends_within(RUN_LIMIT) {
            Some(status) => assert_eq!(status, 0, "the status after SIGTERM"),
            None => panic!("still runs after SIGTERM and {RUN_LIMIT:?}"),
        }
    }
}

/// Lets the command hear SIGHUP and SIGQUIT, however the tests were started: a shell has what it
/// runs in the background ignore SIGQUIT, `nohup` ignores SIGHUP, and a program inherits both.
fn hear_all_signals(command: &mut Command) {
    // SAFETY: between fork and exec the closure only calls `signal`, which is allowed there.
    unsafe {
        command.pre_exec(|| {
            libc::signal(libc::SIGHUP, libc::SIG_DFL);
            libc::signal(libc::SIGQUIT, libc::SIG_DFL);
            Ok(())
        });
    }
}

/// The lines that come out of a pipe. They are read whether anything waits for them or not, so that
/// the pipe never fills.
pub(crate) struct Lines(Receiver<String>);

impl Lines {
    fn of(pipe: impl Read + Send + 'static) -> Lines {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                // A line that no test wants any more is read all the same.
                let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
            }
        });
        Lines(receiver)
    }

    /// The next line; `None` when the pipe is closed.
    pub(crate) fn next(&self) -> Option<String> {
        match self.0.recv_timeout(RUN_LIMIT) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line after {RUN_LIMIT:?}"),
        }
    }

    /// The lines until the pipe is closed.
    pub(crate) fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }
}
