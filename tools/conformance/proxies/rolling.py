"""Rolls two instances behind HAProxy under clients that stay, and clients that come all the time.

    rolling.py WORK

WORK has the program `rolling`. HAProxy asks each instance for `/ready`, and tells it by a PROXY
header who connects. Each client that stays has an address of its own in 127.0.9.0/24. SIGTERM ends
one instance, which is started again, and then the other one. It must hold that nobody is refused,
that everybody on the instance that ends hears 1012 and comes back to the other one, that
`on_close` hears everybody's answer, and that the logs name the addresses of the clients.
"""

import asyncio
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time

CLIENTS = 200
VISITOR = "127.0.8.1"
INTRUDER = "127.0.7.1"
PATIENCE = 30
PAUSE = 0.02
RESTARTED = 1012
BLAMED = re.compile(rf" WARN Ws: .* {re.escape(INTRUDER)}:\d+: .*must be masked")
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
MASK = b"\x0f\x1e\x2d\x3c"

# Columns of HAProxy's `show stat`. A server that was never checked counts as up.
STATE_NAME, STATE, CHECKED = 1, 17, 36
UP, DOWN = re.compile("UP.* L7OK$"), re.compile("DOWN ")

HAPROXY = """
global
    maxconn 2000
    stats socket {work}/rolling.socket mode 600 level admin
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout tunnel 60s
    timeout check 2s
    option redispatch
    retries 3
frontend clients
    bind 127.0.0.1:{entrance}
    default_backend instances
backend instances
    balance roundrobin
    option httpchk GET /ready
    http-check expect status 200
    default-server check inter 100ms fall 1 rise 1 send-proxy-v2
    server a 127.0.0.1:{a} port {a_ops}
    server b 127.0.0.1:{b} port {b_ops}
"""

PORTS = ["entrance", "a", "a_ops", "b", "b_ops"]


class Broken(Exception):
    """What must hold does not."""


def free_ports():
    """A free port for each name."""
    held = {name: socket.create_server(("127.0.0.1", 0)) for name in PORTS}
    ports = {name: one.getsockname()[1] for name, one in held.items()}
    for one in held.values():
        one.close()
    return ports


class Client:
    """A WebSocket by hand: `connect`, `echo`, and `wait_for_close`."""

    def __init__(self, address, port):
        self.address, self.port = address, port
        self.reader = self.writer = self.instance = None

    async def connect(self):
        """Shakes hands; the first message is the instance's name and the address it knows."""
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.port, local_addr=(self.address, 0)
        )
        mine = "{}:{}".format(*self.writer.get_extra_info("sockname"))
        self.writer.write((
            "GET / HTTP/1.1\r\nHost: app.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
        ).encode())
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            raise Broken(f"{mine} was disconnected: {error.partial[:80]}") from error
        if head[9:12] != b"101":
            raise Broken(f"{mine} was refused: {head[:80]}")
        opcode, text = await self.frame()
        if opcode != 1:
            raise Broken(f"{mine} was closed instead of greeted: {text}")
        self.instance, seen = text.decode().split(" ")
        if seen != mine:
            raise Broken(f"{mine} is taken for {seen}")
        return self

    async def frame(self):
        """Opcode and content of the next frame, which is short."""
        opcode, size = await self.reader.readexactly(2)
        return opcode & 15, await self.reader.readexactly(size)

    def send(self, opcode, content):
        """One masked frame of less than 126 bytes."""
        masked = bytes(byte ^ MASK[at % 4] for at, byte in enumerate(content))
        self.writer.write(bytes([128 | opcode, 128 | len(content)]) + MASK + masked)

    async def echo(self):
        """Hears what it says."""
        self.send(1, b"hi")
        if await self.frame() != (1, b"hi"):
            raise Broken(f"{self.address} hears no echo")

    async def wait_for_close(self):
        """The code of the server's close frame, which is answered."""
        opcode, content = await self.frame()
        if opcode != 8:
            raise Broken(f"{self.address} got a frame of opcode {opcode} instead of a close")
        self.send(8, content[:2])
        await self.reader.read()
        self.writer.close()
        return int.from_bytes(content[:2], "big")

    async def leave(self):
        """Closes in order."""
        self.send(8, b"\x03\xe8")
        await self.reader.read()
        self.writer.close()


