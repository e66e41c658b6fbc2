"""Tests of the JSON of values."""

import math
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evaluate import Evaluator
from generate import Generator, made
from json_forms import decoded, encoded, number_of, text_of
from json_nodes import Decode
from nodes import Case, Struct, Sum
from types_of import FLOAT, INT, STRING, Ty, list_of, option
from values import NONE, MapV, Panic, RecordV, VariantV, some
from walks import walk

P = Struct("P", (), [("x", INT), ("s", option(STRING))], ("Json",))
V = Sum("V", (), [("A", []), ("B", [INT, FLOAT]), ("C", [Ty("P")])], ("Json",))
EVALUATOR = Evaluator(Case(0, [P, V], [], [], []))


class Writing(unittest.TestCase):
    def test_values(self):
        a = RecordV("P", [1, some("a")])
        texts = {
            '{"x":1,"s":"a"}': a,
            '{"tag":"C","fields":[{"x":1,"s":"a"}]}': VariantV("V", "C", [a]),
            '{"k":[true,null]}': MapV([("k", [True, NONE])]),
        }
        self.assertEqual([encoded(EVALUATOR, value) for value in texts.values()], list(texts))

    def test_numbers(self):
        texts = {
            0.0: "0.0",
            2.5e-5: "0.000025",
            1e22: "1e22",
            1e15: "1000000000000000.0",
            1e16: "1e16",
            -1e-7: "-1e-7",
            5e-324: "5e-324",
            1.7976931348623157e308: "1.7976931348623157e308",
        }
        self.assertEqual([number_of(f) for f in texts], list(texts.values()))
        with self.assertRaises(Panic):
            number_of(math.inf)

    def test_texts(self):
        self.assertEqual(text_of('\0"\\\té\x7f'), '"\\u0000\\"\\\\\\té\x7f"')


class Reading(unittest.TestCase):
    def read(self, ty, text):
        return EVALUATOR.values.display(decoded(EVALUATOR, ty, text))

    def test_values(self):
        self.assertEqual(
            self.read(Ty("P"), '{"more":1,"x":4,"s":null,"x":5}'), "Ok(P { x: 5, s: None })"
        )
        self.assertEqual(self.read(Ty("V"), '{"tag":"B","fields":[1,2]}'), "Ok(B(1, 2))")
        self.assertEqual(self.read(option(option(INT)), "null"), "Ok(None)")

    def test_numbers_have_the_kind_that_they_are_written_as(self):
        self.assertEqual(self.read(INT, "1e0"), "Err(expected Int)")
        self.assertEqual(self.read(INT, "9223372036854775808"), "Err(expected Int)")
        self.assertEqual(self.read(FLOAT, "-0.0"), "Ok(-0)")

    def test_the_way_to_what_is_wrong(self):
        self.assertEqual(self.read(Ty("P"), '{"x":true}'), "Err(expected Int)")
        self.assertEqual(self.read(Ty("P"), "{}"), "Err(missing field: x)")
        self.assertEqual(self.read(list_of(Ty("P")), "[{}]"), "Err([0]: missing field: x)")
        self.assertEqual(
            self.read(Ty("V"), '{"tag":"C","fields":[{"x":""}]}'), "Err(fields[0].x: expected Int)"
        )
        self.assertEqual(
            self.read(Ty("V"), '{"tag":"B","fields":[1]}'), "Err(expected 2 items, found 1)"
        )
        self.assertEqual(self.read(Ty("V"), '{"tag":"D"}'), "Err(unknown variant for V)")


class Generating(unittest.TestCase):
    def test_right_texts_are_read(self):
        generator = Generator(0, 0)
        generator.random, generator.declarations = random.Random(5), [P, V]
        for _ in range(200):
            self.assertEqual(decoded(EVALUATOR, INT, generator.form(INT, 2)).name, "Ok")

    def test_cases_read_what_is_right_and_what_is_wrong(self):
        cases = [made("x", n) for n in range(150)]
        self.assertTrue(any(isinstance(n, Decode) for case, *_ in cases for n in walk(case)))
        lines = [line for _, lines, _ in cases for line in lines]
        self.assertTrue(any("Err(expected" in line for line in lines))


if __name__ == "__main__":
    unittest.main()
