//! Checks a server with tokio-tungstenite.
//!
//! In: `echo URL`, `rooms URL`, or what `mixed.py` passes. Out: a line with the names of the checks
//! that passed, and one for each that failed; exit status 1 when there was one. Every check has a
//! deadline. `mixed` prints what its two members heard.

/// What an echo server must do.
mod echo;
/// What the server in `../rooms` must do.
mod rooms;
/// A connection, and what checks ask of it.
mod socket;

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(30);

/// What was wrong.
type Failure = Box<dyn std::error::Error>;

/// A check: its name, and what it does with the server's URL.
type Check = (
    &'static str,
    fn(&str) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + '_>>,
);

/// Fails with what came instead.
fn equal<T: PartialEq + std::fmt::Debug>(got: T, wanted: T) -> Result<(), Failure> {
    if got == wanted {
        return Ok(());
    }
    let words = |value: &T| format!("{value:?}").chars().take(100).collect::<String>();
    Err(format!("got {}, not {}", words(&got), words(&wanted)).into())
}

/// The library's version, which only the lock file knows exactly.
fn version() -> &'static str {
    let (_, after) = include_str!("../Cargo.lock")
        .split_once("name = \"tokio-tungstenite\"\nversion = \"")
        .expect("the lock file lists every dependency");
    after.split('"').next().unwrap_or_default()
}

/// Runs the checks one after the other; true when all passed.
async fn group(name: &str, checks: &[Check], url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    let client = format!("rust tokio-tungstenite {}: {scheme} {name}", version());
    let mut passed = Vec::new();
    for (what, check) in checks {
        match tokio::time::timeout(DEADLINE, check(url)).await {
            Ok(Ok(())) => passed.push(*what),
            Ok(Err(failure)) => println!("{client}: FAIL  {what}: {failure}"),
            Err(_) => println!("{client}: FAIL  {what}: deadline passed"),
        }
    }
    if !passed.is_empty() {
        println!("{client}: ok    {}", passed.join(", "));
    }
    passed.len() == checks.len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Failure> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nobody else chooses");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let passed = match arguments[..] {
        ["echo", url] => group("echo", echo::CHECKS, url).await,
        ["rooms", url] => group("rooms", rooms::CHECKS, url).await,
        ["mixed", room, name, members, each, talk_url, listen_url] => {
            let urls = [talk_url, listen_url];
            tokio::time::timeout(
                DEADLINE,
                rooms::mixed(room, name, members.parse()?, each.parse()?, urls),
            )
            .await??;
            true
        }
        _ => return Err("echo URL, rooms URL, or what mixed.py passes".into()),
    };
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
