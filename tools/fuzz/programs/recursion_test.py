"""Tests of functions that call each other at several types, and of closures inside of closures."""

import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from generate import Generator, decided, made
from nodes import Case, Closure, Let, Name, Try
from printer import Printer
from run import with_stack
from scope import Scope
from walks import walk


def of_scene(name, seed):
    """A case with the statements of one scene alone, and its outcome."""
    generator = Generator(0, 0)
    generator.random = random.Random(seed)
    body = getattr(generator, name)(Scope(safe=True))
    case = Case(0, [], generator.functions + generator.helpers, [], body)
    return case, decided(case)


class Scenes(unittest.TestCase):
    def test_they_end(self):
        for name in ("grouped", "chained", "general"):
            for seed in range(40):
                case, outcome = of_scene(name, seed)
                self.assertTrue(outcome is None or outcome[1] == "end", Printer(case).text())

    def test_a_group_without_types_is_called_at_one_type(self):
        for seed in range(80):
            case, _ = of_scene("grouped", seed)
            group = [f for f in case.functions if f.name.startswith("group")]
            calls = [
                s.value
                for s in case.body
                if isinstance(s, Let)
                and getattr(s.value, "callee", None) in [f.name for f in group]
            ]
            if group and not group[0].is_typed:
                self.assertTrue(all(call.types["T"] == call.types["U"] for call in calls))

    def test_what_leaves_a_closure_leaves_that_one_alone(self):
        nested = 0
        for seed in range(40):
            case, _ = of_scene("chained", seed)
            closures = [
                n
                for n in walk(case)
                if isinstance(n, Closure) and any(isinstance(m, Try) for m in walk(n))
            ]
            nested += len(closures) > 1
        self.assertGreater(nested, 5)

    def test_a_general_value_has_several_types(self):
        for seed in range(40):
            case, _ = of_scene("general", seed)
            bound = case.body[0].pattern.name
            types = {n.ty for n in walk(case) if isinstance(n, Name) and n.name == bound}
            self.assertTrue(types or bound == "held", Printer(case).text())

    def test_cases_have_them(self):
        names = {f.name.rstrip("0123456789") for n in range(150) for f in made("x", n)[0].functions}
        self.assertLessEqual({"group", "continued", "repeated", "composed", "ring", "deep"}, names)


if __name__ == "__main__":
    with_stack(unittest.main)
