//! Layouts that generated code and the runtime both touch.
//!
//! ```text
//! object    rc:32 tag:16 class:8 epoch:8 | fields …
//! bytes     header | len | data ─────► first byte   | owner ─► null (inline), bytes (slice) or block reference
//! closure   header | info ─► code, drop, pack, unpack | captured values …
//! context   the actor, as generated code sees it: stack limit, free lists, bump region, guard, pid, error
//! ```
//! A count of 0 marks an immortal (static or frozen) object that nobody counts; counts are never
//! atomic, because an object belongs to one actor. Only a [`Block`] is shared between actors, and
//! only its count is atomic.

use std::ffi::c_void;
use std::sync::atomic::AtomicI64;

mod inspection;
mod shapes;
mod socket;

pub use inspection::{activity, awaited};
pub use shapes::{shape, step, Hooks, Shape, Show, Step, Variant};
pub use socket::{outbox_watch, sent, socket_event, traffic};

/// Size classes of small objects, in bytes, header included.
pub const CLASS_SIZES: [usize; 24] = [
    16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024,
    1280, 1536, 1792, 2048,
];
/// `Header::class` of an object that was allocated on its own.
pub const CLASS_LARGE: u8 = 255;
/// `Header::tag` of a `Bytes`.
pub const TAG_BYTES: u16 = 0xFFF0;
/// `Header::tag` of a `BlockRef`.
pub const TAG_BLOCK_REF: u16 = 0xFFF1;
/// `Header::tag` of a `Closure`.
pub const TAG_CLOSURE: u16 = 0xFFF2;
/// `Header::tag` of a list, which only generated code looks into.
pub const TAG_LIST: u16 = 0xFFF3;
/// Buffers larger than this live in a [`Block`], so that sending them to another actor copies
/// nothing.
pub const INLINE_MAX: usize = 1024;

/// First eight bytes of every object.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Header {
    /// Owners; 0 = immortal.
    pub rc: u32,
    /// Constructor, or one of the `TAG_` constants.
    pub tag: u16,
    /// Index into [`CLASS_SIZES`], or [`CLASS_LARGE`].
    pub class: u8,
    /// When it was made, or first counted since: 0 for an immortal one, 1 outside of guards, else
    /// that of a guard.
    pub epoch: u8,
}

/// `Bytes` and `String`: a window of `len` bytes at `data`.
#[repr(C)]
#[derive(Debug)]
pub struct Bytes {
    /// Tag [`TAG_BYTES`].
    pub header: Header,
    /// Length in bytes.
    pub len: i64,
    /// First byte; directly behind this struct when `owner` is null and the object is not static.
    pub data: *mut u8,
    /// Null, another `Bytes` whose window this one is a part of, or a [`BlockRef`].
    pub owner: *mut Header,
}

/// A buffer shared between actors. Freed with the last reference.
#[repr(C)]
#[derive(Debug)]
pub struct Block {
    /// Number of references from all actors and outboxes.
    pub rc: AtomicI64,
    /// Bytes that follow.
    pub capacity: i64,
}

/// One actor's reference to a [`Block`]; all of an actor's are in a list, so that its end releases
/// them.
#[repr(C)]
#[derive(Debug)]
pub struct BlockRef {
    /// Tag [`TAG_BLOCK_REF`].
    pub header: Header,
    /// The shared buffer.
    pub block: *mut Block,
    /// Neighbours in the actor's list.
    pub prev: *mut BlockRef,
    /// See `prev`.
    pub next: *mut BlockRef,
}

/// A function value.
#[repr(C)]
#[derive(Debug)]
pub struct Closure {
    /// Tag [`TAG_CLOSURE`].
    pub header: Header,
    /// What is known about its code at compile time.
    pub info: *const ClosureInfo,
}

/// Static description of a closure.
#[repr(C)]
#[derive(Debug)]
pub struct ClosureInfo {
    /// Entry point; its C type depends on the closure's Snow type.
    pub code: *const c_void,
    /// Drops the captured values, then the object.
    pub drop: Option<unsafe extern "C" fn(*mut Context, *mut Closure)>,
    /// Packs the captured values.
    pub pack: Option<unsafe extern "C" fn(*mut Writer, *mut Closure)>,
    /// Makes the closure again from a packed form.
    pub unpack: Option<unsafe extern "C" fn(*mut Context, *mut Reader) -> *mut Closure>,
    /// The object with what it captured; null when it captures nothing.
    pub captured: *const Variant,
}

