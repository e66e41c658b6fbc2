//! Every function that generated code may call, and nothing else: convert, call, convert.
//!
//! The table in `snow-abi` is expanded here into one typed constant a function, so that a missing
//! implementation or a different signature does not compile.

use std::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};

use snow_abi::layout::{Bytes, Closure, Context};

use crate::actor::{exit, turn};

/// Actors, messages, links, names.
pub mod actor;
/// Answers outside `receive`.
pub mod answer;
/// Digests.
pub mod crypto;
/// Files and directories.
pub mod file;
/// Looking at actors.
pub mod inspect;
/// What the log takes.
pub mod log;
/// Objects and buffers.
pub mod memory;
/// Crashes and errors.
pub mod panic;
/// Sockets.
pub mod socket;
/// The entry point.
pub mod start;
/// The process.
pub mod system;
/// Text and numbers.
pub mod text;
/// Time.
pub mod timer;
/// TLS.
pub mod tls;
/// Walks over values.
pub mod walk;

/// Calls `f`; a Rust panic in it becomes a crash of the calling actor.
///
/// # Safety
/// `cx` is the actor that runs on this thread, on its own stack.
#[inline]
pub unsafe fn guarded<R>(cx: *mut Context, f: impl FnOnce() -> R) -> R {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(result) => result,
        Err(panic) => {
            let text = turn::panic_text(&*panic).as_bytes().to_vec();
            drop(panic);
            // SAFETY: the caller's promise. The text is leaked with the stack when no guard stands;
            // a crash of the runtime itself is rare enough.
            unsafe { exit::crash(cx, &text) }
        }
    }
}

macro_rules! c_type {
    (Int) => { i64 };
    (Pid) => { i64 };
    (Float) => { f64 };
    (Bool) => { bool };
    (String) => { *mut Bytes };
    (Bytes) => { *mut Bytes };
    (Closure) => { *mut Closure };
    (Raw) => { *mut c_void };
}

macro_rules! signature {
    (Unit, $($kind:ident)*) => { unsafe extern "C-unwind" fn(*mut Context $(, c_type!($kind))*) };
    (Never, $($kind:ident)*) => { unsafe extern "C-unwind" fn(*mut Context $(, c_type!($kind))*) -> ! };
    ($result:ident, $($kind:ident)*) => {
        unsafe extern "C-unwind" fn(*mut Context $(, c_type!($kind))*) -> c_type!($result)
    };
}

macro_rules! check_table {
    ($( $(#[$doc:meta])* fn $name:ident ( $( $kind:ident $param:ident ),* ) -> $result:ident $( [ $parks:ident ] )? ; )*) => {
        /// The functions of the table, each of the type that the table gives it.
        mod checked {
            use super::*;
            use super::{actor::*, answer::*, crypto::*, file::*, inspect::*, log::*};
            use super::{memory::*, panic::*};
            use super::{socket::*, system::*, text::*, timer::*, tls::*, walk::*};
            $( const _: signature!($result, $($kind)*) = $name; )*
        }
    };
}

snow_abi::for_each_function!(check_table);
