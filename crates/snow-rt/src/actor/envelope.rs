//! Messages in memory.
//!
//! ```text
//! Envelope | packed bytes (or text of an event) … | addresses of the blocks counted in them
//! ```
//! One allocation a message. Workers keep freed envelopes by size. The counts of blocks belong to
//! the envelope and go with it, whether its value was unpacked (the receiver added counts of its
//! own) or never looked at.

use snow_abi::layout::{message, Block, Closure, Message};

use super::inbox::Linked;
use super::slots::Pid;
use crate::mem::{block, system};
use crate::sched::worker::Worker;

/// What is in an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Content {
    /// A packed value.
    User,
    /// An event whose function is known.
    Event,
    /// The actor that `token` monitors has ended.
    Down,
    /// An exit signal by `snow_exit`.
    Exit,
    /// The exit of a linked actor.
    LinkedExit,
    /// `from` links itself with the receiver.
    Link,
    /// `from` ends with the receiver's crash.
    Follow,
    /// `from` removes a link, or follows no more.
    Unlink,
    /// `from` monitors the receiver under `token`.
    Monitor,
    /// `from` withdraws the monitor `token`.
    Demonitor,
    /// A packed function for the place `token`.
    Answer,
    /// More waits in the mailbox than the receiver may hold.
    Overfull,
}

/// A message, and how it stands in queues.
#[repr(C)]
#[derive(Debug)]
pub struct Envelope {
    /// Next one in the inbox or mailbox.
    pub next: *mut Envelope,
    /// Previous one in the mailbox.
    pub prev: *mut Envelope,
    /// Generation of the receiver that was meant.
    pub generation: u32,
    /// Blocks counted.
    blocks: u32,
    /// Index of its size, or [`OWN_SIZE`].
    size: u8,
    /// What it holds.
    pub content: Content,
    /// Counts among the messages that its receiver has set a limit for.
    pub counted: bool,
    /// What it is charged with, in [`UNIT`]s; nothing for what is no message of an actor's.
    pub weight: u32,
    /// Number of a monitor.
    pub token: i64,
    /// What generated code sees. Signals use its event fields: kind, pid of the sender, text in
    /// `packed`.
    pub message: Message,
}

impl Linked for Envelope {
    unsafe fn link(node: *mut Self) -> *mut *mut Self {
        // SAFETY: the caller says that the node is alive.
        unsafe { &raw mut (*node).next }
    }
}

const SIZES: [usize; 5] = [128, 256, 512, 1024, 2048];
const OWN_SIZE: u8 = 255;
/// Bytes in which mailboxes are charged.
pub const UNIT: usize = SIZES[0];
/// Envelopes of each size that a worker keeps: half a megabyte.
const KEEP: [usize; SIZES.len()] = [4096, 2048, 1024, 512, 256];

/// Freed envelopes of one worker.
#[derive(Debug)]
pub struct EnvelopePool {
    free: [*mut Envelope; SIZES.len()],
    count: [usize; SIZES.len()],
}

impl EnvelopePool {
    /// Empty.
    pub fn new() -> Self {
        EnvelopePool {
            free: [std::ptr::null_mut(); SIZES.len()],
            count: [0; SIZES.len()],
        }
    }
}

impl Drop for EnvelopePool {
    fn drop(&mut self) {
        for first in self.free {
            let mut envelope = first;
            while !envelope.is_null() {
                // SAFETY: the pool owns what is in it.
                unsafe {
                    let next = (*envelope).next;
                    system::free(envelope.cast());
                    envelope = next;
                }
            }
        }
    }
}

/// An envelope with a copy of `packed`, or null when the system has no memory for it; then the
/// counts of `blocks` stay the caller's. `worker` may be null on a thread that is none.
///
/// # Safety
/// `worker` is the one of this thread or null. The counts of `blocks` are handed over.
pub unsafe fn new(
    worker: *mut Worker,
    content: Content,
    packed: &[u8],
    blocks: &[*mut Block],
) -> *mut Envelope {
    // SAFETY: passed on.
    unsafe { fill(worker, content, packed, blocks, system::allocate) }
}

/// The same with a few bytes that must arrive: never null.
///
/// # Safety
/// As for [`new`].
pub unsafe fn new_essential(worker: *mut Worker, content: Content, packed: &[u8]) -> *mut Envelope {
    // SAFETY: passed on.
    unsafe { fill(worker, content, packed, &[], system::allocate_essential) }
}

unsafe fn fill(
    worker: *mut Worker,
    content: Content,
    packed: &[u8],
    blocks: &[*mut Block],
    fresh: fn(usize) -> *mut u8,
) -> *mut Envelope {
    let room = packed.len().next_multiple_of(8);
    let bytes = size_of::<Envelope>() + room + size_of_val(blocks);
    // SAFETY: the allocation is fresh and large enough for head, bytes and addresses.
    unsafe {
        let (envelope, size) = allocate(worker, bytes, fresh);
        if envelope.is_null() {
            return envelope;
        }
        let data: *mut u8 = envelope.add(1).cast();
        let weight = if content == Content::User {
            weight_of(packed.len(), blocks)
        } else {
            0
        };
        envelope.write(Envelope {
            next: std::ptr::null_mut(),
            prev: std::ptr::null_mut(),
            generation: 0,
            blocks: blocks.len() as u32,
            size,
            content,
            counted: false,
            weight,
            token: 0,
            message: Message {
                kind: if content == Content::User {
                    message::USER
                } else {
                    message::EVENT
                },
                packed: data,
                packed_len: packed.len() as i64,
                kept: std::ptr::null_mut(),
                make: std::ptr::null_mut(),
                event_kind: 0,
                event_number: 0,
                event_text: std::ptr::null_mut(),
            },
        });
        std::ptr::copy_nonoverlapping(packed.as_ptr(), data, packed.len());
        std::ptr::copy_nonoverlapping(blocks.as_ptr(), data.add(room).cast(), blocks.len());
        envelope
    }
}

