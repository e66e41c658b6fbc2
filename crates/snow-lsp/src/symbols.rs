//! Lists of what is declared: in a file, and in all files of a root.

use lsp_types::{DocumentSymbol, Location, SymbolInformation};
use snow_compiler::source::FileId;

use crate::findings::location;
use crate::outline::{self, Outlined};
use crate::snapshot::Snapshot;
use crate::text::Lines;

/// What a file declares.
pub(crate) fn of_file(snapshot: &Snapshot, file: FileId) -> Vec<DocumentSymbol> {
    let Some(module) = snapshot.ast(file) else {
        return Vec::new();
    };
    let lines = Lines::new(snapshot.text(file));
    let list = outline::of_module(module);
    list.iter().map(|one| symbol(one, &lines)).collect()
}

fn symbol(one: &Outlined, lines: &Lines) -> DocumentSymbol {
    let inside: Vec<_> = one.inside.iter().map(|one| symbol(one, lines)).collect();
    let (whole, name) = (one.span, one.name_span);
    // The protocol wants the name inside of the whole.
    let (start, end) = (whole.start.min(name.start), whole.end.max(name.end));
    #[allow(deprecated, reason = "the field has no default")]
    DocumentSymbol {
        name: one.name.clone(),
        detail: None,
        kind: one.kind,
        tags: None,
        deprecated: None,
        range: lines.range(start as usize, end as usize),
        selection_range: lines.range(name.start as usize, name.end as usize),
        children: (!inside.is_empty()).then_some(inside),
    }
}

/// Declarations of the root whose names have the letters of `query` in their order.
pub(crate) fn of_root(snapshot: &Snapshot, query: &str) -> Vec<SymbolInformation> {
    let mut found = Vec::new();
    for (file, source) in snapshot.loaded.sources.iter() {
        let module = snapshot.ast(file).filter(|_| !source.is_stdlib);
        for one in module
            .into_iter()
            .flat_map(|module| outline::of_module(module))
        {
            collect(snapshot, &one, (query, &source.module), &mut found);
        }
    }
    found
}

fn collect(
    snapshot: &Snapshot,
    one: &Outlined,
    (query, container): (&str, &str),
    found: &mut Vec<SymbolInformation>,
) {
    if fits(&one.name, query) {
        if let Some(location) = location(snapshot, one.name_span) {
            found.push(information(one, location, container));
        }
    }
    for inside in &one.inside {
        collect(snapshot, inside, (query, &one.name), found);
    }
}

fn information(one: &Outlined, location: Location, container: &str) -> SymbolInformation {
    #[allow(deprecated, reason = "the field has no default")]
    SymbolInformation {
        name: one.name.clone(),
        kind: one.kind,
        tags: None,
        deprecated: None,
        location,
        container_name: Some(container.to_string()),
    }
}

/// Whether the letters of `query` stand in `name` in this order, large or small.
fn fits(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut wanted = query.chars().flat_map(char::to_lowercase);
    wanted.all(|letter| letters.any(|other| other == letter))
}
