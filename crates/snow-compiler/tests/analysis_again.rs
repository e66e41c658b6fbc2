//! What a check keeps for the next one: the library's bodies are looked at again only where they
//! have to be. That this changes no answer is for `crates/snow-lsp/tests/fresh.rs`.

use crate::support;

use snow_compiler::analysis::{check, Analysis, Parsed};
use snow_compiler::hir::Meaning;
use snow_compiler::pipeline::{Mode, STACK};
use snow_compiler::source::{FileId, Sources};

const MAIN: &str = "fn main() do\n  println(\"${List.length([1])}\")\nend\n";

/// A program of one file with the library, checked again and again.
struct Checked {
    sources: Sources,
    parsed: Parsed,
}

impl Checked {
    fn new(own: &Sources) -> Checked {
        Checked {
            sources: support::with_library(own),
            parsed: Parsed::default(),
        }
    }

    fn of_program() -> Checked {
        let mut own = Sources::default();
        own.add("main.snow", "Main", false, MAIN);
        Checked::new(&own)
    }

    fn check(&mut self) -> Analysis {
        check(&self.sources, Mode::Program, &mut self.parsed)
    }

    /// Whether bodies of the library were looked at when the program has that text.
    fn looks(&mut self, main: &str) -> bool {
        self.sources.replace(FileId(0), main.into());
        let found = self.check();
        self.looked(&found)
    }

    /// Names of locals are noted where bodies are looked at.
    fn looked(&self, found: &Analysis) -> bool {
        found.program.mentions.iter().any(|mention| {
            let is_library = self.sources.get(mention.span.file).is_stdlib;
            is_library && matches!(mention.meaning, Meaning::Local(_))
        })
    }
}

fn on_large_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK);
    let running = thread.spawn(work).expect("a thread");
    if let Err(panic) = running.join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn the_library_is_looked_at_once_for_each_choice_of_its_modules() {
    on_large_stack(|| {
        let mut checked = Checked::of_program();
        assert!(checked.looks(MAIN));
        assert!(!checked.looks(&MAIN.replace("[1]", "[1, 2]")));
        assert!(!checked.looks(&MAIN.replace("[1]", "[1, ")));
        assert!(!checked.looks(&MAIN.replace("[1]", "[unknown, \"\"]")));
        let more = MAIN.replace("List.length([1])", "Queue.size(Queue.new())");
        assert!(checked.looks(&more), "another module is needed");
        assert!(!checked.looks(&more));
        assert!(!checked.looks(MAIN), "the choice before is remembered");
    });
}

#[test]
fn what_is_known_is_left_out_where_it_may_not_be_so() {
    on_large_stack(|| {
        let mut checked = Checked::of_program();
        assert!(checked.looks(MAIN));
        let own = "struct Point do\n  x :: Int\nend deriving()\n\nimpl Default for Point do\n  \
                   fn default() -> Point = Point { x: 1 }\nend\n";
        assert!(
            !checked.looks(&format!("{own}\n{MAIN}")),
            "of a type of its own"
        );
        let foreign = own.replace("for Point", "for (Int, Int)");
        let foreign = foreign.replace("-> Point = Point { x: 1 }", "-> (Int, Int) = (1, 2)");
        assert!(checked.looks(&format!("{foreign}\n{MAIN}")));
        assert!(!checked.looks(MAIN), "it is still known");
        let list = checked
            .sources
            .iter()
            .find(|(_, s)| s.module == "List" && s.is_stdlib);
        let (list, text) = list
            .map(|(file, s)| (file, s.text.to_string()))
            .expect("List");
        checked
            .sources
            .replace(list, format!("{text}\n").as_str().into());
        assert!(checked.looks(MAIN), "the library has changed");
        let broken = format!("{text}\nfn wrong() -> Int = \"\"\n");
        checked.sources.replace(list, broken.as_str().into());
        assert!(
            checked.looks(MAIN) && checked.looks(MAIN),
            "something is wrong in it"
        );
    });
}

#[test]
fn a_test_of_the_library_looks_at_it() {
    on_large_stack(|| {
        let mut own = Sources::default();
        own.add_library_test("main.snow", "Main", MAIN);
        let mut checked = Checked::new(&own);
        assert!(checked.looks(MAIN) && checked.looks(MAIN));
    });
}
