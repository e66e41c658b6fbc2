"""What a message costs, counted and not timed: instructions and calls of a server under callgrind.

    ledger.py [--write] NAME=SERVER…

A server is run twice for each row, with few messages and with more; the difference, divided by the
messages, is free of start, handshakes and end. Instructions may exceed those of `expected.txt` by
the row's part; calls that do not depend on how packets arrive must be those of it. A row that is
beyond it is counted again, at most twice: on a machine with other work a server looks more often
for what has come. `--write` makes that file anew.
"""

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
EXPECTED = os.path.join(HERE, "expected.txt")
# So often is a row counted that is beyond what is expected.
ATTEMPTS = 3
# Instructions of a worker's round that finds nothing: how many there are depends on when packets
# arrive, so they do not count.
ROUND = 1200
PATIENCE_S = 120
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
MASK = b"\x01\x02\x03\x04"

# Name, kind, connections, messages in flight, payload bytes, messages a connection: few and more.
ROWS = [
    ("echo 32 B", "echo", 16, 1, 32, (20, 60)),
    ("echo 32 B, 16 in flight", "echo", 16, 16, 32, (160, 480)),
    ("echo 16 KiB", "echo", 8, 1, 16384, (8, 24)),
    ("echo 1 MiB", "echo", 2, 1, 1 << 20, (3, 7)),
    ("broadcast to 64", "broadcast", 64, 1, 32, (20, 60)),
    ("broadcast to 64, 16 in flight", "broadcast", 64, 16, 32, (160, 480)),
    ("connect, upgrade, reset", "connect", 1, 1, 32, (50, 150)),
]

# By kind: the part that instructions may be above what is expected, and the calls that are exact.
JUDGED = {
    "echo 1 MiB": (0.05, ("send", "wakes")),
    "echo": (0.02, ("recv", "send", "mailbox", "wakes")),
    "broadcast": (0.1, ("wakes",)),
    "connect": (0.02, ("recv", "send", "mailbox", "wakes")),
}

# What is counted: the column, and the functions whose calls it counts.
COLUMNS = [
    ("instructions", None),
    ("recv", ("recv",)),
    ("send", ("send", "writev", "sendmsg")),
    ("epoll_wait", ("epoll_wait",)),
    ("mailbox", ("snow_rt::actor::post::deliver",)),
    ("wakes", ("snow_rt::io::reactor::notify",)),
    ("malloc", ("malloc", "calloc", "realloc")),
]


class Ledger(Exception):
    """A row that could not be counted."""


