//! The cache, as a user of the command meets it: what is in it is not made again, what is damaged
//! is.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{build_and_run, folder, run, snowc, Ran, BUILD_LIMIT};

tests![
    an_unchanged_program_starts_without_cc,
    damaged_entries_are_noticed_and_made_again,
    commands_at_the_same_time_compile_each_unit_once,
    a_command_that_was_killed_leaves_nothing_that_blocks,
    the_limit_of_a_run_begins_after_the_building,
];

const HELLO: &str = "fn main() do\n  println(\"hello\")\nend\n";

/// A program with an empty cache of its own and a C compiler that writes down its calls.
struct Scene {
    dir: PathBuf,
}

impl Scene {
    fn new(name: &str) -> Scene {
        let dir = folder(name);
        fs::write(dir.join("main.snow"), HELLO).unwrap();
        let compiler = dir.join("cc");
        let log = dir.join("cc.log");
        fs::write(&log, "").unwrap();
        // While there is a pipe, the compiler waits for a line from it.
        let pipe = dir.join("pipe");
        let script = format!(
            "#!/bin/sh\necho \"$*\" >>'{}'\nif [ -e '{pipe}' ]; then read line <'{pipe}'; fi\nexec cc \"$@\"\n",
            log.display(),
            pipe = pipe.display()
        );
        fs::write(&compiler, script).unwrap();
        fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
        Scene { dir }
    }

    /// `snowc run` of the program.
    fn command(&self) -> Command {
        let mut command = snowc(&["run", &self.dir.display().to_string()]);
        command
            .env("CC", self.dir.join("cc"))
            .env("SNOW_CACHE", self.dir.join("cache"));
        command
    }

    fn run(&self) -> Ran {
        crate::support::run(&mut self.command(), BUILD_LIMIT).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Runs the program, which must do what it always does. Answers how often the C compiler was
    /// called for it.
    fn calls(&self, what: &str) -> usize {
        let before = self.log().len();
        let ran = self.run();
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (0, "hello\n"),
            "{what}: {}",
            ran.err
        );
        self.log().len() - before
    }

    /// One line for each call of the C compiler.
    fn log(&self) -> Vec<String> {
        fs::read_to_string(self.dir.join("cc.log"))
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    /// All files of the cache whose path contains `part`, seals left out when they are not asked
    /// for.
    fn files(&self, part: &str) -> Vec<PathBuf> {
        let mut found = files_below(&self.dir.join("cache"));
        let seals = part.ends_with("seal");
        found.retain(|path| {
            let text = path.display().to_string();
            text.contains(part) && text.ends_with(".seal") == seals
        });
        assert!(!found.is_empty(), "the cache has no {part}");
        found
    }
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|entry| entry.path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn an_unchanged_program_starts_without_cc() {
    let scene = Scene::new("unchanged");
    assert!(
        scene.calls("the first run") >= 2,
        "one unit and one link at least"
    );
    assert_eq!(scene.calls("the second run"), 0);
}

/// Does something to the file at a path.
type Damage = fn(&Path);

/// Each of the ways in which files lose what was in them.
const DAMAGE: &[(&str, Damage)] = &[
    ("emptied", |path| fs::write(path, "").unwrap()),
    ("cut", |path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() * 2 / 3]).unwrap();
    }),
    ("overwritten", |path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..].fill(0xa5);
        fs::write(path, bytes).unwrap();
    }),
    ("deleted", |path| fs::remove_file(path).unwrap()),
];

fn damaged_entries_are_noticed_and_made_again() {
    let scene = Scene::new("damaged");
    let all = scene.calls("the first run");
    // The kinds, with the calls of the C compiler that the loss of all entries of the kind costs.
    let kinds = [
        ("/front/", 0),
        ("/program/", 1),
        ("/object/", 0),
        ("/include/", 0),
        ("/runtime/", 0),
        (".seal", all),
    ];
    for (how, damage) in DAMAGE {
        for (kind, cost) in kinds {
            scene.files(kind).iter().for_each(|path| damage(path));
            assert_eq!(scene.calls(&format!("{kind} {how}")), cost, "{kind} {how}");
        }
        // Without the program, the objects are needed to link it, the headers to compile them, and
        // the archive.
        for kinds in [
            &["/program/", "/object/"][..],
            &["/program/", "/runtime/"],
            &["/"],
        ] {
            kinds
                .iter()
                .flat_map(|kind| scene.files(kind))
                .for_each(|path| damage(&path));
            assert!(scene.calls(&format!("{kinds:?} {how}")) >= 1);
        }
        assert_eq!(scene.calls(&format!("after all was {how}")), 0);
    }
}

fn commands_at_the_same_time_compile_each_unit_once() {
    let scene = Scene::new("together");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let ran = scene.run();
                assert_eq!(
                    (ran.status, ran.out.as_str()),
                    (0, "hello\n"),
                    "{}",
                    ran.err
                );
            });
        }
    });
    let calls = scene.log();
    let compiled = calls.iter().filter(|call| call.contains(" -c ")).count();
    assert_eq!(compiled, scene.files("/object/").len());
    assert_eq!(
        calls.len() - compiled,
        scene.files("/program/").len(),
        "{calls:?}"
    );
}

fn a_command_that_was_killed_leaves_nothing_that_blocks() {
    let scene = Scene::new("killed");
    let pipe = scene.dir.join("pipe");
    assert!(Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap()
        .success());
    let mut holder = crate::support::Guarded(scene.command().spawn().unwrap());
    while scene.log().is_empty() {
        assert!(
            holder.0.try_wait().unwrap().is_none(),
            "the command waits for its compiler"
        );
        std::thread::yield_now();
    }
    holder.0.kill().unwrap();
    holder.0.wait().unwrap();
    // The compilers of the killed command are let go on only when the test is over.
    let moved = scene.dir.join("old-pipe");
    fs::rename(&pipe, &moved).unwrap();
    assert!(scene.calls("the next command") >= 2);
    // The lock of the cache's users stays, released.
    let of_an_entry = |path: &PathBuf| {
        path.extension().is_some_and(|end| end == "lock") && !path.ends_with("users.lock")
    };
    assert!(!files_below(&scene.dir.join("cache"))
        .iter()
        .any(of_an_entry));
    let cleared = run(
        snowc(&["cache", "--clear"]).env("SNOW_CACHE", scene.dir.join("cache")),
        BUILD_LIMIT,
    );
    assert_eq!(cleared.unwrap_or_else(|why| panic!("{why}")).status, 0);
    // Open for both, so that this end does not wait for the other.
    let mut end = fs::File::options()
        .read(true)
        .write(true)
        .open(moved)
        .unwrap();
    end.write_all("go on\n".repeat(16).as_bytes()).unwrap();
}

fn the_limit_of_a_run_begins_after_the_building() {
    let dir = folder("limit");
    let file = dir.join("endless.snow");
    fs::write(
        &file,
        "fn main() do\n  println(\"begun\")\n  Timer.sleep(86400000)\nend\n",
    )
    .unwrap();
    // No time at all is left for the run; the building is not part of it.
    let ended = build_and_run(
        "run",
        &[&file.display().to_string()],
        std::time::Duration::ZERO,
    );
    let unfinished = ended.err().expect("the program does not end");
    assert!(
        unfinished.why.contains("has not ended") && !unfinished.why.contains("--no-run"),
        "{}",
        unfinished.why
    );
}
