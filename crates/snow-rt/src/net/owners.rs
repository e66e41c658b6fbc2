//! Which actor owns which sockets, so that they are closed with it.
//!
//! Touched when a socket is opened, handed on or closed, never per message. Lock order: one shard
//! at a time, nothing under it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use parking_lot::Mutex;

use crate::actor::Pid;

/// Locks that owners are spread over, so that workers which open and close connections rarely meet.
const SHARDS: usize = 16;

/// Nearly every owner has one socket, so only that is in place.
enum Owned {
    One(i64),
    #[allow(
        clippy::box_collection,
        reason = "a set in place would make every entry three times as large"
    )]
    Many(Box<HashSet<i64>>),
}

type Shard = Mutex<HashMap<Pid, Owned, BuildHasherDefault<PidHasher>>>;

/// Pids are counted and not chosen by a peer, so one multiplication spreads them well enough. The
/// rotation puts its best bits where the table looks.
#[derive(Default)]
struct PidHasher(u64);

impl Hasher for PidHasher {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(26);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

static OWNERS: LazyLock<[Shard; SHARDS]> = LazyLock::new(Default::default);

/// Records that `owner` owns `socket`.
pub fn add(owner: Pid, socket: i64) {
    let mut shard = shard(owner).lock();
    match shard.entry(owner) {
        Entry::Vacant(entry) => {
            entry.insert(Owned::One(socket));
        }
        Entry::Occupied(mut entry) => match entry.get_mut() {
            Owned::One(first) => {
                let both = HashSet::from([*first, socket]);
                entry.insert(Owned::Many(Box::new(both)));
            }
            Owned::Many(all) => {
                all.insert(socket);
            }
        },
    }
}

/// Records that `owner` no longer owns `socket`.
pub fn remove(owner: Pid, socket: i64) {
    let mut shard = shard(owner).lock();
    let Entry::Occupied(mut owned) = shard.entry(owner) else {
        return;
    };
    let none_left = match owned.get_mut() {
        Owned::One(only) => *only == socket,
        Owned::Many(all) => {
            all.remove(&socket);
            all.is_empty()
        }
    };
    if none_left {
        owned.remove();
    }
}

/// The sockets of an actor.
pub fn of(owner: Pid) -> Vec<i64> {
    match shard(owner).lock().get(&owner) {
        Some(Owned::One(only)) => vec![*only],
        Some(Owned::Many(all)) => all.iter().copied().collect(),
        None => Vec::new(),
    }
}

/// All sockets of an actor; afterwards it owns none.
pub fn take_all(owner: Pid) -> Vec<i64> {
    match shard(owner).lock().remove(&owner) {
        Some(Owned::One(only)) => vec![only],
        Some(Owned::Many(all)) => all.into_iter().collect(),
        None => Vec::new(),
    }
}

fn shard(owner: Pid) -> &'static Shard {
    &OWNERS[owner as usize % SHARDS]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_are_found_by_owner_and_leave_no_trace() {
        let owner = 1 << 40;
        for socket in 1..=5 {
            add(owner, socket);
        }
        remove(owner, 3);
        remove(owner, 77);
        let mut left = take_all(owner);
        left.sort_unstable();
        assert_eq!(left, [1, 2, 4, 5]);
        assert_eq!(take_all(owner), []);
        add(owner, 9);
        remove(owner, 9);
        assert!(!shard(owner).lock().contains_key(&owner));
    }
}
