"""Runs pages.html in headless Chromium against the chat.

In: the chat's program and its page. Out: the lines that pages.html reports; exit status 1 when one failed or none came in
time, 2 when the chat does not start.
"""

import http.server
import json
import os
import pathlib
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

DEADLINE_SECONDS = 120
START_SECONDS = 60
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-default-browser-check",
]
checks = pathlib.Path(__file__).with_name("pages.html").read_bytes()
reports = queue.Queue()


class Chat:
    """The chat's process."""

    def __init__(self, program):
        self.program = program
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None

    def start(self):
        self.process = subprocess.Popen([self.program, str(self.port)], stderr=subprocess.DEVNULL)
        for _ in range(START_SECONDS * 20):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        print(f"chat: nobody listens on port {self.port} after {START_SECONDS} s")
        sys.exit(2)

    def kill(self):
        self.process.kill()
        self.process.wait()


def handler(chat, page):
    class Pages(http.server.BaseHTTPRequestHandler):
        """Serves the checks and the chat's page, and takes orders and the report."""

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page if self.path.startswith("/chat") else checks)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/restart":
                chat.kill()
                chat.start()
            else:
                reports.put(json.loads(body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    return Pages


def main(program, page):
    chat = Chat(program)
    chat.start()
    handle = handler(chat, pathlib.Path(page).read_bytes())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handle) as server, tempfile.TemporaryDirectory(
        ignore_cleanup_errors=True
    ) as profile:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/?{chat.port}"
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
            chat.kill()
    for line in report["lines"]:
        print(f"chromium {report['version']}: {line}")
    return 0 if report["passed"] else 1


sys.exit(main(*sys.argv[1:]))
