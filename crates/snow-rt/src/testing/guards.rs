//! What a guard gives back, seen in the heap itself.

use snow_abi::layout::{Bytes, Header, TAG_BYTES};

use super::limits::guard_within;
use super::*;
use crate::actor::control::Actor;
use crate::actor::memory;
use crate::mem::block;

/// Sizes of all kinds: cells, and objects with memory of their own.
const SIZES: [usize; 7] = [16, 40, 100, 300, 1000, 2048, 10_000];

fn crash_with(cx: *mut Context, f: impl FnOnce()) {
    let crashed: Result<(), String> = guard_within(cx, 0, |_| {
        f();
        // SAFETY: the closure needs nothing dropped.
        unsafe { crate::actor::exit::crash(cx, b"on purpose") }
    });
    assert_eq!(crashed, Err("on purpose".into()));
}

fn object(cx: *mut Context, size: usize) -> *mut Header {
    // SAFETY: `cx` is the running actor's. Tag 0 is that of an object without parts.
    unsafe { memory::new_object(cx, size.max(size_of::<Bytes>()), 0) }
}

fn charged(cx: *mut Context) -> usize {
    // SAFETY: `cx` is the running actor's.
    unsafe { (*Actor::of(cx)).heap.charged }
}

/// Free cells of each class.
fn free_cells(cx: *mut Context) -> Vec<Vec<usize>> {
    // SAFETY: free cells are linked by their second word.
    unsafe {
        let list = |mut cell: *mut c_void| {
            let mut cells = Vec::new();
            while !cell.is_null() {
                cells.push(cell.addr());
                cell = *cell.cast::<*mut c_void>().add(1);
            }
            cells.sort_unstable();
            cells
        };
        (*cx).free.iter().map(|first| list(*first)).collect()
    }
}

/// Some objects of before a guard, half of them freed again.
fn litter(cx: *mut Context) -> Vec<*mut Header> {
    let mut kept = Vec::new();
    for round in 0..40 {
        let object = object(cx, SIZES[round % SIZES.len()]);
        if round % 2 == 0 {
            // SAFETY: the object was made here, and is known here only.
            unsafe { heap::free_object(cx, object) };
        } else {
            kept.push(object);
        }
    }
    kept
}

/// The headers of objects, as numbers.
fn headers(objects: &[*mut Header]) -> Vec<(u32, u16, u8)> {
    // SAFETY: the objects are alive.
    let header = |object: &*mut Header| unsafe { **object };
    objects
        .iter()
        .map(header)
        .map(|header| (header.rc, header.tag, header.class))
        .collect()
}

#[test]
fn after_a_crash_the_heap_is_what_it_was() {
    let status = run(1, |cx| {
        let kept = litter(cx);
        // The text of the crash, too, has a place of its own from now on.
        crash_with(cx, || ());
        for round in 0..600 {
            let before = (charged(cx), free_cells(cx), headers(&kept));
            crash_with(cx, || {
                let mut made = Vec::new();
                for step in 0..round % 50 {
                    made.push(object(cx, SIZES[(round + step) % SIZES.len()]));
                    // SAFETY: the objects are alive, and counts are taken back by the crash.
                    unsafe {
                        heap::add_owner(cx, kept[step % kept.len()]);
                        heap::add_owner(cx, kept[(step + round) % kept.len()]);
                        assert!(!heap::take_owner(cx, kept[step % kept.len()]));
                    }
                    if step % 3 == 0 {
                        let freed = made.swap_remove(round % made.len());
                        // SAFETY: the object was made here, and is known here only.
                        unsafe { heap::free_object(cx, freed) };
                    }
                }
                mem_of_all_kinds(cx);
            });
            assert_eq!((charged(cx), free_cells(cx), headers(&kept)), before);
        }
    });
    assert_eq!(status, 0);
}

