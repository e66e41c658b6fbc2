//! Requests and their answers.

use lsp_server::{ErrorCode, Request};
use lsp_types::request::{self as r, Request as _};
use lsp_types::{
    CodeActionParams, CompletionParams, DocumentFormattingParams, DocumentHighlightParams,
    DocumentSymbolParams, DocumentSymbolResponse, GotoDefinitionParams, HoverParams, Position,
    ReferenceParams, RenameParams, SignatureHelpParams, TextDocumentPositionParams, TextEdit, Uri,
    WorkspaceSymbolParams,
};
use serde::Serialize;
use serde_json::Value;
use snow_compiler::source::FileId;

use crate::completion;
use crate::findings;
use crate::format;
use crate::places;
use crate::rename;
use crate::server::DeserializeFrom;
use crate::signature_help;
use crate::snapshot::Snapshot;
use crate::symbols;
use crate::text::Lines;
use crate::workspace::{Checked, Workspace};

/// An answer, or a code and why there is none.
pub(crate) type Answer = Result<Value, (ErrorCode, String)>;

/// Answers a request. The root that it is about is checked first, if it has changed.
pub(crate) fn answer(workspace: &mut Workspace, request: &Request) -> Answer {
    let params = &request.params;
    match request.method.as_str() {
        r::HoverRequest::METHOD => {
            let params: HoverParams = read(params)?;
            at(workspace, &params.text_document_position_params, |here| {
                Ok(places::hover(here.snapshot, here.file, here.at))
            })
        }
        r::GotoDefinition::METHOD => {
            let params: GotoDefinitionParams = read(params)?;
            at(workspace, &params.text_document_position_params, |here| {
                let Here {
                    snapshot, file, at, ..
                } = here;
                Ok(places::definition(
                    snapshot,
                    here.checked.projects,
                    file,
                    at,
                ))
            })
        }
        r::GotoTypeDefinition::METHOD => {
            let params: GotoDefinitionParams = read(params)?;
            at(workspace, &params.text_document_position_params, |here| {
                let Here {
                    snapshot, file, at, ..
                } = here;
                let projects = here.checked.projects;
                Ok(places::type_definition(snapshot, projects, file, at))
            })
        }
        r::GotoImplementation::METHOD => {
            let params: GotoDefinitionParams = read(params)?;
            at(workspace, &params.text_document_position_params, |here| {
                Ok(places::implementations(here.snapshot, here.file, here.at))
            })
        }
        r::References::METHOD => {
            let params: ReferenceParams = read(params)?;
            let with_declaration = params.context.include_declaration;
            at(workspace, &params.text_document_position, |here| {
                let Here {
                    snapshot, file, at, ..
                } = here;
                Ok(places::references(snapshot, file, at, with_declaration))
            })
        }
        r::DocumentHighlightRequest::METHOD => {
            let params: DocumentHighlightParams = read(params)?;
            at(workspace, &params.text_document_position_params, |here| {
                Ok(places::highlights(here.snapshot, here.file, here.at))
            })
        }
        r::Completion::METHOD => {
            let params: CompletionParams = read(params)?;
            at(workspace, &params.text_document_position, |here| {
                let Here {
                    snapshot, file, at, ..
                } = here;
                Ok(completion::complete(
                    snapshot,
                    here.checked.parsed,
                    file,
                    at,
                ))
            })
        }
        r::SignatureHelpRequest::METHOD => {
            let params: SignatureHelpParams = read(params)?;
            at(workspace, &params.text_document_position_params, |here| {
                let Here {
                    snapshot, file, at, ..
                } = here;
                Ok(signature_help::help(
                    snapshot,
                    here.checked.parsed,
                    file,
                    at,
                ))
            })
        }
        r::PrepareRenameRequest::METHOD => {
            let params: TextDocumentPositionParams = read(params)?;
            at(workspace, &params, |here| {
                let range = places::renamable(here.snapshot, here.file, here.at);
                range.map(Some).map_err(failed)
            })
        }
        r::Rename::METHOD => {
            let params: RenameParams = read(params)?;
            at(workspace, &params.text_document_position, |here| {
                let place = (here.file, here.at);
                let edit =
                    rename::rename(here.snapshot, here.checked.parsed, place, &params.new_name);
                edit.map(Some).map_err(failed)
            })
        }
        r::CodeActionRequest::METHOD => {
            let params: CodeActionParams = read(params)?;
            in_file(workspace, &params.text_document.uri, |here| {
                Ok(findings::actions(here.snapshot, here.file, params.range))
            })
        }
        r::DocumentSymbolRequest::METHOD => {
            let params: DocumentSymbolParams = read(params)?;
            in_file(workspace, &params.text_document.uri, |here| {
                let found = symbols::of_file(here.snapshot, here.file);
                Ok(DocumentSymbolResponse::Nested(found))
            })
        }
        r::Formatting::METHOD => {
            let params: DocumentFormattingParams = read(params)?;
            in_file(workspace, &params.text_document.uri, |here| {
                let text = here.snapshot.text(here.file);
                let formatted = format::format(text).map_err(failed)?;
                Ok(vec![TextEdit::new(findings::whole(text), formatted)])
            })
        }
        r::WorkspaceSymbolRequest::METHOD => {
            let params: WorkspaceSymbolParams = read(params)?;
            let mut found = Vec::new();
            for snapshot in workspace.all() {
                found.extend(symbols::of_root(snapshot, &params.query));
            }
            Ok(written(found))
        }
        other => Err((
            ErrorCode::MethodNotFound,
            format!("this server does not answer `{other}`"),
        )),
    }
}

/// A file of a root that has been checked.
struct Here<'w> {
    checked: &'w Checked<'w>,
    snapshot: &'w Snapshot,
    file: FileId,
    at: usize,
}

fn failed(why: String) -> (ErrorCode, String) {
    (ErrorCode::RequestFailed, why)
}

fn read<T: DeserializeFrom>(params: &Value) -> Result<T, (ErrorCode, String)> {
    T::deserialize_from(params).map_err(|why| (ErrorCode::InvalidParams, why))
}

fn written(value: impl Serialize) -> Value {
    // What the protocol's types are made of can always be written.
    serde_json::to_value(value).unwrap_or_default()
}

fn at<T: Serialize>(
    workspace: &mut Workspace,
    place: &TextDocumentPositionParams,
    work: impl FnOnce(Here) -> Result<T, (ErrorCode, String)>,
) -> Answer {
    let position: Position = place.position;
    in_file(workspace, &place.text_document.uri, |here| {
        let lines = Lines::new(here.snapshot.text(here.file));
        let at = lines.offset(position);
        work(Here { at, ..here })
    })
}

/// Nothing is known of a file that is not open and in no root: then the answer is `null`.
fn in_file<T: Serialize>(
    workspace: &mut Workspace,
    uri: &Uri,
    work: impl FnOnce(Here) -> Result<T, (ErrorCode, String)>,
) -> Answer {
    let Some(checked) = workspace.checked(uri) else {
        return Ok(Value::Null);
    };
    let Some(file) = checked.snapshot.file(&checked.path) else {
        return Ok(Value::Null);
    };
    let here = Here {
        snapshot: checked.snapshot,
        checked: &checked,
        file,
        at: 0,
    };
    work(here).map(written)
}
