//! Every example is built and run: those that end must print what their `expected.txt` says,
//! servers must serve.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use crate::support::client::Client;
use crate::support::running::Running;
use crate::support::{build_and_run, compare, root, run, snowc, BUILD_LIMIT, RUN_LIMIT};
use libtest_mimic::{Failed, Trial};

/// The tests of each example.
pub(crate) fn trials() -> Vec<Trial> {
    let mut names: Vec<String> = fs::read_dir(root().join("examples"))
        .expect("examples is there")
        .flatten()
        // `cluster` starts another one several times; tools/services drives it.
        .filter(|entry| entry.path().join("main.snow").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let warnings = names.clone().into_iter().map(|name| {
        let title = format!("{name} has no warnings");
        Trial::test(title, move || has_no_warnings(&name))
    });
    let warnings: Vec<Trial> = warnings.collect();
    let trials = names.into_iter().map(|name| match name.as_str() {
        "chat" => Trial::test("chat", || Ok(chat()?)),
        "dashboard" => Trial::test("dashboard", || Ok(dashboard()?)),
        "echo" => Trial::test("echo", || Ok(echo()?)),
        "http" => Trial::test("http", || Ok(http()?)),
        "ticker" => Trial::test("ticker", || Ok(ticker()?)),
        "tls_echo" => Trial::test("tls_echo", || Ok(tls_echo()?)),
        _ => Trial::test(name.clone(), move || prints_what_it_should(&name)),
    });
    trials.chain(warnings).collect()
}

fn has_no_warnings(name: &str) -> Result<(), Failed> {
    let example = format!("examples/{name}");
    let mut command = snowc(&["check", "--deny-warnings", &example]);
    let ran = run(&mut command, BUILD_LIMIT)?;
    match ran.status {
        0 => Ok(()),
        _ => Err(ran.err.into()),
    }
}

fn prints_what_it_should(name: &str) -> Result<(), Failed> {
    let expected = fs::read_to_string(root().join("examples").join(name).join("expected.txt"))
        .map_err(|_| format!("examples/{name} has no expected.txt, and no test here drives it"))?;
    let ran = build_and_run("run", &[&format!("examples/{name}")], RUN_LIMIT)?;
    if ran.status != 0 {
        return Err(format!("status {}\n{}{}", ran.status, ran.out, ran.err).into());
    }
    Ok(compare("output", &expected, &ran.out)?)
}

/// A running server among the examples.
struct Server {
    program: Running,
    port: u16,
}

impl Server {
    /// Builds and starts the example on a free port and waits for the line that says it is ready.
    fn start(name: &str) -> Server {
        let program = Running::start(&format!("examples/{name}"), &["0"]);
        Server {
            port: program.port(),
            program,
        }
    }

    fn connect(&self) -> io::Result<Client> {
        Client::connect(self.port)
    }

    /// Status and body of the answer to a request such as `GET /`.
    fn ask(&self, request: &str, body: &str) -> io::Result<(String, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(RUN_LIMIT))?;
        let length = body.len();
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let status = answer.get(9..12).unwrap_or_default().to_owned();
        let body = answer.split_once("\r\n\r\n").map_or("", |parts| parts.1);
        Ok((status, body.to_owned()))
    }

    fn get(&self, path: &str) -> io::Result<String> {
        Ok(self.ask(&format!("GET {path}"), "")?.1)
    }
}

fn expect(what: &str, expected: &str, got: &str) -> io::Result<()> {
    match expected == got {
        true => Ok(()),
        false => Err(io::Error::other(format!(
            "{what}: expected {expected:?}, got {got:?}"
        ))),
    }
}

/// A handshake with the key of RFC 6455 section 1.3, text and binary, and a clean close.
fn echo() -> io::Result<()> {
    let server = Server::start("echo");
    let mut client = server.connect()?;
    let accepted = client.head.contains("s3pplmbitxaq9kygzzhzrbk+xoo=");
    expect("Sec-WebSocket-Accept", "true", &accepted.to_string())?;
    expect("text", "Hello", &client.ask("Hello")?)?;
    client.frame(0x82, &[0, 255])?;
    expect(
        "binary",
        "(2, [0, 255])",
        &format!("{:?}", client.receive()?),
    )?;
    client.close()?;
    server.program.end_when_asked();
    Ok(())
}

/// The next message that is no list of rooms: those come when they will.
fn event(client: &mut Client) -> io::Result<String> {
    loop {
        let text = client.text()?;
        if !text.starts_with(r#"{"type":"rooms""#) {
            return Ok(text);
        }
    }
}

