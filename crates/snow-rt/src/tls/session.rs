//! One session: records from the wire to plaintext, plaintext from the outbox to records.
//!
//! In: a wire, an outbox, room to read into. Out: plaintext and records, in order. Promised: what a
//! session keeps is bounded: plaintext of at most one read, records of at most one batch, and part
//! of one record; an idle one keeps nothing but its keys. After a violation nothing more is read,
//! and its alert is offered to the other side.

use std::io::{self, IoSlice};
use std::mem;

use rustls::client::UnbufferedClientConnection;
use rustls::server::UnbufferedServerConnection;
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncryptError, UnbufferedStatus, WriteTraffic,
};
use rustls::{CommonState, Error, ProtocolVersion};

use super::buffers::{self, Buffers, BATCH, READ, RECORD, RECORD_ON_WIRE};
use crate::net::failure::Failure;
use crate::net::layer::{Layer, Wire};
use crate::net::outbox::{Outbox, MOST_PIECES};

/// Which side of the connection this is.
pub enum Side {
    /// The side that accepts.
    Server(UnbufferedServerConnection),
    /// The side that connects.
    Client(UnbufferedClientConnection),
}

impl Side {
    fn state(&self) -> &CommonState {
        match self {
            Side::Server(connection) => connection,
            Side::Client(connection) => connection,
        }
    }
}

/// A session.
pub struct Session {
    side: Side,
    /// From the wire, not understood yet: part of a record, or parts of a handshake message.
    kept: Vec<u8>,
    /// Plaintext that the last reader had no room for, and how much of it was handed out since.
    plain: Vec<u8>,
    handed_out: usize,
    /// Records that the system has not taken, how much of them it has taken since, and how much of
    /// the outbox they are.
    unsent: Vec<u8>,
    sent: usize,
    held: usize,
    /// The other side has said that it sends no more.
    other_ended: bool,
    /// So have we.
    ended: bool,
    /// The first violation.
    violation: Option<Box<Error>>,
}

/// Where plaintext goes: to the reader, and what it has no room for to the session.
struct PlaintextSink<'a> {
    into: &'a mut [u8],
    filled: usize,
    rest: &'a mut Vec<u8>,
}

impl PlaintextSink<'_> {
    fn push(&mut self, plain: &[u8]) {
        let room = if self.rest.is_empty() {
            self.into.len() - self.filled
        } else {
            0
        };
        let (now, later) = plain.split_at(room.min(plain.len()));
        self.into[self.filled..self.filled + now.len()].copy_from_slice(now);
        self.filled += now.len();
        self.rest.extend_from_slice(later);
    }
}

/// What one step of the connection came to.
enum Step {
    Again,
    Rest,
    OtherEnded,
    Violated(Error),
}

impl Session {
    /// A session whose handshake has not begun.
    pub fn new(side: Side) -> Session {
        Session {
            side,
            kept: Vec::new(),
            plain: Vec::new(),
            handed_out: 0,
            unsent: Vec::new(),
            sent: 0,
            held: 0,
            other_ended: false,
            ended: false,
            violation: None,
        }
    }

    /// Understands as much of `incoming` as it can, and says how much that was.
    fn process(&mut self, incoming: &mut [u8], into: &mut [u8], filled: &mut usize) -> usize {
        let mut used = 0;
        let mut sink = PlaintextSink {
            into,
            filled: 0,
            rest: &mut self.plain,
        };
        loop {
            let rest = &mut incoming[used..];
            let (discard, step) = match &mut self.side {
                Side::Server(connection) => step(
                    connection.process_tls_records(rest),
                    &mut self.unsent,
                    &mut sink,
                ),
                Side::Client(connection) => step(
                    connection.process_tls_records(rest),
                    &mut self.unsent,
                    &mut sink,
                ),
            };
            used += discard;
            match step {
                Step::Again => {}
                Step::OtherEnded => self.other_ended = true,
                Step::Rest => break,
                Step::Violated(error) => {
                    self.violation.get_or_insert_with(|| Box::new(error));
                }
            }
            // After a violation the connection is asked for nothing but its alert.
            if self.violation.is_some() && !self.side.state().wants_write() {
                break;
            }
        }
        *filled = sink.filled;
        used
    }

