//! Just enough of WebSocket for a loop that shows what the kernel costs: no limits, no UTF-8, no
//! pings, no fragments. Not a server to use.

use std::ops::Range;

use base64::Engine;
use sha1::{Digest, Sha1};

/// What a connection is.
#[derive(Default)]
pub struct Peer {
    /// The upgrade was answered.
    open: bool,
    /// What it says goes to all that are in the room.
    pub in_room: bool,
    /// Part of a request or frame, how long that part is, and how long the whole will be as far as
    /// is known.
    held: Vec<u8>,
    length: usize,
    wanted: usize,
}

/// Connections by descriptor.
pub struct Table<T>(Vec<Option<Box<T>>>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table(Vec::new())
    }
}

impl<T> Table<T> {
    /// The connection, if there is one.
    pub fn get(&mut self, fd: i32) -> Option<&mut T> {
        self.0.get_mut(fd as usize)?.as_deref_mut()
    }

    /// Takes it out.
    pub fn take(&mut self, fd: i32) -> Option<Box<T>> {
        self.0.get_mut(fd as usize)?.take()
    }

    /// Puts it in.
    pub fn put(&mut self, fd: i32, connection: Box<T>) {
        let at = fd as usize;
        if self.0.len() <= at {
            self.0.resize_with(at + 1, || None);
        }
        self.0[at] = Some(connection);
    }
}

/// What came is no request, or the end.
pub struct Ended;