/// What a message of that many packed bytes is charged with, in [`UNIT`]s: its envelope, and in
/// full the blocks that it shares, as they are when it is unpacked.
///
/// # Safety
/// The blocks are alive.
pub unsafe fn weight_of(packed: usize, blocks: &[*mut Block]) -> u32 {
    let own = size_of::<Envelope>() + packed.next_multiple_of(8) + size_of_val(blocks);
    let own = SIZES
        .iter()
        .copied()
        .find(|size| *size >= own)
        .unwrap_or(own);
    // SAFETY: the caller's promise; the capacity of a block never changes.
    let shared = blocks
        .iter()
        .map(|block| unsafe { (**block).capacity } as usize)
        .sum::<usize>();
    u32::try_from(own.saturating_add(shared).div_ceil(UNIT)).unwrap_or(u32::MAX)
}

unsafe fn allocate(
    worker: *mut Worker,
    bytes: usize,
    fresh: fn(usize) -> *mut u8,
) -> (*mut Envelope, u8) {
    let size = SIZES.iter().position(|size| *size >= bytes);
    // SAFETY: the pool belongs to this thread's worker.
    unsafe {
        if let (Some(size), false) = (size, worker.is_null()) {
            let pool = &mut (*worker).envelopes;
            let envelope = pool.free[size];
            if !envelope.is_null() {
                pool.free[size] = (*envelope).next;
                pool.count[size] -= 1;
                return (envelope, size as u8);
            }
        }
        let total = size.map_or(bytes, |size| SIZES[size]);
        let envelope: *mut Envelope = fresh(total).cast();
        (envelope, size.map_or(OWN_SIZE, |size| size as u8))
    }
}

/// A signal or event from `from` with `kind` and `text`. When the system has no memory for
/// a long text, the signal comes without it.
///
/// # Safety
/// As for [`new`].
pub unsafe fn signal(
    worker: *mut Worker,
    content: Content,
    from: Pid,
    kind: i64,
    text: &[u8],
) -> *mut Envelope {
    // SAFETY: the caller's promise; the envelope is fresh.
    unsafe {
        let mut envelope = new(worker, content, text, &[]);
        if envelope.is_null() {
            envelope = new_essential(worker, content, &[]);
        }
        (*envelope).token = 0;
        (*envelope).message.event_kind = kind;
        (*envelope).message.event_number = from;
        envelope
    }
}

/// A signal that has just been made, about the monitor of that number.
///
/// # Safety
/// The signal was not sent yet.
pub unsafe fn numbered(signal: *mut Envelope, number: i64) -> *mut Envelope {
    // SAFETY: the caller's promise.
    unsafe { (*signal).token = number };
    signal
}

/// An event for an actor's own function.
///
/// # Safety
/// As for [`new`].
pub unsafe fn event(
    worker: *mut Worker,
    make: *mut Closure,
    kind: i64,
    number: i64,
    text: &[u8],
) -> *mut Envelope {
    // SAFETY: the caller's promise; the envelope is fresh.
    unsafe {
        let envelope = signal(worker, Content::Event, number, kind, text);
        (*envelope).message.make = make;
        envelope
    }
}

impl Envelope {
    /// The text of a signal or event, the packed bytes of a message.
    ///
    /// # Safety
    /// The envelope is alive for `'a`.
    pub unsafe fn bytes<'a>(envelope: *const Envelope) -> &'a [u8] {
        // SAFETY: the bytes follow the envelope.
        unsafe {
            std::slice::from_raw_parts(
                (*envelope).message.packed,
                (*envelope).message.packed_len as usize,
            )
        }
    }

    /// True when it holds counts of blocks.
    ///
    /// # Safety
    /// The envelope is alive.
    pub unsafe fn has_blocks(envelope: *const Envelope) -> bool {
        // SAFETY: the caller's promise.
        unsafe { (*envelope).blocks > 0 }
    }

    /// The envelope of a message that generated code was given.
    ///
    /// # Safety
    /// The message came from `snow_receive_next`.
    pub unsafe fn of(message: *mut Message) -> *mut Envelope {
        // SAFETY: the message is a field of its envelope.
        unsafe {
            message
                .byte_sub(std::mem::offset_of!(Envelope, message))
                .cast()
        }
    }
}

/// Gives an envelope back with the counts of its blocks.
///
/// # Safety
/// The caller owns the envelope; `worker` is the one of this thread or null.
pub unsafe fn free(worker: *mut Worker, envelope: *mut Envelope) {
    // SAFETY: the addresses were written by `new`; the memory is ours to give back.
    unsafe {
        let count = (*envelope).blocks as usize;
        if count > 0 {
            let room = ((*envelope).message.packed_len as usize).next_multiple_of(8);
            let blocks: *const *mut Block = envelope.add(1).byte_add(room).cast();
            for index in 0..count {
                block::release_block(*blocks.add(index));
            }
        }
        let size = (*envelope).size;
        if size != OWN_SIZE
            && !worker.is_null()
            && (*worker).envelopes.count[size as usize] < KEEP[size as usize]
        {
            let pool = &mut (*worker).envelopes;
            (*envelope).next = pool.free[size as usize];
            pool.free[size as usize] = envelope;
            pool.count[size as usize] += 1;
        } else {
            system::free(envelope.cast());
        }
    }
}
