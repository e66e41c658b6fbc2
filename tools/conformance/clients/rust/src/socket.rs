//! A connection, and what checks ask of it.

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{connect_async, MaybeTlsStream, WebSocketStream};

use crate::Failure;

/// A connection to the server.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects; `wss` trusts the certificates in SSL_CERT_FILE.
    pub async fn open(url: &str) -> Result<Socket, Failure> {
        Ok(Socket(connect_async(url).await?.0))
    }

    /// Sends a message or a frame.
    pub async fn send(&mut self, message: Message) -> Result<(), Failure> {
        Ok(self.0.send(message).await?)
    }

    /// The next message, pings and pongs included.
    pub async fn next(&mut self) -> Result<Message, Failure> {
        Ok(self.0.next().await.ok_or("the connection ended")??)
    }

    /// The next message, which must be text.
    pub async fn heard(&mut self) -> Result<String, Failure> {
        match self.next().await? {
            Message::Text(text) => Ok(text.to_string()),
            other => Err(format!("no text: {other:?}").into()),
        }
    }

    /// Sends text and waits for its answer.
    pub async fn ask(&mut self, request: &str) -> Result<String, Failure> {
        self.send(Message::text(request)).await?;
        self.heard().await
    }

    /// Waits for the server's close frame and then for the end: code and reason, or 1005.
    pub async fn closed(&mut self) -> Result<(u16, String), Failure> {
        let Message::Close(frame) = self.next().await? else {
            return Err("a message instead of a close frame".into());
        };
        match self.0.next().await {
            None => Ok(frame.map_or((1005, String::new()), |frame| {
                (frame.code.into(), frame.reason.to_string())
            })),
            Some(more) => Err(format!("after the close frame: {more:?}").into()),
        }
    }

    /// Closes, and waits for the server's answer.
    pub async fn close(mut self, code: Option<u16>) -> Result<u16, Failure> {
        let frame = code.map(|code| CloseFrame {
            code: CloseCode::from(code),
            reason: "bye".into(),
        });
        self.0.close(frame).await?;
        Ok(self.closed().await?.0)
    }
}