/// `List`: `len` items at `data`.
#[repr(C)]
#[derive(Debug)]
pub struct List {
    /// Tag [`TAG_LIST`].
    pub header: Header,
    /// Number of items.
    pub len: i64,
    /// Items that fit behind this struct.
    pub capacity: i64,
    /// First item.
    pub data: *mut u8,
    /// Null, or the list that the items belong to.
    pub owner: *mut List,
}

/// Static description of an actor.
#[repr(C)]
#[derive(Debug)]
pub struct ActorInfo {
    /// Name for reports, NUL-terminated.
    pub name: *const std::ffi::c_char,
    /// Size of the frame that the body keeps between two turns.
    pub frame_size: i64,
    /// Runs the body until it ends or waits: one of [`turn`].
    pub run: unsafe extern "C-unwind" fn(*mut Context, *mut c_void) -> i64,
    /// Fills a zeroed frame from the packed arguments.
    pub init: unsafe extern "C-unwind" fn(*mut Context, *mut c_void, *mut Reader),
    /// The `terminate` block, or null.
    pub terminate: Option<unsafe extern "C-unwind" fn(*mut Context, *mut c_void)>,
    /// Packs the frame while the body waits; null when it holds a value that cannot be packed
    /// there.
    pub pack: Option<unsafe extern "C-unwind" fn(*mut Writer, *mut c_void)>,
    /// Fills a zeroed frame from that.
    pub unpack: Option<unsafe extern "C-unwind" fn(*mut Context, *mut c_void, *mut Reader)>,
    /// Number of the type of its messages, which no other type of the program has.
    pub message: i64,
    /// Where the `receive`s of its body stand. The frame begins with the number of the one that it
    /// waits in, from 1; 0 before the first wait. Null when the body has none, and when the frame
    /// begins with something else.
    pub receives: *const Place,
}

/// A line of a source.
#[repr(C)]
#[derive(Debug)]
pub struct Place {
    /// Path as in the compiler's messages, NUL-terminated.
    pub file: *const std::ffi::c_char,
    /// From 1.
    pub line: i64,
}

/// What the generated `main` hands to `snow_start`.
#[repr(C)]
#[derive(Debug)]
pub struct Program {
    /// The actor that runs `fn main`.
    pub main: *const ActorInfo,
    /// Jumps to the innermost guard of a context whose `guard` is not null. Only C can make that
    /// jump.
    pub raise: unsafe extern "C-unwind" fn(*mut Context) -> !,
    /// Paths of the program's own sources, without the library's, each NUL-terminated; the last one
    /// is empty. A crash report names lines of these. Null: none are known.
    pub sources: *const std::ffi::c_char,
}

/// A place that a crash returns to; it stands on the stack of the code that set it.
#[repr(C)]
#[derive(Debug)]
pub struct Guard {
    /// The guard around this one, or null.
    pub outer: *mut Guard,
    /// For the jump of generated code.
    pub jump: [*mut c_void; 5],
    /// How long the code inside may take, or null.
    pub limit: *mut Limit,
    /// The function that runs inside, for whoever drops it after the jump.
    pub body: *mut Closure,
    /// What a crash goes back to.
    pub before: Before,
}

/// What stood when a guard was entered; the runtime's own.
#[repr(C)]
#[derive(Debug)]
pub struct Before {
    /// Rest of the newest chunk.
    pub bump: *mut u8,
    /// Its end.
    pub bump_end: *mut u8,
    /// The newest chunk.
    pub chunks: *mut c_void,
    /// The newest large object.
    pub large: *mut c_void,
    /// The newest reference to a shared block.
    pub blocks: *mut BlockRef,
    /// The outermost guard around, or itself.
    pub outermost: *mut Guard,
    /// Of the outermost guard: the newest part of the notes of all.
    pub notes: *mut NotesHead,
    /// The newest part of the notes when this guard began, and its length in `mark_length`.
    pub mark: *mut NotesHead,
    /// See `mark`.
    pub mark_length: u16,
    /// Guards around.
    pub depth: u16,
    /// Its epoch.
    pub epoch: u8,
    /// The epoch around.
    pub outer_epoch: u8,
    /// See [`guard_state`].
    pub state: u8,
    /// Words of objects from before that are noted.
    pub words: u32,
    /// Of the outermost guard: the oldest part of the notes.
    pub first: FirstNotes,
}

