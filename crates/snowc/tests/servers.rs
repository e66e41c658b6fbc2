//! A server in Snow that is treated badly: crashing callbacks, thousands of connections. Nobody else notices, and
//! afterwards the runtime holds no more than before.

mod support;

use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use support::client::Client;
use support::{snowc, Guarded};

/// Crashes and connections of one test. CI's machines do some thousands a second.
const TIMES: usize = 10_000;
/// Crashes are counted in so many rounds.
const ROUNDS: usize = 10;
/// Bytes of growth in a round that mean nothing: ten for each crash.
const NOISE: i64 = 10 * (TIMES / ROUNDS) as i64;
/// How long a server may take to be ready, or to have given everything back.
const PATIENCE: Duration = Duration::from_secs(30);

/// What `tests/servers/sturdy` tells about its runtime.
#[derive(Debug, PartialEq, Clone, Copy)]
struct Counters {
    actors: i64,
    sockets: i64,
    blocks: i64,
    stacks: i64,
    timers: i64,
}

struct Server {
    port: u16,
    process: Guarded,
}

impl Server {
    fn start() -> Server {
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

    fn connect(&self) -> Client {
        Client::connect(self.port).expect("the server accepts")
    }

    /// Counters, bytes of all heaps, resident bytes.
    fn counters(&self, client: &mut Client) -> (Counters, i64, i64) {
        let answer = client.ask("counters").expect("the server answers");
        let n: Vec<i64> = answer.split(' ').map(|word| word.parse().expect("a number")).collect();
        (Counters { actors: n[0], sockets: n[1], blocks: n[2], stacks: n[3], timers: n[4] }, n[5], n[6])
    }

    /// How often the system has given one of the server's threads a processor.
    fn turns(&self) -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.0.id())).expect("the server runs");
        let turns = |task: std::io::Result<std::fs::DirEntry>| {
            let text = std::fs::read_to_string(task.expect("a thread").path().join("schedstat")).expect("readable");
            text.split_whitespace().nth(2).and_then(|n| n.parse::<u64>().ok()).expect("a third number")
        };
        tasks.map(turns).sum()
    }

    /// The counters, once ten readings in a row agree.
    fn settled(&self, client: &mut Client) -> Counters {
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
    fn settles_at(&self, client: &mut Client, expected: Counters) {
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

#[test]
fn one_crash_of_a_hundred_disturbs_nobody() {
    let server = Server::start();
    let mut clients: Vec<Client> = (0..100).map(|_| server.connect()).collect();
    let mut unlucky = clients.swap_remove(41);
    unlucky.send("crash").unwrap();
    assert_eq!(unlucky.close_code().unwrap(), 1011);
    for (number, client) in clients.iter_mut().enumerate() {
        let text = format!("still here {number}");
        assert_eq!(client.ask(&text).unwrap(), text);
    }
}

/// Nothing wakes up by itself: only letting time pass can show that.
#[test]
fn an_idle_server_uses_no_processor() {
    let server = Server::start();
    let mut clients: Vec<Client> = (0..10).map(|_| server.connect()).collect();
    assert_eq!(clients[0].ask("x").unwrap(), "x");
    // What it still does for the clients that came may take a while; what wakes it by itself shows in every window.
    let limit = Instant::now() + PATIENCE;
    let mut before = server.turns();
    loop {
        std::thread::sleep(Duration::from_millis(1500));
        let now = server.turns();
        if now == before {
            break;
        }
        assert!(Instant::now() < limit, "an idle server is woken up again and again");
        before = now;
    }
    assert_eq!(clients[0].ask("y").unwrap(), "y");
    assert!(server.turns() > before, "this test does not see the server's threads");
}

#[test]
fn ten_thousand_crashes_leave_memory_as_it_was() {
    let server = Server::start();
    let mut witness = server.connect();
    let crash = || {
        let mut client = server.connect();
        client.send("crash").unwrap();
        assert_eq!(client.close_code().unwrap(), 1011);
    };
    // The first thousands fill pools that are kept for the next; memory is resident when it is first touched.
    (0..TIMES / 2).for_each(|_| crash());
    let before = server.settled(&mut witness);
    let (_, _, mut resident) = server.counters(&mut witness);
    let mut growth = Vec::new();
    for _ in 0..ROUNDS {
        (0..TIMES / ROUNDS).for_each(|_| crash());
        let (_, _, now) = server.counters(&mut witness);
        growth.push(now - resident);
        resident = now;
    }
    server.settles_at(&mut witness, before);
    // A pool may still grow by a step now and then; what is lost with each crash shows in every round.
    let grew = growth.iter().filter(|bytes| **bytes > NOISE).count();
    assert!(grew <= ROUNDS / 2, "resident memory grew by {growth:?} bytes in {ROUNDS} rounds of crashes");
}

#[test]
fn ten_thousand_connections_give_everything_back() {
    let server = Server::start();
    let mut witness = server.connect();
    assert_eq!(witness.ask("x").unwrap(), "x");
    let before = server.settled(&mut witness);
    let mut open = Vec::new();
    for number in 0..TIMES {
        let mut client = server.connect();
        assert_eq!(client.ask("hi").unwrap(), "hi");
        open.push(client);
        // Half of them close as the protocol says, half just go away.
        if open.len() == 100 {
            for (at, client) in open.drain(..).enumerate() {
                match (number + at) % 2 {
                    0 => client.close().unwrap(),
                    _ => drop(client),
                }
            }
        }
    }
    server.settles_at(&mut witness, before);
}
