//! Prints what a message costs several servers, measured in turn in shuffled rounds, or one that
//! runs already: [`arguments::USAGE`] says how.
//!
//! Each COMMAND is started with a port as its last argument and must echo WebSocket messages on
//! 127.0.0.1, and, for broadcasts, send what comes on `/room` to all connections there. Servers run
//! on core 0 unless said otherwise and this program where it was started. The first server is the
//! one to which the others are compared.

/// The command line.
mod arguments;
/// Drawings.
mod chart;
/// Connections that come and go.
mod connect;
/// Connections that stay.
mod connection;
/// Memory.
mod idle;
/// An echo beside misbehaving callbacks.
mod isolation;
/// What is being measured just now.
mod progress;
/// Results in a file.
mod record;
/// The measurement.
mod rounds;
/// The rows.
mod scenario;
/// Servers under test.
mod server;
/// Medians and percentiles.
mod statistics;
/// Results on the terminal.
mod table;
/// Addresses.
mod url;

use std::path::Path;
use std::process::ExitCode;

use arguments::{Subject, Task};
use progress::Progress;

fn main() -> ExitCode {
    if std::env::args().any(|word| word == "--help") {
        println!("{}", arguments::USAGE);
        return ExitCode::SUCCESS;
    }
    match arguments::parse(std::env::args().skip(1)).and_then(obey) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("load: {why}\n\n{}", arguments::USAGE);
            ExitCode::from(2)
        }
    }
}

fn obey(arguments: arguments::Arguments) -> Result<(), String> {
    let arguments::Arguments {
        task,
        plan,
        subject,
    } = arguments;
    match (task, subject) {
        (Task::Rows(rows, json), subject) => {
            let failed = |cause: std::io::Error| format!("cannot write the results: {cause}");
            if let Some(file) = &json {
                record::begin(file, &plan).map_err(failed)?;
            }
            let mut progress = Progress::new(rows.len());
            for scenario in rows {
                progress.next_row();
                let results = rounds::run(scenario, &plan, &subject, &progress);
                table::print(scenario, &plan, &results);
                if let Some(file) = &json {
                    record::row(file, scenario, &results).map_err(failed)?;
                }
            }
            Ok(())
        }
        (Task::Chart(results, folder), _) => draw(&results, &folder),
        (Task::Idle(count, counting), Subject::Candidates(candidates)) => {
            idle::run(count, &candidates, counting.as_deref());
            Ok(())
        }
        (Task::Isolation(slice), Subject::Candidates(candidates)) => {
            isolation::run(&plan, slice, &candidates);
            Ok(())
        }
        // The command line is refused before it comes here.
        (Task::Idle(..) | Task::Isolation(_), Subject::Running(..)) => {
            Err("--url goes with rows only".into())
        }
    }
}

fn draw(results: &Path, folder: &Path) -> Result<(), String> {
    let lines = record::read(results)?;
    let write = |name: &str, svg: String| {
        let file = folder.join(name);
        std::fs::write(&file, svg).map_err(|cause| format!("{}: {cause}", file.display()))
    };
    write("ratio.svg", chart::ratios(&lines))?;
    write("cost.svg", chart::costs(&lines))
}
