//! Names of actors, process-wide.
//!
//! A name goes with its actor. Looking up takes a shared lock; the lock is never held while
//! anything else is taken.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::LazyLock;

use parking_lot::RwLock;

use super::slots::{self, Pid};

#[derive(Default)]
struct Names {
    actors: HashMap<Box<[u8]>, Pid>,
    names: HashMap<Pid, Vec<Box<[u8]>>>,
}

static NAMES: LazyLock<RwLock<Names>> = LazyLock::new(RwLock::default);

/// Names an actor; false when a live one has the name, or the actor is gone.
pub fn register(name: &[u8], pid: Pid) -> bool {
    let Some(slot) = slots::find(pid) else {
        return false;
    };
    let mut names = NAMES.write();
    if names
        .actors
        .get(name)
        .is_some_and(|holder| slots::is_alive(*holder))
    {
        return false;
    }
    names.actors.insert(name.into(), pid);
    names.names.entry(pid).or_default().push(name.into());
    slot.named.store(true, Ordering::SeqCst);
    if slots::is_alive(pid) {
        return true;
    }
    // It ended while we wrote, and may not have seen the mark.
    names.remove(pid);
    false
}

/// The actor of a name, or 0.
pub fn whereis(name: &[u8]) -> Pid {
    let holder = NAMES.read().actors.get(name).copied();
    holder.filter(|pid| slots::is_alive(*pid)).unwrap_or(0)
}

/// The names of an actor, in the order in which it got them.
pub fn names_of(pid: Pid) -> Vec<Box<[u8]>> {
    NAMES.read().names.get(&pid).cloned().unwrap_or_default()
}

/// Forgets the names of an actor that has ended.
pub fn forget(pid: Pid) {
    NAMES.write().remove(pid);
}

impl Names {
    fn remove(&mut self, pid: Pid) {
        for name in self.names.remove(&pid).unwrap_or_default() {
            // The name may be another actor's already.
            if self.actors.get(&name) == Some(&pid) {
                self.actors.remove(&name);
            }
        }
    }
}
