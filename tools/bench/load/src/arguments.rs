//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use crate::rounds::Plan;
use crate::scenario::{self, Scenario};
use crate::url::Url;

/// How to call this program.
pub const USAGE: &str = "\
load [OPTION…] NAME[@CORES]=COMMAND…      compare servers that this program starts
load [OPTION…] --url ws://HOST:PORT/PATH  measure a server that runs already
load --chart RESULTS FOLDER               draw what was recorded

  --rows LIST          echo, scale, broadcast or workers, with commas between them (echo)
  --members N          connections in the room of broadcasts (1000)
  --connections N --size BYTES --depth N
                       one row of echoes with these instead
  --rounds N           rounds; each server runs once in each (6)
  --seconds S          length of one measurement (1)
  --json FILE          append the results, a line each
  --pid PID            with --url: the server's process, for its processor time
  --idle N             what N connections that say nothing cost, in bytes
  --counting COMMAND   with --idle: a server of Snow that answers with its counters
  --isolation          how long an echo takes while a callback loops and others crash
  --slice MS           with --isolation: the time slice of the servers (2)";

/// A server to measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Name in the table.
    pub name: String,
    /// Cores it may run on, as `taskset` reads them.
    pub cores: String,
    /// Command to which the port is appended, or `!` and why there is none.
    pub command: String,
}

impl Candidate {
    /// `NAME=COMMAND` or `NAME@CORES=COMMAND`; one core unless said.
    pub fn parse(text: &str) -> Option<Candidate> {
        let (name, command) = text.split_once('=')?;
        let (name, cores) = name.split_once('@').unwrap_or((name, "0"));
        Some(Candidate {
            name: name.to_owned(),
            cores: cores.to_owned(),
            command: command.to_owned(),
        })
    }
}

/// Whom to measure.
#[derive(Debug, PartialEq)]
pub enum Subject {
    /// Servers to start; the others are compared with the first.
    Candidates(Vec<Candidate>),
    /// One that runs already, with its process if that is known.
    Running(Url, Option<u32>),
}

/// What to do.
#[derive(Debug, PartialEq)]
pub enum Task {
    /// Rows, and where to append what came out.
    Rows(Vec<Scenario>, Option<PathBuf>),
    /// Memory of so many idle connections, and the command of the server that counts.
    Idle(usize, Option<String>),
    /// An echo beside misbehaving callbacks, with a time slice of so many milliseconds.
    Isolation(f64),
    /// Charts of recorded results, into a folder.
    Chart(PathBuf, PathBuf),
}

/// All of it.
#[derive(Debug)]
pub struct Arguments {
    /// What to do.
    pub task: Task,
    /// How long.
    pub plan: Plan,
    /// With whom.
    pub subject: Subject,
}

/// What was read so far.
#[derive(Default)]
struct Read {
    rows: Option<String>,
    members: Option<usize>,
    own: [Option<usize>; 3],
    json: Option<PathBuf>,
    idle: Option<usize>,
    counting: Option<String>,
    isolation: bool,
    slice: Option<f64>,
    url: Option<Url>,
    pid: Option<u32>,
    chart: Option<(PathBuf, PathBuf)>,
    candidates: Vec<Candidate>,
}

/// Reads the words behind the program's name. The error is a sentence for the user.
pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Arguments, String> {
    let mut words = words.into_iter();
    let mut read = Read::default();
    let mut plan = Plan {
        rounds: 6,
        window: Duration::from_secs(1),
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--rows" => read.rows = Some(value()?),
            "--members" => read.members = Some(number(&value()?)?),
            "--connections" => read.own[0] = Some(number(&value()?)?),
            "--size" => read.own[1] = Some(number(&value()?)?),
            "--depth" => read.own[2] = Some(number(&value()?)?),
            "--rounds" => plan.rounds = number(&value()?)?,
            "--seconds" => plan.window = seconds(&value()?)?,
            "--json" => read.json = Some(value()?.into()),
            "--idle" => read.idle = Some(number(&value()?)?),
            "--counting" => read.counting = Some(value()?),
            "--isolation" => read.isolation = true,
            "--slice" => read.slice = Some(number(&value()?)?),
            "--url" => read.url = Some(Url::parse(&value()?)?),
            "--pid" => read.pid = Some(number(&value()?)?),
            "--chart" => read.chart = Some((value()?.into(), value()?.into())),
            other => {
                let candidate = Candidate::parse(other)
                    .filter(|candidate| !candidate.name.starts_with('-'))
                    .ok_or_else(|| format!("'{other}' is neither an option nor NAME=COMMAND"))?;
                read.candidates.push(candidate);
            }
        }
    }
    finish(read, plan)
}

