//! Settings that the environment may change, their defaults, and why they are what they are.

/// More workers than this are not started: the set of idle ones is one machine word.
pub const MOST_WORKERS: usize = 64;
/// Ceiling of an actor's memory unless told otherwise: far above what a connection needs, far below
/// a machine's memory.
const ACTOR_MEMORY: usize = 256 << 20;

/// The settings of one run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Worker threads. `SNOW_WORKERS`; else one a core that this process may use.
    pub workers: usize,
    /// Bytes that one actor may hold. `SNOW_ACTOR_MEMORY`.
    pub actor_memory: usize,
}

impl Config {
    /// What the environment says.
    pub fn from_environment() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        Config {
            workers: number("SNOW_WORKERS")
                .unwrap_or(cores)
                .clamp(1, MOST_WORKERS),
            actor_memory: number("SNOW_ACTOR_MEMORY").unwrap_or(ACTOR_MEMORY),
        }
    }
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}
