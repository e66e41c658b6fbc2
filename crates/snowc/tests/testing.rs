//! `snowc test` for those who test an application: worlds, what is called at the end, options,
//! reports of failed comparisons, and the line of progress.

use std::fs;
use std::io::Read;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::Stdio;

use crate::support::{folder, snowc, Ran, BUILD_LIMIT};

tests![
    each_test_has_names_and_actors_of_its_own,
    what_a_test_prints_is_shown_when_it_fails,
    what_was_printed_is_shown_when_a_test_ends_the_program,
    what_is_given_for_the_end_is_called_however_the_test_ends,
    what_is_called_at_the_end_ends_nothing_else,
    what_is_called_at_the_end_may_give_more,
    a_failed_comparison_of_long_values_shows_where_they_differ,
    fail_fast_starts_no_more_tests_after_a_failure,
    a_filter_that_chooses_nothing_is_a_failure,
    a_test_that_ends_the_program_is_a_failure,
    progress_is_shown_on_a_terminal_only,
];

/// Runs the tests of a project with this one file of them.
fn tests_of(name: &str, text: &str, options: &[&str]) -> Ran {
    let dir = project(name, text);
    let arguments = [&["test"], options, &[&dir]].concat();
    crate::support::run(&mut snowc(&arguments), BUILD_LIMIT).expect("the command ends")
}

fn project(name: &str, text: &str) -> String {
    let dir = folder(name);
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("main.snow"), "fn main() do\n  ()\nend\n").unwrap();
    fs::write(dir.join("some_test.snow"), text).unwrap();
    dir.display().to_string()
}

