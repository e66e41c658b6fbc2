//! Every example is built and run: those that end must print what their `expected.txt` says, servers must serve.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use support::{compare, root, run, snowc, Guarded};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

fn main() {
    let arguments = Arguments::from_args();
    let mut names: Vec<String> = fs::read_dir(root().join("examples"))
        .expect("examples is there")
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let trials = names.into_iter().map(|name| match name.as_str() {
        "echo" => Trial::test("echo", echo),
        _ => Trial::test(name.clone(), move || prints_what_it_should(&name)),
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn prints_what_it_should(name: &str) -> Result<(), Failed> {
    let expected = fs::read_to_string(root().join("examples").join(name).join("expected.txt"))
        .map_err(|_| format!("examples/{name} has no expected.txt, and no test here drives it"))?;
    let ran = run(&mut snowc(&["run", &format!("examples/{name}")]))?;
    if ran.status != 0 {
        return Err(format!("status {}\n{}{}", ran.status, ran.out, ran.err).into());
    }
    Ok(compare("output", &expected, &ran.out)?)
}

/// A handshake with the key of RFC 6455 section 1.3, the masked "Hello" of section 5.7, and a clean close.
fn echo() -> Result<(), Failed> {
    let io = |cause: std::io::Error| Failed::from(cause.to_string());
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(io)?.port();
    let mut command = snowc(&["run", "examples/echo", &port.to_string()]);
    let mut server = Guarded(command.stderr(Stdio::piped()).spawn().map_err(io)?);
    let mut lines = BufReader::new(server.0.stderr.take().expect("the pipe was asked for"));
    let mut ready = String::new();
    lines.read_line(&mut ready).map_err(io)?;
    if !ready.contains(&port.to_string()) {
        return Err(format!("the line that says it is ready is {ready:?}").into());
    }

    let mut client = TcpStream::connect(("127.0.0.1", port)).map_err(io)?;
    client.set_read_timeout(Some(PATIENCE)).map_err(io)?;
    write!(
        client,
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .map_err(io)?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).map_err(io)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let accepted = head.starts_with("http/1.1 101") && head.contains("s3pplmbitxaq9kygzzhzrbk+xoo=");
    if !accepted {
        return Err(format!("the handshake was answered with\n{head}").into());
    }
    exchange(&mut client, &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58], b"\x81\x05Hello")?;
    exchange(&mut client, &[0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8], &[0x88, 2, 0x03, 0xe8])?;
    drop(client);
    ends_when_asked(&mut server)
}

fn exchange(client: &mut TcpStream, send: &[u8], expected: &[u8]) -> Result<(), Failed> {
    let mut answer = vec![0; expected.len()];
    client
        .write_all(send)
        .and_then(|()| client.read_exact(&mut answer))
        .map_err(|cause| Failed::from(cause.to_string()))?;
    if answer != expected {
        return Err(format!("{send:x?} was answered with {answer:x?}, not {expected:x?}").into());
    }
    Ok(())
}

/// SIGTERM ends a server with status 0.
fn ends_when_asked(server: &mut Guarded) -> Result<(), Failed> {
    let sent = Command::new("kill").arg(server.0.id().to_string()).status();
    sent.map_err(|cause| Failed::from(format!("kill: {cause}")))?;
    let limit = Instant::now() + PATIENCE;
    while Instant::now() < limit {
        match server.0.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("ended with {status}").into()),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    Err("still runs after SIGTERM".into())
}
