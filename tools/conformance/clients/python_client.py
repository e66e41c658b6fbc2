"""Checks an echo server with the Python library `websockets`.

In: the server's URL. Out: one line a check; exit status 1 when one failed. Every check has a deadline.
"""

import asyncio
import os
import sys

import websockets
from websockets.asyncio.client import connect

SIZES = [0, 1, 125, 126, 127, 65535, 65536, 1_000_000]
DEADLINE_SECONDS = 30
OPTIONS = dict(max_size=None, ping_interval=None, compression=None)


def text_of(size):
    """Text of `size` bytes with characters of one to four bytes."""
    text = ("aé水🙂" * (size // 10 + 1)).encode()[:size].decode(errors="ignore")
    return text + "." * (size - len(text.encode()))


def masked(first_byte, payload):
    """A frame as a client sends it, with a first byte of our choice."""
    key = b"\x37\xfa\x21\x3d"
    body = bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))
    return bytes([first_byte, 0x80 | len(payload)]) + key + body


async def check_sizes(url):
    async with connect(url, **OPTIONS) as ws:
        for size in SIZES:
            for message in (text_of(size), os.urandom(size)):
                await ws.send(message)
                answer = await ws.recv()
                assert answer == message, f"{size} bytes came back as {len(answer)} {type(answer).__name__}"
    return f"text and binary of {', '.join(map(str, SIZES))} bytes"


async def check_fragments(url):
    async with connect(url, **OPTIONS) as ws:
        for parts in (["one", "", "two", "é水🙂"], [b"\x00", b"", b"\xff" * 70000], ["", ""]):
            await ws.send(parts)
            assert await ws.recv() == parts[0][:0].join(parts)
    # A character cut by a fragment's border, and a ping between two fragments.
    async with connect(url, **OPTIONS) as ws:
        cut = "水".encode()
        for frame in (masked(0x01, cut[:1]), masked(0x89, b"between"), masked(0x80, cut[1:])):
            ws.transport.write(frame)
        assert await ws.recv() == "水"
    return "fragmented messages, with a ping between fragments and a cut character"


async def check_pings(url):
    async with connect(url, **OPTIONS) as ws:
        for payload in (b"", b"x", b"p" * 125):
            await (await ws.ping(payload))
    return "pings of 0, 1 and 125 bytes answered"


async def check_close_codes(url):
    codes = [1000, 1001, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4999]
    for code in codes:
        ws = await connect(url, **OPTIONS)
        await ws.close(code, "bye")
        assert ws.close_code == code, f"closed with {code}, got {ws.close_code}"
    return f"close codes {', '.join(map(str, codes))} echoed"


async def check_violations(url):
    cases = [
        ("an unmasked frame", b"\x81\x02hi", 1002),
        ("a reserved bit", masked(0xC1, b"hi"), 1002),
        ("an unknown opcode", masked(0x83, b"hi"), 1002),
        ("a fragmented ping", masked(0x09, b"hi"), 1002),
        ("a continuation of nothing", masked(0x80, b"hi"), 1002),
        ("text that is not UTF-8", masked(0x81, b"\xc0\xaf"), 1007),
    ]
    for what, frame, code in cases:
        ws = await connect(url, **OPTIONS)
        ws.transport.write(frame)
        try:
            await ws.recv()
            raise AssertionError(f"{what} was echoed")
        except websockets.ConnectionClosed:
            assert ws.close_code == code, f"{what} was closed with {ws.close_code}, not {code}"
    return "violations closed with 1002 and 1007"


async def check_lost_client(url):
    ws = await connect(url, **OPTIONS)
    await ws.send("x")
    ws.transport.abort()
    async with connect(url, **OPTIONS) as other:
        await other.send("still there")
        assert await other.recv() == "still there"
    return "a client that vanished disturbs nobody"


async def check_many(url):
    async def one(number, all_open):
        async with connect(url, open_timeout=DEADLINE_SECONDS, **OPTIONS) as ws:
            all_open.append(number)
            while len(all_open) < 200:
                await asyncio.sleep(0.01)
            for turn in range(10):
                await ws.send(f"{number} {turn}")
                assert await ws.recv() == f"{number} {turn}"

    all_open = []
    await asyncio.gather(*(one(number, all_open) for number in range(200)))
    return "200 connections at once, 10 messages each"


CHECKS = [check_sizes, check_fragments, check_pings, check_close_codes, check_violations, check_lost_client, check_many]


async def main(url):
    name = f"python websockets {websockets.__version__}"
    failed = 0
    for check in CHECKS:
        try:
            print(f"{name}: ok    {await asyncio.wait_for(check(url), DEADLINE_SECONDS)}", flush=True)
        except Exception as error:
            failed += 1
            print(f"{name}: FAIL  {check.__name__}: {type(error).__name__}: {error}", flush=True)
    return failed


sys.exit(1 if asyncio.run(main(sys.argv[1])) else 0)
