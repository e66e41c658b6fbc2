"""Checks a server with libcurl.

In: `--which`, `echo URL`, `rooms URL`, or what `mixed.py` passes. Out: for `--which`, a line that says where libcurl comes
from; otherwise a line with the names of the checks that passed, and one for each that failed; exit status 1 when there was
one. `mixed` prints what its two members heard.

libcurl is the one of the command `curl` if that knows WebSocket, and otherwise the one inside the package `curl_cffi`.
Both are called through ctypes, so that both are checked in the same way.
"""

import ctypes
import ctypes.util
import importlib.util
import json
import os
import pathlib
import re
import select
import struct
import subprocess
import sys
import time

SIZES = [0, 1, 125, 126, 127, 65535, 65536, 1_000_000]
DEADLINE_SECONDS = 30
AT_ONCE = 50
# After so many messages in a mixed room, others have a turn.
BREATH = 10
TEXT, BINARY, CONT, CLOSE, PING, PONG = 1, 2, 4, 8, 16, 64
URL, CAINFO, CONNECT_ONLY, TIMEOUT_MS = 10002, 10065, 141, 155
ACTIVE_SOCKET = 0x500000 + 44
OK, AGAIN = 0, 81
BUFFER_BYTES = 65536


class Frame(ctypes.Structure):
    """`struct curl_ws_frame`."""

    _fields_ = [
        ("age", ctypes.c_int), ("flags", ctypes.c_int), ("offset", ctypes.c_int64), ("bytesleft", ctypes.c_int64),
        ("len", ctypes.c_size_t),
    ]


def command_with_websocket():
    """The version of the command `curl`, and whether `ws` is among its protocols."""
    try:
        words = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "none", False
    protocols = re.search(r"^Protocols: (.*)$", words, re.MULTILINE)
    return words.split()[1], bool(protocols) and {"ws", "wss"} <= set(protocols[1].split())


def load():
    """libcurl, and where it comes from."""
    version, knows = command_with_websocket()
    if knows and ctypes.util.find_library("curl"):
        library, origin = ctypes.CDLL(ctypes.util.find_library("curl")), f"of the command curl {version}"
    else:
        package = pathlib.Path(importlib.util.find_spec("curl_cffi").origin).parent
        library = ctypes.CDLL(str(next(package.glob("_wrapper*.so"))))
        origin = f"of curl_cffi; curl {version} has no WebSocket"
    library.curl_version.restype = ctypes.c_char_p
    library.curl_easy_init.restype = ctypes.c_void_p
    return library, origin


curl, ORIGIN = load()
VERSION = curl.curl_version().decode().split()[0].replace("/", " ").removesuffix("-IMPERSONATE")


class Socket:
    """A connection."""

    def __init__(self, url):
        self.easy = ctypes.c_void_p(curl.curl_easy_init())
        self.set(URL, ctypes.c_char_p(url.encode()))
        self.set(TIMEOUT_MS, ctypes.c_long(DEADLINE_SECONDS * 1000))
        # The command reads SSL_CERT_FILE; the library leaves that to its callers.
        if "SSL_CERT_FILE" in os.environ:
            self.set(CAINFO, ctypes.c_char_p(os.environ["SSL_CERT_FILE"].encode()))
        # 2 stands for "connect, and do WebSocket's handshake".
        self.set(CONNECT_ONLY, ctypes.c_long(2))
        self.must("connecting", curl.curl_easy_perform(self.easy))
        descriptor = ctypes.c_long()
        self.must("its socket", curl.curl_easy_getinfo(self.easy, ctypes.c_int(ACTIVE_SOCKET), ctypes.byref(descriptor)))
        self.descriptor = descriptor.value

    def __enter__(self):
        return self

    def __exit__(self, *_):
        curl.curl_easy_cleanup(self.easy)

    def set(self, option, value):
        self.must(f"option {option}", curl.curl_easy_setopt(self.easy, ctypes.c_int(option), value))

    def must(self, what, status):
        assert status == OK, f"{what}: libcurl's error {status}"

    def patiently(self, what, deadline, call):
        """Calls until the socket is ready for all of it; answers the status."""
        while (status := call()) == AGAIN:
            assert time.monotonic() < deadline, f"{what}: deadline passed"
            writing = [self.descriptor] if what == "sending" else []
            select.select([self.descriptor], writing, [], 0.1)
        return status

    def send(self, data, flags):
        sent, deadline = ctypes.c_size_t(), time.monotonic() + DEADLINE_SECONDS
        while True:
            arguments = (data, ctypes.c_size_t(len(data)), ctypes.byref(sent), ctypes.c_int64(0), ctypes.c_uint(flags))
            self.must("sending", self.patiently("sending", deadline, lambda: curl.curl_ws_send(self.easy, *arguments)))
            data = data[sent.value:]
            if not data:
                return

    def next(self):
        """The next message or control frame: its data and its flags."""
        buffer, got, meta = ctypes.create_string_buffer(BUFFER_BYTES), ctypes.c_size_t(), ctypes.POINTER(Frame)()
        arguments = (buffer, ctypes.c_size_t(BUFFER_BYTES), ctypes.byref(got), ctypes.byref(meta))
        parts, deadline = [], time.monotonic() + DEADLINE_SECONDS
        while True:
            self.must("receiving", self.patiently("receiving", deadline, lambda: curl.curl_ws_recv(self.easy, *arguments)))
            parts.append(buffer.raw[:got.value])
            if meta.contents.bytesleft == 0 and not meta.contents.flags & CONT:
                return b"".join(parts), meta.contents.flags

    def ask(self, words):
        self.send(words.encode(), TEXT)
        return self.next()[0].decode()

    def closed(self):
        """Code and reason of the server's close frame."""
        data, flags = self.next()
        assert flags & CLOSE, f"{data[:50]} instead of a close frame"
        return (struct.unpack("!H", data[:2])[0], data[2:].decode()) if data else (1005, "")


