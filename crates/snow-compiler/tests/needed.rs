//! How much of the library a program needs.

use crate::support;

use snow_compiler::pipeline;
use snow_compiler::source::Sources;

/// A module of the library with the name of a type that all programs have would be read by all of
/// them, with all that it needs.
#[test]
fn a_small_program_reads_little_of_the_library() {
    let mut own = Sources::default();
    let text = "fn main() do\n  println(\"hello\")\nend\n";
    own.add("main.snow", "Main", false, text);
    let sources = support::with_library(&own);
    let survey = pipeline::survey(&sources, false);
    let names: Vec<_> = survey
        .modules
        .iter()
        .map(|(file, _)| &sources.get(*file).module)
        .collect();
    assert!(names.len() < 30, "{names:?}");
}
