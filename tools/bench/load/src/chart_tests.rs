//! What drawings have in them.

use serde_json::json;

use super::*;

fn lines() -> Vec<Value> {
    let line = |row: &str, count: usize, server: &str, ratio: f64| {
        json!({"row": row, "kind": "echo32", "connections": count, "server": server,
            "against": "A<B", "cpu_ns": [900.0, 1000.0 * ratio, 1100.0], "ratio": [ratio * 0.9, ratio, ratio * 1.1]})
    };
    vec![
        json!({"date": "2026-11-30", "command": "load"}),
        line("echo, 10 × 32 B", 10, "A<B", 1.0),
        line("echo, 10 × 32 B", 10, "Snow", 1.5),
        line("echo, 10000 × 32 B", 10_000, "A<B", 1.0),
        line("echo, 10000 × 32 B", 10_000, "Snow", 40.0),
        json!({"row": "echo, 10 × 32 B", "kind": "echo32", "connections": 10, "server": "C",
            "not_measured": "no compiler"}),
    ]
}

/// The text is well-formed as far as elements go: each that opens is closed.
fn check_elements(svg: &str) {
    let mut open = Vec::new();
    for part in svg.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect("a tag ends");
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "in {svg}"),
            None if tag.ends_with('/') => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?} are open");
}

#[test]
fn ratios_have_a_point_for_each_server_and_a_note_for_others() {
    let svg = ratios(&lines());
    check_elements(&svg);
    assert_eq!(svg.matches("<title>").count(), 4);
    assert!(svg.contains("A&lt;B: 1.00 (0.90 to 1.10)"), "{svg}");
    assert!(svg.contains("not measured: C"), "{svg}");
}

#[test]
fn a_row_that_was_measured_twice_is_drawn_once_and_one_of_other_servers_beside_it() {
    let mut lines = lines();
    lines.push(lines[2].clone());
    assert_eq!(ratios(&lines).matches("<title>").count(), 4);
    let mut workers = lines[2].clone();
    workers["against"] = json!("one worker");
    lines.push(workers);
    let svg = ratios(&lines);
    assert_eq!(svg.matches("<title>").count(), 5);
    assert!(svg.contains("10 × 32 B (of one worker)"), "{svg}");
}

#[test]
fn equal_factors_are_equally_far_and_what_is_beyond_the_axis_stays_on_it() {
    let [half, one, two] = [0.5, 1.0, 2.0].map(|ratio| x_of_ratio(ratio, 4.0));
    assert!((two - one - (one - half)).abs() < 1e-9);
    assert_eq!(x_of_ratio(100.0, 16.0), WIDTH - RIGHT);
    assert_eq!(x_of_ratio(0.0, 4.0), LEFT);
}

#[test]
fn costs_have_a_curve_for_each_server() {
    let svg = costs(&lines());
    check_elements(&svg);
    assert_eq!(svg.matches("<polyline").count(), 2);
    assert!(svg.contains("Snow, 10000 connections: 40000 ns"), "{svg}");
}

#[test]
fn nothing_measured_is_an_empty_drawing() {
    check_elements(&ratios(&[]));
    check_elements(&costs(&[]));
}

#[test]
fn there_are_at_most_ten_lines() {
    for (most, step) in [
        (10.0, 1.0),
        (11.0, 2.0),
        (40_000.0, 5000.0),
        (7300.0, 1000.0),
    ] {
        assert_eq!(step_of(most), step, "{most}");
    }
}
