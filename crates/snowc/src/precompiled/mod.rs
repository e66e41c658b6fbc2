//! The standard library, compiled once for all programs.
//!
//! Functions without type parameters are the same in every program, so their C files are, too.
//! Which functions they have is kept in the cache, named by the library's text; the text of a file
//! is made again when its object is missing. A program is linked with those objects that it takes
//! something from, and with those that these need.

mod table;

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use snow_compiler::pipeline::{self, LibraryUnit, Precompiled};
use snow_compiler::source::{Omission, Sources};

use crate::cache::{Cache, Key};
use crate::failure::Failure;
use crate::program::{on_large_stack, own_identity};
use crate::stdlib;
use table::table;

pub(crate) use table::digest;

/// What is known of the library's files without their text.
pub(crate) struct Library {
    sources: Sources,
    /// Functions that programs may take.
    pub(crate) functions: Arc<Precompiled>,
    /// By function: the file that has it.
    owners: HashMap<String, usize>,
    /// In the order of the files' names.
    files: Vec<File>,
    /// What is left out of sources, by their numbers among those of the library.
    left_out: Vec<(usize, Omission)>,
    /// The files with their text, once one of them was asked for.
    units: Mutex<Option<Arc<Vec<LibraryUnit>>>>,
}

/// One file of the library.
pub(crate) struct File {
    /// File stem.
    pub(crate) name: String,
    /// Hash of its text.
    pub(crate) digest: String,
    /// Files that it refers to.
    needs: BTreeSet<usize>,
}

impl Library {
    /// The library that is embedded in this command, when `sources` has that one.
    pub(crate) fn embedded(sources: &Sources) -> Result<Option<Library>, Failure> {
        let own = own(sources);
        let Some(text) = stdlib::table(&own) else {
            return Ok(None);
        };
        let library = Library::of_table(own, text, None).ok_or_else(|| {
            Failure::Message("the table that is embedded in this command is none".into())
        });
        library.map(Some)
    }

    /// The library among `sources`: the embedded one, from the cache, or compiled now.
    pub(crate) fn open(cache: &Cache, sources: &Sources) -> Result<Library, Failure> {
        if let Some(library) = Library::embedded(sources)? {
            return Ok(library);
        }
        let own = own(sources);
        let mut key = Key::default().with(own_identity());
        for (_, source) in own.iter() {
            key = key
                .with(&source.path)
                .with(&source.module)
                .with(source.text.as_bytes());
        }
        let mut made = None;
        let fill = |draft: &Path| {
            let library = compile(&own)?;
            let written = fs::write(draft, table(&library));
            made = Some(Arc::new(library.units));
            written.map_err(|cause| Failure::at("write", draft, cause))
        };
        let path = cache.find_or_make("library", &key.name(), fill)?;
        let text = fs::read_to_string(&path).map_err(|cause| Failure::at("read", &path, cause))?;
        let library = Library::of_table(own, &text, made);
        library.ok_or_else(|| Failure::Message(format!("'{}' is no table", path.display())))
    }

    /// `None` for a text that no [`table`] is.
    fn of_table(
        sources: Sources,
        text: &str,
        made: Option<Arc<Vec<LibraryUnit>>>,
    ) -> Option<Library> {
        let mut functions = Precompiled::default();
        let mut owners = HashMap::new();
        let mut files: Vec<File> = Vec::new();
        let mut left_out = Vec::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["file", name, digest] => files.push(File {
                    name: name.into(),
                    digest: digest.into(),
                    needs: BTreeSet::new(),
                }),
                ["has", symbol, fingerprint, convention] => {
                    functions.insert(symbol.into(), table::known(fingerprint, convention)?);
                    owners.insert(symbol.into(), files.len().checked_sub(1)?);
                }
                ["needs", file] => {
                    files.last_mut()?.needs.insert(file.parse().ok()?);
                }
                ["leaves", source, ref words @ ..] => {
                    left_out.push((source.parse().ok()?, table::omission(words)?));
                }
                _ => return None,
            }
        }
        Some(Library {
            sources,
            functions: Arc::new(functions),
            owners,
            files,
            left_out,
            units: Mutex::new(made),
        })
    }

    /// The sources of a program that takes the library's functions, without what need not be read.
    /// The library's own programs may name all of it.
    pub(crate) fn abridged(&self, sources: &Sources) -> Sources {
        if sources.any_library_test() {
            return sources.clone();
        }
        let files = sources.iter().filter(|(_, source)| source.is_stdlib);
        let files: Vec<_> = files.map(|(file, _)| file).collect();
        let mut abridged = sources.clone();
        for (source, omission) in &self.left_out {
            abridged.leave_out(files[*source], omission.clone());
        }
        abridged
    }

    /// The files that have these functions, and all that these need, in the order of their names.
    pub(crate) fn files_for<'a>(&self, functions: impl Iterator<Item = &'a String>) -> Vec<&File> {
        let mut work: Vec<usize> = functions
            .filter_map(|symbol| self.owners.get(symbol).copied())
            .collect();
        let mut found = BTreeSet::new();
        while let Some(at) = work.pop() {
            if found.insert(at) {
                work.extend(&self.files[at].needs);
            }
        }
        found.into_iter().map(|at| &self.files[at]).collect()
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: &File) -> Result<String, Failure> {
        let mut units = self.units.lock().expect("nothing panics with the lock");
        let units = match &*units {
            Some(units) => units.clone(),
            None => units
                .insert(Arc::new(compile(&self.sources)?.units))
                .clone(),
        };
        let found = units.iter().find(|made| made.unit.name == file.name);
        let text = found.map(|made| made.unit.text.clone());
        text.ok_or_else(|| Failure::Message(format!("the library has no '{}'", file.name)))
    }
}

