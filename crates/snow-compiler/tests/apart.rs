//! Helpers of types in files of their own.

use crate::support;

use std::collections::BTreeMap;

use snow_compiler::pipeline::Output;
use snow_compiler::source::Sources;

/// The C files of a program of two modules, by their names.
fn units(line: &str, output: Output) -> BTreeMap<String, String> {
    let mut case = Sources::default();
    let shapes = "pub struct Point do\n  x :: Int\n  name :: String\nend deriving(Eq, Hash, Ord, Debug)\n\n\
                  pub type Tree do\n  Leaf(Point)\n  Node(Tree, Tree)\nend deriving(Debug)\n\n\
                  pub fn grown(tree :: Tree) -> Tree do\n  Node(tree, Leaf(Point { x: 1, name: \"a\" }))\nend\n";
    let main = format!(
        "import Shapes\nfrom Shapes import Point, Tree\n\nactor keeper(kept :: List<Tree>) do\n  \
         receive do\n    tree -> keeper([tree] ++ kept)\n  end\nend\n\n\
         fn main() do\n  {line}\n  let tree = Shapes.grown(Leaf(Point {{ x: 2, name: \"b\" }}))\n  \
         let pid = spawn(keeper, [])\n  send(pid, tree)\n  println(\"${{inspect(tree)}}\")\nend\n"
    );
    case.add("shapes.snow", "Shapes", false, shapes);
    case.add("main.snow", "Main", false, &main);
    support::units(&case, output)
}

/// The heads of the functions of types that a file defines, with how each is seen by others.
fn helpers(unit: &str) -> Vec<(bool, &str)> {
    const PREFIXES: [&str; 6] = ["drop_", "pack_", "unpack_", "copy_", "inspect_", "equal_"];
    let defined = unit.lines().filter(|line| line.contains(") {"));
    let heads = defined.filter_map(|line| {
        let (before, _) = line.split_once('(')?;
        let name = before.rsplit([' ', '*']).next()?;
        let is_helper = PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        let is_static = line.starts_with("static") || line.starts_with("SN_INSTANCE");
        is_helper.then_some((!is_static, name))
    });
    heads.collect()
}

#[test]
fn a_helper_that_others_may_call_is_defined_once() {
    let units = units("println(\"one\")", Output::Parts);
    let mut homes: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for (unit, text) in &units {
        for (_, name) in helpers(text).into_iter().filter(|(is_seen, _)| *is_seen) {
            homes.entry(name).or_default().push(unit);
        }
    }
    assert!(homes.len() > 4, "{homes:?}");
    for (name, units) in &homes {
        assert_eq!(units.len(), 1, "{name} in {units:?}");
        assert!(units[0].starts_with("types"), "{name} in {units:?}");
    }
}

#[test]
fn a_changed_line_leaves_their_files_as_they_are() {
    let before = units("println(\"one\")", Output::Parts);
    let after = units("println(\"another\")", Output::Parts);
    assert_ne!(before["Main"], after["Main"]);
    let files = before.keys().filter(|name| name.starts_with("types"));
    for file in files {
        assert_eq!(before[file], after[file], "{file}");
    }
}

#[test]
fn where_no_parts_are_asked_for_each_file_has_its_own() {
    let units = units("println(\"one\")", Output::Files);
    assert!(
        units.keys().all(|name| !name.starts_with("types")),
        "{:?}",
        units.keys()
    );
    for (unit, text) in &units {
        let seen: Vec<_> = helpers(text)
            .into_iter()
            .filter(|(is_seen, _)| *is_seen)
            .collect();
        assert!(seen.is_empty(), "{unit}: {seen:?}");
    }
}
