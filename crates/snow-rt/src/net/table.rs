//! All open sockets, by handle.
//!
//! A handle is a generation and an index, so one that outlived its socket names nothing. Each
//! socket has its own lock, held for one operation at most; lock order: one socket at a time, and
//! under it nothing but a worker's list of dirty sockets. Slots are never given back to the system,
//! only reused.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::OnceLock;

use parking_lot::Mutex;
use snow_abi::layout::counter;

use super::socket::{Socket, Traffic};
use crate::actor::Pid;
use crate::counters;

/// Slots in one chunk.
const CHUNK: usize = 256;
/// Chunks: room for more sockets than a process may have open files by default on any common
/// system.
const CHUNKS: usize = 8192;

#[derive(Default)]
struct Slot {
    generation: u32,
    /// The group of the socket, 0 for none: beside it, where there is room.
    group: u32,
    socket: Option<Socket>,
}

/// An idle connection is to cost hundreds of bytes in all.
const _: () = assert!(size_of::<Mutex<Slot>>() <= 160);

static SLOTS: [OnceLock<Box<[Mutex<Slot>]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];
static FREE: Mutex<FreeSlots> = Mutex::new(FreeSlots {
    reusable: VecDeque::new(),
    untouched: 0,
});
static OPEN: AtomicI64 = AtomicI64::new(0);

/// A slot is used again after so many others at least. Of 31 bits of generation that makes 2^31 ×
/// 256 = 5.5 × 10^11 connections before a handle means another socket for the first time: at 10,000
/// connections a second more than a year, and then only for an actor that has kept the handle all
/// the time.
const REST: usize = 256;

struct FreeSlots {
    /// The one that has been free for longest comes out first.
    reusable: VecDeque<u32>,
    untouched: u32,
}

/// Puts a new socket into the table; `None` when the table is full.
pub fn insert(socket: impl FnOnce() -> Socket) -> Option<i64> {
    let index = free_slot()?;
    let mut slot = slot(index)
        .expect("a free slot is in a chunk that exists")
        .lock();
    // Handles are positive: 31 bits of generation, never 0.
    slot.generation = (slot.generation + 1) & 0x7fff_ffff;
    slot.generation = slot.generation.max(1);
    slot.group = 0;
    slot.socket = Some(socket());
    OPEN.fetch_add(1, Ordering::Relaxed);
    counters::add(counter::SOCKETS, 1);
    Some(i64::from(slot.generation) << 32 | i64::from(index))
}

/// Calls `use_it` with the socket under its lock; `None` when the handle names no open socket.
pub fn with<R>(handle: i64, use_it: impl FnOnce(&mut Socket) -> R) -> Option<R> {
    with_group(handle, |socket, _| use_it(socket))
}

/// Another thread has the socket's lock.
pub struct Busy;

/// The same, but nothing is done when the caller does not wait and another thread has the lock.
#[inline]
pub fn with_or_busy<R>(
    handle: i64,
    waits: bool,
    use_it: impl FnOnce(&mut Socket) -> R,
) -> Result<Option<R>, Busy> {
    let Some(slot) = slot(handle as u32) else {
        return Ok(None);
    };
    let mut slot = if waits {
        slot.lock()
    } else {
        slot.try_lock().ok_or(Busy)?
    };
    if i64::from(slot.generation) != handle >> 32 {
        return Ok(None);
    }
    Ok(slot.socket.as_mut().map(use_it))
}

/// Like [`with`], with the socket's group, which may be changed.
pub fn with_group<R>(handle: i64, use_them: impl FnOnce(&mut Socket, &mut u32) -> R) -> Option<R> {
    let mut slot = slot(handle as u32)?.lock();
    if i64::from(slot.generation) != handle >> 32 {
        return None;
    }
    let Slot { group, socket, .. } = &mut *slot;
    socket.as_mut().map(|socket| use_them(socket, group))
}

