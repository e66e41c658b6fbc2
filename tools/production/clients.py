"""Clients by hand: a WebSocket, and requests of HTTP, plain and with TLS."""

import socket
import ssl

PATIENCE = 20
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def connected(port, host="127.0.0.1", source="127.0.0.1", tls=False):
    """A socket that is connected, from that address."""
    client = socket.create_connection((host, port), PATIENCE, (source, 0))
    if not tls:
        return client
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(client)


def serial(port):
    """The serial number of the certificate that is shown, by the bytes of the certificate."""
    with connected(port, tls=True) as client:
        return client.getpeercert(binary_form=True)


def get(port, path, name="app.example", **how):
    """Status and body of a GET that names that host."""
    with connected(port, **how) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        got = b"".join(iter(lambda: client.recv(65536), b""))
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head[9:12]), body.decode()


class WebSocket:
    """A connection of the chat. `status` is the answer to the handshake."""

    def __init__(self, port, **how):
        self.socket = connected(port, **how)
        self.socket.sendall((
            "GET /socket HTTP/1.1\r\nHost: app.example\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
        ).encode())
        self.file = self.socket.makefile("rb")
        line = self.file.readline()
        self.status = int(line[9:12] or 0)
        while line.strip():
            line = self.file.readline()

    def frame(self):
        """Opcode and content of the next frame, which is short."""
        opcode, size = self.file.read(2)
        return opcode & 15, self.file.read(size)

    def text(self):
        """The next message."""
        return self.frame()[1].decode()

    def say(self, text):
        """Sends a message, masked with zeros."""
        self.socket.sendall(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text.encode())

    def wait_for_close(self):
        """The code of the close frame, which is answered."""
        opcode, content = self.frame()
        assert opcode == 8, f"opcode {opcode} instead of a close frame"
        self.socket.sendall(b"\x88\x82\0\0\0\0" + content[:2])
        self.file.read()
        self.close()
        return int.from_bytes(content[:2], "big")

    def close(self):
        self.file.close()
        self.socket.close()
