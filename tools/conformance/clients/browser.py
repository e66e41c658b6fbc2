"""Checks a server with the WebSocket of headless Chromium.

In: `echo URL`, `rooms URL`, or what `mixed.py` passes; BROWSER_FLAGS in the environment are more flags for Chromium. Out: a
line with the names of the checks that browser.html says passed, and one for each that failed; exit status 1 when there was
one, or when no report came in time. `mixed` prints what its two members heard.
"""

import http.server
import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse

DEADLINE_SECONDS = 90
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-default-browser-check",
]
page = pathlib.Path(__file__).with_name("browser.html").read_bytes()
reports = queue.Queue()


class Page(http.server.BaseHTTPRequestHandler):
    """Serves the page and takes its report."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page)

    def do_POST(self):
        reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def report_on(arguments):
    """What the page reports; nothing when it does not in time."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server, tempfile.TemporaryDirectory(
        ignore_cleanup_errors=True
    ) as profile:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/?{urllib.parse.quote(json.dumps(arguments), safe='')}"
        flags = [*FLAGS, *os.environ.get("BROWSER_FLAGS", "").split(), f"--user-data-dir={profile}"]
        browser = subprocess.Popen(
            ["chromium", *flags, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        try:
            return reports.get(timeout=DEADLINE_SECONDS)
        except queue.Empty:
            return None
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
            server.shutdown()


def main(what, *words):
    report = report_on([what, *words])
    if report is None:
        print(f"chromium: FAIL  no report within {DEADLINE_SECONDS} s")
        return 1
    client = f"chromium {report['version']}: {words[-1].split(':')[0]} {what}"
    for failure in report["failed"]:
        print(f"{client}: FAIL  {failure}")
    if what == "mixed" and report["heard"]:
        print(json.dumps(report["heard"]))
    elif report["passed"]:
        print(f"{client}: ok    {', '.join(report['passed'])}")
    return 1 if report["failed"] else 0


sys.exit(main(*sys.argv[1:]))
