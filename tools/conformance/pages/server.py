"""Where pages come from: a folder, or an example's program on a pair of free ports.

The first port has the program's page, the second its WebSocket server.
"""

import os
import pathlib
import socket
import subprocess
import time

START_SECONDS = 60
ROOT = pathlib.Path(__file__).resolve().parents[3]


class Folder:
    """Pages that need no server."""

    def __init__(self, path):
        self.url = f"{pathlib.Path(path).resolve().as_uri()}/"

    def start(self):
        pass

    def kill(self):
        pass


class Server:
    def __init__(self, name, program):
        self.folder = ROOT / "examples" / name
        self.program = program
        self.port = free_pair()
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/"

    def start(self):
        environment = os.environ | {"SNOW_PROJECT": str(self.folder)}
        self.process = subprocess.Popen([self.program, str(self.port)], stderr=subprocess.DEVNULL, env=environment)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"pages: nobody listens on port {self.port} after {START_SECONDS} s")

    def kill(self):
        self.process.kill()
        self.process.wait()


def free_pair():
    """A free port whose successor is free, too."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                return port
            except (OSError, OverflowError):
                continue
