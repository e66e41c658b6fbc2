//! A program whose actors are Rust closures, written against the same table as generated code.
//!
//! A closure that fails makes the whole program fail. Nothing here sleeps: actors wait for sockets
//! or for each other.

use std::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Mutex, MutexGuard};

use snow_abi::layout::{counter, outbox_watch, traffic, Reader, Writer, TAG_CLOSURE};
use snow_abi::layout::{
    turn, wait, ActorInfo, Bytes, Closure, ClosureInfo, Context, Header, Message, Program,
};
use snow_rt::abi::{actor as messages, memory, socket, timer};
use snow_rt::config::Config;
use snow_rt::{boot, mem};

/// An actor's body.
pub type Body = Box<dyn FnOnce(Actor) + Send>;

/// The calling actor.
#[derive(Clone, Copy)]
pub struct Actor(pub *mut Context);

/// One runtime runs at a time, and counters are those of the process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
static MAIN: Mutex<Option<Body>> = Mutex::new(None);
static FAILURE: Mutex<Option<String>> = Mutex::new(None);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Runs a program on two workers until nothing is left to do, and checks that no socket is left
/// open.
pub fn run(main: impl FnOnce(Actor) + Send + 'static) {
    let _alone = lock(&ONE_AT_A_TIME);
    *lock(&MAIN) = Some(Box::new(main));
    *lock(&FAILURE) = None;
    let info = info(start_main, no_arguments);
    let program = Program {
        main: &info,
        raise: never,
        sources: std::ptr::null(),
    };
    let config = Config {
        workers: 2,
        actor_memory: 256 << 20,
    };
    // SAFETY: the program lives across the run, and the lock makes it the only one.
    let status = unsafe { boot::run(&config, &program) };
    if let Some(failure) = lock(&FAILURE).take() {
        panic!("{failure}");
    }
    assert_eq!(status, 0);
    assert_eq!(
        snow_rt::counters::read(counter::SOCKETS),
        0,
        "sockets left open"
    );
    assert_eq!(
        snow_rt::counters::read(counter::BLOCKS),
        0,
        "blocks left behind"
    );
}

fn info(
    run: unsafe extern "C-unwind" fn(*mut Context, *mut c_void) -> i64,
    init: unsafe extern "C-unwind" fn(*mut Context, *mut c_void, *mut Reader),
) -> ActorInfo {
    ActorInfo {
        name: c"test".as_ptr(),
        frame_size: 16,
        run,
        init,
        terminate: None,
        pack: None,
        unpack: None,
        message: 0,
        receives: std::ptr::null(),
    }
}

unsafe extern "C-unwind" fn never(_: *mut Context) -> ! {
    unreachable!("no test sets a guard")
}

unsafe extern "C-unwind" fn no_arguments(_: *mut Context, _: *mut c_void, _: *mut Reader) {}

unsafe extern "C-unwind" fn start_main(cx: *mut Context, _: *mut c_void) -> i64 {
    let body = lock(&MAIN).take().expect("main is started once");
    perform(cx, body)
}

unsafe extern "C-unwind" fn take_body(_: *mut Context, frame: *mut c_void, reader: *mut Reader) {
    // SAFETY: the packed arguments are the pointer that `spawn` has written.
    unsafe {
        frame
            .cast::<*mut Body>()
            .write((*reader).at.cast::<*mut Body>().read_unaligned())
    };
}

unsafe extern "C-unwind" fn start(cx: *mut Context, frame: *mut c_void) -> i64 {
    // SAFETY: `take_body` has put it there; an actor's body begins once.
    let body = unsafe { Box::from_raw(*frame.cast::<*mut Body>()) };
    perform(cx, *body)
}

fn perform(cx: *mut Context, body: Body) -> i64 {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(Actor(cx)))) {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
        *lock(&FAILURE) = Some(text.unwrap_or_else(|| "an actor panicked".into()));
    }
    turn::DONE
}

/// What a call answers, with the code in the context.
pub type Answer<T> = Result<T, i64>;

// Every call below hands the table's functions what generated code would: the running actor and
// values of its heap.
impl Actor {
    fn answer<T>(self, value: T) -> Answer<T> {
        // SAFETY: the context is that of the running actor.
        match unsafe { (*self.0).error } {
            0 => Ok(value),
            code => Err(i64::from(code)),
        }
    }

