//! What tests print, kept by world until their verdict is known.
//!
//! In: texts of actors, with their worlds. Out: the text of one world, once. World 0, the program's
//! own, is never captured. What a world prints after its text was taken is dropped: its test has
//! ended, and only actors on their way out are left.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

/// Bytes of a world that are kept: more than anybody reads of a failed test.
const KEPT_MAX: usize = 1024 * 1024;

#[derive(Default)]
struct Captured {
    text: Vec<u8>,
    /// Bytes that came when there was no room left.
    left_out: usize,
    is_taken: bool,
}

/// Lets a print that nothing captures be one load more. Relaxed: it is set before the first other
/// world begins, and the actors of that world are started by the one that set it.
static IS_ON: AtomicBool = AtomicBool::new(false);
static WORLDS: Mutex<BTreeMap<i64, Captured>> = Mutex::new(BTreeMap::new());

/// From now on what other worlds than 0 print is kept.
pub fn begin() {
    IS_ON.store(true, Ordering::Relaxed);
}

/// Keeps a text; false when it is to be printed.
pub fn keep(world: i64, text: &[u8]) -> bool {
    if world == 0 || !IS_ON.load(Ordering::Relaxed) {
        return false;
    }
    let mut worlds = WORLDS.lock();
    let captured = worlds.entry(world).or_default();
    if captured.is_taken {
        return true;
    }
    if captured.left_out == 0 && captured.text.len() + text.len() <= KEPT_MAX {
        captured.text.extend_from_slice(text);
    } else {
        captured.left_out += text.len();
    }
    true
}

/// How long what [`take`] gives may be at most.
pub fn length_max(world: i64) -> usize {
    let worlds = WORLDS.lock();
    let length = worlds.get(&world).map_or(0, |captured| captured.text.len());
    length + line_of_left_out(usize::MAX).len()
}

/// What the world has printed.
pub fn take(world: i64) -> Vec<u8> {
    let mut worlds = WORLDS.lock();
    let captured = worlds.entry(world).or_default();
    captured.is_taken = true;
    let text = std::mem::take(&mut captured.text);
    whole(text, std::mem::take(&mut captured.left_out))
}

/// What all worlds have printed that nobody has taken: the program ends in the middle of its tests.
pub fn take_all() -> Vec<u8> {
    let worlds = std::mem::take(&mut *WORLDS.lock());
    let texts = worlds
        .into_values()
        .map(|captured| whole(captured.text, captured.left_out));
    texts.flatten().collect()
}

fn whole(mut text: Vec<u8>, left_out: usize) -> Vec<u8> {
    if left_out > 0 {
        text.extend_from_slice(line_of_left_out(left_out).as_bytes());
    }
    text
}

fn line_of_left_out(count: usize) -> String {
    format!("… and {count} bytes more\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    // One test, because what is on stays on.
    #[test]
    fn worlds_are_kept_apart_and_taken_once() {
        assert!(!keep(1, b"printed"));
        begin();
        assert!(!keep(0, b"printed"));
        assert!(keep(1, b"a\n") && keep(2, b"b\n") && keep(1, b"c\n"));
        assert!(length_max(1) >= 4);
        assert_eq!(take(1), b"a\nc\n");
        assert!(keep(1, b"late\n"));
        assert_eq!(take(1), b"");
        let long = vec![b'x'; KEPT_MAX];
        assert!(keep(3, &long) && keep(3, b"more") && keep(3, b"and more"));
        assert!(take(3).ends_with("x… and 12 bytes more\n".as_bytes()));
        assert_eq!(take_all(), b"b\n");
    }
}
