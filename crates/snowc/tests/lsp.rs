//! `snowc lsp` through its standard streams: a project on the disk, messages that cannot be read,
//! and how it ends.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{mpsc, Arc, Mutex};
use std::thread;

use crate::support::{snowc, RUN_LIMIT};
use serde_json::{json, Value};

tests![
    a_project_on_the_disk_is_checked_with_its_tests,
    a_file_of_the_library_has_answers,
    what_cannot_be_read_is_answered,
    the_end_of_the_stream_ends_it,
];

/// A server that does not answer in [`RUN_LIMIT`] is ended, and its test fails.
struct Client {
    child: Arc<Mutex<Child>>,
    /// Ends the watchdog.
    _done: mpsc::Sender<()>,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Client {
    fn start() -> Client {
        let mut command = snowc(&["lsp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("snowc starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let child = Arc::new(Mutex::new(child));
        let (done, is_done) = mpsc::channel::<()>();
        let watched = Arc::clone(&child);
        thread::spawn(move || {
            if is_done.recv_timeout(RUN_LIMIT) == Err(mpsc::RecvTimeoutError::Timeout) {
                // One that has just ended by itself cannot be ended.
                let _ = watched.lock().expect("no panic").kill();
            }
        });
        Client {
            child,
            _done: done,
            input,
            output,
        }
    }

    fn send_text(&mut self, text: &str) {
        let framed = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        let input = self.input.as_mut().expect("open");
        input.write_all(framed.as_bytes()).expect("sent");
        input.flush().expect("sent");
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        self.send_text(&message.to_string());
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let count = self.output.read_line(&mut line).expect("a header");
            assert!(count > 0, "the server has ended");
            match line.trim_end().split_once(": ") {
                Some((_, value)) => length = value.parse().expect("a number"),
                None => break,
            }
        }
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).expect("a message");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn wait_for(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.receive();
            if is_it(&message) {
                return message;
            }
        }
    }

    fn diagnostics(&mut self, path: &Path) -> Vec<Value> {
        let uri = format!("file://{}", path.display());
        let found = self.wait_for(|message| message["params"]["uri"] == uri);
        found["params"]["diagnostics"]
            .as_array()
            .expect("a list")
            .clone()
    }

    fn initialize(&mut self, folder: &Path) {
        let folders = json!([{"uri": format!("file://{}", folder.display()), "name": "p"}]);
        let params = json!({"capabilities": {}, "workspaceFolders": folders});
        self.send(json!({"id": 0, "method": "initialize", "params": params}));
        let answer = self.receive();
        assert_eq!(answer["result"]["serverInfo"]["name"], "snowc", "{answer}");
        self.send(json!({"method": "initialized", "params": {}}));
    }

    fn open(&mut self, path: &Path, text: &str) {
        let uri = format!("file://{}", path.display());
        let document = json!({"uri": uri, "languageId": "snow", "version": 1, "text": text});
        let params = json!({"textDocument": document});
        self.send(json!({"method": "textDocument/didOpen", "params": params}));
    }

    fn status(mut self) -> Option<i32> {
        self.input = None;
        // What is still on its way is taken until the stream ends with the server.
        io::copy(&mut self.output, &mut io::sink()).expect("the end");
        let mut child = self.child.lock().expect("no panic");
        child.wait().expect("ended").code()
    }
}

fn project(name: &str) -> PathBuf {
    let folder = crate::support::folder(name);
    fs::create_dir_all(folder.join("app")).expect("a folder");
    let folder = folder.join("app").canonicalize().expect("a path");
    let write = |file: &str, text: &str| fs::write(folder.join(file), text).expect("written");
    write(
        "main.snow",
        "import Other\n\nfn main() do\n  println(Other.word())\nend\n",
    );
    write("other.snow", "pub fn word() -> String = \"snow\"\n");
    write(
        "main_test.snow",
        "test \"wrong\" do\n  assert missing == 1\nend\n",
    );
    folder
}

fn a_project_on_the_disk_is_checked_with_its_tests() {
    let folder = project("lsp-project");
    let (main, test) = (folder.join("main.snow"), folder.join("main_test.snow"));
    let mut client = Client::start();
    client.initialize(&folder);
    let found = client.diagnostics(&test);
    assert_eq!(
        found[0]["message"].as_str().map(|m| m.contains("missing")),
        Some(true)
    );
    fs::remove_file(&test).expect("removed");
    client.open(
        &main,
        "import Other\n\nfn main() do\n  println(Other.wrod())\nend\n",
    );
    let found = client.diagnostics(&main);
    assert_eq!(found[0]["code"], "E0034", "{found:?}");
    assert_eq!(
        client.diagnostics(&test),
        Vec::<Value>::new(),
        "the file is gone"
    );
    let uri = format!("file://{}", main.display());
    let position = json!({"line": 3, "character": 4});
    let params = json!({"textDocument": {"uri": uri}, "position": position});
    client.send(json!({"id": 1, "method": "textDocument/definition", "params": params}));
    let answer = client.wait_for(|message| message["id"] == 1);
    let target = answer["result"]["uri"]
        .as_str()
        .expect("a place")
        .to_string();
    let shown = fs::read_to_string(target.trim_start_matches("file://")).expect("a file");
    assert!(shown.contains("fn println("), "{target}");
    client.send(json!({"id": 2, "method": "shutdown"}));
    let answer = client.wait_for(|message| message["id"] == 2);
    assert!(answer["error"].is_null(), "{answer}");
    client.send(json!({"method": "exit"}));
    assert_eq!(client.status(), Some(0));
}

/// The place of a part of a text, for a request about the file at `uri`.
fn place(uri: &str, text: &str, part: &str, behind: usize) -> Value {
    let at = text.find(part).unwrap_or_else(|| panic!("no {part}")) + behind;
    let line = text[..at].matches('\n').count();
    let character = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
    let position = json!({"line": line, "character": character});
    json!({"textDocument": {"uri": uri}, "position": position})
}

fn a_file_of_the_library_has_answers() {
    let folder = crate::support::folder("lsp-library");
    let folder = folder.canonicalize().expect("a path");
    let text = "fn main() do\n  println(\"${List.reverse([1])}\")\nend\n";
    let main = folder.join("main.snow");
    fs::write(&main, text).expect("written");
    let mut client = Client::start();
    client.initialize(&folder);
    let mut ask = |id: i32, method: &str, params: Value| {
        client.send(json!({"id": id, "method": method, "params": params}));
        client.wait_for(|message| message["id"] == id)["result"].clone()
    };
    let uri = format!("file://{}", main.display());
    let found = ask(
        1,
        "textDocument/definition",
        place(&uri, text, "reverse", 1),
    );
    let uri = found["uri"].as_str().expect("a place").to_string();
    let path = PathBuf::from(uri.trim_start_matches("file://"));
    let text = fs::read_to_string(&path).expect("a file");
    client.open(&path, &text);
    assert_eq!(client.diagnostics(&path), Vec::<Value>::new());
    let mut ask = |id: i32, method: &str, params: Value| {
        client.send(json!({"id": id, "method": method, "params": params}));
        client.wait_for(|message| message["id"] == id)["result"].clone()
    };
    let name = "fn reverse<";
    let hover = ask(2, "textDocument/hover", place(&uri, &text, name, 4));
    let shown = hover["contents"]["value"].as_str().unwrap_or_default();
    assert!(shown.contains("fn reverse(list :: List<T>)"), "{hover}");
    let call = "= length(list)";
    let found = ask(3, "textDocument/definition", place(&uri, &text, call, 2));
    assert_eq!(found["uri"], uri.as_str(), "{found}");
    let found = ask(4, "textDocument/completion", place(&uri, &text, call, 5));
    let mut offered = found.as_array().into_iter().flatten();
    assert!(offered.any(|item| item["label"] == "length"), "{found}");
    let found = ask(
        5,
        "textDocument/documentSymbol",
        json!({"textDocument": {"uri": uri}}),
    );
    assert!(
        found.as_array().is_some_and(|all| all.len() > 20),
        "{found}"
    );
    let mut params = place(&uri, &text, name, 4);
    params["newName"] = "second".into();
    client.send(json!({"id": 6, "method": "textDocument/rename", "params": params}));
    let refused = client.wait_for(|message| message["id"] == 6);
    assert!(refused["error"]["message"].is_string(), "{refused}");
}

fn what_cannot_be_read_is_answered() {
    let mut client = Client::start();
    client.send_text("{\"jsonrpc\": ");
    assert_eq!(client.receive()["error"]["code"], -32700);
    client.send_text("{\"id\": 1}");
    assert_eq!(client.receive()["error"]["code"], -32600);
    client.send(json!({"id": 2, "method": "textDocument/hover", "params": {}}));
    assert_eq!(client.receive()["error"]["code"], -32002);
    client.initialize(Path::new("/nowhere"));
    client.send(json!({"id": 3, "method": "textDocument/hover", "params": {}}));
    assert_eq!(client.receive()["error"]["code"], -32602);
    client.send(json!({"id": 4, "method": "snow/unknown", "params": {}}));
    assert_eq!(client.receive()["error"]["code"], -32601);
    client.send(json!({"method": "exit"}));
    assert_eq!(client.status(), Some(1), "without a shutdown");
}

fn the_end_of_the_stream_ends_it() {
    let mut client = Client::start();
    client.initialize(Path::new("/nowhere"));
    assert_eq!(client.status(), Some(1));
}
