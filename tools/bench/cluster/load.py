"""Members on three nodes, publishers on two, and what messages through the broker cost.

    load.py snow NODE BROKER | socket.io NODE_MJS BROKER

Prints a line each for a paced run and one as fast as it goes: messages a second, processor time of
a delivery (of the nodes, and of the broker), and how long messages took to members of other nodes.
"""

import pathlib
import selectors
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "services" / "cluster"))
import parts  # noqa: E402
from websocket import Client  # noqa: E402

NODES, PUBLISHERS = 3, 2
# Of the benchmark, in seconds: paced, and as fast as it goes.
SECONDS = 5
PATIENCE = 30


class Snow:
    """What a connection says on the wire."""

    member, publisher = "/member?room=room", "/publisher?room=room"

    @staticmethod
    def program(node, port, broker_port, log):
        return parts.node(node, port, broker_port, log)

    @staticmethod
    def enter(client, is_member):
        if is_member:
            assert client.receive() == "joined"

    @staticmethod
    def say(client, text):
        client.send(text)

    @staticmethod
    def heard(client, text):
        """The message, or nothing. Publishers hear what became of theirs."""
        return None if text.startswith("Ok") else text


class SocketIo:
    member = publisher = "/socket.io/?EIO=4&transport=websocket"

    @staticmethod
    def program(node, port, broker_port, log):
        return parts.Program(["node", node, port, broker_port], log)

    @staticmethod
    def enter(client, is_member):
        assert client.receive().startswith("0{")
        client.send("40")
        assert client.receive().startswith("40")
        if is_member:
            client.send('42["join","room"]')

    @staticmethod
    def say(client, text):
        client.send(f'42["say","{text}"]')

    @staticmethod
    def heard(client, text):
        if text == "2":
            client.send("3")
            return None
        return text[8:-2] if text.startswith('42["m","') else None


class Bench:
    """One kind, with so many members a node."""

    def __init__(self, kind, program, binary, members, folder, log):
        self.kind = kind
        broker_port = parts.free_port()
        self.broker = parts.broker(binary, broker_port, folder, log)
        parts.await_port(broker_port, self.broker)
        self.nodes, ports = [], [parts.free_port() for _ in range(NODES)]
        for port in ports:
            self.nodes.append(kind.program(program, port, broker_port, log))
            parts.await_port(port, self.nodes[-1])
        self.selector = selectors.DefaultSelector()
        self.members = [
            (self.client(port, True), node)
            for node, port in enumerate(ports)
            for _ in range(members)
        ]
        self.publishers = [
            (self.client(ports[number], False), number) for number in range(PUBLISHERS)
        ]
        for client, node in self.members:
            self.selector.register(client.socket, selectors.EVENT_READ, (client, node, True))
        for client, node in self.publishers:
            self.selector.register(client.socket, selectors.EVENT_READ, (client, node, False))
        self.heard, self.took = 0, []
        # Everybody hears before it counts.
        while self.heard < len(self.members):
            self.heard = 0
            self.say(0)
            end = time.monotonic() + 0.5
            while time.monotonic() < end:
                self.read(0.05)

    def client(self, port, is_member):
        client = Client(port, self.kind.member if is_member else self.kind.publisher, PATIENCE)
        self.kind.enter(client, is_member)
        return client

    def say(self, number):
        client, node = self.publishers[number % PUBLISHERS]
        self.kind.say(client, f"{time.monotonic_ns()}-{node}")

    def read(self, seconds):
        for key, _ in self.selector.select(seconds):
            client, node, is_member = key.data
            client.take(client.socket.recv(1 << 18))
            now, texts = time.monotonic_ns(), client.texts
            client.texts = []
            for text in texts:
                message = self.kind.heard(client, text)
                if message and is_member:
                    self.heard += 1
                    sent, _, of = message.strip().partition("-")
                    if int(of) != node:
                        self.took.append(now - int(sent))

    def run(self, rate, under_way):
        """At so many messages a second, with at most so many of them under way."""
        self.heard, self.took, said = 0, [], 0
        before = [program.processor_seconds() for program in (*self.nodes, self.broker)]
        begun = time.monotonic()
        while (now := time.monotonic() - begun) < SECONDS:
            while said < now * rate and (said - self.heard / len(self.members)) < under_way:
                self.say(said)
                said += 1
            self.read(0.001)
        end = time.monotonic() + PATIENCE
        while self.heard < said * len(self.members) and time.monotonic() < end:
            self.read(0.01)
        seconds = time.monotonic() - begun
        after = [program.processor_seconds() for program in (*self.nodes, self.broker)]
        used = [more - less for more, less in zip(after, before)]
        took = statistics.quantiles(self.took, n=100)
        lost = said * len(self.members) - self.heard
        return (
            f"{said / seconds:8.0f} messages/s  {sum(used[:-1]) / self.heard * 1e6:6.2f} µs a delivery (nodes)  "
            f"{used[-1] / said * 1e6:6.2f} µs a message (broker)  p50 {took[49] / 1e6:7.2f} ms  p99 {took[98] / 1e6:7.2f} ms"
            + (f"  {lost} lost" if lost else "")
        )

    def end(self):
        for program in (*self.nodes, self.broker):
            program.kill()


def main():
    name, program, binary = sys.argv[1:]
    kind = {"snow": Snow, "socket.io": SocketIo}[name]
    for members, rate, under_way, what in (
        (20, 200, 1e9, "200 messages/s"),
        (1, 1e9, 64, "64 under way"),
    ):
        with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "wb") as log:
            bench = Bench(kind, program, binary, members, folder, log)
            try:
                print(
                    f"{name:10} 3 x {members:2} members, {what:15}{bench.run(rate, under_way)}",
                    flush=True,
                )
            finally:
                bench.end()


main()