def equal(got, wanted):
    assert got == wanted, f"got {str(got)[:100]}, not {str(wanted)[:100]}"


def sizes(url):
    with Socket(url) as socket:
        for size in SIZES:
            for data, kind in (b"x" * size, TEXT), (os.urandom(size), BINARY):
                socket.send(data, kind)
                assert socket.next() == (data, kind), f"{size} bytes differ"


def fragments(url):
    with Socket(url) as socket:
        socket.send("é水".encode()[:3], TEXT | CONT)
        socket.send("é水".encode()[3:], TEXT)
        equal(socket.next(), ("é水".encode(), TEXT))


def pings(url):
    with Socket(url) as socket:
        for payload in (b"", b"x", b"p" * 125):
            socket.send(payload, PING)
            equal(socket.next(), (payload, PONG))


def close_codes(url):
    for code in (1000, 1001, 3000, 4999):
        with Socket(url) as socket:
            socket.send(struct.pack("!H", code) + b"bye", CLOSE)
            equal(socket.closed()[0], code)
    with Socket(url) as socket:
        socket.send(b"", CLOSE)
        equal(socket.closed()[0], 1005)


def many(url):
    sockets = [Socket(url) for _ in range(AT_ONCE)]
    for number, socket in enumerate(sockets):
        socket.send(str(number).encode(), TEXT)
    for number, socket in enumerate(sockets):
        with socket:
            equal(socket.next(), (str(number).encode(), TEXT))


def rooms(url):
    with Socket(url) as a, Socket(url) as b:
        for socket in (a, b):
            equal(socket.ask("join curl"), "joined curl")
        a.send("say curl é水🙂".encode(), TEXT)
        equal(b.next(), ("é水🙂".encode(), TEXT))
        # Answers come in order: what the speaker heard of itself would come before.
        equal(a.ask("members curl"), "members 2")


def server_closes(url):
    for code in (1000, 1001, 3000, 4999):
        for reason in ("", "as you wish", "é" * 61 + "x"):
            with Socket(url) as socket:
                socket.send(f"close {code} {reason}".rstrip().encode(), TEXT)
                equal(socket.closed(), (code, reason))


def crash(url):
    with Socket(url) as socket:
        socket.send(b"crash", TEXT)
        equal(socket.closed()[0], 1011)


GROUPS = {"echo": [sizes, fragments, pings, close_codes, many], "rooms": [rooms, server_closes, crash]}


def group(name, url):
    client = f"{VERSION}: {url.split(':')[0]} {name}"
    passed, failed = [], False
    for check in GROUPS[name]:
        words = check.__name__.replace("_", " ")
        try:
            check(url)
            passed.append(words)
        except Exception as error:
            failed = True
            print(f"{client}: FAIL  {words}: {type(error).__name__}: {error}", flush=True)
    if passed:
        print(f"{client}: ok    {', '.join(passed)}")
    return failed


def mixed(room, name, members, each, talk_url, listen_url):
    """Two members of a room whose other members are other programs' clients. The one that asks whether all are there is
    no member: a question between what others say would need to be told from it.
    """
    members, each = int(members), int(each)
    with Socket(talk_url) as talker, Socket(listen_url) as listener, Socket(talk_url) as asker:
        for socket in (talker, listener):
            equal(socket.ask(f"join {room}"), f"joined {room}")
        while asker.ask(f"members {room}") != f"members {members}":
            time.sleep(0.01)
        for number in range(each):
            talker.send(f"say {room} {name} {number}".encode(), TEXT)
            if number % BREATH == 0:
                asker.ask("members nowhere")
        spoken = members // 2 * each
        heard = {
            "talker": [talker.next()[0].decode() for _ in range(spoken - each)],
            "listener": [listener.next()[0].decode() for _ in range(spoken)],
        }
        # Answers come in order: a message too many would come before.
        for socket in (talker, listener):
            equal(socket.ask("members nowhere"), "members 0")
    print(json.dumps(heard))


what, *arguments = sys.argv[1:]
if what == "--which":
    print(f"curl: {VERSION}, {ORIGIN}")
elif what == "mixed":
    mixed(*arguments)
else:
    sys.exit(1 if group(what, *arguments) else 0)
