"""The rows of what must hold that need minutes of waiting or a scripted broker, side by side.

    rows.py NODE BROKER HAPROXY [ROW...]

NODE is the program of node/main.snow, BROKER a server of Redis's protocol, HAPROXY the balancer.
Each row has a broker and nodes of its own, and a thread.
Exit: 0 all hold; 1 one does not.
"""

import concurrent.futures
import contextlib
import pathlib
import resource
import signal
import sys
import tempfile
import threading
import time
import traceback

import fake_broker
import herd_rows
import history_rows  # noqa: F401
import parts
import presence_rows
import worlds
from websocket import Closed
from worlds import ROWS, World, command, documented_backend, row, subscriptions

MEGABYTE = 1 << 20


@row
def broker_stopped_1_s(world):
    """Only lag: nothing is lost, and the session is the same."""
    world.node(), world.node()
    members, publisher = [world.member(0), world.member(1)], world.publisher(0)
    publisher.must_say("before")
    world.broker.signal(signal.SIGSTOP)
    threading.Timer(1.0, world.broker.signal, [signal.SIGCONT]).start()
    publisher.must_say("during")
    publisher.must_say("after")
    for member in members:
        member.await_text("after")
        assert member.heard == ["before", "during", "after"] and not member.gaps, (
            member.heard,
            member.gaps,
        )
    assert [world.look(number).session for number in (0, 1)] == [1, 1]


@row
def broker_stopped_30_s(world):
    """Down within 10 s, then as configured; what the broker still has is not heard twice."""
    world.node(), world.node()
    members, publisher = [world.member(0), world.member(1)], world.publisher(0)
    publisher.must_say("before")
    begun = time.monotonic()
    world.broker.signal(signal.SIGSTOP)
    outcome = publisher.say("during")
    assert outcome == "Doubtful", outcome
    for number in (0, 1):
        _, took = world.await_link(number, "down", 10 - (time.monotonic() - begun))
    assert publisher.say("down") == "Unavailable"
    time.sleep(max(0, begun + 30 - time.monotonic()))
    world.broker.signal(signal.SIGCONT)
    for number in (0, 1):
        world.await_session(number, 2, 8)
    for member in members:
        member.await_gaps(1)
    publisher.must_say("after")
    for member in members:
        member.await_text("after")
        member.check()
        assert "down" not in member.heard and len(member.gaps) == 1, (member.heard, member.gaps)


@row
def broker_killed(world):
    """Back within a second of its listening, or within one back-off; one gap a room, no
    duplicate, memory flat."""
    world.node(), world.node()
    members, publisher = [world.member(0), world.member(1)], world.publisher(0)
    resident, rounds = None, 6
    for number in range(rounds):
        # After a session that was shorter the waits go on growing.
        time.sleep(5.2)
        publisher.must_say(f"before-{number}")
        for member in members:
            member.await_text(f"before-{number}")
        world.broker.kill()
        away = 0.8 if number % 2 else 4
        time.sleep(away)
        world.broker.start()
        parts.await_port(world.broker_port, world.broker)
        for node in (0, 1):
            # A second more for a machine that has other things to do.
            world.await_session(node, number + 2, 2 if away < 1 else 6)
        for member in members:
            member.await_gaps(number + 1)
        resident = resident or world.nodes[0].resident()
    publisher.must_say("after")
    for member in members:
        member.await_text("after")
        member.check()
        assert len(member.heard) == rounds + 1 and len(member.gaps) == rounds, (
            member.heard,
            member.gaps,
        )
    grown = world.nodes[0].resident() - resident
    assert grown < 8 * MEGABYTE, f"memory has grown by {grown} bytes"


@row
def unsubscribed_behind_our_back(world):
    world.node()
    member, publisher = world.member(0), world.publisher(0)
    publisher.must_say("before")
    world.network.tell("0 forget snow:{chaos}:r:/r")
    world.await_session(0, 2, 15)
    member.await_gaps(1)
    publisher.must_say("after")
    member.await_text("after")


@row
def pushes_swallowed(world):
    world.node()
    member, publisher = world.member(0), world.publisher(0)
    publisher.must_say("before")
    world.network.tell("0 mute 9")
    world.await_session(0, 2, 15)
    time.sleep(10)
    world.await_link(0, "up", 15)
    member.await_gaps(1)
    publisher.must_say("after")
    member.await_text("after")


