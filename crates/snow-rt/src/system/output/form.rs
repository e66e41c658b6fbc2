//! What the runtime itself writes to standard error, in the form that the program's log has: a
//! reader of JSON lines reads these, too.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::system::log_levels;
use crate::text::escape::is_hidden;

/// The module that such lines are from.
const MODULE: &str = "Process";
/// Bytes of a message in JSON: with escapes and the rest, a line stays below the longest that is
/// written.
const MESSAGE_MAX: usize = 4 * 1024;
const SECONDS_A_DAY: u64 = 24 * 60 * 60;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Warn,
    Error,
}

/// A text that ends with a line break as it is, or as one line of JSON.
pub(super) fn formed(level: Level, text: String) -> String {
    match log_levels::form() {
        0 => text,
        _ => json(level, text.trim_end_matches('\n'), SystemTime::now()),
    }
}

fn json(level: Level, text: &str, now: SystemTime) -> String {
    let level = match level {
        Level::Warn => "warn",
        Level::Error => "error",
    };
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = time(since.as_secs(), since.subsec_millis());
    let message = string(text);
    format!(
        "{{\"time\":\"{time}\",\"level\":\"{level}\",\"module\":\"{MODULE}\",\"message\":{message}}}\n"
    )
}

/// The text as a JSON string (RFC 8259, section 7), cut at [`MESSAGE_MAX`].
fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        if out.len() > MESSAGE_MAX {
            out.push('…');
            break;
        }
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            hidden if is_hidden(hidden) => {
                let mut units = [0; 2];
                for unit in hidden.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

/// RFC 3339 in UTC, with milliseconds.
fn time(seconds: u64, ms: u32) -> String {
    let (year, month, day) = date(seconds / SECONDS_A_DAY);
    let second = seconds % SECONDS_A_DAY;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Year, month and day of the day of that number since 1970-01-01, by the civil calendar counted
/// from 1 March of year 0, so that the day that some years have more is the last one.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_TO_1970: u64 = 719_468;
    const DAYS_OF_400_YEARS: u64 = 146_097;
    let days = days + DAYS_TO_1970;
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (400 * era + year + next, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.007Z"),
            (951_782_399, "2000-02-28T23:59:59.007Z"),
            (951_782_400, "2000-02-29T00:00:00.007Z"),
            (951_868_800, "2000-03-01T00:00:00.007Z"),
            (1_709_164_800, "2024-02-29T00:00:00.007Z"),
            (4_107_542_400, "2100-03-01T00:00:00.007Z"),
            (253_402_300_799, "9999-12-31T23:59:59.007Z"),
        ] {
            assert_eq!(time(seconds, 7), text);
        }
    }

    #[test]
    fn a_report_is_one_line_of_json() {
        let now = UNIX_EPOCH + Duration::from_millis(1);
        let line = json(Level::Error, "a \"b\\\"\nc\u{85}\u{1}", now);
        let expected = "{\"time\":\"1970-01-01T00:00:00.001Z\",\"level\":\"error\",\
                        \"module\":\"Process\",\"message\":\"a \\\"b\\\\\\\"\\nc\\u0085\\u0001\"}\n";
        assert_eq!(line, expected);
        let long = json(Level::Warn, &"\"".repeat(100_000), now);
        assert!(long.len() < crate::text::line::LINE_MAX && long.ends_with("…\"}\n"));
    }
}
