"""Starts servers and proxies, and asks through each proxy who the client is taken for.

    check.py WORK CERTIFICATES

WORK has the program `server`; CERTIFICATES has server.pem and server.key. The client connects from
127.0.0.9, the proxies from 127.0.0.1, which alone is trusted.
"""

import pathlib
import socket
import ssl
import subprocess
import sys
import time

CLIENT = "127.0.0.9"
PATIENCE = 20
FORGED = "X-Forwarded-For: 1.1.1.1\r\nForwarded: for=1.1.1.1;host=evil.example\r\n"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="

HAPROXY = """
global
    maxconn 200
defaults
    mode http
    timeout connect 5s
    timeout client 20s
    timeout server 20s
    timeout tunnel 20s
frontend list
    bind 127.0.0.1:{list}
    option forwardfor
    default_backend list
frontend element
    bind 127.0.0.1:{element}
    bind 127.0.0.1:{element_tls} ssl crt {work}/both.pem
    http-request set-header Forwarded "for=%[src];host=\\"%[req.hdr(host)]\\";proto=%[ssl_fc,iif(https,http)]"
    default_backend element
frontend line
    mode tcp
    bind 127.0.0.1:{line}
    default_backend line
frontend binary
    mode tcp
    bind 127.0.0.1:{binary}
    default_backend binary
frontend binary_tls
    mode tcp
    bind 127.0.0.1:{binary_tls}
    default_backend binary_tls
backend list
    server snow 127.0.0.1:{server_list}
backend element
    server snow 127.0.0.1:{server_element}
backend line
    mode tcp
    server snow 127.0.0.1:{server_proxy} send-proxy check inter 200ms
backend binary
    mode tcp
    server snow 127.0.0.1:{server_proxy} send-proxy-v2 check inter 200ms
backend binary_tls
    mode tcp
    server snow 127.0.0.1:{server_tls} send-proxy-v2
"""

NGINX = """
daemon off;
pid {work}/nginx.pid;
error_log {work}/nginx.log;
events {{ worker_connections 100; }}
http {{
  access_log off;
  client_body_temp_path {work}/body;
  proxy_temp_path {work}/proxy;
  fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi;
  scgi_temp_path {work}/scgi;
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  proxy_set_header Host $http_host;
  server {{
    listen 127.0.0.1:{nginx_list};
    location / {{
      proxy_pass http://127.0.0.1:{server_list};
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
  server {{
    listen 127.0.0.1:{nginx_element_tls} ssl;
    ssl_certificate {certificates}/server.pem;
    ssl_certificate_key {certificates}/server.key;
    location / {{
      proxy_pass http://127.0.0.1:{server_element};
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header Host $http_host;
      proxy_set_header Forwarded "for=$remote_addr;proto=$scheme;host=\\"$http_host\\"";
    }}
  }}
}}
"""

PORTS = [
    "list", "element", "element_tls", "line", "binary", "binary_tls", "server_list",
    "server_element", "server_proxy", "server_tls", "nginx_list", "nginx_element_tls",
]


def free_ports():
    """A free port for each name."""
    sockets = {name: socket.create_server(("127.0.0.1", 0)) for name in PORTS}
    ports = {name: held.getsockname()[1] for name, held in sockets.items()}
    for held in sockets.values():
        held.close()
    return ports


def wait_for(port):
    """Returns when somebody listens."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise SystemExit(f"proxies: nobody listens at {port}")
            time.sleep(0.05)


def ask(port, tls, lines):
    """Status and first message of a handshake, without the port of the client."""
    client = socket.create_connection(("127.0.0.1", port), PATIENCE, (CLIENT, 0))
    if tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        client = context.wrap_socket(client)
    client.sendall((
        "GET / HTTP/1.1\r\nHost: app.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{lines}\r\n"
    ).encode())
    got = b""
    while b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < 2:
        more = client.recv(4096)
        if not more:
            break
        got += more
    client.close()
    head, _, frame = got.partition(b"\r\n\r\n")
    words = frame[2:].decode().split(" ")
    words[0] = words[0].split(":")[0]
    return f"{head[9:12].decode()} {' '.join(words)}".strip()


def checks(ports):
    """Name, port, TLS, and what is expected, with and without forged headers."""
    plain = f"101 {CLIENT} ws app.example"
    secure = f"101 {CLIENT} wss app.example"
    return [
        ("haproxy, X-Forwarded-For", ports["list"], False, plain),
        ("haproxy, Forwarded", ports["element"], False, plain),
        ("haproxy with TLS, Forwarded", ports["element_tls"], True, secure),
        ("haproxy, PROXY version 1", ports["line"], False, plain),
        ("haproxy, PROXY version 2", ports["binary"], False, plain),
        ("haproxy, PROXY version 2 ahead of TLS", ports["binary_tls"], True, secure),
        ("nginx, X-Forwarded-For", ports["nginx_list"], False, plain),
        ("nginx with TLS, Forwarded", ports["nginx_element_tls"], True, secure),
        ("no proxy, X-Forwarded-For", ports["server_list"], False, plain),
        ("no proxy, PROXY header", ports["server_proxy"], False, ""),
    ]


def start(work, certificates, ports):
    """The servers and the proxies, as processes."""
    tls = [f"{certificates}/server.pem", f"{certificates}/server.key"]
    both = "".join(pathlib.Path(path).read_text() for path in tls)
    pathlib.Path(f"{work}/both.pem").write_text(both)
    values = dict(ports, work=work, certificates=certificates)
    pathlib.Path(f"{work}/haproxy.cfg").write_text(HAPROXY.format(**values))
    pathlib.Path(f"{work}/nginx.conf").write_text(NGINX.format(**values))
    commands = [
        [f"{work}/server", str(ports["server_list"]), "x-forwarded-for"],
        [f"{work}/server", str(ports["server_element"]), "forwarded"],
        [f"{work}/server", str(ports["server_proxy"]), "proxy"],
        [f"{work}/server", str(ports["server_tls"]), "proxy", *tls],
        ["haproxy", "-db", "-f", f"{work}/haproxy.cfg"],
        ["nginx", "-c", f"{work}/nginx.conf", "-p", work],
    ]
    log = open(f"{work}/log", "w")
    return [subprocess.Popen(command, stdout=log, stderr=log) for command in commands]


def main():
    work, certificates = sys.argv[1:]
    ports = free_ports()
    running = start(work, certificates, ports)
    failed = 0
    try:
        for port in ports.values():
            wait_for(port)
        for name, port, tls, expected in checks(ports):
            for kind, lines in [("", ""), (", forged headers", FORGED)]:
                got = ask(port, tls, lines)
                verdict = "ok    " if got == expected else "FAILED"
                failed += got != expected
                print(f"{verdict} {name}{kind}: {got or 'disconnected'}")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()
    if failed:
        print(pathlib.Path(f"{work}/log").read_text(), file=sys.stderr)
    raise SystemExit(1 if failed else 0)


main()
