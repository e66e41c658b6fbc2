"""Headless Chromium, driven over the DevTools protocol.

Each page has a browser context of its own, as two people have two browsers. Needs the package `websockets`.
"""

import base64
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from websockets.sync.client import connect

START_SECONDS = 60
DEADLINE_SECONDS = 30
LOOK_SECONDS = 0.02
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-default-browser-check",
    "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--remote-debugging-port=0",
]


class Failed(Exception):
    """A page did not do what it should."""


class Browser:
    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            ["chromium", *FLAGS, f"--user-data-dir={self.profile.name}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        self.socket = connect(self.address(), max_size=None)
        self.number = 0
        self.version = self.call("Browser.getVersion")["product"]
        return self

    def __exit__(self, *_):
        self.socket.close()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.profile.cleanup()

    def address(self):
        """Chromium writes its port and the path of its socket into a file when it is ready."""
        port_file = pathlib.Path(self.profile.name, "DevToolsActivePort")
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if port_file.exists() and port_file.read_text().count("\n") == 1:
                port, path = port_file.read_text().split("\n")
                return f"ws://127.0.0.1:{port}{path}"
            time.sleep(LOOK_SECONDS)
        raise Failed(f"chromium did not start within {START_SECONDS} s")

    def call(self, method, session=None, **params):
        """One command; events that come before its answer are of no interest here."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self.socket.recv(timeout=DEADLINE_SECONDS))
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def page(self, url, width=1000, height=700, dark=False):
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        page.look(width, height, dark)
        page.call("Page.navigate", url=url)
        page.until("document.readyState === 'complete'", f"{url} is loaded")
        return page


class Page:
    def __init__(self, browser, session):
        self.browser = browser
        self.session = session

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def look(self, width, height, dark):
        """Size of the window, and whether the person likes it dark."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.call("Emulation.setEmulatedMedia", features=[scheme, still])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700
        )

    def value(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Failed(f"{expression}: {answer['exceptionDetails'].get('exception', {}).get('description')}")
        return answer["result"].get("value")

    def until(self, expression, words):
        end = time.monotonic() + DEADLINE_SECONDS
        while not self.value(expression):
            if time.monotonic() > end:
                raise Failed(f"{words}: not within {DEADLINE_SECONDS} s")
            time.sleep(LOOK_SECONDS)

    def fill(self, selector, text):
        """Types into a field, as a person does."""
        self.value(f"document.querySelector({json.dumps(selector)}).focus()")
        self.value("document.activeElement.select()")
        self.call("Input.insertText", text=text)

    def press(self, key, code, number):
        """A key, as a person presses it. Keys of one letter write it."""
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=code, windowsVirtualKeyCode=number, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=code, windowsVirtualKeyCode=number)

    def click(self, selector):
        self.value(f"document.querySelector({json.dumps(selector)}).click()")

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))
