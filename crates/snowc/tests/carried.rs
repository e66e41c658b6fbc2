//! Executables and the command itself on other machines: the C library inside an executable, no
//! symbols, and a command that finds nothing but a C compiler.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{folder, run, snowc, Ran, BUILD_LIMIT, RUN_LIMIT};

tests![
    a_static_executable_needs_no_library_and_its_reports_name_lines,
    a_static_executable_looks_names_up,
    a_stripped_executable_is_smaller_and_its_reports_name_lines,
    a_sanitizer_and_a_static_executable_exclude_each_other,
    a_missing_static_library_is_named,
    the_command_alone_needs_a_c_compiler_and_no_home,
    a_home_that_is_read_only_is_not_in_the_way,
    a_planted_cache_is_refused,
    the_version_says_what_the_command_is_for,
];

/// Crashes on line 2, inside the library, and is called from line 6.
const CRASHES: &str =
    "fn twice(n :: Int?) -> Int do\n  2 * Option.unwrap(n)\nend\n\nfn main() do\n  \
                       println(\"${twice(None)}\")\nend\n";

fn build(dir: &Path, text: &str, options: &[&str]) -> PathBuf {
    fs::write(dir.join("main.snow"), text).unwrap();
    let program = dir.join("program");
    let mut command = snowc(&["build"]);
    command.arg(dir).arg("-o").arg(&program).args(options);
    let built = run(&mut command, BUILD_LIMIT).expect("the command ends");
    assert_eq!(built.status, 0, "{}", built.err);
    program
}

fn start(program: &Path) -> Ran {
    run(&mut Command::new(program), RUN_LIMIT).expect("the program ends")
}

/// The name of the program that loads an executable's libraries, which each that needs some has in
/// its first page.
fn names_loader(program: &Path) -> bool {
    let bytes = fs::read(program).unwrap();
    bytes[..4096]
        .windows(7)
        .any(|part| part == b"/lib/ld" || part == b"/lib64/")
}

fn a_static_executable_needs_no_library_and_its_reports_name_lines() {
    let dir = folder("static");
    let plain = build(&dir, CRASHES, &[]);
    assert!(names_loader(&plain), "the check for a loader is wrong");
    for options in [&["--static"][..], &["--static", "--strip", "--release"]] {
        let program = build(&dir, CRASHES, options);
        assert!(!names_loader(&program), "{options:?}");
        let ran = start(&program);
        assert_ne!(ran.status, 0);
        assert!(ran.err.contains("main.snow:2"), "{options:?}: {}", ran.err);
    }
}

fn a_static_executable_looks_names_up() {
    let dir = folder("static-names");
    let text = "import Tcp\n\nfn main() do\n  let made = Tcp.listen(\"127.0.0.1\", 0)\n  \
                let port = Tcp.port(Result.unwrap(made))\n  \
                let found = Tcp.connect(\"localhost\", port, Deadline.after_ms(60_000))\n  \
                let missing = Tcp.connect(\"name.invalid\", port, Deadline.after_ms(60_000))\n  \
                println(\"${Result.is_ok(found)}\")\n  println(\"${missing}\")\nend\n";
    let ran = start(&build(&dir, text, &["--static"]));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "true", "{}{}", ran.out, ran.err);
    assert!(
        lines[1].contains("cannot look up `name.invalid`"),
        "{}",
        ran.out
    );
}

fn a_stripped_executable_is_smaller_and_its_reports_name_lines() {
    let dir = folder("stripped");
    let size = |program: &Path| fs::metadata(program).unwrap().len();
    for level in [&[][..], &["--release"]] {
        let whole = size(&build(&dir, CRASHES, level));
        let program = build(&dir, CRASHES, &[level, &["--strip"]].concat());
        assert!(size(&program) < whole, "{} of {whole}", size(&program));
        let err = start(&program).err;
        assert!(
            err.contains("main.snow:2") && err.contains("main.snow:6"),
            "{err}"
        );
    }
}

fn a_sanitizer_and_a_static_executable_exclude_each_other() {
    let refused = run(&mut snowc(&["build", "--static", "--sanitize"]), RUN_LIMIT).unwrap();
    assert_eq!(refused.status, 2, "{}", refused.err);
}

