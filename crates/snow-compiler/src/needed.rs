//! Which files a program needs, found while they are parsed.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostics::Diagnostics;
use crate::pipeline::Mode;
use crate::source::{FileId, Sources};
use crate::{ast, parallel, parse, resolve};

/// Library modules that the language itself leans on, whatever a program mentions.
const ALWAYS: &[&str] = &[
    "Prelude", "List", "Map", "Set", "Range", "String", "Option", "Result",
];

/// Files with what was written in them.
pub(crate) type Modules = Vec<(FileId, Arc<ast::Module>)>;

/// The program's own files, and those of the library whose names are mentioned in a file that is
/// needed. A type or constructor of the same name as a module counts as a mention: too many modules
/// cost a little time, too few would be an error. A service or supervisor mentions the module that
/// it becomes calls of. `takes_all`: the list of public names wants the whole library, as do its
/// pages and its compilation ahead of programs. `parse` is handed the files that are known to be
/// needed and were not before.
pub(crate) fn needed(
    sources: &Sources,
    mode: Mode,
    takes_all: bool,
    parse: &mut dyn FnMut(Vec<FileId>) -> Modules,
) -> Modules {
    let last_segment = |module: &str| module.rsplit('.').next().unwrap_or_default().to_string();
    let mut library: FxHashMap<String, Vec<FileId>> = FxHashMap::default();
    let mut work = Vec::new();
    for (file, source) in sources.iter() {
        let name = last_segment(&source.module);
        let needs_it = ALWAYS.contains(&name.as_str()) || (mode == Mode::Tests && name == "Test");
        if takes_all || !source.is_stdlib || needs_it {
            work.push(file);
        } else {
            library.entry(name).or_default().push(file);
        }
    }
    let mut found = Vec::new();
    while !work.is_empty() {
        let parsed = parse(std::mem::take(&mut work));
        for (_, module) in &parsed {
            for name in mentions(module) {
                work.extend(library.remove(resolve::spelled(name)).unwrap_or_default());
            }
        }
        found.extend(parsed);
    }
    found.sort_unstable_by_key(|(file, _)| *file);
    found
}

/// Parses files for [`needed`], on all cores.
pub(crate) fn parsing<'a>(
    sources: &'a Sources,
    diagnostics: &'a mut Diagnostics,
) -> impl FnMut(Vec<FileId>) -> Modules + 'a {
    |files| {
        let parsed = parallel::map(files, |file| {
            let mut reports = Diagnostics::default();
            let module = parse::module(sources, file, &mut reports);
            (file, Arc::new(module), reports)
        });
        let keep = |(file, module, reports)| {
            diagnostics.append(&reports);
            (file, module)
        };
        parsed.into_iter().map(keep).collect()
    }
}

/// Names in a module that may be those of modules.
pub(crate) fn mentions(module: &ast::Module) -> impl Iterator<Item = &str> {
    let items = module.items.iter().filter_map(|item| match item.kind {
        ast::ItemKind::Service(_) => Some("Service"),
        ast::ItemKind::Supervisor(_) => Some("Supervisor"),
        ast::ItemKind::Fn(_)
        | ast::ItemKind::Struct(_)
        | ast::ItemKind::Sum(_)
        | ast::ItemKind::Alias { .. }
        | ast::ItemKind::Interface(_)
        | ast::ItemKind::Impl(_)
        | ast::ItemKind::Import(_)
        | ast::ItemKind::FromImport { .. }
        | ast::ItemKind::Actor(_)
        | ast::ItemKind::Test { .. }
        | ast::ItemKind::Extern(_)
        | ast::ItemKind::ExternType { .. }
        | ast::ItemKind::Let { .. } => None,
    });
    module.mentions.iter().map(|name| &**name).chain(items)
}
