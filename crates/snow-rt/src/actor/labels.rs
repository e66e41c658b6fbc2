//! Labels of actors: a text that an actor gives itself, and that all may read while it lives.
//!
//! Many actors have one label, so a label is kept once, for the life of the process, and an actor
//! has its number. An actor without a label costs those who ask no lock.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::LazyLock;

use parking_lot::RwLock;

use super::slots::{self, Pid};

/// The label of number `n` is the `n - 1`st text.
#[derive(Default)]
struct Labels {
    texts: Vec<&'static [u8]>,
    numbers: HashMap<&'static [u8], u32>,
}

static LABELS: LazyLock<RwLock<Labels>> = LazyLock::new(RwLock::default);

/// Gives an actor a label instead of the one that it has; the empty text is none.
pub fn set(pid: Pid, text: &[u8]) {
    if let Some(slot) = slots::find(pid) {
        let number = if text.is_empty() { 0 } else { number_of(text) };
        // Release: pairs with the Acquire in `of`, for readers on other workers.
        slot.label.store(number, Ordering::Release);
    }
}

/// The label of an actor; `None` when it has none, or has ended.
pub fn of(pid: Pid) -> Option<&'static [u8]> {
    let number = slots::find(pid)?.label.load(Ordering::Acquire);
    // A later actor of the slot may have written the number: then this one has ended.
    slots::find(pid)?;
    let index = number.checked_sub(1)?;
    LABELS.read().texts.get(index as usize).copied()
}

fn number_of(text: &[u8]) -> u32 {
    if let Some(number) = LABELS.read().numbers.get(text) {
        return *number;
    }
    let mut labels = LABELS.write();
    let Labels { texts, numbers } = &mut *labels;
    // Another worker may have been here between the two locks.
    if let Some(number) = numbers.get(text) {
        return *number;
    }
    // Kept for the life of the process, so an actor that ends while it reads a label holds nothing.
    let kept: &'static [u8] = Box::leak(text.into());
    texts.push(kept);
    let number = u32::try_from(texts.len()).expect("there are fewer labels than bytes of memory");
    numbers.insert(kept, number);
    number
}
