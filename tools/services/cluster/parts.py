"""The programs of a cluster that is made to fail: broker, nodes, and the network between them."""

import pathlib
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Program:
    """A process that is killed and started again. It writes into a file."""

    def __init__(self, words, log):
        self.words, self.log, self.process = [str(word) for word in words], log, None
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.words, stdout=self.log, stderr=self.log)

    def signal(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self):
        self.signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()

    def has_ended(self):
        return self.process.poll() is not None

    def resident(self):
        """Bytes of memory."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def processor_seconds(self):
        """Of its threads, none of which has ended."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def await_port(port, program):
    """Until the program listens there."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if program.has_ended():
                raise SystemExit(f"{program.words[0]} ended at once") from None
            time.sleep(0.02)


def broker(binary, port, folder, log):
    return Program(
        [
            binary,
            "--bind",
            "127.0.0.1",
            "--port",
            port,
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
            "--maxmemory-policy",
            "noeviction",
        ],
        log,
    )


def node(program, port, broker_port, log, application="chaos", mode="REFUSE"):
    return Program([program, port, f"redis://127.0.0.1:{broker_port}", application, mode], log)


class Network:
    """proxy.py: `ports` are the nodes' ways to the broker."""

    def __init__(self, broker_port, nodes):
        self.process = subprocess.Popen(
            [sys.executable, HERE / "proxy.py", str(broker_port), str(nodes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports = [int(word) for word in self.process.stdout.readline().split()]

    def tell(self, words):
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
