"""Tests of methods without a receiver, and of interfaces with type parameters."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluate import Evaluator
from generate import made
from nodes import (
    Call,
    Case,
    Clause,
    Function,
    Impl,
    Interface,
    Lit,
    Method,
    PName,
    Show,
    Text,
    Variant,
)
from printer import Printer
from static_nodes import StaticCall
from types_of import INT, Ty, list_of, option
from walks import walk

T, SELF = Ty("T"), Ty("Self")


def zero_of(ty, body, bounds=None):
    function = Function("zero", (), {}, [], ty, [Clause([], None, body)])
    return Impl("I", ty, [function], bounds or {})


def zero(ty, style="type"):
    return StaticCall(ty, ty, "I", "zero", [], style)


MORE = Method("more", [], SELF, StaticCall(SELF, SELF, None, "zero", [], "bare"), True)
DECLARED = [
    Interface("I", [Method("zero", [], SELF, None, True), MORE]),
    zero_of(INT, Lit(INT, 7)),
    zero_of(option(T), Variant(option(T), "Some", [zero(T)]), {"T": ("I",)}),
]


class Statics(unittest.TestCase):
    def outcome(self, value, functions=()):
        return Evaluator(Case(0, DECLARED, list(functions), [], [Show(Text([value]))])).run()

    def test_the_type_says_which_impl_runs(self):
        for ty, text in ((INT, "7"), (option(option(INT)), "Some(Some(7))")):
            self.assertEqual(self.outcome(zero(ty)), ([text], "end"))

    def test_a_default_calls_what_the_impl_has(self):
        more = StaticCall(option(INT), option(INT), "I", "more", [])
        self.assertEqual(self.outcome(more), (["Some(7)"], "end"))

    def test_a_function_knows_what_its_type_parameters_stand_for(self):
        clause = Clause([PName("x")], None, zero(option(T)))
        f = Function("f", ("T",), {"T": ("I",)}, [("x", T)], option(T), [clause])
        call = Call(option(INT), "f", [Lit(INT, 1)], "plain", {"T": INT})
        self.assertEqual(self.outcome(call, [f]), (["Some(7)"], "end"))

    def test_calls_are_written_in_three_ways(self):
        text = lambda style: Printer(Case(0, [], [], [], [])).expr(zero(INT, style), 0)
        texts = [text(style) for style in ("type", "bare", "named")]
        self.assertEqual(texts, ["Int.zero()", "zero()", "I.zero()"])
        method = Printer(Case(0, [], [], [], [])).method(MORE)
        self.assertEqual(method, "  fn more() -> Self do\n    zero()\n  end\n")


class Containers(unittest.TestCase):
    def test_parameters_are_written(self):
        printer = Printer(Case(0, [], [], [], []))
        interface = Interface("C", [Method("items", [], list_of(Ty("E")))], ("E",))
        self.assertIn("interface C<E> do", printer.declaration(interface))
        impl = Impl("C", list_of(INT), [], {}, (INT,))
        self.assertIn("impl C<Int> for List<Int> do", printer.declaration(impl))

    def test_calls_of_all_kinds_are_made(self):
        cases = [made("x", n)[0] for n in range(150)]
        calls = [n for case in cases for n in walk(case) if isinstance(n, StaticCall)]
        self.assertEqual({call.style for call in calls}, {"type", "bare", "named"})
        of_containers = [
            call for call in calls if call.interface and call.interface.startswith("C")
        ]
        self.assertTrue(any(call.of.is_param() for call in of_containers))


if __name__ == "__main__":
    unittest.main()
