//! How long an echo takes while other callbacks of the same server misbehave.
//!
//! Each server answers what comes on `/`, never returns from a callback on `/loop`, and crashes in
//! one on `/crash`. The same clients measure echoes three times: undisturbed, while one callback
//! loops, and while one loops and ten a second crash.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token};

use crate::arguments::Candidate;
use crate::connection::{frame_of, handshake, Connection};
use crate::rounds::Plan;
use crate::scenario::Scenario;
use crate::server::Server;
use crate::statistics::{percentile_us, Spread};

/// Clients whose echoes are timed: few enough that the server, not their number, decides.
const CLIENTS: usize = 8;
/// A callback crashes that often.
const CRASH_EVERY: Duration = Duration::from_millis(100);

/// What else happens in the server.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    None,
    Loop,
    LoopAndCrashes,
}

const TROUBLES: [Trouble; 3] = [Trouble::None, Trouble::Loop, Trouble::LoopAndCrashes];

/// Percentiles of one measurement, and how many echoes it was.
#[derive(Clone, Copy)]
struct Times {
    us: [f64; 4],
    echoes: usize,
}

/// Measures each server and prints its rows. The goal is the undisturbed 99.9th percentile and two
/// time slices of `slice_ms`.
pub fn run(plan: &Plan, slice_ms: f64, candidates: &[Candidate]) {
    println!(
        "\nechoes beside a callback that loops for ever and ten a second that crash \
         (medians of {} rounds, us)",
        plan.rounds
    );
    println!(
        "{:<18} {:<18} {:>9} {:>9} {:>9} {:>9} {:>9} {:>10}   goal for p99.9",
        "server", "beside", "echoes", "p50", "p99", "p99.9", "most", "of rounds"
    );
    for candidate in candidates {
        let mut undisturbed = None;
        for trouble in TROUBLES {
            let times: Result<Vec<Times>, String> = (0..plan.rounds)
                .map(|_| measure(candidate, trouble, plan.window))
                .collect();
            let beside = match trouble {
                Trouble::None => "nothing",
                Trouble::Loop => "a loop",
                Trouble::LoopAndCrashes => "a loop, crashes",
            };
            match times {
                Err(why) => println!("{:<18} {beside:<18} not measured: {why}", candidate.name),
                Ok(times) => {
                    let tail = print_row(&candidate.name, beside, &times);
                    let begun = *undisturbed.get_or_insert(tail);
                    println!("{}", verdict(tail, begun, slice_ms));
                }
            }
        }
    }
}

/// Prints a row up to its verdict and answers its 99.9th percentile.
fn print_row(name: &str, beside: &str, times: &[Times]) -> f64 {
    let middle = |at: usize| {
        Spread::of(times.iter().map(|it| it.us[at])).map_or(0.0, |spread| spread.median)
    };
    let worst = times.iter().map(|it| it.us[2]).fold(0.0, f64::max);
    let echoes: usize = times.iter().map(|it| it.echoes).sum();
    print!(
        "{name:<18} {beside:<18} {echoes:>9} {:>9.0} {:>9.0} {:>9.0} {:>9.0} {worst:>10.0}   ",
        middle(0),
        middle(1),
        middle(2),
        middle(3)
    );
    middle(2)
}

fn verdict(tail_us: f64, undisturbed_us: f64, slice_ms: f64) -> String {
    let goal = undisturbed_us + 2.0 * slice_ms * 1000.0;
    let word = if tail_us <= goal { "kept" } else { "missed" };
    format!("{goal:.0}: {word}")
}

fn measure(candidate: &Candidate, trouble: Trouble, window: Duration) -> Result<Times, String> {
    let server = Server::start(candidate)?;
    echo(&server, trouble, window).map_err(|cause| cause.to_string())
}

fn echo(server: &Server, trouble: Trouble, window: Duration) -> io::Result<Times> {
    let scenario = Scenario::echo(CLIENTS, 32, 1);
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(CLIENTS);
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let mut client = Connection::open(server, scenario, 1)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        poll.registry()
            .register(&mut client.stream, Token(number), interest)?;
        clients.push(client);
    }
    let word = frame_of(1);
    // Both stay open until the end: what happens to a client that leaves is another question.
    let mut troublemakers = Vec::new();
    match trouble {
        Trouble::None => {}
        Trouble::Loop | Trouble::LoopAndCrashes => {
            let mut looping = handshake(server, "/loop")?;
            looping.write_all(&word)?;
            troublemakers.push(looping);
        }
    }
    for client in &mut clients {
        client.begin()?;
    }
    let (mut buffer, mut latencies) = (vec![0; 1 << 16], Vec::new());
    let begun = Instant::now();
    let mut next_crash = begun;
    while begun.elapsed() < window {
        if trouble == Trouble::LoopAndCrashes && Instant::now() >= next_crash {
            next_crash += CRASH_EVERY;
            troublemakers.push(crash(server, &word)?);
        }
        poll.poll(&mut events, Some(Duration::from_millis(10)))?;
        for event in &events {
            clients[event.token().0].turn(&mut buffer, &mut latencies)?;
        }
    }
    if latencies.is_empty() {
        return Err(io::Error::other("nothing was answered"));
    }
    latencies.sort_unstable();
    Ok(Times {
        us: [0.5, 0.99, 0.999, 1.0].map(|part| percentile_us(&latencies, part)),
        echoes: latencies.len(),
    })
}

/// Makes a callback crash. The upgrade is not waited for: echoes that are under way would wait for
/// this program too.
fn crash(server: &Server, word: &[u8]) -> io::Result<std::net::TcpStream> {
    let mut stream = crate::connection::connect(server)?;
    let mut request = crate::connection::request(server, "/crash").into_bytes();
    request.extend_from_slice(word);
    stream.write_all(&request)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn two_time_slices_are_allowed() {
        assert_eq!(verdict(4100.0, 100.0, 2.0), "4100: kept");
        assert_eq!(verdict(4101.0, 100.0, 2.0), "4100: missed");
        assert_eq!(verdict(2200.0, 100.0, 1.0), "2100: missed");
    }
}