/// What code inside guards did to an object or a cell from before.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// The object; its lowest bits are the kind: 0 for a count, [`NOTE_CELL`], or the runtime's.
    pub object: usize,
    /// Its header as it was; of a note about a word, that word.
    pub header: Header,
}

/// In [`Note::object`]: a free cell was used.
pub const NOTE_CELL: usize = 1;

/// What a part of the notes begins with.
#[repr(C)]
#[derive(Debug)]
pub struct NotesHead {
    /// The part before, or null.
    pub before: *mut NotesHead,
    /// The part after, or null.
    pub after: *mut NotesHead,
}

/// Notes that an outermost guard has space for; more go into parts of their own.
pub const FIRST_NOTES: usize = 6;

/// The oldest part of the notes, which stands in the outermost guard.
#[repr(C)]
#[derive(Debug)]
pub struct FirstNotes {
    /// As every part.
    pub head: NotesHead,
    /// The notes, as far as there are any.
    pub notes: [std::mem::MaybeUninit<Note>; FIRST_NOTES],
}

/// Bits of [`Before::state`].
pub mod guard_state {
    /// A crash inside cannot be undone.
    pub const FOR_GOOD: u8 = 1;
    /// A `receive` has looked at messages inside.
    pub const RECEIVED: u8 = 2;
    /// It has no epoch of its own.
    pub const SHARED: u8 = 4;
    /// Boxes of accepted messages are to be dropped at its end.
    pub const BOXES: u8 = 8;
    /// It took values over, which it gives back after a crash.
    pub const TAKES: u8 = 16;
    /// Objects from before are to be freed at its end.
    pub const FREED: u8 = 32;
}

/// How long the code inside a guard may take.
#[repr(C)]
#[derive(Debug)]
pub struct Limit {
    /// Milliseconds after which the code inside crashes; 0 or less for never.
    pub within: i64,
    /// What the code is, for reports. Borrowed.
    pub label: *mut Bytes,
    /// Monotonic milliseconds, moved on by what does not count; 0 until the runtime has first
    /// looked, and what follows means nothing before.
    pub started: i64,
    /// When the runtime last looked.
    pub seen: i64,
    /// Not 0 once the code was named as slow.
    pub named: i64,
}

/// An actor as generated code sees it; the runtime's own fields follow.
#[repr(C)]
#[derive(Debug)]
pub struct Context {
    /// A stack pointer at or below this calls `snow_stack_check`; all ones asks the actor to yield.
    pub limit: usize,
    /// Free objects by class, linked through their second word.
    pub free: [*mut c_void; CLASS_SIZES.len()],
    /// Rest of the current chunk.
    pub bump: *mut u8,
    /// Its end.
    pub bump_end: *mut u8,
    /// Innermost guard, or null.
    pub guard: *mut Guard,
    /// The actor's own pid.
    pub pid: i64,
    /// Code of the last fallible call, see [`error`].
    pub error: i32,
    /// The epoch of the innermost guard, 2 outside of guards. Objects of less are from before.
    pub epoch: u8,
    /// The youngest epoch of any object.
    pub last_epoch: u8,
    /// The epoch of objects from before that a note is about: one less than that of the guard.
    pub noted: u8,
    /// Where the next note of a guard goes, null outside of guards.
    pub note: *mut Note,
    /// The end of the part of the notes; when `note` is there the runtime adds another part.
    pub notes_end: *mut Note,
}

/// A growing buffer for packed values.
#[repr(C)]
#[derive(Debug)]
pub struct Writer {
    /// Next byte to write.
    pub at: *mut u8,
    /// End of the room.
    pub end: *mut u8,
    /// Start of the packed value.
    pub base: *mut u8,
    /// The actor that packs.
    pub context: *mut Context,
}

/// Walks a packed value.
#[repr(C)]
#[derive(Debug)]
pub struct Reader {
    /// Next byte to read.
    pub at: *const u8,
    /// End of the packed value.
    pub end: *const u8,
}

