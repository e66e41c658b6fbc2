//! Numbers that calls about sockets answer, and take.

/// Answers of `snow_socket_send`.
pub mod sent {
    /// On the outbox.
    pub const SENT: i64 = 0;
    /// The outbox is at its limit; nothing was taken.
    pub const FULL: i64 = 1;
    /// The socket is closed or the handle stale.
    pub const CLOSED: i64 = 2;
}

/// What `snow_socket_take_traffic` counts.
pub mod traffic {
    /// Messages taken.
    pub const MESSAGES: i64 = 0;
    /// Their bytes.
    pub const BYTES: i64 = 1;
    /// Messages refused because the outbox was full, or taken out again.
    pub const DROPPED: i64 = 2;
}

/// Kinds of socket events.
pub mod socket_event {
    /// Bytes, a connection, or the end of the stream can be read.
    pub const READABLE: i64 = 0;
    /// The socket was closed or reset.
    pub const CLOSED: i64 = 1;
    /// Bytes wait on the outbox, and the system takes no more now.
    pub const BLOCKED: i64 = 2;
    /// The outbox is empty.
    pub const EMPTIED: i64 = 3;
}

/// Which fact about the outbox `snow_socket_notify` tells besides readiness.
pub mod outbox_watch {
    /// None.
    pub const NOTHING: i64 = 0;
    /// Bytes wait, and the system takes no more.
    pub const BLOCKED: i64 = 1;
    /// Nothing waits.
    pub const EMPTIED: i64 = 2;
}
