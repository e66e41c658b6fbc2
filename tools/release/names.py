"""A server for names: UDP, 127.0.0.1:53, one name, in a network of its own.

It brings that network's loopback up first, says `ready` on standard output when it listens, and
answers `by-dns.example` with 127.0.0.1 and everything else with "no such name" (RFC 1035 section 4).
"""

import fcntl
import socket
import struct

KNOWN = b"\x06by-dns\x07example\x00"
TYPE_A = 1
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def start_loopback(any_socket: socket.socket) -> None:
    request = struct.pack("16sh22x", b"lo", 0)
    (flags,) = struct.unpack_from("h", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request), 16)
    fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | IFF_UP))


def answer(question: bytes) -> bytes:
    end = question.index(b"\x00", 12) + 5
    name = question[12 : end - 4]
    (kind,) = struct.unpack("!H", question[end - 4 : end - 2])
    is_known = name.lower() == KNOWN
    has_address = is_known and kind == TYPE_A
    # An answer, recursion available; 3 is "no such name".
    flags = 0x8180 | (0 if is_known else 3)
    reply = question[:2] + struct.pack("!HHHHH", flags, 1, int(has_address), 0, 0) + question[12:end]
    if has_address:
        # The name is the one at offset 12; class IN, 60 s, four bytes.
        reply += struct.pack("!HHHIH", 0xC00C, TYPE_A, 1, 60, 4) + bytes([127, 0, 0, 1])
    return reply


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
start_loopback(server)
server.bind(("127.0.0.1", 53))
print("ready", flush=True)
while True:
    received, sender = server.recvfrom(512)
    server.sendto(answer(received), sender)
