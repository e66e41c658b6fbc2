//! The command itself: options, messages, exit statuses, the cache.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{folder, report, root, snowc, Ran, Unfinished, BUILD_LIMIT};

tests![
    wrong_usage_is_status_2,
    an_unknown_stage_is_wrong_usage_and_lists_the_stages,
    explain_says_what_a_code_means,
    a_command_that_cannot_be_carried_out_is_c0002,
    warnings_fail_a_check_only_when_they_are_denied,
    json_says_what_to_change_for_a_warning,
    errors_are_not_buried_under_warnings,
    a_path_that_leads_nowhere_is_said_with_what_may_be_meant,
    a_folder_without_main_is_said_plainly,
    errors_name_the_place_and_end_with_status_1,
    it_works_from_another_directory,
    a_built_program_needs_nothing,
    arguments_and_exit_status_pass_through,
    a_crash_of_main_is_status_1_and_names_the_line,
    without_a_c_compiler_it_says_so,
    the_sanitizer_says_which_runtime_it_needs,
    tests_are_found_filtered_and_counted,
    the_harness_reports_a_failed_test_once,
    a_test_that_hangs_fails_by_its_deadline_and_hides_no_other,
    a_project_that_cannot_be_built_hides_no_other,
    no_run_only_builds,
    cut_off_programs_give_errors,
    the_library_is_listed_as_programs_may_name_it,
    a_reader_that_has_enough_of_a_dump_is_no_fault,
];

fn run(command: &mut Command) -> Result<Ran, Unfinished> {
    crate::support::run(command, BUILD_LIMIT)
}

fn call(arguments: &[&str]) -> Ran {
    run(&mut snowc(arguments)).expect("the command ends")
}

/// Writes files below `dir`; returns the folder's path as text.
fn project(name: &str, files: &[(&str, &str)]) -> String {
    let dir = folder(name);
    for (file, text) in files {
        let path = dir.join(file);
        fs::create_dir_all(path.parent().expect("it is below the folder")).unwrap();
        fs::write(path, text).unwrap();
    }
    dir.display().to_string()
}

const HELLO: &str = "fn main() do\n  println(\"hello\")\nend\n";

fn wrong_usage_is_status_2() {
    assert_eq!(call(&[]).status, 2);
    assert_eq!(call(&["frobnicate"]).status, 2);
    assert_eq!(call(&["check", "--no-such-option", "."]).status, 2);
    assert!(call(&["--version"]).out.starts_with("snowc "));
}

