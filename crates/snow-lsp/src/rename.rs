//! Another name for a thing, also in the examples of comments. The change is made on a copy of the
//! texts first and checked: it is refused when it would break the program, or when a name would
//! come to mean something else.

use std::collections::HashMap;
use std::sync::Arc;

use lsp_types::WorkspaceEdit;
use snow_compiler::analysis::Parsed;
use snow_compiler::ast::{Derive, Item, ItemKind};
use snow_compiler::diagnostics::{Diagnostic, Edit, Severity};
use snow_compiler::hir::Meaning;
use snow_compiler::source::{FileId, Sources, Span};

use crate::examples;
use crate::findings;
use crate::kin;
use crate::places;
use crate::projects::Loaded;
use crate::snapshot::Snapshot;
use crate::text::is_in_name;

/// The edits that give the thing at a byte another name, or why there are none.
pub(crate) fn rename(
    snapshot: &Snapshot,
    parsed: &Parsed,
    (file, at): (FileId, usize),
    name: &str,
) -> Result<WorkspaceEdit, String> {
    places::renamable(snapshot, file, at)?;
    let named = snapshot.named_at(file, at);
    let named = named.ok_or("there is no name here that can be changed")?;
    let begins = |is_right: fn(char) -> bool| name.starts_with(is_right);
    let is_capital = snapshot.slice(named.span).starts_with(char::is_uppercase);
    if !name.chars().all(is_in_name) || !begins(|first| first == '_' || first.is_alphabetic()) {
        return Err(format!(
            "`{name}` is no name: letters, digits and `_` make one"
        ));
    }
    if is_capital != begins(char::is_uppercase) {
        let kind = if is_capital { "capital" } else { "small" };
        return Err(format!("this name has to begin with a {kind} letter"));
    }
    if is_json_key(snapshot, &named.meaning) {
        return Err(
            "`deriving(Json)` makes a key of this name, so what programs send would \
                    change: rename it by hand, and keep the key with `as \"…\"`"
                .into(),
        );
    }
    let spellings = kin::spellings(snapshot, named, name)?;
    let places = kin::places(snapshot, &named.meaning);
    if let Some(foreign) = places.iter().find(|span| !places::is_own(snapshot, **span)) {
        let path = &snapshot.loaded.sources.get(foreign.file).path;
        return Err(format!(
            "'{path}', which is of another package, names it too"
        ));
    }
    let edit = |span: &Span| {
        let written = snapshot.slice(*span);
        let (_, text) = spellings.iter().find(|(old, _)| old == written)?;
        let text = text.clone();
        Some(Edit { span: *span, text })
    };
    let (old, new): (Vec<&str>, Vec<&str>) =
        spellings.iter().map(|(old, new)| (&**old, &**new)).unzip();
    let in_examples = examples::uses(&snapshot.loaded, parsed, named.span, &old);
    let all = places.iter().chain(&in_examples);
    let mut edits: Vec<Edit> = all.filter_map(edit).collect();
    edits.sort_by_key(|edit| edit.span);
    let change = Change {
        at: named.span,
        places: &places,
        in_examples: &in_examples,
        edits: &edits,
        spelled: &new,
    };
    verify(snapshot, parsed, &change)?;
    findings::workspace_edit(snapshot, &edits).ok_or_else(|| "a file has no path".into())
}

/// Whether a field or constructor is a key in JSON.
fn is_json_key(snapshot: &Snapshot, meaning: &Meaning) -> bool {
    if !matches!(meaning, Meaning::Field(..) | Meaning::Variant(..)) {
        return false;
    }
    let Some(declared) = snapshot.declaration(meaning) else {
        return false;
    };
    let Some(module) = snapshot.ast(declared.file) else {
        return false;
    };
    let derives_json = |list: &Option<Vec<Derive>>| {
        let mut list = list.iter().flatten();
        list.any(|derive| &*derive.name.name == "Json")
    };
    let has_key = |item: &Item| {
        let is_around = item.span.start <= declared.start && declared.end <= item.span.end;
        is_around
            && match &item.kind {
                ItemKind::Struct(def) => derives_json(&def.deriving),
                ItemKind::Sum(sum) => derives_json(&sum.deriving),
                ItemKind::Fn(_)
                | ItemKind::Alias { .. }
                | ItemKind::Interface(_)
                | ItemKind::Impl(_)
                | ItemKind::Import(_)
                | ItemKind::FromImport { .. }
                | ItemKind::Actor(_)
                | ItemKind::Service(_)
                | ItemKind::Supervisor(_)
                | ItemKind::Test { .. }
                | ItemKind::Extern(_)
                | ItemKind::ExternType { .. }
                | ItemKind::Let { .. } => false,
            }
    };
    module.items.iter().any(has_key)
}

