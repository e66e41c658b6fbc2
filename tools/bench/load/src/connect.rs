//! Connections that are opened, upgraded and reset, in groups, so that a server finds several at a
//! time.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::connection::{connect, read_upgrade, request};
use crate::server::Server;

/// Opens groups of connections until `end`. Answers how many there were; `latencies` gets the time
/// from connecting to the answer, for each of them.
pub fn until(
    server: &Server,
    group: usize,
    end: Instant,
    latencies: &mut Vec<u32>,
) -> io::Result<usize> {
    let request = request(server, "/");
    let mut count = 0;
    while Instant::now() < end {
        let mut streams = Vec::with_capacity(group);
        for _ in 0..group {
            let begun = Instant::now();
            let mut stream = connect(server)?;
            stream.write_all(request.as_bytes())?;
            streams.push((stream, begun));
        }
        for (mut stream, begun) in streams {
            read_upgrade(&mut stream)?;
            latencies.push(begun.elapsed().as_nanos().min(u32::MAX as u128) as u32);
            // A reset, as it leaves no port behind that waits for a minute.
            SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
            count += 1;
        }
    }
    Ok(count)
}
