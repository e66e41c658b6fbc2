//! `Bytes` values as the runtime handles them.

use snow_abi::layout::{
    Block, BlockRef, Bytes, Context, Header, INLINE_MAX, TAG_BLOCK_REF, TAG_BYTES,
};

use super::owner::{Owner, Refused};
use super::{block, chunks, heap, system};

/// A value of length 0 with room for `capacity` bytes at `data`; the caller sets `len` once it has
/// filled it.
///
/// # Safety
/// `cx` is the actor that runs on this thread.
pub unsafe fn bytes_with_capacity(
    cx: *mut Context,
    capacity: usize,
) -> Result<*mut Bytes, Refused> {
    // SAFETY: the objects are fresh and of the right size.
    unsafe {
        if capacity > INLINE_MAX {
            // Before memory that large is asked of the system.
            check_limit(cx, capacity)?;
            let block = block::new_block(capacity);
            if block.is_null() {
                return Err(Refused::NoMemory(capacity));
            }
            return bytes_from_block(cx, block, 0).inspect_err(|_| block::release_block(block));
        }
        let value: *mut Bytes =
            heap::new_object(cx, size_of::<Bytes>() + capacity, TAG_BYTES)?.cast();
        (*value).len = 0;
        (*value).data = value.add(1).cast();
        (*value).owner = std::ptr::null_mut();
        Ok(value)
    }
}

/// Refuses what the actor may not hold: before Rust code that cannot fail makes something of that
/// size.
///
/// # Safety
/// As for [`bytes_with_capacity`].
pub unsafe fn check_limit(cx: *mut Context, bytes: usize) -> Result<(), Refused> {
    // SAFETY: the context is that of the caller's actor.
    if unsafe { (*Owner::of(cx)).has_room(bytes) } {
        Ok(())
    } else {
        Err(Refused::OverLimit)
    }
}

/// Refuses what the system does not have: before Rust code that cannot fail makes something of that
/// size which the actor does not pay for.
pub fn check_system(bytes: usize) -> Result<(), Refused> {
    if bytes > chunks::LARGEST && !system::has(bytes) {
        return Err(Refused::NoMemory(bytes));
    }
    Ok(())
}

/// A new value of the actor with a copy of `content`.
///
/// # Safety
/// As for [`bytes_with_capacity`].
pub unsafe fn new_bytes(cx: *mut Context, content: &[u8]) -> Result<*mut Bytes, Refused> {
    // SAFETY: the value is fresh and has room for the content.
    unsafe {
        let value = bytes_with_capacity(cx, content.len())?;
        std::ptr::copy_nonoverlapping(content.as_ptr(), (*value).data, content.len());
        (*value).len = content.len() as i64;
        Ok(value)
    }
}

/// The one value of length 0 that no actor owns: its count of 0 is never written.
pub fn no_bytes() -> *mut Bytes {
    struct Shared(Bytes);
    // SAFETY: the value is never written, since nothing is the owner of an object with a count of
    // 0, and its address points to nothing that is read, since its length is 0.
    unsafe impl Sync for Shared {}
    static NOTHING: u8 = 0;
    static EMPTY: Shared = Shared(Bytes {
        header: Header {
            rc: 0,
            tag: TAG_BYTES,
            class: 0,
            epoch: 0,
        },
        len: 0,
        data: (&raw const NOTHING).cast_mut(),
        owner: std::ptr::null_mut(),
    });
    (&raw const EMPTY.0).cast_mut()
}

/// A value of the actor that is the first `len` bytes of a shared buffer; takes over one reference
/// unless it is refused.
///
/// # Safety
/// The caller owns a reference, and `len` bytes are filled.
pub unsafe fn bytes_from_block(
    cx: *mut Context,
    shared: *mut Block,
    len: usize,
) -> Result<*mut Bytes, Refused> {
    // SAFETY: the objects are fresh and of the right size.
    unsafe {
        let value: *mut Bytes = heap::new_object(cx, size_of::<Bytes>(), TAG_BYTES)?.cast();
        let reference = block::new_reference(cx, shared)
            .inspect_err(|_| heap::free_object(cx, value.cast()))?;
        (*value).len = len as i64;
        (*value).data = block::block_data(shared);
        (*value).owner = reference.cast();
        Ok(value)
    }
}

/// The content of a value.
///
/// # Safety
/// `value` is alive for `'a` and not written meanwhile.
pub unsafe fn content<'a>(value: *const Bytes) -> &'a [u8] {
    // SAFETY: a value's window is valid memory; an empty one may have no address.
    unsafe {
        if (*value).len == 0 {
            return &[];
        }
        std::slice::from_raw_parts((*value).data, (*value).len as usize)
    }
}

/// The shared buffer that a value's window lies in, or null when its bytes are in the actor's heap
/// or static.
///
/// # Safety
/// `value` is alive.
pub unsafe fn block_of(value: *const Bytes) -> *mut Block {
    // SAFETY: owners are alive as long as what refers to them.
    unsafe {
        let mut owner = (*value).owner;
        while !owner.is_null() {
            if (*owner).tag == TAG_BLOCK_REF {
                return (*owner.cast::<BlockRef>()).block;
            }
            owner = (*owner.cast::<Bytes>()).owner;
        }
        std::ptr::null_mut()
    }
}

/// Gives one count of a value back.
///
/// # Safety
/// `value` belongs to the heap of `cx`, and the caller owns the count.
pub unsafe fn drop_bytes(cx: *mut Context, value: *mut Bytes) {
    let mut value = value;
    // SAFETY: a count that reaches zero makes the object ours; its owner loses one count with it.
    unsafe {
        while !value.is_null() && heap::take_owner(cx, value.cast()) {
            let owner = (*value).owner;
            heap::free_object(cx, value.cast());
            if owner.is_null() {
                return;
            }
            if (*owner).tag == TAG_BLOCK_REF {
                if heap::take_owner(cx, owner) {
                    block::drop_reference(cx, owner.cast());
                }
                return;
            }
            value = owner.cast();
        }
    }
}
