"""Compares an Autobahn report with the recorded result.

compare.py INDEX_JSON EXPECTED_JSON [--record]

In: the report's index, and the record: how many cases ran, how many were OK, and every case that was anything else. Any
difference, better or worse, is printed and ends with status 1. With --record the record is written and never compared.
"""

import json
import sys


def verdict(case):
    """A case may be OK by the frames it saw and yet be closed wrongly."""
    fine = case["behaviorClose"] in ("OK", "INFORMATIONAL")
    return case["behavior"] if fine else "FAILED"


def summary(index):
    (cases,) = index.values()
    numbers = sorted(cases, key=lambda name: [int(part) for part in name.split(".")])
    verdicts = {name: verdict(cases[name]) for name in numbers}
    other = {name: said for name, said in verdicts.items() if said != "OK"}
    return {"suite": "autobahntestsuite 0.8.2", "cases": len(cases), "ok": len(cases) - len(other), "other": other}


def main():
    index_path, expected_path = sys.argv[1:3]
    try:
        with open(index_path) as file:
            got = summary(json.load(file))
    except (OSError, ValueError) as problem:
        sys.exit(f"conformance: no report to compare: {problem}")
    if "--record" in sys.argv[3:]:
        with open(expected_path, "w") as file:
            json.dump(got, file, indent=2)
            file.write("\n")
        return
    with open(expected_path) as file:
        want = json.load(file)
    if got == want:
        return
    for part in ("suite", "cases", "ok"):
        if got[part] != want[part]:
            print(f"conformance: {part}: {got[part]}, recorded is {want[part]}")
    for name in sorted(got["other"].keys() | want["other"].keys()):
        now, before = got["other"].get(name, "OK"), want["other"].get(name, "OK")
        if now != before:
            print(f"conformance: case {name}: {now}, recorded is {before}")
    sys.exit(1)


if __name__ == "__main__":
    main()
