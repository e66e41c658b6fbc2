//! Numbers in the answers of `snow_inspected`.

/// What an actor does.
pub mod activity {
    /// It runs, or stands in line for a worker.
    pub const RUNNING: i64 = 0;
    /// In `receive`, and nothing has come that it wants.
    pub const WAITING: i64 = 1;
    /// Suspended inside a call.
    pub const SUSPENDED: i64 = 2;
    /// Its `terminate` block is to run, or runs.
    pub const ENDING: i64 = 3;
}

/// What an actor waits for.
pub mod awaited {
    /// It does not wait.
    pub const NOTHING: i64 = 0;
    /// A message that its `receive` wants.
    pub const MESSAGE: i64 = 1;
    /// The end of a sleep.
    pub const SLEEP: i64 = 2;
    /// The answer to what it asked.
    pub const ANSWER: i64 = 3;
    /// A place in the full mailbox of another actor.
    pub const MAILBOX: i64 = 4;
    /// A socket, or the address of a name.
    pub const NETWORK: i64 = 5;
    /// A file or a folder.
    pub const FILE: i64 = 6;
    /// Standard input, or room on standard output or standard error.
    pub const STREAM: i64 = 7;
}