fn each_test_has_names_and_actors_of_its_own() {
    let path = folder("worlds-file").join("pid");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = "\
actor waiting() do
  receive do
    () -> ()
  end
end

test \"one\" do
  let pid = spawn(waiting)
  assert Process.register(\"the one\", pid)
  assert File.write(\"PATH\", \"${Process.id(pid)}\") == Ok(())
end

test \"another\" do
  assert not Process.is_registered(\"the one\")
  assert Process.register(\"the one\", self())
  let id = Option.unwrap(String.to_int(Result.unwrap(File.read(\"PATH\"))))
  Process.monitor(Process.untyped(id), fn(down) -> down.reason end)
  receive do
    Process.NoActor | Process.Killed -> ()
  end
end
";
    let text = text.replace("PATH", &path.display().to_string());
    let ran = tests_of("worlds", &text, &["--jobs", "1"]);
    assert!(
        ran.out.ends_with("2 passed, 0 failed\n"),
        "{}{}",
        ran.out,
        ran.err
    );
}

fn what_a_test_prints_is_shown_when_it_fails() {
    let text = "\
test \"passes\" do
  println(\"printed by one that passes\")
  IO.log(\"logged by one that passes\")
end

test \"fails\" do
  println(\"printed by one that fails\")
  IO.eprintln(\"told by one that fails\")
  IO.log(\"logged by one that fails\")
  let me = self()
  Process.spawn(fn() ->
    println(\"printed by its actor\")
    send(me, ())
  end)
  receive do
    () -> ()
  end
  assert(1 + 1 == 3, \"a sum of ${1 + 1}\")
end
";
    let ran = tests_of("prints", text, &["--jobs", "1"]);
    let wanted = "\
ok      SomeTest: passes
FAILED  SomeTest: fails
        assertion failed: a sum of 2
          condition: 1 + 1 == 3
          left:  2
          right: 3 (FILE:18)
        printed:
          printed by one that fails
          told by one that fails
          logged by one that fails
          printed by its actor
1 passed, 1 failed
";
    let file = folder("prints").join("some_test.snow");
    let wanted = wanted.replace("FILE", &file.display().to_string());
    assert_eq!(ran.out, wanted, "{}", ran.err);
    assert!(!ran.err.contains("by one that passes"), "{}", ran.err);

    let ran = tests_of("prints", text, &["--jobs", "1", "--show-output"]);
    assert!(!ran.out.contains("printed:"), "{}", ran.out);
    for line in [
        "printed by one that passes\n",
        "printed by one that fails\n",
        "printed by its actor\n",
    ] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    for line in ["logged by one that passes\n", "told by one that fails\n"] {
        assert!(ran.err.contains(line), "{line}: {}", ran.err);
    }
}

fn what_was_printed_is_shown_when_a_test_ends_the_program() {
    let text = "\
test \"ends it\" do
  println(\"printed before the end\")
  System.halt(0)
end
";
    let ran = tests_of("printed-end", text, &[]);
    assert!(ran.out.contains("printed before the end\n"), "{}", ran.out);
}

fn what_is_given_for_the_end_is_called_however_the_test_ends() {
    let dir = folder("ends-file");
    fs::create_dir_all(&dir).unwrap();
    let path = dir.join("lines");
    let text = "\
fn note(line :: String) -> () do
  Result.unwrap(File.append(\"PATH\", line <> \"\\n\"))
end

fn server() -> Pid<()> do
  let pid = Process.spawn(fn() -> Timer.sleep(100000) end)
  Fixture.on_end(fn() -> note(\"server ${Process.alive(pid)}\") end)
  pid
end

test \"1 passes\" do
  server()
  Fixture.on_end(fn() -> note(\"last, so first\") end)
  assert true
end

test \"2 fails\" do
  Fixture.on_end(fn() -> note(\"after a failure\") end)
  assert false
end

test \"3 hangs\" do
  Fixture.on_end(fn() -> note(\"after a hang\") end)
  receive do
    () -> ()
  end
end

test \"4 cannot be taken down\" do
  Fixture.on_end(fn() -> note(\"after a crash\") end)
  Fixture.on_end(fn() -> panic(\"no way down\") end)
  assert true
end
";
    let text = text.replace("PATH", &path.display().to_string());
    let ran = tests_of("ends", &text, &["--jobs", "1", "--deadline", "1000"]);
    assert!(
        ran.out.ends_with("1 passed, 3 failed\n"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert!(
        ran.out.contains(
            "FAILED  SomeTest: 4 cannot be taken down\n        tear-down failed: no way down\n"
        ),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("no way down ("), "{}", ran.err);
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "last, so first\nserver true\nafter a failure\nafter a hang\nafter a crash\n"
    );
}

fn what_is_called_at_the_end_ends_nothing_else() {
    let text = "\
test \"1 ends its actor\" do
  Fixture.on_end(fn() -> println(\"called all the same\") end)
  Fixture.on_end(fn() -> Process.exit_self(Process.Normal) end)
  Fixture.on_end(fn() -> Process.memory_limit(1) end)
end

test \"2 ends what calls the others\" do
  Fixture.on_end(fn() do
    for pid in Process.list(0, 1000) do
      Process.exit(pid, Process.Killed)
    end
    ()
  end)
end
";
    let ran = tests_of("ends-alone", text, &["--jobs", "1"]);
    for words in [
        "FAILED  SomeTest: 1 ends its actor\n        tear-down failed: the actor that",
        "has ended: normal\n",
        "called all the same\n",
        "FAILED  SomeTest: 2 ends what calls the others\n        tear-down failed: what calls",
        "\n0 passed, 2 failed\n",
    ] {
        assert!(ran.out.contains(words), "{}{}", ran.out, ran.err);
    }
}

fn what_is_called_at_the_end_may_give_more() {
    let dir = folder("more-ends-file");
    fs::create_dir_all(&dir).unwrap();
    let path = dir.join("lines");
    let text = "\
fn note(line :: String) -> () do
  Result.unwrap(File.append(\"PATH\", line <> \"\\n\"))
end

fn again() -> () = Fixture.on_end(again)

test \"1 gives more\" do
  Fixture.on_end(fn() -> note(\"after the inner ones\") end)
  Fixture.on_end(fn() do
    Fixture.on_end(fn() do
      Fixture.on_end(fn() -> panic(\"no way down\") end)
      note(\"inner\")
    end)
    note(\"outer\")
  end)
end

test \"2 gives itself again\" do
  Fixture.on_end(fn() -> note(\"after itself\") end)
  again()
end
";
    let text = text.replace("PATH", &path.display().to_string());
    let ran = tests_of("more-ends", &text, &["--jobs", "1"]);
    for words in [
        "FAILED  SomeTest: 1 gives more\n        tear-down failed: no way down",
        "FAILED  SomeTest: 2 gives itself again\n        Fixture.on_end: called more than 1000",
        "\n0 passed, 2 failed\n",
    ] {
        assert!(ran.out.contains(words), "{}{}", ran.out, ran.err);
    }
    assert_eq!(
        fs::read_to_string(path).unwrap(),
        "outer\ninner\nafter the inner ones\nafter itself\n"
    );
}

fn a_failed_comparison_of_long_values_shows_where_they_differ() {
    let text = "\
struct Line do
  sku :: String
  count :: Int
end

test \"lines\" do
  let made = for i in 0..50 do Line { sku: \"a-${i}\", count: i } end
  let wanted = List.set(made, 20, Line { sku: \"a-20\", count: 7 })
  assert made == wanted
end

test \"short\" do
  assert [1, 2] == [1, 3]
end
";
    let ran = tests_of("long-values", text, &[]);
    let long = "left:  …}, Line { sku: \"a-20\", count: 20 }, Line {";
    assert!(ran.out.contains(long), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("at [20].count: 20 | 7"), "{}", ran.out);
    let short =
        "assertion failed: [1, 2] == [1, 3]\n          left:  [1, 2]\n          right: [1, 3] (";
    assert!(ran.out.contains(short), "{}", ran.out);
}

fn fail_fast_starts_no_more_tests_after_a_failure() {
    let text = "\
test \"1 passes\" do
  assert true
end

test \"2 fails\" do
  assert false
end

test \"3 is not run\" do
  assert true
end
";
    let ran = tests_of("fail-fast", text, &["--fail-fast", "--jobs", "1"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out
            .ends_with("not run after the first failure: 1\n1 passed, 1 failed\n"),
        "{}{}",
        ran.out,
        ran.err
    );
    assert!(!ran.out.contains("3 is not run"), "{}", ran.out);
}

fn a_filter_that_chooses_nothing_is_a_failure() {
    let text = "test \"one\" do\n  assert true\nend\n";
    let ran = tests_of("nothing-chosen", text, &["--filter", "two"]);
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("no test has 'two' in its name"),
        "{}",
        ran.err
    );
    assert_eq!(ran.out, "0 passed, 0 failed\n");
}

fn a_test_that_ends_the_program_is_a_failure() {
    for status in [0, 1, 3] {
        let text = "\
test \"1 fails\" do
  assert false
end

test \"2 ends the program\" do
  System.halt(STATUS)
end

test \"3 is not reached\" do
  assert true
end
";
        let text = text.replace("STATUS", &status.to_string());
        let ran = tests_of(&format!("halted-{status}"), &text, &["--jobs", "1"]);
        assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
        assert!(ran.out.starts_with("FAILED  SomeTest: 1"), "{}", ran.out);
        let words = "the test program ended before its closing line";
        assert!(ran.err.contains(words), "{}", ran.err);
        assert!(
            ran.err.contains(&format!("exit status: {status}")),
            "{}",
            ran.err
        );
    }
}

fn progress_is_shown_on_a_terminal_only() {
    let text = "test \"one\" do\n  assert true\nend\n";
    let piped = tests_of("progress", text, &[]);
    assert_eq!(piped.out, "ok      SomeTest: one\n1 passed, 0 failed\n");

    let (mut master, mut slave) = (0, 0);
    // SAFETY: both numbers are written, the optional arguments are left out.
    let made = unsafe {
        let none = std::ptr::null_mut();
        libc::openpty(
            &mut master,
            &mut slave,
            none,
            std::ptr::null(),
            std::ptr::null(),
        )
    };
    assert_eq!(made, 0);
    // SAFETY: the call above made them, and nothing else has them.
    let (mut master, slave) =
        unsafe { (fs::File::from_raw_fd(master), OwnedFd::from_raw_fd(slave)) };
    let mut command = snowc(&["test", &project("progress", text)]);
    let mut child = command.stdout(Stdio::from(slave)).spawn().unwrap();
    // The command keeps the other end open until it is gone.
    drop(command);
    let mut shown = Vec::new();
    // The end of a terminal is an error.
    let _ = master.read_to_end(&mut shown);
    assert!(child.wait().unwrap().success());
    let shown = String::from_utf8(shown).unwrap();
    assert!(
        shown.contains("\r\u{1b}[K0 of 1 · SomeTest: one"),
        "{shown:?}"
    );
    assert!(
        shown.ends_with("\r\u{1b}[Kok      SomeTest: one\r\n\r\u{1b}[K1 passed, 0 failed\r\n"),
        "{shown:?}"
    );
}
