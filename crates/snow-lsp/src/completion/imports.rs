//! What may stand in a line that imports: modules, and names of one.

use lsp_types::CompletionItemKind;
use snow_compiler::ast::ItemKind;
use snow_compiler::resolve;
use snow_compiler::source::{FileId, Name};

use super::paths::{self, of_module};
use super::{add, Found};
use crate::snapshot::Snapshot;
use crate::text::is_in_name;

/// Adds what fits where the text before a byte imports something; whether it does.
pub(super) fn complete(snapshot: &Snapshot, file: FileId, before: &str, found: &mut Found) -> bool {
    let line = statement(before);
    if let Some(path) = line.strip_prefix("import ") {
        modules(snapshot, file, path.trim_start(), found);
        return true;
    }
    let Some(rest) = line.strip_prefix("from ") else {
        return false;
    };
    match rest.split_once(" import") {
        Some((path, list)) => {
            if let Some(module) = paths::module_meant(snapshot, file, path.trim()) {
                names(snapshot, module, list, found);
            }
        }
        None if rest.trim_start().contains(' ') => {
            add(&"import".into(), CompletionItemKind::KEYWORD, None, found);
        }
        None => modules(snapshot, file, rest.trim_start(), found),
    }
    true
}

/// The line that ends a text, with those before it that end in a comma.
fn statement(before: &str) -> &str {
    let begin = |end: usize| before[..end].rfind('\n').map_or(0, |at| at + 1);
    let mut start = begin(before.len());
    while before[..start].trim_end().ends_with(',') {
        start = begin(before[..start].trim_end().len());
    }
    before[start..].trim_start()
}

/// Modules whose names begin with what is written in front of the last dot.
fn modules(snapshot: &Snapshot, file: FileId, written: &str, found: &mut Found) {
    let is_path = |letter: char| is_in_name(letter) || letter == '.';
    if !written.chars().all(is_path) {
        return;
    }
    let before = written.rfind('.').map_or("", |dot| &written[..=dot]);
    let sources = &snapshot.loaded.sources;
    for (name, module) in resolve::importable(sources, file) {
        let is_prelude = sources.get(module).is_stdlib && &*name == "Prelude";
        let rest = name.strip_prefix(before);
        if let Some(rest) = rest.filter(|_| !is_prelude && !sources.get(module).has_tests) {
            add(&rest.into(), CompletionItemKind::MODULE, None, found);
        }
    }
}

/// Public names of a module that are not in the list yet.
fn names(snapshot: &Snapshot, file: FileId, list: &str, found: &mut Found) {
    let Some(module) = snapshot.module_of(file) else {
        return;
    };
    of_module(snapshot, module, found);
    let (listed, _) = list.rsplit_once(',').unwrap_or_default();
    for name in listed.split(',') {
        found.remove(name.trim());
    }
}

/// What the imports of a file bring into scope.
pub(super) fn imported(snapshot: &Snapshot, file: FileId, found: &mut Found) {
    let items = snapshot.ast(file).into_iter().flat_map(|m| &m.items);
    for item in items {
        match &item.kind {
            ItemKind::Import(path) => {
                if let Some(last) = path.segments.last() {
                    add(&last.name, CompletionItemKind::MODULE, None, found);
                }
            }
            ItemKind::FromImport { path, names } => {
                let path = paths::dotted(path);
                let module = paths::module_meant(snapshot, file, &path);
                let Some(module) = module.and_then(|file| snapshot.module_of(file)) else {
                    continue;
                };
                let mut all = Found::new();
                of_module(snapshot, module, &mut all);
                let names = names.iter().map(|name| name.name.clone());
                let names: Vec<Name> = names
                    .flat_map(|name| {
                        let constructors = paths::constructors(snapshot, module, &name);
                        std::iter::once(name).chain(constructors)
                    })
                    .collect();
                for name in names {
                    if let Some((label, item)) = all.remove_entry(&*name) {
                        found.entry(label).or_insert(item);
                    }
                }
            }
            ItemKind::Fn(_)
            | ItemKind::Struct(_)
            | ItemKind::Sum(_)
            | ItemKind::Alias { .. }
            | ItemKind::Interface(_)
            | ItemKind::Impl(_)
            | ItemKind::Actor(_)
            | ItemKind::Service(_)
            | ItemKind::Supervisor(_)
            | ItemKind::Test { .. }
            | ItemKind::Extern(_)
            | ItemKind::ExternType { .. }
            | ItemKind::Let { .. } => {}
        }
    }
}
