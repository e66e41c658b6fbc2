"""Python's http.client and raw sockets against server.snow: connections, smuggling, slow clients.

    client.py PORT

Prints a line for each thing that is not as expected; the exit status is 1 then."""

import http.client
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

PORT = int(sys.argv[1])
failures = 0


def expect(what, wanted, got):
    global failures
    if wanted != got:
        print(f"http.client: {what}: expected {wanted!r}, got {got!r}", file=sys.stderr)
        failures += 1


def raw(request, ends=False):
    """What comes for these bytes until the server ends the connection."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=5) as connection:
        connection.sendall(request)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def many_on_one_connection():
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    for number in range(300):
        body = b"x" * (number * 50)
        connection.request("POST", "/echo", body)
        response = connection.getresponse()
        expect("an echo", (200, body), (response.status, response.read()))
    connection.request("POST", "/echo", iter([b"one", b"two"]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})
    expect("chunks", b"onetwo", connection.getresponse().read())
    connection.close()


def one_client(number):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
    body = f"client {number}".encode()
    for _ in range(20):
        connection.request("POST", "/echo", body)
        expect("an echo among others", body, connection.getresponse().read())
    connection.close()


def pipelined():
    request = b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = raw(request * 200, ends=True)
    expect("pipelined answers", 200, answer.count(b"HTTP/1.1 200 OK\r\n"))


def smuggled():
    hidden = b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
    for fields, body, status in [
        (b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"0\r\n\r\n", 400),
        (b"Content-Length: 0\r\nContent-Length: 31", b"", 400),
        (b"Transfer-Encoding: chunked", b"0x0\r\n\r\n", 400),
        (b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n", 501),
        (b"Transfer-Encoding : chunked", b"0\r\n\r\n", 400),
        (b"X: y\r\n z", b"", 400),
        (b"X: y\rz", b"", 400),
    ]:
        answer = raw(b"POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n\r\n" + body + hidden)
        expect(f"{fields!r}", f"HTTP/1.1 {status}".encode(), answer[:12])
        expect(f"answers to {fields!r}", 1, answer.count(b"\r\nDate: "))


def slow():
    expect("a slow head", b"HTTP/1.1 408", raw(b"GET /hello HT")[:12])
    expect("no request", b"", raw(b""))


many_on_one_connection()
with ThreadPoolExecutor(50) as pool:
    list(pool.map(one_client, range(100)))
pipelined()
smuggled()
slow()
sys.exit(1 if failures else 0)
