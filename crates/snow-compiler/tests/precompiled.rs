//! The library compiled ahead of programs: what a program takes from it is what it would compile
//! itself, and has no second copy in the program.

use crate::support;

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, LazyLock};

use snow_compiler::pipeline::{self, Compiled, LibraryUnit, Mode, Options, Output, Precompiled};
use snow_compiler::source::Sources;

/// The library, compiled once for all tests.
static LIBRARY: LazyLock<Vec<LibraryUnit>> = LazyLock::new(|| {
    let sources = support::with_library(&Sources::default());
    let library = support::on_large_stack(|| pipeline::library(&sources));
    library.expect("the library compiles").units
});

fn functions(library: &[LibraryUnit]) -> Precompiled {
    let all = library.iter().flat_map(|made| made.functions.clone());
    all.collect()
}

fn compiled(text: &str, precompiled: &Precompiled, verify: bool) -> Compiled {
    let mut case = Sources::default();
    case.add("main.snow", "Main", false, text);
    let sources = support::with_library(&case);
    let options = Options {
        mode: Mode::Program,
        dump: None,
        verify,
        precompiled: Some(Arc::new(precompiled.clone())),
        output: Output::Files,
    };
    let compiled = support::on_large_stack(|| support::compile(&sources, &options));
    let errors: Vec<_> = compiled.diagnostics.iter().map(|d| &d.message).collect();
    assert!(errors.is_empty(), "{errors:?}");
    compiled
}

/// Programs that come to the library's types and functions in different orders.
const PROGRAMS: &[&str] = &[
    "fn main() do\n  println(\"hi\")\nend\n",
    "import Ws\n\nfn main() do\n  let handler = Ws.handler(fn(_, _) -> Ok(0) end, fn(_, _, n) -> n end, \
     fn(_, _, _, _) -> () end)\n  Ws.serve(handler, 0)\nend\n",
    "fn main() do\n  println(\"${Json.parse(\"[1, {\\\"a\\\": null}]\")}\")\n  \
     println(\"${Map.put(Map.new(), \"a\", 1)}\")\nend\n",
    "fn main() do\n  println(\"${Uri.parse(\"http://a/b?c\")} ${Time.now()}\")\n  \
     println(\"${List.sort([2, 1], fn(a, b) -> a - b end)}\")\nend\n",
];

/// Names of the C functions that a text defines for other files, copies of theirs left out.
fn defined(text: &str) -> HashSet<&str> {
    let parts = text.split("#ifndef SN_DEVELOPMENT\n").enumerate();
    let own = parts.map(|(at, part)| match at {
        0 => part,
        _ => part
            .split_once("\n#endif\n")
            .map_or("", |(_, behind)| behind),
    });
    let heads = own.flat_map(str::lines).filter(|line| {
        !line.starts_with("static ") && line.contains("(sn_cx *cx") && line.contains(") {")
    });
    let names = heads.filter_map(|line| line.split("(sn_cx").next()?.split([' ', '*']).next_back());
    names.collect()
}

#[test]
fn every_function_is_compiled_once() {
    let functions = functions(&LIBRARY);
    assert!(functions.len() > 300, "{} functions", functions.len());
    let mut taken = 0;
    for text in PROGRAMS {
        let compiled = compiled(text, &functions, true);
        for unit in &compiled.units {
            let defined = defined(&unit.text);
            let twice: Vec<_> = defined
                .iter()
                .filter(|f| functions.contains_key(**f))
                .collect();
            assert!(twice.is_empty(), "{} has {twice:?} again", unit.name);
            let unknown: Vec<_> = unit
                .imported
                .iter()
                .filter(|f| !functions.contains_key(*f))
                .collect();
            assert!(unknown.is_empty(), "{unknown:?}");
            taken += unit.imported.len();
        }
    }
    assert!(taken > 10, "{taken} functions taken");
}

