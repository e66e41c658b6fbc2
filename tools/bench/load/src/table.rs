//! The table: medians over the rounds, and ratios paired within rounds.

use crate::rounds::{Plan, Results, Sample, Scenario};

/// Prints one scenario.
pub fn print(scenario: Scenario, plan: &Plan, results: &[Results]) {
    let Scenario {
        connections,
        size,
        depth,
        speakers,
    } = scenario;
    let what = match speakers {
        0 => "echo".to_owned(),
        1 => "broadcast, one speaks and all hear".to_owned(),
        _ => format!("broadcast, {speakers} speak and all hear"),
    };
    println!(
        "\n{what}, {connections} connections, {size} bytes, {depth} in flight each ({} rounds)",
        plan.rounds
    );
    println!(
        "{:<18} {:>14} {:>19} {:>12} {:>9} {:>9} {:>9}   {}",
        "server",
        "CPU ns/message",
        "least to most",
        "messages/s",
        "a read",
        "p50 us",
        "p99 us",
        "of the first (least to most)"
    );
    let first = results
        .first()
        .and_then(|result| result.samples.as_ref().ok());
    for result in results {
        match &result.samples {
            Err(why) => println!("{:<18} not measured: {why}", result.name),
            Ok(samples) => println!("{:<18} {}", result.name, row(samples, first)),
        }
    }
}

fn row(samples: &[Sample], first: Option<&Vec<Sample>>) -> String {
    let of = |pick: fn(&Sample) -> f64| Spread::of(samples.iter().map(pick));
    let cpu = of(|sample| sample.cpu_ns);
    let ratio = first.map(|first| {
        Spread::of(
            samples
                .iter()
                .zip(first)
                .map(|(own, other)| own.cpu_ns / other.cpu_ns),
        )
    });
    let ratio = ratio.map_or_else(String::new, |r| {
        format!("{:.2} ({:.2} to {:.2})", r.median, r.least, r.most)
    });
    format!(
        "{:>14.0} {:>19} {:>12.0} {:>9.1} {:>9.1} {:>9.1}   {ratio}",
        cpu.median,
        format!("{:.0} to {:.0}", cpu.least, cpu.most),
        of(|sample| sample.rate).median,
        of(|sample| sample.per_read).median,
        of(|sample| sample.latency_us.0).median,
        of(|sample| sample.latency_us.1).median,
    )
}

struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Spread {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let median = |values: &[f64]| {
            let (low, high) = ((values.len() - 1) / 2, values.len() / 2);
            (values[low] + values[high]) / 2.0
        };
        match values.as_slice() {
            [] => Spread {
                least: 0.0,
                median: 0.0,
                most: 0.0,
            },
            all => Spread {
                least: all[0],
                median: median(all),
                most: all[all.len() - 1],
            },
        }
    }
}
