//! The life of one connection: what the editor says, in its order, and what is checked in between.
//!
//! A change is taken in at once; the check of it waits until nothing else has come, or until a
//! request needs it. So a fast typist is checked once for many letters, and always with the newest
//! text.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use lsp_types::notification::Notification as _;
use lsp_types::{
    notification as n, DidChangeTextDocumentParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams, WorkspaceFolder,
};
use serde::de::DeserializeOwned;
use serde_json::{json, Value};

use crate::capabilities;
use crate::projects::{Projects, Root};
use crate::queue::{Next, Queue};
use crate::requests;
use crate::workspace::Workspace;

/// How the editor went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It asked for the shutdown first: status 0.
    Orderly,
    /// It did not: status 1.
    Abrupt,
}

/// Where a connection stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing is known of the editor.
    Fresh,
    Running,
    /// Only `exit` may follow.
    ShutDown,
}

/// Serves one editor. Needs the compiler's stack ([`snow_compiler::pipeline::STACK`]).
pub fn run(connection: Connection, projects: &dyn Projects) -> Exit {
    let mut server = Server {
        queue: Queue::new(connection.receiver.clone()),
        workspace: Workspace::new(projects),
        connection,
        stage: Stage::Fresh,
        can_watch: false,
    };
    loop {
        let is_idle = server.stage != Stage::Running || !server.workspace.has_work();
        let ended = match server.queue.next(is_idle) {
            Next::Message(message) => server.message(message),
            Next::Refused(answer) => server.send(answer.into()),
            Next::Nothing => server.check(),
            Next::Closed => Some(server.exit()),
        };
        if let Some(exit) = ended {
            return exit;
        }
    }
}

struct Server<'p> {
    connection: Connection,
    queue: Queue,
    workspace: Workspace<'p>,
    stage: Stage,
    can_watch: bool,
}

