"""Tests of functions that call each other millions of times."""

import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluate import Evaluator
from generate import Generator
from nodes import Call, Case, Show, Text
from printer import Printer
from rings import Ring, total
from run import with_stack
from types_of import INT
from values import wrapped


class Rings(unittest.TestCase):
    def test_the_sum_of_many_steps(self):
        ring = Ring("f", [], 1001, 5, [(3, 1), (-5, 2), (2**33 + 1, -7)])
        number = 5
        for at in range(1001):
            a, b = ring.steps[at % 3]
            number = wrapped(number * a + b)
        self.assertEqual(total(ring), number)

    def test_walking_over_the_functions_gives_the_same(self):
        for seed in range(60):
            generator = Generator(0, 0)
            generator.random = random.Random(seed)
            ring = generator.waiting() if seed % 4 == 0 else generator.ring()
            ring.count = seed % 9
            at = [n for n, _ in generator.helpers[-len(ring.steps)].params].index("n")
            ring.items[at].value = ring.count
            walked = Call(INT, ring.callee, ring.items)
            case = Case(0, [], generator.helpers, [], [Show(Text([walked]))])
            self.assertEqual(Evaluator(case).run()[0], [str(total(ring))], Printer(case).text())


if __name__ == "__main__":
    with_stack(unittest.main)
