//! Echo server on tokio-tungstenite behind tokio-rustls, one thread. Arguments: the port, and the
//! files of the certificate chain and its key.

use std::error::Error;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::{pem::PemObject, CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::TlsAcceptor;

async fn echo(acceptor: TlsAcceptor, stream: TcpStream) -> Result<(), Box<dyn Error>> {
    let secured = acceptor.accept(stream).await?;
    let mut socket = tokio_tungstenite::accept_async(secured).await?;
    while let Some(message) = socket.next().await {
        let message = message?;
        if message.is_text() || message.is_binary() {
            socket.send(message).await?;
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, port, chain, key] = &arguments[..] else {
        return Err("the port, the certificate and the key are arguments".into());
    };
    let chain = CertificateDer::pem_file_iter(chain)?.collect::<Result<Vec<_>, _>>()?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(key)?)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let acceptor = acceptor.clone();
        // A client that goes away is no concern of the others.
        tokio::spawn(async move { drop(echo(acceptor, stream).await) });
    }
}
