//! The tests of the standard library, which are written in Snow: one `snowc test`, each of its lines a test here.

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use support::{run, snowc};

fn main() {
    let arguments = Arguments::from_args();
    let trials = match run(&mut snowc(&["test", "stdlib/tests"])) {
        Ok(ran) => {
            let mut trials: Vec<Trial> = lines(&ran.out).map(|(name, verdict)| Trial::test(name, || verdict)).collect();
            let reported = trials.len();
            trials.push(Trial::test("snowc test stdlib/tests", move || {
                // A run that found nothing, or that ended before its closing line, must not look like success.
                let closing = ran.out.lines().any(|line| line.ends_with(" failed") && line.contains(" passed, "));
                if ran.status == 0 && closing && reported > 0 {
                    return Ok(());
                }
                Err(Failed::from(format!("status {}\n{}{}", ran.status, ran.out, ran.err)))
            }));
            trials
        }
        Err(why) => vec![Trial::test("snowc test stdlib/tests", || Err(Failed::from(why)))],
    };
    libtest_mimic::run(&arguments, trials).exit();
}

/// Splits the report into tests. The reason for a failure is in the indented lines that follow.
fn lines(report: &str) -> impl Iterator<Item = (String, Result<(), Failed>)> {
    let mut tests: Vec<(String, Result<(), Failed>)> = Vec::new();
    for line in report.lines() {
        if let Some(name) = line.strip_prefix("ok      ") {
            tests.push((name.into(), Ok(())));
        } else if let Some(name) = line.strip_prefix("FAILED  ") {
            tests.push((name.into(), Err(Failed::from(String::new()))));
        } else if let (Some((_, verdict @ Err(_))), true) = (tests.last_mut(), line.starts_with("        ")) {
            let so_far = verdict.as_ref().err().and_then(|failed| failed.message()).unwrap_or_default().to_owned();
            *verdict = Err(Failed::from(format!("{so_far}{}\n", line.trim_start())));
        }
    }
    tests.into_iter()
}
