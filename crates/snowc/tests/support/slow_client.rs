//! A client of long frames, which may be slow to read.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

/// How long anything may take that is only waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

/// A client of long frames, whose receive buffer may be small.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(port: u16, receive_buffer: Option<usize>) -> Client {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).expect("a size");
        }
        socket
            .connect(&SocketAddr::from(([127, 0, 0, 1], port)).into())
            .expect("the server accepts");
        let mut stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        write!(
            stream,
            "GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        .expect("the request leaves");
        let mut client = Client {
            stream,
            buffer: Vec::new(),
        };
        let end = loop {
            if let Some(at) = client
                .buffer
                .windows(4)
                .position(|part| part == b"\r\n\r\n")
            {
                break at + 4;
            }
            assert!(client.more() > 0, "the server hangs up");
        };
        assert!(client.buffer.starts_with(b"HTTP/1.1 101"));
        client.buffer.drain(..end);
        client
    }

    pub(crate) fn more(&mut self) -> usize {
        let mut part = [0; 65536];
        let count = self.stream.read(&mut part).expect("the stream can be read");
        self.buffer.extend_from_slice(&part[..count]);
        count
    }

    pub(crate) fn send(&mut self, opcode: u8, payload: &[u8]) {
        self.stream
            .write_all(&frame(opcode, payload))
            .expect("the frame leaves");
    }

    pub(crate) fn say(&mut self, text: &str) {
        self.send(TEXT, text.as_bytes());
    }

    /// The next frame.
    pub(crate) fn receive(&mut self) -> (u8, Vec<u8>) {
        loop {
            if let Some((header, length)) = header(&self.buffer) {
                if self.buffer.len() >= header + length {
                    let opcode = self.buffer[0] & 15;
                    let body = self.buffer[header..header + length].to_vec();
                    self.buffer.drain(..header + length);
                    return (opcode, body);
                }
            }
            assert!(self.more() > 0, "the server hangs up");
        }
    }

    /// The next frame that is no ping; pings are answered.
    pub(crate) fn answer(&mut self) -> (u8, Vec<u8>) {
        loop {
            match self.receive() {
                (PING, body) => self.send(PONG, &body),
                other => return other,
            }
        }
    }

    pub(crate) fn ask(&mut self, text: &str) -> String {
        self.say(text);
        let (opcode, body) = self.answer();
        assert_eq!(opcode, TEXT, "{}", String::from_utf8_lossy(&body));
        String::from_utf8(body).expect("text")
    }

    /// Reads frames at `rate` bytes a second, answers pings, until a frame with that opcode came;
    /// all frames but pings.
    pub(crate) fn read_slowly(&mut self, rate: usize, until: u8) -> Vec<(u8, usize)> {
        let begun = Instant::now();
        let (mut count, mut frames) = (0, Vec::new());
        loop {
            while let Some((header, length)) =
                header(&self.buffer).filter(|(h, l)| self.buffer.len() >= h + l)
            {
                let opcode = self.buffer[0] & 15;
                let body = self.buffer[header..header + length].to_vec();
                self.buffer.drain(..header + length);
                match opcode {
                    PING => self.send(PONG, &body),
                    _ => frames.push((opcode, length)),
                }
                if opcode == until {
                    return frames;
                }
            }
            let mut part = [0; 16384];
            let read = self.stream.read(&mut part).expect("the stream can be read");
            assert!(
                read > 0,
                "the server hangs up after {frames:?} and {count} bytes"
            );
            self.buffer.extend_from_slice(&part[..read]);
            count += read;
            let due = Duration::from_secs_f64(count as f64 / rate as f64);
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
        }
    }
}

/// A client's frame; the mask is zero, which is a mask like any other.
pub(crate) fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        middle @ 126..65536 => {
            frame.push(0xfe);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(0xff);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend_from_slice(payload);
    frame
}

/// Lengths of a server's frame: its header and its payload; none while the header is not whole.
pub(crate) fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? {
        126 => Some((
            4,
            u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?) as usize,
        )),
        127 => Some((
            10,
            u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize,
        )),
        short => Some((2, short as usize)),
    }
}
