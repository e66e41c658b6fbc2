//! Drawings of recorded results, as SVG: the ratio in each row, and the cost of a message against
//! the number of connections. Pure: lines in, text out.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

const COLOURS: [&str; 8] = [
    "#c2410c", "#1d4ed8", "#15803d", "#7e22ce", "#b45309", "#0e7490", "#be123c", "#52525b",
];
/// The axis of ratios begins here, and ends at one of two values.
const LEAST: f64 = 0.5;
const MOST: [f64; 2] = [4.0, 16.0];
const LEFT: f64 = 450.0;
const WIDTH: f64 = 1060.0;
const RIGHT: f64 = 30.0;
const TOP: f64 = 78.0;
const STEP: f64 = 30.0;

/// A row of the drawing of ratios.
struct Row {
    name: String,
    /// The server that the ratios are of, and 1 for.
    against: String,
    points: Vec<(String, [f64; 3])>,
    missing: Vec<String>,
}

/// The ratio of each server to the first one, row by row, with quartiles. A server that could not
/// be measured is named in the row.
pub fn ratios(lines: &[Value]) -> String {
    let rows = rows(lines);
    let servers = names(lines, |_| true);
    let height = TOP + STEP * rows.len() as f64 + 30.0;
    let main = rows.first().map_or("", |row| &row.against).to_owned();
    let title = format!("Server CPU time by message, as a multiple of that of {main}");
    let mut out = begin(height, &title);
    legend(&mut out, &servers);
    let all = rows.iter().flat_map(|row| &row.points);
    let highest = all.fold(0.0, |most: f64, (_, [_, median, _])| most.max(*median));
    let most = if highest <= MOST[0] { MOST[0] } else { MOST[1] };
    let x_of_ratio = |ratio| x_of_ratio(ratio, most);
    for ratio in [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]
        .into_iter()
        .filter(|ratio| *ratio <= most)
    {
        let (x, bottom) = (x_of_ratio(ratio), height - 30.0);
        let width = if ratio == 1.0 { 2 } else { 1 };
        let _ = writeln!(
            out,
            r##"<line x1="{x:.1}" y1="{:.1}" x2="{x:.1}" y2="{bottom:.1}" stroke="#a1a1aa" stroke-width="{width}"/>
<text x="{x:.1}" y="{:.1}" text-anchor="middle">{ratio}</text>"##,
            TOP - 12.0,
            bottom + 18.0
        );
    }
    for (at, row) in rows.iter().enumerate() {
        let y = TOP + STEP * at as f64 + 6.0;
        let name = match row.against == main {
            true => row.name.clone(),
            false => format!("{} (of {})", row.name, row.against),
        };
        text(&mut out, (LEFT - 12.0, y + 4.0), "end", &name);
        for (server, [low, median, high]) in &row.points {
            let number = servers.iter().position(|it| it == server).unwrap_or(0);
            let colour = COLOURS[number % COLOURS.len()];
            // Servers of a row are a little apart, so that none hides another.
            let y = y + (number as f64 - (servers.len() - 1) as f64 / 2.0) * 3.0;
            let _ = writeln!(
                out,
                r#"<line x1="{:.1}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}" stroke="{colour}" stroke-width="1.5"/>
<circle cx="{:.1}" cy="{y:.1}" r="4" fill="{colour}"><title>{}: {median:.2} ({low:.2} to {high:.2})</title></circle>"#,
                x_of_ratio(*low),
                x_of_ratio(*high),
                x_of_ratio(*median),
                escape(server),
            );
        }
        if !row.missing.is_empty() {
            let note = format!("not measured: {}", row.missing.join(", "));
            text(&mut out, (WIDTH - RIGHT, y + 4.0), "end", &note);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Rows that were compared with different servers are different; of a row that was measured twice
/// the later one counts.
fn rows(lines: &[Value]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        let (Some(name), Some(server)) = (line["row"].as_str(), line["server"].as_str()) else {
            continue;
        };
        let against = line["against"].as_str().unwrap_or_default();
        let same = |row: &Row| row.name == name && row.against == against;
        let at = rows.iter().position(same).unwrap_or_else(|| {
            rows.push(Row {
                name: name.to_owned(),
                against: against.to_owned(),
                points: Vec::new(),
                missing: Vec::new(),
            });
            rows.len() - 1
        });
        let Row {
            points, missing, ..
        } = &mut rows[at];
        points.retain(|(other, _)| other != server);
        missing.retain(|other| other != server);
        match spread(&line["ratio"]) {
            Some(spread) => points.push((server.to_owned(), spread)),
            None => missing.push(server.to_owned()),
        }
    }
    rows
}

/// The cost of an echo of 32 bytes against the number of connections.
pub fn costs(lines: &[Value]) -> String {
    let mut curves: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line["kind"] == "echo32") {
        let (Some(server), Some(count), Some([_, median, _])) = (
            line["server"].as_str(),
            line["connections"].as_f64(),
            spread(&line["cpu_ns"]),
        ) else {
            continue;
        };
        // One connection is a loop of latency, in which a server waits for each message.
        if count >= 10.0 {
            let curve = curves.entry(server.to_owned()).or_default();
            curve.retain(|(other, _)| *other != count);
            curve.push((count, median));
        }
    }
    let servers = names(lines, |line| line["kind"] == "echo32");
    let most = curves
        .values()
        .flatten()
        .fold(1.0, |most: f64, (_, ns)| most.max(*ns));
    let step = step_of(most);
    let top = (most / step).ceil() * step;
    let height = 460.0;
    let y_of = |ns: f64| TOP + (height - 40.0 - TOP) * (1.0 - ns / top);
    let x_of = |count: f64| 80.0 + (WIDTH - RIGHT - 80.0) * (count.log10() - 1.0) / 3.0;
    let mut out = begin(
        height,
        "Server CPU ns by echoed message of 32 bytes, by connections",
    );
    legend(&mut out, &servers);
    for line in 0..=(top / step).round() as usize {
        let ns = line as f64 * step;
        let y = y_of(ns);
        let _ = writeln!(
            out,
            r##"<line x1="80" y1="{y:.1}" x2="{:.1}" y2="{y:.1}" stroke="#d4d4d8"/>"##,
            WIDTH - RIGHT
        );
        text(&mut out, (72.0, y + 4.0), "end", &format!("{ns}"));
    }
    for count in [10.0, 100.0, 1000.0, 10_000.0] {
        text(
            &mut out,
            (x_of(count), height - 18.0),
            "middle",
            &format!("{count}"),
        );
    }
    for (server, mut curve) in curves {
        curve.sort_by(|one, other| one.0.total_cmp(&other.0));
        let number = servers.iter().position(|it| *it == server).unwrap_or(0);
        let colour = COLOURS[number % COLOURS.len()];
        let points: Vec<String> = curve
            .iter()
            .map(|(count, ns)| format!("{:.1},{:.1}", x_of(*count), y_of(*ns)))
            .collect();
        let _ = writeln!(
            out,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
            points.join(" ")
        );
        for (count, ns) in curve {
            let _ = writeln!(
                out,
                r#"<circle cx="{:.1}" cy="{:.1}" r="4" fill="{colour}"><title>{}, {count} connections: {ns:.0} ns</title></circle>"#,
                x_of(count),
                y_of(ns),
                escape(&server)
            );
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Servers in the order in which they were first measured.
fn names(lines: &[Value], wanted: fn(&Value) -> bool) -> Vec<String> {
    let mut names = Vec::new();
    for line in lines.iter().filter(|line| wanted(line)) {
        if let Some(name) = line["server"].as_str() {
            if !names.iter().any(|it| it == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

fn spread(value: &Value) -> Option<[f64; 3]> {
    let values = value.as_array()?;
    Some([
        values.first()?.as_f64()?,
        values.get(1)?.as_f64()?,
        values.get(2)?.as_f64()?,
    ])
}

/// The distance of lines of which at most ten are needed: 1, 2 or 5 and zeros.
fn step_of(most: f64) -> f64 {
    let least = most / 10.0;
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

/// A factor of two is as far to the left as to the right. What is beyond the axis stands at its
/// end.
fn x_of_ratio(ratio: f64, most: f64) -> f64 {
    let part = (ratio.clamp(LEAST, most) / LEAST).log2() / (most / LEAST).log2();
    LEFT + (WIDTH - RIGHT - LEFT) * part
}

fn begin(height: f64, title: &str) -> String {
    let mut out = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13" fill="#18181b">
<rect width="100%" height="100%" fill="#ffffff"/>
"##
    );
    let _ = writeln!(
        out,
        r#"<text x="16" y="24" font-size="16">{}</text>"#,
        escape(title)
    );
    out
}

fn legend(out: &mut String, servers: &[String]) {
    let mut x = 16.0;
    for (number, server) in servers.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let _ = writeln!(out, r#"<circle cx="{x}" cy="44" r="4" fill="{colour}"/>"#);
        text(out, (x + 9.0, 48.0), "start", server);
        x += 34.0 + 7.2 * server.chars().count() as f64;
    }
}

fn text(out: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let _ = writeln!(
        out,
        r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{}</text>"#,
        escape(words)
    );
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
