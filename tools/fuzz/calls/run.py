"""Builds programs of random calls with AddressSanitizer, runs them, and makes what fails small.

    run.py [--cases N] [--rounds N] [--seed S] [--only N]

Needs `SNOWC` (the command that compiles) and `SNOW_RUNTIME` (a runtime built with the feature
`sanitizer`) in the environment; the script `run` sets both. Each case is run `--rounds` times, with
other values each time; `--only` makes run N alone of the program of a seed, as a failure says.

Exit: 0 nothing found; 1 a report of the sanitizer, the death of a program, or one that does not
end; 2 a program could not be built, which is a fault of the generator or of the compiler.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile

import library
import rules
from program import Case, Program

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
BUILD_LIMIT = 600
# Cases of a whole program end after LATE_MS each at the latest, a few at a time.
RUN_LIMIT = 300
ENVIRONMENT = {
    "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=0:hard_rss_limit_mb=6000",
    "SNOW_ACTOR_MEMORY": str(24 << 20),
    "SNOW_WORKERS": "3",
}
ENDED = re.compile(r"^calls: (\d+) ended, (\d+) crashed, (\d+) late$", re.M)
# Cases of one program; beyond that the C compiler takes longer for each.
A_PROGRAM = 24
# Builds while a failure is made small.
SHRINK_BUILDS = 24


def command(*arguments):
    return shlex.split(os.environ.get("SNOWC", "snowc")) + list(arguments)


def listed():
    """The library as the compiler lists it."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "main.snow"), "w", encoding="utf-8") as file:
            file.write("fn main() do\n  ()\nend\n")
        made = subprocess.run(command("check", "--dump=public", folder), capture_output=True, text=True, cwd=ROOT)
    if made.returncode != 0 or not made.stdout:
        sys.exit(f"calls: cannot list the library: {made.stderr}")
    return library.read(made.stdout)


def build(folder):
    """The program of a folder, or `None` and the compiler's words."""
    path = os.path.join(folder, "program")
    made = subprocess.run(command("build", "--sanitize", folder, "-o", path), capture_output=True, text=True,
                          cwd=ROOT, timeout=BUILD_LIMIT)
    return (path, "") if made.returncode == 0 else (None, made.stderr)


def run(path, first, last):
    """Runs `first` to before `last` of a program. What is wrong with a run: `None`, or the words of the sanitizer or of the system. And how many
    cases ended by themselves, crashed, or were late."""
    with tempfile.TemporaryDirectory() as folder:
        err = os.path.join(folder, "stderr")
        with open(err, "wb") as stderr:
            try:
                # Cases write files by relative names, and print.
                status = subprocess.run([path, str(first), str(last)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=stderr, cwd=folder, timeout=RUN_LIMIT,
                                        env={**os.environ, **ENVIRONMENT}).returncode
            except subprocess.TimeoutExpired:
                return f"does not end within {RUN_LIMIT} s", None
        with open(err, encoding="utf-8", errors="replace") as file:
            text = file.read()
    found = ENDED.findall(text)
    at = text.find("ERROR: AddressSanitizer")
    if at >= 0 or "runtime: " in text and status != 0:
        return text[max(at - 20, 0) :][:6000], None
    if status != 0 or not found:
        return f"ended with status {status}, its last words:\n{text[-3000:]}", None
    return None, tuple(int(n) for n in found[-1])


def fails(program, folder, statements, at):
    """True when a case of these statements fails alone. Some failures need luck: three tries."""
    number, round_ = at % len(program.cases), at // len(program.cases)
    program.write(folder, [Case(number, statements)])
    path, _ = build(folder)
    return path is not None and any(run(path, round_, round_ + 1)[0] for _ in range(3))


def smaller(statements, is_bad):
    """Statements without which the case no longer fails, as far as `SHRINK_BUILDS` go. `is_bad`
    tells whether a list of statements still does."""
    builds, size = 0, 4
    while size >= 1:
        at = len(statements)
        while at > 0 and builds < SHRINK_BUILDS:
            fewer = statements[: max(at - size, 0)] + statements[at:]
            names = {s.name for s in fewer}
            used = {name for s in fewer for name in re.findall(r"\bv\d+\b", s.text)}
            if used <= names:
                builds += 1
                if is_bad(fewer):
                    statements = fewer
            at -= size
        size //= 2
    return statements


def report(program, folder, path, words, runs):
    """Says which run it was, and leaves the smallest program behind that still fails."""
    print(words, file=sys.stderr)
    where = f"seed {program.seed}, {len(program.cases)} cases"
    alone = next((at for at in range(runs) if run(path, at, at + 1)[0]), None)
    if alone is None:
        print(f"calls: FOUND something: {where}; no run fails alone. Program: {folder}", file=sys.stderr)
        return
    small = f"{folder}-run-{alone}"
    number = alone % len(program.cases)
    statements = smaller(program.cases[number].statements, lambda fewer: fails(program, small, fewer, alone))
    program.write(small, [Case(number, statements)])
    print(program.case_text(Case(number, statements)), file=sys.stderr)
    print(f"calls: FOUND something: {where}; run {alone} fails alone. Smallest program: {small}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    options = parser.parse_args()
    work = os.environ.get("CORPUS", os.path.join(ROOT, "target", "fuzz"))
    lib = listed()
    if rules.stale(lib.functions):
        print(f"calls: rules.py names what is not in the library: {rules.stale(lib.functions)}", file=sys.stderr)
        return 2
    done, called, totals, seed = 0, set(), [0, 0, 0], options.seed
    while done < options.cases:
        program = Program(lib, seed, min(A_PROGRAM, options.cases - done))
        folder = os.path.join(work, "calls", str(seed))
        program.write(folder)
        path, words = build(folder)
        if path is None:
            print(f"{words}calls: the program of seed {seed} does not build: {folder}", file=sys.stderr)
            return 2
        runs = len(program.cases) * options.rounds
        first, last = (0, runs) if options.only is None else (options.only, options.only + 1)
        words, counts = run(path, first, last)
        if words:
            report(program, folder, path, words, runs)
            return 1
        totals = [a + b for a, b in zip(totals, counts)]
        called |= program.maker.called
        done, seed = done + len(program.cases), seed + 1
    callable_ = [f for f in lib.functions if not rules.is_left_out(f)]
    print(f"calls: nothing found in {sum(totals)} runs of {done} cases from seed {options.seed}: {totals[0]} ended, "
          f"{totals[1]} crashed, {totals[2]} late; {len(called)} of {len(callable_)} functions called")
    return 0


if __name__ == "__main__":
    sys.exit(main())
