//! Diagnostics of the compiler in the protocol's words, and the changes that follow their advice.

use std::collections::HashMap;
use std::path::PathBuf;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, DiagnosticRelatedInformation,
    DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, Position, Range, TextEdit, Uri,
    WorkspaceEdit,
};
use snow_compiler::diagnostics::{Code, Diagnostic, Edit, Severity};
use snow_compiler::source::{FileId, Span};

use crate::projects::Problem;
use crate::snapshot::Snapshot;
use crate::text::{is_in_name, Lines};
use crate::uri;

/// All diagnostics of the root's own files, by path. One without a place stands at the begin of
/// the first file, which is `main.snow` where there is one.
pub(crate) fn by_path(snapshot: &Snapshot) -> HashMap<PathBuf, Vec<lsp_types::Diagnostic>> {
    let mut found: HashMap<PathBuf, Vec<lsp_types::Diagnostic>> = HashMap::new();
    for diagnostic in &snapshot.analysis.diagnostics {
        let file = diagnostic.labels.first().map(|label| label.span.file);
        let Some(file) = file.or_else(|| main_file(snapshot)) else {
            continue;
        };
        if let Some(path) = &snapshot.loaded.paths[file.0 as usize] {
            let made = converted(snapshot, diagnostic);
            found.entry(path.clone()).or_default().push(made);
        }
    }
    for problem in &snapshot.loaded.problems {
        let list = found.entry(problem.path.clone()).or_default();
        list.push(of_problem(problem));
    }
    found
}

/// A diagnostic about a file as a whole.
pub(crate) fn of_problem(problem: &Problem) -> lsp_types::Diagnostic {
    lsp_types::Diagnostic {
        severity: Some(DiagnosticSeverity::ERROR),
        source: Some("snow".into()),
        message: problem.message.clone(),
        ..lsp_types::Diagnostic::default()
    }
}

fn main_file(snapshot: &Snapshot) -> Option<FileId> {
    let all = snapshot.loaded.sources.iter();
    let own = all.filter(|(_, source)| !source.is_stdlib);
    let first = own.min_by_key(|(file, source)| (source.module != "Main", *file));
    first.map(|(file, _)| file)
}

fn converted(snapshot: &Snapshot, diagnostic: &Diagnostic) -> lsp_types::Diagnostic {
    let mut labels = diagnostic.labels.iter();
    let first = labels.next();
    let mut message = diagnostic.message.clone();
    for more in first
        .map(|label| &label.text)
        .into_iter()
        .chain(&diagnostic.help)
    {
        if !more.is_empty() {
            message.push('\n');
            message.push_str(more);
        }
    }
    let related = labels.filter_map(|label| {
        let text = match label.text.is_empty() {
            true => diagnostic.message.clone(),
            false => label.text.clone(),
        };
        Some(DiagnosticRelatedInformation {
            location: location(snapshot, label.span)?,
            message: text,
        })
    });
    let related: Vec<_> = related.collect();
    lsp_types::Diagnostic {
        range: first.map_or_else(Range::default, |label| range(snapshot, label.span)),
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
        }),
        code: Some(NumberOrString::String(diagnostic.code.to_string())),
        source: Some("snow".into()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: is_unused(diagnostic).then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..lsp_types::Diagnostic::default()
    }
}

/// Whether what is there could be left out: an editor shows it paler.
fn is_unused(diagnostic: &Diagnostic) -> bool {
    matches!(
        diagnostic.code,
        Code::W0004 | Code::W0005 | Code::W0006 | Code::W0008
    )
}

/// Where a span stands, in the file itself.
pub(crate) fn range(snapshot: &Snapshot, span: Span) -> Range {
    Lines::new(snapshot.text(span.file)).range(span.start as usize, span.end as usize)
}

