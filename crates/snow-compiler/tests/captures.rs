//! What a closure captures.

use crate::support;

use snow_compiler::pipeline::{Mode, Options, Output};
use snow_compiler::source::Sources;

/// The core of a program, as `--dump=core` shows it.
fn core(text: &str) -> String {
    let mut case = Sources::default();
    case.add("main.snow", "Main", false, text);
    let options = Options {
        mode: Mode::Program,
        dump: Some("core".into()),
        verify: true,
        precompiled: None,
        output: Output::Files,
    };
    let compiled = support::compile(&support::with_core(&case), &options);
    assert!(compiled.diagnostics.is_empty());
    compiled.dump.expect("a dump was asked for")
}

/// `()` is known everywhere, so a closure over nothing else is a function that is there already.
#[test]
fn nothing_is_captured_of_what_has_one_value() {
    let core = core(
        "fn kept<T>(value :: T) -> Fun() -> T = fn() -> value end\n\n\
         fn main() do\n  kept(())()\n  println(\"${kept(3)()}\")\nend\n",
    );
    let made: Vec<_> = core
        .lines()
        .filter(|line| line.contains("= closure Main__kept"))
        .collect();
    assert_eq!(made.len(), 1, "{made:?}");
    assert!(made[0].contains("Fun() -> Int"), "{made:?}");
}
