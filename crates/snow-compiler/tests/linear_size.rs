//! What long programs cost: C text in proportion to the source, whatever the matches, literals and
//! chains in it are made of. The tests compare sizes, never times.

#[allow(dead_code, reason = "the other tests need the rest of it")]
mod support;

use std::fmt::Write;

use snow_compiler::diagnostics::{Code, Severity};
use snow_compiler::pipeline::{Compiled, Mode, Options, Output, STACK};
use snow_compiler::source::Sources;

fn compiled(text: &str) -> Compiled {
    let text = text.to_string();
    let work = move || {
        let mut sources = Sources::default();
        sources.add("main.snow", "Main", false, &text);
        let options = Options {
            mode: Mode::Program,
            dump: None,
            verify: true,
            precompiled: None,
            output: Output::Files,
        };
        support::compile(&support::with_core(&sources), &options)
    };
    let compiler = std::thread::Builder::new().stack_size(STACK).spawn(work);
    compiler.expect("a thread").join().expect("no panic")
}

/// C of the program's own module.
fn main_text(text: &str) -> String {
    let compiled = compiled(text);
    let errors: Vec<_> = compiled.diagnostics.iter().map(|d| &d.message).collect();
    let unit_of = |name: &str| compiled.units.iter().find(|unit| unit.name == name);
    let unit = unit_of("Main");
    unit.unwrap_or_else(|| panic!("no C, but {errors:?}"))
        .text
        .clone()
}

/// Bytes of it.
fn size(text: &str) -> usize {
    main_text(text).len()
}

/// Bytes of the longest function of such C.
fn longest(text: &str) -> usize {
    let functions = functions(text).into_iter();
    functions.map(str::len).max().unwrap_or_default()
}

/// Its functions, each behind its name and with the helpers that follow it; what else is named in a
/// comment is a type.
fn functions(text: &str) -> Vec<&str> {
    let parts = text.split("\n/* ").skip(1);
    let is_function = |part: &&str| part.contains(" */\n#line ");
    parts.filter(is_function).collect()
}

/// Of eight times the text, no function is twice as long: C compilers need more than linear time for
/// one. The whole is linear.
#[track_caller]
fn is_cut(program: impl Fn(usize) -> String, small: usize) {
    let texts = [small, 8 * small].map(|parts| main_text(&program(parts)));
    let [once, eight] = texts.each_ref().map(|text| longest(text));
    assert!(
        eight < 2 * once,
        "a function of {once} bytes for {small} parts, of {eight} for eight times as many"
    );
    are_in_proportion(texts.map(|text| text.len()), small);
}

/// The C of eight times the text is less than twelve times as long.
#[track_caller]
fn is_linear(program: impl Fn(usize) -> String, small: usize) {
    are_in_proportion([small, 8 * small].map(|parts| size(&program(parts))), small);
}

#[track_caller]
fn are_in_proportion([once, eight]: [usize; 2], small: usize) {
    assert!(
        eight < 12 * once,
        "{once} bytes for {small} parts, {eight} for eight times as many"
    );
}

fn list(count: usize, between: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(between)
}

fn matching(parameter: &str, arms: &str) -> String {
    format!(
        "fn f({parameter}) -> Int do\n  case x do\n{arms}  end\nend\nfn main() do\n  \
         println(\"${{f(panic(\"later\"))}}\")\nend\n"
    )
}

/// Columns of a match on a tuple of Ints.
fn ints(count: usize) -> String {
    format!("x :: ({})", list(count, ", ", |_| "Int".into()))
}

#[test]
fn alternatives_of_columns_are_not_multiplied() {
    is_linear(
        |columns| {
            let digits = list(10, " | ", |digit| format!("\"{digit}\""));
            let row = list(columns, ", ", |_| format!("({digits})"));
            matching(
                "x :: List<String>",
                &format!("    [{row}] -> 1\n    _ -> 0\n"),
            )
        },
        4,
    );
}

#[test]
fn a_second_arm_shares_what_is_left_of_it() {
    is_linear(
        |columns| {
            let first = list(columns, ", ", |_| "(1 | 2 | 3)".into());
            let second = list(columns, ", ", |_| "(2 | 4)".into());
            let arms = format!("    ({first}) -> 1\n    ({second}) -> 2\n    _ -> 0\n");
            matching(&ints(columns), &arms)
        },
        4,
    );
}

