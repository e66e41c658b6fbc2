"""Runs the parts of a proof, and writes their results between markers. See `run`."""

import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
RESULTS = HERE / "results.json"
BEGIN, END = "<!-- made by tools/prove/run --write -->", "<!-- end of what tools/prove made -->"
PATIENCE = 1800


def conformance(_):
    expected = json.loads(pathlib.Path("tools/conformance/expected.json").read_text())
    informational = len(expected["other"])
    return f"{expected['ok']} of {expected['cases']} cases OK, {informational} without a right answer"


def counted(what):
    """The number of lines that say `ok`."""
    return lambda output: f"{len(re.findall('^ok ', output, re.MULTILINE))} {what}"


def rolled(output):
    found = re.findall(r"(\d+) clients hear 1012 and are back", output)
    others = re.search(r"meanwhile (\d+) others came, and none was refused", output)
    checks = counted("checks hold")(output)
    return f"{checks}; {' and '.join(found)} clients rolled, {others[1]} others came, none refused"


def soaked(output):
    return re.search(r"soak: (\d+ connections)", output)[1] + ", and nothing is left of them"


def requests_cost(output):
    """Ratios of each scenario."""
    rows = []
    for block in re.split(r"\n\n", output.strip()):
        lines = block.strip().splitlines()
        ratios = re.findall(r"^ +(\S+) .* ([\d.]+) x Snow$", block, re.MULTILINE)
        others = ", ".join(f"{name} {ratio}" for name, ratio in ratios if name != "Snow")
        rows.append(f"{lines[0].split(', 64 conn')[0]}: {others or 'not measured'}")
    return "<br>".join(rows)


def messages_cost(output):
    """Ratios of the echo scenarios, of each the first time that it was measured."""
    rows, seen = [], set()
    for block in re.split(r"\n\n", output):
        head = re.search(r"^echo, (.*?) \(", block, re.MULTILINE)
        found = re.findall(r"^(.{18}) .*   ([\d.]+) \([\d.]+ to [\d.]+\)$", block, re.MULTILINE)
        servers = ", ".join(f"{name.strip()} {ratio}" for name, ratio in found)
        if head and servers and (head[1], "worker" in servers) not in seen:
            seen.add((head[1], "worker" in servers))
            rows.append(f"{head[1]}: {servers}")
    return "<br>".join(rows) or "not measured"


# Name, what it shows, command, and what its output says.
PARTS = [
    ("conformance", "The Autobahn test suite, strict, over ws and wss", ["tools/conformance/run"],
     conformance),
    ("clients", "Python, Node, Rust, libcurl and Chromium against `Ws`", ["tools/conformance/clients/run"],
     lambda _: "as expected"),
    ("http", "curl, Python, Node and raw sockets against `Http`", ["tools/conformance/http/run"],
     lambda _: "as expected"),
    ("proxies", "HAProxy and nginx, forged headers, two instances rolled under clients",
     ["tools/conformance/proxies/run"], rolled),
    ("production", "Every block of docs/production.md", ["tools/production/run"],
     counted("checks hold")),
    ("kills", "Peers that talk, stall, break rules, crash callbacks and vanish",
     ["tools/soak/run", "15"], soaked),
    ("requests", "Processor time of an HTTP request, as a multiple of Snow's",
     ["tools/bench/http/run", "3", "0.5"], requests_cost),
    ("messages", "Processor time of an echoed message, as a multiple of the first server's",
     ["tools/bench/run", "--quick"], messages_cost),
]


def machine():
    """What runs here, for people."""
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    name = model[1].strip() if model else platform.machine()
    return f"{os.cpu_count()} processors, {name}, Linux {platform.release().split('-')[0]}"


def tried(part):
    """The result of one part: date, machine, load before, and words."""
    name, _, command, read = part
    load = os.getloadavg()[0]
    print(f"prove: {name}: {' '.join(command)}", flush=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        output, is_held = done.stdout + done.stderr, done.returncode == 0
        words = read(output) if is_held else "FAILED"
    except subprocess.TimeoutExpired:
        output, is_held, words = "", False, f"FAILED: not within {PATIENCE} s"
    if not is_held:
        print(output[-4000:], file=sys.stderr)
    print(f"prove: {name}: {words}", flush=True)
    date = datetime.date.today().isoformat()
    return {"date": date, "machine": machine(), "load": round(load, 1), "words": words}, is_held


def table(results, with_commands):
    """The rows of what has run so far."""
    columns = ["what", "result", "when"] + (["command", "where"] if with_commands else [])
    rows = [columns, ["---"] * len(columns)]
    for name, what, command, _ in PARTS:
        result = results.get(name)
        if result is None:
            continue
        row = [what, result["words"], result["date"]]
        if with_commands:
            where = f"{result['machine']}, load {result['load']}"
            row += [f"`{' '.join(command)}`", where]
        rows.append(row)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def replace(path, text):
    """Writes the text between the markers of a file."""
    whole = pathlib.Path(path).read_text()
    if BEGIN not in whole or END not in whole:
        raise SystemExit(f"prove: {path} has no markers")
    before, rest = whole.split(BEGIN)
    pathlib.Path(path).write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")


def main():
    arguments = sys.argv[1:]
    writes = "--write" in arguments
    wanted = [argument for argument in arguments if argument != "--write"]
    known = [part[0] for part in PARTS]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"prove: no part {', '.join(unknown)}: there are {', '.join(known)}", file=sys.stderr)
        raise SystemExit(2)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    all_held = True
    for part in PARTS:
        if not wanted or part[0] in wanted:
            results[part[0]], is_held = tried(part)
            all_held = all_held and is_held
    print(table(results, True))
    if writes:
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
        replace("README.md", table(results, False))
        replace("docs/proof.md", table(results, True))
    raise SystemExit(0 if all_held else 1)


main()