fn finish(read: Read, plan: Plan) -> Result<Arguments, String> {
    let rows = rows(&read)?;
    let task = match (read.chart, read.idle, read.isolation) {
        (Some((results, folder)), ..) => Task::Chart(results, folder),
        (None, Some(count), _) => Task::Idle(count, read.counting),
        (None, None, true) => Task::Isolation(read.slice.unwrap_or(2.0)),
        (None, None, false) => Task::Rows(rows, read.json),
    };
    let subject = match read.url {
        Some(_) if !read.candidates.is_empty() => {
            return Err("--url and NAME=COMMAND exclude each other".into());
        }
        Some(_) if !matches!(task, Task::Rows(..)) => {
            return Err("--url goes with rows only".into());
        }
        Some(url) => Subject::Running(url, read.pid),
        None if read.pid.is_some() => return Err("--pid needs --url".into()),
        None if read.candidates.is_empty() && !matches!(task, Task::Chart(..)) => {
            return Err("nothing to measure: neither --url nor NAME=COMMAND".into());
        }
        None => Subject::Candidates(read.candidates),
    };
    Ok(Arguments {
        task,
        plan,
        subject,
    })
}

fn rows(read: &Read) -> Result<Vec<Scenario>, String> {
    let members = read.members.unwrap_or(1000);
    if let [None, None, None] = read.own {
        let list = read.rows.as_deref().unwrap_or("echo");
        let mut rows = Vec::new();
        for name in list.split(',') {
            rows.extend(match name {
                "echo" => scenario::echoes(),
                "scale" => scenario::scale(10_000),
                "broadcast" => scenario::broadcasts(members),
                "workers" => scenario::echoes()[..2].to_vec(),
                other => return Err(format!("there are no rows '{other}'")),
            });
        }
        return Ok(rows);
    }
    let [connections, size, depth] = read.own;
    let row = Scenario::echo(
        connections.unwrap_or(64),
        size.unwrap_or(32),
        depth.unwrap_or(1),
    );
    if row.connections == 0 || row.depth == 0 {
        return Err("at least one connection with one message in flight".into());
    }
    Ok(vec![row])
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("'{text}' is no number"))
}

fn seconds(text: &str) -> Result<Duration, String> {
    Duration::try_from_secs_f64(number(text)?).map_err(|_| format!("'{text}' is no time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn servers_have_cores() {
        let arguments = parsed("--rows workers A=a B@0,1=b").unwrap();
        let Subject::Candidates(candidates) = arguments.subject else {
            panic!("servers to start")
        };
        let cores: Vec<&str> = candidates.iter().map(|it| it.cores.as_str()).collect();
        assert_eq!(cores, ["0", "0,1"]);
    }

    #[test]
    fn a_running_server_can_be_asked_for_one_row() {
        let line = "--url ws://h:1/x --pid 7 --connections 10 --size 100 --seconds 0.5 --rounds 3";
        let arguments = parsed(line).unwrap();
        assert_eq!(
            arguments.task,
            Task::Rows(vec![Scenario::echo(10, 100, 1)], None)
        );
        assert_eq!(arguments.plan.window, Duration::from_millis(500));
        let url = Url::parse("ws://h:1/x").unwrap();
        assert_eq!(arguments.subject, Subject::Running(url, Some(7)));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for line in [
            "",
            "--pid 7 A=a",
            "--url ws://h:1/ A=a",
            "--url ws://h:1/ --idle 10",
            "--rows nothing A=a",
            "--seconds -1 A=a",
            "--connections 0 A=a",
            "--rounds",
            "--unknown=1",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
