"""A network that fails: one listener for each node, and the broker behind all.

    proxy.py BROKER_PORT NODES      prints the ports

Commands are lines on standard input: `K cut`, `K delay MS SECONDS`, `K hole SECONDS` (what comes is
swallowed, in both directions, and the connection lives), `K deaf SECONDS` (what the broker sends is
swallowed), `K refuse SECONDS`, `K mute SECONDS` (messages that the broker sends are swallowed,
answers are not), `K slow BYTES MS SECONDS` (so many bytes a second in each direction, so late), `K
forget CHANNEL` (the broker unsubscribes, and the node does not learn of it).
"""

import asyncio
import sys

MESSAGE = b">3\r\n$7\r\nmessage\r\n"


def end_of_value(data, at):
    """Where the value of RESP3 at `at` ends; None when there is not all of it."""
    line = data.find(b"\r\n", at)
    if line < 0:
        return None
    kind, rest = data[at : at + 1], line + 2
    if kind in b"$=!":
        rest += int(data[at + 1 : line]) + 2
        return rest if rest <= len(data) else None
    count = int(data[at + 1 : line]) * (2 if kind == b"%" else 1) if kind in b"*>~%" else 0
    for _ in range(count):
        rest = end_of_value(data, rest)
        if rest is None:
            return None
    return rest


def without_messages(data):
    """The values that are whole, but messages, and what remains."""
    kept, at = b"", 0
    while at < len(data) and (end := end_of_value(data, at)) is not None:
        if not data.startswith(MESSAGE, at):
            kept += data[at:end]
        at = end
    return kept, data[at:]


class Way:
    """The way of one node to the broker."""

    def __init__(self, broker_port):
        self.broker_port = broker_port
        self.connections = set()
        self.delay = self.delay_until = self.hole_until = self.deaf_until = self.refuse_until = 0
        self.mute_until = self.slow_until = self.bytes_a_second = self.lateness = 0
        self.is_forgetting = False

    async def accept(self, reader, writer):
        loop = asyncio.get_running_loop()
        if loop.time() < self.refuse_until:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.broker_port)
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, far_writer)
        self.connections.add(pair)
        await asyncio.gather(
            self.carry(reader, far_writer, False), self.carry(far_reader, writer, True)
        )
        self.connections.discard(pair)

    async def carry(self, reader, writer, from_broker):
        """A swallowed byte makes what follows senseless, so all that follows is swallowed, too."""
        loop = asyncio.get_running_loop()
        swallowed, rest = False, b""
        try:
            while data := await reader.read(65536):
                now = loop.time()
                if now < self.delay_until:
                    await asyncio.sleep(self.delay)
                if now < self.slow_until:
                    await asyncio.sleep(self.lateness + len(data) / self.bytes_a_second)
                swallowed = (
                    swallowed or now < self.hole_until or from_broker and now < self.deaf_until
                )
                if from_broker and (rest or now < self.mute_until):
                    data, rest = without_messages(rest + data)
                if from_broker and self.is_forgetting:
                    self.is_forgetting, data = False, b""
                if not swallowed:
                    writer.write(data)
                    await writer.drain()
        except OSError:
            pass
        writer.transport.abort()

    def obey(self, words):
        now = asyncio.get_running_loop().time()
        match words:
            case ["cut"]:
                for pair in list(self.connections):
                    for writer in pair:
                        writer.transport.abort()
            case ["delay", ms, seconds]:
                self.delay, self.delay_until = int(ms) / 1000, now + float(seconds)
            case ["hole", seconds]:
                self.hole_until = now + float(seconds)
            case ["deaf", seconds]:
                self.deaf_until = now + float(seconds)
            case ["refuse", seconds]:
                self.refuse_until = now + float(seconds)
            case ["mute", seconds]:
                self.mute_until = now + float(seconds)
            case ["slow", size, ms, seconds]:
                self.bytes_a_second, self.lateness, self.slow_until = (
                    int(size),
                    int(ms) / 1000,
                    now + float(seconds),
                )
            case ["forget", channel]:
                self.is_forgetting = True
                command = f"*2\r\n$11\r\nUNSUBSCRIBE\r\n${len(channel)}\r\n{channel}\r\n".encode()
                for _, far in self.connections:
                    far.write(command)
            case _:
                raise SystemExit(f"proxy: no command: {words}")


async def main():
    ways, ports = [], []
    for _ in range(int(sys.argv[2])):
        way = Way(int(sys.argv[1]))
        server = await asyncio.start_server(way.accept, "127.0.0.1", 0)
        ways.append(way)
        ports.append(server.sockets[0].getsockname()[1])
    print(*ports, flush=True)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    while line := await commands.readline():
        number, *words = line.decode().split()
        ways[int(number)].obey(words)


asyncio.run(main())