/// A block, a window of it, and a list of what is left of a walk.
fn mem_of_all_kinds(cx: *mut Context) {
    // SAFETY: `cx` is the running actor's.
    unsafe {
        let long = memory::bytes_with_capacity(cx, 5000);
        heap::add_owner(cx, (*long).owner);
        let window: *mut Bytes = memory::new_object(cx, size_of::<Bytes>(), TAG_BYTES).cast();
        (*window).len = 10;
        (*window).data = (*long).data;
        (*window).owner = (*long).owner;
        mem::drop_bytes(cx, long);
        let elsewhere = block::new_block(100);
        memory::new_reference(cx, elsewhere);
        memory::alloc_large(cx, 20_000);
    }
}

#[test]
fn what_guards_leave_is_old_to_later_ones_however_many_there_were() {
    let status = run(1, |cx| {
        for large in [false, true] {
            let mut kept = litter(cx);
            if large {
                kept.push(object(cx, 200_000));
            }
            for _ in 0..1500 {
                let made = guard_within(cx, 0, |_| {
                    // SAFETY: the objects are alive.
                    unsafe {
                        heap::add_owner(cx, kept[0]);
                        heap::take_owner(cx, kept[0]);
                    }
                    let inner = guard_within(cx, 0, |_| object(cx, 40).addr());
                    [inner, guard_within(cx, 0, |_| object(cx, 300).addr())]
                });
                for address in made.into_iter().flatten() {
                    kept.push(std::ptr::with_exposed_provenance_mut(address.unwrap_or(0)));
                }
            }
            let before = headers(&kept);
            crash_with(cx, || {
                for object in &kept {
                    // SAFETY: the objects are alive.
                    unsafe { heap::add_owner(cx, *object) };
                }
            });
            assert_eq!(headers(&kept), before);
        }
    });
    assert_eq!(status, 0);
}

#[test]
fn an_outer_guard_takes_back_what_inner_ones_did() {
    let status = run(1, |cx| {
        let kept = litter(cx);
        crash_with(cx, || ());
        let before = (charged(cx), free_cells(cx), headers(&kept));
        for depth in [1, 3, 119, 150, 300] {
            crash_with(cx, || nested(cx, &kept, depth));
            assert_eq!((charged(cx), free_cells(cx), headers(&kept)), before);
        }
    });
    assert_eq!(status, 0);
}

/// Guards inside of guards; those of even depth crash.
fn nested(cx: *mut Context, kept: &[*mut Header], depth: usize) {
    let touched = kept[depth % kept.len()];
    // SAFETY: the objects are alive.
    unsafe { heap::add_owner(cx, touched) };
    // Cells of all ages go onto the free lists between others.
    for round in 0..3 {
        let made = [0, 1, 2].map(|step| object(cx, SIZES[(depth + step * round) % SIZES.len()]));
        // SAFETY: the object was made here, and is known here only.
        unsafe { heap::free_object(cx, made[round]) };
    }
    if depth == 0 {
        return;
    }
    if depth % 2 == 0 {
        crash_with(cx, || nested(cx, kept, depth - 1));
    } else {
        assert_eq!(guard_within(cx, 0, |_| nested(cx, kept, depth - 1)), Ok(()));
    }
    // SAFETY: as above.
    unsafe { assert!(!heap::take_owner(cx, touched)) };
}

#[test]
fn an_actor_that_ends_inside_of_guards_gives_its_notes_back() {
    let status = run(1, |cx| {
        let me = own_pid(cx);
        for _ in 0..3 {
            let pid = spawn(cx, move |cx| {
                let kept = litter(cx);
                let _: Result<(), String> = guard_within(cx, 0, |_| {
                    for object in &kept {
                        // SAFETY: the objects are alive.
                        unsafe { heap::add_owner(cx, *object) };
                    }
                    send(cx, me, 1);
                    // SAFETY: nothing here needs to be dropped but the list above, which the
                    // harness drops with the stack's end.
                    unsafe { crate::abi::timer::snow_sleep(cx, 1_000_000) };
                });
            });
            assert_eq!(receive_value(cx), 1);
            // SAFETY: `cx` is the running actor's.
            unsafe {
                let empty = text(cx, "");
                snow_exit(cx, pid, snow_abi::layout::exit::KILLED, empty);
                mem::drop_bytes(cx, empty);
            }
        }
    });
    assert_eq!(status, 0);
}
