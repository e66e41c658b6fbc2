//! Looking at actors. Convert, call, convert.

use snow_abi::layout::{awaited, Bytes, Context};

use crate::actor::trace::{self, Site, Trace};
use crate::actor::{exit, inspect, memory, registry, slots, Pid};

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_inspect(cx: *mut Context, actor: i64) -> i64 {
    // SAFETY: generated code keeps the promise above.
    unsafe { inspect::ask(cx, actor) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `place` came from `snow_inspect`.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_inspected(
    cx: *mut Context,
    place: i64,
    deadline: i64,
) -> *mut Bytes {
    let deadline = (deadline >= 0).then_some(deadline);
    // SAFETY: generated code keeps the promises above. Nothing on this stack owns memory while the
    // caller waits.
    unsafe {
        let text = match inspect::wait(cx, place, deadline) {
            Some(found) => told(&found),
            None => Vec::new(),
        };
        memory::new_bytes(cx, &text)
    }
}

fn told(found: &inspect::Found) -> Vec<u8> {
    let receive = found.receive();
    let trace = match receive {
        Some(site) if site.is_own() => Trace::of_site(site),
        None if exit::can_trace() => Trace::of(&found.frames),
        Some(_) | None => Trace::EMPTY,
    };
    let mut texts = vec![
        found.name().to_vec(),
        waits_at(found, receive, &trace).into_bytes(),
    ];
    texts.extend(trace.sites().map(|site| site.to_string().into_bytes()));
    let head = [
        found.activity,
        found.messages,
        found.memory,
        found.turns,
        found.awaited,
        texts.len() as i64,
    ];
    let mut told: Vec<u8> = head.into_iter().flat_map(i64::to_be_bytes).collect();
    append_texts(&mut told, &texts);
    told
}

/// The line in which an actor waits: that of its `receive`, or the innermost one of the call. Empty
/// when it does not wait, and when no line is known.
fn waits_at(found: &inspect::Found, receive: Option<Site>, trace: &Trace) -> String {
    if found.awaited == awaited::NOTHING {
        return String::new();
    }
    let site = receive.or_else(|| trace.sites().next());
    match site.map(|site| site.to_string()) {
        Some(line) => line,
        None if exit::can_trace() => trace::of_library(&found.frames).unwrap_or_default(),
        None => String::new(),
    }
}

fn append_texts(into: &mut Vec<u8>, texts: &[impl AsRef<[u8]>]) {
    for text in texts {
        into.extend((text.as_ref().len() as i64).to_be_bytes());
        into.extend(text.as_ref());
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_registered_names(cx: *mut Context, actor: i64) -> *mut Bytes {
    let mut names = Vec::new();
    append_texts(&mut names, &registry::names_of(actor));
    // SAFETY: generated code keeps the promise above.
    unsafe { memory::new_bytes(cx, &names) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_actors(cx: *mut Context, after: i64, most: i64) -> *mut Bytes {
    let most = usize::try_from(most).unwrap_or(0);
    // SAFETY: generated code keeps the promise above.
    unsafe {
        let actors = slots::of_world_after(slots::world((*cx).pid), after, most);
        let bytes: Vec<u8> = actors.into_iter().flat_map(Pid::to_be_bytes).collect();
        memory::new_bytes(cx, &bytes)
    }
}
