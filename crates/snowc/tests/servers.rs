//! A server in Snow that is treated badly: crashing callbacks, thousands of connections. Nobody
//! else notices, and afterwards the runtime holds no more than before.

use std::time::{Duration, Instant};

use crate::support::client::Client;
use crate::support::server::Server;
use crate::support::RUN_LIMIT;

tests![
    one_crash_of_a_hundred_disturbs_nobody,
    an_idle_server_uses_no_processor,
    ten_thousand_crashes_leave_memory_as_it_was,
    ten_thousand_connections_give_everything_back,
    memory_goes_back_after_a_hundred_large_messages,
    peers_that_flood_and_never_read_cost_a_bounded_amount_and_delay_nobody,
    members_that_never_read_delay_no_broadcast,
];

/// Crashes and connections of one test. CI's machines do some thousands a second.
const TIMES: usize = 10_000;
/// Bytes that a flooding peer sends if it can: many times what the server may keep of them.
const FLOOD: usize = 40_000_000;
/// Crashes are counted in so many rounds.
const ROUNDS: usize = 10;
/// Bytes of growth in a round that mean nothing: ten for each crash.
const NOISE: i64 = 10 * (TIMES / ROUNDS) as i64;
fn one_crash_of_a_hundred_disturbs_nobody() {
    let server = Server::start();
    let mut clients: Vec<Client> = (0..100).map(|_| server.connect()).collect();
    let mut unlucky = clients.swap_remove(41);
    unlucky.send("crash").unwrap();
    assert_eq!(unlucky.close_code().unwrap(), 1011);
    for (number, client) in clients.iter_mut().enumerate() {
        let text = format!("still here {number}");
        assert_eq!(client.ask(&text).unwrap(), text);
    }
}

/// Nothing wakes up by itself: only letting time pass can show that.
fn an_idle_server_uses_no_processor() {
    let server = Server::start();
    let mut clients: Vec<Client> = (0..10).map(|_| server.connect()).collect();
    assert_eq!(clients[0].ask("x").unwrap(), "x");
    // What it still does for the clients that came may take a while; what wakes it by itself shows
    // in every window.
    let limit = Instant::now() + RUN_LIMIT;
    let mut before = server.turns();
    loop {
        std::thread::sleep(Duration::from_millis(1500));
        let now = server.turns();
        if now == before {
            break;
        }
        assert!(
            Instant::now() < limit,
            "an idle server is woken up again and again"
        );
        before = now;
    }
    assert_eq!(clients[0].ask("y").unwrap(), "y");
    assert!(
        server.turns() > before,
        "this test does not see the server's threads"
    );
}

fn ten_thousand_crashes_leave_memory_as_it_was() {
    let server = Server::start();
    let mut witness = server.connect();
    let crash = || {
        let mut client = server.connect();
        client.send("crash").unwrap();
        assert_eq!(client.close_code().unwrap(), 1011);
    };
    // The first thousands fill pools that are kept for the next; memory is resident when it is
    // first touched.
    (0..TIMES / 2).for_each(|_| crash());
    let before = server.settled(&mut witness);
    let (_, _, mut resident) = server.counters(&mut witness);
    let mut growth = Vec::new();
    for _ in 0..ROUNDS {
        (0..TIMES / ROUNDS).for_each(|_| crash());
        let (_, _, now) = server.counters(&mut witness);
        growth.push(now - resident);
        resident = now;
    }
    server.settles_at(&mut witness, before);
    // A pool may still grow by a step now and then; what is lost with each crash shows in every
    // round.
    let grew = growth.iter().filter(|bytes| **bytes > NOISE).count();
    assert!(
        grew <= ROUNDS / 2,
        "resident memory grew by {growth:?} bytes in {ROUNDS} rounds of crashes"
    );
}

fn ten_thousand_connections_give_everything_back() {
    let server = Server::start();
    let mut witness = server.connect();
    assert_eq!(witness.ask("x").unwrap(), "x");
    let before = server.settled(&mut witness);
    let mut open = Vec::new();
    for number in 0..TIMES {
        let mut client = server.connect();
        assert_eq!(client.ask("hi").unwrap(), "hi");
        open.push(client);
        // Half of them close as the protocol says, half just go away.
        if open.len() == 100 {
            for (at, client) in open.drain(..).enumerate() {
                match (number + at) % 2 {
                    0 => client.close().unwrap(),
                    _ => drop(client),
                }
            }
        }
    }
    server.settles_at(&mut witness, before);
}

