"""Three nodes, members and publishers, while nodes, broker and network fail at random.

    chaos.py NODE BROKER [--messages N] [--seconds S] [--seed N] [--members N] [--own-first]

NODE is the program of node/main.snow, BROKER a server of Redis's protocol. The seed decides which
faults come in which order. With --own-first nodes deliver to their own members first, and there is
one order for each node.
Exit: 0 all that members heard is one order with every loss told; 1 not; 2 something could not be
started.
"""

import argparse
import os
import pathlib
import random
import selectors
import signal
import sys
import tempfile
import time

import parts
from checker import Checker
from websocket import Client, Closed

NODES = 3
PUBLISHERS = 2
# Messages of a publisher that wait for their answers.
UNDER_WAY = 8
# The longest time in which all must be well again when the last fault is over, in seconds.
RECOVERY = 40


class Peer:
    """A client that connects again, to any node, or always to one."""

    def __init__(self, world, node):
        self.world, self.node, self.client, self.retry_at = world, node, None, 0.0

    def connect(self):
        node = self.node if self.node is not None else random.randrange(NODES)
        try:
            self.client = Client(self.world.ports[node], self.path, seconds=1)
            self.client.socket.setblocking(False)
        except (Closed, OSError):
            self.client, self.retry_at = None, time.monotonic() + 0.1
            return
        self.world.selector.register(self.client.socket, selectors.EVENT_READ, self)
        self.opened()
        self.take_texts()

    def take_texts(self):
        if self.client:
            texts, self.client.texts = self.client.texts, []
            self.take(texts)

    def readable(self):
        try:
            data = self.client.socket.recv(262144)
            if not data:
                raise Closed("the end")
            self.client.take(data)
            self.take_texts()
        except BlockingIOError:
            return
        except (Closed, OSError):
            self.lose()

    def lose(self):
        self.world.selector.unregister(self.client.socket)
        self.client.close()
        self.client, self.retry_at = None, time.monotonic() + 0.1
        self.closed()


class MemberPeer(Peer):
    path = "/member?room=chaos"

    def __init__(self, world, node, member):
        super().__init__(world, node)
        self.member = member

    def opened(self):
        pass

    def closed(self):
        self.member.ended(self.world.now())

    def take(self, texts):
        now = self.world.now()
        for text in texts:
            word, _, rest = text.partition(" ")
            if word == "joined":
                self.member.joined(now)
            elif word == "gap":
                self.member.gap(now, int(rest))
                self.world.gaps += 1
            else:
                self.member.message(int(word), now)


class PublisherPeer(Peer):
    path = "/publisher?room=chaos"

    def __init__(self, world, node):
        super().__init__(world, node)
        self.under_way = {}

    def opened(self):
        self.publish()

    def closed(self):
        """Whether the others know of what was under way, nobody can tell."""
        self.world.count("unanswered", len(self.under_way))
        self.under_way = {}

    def take(self, texts):
        world = self.world
        for text in texts:
            outcome, number = text.split(" ")
            del self.under_way[int(number)]
            world.count(outcome, 1)
            if outcome == "Ok":
                for checker in world.checkers:
                    checker.accepted[int(number)] = world.now()
            elif outcome == "Unavailable":
                for checker in world.checkers:
                    checker.refused.add(int(number))
            elif outcome != "Doubtful":
                world.checkers[0].fault(f"a broadcast is answered with {text}")
        self.publish()

    def publish(self):
        world = self.world
        while (
            self.client
            and len(self.under_way) < UNDER_WAY
            and (number := world.next_message()) is not None
        ):
            padding = "." * (5000 if number % 50 == 0 else number % 100)
            self.under_way[number] = True
            for checker in world.checkers:
                checker.sent_at[number] = world.now()
            try:
                # A message is short enough for the socket's buffer.
                self.client.send(f"{number} {padding}")
            except (Closed, OSError):
                self.lose()


