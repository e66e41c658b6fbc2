//! One client connection: handshake, masked frames out, whole frames counted in, and how long each
//! took.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use mio::net::TcpStream;

use crate::scenario::Scenario;
use crate::server::Server;

/// Any key will do; the server has to unmask with it all the same.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// The request for an upgrade.
pub fn request(server: &Server, path: &str) -> String {
    format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        server.path(path),
        server.host
    )
}

/// Connects, blocking; what a server does not answer within five seconds is an error.
pub fn connect(server: &Server) -> io::Result<std::net::TcpStream> {
    let stream = std::net::TcpStream::connect(server.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    Ok(stream)
}

/// Connects and upgrades on that path, blocking.
pub fn handshake(server: &Server, path: &str) -> io::Result<std::net::TcpStream> {
    let mut stream = connect(server)?;
    // In one write: there are servers that refuse a request whose first line comes in pieces.
    stream.write_all(request(server, path).as_bytes())?;
    read_upgrade(&mut stream)?;
    Ok(stream)
}

/// Reads the answer to the request: a server says nothing more before it is spoken to.
pub fn read_upgrade(stream: &mut std::net::TcpStream) -> io::Result<()> {
    let (mut head, mut length) = ([0; 4096], 0);
    while !head[..length].ends_with(b"\r\n\r\n") {
        match stream.read(&mut head[length..])? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => length += count,
        }
    }
    if !head.starts_with(b"HTTP/1.1 101") {
        return Err(io::Error::other("the server refused the upgrade"));
    }
    Ok(())
}

/// A masked text frame with so many bytes.
pub fn frame_of(size: usize) -> Vec<u8> {
    let mut frame = head_of(0x80, size);
    frame.extend(MASK);
    frame.extend((0..size).map(|at| b'x' ^ MASK[at % 4]));
    frame
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
    /// Answers to the server's pings, which leave between two frames.
    pongs: Vec<u8>,
}

/// What the server has sent next.
#[derive(Debug, PartialEq)]
enum Next {
    /// Part of a frame, or nothing.
    Part,
    /// The answer that is expected.
    Answer,
    /// A ping that is so long, with its head.
    Ping(usize),
    /// Anything else.
    Other,
}

fn next_of(bytes: &[u8], answer: &[u8]) -> Next {
    const PING: u8 = 0x89;
    match *bytes {
        [] | [PING] => Next::Part,
        [PING, length, ..] if bytes.len() < 2 + usize::from(length) => Next::Part,
        [PING, length, ..] => Next::Ping(2 + usize::from(length)),
        _ if bytes.len() < answer.len() => Next::Part,
        _ if bytes[..answer.len()] == *answer => Next::Answer,
        _ => Next::Other,
    }
}

impl Connection {
    /// Connects and upgrades, blocking. It is one of so many `speakers`, whose messages all hear,
    /// and will have as many messages in flight as the scenario says; with 0 it only hears others.
    pub fn open(server: &Server, scenario: Scenario, speakers: usize) -> io::Result<Connection> {
        let stream = handshake(server, scenario.path())?;
        stream.set_nonblocking(true)?;
        let Scenario { size, depth, .. } = scenario;
        let frame = frame_of(size);
        let mut answer = head_of(0, size);
        answer.extend(vec![b'x'; size]);
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
            pongs: Vec::new(),
        })
    }

    /// Puts all its messages in flight.
    pub fn begin(&mut self) -> io::Result<()> {
        match self.speakers {
            0 => Ok(()),
            _ => self.burst(),
        }
    }

    /// Sends all its messages, in one write if the system takes them.
    pub fn burst(&mut self) -> io::Result<()> {
        self.send(self.frames.len() / self.frame_bytes)
    }

    /// The burst that was sent longest ago has come to all; notes how long that took.
    pub fn end_burst(&mut self, latencies: &mut Vec<u32>) {
        if let Some(sent) = self.sent_at.drain(..).next() {
            latencies.push(sent.elapsed().as_nanos().min(u32::MAX as u128) as u32);
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
        let mut used = 0;
        loop {
            match next_of(&self.pending[used..], &self.answer) {
                Next::Part => break,
                Next::Other => return Err(io::Error::other("the server answered something else")),
                Next::Ping(length) => {
                    let payload = &self.pending[used + 2..used + length];
                    self.pongs.extend([0x8a, 0x80 | payload.len() as u8]);
                    self.pongs.extend(MASK);
                    let masked = payload.iter().zip(MASK.iter().cycle());
                    self.pongs.extend(masked.map(|(byte, mask)| byte ^ mask));
                    used += length;
                }
                Next::Answer => {
                    used += self.answer.len();
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
            }
        }
        self.pending.drain(..used);
        if !self.pongs.is_empty() {
            self.flush()?;
        }
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
        while self.phase == 0 && !self.pongs.is_empty() {
            match self.stream.write(&self.pongs) {
                Ok(count) => drop(self.pongs.drain(..count)),
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(cause) => return Err(cause),
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pings_between_answers_are_no_answers() {
        let answer = b"\x81\x02hi";
        let next = |bytes: &[u8]| next_of(bytes, answer);
        assert_eq!(next(b"\x81\x02hi\x89"), Next::Answer);
        assert_eq!(next(b"\x89\x03abc\x81"), Next::Ping(5));
        assert_eq!(next(b"\x89\x00"), Next::Ping(2));
        for part in [&b""[..], b"\x89", b"\x89\x03ab", b"\x81\x02h"] {
            assert_eq!(next(part), Next::Part, "{part:?}");
        }
        assert_eq!(next(b"\x81\x02ho"), Next::Other);
        assert_eq!(next(b"\x88\x02\x03\xe8"), Next::Other);
    }

    #[test]
    fn frames_have_the_shortest_head() {
        assert_eq!(frame_of(125).len(), 2 + 4 + 125);
        assert_eq!(frame_of(126)[..4], [0x81, 0xfe, 0, 126]);
        assert_eq!(frame_of(1 << 16)[..2], [0x81, 0xff]);
        assert_eq!(
            frame_of(3)[6..],
            [b'x' ^ MASK[0], b'x' ^ MASK[1], b'x' ^ MASK[2]]
        );
    }
}
