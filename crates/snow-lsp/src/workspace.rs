//! Open texts, the roots that they belong to, and what was found in each.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use lsp_types::{PublishDiagnosticsParams, TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use snow_compiler::analysis::Parsed;

use crate::documents::Documents;
use crate::findings;
use crate::places;
use crate::projects::{Projects, Root};
use crate::server::is_snow;
use crate::snapshot::Snapshot;
use crate::uri;

/// Diagnostics by path.
type Findings = HashMap<PathBuf, Vec<lsp_types::Diagnostic>>;

/// What is known of a root.
#[derive(Default)]
struct Known {
    parsed: Parsed,
    /// The last check that gave an answer.
    snapshot: Option<Snapshot>,
    /// Something has changed since the last check.
    is_dirty: bool,
    /// What the last check found, until it has been said.
    found: Option<Findings>,
    /// Files about which something was said.
    said: BTreeSet<PathBuf>,
}

/// Everything that one editor has open.
pub(crate) struct Workspace<'p> {
    projects: &'p dyn Projects,
    documents: Documents,
    /// Folders of the editor that are projects: they are checked whether or not a file is open.
    folders: BTreeSet<PathBuf>,
    roots: BTreeMap<Root, Known>,
    /// The root of each open text.
    root_of: HashMap<PathBuf, Root>,
    /// Files whose diagnostics are to be taken away.
    cleared: BTreeSet<PathBuf>,
    /// Old snapshots, let go of when the new ones have been spoken of: that takes time.
    retired: Vec<Snapshot>,
    /// Roots whose check was broken off by a mistake of the compiler, until it has been said.
    broken: Vec<Root>,
}

/// A root that has been checked, for one request.
pub(crate) struct Checked<'w> {
    pub projects: &'w dyn Projects,
    pub snapshot: &'w Snapshot,
    pub parsed: &'w Parsed,
    /// The file that the request is about.
    pub path: PathBuf,
}

impl<'p> Workspace<'p> {
    pub(crate) fn new(projects: &'p dyn Projects) -> Self {
        Workspace {
            projects,
            documents: Documents::default(),
            folders: BTreeSet::new(),
            roots: BTreeMap::new(),
            root_of: HashMap::new(),
            cleared: BTreeSet::new(),
            retired: Vec::new(),
            broken: Vec::new(),
        }
    }

    pub(crate) fn add_folder(&mut self, folder: &Uri) {
        let Some(path) = uri::to_path(folder) else {
            return;
        };
        let root = self.projects.root(&path);
        if root == Root::Folder(path.clone()) {
            self.folders.insert(path);
            self.touch(root);
        }
    }

    pub(crate) fn remove_folder(&mut self, folder: &Uri) {
        if let Some(path) = uri::to_path(folder) {
            self.folders.remove(&path);
            self.forget_unused();
        }
    }

    pub(crate) fn open(&mut self, opened: TextDocumentItem) {
        let is_snows = |path: &Path| match uri::is_unsaved(path) {
            true => opened.language_id == "snow",
            false => is_snow(path),
        };
        if !uri::to_path(&opened.uri).is_some_and(|path| is_snows(&path)) {
            return;
        }
        let TextDocumentItem {
            uri, version, text, ..
        } = opened;
        if let Some(path) = self.documents.open(uri, version, text) {
            let root = self.root_for(&path);
            self.root_of.insert(path, root.clone());
            self.touch(root);
        }
    }

