//! The table: medians over the rounds, and ratios paired within rounds.

use crate::rounds::{Plan, Results, Sample};
use crate::scenario::Scenario;
use crate::statistics::Spread;

/// Prints one scenario.
pub fn print(scenario: Scenario, plan: &Plan, results: &[Results]) {
    println!("\n{scenario} ({} rounds)", plan.rounds);
    println!(
        "{:<18} {:>14} {:>19} {:>12} {:>9} {:>9} {:>9} {:>9} {:>8}   of the first (quartiles)",
        "server",
        format!("CPU ns/{}", scenario.unit()),
        "quartiles",
        "a second",
        "a read",
        "p50 us",
        "p99 us",
        "p99.9 us",
        "busiest"
    );
    let first = results.first().map_or(&[][..], cpu_of_all);
    for result in results {
        match &result.samples {
            Err(why) => println!("{:<18} not measured: {why}", result.name),
            Ok(samples) => println!("{:<18} {}", result.name, row(samples, first)),
        }
    }
}

fn cpu_of_all(results: &Results) -> &[Sample] {
    results.samples.as_deref().unwrap_or_default()
}

/// Processor time a message, round by round; empty when the server's process is not known.
pub fn cpu(samples: &[Sample]) -> Vec<f64> {
    samples.iter().filter_map(|sample| sample.cpu_ns).collect()
}

fn row(samples: &[Sample], first: &[Sample]) -> String {
    let median = |pick: fn(&Sample) -> f64| {
        Spread::of(samples.iter().map(pick)).map_or(0.0, |spread| spread.median)
    };
    let own = cpu(samples);
    let cost = Spread::of(own.iter().copied());
    let ratio = Spread::of_ratios(&own, &cpu(first)).map_or_else(String::new, |r| {
        format!("{:.2} ({:.2} to {:.2})", r.median, r.low, r.high)
    });
    let (cost, quartiles, busiest) = cost.map_or_else(
        || ("-".to_owned(), "-".to_owned(), "-".to_owned()),
        |spread| {
            (
                format!("{:.0}", spread.median),
                format!("{:.0} to {:.0}", spread.low, spread.high),
                format!("{:.0} %", 100.0 * median(|sample| sample.busiest)),
            )
        },
    );
    format!(
        "{cost:>14} {quartiles:>19} {:>12.0} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {busiest:>8}   {ratio}",
        median(|sample| sample.rate),
        median(|sample| sample.per_read),
        median(|sample| sample.latency_us[0]),
        median(|sample| sample.latency_us[1]),
        median(|sample| sample.latency_us[2]),
    )
}
