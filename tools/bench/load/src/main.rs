//! Prints server CPU time per echoed message for several servers, measured in turn in shuffled
//! rounds.
//!
//!     load [--broadcast MEMBERS] [--rounds N] [--seconds S] NAME=COMMAND…
//!     load --idle N [--counting COMMAND] NAME=COMMAND…
//!
//! With `--idle` it prints what N connections that say nothing cost each server instead, and, by a
//! server that answers every message with its counters, where the bytes of Snow are.
//!
//! Each COMMAND is started with a port as its last argument and must echo WebSocket messages on
//! 127.0.0.1, or, with `--broadcast`, send what comes on `/room` to all MEMBERS connections there.
//! Servers run on core 0 and this program on core 1. The first server is the one to which the others
//! are compared.

mod connection;
mod idle;
mod rounds;
mod server;
mod table;

use std::process::ExitCode;
use std::time::Duration;

use rounds::{Plan, Scenario, ECHO};

fn main() -> ExitCode {
    let mut plan = Plan {
        rounds: 6,
        window: Duration::from_millis(1000),
    };
    let mut servers = Vec::new();
    let mut scenarios: Vec<Scenario> = ECHO.into();
    let (mut idle, mut counting) = (None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--counting" {
            counting = arguments.next();
            continue;
        }
        let mut number = |what: &str| {
            arguments
                .next()
                .and_then(|text| text.parse::<f64>().ok())
                .expect(what)
        };
        match argument.as_str() {
            "--rounds" => plan.rounds = number("--rounds needs a number") as usize,
            "--broadcast" => {
                let members = number("--broadcast needs a number") as usize;
                scenarios = rounds::broadcasts(members).into();
            }
            "--seconds" => {
                plan.window = Duration::from_secs_f64(number("--seconds needs a number"))
            }
            "--idle" => idle = Some(number("--idle needs a number") as usize),
            _ => match argument.split_once('=') {
                Some((name, command)) => servers.push((name.to_owned(), command.to_owned())),
                None => {
                    eprintln!("load: '{argument}' is neither an option nor NAME=COMMAND");
                    return ExitCode::from(2);
                }
            },
        }
    }
    if let Some(count) = idle {
        idle::run(count, &servers, counting.as_deref());
        return ExitCode::SUCCESS;
    }
    for scenario in scenarios {
        let results = rounds::run(scenario, &plan, &servers);
        table::print(scenario, &plan, &results);
    }
    ExitCode::SUCCESS
}
