//! One client connection: handshake, masked frames out, whole frames counted in, and how long each
//! took.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use mio::net::TcpStream;

/// Any key will do; the server has to unmask with it all the same.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Connects and upgrades on that path, blocking.
pub fn handshake(address: SocketAddr, path: &str) -> io::Result<std::net::TcpStream> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    // In one write: there are servers that refuse a request whose first line comes in pieces.
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
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
    /// How many messages come for each of its own; 0 when it says nothing.
    speakers: usize,
    /// Messages that came since the last of its own.
    heard: usize,
    /// Reads that brought something.
    pub reads: usize,
    /// Bytes that wait to be sent, and where in a frame they begin: all frames are alike.
    unsent: usize,
    phase: usize,
    sent_at: VecDeque<Instant>,
}

impl Connection {
    /// Connects and upgrades, blocking. It is one of so many `speakers`, whose messages all hear,
    /// and will have `depth` messages of `size` bytes in flight; with 0 it only hears others.
    pub fn open(
        address: SocketAddr,
        path: &str,
        size: usize,
        depth: usize,
        speakers: usize,
    ) -> io::Result<Connection> {
        let stream = handshake(address, path)?;
        stream.set_nonblocking(true)?;
        let payload = vec![b'x'; size];
        let mut frame = head_of(0x80, size);
        frame.extend(MASK);
        frame.extend(
            payload
                .iter()
                .enumerate()
                .map(|(at, byte)| byte ^ MASK[at % 4]),
        );
        let mut answer = head_of(0, size);
        answer.extend(payload);
        Ok(Connection {
            stream: TcpStream::from_std(stream),
            frame_bytes: frame.len(),
            frames: frame.repeat(depth),
            answer,
            pending: Vec::new(),
            speakers,
            heard: 0,
            reads: 0,
            unsent: 0,
            phase: 0,
            sent_at: VecDeque::new(),
        })
    }

    /// Puts all its messages in flight.
    pub fn begin(&mut self) -> io::Result<()> {
        match self.speakers {
            0 => Ok(()),
            _ => self.send(self.frames.len() / self.frame_bytes),
        }
    }

    /// Sends what waits, reads what has come, checks it, answers each message with the next one.
    /// Returns how many came.
    pub fn turn(&mut self, buffer: &mut [u8], latencies: &mut Vec<u32>) -> io::Result<usize> {
        self.flush()?;
        let (mut came, mut answered) = (0, 0);
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => read,
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => break,
                Err(cause) => return Err(cause),
            };
            self.reads += 1;
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
            came += 1;
            self.heard += 1;
            if self.heard == self.speakers {
                self.heard = 0;
                answered += 1;
                let sent = self
                    .sent_at
                    .pop_front()
                    .ok_or_else(|| io::Error::other("an answer to nothing"))?;
                latencies.push((now - sent).as_nanos().min(u32::MAX as u128) as u32);
            }
        }
        self.pending.drain(..whole);
        if answered > 0 {
            self.send(answered)?;
        }
        Ok(came)
    }

    fn send(&mut self, count: usize) -> io::Result<()> {
        let now = Instant::now();
        self.sent_at.extend(std::iter::repeat_n(now, count));
        self.unsent += count * self.frame_bytes;
        self.flush()
    }

    /// What the system does not take now is sent when it reports that it takes more.
    fn flush(&mut self) -> io::Result<()> {
        while self.unsent > 0 {
            let stop = self.frames.len().min(self.phase + self.unsent);
            match self.stream.write(&self.frames[self.phase..stop]) {
                Ok(count) => {
                    self.unsent -= count;
                    self.phase = (self.phase + count) % self.frame_bytes;
                }
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => break,
                Err(cause) => return Err(cause),
            }
        }
        Ok(())
    }
}

/// The beginning of a text frame, up to its length.
fn head_of(mask_bit: u8, size: usize) -> Vec<u8> {
    match size {
        0..=125 => vec![0x81, mask_bit | size as u8],
        126..=0xffff => [&[0x81, mask_bit | 126][..], &(size as u16).to_be_bytes()].concat(),
        _ => [&[0x81, mask_bit | 127][..], &(size as u64).to_be_bytes()].concat(),
    }
}
