//! Real sockets and real time: clients that behave well and are slow keep their connection, and
//! peers that have gone end within their documented time. The rules themselves are tested by a
//! clock that stands still, see `docs/ws-timers.md`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{channel, Receiver};
use std::time::{Duration, Instant};

use crate::support::launched::built;
use crate::support::slow_client::{frame, Client, BINARY, CLOSE, PATIENCE, PING, PONG, TEXT};
use crate::support::Guarded;

/// What a client's system buffers at least; the kernel doubles it.
const SMALL_BUFFER: usize = 4096;
const MB: usize = 1_000_000;

// Most of each is waiting, and each waits for little more than what it is about: two seconds when
// that is a pong, one when it is a close. The longest one begins.
tests![
    a_process_that_stands_still_closes_nobody,
    a_request_that_comes_while_the_process_stands_still_is_in_time,
    a_slow_upload_is_a_sign_of_life,
    a_slow_download_is_a_sign_of_life,
    a_pong_that_comes_while_a_callback_runs_is_in_time,
    what_was_sent_before_a_close_arrives_before_it,
    what_the_system_holds_at_a_close_arrives_before_it,
    messages_that_come_while_a_callback_sleeps_are_allowed,
    a_flood_of_control_frames_puts_no_deadline_off,
    long_and_short_messages_arrive_in_any_order,
    a_feed_drops_early_for_a_client_that_stops_reading_and_ends_with_the_latest,
    a_burst_of_empty_frames_is_work_in_steps,
    a_callback_that_never_returns_is_ended_and_named,
    a_client_that_is_killed_is_heard_as_1006,
    a_client_that_is_stopped_for_ever_misses_its_pong,
    a_client_that_takes_nothing_is_slow_after_stalled_within,
    a_client_behind_a_cut_network_misses_its_pong,
];

/// `tests/servers/patience`, running, and the lines that it prints.
struct Server {
    port: u16,
    process: Guarded,
    lines: Receiver<String>,
}

impl Server {
    fn start(kind: &str) -> Server {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let program = built("tests/servers/patience");
        let mut command = Command::new(&program);
        command
            .args([&port.to_string(), kind])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = Guarded(command.spawn().expect("the server starts"));
        let (told, lines) = channel();
        let out = process.0.stdout.take().expect("asked for");
        let err = process.0.stderr.take().expect("asked for");
        let readers: [Box<dyn Read + Send>; 2] = [Box::new(out), Box::new(err)];
        for reader in readers {
            let told = told.clone();
            std::thread::spawn(move || {
                BufReader::new(reader)
                    .lines()
                    .map_while(Result::ok)
                    .for_each(|line| drop(told.send(line)));
            });
        }
        let server = Server {
            port,
            process,
            lines,
        };
        server.expect_line("listening on");
        server
    }

