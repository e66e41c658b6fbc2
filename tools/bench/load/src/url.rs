//! `ws://host:port/path`.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};

/// A server's address.
#[derive(Clone, Debug, PartialEq)]
pub struct Url {
    /// Name or address of the machine.
    pub host: String,
    /// Port, 80 unless said.
    pub port: u16,
    /// Path with query, `/` unless said.
    pub path: String,
}

impl Url {
    /// Reads it. Encryption is refused: its cost would be measured as that of messages.
    pub fn parse(text: &str) -> Result<Url, String> {
        let rest = text
            .strip_prefix("ws://")
            .ok_or_else(|| format!("'{text}' does not begin with ws://"))?;
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        // The colons of an IPv6 address are inside of its brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                let port = port.parse().map_err(|_| format!("'{port}' is no port"))?;
                (host, port)
            }
            _ => (authority, 80),
        };
        if host.is_empty() {
            return Err(format!("'{text}' names no host"));
        }
        Ok(Url {
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            path: path.to_owned(),
        })
    }

    /// For the field `Host` of a request.
    pub fn authority(&self) -> String {
        let Url { host, port, .. } = self;
        if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    }

    /// The first address of its host that takes a connection, or the first one.
    pub fn resolve(&self) -> Result<SocketAddr, String> {
        let addresses: Vec<SocketAddr> = (self.host.as_str(), self.port)
            .to_socket_addrs()
            .map_err(|cause| format!("{}: {cause}", self.host))?
            .collect();
        let answers = |address: &&SocketAddr| TcpStream::connect(address).is_ok();
        let chosen = addresses.iter().find(answers).or(addresses.first());
        chosen
            .copied()
            .ok_or_else(|| format!("{} has no address", self.host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let url = Url::parse("ws://example.org:9001/room?x=1").unwrap();
        assert_eq!((url.host.as_str(), url.port), ("example.org", 9001));
        assert_eq!(url.path, "/room?x=1");
        let plain = Url::parse("ws://localhost").unwrap();
        assert_eq!((plain.port, plain.path.as_str()), (80, "/"));
        let six = Url::parse("ws://[::1]:9001/").unwrap();
        assert_eq!(
            (six.host.as_str(), six.authority().as_str()),
            ("::1", "[::1]:9001")
        );
        assert!(six.resolve().unwrap().is_ipv6());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["wss://x/", "http://x/", "ws://:80/", "ws://x:y/", "x:1"] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }
}
