"""Compares Ws.Protocol, event by event, with the independent implementation `wsproto`.

compare.py PROGRAM SESSIONS SEED

In: the compiled main.snow, how many sessions to make, and the seed they are made from. A session is frames of all kinds,
most of them well-formed, some damaged, cut into pieces at random. Out: one line, and each session that is judged
differently. Status 0 when there is none.

One difference is allowed: Snow may fail a session at a header that is not whole. Then wsproto must fail with the same code
once more bytes have come. The close code 1014 is not tried: Snow knows it, wsproto does not.
"""

import codecs
import random
import struct
import subprocess
import sys
import tempfile

from wsproto import frame_protocol
from wsproto.frame_protocol import FrameProtocol, Opcode, ParseFailed

TEXTS = ["", "a", "Hello", "\u00e9\u20ac\U0001f600", "\ud7ff\ue000\U0010ffff", "x" * 125, "y" * 126, "\u00fc" * 300, "z" * 5000]
BROKEN = [b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xff", b"\x80", b"\xe2\x82", b"\xf0\x9f\x98", b"ok\xf8", b"a\xc3"]
CODES = [999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1009, 1010, 1011, 1012, 1013, 1015, 1016, 2999, 3000, 4999, 5000, 0, 65535]
ENOUGH = bytes(70000)


def length_field(chance, size):
    short, medium, long = bytes([0x80 | min(size, 127)]), struct.pack(">BH", 0xFE, size & 0xFFFF), struct.pack(">BQ", 0xFF, size)
    if chance.random() < 0.01:
        return chance.choice([medium, long, struct.pack(">BQ", 0xFF, size | 1 << 63)])
    return short if size < 126 else medium if size < 65536 else long


def frame(chance, first, payload):
    if chance.random() < 0.015:
        first ^= 1 << chance.randrange(8)
    key = chance.randbytes(4)
    head = bytes([first]) + length_field(chance, len(payload))
    if chance.random() < 0.005:
        return bytes([head[0], head[1] & 0x7F]) + head[2:] + payload
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


def message(chance):
    if chance.random() < 0.5:
        first, payload = 1, chance.choice(TEXTS).encode() + (chance.choice(BROKEN) if chance.random() < 0.08 else b"")
    else:
        first, payload = 2, chance.randbytes(chance.choice([0, 1, 2, 30, 125, 126, 127, 1000]))
        if chance.random() < 0.004:
            payload = bytes(chance.choice([65535, 65536, 66000]))
    fragments = chance.choice([1, 1, 1, 2, 3, 7])
    edges = sorted(chance.randint(0, len(payload)) for _ in range(fragments - 1))
    parts = [payload[start:stop] for start, stop in zip([0] + edges, edges + [len(payload)])]
    out = b""
    for at, part in enumerate(parts):
        out += frame(chance, (first if at == 0 else 0) | (0x80 if at == len(parts) - 1 else 0), part)
        if chance.random() < 0.1:
            out += control(chance)
    return out


def control(chance):
    kind = chance.choice([9, 10])
    return frame(chance, 0x80 | kind, chance.randbytes(chance.choice([0, 1, 4, 124, 125, 125, 126 if chance.random() < 0.1 else 8])))


def closing(chance):
    reason = chance.choice(["", "bye", "\u20ac" * 41]).encode()
    body = struct.pack(">H", chance.choice(CODES)) + reason
    body += chance.choice(BROKEN) if chance.random() < 0.2 and len(body) < 120 else b""
    return frame(chance, 0x88, chance.choice([body, body, body, b"", b"\x03"]))


def session(chance):
    kinds = chance.choices([message, control, closing], [10, 4, 1], k=chance.randint(1, 12))
    data = b"".join(kind(chance) for kind in kinds)
    pieces = []
    longest = chance.choice([1, 3, 20, 500, len(data) + 1]) if len(data) < 3000 else chance.choice([700, len(data) + 1])
    while data:
        size = chance.randint(1, longest)
        pieces.append(data[:size])
        data = data[size:]
    return pieces


class PromptDecoder(codecs.getincrementaldecoder("utf-8")):
    """Python's own waits for the third byte of a surrogate (ED, then A0 to BF); this one does not."""

    def decode(self, data, final=False):
        text = super().decode(data, final)
        pending = self.getstate()[0]
        if len(pending) == 2 and pending[0] == 0xED and pending[1] >= 0xA0:
            raise UnicodeDecodeError("utf-8", pending, 0, 2, "half a surrogate")
        return text


frame_protocol.getincrementaldecoder = lambda _name: PromptDecoder


class Reference:
    """What wsproto makes of the pieces, in the words of main.snow."""

    def __init__(self):
        self.protocol = FrameProtocol(client=False, extensions=[])
        self.events, self.message, self.over = [], b"", False

    def feed(self, piece):
        if self.over:
            return
        try:
            self.protocol.receive_bytes(piece)
            for frame in self.protocol.received_frames():
                self.take(frame)
        except ParseFailed as failure:
            self.events.append(f"f:{int(failure.code)}")
            self.over = True

    def take(self, frame):
        if frame.opcode is Opcode.CLOSE:
            code, reason = frame.payload
            self.events.append(f"c:{int(code)}:{reason.encode().hex()}")
            self.over = True
        elif frame.opcode.iscontrol():
            self.events.append(f"{'i' if frame.opcode is Opcode.PING else 'o'}:{frame.payload.hex()}")
        else:
            is_text = frame.opcode is Opcode.TEXT
            self.message += frame.payload.encode() if is_text else frame.payload
            if frame.message_finished:
                self.events.append(f"{'t' if is_text else 'b'}:{self.message.hex()}")
                self.message = b""


def agrees(ours, pieces):
    reference = Reference()
    for piece in pieces:
        reference.feed(piece)
    if ours == reference.events:
        return True, reference.events
    # Snow was first: the same, and then a failure that wsproto reports when it has seen more.
    if ours and ours[-1].startswith("f:") and ours[:-1] == reference.events:
        reference.feed(ENOUGH)
        return ours == reference.events, reference.events
    return False, reference.events


def main():
    program, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    sessions = [session(chance) for _ in range(count)]
    with tempfile.NamedTemporaryFile("w", suffix=".sessions") as file:
        for pieces in sessions:
            file.write(",".join(piece.hex() for piece in pieces) + "\n")
        file.flush()
        done = subprocess.run([program, file.name], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"differential: the program ended with {done.returncode}: {done.stderr[-2000:]}")
    lines = done.stdout.split("\n")[:-1]
    if len(lines) != count:
        sys.exit(f"differential: {count} sessions and {len(lines)} answers")
    different, events, failures, closes = 0, 0, 0, 0
    for number, (line, pieces) in enumerate(zip(lines, sessions)):
        ours = line.split()
        events += len(ours)
        failures += bool(ours) and ours[-1].startswith("f:")
        closes += bool(ours) and ours[-1].startswith("c:")
        same, theirs = agrees(ours, pieces)
        if not same:
            different += 1
            if different <= 5:
                print(f"differential: session {number} of seed {seed}: {','.join(piece.hex() for piece in pieces)[:2000]}")
                print(f"  snow    {' '.join(ours)[-500:]}\n  wsproto {' '.join(theirs)[-500:]}")
    words = f"{count} sessions, {events} events, {failures} violations, {closes} closes"
    print(f"differential: {words}: {different} judged differently" if different else f"differential: {words}: all alike")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