/// The files of the library among `sources`.
fn own(sources: &Sources) -> Sources {
    let mut own = Sources::default();
    for (_, source) in sources.iter().filter(|(_, source)| source.is_stdlib) {
        own.share(source);
    }
    own
}

fn compile(sources: &Sources) -> Result<pipeline::Library, Failure> {
    on_large_stack(|| pipeline::library(sources))?.map_err(|found| {
        let messages: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
        let messages = messages.join("; ");
        Failure::Message(format!("the standard library does not compile: {messages}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use snow_compiler::pipeline::{Convention, Fingerprint, Known, Unit};
    use snow_compiler::source::{FileId, LeftOut};

    fn known(symbol: &str) -> Known {
        let convention = Convention {
            borrowed: vec![true, false],
            hands_on: symbol == "d",
        };
        Known {
            fingerprint: Fingerprint(7),
            convention: (symbol != "a").then_some(convention),
        }
    }

    fn unit(name: &str, functions: &[&str], imported: &[&str]) -> LibraryUnit {
        let owned = |list: &[&str]| {
            list.iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>()
        };
        LibraryUnit {
            functions: owned(functions)
                .into_iter()
                .map(|symbol| (symbol.clone(), known(&symbol)))
                .collect(),
            unit: Unit {
                name: name.into(),
                text: format!("text of {name}"),
                imported: owned(imported),
            },
        }
    }

    #[test]
    fn a_program_takes_the_files_of_its_functions_and_what_these_need() {
        let units = [
            unit("A", &["a"], &["b"]),
            unit("B", &["b"], &["c"]),
            unit("C", &["c"], &["b"]),
            unit("D", &["d"], &[]),
        ];
        let parts = [(3, 9, true), (20, 4000, false)];
        let parts = parts.map(|(start, end, is_body)| LeftOut {
            start,
            end,
            is_body,
        });
        let omission = Omission {
            parts: Arc::from(parts),
            mentioned: ["Map".into(), "Time".into()].into(),
        };
        let made = pipeline::Library {
            units: units.into(),
            left_out: vec![(FileId(1), omission.clone())],
        };
        let library = Library::of_table(Sources::default(), &table(&made), None);
        let library = library.expect("a table");
        let names = |symbols: &[&str]| -> Vec<String> {
            let symbols: Vec<String> = symbols.iter().map(|s| (*s).to_owned()).collect();
            let files = library.files_for(symbols.iter());
            files.iter().map(|file| file.name.clone()).collect()
        };
        assert_eq!(names(&["a"]), ["A", "B", "C"]);
        assert_eq!(names(&["d", "c"]), ["B", "C", "D"]);
        assert_eq!(names(&["unknown"]), Vec::<String>::new());
        assert_eq!(library.functions.len(), 4);
        for (symbol, found) in library.functions.iter() {
            assert_eq!(*found, known(symbol));
        }
        assert_eq!(library.left_out, [(1, omission)]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let has = |end: &str| format!("file A 0\nhas f {end}");
        let texts = ["nonsense".into(), "has f 7 -".into(), "needs 0".into()];
        let bad = [has("word -"), has("7"), has("7 x"), has("7 hx")];
        let parts = ["x", "1 b3", "1 c3-4", "1 i3-x"].map(|end| format!("leaves {end}"));
        for text in texts.iter().chain(&bad).chain(&parts) {
            let library = Library::of_table(Sources::default(), text, None);
            assert!(library.is_none(), "{text}");
        }
    }
}