    /// Reads from the wire once. Answers the plaintext that was put into `into`; `None` when the
    /// stream has ended.
    fn pull(&mut self, wire: &mut Wire<'_>, into: &mut [u8]) -> Result<Option<usize>, Failure> {
        buffers::with(|buffers| {
            let kept = self.kept.len();
            let room = buffers.incoming.len() - kept;
            if room < RECORD_ON_WIRE {
                return Err(Failure::Invalid(
                    "a TLS handshake message in too many parts".into(),
                ));
            }
            let most = into.len().clamp(RECORD_ON_WIRE, READ).min(room);
            let incoming = &mut buffers.incoming[..kept + most];
            let count = wire.read(&mut incoming[kept..])?;
            if count == 0 {
                return Ok(None);
            }
            incoming[..kept].copy_from_slice(&self.kept);
            let incoming = &mut incoming[..kept + count];
            let mut filled = 0;
            let used = self.process(incoming, into, &mut filled);
            // A fresh, exact vector, or none: what waits for the rest of a record may wait for
            // long.
            self.kept = incoming[used..].to_vec();
            Ok(Some(filled))
        })
    }

    /// Plaintext that was left.
    fn hand_out(&mut self, into: &mut [u8]) -> usize {
        let left = &self.plain[self.handed_out..];
        let count = into.len().min(left.len());
        into[..count].copy_from_slice(&left[..count]);
        self.handed_out += count;
        if self.handed_out == self.plain.len() {
            self.plain = Vec::new();
            self.handed_out = 0;
        }
        count
    }

    /// Offers what waits for the system; true when nothing waits any more.
    fn send_unsent(&mut self, wire: &mut Wire<'_>) -> io::Result<bool> {
        while !self.unsent.is_empty() {
            let taken = wire.write(&self.unsent[self.sent..])?;
            self.sent += taken;
            if self.sent < self.unsent.len() {
                if taken == 0 || !*wire.writable {
                    return Ok(false);
                }
                continue;
            }
            self.unsent = Vec::new();
            self.sent = 0;
            self.held = 0;
        }
        Ok(true)
    }

    /// Why nothing more can be read.
    fn failure(&mut self, wire: &mut Wire<'_>) -> Option<Failure> {
        let text = self.violation.as_ref()?.to_string();
        // The alert is a courtesy: if it cannot be sent, there is no peer to tell.
        let _ = self.send_unsent(wire);
        Some(Failure::Invalid(text))
    }

    /// Fills `outgoing` with records, and says how much it wrote and how much of the outbox that
    /// is.
    fn seal(&mut self, outbox: &mut Outbox, buffers: &mut Buffers) -> io::Result<(usize, usize)> {
        let Buffers {
            gathered, outgoing, ..
        } = buffers;
        let mut kept = mem::take(&mut self.kept);
        let outcome = match &mut self.side {
            Side::Server(connection) => match connection.process_tls_records(&mut kept).state {
                Ok(ConnectionState::WriteTraffic(traffic)) => {
                    encrypt(traffic, outbox, gathered, outgoing)
                }
                _ => Err(cannot_encrypt()),
            },
            Side::Client(connection) => match connection.process_tls_records(&mut kept).state {
                Ok(ConnectionState::WriteTraffic(traffic)) => {
                    encrypt(traffic, outbox, gathered, outgoing)
                }
                _ => Err(cannot_encrypt()),
            },
        };
        self.kept = kept;
        outcome
    }
}

