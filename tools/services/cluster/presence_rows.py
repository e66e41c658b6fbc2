"""Rows about who is present when nodes and brokers fail, and when many ask at once."""

import selectors
import signal
import time

import parts
from websocket import text_frame
from worlds import Watcher, keys, row

# Connections of the node that fails, and the rooms that they are in.
PRESENT, ROOMS = 1000, 10
# Keys of a large room, and those that ask at once who is in it.
LARGE, CROWD = 1440, 1500
ALONE = ("presence-asked-by-a-crowd", "presence-of-a-large-room-after-the-broker")
# How long a node may take to answer, in seconds: a caller's deadline.
ANSWERED_WITHIN = 5
# How long presence of a dead node may last, and what it keeps on the broker, in seconds.
GONE_WITHIN, FORGOTTEN_WITHIN = 20, 60


def people(world, node, count=PRESENT, name="key"):
    """So many connections of a node, each present under a key; the connections by room."""
    rooms = {}
    for number in range(count):
        room = number % ROOMS
        key = f"{name}-{number}"
        client = world.client(node, f"/present?room=present-{room}&key={key}")
        assert client.receive() == "joined"
        rooms.setdefault(room, {})[key] = client
    return rooms


def watch(world, node, rooms):
    return [Watcher(world.client(node, f"/watch?room=present-{room}")) for room in range(rooms)]


def await_all(watchers, expected, seconds):
    """Until each room has those keys on each node; how long it took."""
    begun = time.monotonic()
    for room, watcher in watchers:
        watcher.await_present(expected[room], max(seconds - (time.monotonic() - begun), 0.2))
    return time.monotonic() - begun


def world_of_people(world):
    """Node 0 has the people, the nodes 1 and 2 look; node 1 has one of its own in each room."""
    world.node(), world.node(), world.node()
    own = people(world, 1, ROOMS, "own")
    here = people(world, 0)
    watchers = [
        (room, watcher) for node in (1, 2) for room, watcher in enumerate(watch(world, node, ROOMS))
    ]
    own_keys = {room: set(clients) for room, clients in own.items()}
    all_keys = {room: own_keys[room] | set(here[room]) for room in here}
    await_all(watchers, all_keys, 30)
    return watchers, own_keys, all_keys


def check_told(watchers, own_keys, all_keys, sign):
    """Each key that has changed is told once, and no other."""
    for room, watcher in watchers:
        changed = {f"{sign}{key}" for key in all_keys[room] - own_keys[room]}
        # What was told until the list was right is all that there is to tell.
        watcher.present()
        told = [text for text in watcher.told if text.startswith(sign)]
        assert set(told) == changed and len(told) == len(changed), (
            room,
            len(told),
            len(changed),
            sorted(set(told) ^ changed)[:5],
        )


@row
def presence_of_a_killed_node(world):
    """Gone everywhere, told once; back when its connections are; its keys do not remain."""
    watchers, own_keys, all_keys = world_of_people(world)
    for _, watcher in watchers:
        watcher.told.clear()
    world.nodes[0].kill()
    gone = await_all(watchers, own_keys, GONE_WITHIN)
    # A difference is told when the fields are deleted, which is up to 5 s after the lease.
    end = time.monotonic() + 10
    while any(
        sum(text.startswith("-") for text in watcher.told) < PRESENT // ROOMS
        for _, watcher in watchers
    ):
        assert time.monotonic() < end, "members are not told that all have gone"
        for _, watcher in watchers:
            watcher.present()
        time.sleep(0.1)
    check_told(watchers, own_keys, all_keys, "-")
    end = time.monotonic() + FORGOTTEN_WITHIN
    # Those of node 1, which lives, remain; node 2 has only watchers.
    while (count := keys(world, "snow:{chaos}:*:*")) and (
        left := (
            keys(world, "snow:{chaos}:lease:*"),
            keys(world, "snow:{chaos}:rooms:*"),
            keys(world, "snow:{chaos}:sweep:*"),
            keys(world, "snow:{chaos}:p:*"),
        )
    ) != (1, 1, 0, ROOMS):
        assert time.monotonic() < end, f"{count} keys remain: {left}"
        time.sleep(0.2)
    for _, watcher in watchers:
        watcher.told.clear()
    world.nodes[0].start()
    parts.await_port(world.ports[0], world.nodes[0])
    people(world, 0)
    back = await_all(watchers, all_keys, 20)
    check_told(watchers, own_keys, all_keys, "+")
    return f"{PRESENT} gone after {gone:.1f} s, back {back:.1f} s after they had connected"


