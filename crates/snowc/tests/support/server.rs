//! `tests/servers/sturdy`, built and started, and what it tells about its runtime.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::client::Client;
use super::{snowc, Guarded};

/// How long a server may take to be ready, or to have given everything back.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What `tests/servers/sturdy` tells about its runtime.
#[derive(Debug, PartialEq, Clone, Copy)]
pub struct Counters {
    pub actors: i64,
    pub sockets: i64,
    pub blocks: i64,
    pub stacks: i64,
    pub timers: i64,
}

/// The running server; it ends with this value.
pub struct Server {
    /// Where it listens.
    pub port: u16,
    process: Guarded,
}

impl Server {
    /// Builds and starts it, and waits until it answers.
    pub fn start() -> Server {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = snowc(&["run", "tests/servers/sturdy", &port.to_string()]);
        let process = Guarded(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("snowc starts"));
        let server = Server { port, process };
        let limit = Instant::now() + PATIENCE;
        while Client::connect(port).is_err() {
            assert!(Instant::now() < limit, "the server does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// A client of it.
    pub fn connect(&self) -> Client {
        Client::connect(self.port).expect("the server accepts")
    }

    /// Counters, bytes of all heaps, resident bytes.
    pub fn counters(&self, client: &mut Client) -> (Counters, i64, i64) {
        let answer = client.ask("counters").expect("the server answers");
        let n: Vec<i64> = answer.split(' ').map(|word| word.parse().expect("a number")).collect();
        (Counters { actors: n[0], sockets: n[1], blocks: n[2], stacks: n[3], timers: n[4] }, n[5], n[6])
    }

    /// How often the system has given one of the server's threads a processor.
    pub fn turns(&self) -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.0.id())).expect("the server runs");
        let turns = |task: std::io::Result<std::fs::DirEntry>| {
            let text = std::fs::read_to_string(task.expect("a thread").path().join("schedstat")).expect("readable");
            text.split_whitespace().nth(2).and_then(|n| n.parse::<u64>().ok()).expect("a third number")
        };
        tasks.map(turns).sum()
    }

    /// The counters, once ten readings in a row agree.
    pub fn settled(&self, client: &mut Client) -> Counters {
        let limit = Instant::now() + PATIENCE;
        let (mut settled, mut agreed) = (self.counters(client).0, 1);
        while agreed < 10 {
            assert!(Instant::now() < limit, "the counters do not come to rest: {settled:?}");
            std::thread::sleep(Duration::from_millis(20));
            let (now, _, _) = self.counters(client);
            agreed = if now == settled { agreed + 1 } else { 1 };
            settled = now;
        }
        settled
    }

    /// Waits until the counters are these: what ends, ends a little after its client has heard of it.
    pub fn settles_at(&self, client: &mut Client, expected: Counters) {
        let limit = Instant::now() + PATIENCE;
        loop {
            let (now, _, _) = self.counters(client);
            // The deadlines of the first handshakes may have passed meanwhile.
            if now.timers <= expected.timers && now == (Counters { timers: now.timers, ..expected }) {
                return;
            }
            assert!(Instant::now() < limit, "kept {now:?}, began with {expected:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
