//! Hibernation: an actor that waits gives its heap, context and frame back and keeps what it knows
//! in packed form.
//!
//! At a `receive` of its own body everything that an actor knows stands in its frame, so generated
//! code can pack it as it packs messages, and the next turn unpacks it into a fresh heap. What is
//! packed has the size of the values; a heap has that of all that ever lived at one time, in
//! chunks. Two things make it happen:
//! - the heap has grown to twice what it was when this was last tried, so the cost is a constant
//!   part of allocating;
//! - the actor has waited for a while, and its worker has nothing else to do.
//!
//! It is given up, and the heap stays, when what lives is large or cannot be packed on one stack.

use std::mem::MaybeUninit;

use snow_abi::layout::{Block, Closure, ClosureInfo, Context, Reader, Writer};

mod wait_list;

pub use wait_list::{begin_wait, look, WaitList};

use super::control::Actor;
use super::{functions, memory};
use crate::context::fiber::{self, Outcome};
use crate::counters;
use crate::mem::heap;
use crate::mem::{block, chunks, dense, notes, scratch, system};

/// A heap that is smaller is only given back after a wait.
pub const FIRST_MARK: u32 = 4096;
/// What packs to more stays as it is. Each level of nesting takes two bytes of it at least, so that
/// unpacking, like packing, fits on one stack.
const MOST_PACKED: usize = 4096;
/// Bytes of heap that one packed byte can become, at most: an empty variant in a list of large
/// ones.
const EXPANSION: usize = 128;

/// What an actor knows while it hibernates.
#[repr(C)]
#[derive(Debug)]
pub struct Packed {
    /// Length of the packed values.
    bytes: u16,
    /// Length of their dense form.
    dense: u16,
    /// How many blocks are counted in them; their addresses follow, then the dense form.
    blocks: u32,
}

impl Packed {
    fn addresses(packed: *mut Packed) -> *mut *mut Block {
        packed.wrapping_add(1).cast()
    }

    unsafe fn data(packed: *mut Packed) -> *mut u8 {
        // SAFETY: the caller owns the packed form.
        unsafe {
            Packed::addresses(packed)
                .add((*packed).blocks as usize)
                .cast()
        }
    }

    unsafe fn size(packed: *const Packed) -> usize {
        // SAFETY: the caller owns the packed form.
        unsafe { Packed::size_for((*packed).dense as usize, (*packed).blocks as usize) }
    }

    fn size_for(dense: usize, blocks: usize) -> usize {
        size_of::<Packed>() + blocks * size_of::<*mut Block>() + dense
    }
}

/// Bytes of what the actor has packed; 0 when it does not hibernate.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn packed_bytes(actor: *const Actor) -> usize {
    // SAFETY: the packed form is the actor's.
    unsafe {
        let packed = (*actor).packed;
        if packed.is_null() {
            0
        } else {
            Packed::size(packed)
        }
    }
}

/// The number that the values of a hibernating actor begin with.
///
/// # Safety
/// The actor is owned by this thread, and hibernates.
pub unsafe fn first_number(actor: *const Actor) -> i64 {
    let mut room = [MaybeUninit::uninit(); size_of::<i64>()];
    // SAFETY: the packed form is the actor's.
    let form = unsafe {
        let packed = (*actor).packed;
        std::slice::from_raw_parts(Packed::data(packed), (*packed).dense as usize)
    };
    dense::expand(form, &mut room);
    // SAFETY: all of it was written.
    i64::from_ne_bytes(room.map(|byte| unsafe { byte.assume_init() }))
}

/// True when the heap of an actor that is about to wait should be given back now.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn is_due(actor: *const Actor) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*actor).heap.charged >= (*actor).heap_mark as usize || (*actor).hibernation_due }
}

