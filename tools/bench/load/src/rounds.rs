//! The measurement: every server once in each round, in another order each time.
//!
//! One machine's speed moves by a quarter within minutes, so servers are compared within a round,
//! never across.

use std::io;
use std::time::{Duration, Instant, SystemTime};

use mio::{Events, Interest, Poll, Token};

use crate::connection::Connection;
use crate::server::Server;

/// What is asked of a server.
#[derive(Clone, Copy)]
pub struct Scenario {
    /// Connections open at once.
    pub connections: usize,
    /// Bytes of a message.
    pub size: usize,
    /// Messages each connection has in flight.
    pub depth: usize,
    /// So many connections speak, in a room where all hear it, and what is counted is deliveries; 0:
    /// all speak, and each hears itself.
    pub speakers: usize,
}

const fn echo(connections: usize, size: usize, depth: usize) -> Scenario {
    Scenario {
        connections,
        size,
        depth,
        speakers: 0,
    }
}

/// Scenarios for servers that echo, in the order in which they are printed.
pub const ECHO: [Scenario; 5] = [
    echo(64, 32, 1),
    echo(64, 32, 16),
    echo(1000, 32, 1),
    echo(64, 16 << 10, 1),
    echo(4, 1 << 20, 1),
];

/// Scenarios for servers with a room at `/room` that has so many members.
pub fn broadcasts(members: usize) -> [Scenario; 3] {
    [(1, 1), (1, 16), (16, 1)].map(|(speakers, depth)| Scenario {
        connections: members.max(speakers),
        size: 32,
        depth,
        speakers,
    })
}

/// How long to measure.
pub struct Plan {
    /// Rounds; each server runs once in each.
    pub rounds: usize,
    /// Length of one measurement.
    pub window: Duration,
}

/// One measurement of one server.
#[derive(Clone, Copy)]
pub struct Sample {
    /// Server CPU time a message.
    pub cpu_ns: f64,
    /// Messages a second.
    pub rate: f64,
    /// Messages that came with one read of a client.
    pub per_read: f64,
    /// Median and 99th percentile of the time from sending to the answer, microseconds.
    pub latency_us: (f64, f64),
}

/// All measurements of one server, or why there are none.
pub struct Results {
    /// Name in the table.
    pub name: String,
    /// One sample a round.
    pub samples: Result<Vec<Sample>, String>,
}

/// Runs all rounds of one scenario.
pub fn run(scenario: Scenario, plan: &Plan, servers: &[(String, String)]) -> Vec<Results> {
    let mut results: Vec<Results> = servers
        .iter()
        .map(|(name, _)| Results {
            name: name.clone(),
            samples: Ok(Vec::new()),
        })
        .collect();
    let mut dice = SystemTime::UNIX_EPOCH
        .elapsed()
        .map_or(1, |since| since.as_nanos() as u64)
        | 1;
    for _ in 0..plan.rounds {
        for at in shuffled(servers.len(), &mut dice) {
            let Ok(samples) = &mut results[at].samples else {
                continue;
            };
            match measure(scenario, plan.window, &servers[at].1) {
                Ok(sample) => samples.push(sample),
                Err(why) => results[at].samples = Err(why),
            }
        }
    }
    results
}

fn shuffled(count: usize, dice: &mut u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        // xorshift64: only the order of measurements depends on it.
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        order.swap(last, (*dice % (last as u64 + 1)) as usize);
    }
    order
}

fn measure(scenario: Scenario, window: Duration, command: &str) -> Result<Sample, String> {
    if let Some(reason) = command.strip_prefix('!') {
        return Err(reason.trim().to_owned());
    }
    let server = Server::start(command)?;
    drive(scenario, window, &server).map_err(|cause| cause.to_string())
}

fn drive(scenario: Scenario, window: Duration, server: &Server) -> io::Result<Sample> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(scenario.connections);
    let mut connections = Vec::new();
    for number in 0..scenario.connections {
        let (path, speakers) = match scenario.speakers {
            0 => ("/", 1),
            all if number < all => ("/room", all),
            _ => ("/room", 0),
        };
        let mut connection = Connection::open(
            server.address,
            path,
            scenario.size,
            scenario.depth,
            speakers,
        )?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        poll.registry()
            .register(&mut connection.stream, Token(number), interest)?;
        connections.push(connection);
    }
    for connection in &mut connections {
        connection.begin()?;
    }
    let mut buffer = vec![0; 1 << 18];
    let mut latencies = Vec::new();
    let mut until = |end: Instant, latencies: &mut Vec<u32>| -> io::Result<(usize, usize)> {
        let mut messages = 0;
        connections
            .iter_mut()
            .for_each(|connection| connection.reads = 0);
        while Instant::now() < end {
            poll.poll(&mut events, Some(Duration::from_millis(100)))?;
            for event in &events {
                messages += connections[event.token().0].turn(&mut buffer, latencies)?;
            }
        }
        Ok((
            messages,
            connections.iter().map(|connection| connection.reads).sum(),
        ))
    };
    // Caches, branch predictors and lazily made state settle first.
    until(Instant::now() + window / 4, &mut latencies)?;
    latencies.clear();
    let (begun, cpu) = (Instant::now(), server.cpu_ns());
    let (messages, reads) = until(begun + window, &mut latencies)?;
    let messages = messages.max(1) as f64;
    let cpu_ns = (server.cpu_ns() - cpu) as f64 / messages;
    let rate = messages / begun.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let percentile = |part: f64| {
        latencies
            .get((latencies.len() as f64 * part) as usize)
            .map_or(0.0, |ns| *ns as f64 / 1000.0)
    };
    Ok(Sample {
        cpu_ns,
        rate,
        per_read: messages / reads.max(1) as f64,
        latency_us: (percentile(0.5), percentile(0.99)),
    })
}