    /// Takes a change in; one that is older than what is there is left out.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let changed = self.documents.change(uri, version, changes);
        let root = changed.and_then(|path| self.root_of.get(&path).cloned());
        if let Some(root) = root {
            self.touch(root);
        }
    }

    pub(crate) fn close(&mut self, uri: &Uri) {
        let closed = self.documents.close(uri);
        let root = closed.and_then(|path| self.root_of.remove(&path));
        if let Some(root) = root {
            self.touch(root);
            self.forget_unused();
        }
    }

    /// Files on the disk are not what they were: a project may have come or gone, too.
    pub(crate) fn files_changed(&mut self) {
        let paths: Vec<PathBuf> = self.documents.paths().cloned().collect();
        for path in paths {
            let root = self.root_for(&path);
            self.root_of.insert(path, root.clone());
            self.touch(root);
        }
        for known in self.roots.values_mut() {
            known.is_dirty = true;
        }
        self.forget_unused();
    }

    /// What a text belongs to. One that was never saved is a program of its own.
    fn root_for(&self, path: &Path) -> Root {
        match uri::is_unsaved(path) {
            true => Root::File(path.into()),
            false => self.projects.root(path),
        }
    }

    fn touch(&mut self, root: Root) {
        self.roots.entry(root).or_default().is_dirty = true;
    }

    /// Forgets roots without an open text that are no folder of the editor.
    fn forget_unused(&mut self) {
        let used: BTreeSet<&Root> = self.root_of.values().collect();
        let is_folder = |root: &Root| match root {
            Root::Folder(path) => self.folders.contains(path),
            Root::File(_) => false,
        };
        let unused = self
            .roots
            .keys()
            .filter(|root| !used.contains(root) && !is_folder(root));
        let unused: Vec<Root> = unused.cloned().collect();
        for root in unused {
            let known = self.roots.remove(&root).unwrap_or_default();
            self.cleared.extend(known.said);
        }
    }

    /// Whether a root is to be checked, or something was found that has not been said: the check
    /// may have been one for a request.
    pub(crate) fn has_work(&self) -> bool {
        let mut roots = self.roots.values();
        roots.any(|known| known.is_dirty || known.found.is_some()) || !self.broken.is_empty()
    }

    /// Checks one root that has changed.
    pub(crate) fn check_one(&mut self) {
        let dirty = self.roots.iter().find(|(_, known)| known.is_dirty);
        if let Some(root) = dirty.map(|(root, _)| root.clone()) {
            self.check(&root);
        }
    }

    /// Lets go of what has been replaced.
    pub(crate) fn tidy(&mut self) {
        self.retired.clear();
    }

    /// Roots whose check was broken off since this was asked last.
    pub(crate) fn take_broken(&mut self) -> Vec<Root> {
        std::mem::take(&mut self.broken)
    }

    fn check(&mut self, root: &Root) {
        let documents = &self.documents;
        let open = |path: &Path| documents.get(path).map(|document| document.text.clone());
        let loaded = self.projects.load(root, &open);
        let known = self.roots.entry(root.clone()).or_default();
        known.is_dirty = false;
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(problems) => {
                let mut found = Findings::new();
                for problem in problems {
                    let list = found.entry(problem.path.clone()).or_default();
                    list.push(findings::of_problem(&problem));
                }
                known.found = Some(found);
                return;
            }
        };
        let parsed = &mut known.parsed;
        // Nothing of a check that was broken off is looked at again but parsed files, each of which
        // is entered when it is whole.
        let checked = panic::catch_unwind(AssertUnwindSafe(|| Snapshot::check(loaded, parsed)));
        match checked {
            Ok(snapshot) => {
                known.found = Some(findings::by_path(&snapshot));
                self.retired.extend(known.snapshot.replace(snapshot));
            }
            // What was found before still stands.
            Err(_) => self.broken.push(root.clone()),
        }
    }

    /// What has been found and not said, and what is no longer so.
    pub(crate) fn unpublished(&mut self) -> Vec<PublishDiagnosticsParams> {
        let mut params = Vec::new();
        for (root, known) in &mut self.roots {
            let Some(mut found) = known.found.take() else {
                continue;
            };
            // A file of another root that is open there is that root's to speak of.
            found.retain(|path, _| self.root_of.get(path).is_none_or(|own| own == root));
            let gone: Vec<PathBuf> = known.said.iter().cloned().collect();
            // An open text hears that it has no diagnostics, too.
            let of_root = self.root_of.iter().filter(|(_, own)| *own == root);
            let open: Vec<PathBuf> = of_root.map(|(path, _)| path.clone()).collect();
            for path in gone.into_iter().chain(open) {
                found.entry(path).or_default();
            }
            let lasting = found.iter().filter(|(_, list)| !list.is_empty());
            known.said = lasting.map(|(path, _)| path.clone()).collect();
            for (path, diagnostics) in found {
                let document = self.documents.get(&path);
                let uri = document.map(|document| document.uri.clone());
                let version = document.map(|document| document.version);
                if let Some(uri) = uri.or_else(|| uri::of_path(&path)) {
                    params.push(PublishDiagnosticsParams::new(uri, diagnostics, version));
                }
            }
        }
        for path in std::mem::take(&mut self.cleared) {
            let is_said = self.roots.values().any(|known| known.said.contains(&path));
            if let Some(uri) = uri::of_path(&path).filter(|_| !is_said) {
                params.push(PublishDiagnosticsParams::new(uri, Vec::new(), None));
            }
        }
        params.sort_by(|one, other| one.uri.as_str().cmp(other.uri.as_str()));
        params
    }

    /// The root of a file, checked with the newest texts. `None` when the file is not open, or
    /// nothing could be found out.
    pub(crate) fn checked(&mut self, uri: &Uri) -> Option<Checked<'_>> {
        let path = uri::to_path(uri)?;
        let root = match self.root_of.get(&path) {
            Some(root) => root.clone(),
            // A file that an answer has named, such as one of the same project.
            None => self.root_with(&path)?,
        };
        if self.roots.get(&root)?.is_dirty {
            // Said with the next publication.
            self.check(&root);
        }
        let known = self.roots.get(&root)?;
        Some(Checked {
            projects: self.projects,
            snapshot: known.snapshot.as_ref()?,
            parsed: &known.parsed,
            path,
        })
    }

    fn root_with(&self, path: &Path) -> Option<Root> {
        let has = |known: &Known| {
            let snapshot = known.snapshot.as_ref();
            snapshot.is_some_and(|snapshot| places::own_paths(snapshot).iter().any(|p| p == path))
        };
        let found = self.roots.iter().find(|(_, known)| has(known));
        found.map(|(root, _)| root.clone())
    }

    /// All roots, checked.
    pub(crate) fn all(&mut self) -> Vec<&Snapshot> {
        let dirty = self.roots.iter().filter(|(_, known)| known.is_dirty);
        let dirty: Vec<Root> = dirty.map(|(root, _)| root.clone()).collect();
        for root in dirty {
            self.check(&root);
        }
        self.roots
            .values()
            .filter_map(|known| known.snapshot.as_ref())
            .collect()
    }
}
