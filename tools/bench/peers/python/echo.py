"""Echo server on Python `websockets`. Argument: the port."""

import asyncio
import sys

from websockets.asyncio.server import serve


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def main(port):
    async with serve(echo, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1])))
