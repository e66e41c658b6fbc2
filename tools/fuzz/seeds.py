"""Writes the inputs that a fuzz target starts from.

seeds.py TARGET FOLDER

Each is a few bytes of choices, as the target's main.snow says, and something a real peer sends; those
of the formatter are sources and pages of this repository.
"""

import glob
import os
import struct
import sys

KEY = bytes([0x37, 0xFA, 0x21, 0x3D])


def frame(first, payload, key=KEY):
    if len(payload) < 126:
        length = bytes([0x80 | len(payload)])
    elif len(payload) < 65536:
        length = struct.pack(">BH", 0x80 | 126, len(payload))
    else:
        length = struct.pack(">BQ", 0x80 | 127, len(payload))
    masked = bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))
    return bytes([first]) + length + key + masked


def protocol():
    close = frame(0x88, struct.pack(">H", 1000) + "bye é".encode())
    sessions = [
        frame(0x81, b"Hello"),
        frame(0x82, bytes(range(256))),
        frame(0x01, "f\u20ac".encode()[:2]) + frame(0x89, b"ping") + frame(0x80, "f\u20ac\U0001f600".encode()[2:]) + close,
        frame(0x82, bytes(70000 - 1)),
        frame(0x01, b"a" * 126) + frame(0x00, b"") + frame(0x8A, b"pong") + frame(0x80, b"b" * 200),
        frame(0x88, b"") + frame(0x81, b"late"),
        frame(0x88, struct.pack(">H", 1005)),
        frame(0x88, b"\x03\xe8\xff"),
        frame(0x81, b"\xf4\x90\x80\x80"),
        frame(0x81, b"x", b"\0\0\0\0") * 40,
        b"\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0",
        b"\x81\xfe\0\x7d\0\0\0\0",
        b"\xc1\x80\0\0\0\0",
        b"\x82\xff\0\0\0\0\0\x01\x11\x70\0\0\0\0",
    ]
    return [bytes(choices) + session for session in sessions for choices in ([0, 6, 2], [3, 0, 255], [129, 99, 30])]


def handshake():
    lines = [
        "GET /chat?room=a%20b HTTP/1.1", "Host: server.example:9001", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "Origin: http://server.example",
        "Sec-WebSocket-Protocol: chat, superchat", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    ]
    whole = "\r\n".join(lines) + "\r\n\r\n"
    requests = [whole, whole + "\x81\x85abcd12345", whole.replace("GET", "POST"), whole.replace("1.1", "1.0", 1)]
    requests += ["\r\n".join(lines[:at] + lines[at + 1 :]) + "\r\n\r\n" for at in range(1, len(lines))]
    requests += ["\r\n".join([lines[0]] + [line, line] + lines[1:]) + "\r\n\r\n" for line in lines[1:]]
    requests += [
        whole.replace("/chat", "http://server.example/chat"), whole.replace("\r\n", "\n"), whole.replace("Host", " Host"),
        whole.replace("/chat", "/" + "a" * 8300), whole.replace("server.example", "h" * 16500),
        lines[0] + "\r\n" + "a: b\r\n" * 101 + "\r\n", whole.replace("chat, ", "Content-Length: 0\r\nX: "),
        whole.replace("chat, ", "Transfer-Encoding: chunked\r\nX: "), whole.replace("chat", "\xe9#"), "\r\n" + whole,
    ]
    # Forms of the target, of the host, of values that repeat, and bytes that begin something else.
    targets = ["WS://server.example?a=/b", "wss://[::1]:9001", "https://other.example:443/x", "http:///x", "/%zz\\?%", "*"]
    requests += [whole.replace("/chat?room=a%20b", target) for target in targets]
    hosts = ["[2001:db8::192.0.2.1]:80", "a%2Db", "h:99999", "u@h", "a, b", "[v1.x]", ""]
    requests += [whole.replace("server.example:9001", host) for host in hosts]
    requests += ["\r\n\r\n" + whole, whole.replace("GET", "HEAD"), whole.replace("1.1", "1.9", 1), "\x16\x03\x01\x00\xf4\x01"]
    requests += [whole.replace("chat, ", "a b, "), whole.replace("deflate;", 'deflate; a="b\\c" ;'), whole.replace("ZQ==", "ZR==")]
    requests += [whole.replace("Origin", "X-City: S\xe3o Paulo\r\nCookie: a=1\r\nCookie: b=2\r\nOrigin")]
    # What proxies write, cookies, and paths: the target reads its input as these, too.
    binary = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\7\x0a\0\0\1\1\2\3\4"
    requests += ["PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\n", "PROXY TCP6 2001:db8::7 ::1 1 2\r\n", "PROXY UNKNOWN\r\n", binary]
    requests += ['for="[2001:db8::7]:80";host="a\\",b";proto=https, for=10.0.0.2', "1.1.1.1, unknown, [::1]:80, 10.0.0.2"]
    requests += ['a="1; b=2"; c=3', "/chat/b", "/%2F/b", 'for="']
    return [bytes(cuts) + text.encode("latin-1") for text in requests for cuts in ([6, 40], [255, 255])]


