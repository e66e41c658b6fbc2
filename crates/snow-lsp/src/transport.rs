//! Messages on a pair of streams: a header with the length, then JSON.
//!
//! What is no JSON is answered, since its header says where the next message begins. After a header
//! that cannot be read nothing can be found again, so the connection ends. `lsp-server` would end
//! it in both cases.

use std::io::{self, BufRead, Read as _, Write};
use std::thread;

use crossbeam_channel::{bounded, unbounded, Receiver, Sender};
use lsp_server::{Connection, ErrorCode, Message};
use serde_json::json;

use crate::projects::Projects;
use crate::server::{self, Exit};

/// The longest message that is read: longer than any file that the compiler takes.
const MOST_BYTES: usize = 256 << 20;

/// What the reader found.
enum Read {
    Message(Message),
    /// Why it is none.
    Malformed(ErrorCode, String),
}

/// Serves one editor until it says `exit` or closes its stream. `input` is read by a thread that
/// ends with it, so it has to live as long as the process.
///
/// Needs the compiler's stack ([`snow_compiler::pipeline::STACK`]).
pub fn serve(
    input: impl BufRead + Send + 'static,
    output: impl Write + Send,
    projects: &dyn Projects,
) -> Exit {
    let (sender, answers) = unbounded();
    let (messages, receiver) = bounded(1024);
    let malformed = sender.clone();
    thread::spawn(move || read_all(input, &messages, &malformed));
    let connection = Connection {
        sender: into_bytes(sender),
        receiver,
    };
    thread::scope(|scope| {
        scope.spawn(move || write_all(output, &answers));
        server::run(connection, projects)
    })
}

/// A channel of messages whose bytes go to `bytes`.
fn into_bytes(bytes: Sender<Vec<u8>>) -> Sender<Message> {
    let (sender, messages) = unbounded::<Message>();
    thread::spawn(move || {
        for message in messages {
            let mut framed = Vec::new();
            if message.write(&mut framed).is_ok() && bytes.send(framed).is_err() {
                return;
            }
        }
    });
    sender
}

fn write_all(mut output: impl Write, answers: &Receiver<Vec<u8>>) {
    for bytes in answers {
        // An editor that is gone has closed its other stream as well, which ends the server.
        if output
            .write_all(&bytes)
            .and_then(|()| output.flush())
            .is_err()
        {
            return;
        }
    }
}

fn read_all(mut input: impl BufRead, messages: &Sender<Message>, malformed: &Sender<Vec<u8>>) {
    loop {
        match read(&mut input) {
            Ok(Some(Read::Message(message))) => {
                let is_exit = matches!(&message, Message::Notification(n) if n.method == "exit");
                if messages.send(message).is_err() || is_exit {
                    return;
                }
            }
            Ok(Some(Read::Malformed(code, why))) => {
                let error = json!({"code": code as i32, "message": why});
                let answer = json!({"jsonrpc": "2.0", "id": null, "error": error}).to_string();
                let framed = format!("Content-Length: {}\r\n\r\n{answer}", answer.len());
                if malformed.send(framed.into_bytes()).is_err() {
                    return;
                }
            }
            Ok(None) | Err(_) => return,
        }
    }
}

/// The next message; `None` at the end of the stream.
fn read(input: &mut impl BufRead) -> io::Result<Option<Read>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.take(1 << 16).read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(io::Error::other("a line of the header has no colon"));
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let Some(length) = length.filter(|length| *length <= MOST_BYTES) else {
        return Err(io::Error::other(
            "the header has no length that can be read",
        ));
    };
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
        let why = "the message is no JSON".to_string();
        return Ok(Some(Read::Malformed(ErrorCode::ParseError, why)));
    };
    // An answer without either would be read as one.
    let says_something = ["method", "result", "error"]
        .iter()
        .any(|key| value.get(key).is_some());
    Ok(Some(match serde_json::from_value(value) {
        Ok(message) if says_something => Read::Message(message),
        Ok(_) | Err(_) => Read::Malformed(
            ErrorCode::InvalidRequest,
            "the message is neither a request, an answer nor a notification".to_string(),
        ),
    }))
}
