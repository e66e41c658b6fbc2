"""What presence and histories cost, beside the same without them, on one node.

    costs.py NODE BROKER

Prints processor time and memory with and without, and their ratio, alone and over a broker. A join
is one with the leaving of the room, in which another member is told who comes and goes; a message
goes to ten members. Each figure is the median of rounds that take turns.
"""

import pathlib
import re
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "services" / "cluster"))
import parts  # noqa: E402
from websocket import Client  # noqa: E402
from worlds import command  # noqa: E402

ROUNDS = 5
# Of a round.
JOINS, MESSAGES = 4000, 3000
# At a time: joins of as many connections, or messages of one.
UNDER_WAY = 50
MEMBERS, ROOM_MEMBERS, HEARERS = 2000, 20, 10
PATIENCE = 60


class Place:
    """A node, alone or with a broker."""

    def __init__(self, program, binary, folder, log):
        self.broker, self.port = None, parts.free_port()
        if binary:
            self.broker_port = parts.free_port()
            self.broker = parts.broker(binary, self.broker_port, folder, log)
            parts.await_port(self.broker_port, self.broker)
            self.node = parts.node(program, self.port, self.broker_port, log)
        else:
            self.node = parts.Program([program, self.port], log)
        parts.await_port(self.port, self.node)
        self.clients = []

    def client(self, path, words=None):
        client = Client(self.port, path, PATIENCE)
        self.clients.append(client)
        if words:
            assert client.receive().startswith(words)
        return client

    def used(self, work, count):
        """Microseconds of node and broker for each of so many, by a function that does them."""
        programs = [self.node] + ([self.broker] if self.broker else [])
        before = [program.processor_seconds() for program in programs]
        work(count)
        after = [program.processor_seconds() for program in programs]
        return [(more - less) / count * 1e6 for more, less in zip(after, before)]

    def memory(self):
        if not self.broker:
            return [self.node.resident()]
        answer = command(self.broker_port, "INFO", "memory").decode()
        return [self.node.resident(), int(re.search(r"used_memory:(\d+)", answer)[1])]

    def end(self):
        for client in self.clients:
            client.close()
        for program in (self.node, self.broker):
            if program:
                program.kill()


def joins(place):
    """The two kinds of joins, as functions."""
    holders = [place.client(f"/member?room=join-{room}", "joined") for room in range(10)]
    churners = [place.client("/churn") for _ in range(UNDER_WAY)]

    def churn(commands, count):
        for number in range(count // UNDER_WAY):
            for word in commands:
                for key, churner in enumerate(churners):
                    churner.send(f"{word} join-{number % len(holders)}" + (f" {key}" if word == "track" else ""))
                for churner in churners:
                    assert churner.receive() == "Ok"

    return (
        lambda count: churn(("join", "leave"), count),
        lambda count: churn(("join", "track", "leave"), count),
    )


def messages(place):
    """The two kinds of messages. What members hear waits in the system, and is read behind them."""

    def to(room, path, words):
        hearers = [place.client(path, words) for _ in range(HEARERS)]
        publisher = place.client(f"/publisher?room={room}")

        def say(count):
            for _ in range(count // UNDER_WAY):
                for _ in range(UNDER_WAY):
                    publisher.send(f"m {'.' * 100}")
                for _ in range(UNDER_WAY):
                    assert publisher.receive().startswith("Ok")
                for hearer in hearers:
                    for _ in range(UNDER_WAY):
                        hearer.receive()

        return say

    return to("plain", "/member?room=plain", "joined"), to("kept:r", "/kept?room=kept:r", "at ")


def compare(place, kinds, count):
    """Medians of rounds that take turns, without and with."""
    for kind in kinds:
        place.used(kind, count // 4)
    rounds = [[place.used(kind, count) for kind in kinds] for _ in range(ROUNDS)]
    return [
        [statistics.median(column) for column in zip(*(round_of[kind] for round_of in rounds))]
        for kind in range(2)
    ]


def members(place):
    """Bytes of a member, without and with presence."""

    def enter(path):
        before = place.memory()
        for number in range(MEMBERS):
            room = number // ROOM_MEMBERS
            place.client(f"{path}?room={path[1:]}-{room}&key=somebody-{number}", "joined")
        return [(more - less) / MEMBERS for more, less in zip(place.memory(), before)]

    enter("/member")
    return [enter("/member"), enter("/present")]


def show(what, unit, figures, where):
    without, with_it = figures
    names = ("node", "broker")
    text = "   ".join(
        f"{name} {less:8.1f} -> {more:8.1f} {unit}" + (f" ({more / less:.2f} x)" if less > 0 else "")
        for name, less, more in zip(names, without, with_it)
    )
    print(f"{what:32} {where:13} {text}", flush=True)


def main():
    program, binary = sys.argv[1:]
    for where, engine in (("alone", None), ("over a broker", binary)):
        with tempfile.TemporaryDirectory() as folder, open(f"{folder}/log", "wb") as log:
            place = Place(program, engine, folder, log)
            try:
                show("a join, and with presence", "µs", compare(place, joins(place), JOINS), where)
                kinds = messages(place)
                show("a message, and with history", "µs", compare(place, kinds, MESSAGES), where)
                show("a member, and one present", "B ", members(place), where)
            finally:
                place.end()


main()
