//! `host` and `port` as a program writes them, to addresses of the system.
//!
//! Numbers and `localhost` are understood here; every other name needs the resolver, which may take
//! seconds and is asked by `names` on a thread of its own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::failure::Failure;

/// Addresses that one name may stand for; more are not tried.
const MOST: usize = 8;

/// A few addresses, in the order in which to try them. Plain data, so that a parked actor may hold
/// it.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    all: [SocketAddr; MOST],
    count: usize,
}

impl Addresses {
    /// The first few of `all`.
    pub fn new(all: impl IntoIterator<Item = SocketAddr>) -> Addresses {
        let mut addresses = Addresses {
            all: [SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0); MOST],
            count: 0,
        };
        for (place, address) in addresses.all.iter_mut().zip(all) {
            *place = address;
            addresses.count += 1;
        }
        addresses
    }

    /// The addresses.
    pub fn as_slice(&self) -> &[SocketAddr] {
        &self.all[..self.count]
    }
}

/// A port number.
pub fn port(number: i64) -> Result<u16, Failure> {
    u16::try_from(number)
        .map_err(|_| Failure::Invalid(format!("{number} is not a port; ports are 0 to 65535")))
}

/// The addresses of a host written in numbers, or of `localhost`; `None` for a name.
pub fn literal(host: &str, port: u16) -> Option<Addresses> {
    if host.eq_ignore_ascii_case("localhost") {
        let both = [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        return Some(Addresses::new(both.map(|ip| SocketAddr::new(ip, port))));
    }
    let inner = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    let ip: IpAddr = inner.parse().ok()?;
    Some(Addresses::new([SocketAddr::new(ip, port)]))
}

/// The one address to listen on.
pub fn listening(host: &str, port: u16) -> Result<SocketAddr, Failure> {
    match literal(host, port) {
        Some(addresses) => Ok(addresses.as_slice()[0]),
        None => Err(Failure::Invalid(format!(
            "`{host}` is not an address to listen on; use 0.0.0.0, 127.0.0.1 or ::"
        ))),
    }
}

/// The address as people know it: one of IPv4 that reached a listener of both families is shown
/// without its prefix of IPv6.
pub fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// The address as people know it, and its port: `192.0.2.1:80` or `[2001:db8::1]:80`. Every
/// connection is asked for it, so the usual kind goes without the formatter.
pub fn text(address: SocketAddr) -> String {
    let SocketAddr::V4(address) = canonical(address) else {
        return canonical(address).to_string();
    };
    let mut text = String::with_capacity("255.255.255.255:65535".len());
    for (index, octet) in address.ip().octets().into_iter().enumerate() {
        if index > 0 {
            text.push('.');
        }
        push_decimal(&mut text, octet.into());
    }
    text.push(':');
    push_decimal(&mut text, address.port());
    text
}

fn push_decimal(text: &mut String, number: u16) {
    let mut unit = 1;
    while number / unit >= 10 {
        unit *= 10;
    }
    while unit > 0 {
        text.push(char::from(b'0' + (number / unit % 10) as u8));
        unit /= 10;
    }
}

/// An address in as few bytes as it has: a [`SocketAddr`] takes 32, and every connection keeps one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    /// One of IPv4 is mapped.
    ip: [u8; 16],
    port: u16,
}

impl From<SocketAddr> for Packed {
    fn from(address: SocketAddr) -> Packed {
        let ip = match address.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped(),
            IpAddr::V6(ip) => ip,
        };
        Packed {
            ip: ip.octets(),
            port: address.port(),
        }
    }
}

impl From<Packed> for SocketAddr {
    fn from(packed: Packed) -> SocketAddr {
        canonical(SocketAddr::new(
            IpAddr::V6(Ipv6Addr::from(packed.ip)),
            packed.port,
        ))
    }
}

/// The address to listen on instead where the machine has no IPv6: `::` means every address, those
/// of IPv4 included.
pub fn without_ipv6(address: SocketAddr) -> Option<SocketAddr> {
    let is_every = address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    is_every.then_some(SocketAddr::new(
        IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        address.port(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(host: &str) -> Vec<String> {
        literal(host, 80).map_or(Vec::new(), |all| {
            all.as_slice()
                .iter()
                .map(|address| address.to_string())
                .collect()
        })
    }

    #[test]
    fn numbers_and_localhost_need_no_resolver() {
        assert_eq!(shown("127.0.0.1"), ["127.0.0.1:80"]);
        assert_eq!(shown("::"), ["[::]:80"]);
        assert_eq!(shown("[::1]"), ["[::1]:80"]);
        assert_eq!(shown("localhost"), ["127.0.0.1:80", "[::1]:80"]);
        assert!(literal("example.org", 80).is_none());
        assert!(literal("", 80).is_none());
        assert!(literal("256.0.0.1", 80).is_none());
    }

    #[test]
    fn the_text_is_that_of_the_formatter() {
        for host in [
            "0.0.0.0",
            "255.255.255.255",
            "10.100.9.99",
            "127.0.0.1",
            "::1",
            "2001:db8::a",
        ] {
            for port in [0, 9, 10, 99, 100, 8080, 65535] {
                let address = SocketAddr::new(host.parse().unwrap(), port);
                assert_eq!(text(address), address.to_string());
            }
        }
        assert_eq!(text("[::ffff:10.0.0.1]:80".parse().unwrap()), "10.0.0.1:80");
    }

    #[test]
    fn addresses_of_ipv4_are_shown_without_a_prefix_of_ipv6() {
        let shown = |text: &str| canonical(text.parse().unwrap()).to_string();
        assert_eq!(shown("[::ffff:192.0.2.7]:80"), "192.0.2.7:80");
        assert_eq!(shown("[::1]:80"), "[::1]:80");
        assert_eq!(shown("192.0.2.7:80"), "192.0.2.7:80");
    }

    #[test]
    fn packed_addresses_are_the_same_again() {
        for text in ["192.0.2.7:80", "[::1]:65535", "[2001:db8::7]:1"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(SocketAddr::from(Packed::from(address)), address);
        }
        let mapped: SocketAddr = "[::ffff:192.0.2.7]:80".parse().unwrap();
        assert_eq!(
            SocketAddr::from(Packed::from(mapped)),
            canonical(mapped),
            "as it is shown"
        );
    }

    #[test]
    fn only_every_address_has_a_part_without_ipv6() {
        let part =
            |text: &str| without_ipv6(text.parse().unwrap()).map(|address| address.to_string());
        assert_eq!(part("[::]:80").as_deref(), Some("0.0.0.0:80"));
        assert_eq!(part("[::1]:80"), None);
        assert_eq!(part("127.0.0.1:80"), None);
    }

    #[test]
    fn ports_have_sixteen_bits() {
        assert_eq!(port(65535).unwrap(), 65535);
        assert!(port(65536).is_err());
        assert!(port(-1).is_err());
    }
}
