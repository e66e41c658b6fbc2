//! What a cache must survive: damage of every kind, commands at the same time, holders that die.

use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use super::*;

/// A cache in a folder of its own, which goes away with it.
struct Scratch(Cache);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let root = std::env::temp_dir().join(format!("snow-cache-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        Scratch(Cache::at(&root).unwrap())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0.root);
    }
}

fn write(content: &'static [u8]) -> impl FnOnce(&Path) -> Result<(), Failure> {
    move |draft| fs::write(draft, content).map_err(|cause| Failure::at("write", draft, cause))
}

fn never(_: &Path) -> Result<(), Failure> {
    panic!("the entry is there and must not be made again")
}

#[test]
fn a_failed_entry_leaves_nothing() {
    let Scratch(cache) = &Scratch::new("failed");
    assert!(cache
        .find_or_make("object", "x", |_| Err(Failure::Reported))
        .is_err());
    assert!(cache.find("object", "x").is_none());
    assert_eq!(fs::read_dir(cache.root.join("object")).unwrap().count(), 0);
}

#[test]
fn an_entry_is_made_once_and_leaves_itself_and_its_seal() {
    let Scratch(cache) = &Scratch::new("once");
    let made = cache.find_or_make("object", "x", write(b"1")).unwrap();
    assert_eq!(cache.find_or_make("object", "x", never).unwrap(), made);
    assert_eq!(
        cache.find_or_try_to_make("object", "x", never).unwrap(),
        Some(made)
    );
    assert_eq!(fs::read_dir(cache.root.join("object")).unwrap().count(), 2);
}

/// Does something to the entry at a path.
type Damage = fn(&Path);

const DAMAGE: &[(&str, Damage)] = &[
    ("emptied", |path| fs::write(path, b"").unwrap()),
    ("cut", |path| {
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_len(5000)
            .unwrap()
    }),
    ("zeroed", |path| fs::write(path, vec![0; 10_000]).unwrap()),
    ("longer", |path| fs::write(path, vec![7; 10_001]).unwrap()),
    ("one bit flipped", |path| {
        let mut bytes = fs::read(path).unwrap();
        bytes[9_000] ^= 1;
        fs::write(path, bytes).unwrap();
    }),
    ("made executable", |path| {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap()
    }),
    ("deleted", |path| fs::remove_file(path).unwrap()),
    ("a folder", |path| {
        fs::remove_file(path).unwrap();
        fs::create_dir_all(path.join("inside")).unwrap();
    }),
    ("the seal deleted", |path| {
        fs::remove_file(seal::seal_of(path)).unwrap()
    }),
    ("the seal emptied", |path| {
        fs::write(seal::seal_of(path), b"").unwrap()
    }),
    ("the seal no text", |path| {
        fs::write(seal::seal_of(path), b"\xff\xfe").unwrap()
    }),
    ("another entry with its seal", |path| {
        let other = path.with_file_name("other");
        fs::copy(&other, path).unwrap();
        fs::copy(seal::seal_of(&other), seal::seal_of(path)).unwrap();
    }),
];

#[test]
fn a_damaged_entry_is_not_there_and_is_made_again() {
    let Scratch(cache) = &Scratch::new("damaged");
    static WHOLE: [u8; 10_000] = [7; 10_000];
    static OTHER: [u8; 10_000] = [8; 10_000];
    cache.put("object", "other", &OTHER).unwrap();
    for (what, damage) in DAMAGE {
        let path = cache.put("object", "x", &WHOLE).unwrap();
        assert!(cache.find("object", "x").is_some(), "{what}");
        damage(&path);
        assert!(cache.find("object", "x").is_none(), "{what}");
        assert_eq!(
            cache.find_or_make("object", "x", write(&WHOLE)).unwrap(),
            path,
            "{what}"
        );
        assert!(cache.find("object", "x").is_some(), "{what}");
        assert_eq!(fs::read(&path).unwrap(), WHOLE, "{what}");
    }
}

#[test]
fn a_program_that_lost_its_right_to_run_is_not_there() {
    let Scratch(cache) = &Scratch::new("mode");
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let fill = |draft: &Path| {
        fs::write(draft, b"#!/bin/sh\n").unwrap();
        mode(draft, 0o755);
        Ok(())
    };
    let path = cache.find_or_make("program", "x", fill).unwrap();
    mode(&path, 0o644);
    assert!(cache.find("program", "x").is_none());
}