impl Layer for Session {
    fn shake(&mut self, wire: &mut Wire<'_>) -> Result<bool, Failure> {
        loop {
            // A client's first words come unasked.
            if matches!(self.side, Side::Client(_)) && self.violation.is_none() {
                let mut kept = mem::take(&mut self.kept);
                let used = self.process(&mut kept, &mut [], &mut 0);
                kept.drain(..used);
                self.kept = kept;
            }
            self.send_unsent(wire)
                .map_err(|error| Failure::from(&error))?;
            if let Some(failure) = self.failure(wire) {
                return Err(failure);
            }
            if !self.side.state().is_handshaking() {
                return Ok(true);
            }
            if self.pull(wire, &mut [])?.is_none() || self.other_ended {
                return Err(Failure::Closed(
                    "the connection ended during the TLS handshake",
                ));
            }
        }
    }

    fn read(&mut self, wire: &mut Wire<'_>, into: &mut [u8]) -> Result<usize, Failure> {
        if self.has_plaintext() {
            return Ok(self.hand_out(into));
        }
        let mut filled = 0;
        loop {
            if filled == 0 {
                if let Some(failure) = self.failure(wire) {
                    return Err(failure);
                }
                if self.other_ended {
                    return Ok(0);
                }
            }
            let outcome = self.pull(wire, &mut into[filled..]);
            // Answers of the session itself. An error here is seen by the next write.
            let _ = self.send_unsent(wire);
            match outcome {
                Ok(Some(more)) => filled += more,
                // Whatever ends the stream behind these bytes is told by the next read.
                Ok(None) | Err(_) if filled > 0 => return Ok(filled),
                Ok(None) => {
                    return Err(Failure::Closed(
                        "the other side ended the connection without ending TLS",
                    ))
                }
                Err(failure) => return Err(failure),
            }
            let over = self.violation.is_some() || self.other_ended || self.has_plaintext();
            let go_on = *wire.readable && !over && into.len() - filled >= READ;
            if filled > 0 && !go_on {
                return Ok(filled);
            }
        }
    }

    fn has_plaintext(&self) -> bool {
        self.handed_out < self.plain.len()
    }

    fn write(&mut self, wire: &mut Wire<'_>, outbox: Option<&mut Outbox>) -> io::Result<()> {
        if !self.send_unsent(wire)? || self.ended || self.side.state().is_handshaking() {
            return Ok(());
        }
        let Some(outbox) = outbox else { return Ok(()) };
        buffers::with(|buffers| {
            while outbox.pending() > 0 && *wire.writable {
                let (length, plain) = self.seal(outbox, buffers)?;
                let taken = wire.write(&buffers.outgoing[..length])?;
                if taken < length {
                    self.unsent = buffers.outgoing[taken..length].to_vec();
                    self.held = plain;
                }
            }
            Ok(())
        })
    }

    fn pending(&self) -> usize {
        if self.unsent.is_empty() {
            0
        } else {
            self.held.max(1)
        }
    }

    fn wire_length(&self, plain: usize) -> usize {
        // A batch is whole records until the outbox is empty, so only the last record of what is
        // queued is not full.
        let records = plain.div_ceil(RECORD);
        self.unsent.len() - self.sent
            + plain
            + records * record_overhead(self.side.state().protocol_version())
    }

    fn end_plaintext(&mut self) -> bool {
        if self.ended || self.violation.is_some() || self.side.state().is_handshaking() {
            return false;
        }
        self.ended = true;
        let mut kept = mem::take(&mut self.kept);
        let ended = match &mut self.side {
            Side::Server(connection) => last_words(connection.process_tls_records(&mut kept)),
            Side::Client(connection) => last_words(connection.process_tls_records(&mut kept)),
        };
        self.kept = kept;
        self.unsent.extend_from_slice(&ended);
        !ended.is_empty()
    }

    fn give_up(&mut self) {
        self.unsent = Vec::new();
        self.sent = 0;
        self.held = 0;
    }
}

