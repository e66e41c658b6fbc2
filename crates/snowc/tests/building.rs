//! What a build leaves behind: the same program from the same sources wherever they lie, nothing
//! in the place of what is no file, and a word about how long it took for who asks.

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::process::Command;

use crate::support::{folder, run, snowc, Ran, BUILD_LIMIT};

tests![
    the_same_sources_give_the_same_bytes_in_every_folder,
    what_is_no_file_is_not_replaced,
    what_a_program_is_made_of_is_not_replaced,
    timings_are_for_who_asks,
    the_cache_is_listed_and_emptied,
    reports_name_the_programs_lines_however_its_path_is_written,
];

const PROGRAM: &str = "struct Seen do\n  count :: Int\nend\n\nfn main() do\n  \
                       let seen = List.map([1, 2], fn(n) -> Seen { count: n } end)\n  \
                       println(\"${seen}\")\nend\n";

/// A command in `dir`, with a cache of its own there.
fn build_in(dir: &Path, arguments: &[&str]) -> Ran {
    let mut command = snowc(arguments);
    command
        .current_dir(dir)
        .env("SNOW_CACHE", dir.join("cache"));
    run(&mut command, BUILD_LIMIT).unwrap_or_else(|why| panic!("{why}"))
}

fn the_same_sources_give_the_same_bytes_in_every_folder() {
    for level in [&["build"][..], &["build", "--release"]] {
        // A folder is named from inside, and by its whole path.
        let made = [("here", true), ("a folder/far away", false)].map(|(place, is_inside)| {
            let dir = folder("same").join(place);
            fs::create_dir_all(&dir).unwrap();
            fs::write(dir.join("main.snow"), PROGRAM).unwrap();
            let whole = dir.display().to_string();
            let path = if is_inside { "." } else { &whole };
            let arguments = [level, &[path, "-o", "program"]].concat();
            let built = build_in(&dir, &arguments);
            assert_eq!(built.status, 0, "{}", built.err);
            fs::read(dir.join("program")).unwrap()
        });
        let differs = made[0].iter().zip(&made[1]).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{level:?}");
        assert_eq!(made[0].len(), made[1].len(), "{level:?}");
        let places = [env!("CARGO_MANIFEST_DIR"), "far away"];
        for place in places {
            let is_in = made[1]
                .windows(place.len())
                .any(|part| part == place.as_bytes());
            assert!(!is_in, "{level:?} has '{place}' in it");
        }
    }
}

fn what_is_no_file_is_not_replaced() {
    let dir = folder("no-file");
    fs::write(
        dir.join("main.snow"),
        "fn main() do\n  println(\"hi\")\nend\n",
    )
    .unwrap();
    let pipe = dir.join("pipe");
    assert!(Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .unwrap()
        .success());
    fs::create_dir(dir.join("inside")).unwrap();
    for (name, words) in [("pipe", "is no file"), ("inside", "is a folder")] {
        let refused = build_in(&dir, &["build", ".", "-o", name]);
        assert_eq!(refused.status, 1, "{name}");
        assert!(refused.err.contains(words), "{}", refused.err);
    }
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    // A program that was built before is a file, and so is one behind a link.
    fs::write(dir.join("old"), "old").unwrap();
    std::os::unix::fs::symlink("old", dir.join("link")).unwrap();
    for name in ["old", "link", "new"] {
        let built = build_in(&dir, &["build", ".", "-o", name]);
        assert_eq!(built.status, 0, "{name}: {}", built.err);
    }
}

fn what_a_program_is_made_of_is_not_replaced() {
    let dir = folder("sources");
    let text = "fn main() do\n  println(\"hi\")\nend\n";
    for name in ["main.snow", "tool"] {
        fs::write(dir.join(name), text).unwrap();
    }
    for arguments in [
        &["build", ".", "-o", "main.snow"][..],
        &["build", "main.snow", "-o", "./main.snow"],
        &["build", "tool"],
    ] {
        let refused = build_in(&dir, arguments);
        assert_eq!(refused.status, 1, "{arguments:?}");
        let words = "is what the program is made of";
        assert!(refused.err.contains(words), "{}", refused.err);
    }
    for name in ["main.snow", "tool"] {
        assert_eq!(fs::read_to_string(dir.join(name)).unwrap(), text);
    }
}

fn timings_are_for_who_asks() {
    let dir = folder("timings");
    fs::write(dir.join("main.snow"), PROGRAM).unwrap();
    let told = build_in(&dir, &["build", ".", "--timings"]);
    for words in [
        "Timings, in ms: ",
        "  Snow to C\n",
        "  linking\n",
        "  C: Main\n",
        "  Objects: ",
    ] {
        assert!(told.err.contains(words), "{words}: {}", told.err);
    }
    let again = build_in(&dir, &["build", ".", "--timings"]);
    assert!(again.err.contains("nothing changed"), "{}", again.err);
    // Nobody at a terminal, nothing asked: only what was made is said.
    fs::remove_dir_all(dir.join("cache")).unwrap();
    let quiet = build_in(&dir, &["build", "."]);
    assert_eq!(quiet.err.lines().count(), 1, "{}", quiet.err);
}

fn the_cache_is_listed_and_emptied() {
    let dir = folder("listed");
    fs::write(dir.join("main.snow"), PROGRAM).unwrap();
    assert_eq!(build_in(&dir, &["build", "."]).status, 0);
    let listed = build_in(&dir, &["cache"]).out;
    for kind in ["front", "object", "program", "runtime"] {
        let is_kind = |line: &str| line.trim_start().starts_with(kind);
        assert!(listed.lines().any(is_kind), "{kind}: {listed}");
    }
    let emptied = build_in(&dir, &["cache", "--clear"]).out;
    assert!(emptied.contains("MiB removed from"), "{emptied}");
    let listed = build_in(&dir, &["cache"]).out;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert_eq!(build_in(&dir, &["build", "."]).status, 0);
}

fn reports_name_the_programs_lines_however_its_path_is_written() {
    let dir = folder("lines");
    let text = "fn twice(n :: Int?) -> Int do\n  2 * Option.unwrap(n)\nend\n\nfn main() do\n  \
                println(\"${twice(None)}\")\nend\n";
    fs::write(dir.join("main.snow"), text).unwrap();
    let whole = dir.join("main.snow").display().to_string();
    for path in [
        "main.snow",
        "./main.snow",
        ".",
        "../lines/main.snow",
        &whole,
    ] {
        for level in [&["run"][..], &["run", "--release"]] {
            let ran = build_in(&dir, &[level, &[path]].concat());
            assert!(
                ran.err.contains("main.snow:2"),
                "{level:?} {path}: {}",
                ran.err
            );
        }
    }
}
