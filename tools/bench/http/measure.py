"""Server CPU time for each request, of several HTTP servers, in turn in shuffled rounds.

    measure.py ROUNDS SECONDS NAME=COMMAND...

Each COMMAND is started with a port as its last argument and runs on core 0, this program on core 1.
CPU time is what the kernel has counted for all threads of the server in the window. The table has
medians, and ratios to the first server that are paired within rounds, because a machine's speed
moves more between minutes than servers differ. `NAME=!REASON` is a row that says so.
"""

import os
import pathlib
import random
import select
import shlex
import socket
import statistics
import subprocess
import sys
import time

PATIENCE = 20
CONNECTIONS = 64
GET = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: measure\r\nAccept: */*\r\n\r\n"


def post(size):
    """A request with a body of so many bytes."""
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n"
    return head.encode() + b"x" * size


# What is asked: its name, the request, the bytes of the answer's body, and requests in flight.
SCENARIOS = [
    ("GET of 12 bytes", GET, 12, 1),
    ("GET of 12 bytes, 16 in flight", GET, 12, 16),
    ("POST of 1 KiB, echoed", post(1024), 1024, 1),
    ("POST of 64 KiB, echoed", post(65536), 65536, 1),
]


class Client:
    """A connection with requests in flight; all answers of a server have the same length."""

    def __init__(self, port, request, body, depth):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request, self.depth, self.came = request, depth, 0
        self.socket.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(65536)
        begin, _, rest = head.partition(b"\r\n\r\n")
        if not begin.startswith(b"HTTP/1.1 200"):
            raise OSError(begin.decode().splitlines()[0])
        self.size = len(begin) + 4 + body
        left = body - len(rest)
        while left > 0:
            left -= len(self.socket.recv(left))

    def begin(self):
        self.socket.sendall(self.request * self.depth)

    def turn(self):
        """Reads, and answers each response with the next request. How many there were."""
        got = self.socket.recv(262144)
        if not got:
            raise OSError("the server has ended the connection")
        self.came += len(got)
        whole, self.came = divmod(self.came, self.size)
        if whole:
            self.socket.sendall(self.request * whole)
        return whole


class Server:
    """A program that runs on core 0."""

    def __init__(self, command):
        with socket.create_server(("127.0.0.1", 0)) as held:
            self.port = held.getsockname()[1]
        words = ["taskset", "-c", "0", *shlex.split(command), str(self.port)]
        self.process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.02)

    def cpu_ns(self):
        """CPU time of all threads so far."""
        paths = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(path.read_text().split()[0]) for path in paths)

    def end(self):
        self.process.kill()
        self.process.wait()


def measure(command, scenario, seconds):
    """Nanoseconds of CPU time for each request."""
    _, request, body, depth = scenario
    server = Server(command)
    try:
        clients = [Client(server.port, request, body, depth) for _ in range(CONNECTIONS)]
        poller = select.epoll()
        by_file = {client.socket.fileno(): client for client in clients}
        for number in by_file:
            poller.register(number, select.EPOLLIN)
        for client in clients:
            client.begin()

        def run(until):
            count = 0
            while time.monotonic() < until:
                for number, _ in poller.poll(0.1):
                    count += by_file[number].turn()
            return count

        run(time.monotonic() + seconds / 4)
        before = server.cpu_ns()
        count = run(time.monotonic() + seconds)
        return (server.cpu_ns() - before) / max(count, 1)
    finally:
        server.end()


def table(scenario, servers, samples):
    """Prints medians and paired ratios of one scenario."""
    print(f"\n{scenario[0]}, {CONNECTIONS} connections")
    first = servers[0][0]
    for name, command in servers:
        if command.startswith("!"):
            print(f"  {name:<10} not measured: {command[1:].strip()}")
            continue
        ratios = [own / base for own, base in zip(samples[name], samples[first])]
        median = statistics.median(samples[name]) / 1000
        print(f"  {name:<10} {median:8.1f} us a request  {statistics.median(ratios):5.2f} x {first}")


def main():
    rounds, seconds = int(sys.argv[1]), float(sys.argv[2])
    servers = [tuple(word.split("=", 1)) for word in sys.argv[3:]]
    os.sched_setaffinity(0, {1 % os.cpu_count()})
    for scenario in SCENARIOS:
        samples = {name: [] for name, _ in servers}
        for _ in range(rounds):
            order = [one for one in servers if not one[1].startswith("!")]
            random.shuffle(order)
            for name, command in order:
                samples[name].append(measure(command, scenario, seconds))
        table(scenario, servers, samples)


main()