/// Packs what the actor knows and gives its heap back; its worker takes context and frame when the
/// stack was left. Does not return when it gives up: then the fiber is left for the worker as
/// [`Outcome::StillAwake`].
///
/// # Safety
/// Called on the actor's own stack when its body has just returned to wait; nothing there needs to
/// be dropped.
pub unsafe fn pack(actor: *mut Actor) {
    // SAFETY: the actor is the caller's, and its frame makes sense to `pack` because its body
    // waits. Nothing outside of the frame points into the heap but the functions that are packed
    // with it: `is_packable` has seen to that.
    unsafe {
        (*actor).heap_mark = u32::try_from((*actor).heap.charged.saturating_mul(2))
            .unwrap_or(u32::MAX)
            .max(FIRST_MARK);
        if !is_packable(actor) {
            return;
        }
        let Some(pack_frame) = (*(*actor).info).pack else {
            return;
        };
        (*actor).packing = true;
        let mut writer = MaybeUninit::uninit();
        memory::open_writer(actor, writer.as_mut_ptr());
        let writer: *mut Writer = writer.as_mut_ptr();
        (*writer).end = (*writer).base.add(MOST_PACKED);
        pack_frame(writer, (*actor).frame());
        for make in makers(actor) {
            pack_closure(actor, writer, *make);
        }
        let used = std::slice::from_raw_parts(
            (*writer).base,
            (*writer).at as usize - (*writer).base as usize,
        );
        let counted: &[*mut Block] = &(*scratch::of(writer)).blocks;
        if !fits_again(actor, used.len(), counted) {
            give_up(actor);
        }
        let mut dense = [const { MaybeUninit::uninit() }; dense::most(MOST_PACKED)];
        let dense = dense::squeeze(used, &mut dense);
        let size = Packed::size_for(dense.len(), counted.len());
        let packed: *mut Packed = system::allocate(size).cast();
        if packed.is_null() {
            give_up(actor);
        }
        packed.write(Packed {
            bytes: used.len() as u16,
            dense: dense.len() as u16,
            blocks: counted.len() as u32,
        });
        std::ptr::copy_nonoverlapping(counted.as_ptr(), Packed::addresses(packed), counted.len());
        std::ptr::copy_nonoverlapping(dense.as_ptr(), Packed::data(packed), dense.len());
        scratch::close(actor, writer);
        (*actor).packing = false;
        (*actor).packed = packed;
        counters::add_here((*(*actor).worker).index, counters::HEAP_BYTES, size as i64);
        block::release_all(actor);
        heap::release(actor);
        (*actor).heap.forget();
    }
}

/// True when nothing but the frame and what `makers` finds points into the actor's heap.
unsafe fn is_packable(actor: *mut Actor) -> bool {
    // SAFETY: the actor is the caller's.
    unsafe {
        // Messages that were left are kept unpacked, and sockets were lent functions.
        (*actor).first.is_null()
            && (*actor).lent_functions == 0
            && !(*actor).terminating
            && (*actor).heap.scratch.is_null()
    }
}

/// The functions in the actor's heap that its monitors and its trap keep. Nothing changes them
/// while it hibernates.
unsafe fn makers<'a>(actor: *mut Actor) -> impl Iterator<Item = &'a mut *mut Closure> {
    // SAFETY: the extras are the actor's.
    let extras = unsafe { (*actor).extras.as_mut() };
    extras.into_iter().flat_map(|extras| {
        let monitors = extras
            .monitors
            .values_mut()
            .map(|monitor| &mut monitor.make);
        monitors
            .filter(|make| !make.is_null())
            .chain(extras.trap.as_mut())
    })
}

/// True when unpacking cannot run into the actor's ceiling: each reference to a block is charged in
/// full, and values that shared something do not share it any more.
unsafe fn fits_again(actor: *mut Actor, bytes: usize, blocks: &[*mut Block]) -> bool {
    // SAFETY: the actor is the caller's, and the blocks are counted.
    unsafe {
        let shared: usize = blocks
            .iter()
            .map(|shared| (**shared).capacity as usize)
            .sum();
        let room = bytes * EXPANSION + 2 * chunks::LARGEST;
        shared.saturating_add(room) <= (*actor).heap.ceiling
    }
}

/// Leaves an attempt to pack, wherever it stands.
///
/// # Safety
/// Called on the actor's own stack, inside of [`pack`].
pub unsafe fn give_up(actor: *mut Actor) -> ! {
    // SAFETY: the worker resets the fiber and never resumes what stands on it.
    unsafe { fiber::suspend((*actor).fiber, Outcome::StillAwake) };
    std::process::abort()
}

/// Clears up after an attempt that was given up.
///
/// # Safety
/// Called on the worker's own stack; the actor is owned by it and has left its stack.
pub unsafe fn stay_awake(actor: *mut Actor) {
    // SAFETY: the caller's promise; the counts in the writer are its own.
    unsafe {
        (*actor).packing = false;
        (*actor).hibernation_due = false;
        scratch::release_all(actor);
    }
}