fn a_missing_static_library_is_named() {
    let dir = folder("static-missing");
    let compiler = dir.join("cc");
    let script = "#!/bin/sh\ncase \" $* \" in *' -static-pie '*)\n  \
                  echo 'cannot find -lc: No such file or directory' >&2; exit 1;; esac\n\
                  exec cc \"$@\"\n";
    fs::write(&compiler, script).unwrap();
    fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(
        dir.join("main.snow"),
        "fn main() do\n  println(\"hi\")\nend\n",
    )
    .unwrap();
    let mut command = snowc(&["build", "--static"]);
    command.arg(&dir).env("CC", &compiler);
    let refused = run(&mut command, BUILD_LIMIT).unwrap();
    assert_eq!(refused.status, 1);
    for words in [
        "links no static program",
        "libc6-dev",
        "glibc-static",
        "cannot find -lc",
    ] {
        assert!(refused.err.contains(words), "{words}: {}", refused.err);
    }
}

/// The command alone in a folder, with a program beside it, and an environment of which only the
/// way to the C compiler is left.
struct Alone {
    dir: PathBuf,
}

impl Alone {
    fn new(name: &str) -> Alone {
        let dir = folder(name);
        fs::copy(env!("CARGO_BIN_EXE_snowc"), dir.join("snowc")).unwrap();
        fs::write(
            dir.join("main.snow"),
            "fn main() do\n  println(\"hello\")\nend\n",
        )
        .unwrap();
        fs::create_dir(dir.join("tmp")).unwrap();
        Alone { dir }
    }

    fn run(&self, home: Option<&Path>) -> Ran {
        let mut command = Command::new(self.dir.join("snowc"));
        command
            .args(["run", "main.snow"])
            .current_dir(&self.dir)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TMPDIR", self.dir.join("tmp"));
        if let Some(home) = home {
            command.env("HOME", home);
        }
        run(&mut command, BUILD_LIMIT).expect("the command ends")
    }

    /// The cache of who has no home.
    fn private_cache(&self) -> PathBuf {
        let user = fs::metadata(&self.dir).unwrap().uid();
        self.dir.join(format!("tmp/snow-cache-{user}"))
    }
}

fn the_command_alone_needs_a_c_compiler_and_no_home() {
    let alone = Alone::new("alone");
    let home = alone.dir.join("home");
    fs::create_dir(&home).unwrap();
    let ran = alone.run(Some(&home));
    assert_eq!(ran.out, "hello\n", "{}", ran.err);
    assert!(home.join(".cache/snow").is_dir());
    assert!(!alone.private_cache().exists());
    for home in [
        None,
        Some(Path::new("")),
        Some(Path::new("/proc")),
        Some(Path::new("/dev/null")),
    ] {
        let _ = fs::remove_dir_all(alone.private_cache());
        let ran = alone.run(home);
        assert_eq!(ran.out, "hello\n", "{home:?}: {}", ran.err);
        assert!(alone.private_cache().is_dir(), "{home:?}");
    }
}

fn a_home_that_is_read_only_is_not_in_the_way() {
    let alone = Alone::new("alone-read-only");
    let home = alone.dir.join("home");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o555)).unwrap();
    let ran = alone.run(Some(&home));
    assert_eq!(ran.out, "hello\n", "{}", ran.err);
    fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).unwrap();
}

fn a_planted_cache_is_refused() {
    let alone = Alone::new("alone-planted");
    let planted = alone.private_cache();
    fs::create_dir(&planted).unwrap();
    fs::set_permissions(&planted, fs::Permissions::from_mode(0o777)).unwrap();
    let refused = alone.run(None);
    assert_eq!(refused.status, 1, "{}", refused.out);
    assert!(
        refused.err.contains("only this user can write"),
        "{}",
        refused.err
    );
}

fn the_version_says_what_the_command_is_for() {
    let told = run(&mut snowc(&["--version"]), RUN_LIMIT).unwrap().out;
    let first = format!("snowc {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(told.lines().next(), Some(&*first));
    for words in ["commit: ", "target: ", "-linux-gnu", "a C compiler"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let short = run(&mut snowc(&["-V"]), RUN_LIMIT).unwrap().out;
    assert_eq!(short.trim_end(), first);
}
