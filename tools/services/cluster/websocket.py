"""A WebSocket client for checks: a handshake, texts, and nothing that the library's own client
shares.
"""

import socket
import struct


class Closed(Exception):
    """The connection has ended."""


class Framing:
    """Bytes in, texts out: frames of a server, which are not masked."""

    def __init__(self):
        self.buffer = bytearray()
        # Frames that answer pings, to be sent.
        self.answers = b""

    def feed(self, data):
        """The texts that are whole now. A close frame is `Closed`, when the texts before it were
        returned."""
        self.buffer += data
        texts = []
        at = 0
        while True:
            found = self._frame(at)
            if found is None:
                break
            opcode, payload, at = found
            if opcode == 8:
                if texts:
                    at -= 2 + len(payload)
                    break
                raise Closed(payload[2:].decode())
            if opcode == 1:
                texts.append(payload.decode())
            elif opcode == 9:
                self.answers += struct.pack(">BB", 0x8A, 0x80 | len(payload)) + bytes(4) + payload
        del self.buffer[:at]
        return texts

    def _frame(self, at):
        buffer = self.buffer
        if len(buffer) < at + 2:
            return None
        first, length = buffer[at], buffer[at + 1]
        if first & 0x70 or length & 0x80 or not first & 0x80:
            raise AssertionError(f"no frame of a server: {bytes(buffer[at:at + 16])!r}")
        at += 2
        if length == 126:
            if len(buffer) < at + 2:
                return None
            length, at = struct.unpack_from(">H", buffer, at)[0], at + 2
        elif length == 127:
            if len(buffer) < at + 8:
                return None
            length, at = struct.unpack_from(">Q", buffer, at)[0], at + 8
        if len(buffer) < at + length:
            return None
        return first & 15, bytes(buffer[at : at + length]), at + length


def text_frame(text):
    """A text as a client sends it, with a mask of zeros."""
    payload = text.encode()
    length = len(payload)
    if length < 126:
        head = struct.pack(">BB", 0x81, 0x80 | length)
    elif length < 65536:
        head = struct.pack(">BBH", 0x81, 0x80 | 126, length)
    else:
        head = struct.pack(">BBQ", 0x81, 0x80 | 127, length)
    return head + bytes(4) + payload


class Client:
    """A connection that waits. `seconds` is how long anything may take."""

    def __init__(self, port, path="/", seconds=20, origin=None):
        self.socket = socket.create_connection(("127.0.0.1", port), seconds)
        self.socket.settimeout(seconds)
        self.framing = Framing()
        self.texts = []
        head = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {'A' * 22}==",
        ]
        if origin:
            head.append(f"Origin: {origin}")
        try:
            self.socket.sendall("\r\n".join(head + ["", ""]).encode())
            answer = b""
            while b"\r\n\r\n" not in answer:
                data = self.socket.recv(4096)
                if not data:
                    raise Closed("no handshake")
                answer += data
        except OSError as error:
            raise Closed(str(error)) from error
        answer, rest = answer.split(b"\r\n\r\n", 1)
        if not answer.startswith(b"HTTP/1.1 101"):
            raise Closed(answer.split(b"\r\n")[0].decode())
        self.take(rest)

    def take(self, data):
        """The bytes' texts are in `texts` now, and pings are answered."""
        self.texts += self.framing.feed(data)
        if self.framing.answers:
            answers, self.framing.answers = self.framing.answers, b""
            self._send(answers)

    def send(self, text):
        self._send(text_frame(text))

    def _send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Closed(str(error)) from error

    def receive(self):
        """The next text."""
        while not self.texts:
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                raise
            except OSError as error:
                raise Closed(str(error)) from error
            if not data:
                raise Closed("the end")
            self.take(data)
        return self.texts.pop(0)

    def close(self):
        self.socket.close()
