//! Entries of the library's maps (`stdlib/core/map.snow`), as walks come by them: a map is the list
//! of its slots in the order of the keys, an index by hashes, and the count of its entries.

use snow_abi::layout::{step, Bytes, Context, Header, List, Shape, Step};

use super::hash::hash_part;

use crate::mem;
use crate::mem::steps::{after_case, after_close, variant_of};

/// Bytes of the random factor behind the cells of an index.
const FACTOR_SIZE: usize = 8;

/// Where the key and value of an entry lie.
#[derive(Clone, Copy)]
pub struct Entry {
    /// What the offsets of the steps count from.
    pub base: *const u8,
    /// The step of the key; that of the value comes behind it.
    pub key: *const Step,
}

impl Entry {
    /// The step of the value.
    ///
    /// # Safety
    /// The entry is one of a map that is alive.
    pub unsafe fn value(self) -> *const Step {
        // SAFETY: an entry has a key and a value.
        unsafe {
            if (*self.key).code == step::OPEN {
                after_close(self.key)
            } else {
                self.key.add(1)
            }
        }
    }
}

/// A map that is alive, and how its slots are made.
#[derive(Clone, Copy)]
pub struct Entries {
    map: *const u8,
    /// Steps of the map: its slots, index and count.
    steps: *const Step,
}

impl Entries {
    /// The entries of a map.
    ///
    /// # Safety
    /// The object is alive and of the shape, which is that of a map.
    pub unsafe fn of(map: *const Header, shape: *const Shape) -> Self {
        // SAFETY: a map is one struct.
        let steps = unsafe { (*(*shape).variants).steps };
        Entries {
            map: map.cast(),
            steps,
        }
    }

    unsafe fn field<T: Copy>(self, number: usize) -> T {
        // SAFETY: `of` says that the map is alive and has these fields.
        unsafe {
            let offset = (*self.steps.add(number)).offset as usize;
            self.map.add(offset).cast::<T>().read()
        }
    }

    unsafe fn slots(self) -> *const List {
        // SAFETY: as for `field`.
        unsafe { self.field(0) }
    }

    /// How many entries there are.
    ///
    /// # Safety
    /// The map is alive.
    pub unsafe fn count(self) -> i64 {
        // SAFETY: as for `field`.
        unsafe { self.field(2) }
    }

    /// The entry in a slot; `None` in a free one.
    ///
    /// # Safety
    /// The map is alive and has the slot.
    pub unsafe fn get(self, slot: i64) -> Option<Entry> {
        // SAFETY: slots are a sum of one constructor without parts and one with a key and a value.
        unsafe {
            let item = (*(*self.steps).of).variants;
            let base = (*self.slots())
                .data
                .add(slot as usize * (*item).size as usize);
            let first = (*item).steps;
            if (*first).code == step::VALUE {
                let object = base.cast::<*const Header>().read();
                let key = (*variant_of(object, (*first).of)).steps;
                let base = object.cast();
                return ((*key).code != step::END).then_some(Entry { base, key });
            }
            let mut key = first.add(1);
            while (*key).code == step::CASE {
                key = after_case(base, key);
            }
            ((*key).code != step::CLOSE).then_some(Entry { base, key })
        }
    }

    /// The first slot at or behind `slot` that has an entry, and the entry.
    ///
    /// # Safety
    /// The map is alive.
    pub unsafe fn next(self, mut slot: i64) -> Option<(i64, Entry)> {
        // SAFETY: the slots are counted.
        unsafe {
            while slot < (*self.slots()).len {
                if let Some(entry) = self.get(slot) {
                    return Some((slot, entry));
                }
                slot += 1;
            }
            None
        }
    }

    unsafe fn index<'a>(self) -> &'a [u8] {
        // SAFETY: as for `field`.
        unsafe { mem::content(self.field::<*const Bytes>(1)) }
    }

    /// Where the search for a key begins: a cell of the index, or the first slot of a map without
    /// an index.
    ///
    /// # Safety
    /// The map is alive, `cx` runs here, and the entry's key is of the type of the map's keys.
    pub unsafe fn search(self, cx: *mut Context, entry: Entry) -> i64 {
        // SAFETY: the caller's promise.
        unsafe {
            let Some((cells, factor)) = self.index().split_last_chunk::<FACTOR_SIZE>() else {
                return 0;
            };
            let code = hash_part(cx, entry.base, entry.key) as u64;
            let upper = code.wrapping_mul(u64::from_le_bytes(*factor)) >> 32;
            (upper.wrapping_mul(cells.len() as u64 / 4) >> 32) as i64
        }
    }

    /// The next slot where a searched key may be, and where the search goes on behind it; `None`
    /// when the map does not have the key.
    ///
    /// # Safety
    /// The map is alive; `from` came from `search` or from here.
    pub unsafe fn candidate(self, mut from: i64) -> Option<(i64, i64)> {
        // SAFETY: an index has free cells, so a search ends; the others name slots.
        unsafe {
            let Some((index, _)) = self.index().split_last_chunk::<FACTOR_SIZE>() else {
                return self.next(from).map(|(slot, _)| (slot, slot + 1));
            };
            let cells = index.len() as i64 / 4;
            loop {
                let cell: [u8; 4] = index[4 * from as usize..][..4].try_into().ok()?;
                let slot = i64::from(u32::from_le_bytes(cell)) - 1;
                if slot < 0 {
                    return None;
                }
                from = (from + 1) & (cells - 1);
                if self.get(slot).is_some() {
                    return Some((slot, from));
                }
            }
        }
    }
}
