//! For tests: a runtime that runs a Rust closure as its main actor, and what such closures do.
//!
//! Closures stand for generated code: they call the same entry points. One runtime runs at a time,
//! whatever the test harness does; each run also checks that every counter is back where it was, so
//! every test is a leak test.

use std::ffi::c_void;

use parking_lot::{Mutex, ReentrantMutex};
use snow_abi::layout::{
    message, turn, wait, ActorInfo, Bytes, Closure, ClosureInfo, Context, Message, Program, Reader,
    Writer, TAG_CLOSURE,
};

use crate::abi::actor::*;
use crate::abi::memory::*;
use crate::actor::memory;
use crate::actor::Pid;
use crate::boot;
use crate::config::Config;
use crate::counters;
use crate::mem::{self, heap};

/// What an actor does in each turn; the answer is one of `layout::turn`.
pub type Body = Box<dyn FnMut(*mut Context) -> i64 + Send>;

/// What an actor receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    /// A number that [`send`] sent.
    Value(i64),
    /// An event of the runtime.
    Event {
        /// What happened.
        kind: i64,
        /// To which actor.
        number: i64,
        /// In words.
        text: String,
    },
}

static SERIAL: ReentrantMutex<()> = ReentrantMutex::new(());
static MAIN: Mutex<Option<Body>> = Mutex::new(None);

/// Runs `main` as the main actor of a runtime with so many workers; the answer is the exit status.
pub fn run(workers: usize, main: impl FnOnce(*mut Context) + Send + 'static) -> i32 {
    let mut main = Some(main);
    run_turns(workers, move |cx| {
        if let Some(main) = main.take() {
            main(cx);
        }
        turn::DONE
    })
}

/// The same for a main actor that keeps no stack while it waits.
pub fn run_turns(workers: usize, main: impl FnMut(*mut Context) -> i64 + Send + 'static) -> i32 {
    let _alone = SERIAL.lock();
    let before = balance();
    *MAIN.lock() = Some(Box::new(main));
    let program = Program {
        main: &MAIN_INFO.0,
        raise,
        sources: std::ptr::null(),
    };
    let config = Config {
        workers,
        actor_memory: 64 << 20,
    };
    // SAFETY: the lock above lets one runtime run at a time.
    let status = unsafe { boot::run(&config, &program) };
    assert_eq!(balance(), before, "something was not given back");
    status
}

/// What must be the same after a run as before.
fn balance() -> Vec<i64> {
    use counters::*;
    [
        ACTORS,
        SOCKETS,
        HEAP_BYTES,
        BLOCKS,
        STACKS,
        MESSAGES,
        TIMERS,
        ACTOR_BYTES,
        KEEP_ALIVES,
    ]
    .map(read)
    .to_vec()
}

unsafe extern "C-unwind" fn raise(cx: *mut Context) -> ! {
    limits::raise_to_guard(cx)
}

struct Info(ActorInfo);

// SAFETY: the descriptions are constant.
unsafe impl Sync for Info {}

const fn info(name: &'static std::ffi::CStr, terminate: bool) -> Info {
    let terminate: Option<unsafe extern "C-unwind" fn(*mut Context, *mut c_void)> =
        if terminate { Some(run_terminate) } else { None };
    Info(ActorInfo {
        name: name.as_ptr(),
        frame_size: 16,
        run: run_body,
        init,
        terminate,
        pack: None,
        unpack: None,
        message: 0,
        receives: std::ptr::null(),
    })
}

static MAIN_INFO: Info = info(c"main", false);
static PLAIN_INFO: Info = info(c"plain", false);
static CAREFUL_INFO: Info = info(c"careful", true);

unsafe extern "C-unwind" fn init(_: *mut Context, frame: *mut c_void, reader: *mut Reader) {
    // SAFETY: `spawn` packed one address.
    unsafe { *frame.cast::<*mut Body>() = (*reader).at.cast::<*mut Body>().read_unaligned() };
}

unsafe extern "C-unwind" fn run_body(cx: *mut Context, frame: *mut c_void) -> i64 {
    // SAFETY: the frame holds the box that `init` put there, or for the main actor the one that
    // waits for it.
    unsafe {
        let place = frame.cast::<*mut Body>();
        if (*place).is_null() {
            *place = Box::into_raw(Box::new(
                MAIN.lock().take().expect("a body for the main actor"),
            ));
        }
        let outcome = (**place)(cx);
        if outcome == turn::DONE {
            drop(Box::from_raw(*place));
        }
        outcome
    }
}

unsafe extern "C-unwind" fn run_terminate(cx: *mut Context, _: *mut c_void) {
    send(cx, registered("witness"), 4711);
}

/// The actor of a name.
pub fn registered(name: &str) -> Pid {
    crate::actor::registry::whereis(0, name.as_bytes())
}

fn spawn_as(cx: *mut Context, info: &'static Info, body: Body) -> Pid {
    let body = Box::into_raw(Box::new(body));
    // SAFETY: `cx` is the running actor's; the address is packed as `init` reads it.
    unsafe {
        let mut writer = open(cx);
        write(&mut writer, body as usize as i64);
        snow_spawn(
            cx,
            (&raw const info.0).cast_mut().cast(),
            (&raw mut writer).cast(),
        )
    }
}

/// Starts an actor that runs `body` once, on a stack that it keeps while it waits.
pub fn spawn(cx: *mut Context, body: impl FnOnce(*mut Context) + Send + 'static) -> Pid {
    let mut body = Some(body);
    spawn_turns(cx, move |cx| {
        if let Some(body) = body.take() {
            body(cx);
        }
        turn::DONE
    })
}

