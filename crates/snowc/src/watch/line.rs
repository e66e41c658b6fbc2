//! The line of a terminal that says where a build is, once that takes long.
//!
//! A thread waits for the time at which the line appears, so that it does while one long step is
//! under way.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A build that ends before shows nothing.
const QUIET: Duration = Duration::from_millis(500);
/// Back to the start of the line, and everything behind it gone.
const CLEAR: &str = "\r\x1b[K";

/// The line of one build; taken away when dropped.
pub(super) struct Line {
    shared: Arc<Shared>,
    /// `None` when the system had no thread: then the line never appears.
    waits: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    text: String,
    is_visible: bool,
    has_ended: bool,
}

impl Line {
    pub(super) fn start() -> Line {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            ended: Condvar::new(),
        });
        let its_shared = shared.clone();
        let waits = thread::Builder::new().spawn(move || its_shared.appear());
        Line {
            shared,
            waits: waits.ok(),
        }
    }

    /// Replaces the text, on the terminal, too, if the line is there.
    pub(super) fn say(&self, text: &str) {
        let mut state = self.shared.lock();
        state.text = text.into();
        state.print();
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics with the lock")
    }

    fn appear(&self) {
        let waiting = |state: &mut State| !state.has_ended;
        let waited = self.ended.wait_timeout_while(self.lock(), QUIET, waiting);
        let (mut state, _) = waited.expect("nothing panics with the lock");
        state.is_visible = !state.has_ended;
        state.print();
    }
}

impl State {
    fn print(&self) {
        if self.is_visible {
            // A terminal that is gone reads nothing.
            let mut terminal = io::stderr().lock();
            let _ = write!(terminal, "{CLEAR}{}", self.text).and_then(|()| terminal.flush());
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.say("");
        self.shared.lock().has_ended = true;
        self.shared.ended.notify_all();
        if let Some(waits) = self.waits.take() {
            let _ = waits.join();
        }
    }
}