    /// Waits until a line with these words is printed.
    fn expect_line(&self, words: &str) -> String {
        let limit = Instant::now() + PATIENCE;
        loop {
            let left = limit.saturating_duration_since(Instant::now());
            let line = self
                .lines
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("no line says {words:?}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([name, &self.process.0.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }

    fn connect(&self) -> Client {
        Client::connect(self.port, None)
    }
}

fn a_slow_upload_is_a_sign_of_life() {
    let server = Server::start("usual");
    let mut client = server.connect();
    // Three seconds in which no pong can stand inside the frame.
    for part in frame(BINARY, &[b'z'; 60_000]).chunks(1000) {
        client.stream.write_all(part).expect("the server reads on");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(client.answer(), (TEXT, b"60000 bytes".to_vec()));
}

fn a_slow_download_is_a_sign_of_life() {
    let server = Server::start("usual");
    let mut client = Client::connect(server.port, Some(SMALL_BUFFER));
    client.say("big");
    assert_eq!(client.read_slowly(MB, TEXT), [(TEXT, 4 * MB)]);
    assert_eq!(client.ask("there?"), "there?");
}

fn a_pong_that_comes_while_a_callback_runs_is_in_time() {
    let server = Server::start("usual");
    let mut client = server.connect();
    let (opcode, body) = client.receive();
    assert_eq!(opcode, PING);
    client.say("slow");
    client.send(PONG, &body);
    assert_eq!(client.answer(), (TEXT, b"slept".to_vec()));
    assert_eq!(client.ask("there?"), "there?");
}

fn what_was_sent_before_a_close_arrives_before_it() {
    let server = Server::start("hasty");
    let mut client = Client::connect(server.port, Some(SMALL_BUFFER));
    client.say("report");
    // Three seconds, and a close has one.
    assert_eq!(
        client.read_slowly(4 * MB, CLOSE),
        [(TEXT, 12 * MB), (CLOSE, 6)]
    );
    client.send(CLOSE, &1000u16.to_be_bytes());
    server.expect_line("heard 1000 ");
}

fn what_the_system_holds_at_a_close_arrives_before_it() {
    let server = Server::start("hasty");
    let mut client = Client::connect(server.port, Some(SMALL_BUFFER));
    client.say("short report");
    // More than two seconds, and a close has one.
    assert_eq!(
        client.read_slowly(128_000, CLOSE),
        [(TEXT, 300_000), (CLOSE, 6)]
    );
    client.send(CLOSE, &1000u16.to_be_bytes());
    server.expect_line("heard 1000 ");
}

fn messages_that_come_while_a_callback_sleeps_are_allowed() {
    let server = Server::start("counted");
    let mut client = server.connect();
    client.say("slow");
    // Fewer than ten a second, and more than one second's worth.
    for number in 0..16 {
        client.say(&number.to_string());
        std::thread::sleep(Duration::from_millis(150));
    }
    assert_eq!(client.answer(), (TEXT, b"slept".to_vec()));
    for number in 0..16 {
        assert_eq!(client.answer(), (TEXT, number.to_string().into_bytes()));
    }
}

fn a_flood_of_control_frames_puts_no_deadline_off() {
    let server = Server::start("hasty");
    let unfinished = [0x01, 0x81, 0, 0, 0, 0, b'x'];
    for (begin, end) in [
        (&unfinished[..], "message took too long"),
        (&[], "pong timeout"),
    ] {
        let mut client = server.connect();
        client.stream.write_all(begin).expect("the server reads");
        let flood = frame(PONG, b"").repeat(20_000);
        let flooding = std::thread::spawn(move || while client.stream.write_all(&flood).is_ok() {});
        server.expect_line(end);
        flooding.join().expect("the writer does not panic");
    }
}

fn a_process_that_stands_still_closes_nobody() {
    let server = Server::start("usual");
    let mut clients: Vec<Client> = (0..8).map(|_| server.connect()).collect();
    for _ in 0..4 {
        // Each has an open ping, and answers it while the server does not run.
        let pings: Vec<Vec<u8>> = clients
            .iter_mut()
            .map(|client| match client.receive() {
                (PING, body) => body,
                other => panic!("no ping but {other:?}"),
            })
            .collect();
        server.signal("-STOP");
        for (client, body) in clients.iter_mut().zip(pings) {
            client.send(PONG, &body);
        }
        std::thread::sleep(Duration::from_millis(1600));
        server.signal("-CONT");
        for client in &mut clients {
            assert_eq!(client.ask("there?"), "there?");
        }
    }
}

/// What the system holds is read before a request is late: also a body of several reads.
fn a_request_that_comes_while_the_process_stands_still_is_in_time() {
    const BODY: usize = 160_000;
    let server = Server::start("http");
    let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {BODY}\r\n\r\n");
    for first in [10, head.len()] {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("it accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
            .write_all(&head.as_bytes()[..first])
            .expect("it reads");
        // The server has to begin to wait, and only time shows that it does.
        std::thread::sleep(Duration::from_millis(200));
        server.signal("-STOP");
        stream
            .write_all(&head.as_bytes()[first..])
            .and_then(|()| stream.write_all(&[b'x'; BODY]))
            .expect("the system takes it");
        std::thread::sleep(Duration::from_millis(1600));
        server.signal("-CONT");
        stream
            .shutdown(std::net::Shutdown::Write)
            .expect("it is open");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        assert!(answer.ends_with("160000 bytes"), "{answer}");
    }
}

fn long_and_short_messages_arrive_in_any_order() {
    let server = Server::start("usual");
    for (order, lengths) in [("long, short", [6 * MB, 4]), ("short, long", [4, 6 * MB])] {
        let mut client = Client::connect(server.port, Some(SMALL_BUFFER));
        assert_eq!(client.ask("join"), "joined");
        client.say(order);
        let mut frames = client.read_slowly(2 * MB, TEXT);
        frames.extend(client.read_slowly(2 * MB, TEXT));
        assert_eq!(frames, lengths.map(|length| (TEXT, length)));
    }
}

fn a_feed_drops_early_for_a_client_that_stops_reading_and_ends_with_the_latest() {
    let server = Server::start("feed");
    let mut reader = Client::connect(server.port, Some(SMALL_BUFFER));
    assert_eq!(reader.ask("join"), "joined");
    let mut publisher = server.connect();
    publisher.say("feed");
    assert_eq!(publisher.ask("published?"), "published?");
    let mut numbers = Vec::new();
    while numbers.last() != Some(&3999) {
        let (opcode, body) = reader.answer();
        assert_eq!(opcode, TEXT);
        let text = String::from_utf8(body).expect("text");
        numbers.push(
            text.split(' ')
                .next()
                .and_then(|n| n.parse::<usize>().ok())
                .expect("a number"),
        );
    }
    assert!(numbers.is_sorted());
    // The window and twice the limit are 4 and 128 messages; the system's own buffers are bounded
    // by the low-water mark.
    let first_lost = numbers
        .iter()
        .enumerate()
        .position(|(at, number)| at != *number)
        .expect("some were dropped");
    assert!(
        first_lost <= 2 * 65536 / 1000 + 64,
        "{first_lost} messages before the first that was dropped"
    );
}

fn a_burst_of_empty_frames_is_work_in_steps() {
    let server = Server::start("small");
    for opcode in [TEXT, PING] {
        let mut client = server.connect();
        let burst = frame(opcode, b"").repeat(170_000);
        let mut writer = client.stream.try_clone().expect("a second handle");
        let sent = std::thread::spawn(move || writer.write_all(&burst));
        // Echoes and pongs are read meanwhile, or the server would read no more.
        client.stream.set_nonblocking(false).expect("it can block");
        let mut echoes = 0;
        if opcode == TEXT {
            while echoes < 170_000 {
                echoes += usize::from(client.answer().0 == TEXT);
            }
        }
        sent.join()
            .expect("the writer does not panic")
            .expect("the server reads on");
        client.say("behind");
        loop {
            match client.receive() {
                (PING, body) => client.send(PONG, &body),
                (TEXT, body) => break assert_eq!(body, b"behind"),
                (PONG, _) => {}
                other => panic!("{other:?}"),
            }
        }
        client.send(CLOSE, &1000u16.to_be_bytes());
        server.expect_line("heard 1000 ");
    }
}

fn a_callback_that_never_returns_is_ended_and_named() {
    let server = Server::start("stuck");
    let mut client = server.connect();
    client.say("forever");
    let line = server.expect_line("has run for 1 s");
    assert!(line.contains("main.snow:"), "{line}");
    let (opcode, body) = client.answer();
    assert_eq!((opcode, &body[..2]), (CLOSE, &1011u16.to_be_bytes()[..]));
    server.expect_line("heard 1011 internal error");
    assert_eq!(server.connect().ask("there?"), "there?");
}

// ---- peers that have gone ----

/// A client in a process of its own that has upgraded and says nothing.
fn silent_process(port: u16) -> Guarded {
    let request = "GET / HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n";
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port}; printf '{request}' >&3; read line <&3; echo \"$line\"; exec sleep 600"
    );
    let mut process = Guarded(
        Command::new("bash")
            .args(["-c", &script])
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash"),
    );
    let mut line = String::new();
    BufReader::new(process.0.stdout.take().expect("asked for"))
        .read_line(&mut line)
        .expect("text");
    assert!(line.starts_with("HTTP/1.1 101"), "{line}");
    process
}

fn a_client_that_is_killed_is_heard_as_1006() {
    let server = Server::start("quiet");
    drop(silent_process(server.port));
    server.expect_line("heard 1006 ");
}

fn a_client_that_is_stopped_for_ever_misses_its_pong() {
    let server = Server::start("usual");
    let client = silent_process(server.port);
    assert!(Command::new("kill")
        .args(["-STOP", &client.0.id().to_string()])
        .status()
        .expect("kill runs")
        .success());
    server.expect_line("heard 1001 pong timeout");
}

fn a_client_that_takes_nothing_is_slow_after_stalled_within() {
    let server = Server::start("stalled");
    let mut client = Client::connect(server.port, Some(SMALL_BUFFER));
    client.say("big");
    server.expect_line("too slow (closed with 1013)");
    server.expect_line("heard 1006 ");
}

/// Passes bytes on until it is told to pass none any more; the connections stay.
fn blackhole(to: u16) -> (u16, std::sync::Arc<std::sync::atomic::AtomicBool>) {
    use std::sync::atomic::{AtomicBool, Ordering};
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let is_cut = std::sync::Arc::new(AtomicBool::new(false));
    let cut = is_cut.clone();
    std::thread::spawn(move || {
        let (near, _) = listener.accept().expect("a client");
        let far = TcpStream::connect(("127.0.0.1", to)).expect("the server accepts");
        for (mut from, mut into) in [
            (
                near.try_clone().expect("a handle"),
                far.try_clone().expect("a handle"),
            ),
            (far, near),
        ] {
            let cut = cut.clone();
            std::thread::spawn(move || {
                let mut part = [0; 4096];
                while let Ok(count) = from.read(&mut part) {
                    if count == 0 {
                        break;
                    }
                    if !cut.load(Ordering::SeqCst) && into.write_all(&part[..count]).is_err() {
                        break;
                    }
                }
                // Neither side hears of it.
                std::thread::sleep(PATIENCE);
            });
        }
    });
    (port, is_cut)
}

fn a_client_behind_a_cut_network_misses_its_pong() {
    let server = Server::start("usual");
    let (port, is_cut) = blackhole(server.port);
    let mut client = Client::connect(port, None);
    assert_eq!(client.ask("there?"), "there?");
    is_cut.store(true, std::sync::atomic::Ordering::SeqCst);
    server.expect_line("heard 1001 pong timeout");
}
