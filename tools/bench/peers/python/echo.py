"""Echo server on Python `websockets`. Argument: the port. What comes on the path `/room` goes to all connections there."""

import asyncio
import sys

from websockets.asyncio.server import broadcast, serve

members = set()


async def handle(socket):
    if socket.request.path == "/room":
        members.add(socket)
        async for message in socket:
            broadcast(members, message)
    else:
        async for message in socket:
            await socket.send(message)


async def main(port):
    async with serve(handle, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1])))