    /// A value of this actor.
    pub fn bytes(self, content: &[u8]) -> *mut Bytes {
        // SAFETY: the actor runs here.
        unsafe { snow_rt::actor::memory::new_bytes(self.0, content) }
    }

    fn consume(self, value: *mut Bytes) -> Vec<u8> {
        // SAFETY: a fresh value of this actor.
        unsafe {
            let content = mem::content(value).to_vec();
            mem::drop_bytes(self.0, value);
            content
        }
    }

    fn with<R>(self, content: &[u8], use_it: impl FnOnce(*mut Bytes) -> R) -> R {
        let value = self.bytes(content);
        let result = use_it(value);
        // SAFETY: a value of this actor; the callee borrowed it.
        unsafe { mem::drop_bytes(self.0, value) };
        result
    }

    /// Text of the last error.
    pub fn error_text(self) -> String {
        // SAFETY: the actor runs here.
        let text = self.consume(unsafe { snow_rt::abi::panic::snow_error_text(self.0) });
        String::from_utf8(text).unwrap()
    }

    /// Starts another actor.
    pub fn spawn(self, body: impl FnOnce(Actor) + Send + 'static) -> i64 {
        static INFO: InfoCell = InfoCell(std::sync::OnceLock::new());
        let info = INFO.0.get_or_init(|| Shareable(info(start, take_body)));
        let body: *mut Body = Box::into_raw(Box::new(Box::new(body)));
        let null = std::ptr::null_mut();
        let mut writer = Writer {
            at: null,
            end: null,
            base: null,
            context: self.0,
        };
        let writer = &raw mut writer;
        let packed: *mut c_void = writer.cast();
        // SAFETY: the actor runs here; the writer is used as generated code does.
        unsafe {
            memory::snow_writer_open(self.0, packed);
            if ((*writer).end as usize) - ((*writer).at as usize) < 8 {
                memory::snow_writer_grow(self.0, packed, 8);
            }
            (*writer).at.cast::<*mut Body>().write_unaligned(body);
            (*writer).at = (*writer).at.add(8);
            messages::snow_spawn(self.0, (&raw const info.0).cast_mut().cast(), packed)
        }
    }

    /// Lets others run.
    pub fn give_way(self) {
        // SAFETY: the actor runs here.
        unsafe { timer::snow_yield(self.0) }
    }

    /// Monotonic milliseconds from now.
    pub fn after(self, ms: i64) -> i64 {
        // SAFETY: the actor runs here.
        unsafe { timer::snow_now_ns(self.0) / 1_000_000 + ms }
    }

    /// Waits for an event: kind, number.
    pub fn event(self) -> (i64, i64) {
        // SAFETY: the actor runs here; a receive in a deeper call parks, as generated code does.
        unsafe {
            loop {
                messages::snow_receive_begin(self.0);
                let message: *mut Message = messages::snow_receive_next(self.0).cast();
                if !message.is_null() {
                    let event = ((*message).event_kind, (*message).event_number);
                    assert!(
                        !(*message).make.is_null(),
                        "only events are sent in these tests"
                    );
                    snow_rt::actor::memory::drop_closure(self.0, (*message).make);
                    mem::drop_bytes(self.0, (*message).event_text);
                    messages::snow_receive_take(self.0, message.cast());
                    return event;
                }
                if messages::snow_receive_wait(self.0, -1) == wait::SUSPEND {
                    messages::snow_park(self.0);
                }
            }
        }
    }

    /// A listener on a free port, and the port.
    pub fn listen(self) -> (i64, i64) {
        // SAFETY: the actor runs here.
        let listener = self.with(b"127.0.0.1", |host| unsafe {
            socket::snow_tcp_listen(self.0, host, 0, 1024)
        });
        let listener = self.answer(listener).unwrap();
        let port = self
            .local(listener)
            .rsplit(':')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        (listener, port)
    }

    /// `address:port` of this side.
    pub fn local(self, handle: i64) -> String {
        // SAFETY: the actor runs here.
        let text = self.consume(unsafe { socket::snow_socket_local(self.0, handle) });
        String::from_utf8(self.answer(text).unwrap()).unwrap()
    }

    /// The next connection.
    pub fn accept(self, listener: i64, deadline: i64) -> Answer<i64> {
        // SAFETY: the actor runs here.
        let handle = unsafe { socket::snow_tcp_accept(self.0, listener, deadline) };
        self.answer(handle)
    }