/// The same with the file; `None` for a file of the library that is inside of the command.
pub(crate) fn location(snapshot: &Snapshot, span: Span) -> Option<Location> {
    let path = snapshot.loaded.paths[span.file.0 as usize].as_ref()?;
    Some(Location::new(uri::of_path(path)?, range(snapshot, span)))
}

/// The changes that are offered at a range of a file.
pub(crate) fn actions(
    snapshot: &Snapshot,
    file: FileId,
    wanted: Range,
) -> Vec<CodeActionOrCommand> {
    let about = |diagnostic: &&Diagnostic| {
        let mut labels = diagnostic.labels.iter();
        labels.any(|label| label.span.file == file && touch(range(snapshot, label.span), wanted))
    };
    let all = snapshot.analysis.diagnostics.iter().filter(about);
    all.filter_map(|diagnostic| action(snapshot, diagnostic))
        .collect()
}

fn touch(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn action(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<CodeActionOrCommand> {
    let edits = fix(snapshot, diagnostic)?;
    let title = diagnostic.help.as_ref().unwrap_or(&diagnostic.message);
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title: title.lines().next().unwrap_or_default().to_string(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![converted(snapshot, diagnostic)]),
        edit: Some(workspace_edit(snapshot, &edits)?),
        is_preferred: Some(true),
        ..CodeAction::default()
    }))
}

/// What the compiler says to change, or what its advice comes down to.
fn fix(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Vec<Edit>> {
    if !diagnostic.edits.is_empty() {
        return Some(diagnostic.edits.clone());
    }
    let place = diagnostic.labels.first()?.span;
    let help = diagnostic.help.as_deref()?;
    let quoted = |before: &str, after: &str| {
        let inside = help.strip_prefix(before)?.strip_suffix(after)?;
        (!inside.contains('`')).then(|| inside.to_string())
    };
    if let Some(meant) = quoted("did you mean `", "`?") {
        let written = snapshot.slice(place);
        let is_name = !written.is_empty() && written.chars().all(is_in_name);
        return is_name.then(|| {
            vec![Edit {
                span: place,
                text: meant,
            }]
        });
    }
    let import = quoted("add `import ", "`").filter(|_| diagnostic.code != Code::E0031)?;
    let at = import_place(snapshot, place.file)?;
    let text = format!("import {import}\n");
    Some(vec![Edit { span: at, text }])
}

/// In front of the first item, where one more import may stand.
fn import_place(snapshot: &Snapshot, file: FileId) -> Option<Span> {
    let module = snapshot.ast(file)?;
    let first = module.items.first()?.span.start as usize;
    let text = snapshot.text(file);
    // The comments above an item belong to it.
    let mut at = text[..first].rfind('\n').map_or(0, |end| end + 1);
    while let Some(above) = text[..at]
        .trim_end_matches('\n')
        .rfind('\n')
        .map(|end| end + 1)
    {
        let line = text[above..at].trim_end();
        let is_comment = line.starts_with('#') && !line.starts_with("##!");
        let is_next = text[above..at].matches('\n').count() == 1;
        if !is_comment || !is_next {
            break;
        }
        at = above;
    }
    let at = at as u32;
    Some(Span {
        file,
        start: at,
        end: at,
    })
}

/// Edits by file.
pub(crate) fn workspace_edit(snapshot: &Snapshot, edits: &[Edit]) -> Option<WorkspaceEdit> {
    // The key is what the protocol asks for; nothing changes it.
    #[allow(clippy::mutable_key_type)]
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in edits {
        let Location { uri, range } = location(snapshot, edit.span)?;
        let text = edit.text.clone();
        changes
            .entry(uri)
            .or_default()
            .push(TextEdit::new(range, text));
    }
    Some(WorkspaceEdit {
        changes: Some(changes),
        ..WorkspaceEdit::default()
    })
}

/// The whole of a text.
pub(crate) fn whole(text: &str) -> Range {
    let lines = Lines::new(text);
    Range::new(Position::default(), lines.position(text.len()))
}