/// Makes the values of a hibernating actor again.
///
/// # Safety
/// Called on the actor's own stack at the begin of a turn.
pub unsafe fn wake(actor: *mut Actor) {
    // SAFETY: what is read was packed by this actor's own functions. Until the end it stays where
    // the actor's end finds it.
    unsafe {
        let packed = (*actor).packed;
        let mut room = [const { MaybeUninit::uninit() }; MOST_PACKED];
        let bytes = dense::expand(
            std::slice::from_raw_parts(Packed::data(packed), (*packed).dense as usize),
            &mut room[..(*packed).bytes as usize],
        );
        let packed_values = bytes.as_ptr_range();
        let mut reader = Reader {
            at: packed_values.start,
            end: packed_values.end,
        };
        let cx = (*actor).context();
        if let Some(unpack_frame) = (*(*actor).info).unpack {
            unpack_frame(cx, (*actor).frame(), &mut reader);
        }
        for make in makers(actor) {
            *make = unpack_closure(cx, &mut reader);
        }
        release(actor);
    }
}

/// Frees the packed form, if there is one.
///
/// # Safety
/// The actor is owned by this thread.
pub unsafe fn release(actor: *mut Actor) {
    // SAFETY: the packed form is the actor's; its counts of blocks were taken over from the writer.
    unsafe {
        let packed = std::mem::replace(&mut (*actor).packed, std::ptr::null_mut());
        if packed.is_null() {
            return;
        }
        let blocks = Packed::addresses(packed);
        for at in 0..(*packed).blocks as usize {
            block::release_block(*blocks.add(at));
        }
        counters::add_here(
            (*(*actor).worker).index,
            counters::HEAP_BYTES,
            -(Packed::size(packed) as i64),
        );
        system::free(packed.cast());
    }
}

/// A function as two words, itself when it is static or null, and the description of its code; then
/// what it captured.
unsafe fn pack_closure(actor: *mut Actor, writer: *mut Writer, closure: *mut Closure) {
    // SAFETY: the closure is alive and of the actor; `snow_writer_grow` makes room or gives up.
    unsafe {
        let is_static = (*closure).header.rc == 0;
        let itself = if is_static {
            closure
        } else {
            std::ptr::null_mut()
        };
        let words = [itself.cast::<ClosureInfo>().cast_const(), (*closure).info];
        if ((*writer).end as usize) - ((*writer).at as usize) < size_of_val(&words) {
            give_up(actor);
        }
        (*writer)
            .at
            .cast::<[*const ClosureInfo; 2]>()
            .write_unaligned(words);
        (*writer).at = (*writer).at.add(size_of_val(&words));
        if !is_static {
            match (*(*closure).info).pack {
                Some(pack) => pack(writer, closure),
                None => give_up(actor),
            }
        }
    }
}

unsafe fn unpack_closure(cx: *mut Context, reader: &mut Reader) -> *mut Closure {
    // SAFETY: `pack_closure` wrote what is read here, and only functions with both halves.
    unsafe {
        let [itself, info] = reader.at.cast::<[*const ClosureInfo; 2]>().read_unaligned();
        reader.at = reader.at.add(size_of::<[*const ClosureInfo; 2]>());
        match (*info).unpack {
            Some(unpack) if itself.is_null() => unpack(cx, reader),
            _ => itself.cast_mut().cast(),
        }
    }
}

/// A socket is about to get a function of the actor for an event: this one, or a copy.
///
/// # Safety
/// `cx` is the actor that runs on this thread and hands `make` over.
pub unsafe fn lend(cx: *mut Context, make: *mut Closure) -> *mut Closure {
    // SAFETY: the context is that of the caller's actor.
    unsafe {
        let make = functions::kept_apart(cx, make);
        if (*make).header.rc != 0 {
            notes::keep_for_good(Actor::of(cx));
            (*Actor::of(cx)).lent_functions += 1;
        }
        make
    }
}

/// The function that was lent has come back, with its event or without; null stands for none.
///
/// # Safety
/// The actor is owned by this thread, the function its own.
pub unsafe fn take_back(actor: *mut Actor, make: *const Closure) {
    // SAFETY: the function is in the actor's heap, or static.
    unsafe {
        if !make.is_null() && (*make).header.rc != 0 {
            (*actor).lent_functions -= 1;
        }
    }
}
