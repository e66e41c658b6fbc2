//! `snowc test` runs the examples in the doc comments of a project's modules.

use std::fs;
use std::path::PathBuf;

use crate::support::{folder, snowc, Ran, BUILD_LIMIT};

tests![
    examples_pass_and_fail_in_their_lines,
    a_file_that_is_no_test_file_runs_its_examples_alone,
    a_file_without_examples_is_told_where_tests_stand,
    an_example_that_does_not_compile_is_an_error_in_its_line,
];

const MAIN: &str = "import Shop\n\nfn main() do\n  println(\"${Shop.price(1)}\")\nend\n";

fn project(name: &str, shop: &str) -> PathBuf {
    let dir = folder(name);
    fs::write(dir.join("main.snow"), MAIN).unwrap();
    fs::write(dir.join("shop.snow"), shop).unwrap();
    dir
}

fn tested(dir: &std::path::Path) -> Ran {
    let path = dir.display().to_string();
    crate::support::run(&mut snowc(&["test", "--jobs", "1", &path]), BUILD_LIMIT).expect("it ends")
}

fn examples_pass_and_fail_in_their_lines() {
    let shop = "\
##! Prices, in cents.
##!
##! ```snow
##! let two = Shop.price(2)
##! println(\"${two}\")
##! price(3)   #=> 900
##! ```

## What `count` pieces cost.
##
##     let unused = 1
##     price(2)    #=> 600
##     price(10)   #=> 3001
##
## ```snow ignore
## price(no such thing
## ```
pub fn price(count :: Int) -> Int = count * 300

## ```snow
## test \"of its own\" do
##   assert price(1) == 300
## end
## ```
pub fn more() -> Int = secret()

##     secret()   #=> 2
fn secret() = 1
";
    let dir = project("examples-run", shop);
    let file = dir.join("shop.snow").display().to_string();
    let ran = tested(&dir);
    let wanted = format!(
        "\
ok      Shop.Example4: {file}:4
FAILED  Shop.Example11: {file}:11
        assertion failed: (price(10)) == (3001)
          left:  3000
          right: 3001 ({file}:13)
ok      Shop.Example21: of its own
2 passed, 1 failed
"
    );
    assert_eq!(ran.out, wanted, "{}", ran.err);
    assert_eq!(ran.status, 1);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

/// What `snowc test` of one file says.
fn tested_file(dir: &std::path::Path, file: &str) -> Ran {
    tested(&dir.join(file))
}

fn a_file_that_is_no_test_file_runs_its_examples_alone() {
    let shop = "## Costs.\n##\n##     price(2)   #=> 600\npub fn price(count :: Int) -> Int = \
                count * 300\n";
    let dir = project("examples-of-a-file", shop);
    let other = "## One.\n##\n##     one()   #=> 2\npub fn one() -> Int = 1\n";
    fs::write(dir.join("other.snow"), other).unwrap();
    let test = "import Shop\n\ntest \"wrong\" do\n  assert Shop.price(1) == 1\nend\n";
    fs::write(dir.join("shop_test.snow"), test).unwrap();
    let ran = tested_file(&dir, "shop.snow");
    let file = dir.join("shop.snow").display().to_string();
    assert_eq!(
        ran.out,
        format!("ok      Shop.Example3: {file}:3\n1 passed, 0 failed\n"),
        "{}",
        ran.err
    );
    assert_eq!(ran.status, 0);
}

fn a_file_without_examples_is_told_where_tests_stand() {
    let dir = project(
        "examples-none",
        "pub fn price(count :: Int) -> Int = count\n",
    );
    let ran = tested_file(&dir, "shop.snow");
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("has no examples that run"), "{}", ran.err);
    assert!(ran.err.contains("tests stand in"), "{}", ran.err);
    fs::write(dir.join("shop_test.snow"), "").unwrap();
    let ran = tested_file(&dir, "shop.snow");
    assert!(ran.err.contains("runs its tests"), "{}", ran.err);
    fs::write(dir.join("shop.snow"), "pub fn price(\n").unwrap();
    let ran = tested_file(&dir, "shop.snow");
    assert!(ran.err.contains("shop.snow:"), "{}", ran.err);
    fs::write(dir.join("page.html"), "").unwrap();
    let ran = tested_file(&dir, "page.html");
    assert!(ran.err.contains("is not a Snow file"), "{}", ran.err);
}

fn an_example_that_does_not_compile_is_an_error_in_its_line() {
    let shop = "## Costs.\n##\n##     price(\"two\")   #=> 600\npub fn price(count :: Int) -> Int = count\n";
    let dir = project("examples-wrong", shop);
    let ran = tested(&dir);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("[E0001]"), "{}", ran.err);
    let place = format!("{}:3:", dir.join("shop.snow").display());
    assert!(ran.err.contains(&place), "{}", ran.err);
}
