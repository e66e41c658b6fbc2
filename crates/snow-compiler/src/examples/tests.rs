//! The modules that examples become, line by line.

use super::*;

/// The names and texts of the examples of a module.
fn examples(name: &str, text: &str) -> Vec<(String, String)> {
    let (shown, module) = ("shop.snow", name);
    let all = of(Documented {
        shown,
        module,
        text,
    });
    let all = all.into_iter();
    all.map(|example| (example.module, example.text)).collect()
}

#[track_caller]
fn becomes(text: &str, wanted: &[(&str, &str)]) {
    let found = examples("Shop", text);
    let found: Vec<(&str, &str)> = found.iter().map(|(n, t)| (&**n, &**t)).collect();
    assert_eq!(found, wanted);
}

#[test]
fn a_value_is_asserted_in_the_line_where_it_stands() {
    becomes(
        "## Doubles.\n##\n##     let two = 2\n##     double(two)   #=> 4\npub fn double(n) = n * 2\n",
        &[(
            "Shop.Example3",
            "from Shop import double\ntest \"shop.snow:3\" do\n       let two = 2\n  \
             assert (double(two)) == (4)\nend\n",
        )],
    );
}

#[test]
fn a_fenced_block_is_run_with_and_without_values() {
    becomes(
        "##! ```snow\n##! println(\"a\")\n##! Shop.one()\n##! ```\n\npub fn one() = 1\n",
        &[(
            "Shop.Example2",
            "import Shop; from Shop import one; test \"shop.snow:2\" do\n   println(\"a\")\n   \
             Shop.one()\nend\n",
        )],
    );
}

#[test]
fn what_is_no_example() {
    becomes(
        "## ```snow ignore\n## one()\n## ```\n## ```text\n## one()\n## ```\n##     one()\n\
         ##\n##     one()   #=> 1…\npub fn one() = 1\n\n## ```snow\n## two()\n## ```\n\
         fn two() = 2\n#### ```snow\n",
        &[],
    );
}

#[test]
fn imports_stand_in_front_of_the_test() {
    let text =
        "## ```snow\n## import Money\n##\n## Money.one()   #=> 1\n## ```\npub fn one() = 1\n";
    becomes(
        text,
        &[(
            "Shop.Example2",
            "\n   import Money\ntest \"shop.snow:2\" do\n  assert (Money.one()) == (1)\nend\n",
        )],
    );
}

#[test]
fn items_are_compiled_as_they_stand() {
    becomes(
        "## ```snow\n## struct Own do\n##   x :: Size\n## end\n## ```\npub type Size do\n  Small\nend\n",
        &[(
            "Shop.Example2",
            "from Shop import Size\n   struct Own do\n     x :: Size\n   end\n",
        )],
    );
}

#[test]
fn what_the_module_imports_is_at_hand() {
    becomes(
        "import Money.Tools\nfrom Other import f, g\n\n##     g(Tools.x(), Small)   #=> 1\npub type Size \
         do\n  Small\nend\n",
        &[(
            "Shop.Example4",
            "from Shop import Size; import Money.Tools; from Other import g\n\ntest \"shop.snow:4\" \
             do\n  assert (g(Tools.x(), Small)) == (1)\nend\n",
        )],
    );
}

#[test]
fn the_first_line_of_a_file_may_be_an_example() {
    becomes(
        "##     one()   #=> 1\npub fn one() = 1\n",
        &[(
            "Shop.Example1",
            "from Shop import one; test \"shop.snow:1\" do assert (one()) == (1)\nend\n",
        )],
    );
}

#[test]
fn a_sign_in_a_text_or_a_comment_gives_no_value() {
    becomes(
        "##     \"a #=> b\"   #=> \"a #=> b\"\n##     one()   # or so #=> 2\n##     let s = \"\"\"\n\
         ##     #=> 3\n##     \"\"\"   # a text\npub fn one() = 1\n",
        &[(
            "Shop.Example1",
            "from Shop import one; test \"shop.snow:1\" do assert (\"a #=> b\") == (\"a #=> b\")\n       \
             one()   # or so #=> 2\n       let s = \"\"\"\n       #=> 3\n       \"\"\"   # a text\nend\n",
        )],
    );
}

#[test]
fn a_comment_behind_a_value_is_no_part_of_it() {
    becomes(
        "##     one()   #=> 1   # the first\n##     text()   #=> \"#1\"\npub fn one() = 1\n",
        &[(
            "Shop.Example1",
            "from Shop import one; test \"shop.snow:1\" do assert (one()) == (1)\n  \
             assert (text()) == (\"#1\")\nend\n",
        )],
    );
}

#[test]
fn half_a_function_cannot_be_read() {
    assert!(can_be_read("fn main() do\nend\n"));
    assert!(!can_be_read("fn main("));
}
