"""Checks a server with the Python library `websockets`.

In: `echo URL`, `rooms URL`, or what `mixed.py` passes. Out: a line with the names of the checks that passed, and one for
each that failed; exit status 1 when there was one. Every check has a deadline. `mixed` prints what its two members heard.
"""

import asyncio
import itertools
import json
import os
import sys

import websockets
from websockets.asyncio.client import connect

SIZES = [0, 1, 125, 126, 127, 65535, 65536, 1_000_000]
DEADLINE_SECONDS = 30
# After so many messages in a mixed room, others have a turn.
BREATH = 10
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


async def check_pings(url):
    async with connect(url, **OPTIONS) as ws:
        for payload in (b"", b"x", b"p" * 125):
            await (await ws.ping(payload))


async def check_close_codes(url):
    codes = [1000, 1001, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4999]
    for code in codes:
        ws = await connect(url, **OPTIONS)
        await ws.close(code, "bye")
        assert ws.close_code == code, f"closed with {code}, got {ws.close_code}"
    ws = await connect(url, **OPTIONS)
    # The library always sends a code.
    ws.transport.write(masked(0x88, b""))
    await ws.wait_closed()
    assert ws.close_code == 1005, f"an empty close came back with {ws.close_code}"


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


async def check_lost_client(url):
    ws = await connect(url, **OPTIONS)
    await ws.send("x")
    ws.transport.abort()
    async with connect(url, **OPTIONS) as other:
        await other.send("still there")
        assert await other.recv() == "still there"


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


async def ask(ws, request):
    await ws.send(request)
    return await ws.recv()


async def hears_nothing(*sockets):
    """Answers come in order: what was said before the question would come before its answer."""
    for ws in sockets:
        answer = await ask(ws, "members nowhere")
        assert answer == "members 0", f"heard {answer}"


async def members_become(ws, room, count):
    """Who is gone has left its rooms, but not necessarily before its client knows that it is gone."""
    while await ask(ws, f"members {room}") != f"members {count}":
        await asyncio.sleep(0.01)


async def join(ws, room):
    answer = await ask(ws, f"join {room}")
    assert answer == f"joined {room}", answer


async def check_rooms(url):
    async with connect(url, **OPTIONS) as a, connect(url, **OPTIONS) as b, connect(url, **OPTIONS) as outsider:
        for ws in (a, a, b):
            await join(ws, "python")
        for text in ("é水🙂", "", "x" * 70000):
            await a.send(f"say python {text}")
            assert await b.recv() == text
        await a.send(b"\x00\xff" * 40000)
        assert await b.recv() == b"\x00\xff" * 40000
        await hears_nothing(a, b, outsider)
        assert await ask(outsider, "members python") == "members 2"
        await outsider.send("say python from outside")
        assert [await a.recv(), await b.recv()] == ["from outside"] * 2
        assert await ask(b, "leave python") == "left python"
        await a.send("say python after")
        await hears_nothing(a, b)
        assert await ask(outsider, "members python") == "members 1"


async def check_gone_members(url):
    async with connect(url, **OPTIONS) as stays:
        await join(stays, "python-gone")
        closes, vanishes = [await connect(url, **OPTIONS) for _ in range(2)]
        for ws in (closes, vanishes):
            await join(ws, "python-gone")
        await closes.close()
        await members_become(stays, "python-gone", 2)
        vanishes.transport.abort()
        await members_become(stays, "python-gone", 1)


async def check_server_closes(url):
    for code, reason in itertools.product((1000, 1001, 3000, 4999), ("", "as you wish", "é" * 61 + "x")):
        ws = await connect(url, **OPTIONS)
        await ws.send(f"close {code} {reason}".rstrip())
        await ws.wait_closed()
        assert (ws.close_code, ws.close_reason) == (code, reason), f"{code}: {ws.close_code} {ws.close_reason}"
    async with connect(url, **OPTIONS) as ws:
        for code in (1005, 1006, 1015, 999, 5000):
            answer = await ask(ws, f"close {code} no")
            assert answer == f"refused close code {code} may not be sent", answer


async def check_crash(url):
    async with connect(url, **OPTIONS) as stays:
        crashes = await connect(url, **OPTIONS)
        for ws in (stays, crashes):
            await join(ws, "python-crash")
        await crashes.send("crash")
        await crashes.wait_closed()
        assert crashes.close_code == 1011, f"closed with {crashes.close_code}"
        await members_become(stays, "python-crash", 1)


GROUPS = {
    "echo": [check_sizes, check_fragments, check_pings, check_close_codes, check_violations, check_lost_client, check_many],
    "rooms": [check_rooms, check_gone_members, check_server_closes, check_crash],
}


async def group(name, url):
    client = f"python websockets {websockets.__version__}: {url.split(':')[0]} {name}"
    passed, failed = [], False
    for check in GROUPS[name]:
        words = check.__name__.removeprefix("check_").replace("_", " ")
        try:
            await asyncio.wait_for(check(url), DEADLINE_SECONDS)
            passed.append(words)
        except Exception as error:
            failed = True
            print(f"{client}: FAIL  {words}: {type(error).__name__}: {error}", flush=True)
    if passed:
        print(f"{client}: ok    {', '.join(passed)}")
    return failed


async def mixed(room, name, members, each, talk_url, listen_url):
    """Two members of a room whose other members are other programs' clients. The one that asks whether all are there is
    no member: a question between what others say would need to be told from it.
    """
    members, each = int(members), int(each)
    talker, listener, asker = [await connect(url, **OPTIONS) for url in (talk_url, listen_url, talk_url)]
    async with talker, listener, asker:
        for ws in (talker, listener):
            await join(ws, room)
        await members_become(asker, room, members)
        for number in range(each):
            await talker.send(f"say {room} {name} {number}")
            if number % BREATH == 0:
                await hears_nothing(asker)
        spoken = members // 2 * each
        heard = {
            "talker": [await talker.recv() for _ in range(spoken - each)],
            "listener": [await listener.recv() for _ in range(spoken)],
        }
        await hears_nothing(talker, listener)
    print(json.dumps(heard))


what, *arguments = sys.argv[1:]
if what == "mixed":
    asyncio.run(asyncio.wait_for(mixed(*arguments), DEADLINE_SECONDS))
else:
    sys.exit(1 if asyncio.run(group(what, *arguments)) else 0)
