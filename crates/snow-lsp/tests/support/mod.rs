//! An editor for tests: it talks to the server over channels in memory, about files that are in
//! memory as well. The library is the one of the repository.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::{json, Value};
use snow_compiler::pipeline::{self, Mode};
use snow_compiler::source::Sources;
use snow_lsp::{Exit, Loaded, Open, Problem, Projects, Root};

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors()
        .nth(2)
        .expect("two folders below the root")
        .into()
}

/// All `*.snow` below a folder, as (path below it, text), without the folder `tests`.
pub(crate) fn snow_files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    found.sort();
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let relative = path
            .strip_prefix(root)
            .expect("below")
            .display()
            .to_string();
        if path.is_dir() && relative != "tests" {
            collect(root, &path, found);
        } else if relative.ends_with(".snow") {
            found.push((relative, fs::read_to_string(&path).expect("a text")));
        }
    }
}

fn module_name(relative: &str) -> String {
    let stem = relative.trim_end_matches(".snow");
    if stem == "core/io" {
        return "IO".into();
    }
    let segment = |text: &str| {
        let word = |word: &str| word[..1].to_uppercase() + &word[1..];
        text.split('_')
            .filter(|w| !w.is_empty())
            .map(word)
            .collect::<String>()
    };
    stem.split('/').map(segment).collect::<Vec<_>>().join(".")
}

/// The library.
pub(crate) fn library() -> Sources {
    let mut sources = Sources::default();
    for (relative, text) in snow_files(&repository().join("stdlib")) {
        let inside = relative
            .strip_prefix("core/")
            .or(relative.strip_prefix("net/"));
        let module = match relative.as_str() {
            "core/io.snow" => "IO".into(),
            _ => module_name(inside.unwrap_or(&relative)),
        };
        sources.add(&format!("stdlib/{relative}"), &module, true, &text);
    }
    sources
}

/// Files in memory. A folder with `main.snow` or `snow.toml` is a project.
#[derive(Clone)]
pub(crate) struct Files {
    library: Arc<Sources>,
    /// Shared with the test, which may change them.
    pub(crate) disk: Arc<Mutex<BTreeMap<PathBuf, String>>>,
}

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Files {
        let disk = files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), text.to_string()));
        Files {
            library: Arc::new(library()),
            disk: Arc::new(Mutex::new(disk.collect())),
        }
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.disk.lock().unwrap().insert(path.into(), text.into());
    }

    pub(crate) fn delete(&self, path: &str) {
        self.disk.lock().unwrap().remove(Path::new(path));
    }
}

impl Projects for Files {
    fn root(&self, path: &Path) -> Root {
        let disk = self.disk.lock().unwrap();
        let is_root = |folder: &&Path| {
            ["main.snow", "snow.toml"]
                .iter()
                .any(|file| disk.contains_key(&folder.join(file)))
        };
        match path.ancestors().find(is_root) {
            Some(folder) => Root::Folder(folder.into()),
            None => Root::File(path.into()),
        }
    }

    fn load(&self, root: &Root, open: Open<'_>) -> Result<Loaded, Vec<Problem>> {
        let disk = self.disk.lock().unwrap();
        let mut sources = Sources::clone(&self.library);
        let mut paths: Vec<Option<PathBuf>> = sources.iter().map(|_| None).collect();
        let mut problems = Vec::new();
        let folder = match root {
            Root::Folder(folder) => folder.clone(),
            Root::File(file) => file.parent().unwrap_or(Path::new("/")).into(),
        };
        let mut found: BTreeMap<PathBuf, Arc<str>> = BTreeMap::new();
        for (path, text) in disk.iter().filter(|(path, _)| path.starts_with(&folder)) {
            let is_wanted = match root {
                Root::Folder(_) => path.extension().is_some_and(|end| end == "snow"),
                Root::File(file) => path == file,
            };
            if is_wanted {
                found.insert(path.clone(), text.as_str().into());
            }
        }
        if let Root::File(file) = root {
            found.insert(file.clone(), "".into());
        }
        for (path, text) in &mut found {
            if let Some(newer) = open(path) {
                *text = newer;
            }
            let relative = path.strip_prefix(&folder).unwrap().display().to_string();
            let module = match root {
                Root::Folder(_) => module_name(&relative),
                Root::File(_) => "Main".into(),
            };
            if module.contains('-') {
                let message = "this cannot be a module".into();
                let path = path.clone();
                problems.push(Problem { path, message });
                continue;
            }
            sources.add(&relative, &module, false, text);
            paths.push(Some(path.clone()));
        }
        let mode = match root {
            Root::Folder(folder) if !found.contains_key(&folder.join("main.snow")) => Mode::Library,
            Root::Folder(_) | Root::File(_) => Mode::Program,
        };
        Ok(Loaded {
            sources,
            paths,
            mode,
            of_library: None,
            problems,
        })
    }