/// Without `--verify` the library's functions are not lowered again.
#[test]
fn code_that_is_not_made_again_changes_nothing() {
    let functions = functions(&LIBRARY);
    for text in PROGRAMS {
        let parts = |verify| {
            let units = compiled(text, &functions, verify).units.into_iter();
            let parts = units.map(|unit| {
                let imported: BTreeSet<_> = unit.imported.into_iter().collect();
                (unit.name, unit.text, imported)
            });
            parts.collect::<Vec<_>>()
        };
        let (made, known) = (parts(true), parts(false));
        let names = |all: &[(String, String, BTreeSet<String>)]| -> Vec<String> {
            all.iter().map(|part| part.0.clone()).collect()
        };
        assert_eq!(names(&made), names(&known), "{text}");
        for (made, known) in made.iter().zip(&known) {
            assert_eq!(made, known, "{text}");
        }
    }
}

#[test]
fn what_a_file_needs_another_one_has() {
    let functions = functions(&LIBRARY);
    for made in LIBRARY.iter() {
        for symbol in &made.unit.imported {
            assert!(
                functions.contains_key(symbol),
                "{} needs {symbol}",
                made.unit.name
            );
        }
        let defined = defined(&made.unit.text);
        for (symbol, _) in made.functions.iter().filter(|f| !f.0.starts_with("value_")) {
            let is_there = defined.contains(symbol.as_str())
                || made
                    .unit
                    .text
                    .contains(&format!("sn_actor_info {symbol}_actor = "))
                || made
                    .unit
                    .text
                    .contains(&format!("sn_closure {symbol}_value = "))
                // The smallest are copied into each file that calls them.
                || made.unit.text.contains(&format!(" {symbol}(sn_cx *cx"));
            assert!(is_there, "{} does not have {symbol}", made.unit.name);
        }
    }
}

#[test]
fn a_function_that_differs_is_noticed_or_compiled_with_the_program() {
    let mut changed = functions(&LIBRARY);
    for known in changed.values_mut() {
        known.fingerprint.0 ^= 1;
    }
    let mut case = Sources::default();
    case.add("main.snow", "Main", false, PROGRAMS[2]);
    let sources = support::with_library(&case);
    let compile = |verify| {
        let options = Options {
            mode: Mode::Program,
            dump: None,
            verify,
            precompiled: Some(Arc::new(changed.clone())),
            output: Output::Files,
        };
        let sources = sources.clone();
        support::on_large_stack(|| support::compile(&sources, &options))
    };
    let noticed = compile(true);
    assert!(noticed.diagnostics[0]
        .message
        .contains("is not what it was"));
    let whole = compile(false);
    assert!(whole.units.iter().any(|unit| unit.name == "Map"));
    assert!(whole.units.iter().all(|unit| unit.imported.is_empty()));
}

#[test]
fn types_that_contain_one_another_are_laid_out_alike_in_every_order() {
    let types = "type Wish do\n  NoWish\n  After(Gift)\nend\n\ntype Gift do\n  NoGift\n  \
                 With(Wish)\nend\n\n";
    let uses = [
        "fn wishes(w :: Wish) -> Int do\n  case w do\n    NoWish -> 0\n    After(_) -> 1\n  end\nend\n",
        "fn gifts(g :: Gift) -> Int do\n  case g do\n    NoGift -> 0\n    With(_) -> 1\n  end\nend\n",
    ];
    let layout = |first: &str, second: &str| {
        let main = format!("fn main() do\n  println(\"${{{first}}} ${{{second}}}\")\nend\n");
        let text = format!("{types}{}{}{main}", uses[0], uses[1]);
        let mut case = Sources::default();
        case.add("main.snow", "Main", false, &text);
        let options = Options {
            mode: Mode::Program,
            dump: Some("core".into()),
            verify: true,
            precompiled: None,
            output: Output::Files,
        };
        let sources = support::with_core(&case);
        let compiled = support::on_large_stack(|| support::compile(&sources, &options));
        let dump = compiled.dump.expect("a program without errors");
        let lines = dump.lines().filter(|line| line.starts_with("type Main."));
        lines.map(str::to_owned).collect::<HashSet<_>>()
    };
    let (one, other) = ("wishes(NoWish)", "gifts(NoGift)");
    let there = layout(one, other);
    assert!(!there.is_empty());
    assert_eq!(there, layout(other, one));
}
