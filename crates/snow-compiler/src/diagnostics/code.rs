//! The catalogue of codes: what each means. `docs/diagnostics.md` and `snowc explain CODE` are made
//! from it. A code never changes its meaning.

use std::fmt;

/// A group of codes, by their first letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `E…`.
    Meaning,
    /// `P…`.
    Syntax,
    /// `W…`.
    Warning,
    /// `C…`.
    Command,
}

macro_rules! codes {
    ($($code:ident $family:ident $title:literal $meaning:literal;)*) => {
        /// What a diagnostic is about, for machines and for looking it up.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(
                #[doc = $title]
                $code,
            )*
        }

        impl Code {
            /// All of them, in the order of the page.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// As it is printed: `E0042`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            /// One line: what is wrong.
            pub fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }

            /// Why it is wrong, and what to do about it.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$code => $meaning,)* }
            }

            /// The group that it belongs to.
            pub fn family(self) -> Family {
                match self { $(Code::$code => Family::$family,)* }
            }
        }
    };
}

codes! {
    E0001 Meaning
        "a value has another type than its place asks for; the second place says why it asks"
        "Both sides must be one type: an argument and its parameter, the arms of a `case`, a \
         body and the result that its signature promises. Change the value, convert it, or \
         change what the place asks for.";
    E0002 Meaning
        "a type would contain itself without end"
        "Inference found a type that is a part of itself, as in `fn f(x) = f([x])`. Put the \
         value into a declared sum type, which may contain itself.";
    E0003 Meaning
        "a call or a pattern has the wrong number of parts"
        "A call passes as many arguments as the function has parameters, a pattern of a \
         constructor has as many parts as the constructor. `self()` parameters are filled in and \
         not passed.";
    E0004 Meaning
        "a name that nothing in scope defines"
        "The name is misspelt, defined later in the same block, or belongs to a module that has \
         to be named: `List.map`, or `from List import map`.";
    E0005 Meaning
        "something is called that is no function"
        "Only functions, constructors and closures can be called.";
    E0006 Meaning
        "a type lacks an interface that is asked for: by an operator, an interpolation, `where`, or an impl"
        "`+`, `==`, `<`, `hash`, `inspect` and interpolations are interfaces, as is what `where` \
         names. Derive it, write `impl Interface for Type`, or ask for it: `where T: Interface`. \
         Functions can be neither compared nor hashed.";
    E0007 Meaning
        "an impl misses a method of its interface"
        "An impl has every method that has no body in the interface. `Ord` asks for `lt` or \
         `compare`.";
    E0008 Meaning
        "a method of an impl is not what the interface says, or not one of the interface's"
        "Name, parameters and result are those of the interface, with the type of the impl for \
         `Self`. Other functions stand outside of the impl.";
    E0009 Meaning
        "a struct is built or read with a field that is missing, unknown or given twice"
        "A struct is built with each of its fields once. To change some of them, write `%{value \
         | field: new}`.";
    E0010 Meaning
        "an unknown variant"
        "The type has no constructor of that name.";
    E0011 Meaning
        "the alternatives of a pattern bind different names"
        "All sides of `a | b` give their values to the same names, so that the arm can use them \
         whichever side matched.";
    E0012 Meaning
        "a `case` does not cover every value; the message shows one that is missing"
        "Add an arm for the value that is shown, or `_ -> …` for all that are left.";
    E0014 Meaning
        "a message of the wrong type is sent to an actor"
        "The pid's type says which messages its actor takes: those that the patterns of its \
         `receive` match.";
    E0015 Meaning
        "`self()` outside of an actor"
        "Only an actor has a pid of its own. A function that needs its caller's pid takes it as \
         a parameter `self()`.";
    E0016 Meaning
        "`spawn` of something that is no actor"
        "The first argument of `spawn` is the name of an `actor`, `service` or `supervisor`.";
    E0017 Meaning
        "`receive` outside of an actor's body"
        "An actor waits in its own body, because it has no stack while it waits. Receive there \
         and pass the message to the function.";
    E0018 Meaning
        "what starts a child of a supervisor does not spawn an actor"
        "Write `start: fn -> spawn(actor) end`; the pid that it answers is the one that is \
         watched.";
    E0019 Meaning
        "a strategy that does not exist, or two children of one name"
        "Strategies are `one_for_one`, `one_for_all`, `rest_for_one` and `simple_one_for_one`, \
         which has one child. `max_restarts` is at least 0, `max_seconds` at least 1.";
    E0020 Meaning
        "a restart type that does not exist"
        "A child is `permanent` (always started again), `transient` (after a crash) or \
         `temporary` (never).";
    E0021 Meaning
        "a shutdown that is neither a time nor `brutal_kill`"
        "Write the milliseconds that a child has for its end, or `brutal_kill`.";
    E0022 Meaning
        "a clause that matches everything is not the last"
        "Clauses are tried in order, so nothing below this one can be reached. Move it to the \
         end.";
    E0023 Meaning
        "the clauses of a function are not next to each other"
        "Clauses of one name and number of parameters are one function; nothing else stands \
         between them.";
    E0025 Meaning
        "a guard is not a `Bool`"
        "What stands behind `when` decides whether the arm is taken.";
    E0026 Meaning
        "a type has two impls of one interface, or an impl of what it has already"
        "There is one impl of an interface for a type, wherever it stands. What `deriving` lists, \
         and what built-in types have, is not written again.";
    E0027 Meaning
        "a name may be a method of several interfaces"
        "Say which is meant: `Show.show(value)`.";
    E0028 Meaning
        "an interface that cannot be derived"
        "The message lists what `deriving` knows.";
    E0029 Meaning
        "a derived interface needs another one in the same list"
        "An order, for example, needs equality: `deriving(Eq, Ord)`.";
    E0030 Meaning
        "a value has no method of that name"
        "A method is a function of the module that declares the value's type, with the value as \
         its first parameter. Where the type is not known yet, annotate it.";
    E0031 Meaning
        "an imported module does not exist"
        "Modules are files: `Math.Linear` is `math/linear.snow` beside `main.snow`.";
    E0032 Meaning
        "`break` outside of a loop"
        "A closure inside of a loop is a function of its own, which the loop's `break` does not \
         reach.";
    E0033 Meaning
        "`continue` outside of a loop"
        "A closure inside of a loop is a function of its own, which the loop's `continue` does \
         not reach.";
    E0034 Meaning
        "a module has no public item of that name"
        "The help lists what the module exports.";
    E0035 Meaning
        "an item is private; add `pub`"
        "An item without `pub` is for its own module only.";
    E0036 Meaning
        "`?` in a function that returns neither `Result` nor `Option`"
        "`?` ends the function with the `Err` or `None` that it meets, so the function's result \
         has to be of that type.";
    E0037 Meaning
        "`?` on a value that is neither `Result` nor `Option`"
        "`?` takes the value out of `Ok` or `Some`.";
    E0038 Meaning
        "a type that derives `Json` holds a value that JSON cannot hold"
        "JSON has numbers, texts, truth values, lists, objects and `null`: fields are `Int`, \
         `Float`, `Bool`, `String`, `Json`, types that derive `Json`, and `Option`, `List` and \
         `Map<String, _>` of these.";
    E0040 Meaning
        "a type or an interface that is unknown, incomplete, or an alias of itself"
        "The name is misspelt or not imported, lacks its type arguments, or an alias leads back \
         to itself.";
    E0041 Meaning
        "modules import each other in a circle"
        "Modules are compiled in the order of their imports. Move what both need into a third \
         module.";
    E0042 Meaning
        "a module imports itself"
        "What a module defines is in scope without an import.";
    E0043 Meaning
        "a constant whose value is not constant"
        "A `let` outside of functions stands for its value wherever its name does, so nothing in it \
         may depend on when or by whom it is read: no `spawn`, `send`, `self()`, `receive`, `?` or \
         `return`. A call in it happens at each use. Write a function without parameters for what \
         has effects.";
    E0044 Meaning
        "a name is defined or bound twice"
        "One scope has one item of a name, one pattern binds a name once, and one name is imported \
         from one module. Two imports of one name: keep one, and write the whole name of the \
         other's module in front.";
    E0045 Meaning
        "a type that must be known here and is not; annotate where the value is introduced"
        "What the value is decides what happens here, and nothing in the function says it. Write \
         `name :: Type` on the parameter or `let`.";
    E0046 Meaning
        "a bit pattern whose sizes cannot be: not whole bytes, or a rest that is not last"
        "An integer has 1 to 64 bits, the segments together are whole bytes, and only the last \
         segment may take all that is left. Text, bytes, `little` and an integer whose size is no \
         number in the source begin at a whole byte.";
    E0047 Meaning
        "a service without `init`, or without anything to answer"
        "A service has an `fn init(…)` that makes its first state, and a `call` or `cast` at \
         least.";
    E0048 Meaning
        "the program has no `fn main`"
        "A program begins with `fn main() do … end` in `main.snow`.";
    E0049 Meaning
        "a type without a default value"
        "`default()` makes numbers, texts, lists, `false` and tuples of these. Build other \
         values from their parts.";
    E0050 Meaning
        "an actor calls itself other than as the last thing it does"
        "An actor loops by calling itself; anything after the call would never run. Move the \
         call to the end, or `spawn` the actor.";
    E0051 Meaning
        "an opaque type is built, matched, read or changed outside of the package that declares \
         it"
        "Use the functions of the type's module.";
    E0052 Meaning
        "a module that only the standard library itself may name; the advice says which ones are \
         for programs"
        "What programs need of it is passed on by a module that they may name.";
    E0096 Meaning
        "a type has too many parts"
        "A tuple of tuples doubles with each level, and each use of it would cost that much. Give its \
         parts a type of their own, `struct` or `type`, whose name is one part.";
    E0097 Meaning
        "a match has too many combinations of cases to be checked"
        "Whether the arms cover every value can take as many steps as there are combinations of \
         cases. A last arm `_ -> …` makes the question needless; a match in several steps makes it \
         smaller.";
    E0098 Meaning
        "the program needs more versions of a generic function than can be made"
        "Generic functions are compiled once for each set of types. One that calls itself with a \
         larger type each time has no end; put the growing part into a sum type.";
    E0099 Meaning
        "a part of the language that this compiler does not have yet, or that only the standard \
         library may use"
        "`ARCHITECTURE.md` lists under \"Not there yet\"what is planned.";
    E0999 Meaning
        "a mistake of the compiler itself; please report it with the program"
        "The program may be right: a check inside the compiler failed.";
    P0001 Syntax
        "something else was expected here"
        "The message says what; the second place says what was begun.";
    P0002 Syntax
        "a string, comment or bracket is never closed"
        "The place is where it was opened.";
    P0003 Syntax
        "a character or number that Snow does not have"
        "Integers reach from -9223372036854775808 to 9223372036854775807.";
    P0004 Syntax
        "a form that stands where it has no meaning"
        "The form is right somewhere else; the message says where.";
    P0005 Syntax
        "nested too deeply"
        "The compiler bounds the depth of what it reads. Give inner parts names of their own.";
    W0001 Warning
        "an arm, or an alternative of a pattern, that is never reached"
        "The arms above, or the alternatives before it, match everything that this one does. `|` \
         binds tighter than `::`: write `(a :: b) | (c :: d)`.";
    W0002 Warning
        "an annotation on a clause that is not the first; it is ignored"
        "The first clause says the types of them all.";
    W0003 Warning
        "the clauses of a function do not cover every value; calling it with another one is a \
         crash"
        "Add a clause for the value that is shown, or leave it if the crash is meant.";
    W0004 Warning
        "a local name that is never used"
        "Use it, or write `_` in front of it if it is there for its name only.";
    W0005 Warning
        "an import that is never used, or that comes with another one"
        "Take the import out. Modules of the program and of the library are there without it.";
    W0006 Warning
        "a private function, constant or type that nothing uses"
        "Take it out, or make it `pub` if another module is to use it. What only calls itself is \
         not used.";
    W0007 Warning
        "a `Result` that nobody looks at"
        "An `Err` would go unnoticed. Look at it with `case`, hand it on with `?`, or write \
         `let _ =` in front if it does not matter: a statement begins so, or the block of an arm, \
         `pattern -> do let _ = f() end`.";
    W0008 Warning
        "code that is never reached"
        "What stands before it never comes to its end: it returns, breaks out of a loop or panics.";
    W0009 Warning
        "`#{…}`, or `$` and a local name, in a string, which is text"
        "Other languages put a value there; in Snow it stands in `${…}`.";
    W0010 Warning
        "a backslash in a string that makes no escape with what stands behind it"
        "The backslash is left out of the text. The escapes are `\\n`, `\\t`, `\\r`, `\\0`, `\\\\`, \
         `\\\"`, `\\$` and `\\u{e9}`.";
    W0011 Warning
        "a `test` in a file whose name does not end in `_test.snow`"
        "Tests run in test files only. The one of `shop/cart.snow` is `shop/cart_test.snow`, which \
         may use the private names of `Shop.Cart`.";
    W0012 Warning
        "a value that is made and goes nowhere"
        "Values never change: `Map.put(map, key, value)` answers another map, which `let` takes. An \
         `if` without `else` answers `()`; what is to end the function there needs `return`.";
    W0013 Warning
        "a link of a comment leads nowhere; `snowc doc` reports it"
        "A link in a `##` comment leads to a name of the reference (`[all of them](List.map)`), to \
         a heading of the comment (`#limits`) or to an address outside (`https://`, `mailto:`). \
         Names are public ones of modules that have a page; what is private or of the standard \
         library has none in the reference of a project.";
    C0001 Command
        "compilation failed because of the errors before it; the last line of `--json`"
        "It says that nothing was made.";
    C0002 Command
        "the command could not be carried out: a file, the C compiler, a wrong project"
        "The message says what could not be done, and why.";
    C0003 Command
        "`snow.toml` is not right"
        "It is a text file in UTF-8. It has `[package]` with `name` and `version`, three numbers \
         without zeros in front such as `1.0.0` or `1.0.0-rc.1`, and may have `[dependencies]`, \
         each `name = { path = \"…\" }`: a folder with a `snow.toml` of its own.";
}

impl Code {
    /// The code of that name, in any case of letters.
    pub fn find(name: &str) -> Option<Code> {
        let is = |code: &&Code| code.name().eq_ignore_ascii_case(name);
        Code::ALL.iter().find(is).copied()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// `docs/diagnostics.md` behind its first section.
pub fn tables() -> String {
    let families = [
        (Family::Meaning, "Types and names"),
        (Family::Syntax, "Syntax"),
        (Family::Warning, "Warnings"),
        (Family::Command, "The command"),
    ];
    let mut out = String::new();
    for (family, title) in families {
        out += &format!("\n## {title}\n\n| code | means |\n|---|---|\n");
        for code in Code::ALL.iter().filter(|code| code.family() == family) {
            out += &format!("| {code} | {} |\n", code.title());
        }
    }
    out
}
