//! What an idle connection costs a server: resident memory before and after many were opened that
//! then say nothing.
//!
//! Every server gets the same clients, one after the other, and the same rest before it is looked
//! at. For Snow there are rows of where the bytes are, by the counters of a server that answers
//! every message with them.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::connection::handshake;
use crate::server::Server;

/// A server may tidy up after its last connection: Snow's does within two seconds.
const REST: Duration = Duration::from_secs(3);

/// What the counters of Snow's counting server are about, in the order in which it sends them.
const COUNTED: [&str; 3] = ["heaps", "control blocks", "timers"];

/// Opens `count` connections to each server in turn and prints a row for each.
pub fn run(count: usize, servers: &[(String, String)], counting: Option<&str>) {
    println!("\nidle connections: resident bytes of the server for each of {count}");
    for (name, command) in servers {
        match command
            .strip_prefix('!')
            .map_or_else(|| measure(count, command), |why| Err(why.trim().to_owned()))
        {
            Ok(bytes) => println!("{name:<18} {bytes:>8}"),
            Err(why) => println!("{name:<18} not measured: {why}"),
        }
    }
    if let Some(command) = counting {
        match count_parts(count, command) {
            Ok(parts) => println!("of Snow's: {parts}"),
            Err(why) => println!("of Snow's: not measured: {why}"),
        }
    }
}

fn measure(count: usize, command: &str) -> Result<i64, String> {
    let server = Server::start(command)?;
    let cost = || -> io::Result<i64> {
        // The first connection makes what all share.
        let _first = handshake(server.address, "/")?;
        std::thread::sleep(REST);
        let before = resident(&server)?;
        let clients = (0..count)
            .map(|_| handshake(server.address, "/"))
            .collect::<io::Result<Vec<_>>>()?;
        std::thread::sleep(REST);
        Ok((resident(&server)? - before) / clients.len() as i64)
    };
    cost().map_err(|cause| cause.to_string())
}

fn count_parts(count: usize, command: &str) -> Result<String, String> {
    let server = Server::start(command)?;
    let parts = || -> io::Result<String> {
        let mut witness = handshake(server.address, "/")?;
        std::thread::sleep(REST);
        let before = ask(&mut witness)?;
        let clients = (0..count)
            .map(|_| handshake(server.address, "/"))
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
    let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", server.pid()))?;
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