@row
def node_stopped_20_s(world):
    """Others are undisturbed, and that node's members are told a gap, or hear all."""
    world.node(), world.node()
    frozen, other, publisher = world.member(0), world.member(1), world.publisher(1)
    publisher.must_say("before")
    world.nodes[0].signal(signal.SIGSTOP)
    end, number, slowest = time.monotonic() + 20, 0, 0.0
    while time.monotonic() < end:
        begun = time.monotonic()
        publisher.must_say(f"during-{number}")
        slowest, number = max(slowest, time.monotonic() - begun), number + 1
        time.sleep(0.05)
    world.nodes[0].signal(signal.SIGCONT)
    assert slowest < 2, f"a broadcast of the other node took {slowest:.1f} s"
    assert world.look(1).session == 1
    # The stopped node may still be in its old session.
    end = time.monotonic() + 20
    for attempt in range(1000):
        publisher.must_say(f"after-{attempt}")
        if f"after-{attempt - 1}" in frozen.heard and world.look(0).now.startswith("up"):
            break
        assert time.monotonic() < end, "the node that was stopped hears nothing"
        time.sleep(0.05)
    other.await_text(f"after-{attempt}")
    assert not other.gaps and len(other.heard) == 1 + number + attempt + 1
    frozen.check()
    assert (
        frozen.gaps or len(frozen.heard) >= 1 + number
    ), "the stopped node's member has missed messages and was not told"


@row
def node_killed(world):
    """Others are undisturbed, and the broker forgets it."""
    world.node(), world.node()
    for _ in range(200):
        world.client(0, "/member?room=r")
    other, publisher = world.member(1), world.publisher(1)
    publisher.must_say("before")
    world.nodes[0].kill()
    for number in range(100):
        publisher.must_say(f"after-{number}")
    other.await_text("after-99")
    assert len(other.heard) == 101 and not other.gaps, (other.heard, other.gaps)
    assert world.look(1).session == 1
    end = time.monotonic() + 10
    while subscriptions(world) != [2]:
        assert time.monotonic() < end, f"subscriptions: {subscriptions(world)}"
        time.sleep(0.05)


def scripted(name):
    def hold(world):
        """A sentence that names it; few attempts, no memory; and all is well when it is over."""
        number = world.node()
        resident = world.nodes[number].resident()
        world.await_link(number, "up", 10)
        world.fake.script = name
        at, _, words = fake_broker.SCRIPTS[name]
        world.fake.attempts, begun = 0, time.monotonic()
        if at == "HELLO":
            world.network.tell(f"{number} cut")
            state, _ = world.await_link(number, "down", 10)
            while words not in (state := world.look(number)).now:
                assert time.monotonic() < begun + 15, f"the state does not name {name}: {state.now}"
                time.sleep(0.05)
            time.sleep(3)
        elif at == "SUBSCRIBE" and name != "MOVED":
            with contextlib.suppress(Closed, AssertionError):
                world.member(number)
            while words not in (state := world.look(number)).now:
                assert time.monotonic() < begun + 15, f"the state does not name {name}: {state.now}"
                time.sleep(0.02)
            time.sleep(3)
        elif name == "MOVED":
            # The room is denied; the connection is as good as before.
            try:
                world.member(number)
                raise AssertionError("a member was let in")
            except Closed:
                pass
            assert world.look(number).now == "up"
        else:
            assert world.publisher(number).say("text") == "Unavailable"
            state = world.look(number)
            # The probe publishes too, and finds that nothing comes back.
            assert state.refused == 1
        seconds = time.monotonic() - begun
        assert (
            world.fake.attempts <= 12 + 2 * seconds
        ), f"{world.fake.attempts} attempts in {seconds:.0f} s"
        grown = world.nodes[number].resident() - resident
        assert grown < 32 * MEGABYTE, f"memory has grown by {grown} bytes"
        world.fake.script = None
        world.await_link(number, "up", 12)
        member, publisher = world.member(number, "well"), world.publisher(number, "well")
        deadline = time.monotonic() + 12
        while publisher.say("well") != "Ok":
            assert time.monotonic() < deadline, "broadcasts are not taken when all is over"
            time.sleep(0.1)
        member.await_text("well")

    hold.needs_fake = True
    return hold