/// Starts an actor whose `terminate` block sends 4711 to the actor registered as `witness`.
pub fn spawn_careful(cx: *mut Context, body: impl FnOnce(*mut Context) + Send + 'static) -> Pid {
    let mut body = Some(body);
    let turns = move |cx| {
        if let Some(body) = body.take() {
            body(cx);
        }
        turn::DONE
    };
    spawn_as(cx, &CAREFUL_INFO, Box::new(turns))
}

/// Starts an actor that keeps no stack while it waits.
pub fn spawn_turns(
    cx: *mut Context,
    body: impl FnMut(*mut Context) -> i64 + Send + 'static,
) -> Pid {
    spawn_as(cx, &PLAIN_INFO, Box::new(body))
}

/// Opens a writer.
pub fn open(cx: *mut Context) -> Writer {
    let null = std::ptr::null_mut();
    let mut writer = Writer {
        at: null,
        end: null,
        base: null,
        context: cx,
    };
    // SAFETY: `cx` is the running actor's.
    unsafe { snow_writer_open(cx, (&raw mut writer).cast()) };
    writer
}

/// Packs a number.
pub fn write(writer: &mut Writer, value: i64) {
    // SAFETY: the writer is open; `grow` makes the room that is written to.
    unsafe {
        if (writer.end as usize) - (writer.at as usize) < 8 {
            snow_writer_grow(writer.context, std::ptr::from_mut(writer).cast(), 8);
        }
        writer.at.cast::<i64>().write_unaligned(value);
        writer.at = writer.at.add(8);
    }
}

/// Sends a number.
pub fn send(cx: *mut Context, to: Pid, value: i64) {
    let mut writer = open(cx);
    write(&mut writer, value);
    // SAFETY: `cx` is the running actor's, the writer open.
    unsafe { snow_send(cx, to, (&raw mut writer).cast()) };
}

/// The number or event in a message.
pub fn look(message: *mut Message) -> Got {
    // SAFETY: the message came from `snow_receive_next`.
    unsafe {
        if (*message).kind == message::USER {
            return Got::Value((*message).packed.cast::<i64>().read_unaligned());
        }
        let text = String::from_utf8_lossy(mem::content((*message).event_text)).into_owned();
        Got::Event {
            kind: (*message).event_kind,
            number: (*message).event_number,
            text,
        }
    }
}

/// Takes a message; for an event that includes what generated code drops after use.
pub fn take(cx: *mut Context, message: *mut Message) {
    // SAFETY: the message came from `snow_receive_next`; what an event owns is in the actor's heap.
    unsafe {
        if (*message).kind == message::EVENT {
            memory::drop_closure(cx, (*message).make);
            mem::drop_bytes(cx, (*message).event_text);
        }
        snow_receive_take(cx, message.cast());
    }
}

/// Receives what `wanted` accepts, in a deeper call; `None` when `after` milliseconds are over
/// (never when negative).
pub fn receive_if(cx: *mut Context, after: i64, wanted: impl Fn(&Got) -> bool) -> Option<Got> {
    // SAFETY: `cx` is the running actor's.
    unsafe {
        snow_receive_begin(cx);
        loop {
            let message: *mut Message = snow_receive_next(cx).cast();
            if !message.is_null() {
                let got = look(message);
                if wanted(&got) {
                    take(cx, message);
                    return Some(got);
                }
                continue;
            }
            match snow_receive_wait(cx, after) {
                wait::SUSPEND => snow_park(cx),
                wait::TIMEOUT => return None,
                _ => {}
            }
        }
    }
}

/// Receives the oldest message.
pub fn receive(cx: *mut Context) -> Got {
    receive_if(cx, -1, |_| true).expect("a receive without a deadline ends with a message")
}

/// Receives the oldest message, a number.
pub fn receive_value(cx: *mut Context) -> i64 {
    match receive(cx) {
        Got::Value(value) => value,
        other => panic!("a number was expected, not {other:?}"),
    }
}

unsafe extern "C" fn drop_maker(cx: *mut Context, closure: *mut Closure) {
    // SAFETY: the last count went; the closure captured nothing.
    unsafe { heap::free_object(cx, closure.cast()) };
}

struct Maker(ClosureInfo);

// SAFETY: the description is constant.
unsafe impl Sync for Maker {}

static MAKER: Maker = Maker(ClosureInfo {
    code: std::ptr::null(),
    drop: Some(drop_maker),
    pack: None,
    unpack: None,
    captured: std::ptr::null(),
});

/// A function value for events.
pub fn maker(cx: *mut Context) -> *mut Closure {
    // SAFETY: `cx` is the running actor's; the object is fresh.
    unsafe {
        let closure: *mut Closure =
            memory::new_object(cx, size_of::<Closure>(), TAG_CLOSURE).cast();
        (*closure).info = &MAKER.0;
        closure
    }
}

/// A text in the actor's heap.
pub fn text(cx: *mut Context, content: &str) -> *mut Bytes {
    // SAFETY: `cx` is the running actor's.
    unsafe { memory::new_bytes(cx, content.as_bytes()) }
}

/// The running actor's own name.
pub fn own_pid(cx: *mut Context) -> Pid {
    // SAFETY: `cx` is the running actor's.
    unsafe { (*cx).pid }
}

mod endings;
mod exhaustion;
mod guards;
mod guards_taking;
mod hibernation;
mod inspection;
mod limits;
mod messages;
mod sharing;
mod ties;
