"""Puts clients of several kinds into one room and compares what they heard.

In: TALK_URL LISTEN_URL KIND=COMMAND… Each command is started with `mixed ROOM KIND MEMBERS EACH TALK_URL LISTEN_URL`: it joins
with a member that says EACH messages and one that only listens, waits for all MEMBERS, and prints as JSON what both heard.
Out: one line; exit status 1 unless everybody heard every message of the others exactly once, and all in the same order.
"""

import itertools
import json
import os
import shlex
import subprocess
import sys
import time

EACH = 1000
DEADLINE_SECONDS = 90


def run(kinds, talk_url, listen_url):
    """What both members of each kind heard; of a program that failed, what went wrong instead."""
    # Nobody of an earlier run is in this room.
    members, room = str(2 * len(kinds)), f"mixed-{os.getpid()}"
    arguments = {kind: ["mixed", room, kind, members, str(EACH), talk_url, listen_url] for kind in kinds}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    programs = {kind: subprocess.Popen([*shlex.split(command), *arguments[kind]], **pipes) for kind, command in kinds.items()}
    deadline = time.monotonic() + DEADLINE_SECONDS
    heard, failures = {}, []
    for kind, program in programs.items():
        try:
            out, errors = program.communicate(timeout=max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            program.kill()
            out, errors = program.communicate()
        if program.returncode == 0:
            heard[kind] = json.loads(out)
        else:
            failures.append(f"{kind} ended with {program.returncode}: {(out + errors).strip()[-300:]}")
    return heard, failures


def differences(heard):
    """What breaks "every message once, and in one order for all"."""
    order = next(iter(heard.values()))["listener"]
    said = sorted(f"{kind} {number}" for kind in heard for number in range(EACH))
    if sorted(order) != said:
        yield f"one listener heard {len(order)} messages, {len(set(order))} of them different, of {len(said)}"
    for kind, members in heard.items():
        if members["listener"] != order:
            yield f"the listener of {kind} heard another order"
        if members["talker"] != [message for message in order if message.split()[0] != kind]:
            yield f"the talker of {kind} heard something else than the others' messages in their order"


def main(talk_url, listen_url, *kinds):
    kinds = dict(kind.split("=", 1) for kind in kinds)
    name = f"mixed: talking over {talk_url.split(':')[0]}, listening over {listen_url.split(':')[0]}"
    heard, failures = run(kinds, talk_url, listen_url)
    failures = failures or list(differences(heard))
    for failure in failures:
        print(f"{name}: FAIL  {failure}")
    if not failures:
        order = [message.split()[0] for message in next(iter(heard.values()))["listener"]]
        turns = len(list(itertools.groupby(order)))
        print(f"{name}: ok    {', '.join(kinds)} in one room, {EACH} messages each; the word passed {turns} times")
    return 1 if failures else 0


sys.exit(main(*sys.argv[1:]))
