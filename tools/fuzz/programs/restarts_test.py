"""Tests of services that a supervisor starts again."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluate import Evaluator
from generate import made
from nodes import Binary, Call, Case, Handler, Lit, Name, Service, TupleOf
from printer import Printer
from restart_nodes import Break, Kept, Request, Restarted, restarts
from types_of import INT, tuple_of
from walks import walk

PAIR = tuple_of(INT, INT)
MORE = Binary(INT, "+", Name(INT, "state"), Lit(INT, 1))
BOOM = Handler("Boom", [], "state", INT, Call(PAIR, "panic", []))
COUNTER = Service(
    "Counter",
    INT,
    [("first", INT)],
    Name(INT, "first"),
    [Handler("Next", [], "state", INT, TupleOf(PAIR, [MORE, MORE])), BOOM],
)


def tree(strategy, limit, steps, is_nested=True):
    kept = [
        Kept(name, "Counter", [Lit(INT, first)], f"Up{name}")
        for name, first in (("a", 5), ("b", 9))
    ]
    return Restarted("tree", strategy, limit, is_nested, kept, steps)


def next_of(at, name):
    return Request(at, "Next", [], INT, name, True)


class Restarts(unittest.TestCase):
    def test_who_is_started_again(self):
        breaks = [Break(at, "kill", "") for at in (1, 0, 1)]
        self.assertEqual(restarts(tree("one_for_one", 20, breaks)), [[1], [0], [1]])
        self.assertEqual(restarts(tree("rest_for_one", 20, breaks)), [[1], [0, 1], [1]])
        self.assertEqual(restarts(tree("one_for_one", 1, breaks)), [[1], [0, 1], [1]])

    def test_a_new_service_has_a_new_state(self):
        steps = [
            next_of(0, "x"),
            next_of(0, "y"),
            next_of(1, "z"),
            Break(0, "call", "Boom"),
            next_of(0, "u"),
            next_of(1, "w"),
        ]
        case = Case(0, [], [], [COUNTER], [tree("one_for_one", 20, steps)])
        lines = [
            "x: 6",
            "y: 7",
            "z: 10",
            "crashed: true",
            "alive: false",
            "u: 6",
            "w: 11",
            "a false",
            "b false",
        ]
        self.assertEqual(Evaluator(case).run(), (lines, "end"))
        text = Printer(case).text()
        self.assertIn("crashed: ${Result.is_err(Process.guard(fn() -> Counter.boom(a) end))}", text)
        self.assertEqual(text.count("let a = receive do Upa(pid) -> pid end"), 2)

    def test_cases_have_them(self):
        found = [
            n
            for number in range(150)
            for n in walk(made("x", number)[0])
            if isinstance(n, Restarted)
        ]
        self.assertEqual({node.is_nested for node in found}, {True, False})
        ways = {step.way for node in found for step in node.steps if isinstance(step, Break)}
        self.assertEqual(ways, {"call", "cast", "kill"})


if __name__ == "__main__":
    unittest.main()