/// Takes what one step of a connection gives.
fn step<Data>(
    status: UnbufferedStatus<'_, '_, Data>,
    unsent: &mut Vec<u8>,
    sink: &mut PlaintextSink<'_>,
) -> (usize, Step) {
    let mut discard = status.discard;
    let step = match status.state {
        Err(error) => Step::Violated(error),
        Ok(ConnectionState::ReadTraffic(mut traffic)) => loop {
            match traffic.next_record() {
                Some(Ok(record)) => {
                    discard += record.discard;
                    sink.push(record.payload);
                }
                Some(Err(error)) => break Step::Violated(error),
                None => break Step::Again,
            }
        },
        Ok(ConnectionState::EncodeTlsData(mut data)) => {
            let start = unsent.len();
            if let Err(EncodeError::InsufficientSize(size)) = data.encode(&mut []) {
                unsent.resize(start + size.required_size, 0);
                let written = data.encode(&mut unsent[start..]).unwrap_or(0);
                unsent.truncate(start + written);
            }
            Step::Again
        }
        Ok(ConnectionState::TransmitTlsData(data)) => {
            data.done();
            Step::Again
        }
        Ok(ConnectionState::PeerClosed) => Step::OtherEnded,
        // Early data is never allowed, so no record of it is ever waiting.
        Ok(_) => Step::Rest,
    };
    (discard, step)
}

/// Encrypts up to a batch of the outbox.
fn encrypt<Data>(
    mut traffic: WriteTraffic<'_, Data>,
    outbox: &mut Outbox,
    gathered: &mut [u8],
    outgoing: &mut [u8],
) -> io::Result<(usize, usize)> {
    let (mut written, mut plain) = (0, 0);
    while outbox.pending() > 0 && plain < BATCH {
        let mut slices = [IoSlice::new(&[]); MOST_PIECES];
        let count = outbox.slices(&mut slices);
        let data = match &slices[..count] {
            // Whole records straight from where they are.
            [first, ..] if first.len() >= RECORD || count == 1 => {
                let most = first.len().min(BATCH - plain);
                &first[..if count == 1 {
                    most
                } else {
                    most - most % RECORD
                }]
            }
            pieces => gather(pieces, gathered),
        };
        if data.is_empty() {
            break;
        }
        let records =
            traffic
                .encrypt(data, &mut outgoing[written..])
                .map_err(|error| match error {
                    EncryptError::EncryptExhausted => {
                        io::Error::other("the session's keys are used up")
                    }
                    EncryptError::InsufficientSize(_) => {
                        io::Error::other("a record is larger than any should be")
                    }
                })?;
        let length = data.len();
        written += records;
        plain += length;
        outbox.advance(length);
    }
    Ok((written, plain))
}

/// As many bytes of the pieces as fit into one record.
fn gather<'a>(pieces: &[IoSlice<'_>], into: &'a mut [u8]) -> &'a [u8] {
    let mut filled = 0;
    for piece in pieces {
        let count = piece.len().min(into.len() - filled);
        into[filled..filled + count].copy_from_slice(&piece[..count]);
        filled += count;
    }
    &into[..filled]
}

/// What a record of application data adds to its plaintext. TLS 1.3 adds a head, the type and a tag
/// (RFC 8446 section 5.2); before that, one suite adds an explicit nonce instead of the type (RFC
/// 5288 section 3) and one nothing, and the answer is the larger.
fn record_overhead(version: Option<ProtocolVersion>) -> usize {
    const HEAD: usize = 5;
    const TAG: usize = 16;
    match version {
        Some(ProtocolVersion::TLSv1_3) => HEAD + 1 + TAG,
        _ => HEAD + 8 + TAG,
    }
}

fn last_words<Data>(status: UnbufferedStatus<'_, '_, Data>) -> Vec<u8> {
    let Ok(ConnectionState::WriteTraffic(mut traffic)) = status.state else {
        return Vec::new();
    };
    let mut record = vec![0; RECORD];
    let length = traffic.queue_close_notify(&mut record).unwrap_or(0);
    record.truncate(length);
    record
}

fn cannot_encrypt() -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

#[cfg(all(test, not(loom)))]
#[path = "session_tests.rs"]
mod tests;

#[cfg(all(test, not(loom)))]
#[path = "contract_tests.rs"]
mod contract;