    /// A connection to a port of this machine.
    pub fn connect(self, port: i64) -> Answer<i64> {
        // SAFETY: the actor runs here.
        let handle = self.with(b"127.0.0.1", |host| unsafe {
            socket::snow_tcp_connect(self.0, host, port, -1)
        });
        self.answer(handle)
    }

    /// Bytes that came.
    pub fn read(self, handle: i64, most: i64, deadline: i64) -> Answer<Vec<u8>> {
        // SAFETY: the actor runs here.
        let value =
            self.consume(unsafe { socket::snow_socket_read(self.0, handle, most, deadline) });
        self.answer(value)
    }

    /// The same without waiting.
    pub fn try_read(self, handle: i64) -> Answer<Vec<u8>> {
        // SAFETY: the actor runs here.
        let value = self.consume(unsafe { socket::snow_socket_try_read(self.0, handle, 1 << 20) });
        self.answer(value)
    }

    /// Exactly `length` bytes.
    pub fn read_exactly(self, handle: i64, length: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < length {
            all.extend(self.read(handle, (length - all.len()) as i64, -1).unwrap());
        }
        all
    }

    /// Writes and waits.
    pub fn write(self, handle: i64, content: &[u8], deadline: i64) -> Answer<()> {
        // SAFETY: the actor runs here.
        self.with(content, |value| unsafe {
            socket::snow_socket_write(self.0, handle, value, deadline)
        });
        self.answer(())
    }

    /// Puts bytes on the outbox.
    pub fn send(self, handle: i64, content: &[u8]) -> i64 {
        // SAFETY: the actor runs here.
        self.with(content, |value| unsafe {
            socket::snow_socket_send(self.0, handle, value)
        })
    }

    /// Puts bytes on many outboxes: how many took them, how many were closed, and which were full.
    pub fn broadcast(self, sockets: &[i64], content: &[u8], except: i64) -> (i64, i64, Vec<i64>) {
        let (counts, full) = self.broadcast_all(sockets, &[(content, except)]);
        let [sent, _, closed] = counts[0];
        (sent, closed, full)
    }

    /// Puts messages on many outboxes, each with the socket that does not get it: for each how many
    /// took it, were full and were closed, and the sockets that were full for one of them.
    pub fn broadcast_all(
        self,
        sockets: &[i64],
        messages: &[(&[u8], i64)],
    ) -> (Vec<[i64; 3]>, Vec<i64>) {
        let bytes_of = |numbers: &mut dyn Iterator<Item = i64>| -> Vec<u8> {
            numbers.flat_map(i64::to_be_bytes).collect()
        };
        let list = bytes_of(&mut sockets.iter().copied());
        let entries = |message: &(&[u8], i64)| [message.0.len() as i64, message.1];
        let table = bytes_of(&mut messages.iter().flat_map(entries));
        let content: Vec<u8> = messages
            .iter()
            .flat_map(|message| message.0)
            .copied()
            .collect();
        let answer = self.with(&list, |list| {
            self.with(&content, |content| {
                // SAFETY: the actor runs here and the values are its own.
                self.with(&table, |table| unsafe {
                    socket::snow_socket_broadcast(self.0, list, content, table)
                })
            })
        });
        let numbers: Vec<i64> = self
            .consume(answer)
            .chunks(8)
            .map(|number| i64::from_be_bytes(number.try_into().unwrap()))
            .collect();
        let (counts, full) = numbers.split_at(3 * messages.len());
        let counts = counts.chunks(3).map(|three| three.try_into().unwrap());
        (counts.collect(), full.to_vec())
    }

    /// Bytes on the outbox.
    pub fn pending(self, handle: i64) -> Answer<i64> {
        // SAFETY: the actor runs here.
        let bytes = unsafe { socket::snow_socket_pending(self.0, handle) };
        self.answer(bytes)
    }

    /// Sets the outbox's limit.
    pub fn set_limit(self, handle: i64, bytes: i64) -> Answer<()> {
        // SAFETY: the actor runs here.
        unsafe { socket::snow_socket_set_outbox(self.0, handle, bytes, 0, false) };
        self.answer(())
    }

