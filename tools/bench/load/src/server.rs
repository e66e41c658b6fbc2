//! A server under test: started on its own core and ended when dropped, or one that runs already.

use std::collections::HashMap;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::arguments::Candidate;
use crate::url::Url;

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    child: Option<Child>,
    /// Its process, when that is known and on this machine.
    pub pid: Option<u32>,
    /// Where it listens.
    pub address: SocketAddr,
    /// What the request calls it.
    pub host: String,
    /// The path to ask for, when it has only one.
    path: Option<String>,
}

impl Server {
    /// Starts the candidate's command with a free port as its last argument and waits until it
    /// accepts connections.
    pub fn start(candidate: &Candidate) -> Result<Server, String> {
        if let Some(reason) = candidate.command.strip_prefix('!') {
            return Err(reason.trim().to_owned());
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .map_err(|e| e.to_string())?
            .port();
        let mut words = candidate.command.split_whitespace();
        let mut child = Command::new("taskset")
            .args(["-c", &candidate.cores])
            .args(&mut words)
            .arg(port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|cause| format!("cannot start taskset: {cause}"))?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let limit = Instant::now() + START;
        let outcome = loop {
            if TcpStream::connect(address).is_ok() {
                break Ok(());
            }
            if let Ok(Some(status)) = child.try_wait() {
                break Err(format!("ended at once ({status})"));
            }
            if Instant::now() > limit {
                break Err("does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let server = Server {
            pid: Some(child.id()),
            child: Some(child),
            address,
            host: address.to_string(),
            path: None,
        };
        outcome.map(|()| server)
    }

    /// A server that somebody else has started; its processor time is known when its process is.
    pub fn at(url: &Url, pid: Option<u32>) -> Result<Server, String> {
        Ok(Server {
            child: None,
            pid,
            address: url.resolve()?,
            host: url.authority(),
            path: Some(url.path.clone()),
        })
    }

    /// The path to ask for where `usual` is that of the servers that this program starts.
    pub fn path<'a>(&'a self, usual: &'a str) -> &'a str {
        self.path.as_deref().unwrap_or(usual)
    }

    /// Nanoseconds that each of its threads has spent on a core, user and system time together.
    /// Empty when its process is not known.
    pub fn cpu_ns(&self) -> HashMap<String, u64> {
        let Some(pid) = self.pid else {
            return HashMap::new();
        };
        let tasks = fs::read_dir(format!("/proc/{pid}/task"));
        let spent = |path: std::path::PathBuf| {
            let text = fs::read_to_string(path.join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        };
        tasks
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|task| {
                let name = task.file_name().to_string_lossy().into_owned();
                spent(task.path()).map(|ns| (name, ns))
            })
            .collect()
    }
}

/// What the threads have spent since, in all, and the share of the busiest one.
pub fn spent_since(before: &HashMap<String, u64>, after: &HashMap<String, u64>) -> (u64, f64) {
    let spent = after
        .iter()
        .map(|(thread, ns)| ns.saturating_sub(before.get(thread).copied().unwrap_or(0)));
    let (mut sum, mut most) = (0, 0);
    for ns in spent {
        sum += ns;
        most = most.max(ns);
    }
    (sum, most as f64 / sum.max(1) as f64)
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_by_thread() {
        let before = HashMap::from([("1".to_owned(), 100), ("2".to_owned(), 50)]);
        let after = HashMap::from([
            ("1".to_owned(), 160),
            ("2".to_owned(), 70),
            ("3".to_owned(), 20),
        ]);
        assert_eq!(spent_since(&before, &after), (100, 0.6));
        assert_eq!(spent_since(&before, &before), (0, 0.0));
    }

    #[test]
    fn a_peer_that_is_not_there_says_why() {
        let candidate = Candidate::parse("Peer=!no compiler").unwrap();
        assert_eq!(Server::start(&candidate).err().unwrap(), "no compiler");
    }
}
