"""Runs examples/cluster/run once, as a user does: clients of three instances hear each other and
know who is there, and one whose instance is killed comes back to another and misses nothing.

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
        self.place = {"secret": "", "epoch": "", "last": 0}
        self.enter()

    def enter(self):
        """Through the balancer, which may have an instance on its list that has just ended. The
        lines that were missed come ahead of the answer."""
        end = time.monotonic() + PATIENCE
        entry = {"room": "lobby", "name": self.name, **self.place}
        while True:
            try:
                self.client = Client(self.port, origin=f"http://127.0.0.1:{self.port}")
                self.client.send(json.dumps({"type": "enter", "entry": entry}))
                self.missed, event = [], self.event()
                while event["type"] != "entered":
                    if event["type"] == "said":
                        self.missed.append(event["line"]["text"])
                    event = self.event()
                break
            except Closed:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        welcome = event["welcome"]
        self.people, self.instance = welcome["people"], welcome["instance"]
        self.is_complete = welcome["complete"]
        self.place = {name: welcome[name] for name in ("secret", "epoch", "last")}

    def event(self):
        event = json.loads(self.client.receive())
        if event["type"] == "refused":
            raise AssertionError(event)
        return event

    def next(self, kind):
        while True:
            event = self.event()
            if event["type"] == kind:
                return event

    def say(self, text):
        self.client.send(json.dumps({"type": "say", "text": text, "ref": text}))

    def hear(self, text):
        line = self.next("said")["line"]
        assert line["text"] == text, f"{self.name} hears {line['text']} instead of {text}"
        self.place |= {"epoch": line["epoch"], "last": line["number"]}
        return line["number"]

    def await_change(self, kind, name):
        """Until this one is told that somebody has come or left."""
        while self.next(kind)["name"] != name:
            pass


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
    assert len({person.instance for person in people}) == 3, "the balancer does not spread the clients"
    assert people[-1].people == ["Ada", "Ben", "Cy"], people[-1].people
    people[0].await_change("came", "Ben")
    people[0].await_change("came", "Cy")
    all_hear(people, "first line")
    os.kill(nodes[0], signal.SIGKILL)
    lost = one_that_ends(people)
    others = [person for person in people if person is not lost]
    all_hear(others, "meanwhile")
    before = lost.instance
    lost.enter()
    assert lost.instance in {person.instance for person in others} and lost.instance != before
    missed = [f"meanwhile of {person.name}" for person in others]
    assert lost.is_complete and lost.missed == missed, (lost.is_complete, lost.missed)
    assert lost.people == ["Ada", "Ben", "Cy"], lost.people
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
    print("example: three instances are one chat, and who was on one that was killed has missed nothing")


main()
