"""Runs the checks of chat.py, dashboard.py and reference.py in headless Chromium.

In: NAME=PROGRAM for each example, reference=FOLDER, and a folder for pictures or nothing. Out: a line for each
check; exit status 1 when one failed.
"""

import importlib
import os
import sys

from browser import Browser, Failed
from server import Folder, Server


def run(browser, name, program, folder):
    server = Folder(program) if os.path.isdir(program) else Server(name, program)
    server.start()
    passed = True
    try:
        checks = importlib.import_module(name).Checks(browser, server)
        for title, check in vars(type(checks)).items():
            if title.startswith("_") or title == "pictures":
                continue
            try:
                check(checks)
                print(f"{name}: ok    {check.__doc__}")
            except (Failed, AssertionError) as error:
                print(f"{name}: FAIL  {title}: {error}")
                passed = False
                break
        if folder and passed:
            checks.pictures(folder)
    finally:
        server.kill()
    return passed


def main(arguments):
    examples = [argument.split("=", 1) for argument in arguments if "=" in argument]
    folder = next((argument for argument in arguments if "=" not in argument), None)
    with Browser() as browser:
        print(f"pages: {browser.version}")
        results = [run(browser, name, program, folder) for name, program in examples]
    return 0 if all(results) else 1


sys.exit(main(sys.argv[1:]))
