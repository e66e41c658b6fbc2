"""Tests of what numbers, texts, patterns and the library mean, and of how they are written."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from constants import TEXTS
from evaluate import Evaluator
from generate import made
from hashes import hash_of
from library import LIBRARY
from nodes import (
    Call,
    Case,
    Choice,
    Clause,
    Function,
    Impl,
    Lit,
    MapOf,
    Name,
    PAny,
    PAs,
    PCtor,
    PList,
    PLit,
    PName,
    POr,
    Record,
    Show,
    Struct,
    Text,
    Sum,
    Update,
    Variant,
)
import values
from printer import Printer, literal, pattern
from types_of import BOOL, INT, Ty
from values import NONE, Values, VariantV, err, float_text, ok, some
from walks import walk


def outcome(value, declarations=()):
    return Evaluator(Case(0, list(declarations), [], [], [Show(Text([value]))])).run()


class Library(unittest.TestCase):
    def answer(self, name, *values):
        return LIBRARY[name][4](Evaluator(Case(0, [], [], [], [])), *values)

    def test_bits(self):
        calls = [
            ("shl", 1, 63),
            ("shl", 1, 64),
            ("shr", -8, 99),
            ("ushr", -1, 60),
            ("ushr", -1, -1),
        ]
        self.assertEqual(
            [self.answer(f"Int.{name}", *values) for name, *values in calls],
            [-(2**63), 0, -1, 15, 0],
        )
        self.assertEqual((self.answer("Int.popcount", -1), self.answer("Int.bnot", 0)), (64, -1))

    def test_texts(self):
        self.assertEqual(self.answer("String.lines", "a\nb\r\n\nc\n"), ["a", "b", "", "c"])
        self.assertEqual(self.answer("String.lines", "a\r"), ["a\r"])
        self.assertEqual(self.answer("String.from_code", 0xD800), NONE)
        self.assertEqual(self.answer("String.split_once", "a=b=c", "=").items, [("a", "b=c")])

    def test_lists(self):
        length = lambda text: len(text)
        self.assertEqual(self.answer("List.max_by", ["a", "bb", "cc"], length).items, ["bb"])
        self.assertEqual(self.answer("List.min_by", ["bb", "a", "c"], length).items, ["a"])
        self.assertEqual(
            self.answer("List.sort_by_descending", ["a", "bb", "c"], length), ["bb", "a", "c"]
        )
        self.assertEqual(
            self.answer("List.group_by", ["a", "bb", "c"], length).pairs,
            [(1, ["a", "c"]), (2, ["bb"])],
        )

    def test_options_and_results(self):
        self.assertEqual(self.answer("Option.map", some(1), lambda n: n + 1).items, [2])
        self.assertEqual(self.answer("Result.map", err("x"), lambda n: n + 1).items, ["x"])
        self.assertEqual(self.answer("Result.map_err", ok(1), len).items, [1])


class Hashes(unittest.TestCase):
    def test_values_are_hashed_by_their_parts(self):
        values = Values({}, {"V": Sum("V", (), [("A", []), ("B", [INT])], None)}, set(), None)
        hashes = [
            (1, -8517097267634966620),
            ("a", -5808556873153909620),
            ((1, "a"), 4354856516802194048),
            ((), 0),
            (1.5, -6154756914075763584),
            (VariantV("V", "B", [3]), -5641110219518686858),
            (some(1), 3114138370207592541),
            ([], -3750763034362895579),
        ]
        self.assertEqual(
            [hash_of(values, value) for value, _ in hashes], [hash_ for _, hash_ in hashes]
        )

    def test_keys_are_found_by_written_impls(self):
        constant = Function("hash", (), {}, [], INT, [Clause([PName("self")], None, Lit(INT, 7))])
        equal = Function(
            "eq", (), {}, [], BOOL, [Clause([PName("self"), PName("other")], None, Lit(BOOL, True))]
        )
        impls = [Impl("Hash", Ty("V"), [constant]), Impl("Eq", Ty("V"), [equal])]
        a, b = Variant(Ty("V"), "A", []), Variant(Ty("V"), "B", [])
        map_ = MapOf(Ty("Map", (Ty("V"), INT)), [(a, Lit(INT, 1)), (b, Lit(INT, 2))])
        declared = [Sum("V", (), [("A", []), ("B", [])], None), *impls]
        self.assertEqual(outcome(map_, declared), (["%{A => 2}"], "end"))
        self.assertEqual(outcome(Call(INT, "hash", [b]), declared), (["7"], "end"))


class Texts(unittest.TestCase):
    def test_floats_are_written_so_that_they_can_be_read(self):
        self.assertEqual(
            [literal(f) for f in (5e-324, 1e22, -0.0, 2.5e-5)],
            ["5e-324", "1e+22", "-0.0", "2.5e-05"],
        )
        self.assertEqual(float_text(2.5e-5), "0.000025")
        self.assertEqual(float_text(1.7976931348623157e308), "17976931348623157" + "0" * 292)

    def test_parts_are_shown_as_literals(self):
        self.assertEqual(values.literal('a"b\\ \n${x}$y\u202e'), '"a\\"b\\\\ \\n\\${x}$y\\u{202e}"')

    def test_escapes(self):
        self.assertEqual(literal("a\0\r\te\u0301#{"), '"a\\0\\r\\te\\u{301}\\u{23}{"')
        self.assertEqual(literal("${a}"), '"\\${a}"')

    def test_every_text_is_on_one_line(self):
        self.assertTrue(
            all("\n" not in literal(text) and "\r" not in literal(text) for text in TEXTS)
        )


class Places(unittest.TestCase):
    def test_an_update_of_what_a_field_holds(self):
        inner, outer = Struct("P", (), [("x", INT), ("y", INT)], None), Struct(
            "Q", (), [("p", Ty("P"))], None
        )
        value = Record(Ty("Q"), [("p", Record(Ty("P"), [("x", Lit(INT, 1)), ("y", Lit(INT, 2))]))])
        update = Update(Ty("Q"), value, [("p.x", Lit(INT, 5))])
        self.assertEqual(outcome(update, [inner, outer]), (["Q { p: P { x: 5, y: 2 } }"], "end"))
        self.assertEqual(
            Printer(Case(0, [], [], [], [])).expr(update, 0),
            "%{Q { p: P { x: 1, y: 2 } } | p.x: 5}",
        )

    def test_both_sides_of_an_or_pattern_bind_the_same(self):
        either = POr(PCtor("Some", [PName("a")]), PAs(PCtor("None", []), "b"))
        self.assertEqual(pattern(made_equal(either)), "Some(n) | (None as n)")
        pair = POr(PList([PLit(INT, 0), PName("n")]), PList([PName("n"), PAny()]))
        arms = [Clause([pair], None, Name(INT, "n")), Clause([PAny()], None, Lit(INT, 9))]
        for items, shown in (([0, 5], "5"), ([4, 5], "4"), ([1], "9")):
            self.assertEqual(
                outcome(Choice(INT, Lit(Ty("List", (INT,)), items), arms)), ([shown], "end")
            )

    def test_or_patterns_with_names_and_nested_updates_are_made(self):
        nodes = [node for n in range(150) for node in walk(made("x", n)[0])]
        self.assertTrue(
            any(isinstance(n, POr) and any(isinstance(p, PName) for p in walk(n)) for n in nodes)
        )
        self.assertTrue(any(isinstance(n, Update) and "." in n.fields[0][0] for n in nodes))


def made_equal(either):
    from patterns import Patterns

    return POr(
        Patterns.renamed(either.left, {"a": "n"}), Patterns.renamed(either.right, {"b": "n"})
    )


if __name__ == "__main__":
    unittest.main()
