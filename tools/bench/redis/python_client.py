"""What a command costs with redis-py: `python_client.py PORT COUNT`, as main.snow prints it."""

import asyncio
import sys
import time

import redis
import redis.asyncio

port, count = int(sys.argv[1]), int(sys.argv[2])
client = redis.Redis(port=port, protocol=3)
client.set("key", "value")


def print_cost(name, count, work):
    begun = time.process_time_ns()
    work()
    print(name, (time.process_time_ns() - begun) // count)


def one_by_one(count):
    for _ in range(count):
        assert client.get("key") == b"value"


async def many(count):
    # One connection a caller: redis-py does not share one between callers.
    shared = redis.asyncio.Redis(port=port, protocol=3, max_connections=64)

    async def caller():
        for _ in range(count // 64):
            assert await shared.get("key") == b"value"

    await asyncio.gather(*(caller() for _ in range(64)))
    await shared.aclose()


def pipelines(count):
    for _ in range(count):
        pipeline = client.pipeline(transaction=False)
        for _ in range(100):
            pipeline.get("key")
        assert pipeline.execute()[-1] == b"value"


one_by_one(count // 10)
print_cost("one", count // 4, lambda: one_by_one(count // 4))
print_cost("many", count, lambda: asyncio.run(many(count)))
print_cost("pipeline", count, lambda: pipelines(count // 100))