/// Takes a socket out of the table; from now on its handle is stale.
pub fn remove(handle: i64) -> Option<Socket> {
    let socket = {
        let mut slot = slot(handle as u32)?.lock();
        if i64::from(slot.generation) != handle >> 32 {
            return None;
        }
        slot.socket.take()?
    };
    FREE.lock().reusable.push_back(handle as u32);
    OPEN.fetch_sub(1, Ordering::Relaxed);
    counters::add(counter::SOCKETS, -1);
    Some(socket)
}

/// The number of a group that no socket is in, and that no call has answered before.
pub fn new_group() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

/// The owners of the sockets of a group, in no particular order. A socket that changes hands
/// meanwhile is seen before or after that.
pub fn owners_of_group(group: u32) -> Vec<Pid> {
    owners(group, |_| true)
}

/// The owners of those sockets of a group that have read or sent since their traffic was last asked
/// for.
pub fn busy_owners_of_group(group: u32) -> Vec<Pid> {
    let is_busy = |socket: &Socket| socket.was_read || socket.traffic != Traffic::default();
    owners(group, is_busy)
}

fn owners(group: u32, is_meant: impl Fn(&Socket) -> bool) -> Vec<Pid> {
    let slots = SLOTS.iter().map_while(OnceLock::get).flatten();
    slots
        .filter_map(|slot| {
            let slot = slot.lock();
            let socket = slot.socket.as_ref()?;
            (slot.group == group && is_meant(socket)).then_some(socket.owner)
        })
        .collect()
}

/// True when there is no socket at all, so that the end of an actor has nothing to look for.
pub fn is_empty() -> bool {
    // Relaxed: an actor's own sockets were counted earlier on its own worker, or by the giver
    // before it was told.
    OPEN.load(Ordering::Relaxed) == 0
}

fn slot(index: u32) -> Option<&'static Mutex<Slot>> {
    let index = index as usize;
    SLOTS.get(index / CHUNK)?.get()?.get(index % CHUNK)
}

fn free_slot() -> Option<u32> {
    let mut free = FREE.lock();
    let untouched_is_left = (free.untouched as usize) < CHUNKS * CHUNK;
    if free.reusable.len() >= REST || !untouched_is_left {
        return free.reusable.pop_front();
    }
    let index = free.untouched;
    SLOTS
        .get(index as usize / CHUNK)?
        .get_or_init(|| (0..CHUNK).map(|_| Mutex::default()).collect());
    free.untouched += 1;
    Some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::socket::Kind;

    #[test]
    fn a_stale_handle_names_nothing_even_when_its_slot_is_reused() {
        let first = insert(|| Socket::new(-1, Kind::Stream, 1)).unwrap();
        assert_eq!(with(first, |socket| socket.owner), Some(1));
        assert!(remove(first).is_some());
        assert!(remove(first).is_none());
        let second = insert(|| Socket::new(-1, Kind::Stream, 2)).unwrap();
        assert_ne!(first, second);
        assert!(with(first, |_| ()).is_none());
        assert!(remove(second).is_some());
    }

    #[test]
    fn a_group_has_the_owners_of_its_open_sockets() {
        let group = new_group();
        let insert_grouped = |owner, group| {
            let handle = insert(|| Socket::new(-1, Kind::Stream, owner)).unwrap();
            with_group(handle, |_, own| *own = group);
            handle
        };
        let handles = [(7, group), (8, group), (9, new_group())].map(|(o, g)| insert_grouped(o, g));
        let mut owners = owners_of_group(group);
        owners.sort_unstable();
        assert_eq!(owners, [7, 8]);
        handles.into_iter().for_each(|handle| {
            remove(handle);
        });
        assert_eq!(owners_of_group(group), []);
    }

    #[test]
    fn numbers_that_never_were_handles_name_nothing() {
        for handle in [0, -1, 1, i64::MAX, i64::MIN, 0xffff_ffff] {
            assert!(with(handle, |_| ()).is_none());
            assert!(remove(handle).is_none());
        }
    }
}
