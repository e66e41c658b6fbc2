//! Reads and writes the documents of the JSON benchmark with `serde_json::Value`.
//!
//! In: the folder of the documents, and how often each is read and written. Out: a line for each
//! document and operation with the best rate in MB/s.

use std::hint::black_box;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the folder of the documents");
    let runs: usize = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .expect("how often to run");
    for name in ["objects", "texts", "numbers"] {
        let text = std::fs::read_to_string(format!("{folder}/{name}.json")).expect("a document");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let parse = best(runs, || {
            serde_json::from_str::<serde_json::Value>(black_box(&text)).expect("JSON")
        });
        let print = best(runs, || {
            serde_json::to_string(black_box(&value)).expect("a value has a text")
        });
        println!("{name} parse {}", rate(text.len(), parse));
        println!("{name} print {}", rate(text.len(), print));
    }
}

/// The shortest of `runs` runs in nanoseconds. Freeing what a run makes is part of it.
fn best<T>(runs: usize, run: impl Fn() -> T) -> u128 {
    let times = (0..runs).map(|_| {
        let begin = Instant::now();
        drop(black_box(run()));
        begin.elapsed().as_nanos()
    });
    times.min().unwrap_or(1)
}

fn rate(bytes: usize, nanoseconds: u128) -> u128 {
    bytes as u128 * 1000 / nanoseconds.max(1)
}
