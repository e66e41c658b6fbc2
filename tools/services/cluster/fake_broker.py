"""A broker that is scripted: it speaks as much of Redis's protocol as rooms use, until it says
something else.

`Broker.script` names what it does; see `SCRIPTS`. Each connection has a thread.
"""

import socket
import threading

HELLO = (
    b"%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n"
    b"$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n"
)

# What is said in the place of the answer to a command, and words by which the state must name it.
SCRIPTS = {
    "NOAUTH": (
        "HELLO",
        b"-NOAUTH HELLO must be called with the client already authenticated\r\n",
        "NOAUTH",
    ),
    "LOADING": ("HELLO", b"-LOADING Redis is loading the dataset in memory\r\n", "LOADING"),
    "garbage": ("HELLO", b"HTTP/1.1 400 Bad Request\r\n\r\n", "no Redis server"),
    "endless length": ("HELLO", b"$1099511627776\r\n", "1099511627776 bytes"),
    "endless array": ("HELLO", b"*1099511627776\r\n", "values"),
    "half a push": ("SUBSCRIBE", b">3\r\n$9\r\nsubscr", "in time"),
    "garbage later": ("SUBSCRIBE", b"@@@\r\n", "protocol"),
    "MOVED": ("SUBSCRIBE", b"-MOVED 3999 127.0.0.1:6381\r\n", "MOVED"),
    "OOM": ("PUBLISH", b"-OOM command not allowed when used memory > 'maxmemory'.\r\n", "OOM"),
}


class Broker:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.script = None
        self.attempts = 0
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            self.attempts += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        channels = set()
        try:
            with connection, connection.makefile("rb") as stream:
                is_silent = False
                while words := read_command(stream):
                    if is_silent:
                        continue
                    connection.sendall(self.answer(words, channels))
                    is_silent = self.script == "half a push" and words[0].upper() == b"SUBSCRIBE"
        except OSError:
            pass

    def answer(self, words, channels):
        name = words[0].decode().upper()
        if self.script and SCRIPTS[self.script][0] == name:
            return SCRIPTS[self.script][1]
        match name:
            case "HELLO":
                return HELLO
            case "SUBSCRIBE":
                channels.update(words[1:])
                return b"".join(
                    b">3\r\n$9\r\nsubscribe\r\n" + blob(word) + b":1\r\n" for word in words[1:]
                )
            case "UNSUBSCRIBE":
                channels.difference_update(words[1:])
                return b"".join(
                    b">3\r\n$11\r\nunsubscribe\r\n" + blob(word) + b":0\r\n" for word in words[1:]
                )
            case "PUBLISH" if words[1] in channels:
                return b">3\r\n$7\r\nmessage\r\n" + blob(words[1]) + blob(words[2]) + b":1\r\n"
            case "PUBLISH":
                return b":0\r\n"
            case "CLIENT" if words[1].upper() == b"INFO":
                return blob(f"id=1 sub={len(channels)} psub=0".encode())
            case _:
                return b"+OK\r\n"


def blob(data):
    return b"$%d\r\n%s\r\n" % (len(data), data)


def read_command(stream):
    """The next command's words, or nothing at the end."""
    head = stream.readline()
    if not head:
        return []
    words = []
    for _ in range(int(head[1:])):
        length = int(stream.readline()[1:])
        words.append(stream.read(length + 2)[:-2])
    return words
