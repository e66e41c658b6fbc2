"""The peers of the soak test: well-behaved ones, slow ones, broken ones, and one that reads the counters.

peers.py PORT TLS_PORT SECONDS SERVER_PID

Opens connections to 127.0.0.1 for SECONDS, some hundred at a time, one of four with TLS, each doing one of the things below. Before and
after, when all have gone, it asks the server for its counters. Status 1 when a peer saw what it should not, when a counter
did not come back, when memory grew, or when the server was slow to answer while all this went on.
"""

import asyncio
import os
import random
import socket
import ssl
import struct
import sys
import time

AT_ONCE = 200
# The memory that a quiet server may have more than after the warm-up.
GROWTH_BYTES = 24 << 20
# The longest that an answer to a well-behaved peer may take while others misbehave, on a busy machine.
SLOWEST_S = 5.0
PATIENCE_S = 30.0
REQUEST = (
    "GET /soak HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
).encode()
# Who the server is does not matter here.
TLS = ssl.create_default_context()
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Surprise(Exception):
    pass


def frame(first, payload):
    if len(payload) < 126:
        head = bytes([first, 0x80 | len(payload)])
    elif len(payload) < 65536:
        head = struct.pack(">BBH", first, 0xFE, len(payload))
    else:
        head = struct.pack(">BBQ", first, 0xFF, len(payload))
    key = random.randbytes(4)
    wide = int.from_bytes(key * (len(payload) // 4 + 1), "big") >> 8 * (4 - len(payload) % 4)
    return head + key + (int.from_bytes(payload, "big") ^ wide).to_bytes(len(payload), "big")


class Peer:
    """A connection; `next` answers pings, as a client does."""

    async def connect(self, ports, tls=None):
        plain, secure = ports
        tls = random.random() < 0.25 if tls is None else tls
        # Many addresses of the loopback, because each has its own ports to wait for.
        source = f"127.0.{random.randrange(1, 200)}.{random.randrange(1, 250)}"
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", secure if tls else plain, ssl=TLS if tls else None, local_addr=(source, 0)
        )
        return self

    async def open(self, ports):
        await self.connect(ports)
        self.writer.write(REQUEST)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head:
            raise Surprise(f"handshake: {head!r}")
        return self

    def send(self, opcode, payload, final=True):
        self.writer.write(frame(opcode | (0x80 if final else 0), payload))

    async def frame(self):
        first, second = await self.reader.readexactly(2)
        size = second & 127
        if size == 126:
            (size,) = struct.unpack(">H", await self.reader.readexactly(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", await self.reader.readexactly(8))
        return first & 15, await self.reader.readexactly(size)

    async def next(self):
        while True:
            opcode, payload = await self.frame()
            if opcode != PING:
                return opcode, payload
            self.send(PONG, payload)

    async def expect(self, opcode, payload):
        got = await self.next()
        if got != (opcode, payload):
            raise Surprise(f"wanted {opcode} {payload[:40]!r}, got {got[0]} {got[1][:40]!r}")

    async def expect_close(self, code):
        opcode, payload = await self.next()
        if opcode != CLOSE or payload[:2] != struct.pack(">H", code):
            raise Surprise(f"wanted close {code}, got {opcode} {payload[:40]!r}")

    async def leave(self):
        self.send(CLOSE, struct.pack(">H", 1000))
        await self.expect_close(1000)

    def reset(self):
        if not self.writer.transport.is_closing():  # else the server was faster
            sock = self.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


# ---- what peers do; each gets an open connection, except the `raw_` ones, which get one without a handshake ----


async def talks(peer):
    for _ in range(random.randint(1, 20)):
        payload = b"a" * random.choice([0, 1, 125, 126, 1000, 20000])
        opcode = random.choice([TEXT, BINARY])
        peer.send(opcode, payload)
        await peer.expect(opcode, payload)
        if random.random() < 0.3:
            await asyncio.sleep(random.random() * 0.3)
    await peer.leave()


async def talks_all_at_once(peer):
    words = [b"%d" % number for number in range(200)]
    peer.writer.write(b"".join(frame(0x80 | TEXT, word) for word in words))
    for word in words:
        await peer.expect(TEXT, word)
    await peer.leave()


async def sends_fragments(peer):
    parts = [b"x" * random.randrange(3000) for _ in range(random.randint(2, 30))]
    for at, part in enumerate(parts):
        if at % 5 == 0:
            peer.send(PING, b"%d" % at)
        peer.send(TEXT if at == 0 else 0, part, final=at == len(parts) - 1)
    for at in range(0, len(parts), 5):
        await peer.expect(PONG, b"%d" % at)
    await peer.expect(TEXT, b"".join(parts))
    await peer.leave()


async def sends_byte_by_byte(peer):
    for byte in frame(0x80 | TEXT, b"slowly"):
        peer.writer.write(bytes([byte]))
        await asyncio.sleep(0.01)
    await peer.expect(TEXT, b"slowly")
    await peer.leave()


async def sends_much(peer):
    payload = random.randbytes(900_000)
    peer.send(BINARY, payload)
    await peer.expect(BINARY, payload)
    await peer.leave()


async def makes_it_crash(peer):
    peer.send(TEXT, b"crash")
    await peer.expect_close(1011)


async def asks_for_the_close(peer):
    peer.send(TEXT, b"close")
    await peer.expect_close(4000)
    if random.random() < 0.5:
        peer.send(CLOSE, struct.pack(">H", 4000))


async def breaks_a_rule(peer):
    code, bytes_ = random.choice([
        (1002, b"\xc1\x80\0\0\0\0"), (1002, b"\x81\x00"), (1007, frame(0x81, b"\xff")), (1009, b"\x82\xff\0\0\0\x01\0\0\0\0abcd"),
        (1002, frame(0x80, b"")), (1002, frame(0x88, b"\x03")),
    ])
    peer.writer.write(bytes_)
    await peer.expect_close(code)


async def joins_rooms(peer):
    for room in random.sample([b"kitchen", b"garden", b"cellar"], random.randint(1, 3)):
        peer.send(TEXT, b"join " + room)
        while (await peer.next())[1] != b"joined":
            pass
        peer.send(TEXT, b"tell " + room)
        await peer.expect(TEXT, b"news")
    ending = random.random()
    if ending < 0.4:
        peer.reset()
    elif ending < 0.6:
        peer.send(TEXT, b"crash")
        while (await peer.next())[0] != CLOSE:
            pass
    else:
        peer.send(CLOSE, struct.pack(">H", 1000))
        while (await peer.next())[0] != CLOSE:
            pass


async def vanishes(peer):
    peer.send(TEXT, b"never read")
    peer.reset()


async def vanishes_inside_a_message(peer):
    peer.writer.write(frame(0x81, b"y" * 5000)[:-100])
    await peer.writer.drain()
    peer.reset()


async def never_reads(peer):
    peer.writer.transport.pause_reading()
    for _ in range(20):
        peer.writer.write(frame(0x82, bytes(500_000)))
        try:
            await asyncio.wait_for(peer.writer.drain(), 0.2)
        except (asyncio.TimeoutError, ConnectionError):
            break
    await asyncio.sleep(random.random() * 3)
    peer.reset()


async def floods_with_pings(peer):
    peer.writer.transport.pause_reading()
    for _ in range(10):
        peer.writer.write(b"".join(frame(0x89, b"p" * 100) for _ in range(1000)))
    await asyncio.sleep(0.5)
    peer.reset()


async def answers_no_ping(peer):
    while True:
        opcode, payload = await peer.frame()
        if opcode == CLOSE and payload[:2] == struct.pack(">H", 1001):
            return
        if opcode != PING:
            raise Surprise(f"wanted pings and 1001, got {opcode} {payload[:40]!r}")


async def raw_asks_wrongly(peer):
    request = random.choice([REQUEST.replace(b"GET", b"PUT"), REQUEST.replace(b": 13", b": 8"), b"\x16\x03\x01\r\n", REQUEST.replace(b"Host", b"Hast")])
    peer.writer.write(request)
    head = await peer.reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 4"):
        raise Surprise(f"refusal: {head!r}")


async def raw_stalls_in_tls(peer, ports):
    plain, secure = ports
    await peer.connect((secure, plain), tls=False)
    # The beginning of a ClientHello.
    peer.writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[: random.randrange(12)])
    if random.random() < 0.5:
        peer.reset()
    else:
        await peer.reader.read()


async def raw_stalls_in_the_handshake(peer):
    peer.writer.write(REQUEST[: random.randrange(len(REQUEST) - 1)])
    if random.random() < 0.5:
        peer.reset()
    elif await peer.reader.read() != b"":
        raise Surprise("an answer to half a request")


BEHAVIOURS = [
    (talks, 30), (talks_all_at_once, 8), (sends_fragments, 8), (sends_byte_by_byte, 4), (sends_much, 2), (makes_it_crash, 8),
    (asks_for_the_close, 5), (breaks_a_rule, 10), (vanishes, 10), (vanishes_inside_a_message, 5), (never_reads, 2),
    (floods_with_pings, 2), (answers_no_ping, 2), (joins_rooms, 12), (raw_asks_wrongly, 6), (raw_stalls_in_the_handshake, 5),
    (raw_stalls_in_tls, 3),
]


class Soak:
    def __init__(self, ports):
        self.ports, self.done, self.surprises, self.slowest = ports, {}, [], 0.0

    async def one(self):
        behaviour = random.choices([kind for kind, _ in BEHAVIOURS], [weight for _, weight in BEHAVIOURS])[0]
        name = behaviour.__name__
        peer = Peer()
        try:
            async with asyncio.timeout(PATIENCE_S):
                if behaviour is raw_stalls_in_tls:
                    await behaviour(peer, self.ports)
                else:
                    await (peer.connect(self.ports) if name.startswith("raw_") else peer.open(self.ports))
                    await behaviour(peer)
        except (Surprise, asyncio.TimeoutError, asyncio.IncompleteReadError, OSError) as problem:
            self.surprises.append(f"{name}: {type(problem).__name__} {problem}")
        finally:
            if hasattr(peer, "writer"):
                peer.writer.close()
        self.done[name] = self.done.get(name, 0) + 1

    async def worker(self, until):
        while time.monotonic() < until and len(self.surprises) < 20:
            await self.one()

    async def counters(self):
        begun = time.monotonic()
        async with asyncio.timeout(60):
            peer = await Peer().open(self.ports)
            peer.send(TEXT, b"counters")
            _, payload = await peer.next()
            self.slowest = max(self.slowest, time.monotonic() - begun)
            await peer.leave()
        peer.writer.close()
        return {name: int(value) for name, value in (line.split() for line in payload.decode().split("\n"))}

    async def watch(self, until):
        while time.monotonic() < until:
            await self.counters()
            await asyncio.sleep(0.5)

    async def run(self, seconds):
        until = time.monotonic() + seconds
        await asyncio.gather(self.watch(until), *(self.worker(until) for _ in range(AT_ONCE)))

    async def quiet(self, like=None):
        """The counters once they have come to rest: as `like` says, or, without it, twice the same."""
        before, now = None, await self.counters()
        for _ in range(40):
            if counted(now) == (like and counted(like) or before):
                break
            await asyncio.sleep(0.5)
            before, now = counted(now), await self.counters()
        return now


def counted(counters):
    return {name: counters[name] for name in ("actors", "sockets", "blocks", "stacks", "messages", "timers", "members")}


async def main():
    ports, seconds, server = (int(sys.argv[1]), int(sys.argv[2])), float(sys.argv[3]), int(sys.argv[4])
    soak = Soak(ports)
    await soak.run(min(20.0, seconds / 3))
    warm = await soak.quiet()
    await soak.run(seconds)
    cool = await soak.quiet(warm)
    total = sum(soak.done.values())
    print(f"soak: {total} connections: " + ", ".join(f"{name} {count}" for name, count in sorted(soak.done.items())))
    for name in warm:
        print(f"soak: {name}: {warm[name]} before, {cool[name]} after")
    print(f"soak: slowest answer to a well-behaved peer: {soak.slowest:.2f} s")
    problems = list(soak.surprises)
    problems += [f"{name} did not come back" for name, value in counted(warm).items() if cool[name] != value]
    if cool["resident"] > warm["resident"] + GROWTH_BYTES:
        problems.append("memory grew")
    if soak.slowest > SLOWEST_S:
        problems.append("slow")
    if not os.path.exists(f"/proc/{server}"):
        problems.append("the server died")
    for problem in problems:
        print(f"soak: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    asyncio.run(main())
