"""What a WebSocket connection behind TLS costs a server: memory while idle, and processor time of a handshake and an echo.

    measure.py [--quick] NAME=COMMAND…

In each command PORT, CERTIFICATE and KEY are replaced. Servers run on core 0. Processor time is what the kernel has counted
for all their threads; echoes are measured in shuffled rounds, with ratios to the first server paired within rounds.
"""

import os
import random
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import time

FILES = os.path.join(os.path.dirname(__file__), "../../../tests/tls")
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
REST, SILENCE = 3, 10
ECHOES = [(32, 500), (16 << 10, 200)]

context = ssl.create_default_context(cafile=os.path.join(FILES, "ca.pem"))


def frame(size):
    """A binary frame under a mask of zeros, which is a mask like any other."""
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return b"\x82" + length + bytes(4) + b"x" * size


def answer_length(size):
    return size + (2 if size < 126 else 4)


class Server:
    def __init__(self, command):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        for word, value in [
            ("PORT", str(self.port)),
            ("CERTIFICATE", os.path.join(FILES, "server.pem")),
            ("KEY", os.path.join(FILES, "server.key")),
        ]:
            command = command.replace(word, value)
        words = ["taskset", "-c", "0", *command.split()]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        limit = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > limit:
                    raise RuntimeError("the server does not listen") from None
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secured = context.wrap_socket(plain, server_hostname="localhost")
        secured.sendall(REQUEST)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            part = secured.recv(4096)
            if not part:
                raise RuntimeError("the server refused the upgrade")
            head += part
        return secured

    def memory(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Anonymous:"))

    def cpu_us(self):
        tasks = f"/proc/{self.process.pid}/task"
        return sum(int(open(f"{tasks}/{task}/schedstat").read().split()[0]) for task in os.listdir(tasks)) / 1000


def echo(connection, size, message):
    connection.sendall(message)
    missing = answer_length(size)
    while missing > 0:
        part = connection.recv(65536)
        if not part:
            raise RuntimeError("the server has ended the connection")
        missing -= len(part)


def idle(server, count):
    """Bytes of each connection (silent, just after an echo, silent again), and microseconds of its handshakes."""
    first = [server.connect() for _ in range(20)]
    for connection in first:
        echo(connection, 32, frame(32))
    time.sleep(REST)
    memory, cpu = server.memory(), server.cpu_us()
    connections = [server.connect() for _ in range(count)]
    handshake = (server.cpu_us() - cpu) / count
    time.sleep(REST)
    sizes = [server.memory()]
    for connection in connections:
        echo(connection, 32, frame(32))
    sizes.append(server.memory())
    time.sleep(SILENCE)
    sizes.append(server.memory())
    return [(size - memory) / count for size in sizes], handshake


def echoes(server, size, count):
    connections = [server.connect() for _ in range(8)]
    message = frame(size)
    for connection in connections:
        echo(connection, size, message)
    cpu = server.cpu_us()
    for number in range(count):
        echo(connections[number % 8], size, message)
    return (server.cpu_us() - cpu) / count


def main():
    words = sys.argv[1:]
    quick = "--quick" in words
    servers = [word.split("=", 1) for word in words if word != "--quick"]
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    count, rounds = (500, 3) if quick else (4000, 6)
    print(f"\n{'server':<18} {'silent':>8} {'after an echo':>14} {'10 s after that':>17}   bytes of {count} connections each")
    measured = []
    for name, command in servers:
        try:
            if command.startswith("!"):
                raise RuntimeError(command[1:])
            with Server(command) as server:
                sizes, handshake = idle(server, count)
            print(f"{name:<18} {sizes[0]:>8.0f} {sizes[1]:>14.0f} {sizes[2]:>17.0f}   {handshake:.0f} us a handshake")
            measured.append((name, command))
        except (RuntimeError, OSError) as why:
            print(f"{name:<18} not measured: {why}")
    for size, number in ECHOES:
        samples = {name: [] for name, _ in measured}
        for _ in range(rounds):
            for name, command in random.sample(measured, len(measured)):
                with Server(command) as server:
                    samples[name].append(echoes(server, size, number))
        print(f"\necho of {size} bytes behind TLS: server CPU us (least to most), ratio to the first in the same rounds")
        first = samples[measured[0][0]] if measured else []
        for name, own in samples.items():
            ratio = statistics.median(a / b for a, b in zip(own, first))
            print(f"{name:<18} {statistics.median(own):>8.1f} ({min(own):.1f} to {max(own):.1f}) {ratio:>8.2f}")


main()