@row
def presence_of_a_stopped_node(world):
    """A node that stands still for longer than its lease is gone, and back when it goes on."""
    watchers, own_keys, all_keys = world_of_people(world)
    world.nodes[0].signal(signal.SIGSTOP)
    begun = time.monotonic()
    gone = await_all(watchers, own_keys, GONE_WITHIN)
    time.sleep(max(0.0, 20 - (time.monotonic() - begun)))
    world.nodes[0].signal(signal.SIGCONT)
    back = await_all(watchers, all_keys, 15)
    return f"{PRESENT} gone after {gone:.1f} s, back after {back:.1f} s"


@row
def presence_after_the_broker(world):
    """A broker that has lost its data has all of it again, and nobody who has gone meanwhile."""
    watchers, own_keys, all_keys = world_of_people(world)
    world.broker.kill()
    world.broker.start()
    parts.await_port(world.broker_port, world.broker)
    for node in range(3):
        world.await_session(node, 2, 8)
    back = await_all(watchers, all_keys, 15)
    world.nodes[0].kill()
    gone = await_all(watchers, own_keys, GONE_WITHIN)
    return f"all back after {back:.1f} s; those of a killed node gone after {gone:.1f} s"


def ask_at_once(clients, seconds):
    """What each is told who is present, in the order of the clients; None of one without an
    answer. And how long the last one took."""
    question = text_frame("who")
    begun = time.monotonic()
    answers, selector = {}, selectors.DefaultSelector()
    for client in clients:
        client.socket.sendall(question)
        selector.register(client.socket, selectors.EVENT_READ, client)
    took = 0.0
    while len(answers) < len(clients) and time.monotonic() - begun < seconds:
        for key, _ in selector.select(1):
            client = key.data
            client.take(client.socket.recv(1 << 18))
            texts = [text for text in client.texts if not text.startswith(("+", "-"))]
            client.texts.clear()
            if texts:
                answers[client] = texts[0]
                took = time.monotonic() - begun
                selector.unregister(client.socket)
    return [answers.get(client) for client in clients], took


def large_room(world, node):
    """One room with keys of that node's connections; the keys."""
    names = [f"key-{number}" for number in range(LARGE)]
    for name in names:
        assert world.client(node, f"/present?room=large&key={name}").receive() == "joined"
    return set(names)


@row
def presence_asked_by_a_crowd(world):
    """Each of a crowd that asks at once has the whole list of a large room."""
    world.node(), world.node()
    names = large_room(world, 0)
    expected = "here " + " ".join(sorted(names))
    crowd = [world.client(1, "/watch?room=large") for _ in range(CROWD)]
    for client in crowd:
        assert client.receive() == "joined"
    answers, took = ask_at_once(crowd, 4 * ANSWERED_WITHIN)
    right = answers.count(expected)
    assert right == CROWD, f"{right} of {CROWD} have the list; others: {set(answers) - {expected}}"
    assert took < ANSWERED_WITHIN + 1, f"the last answer took {took:.1f} s"
    grown = world.nodes[1].resident() >> 20
    return f"{CROWD} have {LARGE} keys each after {took:.1f} s; the node has {grown} MB"


@row
def presence_of_a_large_room_after_the_broker(world):
    """A large room is whole again after a broker that has lost its data."""
    world.node(), world.node()
    names = large_room(world, 0)
    watcher = watch_large(world, 1)
    watcher.await_present(names, 10)
    watcher.told.clear()
    world.broker.kill()
    world.broker.start()
    parts.await_port(world.broker_port, world.broker)
    for node in range(2):
        world.await_session(node, 2, 8)
    back = watcher.await_present(names, 15)
    # A member that was told that a key has gone was told that it is back.
    watcher.present()
    last = {text[1:]: text[0] for text in watcher.told if text[0] in "+-"}
    assert "-" not in last.values(), list(last.items())[:5]
    assert watch_large(world, 0).present() == names
    return f"{LARGE} back after {back:.1f} s"


def watch_large(world, node):
    return Watcher(world.client(node, "/watch?room=large"))
