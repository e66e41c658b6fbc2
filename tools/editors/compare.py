"""Compares the classes that an editor gives to parts of Snow files with those of the lexer.

    compare.py NAME EXPECTED FOUND [PLAIN...]

EXPECTED is what the example `classes` of `crates/snow-compiler` prints, FOUND the same for an
editor called NAME: a line of JSON for each file, in bytes,
`{"file": path, "parts": [[start, end, class], ...]}`. What an editor gives no class is a name, or of
one of the classes PLAIN. FOUND may have fewer files, and has at least one.
Exit: 1 when a part differs; the first ones are shown.
"""

import json
import sys

SHOWN = 20


def read(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            yield entry["file"], entry["parts"]


def differences(text, expected, found, plain):
    """Each part whose bytes do not all have its class: its start, its class and what was found."""
    codes = {"Name": 0} | {name: 0 for name in plain}
    classes = bytearray(len(text))
    for start, end, name in found:
        code = codes.setdefault(name, len(codes))
        classes[start:end] = bytes([code]) * (end - start)
    names = {code: name for name, code in codes.items()} | {0: "Name"}
    # Ends of lines have no class in editors that read line by line.
    newline = ord("\n")
    for start, end, name in expected:
        wanted = codes.setdefault(name, len(codes))
        seen = set(classes[start:end])
        if seen != {wanted} and b"\n" in text[start:end]:
            numbered = enumerate(classes[start:end], start)
            seen = {code for at, code in numbered if text[at] != newline}
        if seen - {wanted}:
            yield start, end, name, ", ".join(sorted(names[code] for code in seen - {wanted}))


def main(name, expected_path, found_path, *plain):
    found = dict(read(found_path))
    parts = files = wrong = 0
    for file, expected in read(expected_path):
        if file not in found:
            continue
        with open(file, "rb") as source:
            text = source.read()
        files += 1
        parts += len(expected)
        for start, end, wanted, others in differences(text, expected, found[file], plain):
            wrong += 1
            if wrong > SHOWN:
                continue
            line = text.count(b"\n", 0, start) + 1
            shown = text[start:end].decode()[:40]
            print(f"{file}:{line}: {name}: {shown!r} is {others}, for the lexer {wanted}")
    print(f"editors: {name}: {parts} parts of {files} files, {wrong} have another class")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
