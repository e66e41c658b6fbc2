//! Hover, definition, references, highlights and rename: what is known of the name at a place.

use std::path::PathBuf;

use lsp_types::{
    DocumentHighlight, Hover, HoverContents, Location, MarkupContent, MarkupKind, Range,
};
use snow_compiler::hir::{Clause, Expr, Meaning, TypeKind};
use snow_compiler::pipeline::Mode;
use snow_compiler::source::{FileId, Sources, Span};
use snow_compiler::types::Ty;

use crate::describe::{self, Description};
use crate::findings::{location, range};
use crate::kin;
use crate::projects::Projects;
use crate::snapshot::Snapshot;
use crate::uri;

/// Markdown for an editor.
pub(crate) fn markdown(description: &Description) -> MarkupContent {
    let mut value = format!("```snow\n{}\n```", description.code);
    if let Some(doc) = &description.doc {
        value.push_str("\n\n");
        value.push_str(&blocks_named(doc));
    }
    MarkupContent {
        kind: MarkupKind::Markdown,
        value,
    }
}

/// What a `##` says.
pub(crate) fn words(doc: &str) -> MarkupContent {
    MarkupContent {
        kind: MarkupKind::Markdown,
        value: blocks_named(doc),
    }
}

/// Examples in a `##` are Snow, which the editor has to be told.
fn blocks_named(doc: &str) -> String {
    let mut is_inside = false;
    let mut lines = Vec::new();
    for line in doc.lines() {
        let is_fence = line.trim_start().starts_with("```");
        lines.push(match is_fence && !is_inside && line.trim() == "```" {
            true => format!("{line}snow"),
            false => line.to_string(),
        });
        is_inside ^= is_fence;
    }
    lines.join("\n")
}

/// What is known of the name at a byte, or else the type of what stands there.
pub(crate) fn hover(snapshot: &Snapshot, file: FileId, at: usize) -> Option<Hover> {
    let (description, span) = match snapshot.named_at(file, at) {
        Some(named) => {
            let found = describe::meaning(snapshot, &named.meaning, named.span)?;
            (found, named.span)
        }
        None => {
            let (ty, span) = type_at(snapshot, file, at as u32)?;
            let code = describe::ty(snapshot, ty, span);
            (Description { code, doc: None }, span)
        }
    };
    Some(Hover {
        contents: HoverContents::Markup(markdown(&description)),
        range: Some(range(snapshot, span)),
    })
}

/// The type of the smallest expression around a byte. One that the compiler made may be as small,
/// and stands inside.
fn type_at(snapshot: &Snapshot, file: FileId, at: u32) -> Option<(&Ty, Span)> {
    let functions = snapshot.analysis.program.functions.iter();
    let mut best: Option<&Expr> = None;
    for function in functions.filter(|function| describe::holds(function, file, at)) {
        for clause in &function.clauses {
            in_clause(clause, (file, at), &mut best);
        }
    }
    let best = best?;
    let ty = snapshot.analysis.typed.expr.get(best.id.index())?;
    Some((ty, best.span))
}

fn in_clause<'e>(clause: &'e Clause, place: (FileId, u32), best: &mut Option<&'e Expr>) {
    clause.children(&mut |child| smallest(child, place, best));
}

fn smallest<'e>(expr: &'e Expr, (file, at): (FileId, u32), best: &mut Option<&'e Expr>) {
    let span = expr.span;
    let length = |span: Span| span.end - span.start;
    let is_around = span.file == file && span.start <= at && at < span.end;
    if is_around && best.is_none_or(|best| length(span) < length(best.span)) {
        *best = Some(expr);
    }
    expr.children(&mut |child| smallest(child, (file, at), best));
}

/// Where the name at a byte is declared. A module of the library that is inside of the command is
/// shown from a file that `projects` makes.
pub(crate) fn definition(
    snapshot: &Snapshot,
    projects: &dyn Projects,
    file: FileId,
    at: usize,
) -> Option<Location> {
    let named = snapshot.named_at(file, at)?;
    shown(snapshot, projects, snapshot.declaration(&named.meaning)?)
}

/// Where the type is declared of the name or value at a byte.
pub(crate) fn type_definition(
    snapshot: &Snapshot,
    projects: &dyn Projects,
    file: FileId,
    at: usize,
) -> Option<Location> {
    let typed = &snapshot.analysis.typed;
    let named = snapshot.named_at(file, at).map(|named| &named.meaning);
    let ty = match named {
        Some(Meaning::Local(id)) => typed.local.get(id.index())?,
        Some(Meaning::Field(id, index)) => {
            let def = &snapshot.analysis.program.types[id.index()];
            let TypeKind::Struct(fields) = &def.kind else {
                return None;
            };
            &fields.get(*index)?.1
        }
        Some(Meaning::Function(id)) => &typed.scheme[id.index()].result,
        Some(Meaning::Type(id) | Meaning::Variant(id, _)) => {
            let declared = snapshot.declaration(&Meaning::Type(*id))?;
            return shown(snapshot, projects, declared);
        }
        Some(
            Meaning::Module(_) | Meaning::Alias(..) | Meaning::Interface(_) | Meaning::Constant(..),
        )
        | None => type_at(snapshot, file, at as u32)?.0,
    };
    let Ty::Con(id, _) = ty else {
        return None;
    };
    shown(
        snapshot,
        projects,
        snapshot.declaration(&Meaning::Type(*id))?,
    )
}

