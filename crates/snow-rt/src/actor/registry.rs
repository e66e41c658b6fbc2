//! Names of actors. Each world has names of its own, which another does not see; a program has one
//! world, and each of its tests another.
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
    worlds: HashMap<i64, HashMap<Box<[u8]>, Pid>>,
    names: HashMap<Pid, Vec<Name>>,
}

#[derive(Clone)]
struct Name {
    world: i64,
    text: Box<[u8]>,
}

static NAMES: LazyLock<RwLock<Names>> = LazyLock::new(RwLock::default);

/// Names an actor in a world; false when a live one has the name there, or the actor is gone.
pub fn register(world: i64, name: &[u8], pid: Pid) -> bool {
    let Some(slot) = slots::find(pid) else {
        return false;
    };
    let mut names = NAMES.write();
    let actors = names.worlds.entry(world).or_default();
    if actors
        .get(name)
        .is_some_and(|holder| slots::is_alive(*holder))
    {
        return false;
    }
    actors.insert(name.into(), pid);
    let text = name.into();
    names
        .names
        .entry(pid)
        .or_default()
        .push(Name { world, text });
    slot.named.store(true, Ordering::SeqCst);
    if slots::is_alive(pid) {
        return true;
    }
    // It ended while we wrote, and may not have seen the mark.
    names.remove(pid);
    false
}

/// The actor of a name in a world, or 0.
pub fn whereis(world: i64, name: &[u8]) -> Pid {
    let holder = {
        let names = NAMES.read();
        names
            .worlds
            .get(&world)
            .and_then(|all| all.get(name))
            .copied()
    };
    holder.filter(|pid| slots::is_alive(*pid)).unwrap_or(0)
}

/// The names of an actor, in the order in which it got them.
pub fn names_of(pid: Pid) -> Vec<Box<[u8]>> {
    let names = NAMES.read().names.get(&pid).cloned().unwrap_or_default();
    names.into_iter().map(|name| name.text).collect()
}

/// Forgets the names of an actor that has ended.
pub fn forget(pid: Pid) {
    NAMES.write().remove(pid);
}

impl Names {
    fn remove(&mut self, pid: Pid) {
        for name in self.names.remove(&pid).unwrap_or_default() {
            let Some(actors) = self.worlds.get_mut(&name.world) else {
                continue;
            };
            // The name may be another actor's already.
            if actors.get(&name.text) == Some(&pid) {
                actors.remove(&name.text);
            }
            if actors.is_empty() {
                self.worlds.remove(&name.world);
            }
        }
    }
}
