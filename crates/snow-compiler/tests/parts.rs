//! Large files of a program in parts.

use crate::support;

use std::collections::BTreeMap;

use snow_compiler::pipeline::Output;
use snow_compiler::source::Sources;

/// The C files of a program, by their names.
fn units(text: &str, output: Output) -> BTreeMap<String, String> {
    let mut case = Sources::default();
    case.add("main.snow", "Main", false, text);
    support::units(&case, output)
}

/// A program of many functions, each with closures; the one of number `changed` is another.
fn program(functions: usize, changed: usize) -> String {
    let mut text = String::new();
    for at in 0..functions {
        let first = if at == changed { 1000 } else { 1 };
        text.push_str(&format!(
            "fn step{at}(list :: List<Int>) -> List<String> do\n  \
             let found = List.filter(list, fn n -> n % {} != {first} end)\n  \
             List.map(found, fn n -> \"item ${{n}} of {at}\" end)\nend\n",
            at + 2
        ));
    }
    text.push_str("fn main() do\n");
    for at in 0..functions {
        text.push_str(&format!("  println(\"${{step{at}([1, 2, 3])}}\")\n"));
    }
    text.push_str("end\n");
    text
}

fn parts(units: &BTreeMap<String, String>) -> Vec<&String> {
    let names = units.keys();
    names
        .filter(|name| *name == "Main" || name.starts_with("Main+"))
        .collect()
}

#[test]
fn a_small_file_is_whole() {
    assert_eq!(parts(&units(&program(3, 0), Output::Parts)), ["Main"]);
}

#[test]
fn a_large_file_is_split_where_that_is_asked_for() {
    let text = program(120, 0);
    assert_eq!(parts(&units(&text, Output::Files)), ["Main"]);
    let split = units(&text, Output::Parts);
    assert!(parts(&split).len() > 2, "{:?}", split.keys());
    for at in 0..120 {
        let head = format!(" Main__step{at}_1(sn_cx");
        let defined = |unit: &str| {
            let mut lines = unit.lines();
            lines.any(|line| line.contains(&head) && line.contains(") {"))
        };
        let homes = split.values().filter(|unit| defined(unit));
        assert_eq!(homes.count(), 1, "step{at}");
    }
}

#[test]
fn a_changed_function_changes_its_part_only() {
    let before = units(&program(120, 7), Output::Parts);
    let after = units(&program(120, 8), Output::Parts);
    let changed: Vec<_> = before
        .iter()
        .filter(|(name, text)| after.get(*name) != Some(text))
        .map(|(name, _)| name)
        .collect();
    assert!((1..=2).contains(&changed.len()), "{changed:?}");
}

#[test]
fn nothing_is_made_where_only_errors_are_wanted() {
    assert!(units(&program(3, 0), Output::Nothing).is_empty());
}