class Instances:
    """The two programs, their logs, and the proxy in front of them."""

    def __init__(self, work, ports):
        self.work, self.ports, self.running = work, ports, {}
        path = pathlib.Path(work, "rolling.cfg")
        path.write_text(HAPROXY.format(work=work, **ports))
        self.log = open(f"{work}/rolling.log", "w")
        for name in ["a", "b"]:
            self.start(name)
        command = ["haproxy", "-db", "-f", str(path)]
        self.running["haproxy"] = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def start(self, name):
        ports = [str(self.ports[name]), str(self.ports[f"{name}_ops"])]
        command = [f"{self.work}/rolling", name, *ports]
        self.running[name] = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def terminate(self, name):
        self.running[name].send_signal(signal.SIGTERM)

    async def wait_for_exit(self, name):
        """Returns when that instance has ended, by itself and in order."""
        status = await asyncio.to_thread(self.running[name].wait, PATIENCE)
        if status not in (0, 128 + signal.SIGTERM, -signal.SIGTERM):
            raise Broken(f"instance {name} ended with {status}")

    def codes_heard(self, name):
        """What `on_close` of an instance that has ended has heard from the clients that stay."""
        log = pathlib.Path(self.work, "rolling.log").read_text()
        return re.findall(rf"{name}: 127\.0\.9\.\d+:\d+ left with (\d+)", log)

    def states(self):
        """State and outcome of the last check of each instance, by name."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(PATIENCE)
            asked.connect(f"{self.work}/rolling.socket")
            asked.sendall(b"show stat\n")
            table = b"".join(iter(lambda: asked.recv(65536), b"")).decode()
        rows = [line.split(",") for line in table.splitlines() if line.startswith("instances,")]
        return {row[STATE_NAME]: f"{row[STATE]} {row[CHECKED]}" for row in rows}

    async def wait_for_state(self, name, state):
        """Returns when the last check of that instance had this outcome."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                found = self.states().get(name, "")
            except OSError:
                found = "no proxy"
            if state.match(found):
                return
            if time.monotonic() > until:
                raise Broken(f"the proxy says {found} of instance {name}, not {state.pattern}")
            await asyncio.sleep(PAUSE)

    def stop(self):
        for process in self.running.values():
            process.kill()
            process.wait()
        self.log.close()


async def visit(port, stop, counts):
    """Comes, is greeted, hears an echo, leaves, and comes again, until `stop` is set."""
    while not stop.is_set():
        visitor = await Client(VISITOR, port).connect()
        await visitor.echo()
        await visitor.leave()
        counts[visitor.instance] = counts.get(visitor.instance, 0) + 1
        await asyncio.sleep(PAUSE)


async def come_back(client):
    """What a client does that is closed: it answers, and connects anew."""
    code = await client.wait_for_close()
    await client.connect()
    return code


async def roll(instances, clients, name):
    """Ends that instance, and starts it again."""
    other = "b" if name == "a" else "a"
    on_it = [client for client in clients if client.instance == name]
    closes = [asyncio.create_task(come_back(client)) for client in on_it]
    instances.terminate(name)
    await instances.wait_for_state(name, DOWN)
    codes = await asyncio.gather(*closes)
    await instances.wait_for_exit(name)
    if set(codes) - {RESTARTED}:
        raise Broken(f"clients of {name} heard {sorted(set(codes))}, not only {RESTARTED}")
    heard = instances.codes_heard(name)
    if heard != [str(RESTARTED)] * len(on_it):
        raise Broken(f"on_close of {name} heard {sorted(set(heard))}, {len(heard)} times")
    lost = [client.address for client in clients if client.instance != other]
    if lost:
        raise Broken(f"{len(lost)} clients are not on {other}, such as {lost[0]}")
    await asyncio.gather(*(client.echo() for client in clients))
    instances.start(name)
    await instances.wait_for_state(name, UP)
    return len(on_it)


async def intrude(port):
    """Breaks a rule (a frame without a mask), so that the log has a line about a client."""
    intruder = await Client(INTRUDER, port).connect()
    intruder.writer.write(b"\x81\x02hi")
    await intruder.wait_for_close()


def check_log(work):
    """Who came and who broke a rule are clients; nobody is the proxy."""
    log = pathlib.Path(work, "rolling.log").read_text()
    came = set(re.findall(r"(127\.0\.[0-9.]+):\d+ came", log))
    expected = {f"127.0.9.{number + 1}" for number in range(CLIENTS)} | {VISITOR, INTRUDER}
    if came != expected:
        raise Broken(f"the log names {sorted(came ^ expected)[:3]} wrongly, or not")
    if not any(BLAMED.search(line) for line in log.splitlines()):
        raise Broken(f"no line of the log blames {INTRUDER}")


async def run(work, instances, port):
    for name in ["a", "b"]:
        await instances.wait_for_state(name, UP)
    addresses = [f"127.0.9.{number + 1}" for number in range(CLIENTS)]
    clients = await asyncio.gather(*(Client(address, port).connect() for address in addresses))
    stop, counts = asyncio.Event(), {}
    visitor = asyncio.create_task(visit(port, stop, counts))
    for name in ["a", "b"]:
        moved = await roll(instances, clients, name)
        print(f"ok     instance {name} is rolled: {moved} clients hear {RESTARTED} and are back")
    stop.set()
    await visitor
    print(f"ok     meanwhile {sum(counts.values())} others came, and none was refused: {counts}")
    await intrude(port)
    # The log may come a moment later than what it is about; the end of a program writes it out.
    for name in ["a", "b"]:
        instances.terminate(name)
    await asyncio.gather(*(instances.wait_for_exit(name) for name in ["a", "b"]))
    check_log(work)
    print(f"ok     the logs name {CLIENTS} clients by their addresses")


def main():
    work = sys.argv[1]
    os.environ.pop("SNOW_LOG", None)
    ports = free_ports()
    instances = Instances(work, ports)
    try:
        asyncio.run(asyncio.wait_for(run(work, instances, ports["entrance"]), 4 * PATIENCE))
    except (Broken, OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
        print(f"FAILED rolling: {error!r}")
        print(pathlib.Path(work, "rolling.log").read_text()[-4000:], file=sys.stderr)
        raise SystemExit(1) from error
    finally:
        instances.stop()


main()