#[test]
fn alternatives_that_bind_names_are_not_multiplied() {
    is_linear(
        |columns| {
            let row = list(columns, ", ", |i| format!("(Ok(n{i}) | Err(n{i}))"));
            let sum = list(columns, " + ", |i| format!("n{i}"));
            let types = list(columns, ", ", |_| "Result<Int, Int>".into());
            let arms = format!("    ({row}, 1) -> {sum}\n    _ -> 0\n");
            matching(&format!("x :: ({types}, Int)"), &arms)
        },
        3,
    );
}

/// Arms of three values each, at columns and with values drawn by a fixed generator.
fn clauses(columns: usize, arms: usize, last: &str) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut text = String::new();
    for arm in 0..arms {
        let mut row = vec!["_"; columns];
        for _ in 0..3 {
            row[draw(columns)] = ["true", "false"][draw(2)];
        }
        let _ = writeln!(text, "    ({}) -> {arm}", row.join(", "));
    }
    let types = list(columns, ", ", |_| "Bool".into());
    matching(&format!("x :: ({types})"), &format!("{text}{last}"))
}

#[test]
fn clauses_over_many_truth_values_are_tried_in_order() {
    is_linear(|part| clauses(20, 10 * part, "    _ -> 0\n"), 1);
    is_linear(|part| clauses(20 * part, 40, "    _ -> 0\n"), 1);
}

#[test]
fn a_match_that_cannot_be_checked_says_so() {
    let found = compiled(&clauses(60, 120, ""));
    let codes: Vec<_> = found.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::E0097]);
}

#[test]
fn literals_are_data() {
    is_linear(
        |items| {
            let numbers = list(items, ", ", |i| i.to_string());
            format!("let XS = [{numbers}]\nfn main() do\n  println(\"${{XS[1]}}\")\nend\n")
        },
        500,
    );
    is_linear(
        |items| {
            let pairs = list(items, ", ", |i| format!("\"key {i}\" => (true, [{i}])"));
            format!("fn main() do\n  println(\"${{%{{{pairs}}}}}\")\nend\n")
        },
        100,
    );
    let main = main_text(
        "fn main() do\n  println(\"${<<1::4, 2::4, \"ab\"::utf8, -1::16, 7::32-little>>}\")\nend\n",
    );
    assert!(!main.contains("_put_"), "{main}");
    let text = "fn main() do\n  println(\"${List.length([1, 2, 3])}\")\nend\n";
    let c = &compiled(text).units;
    assert!(c
        .iter()
        .all(|unit| !unit.text.contains("_with_capacity(cx, INT64_C(3))")));
}

/// `f` that makes something of so many parts out of its parameters.
fn of_parts(what: &str, count: usize) -> String {
    let result = match what {
        "bytes" => format!("<<{}>>", list(count, ", ", |i| format!("(a + {i})"))),
        "list" => format!("[{}]", list(count, ", ", |i| format!("a + {i}"))),
        "map" => format!(
            "%{{{}}}",
            list(count, ", ", |i| format!("\"{i}\" => a + {i}"))
        ),
        "keys" => format!("%{{{}}}", list(count, ", ", |i| format!("a + {i} => b"))),
        "texts" => format!("\"{}\"", "${b}".repeat(count)),
        _ => format!("\"{}\"", "${a}${b}".repeat(count)),
    };
    format!(
        "fn f(a :: Int, b :: String) = {result}\nfn main() do\n  \
         println(\"${{f(3, \"b\")}}\")\nend\n"
    )
}

#[test]
fn what_has_many_parts_is_cut_into_functions() {
    for what in ["bytes", "list", "map", "keys", "texts", "numbers"] {
        is_cut(|count| of_parts(what, count), 700);
    }
    is_cut(
        |count| {
            let lines = list(count, "", |i| format!("  println(\"${{g({i})}}\")\n"));
            format!("fn g(x :: Int) = x\nfn main() do\n{lines}end\n")
        },
        300,
    );
}

/// Inlined, an append costs C compilers time that grows faster than their number in a function.
#[test]
fn many_appends_are_calls() {
    let parts = |what: &str, count: usize| {
        let text = main_text(&of_parts(what, count));
        let functions = functions(&text).into_iter();
        functions
            .filter(|part| part.starts_with("f */"))
            .collect::<String>()
    };
    for (function, call) in [
        ("bytes", "bytes_put_be"),
        ("list", "_append"),
        ("text", "bytes_append"),
        ("map", "_append"),
    ] {
        let inlined = format!("{call}(cx");
        let (few, many) = (parts(function, 20), parts(function, 500));
        assert!(few.contains(&inlined), "{few}");
        assert!(!many.contains(&inlined), "{many}");
        assert!(many.contains(&format!("{call}_called(cx")), "{many}");
    }
}

