"""Tries every block of docs/production.md.

    check.py PAGE WORK

WORK is an empty folder, SNOWC names the command. Files of the page are written below WORK, with
free ports and paths of their own; its commands run there.
"""

import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time

from clients import PATIENCE, WebSocket, get, serial
from page import Page, replaced

CLIENT = "127.0.0.9"
SECOND = "127.0.0.2"
GRACE_MS, DRAIN_MS = 1000, 2000
MANY = 1000
FEW = 200
FILES = 256


def hold(what, is_so, seen=""):
    """Says what holds; fails when it does not."""
    if not is_so:
        raise SystemExit(f"FAILED {what}: {seen}")
    print(f"ok     {what}")


class Site:
    """The folder in which everything happens, its ports, and the programs that run."""

    def __init__(self, page, work):
        self.page, self.work, self.running = page, pathlib.Path(work), []
        names = ["9001", "8080", "9100", "nginx", "haproxy"]
        held = {name: socket.create_server(("", 0)) for name in names}
        self.ports = {name: one.getsockname()[1] for name, one in held.items()}
        for one in held.values():
            one.close()
        self.log = open(self.work / "log", "w")
        shims = self.work / "shims"
        shims.mkdir()
        self.shim("snowc", f'exec {os.environ["SNOWC"]} "$@"')
        self.shim("systemctl", f'echo "$@" >>{work}/systemctl')
        self.environment = dict(
            os.environ, PATH=f"{shims}:{os.environ['PATH']}:/usr/sbin",
            CHAT_PORT=str(self.ports["9001"]), PAGES_PORT=str(self.ports["8080"]),
            OPERATORS_PORT=str(self.ports["9100"]),
        )

    def shim(self, name, body):
        """A command of that name, for those of the page."""
        path = self.work / "shims" / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def write(self, name, values=()):
        """Writes a file of the page below the folder, with these words replaced."""
        path = self.work / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(replaced(self.page.files[name], values))
        return path

    def command(self, name, values=()):
        """The output of a block of commands."""
        text = replaced(self.page.commands[name], values)
        return self.checked(name, ["sh", "-ec", text])

    def checked(self, what, command, **how):
        """The output of a command that has to succeed."""
        how = {"env": self.environment, "cwd": self.work, "timeout": 300} | how
        done = subprocess.run(command, capture_output=True, text=True, **how)
        if done.returncode != 0:
            raise SystemExit(f"FAILED {what}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def start(self, command, **environment):
        """A program in the background."""
        process = subprocess.Popen(
            command, env=self.environment | environment, cwd=self.work, stdout=self.log,
            stderr=self.log,
        )
        self.running.append(process)
        return process

    def start_chat(self, **environment):
        """The service of the page, ready."""
        process = self.start([str(self.work / "chat/bin")], **environment)
        host = environment.get("LISTEN", "127.0.0.1")
        wait_until("the service is ready", lambda: self.ready(host) == 200)
        return process

    def ready(self, host="127.0.0.1"):
        """The status of `/ready`, or 0 when nobody answers."""
        try:
            return get(self.ports["9100"], "/ready", name=host, host=host)[0]
        except OSError:
            return 0

    def end(self, process):
        """Ends a program in order, and answers its status as a shell would."""
        process.terminate()
        return as_status(process.wait(PATIENCE))

    def stop(self):
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.log.close()


def as_status(code):
    """The status that a shell has for it: a signal counts from 128."""
    return code if code >= 0 else 128 - code


def wait_until(what, is_so):
    """Returns when it is so."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            raise SystemExit(f"FAILED {what}: not within {PATIENCE} s")
        time.sleep(0.02)


def resident(process):
    """Resident bytes of a program."""
    fields = pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()
    return int(fields[1]) * resource.getpagesize()


def certificate(site, name):
    """A new certificate with its key, as certbot leaves them in a folder."""
    folder = site.work / name
    folder.mkdir(parents=True)
    site.checked("a certificate", [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-subj", "/CN=app.example", "-days", "2", "-addext",
        "subjectAltName=DNS:app.example", "-keyout", folder / "privkey.pem", "-out",
        folder / "fullchain.pem",
    ])
    return folder


# ---- the parts of the page, in its order ----


def try_build(site):
    site.write("chat/main.snow", [
        ("GRACE_MS = 5000", f"GRACE_MS = {GRACE_MS}"), ("DRAIN_MS = 20000", f"DRAIN_MS = {DRAIN_MS}")
    ])
    site.command("build")
    headers = (site.work / "chat/bin").read_bytes()
    hold("the release build is one static file", b"ld-linux" not in headers[:4096])


def try_unit(site):
    unit = site.page.files["/etc/systemd/system/chat.service"]
    program = site.page.files["chat/main.snow"]
    times = [int(re.search(rf"{name} = (\d+)", program)[1]) for name in ["GRACE_MS", "DRAIN_MS"]]
    stop = int(re.search(r"TimeoutStopSec=(\d+)", unit)[1])
    hold("TimeoutStopSec is longer than grace and drain", stop * 1000 > sum(times), f"{stop} s")
    path = site.write("/etc/systemd/system/chat.service", [
        ("/usr/local/bin/chat", str(site.work / "chat/bin"))
    ])
    if not shutil.which("systemd-analyze"):
        print("left out: the unit, for want of systemd-analyze")
        return
    said = site.checked("the unit", ["systemd-analyze", "verify", "--man=no", path])
    hold("systemd-analyze has nothing to say about the unit", str(path) not in said, said)


def try_nginx(site):
    folder = certificate(site, "nginx-certificate")
    path = site.write("/etc/nginx/conf.d/chat.conf", [
        ("127.0.0.1:9001", f"127.0.0.1:{site.ports['9001']}"),
        ("127.0.0.1:8080", f"127.0.0.1:{site.ports['8080']}"),
        ("listen 443", f"listen 127.0.0.1:{site.ports['nginx']}"),
        ("/etc/letsencrypt/live/app.example", str(folder)),
    ])
    temporary = "".join(
        f"{kind}_temp_path {site.work}/{kind};\n"
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    )
    (site.work / "nginx.conf").write_text(
        f"daemon off; pid {site.work}/nginx.pid; error_log {site.work}/nginx.log;\n"
        f"events {{ worker_connections 100; }}\nhttp {{ access_log off;\n{temporary}include {path}; }}\n"
    )
    command = ["nginx", "-e", f"{site.work}/nginx.log", "-c", f"{site.work}/nginx.conf", "-p", site.work]
    site.checked("nginx -t", [*command, "-t"])
    site.start(command)
    try_proxy(site, "nginx")
    before = serial(site.ports["nginx"])
    shutil.copytree(certificate(site, "nginx-renewed"), folder, dirs_exist_ok=True)
    site.checked("a reload of nginx", [*command, "-s", "reload"])
    wait_until("nginx shows the new certificate", lambda: serial(site.ports["nginx"]) != before)


def try_haproxy(site):
    folder = certificate(site, "haproxy-certificate")
    both = "".join((folder / name).read_text() for name in ["fullchain.pem", "privkey.pem"])
    (site.work / "both.pem").write_text(both)
    numbers = [(name, str(site.ports[name])) for name in ["9001", "8080", "9100"]]
    path = site.write("/etc/haproxy/haproxy.cfg", [
        ("/etc/haproxy/app.example.pem", f"{site.work}/both.pem"),
        ("maxconn 50000", "maxconn 500"), ("bind :443", f"bind 127.0.0.1:{site.ports['haproxy']}"),
        ("10.0.0.11", "127.0.0.1"), ("10.0.0.12", SECOND), *numbers,
    ])
    site.checked("haproxy -c", ["haproxy", "-c", "-f", path])
    site.start(["haproxy", "-db", "-f", str(path)])
    try_proxy(site, "haproxy")


def try_proxy(site, name):
    """The page, and the chat, which greets the client by its address."""
    port = site.ports[name]

    def answers():
        try:
            return get(port, "/", tls=True)[0] == 200
        except OSError:
            return False

    wait_until(f"{name} hands on the page", answers)
    chat = WebSocket(port, tls=True, source=CLIENT)
    greeting = chat.text()
    chat.close()
    hold(f"{name} hands on page and chat; the client is {CLIENT}",
         re.match(rf"hello, {re.escape(CLIENT)}\b", greeting), greeting)


def try_renewal(site):
    folder = site.work / "etc/chat"
    folder.mkdir(parents=True)
    hook = site.write("/etc/letsencrypt/renewal-hooks/deploy/chat", [
        ("/etc/chat", str(folder)), ("-g chat", f"-g {os.getgid()}")
    ])
    hook.chmod(0o755)

    def renew(name):
        lineage = str(certificate(site, name))
        site.checked("the hook", [hook], env=site.environment | {"RENEWED_LINEAGE": lineage})

    renew("first")
    names = {"CERTIFICATE": f"{folder}/certificate.pem", "KEY": f"{folder}/key.pem"}
    chat = site.start_chat(**names)
    idle = memory_of_connections(site, chat, FEW, tls=True)
    port = site.ports["9001"]
    old, before = WebSocket(port, tls=True), serial(port)
    renew("second")
    asked = (site.work / "systemctl").read_text().splitlines()[-2:]
    hold("the hook asks systemd to reload", asked == ["reload chat"] * 2, asked)
    chat.send_signal(signal.SIGHUP)
    wait_until("the chat shows the new certificate", lambda: serial(port) != before)
    old.text()
    old.say("still here")
    hold("a reload shows the new certificate, and old connections go on",
         old.text() == "still here")
    old.close()
    site.end(chat)
    return idle


def try_roll(site, chat):
    """The file changes its place while the program runs, which is then ended under clients."""
    (site.work / "usr/local/bin").mkdir(parents=True)
    (site.work / "systemctl").write_text("")
    for _ in range(2):
        site.command("roll", [("/usr/local/bin", f"{site.work}/usr/local/bin")])
    asked = (site.work / "systemctl").read_text()
    hold("the new file is in its place, and systemd is asked to restart",
         asked == "restart chat\n" * 2, asked)
    clients = [WebSocket(site.ports["9001"]) for _ in range(20)]
    greetings = [client.text() for client in clients]
    hold("20 clients are greeted", all(text.startswith("hello, ") for text in greetings), greetings)
    chat.terminate()
    wait_until("/ready says that the service leaves", lambda: site.ready() == 503)
    late = WebSocket(site.ports["9001"])
    hold("who comes in the grace is greeted", late.text().startswith("hello, "))
    clients.append(late)
    codes = {client.wait_for_close() for client in clients}
    hold("a drain closes with 1012", codes == {1012}, codes)
    status = as_status(chat.wait(PATIENCE))
    hold("the status of an end by SIGTERM is 0", status == 0, status)


def try_limits(site):
    text = replaced(site.page.commands["limits"], [("prlimit", "exec prlimit")])
    chat = site.start(["sh", "-c", text])
    wait_until("the service is ready", lambda: site.ready() == 200)
    sources = [f"127.1.{number // 50}.9" for number in range(FILES)]
    clients = [WebSocket(site.ports["9001"], source=source) for source in sources]
    statuses = [client.status for client in clients]
    hold(f"with {FILES} files all clients are answered, {statuses.count(101)} with 101, others with 503",
         set(statuses) == {101, 503} and statuses.count(101) > FILES / 4, statuses)
    for client in clients:
        client.close()
    wait_until("there is room again", lambda: WebSocket(site.ports["9001"]).status == 101)
    site.end(chat)


def try_watch(site):
    said = site.command("watch", [("9100", str(site.ports["9100"]))])
    known = set(re.findall(r"^# TYPE (\w+)", said, re.MULTILINE))
    missing = [name for name in site.page.metrics() if name not in known]
    hold(f"/metrics has all {len(site.page.metrics())} metrics of the page", not missing, missing)
    return said


def memory_of_connections(site, chat, count, **how):
    """Resident KiB for each connection that says nothing."""
    port = site.ports["9001"]
    warm = [WebSocket(port, **how) for _ in range(20)]
    before = resident(chat)
    # The chat lets in 100 of one address.
    sources = [f"127.1.{number // 50}.9" for number in range(count)]
    clients = [WebSocket(port, source=source, **how) for source in sources]
    for client in clients:
        client.text()
    each = (resident(chat) - before) / count / 1024
    for client in warm + clients:
        client.close()
    return each


def check_size(site, row, measured):
    """The page says about what is measured; machines and kernels differ."""
    said = site.page.kibibytes(row)
    hold(f"{row}: {measured:.1f} KiB, the page says {said:.1f}", said / 2 <= measured <= said * 2)


def try_container(site):
    """The image's files in an empty root, as its user, as process 1."""
    text = site.page.files["Dockerfile"]
    source, target = re.search(r"^COPY (\S+) (\S+)$", text, re.MULTILINE).groups()
    user = re.search(r"^USER (\S+)$", text, re.MULTILINE)[1]
    entry = re.search(r'^ENTRYPOINT \["(\S+)"\]$', text, re.MULTILINE)[1]
    root = site.work / "image"
    root.mkdir()
    root.chmod(0o755)
    shutil.copy(site.work / source, root / target.lstrip("/"))
    isolated = ["unshare", "--pid", "--fork", "--kill-child"]
    if os.getuid() == 0:
        entered = ["chroot", f"--userspec={user}", str(root), entry]
    else:
        isolated, entered = [*isolated, "--map-root-user"], ["chroot", str(root), entry]
    if subprocess.run([*isolated, "true"], capture_output=True).returncode != 0:
        print("left out: the container, for want of unshare")
        return
    outer = site.start([*isolated, *entered])
    wait_until("the container is ready", lambda: site.ready() == 200)
    chat = WebSocket(site.ports["9001"])
    hold("an empty root with that file alone serves", chat.text().startswith("hello, "))
    inner = pathlib.Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split()[0]
    os.kill(int(inner), signal.SIGTERM)
    hold("as process 1 it drains at SIGTERM", chat.wait_for_close() == 1012)
    outer.wait(PATIENCE)


def try_load(site):
    site.write("load.py")
    said = site.command("load", [("9001", str(site.ports["9001"]))])
    hold(f"load.py: {said.splitlines()[0]}", ", 0 failures" in said, said)


def run(site):
    try_build(site)
    try_unit(site)
    chat = site.start_chat()
    check_size(site, "the program, without clients", resident(chat) / 1024)
    second = site.start_chat(LISTEN=SECOND, OPERATORS_TOKEN="a token of some length")
    try_nginx(site)
    try_haproxy(site)
    site.end(second)
    idle = memory_of_connections(site, chat, MANY)
    check_size(site, "a connection that says nothing, in the chat above", idle)
    try_load(site)
    try_watch(site)
    try_roll(site, chat)
    check_size(site, "the same with TLS", try_renewal(site))
    try_limits(site)
    try_container(site)


def main():
    page, work = sys.argv[1:]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    site = Site(Page(pathlib.Path(page).read_text()), work)
    try:
        run(site)
    except BaseException:
        print((site.work / "log").read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        site.stop()


main()
