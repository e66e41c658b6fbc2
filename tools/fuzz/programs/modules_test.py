"""Tests of families whose common things stand in a module of their own."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from generate import family
from modules import texts_of
from nodes import Case, Clause, Function, Impl, Lit, PName, Struct
from run import with_stack
from types_of import INT, Ty

F, G = (
    Function(name, (), {}, [("n", INT)], INT, [Clause([PName("n")], None, Lit(INT, 1))])
    for name in ("f", "g")
)
DECLARED = [Struct("S", (), [("x", INT)], None), Impl("I", Ty("S"), [])]


class Modules(unittest.TestCase):
    def test_what_is_common_is_public_and_imported(self):
        texts = texts_of("Case0", [Case(0, DECLARED, [F, G], [], [], frozenset(["S", "f"]))])
        self.assertEqual(list(texts), ["Case0Common", "Case0"])
        for part in ("pub struct S do", "impl I for S", "pub fn f("):
            self.assertIn(part, texts["Case0Common"])
        self.assertNotIn("fn g(", texts["Case0Common"])
        self.assertIn("from Case0Common import S, f\n", texts["Case0"])
        self.assertNotIn("struct S", texts["Case0"])

    def test_all_is_in_one_module_otherwise(self):
        self.assertEqual(list(texts_of("Case0", [Case(0, DECLARED, [F], [], [])])), ["Case0"])

    def test_some_families_are_split(self):
        counts = {
            len(texts_of("X", [case for case, *_ in family("x", n)])) for n in range(0, 150, 10)
        }
        self.assertEqual(counts, {1, 2})


if __name__ == "__main__":
    with_stack(unittest.main)
