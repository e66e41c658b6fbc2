//! What an echo server must do.

use futures_util::future::try_join_all;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::Message;

use crate::socket::Socket;
use crate::{equal, Check, Failure};

const SIZES: &[usize] = &[0, 1, 125, 126, 127, 65535, 65536, 1_000_000];
const AT_ONCE: usize = 200;

/// In the order in which they run.
pub const CHECKS: &[Check] = &[
    ("sizes", |url| Box::pin(sizes(url))),
    ("fragments", |url| Box::pin(fragments(url))),
    ("pings", |url| Box::pin(pings(url))),
    ("close codes", |url| Box::pin(close_codes(url))),
    ("many", |url| Box::pin(many(url))),
];

/// Bytes without a pattern that a mask of four bytes could hide in.
fn noise(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at * 31 + at / 251) as u8).collect()
}

async fn echoed(socket: &mut Socket, message: Message) -> Result<(), Failure> {
    socket.send(message.clone()).await?;
    equal(socket.next().await?, message)
}

async fn sizes(url: &str) -> Result<(), Failure> {
    let mut socket = Socket::open(url).await?;
    for size in SIZES {
        echoed(&mut socket, Message::text("x".repeat(*size))).await?;
        echoed(&mut socket, Message::binary(noise(*size))).await?;
    }
    echoed(&mut socket, Message::text("aé水🙂")).await?;
    equal(socket.close(Some(1000)).await?, 1000)
}

async fn fragments(url: &str) -> Result<(), Failure> {
    let part = |data: &[u8], opcode, last| {
        Message::Frame(Frame::message(data.to_vec(), OpCode::Data(opcode), last))
    };
    let mut socket = Socket::open(url).await?;
    // A character cut by a fragment's border, and a ping between two fragments.
    let cut = "水".as_bytes();
    socket.send(part(&cut[..1], Data::Text, false)).await?;
    socket.send(Message::Ping("between".into())).await?;
    socket.send(part(b"", Data::Continue, false)).await?;
    socket.send(part(&cut[1..], Data::Continue, true)).await?;
    equal(socket.next().await?, Message::Pong("between".into()))?;
    equal(socket.heard().await?, "水".into())?;
    let half = noise(70_000);
    socket.send(part(&half, Data::Binary, false)).await?;
    socket.send(part(&half, Data::Continue, true)).await?;
    equal(
        socket.next().await?,
        Message::binary([&half[..], &half[..]].concat()),
    )?;
    equal(socket.close(Some(1000)).await?, 1000)
}

async fn pings(url: &str) -> Result<(), Failure> {
    let mut socket = Socket::open(url).await?;
    for size in [0, 1, 125] {
        socket.send(Message::Ping(noise(size).into())).await?;
        equal(socket.next().await?, Message::Pong(noise(size).into()))?;
    }
    equal(socket.close(Some(1000)).await?, 1000)
}

async fn close_codes(url: &str) -> Result<(), Failure> {
    for code in [1000, 1001, 1003, 1007, 1008, 1009, 1011, 3000, 4999] {
        equal(Socket::open(url).await?.close(Some(code)).await?, code)?;
    }
    equal(Socket::open(url).await?.close(None).await?, 1005)
}

async fn many(url: &str) -> Result<(), Failure> {
    let mut sockets = try_join_all((0..AT_ONCE).map(|_| Socket::open(url))).await?;
    for turn in 0..10 {
        let talks = sockets
            .iter_mut()
            .enumerate()
            .map(|(number, socket)| async move {
                let words = format!("{number} {turn}");
                equal(socket.ask(&words).await?, words)
            });
        try_join_all(talks).await?;
    }
    let codes = try_join_all(sockets.into_iter().map(|socket| socket.close(Some(1000)))).await?;
    equal(codes, vec![1000; AT_ONCE])
}
