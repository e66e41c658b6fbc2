"""Rows about what a client gets that comes back to a room with a history.

The nodes keep 100 messages of a room, and a client that comes back does so on another node.
"""

import concurrent.futures

import parts
from worlds import command, row

ROOM = "kept:r"
# Messages that a room keeps, and clients that come back at once.
KEPT, CROWD = 100, 50


class Reader:
    """A client that says where it stands. `heard` has the texts in their order, `offset` and
    `epoch` its position."""

    def __init__(self):
        self.offset, self.epoch, self.heard = 0, "", []

    def come(self, world, node):
        """Whether all that was missed has come, which it has ahead of the answer."""
        path = f"/kept?room={ROOM}&offset={self.offset}&epoch={self.epoch}"
        self.client = world.client(node, path)
        while not (text := self.client.receive()).startswith("at "):
            self.take(text)
        _, offset, epoch, recovered = text.split(" ")
        if recovered == "true":
            assert (int(offset), epoch) == (self.offset, self.epoch), (text, self.offset)
        self.offset, self.epoch = int(offset), epoch
        return recovered == "true"

    def take(self, text):
        offset, epoch, said = text.split(" ")[:3]
        assert epoch == self.epoch and int(offset) == self.offset + 1, (text, self.offset)
        self.offset += 1
        self.heard.append(said)

    def hear(self, count):
        for _ in range(count):
            self.take(self.client.receive())

    def leave(self):
        self.client.close()


def say(publishers, first, count):
    """So many messages, by turns of two nodes."""
    for number in range(first, first + count):
        publishers[number % len(publishers)].must_say(f"m{number}")
    return [f"m{number}" for number in range(first, first + count)]


def begin(world):
    """A reader that has heard ten messages on node 0, and has gone."""
    world.node(), world.node(), world.node()
    publishers = [world.publisher(node, ROOM) for node in (1, 2)]
    reader = Reader()
    assert not reader.come(world, 0)
    said = say(publishers, 0, 10)
    reader.hear(10)
    assert reader.heard == said
    reader.leave()
    return publishers, reader


@row
def history_of_50(world):
    """Who has missed 50 of 100 that are kept gets all of them in order, and what follows once."""
    publishers, reader = begin(world)
    said = say(publishers, 10, 50)
    assert reader.come(world, 2)
    assert reader.heard[10:] == said
    more = say(publishers, 60, 20)
    reader.hear(20)
    assert reader.heard[60:] == more


@row
def history_of_500(world):
    """Who has missed 500 of 100 that are kept gets none of them, knows that, and goes on."""
    publishers, reader = begin(world)
    say(publishers, 10, 500)
    assert not reader.come(world, 1)
    assert reader.heard == [f"m{number}" for number in range(10)] and reader.offset == 510
    more = say(publishers, 510, 5)
    reader.hear(5)
    assert reader.heard[10:] == more


def emptied(world, lose):
    publishers, reader = begin(world)
    said = say(publishers, 10, 50)
    epoch = reader.epoch
    lose()
    # A session that has ended refuses; the next one counts anew.
    for node in range(3):
        world.await_link(node, "up", 8)
    assert not reader.come(world, 2), "a history that was lost is recovered"
    assert reader.epoch != epoch and len(reader.heard) == 10
    for publisher in publishers:
        while publisher.say("again") != "Ok":
            pass
    reader.hear(2)
    reader.leave()
    said = say(publishers, 60, 30)
    assert reader.come(world, 0) and reader.heard[12:] == said


@row
def history_of_an_emptied_broker(world):
    """Another epoch, and nothing is recovered; from then on everything is."""
    emptied(world, lambda: command(world.broker_port, "FLUSHALL"))


@row
def history_of_a_killed_broker(world):
    """The same for one that begins without its data."""

    def lose():
        world.broker.kill()
        world.broker.start()
        parts.await_port(world.broker_port, world.broker)
        for node in range(3):
            world.await_session(node, 2, 8)

    emptied(world, lose)


@row
def history_after_a_cut(world):
    """A node without a session refuses what could not be recovered; its member gets all that was
    said by others when it asks again."""
    publishers, reader = begin(world)
    assert reader.come(world, 0)
    session = world.look(0).session
    world.network.tell("0 refuse 2")
    world.network.tell("0 cut")
    world.await_link(0, "down", 8)
    assert world.publisher(0, ROOM).say("nobody") == "Unavailable"
    said = say(publishers, 10, 40)
    world.await_session(0, session + 1, 12)
    while (text := reader.client.receive()).split(" ")[0] != "gap":
        reader.take(text)
    reader.leave()
    assert reader.come(world, 0) and reader.heard[10:] == said


@row
def history_of_a_crowd(world):
    """A crowd that has missed 1 MB each, more together than a broker keeps for a node, has all of
    it, in the same session."""
    world.node(), world.node()
    first = world.client(0, f"/kept?room={ROOM}")
    epoch = first.receive().split(" ")[2]
    publisher = world.publisher(0, ROOM)
    for number in range(KEPT):
        assert publisher.say(f"m{number}", 10_000) == "Ok"

    def come(_):
        client = world.client(1, f"/kept?room={ROOM}&offset=0&epoch={epoch}")
        count = 0
        while not (text := client.receive()).startswith("at "):
            count += 1
        return count, text

    with concurrent.futures.ThreadPoolExecutor(CROWD) as pool:
        came = list(pool.map(come, range(CROWD)))
    assert set(came) == {(KEPT, f"at {KEPT} {epoch} true")}, set(came)
    assert world.look(1).session == 1
