//! Every function of the runtime that generated code may call, in one table.
//!
//! Each entry is `fn name(parameters) -> Result;` and receives the calling actor's context
//! (`sn_cx *`) as a hidden first argument. `[parks]` marks a function that may suspend the calling
//! actor. A function that can fail returns a neutral value and leaves a code in `sn_cx.error` (0 =
//! it worked; see [`crate::layout::error`]) and a text that `snow_error_text` hands out.

use crate::types::AbiType;

/// One entry of the table.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// The symbol.
    pub name: &'static str,
    /// Parameter types after the hidden context.
    pub params: &'static [AbiType],
    /// Result type.
    pub result: AbiType,
    /// True when the call may suspend the calling actor.
    pub parks: bool,
}

/// Calls `$callback!` with the whole table, so that each consumer expands it in its own way.
#[macro_export]
macro_rules! for_each_function {
    ($callback:ident) => {
        $callback! {
            // ---- failure ----
            /// Ends the calling actor (or the innermost guard) with a report: message, file, line.
            fn snow_panic(Raw message, Int length, Raw file, Int line) -> Never;
            /// The same with a message made by the program.
            fn snow_panic_text(String message, Raw file, Int line) -> Never;
            /// True when the stack has no room for another level of a walk over a value; gives way
            /// when asked to.
            fn snow_stack_low() -> Bool [parks];
            /// Called by a prologue or a back edge whose check `rsp <= limit` holds: yields when
            /// asked to, else crashes with "stack overflow".
            fn snow_stack_check() -> Unit [parks];
            /// Ends the calling actor from inside a crash when no guard is set. Called by
            /// `sn_raise` only.
            fn snow_crash() -> Never;
            /// Text of the last panic that a guard caught, without place.
            fn snow_caught_panic() -> String;
            /// Text of the calling actor's last error.
            fn snow_error_text() -> String;

            // ---- memory ----
            /// Refills the heap and returns an object of size class `class`.
            fn snow_alloc_slow(Int class) -> Raw;
            /// An object larger than the largest class. `bytes` counts the header.
            fn snow_alloc_large(Int bytes) -> Raw;
            /// Gives a large object back.
            fn snow_free_large(Raw object) -> Unit;
            /// A `sn_bytes` of length 0 whose buffer has room for `capacity` bytes, in a shareable
            /// block when large.
            fn snow_bytes_new(Int capacity) -> Bytes;
            /// Gives back a block reference whose count reached zero.
            fn snow_block_release(Raw block_ref) -> Unit;

            // ---- guards ----
            /// Begins a guard: what a crash inside goes back to is remembered in it.
            fn snow_guard_enter(Raw guard) -> Unit;
            /// The same when the code inside takes values over, which a crash gives back as they
            /// were, unless there is a guard around.
            fn snow_guard_enter_taking(Raw guard) -> Unit;
            /// Ends a guard whose code has returned.
            fn snow_guard_leave(Raw guard) -> Unit;
            /// Notes the count of an object from before the innermost guard.
            fn snow_guard_note_count(Raw object) -> Unit;
            /// Notes a free cell from before the innermost guard that is about to be used.
            fn snow_guard_note_cell(Raw cell) -> Unit;
            /// Notes bytes of an object from before the innermost guard that are about to be
            /// changed; false when a copy is to be changed instead: it costs less, or there is no
            /// memory for notes.
            fn snow_guard_note_words(Raw object, Raw from, Int bytes) -> Bool;
            /// Frees an object from before the innermost guard when that ends.
            fn snow_guard_free(Raw object) -> Unit;
            /// A message that was left before the innermost guard is accepted inside it: what was
            /// kept of it is dropped at the guard's end.
            fn snow_guard_accept(Raw message) -> Unit;

            // ---- values of any depth ----
            /// Frees an object whose last owner has gone, and all that it alone owned. `shape` is
            /// null for a closure.
            fn snow_drop_deep(Raw object, Raw shape) -> Unit;
            /// Packs an object as generated code would. `shape` is null for a closure that captures
            /// something.
            fn snow_pack_deep(Raw writer, Raw object, Raw shape) -> Unit;
            /// Unpacks an object of `shape`.
            fn snow_unpack_deep(Raw reader, Raw shape) -> Raw;
            /// Unpacks a closure behind its description.
            fn snow_unpack_deep_closure(Raw reader, Raw info) -> Raw;
            /// Structural equality of two objects.
            fn snow_equal_deep(Raw a, Raw b, Raw shape) -> Bool;
            /// Structural order of two objects: -1, 0, 1.
            fn snow_compare_deep(Raw a, Raw b, Raw shape) -> Int;
            /// Structural hash of an object.
            fn snow_hash_deep(Raw object, Raw shape) -> Int;
            /// Appends the text of an object, that of Debug when `inspect`.
            fn snow_show_deep(Bytes to, Raw object, Raw shape, Bool inspect) -> Bytes;

            // ---- actors ----
            /// Starts an actor; the packed arguments are copied.
            fn snow_spawn(Raw actor_info, Raw writer) -> Pid;
            /// Puts a packed message into a mailbox; a dead pid drops it. Waits for a place where
            /// the receiver has chosen that.
            fn snow_send(Pid to, Raw writer) -> Unit [parks];
            /// The same in one of the manners of `layout::manner`; answers one of
            /// `layout::delivery`.
            fn snow_deliver(Pid to, Int manner, Raw writer) -> Int [parks];
            /// Sends a packed message after `ms` milliseconds. The answer names the timer for
            /// `snow_timer_cancel`.
            fn snow_send_after(Pid to, Int ms, Raw writer) -> Int;
            /// True when the timer had not fired yet.
            fn snow_timer_cancel(Int timer) -> Bool;
            /// Opens the worker's message writer.
            fn snow_writer_open(Raw writer) -> Unit;
            /// Makes room for `more` bytes in a writer.
            fn snow_writer_grow(Raw writer, Int more) -> Unit;
            /// Counts a shared block for a value being packed; the envelope gives the count back
            /// when it is freed.
            fn snow_writer_block(Raw writer, Raw block) -> Unit;
            /// The calling actor's own counted reference (`sn_block_ref *`) to a block found in a
            /// packed value.
            fn snow_adopt_block(Raw block) -> Raw;
            /// Puts the scan position at the oldest message.
            fn snow_receive_begin() -> Unit;
            /// The next message that this `receive` has not looked at, or null.
            fn snow_receive_next() -> Raw;
            /// Removes the message; its envelope is freed.
            fn snow_receive_take(Raw message) -> Unit;
            /// Leaves the message; `kept` is its value, already in the actor's heap (0 size = no
            /// value to keep).
            fn snow_receive_keep(Raw message, Raw kept) -> Unit;
            /// Nothing matched. `ms` is the `after` of the receive or -1. Answers one of
            /// `layout::wait`.
            fn snow_receive_wait(Int ms) -> Int;
            /// Suspends a `receive` that stands in a deeper call and keeps its stack.
            fn snow_park() -> Unit [parks];
            /// Links the caller with `other`.
            fn snow_link(Pid other) -> Unit;
            /// Ends the caller when `other` crashes, and not the other way about.
            fn snow_follow(Pid other) -> Unit;
            /// Removes that link.
            fn snow_unlink(Pid other) -> Unit;
            /// Asks for one event when `other` ends: kind = exit kind, number = `other`, text =
            /// reason.
            fn snow_monitor(Pid other, Closure make) -> Int;
            /// Withdraws a monitor; its event will not be seen any more.
            fn snow_demonitor(Int monitor) -> Unit;
            /// Sends an exit signal: kind (`layout::exit`) and text.
            fn snow_exit(Pid other, Int kind, String text) -> Unit;
            /// Ends the caller with that reason.
            fn snow_exit_self(Int kind, String text) -> Never;
            /// When the system asks the program to end, `actor` gets the exit signal "shutdown" and
            /// the program waits until it has ended; with `itself` false not, because another one
            /// sees to it.
            fn snow_close_in_order(Pid actor, Bool itself) -> Unit;
            /// Sets how many bytes the caller may hold; what it holds already stays.
            fn snow_set_memory_limit(Int bytes) -> Unit;
            /// Whether crashes that guards of the caller catch are reported on standard error; at
            /// first they are not.
            fn snow_report_caught(Bool on) -> Unit;
            /// Sets how many messages may wait in the caller's mailbox. Beyond that senders wait
            /// (0), or the message is dropped (1), or only what is offered is refused and the
            /// caller itself waits for no place anywhere (2).
            fn snow_set_mailbox_limit(Int count, Int when_full) -> Unit;
            /// Messages for an actor that were dropped because its mailbox was full; 0 when it has
            /// ended.
            fn snow_dropped_messages(Pid actor) -> Int;
            /// A function that all actors share, which does what the given one does. The caller ends
            /// soon, and what it holds is never freed.
            fn snow_share(Closure function) -> Closure;
            /// From now on exit signals become events made by `make` (kind, pid, text).
            fn snow_trap_exits(Closure make) -> Unit;
            /// Opens a place for one answer of another actor; the number is the caller's own.
            fn snow_answer_open() -> Int;
            /// The place fails with the reason of `from` when that ends without an answer.
            fn snow_answer_expect(Int answer, Pid from) -> Unit;
            /// Sends an answer, a function without parameters, to a place of another actor.
            fn snow_answer_send(Pid to, Int answer, Closure value) -> Unit;
            /// Gives the place up.
            fn snow_answer_close(Int answer) -> Unit;
            /// Waits for the answer and gives the place up; `otherwise` and an error when there is
            /// none. After error `timeout` the place stays. `deadline` is monotonic milliseconds,
            /// for none.
            fn snow_answer_wait(Int answer, Int deadline, Closure otherwise) -> Closure [parks];
            /// The calling actor.
            fn snow_self() -> Pid;
            /// True until the actor has ended.
            fn snow_alive(Pid actor) -> Bool;
            /// Names an actor; false when the name is taken by a live one or the actor is gone.
            fn snow_register(String name, Pid actor) -> Bool;
            /// The actor of that name, or 0.
            fn snow_whereis(String name) -> Pid;
            /// Lets the caller, and actors that it starts from now on, be of that world: names are
            /// seen in the world in which they were given. A program begins in world 0.
            fn snow_enter_world(Int world) -> Unit;
            /// Labels the caller with a text that others can read; the empty text is no label. A
            /// text is kept for the life of the program: it is one of few.
            fn snow_set_label(String label) -> Unit;
            /// The label of an actor; empty when it has none, or has ended.
            fn snow_label(Pid actor) -> String;
            /// Adds to a number that all may count about an actor, 0 at its start, and answers the
            /// sum; 0 when it has ended. Who counts must do with one that is too high.
            fn snow_tally(Pid actor, Int change) -> Int;
            /// Asks what an actor does; the answer comes to a place with that number, 0 when the
            /// actor has ended.
            fn snow_inspect(Pid actor) -> Int;
            /// Waits for that answer until the deadline in monotonic milliseconds, or -1 for none,
            /// and gives the place up; empty when the actor has ended or the deadline has passed.
            /// Six numbers of eight bytes (activity, see `layout::activity`, messages, memory,
            /// turns, what it waits for, see `layout::awaited`, and how many texts follow), then
            /// texts, each behind its length: the actor's name, the line in which it waits or
            /// nothing, the lines of the program where it stands, the innermost first.
            fn snow_inspected(Int place, Int deadline) -> Bytes [parks];
            /// The names of an actor, each behind its length.
            fn snow_registered_names(Pid actor) -> Bytes;
            /// At most `most` live actors of the caller's world, eight bytes each, in an order that
            /// stays; behind `after`, which may have ended, or from the first when that is 0.
            fn snow_actors(Pid after, Int most) -> Bytes;
            /// Ends the actors of a world by force; answers how many there were.
            fn snow_end_world(Int world) -> Int;
            /// `actor` when it has not ended and its messages are of the type with that number,
            /// else 0.
            fn snow_pid_of_type(Int actor, Int message) -> Pid;
            /// Suspends the caller.
            fn snow_sleep(Int ms) -> Unit [parks];
            /// Lets other actors run.
            fn snow_yield() -> Unit [parks];
            /// Moves the caller to the worker of that number, modulo their count, and keeps it
            /// there, as well as those that it spawns from then on.
            fn snow_settle(Int worker) -> Unit [parks];

            // ---- clock, randomness, process ----
            /// Monotonic nanoseconds.
            fn snow_now_ns() -> Int;
            /// Nanoseconds since 1970 began in UTC, by the system's clock, which may be set.
            fn snow_wall_ns() -> Int;
            /// Milliseconds in which the worker that runs the caller did not wait for sockets, in
            /// all.
            fn snow_busy_ms() -> Int;
            /// `n` bytes from the system's generator.
            fn snow_random_bytes(Int n) -> Bytes;
            /// A counter of the runtime, see `layout::counter`.
            fn snow_counter(Int which) -> Int;
            /// Arguments of the program, its own name not counted.
            fn snow_argument_count() -> Int;
            /// The `index`th argument.
            fn snow_argument(Int index) -> String;
            /// An environment variable; error 1 when it is not set.
            fn snow_environment(String name) -> String;
            /// Writes to standard output; parks while its queue is full.
            fn snow_print(String text) -> Unit [parks];
            /// Writes to standard error; parks while its queue is full.
            fn snow_eprint(String text) -> Unit [parks];
            /// Writes to standard error, or drops and counts the lines while its queue is full.
            fn snow_log(String lines) -> Unit;
            /// From now on what actors of other worlds than 0 write to the two streams is kept.
            fn snow_capture_output() -> Unit;
            /// What the actors of that world have written; what they write later is dropped.
            fn snow_take_output(Int world) -> String;
            /// True when the log takes entries of that module and level (0 debug to 3 error).
            fn snow_log_takes(String module, Int level) -> Bool;
            /// The least level that the log takes of modules below `module`; of all others when
            /// that is empty.
            fn snow_log_set_level(String module, Int level) -> Unit;
            /// The number of the form in which the log writes lines; 0 until it is set.
            fn snow_log_form() -> Int;
            /// Sets it.
            fn snow_log_set_form(Int form) -> Unit;
            /// Has a signal (0 SIGHUP, 1 SIGQUIT, 2 SIGUSR1, 3 SIGUSR2) counted instead of what it
            /// does otherwise; answers how often it has come.
            fn snow_signal_watch(Int signal) -> Int;
            /// Asks for one event when a watched signal has come more than `seen` times; its number
            /// is the count.
            fn snow_signal_notify(Int signal, Int seen, Closure make) -> Unit;
            /// One line of standard input without its end; error `closed` at the end of input.
            fn snow_read_line() -> String [parks];
            /// Reads a whole file.
            fn snow_file_read(String path) -> Bytes [parks];
            /// Reads at most `count` bytes of a file from position `start` on.
            fn snow_file_read_part(String path, Int start, Int count) -> Bytes [parks];
            /// Writes a file; `append` keeps what is there.
            fn snow_file_write(String path, Bytes content, Bool append) -> Unit [parks];
            /// True when something has that path.
            fn snow_file_exists(String path) -> Bool;
            /// Removes a file.
            fn snow_file_delete(String path) -> Unit;
            /// What has that path: 0 nothing, 1 a file, 2 a directory, 3 something else; links are
            /// followed.
            fn snow_path_kind(String path) -> Int [parks];
            /// Bytes of what has that path.
            fn snow_path_size(String path) -> Int [parks];
            /// When it was modified, in nanoseconds since 1970 began in UTC.
            fn snow_path_modified(String path) -> Int [parks];
            /// What has that path, links followed: three numbers of eight bytes, most significant
            /// first, that answer the three above, and its path without links.
            fn snow_path_stat(String path) -> Bytes [parks];
            /// The names in a directory, sorted, each behind a zero byte.
            fn snow_directory_list(String path) -> Bytes [parks];
            /// Makes a directory; `parents`: also those above it, and one that is there is fine.
            fn snow_directory_make(String path, Bool parents) -> Unit [parks];
            /// Removes a file, a link, or a directory; `whole`: with all that is in it.
            fn snow_path_remove(String path, Bool whole) -> Unit [parks];
            /// Gives another name, in the place of what has that name.
            fn snow_path_rename(String from, String to) -> Unit [parks];
            /// Copies a file with its permissions; answers how many bytes it has.
            fn snow_file_copy(String from, String to) -> Int [parks];
            /// Ends the program at once with that status after flushing output.
            fn snow_halt(Int status) -> Never;

            // ---- text and numbers ----
            /// Appends the shortest decimal text that reads back as `value`; `to` is handed over.
            fn snow_append_float(Bytes to, Float value) -> Bytes;
            /// Appends the shortest decimal text of a finite `value` that has a point or an exponent,
            /// as in `1.0` and `1e16`; `to` is handed over.
            fn snow_append_decimal(Bytes to, Float value) -> Bytes;
            /// Appends the literal of `value`: in quotes, and escaped where the compiler asks for
            /// it; `to` is handed over.
            fn snow_append_literal(Bytes to, String value) -> Bytes;
            /// Reads a Float; error `invalid` when the text is none.
            fn snow_parse_float(String text) -> Float;
            /// Unicode upper case.
            fn snow_to_upper(String text) -> String;
            /// Unicode lower case.
            fn snow_to_lower(String text) -> String;
            /// Without Unicode white space at both ends.
            fn snow_trim(String text) -> String;
            /// Byte index of the first `needle` at or after `from`, or -1.
            fn snow_find(Bytes hay, Bytes needle, Int from) -> Int;
            /// `base` to the power of `exponent`.
            fn snow_pow(Float base, Float exponent) -> Float;

            // ---- digests ----
            /// SHA-1 (RFC 3174), 20 bytes.
            fn snow_sha1(Bytes data) -> Bytes;
            /// SHA-256 (FIPS 180-4), 32 bytes.
            fn snow_sha256(Bytes data) -> Bytes;
            /// HMAC (RFC 2104) with SHA-256, 32 bytes.
            fn snow_hmac_sha256(Bytes key, Bytes data) -> Bytes;
            /// True for equal bytes; how long it takes depends on their lengths only.
            fn snow_equal_in_constant_time(Bytes a, Bytes b) -> Bool;
            /// Base64 with padding (RFC 4648 section 4).
            fn snow_base64_encode(Bytes data) -> String;
            /// Its inverse; error `invalid` when the text is not canonical.
            fn snow_base64_decode(String text) -> Bytes;

            // ---- sockets ----
            /// Listens on `host:port`; port 0 picks one.
            fn snow_tcp_listen(String host, Int port, Int backlog) -> Int;
            /// One more listener at the address of another; the system spreads connections over
            /// both.
            fn snow_tcp_listen_beside(Int listener, Int backlog) -> Int;
            /// Two connected sockets inside the program: handles of eight bytes, most significant
            /// first.
            fn snow_socket_pair() -> Bytes;
            /// The next connection, owned by the caller. `deadline` is monotonic milliseconds, -1
            /// for none.
            fn snow_tcp_accept(Int listener, Int deadline) -> Int [parks];
            /// Connects to `host:port`.
            fn snow_tcp_connect(String host, Int port, Int deadline) -> Int [parks];
            /// Bytes that came, at most `most`; error `closed` at the end of the stream.
            fn snow_socket_read(Int socket, Int most, Int deadline) -> Bytes [parks];
            /// The same without waiting; error `would_block` when there are none.
            fn snow_socket_try_read(Int socket, Int most) -> Bytes;
            /// Puts all bytes on the outbox and waits until the system has taken them.
            fn snow_socket_write(Int socket, Bytes data, Int deadline) -> Unit [parks];
            /// Puts bytes on the outbox: one of `layout::sent`. Never waits.
            fn snow_socket_send(Int socket, Bytes data) -> Int;
            /// The same for `head` and, behind it, `body`: both are taken or none. A large `body`
            /// is shared, not copied.
            fn snow_socket_send_parts(Int socket, Bytes head, Bytes body) -> Int;
            /// The same for `size` bytes of `number`, the most significant first, and `body`: a
            /// short header needs no value. `size` is from 0 to 8.
            fn snow_socket_send_behind(Int socket, Int number, Int size, Bytes body) -> Int;
            /// The same whatever the outbox's limit, for the few messages that must not be refused
            /// or dropped.
            fn snow_socket_send_urgent(Int socket, Bytes data) -> Int;
            /// Puts messages on the outbox of every socket in `sockets`: handles of eight bytes,
            /// most significant first, as are all numbers here. `content` has the messages one
            /// behind the other, `messages` the length of each and the socket that does not get
            /// it, or 0. Answers for each how many sockets took it, were full and were closed, and
            /// behind that the sockets that were full. Never waits.
            fn snow_socket_broadcast(Bytes sockets, Bytes content, Bytes messages) -> Bytes;
            /// Bytes on the outbox that the system has not taken yet.
            fn snow_socket_pending(Int socket) -> Int;
            /// Sets the outbox's limit in bytes, what the owner may put on it beyond that, and
            /// whether the oldest messages go when it is full, rather than the newest.
            fn snow_socket_set_outbox(Int socket, Int limit, Int slack, Bool drops_oldest) -> Unit;
            /// Fixes the size of the system's send buffer for the socket, which ends its growing by
            /// need.
            fn snow_socket_set_send_buffer(Int socket, Int bytes) -> Unit;
            /// What was offered for sending since this was last asked: one of `layout::traffic`.
            fn snow_socket_take_traffic(Int socket, Int which) -> Int;
            /// Bytes of the stream on the wire that the peer's system has acknowledged.
            fn snow_socket_acknowledged(Int socket) -> Int;
            /// Where in that stream the last byte that is on the outbox now will stand.
            fn snow_socket_outbox_end(Int socket) -> Int;
            /// For a socket of a pair: at most so many bytes count as acknowledged; -1: all that
            /// the system took.
            fn snow_socket_script_acknowledged(Int socket, Int bytes) -> Unit;
            /// One event for the caller: (`layout::socket_event`, socket, ""). It comes when the
            /// socket can be read and at most `most` bytes wait on its outbox, when the fact named
            /// by `watch` (one of `layout::outbox_watch`) is true of the outbox, or when the socket
            /// is closed. True when more than `most` bytes wait now.
            fn snow_socket_notify(Int socket, Int most, Int watch, Closure make) -> Bool;
            /// Offers the outbox to the system now.
            fn snow_socket_flush(Int socket) -> Unit;
            /// Has the outbox take nothing more, without an end of the stream that the peer sees.
            fn snow_socket_seal(Int socket) -> Unit;
            /// Ends the sending side after what is on the outbox.
            fn snow_socket_shutdown(Int socket) -> Unit;
            /// Closes the socket after its outbox was offered to the system once; a stale handle is
            /// ignored.
            fn snow_socket_close(Int socket) -> Unit;
            /// Hands the socket to another actor, and puts it into a group, 0 for none.
            fn snow_socket_give(Int socket, Pid to, Int group) -> Unit;
            /// The number of a group that no socket is in yet.
            fn snow_socket_new_group() -> Int;
            /// The owners of the open sockets of a group: pids of eight bytes, most significant
            /// first.
            fn snow_socket_group_owners(Int group) -> Bytes;
            /// The same for those sockets that have read or sent since their traffic was last
            /// taken.
            fn snow_socket_group_busy(Int group) -> Bytes;
            /// `address:port` of the other side.
            fn snow_socket_peer(Int socket) -> String;
            /// `address:port` of this side.
            fn snow_socket_local(Int socket) -> String;

            // ---- TLS ----
            /// A server's configuration: certificate chain and key from PEM files; the errors name
            /// the file. Shared by all connections that begin with it, and theirs as long as they
            /// live.
            fn snow_tls_server(String certificate_path, String key_path) -> Int;
            /// Reads both files anew: connections that begin from now on use them, others go on.
            /// After an error the configuration is what it was.
            fn snow_tls_reload(Int config, String certificate_path, String key_path) -> Unit;
            /// Gives the configuration up; connections that have begun with it go on.
            fn snow_tls_release(Int config) -> Unit;
            /// The server's side of a handshake on a fresh connection; from then on the socket's
            /// calls take and give plaintext. On error (`invalid` with the reason when TLS itself
            /// failed) the socket is closed.
            fn snow_tls_accept(Int socket, Int config, Int deadline) -> Unit [parks];
            /// The client's side: the server must prove that it is `server_name` to the authorities
            /// in the PEM file.
            fn snow_tls_connect(Int socket, String server_name, String authorities_path, Int deadline) -> Unit [parks];
        }
    };
}

macro_rules! build_table {
    ($( $(#[$doc:meta])* fn $name:ident ( $( $kind:ident $param:ident ),* ) -> $result:ident $( [ $parks:ident ] )? ; )*) => {
        /// The table, in the order of the listing above.
        pub const FUNCTIONS: &[Function] = &[
            $( Function {
                name: stringify!($name),
                params: &[ $( AbiType::$kind ),* ],
                result: AbiType::$result,
                parks: build_table!(@parks $($parks)?),
            }, )*
        ];
    };
    (@parks) => { false };
    (@parks parks) => { true };
}

for_each_function!(build_table);

/// Looks a symbol up.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_is_listed_once() {
        let mut names: Vec<_> = FUNCTIONS.iter().map(|f| f.name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(count, names.len());
        assert!(names.iter().all(|n| n.starts_with("snow_")));
    }

    #[test]
    fn parking_is_recorded() {
        assert!(find("snow_sleep").unwrap().parks);
        assert!(!find("snow_spawn").unwrap().parks);
    }
}
