//! Standard output and standard error of real processes whose readers stop, go away, or never were:
//! nothing but the actor that prints waits for them.
//!
//! `tests/servers/talker` prints 100 kB when it is told to, which is more than a pipe holds.

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::client::Client;
use crate::support::launched::{built, ended, signal, through_shell, Launched};
use crate::support::{run, Guarded, RUN_LIMIT};

tests![
    clients_are_served_while_nothing_reads_the_output,
    a_reader_that_comes_back_gets_all_output_and_the_number_of_lines_it_missed,
    readers_that_went_away_stop_nothing,
    a_full_disk_stops_nothing_and_is_told,
    a_file_that_may_not_grow_stops_nothing_and_is_told,
    descriptors_that_were_closed_are_the_null_device,
    accepting_survives_running_out_of_files,
    a_program_that_ends_or_crashes_waits_for_a_slow_reader,
    a_program_with_a_stuck_reader_ends_at_a_signal,
    both_streams_keep_their_order_in_one_pipe,
    waiting_for_a_line_holds_no_worker_up,
    a_file_that_does_not_come_holds_no_worker_up,
    output_to_a_file_is_there_when_the_program_has_ended,
];

/// Bytes that one "print" puts on standard output.
const PRINTED: usize = 100_000;
/// Prints of 100 kB that are more than the pipe and the queue hold together.
const PRINTS: usize = 10;
/// Crashes whose reports of 9 kB are more than that, too.
const CRASHES: usize = 100;

/// The talker with standard output and standard error in pipes that nothing reads yet.
fn talker() -> Launched {
    Launched::start(|port| {
        let mut command = Command::new(built("tests/servers/talker"));
        command
            .arg(port)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    })
}

/// Has one client print until it waits, while another has it crash; answers the first one.
fn get_stuck(server: &Launched) -> Client {
    let mut printer = server.connect();
    for _ in 0..PRINTS {
        printer.send("print").unwrap();
    }
    for _ in 0..CRASHES {
        let mut client = server.connect();
        client.send("crash").unwrap();
        assert_eq!(client.close_code().unwrap(), 1011);
    }
    printer
}

/// New clients, more than there are workers, are served.
fn is_served(server: &Launched) {
    let mut clients: Vec<Client> = (0..20).map(|_| server.connect()).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        let text = format!("client {number}");
        assert_eq!(client.ask(&text).unwrap(), text);
    }
}

fn clients_are_served_while_nothing_reads_the_output() {
    let mut server = talker();
    let _printer = get_stuck(&server);
    is_served(&server);
    signal(libc::SIGTERM, &server.process);
    assert_eq!(
        ended(&mut server.process),
        0,
        "the end does not wait for the readers"
    );
}

fn a_reader_that_comes_back_gets_all_output_and_the_number_of_lines_it_missed() {
    let mut server = talker();
    let mut printer = get_stuck(&server);
    let mut out = server.process.0.stdout.take().unwrap();
    let mut text = vec![0; PRINTS * PRINTED];
    out.read_exact(&mut text).unwrap();
    assert!(
        text.chunks(PRINTED).all(|line| line.ends_with(b"x\n")),
        "lines are not whole"
    );
    for _ in 0..PRINTS {
        assert_eq!(printer.text().unwrap(), "printed");
    }
    // The end waits for a reader that reads.
    signal(libc::SIGTERM, &server.process);
    let (mut reports, mut dropped) = (0, 0);
    for line in BufReader::new(server.process.0.stderr.take().unwrap())
        .lines()
        .map(Result::unwrap)
    {
        reports += usize::from(line.starts_with("panic in"));
        let several = line.split_once(" lines were dropped");
        if let Some((count, _)) = several.or_else(|| line.split_once(" line was dropped")) {
            dropped += count.parse::<usize>().unwrap();
        }
    }
    assert!(
        dropped > 0,
        "no word of what was dropped after {reports} reports"
    );
    // The server's own lines about these crashes may be among those that were dropped.
    assert!(
        reports < CRASHES && reports + dropped >= CRASHES,
        "{reports} and {dropped}"
    );
}

fn readers_that_went_away_stop_nothing() {
    let mut server = talker();
    drop(server.process.0.stdout.take());
    drop(server.process.0.stderr.take());
    let mut printer = get_stuck(&server);
    for _ in 0..PRINTS {
        assert_eq!(printer.text().unwrap(), "printed");
    }
    is_served(&server);
    signal(libc::SIGTERM, &server.process);
    assert_eq!(ended(&mut server.process), 0);
}

fn a_full_disk_stops_nothing_and_is_told() {
    let full = || {
        OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .expect("the system has /dev/full")
    };
    let mut server = Launched::start(|port| {
        let mut command = Command::new(built("tests/servers/talker"));
        command
            .arg(port)
            .stdin(Stdio::null())
            .stdout(full())
            .stderr(Stdio::piped());
        command
    });
    let mut printer = server.connect();
    for _ in 0..PRINTS {
        assert_eq!(printer.ask("print").unwrap(), "printed");
    }
    is_served(&server);
    signal(libc::SIGTERM, &server.process);
    assert_eq!(ended(&mut server.process), 0);
    let mut words = String::new();
    server
        .process
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut words)
        .unwrap();
    let expected = "cannot write to standard output: no space left on device";
    assert!(
        words.contains(expected),
        "standard error says only {words:?}"
    );
}