#[test]
fn texts_of_many_variants_are_calls() {
    let shown = |count: usize| {
        let variants = list(count, "", |i| format!("  C{i}(Int, String)\n"));
        let main = "fn main() do\n  println(\"${[C0(1, \"\"), C1(2, \"\")]}\")\nend\n";
        let found = compiled(&format!("type T do\n{variants}end\n{main}"));
        let is_shown = |line: &&str| line.contains("_append_text") && line.contains("C7(");
        let mut lines = found.units.iter().flat_map(|unit| unit.text.lines());
        lines.find(is_shown).expect("the texts").to_string()
    };
    assert!(shown(20).contains("sn_append_text(cx"));
    let many = shown(200);
    assert!(many.contains("sn_append_text_called(cx") && !many.contains("sn_append_text(cx"));
}

/// A sum of so many variants, and all that can be done with its values.
fn sum(count: usize, payload: &str) -> String {
    let variants = list(count, "", |i| format!("  C{i}{payload}\n"));
    let value = match payload {
        "" => "C1",
        "(Int)" => "C1(1)",
        "(Int, T)" => "C1(1, Z)",
        _ => "C1(1, \"\")",
    };
    format!(
        "type T do\n{variants}  Z\nend deriving(Eq, Ord, Hash, Display, Debug)\n\
         fn show(t :: T) = println(\"${{t}}\")\n\
         actor a() do\n  receive do\n    t -> show(t)\n  end\nend\n\
         fn main() do\n  let m = %{{{value} => 1}}\n  send(spawn(a), Z)\n  \
         println(\"${{inspect(m)}} ${{Z < {value}}} ${{Z == {value}}} ${{[Z]}}\")\nend\n"
    )
}

/// What lies alike is compared, hashed, shown, sent and dropped by one piece of code.
#[test]
fn variants_that_lie_alike_share_their_code() {
    for payload in ["", "(Int)", "(Int, String)", "(Int, T)"] {
        let pieces = |count: usize| {
            let found = compiled(&sum(count, payload));
            let errors: Vec<_> = found.diagnostics.iter().map(|d| &d.message).collect();
            assert!(!found.units.is_empty(), "{errors:?}");
            let texts = found.units.iter().map(|unit| &unit.text);
            texts
                .map(|text| text.matches("break; ").count())
                .sum::<usize>()
        };
        assert_eq!(pieces(100), pieces(800), "of variants with {payload:?}");
        is_linear(|count| sum(count, payload), 100);
    }
}

#[test]
fn a_large_type_is_one_diagnostic() {
    let doubled = list(60, "", |i| format!("  let x{} = (x{i}, x{i})\n", i + 1));
    let found = compiled(&format!(
        "fn main() do\n  let x0 = 1\n{doubled}  println(\"x\")\nend\n"
    ));
    let codes: Vec<_> = found.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::E0096]);
    let calls = list(40, "", |i| format!("fn p{}(x) = p{i}(p{i}(x))\n", i + 1));
    let text = format!("fn p0(x) = (x, x)\n{calls}fn main() do\n  p40(1)\n  println(\"x\")\nend\n");
    let codes: Vec<_> = compiled(&text).diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, [Code::E0096]);
}

#[test]
fn six_hundred_parts_are_not_too_many() {
    let names = list(600, ", ", |i| format!("a{i}"));
    let numbers = list(600, ", ", |i| i.to_string());
    let text =
        format!("fn main() do\n  let ({names}) = ({numbers})\n  println(\"${{a599}}\")\nend\n");
    size(&text);
    let variants = list(600, "", |i| format!("  C{i}(Int)\n"));
    let arms = list(600, "", |i| format!("    C{i}(n) -> n + {i}\n"));
    let text = matching("x :: T", &arms);
    size(&format!("type T do\n{variants}end\n{text}"));
}

