//! Return addresses to lines of the program, by the line tables of the executable that runs.
//!
//! A line table knows which function was copied into which, so a call of the library that the C
//! compiler has inlined still leads to the line of the program that asked for it. What an address
//! means is found once and kept: a crash that comes again costs a look into a map.

use std::collections::HashMap;
use std::ffi::CStr;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::sync::LazyLock;

use addr2line::gimli::{Dwarf, EndianSlice, RunTimeEndian, SectionId};
use addr2line::Context;
use object::{Object, ObjectSection};
use parking_lot::Mutex;

use super::Site;
use crate::sched::workers;

type Slice = EndianSlice<'static, RunTimeEndian>;

/// Addresses whose meaning is kept. A program has only so many places that crash; one that makes
/// more starts anew.
const MOST_KNOWN: usize = 16 * 1024;

/// What has been found out so far.
struct Lines {
    known: HashMap<usize, Box<[Site]>>,
    /// `None` in an executable without line tables.
    table: Option<Table>,
}

static LINES: LazyLock<Mutex<Lines>> = LazyLock::new(|| {
    Mutex::new(Lines {
        known: HashMap::new(),
        table: Table::of_this_program(),
    })
});

/// Calls `visit` with the lines of the program that the addresses belong to, in their order, until
/// it answers false. Needs much stack the first time.
pub fn visit(addresses: &[usize], visit: &mut dyn FnMut(Site) -> bool) {
    let own = workers::get().sources();
    if own.is_empty() {
        return;
    }
    let mut lines = LINES.lock();
    for address in addresses {
        for site in lines.at(*address, own) {
            if !visit(*site) {
                return;
            }
        }
    }
}

/// The innermost line of Snow at those addresses, of the program or of the library. Needs as much
/// stack as [`visit`].
pub fn innermost(addresses: &[usize]) -> Option<String> {
    let lines = LINES.lock();
    let table = lines.table.as_ref()?;
    addresses.iter().find_map(|address| {
        let mut found = None;
        table.visit(*address, &mut |path, inner, line| {
            if found.is_none() && path.ends_with(".snow") {
                found = Some(format!("{}:{line}", library_path(path, inner)));
            }
        });
        found
    })
}

impl Lines {
    fn at(&mut self, address: usize, own: &[&'static str]) -> &[Site] {
        let Some(table) = &self.table else { return &[] };
        if self.known.len() >= MOST_KNOWN {
            self.known.clear();
        }
        self.known
            .entry(address)
            .or_insert_with(|| table.find(address, own))
    }
}

/// The line tables of the executable.
struct Table {
    context: Context<Slice>,
    /// What the system has added to the addresses of the file.
    base: usize,
}

impl Table {
    /// `None` when the executable cannot be read or has no line tables.
    fn of_this_program() -> Option<Table> {
        let file = object::File::parse(executable()?).ok()?;
        let endian = if file.is_little_endian() {
            RunTimeEndian::Little
        } else {
            RunTimeEndian::Big
        };
        let section = |id: SectionId| -> Result<Slice, addr2line::gimli::Error> {
            let data = file
                .section_by_name(id.name())
                .and_then(|section| section.data().ok());
            Ok(EndianSlice::new(data.unwrap_or(&[]), endian))
        };
        let context = Context::from_dwarf(Dwarf::load(section).ok()?).ok()?;
        Some(Table {
            context,
            base: base_address(),
        })
    }

