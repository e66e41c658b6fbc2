//! Where in the program's own sources an actor stands: for crash reports and for the notes about
//! slow code.
//!
//! In: the stack of the calling actor. Out: at most [`MOST`] lines of the program, the innermost
//! first; frames of the library, of the runtime and of what the compiler adds are left out.
//! `unwind` walks the stack, `lines` turns return addresses into lines by the line tables that
//! every executable carries.

mod lines;
mod unwind;

use std::fmt;
use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::sched::{big_stack, workers};

pub use lines::paths;

/// Lines of the program that one trace holds. A report stays readable, and deep recursion costs no
/// more than a call.
pub const MOST: usize = 5;
/// Frames looked at before it is known whether any belongs to the program. Few, because nearly
/// every trace ends here.
const FEW: usize = 24;
/// Frames that are kept of an actor that is looked at: most of them are the library's.
const SOME: usize = 48;
/// Frames looked at when the first few all belong to the library.
const MANY: usize = 256;

/// A line of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Path as in the compiler's own messages.
    pub file: &'static str,
    /// From 1.
    pub line: u32,
}

impl Site {
    /// True for a line of the program's own sources.
    pub fn is_own(&self) -> bool {
        workers::get().sources().contains(&self.file)
    }
}

impl fmt::Display for Site {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", self.file, self.line)
    }
}

/// Lines of the program that call each other, the innermost first. Plain data: it may stay on a
/// stack that is left.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    sites: [Option<Site>; MOST],
    count: usize,
}

/// Return addresses of a stack, to be made lines of elsewhere.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Frames {
    addresses: [usize; SOME],
    count: usize,
}

impl Frames {
    /// None.
    pub const EMPTY: Frames = Frames {
        addresses: [0; SOME],
        count: 0,
    };

    /// Appends an address while there is room.
    pub fn push(&mut self, address: usize) {
        if let Some(next) = self.addresses.get_mut(self.count) {
            *next = address;
            self.count += 1;
        }
    }

    fn addresses(&self) -> &[usize] {
        &self.addresses[..self.count.min(SOME)]
    }

    /// The frames of the caller. Not inlined: the addresses take stack.
    #[inline(never)]
    pub fn fill(&mut self) {
        self.count = unwind::addresses(&mut self.addresses);
    }
}

/// The innermost line of Snow among frames of which none belongs to the program: one of the
/// library.
pub fn of_library(frames: &Frames) -> Option<String> {
    let mut line = None;
    read_lines(|| line = lines::innermost(frames.addresses()));
    line
}

/// Reading line tables needs more stack than an actor is sure to have left, and broken tables must
/// not turn a crash into another one.
fn read_lines(read: impl FnOnce() + Send) {
    big_stack::call(|| drop(catch_unwind(AssertUnwindSafe(read))));
}

impl Trace {
    /// No line.
    pub const EMPTY: Trace = Trace {
        sites: [None; MOST],
        count: 0,
    };

    /// The trace of the caller, which may be an actor on its own stack or the stack of a thread.
    pub fn here() -> Trace {
        match Trace::of_frames::<FEW>() {
            (trace, true) if trace.count == 0 => Trace::of_frames::<MANY>().0,
            (trace, _) => trace,
        }
    }

    /// The trace of an actor that is known to stand there.
    pub fn of_site(site: Site) -> Trace {
        let mut trace = Trace::EMPTY;
        trace.push(site);
        trace
    }

    /// The trace of these frames.
    pub fn of(frames: &Frames) -> Trace {
        Trace::of_addresses(frames.addresses())
    }

    /// The trace of at most `N` frames, and whether there may be more. Not inlined: the addresses
    /// take stack.
    #[inline(never)]
    fn of_frames<const N: usize>() -> (Trace, bool) {
        let mut addresses = [0; N];
        let found = unwind::addresses(&mut addresses);
        (Trace::of_addresses(&addresses[..found]), found == N)
    }

    fn of_addresses(addresses: &[usize]) -> Trace {
        let mut trace = Trace::EMPTY;
        read_lines(|| lines::visit(addresses, &mut |site| trace.push(site)));
        trace
    }

    /// Appends a line; false when there is no room for another one.
    fn push(&mut self, site: Site) -> bool {
        // Recursion is one line.
        if self.sites().last() != Some(site) {
            self.sites[self.count] = Some(site);
            self.count += 1;
        }
        self.count < MOST
    }

    /// The lines.
    pub fn sites(&self) -> impl Iterator<Item = Site> + '_ {
        self.sites.iter().flatten().copied()
    }
}
