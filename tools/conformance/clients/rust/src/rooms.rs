//! What the server in `../rooms` must do.

use std::time::Duration;

use futures_util::future::try_join_all;
use tokio_tungstenite::tungstenite::Message;

use crate::socket::Socket;
use crate::{equal, Check, Failure};

/// After so many messages in a mixed room, others have a turn.
const BREATH: usize = 10;

/// In the order in which they run.
pub const CHECKS: &[Check] = &[
    ("rooms", |url| Box::pin(rooms(url))),
    ("gone members", |url| Box::pin(gone_members(url))),
    ("server closes", |url| Box::pin(server_closes(url))),
    ("crash", |url| Box::pin(crash(url))),
];

async fn open<const COUNT: usize>(url: &str) -> Result<[Socket; COUNT], Failure> {
    let sockets = try_join_all((0..COUNT).map(|_| Socket::open(url))).await?;
    Ok(sockets
        .try_into()
        .unwrap_or_else(|_| unreachable!("as many as were asked for")))
}

async fn join(socket: &mut Socket, room: &str) -> Result<(), Failure> {
    equal(
        socket.ask(&format!("join {room}")).await?,
        format!("joined {room}"),
    )
}

/// Answers come in order: what was said before the question would come before its answer.
async fn hears_nothing(socket: &mut Socket) -> Result<(), Failure> {
    equal(socket.ask("members nowhere").await?, "members 0".into())
}

/// Who is gone has left its rooms, but not necessarily before its client knows that it is gone.
async fn members_become(socket: &mut Socket, room: &str, count: usize) -> Result<(), Failure> {
    while socket.ask(&format!("members {room}")).await? != format!("members {count}") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

async fn rooms(url: &str) -> Result<(), Failure> {
    let [mut a, mut b, mut outsider] = open(url).await?;
    join(&mut a, "rust").await?;
    join(&mut a, "rust").await?;
    join(&mut b, "rust").await?;
    for text in ["é水🙂", "", &"x".repeat(70_000)] {
        a.send(Message::text(format!("say rust {text}"))).await?;
        equal(b.heard().await?, text.into())?;
    }
    let binary = Message::binary([0, 255].repeat(40_000));
    a.send(binary.clone()).await?;
    equal(b.next().await?, binary)?;
    for socket in [&mut a, &mut b, &mut outsider] {
        hears_nothing(socket).await?;
    }
    equal(outsider.ask("members rust").await?, "members 2".into())?;
    outsider
        .send(Message::text("say rust from outside"))
        .await?;
    equal(
        [a.heard().await?, b.heard().await?],
        ["from outside".into(), "from outside".into()],
    )?;
    equal(b.ask("leave rust").await?, "left rust".into())?;
    a.send(Message::text("say rust after")).await?;
    hears_nothing(&mut a).await?;
    hears_nothing(&mut b).await?;
    equal(outsider.ask("members rust").await?, "members 1".into())?;
    equal(
        [a.close(Some(1000)).await?, b.close(Some(1000)).await?],
        [1000, 1000],
    )
}

async fn gone_members(url: &str) -> Result<(), Failure> {
    let [mut stays, mut closes, mut vanishes] = open(url).await?;
    for socket in [&mut stays, &mut closes, &mut vanishes] {
        join(socket, "rust-gone").await?;
    }
    closes.close(Some(1000)).await?;
    members_become(&mut stays, "rust-gone", 2).await?;
    drop(vanishes);
    members_become(&mut stays, "rust-gone", 1).await?;
    equal(stays.close(Some(1000)).await?, 1000)
}

async fn server_closes(url: &str) -> Result<(), Failure> {
    for code in [1000, 1001, 3000, 4999] {
        for reason in ["", "as you wish", &("é".repeat(61) + "x")] {
            let mut socket = Socket::open(url).await?;
            socket
                .send(Message::text(format!("close {code} {reason}").trim_end()))
                .await?;
            equal(socket.closed().await?, (code, reason.into()))?;
        }
    }
    let mut socket = Socket::open(url).await?;
    for code in [1005, 1006, 1015, 999, 5000] {
        let refused = format!("refused close code {code} may not be sent");
        equal(socket.ask(&format!("close {code} no")).await?, refused)?;
    }
    equal(socket.close(Some(1000)).await?, 1000)
}

async fn crash(url: &str) -> Result<(), Failure> {
    let [mut stays, mut crashes] = open(url).await?;
    join(&mut stays, "rust-crash").await?;
    join(&mut crashes, "rust-crash").await?;
    crashes.send(Message::text("crash")).await?;
    equal(crashes.closed().await?.0, 1011)?;
    members_become(&mut stays, "rust-crash", 1).await?;
    equal(stays.close(Some(1000)).await?, 1000)
}

/// Two members of a room whose other members are other programs' clients. The one that asks whether
/// all are there is no member: a question between what others say would need to be told from it.
pub async fn mixed(
    room: &str,
    name: &str,
    members: usize,
    each: usize,
    urls: [&str; 2],
) -> Result<(), Failure> {
    let [talk_url, listen_url] = urls;
    let [mut talker, mut asker] = open(talk_url).await?;
    let mut listener = Socket::open(listen_url).await?;
    for socket in [&mut talker, &mut listener] {
        join(socket, room).await?;
    }
    members_become(&mut asker, room, members).await?;
    for number in 0..each {
        talker
            .send(Message::text(format!("say {room} {name} {number}")))
            .await?;
        if number % BREATH == 0 {
            hears_nothing(&mut asker).await?;
        }
    }
    let spoken = members / 2 * each;
    let mut reports = Vec::new();
    for (role, socket, count) in [
        ("talker", &mut talker, spoken - each),
        ("listener", &mut listener, spoken),
    ] {
        let mut words = Vec::new();
        for _ in 0..count {
            words.push(format!("{:?}", socket.heard().await?));
        }
        reports.push(format!("\"{role}\": [{}]", words.join(", ")));
    }
    hears_nothing(&mut talker).await?;
    hears_nothing(&mut listener).await?;
    println!("{{{}}}", reports.join(", "));
    Ok(())
}
