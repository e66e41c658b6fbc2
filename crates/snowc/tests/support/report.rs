//! The report of `snowc test`, each of its lines a test of its own here.

use libtest_mimic::{Failed, Trial};

use super::{Ran, Unfinished};

/// The tests that have a line, and one more, `name`, for the run as a whole: it fails when the run
/// found nothing, when it ended before its closing line, and when that counts failures that have no
/// line. Failures that have one are told by their own test alone. However the run ended, what was
/// reported until then is shown.
pub(crate) fn trials(name: &str, ran: Result<Ran, Unfinished>) -> Vec<Trial> {
    let (out, verdict) = match ran {
        Ok(ran) => {
            let verdict = verdict(&ran);
            (ran.out, verdict)
        }
        Err(unfinished) => {
            let last = unfinished.out.lines().last().unwrap_or("none");
            let verdict = format!(
                "{}; the last line was: {last}\n{}",
                unfinished.why, unfinished.err
            );
            (unfinished.out, Err(verdict))
        }
    };
    let mut trials: Vec<Trial> = lines(&out)
        .map(|(name, verdict)| Trial::test(name, || verdict))
        .collect();
    trials.push(Trial::test(name, || Ok(verdict?)));
    trials
}

fn verdict(ran: &Ran) -> Result<(), String> {
    let closing = ran
        .out
        .lines()
        .rfind(|line| line.ends_with(" failed") && line.contains(" passed, "));
    let failed = lines(&ran.out).filter(|(_, verdict)| verdict.is_err());
    let counted = closing.and_then(|line| {
        let count = line.strip_suffix(" failed")?.rsplit(' ').next()?;
        count.parse::<usize>().ok()
    });
    match counted {
        Some(0) if ran.status == 0 && lines(&ran.out).next().is_some() => Ok(()),
        Some(count) if ran.status == 1 && count > 0 && count == failed.count() => Ok(()),
        _ => Err(format!(
            "status {}, closing line {closing:?}\n{}",
            ran.status, ran.err
        )),
    }
}

/// Splits the report into tests. The reason for a failure is in the indented lines that follow.
fn lines(report: &str) -> impl Iterator<Item = (String, Result<(), Failed>)> {
    let mut tests: Vec<(String, Result<(), Failed>)> = Vec::new();
    for line in report.lines() {
        if let Some(name) = line.strip_prefix("ok      ") {
            tests.push((name.into(), Ok(())));
        } else if let Some(name) = line.strip_prefix("FAILED  ") {
            tests.push((name.into(), Err(Failed::from(String::new()))));
        } else if let (Some((_, verdict @ Err(_))), true) =
            (tests.last_mut(), line.starts_with("        "))
        {
            let so_far = verdict
                .as_ref()
                .err()
                .and_then(|failed| failed.message())
                .unwrap_or_default()
                .to_owned();
            *verdict = Err(Failed::from(format!("{so_far}{}\n", line.trim_start())));
        }
    }
    tests.into_iter()
}