/// The largest message that a server takes by default.
const LARGEST: usize = 16 << 20;
/// Resident bytes that a server may keep of its peak.
const KEPT: i64 = 64 << 20;

fn memory_goes_back_after_a_hundred_large_messages() {
    let server = Server::start();
    let mut witness = server.connect();
    assert_eq!(witness.ask("x").unwrap(), "x");
    let settled = server.settled(&mut witness);
    let (_, _, before) = server.counters(&mut witness);
    let mut message = vec![0x82, 0x80 | 127];
    message.extend((LARGEST as u64).to_be_bytes());
    message.extend([0; 4]);
    message.resize(message.len() + LARGEST, b'x');
    let mut peak = before;
    for _ in 0..10 {
        // Ten hold nearly all of a message each; then these are finished, and half of the answers
        // are read.
        let mut clients: Vec<Client> = (0..10).map(|_| server.connect()).collect();
        for client in &mut clients {
            client.write(&message[..message.len() - 1]).unwrap();
        }
        peak = peak.max(server.counters(&mut witness).2);
        for (number, mut client) in clients.into_iter().enumerate() {
            client.write(&message[message.len() - 1..]).unwrap();
            if number % 2 == 0 {
                assert_eq!(client.receive().unwrap().1.len(), LARGEST);
            }
        }
    }
    assert!(
        peak - before > 2 * KEPT,
        "this test does not see what the messages cost"
    );
    server.settles_at(&mut witness, settled);
    server.shrinks_to(&mut witness, before + KEPT);
}

/// Frames that cost their sender little: a thousand pings, a thousand short texts, an unfinished
/// message.
fn hostile_bytes() -> [Vec<u8>; 3] {
    let ping = [&[0x89, 0x80 | 100, 0, 0, 0, 0][..], &[7; 100]].concat();
    let text = [&[0x81, 0x80 | 100, 0, 0, 0, 0][..], &[b'x'; 100]].concat();
    let mut endless = vec![0x02, 0x80 | 127];
    endless.extend(15_000_000u64.to_be_bytes());
    endless.extend([0; 1_000_000]);
    [ping.repeat(1000), text.repeat(1000), endless]
}

fn peers_that_flood_and_never_read_cost_a_bounded_amount_and_delay_nobody() {
    let server = Server::start();
    let mut witness = server.connect();
    assert_eq!(witness.ask("x").unwrap(), "x");
    let settled = server.settled(&mut witness);
    let (_, _, before) = server.counters(&mut witness);
    let [pings, texts, endless] = hostile_bytes();
    let mut hostile = Vec::new();
    for number in 0..30 {
        for (bytes, most) in [(&pings, FLOOD), (&texts, FLOOD), (&endless, endless.len())] {
            let mut client = server.connect();
            client.flood(bytes, most);
            hostile.push(client);
        }
        assert_eq!(
            witness.ask(&number.to_string()).unwrap(),
            number.to_string()
        );
    }
    let (_, _, now) = server.counters(&mut witness);
    // What was read and not answered, or answered and not read, is bounded for each: its outbox,
    // one read, one message.
    let most = hostile.len() as i64 * (4 << 20);
    assert!(
        now - before < most,
        "{} hostile peers cost {} bytes",
        hostile.len(),
        now - before
    );
    drop(hostile);
    server.settles_at(&mut witness, settled);
}

fn members_that_never_read_delay_no_broadcast() {
    let server = Server::start();
    let mut witness = server.connect();
    let mut stuck: Vec<Client> = (0..20).map(|_| server.connect()).collect();
    for member in stuck.iter_mut().chain([&mut witness]) {
        assert_eq!(member.ask("join").unwrap(), "joined");
    }
    // Far more than the outbox of each and the system's buffers hold.
    for _ in 0..300 {
        witness.send("tell").unwrap();
        assert_eq!(witness.text().unwrap().len(), 50_000);
    }
    assert_eq!(server.connect().ask("x").unwrap(), "x");
}