def frame(size):
    payload = bytes(0x61 ^ MASK[i & 3] for i in range(4)) * (size // 4)
    if size < 126:
        head = bytes([0x81, 0x80 | size])
    elif size < 65536:
        head = bytes([0x81, 0x80 | 126]) + struct.pack(">H", size)
    else:
        head = bytes([0x81, 0x80 | 127]) + struct.pack(">Q", size)
    return head + MASK + payload, len(head) + size


def connect(port):
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            peer = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
            break
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise Ledger("the server does not listen") from None
            time.sleep(0.05)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer.sendall(
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n" % (port, KEY)
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = peer.recv(4096)
        if not piece:
            raise Ledger("the server ends the connection: %r" % answer)
        answer += piece
    if b" 101 " not in answer.split(b"\r\n")[0]:
        raise Ledger("no upgrade: %r" % answer)
    return peer


def take(peer, count):
    while count > 0:
        piece = peer.recv(min(count, 1 << 20))
        if not piece:
            raise Ledger("the server ends a connection")
        count -= len(piece)


def speak(port, kind, connections, flight, size, messages):
    """Does the row's work. Answers the peers, which stay open."""
    if kind == "connect":
        for _ in range(messages):
            peer = connect(port)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
        return [connect(port)]
    peers = [connect(port) for _ in range(connections)]
    sent, received = frame(size)
    for _ in range(messages // flight):
        if kind == "echo":
            for peer in peers:
                peer.sendall(sent * flight)
        else:
            peers[0].sendall(sent * flight)
        for peer in peers:
            take(peer, received * flight)
    return peers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(server, row, messages):
    """The counts of a server that has done the row's work with so many messages."""
    _, kind, connections, flight, size, _ = row
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "callgrind")
        process = subprocess.Popen(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out, server, str(port)],
            env=dict(os.environ, SNOW_WORKERS="1"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            peers = speak(port, kind, connections, flight, size, messages)
            process.send_signal(signal.SIGTERM)
            _, words = process.communicate(timeout=PATIENCE_S)
            for peer in peers:
                peer.close()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        total = re.search(r"Collected : (\d+)", words.decode())
        if not total:
            raise Ledger("callgrind says nothing: %s" % words.decode()[-400:])
        return int(total.group(1)), calls(out)


def calls(path):
    """How often each function was called, from callgrind's file."""
    names, counts, callee = {}, {}, None
    with open(path) as lines:
        for line in lines:
            found = re.match(r"(c?fn)=\((\d+)\)(?: (.*))?", line)
            if found:
                kind, number, name = found.groups()
                if name:
                    names[number] = name.strip().split("'")[0].split("@@")[0]
                if kind == "cfn":
                    callee = number
            elif line.startswith("calls="):
                count = int(line[6:].split()[0])
                counts[callee] = counts.get(callee, 0) + count
    by_name = {}
    for number, count in counts.items():
        name = names.get(number, "")
        by_name[name] = by_name.get(name, 0) + count
    return by_name


def count(server, row):
    """The row's figures for one message (one delivery; one connection), in the order of COLUMNS."""
    few, more = row[5]
    before, after = run(server, row, few), run(server, row, more)
    shares = (more - few) * row[2]
    figures = []
    for _, functions in COLUMNS:
        if functions is None:
            figures.append((after[0] - before[0]) / shares)
        else:
            grown = sum(after[1].get(f, 0) - before[1].get(f, 0) for f in functions)
            figures.append(grown / shares)
    return figures


def shown(figures):
    return "  ".join(
        ("%12.0f" if functions is None else "%10.3f") % figure
        for (_, functions), figure in zip(COLUMNS, figures)
    )


def head():
    return "%-32s" % "a message" + "  ".join(
        ("%12s" if functions is None else "%10s") % name for name, functions in COLUMNS
    )


def read_expected():
    rows = {}
    with open(EXPECTED) as lines:
        for line in lines:
            if line.strip() and not line.startswith(("#", "a message")):
                rows[line[:32].strip()] = [float(word) for word in line[32:].split()]
    return rows


def exceeded(row, figures, expected):
    """What is beyond the row's expectation, in words."""
    slack, exact = JUDGED.get(row[0]) or JUDGED[row[1]]
    rounds = [column for column, _ in COLUMNS].index("epoll_wait")
    found = []
    for (column, functions), figure, wanted in zip(COLUMNS, figures, expected):
        if functions is None:
            is_beyond = figure - ROUND * figures[rounds] > (wanted - ROUND * expected[rounds]) * (1 + slack)
        else:
            is_beyond = column in exact and abs(figure - wanted) > 0.01 + slack * wanted
        if is_beyond:
            found.append("%s: %s is %.3f and was %.3f" % (row[0], column, figure, wanted))
    return found


def main(arguments):
    write = "--write" in arguments
    servers = dict(word.split("=", 1) for word in arguments if word != "--write")
    expected = {} if write else read_expected()
    wrong, lines = [], []
    print(head())
    for row in ROWS:
        server = servers["broadcast" if row[1] == "broadcast" else "echo"]
        for _ in range(ATTEMPTS):
            figures = count(server, row)
            beyond = exceeded(row, figures, expected[row[0]]) if row[0] in expected else []
            if not beyond:
                break
        lines.append("%-32s" % row[0] + shown(figures))
        print(lines[-1], flush=True)
        wrong += beyond
        if not write and row[0] not in expected:
            wrong.append("%s: not in expected.txt" % row[0])
    if write:
        with open(EXPECTED, "w") as out:
            out.write("# Made by `tools/bench/ledger/run --write`; kept by `tools/bench/ledger/run`.\n")
            out.write("\n".join([head()] + lines) + "\n")
    for line in wrong:
        print("WRONG  " + line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
