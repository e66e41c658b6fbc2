//! The tests of the standard library, which are written in Snow: one `snowc test`, each of its
//! lines a test here.

mod support;

use libtest_mimic::Arguments;
use support::{build_and_run, report, SUITE_LIMIT};

fn main() {
    let arguments = Arguments::from_args();
    let ran = build_and_run("test", &["stdlib/tests"], SUITE_LIMIT);
    libtest_mimic::run(&arguments, report::trials("snowc test stdlib/tests", ran)).exit();
}