for script in fake_broker.SCRIPTS:
    ROWS[f"broker-says-{script.replace(' ', '-')}"] = scripted(script)


@row
def two_applications(world):
    """Silence between them."""
    world.node("shop"), world.node("shop2")
    one, other = world.member(0), world.member(1)
    world.publisher(0).must_say("to-one")
    world.publisher(1).must_say("to-other")
    one.await_text("to-one")
    other.await_text("to-other")
    assert (one.heard, other.heard) == (["to-one"], ["to-other"])
    assert [world.look(number).heard for number in (0, 1)] == [1, 1]


@row
def two_versions_of_the_envelope(world):
    """What another version sends is counted, and dropped."""
    world.node()
    member, publisher = world.member(0), world.publisher(0)
    frame = b"\x81\x02hi"
    for version in (0, 9, 255):
        envelope = bytes([version]) + bytes(32) + frame
        assert command(world.broker_port, "PUBLISH", "snow:{chaos}:r:/r", envelope) == b":1\r\n"
    for damaged in (
        b"",
        b"\x01",
        b"\x01" + bytes(32) + b"\x88\x00",
        b"\x01" + bytes(32) + frame + b"!",
    ):
        command(world.broker_port, "PUBLISH", "snow:{chaos}:r:/r", damaged)
    publisher.must_say("after")
    member.await_text("after")
    state = world.look(0)
    assert member.heard == ["after"] and state.bad_envelopes == 7, (
        member.heard,
        state.bad_envelopes,
    )


@row
def slow_broker(world):
    """1 MB/s and 200 ms: memory is bounded, and what is too much is refused."""
    world.node()
    member = world.member(0)
    world.publisher(0).must_say("before")
    resident = world.nodes[0].resident()
    world.network.tell("0 slow 1000000 200 25")
    publishers = [world.publisher(0) for _ in range(100)]
    with concurrent.futures.ThreadPoolExecutor(len(publishers)) as pool:
        outcomes = list(
            pool.map(
                lambda numbered: numbered[1].say(f"big-{numbered[0]}", 60000 * 4),
                enumerate(publishers),
            )
        )
    kinds = {kind: outcomes.count(kind) for kind in set(outcomes)}
    assert set(kinds) <= {"Ok", "Doubtful", "Unavailable"} and kinds.get("Unavailable"), kinds
    assert world.look(0).refused == kinds["Unavailable"]
    grown = world.nodes[0].resident() - resident
    assert (
        grown < 160 * MEGABYTE
    ), f"memory has grown by {grown // MEGABYTE} MiB for 24 MB of messages"
    world.network.tell("0 slow 1000000 200 0")
    deadline = time.monotonic() + 30
    publisher = world.publisher(0)
    while publisher.say(f"after-{time.monotonic()}") != "Ok":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    member.check()


@row
def ten_thousand_rooms(world):
    """As many joins and leaves as the machine does: subscriptions are at most rooms with members
    and those that linger."""
    world.node()
    holders = [world.client(0, "/churn") for _ in range(80)]

    def fill(numbered):
        number, client = numbered
        for room in range(125):
            client.send(f"join {number}-{room}")
        assert [client.receive() for _ in range(125)] == ["Ok"] * 125

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(fill, enumerate(holders)))
    assert subscriptions(world) == [10_001]
    churners = [world.client(0, "/churn") for _ in range(8)]
    begun = time.monotonic()

    def churn(numbered):
        number, client = numbered
        for turn in range(40):
            rooms = [f"churn-{number}-{turn}-{room}" for room in range(62)]
            for room in rooms:
                client.send(f"join {room}")
            for room in rooms:
                client.send(f"leave {room}")
            assert [client.receive() for _ in range(124)] == ["Ok"] * 124

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(churn, enumerate(churners)))
    rate = 8 * 40 * 124 / (time.monotonic() - begun)
    # Some may still be on their way, but none that lingers ends meanwhile. The node's own channel
    # is the last one.
    end = time.monotonic() + 2
    while (count := subscriptions(world)[0]) > 10_000 + 1024 + 1:
        assert time.monotonic() < end, f"{count} subscriptions"
    end = time.monotonic() + 25
    while subscriptions(world) != [10_001]:
        assert (
            time.monotonic() < end
        ), f"{subscriptions(world)} subscriptions when the lingering ones should be gone"
        time.sleep(0.1)
    return f"{rate:.0f} joins and leaves a second"