fn an_unknown_stage_is_wrong_usage_and_lists_the_stages() {
    let ran = call(&["check", "--dump=nonsense", "."]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    for stage in ["ast", "hir", "core", "rc-insert", "inline-small"] {
        assert!(ran.err.contains(stage), "{}", ran.err);
    }
}

fn explain_says_what_a_code_means() {
    let ran = call(&["explain", "e0042"]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.starts_with("E0042: a module imports itself\n\n"));
    let ran = call(&["explain", "E1"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("no error or warning has this code"),
        "{}",
        ran.err
    );
}

fn a_command_that_cannot_be_carried_out_is_c0002() {
    let ran = call(&["check", "--json", "no/such/folder"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.starts_with("{\"code\":\"C0002\""), "{}", ran.err);
    let ran = call(&["check", "no/such/folder"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.starts_with("error[C0002]: "), "{}", ran.err);
}

const IGNORES: &str = "fn main() do\n  let unused = 1\n  println(\"hello\")\nend\n";

fn warnings_fail_a_check_only_when_they_are_denied() {
    let dir = project("warned", &[("main.snow", IGNORES)]);
    let ran = call(&["check", &dir]);
    assert_eq!(ran.status, 0);
    assert!(ran.err.contains("warning[W0004]"), "{}", ran.err);
    let ran = call(&["check", "--deny-warnings", &dir]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.ends_with("error[C0002]: there are warnings\n"),
        "{}",
        ran.err
    );
    let dir = project("unwarned", &[("main.snow", HELLO)]);
    assert_eq!(call(&["check", "--deny-warnings", &dir]).status, 0);
}

fn json_says_what_to_change_for_a_warning() {
    let dir = project("edits", &[("main.snow", IGNORES)]);
    let ran = call(&["check", "--json", &dir]);
    let start = IGNORES.find("unused").unwrap();
    let end = start + "unused".len();
    let edits = format!("\"edits\":[{{\"start\":{start},\"end\":{end},\"text\":\"_unused\"}}]");
    assert!(ran.err.contains(&edits), "{}", ran.err);
}

fn errors_are_not_buried_under_warnings() {
    let text = "import Map\n\nfn idle() = 1\n\nfn main() do\n  let n = 1\n  println(mesage)\nend\n";
    let dir = project("buried", &[("main.snow", text)]);
    let ran = call(&["check", &dir]);
    assert_eq!(ran.status, 1);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
}

fn a_path_that_leads_nowhere_is_said_with_what_may_be_meant() {
    let dir = project("nowhere", &[("server.snow", HELLO)]);
    let said = |command: &str, path: &str| {
        let ran = call(&[command, &format!("{dir}/{path}")]);
        assert_eq!(ran.status, 1, "{command} {path}");
        ran.err
    };
    for command in ["run", "check", "build", "test"] {
        let err = said(command, "nope.snow");
        assert!(err.contains("does not exist"), "{command}: {err}");
        assert!(!err.contains("main.snow"), "{command}: {err}");
        let err = said(command, "sever.snow");
        assert!(err.contains("did you mean"), "{command}: {err}");
        assert!(err.contains("server.snow"), "{command}: {err}");
    }
    let err = said("run", "server");
    assert!(err.contains("server.snow' does"), "{err}");
    let err = said("run", "");
    assert!(err.contains("`fn main` is in"), "{err}");
    let err = said("test", "server.snow");
    assert!(err.contains("server_test.snow"), "{err}");
}

fn a_folder_without_main_is_said_plainly() {
    let dir = project("no-main-file", &[("other.snow", HELLO)]);
    let ran = call(&["run", &dir]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err
            .contains(&format!("No 'main.snow' found in '{dir}'")),
        "{}",
        ran.err
    );
    let dir = project(
        "no-main-function",
        &[("main.snow", "fn other() do\n  1\nend\n")],
    );
    let ran = call(&["check", &dir]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("main"), "{}", ran.err);
}

fn errors_name_the_place_and_end_with_status_1() {
    let dir = project(
        "errors",
        &[(
            "main.snow",
            "import Deep.Part\n\nfn main() do\n  println(mesage)\nend\n",
        )],
    );
    let part = Path::new(&dir).join("deep/part.snow");
    fs::create_dir(part.parent().unwrap()).unwrap();
    fs::write(part, "pub fn twice(n :: Int) -> Int = n * \"2\"\n").unwrap();
    let ran = call(&["run", &dir]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.contains("E0004") && ran.err.contains("main.snow:4"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("part.snow:1"),
        "every independent error is reported: {}",
        ran.err
    );
    assert!(!ran.err.contains('\x1b'), "no colours without a terminal");
    let ran = call(&["check", "--json", &dir]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.lines().count() >= 3
            && ran.err.lines().all(|line| line.starts_with("{\"code\":\"")),
        "{}",
        ran.err
    );
    assert!(ran.err.lines().last().unwrap().contains("C0001"));
}

fn it_works_from_another_directory() {
    let dir = project(
        "elsewhere",
        &[
            (
                "app/main.snow",
                "import Util.TextTools\n\nfn main() do\n  println(TextTools.loud(\"hi\"))\nend\n",
            ),
            (
                "app/util/text_tools.snow",
                "pub fn loud(text :: String) -> String = String.to_upper(text)\n",
            ),
        ],
    );
    let ran = run(snowc(&["run", "app"]).current_dir(&dir)).unwrap();
    assert_eq!((ran.status, ran.out.as_str()), (0, "HI\n"), "{}", ran.err);
}

fn a_built_program_needs_nothing() {
    let dir = project("alone", &[("main.snow", HELLO)]);
    let program = Path::new(&dir).join("out");
    let cache = folder("alone-cache");
    let ran =
        run(snowc(&["build", &dir, "-o", program.to_str().unwrap()]).env("SNOW_CACHE", &cache))
            .unwrap();
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("Compiled: "), "{}", ran.err);
    fs::remove_dir_all(cache).unwrap();
    let ran = run(Command::new(program).env_clear().current_dir("/")).unwrap();
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (0, "hello\n"),
        "{}",
        ran.err
    );
}

fn arguments_and_exit_status_pass_through() {
    let dir = project(
        "through",
        &[(
            "main.snow",
            "fn main() do\n  println(\"${Env.args()}\")\n  Process.halt(7)\nend\n",
        )],
    );
    let ran = call(&["run", &dir, "--flag", "two words"]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (7, "[--flag, two words]\n"),
        "{}",
        ran.err
    );
}

fn a_crash_of_main_is_status_1_and_names_the_line() {
    let dir = project(
        "crash",
        &[(
            "main.snow",
            "fn main() do\n  println(\"before\")\n  panic(\"boom\")\nend\n",
        )],
    );
    let ran = call(&["run", &dir]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (1, "before\n"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("boom") && ran.err.contains("main.snow:3"),
        "{}",
        ran.err
    );
}

fn without_a_c_compiler_it_says_so() {
    let dir = project("no-cc", &[("main.snow", HELLO)]);
    let ran = run(snowc(&["run", &dir]).env("CC", "/no/such/cc")).unwrap();
    assert_eq!(ran.status, 1);
    assert!(
        ran.err.contains("no C compiler") && ran.err.contains("/no/such/cc"),
        "{}",
        ran.err
    );
}

fn the_sanitizer_says_which_runtime_it_needs() {
    let dir = project("sanitize", &[("main.snow", HELLO)]);
    let ran = run(snowc(&["run", "--sanitize", &dir]).env_remove("SNOW_RUNTIME")).unwrap();
    assert!(
        ran.status == 1 && ran.err.contains("SNOW_RUNTIME"),
        "{}",
        ran.err
    );
}

fn tests_are_found_filtered_and_counted() {
    let dir = project(
        "with-tests",
        &[
            ("main.snow", HELLO),
            ("maths.snow", "pub fn double(n :: Int) -> Int = n * 2\n"),
            (
                "maths_test.snow",
                "import Maths\n\ntest \"doubles\" do\n  assert Maths.double(2) == 4\nend\n\n\
                 test \"crashes\" do\n  panic(\"ouch\")\nend\n\ntest \"is wrong\" do\n  assert Maths.double(2) == 5\nend\n",
            ),
        ],
    );
    let ran = call(&["test", &dir]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.ends_with("1 passed, 2 failed\n"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert!(ran.out.contains("ouch"), "{}", ran.out);
    let ran = call(&["test", "--filter", "doubles", &dir]);
    assert_eq!(
        (ran.status, ran.out.lines().last()),
        (0, Some("1 passed, 0 failed")),
        "{}",
        ran.err
    );
    let ran = call(&["test", &format!("{dir}/maths.snow")]);
    assert!(
        ran.status == 1 && ran.err.contains("_test.snow"),
        "{}",
        ran.err
    );
}

/// How many tests of the harness pass and fail for a report of `snowc test`.
fn passed_and_failed(status: i32, out: &str) -> (u64, u64) {
    let ran = Ran {
        status,
        out: out.to_owned(),
        err: String::new(),
    };
    // What it prints is not what this test says.
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("harness.log");
    let arguments = libtest_mimic::Arguments {
        logfile: Some(log.display().to_string()),
        ..Default::default()
    };
    let conclusion = libtest_mimic::run(&arguments, report::trials("the run", Ok(ran)));
    (conclusion.num_passed, conclusion.num_failed)
}

fn the_harness_reports_a_failed_test_once() {
    let both = "ok      A: one\nFAILED  A: two\n        no\n";
    let told = |closing: &str| format!("{both}{closing}\n");
    assert_eq!(passed_and_failed(1, &told("1 passed, 1 failed")), (2, 1));
    assert_eq!(
        passed_and_failed(0, "ok      A: one\n1 passed, 0 failed\n"),
        (2, 0)
    );
    // What has no line of its own is the run's own failure.
    assert_eq!(passed_and_failed(1, &told("1 passed, 2 failed")), (1, 2));
    assert_eq!(passed_and_failed(0, &told("1 passed, 1 failed")), (1, 2));
    assert_eq!(passed_and_failed(1, both), (1, 2));
    assert_eq!(passed_and_failed(0, "0 passed, 0 failed\n"), (0, 1));
}

fn a_test_that_hangs_fails_by_its_deadline_and_hides_no_other() {
    let hanging =
        "test \"first\" do\n  assert true\nend\n\ntest \"hangs\" do\n  receive do\n    () -> ()\n  end\nend\n\n\
                   test \"last\" do\n  assert true\nend\n";
    let dir = project(
        "hanging",
        &[("main.snow", HELLO), ("some_test.snow", hanging)],
    );
    let ran = call(&["test", "--deadline", "1000", &dir]);
    let expected =
        "ok      SomeTest: first\nFAILED  SomeTest: hangs\n        has not ended after 1000 ms\n\
                    ok      SomeTest: last\n2 passed, 1 failed\n";
    assert_eq!((ran.status, ran.out.as_str()), (1, expected), "{}", ran.err);
}

fn a_project_that_cannot_be_built_hides_no_other() {
    let right = "test \"right\" do\n  assert true\nend\n";
    let broken = "test \"broken\" do\n  assert tru\nend\n";
    let dir = project(
        "several",
        &[
            ("a/main.snow", HELLO),
            ("a/some_test.snow", broken),
            ("b/main.snow", HELLO),
            ("b/some_test.snow", right),
            ("c/main.snow", HELLO),
            ("c/some_test.snow", broken),
        ],
    );
    let ran = call(&[
        "test",
        &format!("{dir}/a"),
        &format!("{dir}/b"),
        &format!("{dir}/c"),
    ]);
    assert_eq!(
        (ran.status, ran.out.as_str()),
        (1, "ok      SomeTest: right\n1 passed, 0 failed\n"),
        "{}",
        ran.err
    );
    assert_eq!(
        ran.err
            .matches("Compilation failed due to errors above.")
            .count(),
        2,
        "{}",
        ran.err
    );
}

fn no_run_only_builds() {
    let wrong = "test \"wrong\" do\n  assert false\nend\n";
    let dir = project("no-run", &[("main.snow", HELLO), ("some_test.snow", wrong)]);
    for command in ["run", "test"] {
        let ran = call(&[command, "--no-run", &dir]);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (0, ""),
            "{command}: {}",
            ran.err
        );
        let dir = project(
            "no-run-broken",
            &[("main.snow", "fn main() = 1 +"), ("some_test.snow", "test")],
        );
        assert_eq!(call(&[command, "--no-run", &dir]).status, 1, "{command}");
    }
}

fn cut_off_programs_give_errors() {
    let whole = fs::read_to_string(root().join("examples/echo/main.snow")).unwrap();
    let dir = project("cut", &[]);
    let file = Path::new(&dir).join("main.snow");
    let cuts: Vec<usize> = (0..whole.len())
        .filter(|at| whole.is_char_boundary(*at))
        .collect();
    // The compiler's own tests cut everywhere; here it is about the command.
    for cut in cuts.iter().step_by(cuts.len().div_ceil(40)) {
        fs::write(&file, &whole[..*cut]).unwrap();
        let ran = call(&["check", &dir]);
        assert!(
            ran.status == 0 || ran.status == 1,
            "cut at {cut}: status {}\n{}",
            ran.status,
            ran.err
        );
        assert!(!ran.err.contains("panicked"), "cut at {cut}: {}", ran.err);
    }
}

fn the_library_is_listed_as_programs_may_name_it() {
    let source = "fn main() do\n  ()\nend\n";
    let ran = call(&[
        "check",
        "--dump=public",
        &project("listed", &[("main.snow", source)]),
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let lines: Vec<_> = ran.out.lines().collect();
    for line in [
        "builtin Prelude.Int",
        "type Prelude.Option<T> = Some(T) | None",
        "struct Process.Down { pid: Prelude.Int, reason: Process.Reason }",
        "fn Job.async<T>(f: Fun() -> T) -> Job.Job<T>",
        "fn Map.has_key<K: eq hash, V>(map: Map.Map<K, V>, key: K) -> Prelude.Bool",
    ] {
        assert!(lines.contains(&line), "{line} is not in\n{}", ran.out);
    }
    let has = |start: &str| lines.iter().any(|line| line.starts_with(start));
    assert!(has("opaque struct Job.Job<T> {"));
    assert!(!has("fn SocketHandle."), "an internal module");
    assert!(!has("fn Main."), "the program's own");
    assert!(!has("fn Map.position"), "private");
}

fn a_reader_that_has_enough_of_a_dump_is_no_fault() {
    let hello = project("enough", &[("main.snow", HELLO)]);
    let mut command = snowc(&["check", "--dump=public", &hello]);
    let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the command starts");
    drop(child.stdout.take());
    let done = child.wait_with_output().expect("the command ends");
    assert!(done.status.success() && done.stderr.is_empty(), "{done:?}");
}
