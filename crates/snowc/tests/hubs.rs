//! The library's own actors end in a server that runs: those that keep its connections and rooms,
//! twice in quick succession, or more often than its supervisor takes.
//!
//! Programs cannot reach these actors, so the program is built with a copy of the library that can
//! end them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::support::client::Client;
use crate::support::launched::ended;
use crate::support::running::Running;
use crate::support::{folder, root, RUN_LIMIT};

tests![
    hub_and_registry_end_twice_under_load_and_no_client_notices,
    a_server_that_gives_up_says_so_once_and_still_ends_in_order,
];

/// What the copy of the library has besides: functions that end actors by force.
const WRECKERS: &str = r#"
## Ends registries and journals of the rooms and the hub of the first server, twice. What needs
## another one ends before it, so that the successor is due when that has ended, too.
pub fn crumble() -> () do
  for _ in 0..2 do
    for shard in 0..Process.workers() do
      end_registry(shard)
      end_journal(shard)
    end
    end_hub()
  end
  ()
end

## Ends the hub of the first server, as soon as there is one.
pub fn end_hub() -> () do
  case Hub.find(1) do
    Some(pid) -> kill(pid)
    None -> do
      Timer.sleep(1)
      end_hub()
    end
  end
end

fn end_registry(shard :: Int) -> () do
  case Rooms.registry(shard) do
    Some(pid) -> kill(pid)
    None -> do
      Timer.sleep(1)
      end_registry(shard)
    end
  end
end

fn end_journal(shard :: Int) -> () do
  case Journal.find(shard) do
    Some(pid) -> kill(pid)
    None -> do
      Timer.sleep(1)
      end_journal(shard)
    end
  end
end

fn kill<M>(pid :: Pid<M>) -> () do
  Process.exit(pid, Process.Killed)
  while Process.alive(pid) do
    Timer.sleep(1)
  end
end
"#;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// The folder that has the library with [`WRECKERS`] as its `stdlib`. A compiler that is started
/// there and given that relative path finds all but one module of the library in the cache: paths
/// of sources are part of what is compiled.
static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let beside = folder("crumbling");
    let copied = beside.join("stdlib");
    copy(&root().join("stdlib"), &copied);
    let ws = copied.join("ws.snow");
    let text = fs::read_to_string(&ws).unwrap();
    let imports = "import Ws.Rooms\nimport Ws.Rooms.Journal\n";
    let text = text.replacen("import Ws.Rooms\n", imports, 1) + WRECKERS;
    fs::write(ws, text).unwrap();
    beside
});

fn started() -> Running {
    let path = root().join("crates/snowc/tests/programs/crumbling.snow");
    let path = path.to_str().expect("the path is text");
    Running::start_with(path, &[], |command| {
        command.current_dir(&*LIBRARY).env("SNOW_STDLIB", "stdlib");
    })
}

/// A client that talks all the time, and reports how often it was answered when `is_over`.
fn talking(mut client: Client, is_over: &AtomicBool) -> (Client, usize) {
    let mut count = 0;
    while !is_over.load(Ordering::Relaxed) {
        let text = format!("number {count}");
        client.send(&text).unwrap();
        // What the room is told comes in between.
        while client.text().unwrap() != text {}
        count += 1;
    }
    (client, count)
}

/// A client that is accepted as soon as the server listens again.
fn connected(port: u16) -> Client {
    let limit = Instant::now() + RUN_LIMIT;
    loop {
        match Client::connect(port) {
            Ok(client) => return client,
            Err(why) => assert!(Instant::now() < limit, "no connection: {why}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn hub_and_registry_end_twice_under_load_and_no_client_notices() {
    let mut server = started();
    let port = server.port();
    let is_over = AtomicBool::new(false);
    let mut conductor = connected(port);
    let clients: Vec<(Client, usize)> = std::thread::scope(|scope| {
        let join = |_| {
            let mut client = connected(port);
            assert_eq!(client.ask("join").unwrap(), "joined");
            client
        };
        let clients: Vec<Client> = (0..8).map(join).collect();
        let threads: Vec<_> = clients
            .into_iter()
            .map(|client| scope.spawn(|| talking(client, &is_over)))
            .collect();
        for _ in 0..5 {
            assert_eq!(conductor.ask("crumble").unwrap(), "crumbled");
            assert_eq!(connected(port).ask("new here").unwrap(), "new here");
        }
        is_over.store(true, Ordering::Relaxed);
        let joined = threads.into_iter().map(|thread| thread.join().unwrap());
        joined.collect()
    });
    conductor.send("tell").unwrap();
    for (mut client, count) in clients {
        assert!(count > 0, "it never spoke");
        assert_eq!(client.text().unwrap(), "told");
    }
    server.process.ask_to_end();
    let lines = server.err.rest();
    assert!(
        !lines.iter().any(|line| line.contains("gives up")),
        "a tree gave up: {lines:#?}"
    );
    // An acceptor whose hub has ended ends in order: it has done nothing wrong.
    assert!(
        !lines.iter().any(|line| line.contains("panic in")),
        "an actor crashed: {lines:#?}"
    );
    assert_eq!(ended(&mut server.process), 0);
}

fn a_server_that_gives_up_says_so_once_and_still_ends_in_order() {
    let mut server = started();
    let port = server.port();
    let mut clients: Vec<Client> = (0..3).map(|_| connected(port)).collect();
    clients[0].send("give up").unwrap();
    let given_up = |line: &String| line.contains("has given up");
    let line = std::iter::from_fn(|| server.err.next()).find(given_up);
    let line = line.expect("it says that it has given up");
    for words in [
        &format!("Snow WebSocket server ws://127.0.0.1:{port}: the server has given up: "),
        "gives up after more than 100 restarts in 10 s; the last was for child `hub`",
        "It accepts no more; 3 connections are left",
    ] {
        assert!(line.contains(words), "no {words:?} in {line:?}");
    }
    assert_eq!(clients[0].text().unwrap(), "worn out");
    for client in &mut clients {
        assert_eq!(client.ask("still here").unwrap(), "still here");
    }
    assert!(Client::connect(port).is_err());
    server.process.ask_to_end();
    for client in &mut clients {
        assert_eq!(client.close_code().unwrap(), 1001);
    }
    drop(clients);
    assert_eq!(server.err.rest().into_iter().find(given_up), None);
    assert_eq!(ended(&mut server.process), 0);
}
