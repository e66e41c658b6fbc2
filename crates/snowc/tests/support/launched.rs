//! Programs that were built before, started with streams and limits of a test's own choice.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::client::Client;
use super::{run, snowc, Guarded, BUILD_LIMIT, RUN_LIMIT};

/// The program of a source, built once for each test binary. Whoever wants the same one meanwhile
/// waits for it, and nobody else does.
pub(crate) fn built(source: &str) -> PathBuf {
    static BUILT: Mutex<BTreeMap<String, Arc<Mutex<bool>>>> = Mutex::new(BTreeMap::new());
    let name = format!("built-{}", source.replace(['/', '.'], "-"));
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut all = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let one = Arc::clone(all.entry(source.to_string()).or_default());
    drop(all);
    let mut is_built = one.lock().unwrap_or_else(PoisonError::into_inner);
    if !*is_built {
        let path = program.to_str().expect("the path is text");
        let ran = run(&mut snowc(&["build", source, "-o", path]), BUILD_LIMIT);
        let ran = ran.unwrap_or_else(|why| panic!("{why}"));
        assert!(ran.status == 0, "{source}:\n{}{}", ran.out, ran.err);
        *is_built = true;
    }
    program
}

/// `program`, started by a shell that first does what `words` say.
pub(crate) fn through_shell(words: &str, program: &Path, argument: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", words]).arg(program).arg(argument);
    command
}

/// Sends a signal to a process that runs.
pub(crate) fn signal(number: libc::c_int, process: &Guarded) {
    let pid = i32::try_from(process.0.id()).expect("a pid is positive");
    // SAFETY: `kill` touches no memory, and the child was not waited for: the pid is its own.
    let answer = unsafe { libc::kill(pid, number) };
    assert_eq!(answer, 0, "the process is there");
}

/// The exit status of a process that is to end; -1 when a signal ended it.
pub(crate) fn ended(process: &mut Guarded) -> i32 {
    process
        .ends_within(RUN_LIMIT)
        .unwrap_or_else(|| panic!("still runs after {RUN_LIMIT:?}"))
}

/// A server that is told its port; it ends with this value.
pub(crate) struct Launched {
    /// Where it listens.
    pub port: u16,
    /// Its process.
    pub process: Guarded,
}

impl Launched {
    /// Starts the command that `make` answers for a free port, and waits until the server there
    /// answers: its streams may be what the test is about.
    pub(crate) fn start(make: impl FnOnce(&str) -> Command) -> Launched {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
        let port = free.expect("a free port").port();
        let process = Guarded(make(&port.to_string()).spawn().expect("the command starts"));
        let server = Launched { port, process };
        drop(server.connect_again());
        server
    }

    /// A client of it.
    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.port).expect("the server accepts")
    }

    /// A client, as soon as there is room for one: what ends, ends a little after its client has
    /// gone.
    pub(crate) fn connect_again(&self) -> Client {
        let limit = Instant::now() + RUN_LIMIT;
        loop {
            match Client::connect(self.port) {
                Ok(client) => return client,
                Err(error) => assert!(
                    Instant::now() < limit,
                    "the server does not accept: {error}"
                ),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
