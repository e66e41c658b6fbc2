//! Projects: `snow.toml`, what they depend on, where they are found, and how one is begun.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{folder, run, snowc, Ran, BUILD_LIMIT};

tests![
    a_program_learns_the_folder_of_its_source,
    two_files_of_one_module_are_refused,
    what_is_wrong_with_a_manifest_is_said_with_its_line,
    packages_have_modules_of_their_own,
    packages_that_depend_on_each_other_are_refused,
    a_module_named_like_a_dependency_is_refused,
    a_package_inside_of_a_project_is_not_part_of_it,
    without_a_path_the_project_around_is_meant,
    without_a_project_around_the_command_says_so,
    init_makes_a_project_that_passes,
    init_takes_the_current_folder_and_leaves_what_is_there,
    the_main_file_of_a_project_is_the_project,
];

/// Writes files below a new folder.
fn files(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let dir = folder(name);
    for (file, text) in files {
        let path = dir.join(file);
        fs::create_dir_all(path.parent().expect("it is below the folder")).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn call(dir: &Path, arguments: &[&str]) -> Ran {
    run(snowc(arguments).current_dir(dir), BUILD_LIMIT).expect("the command ends")
}

#[track_caller]
fn prints(ran: &Ran, out: &str) {
    assert_eq!((ran.status, ran.out.as_str()), (0, out), "{}", ran.err);
}

#[track_caller]
fn refused(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    for part in parts {
        assert!(ran.err.contains(part), "no {part:?} in\n{}", ran.err);
    }
}

const APP: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\n";
const LIB: &str = "[package]\nname = \"lib\"\nversion = \"0.1.0\"\n\n[dependencies]\n";
const HELLO: &str = "fn main() do\n  println(\"hello\")\nend\n";

fn manifest(head: &str, dependencies: &str) -> String {
    format!("{head}{dependencies}\n")
}

fn a_program_learns_the_folder_of_its_source() {
    let text = "fn main() do\n  println(\"${Env.get(\"SNOW_PROJECT\")}\")\nend\n";
    let dir = files("told_folder", &[("app/main.snow", text)]);
    let expected = format!(
        "Some({})\n",
        dir.join("app").canonicalize().unwrap().display()
    );
    for path in ["app", "app/main.snow", "./app/../app"] {
        prints(&call(&dir, &["run", path]), &expected);
    }
    prints(&call(&dir.join("app"), &["run", "main.snow"]), &expected);
}

fn two_files_of_one_module_are_refused() {
    let one = "pub fn f() = 1\n";
    let dir = files(
        "clash",
        &[
            ("main.snow", HELLO),
            ("text_tools.snow", one),
            ("TextTools.snow", one),
        ],
    );
    refused(
        &call(&dir, &["check", "."]),
        &["are both module 'TextTools'"],
    );
}

fn what_is_wrong_with_a_manifest_is_said_with_its_line() {
    let package = "[package]\nname = \"app\"\nversion = \"1.0.0\"\n";
    let with = |rest: &str| format!("{package}{rest}\n");
    let cases = [
        ("[package\n".to_owned(), "snow.toml:1:"),
        (String::new(), "`[package]` is missing"),
        (
            "[package]\nname = \"app\"\n".to_owned(),
            "`[package]` has no `version`",
        ),
        (
            "[package]\nversion = \"1.0.0\"\n".to_owned(),
            "`[package]` has no `name`",
        ),
        (with("name = \"twice\""), "snow.toml:4:1"),
        (with("nmae = \"app\""), "snow.toml:4:1"),
        (with("nmae = \"app\""), "unknown key `nmae` of `[package]`"),
        (with("authors = \"me\""), "`authors` is a list of strings"),
        (with("description = 1"), "`description` is a string"),
        (with("[dependancies]"), "snow.toml:4:2"),
        (with("[dependancies]"), "unknown key `dependancies`"),
        (with("[dependencies]\nlib = \"1.0\""), "snow.toml:5:7"),
        (
            with("[dependencies]\nlib = \"1.0\""),
            "write `lib = { path = \"../lib\" }`",
        ),
        (with("[dependencies]\nlib = {}"), "does not say where it is"),
        (
            with("[dependencies]\nlib = { path = 1 }"),
            "`path` is a string",
        ),
        (
            with("[dependencies]\nlib = { git = \"x\" }"),
            "unknown key `git` of a dependency",
        ),
        (
            with("[dependencies]\nlib = { path = \"lib\" }"),
            "there is no folder 'lib'",
        ),
        (
            with("[dependencies]\nlib = { path = \"lib\" }"),
            "snow.toml:5:16",
        ),
        (
            with("[dependencies]\nlib = { path = \"bare\" }"),
            "'bare' is no package",
        ),
        (with("[dependencies]\nlib = { path = \".\" }"), "app -> app"),
        (
            with("[dependencies]\na-b = { path = \"bare\" }"),
            "'a-b' cannot be named",
        ),
        (
            "dependencies = 1\n".to_owned() + package,
            "write `[dependencies]`",
        ),
        (package.replace("1.0.0", "new"), "'new' is not a version"),
        (
            package.replace("\"app\"", "\"my app\""),
            "'my app' is not a name",
        ),
        (package.replace("\"app\"", "1"), "`name` is a string"),
    ];
    for (text, finding) in cases {
        let written: &[(&str, &str)] =
            &[("snow.toml", &text), ("main.snow", HELLO), ("bare/x", "")];
        let dir = files("manifest", written);
        let ran = call(&dir, &["check"]);
        refused(&ran, &["error[C0003]", finding]);
        refused(
            &call(&dir, &["check", "--json"]),
            &["\"code\":\"C0003\",\"severity\":\"error\""],
        );
    }
}

fn packages_have_modules_of_their_own() {
    let dir = files(
        "packages",
        &[
            ("app/snow.toml", &manifest(APP, "lib = { path = \"../lib\" }\nbase_kit = { path = \"../base\" }")),
            ("app/main.snow", "import Lib\nimport Tools\nimport Lib.Deep.More\nfrom Lib.Tools import name, Money, Shape\n\
                from BaseKit.Tools import name_of_base\n\n\
                fn area(s :: Shape) -> Int do\n  case s do\n    Round(n) -> n\n    Flat -> 0\n  end\nend\n\n\
                fn shown(m :: Money) -> String = \"${m}\"\n\n\
                fn main() do\n  println(\"${Tools.name()}, ${name()}, ${name_of_base()}, ${Lib.hello()}, ${More.more()}\")\n  \
                println(\"${area(Round(3))} ${shown(Lib.Tools.euros(2))} ${List.length(Lib.list())}\")\nend\n"),
            ("app/tools.snow", "pub fn name() = \"app\"\n"),
            ("lib/snow.toml", &manifest(LIB, "base = { path = \"../base\" }")),
            ("lib/lib.snow", "import Tools\n\npub fn hello() = \"hello of ${Tools.name()}\"\n\npub fn list() = List.own()\n"),
            ("lib/list.snow", "pub fn own() = [7]\n"),
            ("lib/lib/deep/more.snow", "pub fn more() = \"more\"\n"),
            ("lib/tools.snow", "import Base.Tools\n\npub opaque struct Money do\n  cents :: Int\nend\n\n\
                pub type Shape do\n  Round(Int)\n  Flat\nend\n\npub fn name() = \"lib on ${Tools.name_of_base()}\"\n\n\
                pub fn euros(n :: Int) -> Money = Money { cents: n }\n"),
            ("lib/tools_test.snow", "from Tools import name\n\ntest \"the name\" do\n  assert name() == \"lib on base\"\nend\n"),
            ("base/snow.toml", "[package]\nname = \"base\"\nversion = \"0.1.0\"\n"),
            ("base/tools.snow", "pub fn name_of_base() = \"base\"\n"),
        ],
    );
    let expected = "app, lib on base, base, hello of lib on base, more\n3 Money 1\n";
    prints(&call(&dir.join("app"), &["run"]), expected);
    prints(&call(&dir, &["run", "app"]), expected);
    prints(&call(&dir.join("lib"), &["check", "--deny-warnings"]), "");
    let ran = call(&dir.join("lib/lib/deep"), &["test"]);
    assert!(
        ran.status == 0 && ran.out.contains("1 passed"),
        "{}{}",
        ran.out,
        ran.err
    );
    refused(&call(&dir.join("lib"), &["run"]), &["No 'main.snow' found"]);

    let opened =
        "from Lib.Tools import Money\n\nfn main() do\n  println(\"${Money { cents: 1 }}\")\nend\n";
    fs::write(dir.join("app/main.snow"), opened).unwrap();
    refused(
        &call(&dir.join("app"), &["check"]),
        &["E0051", "`Money` is opaque"],
    );
    let deeper = "import Lib.Base.Tools\n\nfn main() do\n  println(Tools.name_of_base())\nend\n";
    fs::write(dir.join("app/main.snow"), deeper).unwrap();
    refused(
        &call(&dir.join("app"), &["check"]),
        &["E0031", "module `Lib.Base.Tools` not found"],
    );
    let unsaid = "fn main() do\n  println(Toolz.f())\nend\n";
    fs::write(
        dir.join("app/main.snow"),
        format!("import Lib.Toolz\n\n{unsaid}"),
    )
    .unwrap();
    refused(
        &call(&dir.join("app"), &["check"]),
        &["E0031", "did you mean `Lib.Tools`?"],
    );
}

fn packages_that_depend_on_each_other_are_refused() {
    let other = "[package]\nname = \"other\"\nversion = \"0.1.0\"\n\n[dependencies]\n";
    let dir = files(
        "circle",
        &[
            (
                "app/snow.toml",
                &manifest(APP, "lib = { path = \"../lib\" }"),
            ),
            ("app/main.snow", HELLO),
            (
                "lib/snow.toml",
                &manifest(LIB, "other = { path = \"../other\" }"),
            ),
            (
                "other/snow.toml",
                &manifest(other, "lib = { path = \"../lib\" }"),
            ),
        ],
    );
    let place = "other/snow.toml:6:16";
    let circle = "packages depend on each other: lib -> other -> lib";
    refused(
        &call(&dir.join("app"), &["check"]),
        &["C0003", circle, place],
    );
}

fn a_module_named_like_a_dependency_is_refused() {
    let dir = files(
        "named-like",
        &[
            (
                "app/snow.toml",
                &manifest(APP, "lib = { path = \"../lib\" }"),
            ),
            ("app/main.snow", HELLO),
            ("app/lib/tools.snow", "pub fn f() = 1\n"),
            ("lib/snow.toml", LIB),
        ],
    );
    let ran = call(&dir.join("app"), &["check"]);
    refused(
        &ran,
        &["'lib/tools.snow' is module 'Lib.Tools', and `Lib` is a dependency"],
    );
}

fn a_package_inside_of_a_project_is_not_part_of_it() {
    let dir = files(
        "inside",
        &[
            ("snow.toml", &manifest(APP, "lib = { path = \"lib\" }")),
            (
                "main.snow",
                "import Lib.Tools\n\nfn main() do\n  println(Tools.name())\nend\n",
            ),
            ("lib/snow.toml", LIB),
            ("lib/main.snow", HELLO),
            ("lib/tools.snow", "pub fn name() = \"inside\"\n"),
        ],
    );
    prints(&call(&dir, &["run"]), "inside\n");
    prints(&call(&dir, &["check", "--deny-warnings"]), "");
    prints(&call(&dir.join("lib"), &["run"]), "hello\n");
}

fn without_a_path_the_project_around_is_meant() {
    let dir = files(
        "around",
        &[
            ("app/snow.toml", APP),
            ("app/main.snow", HELLO),
            ("app/deep/down/part.snow", "pub fn f() = 1\n"),
            (
                "app/deep/part_test.snow",
                "test \"one\" do\n  assert 1 == 1\nend\n",
            ),
        ],
    );
    for place in ["app", "app/deep", "app/deep/down"] {
        let here = dir.join(place);
        prints(&call(&here, &["run"]), "hello\n");
        prints(&call(&here, &["check"]), "");
        assert!(call(&here, &["test"]).out.contains("1 passed"));
        prints(&call(&here, &["build"]), "");
    }
    assert!(dir.join("app/app").is_file());
    fs::write(dir.join("app/main.snow"), "fn main() = x\n").unwrap();
    refused(&call(&dir.join("app"), &["check"]), &["--> main.snow:1:13"]);
    refused(
        &call(&dir.join("app/deep"), &["check"]),
        &["--> ../main.snow:1:13"],
    );
}

fn without_a_project_around_the_command_says_so() {
    let dir = std::env::temp_dir().join(format!("snow-no-project-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    for command in ["run", "check", "test", "build"] {
        let ran = call(&dir, &[command]);
        refused(&ran, &["no project: ", "snow.toml", "snowc init"]);
    }
    fs::remove_dir_all(&dir).unwrap();
}

fn init_makes_a_project_that_passes() {
    let dir = folder("init");
    prints(
        &call(&dir, &["init", "fresh-start"]),
        "Created project 'fresh-start'\n",
    );
    let fresh = dir.join("fresh-start");
    prints(&call(&fresh, &["check", "--deny-warnings"]), "");
    prints(&call(&fresh, &["run"]), "Hello from Snow\n");
    let ran = call(&fresh, &["test"]);
    assert!(
        ran.status == 0 && ran.out.contains("1 passed"),
        "{}{}",
        ran.out,
        ran.err
    );
    prints(&call(&fresh, &["build"]), "");
    let ignored = fs::read_to_string(fresh.join(".gitignore")).unwrap();
    assert_eq!(ignored, "/fresh-start\n");
    assert!(fresh.join("fresh-start").is_file());
    refused(&call(&dir, &["init", "fresh-start"]), &["is there already"]);
}

fn init_takes_the_current_folder_and_leaves_what_is_there() {
    let dir = files("2nd place", &[(".gitignore", "mine\n"), ("notes.txt", "")]);
    prints(&call(&dir, &["init"]), "Created project 'snow2nd_place'\n");
    prints(&call(&dir, &["run"]), "Hello from Snow\n");
    assert_eq!(
        fs::read_to_string(dir.join(".gitignore")).unwrap(),
        "mine\n"
    );
    let dir = files("taken", &[("main.snow", HELLO)]);
    refused(&call(&dir, &["init"]), &["'main.snow' is there already"]);
    assert!(!dir.join("snow.toml").exists());
}

fn the_main_file_of_a_project_is_the_project() {
    let dir = files(
        "main-file",
        &[
            ("snow.toml", APP),
            (
                "main.snow",
                "import Part\n\nfn main() do\n  println(Part.word())\nend\n",
            ),
            ("part.snow", "pub fn word() = \"part\"\n"),
            ("tried/scratch.snow", HELLO),
            (
                "tried/wrong.snow",
                "import Part\n\nfn main() do\n  println(Part.word())\nend\n",
            ),
        ],
    );
    prints(&call(&dir, &["run", "main.snow"]), "part\n");
    prints(&call(&dir, &["run", "./main.snow"]), "part\n");
    prints(
        &call(&dir.join("tried"), &["run", "../main.snow"]),
        "part\n",
    );
    // Another file is a program of its own, and one that is none says why.
    prints(&call(&dir, &["run", "tried/scratch.snow"]), "hello\n");
    let alone = "note: this file was compiled alone; the project in";
    refused(
        &call(&dir, &["check", "tried/wrong.snow"]),
        &["module `Part`", alone],
    );
}
