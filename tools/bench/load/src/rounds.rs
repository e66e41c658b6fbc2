//! The measurement: every server once in each round, in another order each time.
//!
//! One machine's speed moves by a quarter within minutes, so servers are compared within a round,
//! never across.

use std::io;
use std::time::{Duration, Instant, SystemTime};

use mio::{Events, Interest, Poll, Token};

use crate::arguments::Subject;
use crate::connect;
use crate::connection::Connection;
use crate::progress::Progress;
use crate::scenario::{Scenario, Work};
use crate::server::{spent_since, Server};
use crate::statistics::percentile_us;

/// A measurement is this many messages a connection long at least: with ten thousand connections
/// the answers to one message each may have been there before it began.
const ROUND_TRIPS: usize = 4;

/// How long to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rounds; each server runs once in each.
    pub rounds: usize,
    /// Length of one measurement.
    pub window: Duration,
}

/// One measurement of one server.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Server CPU time a message; `None` when the server's process is not known.
    pub cpu_ns: Option<f64>,
    /// Part of that which its busiest thread has spent.
    pub busiest: f64,
    /// Messages a second.
    pub rate: f64,
    /// Messages that came with one read of a client.
    pub per_read: f64,
    /// Median, 99th percentile and 99.9th percentile of the time from sending to the answer,
    /// microseconds.
    pub latency_us: [f64; 3],
}

/// All measurements of one server, or why there are none.
pub struct Results {
    /// Name in the table.
    pub name: String,
    /// One sample a round.
    pub samples: Result<Vec<Sample>, String>,
}

