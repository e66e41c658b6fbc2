//! Results that outlive the terminal: a line of JSON for each server of each row, the bad ones and
//! those that could not be measured too, behind a line that says when, where and how.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use serde_json::{json, Value};

use crate::rounds::{Plan, Results};
use crate::scenario::{Scenario, Work};
use crate::statistics::Spread;
use crate::table::cpu;

/// Appends the circumstances.
pub fn begin(file: &Path, plan: &Plan) -> io::Result<()> {
    let said = |program: &str, words: &[&str]| {
        let output = Command::new(program).args(words).output().ok();
        output.map_or_else(String::new, |output| {
            let text = String::from_utf8_lossy(&output.stdout);
            text.lines().next().unwrap_or_default().trim().to_owned()
        })
    };
    let system = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let processor = system("/proc/cpuinfo");
    let processor = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("", |(_, name)| name);
    let program = std::env::args().next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let command: Vec<String> = std::iter::once(program)
        .chain(std::env::args().skip(1).map(|word| without_folders(&word)))
        .collect();
    append(
        file,
        &json!({
            "date": said("date", &["-u", "+%Y-%m-%d %H:%M"]),
            "commit": said("git", &["describe", "--always", "--dirty"]),
            "kernel": system("/proc/sys/kernel/osrelease").trim(),
            "congestion": system("/proc/sys/net/ipv4/tcp_congestion_control").trim(),
            "load": system("/proc/loadavg").trim(),
            "processor": processor,
            "rustc": said("rustc", &["--version"]),
            "cc": said("cc", &["--version"]),
            "rounds": plan.rounds,
            "seconds": plan.window.as_secs_f64(),
            "command": command.join(" "),
        }),
    )
}

/// The words with file names for paths: where files are on one machine says nothing elsewhere.
fn without_folders(word: &str) -> String {
    let short = |part: &str| match part.rsplit_once('/') {
        Some((_, name)) if part.starts_with('/') && !name.is_empty() => name.to_owned(),
        _ => part.to_owned(),
    };
    let (name, rest) = match word.split_once('=') {
        Some((name, rest)) => (format!("{name}="), rest),
        None => (String::new(), word),
    };
    let rest: Vec<String> = rest.split(' ').map(short).collect();
    format!("{name}{}", rest.join(" "))
}

/// Appends a row.
pub fn row(file: &Path, scenario: Scenario, results: &[Results]) -> io::Result<()> {
    let against = results.first().map_or("", |first| &first.name);
    let first = results
        .first()
        .and_then(|first| first.samples.as_ref().ok());
    for result in results {
        let mut line = json!({
            "row": scenario.to_string(),
            "kind": kind(scenario),
            "connections": scenario.connections,
            "server": result.name,
            "against": against,
        });
        match &result.samples {
            Err(why) => line["not_measured"] = json!(why),
            Ok(samples) => {
                let spread = |values: Option<Spread>| match values {
                    Some(Spread { low, median, high }) => json!([low, median, high]),
                    None => Value::Null,
                };
                let own = cpu(samples);
                let of_first = first.and_then(|first| Spread::of_ratios(&own, &cpu(first)));
                line["cpu_ns"] = spread(Spread::of(own.iter().copied()));
                line["ratio"] = spread(of_first);
                line["busiest"] = spread(Spread::of(samples.iter().map(|it| it.busiest)));
                line["rate"] = spread(Spread::of(samples.iter().map(|it| it.rate)));
                for (at, name) in ["p50_us", "p99_us", "p999_us"].into_iter().enumerate() {
                    let values = samples.iter().map(|it| it.latency_us[at]);
                    line[name] = spread(Spread::of(values));
                }
            }
        }
        append(file, &line)?;
    }
    Ok(())
}

/// A row of the same message on some number of connections is a point of the curve of costs.
fn kind(scenario: Scenario) -> &'static str {
    match scenario.work {
        Work::Echo if scenario.size == 32 && scenario.depth == 1 => "echo32",
        Work::Echo => "echo",
        Work::Broadcast { .. } | Work::Burst => "broadcast",
        Work::Connect => "connect",
    }
}

fn append(file: &Path, line: &Value) -> io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    writeln!(file, "{line}")
}

/// Reads the lines of a file of results.
pub fn read(file: &Path) -> Result<Vec<Value>, String> {
    let text = fs::read_to_string(file).map_err(|cause| format!("{}: {cause}", file.display()))?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<Value>, String> {
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|cause| format!("line {}: {cause}", at + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_a_machine_are_left_out() {
        assert_eq!(
            without_folders("Snow=env SNOW_WORKERS=1 /somewhere/else/echo"),
            "Snow=env SNOW_WORKERS=1 echo"
        );
        assert_eq!(without_folders("--url"), "--url");
        assert_eq!(without_folders("ws://host:1/path"), "ws://host:1/path");
    }

    #[test]
    fn a_line_that_is_no_json_is_named() {
        assert_eq!(parse("{}\n{}\n").unwrap().len(), 2);
        assert!(parse("{}\n{").unwrap_err().starts_with("line 2"));
    }
}
