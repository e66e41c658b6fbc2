//! Digests and encodings: convert, call, convert.

use snow_abi::layout::{error, Bytes, Context};

use crate::actor::memory;
use crate::actor::outcome;
use crate::{crypto, mem};

/// See the table in `snow-abi`.
///
/// # Safety
/// Called by generated code: `cx` runs here, `data` is alive.
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_sha1(cx: *mut Context, data: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, &crypto::sha1::digest(mem::content(data))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_sha1`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_sha256(cx: *mut Context, data: *mut Bytes) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe { memory::new_bytes(cx, &crypto::sha256::digest(mem::content(data))) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_sha1`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_hmac_sha256(
    cx: *mut Context,
    key: *mut Bytes,
    data: *mut Bytes,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above.
    unsafe {
        let code = crypto::sha256::hmac(mem::content(key), mem::content(data));
        memory::new_bytes(cx, &code)
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_sha1`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_equal_in_constant_time(
    _cx: *mut Context,
    a: *mut Bytes,
    b: *mut Bytes,
) -> bool {
    // SAFETY: generated code keeps the promises above.
    unsafe { crypto::sha256::equal(mem::content(a), mem::content(b)) }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_sha1`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_base64_encode(
    cx: *mut Context,
    data: *mut Bytes,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above; the new value has the room that the slice
    // claims.
    unsafe {
        let content = mem::content(data);
        let room = crypto::base64::encoded_length(content.len());
        let text = memory::bytes_with_capacity(cx, room);
        (*text).len =
            crypto::base64::encode(content, std::slice::from_raw_parts_mut((*text).data, room))
                as i64;
        text
    }
}

/// See the table in `snow-abi`.
///
/// # Safety
/// As for [`snow_sha1`].
#[no_mangle]
pub unsafe extern "C-unwind" fn snow_base64_decode(
    cx: *mut Context,
    text: *mut Bytes,
) -> *mut Bytes {
    // SAFETY: generated code keeps the promises above; the new value has the room that the slice
    // claims.
    unsafe {
        outcome::clear_error(cx);
        let text = mem::content(text);
        let room = crypto::base64::decoded_room(text.len());
        let bytes = memory::bytes_with_capacity(cx, room);
        match crypto::base64::decode(text, std::slice::from_raw_parts_mut((*bytes).data, room)) {
            Ok(length) => (*bytes).len = length as i64,
            Err(reason) => outcome::set_error(cx, error::INVALID, &reason),
        }
        bytes
    }
}
