//! `tests/servers/sturdy`, built and started, and what it tells about its runtime.

use std::time::{Duration, Instant};

use super::client::Client;
use super::running::Running;
use super::RUN_LIMIT;

/// What `tests/servers/sturdy` tells about its runtime.
#[derive(Debug, PartialEq, Clone, Copy)]
pub(crate) struct Counters {
    pub actors: i64,
    pub sockets: i64,
    pub blocks: i64,
    pub stacks: i64,
    pub timers: i64,
}

/// The running server; it ends with this value.
pub(crate) struct Server {
    /// Where it listens.
    pub port: u16,
    program: Running,
}

impl Server {
    /// Builds and starts it, and waits until it is ready.
    pub(crate) fn start() -> Server {
        let program = Running::start("tests/servers/sturdy", &["0"]);
        Server {
            port: program.port(),
            program,
        }
    }

    /// A client of it.
    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.port).expect("the server accepts")
    }

    /// Counters, bytes of all heaps, resident bytes.
    pub(crate) fn counters(&self, client: &mut Client) -> (Counters, i64, i64) {
        let answer = client.ask("counters").expect("the server answers");
        let n: Vec<i64> = answer
            .split(' ')
            .map(|word| word.parse().expect("a number"))
            .collect();
        (
            Counters {
                actors: n[0],
                sockets: n[1],
                blocks: n[2],
                stacks: n[3],
                timers: n[4],
            },
            n[5],
            n[6],
        )
    }

    /// How often the system has given one of the server's threads a processor.
    pub(crate) fn turns(&self) -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.program.process.0.id()))
            .expect("the server runs");
        let turns = |task: std::io::Result<std::fs::DirEntry>| {
            let text = std::fs::read_to_string(task.expect("a thread").path().join("schedstat"))
                .expect("readable");
            text.split_whitespace()
                .nth(2)
                .and_then(|n| n.parse::<u64>().ok())
                .expect("a third number")
        };
        tasks.map(turns).sum()
    }

    /// The counters, once ten readings in a row agree.
    pub(crate) fn settled(&self, client: &mut Client) -> Counters {
        let limit = Instant::now() + RUN_LIMIT;
        let (mut settled, mut agreed) = (self.counters(client).0, 1);
        while agreed < 10 {
            assert!(
                Instant::now() < limit,
                "the counters do not come to rest: {settled:?}"
            );
            std::thread::sleep(Duration::from_millis(20));
            let (now, _, _) = self.counters(client);
            agreed = if now == settled { agreed + 1 } else { 1 };
            settled = now;
        }
        settled
    }

    /// Waits until the counters are these: what ends, ends a little after its client has heard of
    /// it.
    pub(crate) fn settles_at(&self, client: &mut Client, expected: Counters) {
        let limit = Instant::now() + RUN_LIMIT;
        loop {
            let (now, _, _) = self.counters(client);
            // The deadlines of the first handshakes may have passed meanwhile.
            if now.timers <= expected.timers
                && now
                    == (Counters {
                        timers: now.timers,
                        ..expected
                    })
            {
                return;
            }
            assert!(
                Instant::now() < limit,
                "kept {now:?}, began with {expected:?}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until the server's resident memory is at most that many bytes.
    pub(crate) fn shrinks_to(&self, client: &mut Client, bytes: i64) {
        let limit = Instant::now() + RUN_LIMIT;
        loop {
            let (_, _, now) = self.counters(client);
            if now <= bytes {
                return;
            }
            assert!(
                Instant::now() < limit,
                "{now} bytes are resident, and at most {bytes} should be"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
