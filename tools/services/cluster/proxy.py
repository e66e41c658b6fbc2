"""A network that fails: one listener for each node, and the broker behind all.

    proxy.py BROKER_PORT NODES      prints the ports

Commands are lines on standard input: `K cut`, `K delay MS SECONDS`, `K hole SECONDS` (what comes is swallowed, in both
directions, and the connection lives), `K deaf SECONDS` (what the broker sends is swallowed), `K refuse SECONDS`.
"""

import asyncio
import sys


class Way:
    """The way of one node to the broker."""

    def __init__(self, broker_port):
        self.broker_port = broker_port
        self.connections = set()
        self.delay = self.delay_until = self.hole_until = self.deaf_until = self.refuse_until = 0

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
        await asyncio.gather(self.carry(reader, far_writer, False), self.carry(far_reader, writer, True))
        self.connections.discard(pair)

    async def carry(self, reader, writer, from_broker):
        """A swallowed byte makes what follows on this connection senseless, so all that follows is swallowed, too."""
        loop = asyncio.get_running_loop()
        swallowed = False
        try:
            while data := await reader.read(65536):
                now = loop.time()
                if now < self.delay_until:
                    await asyncio.sleep(self.delay)
                swallowed = swallowed or now < self.hole_until or from_broker and now < self.deaf_until
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
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        number, *words = line.decode().split()
        ways[int(number)].obey(words)


asyncio.run(main())
