"""Many clients that come back: each is a member of a room, on any node, and connects again when its
connection ends, after a time that is drawn at random and doubles, as pages do.

    herd.py CLIENTS ROOMS PORT...

Commands are lines on standard input: `state` is answered with a line of JSON, `reset` sets its
counters to 0. One process has as many clients as it may have descriptors.
"""

import collections
import contextlib
import errno
import heapq
import json
import os
import random
import select
import socket
import sys
import time

from websocket import Closed, Framing

# In seconds: the first wait, which is drawn between its half and one and a half, and the longest.
FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0
# Connections that are opened at a time in the beginning.
OPENING = 200
# An attempt that has had no answer for so long is given up.
PATIENCE = 30.0


class Member:
    def __init__(self, number):
        self.number = number
        self.socket = self.framing = None
        self.head = b""
        self.wait, self.since = FIRST_WAIT, 0.0
        self.is_joined = False


class Herd:
    def __init__(self, clients, rooms, ports):
        self.rooms, self.ports = rooms, ports
        self.epoll = select.epoll()
        self.by_descriptor = {}
        self.later = []
        self.unopened = collections.deque(Member(number) for number in range(clients))
        self.opening = 0
        self.joined = 0
        self.reset()

    def reset(self):
        # `answers` has what handshakes are answered with, and errors; `seconds` the attempts by
        # the second.
        self.told, self.heard, self.attempts = 0, 0, 0
        self.answers, self.seconds = collections.Counter(), collections.Counter()

    def state(self):
        busiest = max(self.seconds.values(), default=0)
        return {
            "joined": self.joined,
            "told": self.told,
            "heard": self.heard,
            "attempts": self.attempts,
            "busiest": busiest,
            "answers": self.answers,
        }

    def open(self, member):
        self.attempts += 1
        self.seconds[int(time.monotonic())] += 1
        member.socket = socket.socket()
        member.socket.setblocking(False)
        member.framing, member.head, member.since = Framing(), b"", time.monotonic()
        self.opening += 1
        failure = member.socket.connect_ex(("127.0.0.1", random.choice(self.ports)))
        if failure not in (0, errno.EINPROGRESS):
            self.lose(member, errno.errorcode[failure])
            return
        self.by_descriptor[member.socket.fileno()] = member
        self.epoll.register(member.socket.fileno(), select.EPOLLOUT)

    def lose(self, member, why):
        self.answers[why] += 1
        descriptor = member.socket.fileno()
        if self.by_descriptor.pop(descriptor, None):
            self.epoll.unregister(descriptor)
        member.socket.close()
        if member.is_joined:
            self.joined -= 1
        else:
            self.opening -= 1
        member.is_joined = False
        at = time.monotonic() + member.wait * random.uniform(0.5, 1.5)
        member.wait = min(2 * member.wait, LONGEST_WAIT)
        heapq.heappush(self.later, (at, member.number, member))

    def ask(self, member):
        """The connection is there, or not."""
        failure = member.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            raise Closed(errno.errorcode[failure])
        room = member.number % self.rooms
        member.socket.send(
            f"GET /member?room=herd-{room} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {'A' * 22}==\r\n\r\n".encode()
        )
        self.epoll.modify(member.socket.fileno(), select.EPOLLIN)

    def read(self, member):
        data = member.socket.recv(65536)
        if not data:
            raise Closed("end")
        if member.head is not None:
            member.head += data
            if b"\r\n\r\n" not in member.head:
                return
            head, data = member.head.split(b"\r\n\r\n", 1)
            if not head.startswith(b"HTTP/1.1 101"):
                raise Closed(head.split(b" ")[1].decode())
            member.head = None
        for text in member.framing.feed(data):
            if text == "joined":
                member.is_joined, member.wait = True, FIRST_WAIT
                self.joined, self.opening = self.joined + 1, self.opening - 1
            elif text.startswith("gap "):
                self.told += 1
            else:
                self.heard += 1
        if member.framing.answers:
            member.socket.send(member.framing.answers)
            member.framing.answers = b""

    def give_up_old(self):
        """An attempt that a node has forgotten would last for ever."""
        now = time.monotonic()
        for member in list(self.by_descriptor.values()):
            if not member.is_joined and now - member.since > PATIENCE:
                self.lose(member, "no answer")

    def obey(self, line):
        match line:
            case "state":
                print(json.dumps(self.state()), flush=True)
            case "reset":
                self.reset()
            case _:
                raise SystemExit(f"herd: no command: {line}")

    def run(self):
        os.set_blocking(0, False)
        self.epoll.register(0, select.EPOLLIN)
        commands, looked = b"", time.monotonic()
        while True:
            while self.unopened and self.opening < OPENING:
                self.open(self.unopened.popleft())
            now = time.monotonic()
            while self.later and self.later[0][0] <= now:
                self.open(heapq.heappop(self.later)[2])
            if now - looked > 1.0:
                looked = now
                self.give_up_old()
            for descriptor, events in self.epoll.poll(0.05):
                if descriptor == 0:
                    data = os.read(0, 4096)
                    if not data:
                        return
                    *lines, commands = (commands + data).split(b"\n")
                    for line in lines:
                        self.obey(line.decode())
                    continue
                if (member := self.by_descriptor.get(descriptor)) is None:
                    continue
                try:
                    with contextlib.suppress(BlockingIOError):
                        if events & select.EPOLLOUT:
                            self.ask(member)
                        else:
                            self.read(member)
                except Closed as why:
                    self.lose(member, str(why) or "closed")
                except OSError as error:
                    self.lose(member, errno.errorcode.get(error.errno, str(error)))


Herd(int(sys.argv[1]), int(sys.argv[2]), [int(port) for port in sys.argv[3:]]).run()
