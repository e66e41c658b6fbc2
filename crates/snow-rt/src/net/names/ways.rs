//! The ways in which a static program looks names up.
//!
//! glibc takes from `/etc/nsswitch.conf` how names are looked up, and loads a library for each way
//! that is not inside it. In a static program such a library brings a second C library along, which
//! works only where it is of the same version. So a static program keeps to the two ways that are
//! inside glibc since 2.34: `/etc/hosts` and DNS.

use std::ffi::CStr;

use crate::net::failure::Failure;

/// The first version of glibc that has both ways inside, its second number.
const INSIDE_SINCE: u32 = 34;

extern "C" {
    /// Has `database` looked up in `ways`, whatever `/etc/nsswitch.conf` says. glibc's own; it
    /// copies both texts.
    fn __nss_configure_lookup(
        database: *const libc::c_char,
        ways: *const libc::c_char,
    ) -> libc::c_int;
}

/// Leaves a static program the ways that are inside it. Called before the first name is looked up.
///
/// # Errors
/// This program is static, and its C library has no way inside.
pub fn restrict() -> Result<(), Failure> {
    if !is_static() {
        return Ok(());
    }
    // SAFETY: the call answers a text that is never freed.
    let version = unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) };
    judge(&version.to_string_lossy())?;
    // SAFETY: both texts end with a zero byte; the one thread that looks names up calls it.
    match unsafe { __nss_configure_lookup(c"hosts".as_ptr(), c"files dns".as_ptr()) } {
        0 => Ok(()),
        _ => Err(Failure::from(&std::io::Error::last_os_error())),
    }
}

fn judge(version: &str) -> Result<(), Failure> {
    let mut numbers = version.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(2)), Some(Ok(minor))) if minor < INSIDE_SINCE => Err(Failure::System(format!(
            "names cannot be looked up in a static program with glibc {version}; glibc 2.34 or \
             later can, and so can a program without `--static`"
        ))),
        _ => Ok(()),
    }
}

/// True for an executable that names no program to load its libraries.
fn is_static() -> bool {
    extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: usize,
        found: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: the system hands over its description, whose headers live as long as the process,
        // and the place that is given below.
        unsafe {
            let count = usize::from((*info).dlpi_phnum);
            let headers = std::slice::from_raw_parts((*info).dlpi_phdr, count);
            let names_loader = headers
                .iter()
                .any(|header| header.p_type == libc::PT_INTERP);
            *found.cast::<bool>() = !names_loader;
        }
        // The executable is the first; the others do not matter.
        1
    }
    let mut is_static = false;
    // SAFETY: the callback writes to `is_static` only, which lives across the call.
    unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut is_static).cast()) };
    is_static
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_library_is_refused_with_its_version() {
        let refused = judge("2.33").expect_err("no way is inside");
        assert!(refused.text().contains("glibc 2.33"), "{}", refused.text());
        for version in ["2.34", "2.36", "3.1", "unknown"] {
            assert_eq!(judge(version), Ok(()), "{version}");
        }
    }

    #[test]
    fn a_program_with_a_loader_is_not_static() {
        assert!(!is_static());
        assert_eq!(restrict(), Ok(()));
    }
}
