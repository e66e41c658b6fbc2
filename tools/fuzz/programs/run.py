"""Compiles random programs, runs them, and compares what they print with what the evaluator says.

Many cases share one program, each an actor, and those of a family one module: building costs, and a
case that crashes ends nobody else. A case that differs is made small and left behind as a program of
its own. Programs and levels are built as many at a time as there are cores.
"""

import argparse
import os
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from generate import made
from modules import texts_of
from program import ROOT, build, check, codes, expected, rejected, run, write
from shrink import smaller

# How often the rest of a program is run again after a case has ended all of it.
AGAIN = 5
# Rejections for a type that is needed before inference has found it: the reference leaves open how far
# it looks.
OPEN = {"E0045"}
# Cases whose programs are built side by side before the next ones are made.
BATCH = 200


class Finding:
    """A case and how it failed: `rejected` with the compiler's words, or `differs` with what it
    printed."""

    def __init__(self, case, level, kind, words):
        self.case, self.level, self.kind, self.words = case, level, kind, words

    def fails(self, case, folder):
        """True when another case fails in the same way."""
        want = expected(case)
        write(folder, [case])
        if self.kind == "rejected":
            words = check(folder)
            return bool(words) and codes(words) <= codes(self.words)
        if build(folder, self.level):
            return False
        printed, wrong = run(folder)
        return bool(wrong) or printed.get(case.number) != want


def accepted(cases, folder, found, left_out):
    """The cases that the compiler takes; the others are findings, or left out. A family that is
    rejected is looked at case by case."""
    right = cases
    while right:
        write(folder, right)
        words = check(folder)
        if not words:
            break
        suspects = rejected(words, right)
        bad = []
        for case in suspects:
            write(folder, [case])
            alone = check(folder)
            if not alone:
                continue
            bad.append(case)
            if codes(alone) and codes(alone) <= OPEN:
                left_out.append(case.number)
            else:
                found.append(Finding(case, "check", "rejected", alone))
        if not bad:
            # Only together.
            bad = suspects
            if codes(words) and codes(words) <= OPEN:
                left_out += [case.number for case in bad]
            else:
                found.append(Finding(bad[0], "check", "rejected", words))
        right = [case for case in right if case not in bad]
    shutil.rmtree(folder, ignore_errors=True)
    return right


def differing(cases, folder, level):
    """Builds and runs cases. A case that ends the whole program is a finding, and those after it are
    run without it."""
    found = []
    for _ in range(AGAIN):
        write(folder, cases)
        words = build(folder, level)
        if words:
            return found + [Finding(cases[0], level, "not built", words)]
        printed, wrong = run(folder)
        ended = [case for case in cases if "\n-- " in "\n" + printed.get(case.number, "")]
        bad = [case for case in ended if printed[case.number] != expected(case)]
        found += [Finding(case, level, "differs", wrong + printed[case.number]) for case in bad]
        if not wrong:
            break
        rest = [case for case in cases if case not in ended]
        guilty = rest[0] if rest else ended[-1]
        found.append(Finding(guilty, level, "differs", wrong))
        cases = [case for case in rest if case is not guilty]
        if not cases:
            break
    if not found:
        shutil.rmtree(folder)
    return found


def report(one, folder, options):
    """Says which case it is, and leaves the smallest one behind that fails like it."""
    seed, number = options.seed, one.case.number
    level = "development" if one.level == "check" else one.level
    print(f"\nprograms: FOUND: seed {seed}, case {number}, {one.level}: {one.kind}\n"
          f"again: tools/fuzz/programs/run.py --seed {seed} --only {number} --levels {level}\n{one.words[:1500]}", flush=True)
    if options.shrink == 0 or one.kind == "not built":
        return
    small = os.path.join(folder, f"{seed}-case-{number}-{level}")
    case = smaller(one.case, lambda other: one.fails(other, small), options.shrink)
    write(small, [case])
    with open(os.path.join(small, "expected.txt"), "w", encoding="utf-8") as file:
        file.write(expected(case))
    source = "\n".join(texts_of("Case", [case]).values())
    words = build(small, level) or "".join(run(small)[0].values())
    print(f"--- the smallest, in {small}\n{source}--- expected\n{expected(case)}--- got\n"
          f"{words[:3000]}\n---", flush=True)


def explore(numbers, options):
    """Everything that was found in cases of these numbers, and how many cases were left out."""
    cases = [made(options.seed, number)[0] for number in numbers]
    found, left_out, levels = [], [], [level for level in options.levels.split(",") if level != "check"]
    folder = os.path.join(options.folder, f"{options.seed}-{numbers[0]}")
    cases = accepted(cases, f"{folder}-check", found, left_out)
    parts = [cases[at : at + options.at_once] for at in range(0, len(cases), options.at_once)]
    work = [(part, f"{folder}-{at}-{level}", level) for level in levels for at, part in enumerate(parts)]
    with ThreadPoolExecutor(max(options.jobs, 1)) as pool:
        for some in pool.map(lambda task: differing(*task), work):
            found += some
    return found, len(left_out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, help="begin no more cases after that")
    parser.add_argument("--only", type=int, help="one case")
    parser.add_argument("--levels", default="development,release",
                        help="of development, release and sanitize; `check` alone asks whether the compiler takes the cases")
    parser.add_argument("--at-once", type=int, default=50, help="cases in one program")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="programs that are built at a time")
    parser.add_argument("--shrink", type=int, default=60, help="builds while a case is made small; 0 for none")
    parser.add_argument("--shrunk", type=int, default=3, help="findings that are made small; the others are named")
    parser.add_argument("--folder", default=os.path.join(ROOT, "target", "fuzz", "programs"))
    options = parser.parse_args()
    numbers = range(options.cases) if options.only is None else [options.only]
    begun, tried, count, left_out = time.monotonic(), 0, 0, 0
    for first in range(0, len(numbers), BATCH):
        if options.seconds is not None and time.monotonic() - begun > options.seconds:
            break
        found, some = explore(numbers[first : first + BATCH], options)
        tried, left_out = tried + len(numbers[first : first + BATCH]), left_out + some
        for one in found:
            count += 1
            if count > options.shrunk:
                options.shrink = 0
            report(one, options.folder, options)
    print(f"programs: {tried} cases of seed {options.seed} at {options.levels}: {count} findings, "
          f"{left_out} left out, {time.monotonic() - begun:.0f} s")
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
