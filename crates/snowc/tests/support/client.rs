//! A WebSocket client of a few lines: short masked messages out, whole frames in.

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::RUN_LIMIT;

/// How long a server that reads may take to read on.
const MOMENT: Duration = Duration::from_millis(100);

/// An open connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    /// What the handshake was answered with, in lower case.
    pub head: String,
}

impl Client {
    /// Connects and upgrades.
    pub(crate) fn connect(port: u16) -> io::Result<Client> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(RUN_LIMIT))?;
        stream.set_nodelay(true)?;
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )?;
        let mut client = Client {
            stream: BufReader::new(stream),
            head: String::new(),
        };
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.bytes(1)?[0]);
        }
        client.head = String::from_utf8_lossy(&head).to_lowercase();
        match client.head.starts_with("http/1.1 101") {
            true => Ok(client),
            false => Err(io::Error::other(client.head)),
        }
    }

    /// Sends a text of at most 125 bytes.
    pub(crate) fn send(&mut self, text: &str) -> io::Result<()> {
        self.frame(0x81, text.as_bytes())
    }

    /// Sends a frame of at most 125 bytes. The mask is zero, which is a mask like any other.
    pub(crate) fn frame(&mut self, first: u8, payload: &[u8]) -> io::Result<()> {
        let mut frame = vec![first, 0x80 | payload.len() as u8, 0, 0, 0, 0];
        frame.extend_from_slice(payload);
        self.stream.get_mut().write_all(&frame)
    }

    /// Sends bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Sends `bytes` again and again, `most` bytes at most, until the server takes no more for a
    /// moment. Answers how many bytes it took.
    pub(crate) fn flood(&mut self, bytes: &[u8], most: usize) -> usize {
        let stream = self.stream.get_mut();
        stream
            .set_write_timeout(Some(MOMENT))
            .expect("a timeout that is not zero");
        let mut taken = 0;
        while taken < most {
            // What it takes in part is not gone on with: this client will be heard no more.
            match stream.write(bytes) {
                Ok(count) if count == bytes.len() => taken += count,
                _ => break,
            }
        }
        taken
    }

    /// The next frame: opcode and payload.
    pub(crate) fn receive(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let head = self.bytes(2)?;
        let length = match head[1] {
            126 => u16::from_be_bytes(self.bytes(2)?.try_into().expect("two bytes")) as usize,
            127 => u64::from_be_bytes(self.bytes(8)?.try_into().expect("eight bytes")) as usize,
            short => short as usize,
        };
        Ok((head[0] & 15, self.bytes(length)?))
    }

    /// Sends a text and expects a text.
    pub(crate) fn ask(&mut self, text: &str) -> io::Result<String> {
        self.send(text)?;
        self.text()
    }

    /// The text that comes next.
    pub(crate) fn text(&mut self) -> io::Result<String> {
        match self.receive()? {
            (1, payload) => Ok(String::from_utf8_lossy(&payload).into_owned()),
            (opcode, payload) => Err(io::Error::other(format!(
                "no text but {opcode} {payload:?}"
            ))),
        }
    }

    /// The code of the close frame that comes next.
    pub(crate) fn close_code(&mut self) -> io::Result<u16> {
        match self.receive()? {
            (8, payload) if payload.len() >= 2 => Ok(u16::from_be_bytes([payload[0], payload[1]])),
            (opcode, payload) => Err(io::Error::other(format!(
                "no close frame but {opcode} {payload:?}"
            ))),
        }
    }

    /// Closes with 1000 and waits for the answer.
    pub(crate) fn close(mut self) -> io::Result<()> {
        self.frame(0x88, &1000u16.to_be_bytes())?;
        match self.close_code()? {
            1000 => Ok(()),
            code => Err(io::Error::other(format!("closed with {code}"))),
        }
    }

    fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