    /// Sets the outbox's limit, and lets its oldest messages go when it is full.
    pub fn drop_oldest(self, handle: i64, bytes: i64) -> Answer<()> {
        // SAFETY: the actor runs here.
        unsafe { socket::snow_socket_set_outbox(self.0, handle, bytes, 0, true) };
        self.answer(())
    }

    /// Messages that were refused or dropped since this was last asked.
    pub fn take_dropped(self, handle: i64) -> Answer<i64> {
        // SAFETY: the actor runs here.
        let count = unsafe { socket::snow_socket_take_traffic(self.0, handle, traffic::DROPPED) };
        self.answer(count)
    }

    /// Fixes the size of the system's send buffer.
    pub fn set_send_buffer(self, handle: i64, bytes: i64) -> Answer<()> {
        // SAFETY: the actor runs here.
        unsafe { socket::snow_socket_set_send_buffer(self.0, handle, bytes) };
        self.answer(())
    }

    /// Asks for one event.
    pub fn notify(self, handle: i64) -> Answer<()> {
        self.notify_within(handle, i64::MAX).map(|_| ())
    }

    /// The same, but not while more than `most` bytes wait on the outbox. True when they do.
    pub fn notify_within(self, handle: i64, most: i64) -> Answer<bool> {
        self.watch(handle, most, outbox_watch::NOTHING)
    }

    /// The same, or when a fact about the outbox is true.
    pub fn watch(self, handle: i64, most: i64, watch: i64) -> Answer<bool> {
        // SAFETY: the actor runs here, and the closure is static.
        let pauses =
            unsafe { socket::snow_socket_notify(self.0, handle, most, watch, event_maker()) };
        self.answer(pauses)
    }

    /// Bytes that the peer's system has acknowledged.
    pub fn acknowledged(self, handle: i64) -> Answer<i64> {
        // SAFETY: the actor runs here.
        let bytes = unsafe { socket::snow_socket_acknowledged(self.0, handle) };
        self.answer(bytes)
    }

    /// Where the last byte on the outbox will stand.
    pub fn outbox_end(self, handle: i64) -> Answer<i64> {
        // SAFETY: the actor runs here.
        let bytes = unsafe { socket::snow_socket_outbox_end(self.0, handle) };
        self.answer(bytes)
    }

    /// Messages in all mailboxes.
    pub fn waiting_messages(self) -> i64 {
        // SAFETY: the actor runs here.
        unsafe { snow_rt::abi::timer::snow_counter(self.0, snow_abi::layout::counter::MESSAGES) }
    }

    /// Ends the sending side.
    pub fn shutdown(self, handle: i64) -> Answer<()> {
        // SAFETY: the actor runs here.
        unsafe { socket::snow_socket_shutdown(self.0, handle) };
        self.answer(())
    }

    /// Closes.
    pub fn close(self, handle: i64) {
        // SAFETY: the actor runs here.
        unsafe { socket::snow_socket_close(self.0, handle) };
    }

    /// Hands a socket on.
    pub fn give(self, handle: i64, to: i64) -> Answer<()> {
        // SAFETY: the actor runs here.
        unsafe { socket::snow_socket_give(self.0, handle, to, 0) };
        self.answer(())
    }

    /// A connected pair, both ends owned by this actor.
    pub fn pair(self) -> (i64, i64) {
        let (listener, port) = self.listen();
        let near = self.connect(port).unwrap();
        let far = self.accept(listener, -1).unwrap();
        self.close(listener);
        (near, far)
    }
}

struct Shareable<T>(T);
// SAFETY: what is shared here is never written.
unsafe impl<T> Sync for Shareable<T> {}
// SAFETY: as above.
unsafe impl<T> Send for Shareable<T> {}
struct InfoCell(std::sync::OnceLock<Shareable<ActorInfo>>);

/// A function value without captures, immortal as those of generated code are.
pub fn event_maker() -> *mut Closure {
    static INFO: Shareable<ClosureInfo> = Shareable(ClosureInfo {
        code: std::ptr::null(),
        drop: None,
        pack: None,
        unpack: None,
        captured: std::ptr::null(),
    });
    static MAKER: Shareable<Closure> = Shareable(Closure {
        header: Header {
            rc: 0,
            tag: TAG_CLOSURE,
            class: 0,
            epoch: 0,
        },
        info: &INFO.0,
    });
    (&raw const MAKER.0).cast_mut()
}