class World:
    def __init__(self, options, scratch):
        self.options = options
        self.random = random.Random(options.seed)
        self.selector = selectors.DefaultSelector()
        # The last ones tell that all is well again.
        self.most = options.messages + 20000
        whole = Checker(self.most)
        self.checkers = (
            [Checker(self.most, False) for _ in range(NODES)]
            if options.own_first
            else [whole] * NODES
        )
        self.started = time.monotonic() - 1.0
        self.counts, self.faults, self.gaps, self.published, self.is_ending = {}, {}, 0, 0, False
        self.log = open(scratch / "log", "wb")
        broker_port = parts.free_port()
        self.broker = parts.broker(options.broker, broker_port, scratch, self.log)
        parts.await_port(broker_port, self.broker)
        self.network = parts.Network(broker_port, NODES)
        self.ports = [parts.free_port() for _ in range(NODES)]
        mode = "OWN" if options.own_first else "REFUSE"
        self.nodes = [
            parts.node(options.node, port, way, self.log, mode=mode)
            for port, way in zip(self.ports, self.network.ports)
        ]
        self.members = [
            MemberPeer(self, node, self.checkers[node].member())
            for node in range(NODES)
            for _ in range(options.members)
        ]
        self.publishers = [PublisherPeer(self, None) for _ in range(PUBLISHERS)]
        # What is to be done when: pairs of a time and a function.
        self.later = []

    def now(self):
        return time.monotonic() - self.started

    def count(self, what, number):
        self.counts[what] = self.counts.get(what, 0) + number

    def next_message(self):
        """Messages are spread over the time: a fault would use them up at once otherwise."""
        if self.published >= (self.most if self.is_ending else self.options.messages):
            return None
        allowed = self.options.messages * (self.now() - 1.0) / self.options.seconds
        if (
            not self.is_ending
            and self.published > allowed
            or self.is_ending
            and self.now() < self.next_last
        ):
            return None
        if self.is_ending:
            self.next_last = self.now() + 0.02
        self.published += 1
        return self.published - 1

    def step(self):
        for key, _ in self.selector.select(0.01):
            if key.data.client and key.fileobj is key.data.client.socket:
                key.data.readable()
        now = time.monotonic()
        for peer in (*self.members, *self.publishers):
            if peer.client is None and peer.retry_at <= now:
                peer.connect()
        for publisher in self.publishers:
            publisher.publish()
        due = [action for at, action in self.later if at <= now]
        self.later = [(at, action) for at, action in self.later if at > now]
        for action in due:
            action()

    def after(self, seconds, action):
        self.later.append((time.monotonic() + seconds, action))

    def strike(self):
        """One fault, and the next one later."""
        draw = self.random
        node, seconds = draw.randrange(NODES), round(draw.uniform(0.1, 4.0), 2)
        kind = draw.choices(
            [
                "cut",
                "delay",
                "hole",
                "deaf",
                "refuse",
                "node",
                "broker",
                "stop node",
                "stop broker",
            ],
            [5, 3, 2, 2, 1, 2, 2, 1, 1],
        )[0]
        self.faults[kind] = self.faults.get(kind, 0) + 1
        match kind:
            case "cut":
                self.network.tell(f"{node} cut")
            case "delay":
                self.network.tell(f"{node} delay {draw.randrange(5, 400)} {seconds}")
            case "hole" | "deaf" | "refuse":
                self.network.tell(f"{node} {kind} {seconds}")
                if kind == "refuse":
                    self.network.tell(f"{node} cut")
            case "node":
                self.down(self.nodes[node], seconds / 4)
            case "broker":
                self.down(self.broker, seconds / 2)
            case "stop node":
                self.pause(self.nodes[node], seconds)
            case "stop broker":
                self.pause(self.broker, seconds)
        if self.published < self.options.messages:
            self.after(draw.uniform(0.5, 4.0), self.strike)

    def down(self, program, seconds):
        if not program.has_ended():
            program.kill()
            self.after(seconds, program.start)

    def pause(self, program, seconds):
        program.signal(signal.SIGSTOP)
        self.after(seconds, lambda: program.signal(signal.SIGCONT))

    def run(self):
        self.after(1.0, self.strike)
        quiet_since, shown = None, 0
        while True:
            self.step()
            if self.published * 10 // self.options.messages > shown:
                shown = self.published * 10 // self.options.messages
                print(
                    f"chaos: {self.published} messages, {self.now():.0f} s, {self.counts}",
                    flush=True,
                )
            if self.published < self.options.messages or self.later:
                continue
            if quiet_since is None:
                quiet_since, self.is_ending, self.next_last = time.monotonic(), True, 0.0
            if self.is_well():
                break
            if time.monotonic() - quiet_since > RECOVERY:
                self.checkers[0].fault(
                    f"{RECOVERY} s after the last fault not all members hear what is said: "
                    f"{[peer.member.number for peer in self.members if not self.hears(peer)]}"
                )
                break
        self.recovery = time.monotonic() - quiet_since
        # What was answered in the end has to come to all.
        self.is_ending, end = False, time.monotonic() + RECOVERY
        while time.monotonic() < end and (
            any(peer.under_way for peer in self.publishers)
            or not all(self.has_all(peer) for peer in self.members)
        ):
            self.step()

    def has_all(self, peer):
        """Of the newest, which are said when there are no faults any more."""
        newest = range(max(self.published - 10, self.options.messages), self.published)
        return all(
            peer.member.at[number] for number in newest if number in self.checkers[0].accepted
        )

    def hears(self, peer):
        recent = peer.member.last
        return recent is not None and recent >= self.options.messages

    def is_well(self):
        return all(self.hears(peer) for peer in self.members) and all(
            peer.client for peer in self.publishers
        )

    def end(self):
        for program in (*self.nodes, self.broker):
            program.kill()
        self.network.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("node")
    parser.add_argument("broker")
    parser.add_argument("--messages", type=int, default=20000)
    parser.add_argument(
        "--seconds", type=float, help="over which they are spread (45, or 1 for 1,500 messages)"
    )
    parser.add_argument("--members", type=int, default=20, help="of each node")
    parser.add_argument("--own-first", action="store_true")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    options = parser.parse_args()
    options.seconds = options.seconds or max(45.0, options.messages / 1500)
    print(f"chaos: seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        world = World(options, pathlib.Path(scratch))
        try:
            world.run()
        finally:
            world.end()
            world.log.close()
        checkers = list(dict.fromkeys(world.checkers))
        for checker in checkers:
            checker.finish()
        heard = sum(peer.member.heard for peer in world.members)
        told, count = sum(checker.told for checker in checkers), sum(
            checker.fault_count for checker in checkers
        )
        print(
            f"chaos: {world.published} messages, {heard} heard by {len(world.members)} members, {world.counts}, "
            f"{world.gaps} gaps told, {told} of them with a loss, well {world.recovery:.1f} s after "
            f"the last fault of {world.faults}"
        )
        for checker in checkers:
            for words in checker.faults:
                print(f"chaos: {words}")
        if count:
            print((pathlib.Path(scratch) / "log").read_text(errors="replace")[-6000:])
            sys.exit(f"chaos: {count} faults with --seed {options.seed}")
    whose = "of each node" if options.own_first else "of all"
    print(f"chaos: one order {whose}, no duplicate, every loss told")


main()
