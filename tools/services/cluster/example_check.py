"""Runs examples/cluster/run once, as a user does: clients of three instances hear each other, and
one whose instance is killed comes back to another.

    example_check.py RUN
"""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time

from websocket import Client, Closed

PATIENCE = 20


class Person:
    """A page, as far as the server sees it."""

    def __init__(self, port, name):
        self.port, self.name = port, name
        self.enter()

    def enter(self):
        """Through the balancer, which may have an instance on its list that has just ended."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.client = Client(self.port, origin=f"http://127.0.0.1:{self.port}")
                self.client.send(
                    json.dumps({"type": "enter", "entry": {"room": "lobby", "name": self.name}})
                )
                self.epoch = self.next("entered")["welcome"]["epoch"]
                return
            except Closed:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def next(self, kind):
        while True:
            event = json.loads(self.client.receive())
            if event["type"] == "refused":
                raise AssertionError(event)
            if event["type"] == kind:
                return event

    def say(self, text):
        self.client.send(json.dumps({"type": "say", "text": text, "ref": text}))

    def hear(self, text):
        line = self.next("said")["line"]
        assert line["text"] == text, f"{self.name} hears {line['text']} instead of {text}"
        return line["number"]


def all_hear(people, round_of):
    """Each says a line, and all hear it, under the same number."""
    for speaker in people:
        text = f"{round_of} of {speaker.name}"
        speaker.say(text)
        assert len({person.hear(text) for person in people}) == 1


def one_that_ends(people):
    """Whose connection ends first. Lists of rooms may come meanwhile."""
    while True:
        sockets = {person.client.socket: person for person in people}
        ready, _, _ = select.select(sockets, [], [], PATIENCE)
        assert ready, "an instance was killed, and no connection has ended"
        for one in ready:
            try:
                sockets[one].next("rooms")
            except Closed:
                return sockets[one]


def check(port, nodes):
    people = [Person(port, name) for name in ("Ada", "Ben", "Cy")]
    assert len({person.epoch for person in people}) == 3, "the balancer does not spread the clients"
    all_hear(people, "first line")
    os.kill(nodes[0], signal.SIGKILL)
    lost = one_that_ends(people)
    before = lost.epoch
    lost.enter()
    assert (
        lost.epoch in {person.epoch for person in people if person is not lost}
        and lost.epoch != before
    )
    all_hear(people, "second line")


def main():
    run = subprocess.Popen([sys.argv[1], "0"], stdout=subprocess.PIPE, text=True)
    nodes, helpers, port = [], [], None
    try:
        for line in run.stdout:
            if found := re.search(r"node \d, process (\d+)", line):
                nodes.append(int(found[1]))
            elif found := re.search(r", process (\d+)", line):
                helpers.append(int(found[1]))
            elif found := re.search(r"open http://127.0.0.1:(\d+)/", line):
                port = int(found[1])
                break
        if port is None:
            sys.exit("example: examples/cluster/run did not start")
        check(port, nodes)
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(PATIENCE)
    for process in nodes + helpers:
        assert not os.path.exists(f"/proc/{process}"), f"process {process} outlives the example"
    print("example: three instances are one chat, and one that was killed is replaced")


main()
