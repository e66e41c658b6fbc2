//! What an idle connection costs a server: resident memory before and after many were opened that
//! say nothing, right after each was answered once, and when it has been silent for a while again.
//!
//! Every server gets the same clients, one after the other, and the same rest before it is looked
//! at. For Snow there are rows of where the bytes are, by the counters of a server that answers
//! every message with them.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::arguments::Candidate;
use crate::connection::{frame_of, handshake};
use crate::server::Server;

/// A server may tidy up after its last connection: Snow's does within two seconds.
const REST: Duration = Duration::from_secs(3);
/// How long a connection was silent when it is idle again.
const SILENCE: Duration = Duration::from_secs(10);

/// What the counters of Snow's counting server are about, in the order in which it sends them.
const COUNTED: [&str; 3] = ["heaps", "control blocks", "timers"];

/// Opens `count` connections to each server in turn and prints a row for each.
pub fn run(count: usize, candidates: &[Candidate], counting: Option<&str>) {
    println!("\nidle connections: resident bytes of the server for each of {count}");
    println!(
        "{:<18} {:>8} {:>14} {:>17}",
        "server", "silent", "after an echo", "10 s after that"
    );
    for candidate in candidates {
        match measure(count, candidate) {
            Ok([silent, spoken, again]) => {
                println!(
                    "{:<18} {silent:>8} {spoken:>14} {again:>17}",
                    candidate.name
                );
            }
            Err(why) => println!("{:<18} not measured: {why}", candidate.name),
        }
    }
    if let Some(command) = counting {
        match count_parts(count, command) {
            Ok(parts) => println!("of Snow's: {parts}"),
            Err(why) => println!("of Snow's: not measured: {why}"),
        }
    }
}

fn measure(count: usize, candidate: &Candidate) -> Result<[i64; 3], String> {
    let server = Server::start(candidate)?;
    let cost = || -> io::Result<[i64; 3]> {
        // The first connection makes what all share.
        let _first = handshake(&server, "/")?;
        std::thread::sleep(REST);
        let before = resident(&server)?;
        let mut clients = (0..count)
            .map(|_| handshake(&server, "/"))
            .collect::<io::Result<Vec<_>>>()?;
        std::thread::sleep(REST);
        let each = |now: i64| (now - before) / count.max(1) as i64;
        let silent = each(resident(&server)?);
        echo_once(&mut clients)?;
        let spoken = each(resident(&server)?);
        std::thread::sleep(SILENCE);
        Ok([silent, spoken, each(resident(&server)?)])
    };
    cost().map_err(|cause| cause.to_string())
}

/// All speak before the first answer is read, so that all are busy at the same time.
fn echo_once(clients: &mut [TcpStream]) -> io::Result<()> {
    const SIZE: usize = 32;
    let frame = frame_of(SIZE);
    for client in clients.iter_mut() {
        client.write_all(&frame)?;
    }
    for client in clients {
        client.read_exact(&mut [0; 2 + SIZE])?;
    }
    Ok(())
}

fn count_parts(count: usize, command: &str) -> Result<String, String> {
    let candidate = Candidate {
        name: "Snow".into(),
        cores: "0".into(),
        command: command.into(),
    };
    let server = Server::start(&candidate)?;
    let parts = || -> io::Result<String> {
        let mut witness = handshake(&server, "/")?;
        std::thread::sleep(REST);
        let before = ask(&mut witness)?;
        let clients = (0..count)
            .map(|_| handshake(&server, "/"))
            .collect::<io::Result<Vec<_>>>()?;
        std::thread::sleep(REST);
        let after = ask(&mut witness)?;
        let grown = before
            .iter()
            .zip(&after)
            .map(|(before, after)| (after - before) as f64 / clients.len() as f64);
        Ok(COUNTED
            .iter()
            .zip(grown)
            .map(|(what, each)| format!("{what} {each:.1}"))
            .collect::<Vec<_>>()
            .join(", "))
    };
    parts().map_err(|cause| cause.to_string())
}

/// Anonymous memory: what is mapped from files is there once, however many connect.
fn resident(server: &Server) -> io::Result<i64> {
    let pid = server
        .pid
        .ok_or_else(|| io::Error::other("the server's process is not known"))?;
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Anonymous:"));
    let kib = line
        .and_then(|line| line.split_whitespace().next())
        .and_then(|number| number.parse::<i64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| io::Error::other("the system does not tell how much is resident"))
}

/// Sends a word and reads the numbers of the answer.
fn ask(witness: &mut TcpStream) -> io::Result<Vec<i64>> {
    // Masked with zeros, which is a mask like any other.
    witness.write_all(&[0x81, 0x81, 0, 0, 0, 0, b'?'])?;
    let mut head = [0; 2];
    witness.read_exact(&mut head)?;
    let mut text = vec![0; usize::from(head[1])];
    witness.read_exact(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    text.split(' ')
        .map(|word| word.parse().map_err(io::Error::other))
        .collect()
}