/// What is to be sent.
pub enum Answer<'a> {
    /// To this connection, the upgrade included.
    Own(&'a [u8]),
    /// To all in the room.
    Room(&'a [u8]),
}

impl Peer {
    /// True when more than `bytes` of a message under way are missing.
    pub fn misses_more_than(&self, bytes: usize) -> bool {
        self.length > 0 && self.wanted > self.length + bytes
    }

    /// Where the next bytes belong when a message is under way: behind those that are there.
    pub fn awaited(&mut self) -> Option<&mut [u8]> {
        if !self.misses_more_than(0) {
            return None;
        }
        if self.held.len() < self.wanted {
            self.held.resize(self.wanted, 0);
        }
        Some(&mut self.held[self.length..self.wanted])
    }

    /// So many bytes were put where [`awaited`](Peer::awaited) said.
    pub fn arrived(&mut self, count: usize, send: impl FnMut(Answer<'_>)) -> Result<(), Ended> {
        self.length += count;
        if self.length < self.wanted {
            return Ok(());
        }
        let (mut held, length) = (std::mem::take(&mut self.held), self.length);
        let used = self.understand(&mut held[..length], send)?;
        held.copy_within(used..length, 0);
        // It keeps its room: the next message is probably as long.
        (self.held, self.length) = (held, length - used);
        Ok(())
    }

    /// Bytes came, and are changed in place.
    pub fn receive(&mut self, bytes: &mut [u8], send: impl FnMut(Answer<'_>)) -> Result<(), Ended> {
        if self.length > 0 {
            self.hold(bytes);
            return self.arrived(0, send);
        }
        let used = self.understand(bytes, send)?;
        self.hold(&bytes[used..]);
        Ok(())
    }

    fn hold(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if self.held.len() < end {
            self.held.resize(end, 0);
        }
        self.held[self.length..end].copy_from_slice(bytes);
        self.length = end;
    }

    fn understand(
        &mut self,
        bytes: &mut [u8],
        mut send: impl FnMut(Answer<'_>),
    ) -> Result<usize, Ended> {
        let mut used = 0;
        if !self.open {
            let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else {
                return Ok(0);
            };
            used = end + 4;
            send(Answer::Own(&self.upgrade(&bytes[..used])?));
        }
        let frames = answer_frames(&mut bytes[used..])?;
        let answers = &bytes[used..][frames.answers];
        if !answers.is_empty() {
            send(match self.in_room {
                true => Answer::Room(answers),
                false => Answer::Own(answers),
            });
        }
        self.wanted = frames.wanted;
        Ok(used + frames.used)
    }

    fn upgrade(&mut self, request: &[u8]) -> Result<Vec<u8>, Ended> {
        let request = std::str::from_utf8(request).map_err(|_| Ended)?;
        let key = request
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
            .ok_or(Ended)?;
        self.in_room = request.starts_with("GET /room ");
        self.open = true;
        let mut digest = Sha1::new();
        digest.update(key.trim());
        digest.update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let accept = base64::engine::general_purpose::STANDARD.encode(digest.finalize());
        Ok(format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        )
        .into_bytes())
    }
}

/// What was made of some bytes.
pub struct Frames {
    /// Where the answers are: frames without a mask, one behind the other.
    pub answers: Range<usize>,
    /// How many bytes were whole frames.
    pub used: usize,
    /// How long the frame is that begins behind them; 0 when that is not known.
    pub wanted: usize,
}

/// Turns all whole frames into their answers, in place. An answer is four bytes shorter than its
/// frame, so the first payload stays where it is and the others move to the front.
pub fn answer_frames(bytes: &mut [u8]) -> Result<Frames, Ended> {
    const MASK: usize = 4;
    let (mut at, mut written, mut wanted) = (0, MASK, 0);
    while let Some(&[first, second]) = bytes.get(at..at + 2) {
        if first & 0x0f == 8 || second & 0x80 == 0 {
            return Err(Ended);
        }
        let head = match second & 0x7f {
            126 => 4,
            127 => 10,
            _ => 2,
        };
        let Some(length) = bytes.get(at + 2..at + head) else {
            break;
        };
        let length = match head {
            2 => usize::from(second & 0x7f),
            _ => length
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        };
        let whole = head + MASK + length;
        if bytes.len() - at < whole {
            wanted = whole;
            break;
        }
        let payload = at + head + MASK;
        let mask = [0, 1, 2, 3].map(|n| bytes[at + head + n]);
        bytes.copy_within(at..at + head, written);
        bytes[written + 1] &= 0x7f;
        if written + head < payload {
            bytes.copy_within(payload..payload + length, written + head);
        }
        unmask(&mut bytes[written + head..][..length], mask);
        written += head + length;
        at += whole;
    }
    Ok(Frames {
        answers: MASK.min(at)..written.min(at),
        used: at,
        wanted,
    })
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let word = u64::from_ne_bytes([mask, mask].concat().try_into().unwrap_or_default());
    let mut words = payload.chunks_exact_mut(8);
    for chunk in &mut words {
        let bytes: &mut [u8; 8] = chunk.try_into().expect("eight bytes");
        *bytes = (u64::from_ne_bytes(*bytes) ^ word).to_ne_bytes();
    }
    for (at, byte) in words.into_remainder().iter_mut().enumerate() {
        *byte ^= mask[at % 4];
    }
}

/// How many loops there are to be: the first of two arguments.
pub fn loops() -> usize {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &words[..] {
        [count, _] => count.parse().expect("the first of two is a number"),
        _ => 1,
    }
}

/// The port, which is the last argument, listened on; each of several loops does so.
pub fn listen(is_shared: bool) -> std::io::Result<std::net::TcpListener> {
    let port = std::env::args()
        .next_back()
        .and_then(|text| text.parse().ok());
    let port: u16 = port.expect("the port is an argument");
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(is_shared)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Connections that may wait for a loop to accept them.
const BACKLOG: i32 = 4096;

/// Small answers leave at once.
pub fn no_delay(fd: i32) {
    let one: libc::c_int = 1;
    // SAFETY: the option is an int that lives for the call.
    unsafe {
        libc::setsockopt(
            fd,
            libc::IPPROTO_TCP,
            libc::TCP_NODELAY,
            (&raw const one).cast(),
            size_of_val(&one) as libc::socklen_t,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(payload: &[u8]) -> Vec<u8> {
        let mask = [1, 2, 3, 4];
        let mut frame = match payload.len() {
            short if short < 126 => vec![0x81, 0x80 | short as u8],
            long => [&[0x81, 0xfe][..], &(long as u16).to_be_bytes()].concat(),
        };
        frame.extend(mask);
        frame.extend(
            payload
                .iter()
                .enumerate()
                .map(|(at, byte)| byte ^ mask[at % 4]),
        );
        frame
    }

    fn answer(payload: &[u8]) -> Vec<u8> {
        let mut answer = match payload.len() {
            short if short < 126 => vec![0x81, short as u8],
            long => [&[0x81, 126][..], &(long as u16).to_be_bytes()].concat(),
        };
        answer.extend(payload);
        answer
    }

    #[test]
    fn the_answers_do_not_depend_on_where_the_input_is_split() {
        let long = vec![b'y'; 300];
        let messages: [&[u8]; 5] = [b"hello", b"", &long, b"123456789", &long];
        let input: Vec<u8> = messages.iter().flat_map(|message| frame(message)).collect();
        let wanted: Vec<u8> = messages
            .iter()
            .flat_map(|message| answer(message))
            .collect();
        for split in 0..input.len() {
            let mut peer = Peer {
                open: true,
                ..Peer::default()
            };
            let mut sent = Vec::new();
            let mut send = |answer: Answer<'_>| match answer {
                Answer::Own(bytes) => sent.extend_from_slice(bytes),
                Answer::Room(_) => panic!("it is in no room"),
            };
            let mut input = input.clone();
            let (one, other) = input.split_at_mut(split);
            assert!(peer.receive(one, &mut send).is_ok());
            let mut other = &mut other[..];
            if let Some(room) = peer.awaited() {
                let count = room.len().min(other.len());
                room[..count].copy_from_slice(&other[..count]);
                assert!(peer.arrived(count, &mut send).is_ok());
                other = &mut other[count..];
            }
            assert!(peer.receive(other, &mut send).is_ok());
            assert_eq!(sent, wanted, "split at {split}");
        }
    }

    #[test]
    fn the_upgrade_is_that_of_the_standard() {
        let mut peer = Peer::default();
        let mut sent = Vec::new();
        let mut request =
            b"GET /room HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".to_vec();
        let outcome = peer.receive(&mut request, |answer| match answer {
            Answer::Own(bytes) => sent.extend_from_slice(bytes),
            Answer::Room(_) => panic!("nothing was said"),
        });
        assert!(outcome.is_ok() && peer.in_room);
        let sent = String::from_utf8(sent).unwrap();
        assert!(sent.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{sent}");
    }
}
