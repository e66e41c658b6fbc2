//! C compilers that do not do their work: the command says so in their words, and does not take the
//! blame.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{folder, run, snowc, Ran, BUILD_LIMIT};

tests![
    one_that_is_not_there,
    one_that_fails_and_says_nothing,
    one_that_fails_with_words,
    one_that_makes_nothing,
    one_that_has_no_space,
    one_that_compiles_and_cannot_link,
    a_quick_linker_that_does_not_work_is_not_in_the_way,
    a_cache_that_cannot_be_written,
];

/// A folder with a program and an empty cache.
struct Scene {
    dir: PathBuf,
}

impl Scene {
    fn new(name: &str) -> Scene {
        let dir = folder(name);
        fs::write(
            dir.join("main.snow"),
            "fn main() do\n  println(\"hello\")\nend\n",
        )
        .unwrap();
        Scene { dir }
    }

    /// A compiler that is a script.
    fn compiler(&self, script: &str) -> PathBuf {
        let path = self.dir.join("cc");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn build(&self, compiler: &Path) -> Ran {
        let arguments = ["build", &self.dir.display().to_string()];
        let mut command = snowc(&arguments);
        command.env("CC", compiler);
        command.env("SNOW_CACHE", self.dir.join("cache"));
        run(&mut command, BUILD_LIMIT).expect("the command ends")
    }
}

#[track_caller]
fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    for part in parts {
        assert!(ran.err.contains(part), "no {part:?} in\n{}", ran.err);
    }
    assert!(!ran.err.contains("bug in snowc"), "{}", ran.err);
}

fn one_that_is_not_there() {
    let scene = Scene::new("cc-missing");
    refused(
        &scene.build(Path::new("no-such-compiler")),
        &["'no-such-compiler' was not found"],
    );
    refused(&scene.build(&scene.dir), &["cannot be started"]);
}

fn one_that_fails_and_says_nothing() {
    let scene = Scene::new("cc-false");
    refused(
        &scene.build(Path::new("false")),
        &["'false' does not work", "exit status: 1", "it said nothing"],
    );
}

fn one_that_fails_with_words() {
    let scene = Scene::new("cc-words");
    let words = "the licence server cannot be reached";
    let compiler = scene.compiler(&format!("echo '{words}' >&2; exit 3"));
    refused(
        &scene.build(&compiler),
        &["does not work", "exit status: 3", words],
    );
    let compiler = scene.compiler(&format!("echo '{words}'; exit 3"));
    refused(&scene.build(&compiler), &["does not work", words]);
}

fn one_that_makes_nothing() {
    let scene = Scene::new("cc-true");
    refused(
        &scene.build(Path::new("true")),
        &["'true' made no file and reported no error"],
    );
}

fn one_that_has_no_space() {
    let scene = Scene::new("cc-space");
    // Small files still fit, so that an empty program would compile.
    let words = "fatal error: error writing to a.o: No space left on device";
    let script = format!(
        "for a; do o=$a; done; grep -q sn_ && {{ echo '{words}' >&2; exit 1; }}; : > \"$o\""
    );
    let compiler = scene.compiler(&script);
    refused(&scene.build(&compiler), &["could not do its work", words]);
}

fn one_that_compiles_and_cannot_link() {
    let scene = Scene::new("cc-link");
    let script = "case \" $* \" in *' -c '*) exec cc \"$@\";; esac\n\
        case \" $* \" in *' -E '*) exec cc \"$@\";; esac\n\
        echo 'cannot find -lm' >&2; exit 1";
    let compiler = scene.compiler(script);
    refused(
        &scene.build(&compiler),
        &["does not work", "cannot find -lm"],
    );
}

fn a_quick_linker_that_does_not_work_is_not_in_the_way() {
    let scene = Scene::new("cc-quick");
    let tried = scene.dir.join("tried");
    for name in ["ld.mold", "ld.lld", "ld.gold"] {
        let linker = scene.compiler(&format!("echo tried >> '{}'; exit 1", tried.display()));
        fs::rename(linker, scene.dir.join(name)).unwrap();
    }
    let mut places = vec![scene.dir.clone()];
    places.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    let dir = scene.dir.display().to_string();
    let mut command = snowc(&["build", &dir, "-o"]);
    let program = scene.dir.join("program");
    command
        .arg(&program)
        .env_remove("CC")
        .env("PATH", std::env::join_paths(places).unwrap())
        .env("SNOW_CACHE", scene.dir.join("cache"));
    let built = run(&mut command, BUILD_LIMIT).expect("the command ends");
    assert_eq!(built.status, 0, "{}", built.err);
    assert!(tried.is_file(), "no quick linker was tried");
    let ran = run(&mut Command::new(&program), BUILD_LIMIT).expect("the program ends");
    assert_eq!(ran.out, "hello\n");
}

fn a_cache_that_cannot_be_written() {
    let scene = Scene::new("cc-cache");
    fs::write(scene.dir.join("cache"), "a file").unwrap();
    refused(&scene.build(Path::new("cc")), &["cannot create", "cache"]);
}
