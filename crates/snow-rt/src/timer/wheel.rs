//! Deadlines of one worker in a hierarchical wheel: arming and disarming take constant time and no
//! memory.
//!
//! Level `k` has 64 slots of `64^k` milliseconds. A timer stands in the lowest level whose span
//! reaches its deadline, and moves down when the time of its slot comes. A bit a slot says where
//! there is anything, so an idle worker knows when to wake up next, and never wakes up for nothing
//! but such a move. A timer never fires early, and those of one deadline fire in the order in which
//! they were armed.

/// Bits of a level.
const BITS: u32 = 6;
const SLOTS: usize = 1 << BITS;
const LEVELS: usize = 6;
/// Beyond this the wheel looks again when it comes to it.
const SPAN: i64 = 1 << (BITS * LEVELS as u32);

/// Whose deadline it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// The `after` of an actor's `receive`.
    Receive,
    /// The deadline of a suspended call.
    Park,
    /// A look at what an actor that waits is doing inside a guard.
    Look,
    /// That time has come, and the actor has not run since.
    LookDue,
    /// A message to be sent.
    Delayed,
}

/// A deadline; part of what it belongs to.
#[repr(C)]
#[derive(Debug)]
pub struct Timer {
    /// The next one of its slot, null behind the last.
    next: *mut Timer,
    /// The one before it; the last one, where it is the first.
    prev: *mut Timer,
    /// Monotonic milliseconds.
    pub deadline: i64,
    /// Whose it is.
    pub kind: Kind,
    level: u8,
    slot: u8,
    /// True while it stands in a wheel.
    pub armed: bool,
}

impl Timer {
    /// A timer that is not armed.
    pub fn new(kind: Kind) -> Self {
        let null = std::ptr::null_mut();
        Timer {
            next: null,
            prev: null,
            deadline: 0,
            kind,
            level: 0,
            slot: 0,
            armed: false,
        }
    }
}

/// The wheel.
#[derive(Debug)]
pub struct Wheel {
    now: i64,
    occupied: [u64; LEVELS],
    slots: Box<[[*mut Timer; SLOTS]; LEVELS]>,
    count: usize,
}

impl Wheel {
    /// An empty wheel that stands at `now`.
    pub fn new(now: i64) -> Self {
        let slots = Box::new([[std::ptr::null_mut(); SLOTS]; LEVELS]);
        Wheel {
            now,
            occupied: [0; LEVELS],
            slots,
            count: 0,
        }
    }

    /// True when no timer is armed.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Arms a timer whose deadline is set.
    ///
    /// # Safety
    /// The timer is not armed, and stays where it is until it has fired or was disarmed.
    pub unsafe fn arm(&mut self, timer: *mut Timer) {
        self.count += 1;
        // SAFETY: the caller's promise.
        unsafe {
            (*timer).armed = true;
            self.place(timer);
        }
    }

    unsafe fn place(&mut self, timer: *mut Timer) {
        // SAFETY: the timer is ours to link; those of its slot are armed and so alive.
        unsafe {
            // What is due already stands in the present slot; what is too far away is looked at
            // again later.
            let at = (*timer)
                .deadline
                .clamp(self.now, self.now + SPAN - SPAN / SLOTS as i64);
            let distance = (at ^ self.now) as u64 | 1;
            let level = ((63 - distance.leading_zeros()) / BITS).min(LEVELS as u32 - 1) as usize;
            let slot = (at >> (BITS * level as u32)) as usize & (SLOTS - 1);
            (*timer).level = level as u8;
            (*timer).slot = slot as u8;
            let first = self.slots[level][slot];
            (*timer).next = std::ptr::null_mut();
            if first.is_null() {
                (*timer).prev = timer;
                self.slots[level][slot] = timer;
                self.occupied[level] |= 1 << slot;
            } else {
                let last = (*first).prev;
                (*timer).prev = last;
                (*last).next = timer;
                (*first).prev = timer;
            }
        }
    }

    /// Disarms a timer; nothing happens when it is not armed.
    ///
    /// # Safety
    /// If armed, then in this wheel.
    pub unsafe fn disarm(&mut self, timer: *mut Timer) {
        // SAFETY: an armed timer's neighbours are armed too.
        unsafe {
            if !(*timer).armed {
                return;
            }
            (*timer).armed = false;
            self.count -= 1;
            let (next, prev) = ((*timer).next, (*timer).prev);
            let (level, slot) = ((*timer).level as usize, (*timer).slot as usize);
            let first = self.slots[level][slot];
            if first == timer {
                self.slots[level][slot] = next;
                if next.is_null() {
                    self.occupied[level] &= !(1 << slot);
                } else {
                    (*next).prev = prev;
                }
            } else {
                (*prev).next = next;
                let behind = if next.is_null() { first } else { next };
                (*behind).prev = prev;
            }
        }
    }

    /// The earliest time at which [`Wheel::advance`] has something to do.
    pub fn next_deadline(&self) -> Option<i64> {
        (0..LEVELS).find_map(|level| self.next_in(level))
    }

    /// Start of the first occupied slot of a level, the present one counted. All of a lower level
    /// come before any of a higher one, because a timer stands in the lowest level that can tell
    /// its slot from the present one.
    fn next_in(&self, level: usize) -> Option<i64> {
        let occupied = self.occupied[level];
        if occupied == 0 {
            return None;
        }
        let shift = BITS * level as u32;
        let here = (self.now >> shift) as u32 & (SLOTS as u32 - 1);
        let ahead = occupied.rotate_right(here).trailing_zeros() as i64;
        Some(((self.now >> shift) + ahead) << shift)
    }

    /// Moves the wheel to `now` and hands out one timer that is due, disarmed; null when there is
    /// none (left).
    pub fn advance(&mut self, now: i64) -> *mut Timer {
        loop {
            let next = (0..LEVELS).find_map(|level| self.next_in(level).map(|at| (level, at)));
            let Some((level, at)) = next.filter(|(_, at)| *at <= now) else {
                break;
            };
            self.now = self.now.max(at);
            let slot = (at >> (BITS * level as u32)) as usize & (SLOTS - 1);
            let timer = self.slots[level][slot];
            if level == 0 {
                // SAFETY: timers in the wheel are alive.
                unsafe { self.disarm(timer) };
                return timer;
            }
            self.move_down(level, slot);
        }
        self.now = self.now.max(now);
        std::ptr::null_mut()
    }

    /// The time of a slot has come: its timers can be told apart by a lower level now.
    fn move_down(&mut self, level: usize, slot: usize) {
        let mut timer = std::mem::replace(&mut self.slots[level][slot], std::ptr::null_mut());
        self.occupied[level] &= !(1 << slot);
        while !timer.is_null() {
            // SAFETY: timers in the wheel are alive; the link is read before it is changed.
            unsafe {
                let next = (*timer).next;
                self.place(timer);
                timer = next;
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
#[path = "wheel_tests.rs"]
mod tests;