/// Runs all rounds of one scenario.
pub fn run(
    scenario: Scenario,
    plan: &Plan,
    subject: &Subject,
    progress: &Progress,
) -> Vec<Results> {
    let names: Vec<String> = match subject {
        Subject::Candidates(all) => all.iter().map(|it| it.name.clone()).collect(),
        Subject::Running(url, _) => vec![url.authority()],
    };
    let start = |at: usize| match subject {
        Subject::Candidates(all) => Server::start(&all[at]),
        Subject::Running(url, pid) => Server::at(url, *pid),
    };
    let mut results: Vec<Results> = names
        .into_iter()
        .map(|name| Results {
            name,
            samples: Ok(Vec::new()),
        })
        .collect();
    let mut dice = SystemTime::UNIX_EPOCH
        .elapsed()
        .map_or(1, |since| since.as_nanos() as u64)
        | 1;
    let (mut done, all) = (0, plan.rounds * results.len());
    for _ in 0..plan.rounds {
        for at in shuffled(results.len(), &mut dice) {
            let Results { name, samples } = &mut results[at];
            progress.show(&scenario.to_string(), name, done, all);
            done += 1;
            let Ok(list) = samples else {
                continue;
            };
            let sample = start(at).and_then(|server| {
                drive(scenario, plan.window, &server).map_err(|cause| cause.to_string())
            });
            match sample {
                Ok(sample) => list.push(sample),
                Err(why) => *samples = Err(why),
            }
        }
    }
    progress.clear();
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

/// Counted things, and the reads of clients that brought them.
#[derive(Default)]
struct Came {
    messages: usize,
    reads: usize,
}

/// How long clients go on.
#[derive(Clone, Copy)]
struct Span {
    /// At least until then, ...
    end: Instant,
    /// ... until so many messages came, so that what a server did before it matters little, ...
    least: usize,
    /// ... and no longer than until then.
    latest: Instant,
}

impl Span {
    fn new(begun: Instant, window: Duration, least: usize) -> Span {
        Span {
            end: begun + window,
            least,
            latest: begun + window * 20,
        }
    }

    fn goes_on(&self, messages: usize) -> bool {
        let now = Instant::now();
        now < self.end || (messages < self.least && now < self.latest)
    }
}

/// The clients of one measurement.
enum Clients {
    Talking(Crowd),
    Connecting { group: usize },
}

struct Crowd {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    buffer: Vec<u8>,
    /// Deliveries of the burst that is under way, and how many there will be; 0: no bursts.
    delivered: usize,
    burst: usize,
}

impl Crowd {
    fn open(scenario: Scenario, server: &Server) -> io::Result<Crowd> {
        let poll = Poll::new()?;
        let mut connections = Vec::new();
        for number in 0..scenario.connections {
            let speakers = scenario.speakers(number);
            let mut connection = Connection::open(server, scenario, speakers)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(&mut connection.stream, Token(number), interest)?;
            connections.push(connection);
        }
        let burst = match scenario.work {
            Work::Burst => scenario.connections * scenario.depth,
            Work::Echo | Work::Broadcast { .. } | Work::Connect => 0,
        };
        for connection in &mut connections {
            connection.begin()?;
        }
        if burst > 0 {
            connections[0].burst()?;
        }
        Ok(Crowd {
            poll,
            events: Events::with_capacity(scenario.connections),
            connections,
            buffer: vec![0; 1 << 18],
            delivered: 0,
            burst,
        })
    }

    fn until(&mut self, span: Span, latencies: &mut Vec<u32>) -> io::Result<Came> {
        let mut messages = 0;
        self.connections
            .iter_mut()
            .for_each(|connection| connection.reads = 0);
        while span.goes_on(messages) {
            self.poll
                .poll(&mut self.events, Some(Duration::from_millis(100)))?;
            for event in &self.events {
                let connection = &mut self.connections[event.token().0];
                let came = connection.turn(&mut self.buffer, latencies)?;
                messages += came;
                self.delivered += came;
            }
            if self.burst > 0 && self.delivered == self.burst {
                self.delivered = 0;
                self.connections[0].end_burst(latencies);
                self.connections[0].burst()?;
            }
        }
        let reads = self.connections.iter().map(|connection| connection.reads);
        Ok(Came {
            messages,
            reads: reads.sum(),
        })
    }
}

impl Clients {
    fn until(&mut self, server: &Server, span: Span, latencies: &mut Vec<u32>) -> io::Result<Came> {
        match self {
            Clients::Talking(crowd) => crowd.until(span, latencies),
            Clients::Connecting { group } => {
                let messages = connect::until(server, *group, span.end, latencies)?;
                Ok(Came {
                    messages,
                    reads: messages,
                })
            }
        }
    }
}

/// Measures one scenario with a server that listens.
fn drive(scenario: Scenario, window: Duration, server: &Server) -> io::Result<Sample> {
    let mut clients = match scenario.work {
        Work::Connect => Clients::Connecting {
            group: scenario.connections,
        },
        Work::Echo | Work::Broadcast { .. } | Work::Burst => {
            Clients::Talking(Crowd::open(scenario, server)?)
        }
    };
    let mut latencies = Vec::new();
    // Caches, branch predictors and lazily made state settle first.
    let settling = Span::new(Instant::now(), window / 4, scenario.connections);
    clients.until(server, settling, &mut latencies)?;
    latencies.clear();
    let (begun, before) = (Instant::now(), server.cpu_ns());
    let span = Span::new(begun, window, ROUND_TRIPS * scenario.connections);
    let Came { messages, reads } = clients.until(server, span, &mut latencies)?;
    let (spent, busiest) = spent_since(&before, &server.cpu_ns());
    if messages == 0 {
        return Err(io::Error::other("nothing came within the measurement"));
    }
    if server.pid.is_some() && spent == 0 {
        return Err(io::Error::other(
            "the server's processor time cannot be read",
        ));
    }
    let messages = messages as f64;
    let rate = messages / begun.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(Sample {
        cpu_ns: server.pid.map(|_| spent as f64 / messages),
        busiest,
        rate,
        per_read: messages / reads.max(1) as f64,
        latency_us: [0.5, 0.99, 0.999].map(|part| percentile_us(&latencies, part)),
    })
}

#[cfg(test)]
mod tests {
    use super::shuffled;

    #[test]
    fn every_server_has_its_turn_in_each_round() {
        let mut dice = 7;
        for _ in 0..20 {
            let mut order = shuffled(5, &mut dice);
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4]);
        }
    }
}
