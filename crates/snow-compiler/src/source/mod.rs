//! Source files in memory: ids, spans and line numbers.
//!
//! In: file names and texts. Out: [`Sources`], which turns a [`Span`] into file, line and column.

use std::sync::Arc;

/// An interned-by-value name. Cheap to clone, compares by text.
pub type Name = Arc<str>;

/// Names one file of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// Names one package of a [`Sources`]. The program with its tests is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PackageId(pub u32);

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both; `other` must be of the same file.
    pub fn to(self, other: Span) -> Span {
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// One file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path as it is shown in messages.
    pub path: String,
    /// Path as the program names it, in crash reports and tables of lines: the same, unless
    /// [`Sources::set_place`] was called.
    pub place: String,
    /// Module name: `Main`, `Net.HttpUtil`.
    pub module: String,
    /// True for the standard library, whose modules may declare `extern fn`.
    pub is_stdlib: bool,
    /// True for the tests of the standard library, which see all of its modules and opaque types.
    pub is_library_test: bool,
    /// True for a file whose `test` items run: a test file, and the examples of a module.
    pub has_tests: bool,
    /// Whose file it is; for those of the standard library without a meaning.
    pub package: PackageId,
    /// The text.
    pub text: Arc<str>,
    /// What is not read of it.
    pub omission: Omission,
    line_starts: Arc<[u32]>,
}

/// A part of a file that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its first byte.
    pub start: u32,
    /// The byte behind it.
    pub end: u32,
    /// It is the body of a function, from `do` or `=` on; else it is an item.
    pub is_body: bool,
}

/// What is not read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Omission {
    /// In order and apart.
    pub parts: Arc<[LeftOut]>,
    /// Modules that these parts mention, by the last segment. They are needed all the same: a
    /// program may use what they declare without a name, as a field of a struct.
    pub mentioned: Arc<[Name]>,
}

/// All files of one compilation.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    dependencies: Vec<(PackageId, Name, PackageId)>,
}

impl Sources {
    /// Adds a file and names it.
    pub fn add(&mut self, path: &str, module: &str, is_stdlib: bool, text: &str) -> FileId {
        let line_starts = line_starts(text);
        let has_tests = path.ends_with("_test.snow");
        let (module, text) = (module.into(), text.into());
        self.files.push(Source {
            path: path.into(),
            place: path.into(),
            module,
            is_stdlib,
            is_library_test: false,
            has_tests,
            package: PackageId::default(),
            text,
            omission: Omission::default(),
            line_starts,
        });
        FileId(self.files.len() as u32 - 1)
    }

    /// Leaves parts of a file out. A body that is left out belongs to a function whose types are
    /// written, and which needs no code.
    pub fn leave_out(&mut self, file: FileId, omission: Omission) {
        self.files[file.0 as usize].omission = omission;
    }

    /// The same files with nothing left out.
    pub fn whole(&self) -> Sources {
        let mut whole = self.clone();
        let files = whole.files.iter_mut();
        files.for_each(|source| source.omission = Omission::default());
        whole
    }

    /// Whether a file belongs to the library's own tests.
    pub fn any_library_test(&self) -> bool {
        self.files.iter().any(|source| source.is_library_test)
    }

    /// Whether something is left out of a file.
    pub fn is_abridged(&self) -> bool {
        self.files
            .iter()
            .any(|source| !source.omission.parts.is_empty())
    }

    /// Adds a file that other sources have, too, and names it. Its text is shared.
    pub fn share(&mut self, source: &Source) -> FileId {
        self.files.push(source.clone());
        FileId(self.files.len() as u32 - 1)
    }

    /// Gives a file another text.
    pub fn replace(&mut self, file: FileId, text: Arc<str>) {
        let source = &mut self.files[file.0 as usize];
        source.line_starts = line_starts(&text);
        source.omission = Omission::default();
        source.text = text;
    }

    /// Gives a file another name in the program.
    pub fn set_place(&mut self, file: FileId, place: String) {
        self.files[file.0 as usize].place = place;
    }

    /// Adds a file of the standard library's own tests and names it.
    pub fn add_library_test(&mut self, path: &str, module: &str, text: &str) -> FileId {
        let file = self.add(path, module, false, text);
        self.files[file.0 as usize].is_library_test = true;
        file
    }

    /// Adds the examples in the comments of a file, under the path of that file, and names them.
    pub fn add_examples(&mut self, path: &str, module: &str, text: &str) -> FileId {
        let file = self.add(path, module, false, text);
        self.files[file.0 as usize].has_tests = true;
        file
    }

    /// Adds a file of a package that the program depends on, and names it.
    pub fn add_dependency(
        &mut self,
        package: PackageId,
        path: &str,
        module: &str,
        text: &str,
    ) -> FileId {
        let file = self.add(path, module, false, text);
        self.files[file.0 as usize].package = package;
        file
    }

    /// Lets the modules of `package` name those of `other`, behind `name`.
    pub fn depend(&mut self, package: PackageId, name: &str, other: PackageId) {
        self.dependencies.push((package, name.into(), other));
    }

    /// What a package depends on, each with the name that it has there.
    pub fn dependencies(&self, package: PackageId) -> impl Iterator<Item = (&Name, PackageId)> {
        let own = self.dependencies.iter().filter(move |d| d.0 == package);
        own.map(|(_, name, other)| (name, *other))
    }

    /// The file of that id.
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    /// All files in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files
            .iter()
            .enumerate()
            .map(|(i, s)| (FileId(i as u32), s))
    }

    /// Line and column of a byte, both from 1; the column counts characters.
    pub fn line_column(&self, file: FileId, at: u32) -> (usize, usize) {
        let source = self.get(file);
        let line = source.line_starts.partition_point(|start| *start <= at) - 1;
        let start = source.line_starts[line] as usize;
        let end = (at as usize).min(source.text.len());
        let column = source
            .text
            .get(start..end)
            .map_or(end - start, |s| s.chars().count());
        (line + 1, column + 1)
    }

    /// Text of a line (from 1), without its end.
    pub fn line_text(&self, file: FileId, line: usize) -> &str {
        let source = self.get(file);
        let start = source.line_starts[line - 1] as usize;
        let end = source
            .line_starts
            .get(line)
            .map_or(source.text.len(), |next| *next as usize);
        source.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

/// The first byte of each line.
fn line_starts(text: &str) -> Arc<[u32]> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let starts = ends.map(|(at, _)| at as u32 + 1);
    std::iter::once(0).chain(starts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a.snow", "A", false, "ab\nçd\n");
        assert_eq!(sources.line_column(file, 0), (1, 1));
        assert_eq!(sources.line_column(file, 5), (2, 2));
        assert_eq!(sources.line_text(file, 2), "çd");
    }
}
