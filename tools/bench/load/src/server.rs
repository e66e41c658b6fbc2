//! A server under test: started on its own core, its CPU time read from the kernel, ended when
//! dropped.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts `command` with a free port as its last argument and waits until it accepts
    /// connections.
    pub fn start(command: &str) -> Result<Server, String> {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .map_err(|e| e.to_string())?
            .port();
        let mut words = command.split_whitespace();
        let child = Command::new("taskset")
            .args(["-c", "0"])
            .args(&mut words)
            .arg(port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|cause| format!("cannot start taskset: {cause}"))?;
        let mut server = Server {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        let limit = Instant::now() + START;
        while TcpStream::connect(server.address).is_err() {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("ended at once ({status})"));
            }
            if Instant::now() > limit {
                return Err("does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Nanoseconds that all its threads have spent on a core, user and system time together.
    pub fn cpu_ns(&self) -> u64 {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let spent = |path: std::path::PathBuf| {
            let text = fs::read_to_string(path.join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        };
        tasks
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|task| spent(task.path()))
            .sum()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