/// A message as generated code sees it; the runtime's own fields come before in memory and are not
/// its business.
#[repr(C)]
#[derive(Debug)]
pub struct Message {
    /// One of [`message`].
    pub kind: i64,
    /// Packed value of a user message.
    pub packed: *const u8,
    /// Length of `packed`.
    pub packed_len: i64,
    /// Value in the actor's heap once `snow_receive_keep` has been called, else null.
    pub kept: *mut c_void,
    /// For an event: the function that turns it into a message; the receiver owns it.
    pub make: *mut Closure,
    /// For an event: what happened.
    pub event_kind: i64,
    /// For an event: to whom.
    pub event_number: i64,
    /// For an event: text, owned by the receiver.
    pub event_text: *mut Bytes,
}

/// Values of `Message::kind`.
pub mod message {
    /// A packed value of the actor's message type.
    pub const USER: i64 = 0;
    /// An event of the runtime.
    pub const EVENT: i64 = 1;
}

/// Results of an actor's `run`.
pub mod turn {
    /// The body ended.
    pub const DONE: i64 = 0;
    /// The body waits in `receive`; its frame says where.
    pub const WAITING: i64 = 1;
}

/// Answers of `snow_receive_wait`.
pub mod wait {
    /// Save the frame and return `turn::WAITING` (or park).
    pub const SUSPEND: i64 = 0;
    /// New messages came; scan on.
    pub const MORE: i64 = 1;
    /// The time of `after` is over.
    pub const TIMEOUT: i64 = 2;
}

/// Codes in `Context::error`.
pub mod error {
    /// It worked.
    pub const NONE: i64 = 0;
    /// The other side, or the handle, is closed.
    pub const CLOSED: i64 = 1;
    /// The deadline passed.
    pub const TIMEOUT: i64 = 2;
    /// Nothing to read now.
    pub const WOULD_BLOCK: i64 = 3;
    /// The argument makes no sense.
    pub const INVALID: i64 = 4;
    /// The system refused; the text says why.
    pub const SYSTEM: i64 = 5;
}

/// How `snow_deliver` sends.
pub mod manner {
    /// As the receiver has chosen for a full mailbox.
    pub const PLAIN: i64 = 0;
    /// Refused when there is no place.
    pub const OFFER: i64 = 1;
    /// Let in whatever the limit is.
    pub const EXEMPT: i64 = 2;
}

/// Answers of `snow_deliver`.
pub mod delivery {
    /// In the mailbox.
    pub const SENT: i64 = 0;
    /// The mailbox is full; the message was dropped and counted.
    pub const FULL: i64 = 1;
    /// The actor has ended.
    pub const CLOSED: i64 = 2;
}

/// Kinds of exit reasons.
pub mod exit {
    /// The body ended.
    pub const NORMAL: i64 = 0;
    /// Asked to stop.
    pub const SHUTDOWN: i64 = 1;
    /// A crash; the text is its report.
    pub const ERROR: i64 = 2;
    /// Ended by force.
    pub const KILLED: i64 = 3;
    /// The actor was not there.
    pub const NO_ACTOR: i64 = 4;
}

/// Counters for `snow_counter`.
pub mod counter {
    /// Actors alive.
    pub const ACTORS: i64 = 0;
    /// Open sockets, listeners included.
    pub const SOCKETS: i64 = 1;
    /// Bytes of heap chunks and large objects of live actors, and of what those that hibernate have
    /// packed.
    pub const HEAP_BYTES: i64 = 2;
    /// Shared blocks alive.
    pub const BLOCKS: i64 = 3;
    /// Stacks in use by suspended actors.
    pub const STACKS: i64 = 4;
    /// Messages waiting in mailboxes.
    pub const MESSAGES: i64 = 5;
    /// Timers armed.
    pub const TIMERS: i64 = 6;
    /// Crashes so far.
    pub const CRASHES: i64 = 7;
    /// Bytes of control blocks of live actors, and of contexts and frames of those that are awake.
    pub const ACTOR_BYTES: i64 = 8;
    /// Resident memory of the process, bytes.
    pub const RESIDENT: i64 = 9;
    /// CPU time of the process, nanoseconds.
    pub const CPU_NS: i64 = 10;
    /// Workers.
    pub const WORKERS: i64 = 11;
}
