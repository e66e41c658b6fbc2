"""Programs of many cases: their files, how they are built and run, and what each case printed."""

import os
import re
import shlex
import shutil
import subprocess
import threading

from evaluate import Evaluator
from generate import FAMILY
from modules import texts_of
from printer import snake

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
# Watchdogs, in seconds, and what a program may print: cases print less than a hundredth of it.
BUILD_LIMIT, RUN_LIMIT, OUTPUT_LIMIT = 900, 120, 64 << 20
LEVELS = {"development": [], "release": ["--release"], "sanitize": ["--sanitize"]}


def command(*arguments):
    return shlex.split(os.environ.get("SNOWC", "snowc")) + list(arguments)


def module(number):
    """The module of a case: that of its family, named after the first one."""
    return f"Case{number - number % FAMILY}"


def main_text(numbers):
    """Runs one case after the other, each with its number in front and its end behind."""
    body = "".join(f'''  println("== {n}")
  Process.monitor(spawn({module(n)}.act{n}), fn(down) -> Ended(down.reason) end)
  receive do
    Ended(reason) -> println("-- ${{end_of(reason)}}")
  end
''' for n in numbers)
    imports = "".join(f"import {name}\n" for name in sorted(set(map(module, numbers))))
    return f'''{imports}
type Note do
  Ended(Process.Reason)
end

fn end_of(reason) do
  case reason do
    Process.Normal -> "end"
    Process.Error(text) -> "crash: ${{text}}"
    other -> inspect(other)
  end
end

actor conductor() do
{body}end

fn main() do
  spawn(conductor)
end
'''


def write(folder, cases):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    families = {}
    for case in cases:
        families.setdefault(module(case.number), []).append(case)
    texts = {}
    for name, family in families.items():
        texts |= {f"{snake(part)}.snow": text for part, text in texts_of(name, family).items()}
    texts["main.snow"] = main_text([case.number for case in cases])
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def compiler(*arguments):
    """The compiler's errors, empty when there are none."""
    made = subprocess.run(command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, errors="replace", cwd=ROOT, timeout=BUILD_LIMIT)
    if made.returncode == 0:
        return ""
    errors = re.sub(r"(?s)^warning\[.*?(?=^error|\Z)", "", made.stderr, flags=re.M)
    return errors or f"ended with status {made.returncode}: {made.stderr[-2000:]}"


def check(folder):
    return compiler("check", "--no-color", folder)


def build(folder, level):
    return compiler("build", "--no-color", *LEVELS[level], folder, "-o", os.path.join(folder, "program"))


def limited(stream, kept):
    """Reads a stream to its end, and keeps what is within the limit."""
    left = OUTPUT_LIMIT
    while chunk := stream.read(1 << 16):
        kept.append(chunk[:left])
        left = max(left - len(chunk), 0)


def run(folder):
    """What each case printed, by number, and what was wrong with the whole."""
    started = subprocess.Popen([os.path.join(folder, "program")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    out, err = [], []
    readers = [threading.Thread(target=limited, args=pair) for pair in ((started.stdout, out), (started.stderr, err))]
    for reader in readers:
        reader.start()
    try:
        status = started.wait(RUN_LIMIT)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
        status = f"none within {RUN_LIMIT} s"
    for reader in readers:
        reader.join()
    text, words = (b"".join(parts).decode(errors="replace") for parts in (out, err))
    wrong = "" if status == 0 else f"status {status}\n{words[-4000:]}"
    at = words.find("ERROR: AddressSanitizer")
    if at >= 0:
        wrong = words[at : at + 4000]
    # A crash is reported with the actor and the place.
    ends = re.compile(r"^-- crash: panic in \S+: (.*) \([^()]*\)$", re.M | re.S)
    parts = re.split(r"^== (\d+)\n", text, flags=re.M)[1:]
    return {int(n): ends.sub(r"-- crash: \1", text) for n, text in zip(parts[::2], parts[1::2])}, wrong


def expected(case):
    lines, end = Evaluator(case).run()
    return "".join(f"{line}\n" for line in lines) + f"-- {end}\n"


def rejected(words, cases):
    """The cases of the modules that errors are about."""
    modules = {f"Case{n}" for n in re.findall(r"-->\s*\S*case(\d+)(?:_common)?\.snow", words)}
    return [case for case in cases if module(case.number) in modules] or cases


def codes(words):
    return set(re.findall(r"^error\[(\w+)\]", words, flags=re.M))
