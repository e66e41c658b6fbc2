"""Compiles random programs, runs them, and compares what they print with what the evaluator says.

Many cases share one program, each a module with an actor: building costs, and a case that crashes
ends nobody else. A case that differs is made small and left behind as a program of its own.
"""

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from evaluate import Evaluator
from generate import made
from printer import Printer
from shrink import smaller

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
# Watchdogs, in seconds.
BUILD_LIMIT, RUN_LIMIT = 600, 120
# Cases in which a type is needed before inference has found it (E0045): the reference leaves open how
# far it looks.
LEFT_OUT = []
LEVELS = {"development": [], "release": ["--release"], "sanitize": ["--sanitize"]}


def command(*arguments):
    return shlex.split(os.environ.get("SNOWC", "snowc")) + list(arguments)


def main_text(numbers):
    """Runs one case after the other, each with its number in front and its end behind."""
    body = "".join(f'''  println("== {n}")
  Process.monitor(spawn(Case{n}.act), fn(down) -> Ended(down.reason) end)
  receive do
    Ended(reason) -> println("-- ${{end_of(reason)}}")
  end
''' for n in numbers)
    imports = "".join(f"import Case{n}\n" for n in numbers)
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
    texts = {f"case{case.number}.snow": Printer(case).text() for case in cases}
    texts["main.snow"] = main_text([case.number for case in cases])
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def build(folder, level):
    """The compiler's words, empty when there is a program."""
    made = subprocess.run(command("build", "--no-color", *LEVELS[level], folder, "-o", os.path.join(folder, "program")),
                          capture_output=True, text=True, cwd=ROOT, timeout=BUILD_LIMIT)
    return "" if made.returncode == 0 else made.stderr or f"ended with status {made.returncode}"


def run(folder):
    """What each case printed, by number, and what was wrong with the whole."""
    with tempfile.TemporaryFile() as err:
        try:
            ran = subprocess.run([os.path.join(folder, "program")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=err, timeout=RUN_LIMIT)
            out, status = ran.stdout, ran.returncode
        except subprocess.TimeoutExpired as late:
            out, status = late.stdout or b"", f"none within {RUN_LIMIT} s"
        err.seek(0)
        words = err.read().decode(errors="replace")
    text = out.decode(errors="replace")
    parts = re.split(r"^== (\d+)\n", text, flags=re.M)[1:]
    wrong = "" if status == 0 else f"status {status}\n{words[-4000:]}"
    at = words.find("ERROR: AddressSanitizer")
    if at >= 0:
        wrong = words[at : at + 4000]
    # A crash is reported with the actor and the place.
    ends = re.compile(r"^-- crash: panic in \S+: (.*) \([^()]*\)$", re.M | re.S)
    return {int(n): ends.sub(r"-- crash: \1", text) for n, text in zip(parts[::2], parts[1::2])}, wrong


def expected(case):
    lines, end = Evaluator(case).run()
    return "".join(f"{line}\n" for line in lines) + f"-- {end}\n"


def rejected(words):
    """Numbers of the cases that errors are about."""
    errors = re.sub(r"(?s)warning\[.*?(?=\nerror|\Z)", "", words)
    return {int(n) for n in re.findall(r"-->\s*\S*case(\d+)\.snow", errors)}


def codes(words):
    return set(re.findall(r"error\[(\w+)\]", words))


class Finding:
    """A case and how it failed: `rejected` with the compiler's words, or `differs` with what it
    printed."""

    def __init__(self, case, kind, words):
        self.case, self.kind, self.words = case, kind, words

    def fails(self, case, folder, level):
        """True when another case fails in the same way."""
        want = expected(case)
        write(folder, [case])
        words = build(folder, level)
        if self.kind == "rejected":
            return bool(words) and codes(words) <= codes(self.words)
        if words:
            return False
        printed, wrong = run(folder)
        return bool(wrong) or printed.get(case.number) != want


def findings(cases, folder, level):
    """Builds and runs cases; those that are rejected are left out and the others built again."""
    found = []
    while cases:
        write(folder, cases)
        words = build(folder, level)
        if not words:
            break
        bad = rejected(words) or {case.number for case in cases}
        if codes(words) == {"E0045"}:
            LEFT_OUT.extend(bad)
            cases = [case for case in cases if case.number not in bad]
            continue
        found += [Finding(case, "rejected", words) for case in cases if case.number in bad]
        cases = [case for case in cases if case.number not in bad]
    if not cases:
        return found
    printed, wrong = run(folder)
    for case in cases:
        if printed.get(case.number) != expected(case):
            found.append(Finding(case, "differs", wrong + printed.get(case.number, "nothing printed")))
    if wrong and not any(f.kind == "differs" for f in found):
        found.append(Finding(cases[0], "differs", wrong))
    return found


def report(found, folder, level, seed, builds):
    """Leaves the smallest case behind that fails like this one, and says where it is."""
    small = f"{folder}-case-{found.case.number}"
    case = smaller(found.case, lambda other: found.fails(other, small, level), builds)
    write(small, [case])
    with open(os.path.join(small, "expected.txt"), "w", encoding="utf-8") as file:
        file.write(expected(case))
    words = build(small, level) or "".join(run(small)[0].values())
    print(f"\nprograms: FOUND: seed {seed}, case {found.case.number}, {level}: {found.kind}\n{Printer(case).text()}")
    print(f"--- expected\n{expected(case)}--- got\n{words[:3000]}\n--- program: {small}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one case")
    parser.add_argument("--levels", default="development,release")
    parser.add_argument("--at-once", type=int, default=40, help="cases in one program")
    parser.add_argument("--shrink", type=int, default=60, help="builds while a case is made small")
    parser.add_argument("--folder", default=os.path.join(ROOT, "target", "fuzz", "programs"))
    options = parser.parse_args()
    numbers = range(options.cases) if options.only is None else [options.only]
    begun, count = time.monotonic(), 0
    for first in range(0, len(numbers), options.at_once):
        cases = [made(options.seed, n)[0] for n in numbers[first : first + options.at_once]]
        for level in options.levels.split(","):
            folder = os.path.join(options.folder, f"{options.seed}-{numbers[first]}-{level}")
            found = findings(cases, folder, level)
            count += len(found)
            for one in found:
                report(one, folder, level, options.seed, options.shrink)
            if not found:
                shutil.rmtree(folder)
    print(f"programs: {len(numbers)} cases of seed {options.seed} at {options.levels}: {count} findings, "
          f"{len(LEFT_OUT)} left out, {time.monotonic() - begun:.0f} s")
    return 1 if count else 0


def with_stack(function):
    """Runs a function with a stack for deep recursion; its result."""
    done = []
    sys.setrecursionlimit(50_000)
    threading.stack_size(512 << 20)
    thread = threading.Thread(target=lambda: done.append(function()))
    thread.start()
    thread.join()
    return done[0] if done else 2


if __name__ == "__main__":
    sys.exit(with_stack(main))