def http():
    get, last = "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"
    post = "POST /a HTTP/1.1\r\nHost: a\r\n"
    chunks = "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
    requests = [get * 3 + last, post + "Content-Length: 3\r\n\r\nabc" + get, post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"]
    requests += [post + "Transfer-Encoding: chunked\r\n\r\n" + body + get for body in (chunks, "0x1\r\n", "fff\r\n", "1\r\nab\r\n")]
    requests += [post + f"Transfer-Encoding: {coding}\r\n\r\n" + chunks for coding in ("gzip, chunked", "chunked, gzip", "identity")]
    requests += [post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" + chunks, post + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"]
    requests += ["OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HEAD http://a:1/b HTTP/1.1\r\nHost: c\r\n\r\n"]
    responses = ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.0 200\r\n\r\nhi", "HTTP/1.1 204 No Content\r\n\r\n"]
    responses += ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks]
    return [bytes(cuts) + text.encode() for text in requests + responses for cuts in ([6, 40], [255, 255])]


def utf8():
    texts = ["", "ascii " * 20, "\u00e9\u20ac\U0001f600" * 9, "a" * 31 + "\u07ff\u0800\uffff", "\ud7ff\ue000\U00010000\U0010ffff"]
    broken = [b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80", b"\xf5", b"\x80", b"\xff" * 9]
    parts = [text.encode() for text in texts] + [b"x" * 40 + part for part in broken] + broken
    parts += [text.encode()[:-1] for text in texts[1:]]
    return [bytes([cut]) + part for part in parts for cut in (3, 33)]


def source_format():
    """Programs in pieces that the fuzzer takes, each of whole items, and pages."""
    longest = 4096
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    places = ["stdlib/**/*.snow", "examples/**/*.snow", "tests/parse/*.snow", "tests/run/*.snow", "docs/*.md"]
    places += ["crates/snow-format/tests/cases/*.snow"]
    seeds = []
    for path in sorted(found for place in places for found in glob.glob(os.path.join(root, place), recursive=True)):
        with open(path, "rb") as file:
            items = file.read().split(b"\n\n")
        piece = b""
        for item in items:
            if piece and len(piece) + len(item) + 2 > longest // 4:
                seeds.append(piece + b"\n")
                piece = b""
            piece += (b"\n\n" if piece else b"") + item
        seeds.append(piece[:longest])
    # All of them would take most of a short run.
    return seeds[::4]


TARGETS = {"protocol": protocol, "handshake": handshake, "http": http, "utf8": utf8, "format": source_format}


def main():
    target, folder = sys.argv[1:3]
    for number, seed in enumerate(TARGETS[target]()):
        with open(os.path.join(folder, f"{number:03}"), "wb") as file:
            file.write(seed)


if __name__ == "__main__":
    main()