/// Where a byte of the old text is in the new one.
fn moved(span: Span, edits: &[Edit]) -> Span {
    let before = edits
        .iter()
        .filter(|e| e.span.file == span.file && e.span.end <= span.start);
    let shift: i64 = before
        .map(|e| e.text.len() as i64 - i64::from(e.span.end - e.span.start))
        .sum();
    let start = (i64::from(span.start) + shift) as u32;
    let own = edits.iter().find(|e| e.span == span);
    let length = own.map_or(span.end - span.start, |e| e.text.len() as u32);
    Span {
        file: span.file,
        start,
        end: start + length,
    }
}

/// What a new name changes.
struct Change<'c> {
    /// The place that is asked about.
    at: Span,
    /// All places of the code, those that keep their text among them.
    places: &'c [Span],
    /// The same in examples.
    in_examples: &'c [Span],
    /// The new texts.
    edits: &'c [Edit],
    /// Ways to write the new name.
    spelled: &'c [&'c str],
}

/// Makes the edits in a copy: the name must then mean the same at all places of the code and of
/// examples, and no other place may.
fn verify(snapshot: &Snapshot, parsed: &Parsed, change: &Change<'_>) -> Result<(), String> {
    let edits = change.edits;
    let changed = changed(&snapshot.loaded, edits);
    let after = Snapshot::check(changed, &mut parsed.clone());
    let errors = |snapshot: &Snapshot| {
        let all = snapshot.analysis.diagnostics.iter();
        let errors = all.filter(|found| found.severity == Severity::Error);
        errors.cloned().collect::<Vec<Diagnostic>>()
    };
    let (old, new) = (errors(snapshot), errors(&after));
    if new.len() > old.len() {
        let is_new = |found: &&Diagnostic| old.iter().all(|old| old.message != found.message);
        let first = new.iter().find(is_new).or(new.first());
        let why = first.map_or("", |found| &found.message);
        return Err(format!("the program would have errors: {why}"));
    }
    let all_moved = |all: &[Span]| -> Vec<Span> { all.iter().map(|s| moved(*s, edits)).collect() };
    let place = moved(change.at, edits);
    let found = after.named_at(place.file, place.start as usize);
    let found = found.map_or_else(Vec::new, |named| kin::places(&after, &named.meaning));
    if found != all_moved(change.places) {
        return Err("this name means something else there already".into());
    }
    let in_examples = examples::uses(&after.loaded, parsed, place, change.spelled);
    match in_examples == all_moved(change.in_examples) {
        true => Ok(()),
        false => Err("this name means something else in an example of a comment".into()),
    }
}

/// The root with edits made.
fn changed(loaded: &Loaded, edits: &[Edit]) -> Loaded {
    let mut texts: HashMap<FileId, String> = HashMap::new();
    // From the last to the first, so that places stay right.
    for edit in edits.iter().rev() {
        let text = texts
            .entry(edit.span.file)
            .or_insert_with(|| loaded.sources.get(edit.span.file).text.to_string());
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    Loaded {
        sources: with_texts(&loaded.sources, &texts),
        ..loaded.clone()
    }
}

/// The same files, some with other texts.
pub(crate) fn with_texts(sources: &Sources, texts: &HashMap<FileId, String>) -> Sources {
    let mut changed = sources.clone();
    for (file, text) in texts {
        changed.replace(*file, Arc::from(text.as_str()));
    }
    changed
}
