//! With which options C is compiled. The build script of this command uses them, too.

use std::path::Path;

use crate::cache::Key;

/// What generated C relies on, whatever the profile. Overflow wraps, any pointer may alias any
/// other, a check for null is never dropped, and `a * b + c` rounds twice, as it does in Snow. What
/// is inline is made by one file only.
const MEANING: &[&str] = &[
    "-std=gnu11",
    "-fno-gnu89-inline",
    "-fwrapv",
    "-fno-strict-aliasing",
    "-fno-delete-null-pointer-checks",
    "-ffp-contract=off",
];
/// What older compilers only warn about, and would give another value at run time, is a mistake of
/// generated code. The code checks its stack itself, after a function has taken its frame: one of
/// more than a page touches each of its pages in order, so that it meets the guard page and not the
/// stack behind that.
const SHAPE: &[&str] = &[
    "-Werror=implicit-function-declaration",
    "-Werror=int-conversion",
    "-Werror=incompatible-pointer-types",
    "-pipe",
    "-fno-stack-protector",
    "-fstack-clash-protection",
];
/// `SN_DEVELOPMENT` makes functions of the headers' helpers, which the others copy into each place:
/// a third of the compiler's time. Tail calls are a promise of the language, so they are made at
/// every level. Line tables cost 4 % of the time, measured.
const DEVELOPMENT: &[&str] = &["-O1", "-foptimize-sibling-calls", "-g1", "-DSN_DEVELOPMENT"];
/// In sections of their own, functions that a program does not need are left out of it. In
/// development that would double the time for linking.
const RELEASE: &[&str] = &["-O2", "-g1", "-ffunction-sections", "-fdata-sections"];
/// Optimisations of gcc that cut functions apart or make one call of two equal ones; a crash report
/// would name the line of another call. A compiler that does not know them goes without.
const WHOLE: &[&str] = &[
    "-fno-partial-inlining",
    "-fno-crossjumping",
    "-fno-tree-tail-merge",
];
const SANITIZE: &[&str] = &[
    "-O1",
    "-foptimize-sibling-calls",
    "-g1",
    "-DSN_DEVELOPMENT",
    "-fsanitize=address",
    "-fno-omit-frame-pointer",
];

/// How C is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Soon done.
    Development,
    /// Fast code.
    Release,
    /// Errors of memory are found when the program runs.
    Sanitize,
}

impl Level {
    /// Options that every compiler knows.
    pub(crate) fn options(self) -> Vec<&'static str> {
        let own = match self {
            Level::Development => DEVELOPMENT,
            Level::Release => RELEASE,
            Level::Sanitize => SANITIZE,
        };
        [MEANING, SHAPE, own].concat()
    }

    /// Options that a compiler may not know, and then goes without.
    pub(crate) fn optional(self) -> &'static [&'static str] {
        match self {
            Level::Release => WHOLE,
            Level::Development | Level::Sanitize => &[],
        }
    }

    /// Names all of them.
    pub(crate) fn name(self) -> String {
        [&self.options(), self.optional()].concat().join(" ")
    }

    /// Options that keep the place of the headers out of line tables: the same C gives the same
    /// object in every folder.
    pub(crate) fn without_places(include: &Path) -> [String; 1] {
        [format!(
            "-ffile-prefix-map={}=/snow/include",
            include.display()
        )]
    }

    /// What the object of a file of the library is called, by the names of headers and text.
    /// Whatever compiler made it, any other may use it.
    pub(crate) fn embedded_name(self, headers: &str, digest: &str) -> String {
        let key = Key::default().with(self.name());
        key.with(headers).with(digest).name()
    }
}
