//! What a program declares changes nothing in the library: its functions have the same types beside
//! a program that has all of their names. Tools keep what is known of the library because of that.

use crate::support;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use snow_compiler::hir::{Program, TypeKind};
use snow_compiler::pipeline::{survey, Survey};
use snow_compiler::source::Sources;
use snow_compiler::types::print;

fn surveyed(program: &str) -> (Survey, Sources) {
    let mut own = Sources::default();
    own.add("main.snow", "Main", false, "fn main() do\nend\n");
    own.add("like.snow", "Like", false, program);
    let sources = support::with_library(&own);
    (survey(&sources, true), sources)
}

/// The functions of the library with their types.
fn types_of_library(found: &Survey) -> Vec<String> {
    let program = &found.program;
    let is_library = |module: usize| program.modules[module].is_stdlib;
    let functions = program.functions.iter().enumerate();
    let functions = functions.filter(|(_, function)| is_library(function.module.index()));
    functions
        .map(|(index, function)| {
            let module = &program.modules[function.module.index()].name;
            let generics: Vec<_> = function.generics.iter().map(|(g, _)| g.clone()).collect();
            let scheme = print::scheme(program, &found.typed.scheme[index], &generics);
            format!("{module}.{} :: {scheme}", function.name)
        })
        .collect()
}

/// A module with a struct of all the library's fields, and interfaces with the names and methods of
/// its own and with the names of its functions.
fn alike(library: &Program) -> String {
    let mut text = String::new();
    let mut fields = BTreeSet::new();
    for def in library.types.iter() {
        if let TypeKind::Struct(own) = &def.kind {
            fields.extend(own.iter().map(|(name, _)| name.to_string()));
        }
    }
    let is_plain = |name: &str| !name.contains(['%', '.', ' ']);
    fields.retain(|name| is_plain(name));
    text.push_str("pub struct Everything do\n");
    for field in &fields {
        let _ = writeln!(text, "  {field} :: Int");
    }
    text.push_str("end\n");
    let names: BTreeSet<_> = library.interfaces.iter().map(|i| i.name.clone()).collect();
    for name in names {
        let _ = writeln!(
            text,
            "\npub interface {name} do\n  fn likeness(self) -> Int\nend"
        );
    }
    let methods: BTreeSet<(String, usize)> = library
        .functions
        .iter()
        .filter(|function| is_plain(&function.name) && (1..4).contains(&function.arity))
        .map(|function| (function.name.to_string(), function.arity))
        .collect();
    for (number, (name, arity)) in methods.iter().enumerate() {
        let others = ["", ", a :: Int", ", a :: Int, b :: Int"][arity - 1];
        let _ = writeln!(
            text,
            "\npub interface Like{number} do\n  fn {name}(self{others}) -> Int\nend"
        );
    }
    text
}

#[test]
fn what_a_program_declares_changes_nothing_in_the_library() {
    let work = || {
        let (alone, _) = surveyed("");
        let program = alike(&alone.program);
        let (beside, sources) = surveyed(&program);
        let in_library = beside.diagnostics.iter().find(|found| {
            let label = found.labels.first();
            label.is_some_and(|label| sources.get(label.span.file).is_stdlib)
        });
        assert!(in_library.is_none(), "{in_library:?}");
        // What is wrong is inferred in several rounds.
        let (wrong, _) = surveyed("pub fn wrong() -> Int = [1].map(fn x -> x.nothing() end)\n");
        assert!(!wrong.diagnostics.is_empty());
        let alone = types_of_library(&alone);
        assert!(alone.len() > 1000, "{}", alone.len());
        for other in [types_of_library(&beside), types_of_library(&wrong)] {
            assert_eq!(alone.len(), other.len());
            for (alone, other) in alone.iter().zip(&other) {
                assert_eq!(alone, other);
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(snow_compiler::pipeline::STACK);
    let running = thread.spawn(work).expect("a thread");
    if let Err(panic) = running.join() {
        std::panic::resume_unwind(panic);
    }
}
