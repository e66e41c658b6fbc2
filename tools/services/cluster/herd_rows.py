"""Rows about many clients that come back at once: `HERD` in the environment says how many."""

import json
import os
import signal
import subprocess
import sys
import time

import parts
from worlds import row

CLIENTS = int(os.environ.get("HERD", "2000"))
# Of one process, which may not have more descriptors.
CLIENTS_MAX = 5000
ROOMS = 100
# Until all are there, in seconds; a machine with other things to do takes its time.
PATIENCE = 30 + CLIENTS / 50
# After so many attempts of each client, the half of which find nobody, a herd is a storm.
ATTEMPTS_MAX = 12
NAMES = ("herd-after-the-broker", "herd-after-restarts", "herd-after-kills")


class Herds:
    def __init__(self, world):
        self.world, self.processes = world, []
        world.stack.callback(self.end)
        left = CLIENTS
        while left:
            count = min(left, CLIENTS_MAX)
            left -= count
            words = [sys.executable, parts.HERE / "herd.py", count, ROOMS, *world.ports]
            self.processes.append(
                subprocess.Popen(
                    [str(word) for word in words],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )

    def tell(self, words):
        for process in self.processes:
            process.stdin.write(words + "\n")
            process.stdin.flush()

    def state(self):
        """The sums of all."""
        self.tell("state")
        states = [json.loads(process.stdout.readline()) for process in self.processes]
        total = {name: sum(state[name] for state in states) for name in states[0] if name != "answers"}
        total["answers"] = {}
        for state in states:
            for name, count in state["answers"].items():
                total["answers"][name] = total["answers"].get(name, 0) + count
        return total

    def await_count(self, name, count):
        """Until that is so many; how long it took."""
        begun = time.monotonic()
        while (state := self.state())[name] != count:
            took = time.monotonic() - begun
            assert took < PATIENCE and state[name] <= CLIENTS, f"after {took:.0f} s: {state}"
            time.sleep(0.2)
        return time.monotonic() - begun

    def say_in_all_rooms(self):
        """All hear a message, each once."""
        self.tell("reset")
        publishers = [
            self.world.publisher(room % 3, f"herd-{room}") for room in range(ROOMS)
        ]
        for publisher in publishers:
            publisher.must_say("hello")
        self.await_count("heard", CLIENTS)
        assert self.state()["heard"] == CLIENTS

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()
            process.stdin.close()
            process.stdout.close()


def herds(world):
    world.node(), world.node(), world.node()
    herds = Herds(world)
    herds.await_count("joined", CLIENTS)
    herds.say_in_all_rooms()
    herds.tell("reset")
    return herds


def megabytes(world):
    return "+".join(f"{node.resident() >> 20}" for node in world.nodes)


@row
def herd_after_the_broker(world):
    """No connection ends; each member is told one gap, and hears what is said then."""
    herd, resident = herds(world), megabytes(world)
    world.broker.kill()
    time.sleep(0.5)
    world.broker.start()
    parts.await_port(world.broker_port, world.broker)
    took = herd.await_count("told", CLIENTS)
    herd.say_in_all_rooms()
    state = herd.state()
    assert state["joined"] == CLIENTS and state["told"] == 0 and state["attempts"] == 0, state
    return f"{CLIENTS} told after {took:.1f} s; MB of the nodes: {resident}, then {megabytes(world)}"


def all_come_back(world, end_nodes):
    herd = herds(world)
    begun = time.monotonic()
    end_nodes()
    for node in world.nodes:
        node.process.wait()
    away = time.monotonic() - begun
    for node in world.nodes:
        node.start()
    took = herd.await_count("joined", CLIENTS)
    state = herd.state()
    herd.say_in_all_rooms()
    refused = {name: count for name, count in state["answers"].items() if name.isdecimal()}
    assert not refused, f"handshakes were refused: {refused}"
    assert state["attempts"] <= ATTEMPTS_MAX * CLIENTS, state
    return (
        f"{CLIENTS} back {took:.1f} s after the nodes were started again, which took {away:.1f} s to end; "
        f"{state['attempts'] / CLIENTS:.1f} attempts each, {state['busiest']} in the busiest second, {state['answers']}"
    )


@row
def herd_after_restarts(world):
    """All nodes drain at once, and are started again."""
    return all_come_back(
        world, lambda: [node.signal(signal.SIGTERM) for node in world.nodes]
    )


@row
def herd_after_kills(world):
    """All nodes are killed at once, and started again."""
    return all_come_back(world, lambda: [node.kill() for node in world.nodes])
