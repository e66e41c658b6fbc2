//! Signals of the system to real processes: what ends a program in order, what stays ignored, what
//! becomes a message, and how a server leaves.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use crate::support::client::Client;
use crate::support::launched::{built, ended, signal, through_shell, Launched};
use crate::support::running::Running;
use crate::support::{folder, root};

tests![
    hangup_and_quit_end_a_program_in_order,
    a_hangup_that_was_ignored_at_the_start_stays_ignored,
    signals_that_the_parent_blocked_come_all_the_same,
    signals_are_messages_to_the_actor_that_asked,
    a_server_that_drains_on_exit_accepts_for_a_while_after_it_is_no_longer_ready,
    rooms_serve_the_last_callbacks_of_a_server_that_stops,
    rooms_go_on_while_a_server_that_is_to_end_still_accepts,
    a_hangup_has_a_server_read_its_certificate_anew,
];

fn hangup_and_quit_end_a_program_in_order() {
    for (number, times) in [(libc::SIGHUP, 1), (libc::SIGHUP, 2), (libc::SIGQUIT, 1)] {
        let mut program = Running::start("tests/servers/closing", &[]);
        assert_eq!(program.out.next().as_deref(), Some("ready"));
        // A terminal that goes away may hang up twice, which is no wish to end at once.
        (0..times).for_each(|_| signal(number, &program.process));
        let told = program.out.rest();
        assert_eq!(
            told,
            ["last stops", "stuck does not", "leaf stops", "first stops"]
        );
        assert_eq!(ended(&mut program.process), 0);
    }
}

fn a_hangup_that_was_ignored_at_the_start_stays_ignored() {
    let mut server = Launched::start(|port| {
        let program = built("tests/servers/talker");
        let mut command = through_shell("trap '' HUP; exec \"$0\" \"$@\"", &program, port);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    });
    let mut client = server.connect();
    signal(libc::SIGHUP, &server.process);
    assert_eq!(client.ask("still here").unwrap(), "still here");
    drop(client);
    signal(libc::SIGTERM, &server.process);
    assert_eq!(ended(&mut server.process), 0);
}

/// A command whose process begins with these signals blocked, as a careless parent leaves them.
fn blocking(command: &mut Command, signals: &'static [libc::c_int]) {
    let block = move || {
        // SAFETY: a set of signals is made for this thread, the only one of a child that begins.
        unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            for number in signals {
                libc::sigaddset(&mut set, *number);
                // `nohup cargo test` would have one of them ignored.
                libc::signal(*number, libc::SIG_DFL);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
        }
        Ok(())
    };
    // SAFETY: what runs between fork and exec only makes calls that are allowed there.
    unsafe { command.pre_exec(block) };
}

fn signals_that_the_parent_blocked_come_all_the_same() {
    for number in [libc::SIGTERM, libc::SIGHUP] {
        let mut server = Launched::start(|port| {
            let mut command = Command::new(built("tests/servers/talker"));
            command.arg(port).stdin(Stdio::null()).stdout(Stdio::null());
            blocking(&mut command, &[libc::SIGTERM, libc::SIGHUP]);
            command
        });
        signal(number, &server.process);
        assert_eq!(ended(&mut server.process), 0);
    }
}

fn signals_are_messages_to_the_actor_that_asked() {
    let mut program = Running::start("crates/snowc/tests/programs/signals.snow", &[]);
    assert_eq!(program.out.next().as_deref(), Some("ready"));
    let known = [
        (libc::SIGUSR1, "User1"),
        (libc::SIGHUP, "Hangup"),
        (libc::SIGUSR2, "User2"),
        (libc::SIGQUIT, "Quit"),
    ];
    for (number, name) in known.into_iter().cycle().take(12) {
        signal(number, &program.process);
        assert_eq!(program.out.next().as_deref(), Some(name));
    }
    signal(libc::SIGTERM, &program.process);
    assert_eq!(ended(&mut program.process), 0);
}

fn a_server_that_drains_on_exit_accepts_for_a_while_after_it_is_no_longer_ready() {
    let mut server = Running::start("tests/servers/leaver", &[]);
    let port = server.port();
    let mut early = Client::connect(port).unwrap();
    server.process.ask_to_end();
    assert_eq!(server.out.next().as_deref(), Some("not ready"));
    let mut late = Client::connect(port).expect("it still accepts");
    for client in [&mut early, &mut late] {
        assert_eq!(client.close_code().unwrap(), 1012);
    }
    drop((early, late));
    assert_eq!(ended(&mut server.process), 0);
}

/// A client of `tests/servers/farewell` that is in its room, as the last of `count`.
fn member(port: u16, count: usize) -> Client {
    let mut client = Client::connect(port).unwrap();
    assert_eq!(client.ask("join").unwrap(), count.to_string());
    client
}

fn rooms_serve_the_last_callbacks_of_a_server_that_stops() {
    let mut server = Running::start("tests/servers/farewell", &[]);
    let port = server.port();
    let clients: Vec<Client> = (1..=2).map(|count| member(port, count)).collect();
    server.process.ask_to_end();
    for mut client in clients {
        assert_eq!(client.close_code().unwrap(), 1001);
    }
    assert_eq!(server.out.rest(), ["told all", "told all"]);
    assert_eq!(ended(&mut server.process), 0);
}

fn rooms_go_on_while_a_server_that_is_to_end_still_accepts() {
    let mut server = Running::start("tests/servers/farewell", &["3000"]);
    let port = server.port();
    let mut early = member(port, 1);
    server.process.ask_to_end();
    let mut late = member(port, 2);
    late.send("good evening").unwrap();
    for client in [&mut early, &mut late] {
        assert_eq!(client.text().unwrap(), "good evening");
    }
    drop((early, late));
    assert_eq!(server.out.rest(), ["told all", "told all"]);
    assert_eq!(ended(&mut server.process), 0);
}

fn a_hangup_has_a_server_read_its_certificate_anew() {
    for program in ["leaver", "pages"] {
        let files = folder(&format!("reload-on-hangup-{program}"));
        let (certificate, key) = (files.join("server.pem"), files.join("server.key"));
        let made = root().join("tests/tls");
        fs::copy(made.join("server.pem"), &certificate).unwrap();
        fs::copy(made.join("server.key"), &key).unwrap();
        let paths = [certificate.to_str().unwrap(), key.to_str().unwrap()];
        let mut server = Running::start(&format!("tests/servers/{program}"), &paths);
        server.port();
        fs::write(&certificate, "no certificate").unwrap();
        signal(libc::SIGHUP, &server.process);
        let line = server.err.next().expect("a line says that it failed");
        assert!(
            line.contains("the certificate was not read anew, the old one stays"),
            "{line}"
        );
        server.process.ask_to_end();
        assert_eq!(ended(&mut server.process), 0);
    }
}
