"""A broker, a network and nodes, and clients of them that wait: what a row is played with.

`NODE`, `BINARY` and `HAPROXY` are programs, `FOLDER` is for what they write; rows.py sets them.
"""

import contextlib
import socket
import threading
import time

import fake_broker
import parts
from websocket import Client, Closed

NODE = BINARY = HAPROXY = FOLDER = ""
ROWS = {}


def row(function):
    """A row by its function's name. What it answers is printed with it."""
    ROWS[function.__name__.replace("_", "-")] = function
    return function


class World:
    """A broker, a network and nodes. `fake` is a scripted broker in the place of a real one."""

    def __init__(self, stack, log, fake=None):
        self.stack, self.log, self.fake = stack, log, fake
        self.nodes, self.ports = [], []
        if fake:
            self.broker_port = fake.port
        else:
            self.broker_port = parts.free_port()
            self.broker = parts.broker(BINARY, self.broker_port, FOLDER, log)
            stack.callback(self.broker.kill)
            parts.await_port(self.broker_port, self.broker)
        self.network = parts.Network(self.broker_port, 3)
        stack.callback(self.network.end)

    def node(self, application="chaos", mode="REFUSE"):
        """Starts another node and answers its number."""
        port, number = parts.free_port(), len(self.nodes)
        program = parts.node(NODE, port, self.network.ports[number], self.log, application, mode)
        self.stack.callback(program.kill)
        parts.await_port(port, program)
        self.nodes.append(program)
        self.ports.append(port)
        return number

    def client(self, number, path, seconds=90):
        client = Client(self.ports[number], path, seconds)
        self.stack.callback(client.close)
        return client

    def member(self, number, room="r"):
        return Member(self.client(number, f"/member?room={room}"))

    def publisher(self, number, room="r"):
        return Publisher(self.client(number, f"/publisher?room={room}"))

    def look(self, number):
        client = Client(self.ports[number], "/look", 60)
        client.send("look")
        words = client.receive().split(" ", 9)
        client.close()
        names = (
            "session",
            "rooms",
            "published",
            "heard",
            "own_copies",
            "doubtful",
            "refused",
            "gaps",
            "bad_envelopes",
        )
        return State(dict(zip(names, map(int, words))), words[9])

    def await_link(self, number, word, seconds):
        """The state when the link is up or down, as `word` says, and how long that took."""
        begun = time.monotonic()
        while True:
            state = self.look(number)
            if state.now.startswith(word):
                return state, time.monotonic() - begun
            took = time.monotonic() - begun
            assert (
                took < seconds
            ), f"after {took:.1f} s the link is not {word}, but {state.now}, session {state.session}"
            time.sleep(0.02)

    def await_session(self, number, session, seconds):
        begun = time.monotonic()
        while (state := self.look(number)).session < session or not state.now.startswith("up"):
            took = time.monotonic() - begun
            assert (
                took < seconds
            ), f"after {took:.1f} s there is no session {session}, but {state.session}, {state.now}"
            time.sleep(0.02)
        return time.monotonic() - begun


class State:
    def __init__(self, numbers, now):
        self.__dict__.update(numbers)
        self.now = now


class Member:
    """Reads for itself. `heard` has texts, `gaps` milliseconds."""

    def __init__(self, client):
        self.client, self.heard, self.gaps, self.changed = client, [], [], threading.Condition()
        assert client.receive() == "joined"
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        with contextlib.suppress(Closed, OSError, ValueError):
            while True:
                text = self.client.receive()
                with self.changed:
                    if text.startswith("gap "):
                        self.gaps.append(int(text[4:]))
                    else:
                        self.heard.append(text.split(" ")[0])
                    self.changed.notify_all()

    def await_text(self, text, seconds=30):
        with self.changed:
            assert self.changed.wait_for(
                lambda: text in self.heard, seconds
            ), f"{text} did not come; {self.heard[-3:]} did"

    def await_gaps(self, count, seconds=30):
        with self.changed:
            assert self.changed.wait_for(
                lambda: len(self.gaps) >= count, seconds
            ), f"gaps: {self.gaps} instead of {count}"

    def check(self):
        assert len(set(self.heard)) == len(self.heard), "a message was heard twice"


class Watcher:
    """Is told who comes and who goes; `told` has that."""

    def __init__(self, client):
        self.client, self.told = client, []
        assert client.receive() == "joined"

    def present(self):
        """The keys that are present, as the node says."""
        self.client.send("who")
        while not (text := self.client.receive()).startswith("here"):
            self.told.append(text)
        return set(text.split(" ")[1:]) - {""}

    def await_present(self, keys, seconds):
        """Until those keys are present; how long it took."""
        begun = time.monotonic()
        while (present := self.present()) != keys:
            took = time.monotonic() - begun
            assert took < seconds, f"after {took:.1f} s {len(present)} keys are present, not {len(keys)}"
            time.sleep(0.1)
        return time.monotonic() - begun


class Publisher:
    def __init__(self, client):
        self.client, self.lock = client, threading.Lock()

    def say(self, text, padding=0):
        """The outcome."""
        with self.lock:
            self.client.send(f"{text} {'.' * padding}")
            return self.client.receive().split(" ")[0]

    def must_say(self, text):
        outcome = self.say(text)
        assert outcome == "Ok", f"{text} is answered with {outcome}"


def command(port, *words):
    """What a broker answers to one command, as bytes."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        encoded = [word if isinstance(word, bytes) else word.encode() for word in words]
        connection.sendall(
            b"*%d\r\n" % len(encoded) + b"".join(fake_broker.blob(word) for word in encoded)
        )
        answer = connection.recv(65536)
        if answer.startswith(b"$"):
            length = int(answer[1 : answer.index(b"\r\n")])
            while len(answer) < length:
                answer += connection.recv(65536)
        return answer


def keys(world, pattern):
    """How many keys the broker has with names like that."""
    answer = command(world.broker_port, "EVAL", f"return #redis.call('KEYS', '{pattern}')", "0")
    return int(answer[1:])


def subscriptions(world):
    """How many channels each node's connection has, as the broker counts."""
    lines = command(world.broker_port, "CLIENT", "LIST").decode().split("\n")
    return [int(line.split(" sub=")[1].split(" ")[0]) for line in lines if " name=snow-" in line]


def documented_backend(one, two):
    """The balancer's part of docs/cluster.md, with the servers' ports."""
    page = (parts.HERE.parents[2] / "docs" / "cluster.md").read_text()
    backend = page[page.index("backend redis") :]
    return (
        backend[: backend.index("```")]
        .replace("10.0.0.5:6379", f"127.0.0.1:{one}")
        .replace("10.0.0.6:6379", f"127.0.0.1:{two}")
        .replace("inter 1s", "inter 200ms fall 1 rise 1")
    )