/// A match of so many arms, on what and of what kind.
fn wide(what: &str, count: usize) -> String {
    let arms = |arm: &dyn Fn(usize) -> String| list(count, "", |i| format!("    {}\n", arm(i)));
    let with_rest = |arms: String| format!("{arms}    _ -> 0\n");
    match what {
        "numbers" => matching(
            "x :: Int",
            &with_rest(arms(&|i| format!("{i} -> g({i}, x)"))),
        ),
        "texts" => matching(
            "x :: String",
            &with_rest(arms(&|i| format!("\"{i}\" -> g({i}, 1)"))),
        ),
        "variants" => {
            let variants = list(count, "", |i| format!("  C{i}(Int)\n"));
            let text = matching("x :: T", &arms(&|i| format!("C{i}(n) -> g(n, {i})")));
            format!("type T do\n{variants}end\n{text}")
        }
        "tuples" => matching(
            "x :: (Int, String)",
            &with_rest(arms(&|i| format!("({i}, \"{}\") -> g({i}, 1)", i % 40))),
        ),
        "nested" => matching(
            "x :: Option<(Int, Option<String>)>",
            &with_rest(arms(&|i| {
                format!("Some(({i}, Some(\"k{i}\"))) -> g({i}, 1)")
            })),
        ),
        _ => matching(
            "x :: Int",
            &with_rest(arms(&|i| format!("n when g(n, {i}) == {i} -> g({i}, n)"))),
        ),
    }
}

#[test]
fn wide_matches_are_cut_into_functions() {
    let helper = "fn g(a :: Int, b :: Int) -> Int do\n  if b > 9 do\n    g(a, b - 1)\n  else\n    \
                  a + b\n  end\nend\n";
    for what in ["numbers", "texts", "variants", "tuples", "nested", "guards"] {
        is_cut(|count| format!("{helper}{}", wide(what, count)), 700);
    }
}

/// Each step that may fail gives back what was read before it.
#[test]
fn reading_of_many_fields_is_linear() {
    is_linear(
        |count| {
            let fields = list(count, "", |i| format!("  f{i} :: Int\n"));
            format!(
                "struct P do\n{fields}end deriving(Json)\nfn main() do\n  \
                 case P.from_json(\"{{}}\") do\n    Ok(p) -> println(\"${{p.f1}}\")\n    \
                 Err(_) -> println(\"no\")\n  end\nend\n"
            )
        },
        100,
    );
}

#[test]
fn chains_are_not_nesting() {
    let main = |value: &str| {
        format!(
            "fn g(x :: Int) = x > 0\nfn h(x :: Int) = x\nfn main() do\n  \
         let a = \"a\"\n  println(\"${{{value}}}\")\nend\n"
        )
    };
    let chains = [
        list(5000, " <> ", |_| "a".into()),
        list(5000, " + ", |_| "1".into()),
        list(2000, " + ", |i| format!("h({i})")),
        list(5000, " and ", |i| format!("g({i})")),
        list(
            5000,
            " |> ",
            |i| if i == 0 { "1".into() } else { "h".into() },
        ),
        format!("a{}", ".trim()".repeat(3000)),
    ];
    for chain in chains {
        size(&main(&chain));
    }
    let branches = list(2000, " else ", |i| format!("if x == {i} do\n    {i}\n  "));
    size(&format!(
        "fn f(x :: Int) -> Int do\n  {branches} else\n    0\n  end\nend\nfn main() do\n  \
         println(\"${{f(3)}}\")\nend\n"
    ));
    let heads = list(500, " :: ", |i| format!("h{i}"));
    size(&matching(
        "x :: List<Int>",
        &format!("    {heads} :: _ -> h1 + h499\n    _ -> 0\n"),
    ));
}

/// Each of these has itself in it at larger and larger types, by one part a level or by twice as many.
#[test]
fn a_type_that_grows_without_end_is_one_diagnostic() {
    for inside in [
        "(T, Int)",
        "(T, T)",
        "List<T>",
        "Pair<T, T>",
        "Option<(T, T)>",
    ] {
        for used in ["C(1, E) == E", "inspect(C(1, E))"] {
            let text = format!(
                "struct Pair<A, B> do\n  a :: A\n  b :: B\nend\n\ntype N<T> do\n  E\n  \
                 C(T, N<{inside}>)\nend\n\nfn main() do\n  println(\"${{{used}}}\")\nend\n"
            );
            let found = compiled(&text).diagnostics;
            let errors = found.iter().filter(|d| d.severity == Severity::Error);
            let codes: Vec<_> = errors.map(|d| d.code).collect();
            assert_eq!(codes, [Code::E0098], "{inside} {used}");
        }
    }
}

#[test]
fn what_nests_or_runs_too_far_is_one_diagnostic() {
    let nested = format!(
        "fn main() = {}1{}\n",
        "(".repeat(10_000),
        ")".repeat(10_000)
    );
    let long = format!("fn main() = {}\n", list(50_000, " + ", |_| "1".into()));
    for text in [nested, long] {
        let codes: Vec<_> = compiled(&text).diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [Code::P0005]);
    }
}