    /// The lines of the program at that address; more than one where functions were copied into
    /// each other.
    fn find(&self, address: usize, own: &[&'static str]) -> Box<[Site]> {
        let mut sites = Vec::new();
        self.visit(address, &mut |path, inner, line| {
            let file = own.iter().find(|own| Some(**own) == inner || **own == path);
            sites.extend(file.map(|file| Site { file, line }));
        });
        sites.into()
    }

    /// Calls `visit` with the lines at that address, the innermost first: the whole path, that as
    /// seen from the folder of the C compiler when it is below, and the line.
    fn visit(&self, address: usize, visit: &mut dyn FnMut(&str, Option<&str>, u32)) {
        let probe = address.wrapping_sub(self.base) as u64;
        let folder = match self.context.find_dwarf_and_unit(probe).skip_all_loads() {
            Some(unit) => unit
                .comp_dir
                .as_ref()
                .map(|folder| folder.to_string_lossy()),
            None => return,
        };
        let Ok(mut frames) = self.context.find_frames(probe).skip_all_loads() else {
            return;
        };
        while let Ok(Some(frame)) = frames.next() {
            let Some((path, line)) = frame.location.and_then(|at| at.file.zip(at.line)) else {
                continue;
            };
            let inner = folder.as_deref().and_then(|folder| inside(folder, path));
            visit(path, inner, line);
        }
    }
}

/// The path of a library's file as in the compiler's messages: that of one that was compiled with
/// the compiler is not the path of any file.
fn library_path<'p>(path: &'p str, inner: Option<&'p str>) -> &'p str {
    inner
        .filter(|inner| inner.starts_with("stdlib/"))
        .unwrap_or(path)
}

/// A path as seen from the folder that the C compiler was started in.
fn inside<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    rest.strip_prefix('/')
}

/// The bytes of the executable, mapped for the life of the process. They are those that run, even
/// when the file was replaced meanwhile.
fn executable() -> Option<&'static [u8]> {
    let file = File::open("/proc/self/exe").ok()?;
    let length = usize::try_from(file.metadata().ok()?.len()).ok()?;
    // SAFETY: a private mapping for reading at an address that the system chooses; it is never
    // given back.
    unsafe {
        let flags = libc::MAP_PRIVATE;
        let bytes = libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ,
            flags,
            file.as_raw_fd(),
            0,
        );
        (bytes != libc::MAP_FAILED).then(|| std::slice::from_raw_parts(bytes.cast::<u8>(), length))
    }
}

/// What the system has added to the addresses of the executable's file.
fn base_address() -> usize {
    extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: usize,
        base: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: the system hands over its description, and the place that is given below.
        unsafe { *base.cast::<usize>() = (*info).dlpi_addr as usize };
        // The executable is the first; the others do not matter.
        1
    }
    let mut base = 0usize;
    // SAFETY: the callback writes to `base` only, which lives across the call.
    unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut base).cast()) };
    base
}

/// The paths in a list of the compiler's: texts that end with a zero byte, and an empty one.
///
/// # Safety
/// Null, or such a list, which is never freed.
pub unsafe fn paths(list: *const std::ffi::c_char) -> Vec<&'static str> {
    let mut paths = Vec::new();
    let mut at = list;
    // SAFETY: the caller's promise; each text ends within the list.
    unsafe {
        while !at.is_null() && *at != 0 {
            let text = CStr::from_ptr(at);
            paths.extend(text.to_str());
            at = at.add(text.to_bytes_with_nul().len());
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_folder_of_the_compiler() {
        for (folder, path, inner) in [
            ("/", "/main.snow", Some("main.snow")),
            ("/", "/../a/main.snow", Some("../a/main.snow")),
            ("/work", "/work/main.snow", Some("main.snow")),
            ("/work", "/workshop/main.snow", None),
            ("/work", "main.snow", None),
        ] {
            assert_eq!(inside(folder, path), inner, "{path} in {folder}");
        }
    }

    #[test]
    fn files_of_the_library_are_named_as_the_compiler_does() {
        for (folder, path, named) in [
            ("/", "/stdlib/net/tcp.snow", "stdlib/net/tcp.snow"),
            ("/w", "/w/stdlib/net/tcp.snow", "stdlib/net/tcp.snow"),
            ("/", "/w/stdlib/net/tcp.snow", "/w/stdlib/net/tcp.snow"),
        ] {
            assert_eq!(library_path(path, inside(folder, path)), named);
        }
    }

    #[test]
    fn a_list_of_paths_ends_with_an_empty_one() {
        let two: &'static str = ["a.snow\0", "b/c.snow\0", "\0"].concat().leak();
        // SAFETY: the lists are never freed and end with an empty text.
        unsafe {
            assert_eq!(paths(two.as_ptr().cast()), ["a.snow", "b/c.snow"]);
            assert_eq!(paths(c"".as_ptr()), [""; 0]);
            assert_eq!(paths(std::ptr::null()), [""; 0]);
        }
    }
}
