//! What a server says on standard error to the people who run it: `tests/servers/words` makes the
//! mistakes.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::process::{ChildStderr, Stdio};
use std::time::Duration;

use crate::support::{build_and_run, snowc, Guarded, RUN_LIMIT};

tests![
    a_foreign_origin_is_told_with_host_and_option,
    what_the_application_did_wrong_is_told_to_it,
    text_of_others_stays_in_its_line,
    tls_on_the_plain_port_is_answered_and_told,
    an_offer_of_subprotocols_that_is_not_answered_is_told_once,
    refusals_of_one_status_and_different_kinds_have_a_limit_each,
    a_certificate_that_a_pipe_never_delivers_is_told,
    a_flood_of_one_kind_hides_nothing_and_is_counted,
];

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Requests of a flood: more than the lines that one kind may have in a second.
const FLOOD: usize = 40;

struct Server {
    port: u16,
    lines: Lines<BufReader<ChildStderr>>,
    _process: Guarded,
}

impl Server {
    fn start() -> Server {
        let mut command = snowc(&["run", "tests/servers/words"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Guarded(command.spawn().expect("snowc starts"));
        let mut port = String::new();
        BufReader::new(process.0.stdout.take().expect("a pipe"))
            .read_line(&mut port)
            .expect("the port");
        let lines = BufReader::new(process.0.stderr.take().expect("a pipe")).lines();
        Server {
            port: port.trim().parse().expect("a number"),
            lines,
            _process: process,
        }
    }

    /// What the server answers to these bytes, up to the end of its head.
    fn ask(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server accepts");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a timeout that is not zero");
        stream.write_all(bytes).expect("the server reads");
        let mut answer = Vec::new();
        let mut byte = [0];
        while !answer.ends_with(b"\r\n\r\n")
            && stream.read(&mut byte).expect("the server answers") == 1
        {
            answer.push(byte[0]);
        }
        String::from_utf8(answer).expect("text")
    }

    /// The status of the answer to a request for that path with further lines.
    fn get(&self, path: &str, lines: &str) -> String {
        let fixed = "Host: app.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let answer = self.ask(format!("GET {path} HTTP/1.1\r\n{fixed}{lines}\r\n").as_bytes());
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    }

    /// The words of the next line of standard error, with PEER for the client's address.
    fn line(&mut self) -> String {
        let line = self.lines.next().expect("a line").expect("text");
        let own = format!("Snow WebSocket server ws://127.0.0.1:{}: ", self.port);
        let line = line
            .split_once(&own)
            .map_or(line.as_str(), |(_, words)| words);
        let words: Vec<&str> = line
            .split(' ')
            .map(|word| if is_peer(word) { "PEER" } else { word })
            .collect();
        words.join(" ")
    }
}

fn is_peer(word: &str) -> bool {
    word.strip_prefix("127.0.0.1:")
        .is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn a_foreign_origin_is_told_with_host_and_option() {
    let mut server = Server::start();
    assert_eq!(server.get("/", "Origin: https://evil.example\r\n"), "403");
    assert_eq!(
        server.line(),
        "refused PEER with 403: this origin is not allowed: the origin is \"https://evil.example\", the host \
         \"app.example\"; Ws.origins([\"https://evil.example\"]) would let it in"
    );
}

fn what_the_application_did_wrong_is_told_to_it() {
    let mut server = Server::start();
    for (path, words) in [
        ("/header", "on_upgrade set the header \"Sec-WebSocket-Accept\", which only the server may set"),
        ("/split", "on_upgrade set the header \"X-Room\" to a value with a line break or another control character"),
        ("/subprotocol", "on_upgrade chose the subprotocol \"v2\", but the client offers none"),
        ("/status", "on_upgrade refused with 200, but a refusal has a status from 300 to 599"),
    ] {
        assert_eq!(server.get(path, ""), "500");
        assert_eq!(server.line(), format!("refused PEER with 500: internal error: {words}"));
    }
}

fn text_of_others_stays_in_its_line() {
    let mut server = Server::start();
    // U+009B begins a command of terminals.
    assert_eq!(server.get("/refuse", "X-Name: \u{9b}2J\r\n"), "403");
    assert_eq!(
        server.line(),
        "refused PEER with 403: no room for \\u{9b}2J\\nand a line"
    );
    assert_eq!(server.get("/crash", "X-Name: \u{2028}\u{9b}2J\r\n"), "500");
    let report = server.line();
    let words = "no room for \\u{2028}\\u{9b}2J\\nand a line";
    assert!(
        report.starts_with("panic in ") && report.contains(words),
        "{report}"
    );
    // A report may have a second line of its own, with the calls that led there.
    let mut behind = server.line();
    if behind.starts_with("  called from ") {
        behind = server.line();
    }
    assert_eq!(
        behind,
        "refused PEER with 500: internal error: on_upgrade crashed"
    );
}

fn tls_on_the_plain_port_is_answered_and_told() {
    let mut server = Server::start();
    let hello = [
        0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03,
    ];
    assert!(server
        .ask(&hello)
        .starts_with("HTTP/1.1 400 Bad Request\r\n"));
    assert_eq!(
        server.line(),
        "refused PEER with 400: TLS on a port that does not speak it"
    );
}

fn an_offer_of_subprotocols_that_is_not_answered_is_told_once() {
    let mut server = Server::start();
    for _ in 0..3 {
        assert_eq!(server.get("/", "Sec-WebSocket-Protocol: v1, v2\r\n"), "101");
    }
    assert_eq!(server.get("/status", ""), "500");
    assert_eq!(
        server.line(),
        "PEER offers the subprotocols \"v1\", \"v2\", and none was chosen: browsers then end the connection. \
         Ws.subprotocols names those that the server knows (this is said once)"
    );
    assert!(server.line().starts_with("refused PEER with 500: "));
}

fn refusals_of_one_status_and_different_kinds_have_a_limit_each() {
    let mut server = Server::start();
    for _ in 0..FLOOD {
        assert_eq!(server.get("/", "Origin: https://evil.example\r\n"), "403");
    }
    for _ in 0..FLOOD {
        assert_eq!(server.get("/refuse", ""), "403");
    }
    let kinds = [
        (
            "this origin is not allowed: ",
            "refused with 403: this origin is not allowed",
        ),
        ("no room for you", "refused with 403 by on_upgrade"),
    ];
    let (mut written, mut told) = ([0; 2], [0; 2]);
    while written[0] + told[0] < FLOOD || written[1] + told[1] < FLOOD {
        let line = server.line();
        for (index, (words, kind)) in kinds.iter().enumerate() {
            let own = line.strip_prefix("refused PEER with 403: ");
            written[index] += usize::from(own.is_some_and(|own| own.starts_with(words)));
            let count = line
                .strip_prefix("… and ")
                .and_then(|rest| rest.strip_suffix(kind));
            if let Some(count) = count.and_then(|count| count.strip_suffix(" more: ")) {
                told[index] += count.parse::<usize>().expect("a number");
            }
        }
    }
    assert!(written.iter().all(|written| *written >= 10), "{written:?}");
    assert_eq!([written[0] + told[0], written[1] + told[1]], [FLOOD; 2]);
}

fn a_certificate_that_a_pipe_never_delivers_is_told() {
    let pipe = crate::support::folder("silent-pipe").join("certificate.pem");
    let path = std::ffi::CString::new(pipe.to_str().expect("text")).expect("no null byte");
    // SAFETY: the path ends with a null byte and lives across the call.
    let made = unsafe { libc::mkfifo(path.as_ptr(), 0o600) };
    assert_eq!(made, 0, "a named pipe");
    // Open for both, so that it neither waits for a reader nor ends for one.
    let _writer = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&pipe)
        .expect("the pipe");
    let arguments = ["tests/servers/words", pipe.to_str().expect("text")];
    let ran =
        build_and_run("run", &arguments, RUN_LIMIT).unwrap_or_else(|failed| panic!("{failed}"));
    let words = format!(
        "cannot read certificates from {}: nothing came within 5 s",
        pipe.display()
    );
    let expected = format!("panic in main: the WebSocket server cannot start: {words} (");
    assert!(ran.err.starts_with(&expected), "{}", ran.err);
}

fn a_flood_of_one_kind_hides_nothing_and_is_counted() {
    let mut server = Server::start();
    for _ in 0..FLOOD {
        assert!(server.ask(b"GET / HTTP/1.1\n").starts_with("HTTP/1.1 400 "));
    }
    assert_eq!(server.get("/status", ""), "500");
    let (mut told, mut other) = (0, 0);
    while told < FLOOD || other < 1 {
        let line = server.line();
        let left_out = line
            .strip_prefix("… and ")
            .and_then(|rest| rest.strip_suffix(" more: refused with 400"));
        match left_out {
            Some(count) => told += count.parse::<usize>().expect("a number"),
            None if line == "refused PEER with 400: a line must end with CR LF" => told += 1,
            None => other += usize::from(line.starts_with("refused PEER with 500: ")),
        }
    }
    assert_eq!((told, other), (FLOOD, 1));
}
