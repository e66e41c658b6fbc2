//! The entry point of every program.

use std::ffi::{c_char, c_int, CStr};

use snow_abi::layout::Program;

use crate::config::Config;
use crate::sched::signals;
use crate::{boot, system};

/// Runs a program; the answer is its exit status.
///
/// # Safety
/// Called once, by the generated `main`, with its arguments and a static description.
#[no_mangle]
pub unsafe extern "C" fn snow_start(
    argc: c_int,
    argv: *const *const c_char,
    program: *const Program,
) -> c_int {
    let count = usize::try_from(argc).unwrap_or(0);
    let arguments = (1..count).map(|index| {
        // SAFETY: the system hands `argc` NUL-terminated texts over.
        unsafe {
            CStr::from_ptr(*argv.add(index))
                .to_string_lossy()
                .into_owned()
        }
    });
    system::arguments::set(arguments.collect());
    system::open_standard_descriptors();
    signals::obey();
    // SAFETY: this is the one runtime of the process.
    unsafe { boot::run_process(&Config::from_environment(), program) }
}
