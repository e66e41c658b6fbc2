//! What the log takes. Convert, call, convert.

use snow_abi::layout::{Bytes, Context};

use super::file::as_str;
use crate::system::log_levels;

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `module` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_log_takes(
    _cx: *mut Context,
    module: *mut Bytes,
    level: i64,
) -> bool {
    // SAFETY: generated code keeps the promise above.
    log_levels::takes(unsafe { as_str(module) }, level)
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_log_takes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_log_set_level(
    _cx: *mut Context,
    module: *mut Bytes,
    level: i64,
) {
    // SAFETY: generated code keeps the promise above.
    log_levels::set(unsafe { as_str(module) }, level);
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_log_takes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_log_form(_cx: *mut Context) -> i64 {
    log_levels::form()
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_log_takes`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_log_set_form(_cx: *mut Context, form: i64) {
    log_levels::set_form(form);
}