def await_primary(port):
    """Until the balancer has found out which broker is the replica: it takes turns before that."""
    begun, in_a_row = time.monotonic(), 0
    while in_a_row < 6:
        assert time.monotonic() - begun < 30, "the balancer still leads to the replica"
        try:
            in_a_row = in_a_row + 1 if b"master" in command(port, "ROLE") else 0
        except OSError:
            in_a_row = 0
        time.sleep(0.05)


@row
def primary_behind_a_balancer(world):
    """The nodes follow to a replica that is made the primary, and are told a gap."""
    first, second, port = world.broker_port, parts.free_port(), parts.free_port()
    replica = parts.broker(worlds.BINARY, second, worlds.FOLDER, world.log)
    world.stack.callback(replica.kill)
    parts.await_port(second, replica)
    assert command(second, "REPLICAOF", "127.0.0.1", str(first)) == b"+OK\r\n"
    config = pathlib.Path(f"{worlds.FOLDER}/haproxy.cfg")
    config.write_text(
        "defaults\n    timeout connect 2s\n    timeout client 1h\n    timeout server 1h\n"
        f"frontend redis\n    mode tcp\n    bind 127.0.0.1:{port}\n    default_backend redis\n"
        f"{documented_backend(first, second)}"
    )
    balancer = parts.Program([worlds.HAPROXY, "-db", "-f", config], world.log)
    world.stack.callback(balancer.kill)
    parts.await_port(port, balancer)
    await_primary(port)
    world.network.end()
    world.network = parts.Network(port, 3)
    world.stack.callback(world.network.end)
    world.node()
    world.await_link(0, "up", 10)
    member, publisher = world.member(0), world.publisher(0)
    publisher.must_say("before")
    session = world.look(0).session
    world.broker.kill()
    world.await_link(0, "down", 10)
    assert command(second, "REPLICAOF", "NO", "ONE") == b"+OK\r\n"
    world.await_session(0, session + 1, 10)
    member.await_gaps(1)
    publisher.must_say("after")
    member.await_text("after")
    assert member.heard == ["before", "after"]


def hold(name):
    begun = time.monotonic()
    with open(f"{worlds.FOLDER}/{name}.log", "wb") as log, contextlib.ExitStack() as stack:
        function = ROWS[name]
        try:
            note = function(
                World(stack, log, fake_broker.Broker() if hasattr(function, "needs_fake") else None)
            )
            return name, None, f"{time.monotonic() - begun:.0f} s{', ' + note if note else ''}"
        except Exception:  # Whatever went wrong is what the row has to say.
            return name, traceback.format_exc(limit=-3), ""


def main():
    # Rows side by side have thousands of connections, and so has each node.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    names = sys.argv[4:] or list(ROWS)
    failed = 0
    # Rows that count what a machine does have it for themselves.
    alone = [
        name
        for name in names
        if name in ("ten-thousand-rooms", "slow-broker", *presence_rows.ALONE, *herd_rows.NAMES)
    ]
    with concurrent.futures.ThreadPoolExecutor(len(ROWS)) as pool:
        together = pool.map(hold, [name for name in names if name not in alone])
        for name, fault, note in [*together, *map(hold, alone)]:
            print(f"{'FAILED' if fault else 'ok    '}  {name} {note}", flush=True)
            if fault:
                failed += 1
                print(
                    fault,
                    pathlib.Path(f"{worlds.FOLDER}/{name}.log").read_text(errors="replace")[-1500:],
                    flush=True,
                )
    if failed:
        sys.exit(f"rows: {failed} of {len(names)} do not hold")
    print(f"rows: all {len(names)} hold")


worlds.NODE, worlds.BINARY, worlds.HAPROXY = sys.argv[1:4]
with tempfile.TemporaryDirectory() as worlds.FOLDER:
    main()
