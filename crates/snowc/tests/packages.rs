//! What a program sees of the library, by where its files stand and how its modules are called.

use std::fs;
use std::path::Path;

use crate::support::{folder, root, run, snowc, Ran};

tests![
    a_folder_named_like_one_of_the_library_is_the_programs,
    a_program_called_like_the_librarys_tests_is_a_program,
    a_test_named_after_a_module_of_the_library_does_not_see_its_private_functions,
    a_programs_tests_see_its_opaque_types,
    a_manifest_that_is_no_text_is_a_fault_of_the_manifest,
    a_folder_in_the_place_of_the_manifest_is_a_fault_of_the_manifest,
    a_manifest_that_cannot_be_parsed_says_how_lines_are_written,
];

/// Writes files below a folder and calls `snowc` on it.
fn called(what: &str, name: &str, files: &[(&str, &str)]) -> Ran {
    let dir = folder(name);
    for (file, text) in files {
        let path = dir.join(file);
        fs::create_dir_all(path.parent().expect("it is below the folder")).unwrap();
        fs::write(path, text).unwrap();
    }
    run(
        &mut snowc(&[what, &dir.display().to_string()]),
        crate::support::BUILD_LIMIT,
    )
    .expect("the command ends")
}

#[track_caller]
fn refused(ran: &Ran, finding: &str) {
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains(finding), "{}", ran.err);
}

const OPENS_CONN: &str = "import Ws\n\npub fn actor_of(conn :: Ws.Conn) = conn.actor\n";

fn a_folder_named_like_one_of_the_library_is_the_programs() {
    let main = "import Ws.Spy\n\nfn main() do\n  println(\"x\")\nend\n";
    let ran = called(
        "check",
        "named-ws",
        &[("main.snow", main), ("ws/spy.snow", OPENS_CONN)],
    );
    refused(&ran, "`Conn` is opaque");
}

fn a_program_called_like_the_librarys_tests_is_a_program() {
    let toml = fs::read_to_string(root().join("stdlib/tests/snow.toml")).unwrap();
    let test = format!("{OPENS_CONN}\ntest \"nothing\" do\n  assert true\nend\n");
    let files = [
        ("snow.toml", toml.as_str()),
        ("ws/handler_test.snow", &test),
        ("../core/map.snow", ""),
    ];
    let ran = called("test", "named/tests", &files);
    refused(&ran, "`Conn` is opaque");
}

fn a_test_named_after_a_module_of_the_library_does_not_see_its_private_functions() {
    let test =
        "test \"an answer for somebody else\" do\n  Job.await_until(Job.async(fn() -> 42 end), 1)\nend\n";
    let ran = called(
        "test",
        "named-job-test",
        &[("main.snow", "fn main() = ()\n"), ("job_test.snow", test)],
    );
    refused(&ran, "E0034");
}

fn a_programs_tests_see_its_opaque_types() {
    let money = "pub opaque struct Money do\n  cents :: Int\nend\n\npub fn none() -> Money = Money { cents: 0 }\n";
    let test = "import Money\n\ntest \"inside\" do\n  assert Money.none().cents == 0\n  \
                assert Money.Money { cents: 1 } != Money.none()\nend\n";
    let main = "fn main() = ()\n";
    let files = [
        ("main.snow", main),
        ("money.snow", money),
        ("money_test.snow", test),
    ];
    let ran = called("test", "own-tests", &files);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
}

/// Checks a program whose `snow.toml` is what `make` puts there.
fn with_manifest(name: &str, make: impl Fn(&Path)) -> Ran {
    let dir = folder(name);
    fs::write(dir.join("main.snow"), "fn main() = ()\n").unwrap();
    make(&dir.join("snow.toml"));
    let mut command = snowc(&["check", &dir.display().to_string()]);
    run(&mut command, crate::support::BUILD_LIMIT).expect("the command ends")
}

fn a_manifest_that_is_no_text_is_a_fault_of_the_manifest() {
    let ran = with_manifest("manifest-bytes", |path| {
        fs::write(path, b"\xff\xfe").unwrap()
    });
    refused(&ran, "error[C0003]");
    refused(&ran, "is not UTF-8");
}

fn a_folder_in_the_place_of_the_manifest_is_a_fault_of_the_manifest() {
    let ran = with_manifest("manifest-folder", |path| fs::create_dir_all(path).unwrap());
    refused(&ran, "error[C0003]");
    refused(&ran, "cannot read");
}

fn a_manifest_that_cannot_be_parsed_says_how_lines_are_written() {
    let ran = with_manifest("manifest-open", |path| {
        fs::write(path, "[package\n").unwrap()
    });
    refused(&ran, "error[C0003]");
    refused(&ran, "a line is `[table]` or `key = value`");
}
