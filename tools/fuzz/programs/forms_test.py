"""Tests of local functions, constants, methods that are values, and of how calls are written."""

import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluate import Evaluator
from form_nodes import Constant, Local
from generate import Generator, decided, made
from nodes import (
    Binary,
    Call,
    Case,
    Clause,
    Closure,
    Function,
    If,
    Impl,
    Interface,
    Let,
    ListOf,
    Lit,
    Method,
    Name,
    PName,
    Show,
    Text,
)
from printer import Printer, literal
from run import with_stack
from scope import Scope
from types_of import BOOL, INT, fun, list_of
from walks import walk

N, ONE = Name(INT, "n"), Lit(INT, 1)


def text(node):
    return Printer(Case(0, [], [], [], [])).expr(node, 0)


class Forms(unittest.TestCase):
    def test_a_local_function_sees_what_is_around_and_itself(self):
        again = Call(INT, Name(fun(INT, INT), "f"), [Binary(INT, "-", N, ONE)])
        body = If(
            INT, Binary(BOOL, ">", N, Lit(INT, 0)), Binary(INT, "+", Name(INT, "held"), again), ONE
        )
        local = Local(Function("f", (), {}, [("n", INT)], INT, [Clause([PName("n")], None, body)]))
        shown = Show(Text([Call(INT, Name(fun(INT, INT), "f"), [Lit(INT, 3)])]))
        case = Case(0, [], [], [], [Let(PName("held"), INT, Lit(INT, 10)), local, shown])
        self.assertEqual(Evaluator(case).run(), (["31"], "end"))
        self.assertIn("  fn f(n :: Int) -> Int = if n > 0", Printer(case).text())

    def test_a_constant_stands_for_its_value(self):
        constant = Constant("limit", INT, Binary(INT, "+", ONE, ONE))
        case = Case(0, [constant], [], [], [Show(Text([Name(INT, "limit")]))])
        self.assertEqual(Evaluator(case).run(), (["2"], "end"))
        self.assertIn("\nlet limit = 1 + 1\n", Printer(case).text())

    def test_a_method_is_a_function(self):
        double = Function(
            "m",
            (),
            {},
            [],
            INT,
            [Clause([PName("self")], None, Binary(INT, "*", Name(INT, "self"), Lit(INT, 2)))],
        )
        declared = [Interface("I", [Method("m", [], INT)]), Impl("I", INT, [double])]
        mapped = Call(
            list_of(INT), "List.map", [ListOf(list_of(INT), [ONE]), Name(fun(INT, INT), "m")]
        )
        self.assertEqual(
            Evaluator(Case(0, declared, [], [], [Show(Text([mapped]))])).run(), (["[2]"], "end")
        )

    def test_calls(self):
        items = Name(list_of(INT), "items")
        self.assertEqual(text(Call(INT, "List.get", [items, ONE], "index")), "items[1]")
        body = Closure(fun(INT, INT), [Clause([PName("n")], None, N)])
        call = Call(list_of(INT), "List.map", [items, body], "trailing")
        self.assertEqual(text(call), "List.map(items) do |n|\n  n\nend")

    def test_numbers_are_written_in_several_ways(self):
        self.assertEqual(
            [literal(n) for n in (1002, 1003, 1004, -1003)], ["1002", "0x3EB", "1_004", "-1003"]
        )

    def test_scenes(self):
        for name in ("localised", "followed"):
            for seed in range(30):
                generator = Generator(0, 0)
                generator.random = random.Random(seed)
                body = getattr(generator, name)(Scope(safe=True))
                outcome = decided(Case(0, [], generator.functions + generator.helpers, [], body))
                self.assertTrue(outcome is None or outcome[1] == "end")

    def test_cases_have_them(self):
        nodes = [n for number in range(150) for n in walk(made("x", number)[0])]
        self.assertLessEqual({"Local", "Constant"}, {type(n).__name__ for n in nodes})
        self.assertLessEqual({"index", "trailing"}, {getattr(n, "style", "") for n in nodes})


if __name__ == "__main__":
    with_stack(unittest.main)
