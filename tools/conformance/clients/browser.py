"""Checks an echo server with the WebSocket of headless Chromium.

In: the server's URL. Out: the lines that browser.html reports; exit status 1 when one failed or none came in time.
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


def main(url):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server, tempfile.TemporaryDirectory(
        ignore_cleanup_errors=True
    ) as profile:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/?{urllib.parse.quote(url, safe='')}"
        browser = subprocess.Popen(
            ["chromium", *FLAGS, f"--user-data-dir={profile}", address],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        try:
            report = reports.get(timeout=DEADLINE_SECONDS)
        except queue.Empty:
            print(f"chromium: FAIL  no report within {DEADLINE_SECONDS} s")
            return 1
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()
            server.shutdown()
    for line in report["lines"]:
        print(f"chromium {report['version']}: {line}")
    return 0 if report["passed"] else 1


sys.exit(main(sys.argv[1]))