#[test]
fn of_many_that_want_an_entry_one_makes_it() {
    let Scratch(cache) = &Scratch::new("many");
    let made = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for round in 0..50 {
                    let fill = |draft: &Path| {
                        made.fetch_add(1, Ordering::Relaxed);
                        write(b"1")(draft)
                    };
                    cache
                        .find_or_make("object", &round.to_string(), fill)
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(made.into_inner(), 50);
    // Each with its seal; no lock is left.
    assert_eq!(
        fs::read_dir(cache.root.join("object")).unwrap().count(),
        100
    );
}

#[test]
fn an_entry_that_is_being_made_is_left_to_its_maker() {
    let Scratch(cache) = &Scratch::new("busy");
    let (begin, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let slow = |draft: &Path| {
                begin.send(()).unwrap();
                ended.recv().unwrap();
                write(b"1")(draft)
            };
            cache.find_or_make("object", "x", slow).unwrap();
        });
        begun.recv().unwrap();
        assert!(cache
            .find_or_try_to_make("object", "x", never)
            .unwrap()
            .is_none());
        assert!(cache
            .find_or_try_to_make("object", "y", write(b"2"))
            .unwrap()
            .is_some());
        let waits = scope.spawn(|| cache.find_or_make("object", "x", never).unwrap());
        end.send(()).unwrap();
        assert_eq!(fs::read(waits.join().unwrap()).unwrap(), b"1");
    });
}

/// Another process that holds the lock of an entry until it is ended.
struct Holder(Child);

impl Holder {
    /// Starts it; it holds the lock on return.
    fn of(entry: &Path) -> Holder {
        let lock = format!("{}.lock", entry.display());
        let script = "exec 9>\"$0\"; flock 9; echo held; read line";
        let mut command = Command::new("sh");
        command
            .args(["-c", script, &lock])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = [0; 5];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut line).unwrap();
        Holder(child)
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_holder_that_dies_blocks_nothing() {
    let Scratch(cache) = &Scratch::new("dies");
    cache.create_folder("object").unwrap();
    let holder = Holder::of(&cache.path("object", "x"));
    assert!(cache
        .find_or_try_to_make("object", "x", never)
        .unwrap()
        .is_none());
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| cache.find_or_make("object", "x", write(b"1")).unwrap());
        drop(holder);
        assert_eq!(fs::read(waits.join().unwrap()).unwrap(), b"1");
    });
    // The file that the holder left is taken over and removed.
    assert!(!cache.path("object", "x.lock").exists());
}

/// Lets a file have been used that many seconds ago.
fn set_age(path: &Path, age: u64) {
    let used = SystemTime::now() - Duration::from_secs(age);
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(used).unwrap();
}

#[test]
fn what_a_command_uses_is_not_cleared() {
    let Scratch(cache) = &Scratch::new("use");
    let path = cache.put("object", "x", b"1").unwrap();
    let (first, second) = (cache.in_use(), cache.in_use());
    std::thread::scope(|scope| {
        let cleared = scope.spawn(|| cache.clear());
        drop(first);
        assert!(path.exists());
        drop(second);
        assert!(cleared.join().unwrap().is_some());
    });
    assert!(!path.exists());
    assert!(cache.put("object", "x", b"1").is_ok());
}

#[test]
fn a_folder_in_the_place_of_a_seal_is_replaced() {
    let Scratch(cache) = &Scratch::new("folder");
    let path = cache.put("object", "x", b"1").unwrap();
    fs::remove_file(seal::seal_of(&path)).unwrap();
    fs::create_dir(seal::seal_of(&path)).unwrap();
    assert!(cache.find("object", "x").is_none());
    cache.put("object", "x", b"1").unwrap();
    assert!(cache.find("object", "x").is_some());
}

#[test]
fn what_was_not_used_for_longest_goes_first_with_its_seal() {
    let Scratch(cache) = &Scratch::new("trim");
    for (name, age) in [("old", 3000), ("new", 1000), ("older", 4000), ("newer", 0)] {
        let path = cache.put("object", name, &[7; 1000]).unwrap();
        set_age(&path, age);
    }
    let held = Lock::attempt(&cache.path("object", "newest")).unwrap();
    // What was used just now stays, however much there is.
    cache.trim_to(0, SystemTime::now() - Duration::from_secs(5000));
    assert!(cache.find("object", "older").is_some());
    set_age(&cache.path("object", "older"), 4000);
    cache.trim_to(2000, SystemTime::now());
    drop(held);
    let mut left: Vec<_> = fs::read_dir(cache.root.join("object"))
        .unwrap()
        .flatten()
        .map(|e| e.file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["new", "new.seal", "newer", "newer.seal"]);
}

#[test]
fn seals_without_entries_are_dropped() {
    let Scratch(cache) = &Scratch::new("orphans");
    let path = cache.put("object", "x", &[7; 1000]).unwrap();
    fs::remove_file(path).unwrap();
    cache.trim_to(0, SystemTime::now());
    assert_eq!(fs::read_dir(cache.root.join("object")).unwrap().count(), 0);
}
