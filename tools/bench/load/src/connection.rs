//! One client connection: handshake, masked frames out, whole frames counted in, and how long each took.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;

/// Any key will do; the server has to unmask with it all the same.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
/// Longest message whose length fits into the second byte of a frame.
const SHORT: usize = 125;

/// Connects and upgrades, blocking.
pub fn handshake(address: SocketAddr) -> io::Result<std::net::TcpStream> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    if !head.starts_with(b"HTTP/1.1 101") {
        return Err(io::Error::other("the server refused the upgrade"));
    }
    Ok(stream)
}

/// A client that keeps a number of messages in flight.
pub struct Connection {
    /// For the poller.
    pub stream: TcpStream,
    frames: Vec<u8>,
    frame_bytes: usize,
    answer: Vec<u8>,
    pending: Vec<u8>,
    sent_at: VecDeque<Instant>,
}

impl Connection {
    /// Connects and upgrades, blocking. `depth` messages of `size` bytes will be in flight.
    pub fn open(address: SocketAddr, size: usize, depth: usize) -> io::Result<Connection> {
        assert!(size <= SHORT, "the generator sends short frames");
        let stream = handshake(address)?;
        stream.set_nonblocking(true)?;
        let payload = vec![b'x'; size];
        let mut frame = vec![0x81, 0x80 | size as u8];
        frame.extend(MASK);
        frame.extend(payload.iter().enumerate().map(|(at, byte)| byte ^ MASK[at % 4]));
        let mut answer = vec![0x81, size as u8];
        answer.extend(payload);
        Ok(Connection {
            stream: TcpStream::from_std(stream),
            frame_bytes: frame.len(),
            frames: frame.repeat(depth),
            answer,
            pending: Vec::new(),
            sent_at: VecDeque::new(),
        })
    }

    /// Puts all its messages in flight.
    pub fn begin(&mut self) -> io::Result<()> {
        self.send(self.frames.len() / self.frame_bytes)
    }

    /// Reads what has come, checks it, answers each message with the next one. Returns how many came.
    pub fn turn(&mut self, buffer: &mut [u8], latencies: &mut Vec<u32>) -> io::Result<usize> {
        let mut came = 0;
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => read,
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => break,
                Err(cause) => return Err(cause),
            };
            self.pending.extend_from_slice(&buffer[..read]);
            if read < buffer.len() {
                break;
            }
        }
        let now = Instant::now();
        let whole = self.pending.len() / self.answer.len() * self.answer.len();
        for frame in self.pending[..whole].chunks(self.answer.len()) {
            if frame != self.answer {
                return Err(io::Error::other("the server answered something else"));
            }
            let sent = self.sent_at.pop_front().ok_or_else(|| io::Error::other("an answer to nothing"))?;
            latencies.push((now - sent).as_nanos().min(u32::MAX as u128) as u32);
            came += 1;
        }
        self.pending.drain(..whole);
        if came > 0 {
            self.send(came)?;
        }
        Ok(came)
    }

    /// So few bytes are in flight that the socket always has room for them.
    fn send(&mut self, count: usize) -> io::Result<()> {
        let now = Instant::now();
        self.sent_at.extend(std::iter::repeat_n(now, count));
        self.stream.write_all(&self.frames[..count * self.frame_bytes])
    }
}
