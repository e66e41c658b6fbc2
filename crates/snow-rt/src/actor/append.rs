//! Appending to a value that was handed over: in place when nothing else refers to it and there is
//! room, else in a larger copy, so that appending many times costs time in proportion to the
//! result.

use std::sync::atomic::Ordering;

use snow_abi::layout::{BlockRef, Bytes, Context, Header, CLASS_SIZES, INLINE_MAX, TAG_BYTES};

use super::memory;
use crate::mem;

/// The bytes of `to` and behind them `more`; consumes `to`.
///
/// # Safety
/// `cx` is the actor that runs on this thread; the caller owns one count of `to`.
pub unsafe fn append(cx: *mut Context, to: *mut Bytes, more: &[u8]) -> *mut Bytes {
    // SAFETY: `room_behind` and the new capacity are what the copies need; `to` is the caller's to
    // give away.
    unsafe {
        let length = (*to).len as usize;
        let mut target = to;
        if more.len() > room_behind(cx, to) {
            target = memory::bytes_with_capacity(cx, (length + more.len()).max(2 * length));
            (*target).data.copy_from_nonoverlapping((*to).data, length);
            mem::drop_bytes(cx, to);
        }
        (*target)
            .data
            .add(length)
            .copy_from_nonoverlapping(more.as_ptr(), more.len());
        (*target).len = (length + more.len()) as i64;
        target
    }
}

/// Bytes behind the window that its one owner may write; 0 when there are others, or a crash gives
/// the value back as it is.
///
/// # Safety
/// `value` is alive and of the calling actor.
unsafe fn room_behind(cx: *const Context, value: *const Bytes) -> usize {
    // SAFETY: an owner is alive as long as what refers to it.
    unsafe {
        let owner = (*value).owner;
        let is_alone = |header: &Header| header.rc == 1 && header.epoch >= (*cx).epoch;
        if !is_alone(&(*value).header) || (!owner.is_null() && !is_alone(&*owner)) {
            return 0;
        }
        let (start, room) = if owner.is_null() || (*owner).tag == TAG_BYTES {
            let root: *const Header = if owner.is_null() { value.cast() } else { owner };
            (
                root.cast::<Bytes>().add(1).cast::<u8>(),
                inline_room(&*root),
            )
        } else {
            let block = (*owner.cast::<BlockRef>()).block;
            // Acquire pairs with the Release of the thread that gave a reference back: its reads
            // come before our writes.
            if (*block).rc.load(Ordering::Acquire) != 1 {
                return 0;
            }
            (
                block.add(1).cast::<u8>().cast_const(),
                (*block).capacity as usize,
            )
        };
        let used = (*value).data as usize + (*value).len as usize - start as usize;
        room.saturating_sub(used)
    }
}

/// Room of an object that has its bytes behind itself. Never more than INLINE_MAX, as for generated
/// code.
fn inline_room(header: &Header) -> usize {
    let size = CLASS_SIZES
        .get(usize::from(header.class))
        .copied()
        .unwrap_or(0);
    size.saturating_sub(size_of::<Bytes>()).min(INLINE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_room_is_that_of_the_class() {
        let header = |class| Header {
            rc: 1,
            tag: TAG_BYTES,
            class,
            epoch: 0,
        };
        assert_eq!(inline_room(&header(1)), 0);
        assert_eq!(inline_room(&header(2)), 16);
        assert_eq!(inline_room(&header(23)), INLINE_MAX);
        assert_eq!(inline_room(&header(255)), 0);
    }
}