    fn library_file(&self, shown: &str, _text: &str) -> Option<PathBuf> {
        Some(Path::new("/library").join(shown))
    }
}

/// An editor.
pub(crate) struct Editor {
    connection: Option<Connection>,
    server: Option<JoinHandle<Exit>>,
    next_id: i32,
    /// The last diagnostics of each file, with the version that they are about.
    pub(crate) diagnostics: HashMap<String, (Option<i64>, Vec<Value>)>,
    /// Other notifications and requests of the server.
    pub(crate) others: Vec<Message>,
    /// Versions of the open texts, by URI.
    pub(crate) versions: HashMap<String, i64>,
}

impl Editor {
    /// Starts a server that has not heard of the editor.
    pub(crate) fn fresh(files: &Files) -> Editor {
        let (server, client) = Connection::memory();
        let files = files.clone();
        let thread = thread::Builder::new().stack_size(pipeline::STACK);
        let server = thread.spawn(move || snow_lsp::run(server, &files)).unwrap();
        Editor {
            connection: Some(client),
            server: Some(server),
            next_id: 0,
            diagnostics: HashMap::new(),
            others: Vec::new(),
            versions: HashMap::new(),
        }
    }

    /// Starts a server and tells it what an editor can.
    pub(crate) fn new(files: &Files) -> Editor {
        let mut editor = Editor::fresh(files);
        let watched = json!({"didChangeWatchedFiles": {"dynamicRegistration": true}});
        let params = json!({"capabilities": {"workspace": watched}, "processId": null});
        editor.request("initialize", params).expect("initialized");
        editor.notify("initialized", json!({}));
        editor
    }

    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("not closed")
    }

    pub(crate) fn send(&self, message: Message) {
        self.connection()
            .sender
            .send(message)
            .expect("the server lives");
    }

    pub(crate) fn notify(&self, method: &str, params: Value) {
        self.send(Notification::new(method.into(), params).into());
    }

    /// Sends a request without waiting.
    pub(crate) fn begin(&mut self, method: &str, params: Value) -> i32 {
        self.next_id += 1;
        let request = Request {
            id: self.next_id.into(),
            method: method.into(),
            params,
        };
        self.send(request.into());
        self.next_id
    }

    /// The answer of a request.
    pub(crate) fn answer(&mut self, id: i32) -> Response {
        loop {
            match self.receive() {
                Message::Response(response) => {
                    assert_eq!(response.id, id.into(), "answers keep the order");
                    return response;
                }
                other => self.others.push(other),
            }
        }
    }

    /// Asks, and gives the result, or the code and text of the error.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, (i32, String)> {
        let id = self.begin(method, params);
        let response = self.answer(id);
        match response.error {
            Some(error) => Err((error.code, error.message)),
            None => Ok(response.result.unwrap_or_default()),
        }
    }

    /// The next message but diagnostics, which are noted.
    fn receive(&mut self) -> Message {
        loop {
            let message = self.connection().receiver.recv().expect("the server lives");
            let Message::Notification(note) = &message else {
                return message;
            };
            if note.method != "textDocument/publishDiagnostics" {
                return message;
            }
            self.note(&note.params.clone());
        }
    }

    fn note(&mut self, params: &Value) {
        let uri = params["uri"].as_str().unwrap().to_string();
        let list = params["diagnostics"].as_array().unwrap().clone();
        self.diagnostics
            .insert(uri, (params["version"].as_i64(), list));
    }

    /// Waits until the newest text of a file has been checked and gives its diagnostics.
    pub(crate) fn checked(&mut self, path: &str) -> Vec<Value> {
        let uri = uri(path);
        let wanted = self.versions.get(&uri).copied();
        loop {
            if let Some((version, list)) = self.diagnostics.get(&uri) {
                if *version == wanted {
                    return list.clone();
                }
            }
            self.take_one();
        }
    }

    /// Waits for diagnostics of a file, whatever was said before.
    pub(crate) fn next_diagnostics(&mut self, path: &str) -> Vec<Value> {
        self.diagnostics.remove(&uri(path));
        while !self.diagnostics.contains_key(&uri(path)) {
            self.take_one();
        }
        self.diagnostics[&uri(path)].1.clone()
    }

    fn take_one(&mut self) {
        match self.connection().receiver.recv().expect("the server lives") {
            Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
                self.note(&note.params);
            }
            other => self.others.push(other),
        }
    }

    pub(crate) fn open(&mut self, path: &str, text: &str) {
        self.versions.insert(uri(path), 1);
        let document = json!({"uri": uri(path), "languageId": "snow", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Gives a file another text.
    pub(crate) fn change(&mut self, path: &str, text: &str) {
        let version = self.versions.entry(uri(path)).or_insert(0);
        *version += 1;
        let document = json!({"uri": uri(path), "version": *version});
        let params = json!({"textDocument": document, "contentChanges": [{"text": text}]});
        self.notify("textDocument/didChange", params);
    }

    pub(crate) fn close(&mut self, path: &str) {
        self.versions.remove(&uri(path));
        let params = json!({"textDocument": {"uri": uri(path)}});
        self.notify("textDocument/didClose", params);
    }

    /// Asks about a place, from 0.
    pub(crate) fn at(&mut self, method: &str, path: &str, place: (u32, u32)) -> Value {
        let params = at(path, place);
        self.request(method, params).expect("an answer")
    }

    /// Says good-bye in the right order.
    pub(crate) fn leave(mut self) -> Exit {
        self.request("shutdown", Value::Null).expect("shut down");
        self.notify("exit", Value::Null);
        self.server.take().unwrap().join().expect("no panic")
    }

    /// Closes the connection without a word.
    pub(crate) fn vanish(mut self) -> Exit {
        self.connection = None;
        self.server.take().unwrap().join().expect("no panic")
    }

    /// Waits for the server's end.
    pub(crate) fn ended(mut self) -> Exit {
        self.server.take().unwrap().join().expect("no panic")
    }
}

/// Parameters about a place.
pub(crate) fn at(path: &str, (line, character): (u32, u32)) -> Value {
    let position = json!({"line": line, "character": character});
    json!({"textDocument": {"uri": uri(path)}, "position": position})
}

pub(crate) fn uri(path: &str) -> String {
    match path.starts_with("untitled:") {
        true => path.into(),
        false => format!("file://{path}"),
    }
}

/// Line and column (UTF-16) of the mark `¦` of a text.
pub(crate) fn marked(text: &str) -> (u32, u32) {
    let before = &text[..text.find('¦').expect("a mark")];
    let line = before.matches('\n').count() as u32;
    let last = before.rsplit('\n').next().unwrap_or_default();
    (line, last.encode_utf16().count() as u32)
}

/// Line and column (UTF-16) of the `nth` (from 0) `word` of a text, where the mark `¦` in `word` is.
pub(crate) fn place(text: &str, word: &str, nth: usize) -> (u32, u32) {
    let mark = word.find('¦').unwrap_or(0);
    let plain = word.replace('¦', "");
    let found = text.match_indices(&plain).nth(nth);
    let at = found.unwrap_or_else(|| panic!("`{plain}` stands there")).0 + mark;
    let before = &text[..at];
    let line = before.matches('\n').count() as u32;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[start..].encode_utf16().count() as u32;
    (line, column)
}
