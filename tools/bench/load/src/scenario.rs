//! What is asked of a server: the rows of the table.

use std::fmt;

/// What the connections do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Work {
    /// All speak, and each hears itself.
    Echo,
    /// So many speak, in a room where all hear all of it; deliveries are counted.
    Broadcast {
        /// Connections that speak, each as soon as it has heard itself.
        speakers: usize,
    },
    /// One speaks, in a room: its frames leave in one write, and the next ones when every member
    /// has all of them.
    Burst,
    /// Nobody speaks: connections are opened, upgraded and reset, and each is counted.
    Connect,
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
    /// What they do.
    pub work: Work,
    /// Connections open at once.
    pub connections: usize,
    /// Bytes of a message.
    pub size: usize,
    /// Messages each speaker has in flight.
    pub depth: usize,
}

impl Scenario {
    /// An echo.
    pub const fn echo(connections: usize, size: usize, depth: usize) -> Scenario {
        Scenario {
            work: Work::Echo,
            connections,
            size,
            depth,
        }
    }

    /// The path that servers started by this program have for it.
    pub fn path(&self) -> &'static str {
        match self.work {
            Work::Echo | Work::Connect => "/",
            Work::Broadcast { .. } | Work::Burst => "/room",
        }
    }

    /// How many messages come for each of its own to connection `number`; 0 when it says nothing
    /// of its own accord.
    pub fn speakers(&self, number: usize) -> usize {
        match self.work {
            Work::Echo => 1,
            Work::Broadcast { speakers } if number < speakers => speakers,
            Work::Broadcast { .. } | Work::Burst | Work::Connect => 0,
        }
    }

    /// What one of the counted things is called.
    pub fn unit(&self) -> &'static str {
        match self.work {
            Work::Echo => "message",
            Work::Broadcast { .. } | Work::Burst => "delivery",
            Work::Connect => "connection",
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scenario {
            work,
            connections,
            size,
            depth,
        } = *self;
        let size = Bytes(size);
        match work {
            Work::Echo => write!(out, "echo, {connections} × {size}")?,
            Work::Broadcast { speakers: 1 } => write!(out, "broadcast to {connections}, {size}")?,
            Work::Broadcast { speakers } => {
                write!(out, "broadcast to {connections}, {speakers} speak, {size}")?;
            }
            Work::Burst => {
                return write!(
                    out,
                    "broadcast to {connections}, {depth} frames in one write, {size}"
                );
            }
            Work::Connect => return write!(out, "connect, upgrade, reset"),
        }
        match depth {
            1 => Ok(()),
            more => write!(out, ", {more} in flight"),
        }
    }
}

struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            whole if whole >= 1 << 20 && whole % (1 << 20) == 0 => {
                write!(out, "{} MiB", whole >> 20)
            }
            whole if whole >= 1 << 10 && whole % (1 << 10) == 0 => {
                write!(out, "{} KiB", whole >> 10)
            }
            bytes => write!(out, "{bytes} B"),
        }
    }
}

/// Rows for servers that echo, in the order in which they are printed.
pub fn echoes() -> Vec<Scenario> {
    vec![
        Scenario::echo(64, 32, 1),
        Scenario::echo(64, 32, 16),
        Scenario::echo(1000, 32, 1),
        Scenario::echo(64, 16 << 10, 1),
        Scenario::echo(4, 1 << 20, 1),
        Scenario::echo(1, 32, 1),
        Scenario {
            work: Work::Connect,
            connections: 16,
            size: 0,
            depth: 0,
        },
    ]
}

/// The same message on ever more connections.
pub fn scale(most: usize) -> Vec<Scenario> {
    [10, 64, 100, 1000, 10_000]
        .into_iter()
        .filter(|count| *count <= most)
        .map(|count| Scenario::echo(count, 32, 1))
        .collect()
}

/// Rows for servers with a room at `/room` that has so many members.
pub fn broadcasts(members: usize) -> Vec<Scenario> {
    let row = |work, depth| Scenario {
        work,
        connections: members,
        size: 32,
        depth,
    };
    vec![
        row(Work::Broadcast { speakers: 1 }, 1),
        row(Work::Broadcast { speakers: 1 }, 16),
        row(Work::Burst, 16),
        row(
            Work::Broadcast {
                speakers: members.clamp(1, 16),
            },
            1,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_names_of_their_own() {
        let mut names: Vec<String> = echoes()
            .iter()
            .chain(&broadcasts(1000))
            .map(ToString::to_string)
            .collect();
        assert_eq!(names[0], "echo, 64 × 32 B");
        assert_eq!(names[1], "echo, 64 × 32 B, 16 in flight");
        assert_eq!(names[4], "echo, 4 × 1 MiB");
        assert_eq!(names[6], "connect, upgrade, reset");
        assert_eq!(names[9], "broadcast to 1000, 16 frames in one write, 32 B");
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn only_speakers_wait_for_answers() {
        let [one, _, burst, many] = broadcasts(100)[..] else {
            panic!("four rows")
        };
        assert_eq!((one.speakers(0), one.speakers(1)), (1, 0));
        assert_eq!((burst.speakers(0), burst.speakers(1)), (0, 0));
        assert_eq!((many.speakers(15), many.speakers(16)), (16, 0));
    }

    #[test]
    fn no_more_connections_than_there_may_be() {
        assert_eq!(scale(1000).last().unwrap().connections, 1000);
        assert_eq!(scale(20_000).last().unwrap().connections, 10_000);
    }
}