/// Where the method at a byte is written for each type that has it, or the impls of an interface or
/// type.
pub(crate) fn implementations(snapshot: &Snapshot, file: FileId, at: usize) -> Vec<Location> {
    let Some(named) = snapshot.named_at(file, at) else {
        return Vec::new();
    };
    let spans = kin::implementations(snapshot, &named.meaning).into_iter();
    spans.filter_map(|span| location(snapshot, span)).collect()
}

/// A declaration as an editor can show it.
fn shown(snapshot: &Snapshot, projects: &dyn Projects, declared: Span) -> Option<Location> {
    if let Some(found) = location(snapshot, declared) {
        return Some(found);
    }
    let source = snapshot.loaded.sources.get(declared.file);
    let path = projects.library_file(&source.path, &source.text)?;
    Some(Location::new(
        uri::of_path(&path)?,
        range(snapshot, declared),
    ))
}

/// Places where the thing at a byte is named, in all files of the root.
pub(crate) fn references(
    snapshot: &Snapshot,
    file: FileId,
    at: usize,
    with_declaration: bool,
) -> Vec<Location> {
    let Some(named) = snapshot.named_at(file, at) else {
        return Vec::new();
    };
    let places = kin::places(snapshot, &named.meaning).into_iter();
    let is_declared = |span: &Span| snapshot.declared_at(*span).is_some();
    places
        .filter(|span| with_declaration || !is_declared(span))
        .filter_map(|span| location(snapshot, span))
        .collect()
}

/// The same in one file.
pub(crate) fn highlights(snapshot: &Snapshot, file: FileId, at: usize) -> Vec<DocumentHighlight> {
    let Some(named) = snapshot.named_at(file, at) else {
        return Vec::new();
    };
    let places = kin::places(snapshot, &named.meaning).into_iter();
    let here = places.filter(|span| span.file == file);
    here.map(|span| DocumentHighlight {
        range: range(snapshot, span),
        kind: None,
    })
    .collect()
}

/// The range of the name at a byte, when it can have another.
pub(crate) fn renamable(snapshot: &Snapshot, file: FileId, at: usize) -> Result<Range, String> {
    let Some(named) = snapshot.named_at(file, at) else {
        return Err("there is no name here that can be changed".into());
    };
    if let Meaning::Module(_) = named.meaning {
        return Err("a module has the name of its file: rename the file".into());
    }
    if is_beginning(snapshot, &named.meaning) {
        return Err("a program begins in `main`, so this function keeps its name".into());
    }
    if let Some((interface, declared)) = kin::asked_by(snapshot, &named.meaning) {
        if !is_own(snapshot, declared) {
            return Err(format!(
                "this is a method of `{interface}`, which is declared in a package that is not \
                 this project's"
            ));
        }
    }
    match snapshot.declaration(&named.meaning) {
        Some(declared) if is_own(snapshot, declared) => Ok(range(snapshot, named.span)),
        Some(_) => Err("this is declared in a package that is not this project's".into()),
        None => Err("this name is part of the language".into()),
    }
}

/// Whether a name means the function that the program begins in.
fn is_beginning(snapshot: &Snapshot, meaning: &Meaning) -> bool {
    let main = snapshot.analysis.program.main.map(Meaning::Function);
    snapshot.loaded.mode == Mode::Program && main.as_ref() == Some(meaning)
}

/// Whether a place is in a file of the project itself.
pub(crate) fn is_own(snapshot: &Snapshot, span: Span) -> bool {
    is_own_file(&snapshot.loaded.sources, span.file)
}

/// Whether a file is of the project itself.
pub(crate) fn is_own_file(sources: &Sources, file: FileId) -> bool {
    let source = sources.get(file);
    !source.is_stdlib && source.package == snow_compiler::source::PackageId::default()
}

/// Paths of the root's own files.
pub(crate) fn own_paths(snapshot: &Snapshot) -> Vec<PathBuf> {
    let own = snapshot.loaded.sources.iter();
    let own = own.filter(|(file, _)| !snapshot.is_library(*file));
    own.filter_map(|(file, _)| snapshot.loaded.paths[file.0 as usize].clone())
        .collect()
}