/// Two guests of one room hear each other, a newcomer gets what was said, and a stranger an answer.
/// The page tells where its socket is.
fn chat() -> io::Result<()> {
    let enter = |name| format!(r#"{{"type":"enter","entry":{{"room":"lobby","name":"{name}"}}}}"#);
    let welcome = r#"{"type":"entered","welcome":{"room":"lobby","name":""#;
    let say = r#"{"ref":"r","text":"hi","type":"say"}"#;
    let server = Server::start("chat");
    let place = server.get("/server.json")?;
    let port = place.trim_matches(|c: char| !c.is_ascii_digit());
    let port: u16 = port.parse().map_err(io::Error::other)?;
    let page = server.get("/")?.contains("<title>Snow chat</title>");
    expect("the page", "true", &page.to_string())?;
    let mut ada = Client::connect(port)?;
    ada.send(&enter("ada"))?;
    let entered = event(&mut ada)?.starts_with(&format!("{welcome}ada"));
    expect("her welcome", "true", &entered.to_string())?;
    ada.send(say)?;
    let said = event(&mut ada)?;
    let in_lobby = said.starts_with(r#"{"type":"said","line":{"room":"lobby","epoch":""#);
    let numbered = in_lobby && said.contains(r#","number":1,"#);
    expect("what she says", "true", &numbered.to_string())?;
    let mut bob = Client::connect(port)?;
    bob.send(&enter("bob"))?;
    expect("what he missed", &said, &event(&mut bob)?)?;
    let entered = event(&mut bob)?.starts_with(&format!("{welcome}bob"));
    expect("his welcome", "true", &entered.to_string())?;
    let came = r#"{"type":"came","room":"lobby","name":"bob"}"#;
    expect("what she hears of it", came, &event(&mut ada)?)?;
    ada.close()?;
    let left = r#"{"type":"left","room":"lobby","name":"ada"}"#;
    expect("her leaving", left, &event(&mut bob)?)?;
    let mut stranger = Client::connect(port)?;
    for (sent, why, of) in [
        (say, "enter a room first", "r"),
        (r#"{"type":"say","ref":""}"#, "missing field: text", ""),
        (r#"{"type":"sing"}"#, "unknown variant for Command", ""),
        ("say", "line 1, column 1: expected a value", ""),
    ] {
        stranger.send(sent)?;
        let refused = format!(r#"{{"type":"refused","why":"{why}","ref":"{of}"}}"#);
        expect("a stranger", &refused, &event(&mut stranger)?)?;
    }
    server.program.end_when_asked();
    Ok(())
}

/// The page, and a reading for whoever has connected.
fn dashboard() -> io::Result<()> {
    let server = Server::start("dashboard");
    let place = server.get("/server.json")?;
    let port = place.trim_matches(|c: char| !c.is_ascii_digit());
    let mut client = Client::connect(port.parse().map_err(io::Error::other)?)?;
    let rates = r#"{"type":"rate","rate":5,"rates":[10,5,2,1]}"#;
    expect("the rates", rates, &client.text()?)?;
    let reading = client.text()?.starts_with(r#"{"type":"measured","#);
    expect("a reading", "true", &reading.to_string())?;
    client.close()?;
    server.program.end_when_asked();
    Ok(())
}

/// Notes are added, listed and removed; the page and what is not there have their answers.
fn http() -> io::Result<()> {
    let server = Server::start("http");
    let ask = |request: &str, body: &str| -> io::Result<String> {
        let (status, body) = server.ask(request, body)?;
        Ok(format!("{status} {body}"))
    };
    let note = r#"{"id":1,"text":"buy milk"}"#;
    for (request, body, answer) in [
        ("GET /notes", "", "200 []".to_string()),
        (
            "POST /notes",
            r#"{"text":"buy milk"}"#,
            format!("201 {note}"),
        ),
        ("GET /notes", "", format!("200 [{note}]")),
        ("GET /notes/1", "", format!("200 {note}")),
        (
            "POST /notes",
            "{}",
            r#"422 {"error":"missing field: text"}"#.into(),
        ),
        ("DELETE /notes/1", "", "204 ".into()),
        (
            "DELETE /notes/1",
            "",
            r#"404 {"error":"there is no such note"}"#.into(),
        ),
        ("PATCH /notes", "", "405 Method Not Allowed\n".into()),
        ("GET /none", "", "404 Not Found\n".into()),
    ] {
        expect(request, &answer, &ask(request, body)?)?;
    }
    let page = ask("GET /", "")?;
    expect(
        "the page",
        "true",
        &page.contains("<h1>Notes</h1>").to_string(),
    )?;
    server.program.end_when_asked();
    Ok(())
}

/// The publisher counts; when it has crashed it counts from 1 again, and the member is still there.
fn ticker() -> io::Result<()> {
    let server = Server::start("ticker");
    let mut client = server.connect()?;
    while client.text()? != "tick 2" {}
    client.send("crash")?;
    while client.text()? != "tick 1" {}
    client.close()?;
    server.program.end_when_asked();
    Ok(())
}

/// A client written in Snow verifies the certificate and gets its message back.
fn tls_echo() -> io::Result<()> {
    let server = Server::start("tls_echo");
    let client = [
        "crates/snowc/tests/programs/tls_client.snow",
        &server.port.to_string(),
    ];
    let ran = build_and_run("run", &client, RUN_LIMIT)
        .map_err(|why| io::Error::other(why.to_string()))?;
    expect("the answer", "snow\n", &ran.out)?;
    server.program.end_when_asked();
    Ok(())
}
