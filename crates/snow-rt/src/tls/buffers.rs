//! Buffers that all sessions of a thread share, so that a session holds none while nothing is under
//! way in it.

use std::cell::Cell;

/// The most plaintext in one record.
pub const RECORD: usize = 16 * 1024;
/// Room that one record needs on the wire (RFC 8446 section 5.2, RFC 5246 section 6.2.3).
pub const RECORD_ON_WIRE: usize = RECORD + 2048 + 5;
/// What one record adds to its plaintext, in every cipher suite offered, rounded up.
const OVERHEAD: usize = 64;
/// The most that is read from the wire at once: a few records.
pub const READ: usize = 64 * 1024;
/// Plaintext that is encrypted before the system is asked to take it: eight full records. It bounds
/// what a session keeps when the system takes nothing; more does not make it faster.
pub const BATCH: usize = 8 * RECORD;

/// The buffers.
pub struct Buffers {
    /// From the wire, behind what a session has kept. A handshake message in parts may be kept as
    /// long as 64 KiB.
    pub incoming: Box<[u8]>,
    /// Small pieces of an outbox, gathered into one record.
    pub gathered: Box<[u8]>,
    /// For the wire.
    pub outgoing: Box<[u8]>,
}

thread_local! {
    static BUFFERS: Cell<Option<Box<Buffers>>> = const { Cell::new(None) };
}

/// Calls `use_them` with the buffers. They are made at the first use and kept.
// Not inlined: callers may be on another thread after each suspension.
#[inline(never)]
pub fn with<R>(use_them: impl FnOnce(&mut Buffers) -> R) -> R {
    let mut buffers = BUFFERS.take().unwrap_or_else(|| {
        Box::new(Buffers {
            incoming: vec![0; 2 * READ + RECORD_ON_WIRE].into(),
            gathered: vec![0; RECORD].into(),
            outgoing: vec![0; on_wire(BATCH) + RECORD].into(),
        })
    });
    let result = use_them(&mut buffers);
    BUFFERS.set(Some(buffers));
    result
}

/// Room for `length` bytes of plaintext in records, with some for what a session has to say of its
/// own.
pub fn on_wire(length: usize) -> usize {
    length + (length / RECORD + 4) * OVERHEAD
}
