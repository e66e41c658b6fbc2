//! Actors, messages, links, names. Convert, call, convert.

use std::ffi::c_void;

use snow_abi::layout::{exit, manner, ActorInfo, Bytes, Closure, Context};

use super::guarded;
use crate::actor::backpressure::{self, Manner};
use crate::actor::bounds::WhenFull;
use crate::actor::control::Actor;
use crate::actor::envelope::{self, Content};
use crate::actor::exit::{crash, leave, Reason};
use crate::actor::memory;
use crate::actor::{labels, links, mailbox, persistent, post, registry, slots, spawn};
use crate::mem;
use crate::sched::park;

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `info` is static, the writer is open.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_spawn(
    cx: *mut Context,
    info: *mut c_void,
    writer: *mut c_void,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let worker = (*Actor::of(cx)).worker;
        let arguments = post::seal(Actor::of(cx), writer.cast());
        let pid = spawn::spawn(
            worker,
            (*Actor::of(cx)).chose_worker,
            info.cast::<ActorInfo>(),
            arguments,
            slots::world((*cx).pid),
        );
        if pid == 0 {
            envelope::free(worker, arguments);
            crash(cx, b"no room for another actor");
        }
        pid
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the writer is open.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_send(cx: *mut Context, to: i64, writer: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let actor = Actor::of(cx);
        match slots::find(to) {
            Some(slot) if slot.bounds.when_full().is_none() => {
                let envelope = post::seal(actor, writer.cast());
                post::send_charged((*actor).worker, slot, to, envelope);
            }
            _ => {
                backpressure::send(cx, to, writer, Manner::Plain);
            }
        }
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the writer is open.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_deliver(
    cx: *mut Context,
    to: i64,
    manner: i64,
    writer: *mut c_void,
) -> i64 {
    let manner = match manner {
        manner::PLAIN => Manner::Plain,
        manner::OFFER => Manner::Offer,
        _ => Manner::Exempt,
    };
    // SAFETY: generated code keeps the promises above.
    unsafe { backpressure::send(cx, to, writer, manner) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_set_mailbox_limit(
    cx: *mut Context,
    count: i64,
    when_full: i64,
) {
    let when_full = match when_full {
        0 => WhenFull::Park,
        1 => WhenFull::Drop,
        _ => WhenFull::Refuse,
    };
    // SAFETY: generated code keeps the promise above.
    unsafe { backpressure::set_limit(cx, count, when_full) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_report_caught(cx: *mut Context, on: bool) {
    // SAFETY: the context is that of the caller's actor, which this thread runs.
    unsafe { (*Actor::of(cx)).reports_caught = on };
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_dropped_messages(_cx: *mut Context, actor: i64) -> i64 {
    backpressure::dropped(actor)
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_receive_begin(cx: *mut Context) {
    // SAFETY: generated code keeps the promise above.
    unsafe { mailbox::begin(cx) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_receive_next(cx: *mut Context) -> *mut c_void {
    // SAFETY: generated code keeps the promise above.
    unsafe { mailbox::next(cx).cast() }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the message came from `snow_receive_next`.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_receive_take(cx: *mut Context, message: *mut c_void) {
    // SAFETY: generated code keeps the promises above.
    unsafe { mailbox::take(cx, message.cast()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, the message came from `snow_receive_next`.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_receive_keep(
    cx: *mut Context,
    message: *mut c_void,
    kept: *mut c_void,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe { mailbox::keep(cx, message.cast(), kept) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_receive_wait(cx: *mut Context, ms: i64) -> i64 {
    // SAFETY: generated code keeps the promise above.
    unsafe { mailbox::wait(cx, ms) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_park(cx: *mut Context) {
    // SAFETY: generated code keeps the promise above.
    unsafe { park::park_in_receive(cx) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_link(cx: *mut Context, other: i64) {
    // SAFETY: generated code keeps the promise above.
    unsafe { guarded(cx, || links::link(cx, other)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_follow(cx: *mut Context, other: i64) {
    // SAFETY: generated code keeps the promise above.
    unsafe { guarded(cx, || links::follow(cx, other)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_unlink(cx: *mut Context, other: i64) {
    // SAFETY: generated code keeps the promise above.
    unsafe { guarded(cx, || links::unlink(cx, other)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here and hands `make` over.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_monitor(
    cx: *mut Context,
    other: i64,
    make: *mut Closure,
) -> i64 {
    // SAFETY: generated code keeps the promises above.
    unsafe { guarded(cx, || links::monitor(cx, other, make)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_demonitor(cx: *mut Context, monitor: i64) {
    // SAFETY: generated code keeps the promise above.
    unsafe { guarded(cx, || links::demonitor(cx, monitor)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `text` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_exit(
    cx: *mut Context,
    other: i64,
    kind: i64,
    text: *mut Bytes,
) {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let worker = (*Actor::of(cx)).worker;
        let signal = envelope::signal(worker, Content::Exit, (*cx).pid, kind, mem::content(text));
        post::signal(worker, other, signal);
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `text` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_exit_self(cx: *mut Context, kind: i64, text: *mut Bytes) -> ! {
    // SAFETY: generated code keeps the promises above.
    unsafe { leave(cx, Reason::new(kind, mem::content(text))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_set_memory_limit(cx: *mut Context, bytes: i64) {
    // SAFETY: the context is that of the caller's actor, which this thread runs.
    unsafe { memory::set_ceiling(Actor::of(cx), usize::try_from(bytes).unwrap_or(0)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_close_in_order(_cx: *mut Context, actor: i64, itself: bool) {
    let closing = &crate::sched::workers::get().closing;
    if itself {
        closing.enter(actor);
    } else {
        closing.forget(actor);
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, hands `function` over, and ends soon.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_share(
    cx: *mut Context,
    function: *mut Closure,
) -> *mut Closure {
    // SAFETY: generated code keeps the promises above.
    unsafe { persistent::share(cx, function) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here and hands `make` over.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_trap_exits(cx: *mut Context, make: *mut Closure) {
    // SAFETY: generated code keeps the promises above.
    unsafe { links::trap_exits(cx, make) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_alive(_cx: *mut Context, actor: i64) -> bool {
    slots::is_alive(actor)
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `name` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_register(
    cx: *mut Context,
    name: *mut Bytes,
    actor: i64,
) -> bool {
    // SAFETY: generated code keeps the promise above.
    unsafe {
        // The registry keeps the name twice.
        memory::demand_of_system(cx, (*name).len as usize * 2);
        let world = slots::world((*cx).pid);
        guarded(cx, || registry::register(world, mem::content(name), actor))
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_pid_of_type(
    _cx: *mut Context,
    actor: i64,
    message: i64,
) -> i64 {
    if slots::message_type(actor) == Some(message) {
        actor
    } else {
        0
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `name` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_whereis(cx: *mut Context, name: *mut Bytes) -> i64 {
    // SAFETY: generated code keeps the promise above.
    unsafe { registry::whereis(slots::world((*cx).pid), mem::content(name)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `label` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_set_label(cx: *mut Context, label: *mut Bytes) {
    // SAFETY: generated code keeps the promise above.
    unsafe {
        memory::demand_of_system(cx, (*label).len as usize);
        guarded(cx, || labels::set((*cx).pid, mem::content(label)));
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_label(cx: *mut Context, actor: i64) -> *mut Bytes {
    // SAFETY: generated code keeps the promise above.
    unsafe { memory::new_bytes(cx, labels::of(actor).unwrap_or_default()) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// None; the context is not looked at.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_tally(_cx: *mut Context, actor: i64, change: i64) -> i64 {
    slots::tally(actor, change)
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_enter_world(cx: *mut Context, world: i64) {
    // SAFETY: generated code keeps the promise above.
    unsafe { slots::enter_world((*cx).pid, world) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_end_world(cx: *mut Context, world: i64) -> i64 {
    let actors = slots::of_world(world);
    // SAFETY: generated code keeps the promise above.
    unsafe {
        let worker = (*Actor::of(cx)).worker;
        for other in &actors {
            let signal = envelope::signal(worker, Content::Exit, (*cx).pid, exit::KILLED, b"");
            post::signal(worker, *other, signal);
        }
    }
    actors.len() as i64
}
