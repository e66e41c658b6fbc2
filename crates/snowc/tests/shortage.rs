//! A server that the system gives little memory: whoever asks for what is not there ends, and
//! everybody else goes on.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::client::Client;
use crate::support::launched::{built, ended, signal, through_shell, Launched};
use crate::support::{run, Ran, RUN_LIMIT};

tests![
    unfinished_messages_beyond_memory_end_their_connections_and_no_others,
    texts_beyond_memory_end_the_actors_that_use_them_and_no_others,
    a_timer_that_the_system_refuses_is_one_line_of_the_log,
    in_too_little_memory_a_program_says_so,
];

/// Bytes of a message that is never finished; the server takes messages of 16 MiB.
const UNFINISHED: usize = 15 << 20;
/// More of them than fit, so that some of their connections must end.
const CLIENTS: usize = 31;
/// Address space of the server, in kilobytes.
const SPACE: &str = "700000";
/// Where counters stand in the server's answer.
const BLOCKS: usize = 2;
const CRASHES: usize = 7;

/// Connects and sends all of a message but its last byte. `None` when the server has ended the
/// connection meanwhile.
fn unfinished(server: &Launched, message: &[u8]) -> Option<Client> {
    let mut client = Client::connect(server.port).ok()?;
    client.write(message).ok()?;
    Some(client)
}

/// The head of a binary message and all of its bytes but one.
fn message() -> Vec<u8> {
    let mut message = vec![0x82, 0x80 | 127];
    message.extend((UNFINISHED as u64).to_be_bytes());
    message.extend([0; 4]);
    message.resize(message.len() + UNFINISHED - 1, b'x');
    message
}

/// One of the numbers that `tests/servers/sturdy` tells about its runtime.
fn counter(witness: &mut Client, index: usize) -> usize {
    let counters = witness.ask("counters").expect("the server goes on");
    let number = counters.split(' ').nth(index);
    number.expect("a counter").parse().expect("a number")
}

fn unfinished_messages_beyond_memory_end_their_connections_and_no_others() {
    let program = built("tests/servers/sturdy");
    let words = format!("ulimit -v {SPACE}; exec \"$0\" \"$@\"");
    let mut server = Launched::start(|port| through_shell(&words, &program, port));
    let mut witness = server.connect();
    assert_eq!(witness.ask("before").unwrap(), "before");

    let message = message();
    let mut clients: Vec<Client> = (0..CLIENTS)
        .filter_map(|_| unfinished(&server, &message))
        .collect();
    assert_eq!(witness.ask("amid").unwrap(), "amid");

    // The last byte makes the message whole where it was kept; elsewhere nothing answers.
    let whole = clients
        .iter_mut()
        .filter_map(|client| {
            client.write(b"x").ok()?;
            client.receive().ok()
        })
        .filter(|(opcode, payload)| *opcode == 2 && payload.len() == UNFINISHED)
        .count();
    assert!(
        whole > 0 && whole < CLIENTS,
        "{whole} of {CLIENTS} connections had memory"
    );
    drop(clients);
    assert!(counter(&mut witness, CRASHES) > 0, "those without memory");

    // What they held is there for others, once they have ended.
    let limit = Instant::now() + RUN_LIMIT;
    while counter(&mut witness, BLOCKS) > 0 {
        assert!(Instant::now() < limit, "messages are kept");
        std::thread::sleep(Duration::from_millis(20));
    }
    for _ in 0..2 {
        let mut client = unfinished(&server, &message).expect("there is memory again");
        client.write(b"x").expect("the connection is open");
        assert_eq!(client.receive().expect("an answer").1.len(), UNFINISHED);
    }
    signal(libc::SIGTERM, &server.process);
    assert_eq!(ended(&mut server.process), 0);
}

fn texts_beyond_memory_end_the_actors_that_use_them_and_no_others() {
    let program = built("crates/snowc/tests/programs/large_texts.snow");
    let words = "ulimit -v 700000; SNOW_ACTOR_MEMORY=500000000 exec \"$0\" \"$@\"";
    let ran = run(&mut through_shell(words, &program, ""), RUN_LIMIT).expect("the program ends");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let lines: Vec<_> = ran.err.lines().filter(|line| line.len() < 80).collect();
    let refused = [
        "name out of memory:",
        "print out of memory:",
        "error out of memory:",
    ];
    assert_eq!(lines[..refused.len()], refused);
    // A crash is that of the text, with its beginning, or of the memory for making it.
    let crash = ["crash 0123456789abcd", "crash out of memory:"];
    assert!(crash.contains(&lines[refused.len()]), "{lines:?}");
    assert_eq!(lines.last(), Some(&"end"));
}

fn a_timer_that_the_system_refuses_is_one_line_of_the_log() {
    let program = built("examples/hello");
    // A timer counts as a pending signal.
    let words = "SNOW_WORKERS=3 exec prlimit --sigpending=0 \"$0\" \"$@\"";
    let ran = run(&mut through_shell(words, &program, ""), RUN_LIMIT).expect("the program ends");
    assert_eq!(ran.status, 0, "{}", ran.err);
    let lines: Vec<_> = ran.err.lines().collect();
    let [line] = lines[..] else {
        panic!("one line, not {lines:?}")
    };
    assert!(line.starts_with("no time slices: "), "{line}");
}

/// Whatever the address space is, a program says all that it has to say, or why it cannot.
fn in_too_little_memory_a_program_says_so() {
    let program = built("examples/hello");
    let usual = run(&mut Command::new(&program), RUN_LIMIT).expect("it ends");
    let mut told = 0;
    // From where the system cannot even load the program to where it has plenty, in kilobytes.
    for space in (20_000..60_000).step_by(400) {
        let words = format!("ulimit -v {space}; exec \"$0\"");
        let ran = run(&mut through_shell(&words, &program, ""), RUN_LIMIT);
        let Ran { status, out, err } = ran.expect("it ends");
        let said = format!("{space}: {status}, {out:?}, {err:?}");
        match status {
            // The system's loader, which is itself ended where it finds no place for the program.
            -1 if told == 0 && err.is_empty() => {}
            127 => assert!(err.contains("shared"), "{said}"),
            0 => assert_eq!((&out, &err), (&usual.out, &usual.err), "{said}"),
            // The C library, which ends a process when it cannot note what a thread leaves behind.
            -1 => assert!(
                err.contains("glibc error") && err.contains("memory"),
                "{said}"
            ),
            1 => {
                told += 1;
                assert_eq!(err.lines().count(), 1, "{said}");
                assert!(err.contains("memory") || err.contains("thread"), "{said}");
            }
            _ => panic!("{said}"),
        }
    }
    assert!(told > 0, "each program could start, or could not be loaded");
}