impl Server<'_> {
    fn exit(&self) -> Exit {
        match self.stage {
            Stage::ShutDown => Exit::Orderly,
            Stage::Fresh | Stage::Running => Exit::Abrupt,
        }
    }

    /// Sends a message; when there is no reader, the connection has ended.
    fn send(&self, message: Message) -> Option<Exit> {
        let sent = self.connection.sender.send(message);
        sent.err().map(|_| self.exit())
    }

    fn refuse(&self, request: &Request, code: ErrorCode, why: &str) -> Option<Exit> {
        let answer = Response::new_err(request.id.clone(), code as i32, why.into());
        self.send(answer.into())
    }

    fn message(&mut self, message: Message) -> Option<Exit> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) => self.notification(notification),
            // Of the registration of watched files, whose refusal changes nothing: files are read
            // again with each check.
            Message::Response(_) => None,
        }
    }

    fn request(&mut self, request: Request) -> Option<Exit> {
        match (self.stage, request.method.as_str()) {
            (Stage::Fresh, "initialize") => self.initialize(&request),
            (Stage::Fresh, _) => {
                let why = "the first request is `initialize`";
                self.refuse(&request, ErrorCode::ServerNotInitialized, why)
            }
            (Stage::Running, "initialize") => {
                let why = "`initialize` comes once";
                self.refuse(&request, ErrorCode::InvalidRequest, why)
            }
            (Stage::ShutDown, _) => {
                let why = "after `shutdown` comes `exit`";
                self.refuse(&request, ErrorCode::InvalidRequest, why)
            }
            (Stage::Running, "shutdown") => {
                self.stage = Stage::ShutDown;
                self.send(Response::new_ok(request.id, Value::Null).into())
            }
            (Stage::Running, _) => {
                let workspace = &mut self.workspace;
                // An answer changes nothing that it could leave half done.
                let work = AssertUnwindSafe(|| requests::answer(workspace, &request));
                let answer = match panic::catch_unwind(work) {
                    Ok(Ok(value)) => Response::new_ok(request.id, value),
                    Ok(Err((code, why))) => Response::new_err(request.id, code as i32, why),
                    Err(_) => {
                        let why = "the compiler made a mistake: please report this with the file";
                        let code = ErrorCode::InternalError;
                        return self.refuse(&request, code, why);
                    }
                };
                self.send(answer.into())
            }
        }
    }

    fn initialize(&mut self, request: &Request) -> Option<Exit> {
        let params = match InitializeParams::deserialize_from(&request.params) {
            Ok(params) => params,
            Err(why) => return self.refuse(request, ErrorCode::InvalidParams, &why),
        };
        self.can_watch = capabilities::can_watch(&params.capabilities);
        self.stage = Stage::Running;
        for folder in params.workspace_folders.iter().flatten() {
            self.workspace.add_folder(&folder.uri);
        }
        #[allow(deprecated, reason = "what editors without folders send")]
        if let (None, Some(root)) = (&params.workspace_folders, &params.root_uri) {
            self.workspace.add_folder(root);
        }
        let version = env!("CARGO_PKG_VERSION");
        let answer = json!({
            "capabilities": capabilities::of_server(),
            "serverInfo": {"name": "snowc", "version": version},
        });
        self.send(Response::new_ok(request.id.clone(), answer).into())
    }

    fn notification(&mut self, notification: Notification) -> Option<Exit> {
        if notification.method == n::Exit::METHOD {
            return Some(self.exit());
        }
        if self.stage != Stage::Running {
            return None;
        }
        let params = notification.params;
        match notification.method.as_str() {
            n::Initialized::METHOD if self.can_watch => {
                return self.send(capabilities::watch().into());
            }
            n::DidOpenTextDocument::METHOD => {
                if let Ok(params) = DidOpenTextDocumentParams::deserialize_from(&params) {
                    self.workspace.open(params.text_document);
                }
            }
            n::DidChangeTextDocument::METHOD => {
                if let Ok(params) = DidChangeTextDocumentParams::deserialize_from(&params) {
                    let document = params.text_document;
                    let changes = params.content_changes;
                    self.workspace
                        .change(&document.uri, document.version, changes);
                }
            }
            n::DidCloseTextDocument::METHOD => {
                if let Ok(params) = DidCloseTextDocumentParams::deserialize_from(&params) {
                    self.workspace.close(&params.text_document.uri);
                    return self.publish();
                }
            }
            n::DidSaveTextDocument::METHOD | n::DidChangeWatchedFiles::METHOD => {
                self.workspace.files_changed();
            }
            n::DidChangeWorkspaceFolders::METHOD => {
                if let Ok(params) = DidChangeWorkspaceFoldersParams::deserialize_from(&params) {
                    self.folders(&params.event.added, &params.event.removed);
                }
            }
            // What is optional, as its name or this server's capabilities say.
            _ => {}
        }
        None
    }

    fn folders(&mut self, added: &[WorkspaceFolder], removed: &[WorkspaceFolder]) {
        for folder in removed {
            self.workspace.remove_folder(&folder.uri);
        }
        for folder in added {
            self.workspace.add_folder(&folder.uri);
        }
    }

    /// Checks one root that has changed, and says what was found unless it has changed again.
    fn check(&mut self) -> Option<Exit> {
        self.workspace.check_one();
        let ended = match self.queue.has_change() {
            true => None,
            false => self.publish(),
        };
        self.workspace.tidy();
        ended
    }

    fn publish(&mut self) -> Option<Exit> {
        for root in self.workspace.take_broken() {
            let (Root::Folder(path) | Root::File(path)) = root;
            let message = format!(
                "the compiler made a mistake in '{}': please report this with its files",
                path.display()
            );
            let params = json!({"type": 1, "message": message});
            let note = Notification::new("window/logMessage".into(), params);
            if let Some(ended) = self.send(note.into()) {
                return Some(ended);
            }
        }
        for params in self.workspace.unpublished() {
            let method = n::PublishDiagnostics::METHOD.to_string();
            let ended = self.send(Notification::new(method, params).into());
            if ended.is_some() {
                return ended;
            }
        }
        None
    }
}

/// Reading of parameters, with an error for people.
pub(crate) trait DeserializeFrom: Sized {
    fn deserialize_from(params: &Value) -> Result<Self, String>;
}

impl<T: DeserializeOwned> DeserializeFrom for T {
    fn deserialize_from(params: &Value) -> Result<Self, String> {
        serde_json::from_value(params.clone())
            .map_err(|error| format!("the parameters cannot be read: {error}"))
    }
}

/// Whether a path is of a Snow file.
pub(crate) fn is_snow(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "snow")
}
