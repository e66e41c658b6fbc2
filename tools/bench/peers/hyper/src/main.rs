//! HTTP server on hyper, one thread: GET is answered with a text, POST with its body. Argument: the
//! port.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderValue, CONTENT_TYPE};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let content = match *request.method() {
        Method::POST => request.into_body().collect().await?.to_bytes(),
        _ => Bytes::from_static(b"hello, world"),
    };
    let mut response = Response::new(Full::new(content));
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    Ok(response)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).expect("the port is an argument");
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let server = hyper::server::conn::http1::Builder::new();
        let connection = server.serve_connection(TokioIo::new(stream), service_fn(answer));
        // A client that goes away is no concern of the others.
        tokio::spawn(async { drop(connection.await) });
    }
}