fn a_file_that_may_not_grow_stops_nothing_and_is_told() {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("limited.log");
    let mut server = Launched::start(|port| {
        let program = built("tests/servers/talker");
        let mut command = through_shell("ulimit -f 1 && exec \"$0\" \"$@\"", &program, port);
        command
            .stdin(Stdio::null())
            .stdout(File::create(&log).unwrap())
            .stderr(Stdio::piped());
        command
    });
    let mut printer = server.connect();
    for _ in 0..PRINTS {
        assert_eq!(printer.ask("print").unwrap(), "printed");
    }
    is_served(&server);
    signal(libc::SIGTERM, &server.process);
    assert_eq!(ended(&mut server.process), 0);
    let mut words = String::new();
    let told = server.process.0.stderr.as_mut().unwrap();
    told.read_to_string(&mut words).unwrap();
    let expected = "cannot write to standard output: file too large";
    assert!(
        words.contains(expected),
        "standard error says only {words:?}"
    );
}

fn descriptors_that_were_closed_are_the_null_device() {
    let mut server = Launched::start(|port| {
        through_shell(
            "exec \"$0\" \"$@\" <&- >&- 2>&-",
            &built("tests/servers/talker"),
            port,
        )
    });
    for descriptor in 0..3 {
        let link = fs::read_link(format!("/proc/{}/fd/{descriptor}", server.process.0.id()));
        assert_eq!(
            link.unwrap(),
            Path::new("/dev/null"),
            "descriptor {descriptor}"
        );
    }
    let mut printer = get_stuck(&server);
    for _ in 0..PRINTS {
        assert_eq!(printer.text().unwrap(), "printed");
    }
    is_served(&server);
    signal(libc::SIGTERM, &server.process);
    assert_eq!(ended(&mut server.process), 0);
}

fn accepting_survives_running_out_of_files() {
    let server = Launched::start(|port| {
        let program = built("tests/servers/talker");
        let mut command = through_shell("ulimit -n 64 && exec \"$0\" \"$@\"", &program, port);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    });
    for _ in 0..3 {
        let mut witness = server.connect_again();
        // More than it has files for; those that it cannot accept wait in the system's queue.
        let waiting: Vec<_> = (0..100)
            .map(|_| std::net::TcpStream::connect(("127.0.0.1", server.port)))
            .collect();
        assert_eq!(witness.ask("still here").unwrap(), "still here");
        drop(waiting);
    }
    server.connect_again();
}

fn a_program_that_ends_or_crashes_waits_for_a_slow_reader() {
    for (what, status) in [("", 0), ("crash", 1)] {
        let mut command = Command::new(built("crates/snowc/tests/programs/printer.snow"));
        command
            .args(["6000", what])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut program = Guarded(command.spawn().unwrap());
        let mut out = BufReader::with_capacity(500, program.0.stdout.take().unwrap());
        let mut lines = 0;
        // Most of it is still in the program when nothing of it runs any more.
        while out.read_line(&mut String::new()).unwrap() > 0 {
            lines += 1;
            std::thread::sleep(Duration::from_micros(100));
        }
        assert_eq!((lines, ended(&mut program)), (6000, status));
    }
}

fn a_program_with_a_stuck_reader_ends_at_a_signal() {
    // With the first number `println` itself waits, with the second only the end of the program.
    for count in ["100000", "4000"] {
        let mut command = Command::new(built("crates/snowc/tests/programs/printer.snow"));
        command
            .args([count, ""])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut program = Guarded(command.spawn().unwrap());
        let mut first = [0; 5];
        program
            .0
            .stdout
            .as_mut()
            .unwrap()
            .read_exact(&mut first)
            .unwrap();
        signal(libc::SIGTERM, &program);
        assert_eq!(ended(&mut program), 0);
    }
}

fn both_streams_keep_their_order_in_one_pipe() {
    let program = built("crates/snowc/tests/programs/printer.snow");
    let ran = run(
        &mut through_shell("exec \"$0\" \"$1\" both 2>&1", &program, "5000"),
        RUN_LIMIT,
    )
    .unwrap();
    let mut lines = ran.out.lines();
    for number in 0..5000 {
        assert!(lines
            .next()
            .is_some_and(|line| line.starts_with(&format!("line {number} "))));
        assert_eq!(lines.next(), Some(format!("after {number}").as_str()));
    }
}

fn waiting_for_a_line_holds_no_worker_up() {
    let mut command = Command::new(built("crates/snowc/tests/programs/asker.snow"));
    command
        .env("SNOW_WORKERS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut program = Guarded(command.spawn().unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    for number in 1..4 {
        assert_eq!(lines.next(), Some(format!("tick {number}")));
    }
    program
        .0
        .stdin
        .take()
        .unwrap()
        .write_all(b"a line\n")
        .unwrap();
    assert_eq!(lines.next().as_deref(), Some("read a line"));
    assert_eq!(ended(&mut program), 0);
}

fn a_file_that_does_not_come_holds_no_worker_up() {
    let pipe = crate::support::folder("silent-file").join("pipe");
    let path = CString::new(pipe.to_str().unwrap()).unwrap();
    // SAFETY: the path ends with a null byte and lives across the call.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
    let mut command = Command::new(built("crates/snowc/tests/programs/file_reader.snow"));
    command
        .arg(&pipe)
        .env("SNOW_WORKERS", "1")
        .stdout(Stdio::piped());
    let mut program = Guarded(command.spawn().unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    for number in 1..4 {
        assert_eq!(lines.next(), Some(format!("tick {number}")));
    }
    fs::write(&pipe, "the content").unwrap();
    assert_eq!(lines.next().as_deref(), Some("read the content"));
    assert_eq!(ended(&mut program), 0);
}

fn output_to_a_file_is_there_when_the_program_has_ended() {
    let path = crate::support::folder("output-to-a-file").join("out");
    let mut command = Command::new(built("crates/snowc/tests/programs/printer.snow"));
    command
        .args(["50000", ""])
        .stdout(File::create(&path).unwrap());
    assert!(command.status().unwrap().success());
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 50000);
}
